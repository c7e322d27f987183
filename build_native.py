"""Compile labelduck's native kernel: as a build hook for wheels and editable installs, and as a script in a checkout.

The kernel is optional. Where no C compiler is found, or it fails, one line says so and the wheel is pure Python, with
the same results from slower code.
"""

from __future__ import annotations

import os
import platform
import shlex
import shutil
import subprocess
import sys
import sysconfig
from importlib.util import find_spec
from pathlib import Path
from typing import Any

SOURCES = Path(__file__).resolve().parent / "src" / "labelduck" / "native"
LIBRARY = SOURCES / "labelduck_native.so"

# No contraction into fused operations, no vector units that another machine may lack: results must not depend on it.
FLAGS = (
    "-std=c11", "-O3", "-ffp-contract=off", "-fno-trapping-math", "-fno-math-errno",
    "-Wall", "-Wextra", "-fPIC", "-shared",
)  # fmt: skip


def compile_native() -> str:
    """Compile all C files into one shared library beside them; return what is in the way, or an empty text."""
    problem = _compile()
    if problem:  # an old library must not outlive its sources
        LIBRARY.unlink(missing_ok=True)
    return problem


def _compile() -> str:
    command = shlex.split(os.environ.get("CC", "cc"))
    if not command or shutil.which(command[0]) is None:
        return f"no C compiler '{' '.join(command)}' on PATH"
    sources = [str(path) for path in sorted(SOURCES.glob("*.c"))]
    if not sources:
        return f"no C file in {SOURCES}"
    # Compiled beside and renamed: a process that has the old library open keeps it.
    beside = LIBRARY.with_suffix(f".{os.getpid()}.tmp")
    run = subprocess.run(
        [*command, *FLAGS, *sources, "-lm", "-o", str(beside)], capture_output=True, text=True, check=False
    )
    if run.returncode:
        beside.unlink(missing_ok=True)
        return f"{command[0]} failed: {(run.stderr.strip().splitlines() or ['no message'])[0]}"
    sys.stderr.write(run.stderr)
    beside.replace(LIBRARY)
    return ""


def _platform() -> str:
    # The compiler makes code for this processor, also where Python itself runs on both of Apple's.
    name = sysconfig.get_platform().replace("universal2", platform.machine())
    return name.replace("-", "_").replace(".", "_")


if find_spec("hatchling"):  # not needed to run this as a script
    from hatchling.builders.hooks.plugin.interface import BuildHookInterface

    class NativeKernel(BuildHookInterface[Any]):
        """Add the compiled kernel to a wheel, or leave the wheel pure."""

        PLUGIN_NAME = "custom"

        def initialize(self, version: str, build_data: dict[str, Any]) -> None:
            """Compile, and tell hatchling what the wheel holds and where it runs."""
            if self.target_name != "wheel":
                return
            problem = compile_native()
            if problem:
                self.app.display_warning(f"labelduck is built without its native kernel: {problem}")
                return
            build_data["pure_python"] = False
            build_data["tag"] = f"py3-none-{_platform()}"
            if version != "editable":
                build_data["force_include"][str(LIBRARY)] = f"labelduck/native/{LIBRARY.name}"


if __name__ == "__main__":
    found = compile_native()
    sys.stderr.write(f"labelduck native kernel: {found or LIBRARY}\n")
    sys.exit(1 if found else 0)
