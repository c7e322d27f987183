"""Classes that are given as numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from labelduck.importers.records.reading import plain_text
from labelduck.importers.single_values import whole

if TYPE_CHECKING:
    from collections.abc import Sequence

    from labelduck.importers.records.reading import Columns


def named(columns: Columns, names: Sequence[str]) -> Columns:
    """Return columns with a class name: of a number that of the caller's names, else the number as text.

    Args:
        columns: With class_name, class_index or both; a name counts before a number.
        names: Names by number, as the caller tells them; with them, names that are all numbers are such. One name alone is that
            of all rows, where no column says.
    """
    given = columns.get("class_name")
    numbers = columns.get("class_index")
    if given is None and numbers is None and len(names) == 1:
        return columns | {
            "class_name": pa.repeat(pa.scalar(names[0]), len(columns["image_id"])).dictionary_encode()
        }
    if given is not None and names:
        words = plain_text(given).dictionary_encode()
        if len(words.dictionary) and all(word.isdecimal() for word in words.dictionary.to_pylist()):
            numbers = pa.array([whole(word) for word in words.dictionary.to_pylist()], pa.int64()).take(
                words.indices
            )
            given = None
    if numbers is None:
        return columns
    words = numbers.dictionary_encode()
    called = [
        None if n is None else names[n] if 0 <= n < len(names) else str(n)
        for n in words.dictionary.to_pylist()
    ]
    found = pa.array(called, pa.string()).take(words.indices)
    name = found if given is None else pc.coalesce(plain_text(given), found)
    return columns | {"class_name": name.dictionary_encode(), "class_index": numbers}


def numbered(classes: pa.Table) -> pa.Table:
    """Return classes with the number that their name is, where no column says one: 10 comes after 9, not after 1."""
    if "class_index" in classes.column_names or not classes.num_rows:
        return classes
    numbers = [whole(str(name)) for name in classes["class_name"].to_pylist()]
    return classes.append_column("class_index", pa.array(numbers, pa.int64()))
