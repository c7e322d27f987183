"""Quality reports and conflicts of a CVAT server, of all three generations."""

from __future__ import annotations

import pytest
from cvat_server_files import annotations, dump, page, shape

import labelduck

BOX = [10, 20, 30, 50]
OURS, GOLD = (
    {"obj_id": n, "job_id": j, "type": "shape", "shape_type": "rectangle"} for n, j in ((1, 21), (7, 23))
)
CONFLICTS = [
    {"frame_id": 0, "type": "mismatching_label", "annotation_ids": [OURS, GOLD], "severity": "error"},
    {"frame_id": 0, "type": "low_overlap", "annotation_ids": [OURS, GOLD], "severity": "warning"},
    {
        "frame_id": 2,
        "type": "missing_annotation",
        "annotation_ids": [GOLD | {"obj_id": 8}],
        "severity": "error",
    },
]
COUNTS = {
    "valid_count": 3,
    "missing_count": 1,
    "extra_count": 1,
    "total_count": 5,
    "ds_count": 4,
    "gt_count": 4,
}
FRAMES = {
    "0": {"conflicts": CONFLICTS[:2], "annotations": COUNTS | {"total_count": 4}},
    "2": {"conflicts": CONFLICTS[2:], "annotations": dict.fromkeys(COUNTS, 0)},
}
SUMMARY = {"frames": [0, 2], "conflict_count": 3, "annotations": COUNTS, "annotation_components": {}}
ROWS = [
    {"id": 1, "target": "task", "task_id": 9, "job_id": None, "parent_id": None},
    {"id": 2, "target": "job", "task_id": None, "job_id": 21, "parent_id": 1},
]
REPORTS = page(*(row | {"created_date": f"2025-03-0{row['id']}T00:00:00Z", "summary": {}} for row in ROWS))
FIRST = {"parameters": {"iou_threshold": 0.4}, "comparison_summary": SUMMARY, "frame_results": FRAMES}
SECOND = FIRST | {
    "id": 2,
    "job_id": 21,
    "project_id": None,
    "assignee": {"id": 1, "username": "ana"},
    "comparison_summary": SUMMARY
    | {"total_frames": 10, "tasks": None, "jobs": {"all": [21], "excluded": []}},
}
THIRD = {
    "id": 2,
    "job_id": 21,
    "groups": {
        "Base": {"parameters": {"requirement_id": 5, "metric": "accuracy"}}
        | {k: FIRST[k] for k in ("comparison_summary", "frame_results")}
    },
    "summary": {"requirements": {"total": 1, "items": []}},
}
GENERATIONS = {"2024": FIRST, "2025": SECOND, "2026": THIRD}
TOOL = {"tool": "cvat_quality", "eval_key": "report 1"}


@pytest.mark.parametrize("generation", GENERATIONS)
def test_each_generation_of_reports_gives_the_same_tags(tmp_path, generation):
    found = dump(tmp_path, quality_reports=REPORTS, quality_reports_2_data=GENERATIONS[generation])

    assert [{k: v for k, v in row.items() if k not in TOOL} for row in found["tags"]] == [
        {"target": "job", "target_id": "21", "tag": "accuracy", "score": 0.6},
        {"target": "job", "target_id": "21", "tag": "precision", "score": 0.75},
        {"target": "job", "target_id": "21", "tag": "recall", "score": 0.75},
        {"target": "image", "target_id": "9/0", "image_id": "9/0", "tag": "accuracy", "score": 0.75},
        {"target": "image", "target_id": "9/0", "image_id": "9/0", "tag": "precision", "score": 0.75},
        {"target": "image", "target_id": "9/0", "image_id": "9/0", "tag": "recall", "score": 0.75},
        {
            "target": "annotation",
            "target_id": "shape:1",
            "image_id": "9/0",
            "tag": "mismatching_label",
            "value": "error",
        },
        {
            "target": "annotation",
            "target_id": "shape:1",
            "image_id": "9/0",
            "tag": "low_overlap",
            "value": "warning",
        },
        {
            "target": "annotation",
            "target_id": "shape:8",
            "image_id": "9/2",
            "tag": "missing_annotation",
            "value": "error",
        },
    ]
    assert all(row.items() >= TOOL.items() for row in found["tags"])
    assert found["import_problems"] == []


