"""Error rates by what may explain them: who found what wrong, and how sure that is."""

from __future__ import annotations

import random
from datetime import datetime, timedelta

import pytest

AT_TEN = datetime(2026, 1, 5, 10)  # noqa: DTZ001 - times of the tables are UTC without saying so
HOUR = timedelta(hours=1)
DIMENSIONS = ("annotator", "batch", "class", "crowding", "guideline", "job", "occlusion", "size", "week")
VIEWS = [
    "error_rate_by_annotator",
    "error_rate_by_batch",
    "error_rate_by_class",
    "error_rate_by_crowding",
    "error_rate_by_guideline",
    "error_rate_by_job",
    "error_rate_by_occlusion",
    "error_rate_by_size",
    "error_rate_by_week",
]


def review(annotation_id, image_id, decision="accepted", **values):
    common = {"annotation_id": annotation_id, "image_id": image_id, "annotator": "ann", "decision": decision}
    return {"review_id": f"{annotation_id}/{values.get('round')}"} | common | values


def drawn(annotation_id, image_id, class_name="cat", **values):
    return {"annotation_id": annotation_id, "image_id": image_id, "class_name": class_name} | values


def test_an_annotation_is_wrong_when_any_round_rejects_or_fixes_it(scene):
    lake = scene(
        annotations=[drawn(name, image) for name, image in ("a1", "b1", "c2", "e2")],
        reviews=[
            review("a", "1"),
            review("b", "1", "rejected", round=1, error_kind="bad_box"),
            review("b", "1", round=2),
            review("c", "2", "fixed", error_kind="wrong_class"),
        ],
    )

    judged = lake.execute(
        "select annotation_id, judged_by, is_wrong, error_kind from reviewed_annotations order by 1"
    ).fetchall()
    rates = lake.execute(
        "select class_name, n_annotations, n_errors, n_images, error_rate from error_rate_by_class"
    ).fetchall()

    assert judged == [
        ("a", "review", False, None),
        ("b", "review", True, "bad_box"),
        ("c", "review", True, "wrong_class"),
    ]
    assert rates == [("cat", 3, 2, 2, pytest.approx(2 / 3))]


def test_the_class_is_the_one_that_was_reviewed_not_the_one_it_was_changed_to(scene):
    lake = scene(
        annotations=[drawn("a", "1", "excavator"), drawn("b", "1", "cow")],
        reviews=[review(name, "1", "fixed", reviewed_at=AT_TEN) for name in ("a", "b", "gone")],
        events=[
            {"event_id": "1", "annotation_id": "a", "from_class": "forklift", "happened_at": AT_TEN + HOUR},
            {"event_id": "2", "annotation_id": "b", "from_class": "dog", "happened_at": AT_TEN - HOUR},
        ],
    )

    rows = lake.execute("select annotation_id, class_name from reviewed_annotations order by 1").fetchall()

    assert rows == [("a", "forklift"), ("b", "cow"), ("gone", None)]


def test_the_batch_is_the_annotations_else_the_jobs_else_the_images(scene):
    lake = scene(
        images=[{"image_id": "1", "batch": "of image"}],
        jobs=[{"job": "j", "batch": "of job"}],
        annotations=[drawn("a", "1", batch="own", job="j"), drawn("b", "1", job="j"), drawn("c", "1")],
        reviews=[review(name, "1") for name in "abc"],
    )

    rows = lake.execute("select annotation_id, batch from reviewed_annotations order by 1").fetchall()
    told = lake.execute("select annotation_id, batch from judged_labels order by 1").fetchall()

    assert rows == told == [("a", "own"), ("b", "of job"), ("c", "of image")]


def test_what_was_drawn_by_risk_is_not_mixed_with_the_rest(scene):
    lake = scene(
        annotations=[drawn(name, "1") for name in "abc"],
        reviews=[
            review("a", "1", sampling="random"),
            review("b", "1", "rejected", sampling="risk"),
            review("c", "1", sampling=None),
        ],
    )

    rows = lake.execute(
        "select judged_by, annotator, n_annotations, n_errors from error_rate_by_annotator order by 1"
    ).fetchall()

    assert rows == [("review", "ann", 2, 0), ("targeted_review", "ann", 1, 1)]


