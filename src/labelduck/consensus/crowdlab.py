"""CROWDLAB: consensus of annotators and a classifier, weighted by how far each is to be trusted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from labelduck.consensus.majority import majority_vote
from labelduck.consensus.votes import runs

if TYPE_CHECKING:
    from labelduck.consensus.votes import Integers, Numbers, Votes

LOWEST = 1e-6
"""Least weight of an annotator or model, and least error of always naming the commonest class."""


@dataclass(frozen=True, kw_only=True)
class Crowdlab:
    """Consensus of annotators and one model.

    Attributes:
        best: [items] number of the consensus class.
        quality: [items] probability that it is right.
        agreement: [items] share of the votes for it.
        annotator_quality: [annotators] quality of their votes; NaN for one who never met another.
        annotator_agreement: [annotators] share of their votes that are the consensus.
        annotator_weight: [annotators] weight of a vote.
        model_weight: Weight of the model.
    """

    best: Integers
    quality: Numbers
    agreement: Numbers
    annotator_quality: Numbers
    annotator_agreement: Numbers
    annotator_weight: Numbers
    model_weight: float


def crowdlab(votes: Votes, probabilities: Numbers) -> Crowdlab:
    """Return the consensus class of each item and how far it, each annotator and the model are to be trusted.

    Args:
        votes: Votes; every item has one, some item two.
        probabilities: [items, classes] of a classifier; read in pieces, so that it may lie on the disk.

    After: Goh, Tkachenko and Mueller, CROWDLAB (2022); get_label_quality_multiannotator of cleanlab 2.9.
    """
    likeliest = np.concatenate([np.asarray(probabilities[i]).argmax(axis=1) for i in _runs(votes)])
    majority = majority_vote(votes, probabilities)
    best = _judge(votes, probabilities, _weigh(votes, likeliest, majority), majority).best
    weights = _weigh(votes, likeliest, best)
    judged = _judge(votes, probabilities, weights, best)
    is_right = votes.given == best[votes.item]
    together = weights.annotators.sum() * votes.n_of_item.mean() / votes.n_annotators
    share = weights.model / (weights.model + together)
    agreement = votes.mean_by_annotator(is_right, votes.n_of_item[votes.item] > 1)
    return Crowdlab(
        best=best,
        quality=judged.quality,
        agreement=np.bincount(votes.item, weights=is_right, minlength=votes.n_items) / votes.n_of_item,
        annotator_quality=share * votes.mean_by_annotator(judged.of_votes) + (1 - share) * agreement,
        annotator_agreement=votes.mean_by_annotator(is_right),
        annotator_weight=weights.annotators,
        model_weight=weights.model,
    )


@dataclass(frozen=True)
class _Weights:
    annotators: Numbers
    model: float
    right: float
    """Chance that a vote on a shared item is its consensus."""


@dataclass(frozen=True)
class _Judged:
    best: Integers
    quality: Numbers
    of_votes: Numbers


def _runs(votes: Votes) -> list[slice]:
    return runs(votes.n_items, votes.n_classes)


def _weigh(votes: Votes, likeliest: Integers, consensus: Integers) -> _Weights:
    is_right = votes.given == consensus[votes.item]
    agreement = np.bincount(votes.item, weights=is_right, minlength=votes.n_items) / votes.n_of_item
    is_shared = votes.n_of_item > 1
    shared = consensus[is_shared]
    commonest = np.bincount(shared, minlength=votes.n_classes).argmax()
    chance_error = max(float((shared != commonest).mean()), LOWEST)
    error = 1 - _agreement_with_others(votes)
    model_error = float((likeliest[is_shared] != shared).mean())
    return _Weights(
        annotators=np.maximum(1 - error / chance_error, LOWEST),
        model=max(1 - model_error / chance_error, LOWEST) * float(np.sqrt(votes.n_of_item.mean())),
        right=float(agreement[is_shared].mean()),
    )


def _agreement_with_others(votes: Votes) -> Numbers:
    _, cell, n_alike = np.unique(
        votes.item * votes.n_classes + votes.given, return_inverse=True, return_counts=True
    )
    n_others = votes.n_of_item[votes.item] - 1
    met = np.bincount(votes.annotator, weights=n_others, minlength=votes.n_annotators)
    agreed = np.bincount(votes.annotator, weights=n_alike[cell] - 1, minlength=votes.n_annotators)
    agreement = agreed / np.maximum(met, 1)
    usual = agreement[met > 0].mean()  # of one who never met another
    return np.where(met > 0, agreement, usual)


def _judge(votes: Votes, probabilities: Numbers, weights: _Weights, consensus: Integers) -> _Judged:
    """Return by the posterior: the likeliest class (the consensus where it is not alone), and what votes are worth."""
    best, quality = consensus.copy(), np.empty(votes.n_items)
    of_votes = np.empty(len(votes.item))
    wrong = (1 - weights.right) / (votes.n_classes - 1)
    for items in _runs(votes):
        chosen = votes.of(items)
        row = votes.item[chosen] - items.start
        weight = weights.annotators[votes.annotator[chosen]]
        n_rows = items.stop - items.start
        cells = row * votes.n_classes + votes.given[chosen]
        said = np.bincount(
            cells, weights=weight * (weights.right - wrong), minlength=n_rows * votes.n_classes
        )
        total = np.bincount(row, weights=weight, minlength=n_rows)[:, None]
        posterior = (
            weights.model * np.asarray(probabilities[items]) + said.reshape(n_rows, -1) + total * wrong
        )
        posterior /= total + weights.model
        is_highest = posterior == posterior.max(axis=1, keepdims=True)
        alone = is_highest.sum(axis=1) == 1
        best[items] = np.where(alone, is_highest.argmax(axis=1), consensus[items])
        quality[items] = posterior[np.arange(n_rows), consensus[items]]
        of_votes[chosen] = posterior[row, votes.given[chosen]]
    return _Judged(best, quality, of_votes)
