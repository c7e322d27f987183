"""Values as people read them: rates as per cent, with their interval in the same cell."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from labelduck.charts.bars import sentences
from labelduck.charts.rows import written

if TYPE_CHECKING:
    from collections.abc import Collection

    import pyarrow as pa

    from labelduck.reports.document import Answer

UNKNOWN = "-"
"""What stands where there is not enough data."""

_RATES = {
    *(
        "precision",
        "recall",
        "confidence",
        "accuracy",
        "agreement",
        "first_pass_yield",
        "suspicion",
        "f1",
        "share",
    ),
    *(
        "average_precision",
        "average_precision_at_50",
        "average_precision_at_75",
        "average_recall",
        "repeat_agreement",
    ),
    *("error_probability", "percent_agreement", "same_class", "mean_confidence", "self_confidence", "effect"),
    "worst_suspicion",
}


@dataclass(frozen=True)
class Column:
    """A column that people are shown: its heading, what it means, its cells, and whether they are numbers."""

    name: str
    heading: str
    comment: str
    cells: tuple[str, ...]
    is_number: bool


def columns(answer: Answer, limit: int, *, hidden: Collection[str] = ()) -> list[Column]:
    """Return what people are shown of an answer: the first rows, of the chosen columns but for hidden and empty ones."""
    table = answer.table.slice(0, limit)
    names = table.column_names
    empty = blanks(answer, hidden)
    chosen = _chosen(answer, hidden)
    left_out = {*empty, *(end for name in chosen for end in _interval(name, names))}
    shown: list[Column] = []
    for name in chosen:
        if name in left_out:
            continue
        values = table[name].to_pylist()
        if interval := _interval(name, names):
            ends = zip(*(table[end].to_pylist() for end in interval), strict=True)
            cells = tuple(
                with_interval(name, v, low, high) for v, (low, high) in zip(values, ends, strict=True)
            )
        else:
            cells = tuple(cell(name, v) for v in values)
        is_number = _is_number(table.schema.field(name).type)
        bare = name.removeprefix("n_")
        heading = words(name if bare in chosen else bare)  # `n_errors` beside `errors` keeps its n
        comment = answer.comments.get(name, "")
        shown.append(Column(name, heading, comment, cells, is_number))
    return shown


def blanks(answer: Answer, hidden: Collection[str] = ()) -> list[str]:
    """Return the columns that people are not shown since they say nothing in any row."""
    chosen = _chosen(answer, hidden)
    found = [name for name in chosen if _is_blank(answer.table[name])]
    return found if len(found) < len(chosen) else []


def remark(answer: Answer, shown: int, hidden: Collection[str] = ()) -> str:
    """Return what stands below a table: which rows and columns of it are left out."""
    n_rows, plus = answer.table.num_rows, "+" if answer.is_cut else ""
    rows = f"First {shown:,} of {n_rows:,}{plus} rows." if n_rows > shown else ""
    empty = ", ".join(map(words, blanks(answer, hidden)))
    return sentences(rows, f"Left out, since empty: {empty}." if empty else "")


def nothing(answer: Answer) -> str:
    """Return what stands in place of a table without rows; where rows were chosen, that none is left may be good."""
    return "No rows: nothing to report, or no data yet." if answer.section.where else "No data for this yet."


def words(name: str) -> str:
    """Return a column's name as words."""
    return name.replace("_", " ")


def is_rate(name: str) -> bool:
    """Tell whether a column holds rates of 0 to 1, by its name."""
    bare = name.removesuffix("_low").removesuffix("_high")
    return bare.endswith("_rate") or bare in _RATES


def cell(name: str, value: Any) -> str:  # noqa: ANN401, PLR0911 - whatever a query returns
    """Return a value as text."""
    if value is None:
        return UNKNOWN
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.1%}" if is_rate(name) else written(value, "number")
    if isinstance(value, int):
        return f"{value:,}" if name == "n" or name.startswith("n_") else str(value)
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}".removesuffix(" 00:00")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, dict) and set(value) == {"x_min", "y_min", "x_max", "y_max"}:
        return "({x_min:.0f}, {y_min:.0f})-({x_max:.0f}, {y_max:.0f})".format(**value)
    return plain(value)


def with_interval(name: str, value: float | None, low: float | None, high: float | None) -> str:
    """Return a value with its interval: `3.1% (1.2-6.0)`."""
    if value is None:
        return UNKNOWN
    if low is None or high is None or low == value == high:  # counted, not estimated
        return cell(name, value)
    a, b = cell(name, float(low)).removesuffix("%"), cell(name, float(high)).removesuffix("%")
    return f"{cell(name, float(value))} ({a} to {b})"


def plain(value: Any) -> str:  # noqa: ANN401 - whatever a query returns
    """Return a value as text that says all of it: lists and structs as JSON."""
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False, sort_keys=False, default=str)
    return str(value)


def _interval(name: str, names: list[str]) -> tuple[str, str] | tuple[()]:
    """Return the columns of a value's interval: what chance puts around `expected_value` belongs there, not to `value`."""
    if f"expected_{name}" in names:
        return ()
    bare = name.removeprefix("expected_")
    low, high = f"{bare}_low", f"{bare}_high"
    return (low, high) if low in names and high in names and bare in names else ()


def _chosen(answer: Answer, hidden: Collection[str]) -> list[str]:
    return [name for name in answer.section.columns or answer.table.column_names if name not in hidden]


def _is_blank(column: pa.ChunkedArray) -> bool:
    """Tell whether a column says nothing in any row; of a number, that it is not known says something."""
    return not _is_number(column.type) and column.null_count == len(column) > 0


def _is_number(kind: pa.DataType) -> bool:
    import pyarrow as pa

    return bool(pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind))
