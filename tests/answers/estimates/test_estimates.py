"""audit_units, label_verdicts, audit_strata, confirmed_errors, remaining_errors, estimated_label_errors, stop_rule."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest


def unit(number, *, drawn=True, **values):
    label = {
        "audit_id": "a",
        "unit": "annotation",
        "image_id": str(number // 10),
        "annotation_id": str(number),
    }
    return label | {"n_objects": 1, "stratum": "all", "class_name": "cat", "is_drawn": drawn} | values


def verdict(number, issue=None, **values):
    label = {"audit_id": "a", "image_id": str(number // 10), "annotation_id": str(number), "issue": issue}
    return label | {"decision": "confirm" if issue else "reject"} | values


def annotation(number):
    return {"annotation_id": str(number), "image_id": str(number // 10), "class_name": "cat"}


def test_an_audit_of_a_tenth_finds_a_tenth_of_the_errors(scene):
    lake = scene(
        annotations=[annotation(n) for n in range(1000)],
        audits=[unit(n, drawn=n < 100) for n in range(1000)],
        audit_verdicts=[verdict(n, "wrong_class" if n < 3 else None) for n in range(100)],
    )

    rows = lake.execute(
        "select issue, n_annotations, n_confirmed, n_judged, n_errors, n_errors_low, n_errors_high, error_rate "
        "from estimated_label_errors where dimension = 'class' and issue in ('any', 'bad_box')"
    ).fetchall()

    # 7 to 82 and 0 to 34 are the exact bounds of the hypergeometric distribution.
    assert rows == [("any", 1000, 3, 100, 30, 7, 82, 0.03), ("bad_box", 1000, 0, 100, 0, 0, 34, 0)]


def test_what_was_reviewed_by_suspicion_stands_for_itself_alone(scene):
    lake = scene(
        annotations=[annotation(n) for n in range(120)],
        audits=[unit(n, drawn=n < 50) for n in range(120)],
        audit_verdicts=[
            *[verdict(n) for n in range(50)],
            *[verdict(n, "bad_box", audit_id=None) for n in range(100, 120)],
        ],
    )

    row = lake.execute(
        "select n_units, n_judged, n_remaining, n_confirmed from remaining_errors "
        "inner join confirmed_errors using (dataset, dimension, value, issue) where dimension = 'dataset' and issue = 'bad_box'"
    ).fetchall()

    assert row == [(100, 50, 0, 20)]


def test_a_label_of_a_small_sample_of_its_stratum_stands_for_more(scene):
    lake = scene(
        audits=[
            *[unit(n, drawn=n < 10, stratum="sure") for n in range(100)],
            *[unit(n, drawn=True, stratum="suspicious") for n in range(100, 110)],
        ],
        audit_verdicts=[
            *[verdict(n, "bad_box" if n == 0 else None) for n in range(10)],
            *[verdict(n, "bad_box") for n in range(100, 110)],
        ],
    )

    row = lake.execute(
        "select n_strata, n_audit_errors, n_remaining from remaining_errors where dimension = 'dataset' and issue = 'any'"
    ).fetchall()

    assert row == [(2, 11, 9)]
    strata = (
        "select stratum, weight from audit_strata where dimension = 'dataset' and issue = 'any' order by 1"
    )
    assert lake.execute(strata).fetchall() == [("sure", 10), ("suspicious", 1)]


def test_errors_that_cluster_in_an_image_widen_the_interval(scene):
    def high(missing):
        images = [
            unit(n, unit="image", image_id=str(n), annotation_id=None, drawn=n < 20) for n in range(100)
        ]
        found = [
            verdict(
                n, "missing_label" if lacks else None, image_id=str(n), annotation_id=None, n_errors=lacks
            )
            for n, lacks in enumerate(missing)
        ]
        query = "select n_remaining, n_remaining_high from remaining_errors where dimension = 'dataset'"
        return scene(audits=images, audit_verdicts=found).execute(query).fetchall()[0]

    spread, together = high([1] * 4 + [0] * 16), high([4] + [0] * 19)

    assert spread[0] == together[0] == 16
    assert together[1] > 1.5 * spread[1]


def test_without_an_audit_nothing_is_known_of_the_rest(scene):
    lake = scene(annotations=[annotation(1)], audit_verdicts=[verdict(1, "bad_box", audit_id=None)])

    estimate = lake.execute(
        "select n_confirmed, n_errors, error_rate from estimated_label_errors where dimension = 'dataset' and issue = 'any'"
    ).fetchall()
    stop = lake.execute("select distinct decision, n_remaining from stop_rule").fetchall()

    assert estimate == [(1, None, None)]
    assert stop == [("not enough data", None)]


@pytest.mark.parametrize(("n_errors", "decision"), [(0, "stop"), (30, "continue")])
def test_reviewing_stops_when_the_upper_bound_is_below_the_limit(scene, n_errors, decision):
    lake = scene(
        annotations=[annotation(n) for n in range(2000)],
        audits=[unit(n, drawn=n < 1000) for n in range(2000)],
        audit_verdicts=[verdict(n, "wrong_class" if n < n_errors else None) for n in range(1000)],
    )

    rows = lake.execute(
        "select decision, n_unreviewed, sentence from stop_rule where issue = 'any'"
    ).fetchall()

    assert rows[0][:2] == (decision, 1000)
    assert ("stop reviewing" in rows[0][2]) == (decision == "stop")


def test_the_last_word_counts_and_what_was_skipped_is_not_judged(scene):
    lake = scene(
        audits=[unit(n) for n in range(3)],
        audit_verdicts=[
            verdict(0, "bad_box", decided_at=datetime(2026, 1, 1, tzinfo=UTC)),
            verdict(0, "bad_box", decision="reject", decided_at=datetime(2026, 1, 2, tzinfo=UTC)),
            verdict(1, decision="skip"),
            verdict(2, "bad_box"),
        ],
    )

    verdicts = lake.execute("select annotation_id, is_wrong from label_verdicts order by 1").fetchall()
    units = lake.execute(
        "select annotation_id, is_judged, len(errors) from audit_units order by 1"
    ).fetchall()

    assert verdicts == [("0", False), ("2", True)]
    assert units == [("0", True, 0), ("1", False, None), ("2", True, 1)]
