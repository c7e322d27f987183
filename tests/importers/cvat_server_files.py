"""Dumps of a CVAT server for tests: a task of ten frames, two jobs of annotators, one of gold, and logs of events."""

from __future__ import annotations

import csv
import json
from typing import TYPE_CHECKING, Any

from format_rows import rows_of

if TYPE_CHECKING:
    from pathlib import Path

ANA, BEN, GUS = (
    {"id": n, "username": name, "first_name": ""} for n, name in ((1, "ana"), (2, "ben"), (3, "gus"))
)
LABELS = [
    {"id": 5, "name": "car", "color": "#ff0000", "type": "any", "sublabels": []}
    | {"attributes": [{"id": 31, "name": "tone", "mutable": False, "values": ["red", "blue"]}]},
    {"id": 6, "name": "bus", "color": "#00ff00", "type": "any", "sublabels": [], "attributes": []},
    {"id": 7, "name": "pose", "color": "#0000ff", "type": "skeleton", "attributes": []}
    | {
        "sublabels": [
            {"id": 71, "name": "head", "attributes": [{"id": 32, "name": "hat"}], "type": "points"},
            {"id": 72, "name": "foot", "attributes": [], "type": "points"},
        ],
        "svg": '<line x1="1" data-type="edge" data-node-from="2" data-node-to="1"></line>'
        '<circle data-type="element node" data-element-id="1" data-node-id="1" data-label-id="71"></circle>'
        '<circle data-type="element node" data-element-id="2" data-node-id="2" data-label-id="72"></circle>',
    },
]
COLUMNS = [
    "scope",
    "obj_name",
    "obj_id",
    "obj_val",
    "source",
    "timestamp",
    "count",
    "duration",
    "project_id",
    "task_id",
    "job_id",
    "user_id",
    "user_name",
    "user_email",
    "org_id",
    "org_slug",
    "payload",
]


def job(number: int, start: int, stop: int, assignee: Any, **more: Any) -> dict[str, Any]:
    """Return a job of task 9."""
    known = {
        "id": number,
        "task_id": 9,
        "project_id": 4,
        "type": "annotation",
        "dimension": "2d",
        "mode": "annotation",
    }
    state = {"stage": "annotation", "state": "in progress", "start_frame": start, "stop_frame": stop}
    times = {"created_date": "2025-03-01T08:00:00.5Z", "updated_date": "2025-03-02T10:00:00+02:00"}
    return known | state | times | {"assignee": assignee} | more


JOBS = [
    job(21, 0, 4, ANA, state="completed"),
    job(22, 4, 8, BEN),
    job(23, 0, 8, GUS, type="ground_truth", stage="acceptance", state="completed"),
]
TASK = {
    "id": 9,
    "name": "street",
    "project_id": 4,
    "subset": "Train",
    "size": 10,
    "segment_size": 5,
    "mode": "annotation",
}


def shape(
    number: int | None, frame: int, points: list[Any], kind: str = "rectangle", **more: Any
) -> dict[str, Any]:
    """Return a shape with the label car."""
    known = {
        "id": number,
        "type": kind,
        "frame": frame,
        "label_id": 5,
        "group": 0,
        "source": "manual",
        "points": points,
    }
    drawn = {
        "occluded": False,
        "outside": False,
        "z_order": 0,
        "rotation": 0.0,
        "attributes": [],
        "elements": [],
    }
    return known | drawn | more


def annotations(shapes: Any = (), tracks: Any = (), tags: Any = ()) -> dict[str, Any]:
    """Return what `/annotations` gives."""
    return {"version": 1, "tags": list(tags), "shapes": list(shapes), "tracks": list(tracks)}


def meta(n_frames: int = 10, **more: Any) -> dict[str, Any]:
    """Return what a task's `/data/meta` gives."""
    frames = [
        {"name": f"cam/{n}.jpg", "width": 100, "height": 80, "related_files": 0} for n in range(n_frames)
    ]
    known = {
        "size": n_frames,
        "start_frame": 0,
        "stop_frame": n_frames - 1,
        "deleted_frames": [],
        "frames": frames,
    }
    return known | more


def page(*results: Any, **more: Any) -> dict[str, Any]:
    """Return one page of a list."""
    return {"count": len(results), "next": None, "previous": None, "results": list(results)} | more


def dump(folder: Path, **files: Any) -> dict[str, list[dict[str, Any]]]:
    """Write a dump and read it: file names with `__` for `/`; jobs, the task, its frames and labels are there unless given."""
    known = {"jobs": page(*JOBS), "task": TASK, "labels": page(*LABELS), "tasks_9_meta": meta()}
    for name, content in (known | files).items():
        if content is not None:
            write(folder, name.replace("__", "/"), content)
    return rows_of("cvat_server", folder)


def write(folder: Path, name: str, content: Any) -> None:
    """Write a JSON file, or a log where it is a list of events."""
    path = folder / (f"{name}.csv" if name.endswith("events") else f"{name}.json")
    path.parent.mkdir(parents=True, exist_ok=True)
    if name.endswith("events"):
        write_log(path, content)
    else:
        path.write_text(json.dumps(content))


def event(time: str, scope: str, actor: str, payload: Any = None, **more: Any) -> dict[str, Any]:
    """Return one event of 1 March 2025 in job 21."""
    number = {"ana": 1, "ben": 2, "gus": 3}.get(actor, 9)
    who = {"user_id": number, "user_name": actor, "user_email": f"{actor}@x.org", "source": "server"}
    what = {"scope": scope, "timestamp": f"2025-03-01 {time}+00:00", "task_id": 9, "job_id": 21}
    return who | what | ({} if payload is None else {"payload": json.dumps(payload)}) | more


def changed(
    time: str, action: str, actor: str, *objects: tuple[int, int, int], **more: Any
) -> dict[str, Any]:
    """Return an event of shapes: id, frame, label of each."""
    shapes = [{"id": n, "frame": frame, "attributes": [], "label_id": label} for n, frame, label in objects]
    return event(
        time,
        f"{action}:shapes",
        actor,
        {"shapes": shapes, "request": {"id": "r"}},
        obj_name="rectangle",
        **more,
    )


def moved(time: str, actor: str, field: str, old: Any, new: Any, **more: Any) -> dict[str, Any]:
    """Return an event of a job whose stage, state or assignee changed."""
    return event(time, "update:job", actor, {"old_value": old}, obj_name=field, obj_val=new, **more)


def write_log(path: Path, events: list[dict[str, Any]], columns: list[str] = COLUMNS) -> None:
    """Write a log of events."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, columns, extrasaction="ignore", restval="")
        writer.writeheader()
        writer.writerows(events)
