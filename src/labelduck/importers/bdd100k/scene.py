"""The rows of one import of Scalabel files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from labelduck.importers.base import LARGEST_WHOLE
from labelduck.importers.bdd100k.labels import id_of, label_of
from labelduck.importers.drawn import DrawnError
from labelduck.importers.image_sizes import is_picture, stem
from labelduck.importers.missing_sizes import MissingSizes
from labelduck.importers.rows import Rows
from labelduck.importers.split_folders import split_of

if TYPE_CHECKING:
    from pathlib import Path

    from labelduck.importers.base import ReadOptions

FIRST_EPOCH = 10**11
"""Milliseconds since 1970 of the year 1973; a smaller timestamp counts from the start of its video."""
_FRAME = frozenset(("name", "url", "videoName", "timestamp", "frameIndex", "size", "labels", "attributes"))


class Scene:
    """The rows of one import.

    Attributes:
        rows: Rows and problems so far.
    """

    def __init__(self, path: Path, options: ReadOptions) -> None:
        self.rows = Rows()
        self._sizes = MissingSizes(path, options)
        self._options = options
        self._numbers = {name: number for number, name in enumerate(options.class_names)}
        self._videos: dict[str, str | None] = {}
        self._file = ""
        self._split: str | None = None
        self._size: tuple[int | None, int | None] = (None, None)
        self._n_labels = self._n_scored = 0

    def begin(self, source_file: str, config: dict[str, Any]) -> None:
        """Begin a file; its configuration may give the size of all its frames, and the classes."""
        self._file = source_file
        folder, _, rest = source_file.partition("/")
        self._split = (split_of(folder) if rest else None) or self._options.split
        self._size = _size(config.get("imageSize", config.get("image_size")))
        self._add_categories(config.get("categories"), None)

    def add_frame(self, frame: object, place: str) -> None:
        """Add an image and its labels."""
        name = frame.get("name") if isinstance(frame, dict) else None
        if not isinstance(frame, dict) or not isinstance(name, (str, int)) or name == "":
            self.rows.repeats.add("a frame has no name; left out", self._file, place, record=frame)
            return
        labels = frame.get("labels")
        if labels is not None and not isinstance(labels, list):
            self.rows.repeats.add(
                "labels are no list; left out", self._file, f"{place}.labels", record=labels
            )
            labels = None
        video = frame.get("videoName")
        video = str(video) if isinstance(video, (str, int)) and video != "" else None
        image_id = self._add_image(frame, str(name), video, is_annotated=labels is not None)
        for number, label in enumerate(labels or ()):
            self._add_label(
                label, image_id, f"{place}.labels[{number}]", number=number, is_video=video is not None
            )

    def note_scores(self, source_file: str) -> None:
        """Warn where all labels have scores: they look like a model's."""
        if self._n_labels and self._n_scored == self._n_labels:
            problem = "all labels have a score; a model's are imported with `labelduck predictions bdd100k`"
            self.rows.problems.add(source_file, "", problem, severity="warning")

    def _add_image(self, frame: dict[str, Any], name: str, video: str | None, *, is_annotated: bool) -> str:
        image_id = stem(name) if is_picture(name) else name
        if self._videos.setdefault(image_id, video) != video:
            image_id = f"{video}/{image_id}"
        width, height = _size(frame.get("size"))
        if width is None or height is None:
            width, height = self._size
        if width is None or height is None:
            width, height = self._sizes.find(name if video is None else f"{video}/{name}")
        said = frame.get("attributes")
        rest = dict(said) if isinstance(said, dict) else {"attributes": said} if said else {}
        rest |= {key: value for key, value in frame.items() if key not in _FRAME and value is not None}
        row = {
            "image_id": image_id,
            "file_name": name,
            "uri": frame["url"] if isinstance(frame.get("url"), str) and frame["url"] else None,
            "width": width,
            "height": height,
            "split": self._split,
            "video": video,
            "frame": _count(frame.get("frameIndex")),
            "is_annotated": True if is_annotated else None,
        }
        moment = _count(frame.get("timestamp"))
        if moment is not None and moment >= FIRST_EPOCH:
            row["captured_at"] = str(moment)
        elif frame.get("timestamp") is not None:
            rest["timestamp"] = frame["timestamp"]
        if not self.rows.add_once("images", image_id, row | {"attributes": rest}):
            problem = f"another frame is named {name} too: the labels of both are kept"
            self.rows.repeats.add("a frame comes twice", self._file, "", problem, severity="warning")
        return image_id

    def _add_label(self, label: Any, image_id: str, place: str, *, number: int, is_video: bool) -> None:  # noqa: ANN401
        try:
            columns = label_of(label)
        except DrawnError as error:
            problem = f"{error}; left out"
            self.rows.repeats.add("a label cannot be used", self._file, place, problem, record=label)
            return
        own_id = id_of(label)
        wanted = f"{image_id}/{number if own_id is None else own_id}"
        annotation_id = self.rows.unique_id("annotations", wanted, source_file=self._file, location=place)
        name = columns["class_name"]
        self.rows.add_once("classes", name, {"class_name": name, "class_index": self._numbers.get(name)})
        known: dict[str, Any] = {
            "annotation_id": annotation_id,
            "image_id": image_id,
            "source_file": self._file,
            "source_ref": place,
        }
        if is_video:
            known["track_id"] = own_id
        self.rows.add("annotations", known | columns)
        self._n_labels += 1
        self._n_scored += label.get("score") is not None

    def _add_categories(self, told: object, parent: str | None, depth: int = 0) -> None:
        """Add the classes of a configuration; those with subcategories are only parents."""
        for category in told if isinstance(told, list) and depth < 10 else ():
            name = category.get("name") if isinstance(category, dict) else category
            if not isinstance(name, str) or not name:
                continue
            inner = category.get("subcategories") if isinstance(category, dict) else None
            if inner:
                self._add_categories(inner, name, depth + 1)
                continue
            row = {"class_name": name, "class_index": self._numbers.get(name), "supercategory": parent}
            self.rows.add_once("classes", name, row)


def _size(told: object) -> tuple[int | None, int | None]:
    sides = (told.get("width"), told.get("height")) if isinstance(told, dict) else (None, None)
    width, height = (side if type(side) is int and 0 < side <= LARGEST_WHOLE else None for side in sides)
    return width, height


def _count(value: object) -> int | None:
    is_count = isinstance(value, (int, float)) and not isinstance(value, bool) and 0 <= value < 1 << 62
    return int(value) if is_count and isinstance(value, (int, float)) else None
