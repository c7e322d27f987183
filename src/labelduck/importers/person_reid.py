"""Market-1501, DukeMTMC and MARS: pictures of persons, told apart by the number in the file's name.

    bounding_box_train/0002_c1s1_000451_03.jpg    person, camera and sequence, frame, detection (Market-1501)
    bounding_box_train/0001_c2_f0046182.jpg       person, camera, frame (DukeMTMC)
    bbox_train/0001/0001C1T0001F001.jpg           person, camera, tracklet, frame (MARS)

The person is the image label `identity`: -1 (or 00-1) marks pictures that do not count, 0000 what is no wanted person. The camera with
its sequence or tracklet is the image's video. Folders are splits: train, test (the gallery) and query.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from labelduck.errors import BadInputError
from labelduck.importers.files import Files
from labelduck.importers.glance import glance
from labelduck.importers.image_sizes import PICTURE_SUFFIXES, clean, stem
from labelduck.importers.scene import Scene

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from labelduck.importers.base import Batch, ReadOptions

_PICTURE = re.compile(
    r"(?:(?P<folder>.*)/)?(?:"
    r"(?P<market>-1|\d{4})_(?P<camera>c\ds\d)_(?P<market_frame>\d{6,7})_\d\d"
    r"|(?P<duke>\d{4})_(?P<duke_camera>c\d)_f(?P<duke_frame>\d{7})"
    r"|(?P<mars>00-1|\d{4})(?P<tracklet>C\dT\d{4})F(?P<mars_frame>\d{3,4})"
    r")(?:\.jpg)+",
    re.IGNORECASE,
)
_SPLITS = {
    "bounding_box_train": "train",
    "bounding_box_test": "test",
    "bbox_train": "train",
    "bbox_test": "test",
}
_SPLITS |= {"query": "query", "gt_bbox": "test", "gt_query": "query"}
_LOOKED_AT = 50


def read(path: Path, options: ReadOptions) -> Iterator[Batch]:
    """Yield images and who they show.

    Args:
        path: Folder or zip of the data set, or one of its folders.
        options: `split` counts where no folder says one.

    Raises:
        BadInputError: There is no picture named so.
    """
    scene = Scene(path, options)
    files = Files(path, PICTURE_SUFFIXES, problems=scene.rows.problems)
    matches = [(name, _PICTURE.fullmatch(name)) for name in files.names]
    if not any(match for _, match in matches):
        raise BadInputError(path, "", "holds no picture named 0001_c1s1_000451_03.jpg or 0001C1T0001F001.jpg")
    for name, match in matches:
        if match is None:
            problem = "its name tells no person: the picture is left out"
            scene.rows.repeats.add(problem, clean(name), "")
        else:
            _add(scene, clean(name), match, path, options)
        yield from scene.rows.batches()
    yield from scene.rows.rest(clean(str(path)))


def sniff(path: Path) -> float:
    """Tell how sure it is that a path holds such pictures, 0 to 1."""
    seen = glance(path)
    names = (
        [] if seen.is_single else [name for name in seen.names if name.lower().endswith(".jpg")][:_LOOKED_AT]
    )
    n_like = sum(_PICTURE.fullmatch(name) is not None for name in names)
    return 0.92 if names and 2 * n_like > len(names) else 0.0


def _add(scene: Scene, name: str, match: re.Match[str], path: Path, options: ReadOptions) -> None:
    folders = [*(match["folder"] or "").split("/"), path.name]
    split = next((_SPLITS[folder] for folder in folders if folder in _SPLITS), options.split)
    person = match["market"] or match["duke"] or match["mars"]
    video = match["camera"] or match["duke_camera"] or match["tracklet"]
    frame = int(match["market_frame"] or match["duke_frame"] or match["mars_frame"])
    image_id = scene.image("", name, key=stem(name), split=split, video=video, frame=frame)
    scene.add_label(image_id, person, "identity")
