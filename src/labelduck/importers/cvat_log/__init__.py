"""CVAT's log of events as facts: who made, changed and took away which annotation, and how jobs were judged.

Not a format of its own: the formats `cvat_events` (the log alone) and `cvat_server` (dumps with the log beside them) read it.

What is read of the log (columns by name, others may be there): `scope`, `timestamp`, `payload`, and what is there of `obj_name`, `obj_id`,
`obj_val`, `duration`, `project_id`, `task_id`, `job_id`, `user_id`, `user_name`, `user_email`.

    create|update|delete:shapes|tags|tracks   the objects are in the payload: id and, of older servers, frame, label_id and attributes;
                                              never coordinates
    update:job                                obj_name is the field, obj_val its new value, payload.old_value the old one
    send:working_time                         milliseconds of work in a job since the last such event
    create|update:label                       names of labels

All other scopes (what was clicked, zoomed, exported) have no place in the lake; their number is told in one row of problems.
"""

from __future__ import annotations

from labelduck.importers.cvat_log.changes import SHAPE, TAG
from labelduck.importers.cvat_log.history import Fate, History
from labelduck.importers.cvat_log.log import Log
from labelduck.importers.cvat_log.sniff import HEAD, looks_like_log
from labelduck.importers.cvat_log.table import UnreadableLogError
from labelduck.importers.cvat_log.tables import Tables

__all__ = ["HEAD", "SHAPE", "TAG", "Fate", "History", "Log", "Tables", "UnreadableLogError", "looks_like_log"]
