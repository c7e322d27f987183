"""Dawid-Skene: what each item's class is and how each annotator confuses classes, from votes alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from labelduck.consensus.votes import runs

if TYPE_CHECKING:
    from labelduck.consensus.votes import Integers, Numbers, Votes

MAX_ROUNDS = 200
CLOSE = 1e-7
"""Change of the mean log likelihood of an item below which a round is the last one."""

BEFOREHAND = 0.01
"""Votes that every annotator has beforehand for every pair of classes, so that no confusion is impossible."""


@dataclass(frozen=True, kw_only=True)
class DawidSkene:
    """What the algorithm found.

    Attributes:
        best: [items] number of the likeliest class, of equals the first.
        probability: [items, true classes] probability of each.
        confusion: [annotators, true classes, given classes] probability of giving a class to an item of a true one.
        n_expected: [annotators, true classes, given classes] expected number of such votes.
        share: [true classes] share of the items.
        n_rounds: Rounds that it took.
    """

    best: Integers
    probability: Numbers
    confusion: Numbers
    n_expected: Numbers
    share: Numbers
    n_rounds: int

    @property
    def accuracy(self) -> Numbers:
        """[annotators] probability that a vote is right, on items as common as here."""
        return np.asarray(np.einsum("k,jkk->j", self.share, self.confusion[:, :, : len(self.share)]))


def dawid_skene(votes: Votes, *, n_true: int | None = None) -> DawidSkene:
    """Return classes and confusions by expectation and maximisation, beginning at the shares of the votes.

    Args:
        votes: Votes; every item has one.
        n_true: How many of the classes, the first ones, items can be of; the others are answers only, such as
            "unsure". Default: all.

    After: Dawid and Skene, Maximum Likelihood Estimation of Observer Error-Rates Using the EM Algorithm (1979).
    """
    n_true = votes.n_classes if n_true is None else n_true
    probability = np.empty((votes.n_items, n_true))
    for items in runs(votes.n_items, votes.n_classes):
        counts = votes.counts(items)[:, :n_true] + 1e-9  # an item of other answers alone may be anything
        probability[items] = counts / counts.sum(axis=1, keepdims=True)
    before, n_rounds = -np.inf, 0
    while n_rounds < MAX_ROUNDS:
        n_rounds += 1
        n_expected, share = _expected_votes(votes, probability), probability.mean(axis=0)
        smoothed = n_expected + BEFOREHAND
        confusion = smoothed / smoothed.sum(axis=2, keepdims=True)
        fit = _weigh(votes, confusion, share, probability)
        if fit - before < CLOSE:
            break
        before = fit
    return DawidSkene(
        best=probability.argmax(axis=1),
        probability=probability,
        confusion=confusion,
        n_expected=_expected_votes(votes, probability),
        share=share,
        n_rounds=n_rounds,
    )


def _expected_votes(votes: Votes, probability: Numbers) -> Numbers:
    shape = votes.n_annotators, votes.n_classes
    cells = votes.annotator * votes.n_classes + votes.given
    of_true = (
        np.bincount(cells, weights=column[votes.item], minlength=shape[0] * shape[1])
        for column in probability.T
    )
    return np.stack([counted.reshape(shape) for counted in of_true], axis=1)


def _weigh(votes: Votes, confusion: Numbers, share: Numbers, probability: Numbers) -> float:
    """Set the probability of each item's classes; return the mean log likelihood of an item."""
    logs = np.log(confusion).transpose(0, 2, 1).reshape(-1, confusion.shape[1])
    prior = np.log(np.maximum(share, np.finfo(float).tiny))
    fit = 0.0
    for items in runs(votes.n_items, 4 * votes.n_classes):
        chosen = votes.of(items)
        said = logs[votes.annotator[chosen] * votes.n_classes + votes.given[chosen]]
        weight = prior + np.add.reduceat(said, votes.starts[items] - chosen.start, axis=0)
        highest = weight.max(axis=1, keepdims=True)
        scaled = np.exp(weight - highest)
        total = scaled.sum(axis=1, keepdims=True)
        probability[items] = scaled / total
        fit += float((highest + np.log(total)).sum())
    return fit / votes.n_items
