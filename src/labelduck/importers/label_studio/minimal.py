"""JSON_MIN, CSV and TSV: one record an annotation, answers by the name of their control, as a task like any other.

What an answer was asked by is not said. The interface beside the file says it, else the keys of the values do: a value with
`rectanglelabels` is a rectangle. A single choice is plain text there; without the interface it is told from the task's own data by
its place, as the answers stand between `id` and `annotator`. Region ids are lost: a region's is its place.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from labelduck.importers.label_studio.regions import ANSWERS
from labelduck.importers.label_studio.shapes import likely_shape

if TYPE_CHECKING:
    from labelduck.importers.label_studio.config import LabelConfig
    from labelduck.importers.label_studio.reading import Record

OWN = ("id", "annotator", "annotation_id", "created_at", "updated_at", "lead_time", "agreement", "history")
_MARKS = frozenset({"annotator", "annotation_id", "lead_time"})
_SIZES = ("original_width", "original_height", "item_index")


def is_minimal(record: Record) -> bool:
    """Tell whether a record is one of JSON_MIN."""
    return not _MARKS.isdisjoint(record) and "result" not in record and "annotations" not in record


def task_from(record: Record, config: LabelConfig) -> Record:
    """Return a record as a task with one annotation."""
    asked = _between(record)
    results: list[Record] = []
    data: Record = {}
    for name, value in record.items():
        if name in OWN:
            continue
        found = _results(name, value, config, is_asked=name in asked)
        if found is None:
            data[name] = value
        else:
            results += found
    _join(results)
    annotation = {
        "id": record.get("annotation_id"),
        "completed_by": record.get("annotator"),
        "created_at": record.get("created_at"),
        "updated_at": record.get("updated_at"),
        "lead_time": record.get("lead_time"),
        "history": record.get("history"),
        "result": results,
    }
    return {
        "id": record.get("id"),
        "agreement": record.get("agreement"),
        "data": data,
        "annotations": [annotation],
    }


def from_cells(cells: dict[str, str | None]) -> Record:
    """Return a row of a CSV as a record of JSON_MIN: cells that hold JSON are decoded, empty ones are absent."""
    # The columns of a table have no order that would tell answers from data: see `_between`.
    record: Record = {"annotator": cells.get("annotator") or None}
    for name, cell in cells.items():
        if cell:
            record[name] = (
                _decoded(cell) if cell[0] in "[{" or name in ("id", "annotation_id", "lead_time") else cell
            )
    return record


def _decoded(cell: str) -> Any:  # noqa: ANN401 - whatever the cell holds
    try:
        return msgspec.json.decode(cell)
    except (msgspec.DecodeError, UnicodeEncodeError, RecursionError):
        return cell


def _between(record: Record) -> set[str]:
    """Return the names that stand between `id` and `annotator`, where the record has its own order."""
    names = list(record)
    if "id" not in record or "annotator" not in record or names == sorted(names):
        return set()
    return set(names[names.index("id") + 1 : names.index("annotator")])


def _results(name: str, value: object, config: LabelConfig, *, is_asked: bool) -> list[Record] | None:
    """Return the results that one key holds; None where it is the task's own data."""
    kind = config.kinds.get(name)
    if isinstance(value, list) and value and all(isinstance(one, dict) for one in value):
        found = [_result(name, one, kind) for one in value]
        return found if kind or is_asked or all("type" in one for one in found) else None
    if isinstance(value, dict) and "type" in (one := _result(name, value, kind)):
        return [one]
    if kind in ANSWERS:
        # One plain answer about one of several regions does not say about which: it is kept with the data.
        return None if name in config.per_region else [_plain_answer(name, value, kind)]
    if is_asked and kind is None and isinstance(value, str):
        return [{"type": "choices", "from_name": name, "value": {"choices": [value]}}]
    if is_asked and kind is None and type(value) in (int, float):
        return [{"type": "number", "from_name": name, "value": {"number": value}}]
    return None


def _plain_answer(name: str, value: object, kind: str) -> Record:
    told = _decoded(value) if isinstance(value, str) and kind in ("number", "rating") else value
    return {"type": kind, "from_name": name, "value": {kind: told if isinstance(told, list) else [told]}}


def _result(name: str, value: Record, kind: str | None) -> Record:
    told = next((key for key in value if key.endswith("labels") and isinstance(value[key], list)), None)
    told = told or next((key for key in value if key in ANSWERS), None) or kind or likely_shape(value)
    result: Record = {"from_name": name, "value": value} | ({"type": told} if told else {})
    return result | {key: value[key] for key in _SIZES if key in value}


def _join(results: list[Record]) -> None:
    """Give results about the same region the same id: each repeats the region's shape."""
    known: dict[str, str] = {}
    for number, result in enumerate(results):
        value = result["value"]
        shape = {key: value[key] for key in value if key not in ANSWERS and not key.endswith("labels")}
        if not {"x", "points", "rle", "vertices"}.isdisjoint(shape):
            key = msgspec.json.encode(shape).decode() if _is_encodable(shape) else str(number)
            kind = str(result.get("type"))
            name = known.get(key)
            if name is None or kind.endswith("labels"):
                name = known[key] = str(number)
            result["id"] = name


def _is_encodable(shape: Record) -> bool:
    try:
        msgspec.json.encode(shape)
    except (UnicodeEncodeError, RecursionError, TypeError):
        return False
    return True
