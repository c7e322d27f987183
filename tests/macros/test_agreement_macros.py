from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from labelduck import grouping


def one(session, expression):
    return session.execute(f"select {expression}").fetchall()[0][0]


def test_the_thresholds_of_agreement_are_those_of_the_build(session):
    assert one(session, "agreement_ious()") == pytest.approx(grouping.STEPS)


def test_the_step_is_the_place_of_min_iou(session):
    usual = one(session, "agreement_step()")

    session.execute("set variable min_iou = 0.3")
    first = one(session, "agreement_step()")
    session.execute("reset variable min_iou")

    assert (usual, first) == (3, 1)


def test_a_jackknife_of_means_reaches_as_far_as_the_interval_of_a_mean(session):
    # Means of 1, 2, 3, 4 without each: the jackknife's error is the standard error, sqrt(5/3/4); t for 3 is 3.182.
    reach = session.execute(
        "select jackknife_reach(m) from (values (3.0), (8 / 3), (7 / 3), (2.0)) as t (m)"
    ).fetchall()

    assert reach[0][0] == pytest.approx(3.182446 * (5 / 12) ** 0.5, rel=3e-3)


def test_where_few_blocks_tell_most_the_jackknife_reaches_further(session):
    values = [0.5 + 1e-4 * n for n in range(18)] + [0.52, 0.53]
    own = np.array(values) - np.mean(values)
    kurtosis = (own**4).mean() / (own**2).mean() ** 2

    reach = session.execute("select jackknife_reach(m) from (select unnest(?) as m)", [values]).fetchall()

    freedom = 2 * 19 / (kurtosis - 1)
    assert freedom < 5
    expected = stats.t.ppf(0.975, freedom) * np.sqrt(19 * (own**2).mean())
    assert reach[0][0] == pytest.approx(expected, rel=3e-3)


@pytest.mark.parametrize("n", [20, 100])
def test_where_all_blocks_tell_alike_the_jackknife_has_the_most_degrees_of_freedom(session, n):
    values = [0.5 + 1e-3 * (-1) ** k for k in range(n)]

    reach = session.execute("select jackknife_reach(m) from (select unnest(?) as m)", [values]).fetchall()

    expected = stats.t.ppf(0.975, n - 1) * np.sqrt((n - 1) * np.var(values))
    assert reach[0][0] == pytest.approx(expected, rel=3e-3)


def test_two_blocks_are_too_few_for_an_interval(session):
    assert session.execute("select jackknife_reach(m) from (values (3.0), (2.0)) as t (m)").fetchall() == [
        (None,)
    ]


def test_intervals_stay_within_what_there_is(session):
    assert one(
        session,
        "[interval_low(0.5e0, 0.7e0, 0), interval_low(0.5e0, 0.7e0, -1), interval_high(0.5e0, 0.7e0)]",
    ) == pytest.approx([0.0, -0.2, 1.0])
    assert one(session, "[interval_low(0.5, null, 0), interval_high(null, 0.7)]") == [None, None]


def test_clustered_intervals_are_wider_than_those_of_independent_objects(session):
    low, high, alone_low, alone_high = session.execute(
        "select clustered_low(sums), clustered_high(sums), wilson_low(20, 40), wilson_high(20, 40) from "
        "(select cluster_sums(k, 10) as sums from (values (10), (10), (0), (0)) as t (k))"
    ).fetchall()[0]

    assert low < alone_low < 0.5 < alone_high < high
