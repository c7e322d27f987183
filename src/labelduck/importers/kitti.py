"""KITTI: a text file per picture, a line per object, as its object benchmark and many simulators write it.

    type truncated occluded alpha x1 y1 x2 y2 height width length x y z rotation_y [score]

`truncated` is a share, `occluded` a level from 0 (visible) to 2 (largely hidden) and 3 for unknown; the lake keeps the share
level / 3 and the level itself. `DontCare` marks regions in which nothing counts. Lines of 17 or 18 fields, with the frame
and the track in front, are those of the tracking benchmark: a file is a video there. Dimensions in metres, location and angles
are kept in `attributes`. Files with a score on every line are predictions. Field names are those of the development kits'
readme.txt.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, NamedTuple

from labelduck.errors import BadInputError
from labelduck.importers import drawn
from labelduck.importers.base import storable
from labelduck.importers.drawn import DrawnError
from labelduck.importers.files import Files, UnreadableFileError
from labelduck.importers.image_sizes import ImageSizes, clean, stem
from labelduck.importers.rows import Rows
from labelduck.importers.single_values import whole

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from labelduck.importers.base import Batch, Known, ReadOptions

DONT_CARE = "DontCare"
LABELS = (".txt",)
_LABEL_FOLDERS = frozenset(("label_2", "label_02", "labels", "label"))
_PICTURES = ("image_2", "image_02", "images", "image")
_NOT_LABELS = frozenset(("calib", "oxts", "velodyne", "planes", "imagesets", "devkit"))
_SPLITS = {
    "training": "train",
    "train": "train",
    "testing": "test",
    "test": "test",
    "val": "val",
    "validation": "val",
}
_UNSCORED, _SCORED = 14, 15


class _Line(NamedTuple):
    """One object: its line, class, numbers from `truncated` on, and the frame and track of a video."""

    number: int
    name: str
    numbers: list[float]
    frame: int | None
    track: str | None


class _Scene(NamedTuple):
    """The picture, or the video, that a label file is of."""

    file: str
    name: str
    split: str | None

    def image_id(self, line: _Line) -> str:
        """Return the id of the image that a line is of."""
        return self.name if line.frame is None else f"{self.name}/{line.frame:06d}"


def read(path: Path, options: ReadOptions) -> Iterator[Batch]:
    """Yield images, classes and annotations.

    Args:
        path: Folder of the dataset (label_2 and image_2, with or without training, testing or a split), a folder of label
            files, a zip of either, or one file.
        options: images or sizes tell the pictures' sizes; split names the split where folders do not.

    Raises:
        BadInputError: There is no label file.
    """
    rows = Rows()
    sizes = ImageSizes(images=options.images or _pictures(path), sizes=options.sizes)
    for scene, lines in _scenes(path, rows):
        _add_images(rows, scene, lines, sizes, options)
        for place, line in enumerate(lines):
            row = _object(line, rows, scene.file)
            if row is not None:
                image_id = scene.image_id(line)
                wanted = f"{image_id}/{place if line.track is None else line.track}"
                where = f"line {line.number}"
                own = rows.unique_id("annotations", wanted, source_file=scene.file, location=where)
                told = {"annotation_id": own, "image_id": image_id, "track_id": line.track}
                rows.add("annotations", row | told | {"source_file": scene.file, "source_ref": where})
                rows.add_once("classes", line.name, {"class_name": line.name})
        yield from rows.batches()
    yield from rows.rest(storable(str(path)))


def read_predictions(path: Path, known: Known, options: ReadOptions) -> Iterator[Batch]:  # noqa: ARG001 - as all formats
    """Yield predictions from lines that end in a score; those without one, and of images that nobody knows, become problems."""
    rows = Rows()
    images = set(known.images["image_id"].to_pylist())
    for scene, lines in _scenes(path, rows):
        for place, line in enumerate(lines):
            image_id = scene.image_id(line)
            kind = "" if len(line.numbers) == _SCORED else "the line has no score: it is no prediction"
            problem = kind or ("" if image_id in images else f"no image has the id {image_id}")
            if problem:
                kind = kind or "no image has the id"
                rows.repeats.add(kind, scene.file, f"line {line.number}", problem, record=_said(line))
                continue
            row = _object(line, rows, scene.file)
            if row is not None:
                shape = {column: row[column] for column in ("class_name", "geometry", "box", "area")}
                told = {"prediction_id": f"{image_id}/{place}", "confidence": line.numbers[-1]}
                rows.add("predictions", shape | told | {"image_id": image_id})
        yield from rows.batches()
    yield from rows.rest(storable(str(path)))


def sniff(path: Path) -> float:
    """Tell how sure it is that a path holds labels of KITTI: the first line of the first file that has one decides."""
    try:
        files = Files(path, LABELS)
        for name in _label_files(files)[:50]:
            first = files.read(name)[:4096].strip().split(b"\n", 1)[0].decode("utf-8", "replace").split()
            if first:
                return 0.9 if isinstance(_parsed(0, first), _Line) else 0.0
    except (BadInputError, UnreadableFileError, OSError, ValueError):
        return 0.0
    return 0.0


def _scenes(path: Path, rows: Rows) -> Iterator[tuple[_Scene, list[_Line]]]:
    """Yield every label file's scene and lines; lines that are none become problems."""
    files = Files(path, LABELS, problems=rows.problems)
    names = _label_files(files)
    if not names:
        raise BadInputError(path, "", "holds no label file of KITTI (label_2/*.txt)")
    for name in names:
        file = clean(name)
        try:
            text = files.read(name).decode("utf-8-sig", "replace")
        except UnreadableFileError as error:
            rows.problems.add(file, "", f"the file is left out: {error}")
            continue
        lines = []
        for number, words in enumerate(map(str.split, text.splitlines()), start=1):
            line = _parsed(number, words) if words else None
            if isinstance(line, str):
                told = f"the line is left out: {line}"
                rows.repeats.add("the line is left out", file, f"line {number}", told, record=" ".join(words))
            elif line is not None:
                lines.append(line)
        yield _scene(file), lines


