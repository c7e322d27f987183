"""How many labels an audit has to judge: sampling plans, exact for the dataset's size.

    zero_failure(5000, 0.01)                    none wrong among so many shows, with 95 %, an error rate below 1 %
    acceptance(5000, acceptable=0.01, limiting=0.05)    judge n; accept with at most k wrong: good data seldom fail, bad seldom pass

Plans are computed from the hypergeometric distribution, not taken from the tables of a standard; the macros
`hypergeometric_at_most` and `binomial_at_most` give any point of them in SQL.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from labelduck.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

RATES = (0.001, 0.002, 0.005, 0.01, 0.02, 0.03, 0.05, 0.08, 0.1)
"""Error rates at which an operating curve is told."""

_EXACT = 1e-9
"""Chances are computed to about as much."""


@dataclass(frozen=True, kw_only=True)
class Plan:
    """A single sampling plan by attributes.

    Attributes:
        n_population: Labels that the sample is drawn from.
        n: Labels to judge; all of them where no smaller sample tells the two rates apart.
        n_accepted: Most errors among them with which the dataset is accepted.
        acceptable: Error rate that is to pass.
        limiting: Error rate that is not to pass.
    """

    n_population: int
    n: int
    n_accepted: int
    acceptable: float
    limiting: float

    def chance(self, error_rate: float) -> float:
        """Return the chance that a dataset of that error rate is accepted."""
        return at_most(self.n_accepted, self.n, round(error_rate * self.n_population), self.n_population)

    def curve(self, error_rates: Sequence[float] = RATES) -> list[tuple[float, float]]:
        """Return the operating curve: the chance of acceptance at each error rate."""
        return [(rate, self.chance(rate)) for rate in error_rates]


def acceptance(
    n_population: int, *, acceptable: float, limiting: float, producer: float = 0.05, consumer: float = 0.1
) -> Plan:
    """Return the smallest plan that seldom fails data of the acceptable rate and seldom passes data of the limiting rate.

    Args:
        n_population: Labels that the sample is drawn from.
        acceptable: Error rate that is to pass (AQL).
        limiting: Error rate that is not to pass (LQ).
        producer: Chance, at most, that data of the acceptable rate fail.
        consumer: Chance, at most, that data of the limiting rate pass.

    Raises:
        UsageError: The rates are none, or not in order.
    """
    if not 0 < acceptable < limiting < 1:
        raise UsageError(
            "an audit plan needs 0 < acceptable < limiting < 1: --acceptable 0.01 --limiting 0.05"
        )
    good, bad = (round(rate * n_population) for rate in (acceptable, limiting))
    for k in range(n_population):
        n = _size(n_population, k, bad, consumer)
        if n >= n_population:
            break
        if at_most(k, n, good, n_population) >= 1 - producer - _EXACT:
            return Plan(
                n_population=n_population, n=n, n_accepted=k, acceptable=acceptable, limiting=limiting
            )
    return Plan(
        n_population=n_population, n=n_population, n_accepted=good, acceptable=acceptable, limiting=limiting
    )


def zero_failure(n_population: int | None, error_rate: float, confidence: float = 0.95) -> int:
    """Return how many labels to judge so that none wrong among them shows that the error rate lies below a rate.

    Args:
        n_population: Labels that they are drawn from; None for a dataset far larger than any sample.
        error_rate: The rate, above 0 and below 1.
        confidence: How surely.
    """
    if n_population is None:
        return math.ceil(round(math.log(1 - confidence) / math.log(1 - error_rate), 9))
    n_errors = max(1, math.ceil(round(error_rate * n_population, 9)))
    return _size(n_population, 0, n_errors, 1 - confidence)


def at_most(k: int, n: int, n_errors: int, n_population: int) -> float:
    """Return the chance of at most k errors among n labels drawn from a population that holds n_errors."""
    least, most = max(0, n + n_errors - n_population), min(n, n_errors)
    if k >= most:
        return 1.0
    ways = _ln_choose(n_population, n)
    terms = (
        _ln_choose(n_errors, found) + _ln_choose(n_population - n_errors, n - found) - ways
        for found in range(least, k + 1)
    )
    return min(1.0, math.fsum(map(math.exp, terms)))


def _size(n_population: int, k: int, n_errors: int, chance: float) -> int:
    """Return the smallest sample that holds at most k of the errors with no more than a chance; else the whole population."""
    low, high = 0, n_population
    while low + 1 < high:
        middle = (low + high) // 2
        is_enough = at_most(k, middle, n_errors, n_population) <= chance + _EXACT
        low, high = (low, middle) if is_enough else (middle, high)
    return high


def _ln_choose(n: int, k: int) -> float:
    return math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1)
