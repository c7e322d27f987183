"""The environments of the benchmarks, made on first use: with labelduck, with its peers, with cleanlab."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import venv
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parent
PEERS = HERE / "requirements-peers.txt"
CLEANLAB = HERE / "requirements-cleanlab.txt"

VERSIONS = """
import importlib.metadata, json, sys
def version(name):
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:  # a source tree on the path
        return __import__(name).__version__
print(json.dumps({name: version(name) for name in sys.argv[1:]}))
"""


def labelduck() -> Path:
    """Return a Python that has labelduck as it is in this checkout, its C code compiled."""
    sources = [
        ROOT / "pyproject.toml",
        ROOT / "build_native.py",
        *sorted(ROOT.glob("src/labelduck/native/*.[ch]")),
    ]
    words = ["--constraint", str(ROOT / "requirements.lock"), "--editable", str(ROOT)]
    return _environment(HERE / ".venv-labelduck", words, sources)


def peers() -> Path:
    """Return a Python that has the peers in the versions of `requirements-peers.txt`."""
    return _environment(HERE / ".venv-peers", ["--requirement", str(PEERS)], [PEERS])


def cleanlab() -> Path:
    """Return a Python that has cleanlab in the version of `requirements-cleanlab.txt`."""
    return _environment(HERE / ".venv-cleanlab", ["--requirement", str(CLEANLAB)], [CLEANLAB])


def versions(python: Path, names: tuple[str, ...]) -> dict[str, str]:
    """Return the versions of packages that a Python has."""
    answer = subprocess.run(
        [python, "-c", VERSIONS, *names], check=True, capture_output=True, text=True
    ).stdout
    return dict(json.loads(answer))


def _environment(folder: Path, install: list[str], sources: list[Path]) -> Path:
    python = folder / ("Scripts" if os.name == "nt" else "bin") / "python"
    stamp = folder / "made-from"
    digest = hashlib.sha256(b"".join(path.read_bytes() for path in sources)).hexdigest()
    if not stamp.exists() or stamp.read_text() != digest:
        sys.stderr.write(f"making {folder.relative_to(ROOT)} ...\n")
        venv.create(folder, with_pip=True)
        pip = (str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check")
        subprocess.run([*pip, *install], check=True)
        stamp.write_text(digest)
    return python
