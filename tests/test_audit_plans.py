"""Sampling plans, against scipy's distributions."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom, hypergeom

from labelduck import audit_plans
from labelduck.errors import UsageError


@given(st.data())
def test_the_chance_of_at_most_k_errors_is_hypergeometric(data):
    population = data.draw(st.integers(1, 3000))
    n_errors, n = data.draw(st.integers(0, population)), data.draw(st.integers(0, population))
    k = data.draw(st.integers(0, n))

    assert audit_plans.at_most(k, n, n_errors, population) == pytest.approx(
        hypergeom.cdf(k, population, n_errors, n), abs=1e-9
    )


@pytest.mark.parametrize(("rate", "n"), [(0.005, 598), (0.01, 299), (0.02, 149), (0.05, 59)])
def test_a_sample_without_an_error_rules_a_rate_out_as_the_binomial_says(rate, n):
    assert audit_plans.zero_failure(None, rate) == n
    assert binom.cdf(0, n, rate) <= 0.05 < binom.cdf(0, n - 1, rate)


@pytest.mark.parametrize("population", [40, 300, 5000])
@pytest.mark.parametrize("rate", [0.005, 0.02, 0.05])
def test_a_small_dataset_needs_fewer_and_never_more_than_there_are(population, rate):
    n = audit_plans.zero_failure(population, rate)

    n_errors = max(1, -int(-rate * population // 1))
    assert n <= min(population, audit_plans.zero_failure(None, rate))
    assert hypergeom.cdf(0, population, n_errors, n) <= 0.05 + 1e-9
    assert n == population or hypergeom.cdf(0, population, n_errors, n - 1) > 0.05 + 1e-9


@pytest.mark.parametrize(
    ("population", "acceptable", "limiting"), [(3000, 0.01, 0.05), (30_000, 0.0025, 0.01), (500, 0.02, 0.08)]
)
def test_a_plan_is_the_smallest_that_keeps_both_risks(population, acceptable, limiting):
    plan = audit_plans.acceptance(population, acceptable=acceptable, limiting=limiting)

    def passes(k, n, rate):
        return hypergeom.cdf(k, population, round(rate * population), n)

    def keeps(k, n):
        return passes(k, n, acceptable) >= 0.95 and passes(k, n, limiting) <= 0.1

    assert keeps(plan.n_accepted, plan.n)
    assert not any(keeps(k, n) for n in range(plan.n - 40, plan.n) for k in range(plan.n_accepted + 2))
    assert dict(plan.curve())[0.02] == pytest.approx(passes(plan.n_accepted, plan.n, 0.02), abs=1e-9)


def test_where_no_sample_tells_two_rates_apart_all_is_judged():
    plan = audit_plans.acceptance(50, acceptable=0.02, limiting=0.021)

    assert (plan.n, plan.n_accepted) == (50, 1)


def test_rates_that_are_no_plan_are_refused():
    with pytest.raises(UsageError, match="0 < acceptable < limiting < 1"):
        audit_plans.acceptance(50, acceptable=0.05, limiting=0.01)
