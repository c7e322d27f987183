"""The files of a dataset by name, whether they come as one file, a folder or a zip.

Nothing is ever unpacked to the disk. Names inside a zip that lead out of it, packed files that swell beyond all measure,
and locked ones are refused and noted; links inside a folder are followed, but never in a circle.
"""

from __future__ import annotations

import io
import os
import zipfile
import zlib
from functools import cached_property
from typing import IO, TYPE_CHECKING

from labelduck.errors import BadInputError
from labelduck.importers.base import storable, why_unreadable
from labelduck.importers.image_sizes import DAMAGED_ZIP, clean, suffix, walk

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from _typeshed import WriteableBuffer

    from labelduck.importers.base import Problems

MAX_BYTES = 1 << 31
"""Largest file that is read as a whole."""
SWELLS = 250
"""Times that a large packed file may grow; text of labels grows 5 to 50 times."""
LARGE = 1 << 26
_PIECE = 1 << 17
_NO_FILES = (
    *DAMAGED_ZIP,
    NotImplementedError,
    RuntimeError,
    OSError,
    EOFError,
    ValueError,
    KeyError,
    zlib.error,
)


class UnreadableFileError(ValueError):
    """One of many files cannot be read; the message says why."""


class Files:
    """Files below a path, by '/' separated names relative to it.

    Args:
        path: A file, a folder or a zip.
        suffixes: Extensions that count, in small letters with their dot; a single file that was named counts whatever it ends in.
        problems: Takes the members of a zip that are refused.

    Attributes:
        path: The path.
        names: Names, sorted; of a single file its own.

    Raises:
        BadInputError: The path is absent or a damaged zip.
    """

    def __init__(self, path: Path, suffixes: Iterable[str], *, problems: Problems | None = None) -> None:
        self.path = path
        self._zip: zipfile.ZipFile | None = None
        self._is_file = False
        wanted = frozenset(suffixes)
        try:
            if path.is_dir():
                self.names = sorted(walk(path, wanted))
            elif zipfile.is_zipfile(path):
                self._zip = zipfile.ZipFile(path)
                self.names = sorted(self._members(self._zip, wanted, problems))
            else:
                path.stat()
                self.names, self._is_file = [path.name], True
        except (OSError, zipfile.BadZipFile, UnicodeDecodeError, NotImplementedError) as error:
            raise BadInputError(path, "", why_unreadable(error, "files")) from error

    @cached_property
    def member_names(self) -> frozenset[str]:
        """The names once more, to ask whether one is there."""
        return frozenset(self.names)

    @property
    def is_single(self) -> bool:
        """Tell whether it is one plain file."""
        return self._is_file

    def read(self, name: str) -> bytes:
        """Return the bytes of a file.

        Raises:
            UnreadableFileError: It is damaged, not there, or too large.
        """
        try:
            if self._zip is None:
                with (self.path if self._is_file else self.path / name).open("rb") as file:
                    # To ask for MAX_BYTES would have them reserved for each of a hundred thousand small files.
                    data = file.read(min(os.fstat(file.fileno()).st_size, MAX_BYTES) + 1)
            else:
                with self._zip.open(name) as member:
                    data = member.read(MAX_BYTES + 1)
        except _NO_FILES as error:
            raise UnreadableFileError(why_unreadable(error, "a file")) from error
        if len(data) > MAX_BYTES:
            raise UnreadableFileError(f"is larger than {MAX_BYTES >> 30} GB; split it")
        return data

    def open(self, name: str) -> IO[bytes]:
        """Return a file to read piece by piece, for those too large to be read as a whole; to be closed.

        Raises:
            UnreadableFileError: It is damaged or not there; while reading too.
        """
        try:
            if self._zip is not None:
                opened = self._zip.open(name)
            else:
                opened = (self.path if self._is_file else self.path / name).open("rb")
        except _NO_FILES as error:
            raise UnreadableFileError(why_unreadable(error, "a file")) from error
        return io.BufferedReader(_Opened(opened), _PIECE)

    def _members(
        self, packed: zipfile.ZipFile, suffixes: frozenset[str], problems: Problems | None
    ) -> Iterable[str]:
        n_bytes = 0
        most = max(LARGE, SWELLS * self.path.stat().st_size)
        for member in packed.infolist():
            name = member.filename
            if not name or member.is_dir() or suffix(name) not in suffixes or name.startswith("__MACOSX/"):
                continue
            why = _why_refused(member)
            if not why and n_bytes + member.file_size > most:
                why = f"the zip would unpack to more than {most:,} bytes"
            if not why:
                n_bytes += member.file_size
                yield name
            elif problems is not None:
                problems.add(storable(clean(name)), "", f"it is refused: {why}")


class _Opened(io.RawIOBase):
    """A file whose damage is told as an error of ours."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        view = memoryview(buffer).cast("B")
        try:
            piece = self._file.read(len(view))
        except _NO_FILES as error:
            raise UnreadableFileError(why_unreadable(error, "a file")) from error
        view[: len(piece)] = piece
        return len(piece)

    def close(self) -> None:
        self._file.close()
        super().close()


def _why_refused(member: zipfile.ZipInfo) -> str:
    parts = member.filename.replace("\\", "/").split("/")
    if ".." in parts or parts[0] == "" or parts[0].endswith(":") or "\0" in member.filename:
        return "its name leads out of the zip"
    if member.flag_bits & 1:
        return "it is locked by a password; pack it without one"
    if member.file_size > LARGE and member.file_size > SWELLS * max(1, member.compress_size):
        return f"it would swell from {member.compress_size:,} to {member.file_size:,} bytes"
    return ""
