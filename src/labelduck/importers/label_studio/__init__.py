"""Label Studio: JSON exports, JSON_MIN, CSV and TSV, and the files that a server writes to a bucket.

A task is an image, or several; each annotation of it is what one annotator said. `users.json` and the labelling interface
(`label_config.xml`) beside the export tell e-mails and the order of classes, but neither is needed.

- An annotation's id is that of the annotation and the region, `22/Dx_aB`; regions that labelduck wrote keep their own.
- An image's id is its path without extension, see `pictures`; `data.image_id` where the task has one; a text's is its task's.
- Annotations that were skipped have no rows but in `assignments`; drafts neither, their author is `in_progress`.
- Time of work is divided evenly over an annotation's objects; the whole stands in the attributes of the image.
- Predictions in the export go to `predictions` and `models`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from labelduck.errors import BadInputError
from labelduck.importers.base import storable
from labelduck.importers.files import Files, UnreadableFileError
from labelduck.importers.image_sizes import clean, stem
from labelduck.importers.json_records import UnreadableJsonError
from labelduck.importers.label_studio import config, people
from labelduck.importers.label_studio.exported import finish, read_record
from labelduck.importers.label_studio.pictures import Pictures
from labelduck.importers.label_studio.reading import Reading
from labelduck.importers.label_studio.sniffing import sniff
from labelduck.importers.label_studio.sources import SUFFIXES, TABLES, content, records
from labelduck.importers.label_studio.survey import survey
from labelduck.importers.missing_sizes import MissingSizes
from labelduck.importers.rows import Rows

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from labelduck.importers.base import Batch, ReadOptions

__all__ = ["read", "sniff"]


def read(path: Path, options: ReadOptions) -> Iterator[Batch]:
    """Yield the annotations, predictions, reviews and people of an export.

    Args:
        path: A file, or a folder or zip of them.
        options: Where pictures and their sizes lie; results that give no size need them.

    Raises:
        BadInputError: The path is no export.
    """
    rows = Rows()
    files = Files(path, SUFFIXES, problems=rows.problems)
    names = [name for name in files.names if not _is_beside(name)] if not files.is_single else files.names
    names.sort(key=_rank)
    reading = Reading(
        rows=rows,
        config=config.beside(files, rows.problems),
        people=people.known_people(files),
        pictures=Pictures(),
        sizes=MissingSizes(path, options),
        split=options.split,
        is_many=len(names) > 1,
    )
    for name in names:
        for _ in _each(files, name, reading, survey):
            pass
    reading.pictures.settle()
    for name in names:
        yield from _each(files, name, reading, read_record)
    finish(reading)
    yield from rows.rest(storable(path.name))


def _each(
    files: Files, name: str, reading: Reading, use: Callable[[Reading, object, str, str], None]
) -> Iterator[Batch]:
    """Yield the batches that come of the records of one file.

    Raises:
        BadInputError: The only file cannot be read.
    """
    reading.source_file = storable(clean(name))
    prefix = "" if files.is_single else f"{stem(reading.source_file)}/"
    try:
        for n, (place, record) in enumerate(records(name, content(files, name))):
            use(reading, record, f"{prefix}{n}", place)
            if use is read_record:
                yield from reading.rows.batches()
    except (UnreadableFileError, UnreadableJsonError) as error:
        if files.is_single:
            raise BadInputError(files.path, "", f"is no export of Label Studio: {error}") from error
        if use is read_record:
            reading.note("a file cannot be read", "", str(error))


def _is_beside(name: str) -> bool:
    last = name.rpartition("/")[2].lower()
    return last.endswith(".xml") or last == people.USERS


def _rank(name: str) -> tuple[bool, str]:
    """JSON says more than tables of the same annotations, so it is read first."""
    return name.lower().endswith(TABLES), name
