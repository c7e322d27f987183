"""MOTChallenge: one text file per sequence, a line per object and frame.

    SEQUENCE/gt/gt.txt      frame, track, left, top, width, height, counts (0 or 1), class, visibility
    SEQUENCE/det/det.txt    frame, -1, left, top, width, height, score: predictions
    SEQUENCE/seqinfo.ini    name, imDir, imWidth, imHeight, imExt
    SEQUENCE/gt/labels.txt  names of the classes 1, 2, ..., as CVAT and Datumaro write them

The benchmark counts pixels from 1 (Dendorfer et al., MOT20, 2020, section 5), so that 1 is taken off left and top; files with a
labels.txt count from 0, as the tools that write it do. `voc_offset` overrules both. Lines that do not count are ignored.
"""

from __future__ import annotations

import configparser
import re
from typing import TYPE_CHECKING, Any, NamedTuple

from labelduck.errors import BadInputError
from labelduck.importers import drawn
from labelduck.importers.base import LARGEST_WHOLE
from labelduck.importers.drawn import DrawnError
from labelduck.importers.files import Files, UnreadableFileError
from labelduck.importers.glance import glance
from labelduck.importers.scene import Scene
from labelduck.importers.split_folders import split_of
from labelduck.importers.text_lines import lines_of, text_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from labelduck.importers.base import Batch, Known, ReadOptions
    from labelduck.importers.drawn import Columns

# The benchmark's numbers from 1 on, as in its development kit.
CLASSES = (
    *("pedestrian", "person on vehicle", "car", "bicycle", "motorbike", "non motorized vehicle"),
    *(
        "static person",
        "distractor",
        "occluder",
        "occluder on the ground",
        "occluder full",
        "reflection",
        "crowd",
    ),
)
_TRUTH, _FOUND = re.compile(r"(?:.*/)?gt\.txt"), re.compile(r"(?:.*/)?det\.txt")
_LINE = re.compile(r"\s*\d+(\.0*)?\s*,\s*-?\d+(\.0*)?\s*(,\s*-?[\d.]+(e-?\d+)?\s*){4,8},?\s*")


class _Sequence(NamedTuple):
    """A sequence: its folder, name, where its pictures lie, and what its lines mean."""

    folder: str
    name: str
    pictures: str
    extension: str
    size: tuple[str | None, str | None]
    classes: tuple[str, ...]
    offset: float

    def key(self, frame: int) -> str:
        """Return the path of a frame without extension, its folder that of the sequence."""
        return f"{self.folder}/{frame:06d}".removeprefix("/")

    def image(self, scene: Scene, frame: int) -> str:
        """Return the id of a frame."""
        name = f"{frame:06d}{self.extension}"
        split = split_of(self.folder.partition("/")[0]) or scene.options.split
        return scene.image(
            self.pictures, name, self.size, key=self.key(frame), video=self.name, frame=frame, split=split
        )


def read(path: Path, options: ReadOptions) -> Iterator[Batch]:
    """Yield images, classes and annotations of gt.txt files.

    Raises:
        BadInputError: There is none.
    """
    scene, files, names = _opened(path, options, _TRUTH, "gt/gt.txt")

    def add(scene: Scene, data: bytes, name: str) -> Iterator[None]:
        sequence = _sequence(files, name, path, options)
        for number, class_name in enumerate(
            sequence.classes if _labels(name) in files.member_names else (), 1
        ):
            scene.add_class(class_name, number)
        for place, line in lines_of(data):
            try:
                frame, columns, class_name = _object(line, sequence)
            except DrawnError as error:
                scene.refuse("the line is left out", name, place, error, line)
                continue
            scene.add_object(sequence.image(scene, frame), columns, class_name, source_file=name, place=place)
            yield

    yield from scene.read(files, names, add)


def read_predictions(path: Path, known: Known, options: ReadOptions) -> Iterator[Batch]:
    """Yield the predictions of det.txt files; of frames that nobody knows become problems."""
    scene, files, names = _opened(path, options, _FOUND, "det/det.txt")
    images = set(known.images["image_id"].to_pylist())

    def add(scene: Scene, data: bytes, name: str) -> Iterator[None]:
        sequence = _sequence(files, name, path, options)
        for place, line in lines_of(data):
            try:
                frame, columns, class_name = _object(line, sequence, is_found=True)
            except DrawnError as error:
                scene.refuse("the line is left out", name, place, error, line)
                continue
            key = sequence.key(frame)
            image_id = next((each for each in (key, key.partition("/")[2]) if each in images), None)
            if image_id is None:
                scene.refuse("no image has the id", name, place, f"no image has the id {key}", line)
                continue
            wanted = f"{key}/{place.removeprefix('line ')}"
            told = {"prediction_id": wanted, "image_id": image_id, "class_name": class_name}
            scene.rows.add("predictions", told | columns)
            yield

    yield from scene.read(files, names, add)


