"""Intervals of agreement and of gold hold the truth as often as they say; more runs: benchmarks/results/coverage.md."""

from __future__ import annotations

import pytest

from simulated_people import coverage

RUNS = 150


@pytest.mark.slow
@pytest.mark.parametrize("correlation", [0.0, 0.2])
def test_intervals_hold_the_truth_about_as_often_as_they_say(tmp_path, correlation):
    held = coverage(tmp_path / "lake", runs=RUNS, n_images=60, correlation=correlation)

    # Of 150 intervals that hold it with a chance of 0.95, fewer than 0.89 do in one of 5,000 such tests.
    assert {name: share for name, share in held.items() if not 0.89 <= share <= 1} == {}
    assert len(held) > 10
    assert held["running_accuracy at all times"] >= 0.95
