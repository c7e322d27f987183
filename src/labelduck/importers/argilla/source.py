"""The records of an export, nested, whichever way it was written."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import msgspec

from labelduck.errors import BadInputError
from labelduck.importers.base import why_unreadable
from labelduck.importers.json_records import UnreadableJsonError, document, records
from labelduck.importers.tabular import read_with_skipped

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping
    from pathlib import Path

HEAD_BYTES = 1 << 16
_RESERVED = frozenset(("id", "_server_id", "status", "inserted_at", "updated_at", "score"))
_LEAST = frozenset(("id", "status"))
"""Columns of flattened records that nobody has answered yet."""
_FLAT = re.compile(
    r"(?P<question>.+)\.(?P<what>responses|suggestion)(?:\.(?P<part>users|status|score|agent))?"
)


@dataclass(frozen=True)
class Question:
    """A question of a dataset.

    Attributes:
        kind: label_selection, multi_label_selection, rating, ranking, span or text; None when unknown.
        options: Classes to choose from, in their order.
    """

    kind: str | None = None
    options: tuple[str, ...] = ()


class Settings(dict[str, Question]):
    """The questions of a dataset by name."""

    @property
    def asks_several(self) -> bool:
        """Tell whether there is more than one question that classes answer."""
        return sum(question.kind not in ("span", "text") for question in self.values()) > 1

    def kind_of(self, name: str) -> str | None:
        """Return the kind of a question."""
        return self.get(name, Question()).kind


def records_of(path: Path) -> tuple[Settings, Iterator[tuple[str, Any]]]:
    """Return what an export says of its questions, and its records with their places.

    Raises:
        BadInputError: It cannot be read.
    """
    file = _records_file(path)
    if file.suffix.lower() in (".json", ".jsonl", ".ndjson"):
        try:
            data = file.read_bytes()
            first = next(records(data), None)
        except (OSError, UnreadableJsonError) as error:
            raise BadInputError(file, "", why_unreadable(error, "records")) from error
        if isinstance(first, dict) and not flattened_columns(first):
            return _settings(path, _questions_of(first)), _nested(file, data)
    rows, skipped = read_with_skipped(file)
    if skipped:
        place, text = skipped[0]
        raise BadInputError(file, f"row {place}", text)
    if not any(map(_FLAT.fullmatch, rows.column_names)) and not set(rows.column_names) >= _LEAST:
        told = ", ".join(rows.column_names[:10])
        raise BadInputError(
            file, "", f"has no column QUESTION.responses or QUESTION.suggestion; it has {told}"
        )
    names = _class_names(file)
    questions = dict.fromkeys(
        found["question"] for name in rows.column_names if (found := _FLAT.fullmatch(name))
    )
    flat = ((f"[{n}]", _unflattened(row, names)) for n, row in enumerate(rows.to_pylist()))
    return _settings(path, list(questions)), flat


def record_keys(path: Path) -> set[str]:
    """Return the keys of the first record, or the columns, of what may be an export."""
    file = _records_file(path)
    with file.open("rb") as opened:
        head = opened.read(HEAD_BYTES)
    if head.startswith(b"PAR1"):
        from pyarrow import parquet

        return set(parquet.read_schema(file).names)
    text = head.decode("utf-8", "ignore").lstrip("\ufeff \t\r\n")
    if text[:1] not in ("[", "{"):
        return set(text.partition("\n")[0].strip().replace('"', "").split(","))
    # The first record may be longer than what was read.
    return set(re.findall(r'"([\w.\- ]+)"\s*:', text))


def flattened_columns(names: Collection[str]) -> bool:
    """Tell whether columns are those of flattened records: the answers to a question, and who gave them."""
    return any(
        f"{name}.users" in names or f"{name}.status" in names for name in names if name.endswith(".responses")
    )


def _records_file(path: Path) -> Path:
    return path / "records.json" if path.is_dir() else path


def _nested(path: Path, data: bytes) -> Iterator[tuple[str, Any]]:
    try:
        for n, record in enumerate(records(data)):
            yield f"[{n}]", record
    except UnreadableJsonError as error:
        raise BadInputError(path, "", why_unreadable(error, "records")) from error


def _questions_of(record: Mapping[str, Any]) -> list[str]:
    named = (record.get(part) for part in ("responses", "suggestions"))
    return list(dict.fromkeys(str(name) for part in named if isinstance(part, dict) for name in part))


def _settings(path: Path, questions: list[str]) -> Settings:
    """Return the settings that lie beside the records, else the names of the questions alone."""
    settings = Settings({name: Question() for name in questions})
    folder = path if path.is_dir() else path.parent
    for file in (folder / ".argilla" / "settings.json", folder / "settings.json"):
        if not file.is_file():
            continue
        try:
            told = document(file.read_bytes())
        except (OSError, UnreadableJsonError) as error:
            raise BadInputError(file, "", why_unreadable(error, "settings")) from error
        for question in told.get("questions") or () if isinstance(told, dict) else ():
            if isinstance(question, dict) and isinstance(question.get("name"), str):
                settings[question["name"]] = _question(question)
        break
    return settings


def _question(told: Mapping[str, Any]) -> Question:
    inner = told.get("settings")
    inner = inner if isinstance(inner, dict) else told
    options = inner.get("options")
    values = (
        [o.get("value") if isinstance(o, dict) else o for o in options] if isinstance(options, list) else []
    )
    kind = inner.get("type")
    is_choice = kind in ("label_selection", "multi_label_selection")
    names = tuple(dict.fromkeys(str(v) for v in values if isinstance(v, str | int))) if is_choice else ()
    return Question(str(kind) if kind else None, names)


def _unflattened(row: Mapping[str, Any], names: Mapping[str, list[str]]) -> dict[str, Any]:
    """Return a flattened record as a nested one."""
    record: dict[str, Any] = {"fields": {}, "responses": {}, "suggestions": {}}
    parts: dict[str, dict[str, list[Any]]] = {}
    for column, value in row.items():
        found = _FLAT.fullmatch(column)
        if found is None:
            home = record if column in _RESERVED else record["fields"]
            home[column] = _simple(value)
        elif found["what"] == "suggestion":
            told = _named(names.get(column), value)
            record["suggestions"].setdefault(found["question"], {})[found["part"] or "value"] = _parsed(told)
        else:
            listed = _parsed(value)
            parts.setdefault(found["question"], {})[found["part"] or "value"] = (
                listed if isinstance(listed, list) else []
            )
    for question, told in parts.items():
        n = max(map(len, told.values()), default=0)
        padded = {part: [*values, *[None] * (n - len(values))] for part, values in told.items()}
        record["responses"][question] = [
            {
                "value": padded.get("value", [None] * n)[i],
                "user_id": padded.get("users", [None] * n)[i],
                "status": padded.get("status", [None] * n)[i],
            }
            for i in range(n)
        ]
    return record


def _simple(value: Any) -> Any:  # noqa: ANN401 - whatever a cell holds
    """Return a value as JSON may hold it: times and bytes as text."""
    if isinstance(value, dict):
        return {str(name): _simple(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_simple(item) for item in value]
    return value if value is None or isinstance(value, str | int | float | bool) else str(value)


def _named(names: list[str] | None, value: Any) -> Any:  # noqa: ANN401 - whatever a cell holds
    return names[value] if names and isinstance(value, int) and 0 <= value < len(names) else value


def _parsed(value: Any) -> Any:  # noqa: ANN401 - whatever a cell holds
    """Return a list that a CSV holds as text."""
    if isinstance(value, str) and value.startswith(("[", "{")):
        for text in (value, value.replace("'", '"').replace("None", "null")):
            try:
                return msgspec.json.decode(text)
            except msgspec.DecodeError:
                continue
    return None if value == "" else value


def _class_names(path: Path) -> dict[str, list[str]]:
    """Return the names of classes that Hugging Face datasets store as numbers, by column."""
    if path.suffix.lower() not in (".parquet", ".pq"):
        return {}
    from pyarrow import parquet

    metadata = parquet.read_schema(path).metadata or {}
    try:
        features = json.loads(metadata.get(b"huggingface", b"{}"))["info"]["features"]
        return {
            name: f["names"]
            for name, f in features.items()
            if isinstance(f, dict) and f.get("_type") == "ClassLabel"
        }
    except (ValueError, KeyError, TypeError, AttributeError):
        return {}
