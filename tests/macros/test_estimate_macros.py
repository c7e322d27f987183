"""Exact sums and bounds that audits rest on; expected values are SciPy's."""

from __future__ import annotations

import pytest


@pytest.fixture
def value(session):
    return lambda call: session.execute(f"select {call}").fetchall()[0][0]


PEOPLE = "'class_name': 'cat', 'annotator': 'ann'}))"


def near(value):
    return pytest.approx(value, rel=1e-9)


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        ("ln_choose(5, 2)", near(2.302585092994046)),
        ("binomial_at_most(5, 200, 0.01)", near(0.9839770930908225)),
        ("binomial_at_most(0, 10, 0)", 1),
        ("binomial_at_most(-1, 10, 0.5)", 0),
        ("binomial_at_most(3, 10, 1)", 0),
        ("hypergeometric_at_most(3, 90, 40, 1000)", near(0.5068892618320211)),
        ("hypergeometric_at_most(1, 9, 8, 10)", 0),
        ("gamma_below(2.5, 3.1)", near(0.7127583165744391)),
        ("gamma_quantile(0.975, 3.7)", near(8.312977261150271)),
        ("gamma_quantile(0.025, 812.5)", near(757.5855311903491)),
        ("gamma_quantile(0.975, 0)", 0),
        ("weighted_count_high(120, 2400, 20)", near(261.1894804503737)),
        ("weighted_count_low(120, 2400)", near(44.037885069817015)),
        ("weighted_count_low(0, 0)", 0),
        ("limiting_quality(80, 2, 0.1)", near(0.0651596669916299)),
        ("label_share(5, 95, 'missing_label')", near(0.05)),
        ("label_share(5, 100, 'bad_box')", near(0.05)),
        ("label_share(null, 100, 'bad_box')", None),
        ("audit_errors([{'issue': 'bad_box', 'n': 1}, {'issue': 'extra_label', 'n': 1}], 'any')", 1),
        ("audit_errors([{'issue': 'missing_label', 'n': 3}], 'missing_label')", 3),
        ("audit_errors([], 'any')", 0),
        ("audit_errors(null, 'any')", None),
        ("len(audited_issues())", 6),
        ("len(audit_parts({'dataset': 'd', 'batch': 'b', 'version': 1, 'annotation_id': '1', " + PEOPLE, 5),
        ("stop_sentence('stop', 2, 0, 4.2, 0.004)[:36]", "About 2 errors are left (95 % interv"),
    ],
)  # fmt: skip
def test_a_macro_gives_the_exact_value(value, call, expected):
    assert value(call) == expected


@pytest.mark.parametrize(
    ("k", "n", "n_population", "low", "high"),
    [(3, 300, 10000, 22, 286), (0, 299, 5000, 0, 59), (300, 300, 300, 300, 300), (0, 10, 10, 0, 0)],
)
def test_the_errors_of_a_population_are_bounded_exactly(value, k, n, n_population, low, high):
    assert value(f"population_errors_low({k}, {n}, {n_population})") == low
    assert value(f"population_errors_high({k}, {n}, {n_population})") == high


def test_nothing_drawn_bounds_nothing(value):
    assert value("population_errors_high(0, 0, 100)") is None
    assert value("population_errors_low(0, 0, 100)") is None


@pytest.mark.parametrize(("p", "n"), [(0.005, 598), (0.01, 299), (0.02, 149), (0.05, 59)])
def test_so_many_without_an_error_show_a_rate(value, p, n):
    assert value(f"zero_failure_size({p}, 0.95)") == n


def test_the_limit_of_what_may_remain_is_a_threshold(value):
    assert value("max_error_rate()") == 0.01
