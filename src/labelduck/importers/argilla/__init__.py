"""Argilla 2.x: records as its SDK writes them, nested (`to_json`, `to_list`, `to_disk`) or flattened (`to_datasets`, `flatten=True`).

A record is an image or a text; its id is the one that the user gave, else the server's. Each submitted answer of a person is a row of
`image_labels`, its question the `field`; several answers to one question are several rows, and the ranks of a ranking have fields
of their own (`question/1`). A suggestion is a row of `predicted_labels`, its agent the model. Who saw a record is in `assignments`:
submitted is completed, discarded is skipped, draft is in_progress, and only submitted answers count as labels. Spans and free text
are no classes; they are counted among the problems. Field names after argilla 2.8 (`argilla.records._io`).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from labelduck.errors import BadInputError
from labelduck.importers.argilla.answers import Answers
from labelduck.importers.argilla.source import flattened_columns, record_keys, records_of
from labelduck.importers.base import storable
from labelduck.importers.rows import Rows

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from labelduck.importers.base import Batch, ReadOptions

RECORD = frozenset(("fields", "responses", "suggestions"))
"""Keys that every nested record has."""
_DATA = re.compile(r"data:[\w/+.-]+;base64,")


def read(path: Path, options: ReadOptions) -> Iterator[Batch]:
    """Yield the records of an export, their answers, suggestions and vectors.

    Args:
        path: JSON or JSON lines, Parquet or CSV; or the folder of `Dataset.to_disk`, with its settings.
        options: `split` is taken for the records.

    Raises:
        BadInputError: It cannot be read, or is no export of Argilla.
    """
    rows = Rows()
    source = storable(str(path))
    settings, found = records_of(path)
    answers = Answers(rows, settings, source)
    for n, (place, record) in enumerate(found):
        if not isinstance(record, dict) or not record.keys() >= RECORD:
            if not n:
                keys = ", ".join(list(record)[:10]) if isinstance(record, dict) else type(record).__name__
                raise BadInputError(
                    path,
                    place,
                    f"is no record of Argilla: it has {keys}, expected fields, responses, suggestions",
                )
            rows.problems.add(source, place, "is no record; left out", record=record)
            continue
        _read_record(answers, record, place, options)
        yield from rows.batches()
    answers.finish()
    yield from rows.rest(source)


def sniff(path: Path) -> float:
    """Tell how sure it is that a path is an export of Argilla, 0 to 1. It never raises."""
    try:
        keys = record_keys(path)
    except Exception:  # noqa: BLE001 - whatever is wrong with the file, it is not for us
        return 0.0
    return 0.95 if keys >= RECORD or flattened_columns(keys) else 0.0


def _read_record(answers: Answers, record: dict[str, Any], place: str, options: ReadOptions) -> None:
    given = record.get("id") if record.get("id") not in (None, "") else record.get("_server_id")
    wanted = place.strip("[]") if given in (None, "") else str(given)
    image_id = answers.rows.unique_id("images", storable(wanted), source_file=answers.source, location=place)
    fields = record["fields"] if isinstance(record["fields"], dict) else {}
    told = {
        name: value for name, value in fields.items() if not (isinstance(value, str) and _DATA.match(value))
    }
    files = [
        v
        for v in told.values()
        if isinstance(v, str) and re.fullmatch(r"\S+\.(jpe?g|png|webp|gif|bmp|tiff?)", v, re.IGNORECASE)
    ]
    n_submitted = answers.add_responses(image_id, record.get("responses"), place)
    answers.rows.add(
        "images",
        {
            "image_id": image_id,
            "file_name": files[0] if len(files) == 1 else None,
            "split": options.split,
            "is_annotated": n_submitted > 0 or record.get("status") == "completed",
            "attributes": {"fields": told}
            | ({"metadata": record["metadata"]} if record.get("metadata") else {}),
        },
    )
    answers.add_suggestions(image_id, record.get("suggestions"), place)
    answers.add_vectors(image_id, record.get("vectors"), place)
