"""Which columns of a table of scores are classes, and which ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

from labelduck.importers.records.scores import class_order

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

    import pyarrow as pa

_WORDS = ("prob", "p", "score", "conf", "confidence", "probability", "proba", "logit", "class", "pred")
_MARKS = ("_", ".", " ", ":", "-")
_AROUND = (
    ("", ""),
    *((w + m, "") for w in _WORDS for m in _MARKS),
    *(("", m + w) for w in _WORDS for m in _MARKS),
)
"""What may stand before and behind a class in the name of its column."""


def numbered(columns: Iterable[str], classes: pa.Table, given: Sequence[str]) -> dict[str, str]:
    """Return the class that each number means as the name of a column.

    Columns 0 to n - 1 are the n names that the caller gave, in their order. Without such, numbers are `class_index` where all of them
    are one, else positions where there is one for each class.
    """
    digits = {bare for column in columns for _, _, bare in _readings(column) if bare.isdecimal()}
    names = classes["class_name"].to_pylist()
    by_index = {
        str(n): name
        for n, name in zip(classes["class_index"].to_pylist(), names, strict=True)
        if n is not None
    }
    order = list(given) or class_order(classes, ())
    by_position = {str(n): name for n, name in enumerate(order)}
    if not given and digits and digits <= by_index.keys():
        return by_index
    return by_position if digits == by_position.keys() else {}


def matched(columns: Iterable[str], names: Collection[str], numbers: Mapping[str, str]) -> dict[str, str]:
    """Return the columns that are called after a class, each class once."""
    found: dict[str, str] = {}
    for column in columns:
        meant = (bare if bare in names else numbers.get(bare) for _, _, bare in _readings(column))
        name = next((name for name in meant if name is not None), None)
        if name is not None and name not in found.values():
            found[column] = name
    return found


def more(
    found: Mapping[str, str], columns: Sequence[str], add_up: Callable[[list[str]], bool]
) -> dict[str, str]:
    """Return further columns that are classes too, which the dataset does not know yet.

    They are written like the others (`prob_cat`, `prob_bird`). Where nothing stands around the class, they are classes if the scores
    add up to 1 with them, and do not without.
    """
    around = {
        (start, end)
        for column, name in found.items()
        for start, end, bare in _readings(column)
        if bare == name
    }
    if around and ("", "") not in around:
        alike = {c: bare for c in columns for start, end, bare in _readings(c) if (start, end) in around}
        return {column: bare for column, bare in alike.items() if bare not in found.values()}
    if columns and not add_up(list(found)) and add_up([*found, *columns]):
        return {column: column for column in columns}
    return {}


def _readings(column: str) -> Iterator[tuple[str, str, str]]:
    """Yield what may stand before and behind the class in a column's name, and the class."""
    name = column.strip()
    for start, end in _AROUND:
        if name.lower().startswith(start) and name.lower().endswith(end) and len(name) > len(start + end):
            yield start, end, name[len(start) : len(name) - len(end)]
