"""`labelduck dashboard`: look at the data and decide, in a browser."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from labelduck import resources
from labelduck.errors import LabelduckEnvironmentError, UsageError

if TYPE_CHECKING:
    import argparse

LOOPBACK = ("127.0.0.1", "localhost", "::1")
_NEEDED = ("streamlit", "plotly", "starlette")


def arguments(command: argparse.ArgumentParser) -> None:
    """Add the words of the command."""
    command.add_argument(
        "--host", default="127.0.0.1", metavar="NAME", help="address to serve at (default: 127.0.0.1)"
    )
    command.add_argument(
        "--port", type=int, default=8501, metavar="N", help="port to serve at (default: 8501)"
    )
    command.add_argument(
        "--images",
        default=os.environ.get("LABELDUCK_IMAGES"),
        metavar="DIR|ZIP|URL",
        help="where the pictures lie (default: $LABELDUCK_IMAGES); without them shapes are drawn on an empty ground",
    )
    command.add_argument("--read-only", action="store_true", help="take no decisions")


def run(options: argparse.Namespace) -> int:
    """Serve until interrupted.

    Raises:
        UsageError: The pictures are not there, or the port means nothing.
        LabelduckEnvironmentError: The libraries of the dashboard are not installed.
    """
    if missing := [name for name in _NEEDED if find_spec(name) is None]:
        raise LabelduckEnvironmentError(
            f"the dashboard needs {', '.join(missing)}: pip install 'labelduck[dashboard]'"
        )
    if not 0 < options.port < 65536:
        raise UsageError(f"--port {options.port}: a port lies between 1 and 65535")
    server = resources.folder("dashboards") / "server.py"
    call = [sys.executable, "-m", "streamlit", "run", str(server), *_settings(options)]
    from labelduck.cli import narration

    narration.say(f"dashboard of {options.lake}: http://{options.host}:{options.port}    Ctrl-C stops it")
    environment = _environment(options)
    sys.stderr.flush()
    if sys.platform != "win32":
        os.execve(sys.executable, call, environment)  # noqa: S606 - one process: whoever stops this stops the server
    return subprocess.call(call, env=environment)


def _settings(options: argparse.Namespace) -> list[str]:
    told = {
        "server.address": options.host,
        "server.port": options.port,
        "browser.serverAddress": options.host,
    }
    return [f"--{name}={value}" for name, value in told.items()]


def _environment(options: argparse.Namespace) -> dict[str, str]:
    """Return what the server is told: which lake, where its pictures are, and by what names it may be called."""
    images = options.images
    if images and "://" not in images:
        if not Path(images).exists():
            raise UsageError(f"--images {images}: no such folder or zip")
        images = str(Path(images).absolute())
    # Whoever serves to others knows by what name they call; on this machine another name is a trick of another site.
    hosts = ",".join(LOOPBACK) if options.host in LOOPBACK else ""
    return os.environ | {
        "LABELDUCK_LAKE": str(options.lake.absolute()),
        "LABELDUCK_IMAGES": images or "",
        "LABELDUCK_READ_ONLY": "1" if options.read_only else "0",
        "LABELDUCK_HOSTS": hosts,
    }
