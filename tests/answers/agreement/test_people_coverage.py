"""Intervals of agreement and of gold hold the truth as often as they say; more runs: benchmarks/results/coverage.md."""

from __future__ import annotations

import pytest
from scipy import stats

from simulated_people import coverage

RUNS = 150
CHANCE = 1e-4
"""Chance that an interval which holds the truth 93 to 97 times in 100 is out of the bounds: 1 in 250 tests fails, whatever the seed."""

FEWEST = stats.binom.ppf(CHANCE, RUNS, 0.93) / RUNS
MOST = stats.binom.ppf(1 - CHANCE, RUNS, 0.97) / RUNS


@pytest.mark.slow
@pytest.mark.parametrize(("correlation", "seed"), [(0.0, 1), (0.2, 2)])
def test_intervals_hold_the_truth_about_as_often_as_they_say(tmp_path, correlation, seed):
    held = coverage(tmp_path / "lake", runs=RUNS, n_images=60, correlation=correlation, seed=seed)

    always = held.pop("running_accuracy at all times")
    assert {name: share for name, share in held.items() if not FEWEST <= share <= MOST} == {}
    assert len(held) > 10
    assert sum(held.values()) / len(held) <= 0.98  # intervals that hold it always say nothing
    assert always >= FEWEST
