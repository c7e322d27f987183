"""Issue tables of cleanlab: what `Datalab.get_issues()` or `find_label_issues` return, saved as CSV, Parquet or JSON.

Each kind of issue has a column `is_<kind>_issue` and one `<kind>_score` (0 is bad, 1 is good); both become one row of `tags`
per item with the kind as its tag. `predicted_label` becomes the tag `predicted_label`. Items are known by a column image_id,
annotation_id, prediction_id, id or file_name, else by the number of the row, as cleanlab knows them itself.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from labelduck.errors import BadInputError
from labelduck.importers import tabular
from labelduck.importers.base import Problems, storable
from labelduck.importers.values import to_flag, to_number, to_text

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from labelduck.importers.base import Batch, ReadOptions

TOOL = "cleanlab"
IDS = {
    "annotation_id": "annotation",
    "prediction_id": "prediction",
    "image_id": "image",
    "id": "image",
    "file_name": "image",
    "item_id": "image",
}
"""Columns that name the item, and what it is."""

_HEAD = 1 << 14


def read(path: Path, options: ReadOptions) -> Iterator[Batch]:  # noqa: ARG001 - as all formats
    """Yield tags.

    Raises:
        BadInputError: It is no table, or none with issues of cleanlab.
    """
    table, skipped = tabular.read_with_skipped(path)
    problems, file = Problems(), storable(str(path))
    kinds = _kinds(table.column_names)
    if not kinds:
        told = f"has no column is_<kind>_issue or <kind>_score; it has {', '.join(table.column_names[:8])}"
        raise BadInputError(path, "", told)
    for number, text in skipped:
        problems.add(file, "" if number is None else f"line {number}", f"the row is left out: {text}")
    ids, target = _ids(table)
    if not any(name in table.column_names for name in IDS):
        told = "no column names the items (image_id, annotation_id, id, ...): the number of the row is taken for the image's id"
        problems.add(file, "", told, severity="warning")
    known = pc.is_valid(ids)
    about = {"target": pa.repeat(pa.scalar(target), table.num_rows), "target_id": ids}
    about["image_id"] = _text(table, "image_id") if "image_id" in table.column_names else _image(ids, target)
    for kind in kinds:
        rows = about | _found(table, kind, problems, file)
        yield {"tags": _tags(rows, kind).filter(known)}
    if "predicted_label" in table.column_names:
        label = _text(table, "predicted_label")
        tags = _tags(about | {"value": label}, "predicted_label")
        yield {"tags": tags.filter(pc.and_(known, pc.is_valid(label)))}
    nameless = len(ids) - pc.sum(known).as_py() if len(ids) else 0
    if nameless:
        problems.add(file, "", f"{nameless:,} rows have no id and are left out")
    yield {"import_problems": problems.take()}


def sniff(path: Path) -> float:
    """Tell how sure it is that a file is an issue table: its head names a column is_<kind>_issue with its score."""
    try:
        with path.open("rb") as opened:
            head = opened.read(_HEAD)
            if head.startswith(b"PAR1"):
                from pyarrow import parquet

                head = " ".join(parquet.read_schema(path).names).encode()
    except (OSError, pa.ArrowException):
        return 0.0
    marks = re.findall(rb"\bis_(\w+)_issue\b", head)
    return (
        0.95
        if any(mark + b"_score" in head for mark in marks) or (b"label_quality" in head and marks)
        else 0.0
    )


def _kinds(columns: list[str]) -> list[str]:
    """Return the kinds of issues that a table has columns for, in their order."""
    kinds = []
    for name in columns:
        found = re.fullmatch(r"is_(\w+)_issue", name) or re.fullmatch(r"(\w+)_score", name)
        if found is not None:
            kinds.append(found[1])
        elif name == "label_quality":
            kinds.append("label")
    return list(dict.fromkeys(kinds))


def _ids(table: pa.Table) -> tuple[pa.Array, str]:
    for name, target in IDS.items():
        if name in table.column_names:
            return _text(table, name), target
    return pa.array([str(row) for row in range(table.num_rows)], pa.string()), "image"


def _image(ids: pa.Array, target: str) -> pa.Array:
    return ids if target == "image" else pa.nulls(len(ids), pa.string())


def _found(table: pa.Table, kind: str, problems: Problems, file: str) -> dict[str, pa.Array]:
    """Return a kind's flag as text and its score; what is no flag or number is null and noted."""
    found: dict[str, pa.Array] = {}
    score = (
        f"{kind}_score"
        if f"{kind}_score" in table.column_names
        else "label_quality"
        if kind == "label"
        else ""
    )
    for column, name, parse in (("value", f"is_{kind}_issue", to_flag), ("score", score, to_number)):
        if name in table.column_names:
            values, bad = parse(table[name].combine_chunks())
            found[column] = values.cast(pa.string()) if column == "value" else values
            if bad:
                told = f"{len(bad):,} values of {name} cannot be understood, the first in row {bad[0] + 1}; left empty"
                problems.add(file, name, told, severity="repaired")
    return found


def _tags(columns: dict[str, pa.Array], tag: str) -> pa.Table:
    n = len(columns["target_id"])
    return pa.table(
        columns | {name: pa.repeat(pa.scalar(text), n) for name, text in (("tag", tag), ("tool", TOOL))}
    )


def _text(table: pa.Table, name: str) -> pa.Array:
    text, _ = to_text(table[name].combine_chunks())
    return text
