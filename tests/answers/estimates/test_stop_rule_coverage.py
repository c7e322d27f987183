"""The interval of the stop rule holds the true number of errors that are left, as often as it says."""

from __future__ import annotations

import pytest

from simulated_reviews import simulate

RUNS = 200


@pytest.mark.slow
@pytest.mark.parametrize(
    ("error_rate", "correlation", "by_risk"), [(0.002, 0.0, False), (0.03, 0.2, False), (0.1, 0.1, True)]
)
def test_the_interval_of_a_review_by_risk_and_a_random_audit_holds_the_truth(
    scene, error_rate, correlation, by_risk
):
    runs = [
        simulate(run, error_rate=error_rate, correlation=correlation, by_risk=by_risk) for run in range(RUNS)
    ]
    truth = {f"run{run}": left for run, (_, left) in enumerate(runs)}
    tables = {table: [row for rows, _ in runs for row in rows[table]] for table in runs[0][0]}

    answers = (
        scene(**tables)
        .execute(
            "select dataset, issue, n_remaining_low, n_remaining_high from stop_rule where issue in ('any', 'missing_label')"
        )
        .fetchall()
    )

    for kind in ("any", "missing_label"):
        held = [
            low <= truth[dataset][issue] <= high for dataset, issue, low, high in answers if issue == kind
        ]
        assert len(held) == RUNS
        assert sum(held) >= 0.93 * RUNS
