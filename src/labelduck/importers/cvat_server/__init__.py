"""A CVAT server as its REST API tells it: the only way out of CVAT that keeps people, times, reviews and issues.

What to dump, as JSON into one folder or zip, all of it optional but jobs, labels and annotations:

    jobs tasks projects labels users issues comments quality/reports quality/conflicts      lists, all pages
    jobs/ID/annotations     jobs/ID/data/meta                      of each job; the latter gives names and sizes of frames
    tasks/ID/data/meta      tasks/ID/validation_layout             of each task; the latter tells honeypots
    quality/reports/ID/data                                        of each report
    events/export?filename=events.csv&from=2020-01-01              the log; without `from` only 30 days of it

For example, with HOST, TASK and TOKEN set:

    get() { curl -sfH "Authorization: Bearer $TOKEN" "$HOST/api/$1" -o "$2"; }
    mkdir -p dump && cd dump
    for list in labels issues jobs quality/reports quality/conflicts; do
        get "$list?task_id=$TASK&page_size=500" "$(echo $list | tr / _).json"
    done
    get "tasks/$TASK" task.json; get "tasks/$TASK/data/meta" "tasks_${TASK}_meta.json"
    get "tasks/$TASK/validation_layout" "tasks_${TASK}_layout.json"
    for job in $(jq '.results[].id' jobs.json); do
        get "jobs/$job/annotations" "jobs_${job}_annotations.json"; get "comments?job_id=$job&page_size=500" "jobs_${job}_comments.json"
    done
    for report in $(jq '.results[].id' quality_reports.json); do get "quality/reports/$report/data" "reports_${report}_data.json"; done
    log="$HOST/api/events/export?task_id=$TASK&filename=events.csv&from=2020-01-01T00:00:00Z"
    request=$(curl -sfX POST -H "Authorization: Bearer $TOKEN" "$log" | jq -r '.rq_id | @uri')
    until get "requests/$request" request.txt && jq -e .result_url request.txt; do sleep 5; done
    curl -sfH "Authorization: Bearer $TOKEN" "$(jq -r .result_url request.txt)" -o events.csv
    cd .. && labelduck import cvat_server dump

Older servers want `Token` for `Bearer`, and give the log to repeated calls of `events?action=download&query_id=1&...`.

Files are told by what they hold, not by their names; only annotations, frames and layouts do not say whose they are, so their names have to:
`jobs_12_annotations.json`, `jobs/12/annotations.json`, `annotations_12.json` (a job's number). Pages, lists, single objects and the
layout of CVAT's own test assets are read.

What becomes what
- An image is a frame of a task: `7/0` is the first frame of task 7. A honeypot is the frame of the gold set that it shows, so that its annotators
  meet each other and the gold. Deleted frames are left out, with what was drawn on them.
- Annotations are `shape:ID` and, one at each key frame at which it is visible, `track:ID/FRAME`; tags of frames are rows of `image_labels`.
  Events, conflicts and reviews name the same ids. A key frame is human work; what CVAT draws between is left out.
- Who drew it: the actor of the event that made it, else the assignee of its job, which `source_ref` then says; who edited it last, and how
  often, is in `attributes`. People are called by their user names everywhere.
- Events of older servers tell the class before and after; newer ones tell ids alone, so that only author, editors and times are known,
  and of a track those of the whole (`track:ID`, which is `annotations.track_id`).
- The ground truth job is gold, of its frames those that were disabled are ignored. Gold jobs and jobs that only hold what was merged
  from replicas have no assignments; a job that nobody began has none either.
- Reviews are changes of a job's stage or state (see `cvat_log.job_rounds`); comments on issues are no decisions on objects: the position of an
  issue does not say which object it means, so issues make no reviews.
- CVAT counts time per person and job, not per object: it is in `events` with the action `work` and `lead_time_s`, and `annotations.lead_time_s` is empty.
- Quality conflicts are tags on annotations, results of frames tags on images, scores of jobs, tasks and projects tags on those (see `quality`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from labelduck.importers.cvat_server.reading import Reading
from labelduck.importers.cvat_server.sniff import sniff

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from labelduck.importers.base import Batch, ReadOptions

__all__ = ["read", "sniff"]


def read(path: Path, options: ReadOptions) -> Iterator[Batch]:  # noqa: ARG001 - the dump says all there is to know
    """Yield all that a dump of a CVAT server tells.

    Args:
        path: Folder or zip of JSON files and logs of events (CSV); or one file.
        options: None is needed.

    Yields:
        Batches of `classes`, `jobs`, `annotations`, `image_labels`, `assignments`, `images`, `events`, `reviews`, `issues`, `tags`.

    Raises:
        BadInputError: Nothing there is of a CVAT server, or the one file named cannot be read.
    """
    yield from Reading(path).batches()
