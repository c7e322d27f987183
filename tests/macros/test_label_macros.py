from __future__ import annotations

import math

import duckdb
import pytest

from labelduck import catalog


@pytest.fixture
def ask():
    with duckdb.connect() as connection:
        for macro in catalog.macros():
            if macro.name == "label_log_odds":
                connection.execute(macro.sql)
        yield lambda query: connection.execute(f"select {query}").fetchall()[0][0]


def test_even_chances_are_the_usual_odds_and_more_certainty_weighs_more(ask):
    even = ask("label_log_odds(0.5, 0.9, 0.5)")
    worse = ask("label_log_odds(0.1, 0.9, 0.5)")
    worst = ask("label_log_odds(0.1, 0.9, 0.9)")

    assert 1 / (1 + math.exp(-even)) == pytest.approx(0.05, abs=0.01)
    assert even < worse < worst


def test_log_odds_are_the_sum_of_implausibility_and_certainty(ask):
    value = ask("label_log_odds(0.0999, 0.4, 0.7501)")

    assert value == pytest.approx(math.log(4) + 0.75 * math.log(4) - 4)


def test_probabilities_of_0_and_1_stay_finite(ask):
    assert ask("label_log_odds(0, 0.000002, 1.0000001)") == pytest.approx(
        -math.log(1e-4 / 2e-6) - 0.75 * math.log(1e-4) - 4
    )
    assert math.isfinite(ask("label_log_odds(1, 1, null)"))