def _scene(file: str) -> _Scene:
    parts = [part for part in stem(file).split("/") if part.lower() not in _LABEL_FOLDERS]
    split = next((_SPLITS[part.lower()] for part in parts[:-1] if part.lower() in _SPLITS), None)
    kept = [part for part in parts[:-1] if part.lower() not in _SPLITS]
    return _Scene(file, "/".join([*kept, parts[-1]]), split)


def _add_images(
    rows: Rows, scene: _Scene, lines: list[_Line], sizes: ImageSizes, options: ReadOptions
) -> None:
    """Add the image, or the frames of the video; an empty file is an image without objects."""
    frames = {line.frame: scene.image_id(line) for line in lines if line.frame is not None}
    told = [(image_id, {"video": scene.name, "frame": frame}) for frame, image_id in sorted(frames.items())]
    for image_id, more in told or [(scene.name, {})]:
        found = sizes.find(image_id)
        width, height = _size(sizes, found)
        row = {
            "image_id": image_id,
            "file_name": found or f"{image_id}.png",
            "width": width,
            "height": height,
        }
        row |= {"split": scene.split or options.split, "is_annotated": True}
        if not rows.add_once("images", image_id, row | more):
            told_again = f"another file is of the image {image_id} too: its objects are added to it"
            rows.repeats.add("two files of one image", scene.file, "", told_again, severity="warning")


def _size(sizes: ImageSizes, found: str | None) -> tuple[int | None, int | None]:
    try:
        return sizes.size_of(found) if found is not None else (None, None)
    except ValueError:
        return None, None


def _pictures(path: Path) -> Path | None:
    """Return the folder with the pictures of label files: image_2 beside label_2, or the folder itself."""
    if not path.is_dir():
        return None
    beside = (path.parent / name for name in _PICTURES)
    return next((folder for folder in beside if folder.is_dir() and path.name in _LABEL_FOLDERS), path)


def _label_files(files: Files) -> list[str]:
    """Return the files that may hold labels: where folders are named so those in them, else all but calibration and the like."""
    if files.is_single:
        return files.names
    named = [name for name in files.names if not _LABEL_FOLDERS.isdisjoint(name.lower().split("/")[:-1])]
    return named or [name for name in files.names if _NOT_LABELS.isdisjoint(name.lower().split("/"))]


def _parsed(number: int, words: list[str]) -> _Line | str:
    """Return a line's object, or in words why it is none."""
    frame, track = None, None
    if len(words) > _SCORED + 1 and words[0].isdecimal():
        frame, track = whole(words[0]), words[1]
        if frame is None:
            return f"{words[0]:.40} is no number of a frame"
        words = words[2:]
    if len(words) - 1 not in (_UNSCORED, _SCORED):
        return f"{len(words)} fields, expected 15, 16 with a score, and two more in a video"
    try:
        numbers = [float(word) for word in words[1:]]
    except ValueError:
        return "a field that should be a number is none"
    if not all(map(math.isfinite, numbers)):
        return "a number is not finite"
    return _Line(number, words[0], numbers, frame, None if track == "-1" else track)


def _object(line: _Line, rows: Rows, file: str) -> dict[str, Any] | None:
    truncated, level, alpha, *box = line.numbers[:7]
    try:
        columns = drawn.box(*box)
    except DrawnError as error:
        told = f"the object is left out: {error}"
        rows.repeats.add("the object is left out", file, f"line {line.number}", told, record=_said(line))
        return None
    facts: dict[str, object] = {"alpha": alpha, "occlusion_level": int(level) if level >= 0 else None}
    facts |= dict(zip(("dimensions", "location"), (line.numbers[7:10], line.numbers[10:13]), strict=True))
    facts |= {"rotation_y": line.numbers[13]}
    return columns | {
        "class_name": line.name,
        "is_ignored": line.name == DONT_CARE,
        # The tracking benchmark writes levels 0, 1, 2 where the object benchmark writes a share.
        "truncated": min(truncated, 1.0) if truncated >= 0 else None,
        "occluded": level / 3 if 0 <= level < 3 else None,
        "attributes": {name: value for name, value in facts.items() if not _is_unknown(value)},
    }


def _is_unknown(value: object) -> bool:
    """Tell whether a field holds what stands for nothing: -10 for angles, -1 for metres, -1000 for places, and -1 for all."""
    return value in (None, -1.0, -10.0, [-1.0] * 3, [-1000.0] * 3)


def _said(line: _Line) -> str:
    return " ".join([line.name, *(f"{number:g}" for number in line.numbers)])
