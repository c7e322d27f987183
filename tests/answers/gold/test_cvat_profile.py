"""Annotations against gold as CVAT counts them, beside SciPy's assignment and CVAT's own reports."""

from __future__ import annotations

import itertools
import random

import numpy as np
import pytest
from scipy.optimize import linear_sum_assignment

from labelduck.grouping.assignment import best_pairs
from people_scenes import drawn, grouped, people_lake

TOOL = {"tool": "cvat_quality", "target": "job", "target_id": "7", "eval_key": "report 1"}


@pytest.fixture(scope="module")
def lake(tmp_path_factory):
    """Job 7 of ana: a cat and a loose dog found, a dog called cow, one box too many; one of job 8 missing, on an image of its own."""
    gold = [
        drawn("1", "lea", "cat", 0, 0, 10, 10, job="g", is_gold=True),
        drawn("1", "lea", "dog", 20, 20, 30, 30, job="g", is_gold=True),
        drawn("1", "lea", "dog", 50, 50, 60, 60, job="g", is_gold=True),
        drawn("2", "lea", "cat", 0, 0, 10, 10, job="g", is_gold=True),
    ]
    work = [
        drawn("1", "ana", "cat", 0, 0, 10, 9, job="7"),
        drawn("1", "ana", "dog", 20, 20, 30, 26, job="7"),
        drawn("1", "ana", "cow", 50, 50, 60, 60, job="7"),
        drawn("1", "ana", "cat", 8, 0, 18, 10, job="7"),
        drawn("3", "ana", "cat", 0, 0, 10, 10, job="7"),
        drawn("4", "ana", "cat", 0, 0, 10, 10, job="7"),
    ]
    jobs = [
        {"job": "g", "type": "gold"},
        {"job": "7", "assignee": "ana", "type": "annotation"},
        {"job": "8", "assignee": "ben", "type": "annotation"},
    ]
    assignments = [
        {"image_id": "2", "annotator": "ben", "job": "8"},
        {"image_id": "3", "annotator": "lea", "job": "g"},
        {"image_id": "1", "annotator": "ana"},
    ]
    tags = [
        TOOL | {"tag": tag, "score": s} for tag, s in (("accuracy", 0.4), ("precision", 0.4), ("recall", 0.5))
    ]
    tags += [TOOL | {"tag": "accuracy", "score": 0.1, "eval_key": "report 0"}]
    tables = {"annotations": gold + work, "jobs": jobs, "assignments": assignments, "tags": tags}
    return people_lake(tmp_path_factory.mktemp("cvat") / "lake", **tables)


def test_a_job_is_counted_as_cvat_counts_it_and_stands_beside_its_report(lake):
    columns = (
        "job, annotator, accuracy, n_valid, n_total, precision, n_annotations, recall, n_gold, n_mismatching, n_missing,"
        " n_extra, n_low_overlap, mean_iou_matched, mean_iou_all, mean_iou_frames, n_frames, reported_accuracy,"
        " reported_precision, reported_recall"
    )

    rows = lake.execute(f"select {columns} from cvat_quality_by_job").fetchall()

    stray = 20 / 180  # of the extra box with the gold cat
    on_first = 0.9 + 0.6 + 1.0 + stray
    of_ana = (0.4, 2, 5, 0.4, 5, 2 / 3, 3, 1, 0, 2, 1)
    ious = (2.5 / 3, on_first / 5, (on_first / 4 + 0.0) / 2)
    assert rows == [
        ("8", "ben", 0.0, 0, 1, None, 0, 0.0, 1, 0, 1, 0, 0, None, 0.0, 0.0, 1, None, None, None),
        ("7", "ana", *of_ana, *map(pytest.approx, ious), 2, 0.4, 0.4, 0.5),
    ]


def test_conflicts_are_those_that_cvat_reports(lake):
    rows = lake.execute(
        "select image_id, job, conflict, severity, class_name, gold_class_name, round(iou, 3) from cvat_conflicts"
    ).fetchall()

    assert rows == [
        ("1", "7", "extra_annotation", "error", "cat", None, round(1 / 9, 3)),
        ("1", "7", "low_overlap", "warning", "dog", "dog", 0.6),
        ("1", "7", "mismatching_label", "error", "cow", "dog", 1.0),
        ("3", "7", "extra_annotation", "error", "cat", None, 0.0),
        ("2", "8", "missing_annotation", "error", None, "cat", 0.0),
    ]


def test_a_class_has_cvats_precision_recall_jaccard_and_accuracy(lake):
    rows = lake.execute(
        "select class_name, jaccard, n_valid, n_either, precision, n_annotations, recall, n_gold, class_accuracy, n_total"
        " from cvat_quality_by_class"
    ).fetchall()

    assert rows == [
        ("cow", 0.0, 0, 1, 0.0, 1, None, 0, 5 / 6, 6),
        ("cat", 0.25, 1, 4, 1 / 3, 3, 0.5, 2, 3 / 6, 6),
        ("dog", 0.5, 1, 2, 1.0, 1, 0.5, 2, 5 / 6, 6),
    ]


