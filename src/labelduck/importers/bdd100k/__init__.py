"""BDD100K and Scalabel JSON: lists of frames, or a file per frame, with boxes, polygons, curves, masks and graphs.

A box holds the pixel at x2, y2 (width = x2 - x1 + 1, as the format's description has it), so the lake's corner is one further.
Outlines are points and are taken as they are; a curve between control points ("C") becomes a line of short pieces, and
its control points stay in `attributes`. An image's id is its name without extension, with the video before it where two
videos have frames of one name. A label's id names its object over the frames of a video (`track_id`), so that an
annotation's id is image/label.

A frame's size is that of the frame, of the file's configuration, or of the picture; where none tells it stays unknown.
`timestamp` counts from the start of a video in BDD100K and from 1970 elsewhere: only the latter is `captured_at`. Labels
that nobody shaped by hand (`manualShape` false) have the source `model`. Boxes in space alone are refused.
"""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING

from labelduck.errors import BadInputError
from labelduck.importers.bdd100k.frames import frames_of
from labelduck.importers.bdd100k.predictions import Predictions
from labelduck.importers.bdd100k.scene import Scene
from labelduck.importers.files import Files, UnreadableFileError
from labelduck.importers.image_sizes import walk
from labelduck.importers.json_records import UnreadableJsonError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from labelduck.importers.base import Batch, Known, ReadOptions

_JSON = frozenset((".json",))
_HEAD = 1 << 16
_SAMPLE = 3
_SHAPES = (b'"box2d"', b'"poly2d"', b'"box3d"', b'"manualShape"')
_FRAME = (b'"videoName"', b'"frameIndex"', b'"timeofday"', b'"labels"', b'"timestamp"')
_NAME = re.compile(rb'"name"\s*:')


def read(path: Path, options: ReadOptions) -> Iterator[Batch]:
    """Yield images, classes, annotations and problems of Scalabel files.

    Args:
        path: One JSON file, or a folder or zip of them; a leading folder named after a split is the split.
        options: `split` counts where no folder says one, `class_names` numbers the classes, `images` and `sizes` give the
            sizes that the files leave open.

    Raises:
        BadInputError: There is no JSON file, or the one file named cannot be read.
    """
    scene = Scene(path, options)
    files = _files(path, scene)
    for name in files.names:
        try:
            frames = frames_of(files.read(name))
            scene.begin(name, frames.config)
            for number, frame in enumerate(frames):
                scene.add_frame(frame, f"frames[{number}]")
                yield from scene.rows.batches()
        except (UnreadableFileError, UnreadableJsonError) as error:
            if files.is_single:
                raise BadInputError(path, "", str(error)) from error
            scene.rows.repeats.add("the file cannot be read", name, "", str(error))
    scene.note_scores(str(path))
    yield from scene.rows.rest(str(path))


def read_predictions(path: Path, known: Known, options: ReadOptions) -> Iterator[Batch]:  # noqa: ARG001
    """Yield the labels of Scalabel files as predictions; each needs a `score`.

    Args:
        path: One JSON file, or a folder or zip of them.
        known: Images of the dataset, found by id or by the name of their file.
        options: None matters here.

    Raises:
        BadInputError: There is no JSON file, or the one file named cannot be read.
    """
    found = Predictions(known)
    files = Files(path, _JSON, problems=found.rows.problems)
    _require(files, path)
    for name in files.names:
        try:
            for number, frame in enumerate(frames_of(files.read(name))):
                found.add_frame(frame, name, f"frames[{number}]")
                yield from found.rows.batches()
        except (UnreadableFileError, UnreadableJsonError) as error:
            if files.is_single:
                raise BadInputError(path, "", str(error)) from error
            found.rows.repeats.add("the file cannot be read", name, "", str(error))
    yield from found.rows.rest(str(path))


def sniff(path: Path) -> float:
    """Tell how sure it is that a path holds Scalabel files, 0 to 1. It never raises."""
    try:
        names = islice(walk(path, _JSON), _SAMPLE) if path.is_dir() else ("",)
        return max((_sniff_file(path / name) for name in names), default=0.0)
    except OSError:
        return 0.0


def _files(path: Path, scene: Scene) -> Files:
    files = Files(path, _JSON, problems=scene.rows.problems)
    _require(files, path)
    return files


def _require(files: Files, path: Path) -> None:
    if not files.names:
        raise BadInputError(path, "", "holds no .json file; name the file or folder of the labels")


def _sniff_file(path: Path) -> float:
    with path.open("rb") as file:
        head = file.read(_HEAD)
    if head.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] not in (b"{", b"[") or not _NAME.search(head):
        return 0.0
    n_shapes, n_frame = (sum(word in head for word in words) for words in (_SHAPES, _FRAME))
    if n_shapes:
        return 0.93 if n_frame else 0.5
    return 0.7 if n_frame > 2 else 0.0
