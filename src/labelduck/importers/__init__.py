"""Readers by format name; a format is one entry here."""

from __future__ import annotations

import os
from importlib import import_module
from typing import TYPE_CHECKING, Protocol, cast

from labelduck.errors import BadInputError, UsageError
from labelduck.importers.glance import forget

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from labelduck.importers.base import Batch, Known, ReadOptions

FORMATS = (
    "coco",
    "yolo",
    "voc",
    "ade20k",
    "mvtec",
    "mask_png",
    "cvat",
    "cvat_server",
    "cvat_events",
    "kitti",
    "open_images",
    "fiftyone",
    "cleanlab",
    "labelme",
    "supervisely",
    "bdd100k",
    "roboflow",
    "ava",
    "celeba",
    "datumaro",
    "icdar",
    "lfw",
    "mot",
    "mpii",
    "person_reid",
    "segment_anything",
    "vgg_face2",
    "vott",
    "wider_face",
    "image_table",
    "image_folder",
    "label_studio",
    "argilla",
    "datasaur",
    "records",
)
"""Formats of annotations; each is a module of this package."""

RECORDS = (
    *(
        "annotations",
        "labels",
        "assignments",
        "jobs",
        "events",
        "reviews",
        "issues",
        "tags",
        "images",
        "classes",
    ),
    *("models", "embeddings", "guidelines", "predictions", "predicted_labels"),
)
"""Tables that are read by column name; one package, `records`, serves them all and recognises them by their columns."""

PREDICTION_FORMATS = ("coco", "detection_text", "yolo", "voc", "kitti", "bdd100k", "mot", "records")
"""Formats of predictions."""

PREDICTED_RECORDS = ("labels", "annotations")
"""Of the tables read by column name, those that a model may have predicted."""

CERTAIN = 0.9
"""From here on the other formats are not asked."""


class Format(Protocol):
    """What the module of a format offers."""

    def read(self, path: Path, options: ReadOptions) -> Iterator[Batch]:
        """Yield the annotations."""

    def read_predictions(self, path: Path, known: Known, options: ReadOptions) -> Iterator[Batch]:
        """Yield the predictions."""

    def sniff(self, path: Path) -> float:
        """Tell how sure it is that the path is of this format, 0 to 1."""


def reader(name: str, path: Path, *, predictions: bool = False) -> tuple[str, Format]:
    """Return the format by name, or the one that recognises the path when the name is `auto`.

    Raises:
        UsageError: No such format.
        BadInputError: The path is absent, or no format recognises it.
    """
    known = PREDICTION_FORMATS if predictions else FORMATS
    if not os.path.exists(path):  # noqa: PTH110 - Path.exists fails where a name is too long
        raise BadInputError(path, "", "no such file or folder")
    if name != "auto":
        tables = PREDICTED_RECORDS if predictions else RECORDS
        if name not in known and name not in tables:
            raise UsageError(f"unknown format {name!r}; known are auto, {', '.join((*known, *tables))}")
        return name, _load(name)
    best, sure = "", 0.0
    forget()
    for candidate in known:
        score = _load(candidate).sniff(path)
        if score > sure:
            best, sure = candidate, score
        if sure >= CERTAIN:
            break
    if not best:
        from labelduck.importers.refused import why_refused

        unknown = (
            "is of no format known here; name one of those that `labelduck formats` lists, instead of auto"
        )
        raise BadInputError(path, "", why_refused(path) or unknown)
    return best, _load(best)


def _load(name: str) -> Format:
    if name in RECORDS:
        return cast("Format", import_module("labelduck.importers.records").of_table(name))
    return cast("Format", import_module(f"labelduck.importers.{name}"))