def sniff(path: Path) -> float:
    """Tell how sure it is that a path holds such files, 0 to 1."""
    seen = glance(path)
    for pattern in (_TRUTH, _FOUND):
        for name in seen.matching(pattern):
            lines = seen.head(name, 512).strip().splitlines()
            return 0.92 if lines and _LINE.fullmatch(lines[0]) else 0.0
    return 0.0


def _opened(
    path: Path, options: ReadOptions, pattern: re.Pattern[str], what: str
) -> tuple[Scene, Files, list[str]]:
    scene = Scene(path, options)
    files = Files(path, (".txt", ".ini"), problems=scene.rows.problems)
    names = [name for name in files.names if files.is_single or pattern.fullmatch(name)]
    if not names:
        raise BadInputError(path, "", f"holds no {what}, as a sequence of MOTChallenge has it")
    return scene, files, names


def _labels(name: str) -> str:
    return f"{name.rpartition('/')[0]}/labels.txt".removeprefix("/")


def _sequence(files: Files, name: str, path: Path, options: ReadOptions) -> _Sequence:
    parts = name.split("/")[:-1]
    parts = parts[:-1] if parts and parts[-1].lower() in ("gt", "det") else parts
    folder = "/".join(parts)
    said = _seqinfo(files, f"{folder}/seqinfo.ini".removeprefix("/"))
    labels: tuple[str, ...] = options.class_names
    if not labels and _labels(name) in files.member_names:
        labels = tuple(line for _, line in lines_of(files.read(_labels(name))))
    offset = options.voc_offset if options.voc_offset is not None else float(not labels)
    root = path.parent if files.is_single or path.name in ("gt", "det") else path
    return _Sequence(
        folder=folder,
        name=said.get("name") or (parts[-1] if parts else root.absolute().name),
        pictures=f"{folder}/{said.get('imdir') or 'img1'}".removeprefix("/"),
        extension=said.get("imext") or ".jpg",
        size=(said.get("imwidth"), said.get("imheight")),
        classes=labels or CLASSES,
        offset=offset,
    )


def _seqinfo(files: Files, name: str) -> dict[str, str]:
    """Return what a seqinfo.ini says, keys in small letters; nothing where there is none or it is damaged."""
    parser = configparser.ConfigParser(interpolation=None, strict=False)
    try:
        parser.read_string(text_of(files.read(name)) if name in files.member_names else "")
    except (configparser.Error, UnreadableFileError):
        return {}
    return dict(parser["Sequence"]) if "Sequence" in parser else {}


def _object(line: str, sequence: _Sequence, *, is_found: bool = False) -> tuple[int, Columns, str]:
    """Return the frame, the columns and the class of a line."""
    words = [word.strip() for word in line.rstrip(",").split(",")]
    if len(words) < 6 + is_found:
        raise DrawnError(f"{len(words)} numbers, expected frame, track and four of a box")
    frame, track, left, top, width, height, *rest = drawn.numbers(words)
    if not 0 <= frame <= LARGEST_WHOLE or frame % 1:
        raise DrawnError(f"{words[0]} is no number of a frame")
    left, top = left - sequence.offset, top - sequence.offset
    columns = drawn.box(left, top, left + width, top + height)
    number = int(rest[1]) if len(rest) > 1 and not is_found else -1
    names = sequence.classes
    class_name = (
        names[number - 1] if 0 < number <= len(names) else f"class {number}" if number >= 0 else names[0]
    )
    if is_found:
        return int(frame), columns | {"confidence": rest[0]}, class_name
    told: dict[str, Any] = {"track_id": str(int(track)) if track >= 0 else None}
    told["is_ignored"] = bool(rest) and rest[0] == 0
    if len(rest) == 3 and 0 <= rest[2] <= 1:
        told["occluded"] = 1 - rest[2]
    return int(frame), columns | told, class_name
