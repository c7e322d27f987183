"""CVAT's log of events alone: what happened to a dataset whose annotations came from a dump of the same server.

    labelduck import cvat_events events.csv --dataset NAME

How to get the log, from `/api/events/export`, is told in `cvat_server`; without `from` the server gives the last 30 days only. It fills
`events` and, from changes of jobs' stages and states, `reviews`. Annotation ids, jobs and images have the names that the format
`cvat_server` gives them, so that the tables join. Authors of annotations are filled in by `cvat_server` alone, which is why the log
is better put into the folder of the dump; import it one way or the other, not both, as events would be there twice.

Newer servers log no more than the ids of objects: then the images and classes of events are empty here, and tracks are told of as
wholes (`track:ID`, which is `annotations.track_id`); `cvat_server` finds the images of what is still there by the dump. The log of
older servers names classes by number. Names come from `create:label` events in it, else from `class_names` where the number
is a place in that list; what is left is called "label 7".
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from labelduck.errors import BadInputError
from labelduck.importers.cvat_log import HEAD, Log, Tables, UnreadableLogError, looks_like_log
from labelduck.importers.files import Files, UnreadableFileError
from labelduck.importers.image_sizes import clean, suffix
from labelduck.importers.rows import Rows

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from labelduck.importers.base import Batch, ReadOptions

__all__ = ["read", "sniff"]

_SURE = 0.95
_FILES = 20


def read(path: Path, options: ReadOptions) -> Iterator[Batch]:
    """Yield events, reviews and problems of a log.

    Args:
        path: The CSV; or a folder or zip of several, of which the times may overlap.
        options: `class_names`, for labels that the log does not name.

    Raises:
        BadInputError: No file is a log of events.
    """
    rows = Rows()
    log = Log(rows)
    files = Files(path, (".csv",), problems=rows.problems)
    n_read = 0
    for name in files.names:
        why = _read_file(files, name, log)
        n_read += not why
        if why and files.is_single:
            raise BadInputError(path, "", why)
        if why:
            rows.repeats.add("the file is left out", clean(name), "", why)
    if not n_read:
        raise BadInputError(
            path, "", "holds no CSV of events as CVAT writes it; name the file that /api/events gave"
        )

    def class_name(label: int) -> str:
        named = options.class_names[label] if label < len(options.class_names) else f"label {label}"
        return log.labels.get(label, named)

    tables = Tables(log, log.changes.columns(), class_name=class_name)
    yield from tables.of_annotations()
    tables.of_jobs(rows)
    log.tell_left_out(clean(path.name))
    yield from rows.rest(clean(path.name))


def sniff(path: Path) -> float:
    """Tell how sure it is that a path is a log of CVAT's events, or some, 0 to 1. It never raises.

    Logs beside JSON are part of a dump, which is another format.
    """
    try:
        files = Files(path, (".csv", ".json"))
        if not files.is_single and any(suffix(name) == ".json" for name in files.names):
            return 0.0
        return _SURE if any(_is_log(files, name) for name in files.names[:_FILES]) else 0.0
    except (BadInputError, UnreadableFileError, OSError):
        return 0.0


def _is_log(files: Files, name: str) -> bool:
    with files.open(name) as file:
        return looks_like_log(file.read(HEAD))


def _read_file(files: Files, name: str, log: Log) -> str:
    """Read one file; return why it cannot be read."""
    try:
        if not _is_log(files, name):
            return "its first line does not name scope, timestamp and payload as CVAT's events do"
        log.read(partial(files.open, name), clean(name))
    except (UnreadableFileError, UnreadableLogError) as error:
        return str(error)
    return ""
