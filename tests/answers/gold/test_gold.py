"""Annotators against gold, by hand-known answers."""

from __future__ import annotations

import pytest

from people_scenes import drawn, people_lake


@pytest.fixture
def lake(tmp_path):
    """Gold: a cat, a dog and a crowd on image 1, a cat on 2. Ana has the cat, calls the dog a cow, adds one; ben sees little."""
    annotations = [
        drawn("1", None, "cat", 0, 0, 10, 10, is_gold=True),
        drawn("1", None, "dog", 20, 20, 30, 30, is_gold=True),
        drawn("1", None, "dog", 50, 50, 90, 90, is_gold=True, is_crowd=True),
        drawn("2", None, "cat", 0, 0, 10, 10, is_gold=True),
        drawn("1", "ana", "cat", 0, 0, 10, 9),
        drawn("1", "ana", "cow", 20, 20, 30, 30),
        drawn("1", "ana", "cat", 40, 0, 45, 5),
        drawn("1", "ana", "dog", 60, 60, 70, 70),
        drawn("1", "ben", "cat", 0, 0, 10, 6),
        drawn("3", "ben", "cat", 0, 0, 10, 6),
    ]
    assignments = [
        {"image_id": "2", "annotator": "ben"},
        {"image_id": "2", "annotator": "expert", "job": "g"},
    ]
    jobs = [{"job": "g", "type": "gold"}]
    return people_lake(tmp_path / "lake", annotations=annotations, assignments=assignments, jobs=jobs)


def test_accuracy_precision_and_recall_are_counted_over_all_images(lake):
    rows = lake.execute(
        "select annotator, accuracy, n_correct, n_judged, precision, n_annotations, recall, n_gold, n_wrong_class, n_missing,"
        " n_extra, mean_iou, mean_iou_all, n_images from gold_accuracy_by_annotator"
    ).fetchall()

    assert rows == [
        ("ana", 1 / 3, 1, 3, 1 / 3, 3, 0.5, 2, 1, 0, 1, 0.95, pytest.approx(1.9 / 3), 1),
        ("ben", 1 / 3, 1, 3, 1.0, 1, 1 / 3, 3, 0, 2, 0, 0.6, pytest.approx(0.2), 2),
    ]


def test_a_box_below_the_iou_asked_for_is_missing_and_extra(lake):
    lake.execute("set variable min_iou = 0.75")

    rows = lake.execute(
        "select n_correct, n_missing, n_extra from gold_accuracy_by_annotator where annotator = 'ben'"
    ).fetchall()

    assert rows == [(0, 3, 1)]


def test_a_wrong_class_counts_for_both_classes(lake):
    rows = lake.execute(
        "select class_name, n_correct, n_judged, n_annotations, n_gold, n_wrong_class, n_missing, n_extra, n_images "
        "from gold_accuracy_by_class"
    ).fetchall()

    assert rows == [
        ("cow", 0, 1, 1, 0, 0, 0, 0, 1),
        ("dog", 0, 2, 0, 2, 1, 1, 0, 1),
        ("cat", 2, 4, 3, 3, 0, 1, 1, 2),
    ]


def test_intervals_hold_the_rate(lake):
    rows = lake.execute(
        "select accuracy_low < accuracy and accuracy < accuracy_high, recall_low < recall and recall < recall_high "
        "from gold_accuracy_by_annotator"
    ).fetchall()

    assert rows == [(True, True), (True, True)]


def test_confusion_tells_what_gold_objects_are_taken_for(lake):
    rows = lake.execute(
        "select annotator, gold_class_name, class_name, n, n_gold, gold_rate from gold_confusion order by all"
    ).fetchall()

    assert rows == [
        ("ana", "background", "cat", 1, None, None),
        ("ana", "cat", "cat", 1, 1, 1.0),
        ("ana", "dog", "cow", 1, 1, 1.0),
        ("ben", "cat", "background", 1, 2, 0.5),
        ("ben", "cat", "cat", 1, 2, 0.5),
        ("ben", "dog", "background", 1, 1, 1.0),
    ]


def test_outcomes_and_counts_can_be_asked(lake):
    outcomes = lake.execute(
        "select annotator, annotation_id, gold_annotation_id, outcome from gold_outcomes order by all"
    ).fetchall()
    by_image = lake.execute(
        "select image_id, annotator, n_correct, n_wrong_class, n_missing, n_extra from gold_counts_by_image order by all"
    ).fetchall()
    by_class = lake.execute(
        "select class_name, image_id, n_judged from gold_class_counts order by all"
    ).fetchall()

    assert outcomes == [
        ("ana", "5", "1", "correct"),
        ("ana", "6", "2", "wrong_class"),
        ("ana", "7", None, "extra"),
        ("ben", "9", "1", "correct"),
        ("ben", None, "2", "missing"),
        ("ben", None, "4", "missing"),
    ]
    assert by_image == [("1", "ana", 1, 1, 0, 1), ("1", "ben", 1, 0, 1, 0), ("2", "ben", 0, 0, 1, 0)]
    assert by_class == [("cat", "1", 3), ("cat", "2", 1), ("cow", "1", 1), ("dog", "1", 2)]


def test_answers_are_measured_against_what_most_experts_say(tmp_path):
    experts = [("1", "x", "cat"), ("1", "y", "cat"), ("1", "z", "dog"), ("2", "x", "dog"), ("2", "y", "cat")]
    told = [{"image_id": i, "annotator": a, "class_name": c, "is_gold": True} for i, a, c in experts]
    told += [
        {"image_id": i, "annotator": "ana", "class_name": c}
        for i, c in (("1", "cat"), ("2", "cat"), ("3", "cow"))
    ]
    classes = [{"class_name": "dog", "class_index": 0}, {"class_name": "cat", "class_index": 1}]
    lake = people_lake(tmp_path / "lake", image_labels=told, classes=classes)

    answers = lake.execute(
        "select image_id, class_name, n_for, n_experts from gold_answers order by all"
    ).fetchall()
    rows = lake.execute(
        "select field, annotator, accuracy, n_correct, n_judged from gold_accuracy_by_annotator"
    ).fetchall()

    assert answers == [("1", "cat", 2, 3), ("2", "dog", 1, 2)]
    assert rows == [("label", "ana", 0.5, 1, 2)]
