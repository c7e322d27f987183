"""Limits that hold at all times, and Student's t, against SciPy."""

from __future__ import annotations

import pytest
from scipy import optimize, special, stats


def one(session, expression):
    return session.execute(f"select {expression}").fetchall()[0][0]


@pytest.mark.parametrize(("k", "n"), [(0, 1), (1, 4), (7, 20), (38.5, 41.25), (500, 1000), (12, 12)])
def test_limits_at_all_times_are_where_the_mixture_is_twenty_times_as_likely(session, k, n):
    low, high = one(session, f"[anytime_low({k}, {n}), anytime_high({k}, {n})]")

    def excess(p):
        return (
            special.betaln(k + 1, n - k + 1)
            - special.xlogy(k, p)
            - special.xlog1py(n - k, -p)
            - 2.995732273553991
        )

    expected_low = optimize.brentq(excess, 1e-12, k / n) if k else 0.0
    expected_high = optimize.brentq(excess, k / n, 1 - 1e-12) if k < n else 1.0
    assert (low, high) == pytest.approx((expected_low, expected_high), abs=1e-9)
    assert one(session, f"anytime_ratio({k}, {n}, 0.3)") == pytest.approx(excess(0.3) + 2.995732273553991)


def test_without_any_count_there_are_no_limits(session):
    assert one(session, "[anytime_low(0, 0), anytime_high(0, 0)]") == [None, None]


@pytest.mark.parametrize("df", [1, 2, 3, 4, 7, 10, 38, 101])
@pytest.mark.parametrize("t", [0.0, 0.3, -2.1, 7.5])
def test_a_chance_of_students_t_is_scipys(session, t, df):
    assert one(session, f"two_sided_t_p({t}, {df})") == pytest.approx(2 * stats.t.sf(abs(t), df), abs=1e-12)


def test_a_chance_without_degrees_of_freedom_is_unknown(session):
    assert one(session, "two_sided_t_p(1.0, 0)") is None