def test_missing_labels_are_counted_beside_the_rate(scene):
    missing = {"annotation_id": None, "error_kind": "missing_label", "decision": "rejected"}
    lake = scene(
        annotations=[drawn("a", "1", batch="b1")],
        images=[{"image_id": "1", "batch": "b1"}],
        reviews=[review("a", "1"), review("x", "1") | missing | {"review_id": "m"}],
    )

    by_annotator = lake.execute("select n_errors, n_missing_labels from error_rate_by_annotator").fetchall()
    by_batch = lake.execute("select batch, n_errors, n_missing_labels from error_rate_by_batch").fetchall()

    assert by_annotator == [(0, 1)]
    assert by_batch == [("b1", 0, 1)]


def test_each_dimension_sorts_the_same_annotations(scene):
    lake = scene(
        annotations=[
            drawn("a", "1", area=100.0, occluded=0.0, batch="b1", job="j1", created_at=AT_TEN),
            drawn("b", "1", area=5000.0, occluded=0.4, batch="b1", job="j1", created_at=AT_TEN),
            drawn("c", "2", area=90000.0, occluded=0.9, created_at=AT_TEN - 24 * HOUR),
        ],
        guidelines=[{"guideline_version": "2", "updated_at": AT_TEN - HOUR}],
        reviews=[review("a", "1", "rejected"), review("b", "1"), review("c", "2")],
    )

    counts = lake.execute(
        "select dimension, value, sum(n_annotations), sum(n_errors) from error_counts group by all order by all"
    ).fetchall()
    rates = lake.execute(
        "select dimension, sum(n_annotations) from error_rates group by all order by 1"
    ).fetchall()
    seen = [lake.execute(f"select count(*) from {view}").fetchall()[0][0] for view in VIEWS]

    assert counts == [
        ("annotator", "ann", 3, 1),
        ("batch", "b1", 2, 1),
        ("batch", None, 1, 0),
        ("class", "cat", 3, 1),
        ("crowding", "1-4", 3, 1),
        ("guideline", "2", 2, 1),
        ("guideline", None, 1, 0),
        ("job", "j1", 2, 1),
        ("job", None, 1, 0),
        ("occlusion", "mostly", 1, 0),
        ("occlusion", "partly", 1, 0),
        ("occlusion", "visible", 1, 1),
        ("size", "large", 1, 0),
        ("size", "medium", 1, 0),
        ("size", "small", 1, 1),
        ("week", "2025-12-29", 1, 0),
        ("week", "2026-01-05", 2, 1),
    ]
    assert rates == [(dimension, 3) for dimension in DIMENSIONS]
    assert seen == [1, 2, 1, 1, 2, 2, 3, 3, 2]


def people(seed, rates, *, n_images=40):
    """Return annotations and reviews of annotators with a rate of error each, six objects to an image."""
    dice = random.Random(seed)
    annotations, reviews = [], []
    for annotator, rate in rates.items():
        for n in range(6 * n_images):
            name, image = f"{annotator}{n}", f"{annotator}/{n // 6}"
            decision = "rejected" if dice.random() < rate else "accepted"
            annotations.append(drawn(name, image, ("cat", "dog")[n % 2]))
            reviews.append(review(name, image, decision, annotator=annotator))
    return {"annotations": annotations, "reviews": reviews}


def test_who_is_worse_than_the_rest_needs_calibration_and_nobody_else(scene):
    lake = scene(**people(1, {"ann": 0.02, "bob": 0.3, "cyd": 0.02, "dan": 0.02}))

    named = lake.execute(
        "select annotator, class_name from annotators_needing_calibration order by all"
    ).fetchall()
    q_values = dict(lake.execute("select annotator, q_value from error_rate_by_annotator").fetchall())
    n_claims = lake.execute("select count(*) from error_rate_by_annotator_class").fetchall()[0][0]

    assert named == [("bob", "cat"), ("bob", "dog"), ("bob", None)]
    assert q_values["bob"] < 1e-6
    assert n_claims == 12


def test_annotators_of_one_rate_are_left_in_peace(scene):
    lake = scene(**people(2, dict.fromkeys(("ann", "bob", "cyd", "dan"), 0.05)))

    assert lake.execute("from annotators_needing_calibration").fetchall() == []


def test_too_few_have_no_rate_but_an_interval(scene):
    lake = scene(variables={"min_annotations": 5}, annotations=[drawn("a", "1")], reviews=[review("a", "1")])

    row = lake.execute("select n_annotations, error_rate, q_value from error_rate_by_class").fetchall()

    assert row == [(1, None, None)]
