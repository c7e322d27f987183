"""A COCO scene as a CVAT server would tell it: REST answers and the log of events."""

from __future__ import annotations

import csv
import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

FILES = (
    "jobs_4_annotations.json",
    "jobs.json",
    "labels.json",
    "tasks_2_meta.json",
    "events.csv",
    "quality_2.json",
    "issues.json",
)
_COLUMNS = (
    "scope",
    "obj_name",
    "obj_val",
    "timestamp",
    "duration",
    "task_id",
    "job_id",
    "user_name",
    "payload",
)


def write_cvat_server(folder: Path, scene: dict[str, Any]) -> None:
    numbers = {image["id"]: n for n, image in enumerate(scene["images"])}
    shapes = [_shape(a, numbers[a["image_id"]]) for a in scene["annotations"]]
    tag = {"id": 3, "frame": 1, "label_id": 1, "source": "manual", "attributes": []}
    places = [{"frame": n, "type": "rectangle", "points": [1, 1, 9, 9], "outside": n == 2} for n in (0, 1, 2)]
    track = {"id": 5, "frame": 0, "label_id": 1, "attributes": [], "shapes": places, "elements": []}
    ann, bob = ({"id": n, "username": name} for n, name in ((1, "ann"), (2, "bob")))
    job = {
        "task_id": 2,
        "stage": "validation",
        "start_frame": 0,
        "stop_frame": 2,
        "created_date": "2025-03-01T08:00:00Z",
    }
    jobs = [
        job | {"id": 4, "type": "annotation", "state": "completed", "assignee": ann},
        job | {"id": 5, "type": "ground_truth", "state": "completed", "assignee": bob},
    ]
    labels = [
        {
            "id": each["id"],
            "name": each["name"],
            "color": "#fff",
            "sublabels": [],
            "attributes": [{"id": 9, "name": "tone"}],
        }
        for each in scene["categories"]
    ]
    frames = [{"name": i["file_name"], "width": i["width"], "height": i["height"]} for i in scene["images"]]
    named = [{"obj_id": shapes[0]["id"], "job_id": 4, "type": "shape"}]
    conflict = {"type": "low_overlap", "annotation_ids": named, "severity": "warning", "frame_id": 0}
    counts = {"valid_count": 1, "total_count": 2, "ds_count": 1, "gt_count": 2}
    results = {"0": {"conflicts": [conflict], "annotations": counts}}
    issue = {"id": 1, "frame": 0, "job": 4, "position": [1, 2, 3, 4], "owner": bob, "resolved": False}
    answers = {
        "jobs": {"count": 2, "next": None, "previous": None, "results": jobs},
        "labels": {"count": len(labels), "next": None, "previous": None, "results": labels},
        "tasks_2_meta": {"size": len(frames), "start_frame": 0, "deleted_frames": [], "frames": frames},
        "jobs_4_annotations": {"version": 0, "tags": [tag], "shapes": shapes, "tracks": [track]},
        "quality_2": {"job_id": 4, "comparison_summary": {"annotations": counts}, "frame_results": results},
        "issues": [issue | {"comment_set": [{"id": 1, "message": "too wide", "created_date": None}]}],
    }
    for name, answer in answers.items():
        (folder / f"{name}.json").write_text(json.dumps(answer, indent=0))
    _write_log(folder / "events.csv", shapes)


def _shape(annotation: dict[str, Any], frame: int) -> dict[str, Any]:
    x, y, w, h = annotation["bbox"]
    what = {
        "id": annotation["id"],
        "type": "rectangle",
        "frame": frame,
        "label_id": annotation["category_id"],
    }
    drawn = {
        "points": [x, y, x + w, y + h],
        "rotation": 0.0,
        "occluded": False,
        "outside": False,
        "z_order": 0,
    }
    return (
        what
        | drawn
        | {"group": 0, "source": "manual", "attributes": [{"spec_id": 9, "value": "red"}], "elements": []}
    )


def _write_log(path: Path, shapes: list[dict[str, Any]]) -> None:
    def row(n: int, scope: str, payload: dict[str, Any], *more: str) -> list[Any]:
        name, value = more or ("", "")
        return [
            scope,
            name,
            value,
            f"2025-03-01 10:{n // 60:02}:{n % 60:02}.5+00:00",
            0,
            2,
            4,
            "ann",
            json.dumps(payload),
        ]

    listed = [{key: each[key] for key in ("id", "frame", "label_id", "attributes")} for each in shapes]
    rows = [row(n, "create:shapes", {"shapes": [each]}) for n, each in enumerate(listed)]
    rows += [
        row(900, "update:shapes", {"shapes": listed[:2]}),
        row(910, "delete:shapes", {"shapes": listed[-1:]}),
        row(
            920, "update:tracks", {"tracks": [{"id": 5, "frame": 0, "label_id": 1, "shapes": [{"frame": 0}]}]}
        ),
        row(930, "send:working_time", {"working_time": 45_000}),
        row(940, "update:job", {"old_value": "in progress"}, "state", "completed"),
        row(950, "update:job", {"old_value": "completed"}, "state", "rejected"),
        row(960, "zoom:image", {}),
    ]
    with path.open("w", newline="") as file:
        csv.writer(file).writerows([_COLUMNS, *rows])
