"""Samples of FiftyOne as rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from labelduck.importers.base import storable
from labelduck.importers.drawn import DrawnError
from labelduck.importers.fiftyone.plain import plain
from labelduck.importers.fiftyone.shapes import shape_of
from labelduck.importers.fiftyone.tags import known_fields, label_tags, sample_tags
from labelduck.importers.image_sizes import stem
from labelduck.importers.single_values import finite, side

if TYPE_CHECKING:
    from labelduck.importers.fiftyone.shapes import Size
    from labelduck.importers.files import Files
    from labelduck.importers.image_sizes import ImageSizes
    from labelduck.importers.rows import Rows

LISTS = {
    "Detections": "detections",
    "Polylines": "polylines",
    "Keypoints": "keypoints",
    "Classifications": "classifications",
}
SHAPES = frozenset(("Detection", "Polyline", "Keypoint"))
LABELS = (
    SHAPES
    | LISTS.keys()
    | {"Classification", "Segmentation", "Heatmap", "TemporalDetection", "TemporalDetections"}
)
"""Classes of labels; fields of other classes are facts about the sample."""

_SPLITS = {"train": "train", "val": "val", "validation": "val", "test": "test"}
_NO_SIZE = "its labels are left out, for the size of the picture is not known: give the pictures (--images) or sizes (--sizes)"
_SHAPE_FIELDS = frozenset(
    (
        "_id",
        "_cls",
        "label",
        "bounding_box",
        "mask",
        "mask_path",
        "points",
        "closed",
        "filled",
        "confidence",
        "tags",
        "index",
    )
)


class SampleReader:
    """Turns samples into rows of images, annotations, predictions, labels and tags.

    Args:
        rows: Where the rows go.
        files: Where mask files lie.
        sizes: Sizes of the pictures.
        models: Fields that are known to hold predictions.
        split: Split of samples whose tags name none.
    """

    def __init__(
        self, rows: Rows, files: Files, sizes: ImageSizes, *, models: frozenset[str], split: str | None
    ) -> None:
        self._rows, self._files, self._sizes = rows, files, sizes
        self._models, self._split = models, split
        self._file = ""

    def add(self, sample: dict[str, Any], file: str, place: str) -> None:
        """Add the rows of one sample."""
        self._file, sample = file, plain(sample)
        path = sample.get("filepath")
        if not isinstance(path, str) or not path:
            self._note("the sample is left out: it has no filepath", place, record=sample)
            return
        name = path.replace("\\", "/")
        own = name.removeprefix("data/") if not name.startswith("/") else name.rpartition("/")[2]
        image_id = self._rows.unique_id("images", storable(stem(own)), source_file=file, location=place)
        size = self._size(sample, own)
        fields = {f: v for f, v in sample.items() if isinstance(v, dict) and _kind(v) in LABELS}
        for field, value in fields.items():
            for number, label in enumerate(_labels(value)):
                where = f"{place}.{field}[{number}]"
                self._label(label, field, image_id, size, where)
        tags = sample.get("tags")
        texts = [tag for tag in tags if isinstance(tag, str)] if isinstance(tags, list) else []
        split = next((_SPLITS[tag] for tag in texts if tag in _SPLITS), self._split)
        row: dict[str, Any] = {
            "image_id": image_id,
            "file_name": storable(name),
            "split": split,
            "tags": [*map(storable, texts)],
        }
        row |= {"width": size and size[0], "height": size and size[1]}
        facts = {
            f: v for f, v in sample.items() if v is not None and f not in fields and not f.startswith("_")
        }
        for known in ("filepath", "tags", "metadata"):
            facts.pop(known, None)
        for tag in sample_tags(facts, texts, image_id):
            self._rows.add("tags", tag)
        self._rows.add("images", row | {"is_annotated": True, "attributes": facts})

    def _label(self, label: dict[str, Any], field: str, image_id: str, size: Size | None, place: str) -> None:
        confidence = label.get("confidence")
        is_model = field in self._models or isinstance(confidence, int | float)
        if _kind(label) == "Classification":
            self._classification(label, field, image_id, is_model=is_model)
        elif _kind(label) not in SHAPES:
            self._note(
                f"a label of class {_kind(label)!r} has no place in the lake; left out",
                place,
                record=label,
            )
        elif size is None:
            self._note(_NO_SIZE, place, record=label)
        else:
            self._object(label, field, image_id, size, place, is_model=is_model)

    def _object(
        self, label: dict[str, Any], field: str, image_id: str, size: Size, place: str, *, is_model: bool
    ) -> None:
        name = label.get("label")
        if not isinstance(name, str) or not name:
            self._note("the label is left out: it names no class", place, record=label)
            return
        try:
            columns = shape_of(label, size, self._files)
        except DrawnError as error:
            self._note(
                "the label is left out", place, problem=f"the label is left out: {error}", record=label
            )
            return
        table = "predictions" if is_model else "annotations"
        wanted = label.get("_id") if isinstance(label.get("_id"), str) else f"{image_id}/{field}/{place}"
        key = "prediction_id" if is_model else "annotation_id"
        own = self._rows.unique_id(table, str(wanted), source_file=self._file, location=place)
        row = columns | {key: own, "image_id": image_id, "class_name": storable(name)}
        if is_model:
            self._rows.add_once("models", field, {"model": field})
            row |= {"model": field, "confidence": finite(label.get("confidence"))}
        else:
            self._rows.add_once("classes", name, {"class_name": storable(name)})
            row |= {"source_file": self._file, "source_ref": place, **self._facts(label, field)}
        self._rows.add(table, row)
        for tag in label_tags(label, table.removesuffix("s"), own, image_id):
            self._rows.add("tags", tag)

    def _facts(self, label: dict[str, Any], field: str) -> dict[str, Any]:
        """Return the columns of an annotation beside its shape; what no column holds goes to `attributes`."""
        told = known_fields(label)
        rest = {
            name: value for name, value in label.items() if name not in told and name not in _SHAPE_FIELDS
        }
        nested = rest.pop("attributes", None)
        rest |= nested if isinstance(nested, dict) else {}
        index = label.get("index")
        instance = rest.pop("instance", None)
        group = instance.get("_id") if isinstance(instance, dict) else None
        crowd = rest.pop("iscrowd", None)
        return {
            "track_id": str(index) if isinstance(index, int) else None,
            "group_id": group if isinstance(group, str) else None,
            "is_crowd": bool(crowd) if isinstance(crowd, int | float) else None,
            "attributes": {"field": field}
            | {name: value for name, value in rest.items() if value is not None},
        }

    def _classification(self, label: dict[str, Any], field: str, image_id: str, *, is_model: bool) -> None:
        name = label.get("label")
        if not isinstance(name, str) or not name:
            self._note("a classification has no label; left out", field, record=label)
            return
        row: dict[str, Any] = {"image_id": image_id, "class_name": storable(name)}
        if is_model:
            self._rows.add_once("models", field, {"model": field})
            self._rows.add(
                "predicted_labels", row | {"model": field, "confidence": finite(label.get("confidence"))}
            )
        else:
            self._rows.add_once("classes", name, {"class_name": storable(name)})
            self._rows.add("image_labels", row | {"field": field})
        for tag in label_tags(label, "image", image_id, image_id):
            self._rows.add("tags", tag)

    def _size(self, sample: dict[str, Any], name: str) -> Size | None:
        metadata = sample.get("metadata")
        told = metadata if isinstance(metadata, dict) else {}
        width, height = side(told.get("width")), side(told.get("height"))
        if width is not None and height is not None:
            return width, height
        try:
            return self._sizes.size(name)
        except ValueError:
            return None

    def _note(self, kind: str, place: str, *, problem: str | None = None, record: object = None) -> None:
        self._rows.repeats.add(kind, self._file, place, problem, record=record)


def _kind(value: dict[str, Any]) -> str:
    """Return FiftyOne's class of a value, empty where it names none."""
    kind = value.get("_cls")
    return kind if isinstance(kind, str) else ""


def _labels(value: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the labels of a field: the one, or the list that it holds."""
    kind = _kind(value)
    inner = value.get(LISTS[kind]) if kind in LISTS else [value]
    return [label for label in inner if isinstance(label, dict)] if isinstance(inner, list) else []
