"""Names of the classes: `/m/01g317` is Person."""

from __future__ import annotations

import csv
from collections import Counter
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from labelduck.errors import BadInputError
from labelduck.importers.base import rows_to_table, storable, why_unreadable

if TYPE_CHECKING:
    from pathlib import Path

    from labelduck.importers.base import Problems


class Names:
    """Names by the codes that the files use; a code without a name stands for itself.

    Args:
        names: Names by code, in the order of the file.
    """

    def __init__(self, names: dict[str, str]) -> None:
        self._names = names
        self._seen: dict[str, None] = {}

    def column(self, codes: pa.Array) -> pa.DictionaryArray:
        """Return the class names of a column of codes."""
        coded = codes.dictionary_encode()
        named = [self._names.get(code, code) for code in coded.dictionary.to_pylist()]
        self._seen.update(dict.fromkeys(named))
        return pa.DictionaryArray.from_arrays(coded.indices, pa.array(named, pa.string()))

    def table(self) -> pa.Table:
        """Return the rows of `classes`: all that have a name, then those that came without."""
        codes = {name: code for code, name in self._names.items()}
        rows: list[dict[str, Any]] = [
            {"class_name": name, "class_index": index, "attributes": _code(codes.get(name))}
            for index, name in enumerate(dict.fromkeys((*codes, *self._seen)))
        ]
        return rows_to_table("classes", rows)


def read_names(files: list[Path], problems: Problems) -> Names:
    """Return the names of the classes; of two codes of one name the second keeps its code in brackets.

    Raises:
        BadInputError: A file cannot be read.
    """
    names: dict[str, str] = {}
    for file in files:
        try:
            with file.open(newline="", encoding="utf-8-sig") as opened:
                pairs = [row[:2] for row in csv.reader(opened) if len(row) >= 2]
        except (OSError, UnicodeDecodeError, csv.Error) as error:
            raise BadInputError(file, "", why_unreadable(error, "names of classes")) from error
        names |= {code.strip(): name.strip() for code, name in pairs if code.strip() != "LabelName"}
    counted = Counter(names.values())
    taken: set[str] = set()
    for code, name in names.items():
        if not name or (counted[name] > 1 and name in taken):
            names[code] = f"{name} ({code})" if name else code
            text = f"another class is named {name!r}: this one is {names[code]}"
            problems.add(storable(str(files[0])), code, text, severity="repaired")
        taken.add(name)
    return Names(names)


def _code(code: str | None) -> str | None:
    from labelduck.importers.rows import json_text

    return json_text({"label_name": code} if code else None)
