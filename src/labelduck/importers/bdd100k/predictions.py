"""Labels with scores, as a model's predictions for images that the lake knows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from labelduck.importers.bdd100k.labels import id_of, label_of, score_of
from labelduck.importers.drawn import DrawnError
from labelduck.importers.image_sizes import is_picture, stem
from labelduck.importers.rows import Rows
from labelduck.schema import TABLES

if TYPE_CHECKING:
    from labelduck.importers.base import Known

NO_IMAGE = "the dataset has no image of this name: its predictions are left out"
_COLUMNS = frozenset(TABLES["predictions"].names)


class Predictions:
    """Predictions of one import.

    Attributes:
        rows: Rows and problems so far.
    """

    def __init__(self, known: Known) -> None:
        self.rows = Rows()
        self._images: dict[str, str | None] = {}
        names = known.images["file_name"].to_pylist()
        ids = known.images["image_id"].to_pylist()
        for image_id, name in zip(ids, names, strict=True):
            path = stem(name) if name and is_picture(name) else name
            for short in {path, path.rpartition("/")[2]} if path else ():
                self._images[short] = image_id if self._images.get(short, image_id) == image_id else None
        self._images |= {image_id: image_id for image_id in ids}

    def add_frame(self, frame: object, source_file: str, place: str) -> None:
        """Add the labels of a frame."""
        name = frame.get("name") if isinstance(frame, dict) else None
        labels = frame.get("labels") if isinstance(frame, dict) else None
        if (
            not isinstance(frame, dict)
            or not isinstance(name, (str, int))
            or not isinstance(labels or [], list)
        ):
            self.rows.repeats.add(
                "a frame has no name or no labels; left out", source_file, place, record=frame
            )
            return
        image_id = self._find(str(name), frame.get("videoName"))
        if image_id is None:
            problem = f"{NO_IMAGE} ({name!s:.200}, {len(labels or ())} labels)"
            self.rows.repeats.add(NO_IMAGE, source_file, place, problem, record=frame)
            return
        for number, label in enumerate(labels or ()):
            self._add_label(label, image_id, source_file, f"{place}.labels[{number}]", number)

    def _find(self, name: str, video: object) -> str | None:
        path = stem(name) if is_picture(name) else name
        for candidate in (f"{video}/{path}", path, path.rpartition("/")[2]):
            if self._images.get(candidate) is not None:
                return self._images[candidate]
        return None

    def _add_label(self, label: Any, image_id: str, source_file: str, place: str, number: int) -> None:  # noqa: ANN401
        try:
            columns = label_of(label)
            score = score_of(label)
        except DrawnError as error:
            problem = f"{error}; left out"
            self.rows.repeats.add("a label cannot be used", source_file, place, problem, record=label)
            return
        own_id = id_of(label)
        wanted = f"{image_id}/{number if own_id is None else own_id}"
        row = {name: value for name, value in columns.items() if name in _COLUMNS}
        row |= {
            "prediction_id": self.rows.unique_id(
                "predictions", wanted, source_file=source_file, location=place
            ),
            "image_id": image_id,
            "confidence": score,
        }
        self.rows.add("predictions", row)
