from __future__ import annotations

from math import sqrt

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

Z = 1.959963984540054


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(1, 10**6).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_the_interval_is_wilsons(session, counts):
    k, n = counts
    p = k / n
    centre = (p + Z * Z / (2 * n)) / (1 + Z * Z / n)
    half = Z / (1 + Z * Z / n) * sqrt(p * (1 - p) / n + Z * Z / (4 * n * n))

    low, high = session.execute("select wilson_low(?, ?), wilson_high(?, ?)", [k, n, k, n]).fetchall()[0]

    assert low == pytest.approx(max(0, centre - half), abs=1e-12)
    assert high == pytest.approx(min(1, centre + half), abs=1e-12)
    assert 0 <= low <= p <= high <= 1


def test_nothing_out_of_nothing_has_no_rate_and_no_interval(session):
    row = session.execute(
        "select rate(0, 0), wilson_low(0, 0), wilson_high(null, 4), wilson_low(1, null)"
    ).fetchall()[0]

    assert row == (None, None, None, None)
