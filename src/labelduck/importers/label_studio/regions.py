"""The regions of one annotation: results that share an id are one region, told by several controls.

A rectangle may come with its label, a choice and a remark, each a result of its own with the same id. A region is counted once.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from labelduck.importers.base import storable
from labelduck.importers.label_studio.answers import answer
from labelduck.importers.label_studio.shapes import likely_shape, shape_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from labelduck.importers.label_studio.reading import Reading, Record

NOT_OF_PICTURES = frozenset(
    {"hypertextlabels", "paragraphlabels", "timeserieslabels", "timelinelabels", "paragraphs", "chatmessage"}
)
ANSWERS = frozenset({"choices", "taxonomy", "textarea", "number", "rating", "pairwise", "datetime", "ranker"})


@dataclass(slots=True)
class Region:
    """One region, or the answers about the whole picture that share an id.

    Attributes:
        region_id: Id within the annotation; empty where the source gives none.
        number: Position of its first result.
        place: Where its shape, else its first result stands.
        shape: What is drawn; None for answers about the whole picture.
        result: The result that draws it, else its first.
        value: The value of that result.
        labels: Labels, in order.
        answers: Type and answer by control.
        keypoints: Values of the keypoints of its pose by place.
    """

    region_id: str
    number: int
    place: str
    shape: str | None
    result: Record
    value: Mapping[str, Any]
    labels: list[str] = field(default_factory=list)
    answers: dict[str, tuple[str, Any]] = field(default_factory=dict)
    keypoints: dict[int, Mapping[str, Any]] = field(default_factory=dict)


class _Result(NamedTuple):
    """One result with its type, value, position and place."""

    record: Record
    kind: str
    value: Record
    number: int
    place: str


def regions_of(
    reading: Reading, results: list[Any], place: str
) -> tuple[list[Region], dict[str, list[Record]]]:
    """Return the regions of a list of results, in order, and the relations by the region that they start from."""
    found: dict[str, Region] = {}
    relations: dict[str, list[Record]] = {}
    for number, record in enumerate(results):
        where = f"{place}.result[{number}]"
        if type(record) is not dict:
            reading.note("a result is no object", where, record=record)
            continue
        if record.get("type") == "relation":
            told = {key: record[key] for key in ("to_id", "direction", "labels") if record.get(key)}
            relations.setdefault(str(record.get("from_id")), []).append(told)
            continue
        value = record.get("value")
        if type(value) is not dict:
            reading.note("a result has no value", f"{where}.value", record=record)
            continue
        kind = _kind(reading, record, value)
        if kind in NOT_OF_PICTURES or (kind.endswith("labels") and "start" in value):
            text = f"{kind} mark parts of texts, sounds, videos or chats, not of pictures; left out"
            reading.note(text, where, record=record)
            continue
        _gather(reading, found, _Result(record, kind, value, number, where))
    for region in found.values():
        # Labels and answers repeat the shape of their region: it is theirs where no result of its own draws it.
        region.shape = region.shape or likely_shape(region.value)
    return list(found.values()), relations


def _gather(reading: Reading, found: dict[str, Region], result: _Result) -> None:
    """Add a result to its region, or begin one."""
    kind, value = result.kind, result.value
    name = result.record.get("id")
    region_id = name if type(name) is str else "" if name is None else str(name)
    shape = shape_of(kind)
    region = found.get(region_id) if region_id else None
    if region is None or (shape is not None and region.shape is not None):
        # A second shape of the same id is a region of its own: ids of foreign writers may repeat.
        key = region_id if region is None and region_id else f"\0{result.number}"
        begun = Region(storable(region_id), result.number, result.place, shape, result.record, value)
        region = found[key] = begun
    elif shape is not None:
        region.place, region.shape, region.result, region.value = result.place, shape, result.record, value
    labels = value.get(kind) if kind.endswith("labels") else None
    if labels is None and kind not in ANSWERS:
        labels = value.get("labels")
    if labels is not None:
        region.labels += _labels(reading, labels, result.place)
    elif shape is None and (kind in ANSWERS or likely_shape(value) is None):
        _answer(reading, region, result)


def _kind(reading: Reading, result: Record, value: Record) -> str:
    """Return the type of a result; where it is not said, the one of its control, else of the key that holds labels or an answer."""
    kind = result.get("type")
    if type(kind) is str and kind:
        return kind.lower()
    told = reading.config.kinds.get(str(result.get("from_name")))
    if told:
        return told
    named = (key for key in value if key.endswith("labels") and isinstance(value[key], list))
    return next(named, next((key for key in value if key in ANSWERS), ""))


def _labels(reading: Reading, labels: object, where: str) -> list[str]:
    if type(labels) is list:
        if len(labels) == 1 and type(labels[0]) is str and labels[0].isascii():
            return labels
        words = [storable(word) for word in labels if type(word) is str]
        if len(words) == len(labels):
            return words
    elif type(labels) is str:
        return [storable(labels)]
    else:
        words = []
    reading.note(
        "labels are no texts", where, "labels are no list of texts; those are left out", record=labels
    )
    return words


def _answer(reading: Reading, region: Region, result: _Result) -> None:
    told = answer(result.kind, result.value)
    if told is None:
        text = f"type {result.kind!r:.60} without an answer or a shape; left out"
        reading.note("a result holds nothing that is known", result.place, text, record=result.record)
        return
    region.answers[storable(str(result.record.get("from_name") or result.kind))] = result.kind, told