def test_frames_and_outcomes_can_be_asked(lake):
    frames = lake.execute(
        "select job, image_id, n_valid, n_total, n_annotations, n_gold from cvat_frames order by all"
    ).fetchall()
    outcomes = lake.execute(
        "select outcome, count(*) from cvat_outcomes group by all order by all"
    ).fetchall()

    assert frames == [("7", "1", 2, 4, 4, 3), ("7", "3", 0, 1, 1, 0), ("8", "2", 0, 1, 0, 1)]
    assert outcomes == [("extra", 2), ("mismatching_label", 1), ("missing", 1), ("valid", 2)]


def test_crowded_boxes_are_paired_with_the_largest_sum_of_overlaps_as_scipy_pairs_them():
    dice = random.Random(5)
    places = [[dice.uniform(0, 40) for _ in range(2)] for _ in range(300)]
    sizes = [[dice.uniform(12, 24) for _ in range(2)] for _ in range(300)]
    rows = [
        drawn(
            str(n // 2 % 6),
            None if n % 2 else "ana",
            dice.choice("ab"),
            x,
            y,
            x + w,
            y + h,
            is_gold=bool(n % 2),
        )
        for n, ((x, y), (w, h)) in enumerate(zip(places, sizes, strict=True))
    ]

    found = grouped(annotations=rows)["cvat_matches"]

    for image in map(str, range(6)):
        mine, gold = (
            [r["box"] for r in rows if r["image_id"] == image and r["is_gold"] is g] for g in (False, True)
        )
        overlap = np.array([[iou(a, b) for b in gold] for a in mine])
        counted = np.where(overlap >= 0.4, overlap, 0)
        chosen = counted[linear_sum_assignment(-counted)]
        pairs = [
            r for r in found if r["image_id"] == image and r["annotation_id"] and r["gold_annotation_id"]
        ]
        alone = [r for r in found if r["image_id"] == image and r not in pairs]
        assert len(pairs) == (chosen > 0).sum()
        assert sum(r["iou"] for r in pairs) == pytest.approx(chosen.sum(), abs=1e-9)
        assert len(alone) + 2 * len(pairs) == len(mine) + len(gold)
        missed = next(r for r in alone if r["gold_annotation_id"])
        its_box = rows[int(missed["gold_annotation_id"]) - 1]["box"]
        assert missed["iou"] == pytest.approx(max(iou(box, its_box) for box in mine), abs=1e-9)


def test_the_best_pairs_of_any_numbers_have_scipys_sum():
    dice = np.random.default_rng(0)
    for n, m in itertools.product(range(1, 9), repeat=2):
        overlap = dice.random((n, m)) * (dice.random((n, m)) < 0.6)
        first, second = np.nonzero(overlap)

        chosen = best_pairs(first * 5 + 2, second, overlap[first, second])

        assert overlap[first[chosen], second[chosen]].sum() == pytest.approx(
            overlap[linear_sum_assignment(-overlap)].sum(), abs=1e-12
        )
        assert len({*first[chosen]}) == len({*second[chosen]}) == chosen.sum()


def test_an_outline_is_no_partner_of_a_box():
    ring = [[0.0, 0.0, 10.0, 0.0, 10.0, 10.0, 0.0, 10.0]]
    rows = [
        drawn("1", None, "cat", 0, 0, 10, 10, is_gold=True),
        drawn("1", "ana", "cat", 0, 0, 10, 10, polygons=ring),
    ]

    found = grouped(annotations=rows, images=[{"image_id": "1", "width": 20, "height": 20}])["cvat_matches"]

    assert [(r["annotation_id"], r["gold_annotation_id"], r["iou"]) for r in found] == [
        (None, "1", 0.0),
        ("2", None, 0.0),
    ]


def test_a_file_of_nobodys_is_compared_with_gold_as_one_work():
    rows = [drawn("1", None, "cat", 0, 0, 9, 9, is_gold=True), drawn("1", None, "cat", 0, 0, 9, 9)]

    (found,) = grouped(annotations=rows)["cvat_matches"]

    assert (found["job"], found["annotator"], found["iou"]) == (None, None, 1.0)


def iou(one, other):
    width, height = (
        max(0, min(one[f"{d}_max"], other[f"{d}_max"]) - max(one[f"{d}_min"], other[f"{d}_min"]))
        for d in "xy"
    )
    areas = [(b["x_max"] - b["x_min"]) * (b["y_max"] - b["y_min"]) for b in (one, other)]
    return width * height / (sum(areas) - width * height)