def test_a_conflict_joins_the_annotation_that_it_names(tmp_path):
    found = dump(
        tmp_path,
        quality_reports=REPORTS,
        quality_reports_2_data=FIRST,
        jobs_21_annotations=annotations([shape(1, 0, BOX)]),
    )

    named = {row["target_id"] for row in found["tags"] if row["target"] == "annotation"}
    assert {row["annotation_id"] for row in found["annotations"]} <= named


def test_conflicts_of_a_list_and_of_reports_at_every_level_are_told_once(tmp_path):
    listed = [
        {"id": n, "frame": c["frame_id"], "report_id": 2}
        | {k: c[k] for k in ("type", "severity", "annotation_ids")}
        for n, c in enumerate(CONFLICTS)
    ]

    found = dump(
        tmp_path,
        quality_reports=REPORTS,
        quality_conflicts=page(*listed),
        reports_1_data=FIRST,
        reports_2_data=FIRST,
    )

    conflicts = [(row["target_id"], row["tag"]) for row in found["tags"] if row["target"] == "annotation"]
    assert conflicts == [
        ("shape:1", "mismatching_label"),
        ("shape:1", "low_overlap"),
        ("shape:8", "missing_annotation"),
    ]


@pytest.mark.parametrize(
    ("name", "more", "run"),
    [
        ("reports_2_data", {}, "report 1"),
        ("jobs_21_quality_data", {}, "report 1"),
        ("quality_data", {"job_id": 21, "task_id": None, "created_date": "2025-03-02T00:00:00Z"}, "report 1"),
        ("quality_data", {"job_id": 21, "created_date": "2024-01-01T00:00:00Z"}, "report of job 21"),
        ("quality_data", {}, "report"),
    ],
)
def test_data_find_their_report_by_the_files_name_or_by_job_and_time(tmp_path, name, more, run):
    found = dump(tmp_path, quality_reports=REPORTS, **{name: FIRST | more})

    assert {row["eval_key"] for row in found["tags"]} == {run}


def test_conflicts_of_two_evaluations_are_told_apart(tmp_path):
    later = {
        "id": 5,
        "frame": 0,
        "report_id": 3,
        "type": "low_overlap",
        "severity": "warning",
        "annotation_ids": [OURS, GOLD],
    }

    found = dump(tmp_path, quality_reports=REPORTS, quality_conflicts=page(later | {"report_id": 2}, later))

    assert [row["eval_key"] for row in found["tags"]] == ["report 1", "report 3"]


def test_the_severity_of_a_conflict_follows_from_its_type_where_it_is_not_said(tmp_path):
    data = {
        "job_id": 21,
        "frame_results": {
            "0": {"conflicts": [{k: v for k, v in c.items() if k != "severity"} for c in CONFLICTS[:2]]}
        },
    }

    found = dump(tmp_path, reports_2_data=data | {"comparison_summary": {}})

    assert [(row["tag"], row["value"]) for row in found["tags"]] == [
        ("mismatching_label", "error"),
        ("low_overlap", "warning"),
    ]


def test_without_jobs_a_conflict_is_of_the_reports_job(tmp_path):
    found = dump(
        tmp_path,
        jobs=None,
        quality_reports=REPORTS,
        reports_2_data=SECOND
        | {"frame_results": {"0": {"conflicts": [CONFLICTS[0] | {"annotation_ids": [GOLD, OURS]}]}}},
    )

    assert [row["target_id"] for row in found["tags"] if row["target"] == "annotation"] == ["shape:1"]


def test_a_conflict_on_a_frame_between_key_frames_is_of_the_key_frame_before(tmp_path):
    frames = [
        {"id": n, "type": "rectangle", "frame": n, "points": BOX, "outside": False, "attributes": []}
        for n in (0, 3)
    ]
    track = {"id": 8, "frame": 0, "label_id": 5, "attributes": [], "elements": [], "shapes": frames}
    named = {"obj_id": 8, "job_id": 21, "type": "track", "shape_type": "rectangle"}
    conflict = {
        "frame": 2,
        "report_id": 2,
        "type": "extra_annotation",
        "severity": "error",
        "annotation_ids": [named],
    }

    found = dump(tmp_path, quality_conflicts=[conflict], jobs_21_annotations=annotations(tracks=[track]))

    (tag,) = found["tags"]
    assert (tag["target_id"], tag["image_id"]) == ("track:8/0", "9/2")


