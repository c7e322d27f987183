"""Intervals and tests of rates whose objects come in images."""

from __future__ import annotations

from math import erfc, exp, lgamma, log, sqrt

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

checked = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
per_image = st.lists(
    st.integers(1, 12).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))), min_size=2, max_size=40
)


def clustered(session, rows):
    values = ", ".join(f"({k}, {n})" for k, n in rows)
    return session.execute(
        f"with summed as (select cluster_sums(k, n) as sums from (values {values}) t(k, n)) "
        "select residual_effect(sums), design_effect(sums), clustered_low(sums), clustered_high(sums) from summed"
    ).fetchall()[0]


@checked
@given(per_image)
def test_the_variance_by_images_is_that_of_the_ratio_estimator(session, rows):
    m, k, n = len(rows), sum(k for k, _ in rows), sum(n for _, n in rows)
    p = k / n
    squares = sum((ki - p * ni) ** 2 for ki, ni in rows)

    effect, design, low, high = clustered(session, rows)

    if 0 < k < n:
        assert effect == pytest.approx(m / (m - 1) * squares / (k * (1 - p)), abs=1e-9)
    else:
        assert effect is None
    assert design >= 1
    assert 0 <= low <= p <= high <= 1


@checked
@given(per_image)
def test_a_rate_that_is_told_its_own_effect_has_the_same_interval(session, rows):
    values = ", ".join(f"({k}, {n})" for k, n in rows)

    own, told = session.execute(
        f"with summed as (select cluster_sums(k, n) as sums from (values {values}) t(k, n)), "
        "effects as (select *, design_effect(sums) as effect, sums.n_images + 1 as df from summed) "
        "select [clustered_low(sums), clustered_high(sums)], "
        "[effect_low(sums, effect, df), effect_high(sums, effect, df)] from effects"
    ).fetchall()[0]

    assert told == pytest.approx(own, abs=1e-12)


def test_the_interval_of_five_images_is_known(session):
    effect, design, low, high = clustered(session, [(0, 4), (1, 4), (4, 4), (0, 4), (0, 4)])

    # k 5 of n 20, p .25: residuals -1, 0, 3, -1, -1; 5 / 4 * 12 / 3.75 = 4; correlation (0.2 + 5 * 1) / 7; t of 6 degrees
    assert effect == pytest.approx(4.0, abs=1e-12)
    assert design == pytest.approx(1 + 3 * 5.2 / 7, abs=1e-12)
    t, n = 2.4467, 20 / (1 + 3 * 5.2 / 7)
    middle = (0.25 + t * t / (2 * n)) / (1 + t * t / n)
    half = t / (1 + t * t / n) * sqrt(0.25 * 0.75 / n + t * t / (4 * n * n))
    assert low == pytest.approx(middle - half, abs=1e-4)
    assert high == pytest.approx(middle + half, abs=1e-4)


def test_images_of_one_object_each_have_wilsons_interval_but_for_students_t(session):
    rows = [(1, 1)] * 300 + [(0, 1)] * 9700

    _, design, low, high = clustered(session, rows)
    wilson = session.execute("select wilson_low(300, 10000), wilson_high(300, 10000)").fetchall()[0]

    assert design == 1
    assert (low, high) == pytest.approx(wilson, rel=1e-4)


def test_nothing_has_no_interval_and_no_errors_have_one_from_0(session):
    assert session.execute(
        "select clustered_low(sums), clustered_high(sums), design_effect(sums) "
        "from (select cluster_sums(k, n) as sums from (select 1 as k, 2 as n) where false)"
    ).fetchall() == [(None, None, None)]
    _, design, low, high = clustered(session, [(0, 5)] * 10)
    assert (design, low) == (pytest.approx(1.4, abs=1e-12), 0.0)
    assert 0.08 < high < 0.15


@pytest.mark.parametrize(
    ("degrees", "t"),
    [
        (2, 4.302652729911),
        (3, 3.182446305284),
        (5, 2.570581835636),
        (30, 2.042272456301),
        (500, 1.964719837467),
    ],
)
def test_students_t_is_within_two_thousandths(session, degrees, t):
    assert session.execute(f"select t_quantile({degrees})").fetchall()[0][0] == pytest.approx(t, rel=2e-3)


@checked
@given(st.floats(-20, 20))
def test_the_normal_tail_is_exact(session, z):
    tail = session.execute("select normal_tail(?), two_sided_p(?)", [z, z]).fetchall()[0]

    assert tail == pytest.approx((erfc(z / sqrt(2)) / 2, erfc(abs(z) / sqrt(2))), rel=1e-9, abs=1e-14)


