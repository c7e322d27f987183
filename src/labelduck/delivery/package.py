"""What is delivered: the files of one run, and what a message says of them."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

FILE_NAME = "package.json"
_BODY, _TEXT = "body.html", "body.md"


@dataclass(frozen=True, kw_only=True)
class Package:
    """One run of a report, ready to be sent.

    Attributes:
        run_id: Name of the run: the same for the same report, slot and lake state.
        report: Name of the report.
        title: Its title.
        slot: Time that it was due, UTC, as ISO text; empty for a run by hand.
        as_of: When the lake last changed.
        lake_state: Hash of what it read.
        started_at: When the run started.
        datasets: Name and version of what it tells of.
        formats: Formats that were written.
        n_rows: Rows in its tables.
        files: Names of the files, the manifest last.
        to: Destinations by name.
        folder: Where it lies.
    """

    run_id: str
    report: str
    title: str
    slot: str
    as_of: str
    lake_state: str
    started_at: str
    datasets: tuple[tuple[str, int], ...]
    formats: tuple[str, ...]
    n_rows: int
    files: tuple[str, ...]
    to: tuple[str, ...]
    folder: Path

    @property
    def paths(self) -> list[Path]:
        """The files."""
        return [self.folder / "files" / name for name in self.files]

    @property
    def when(self) -> str:
        """The slot, else the lake's last change, as part of a name."""
        return "".join(c for c in (self.slot or self.as_of)[:19] if c.isalnum()) + "Z"

    @property
    def html(self) -> str:
        """The report as static HTML, for the body of a mail."""
        return (self.folder / _BODY).read_text(encoding="utf-8")

    @property
    def text(self) -> str:
        """The report as Markdown."""
        return (self.folder / _TEXT).read_text(encoding="utf-8")

    @property
    def about(self) -> str:
        """What it tells of, in a line."""
        told = ", ".join(f"{name} version {version}" for name, version in self.datasets[:5]) or "no dataset"
        return f"{told}, state {self.lake_state} of {self.as_of[:16].replace('T', ' ')} UTC"

    def save(self, *, html: str, text: str) -> None:
        """Write what is not in the files: the package itself, and the bodies of messages."""
        (self.folder / _BODY).write_text(html, encoding="utf-8")
        (self.folder / _TEXT).write_text(text, encoding="utf-8")
        told = {name: value for name, value in asdict(self).items() if name != "folder"}
        (self.folder / FILE_NAME).write_text(json.dumps(told, indent=1), encoding="utf-8")


def load(folder: Path) -> Package:
    """Return the package that lies in a folder."""
    told: dict[str, Any] = json.loads((folder / FILE_NAME).read_text(encoding="utf-8"))
    told["datasets"] = tuple((name, version) for name, version in told["datasets"])
    lists = {name: tuple(told[name]) for name in ("formats", "files", "to")}
    return Package(**{**told, **lists}, folder=folder)
