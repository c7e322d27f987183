"""A task: its pictures, and what is said of it as a whole."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from labelduck.importers.base import storable
from labelduck.importers.image_sizes import is_picture
from labelduck.importers.label_studio.pictures import picture
from labelduck.importers.label_studio.reading import RANK, Shown, id_text, is_side
from labelduck.importers.single_values import whole

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from labelduck.importers.label_studio.config import LabelConfig
    from labelduck.importers.label_studio.reading import Reading, Record

_PICTURE_KEYS = ("image", "img", "images", "pages", "image_url", "photo", "picture", "video", "url", "uri")
_URL_KEYS = ("url", "image", "src", "path", "page")
_OWN_KEYS = ("image_id", "file_name", "width", "height", "split", "batch", "video", "frame", "captured_at")
_PAGE_TYPES = (int, type(None))
_NUMBERED = re.compile(r"\D(\d{1,6})$")
_NOT_KEPT = frozenset({"id", "data", "annotations", "completions", "predictions", "drafts", "meta"})


@dataclass
class Task:
    """One task while its annotations are read.

    Attributes:
        task_id: Its id.
        data: What is to be labelled.
        shown: Its pictures; one without a path where it is a text.
        batch: Batch that its data or meta name.
        statuses: How far each annotator came, by image and annotator.
        annotated: Images that somebody has annotated.
        annotations: What the annotations say as a whole.
    """

    task_id: str
    data: Record
    shown: list[Shown]
    batch: str | None
    statuses: dict[tuple[str, str | None], str] = field(default_factory=dict)
    annotated: set[str] = field(default_factory=set)
    annotations: list[Record] = field(default_factory=list)
    _places: dict[tuple[str, int | None], Shown] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        """Index the pictures by key and page; the first of a key and the first of a page stand for those not known."""
        for shown in self.shown:
            for place in ((shown.key, shown.page), (shown.key, None), ("", shown.page)):
                self._places.setdefault(place, shown)

    def picture_of(self, config: LabelConfig, result: Mapping[str, Any]) -> Shown:
        """Return the picture that a result is about: by the control it belongs to, and by its page."""
        if len(self.shown) == 1:
            return self.shown[0]
        name = result.get("to_name")
        name = name if isinstance(name, str) else ""
        key = config.pictures.get(name, name).partition("[")[0]
        page = result.get("item_index")
        if type(page) is not int and (numbered := _NUMBERED.search(name)):
            page = whole(numbered[1])
        for place in ((key, page), (key, None), ("", page)):
            if type(place[1]) in _PAGE_TYPES and place in self._places:
                return self._places[place]
        return self.shown[0]

    def came_to(self, image_id: str, annotator: str | None, status: str) -> None:
        """Remember how far an annotator came with an image; of several times the furthest."""
        before = self.statuses.get((image_id, annotator))
        if before is None or RANK[before] < RANK[status]:
            self.statuses[image_id, annotator] = status


def task_of(reading: Reading, record: Record, task_id: str) -> Task:
    """Return a task with its pictures."""
    data = record["data"] if isinstance(record.get("data"), dict) else {}
    meta = record.get("meta")
    batch = data.get("batch", meta.get("batch") if isinstance(meta, dict) else None)
    own = id_text(data.get("image_id"))
    shown: list[Shown] = []
    told = list(pictures_in(data, reading.config))
    for key, page, uri in told:
        found = picture(uri)
        image_id, split = reading.pictures.id_and_split(found, task_id, page=page)
        if own is not None:
            image_id = own if len(told) == 1 else f"{own}/{len(shown)}"
        shown.append(Shown(image_id, key, page, found.uri, found.path, split))
    if not shown:
        shown.append(Shown(own or task_id, "", None, None, "", None))
    width, height = data.get("width"), data.get("height")
    if is_side(width) and is_side(height) and len(shown) == 1:
        shown[0].width, shown[0].height = width, height
    return Task(task_id, data, shown, id_text(batch))


def pictures_in(data: Mapping[str, Any], config: LabelConfig) -> Iterator[tuple[str, int | None, str]]:
    """Yield key, page and address of each picture that a task's data names."""
    keys = [key.partition("[")[0] for key in config.pictures.values()]
    known = [key for key in dict.fromkeys(keys) if key in data]
    if not known:
        known = [key for key in _PICTURE_KEYS if _addresses(data.get(key), is_named=True)][:1]
    if not known:
        known = [key for key, value in data.items() if _addresses(value, is_named=False)][:1]
    for key in known:
        found = _addresses(data[key], is_named=True)
        many = isinstance(data[key], list) and len(found) > 1
        for page, uri in enumerate(found):
            yield key, page if many else None, uri


def image_row(reading: Reading, task: Task, record: Record, shown: Shown) -> Record:
    """Return the row of `images` of one picture."""
    size = shown.known_size(reading)
    data = task.data
    own = {name: data.get(name) for name in _OWN_KEYS} if "image_id" in data else {}
    file_name = own.get("file_name") or shown.path
    row: Record = {
        "image_id": shown.image_id,
        "file_name": storable(file_name) if isinstance(file_name, str) and file_name else None,
        "uri": shown.uri,
        "split": _text(own.get("split")) or shown.split or reading.split,
        "batch": task.batch,
        "is_annotated": shown.image_id in task.annotated,
        "attributes": _attributes(record, task, shown, frozenset(own)),
    }
    if size is not None:
        row["width"], row["height"] = size
    for name in ("video", "captured_at"):
        if (text := _text(own.get(name))) is not None:
            row[name] = text
    frame = own.get("frame")
    if is_side(frame) or (type(frame) is int and frame == 0):
        row["frame"] = frame
    return row


def _attributes(record: Record, task: Task, shown: Shown, own: frozenset[str]) -> Record:
    """Return what task, data and annotations say that has no column."""
    has_column = own | {shown.key, "batch"}
    found = {key: value for key, value in task.data.items() if key not in has_column}
    rest = {
        key: value for key, value in record.items() if key not in _NOT_KEPT and value not in (None, [], 0)
    }
    meta = record.get("meta")
    if isinstance(meta, dict):
        rest |= {"meta": {key: value for key, value in meta.items() if key != "batch"} or None}
    elif meta:
        rest["meta"] = meta
    drafts = record.get("drafts")
    if isinstance(drafts, list) and drafts:
        rest["n_drafts"] = len(drafts)
    rest = {key: value for key, value in rest.items() if value is not None}
    return (
        found
        | {"task": task.task_id}
        | rest
        | ({"annotations": task.annotations} if task.annotations else {})
    )


def _addresses(value: object, *, is_named: bool) -> list[str]:
    """Return the addresses that a value of the data holds; where its key says nothing, only what ends like a picture."""
    found = []
    for each in value if isinstance(value, list) else [value]:
        one = next((each[key] for key in _URL_KEYS if key in each), None) if isinstance(each, dict) else each
        if isinstance(one, str) and one and (is_named or is_picture(one.partition("?")[0])):
            found.append(one)
    return found


def _text(value: object) -> str | None:
    return storable(value) if isinstance(value, str) and value else None