@checked
@given(st.integers(5, 300), st.floats(0.02, 0.6), st.data())
def test_the_binomial_tail_is_near_the_exact_one(session, n, p, data):
    x = data.draw(st.integers(0, n))
    exact = sum(
        exp(lgamma(n + 1) - lgamma(i + 1) - lgamma(n - i + 1) + i * log(p) + (n - i) * log(1 - p))
        for i in range(x + 1)
    )

    below = session.execute("select binomial_below(?, ?, ?)", [x, n, p]).fetchall()[0][0]

    assert below == pytest.approx(min(1, exact), abs=0.005)


def test_a_rate_differs_by_chance_or_it_does_not(session):
    def p(*numbers):
        return session.execute(f"select rates_differ_p({', '.join(map(str, numbers))})").fetchall()[0][0]

    assert p(5, 100, 1.0, 50, 1000, 1.0) == 1.0
    assert p(20, 100, 1.0, 30, 1000, 1.0) < 1e-6
    assert p(20, 100, 8.0, 30, 1000, 8.0) > p(20, 100, 1.0, 30, 1000, 1.0)
    assert p(1, 50, 1.0, 0, 50, 1.0) > 0.3
    assert p(0, 0, "null", 5, 50, 1.0) is None
    assert p(3, 50, 1.0, 0, 0, "null") is None


def test_q_values_are_those_of_benjamini_and_hochberg(session):
    # As multipletests of statsmodels has them, method fdr_bh.
    values = "('a', 0.01), ('a', 0.02), ('a', 0.03), ('a', 0.04), ('a', 0.8), ('a', null), ('b', 0.03), ('b', 0.03)"

    rows = session.execute(
        f"with p as (from (values {values}) t(family, p_value)), "
        "steps as (select *, q_step(p_value, family) as step from p) "
        "select family, p_value, q_value(step, p_value, family) from steps order by all"
    ).fetchall()

    assert [(f, float(p) if p is not None else None, q) for f, p, q in rows] == [
        ("a", 0.01, pytest.approx(0.05)),
        ("a", 0.02, pytest.approx(0.05)),
        ("a", 0.03, pytest.approx(0.05)),
        ("a", 0.04, pytest.approx(0.05)),
        ("a", 0.8, pytest.approx(0.8)),
        ("a", None, None),
        ("b", 0.03, pytest.approx(0.03)),
        ("b", 0.03, pytest.approx(0.03)),
    ]


def test_the_units_and_caps_have_defaults_that_a_session_may_change(session):
    assert session.execute("select review_unit(), max_lead_time_s(), max_q()").fetchall() == [
        ("finest", 300.0, 0.05)
    ]


def test_strata_have_names(session):
    row = session.execute(
        "select area_name(1023), area_name(1024), area_name(9216), area_name(null), occlusion_name(0), "
        "occlusion_name(0.4), occlusion_name(0.5), crowding_name(4), crowding_name(5), crowding_name(20)"
    ).fetchall()[0]

    assert row == ("small", "medium", "large", None, "visible", "partly", "mostly", "1-4", "5-9", "20+")


def test_rows_of_grouping_sets_know_their_condition_even_where_its_value_is_null(session):
    rows = session.execute(
        "select condition_of(grouping(a), grouping(b)), coalesce(a, b, c)"
        " from (values ('small', null, '1-4')) as _ (a, b, c) group by grouping sets (a, b, c) order by 1"
    ).fetchall()

    assert rows == [("crowding", "1-4"), ("occlusion", None), ("size", "small")]


@pytest.mark.slow
@pytest.mark.parametrize("correlation", [0.0, 0.05, 0.2])
@pytest.mark.parametrize(("n_images", "rate"), [(100, 0.1), (300, 0.05), (60, 0.3)])
def test_95_percent_intervals_hold_the_truth_95_times_in_100(session, n_images, rate, correlation):
    dice = np.random.default_rng(17)
    n_runs, size = 3000, (3000, n_images)
    n = 1 + dice.poisson(9, size)
    spread = 1 / correlation - 1 if correlation else 0
    rates = dice.beta(rate * spread, (1 - rate) * spread, size) if correlation else rate
    k = dice.binomial(n, rates)
    runs = np.repeat(np.arange(n_runs), n_images)

    session.register("simulated", pa.table({"run": runs, "k": k.ravel(), "n": n.ravel()}))
    held = session.execute(
        "with summed as (select run, cluster_sums(k, n) as sums from simulated group by all) "
        "select avg((? between clustered_low(sums) and clustered_high(sums))::integer) from summed",
        [rate],
    ).fetchall()[0][0]
    session.unregister("simulated")

    assert 0.93 <= held <= 0.97
