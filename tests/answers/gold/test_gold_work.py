"""Jobs, weeks and coverage on gold, and errors of the gold itself, by hand-known answers."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from people_scenes import drawn, people_lake

MONDAY = datetime(2026, 1, 5, 10)  # noqa: DTZ001 - times of the tables are UTC without saying so


@pytest.fixture(scope="module")
def lake(tmp_path_factory):
    """Ana, ben and cy on three images with gold, whose dog all call a cow and whose second cat nobody sees; two see a fox."""
    gold = [
        drawn("1", None, "dog", 0, 0, 10, 10, is_gold=True),
        drawn("1", None, "cat", 20, 0, 30, 10, is_gold=True),
        drawn("2", None, "cat", 0, 0, 10, 10, is_gold=True),
        drawn("3", None, "cat", 0, 0, 10, 10, is_gold=True),
    ]
    work = []
    for n, name in enumerate(("ana", "ben", "cy")):
        of_week = {"job": f"j{n % 2}", "created_at": MONDAY + timedelta(days=n)}
        work.append(drawn("1", name, "cow" if n else "hen", 0, 0, 10, 10, **of_week))
        later = of_week | {"created_at": MONDAY + timedelta(days=7 + n)}
        work.append(drawn("2", name, "cat", 0, 0, 10, 10, **later))
        if n:
            work.append(drawn("2", name, "fox", 40, 40, 50, 50, **later))
    work += [drawn("9", "ana", "cat", 0, 0, 9, 9)]
    assignments = [{"image_id": "3", "annotator": "cy", "job": "j9"}, {"image_id": "8", "annotator": "cy"}]
    answers = [
        {"image_id": "1", "field": "kind", "annotator": a, "class_name": c, "created_at": MONDAY}
        for a, c in (("ana", "pets"), ("ben", "pets"), ("cy", "farm"))
    ]
    answers.append({"image_id": "1", "field": "kind", "class_name": "farm", "is_gold": True})
    seen = [
        {"model": "m", "annotation_id": n, "outcome": o, "image_id": "1"}
        for n, o in (("1", "false_negative"),)
    ]
    tables = {
        "annotations": gold + work,
        "assignments": assignments,
        "image_labels": answers,
        "matches": seen,
    }
    return people_lake(tmp_path_factory.mktemp("gold") / "lake", **tables)


def test_a_job_passes_from_the_accuracy_asked_for_on(lake):
    rows = lake.execute(
        "select job, n_annotators, accuracy, n_correct, n_judged, precision, n_annotations, recall, n_gold, mean_iou,"
        " mean_iou_all, n_images, is_passed, verdict from gold_accuracy_by_job where field = 'objects'"
    ).fetchall()

    assert rows == [
        ("j9", 1, 0.0, 0, 1, None, 0, 0.0, 1, None, 0.0, 1, False, "open"),
        ("j1", 1, 0.25, 1, 4, 1 / 3, 3, 1 / 3, 3, 1.0, 2 / 4, 2, False, "open"),
        ("j0", 2, 2 / 7, 2, 7, 2 / 5, 5, 2 / 6, 6, 1.0, 4 / 7, 2, False, "open"),
    ]


def test_the_pass_rate_counts_jobs_and_annotators(lake):
    lake.execute("set variable min_gold_accuracy = 0.26")
    try:
        rows = lake.execute(
            "select unit, n_units, n_passed, pass_rate, n_surely_passed from gold_pass_rate where field = 'objects'"
        ).fetchall()
    finally:
        lake.execute("reset variable min_gold_accuracy")

    assert rows == [("annotator", 3, 1, 1 / 3, 0), ("job", 3, 1, 1 / 3, 0)]


def test_weeks_add_up_and_what_nobody_dated_comes_last(lake):
    rows = lake.execute(
        "select annotator, week::varchar, n_correct, n_judged, n_judged_so_far, round(running_accuracy, 9),"
        " running_accuracy_low < running_accuracy, running_accuracy < running_accuracy_high"
        " from gold_accuracy_by_week where field = 'objects' and annotator <> 'ben'"
    ).fetchall()

    assert rows == [
        ("ana", "2026-01-05", 0, 2, 2, 0.0, False, True),
        ("ana", "2026-01-12", 1, 1, 3, round(1 / 3, 9), True, True),
        ("cy", "2026-01-05", 0, 2, 2, 0.0, False, True),
        ("cy", "2026-01-12", 1, 2, 4, 0.25, True, True),
        ("cy", None, 0, 1, 5, 0.2, True, True),
    ]


def test_coverage_counts_the_images_with_gold_among_those_seen(lake):
    rows = lake.execute(
        "select field, annotator, n_images, n_gold_images, gold_rate, n_judged, round(accuracy_reach, 3) is not null"
        " from gold_coverage_by_annotator order by field, annotator"
    ).fetchall()

    assert rows[3:] == [
        ("objects", "ana", 3, 2, 2 / 3, 3, True),
        ("objects", "ben", 2, 2, 1.0, 4, True),
        ("objects", "cy", 4, 3, 0.75, 5, True),
    ]
    assert [row[:5] for row in rows[:3]] == [("kind", name, 1, 1, 1.0) for name in ("ana", "ben", "cy")]


def test_gold_is_suspected_where_annotators_and_models_contradict_it(lake):
    rows = lake.execute(
        "select field, image_id, issue, gold_annotation_id, gold_class_name, annotation_id, suggested_class, n_against,"
        " n_judges, n_suggesting, n_models, round(against_rate, 6) from gold_suspects"
    ).fetchall()

    assert rows == [
        ("objects", "1", "wrong_class", "1", "dog", None, "cow", 4, 4, 2, 1, 1.0),
        ("objects", "1", "extra_label", "2", "cat", None, None, 3, 3, 0, 0, 1.0),
        ("kind", "1", "wrong_class", None, "farm", None, "pets", 2, 3, 2, 0, 0.666667),
        ("objects", "2", "missing_label", None, None, "12", "fox", 2, 3, 2, 0, 0.666667),
    ]


@pytest.mark.parametrize(
    ("view", "columns", "first"),
    [
        ("gold_works", "field, image_id, annotator, job", ("kind", "1", "ana", None)),
        ("gold_missing", "image_id, annotation_id, class_name, n_annotators, n_drawn, n_same", ("2", "12", "fox", 3, 2, 2)),
        (
            "gold_contradictions",
            "field, image_id, gold_class_name, n_looks, n_against, suggested_class",
            ("kind", "1", "farm", 3, 2, "pets"),
        ),
    ],
)  # fmt: skip
def test_each_step_can_be_asked(lake, view, columns, first):
    assert lake.execute(f"select {columns} from {view} order by all limit 1").fetchall() == [first]