def test_requirements_are_scores_of_their_job(tmp_path):
    items = [
        {"requirement_id": 5, "name": "Base", "metric": "accuracy", "score": 0.5, "threshold": 0.7},
        {"requirement_id": 6, "name": "Cars", "metric": "recall", "score": 0.25, "threshold": 0.7},
        {
            "requirement_id": 7,
            "name": "Dogs",
            "metric": "recall",
            "score": None,
            "calculation": {"status": "not_computed"},
        },
    ]
    row = ROWS[1] | {
        "created_date": "2026-09-01T00:00:00Z",
        "summary": {"requirements": {"items": items}},
        "parent_id": None,
    }

    found = dump(tmp_path, quality_reports=page(row))

    assert found["tags"] == [
        {
            "target": "job",
            "target_id": "21",
            "tag": tag,
            "value": name,
            "score": score,
            "tool": "cvat_quality",
            "eval_key": "report 2",
        }
        for tag, name, score in (("accuracy", "Base", 0.5), ("recall", "Cars", 0.25))
    ]


def test_results_of_several_requirements_are_told_apart(tmp_path):
    groups = {name: {"frame_results": {"0": FRAMES["0"]}} for name in ("Base", "Cars")}

    found = dump(tmp_path, quality_reports=REPORTS, reports_2_data=THIRD | {"groups": groups})

    told = [row["eval_key"] for row in found["tags"] if row["tag"] == "low_overlap"]
    assert told == ["report 1/Base", "report 1/Cars"]


@pytest.mark.parametrize(
    ("conflict", "problem"),
    [
        ({"annotation_ids": []}, "it names no annotations"),
        ({"annotation_ids": [{"obj_id": "x"}, 7]}, "it names no annotations"),
        ({"type": None}, "it has no type"),
    ],
)
def test_a_conflict_that_says_nothing_is_reported(tmp_path, conflict, problem):
    found = dump(tmp_path, quality_conflicts=[{"report_id": 2, "frame": 0} | CONFLICTS[0] | conflict])

    assert found["tags"] == []
    assert [row["problem"] for row in found["import_problems"]] == [problem]


def test_what_cvat_reports_of_a_job_is_what_its_way_of_counting_gives(tmp_path):
    box, loose, far = [10, 10, 30, 30], [10, 10, 30, 22], [60, 60, 80, 75]
    reported = {"valid_count": 2, "total_count": 5, "ds_count": 4, "gt_count": 4}
    data = {
        "parameters": {"iou_threshold": 0.4},
        "comparison_summary": {"annotations": reported},
        "frame_results": {},
    }
    files = {
        "jobs_21_annotations": annotations(
            [shape(1, 0, box), shape(2, 0, far, label_id=6), shape(3, 1, loose), shape(4, 1, far)]
        ),
        "jobs_23_annotations": annotations(
            [shape(11, 0, box), shape(12, 0, far), shape(13, 1, box), shape(14, 2, far)]
        ),
        "quality_reports": REPORTS,
        "quality_reports_2_data": data,
        "tasks_9_validation_layout": {"mode": "gt", "validation_frames": [0, 1, 2], "disabled_frames": []},
    }
    dump(tmp_path / "dump", **files)
    lake = labelduck.open(tmp_path / "lake")
    lake.import_annotations(tmp_path / "dump", format="cvat_server", dataset="street")
    lake.build()

    rows = lake.sql(
        "select job, annotator, n_valid, n_total, n_annotations, n_gold, accuracy, reported_accuracy, precision,"
        " reported_precision, recall, reported_recall, n_low_overlap from cvat_quality_by_job where job = '21'"
    ).fetchall()

    assert rows == [("21", "ana", 2, 5, 4, 4, 0.4, 0.4, 0.5, 0.5, 0.5, 0.5, 1)]
