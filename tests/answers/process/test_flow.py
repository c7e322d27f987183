"""Changes of labels, reviews, stages, and speed beside quality, by hand-known answers."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from scipy import stats

AT_TEN = datetime(2026, 1, 5, 10)  # noqa: DTZ001 - times of the tables are UTC without saying so


def at(hours):
    return AT_TEN + timedelta(hours=hours)


def event(hours, action, **values):
    return {"event_id": f"{hours:07.3f}", "happened_at": at(hours), "action": action} | values


def change(hours, action, annotation_id, actor, before=None, after=None):
    names = {"from_class": before, "to_class": after, "image_id": "1" if annotation_id < "c" else "2"}
    return event(hours, action, annotation_id=annotation_id, actor=actor, **names)


@pytest.fixture
def churned(scene):
    """Ana drew a, b and c, ben d; a went to and fro, b was moved, c's box was deleted, d was never touched."""
    annotations = [
        {"annotation_id": "a", "image_id": "1", "class_name": "cat", "annotator": "ana"},
        {"annotation_id": "b", "image_id": "1", "class_name": "dog", "annotator": "ana"},
        {"annotation_id": "d", "image_id": "2", "class_name": "cat", "annotator": "ben"},
        {"annotation_id": "g", "image_id": "2", "class_name": "cat", "is_gold": True},
    ]
    events = [
        change(0, "create", "a", "ana", None, "cat"),
        change(1, "update", "a", "ana", "cat", "dog"),
        change(2, "fix", "a", "rev", "dog", "cat"),
        change(1.5, "update", "b", "ana"),
        change(0.5, "create", "c", "ana", None, "cow"),
        change(3, "delete", "c", "rev", "cow"),
        change(0.7, "create", "d", "ben", None, "cat"),
    ]
    return scene(annotations=annotations, events=events)


def test_an_object_tells_what_happened_to_it_since_it_was_drawn(churned):
    rows = churned.execute(
        "select annotation_id, image_id, annotator, class_name, n_edits, n_class_changes, n_returns, n_others_edits, is_gone"
        " from object_changes order by 1"
    ).fetchall()

    assert rows == [
        ("a", "1", "ana", "cat", 2, 2, 1, 1, False),
        ("b", "1", "ana", "dog", 1, 0, 0, 0, False),
        ("c", "2", "ana", "cow", 0, 0, 0, 0, True),
    ]


def test_churn_counts_objects_that_are_gone_among_all(churned):
    columns = (
        "n_objects, n_changed, changed_rate, n_reclassified, reclassified_rate, n_gone, n_edits, edits_per_object,"
        " n_class_changes, n_returns, n_others_edits"
    )

    by_annotator = churned.execute(f"select annotator, {columns} from label_churn_by_annotator").fetchall()
    by_class = churned.execute(
        "select class_name, n_objects, n_changed, n_gone from label_churn_by_class order by all"
    ).fetchall()

    assert by_annotator == [
        ("ana", 3, 3, 1.0, 1, 1 / 3, 1, 3, 1.0, 2, 1, 1),
        ("ben", 1, 0, 0.0, 0, 0.0, 0, 0, 0.0, 0, 0, 0),
    ]
    assert by_class == [("cat", 2, 1, 0), ("cow", 1, 1, 1), ("dog", 1, 1, 0)]


@pytest.fixture
def reviewed(scene):
    """Five annotations: one reviewed by name, two with their image, one by risk, one of gold; a job that was sent back once."""
    annotations = [
        {"annotation_id": n, "image_id": i, "annotator": a, "batch": b, "created_at": at(0)}
        for n, i, a, b in (
            ("1", "x", "ana", "b1"),
            ("2", "x", "ana", "b1"),
            ("3", "y", "ben", "b2"),
            ("4", "z", "ben", "b2"),
        )
    ]
    annotations.append({"annotation_id": "5", "image_id": "z", "is_gold": True})
    common = {"reviewer": "rev", "annotator": "ana", "round": 1}
    reviews = [
        common
        | {
            "review_id": "r1",
            "annotation_id": "1",
            "decision": "accepted",
            "reviewed_at": at(3),
            "image_id": "x",
        },
        common
        | {"review_id": "r2", "image_id": "x", "decision": "rejected", "reviewed_at": at(4), "job": "j"},
        common
        | {
            "review_id": "r3",
            "image_id": "x",
            "decision": "accepted",
            "reviewed_at": at(9),
            "job": "j",
            "round": 2,
        },
        common
        | {
            "review_id": "r4",
            "annotation_id": "3",
            "image_id": "y",
            "decision": "fixed",
            "reviewed_at": at(-1),
        }
        | {"annotator": "ben", "sampling": "risk"},
    ]
    events = [
        event(0, "create", job="j", annotation_id="1"),
        event(2, "submit", job="j"),
        event(2.5, "submit", job="j"),
        event(4, "reject", job="j"),
        event(7, "submit", job="j"),
        event(9, "accept", job="j"),
        event(1, "submit", job="k"),
        event(11, "work", job="j"),
        event(5, "accept", job="j", annotation_id="1"),
    ]
    jobs = [{"job": "j", "assignee": "ana", "batch": "b1", "created_at": at(-1)}]
    return scene(annotations=annotations, reviews=reviews, events=events, jobs=jobs)


