"""A report as PDF, printed by the browser that is installed."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from labelduck.errors import LabelduckEnvironmentError
from labelduck.reports.formats.files import put
from labelduck.reports.formats.html import html

if TYPE_CHECKING:
    from labelduck.reports.document import Document

BROWSERS = (
    *("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge"),
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)
SECONDS = 120


def write_pdf(document: Document, folder: Path) -> list[Path]:
    """Write `NAME.pdf`.

    Raises:
        LabelduckEnvironmentError: No browser is installed, or it failed.
    """
    program = browser()
    with tempfile.TemporaryDirectory(prefix="labelduck-") as scratch:
        source, target = Path(scratch) / "report.html", Path(scratch) / "report.pdf"
        source.write_text(html(document, is_live=False), encoding="utf-8")
        done = subprocess.run(
            [program, *_flags(Path(scratch)), f"--print-to-pdf={target}", source.as_uri()],
            capture_output=True,
            timeout=SECONDS,
            check=False,
        )
        if not target.is_file():
            said = done.stderr.decode("utf-8", "replace").strip().splitlines()
            raise LabelduckEnvironmentError(
                f"{program}: printed no PDF: {said[-1] if said else done.returncode}"
            )
        return [put(folder / f"{document.report.name}.pdf", target.read_bytes())]


def browser() -> str:
    """Return the browser that prints.

    Raises:
        LabelduckEnvironmentError: There is none.
    """
    chosen = os.environ.get("LABELDUCK_BROWSER")
    found = next(filter(None, map(shutil.which, (chosen,) if chosen else BROWSERS)), None)
    if found is None:
        wanted = f"LABELDUCK_BROWSER={chosen}" if chosen else "Chromium or Chrome"
        raise LabelduckEnvironmentError(
            f"PDF needs {wanted}, which is not here: apt install chromium, or name a browser in LABELDUCK_BROWSER; "
            "every other format does without"
        )
    return found


def _flags(scratch: Path) -> list[str]:
    flags = [
        "--headless",
        "--disable-gpu",
        "--no-first-run",
        "--no-pdf-header-footer",
        f"--user-data-dir={scratch}/profile",
    ]
    # Chromium's sandbox refuses to work for root, who is usual in containers; the page is ours and has no script.
    return [*flags, "--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else flags
