"""Rework, first-pass yield, reviewers, times and issues."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

AT_TEN = datetime(2026, 1, 5, 10)  # noqa: DTZ001 - times of the tables are UTC without saying so
HOUR = timedelta(hours=1)


def review(annotation_id, decision="accepted", *, image_id="1", annotator="ann", **values):
    common = {
        "annotation_id": annotation_id,
        "image_id": image_id,
        "annotator": annotator,
        "decision": decision,
    }
    return {"review_id": f"{annotation_id}/{image_id}/{values.get('round')}/{decision}"} | common | values


REVIEWS = (
    review("a", round=1),
    review("b", "rejected", round=1, error_kind="bad_box", reason="loose"),
    review("b", "rejected", round=2, error_kind="bad_box", reason="loose"),
    review("b", round=3),
    review("c", "fixed", round=1, image_id="2", reason="class"),
    review("e", round=1, image_id="2", annotator="bob", sampling="risk"),
    review("f", round=2, image_id="2", annotator="bob"),
)
ANNOTATIONS = tuple(
    {"annotation_id": name, "image_id": image, "class_name": "cat", "batch": "b1"}
    for name, image in (("a", "1"), ("b", "1"), ("c", "2"), ("e", "2"), ("f", "2"))
)


def test_rework_counts_each_annotation_once_however_often_it_was_sent_back(scene):
    lake = scene(annotations=ANNOTATIONS, reviews=REVIEWS)

    units = lake.execute(
        "select unit_id, first_round, first_decision, n_rounds, n_decisions, is_targeted, is_reworked "
        "from reviewed_units order by 1"
    ).fetchall()
    columns = "n_units, n_reworked, rework_rate"
    by_annotator = lake.execute(
        f"select annotator, unit, {columns}, max_rounds, n_decisions from rework_rate_by_annotator"
    ).fetchall()

    assert units == [
        ("a", 1, "accepted", 1, 1, False, False),
        ("b", 1, "rejected", 3, 3, False, True),
        ("c", 1, "rejected", 1, 1, False, True),
        ("e", 1, "accepted", 1, 1, True, False),
        ("f", 2, "accepted", 2, 1, False, False),
    ]
    assert by_annotator == [
        ("ann", "annotation", 3, 2, pytest.approx(2 / 3), 3, 5),
        ("bob", "annotation", 2, 0, 0.0, 2, 2),
    ]
    assert lake.execute(f"select batch, {columns} from rework_rate_by_batch").fetchall() == [
        ("b1", 5, 2, 0.4)
    ]
    assert lake.execute(f"select class_name, {columns} from rework_rate_by_class").fetchall() == [
        ("cat", 5, 2, 0.4)
    ]


def test_the_first_pass_is_round_one_without_what_was_drawn_by_risk(scene):
    lake = scene(annotations=ANNOTATIONS, reviews=REVIEWS)

    rows = lake.execute(
        "select annotator, n_units, n_accepted, first_pass_yield, n_targeted from first_pass_yield_by_annotator "
        "order by 1"
    ).fetchall()

    assert rows == [("ann", 3, 1, pytest.approx(1 / 3), 0), ("bob", 0, 0, None, 1)]


@pytest.mark.parametrize(("unit", "n_units"), [("annotation", 5), ("image", 3), ("finest", 5)])
def test_the_unit_can_be_chosen(scene, unit, n_units):
    lake = scene(annotations=ANNOTATIONS, reviews=REVIEWS, variables={"review_unit": unit})

    assert lake.execute("select sum(n_units) from rejection_loops").fetchall() == [(n_units,)]


def test_reviews_of_images_alone_are_counted_by_image(scene):
    lake = scene(reviews=[review(None, image_id="1"), review(None, "rejected", image_id="2")])

    rows = lake.execute("select unit, n_units, n_reworked from rework_rate_by_annotator").fetchall()

    assert rows == [("image", 2, 1)]


def test_loops_are_counted_by_their_length(scene):
    lake = scene(annotations=ANNOTATIONS, reviews=REVIEWS)

    rows = lake.execute(
        "select n_rounds, n_units, n_reworked, n_units_all, loop_rate from rejection_loops"
    ).fetchall()

    assert rows == [(1, 3, 1, 5, 0.6), (2, 1, 0, 5, 0.2), (3, 1, 1, 5, 0.2)]


def test_reasons_are_counted_by_review(scene):
    lake = scene(annotations=ANNOTATIONS, reviews=REVIEWS)

    rows = lake.execute(
        "select error_kind, reason, n_reviews, n_rejected, n_fixed, n_annotators, n_reviews_all from rework_by_reason"
    ).fetchall()

    assert rows == [("bad_box", "loose", 2, 2, 0, 1, 3), (None, "class", 1, 0, 1, 1, 3)]


def test_a_reviewer_is_lenient_beside_colleagues_with_the_same_annotators(scene):
    def reviewed(reviewer, annotator, n, n_accepted):
        decisions = ["accepted"] * n_accepted + ["rejected"] * (n - n_accepted)
        return [
            review(f"{reviewer}{annotator}{i}", decision, annotator=annotator, reviewer=reviewer)
            for i, decision in enumerate(decisions)
        ]

    lake = scene(
        reviews=[
            *reviewed("tom", "ann", 10, 9),
            *reviewed("rhea", "ann", 10, 5),
            *reviewed("rhea", "bob", 10, 10),
            *reviewed("tom", "bob", 5, 4),
            *reviewed("tom", "cyd", 3, 3),
        ]
    )

    rows = lake.execute(
        "select reviewer, n_reviews, n_accepted, expected_accepted, leniency, n_alone from reviewer_leniency"
    ).fetchall()

    # tom: 10 at rhea's .5 and 5 at 1; rhea: 10 at tom's .9 and 10 at .8
    assert rows == [
        ("tom", 15, 13, pytest.approx(10.0), pytest.approx(0.2), 3),
        ("rhea", 20, 15, pytest.approx(17.0), pytest.approx(-0.1), 0),
    ]


def test_throughput_leaves_pauses_out_and_keeps_the_clocks_apart(scene):
    drawn = [
        {
            "annotation_id": str(n),
            "image_id": str(n // 2),
            "annotator": "ann",
            "job": "j",
            "lead_time_s": seconds,
        }
        for n, seconds in enumerate((10.0, 20.0, 30.0, 4000.0))
    ]
    worked = {"event_id": "w", "actor": "ann", "action": "work", "job": "j", "lead_time_s": 200.0}
    lake = scene(annotations=drawn, events=[worked])

    times = lake.execute(
        "select clock, count(*), sum(n_labels) from label_times group by all order by 1"
    ).fetchall()
    rows = lake.execute(
        "select clock, n_labels, hours, n_capped, labels_per_hour, labels_per_hour_low, median_s "
        "from throughput_by_annotator"
    ).fetchall()

    assert times == [("lead_time", 4, 4), ("work", 2, 4)]
    # images take 30 and 330 s for 2 labels each: 4 in 360 s; residuals 5/3, -5/3; t 4.3027 for two images or fewer
    low = 40 / 2.718281828459045 ** (4.302652729911275 * (2 * 2 * 25 / 9) ** 0.5 / 4)
    assert rows == [
        ("lead_time", 4, pytest.approx(0.1), 1, pytest.approx(40.0), pytest.approx(low, rel=1e-9), 25.0),
        ("work", 4, pytest.approx(200 / 3600), 0, pytest.approx(72.0), None, 200.0),
    ]


def test_open_issues_count_with_the_time_that_they_are_open(scene):
    def issue(n, opened, hours):
        resolved = None if hours is None else AT_TEN + opened * HOUR + hours * HOUR
        return {
            "issue_id": str(n),
            "category": "box",
            "created_at": AT_TEN + opened * HOUR,
            "resolved_at": resolved,
        }

    lake = scene(
        issues=[issue(1, 0, 2), issue(2, 0, 10), issue(3, 5, None), issue(4, 0, 4), issue(5, 9, None)]
    )

    rows = lake.execute(
        "select category, n_issues, n_resolved, resolved_rate, median_hours from issue_resolution_by_category"
    ).fetchall()

    # Known until hour 10. Open after 2 h: 3 of 4 at risk; after 4 h: 2 of 3, .5; the rest were open 1 and 5 hours.
    assert rows == [("box", 5, 3, 0.6, 4.0)]
