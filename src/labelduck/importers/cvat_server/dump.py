"""The files of a dump: small objects are read at once, annotations and logs are noted and read when all is known."""

from __future__ import annotations

from collections import Counter
from functools import partial
from typing import IO, TYPE_CHECKING

from labelduck.errors import BadInputError
from labelduck.importers.cvat_log import HEAD, looks_like_log
from labelduck.importers.cvat_server.kinds import KINDS
from labelduck.importers.cvat_server.pieces import Page, Piece, pieces
from labelduck.importers.files import Files, UnreadableFileError
from labelduck.importers.image_sizes import clean, suffix
from labelduck.importers.json_records import UnreadableJsonError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from labelduck.importers.cvat_server.fields import Record
    from labelduck.importers.rows import Rows

SUFFIXES = (".json", ".csv")
_WHAT = "name a folder of CVAT's REST answers (jobs, tasks, labels, annotations, ...) and its events CSV"


class Dump:
    """The files below a path.

    Args:
        path: Folder, zip or one file.
        rows: Takes the problems.

    Attributes:
        path: The path.
        logs: Names of the CSV that are logs of events.
        annotated: Names of the files that hold annotations.
    """

    def __init__(self, path: Path, rows: Rows) -> None:
        self.path, self._rows = path, rows
        self._files = Files(path, SUFFIXES, problems=rows.problems)
        self.logs: list[str] = []
        self.annotated: list[str] = []
        self._small: dict[str, list[Piece]] = {kind: [] for kind in KINDS}
        self._pages: list[Page] = []
        for name in self._files.names:
            self._scan(name)
        self._check_pages()
        if not self.logs and not self.annotated and not any(self._small.values()):
            raise BadInputError(path, "", f"holds nothing of a CVAT server; {_WHAT}")

    def log(self, name: str) -> Callable[[], IO[bytes]]:
        """Return what opens a log."""
        return partial(self._files.open, name)

    def annotations(self, name: str) -> Iterator[Piece]:
        """Yield the dumps of annotations in a file."""
        for piece in pieces(self._files.read(name), clean(name)):
            if isinstance(piece, Piece) and piece.kind == "annotations":
                yield piece

    def all(self, kind: str) -> Iterator[tuple[Record, Piece]]:
        """Yield the objects of a kind and where they stand; once, as what is no longer needed as text is let go."""
        for piece in self._small.pop(kind, ()):
            try:
                found = piece.decoded()
            except UnreadableJsonError as error:
                self._rows.repeats.add("an object cannot be read", piece.file, piece.place, str(error))
            else:
                yield found, piece

    def _check_pages(self) -> None:
        """Warn where a list has more objects than its pages here."""
        found: Counter[tuple[str, int]] = Counter()
        files = {}
        for page in self._pages:
            if page.kind is not None:
                found[page.kind, page.count] += page.n_results
                files[page.kind, page.count] = page.file
        for (kind, count), n in found.items():
            if n < count:
                problem = (
                    f"{n} of {count} objects of the kind {kind} are here; dump the pages behind `next` too"
                )
                self._rows.repeats.add(
                    "pages are missing", files[kind, count], "", problem, severity="warning"
                )

    def _scan(self, name: str) -> None:
        try:
            if suffix(name) == ".csv":
                self._scan_csv(name)
                return
            self._scan_json(name)
        except (UnreadableFileError, UnreadableJsonError) as error:
            if self._files.is_single:
                raise BadInputError(self.path, "", f"{error}; {_WHAT}") from error
            self._rows.repeats.add("a file cannot be read", clean(name), "", str(error))

    def _scan_json(self, name: str) -> None:
        n_others, is_annotated = 0, False
        for piece in pieces(self._files.read(name), clean(name)):
            if isinstance(piece, Page):
                self._pages.append(piece)
            elif piece.kind is None:
                n_others += 1
            elif piece.kind == "annotations":
                is_annotated = True
            else:
                self._small[piece.kind].append(piece)
        if is_annotated:
            self.annotated.append(name)
        if n_others:
            problem = f"{n_others} objects of a kind that is not read here are left out"
            self._rows.repeats.add("other objects", clean(name), "", problem, severity="warning")

    def _scan_csv(self, name: str) -> None:
        with self._files.open(name) as file:
            is_log = looks_like_log(file.read(HEAD))
        if is_log:
            self.logs.append(name)
        else:
            self._rows.repeats.add("is no log of events", clean(name), "", severity="warning")