def test_a_review_of_an_image_reviews_what_is_on_it(reviewed):
    by_name = reviewed.execute("from annotation_reviews order by all").fetchall()
    by_annotator = reviewed.execute(
        "select annotator, n_annotations, n_reviewed, reviewed_rate, n_targeted from review_coverage_by_annotator"
    ).fetchall()
    by_batch = reviewed.execute(
        "select batch, n_annotations, n_reviewed, n_targeted from review_coverage_by_batch"
    ).fetchall()

    assert by_name == [("d", "1", False), ("d", "2", False), ("d", "3", True)]
    assert by_annotator == [("ben", 2, 1, 0.5, 1), ("ana", 2, 2, 1.0, 0)]
    assert by_batch == [("b2", 2, 1, 1), ("b1", 2, 2, 0)]


def test_acceptance_counts_every_decision_but_those_by_risk(reviewed):
    rows = reviewed.execute(
        "select annotator, n_reviews, n_accepted, acceptance_rate, n_fixed, n_rejected, n_targeted, n_targeted_accepted"
        " from acceptance_rate_by_annotator"
    ).fetchall()

    assert rows == [("ana", 3, 2, 2 / 3, 0, 1, 0, 0), ("ben", 0, 0, None, 0, 0, 1, 0)]


def test_a_review_waits_from_the_last_submission_or_change(reviewed):
    rows = reviewed.execute(
        "select reviewer, n_reviews, n_timed, median_hours, hours_90, n_before from review_lag_by_reviewer"
    ).fetchall()

    # 3 hours since the annotation was made, 1.5 and 2 since the job was submitted, and one before the annotation was made
    assert rows == [("rev", 4, 4, 2.0, pytest.approx(2.8), 1)]


def test_spells_follow_submissions_and_decisions(reviewed):
    rows = reviewed.execute(
        "select place, spell, stage, started_at, ended_at, hours from stage_spells order by all"
    ).fetchall()

    assert rows == [
        ("j", 1, "annotation", at(-1), at(2), 3.0),
        ("j", 2, "review", at(2), at(4), 2.0),
        ("j", 3, "rework", at(4), at(7), 3.0),
        ("j", 4, "review", at(7), at(9), 2.0),
        ("k", 1, "annotation", at(1), at(1), 0.0),
        ("k", 2, "review", at(1), None, 8.0),
    ]


def test_stages_tell_their_median_with_what_is_still_open(reviewed):
    rows = reviewed.execute(
        "select stage, n_spells, n_places, n_ended, ended_rate, median_hours, total_hours from stage_times"
    ).fetchall()

    assert rows == [
        ("annotation", 2, 2, 2, 1.0, 0.0, 3.0),
        ("review", 3, 2, 2, 2 / 3, 2.0, 12.0),
        ("rework", 1, 1, 1, 1.0, 3.0, 3.0),
    ]


def test_attempts_are_submissions(reviewed):
    rows = reviewed.execute(
        "select place, batch, assignee, n_attempts, n_rejections, stage, annotation_hours, review_hours, rework_hours"
        " from attempts_by_job"
    ).fetchall()

    assert rows == [
        ("j", "b1", "ana", 2, 1, "accepted", 3.0, 4.0, 3.0),
        ("k", None, None, 1, 0, "review", 0.0, 8.0, None),
    ]


def test_speed_and_errors_are_correlated_by_ranks_as_scipy_does(scene):
    seconds = {"a": 10.0, "b": 20.0, "c": 30.0, "d": 30.0, "e": 60.0}
    errors = {"a": 3, "b": 1, "c": 2, "d": 1, "e": 0}
    annotations = [
        {
            "annotation_id": f"{who}{n}",
            "image_id": f"{n}",
            "annotator": who,
            "lead_time_s": s,
            "class_name": "cat",
        }
        for who, s in seconds.items()
        for n in range(6)
    ]
    reviews = [
        {"review_id": f"{who}{n}", "annotation_id": f"{who}{n}", "annotator": who, "image_id": f"{n}"}
        | {"decision": "rejected" if n < errors[who] else "accepted"}
        for who in seconds
        for n in range(6)
    ]
    lake = scene(annotations=annotations, reviews=reviews)

    rows = lake.execute(
        "select clock, judged_by, annotator, round(labels_per_hour), n_judged, n_errors, error_rate, n_annotators,"
        " rank_correlation, p_value from speed_and_quality_by_annotator"
    ).fetchall()

    expected = stats.spearmanr([-s for s in seconds.values()], list(errors.values()))
    assert rows[0][:8] == ("lead_time", "review", "a", 360, 6, 3, 0.5, 5)
    assert rows[-1][2:7] == ("e", 60, 6, 0, 0.0)
    assert rows[0][8:] == pytest.approx((expected.statistic, expected.pvalue), abs=1e-12)
    assert len({row[8:] for row in rows}) == 1
