"""The class with most votes, and what decides between equals."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from labelduck.consensus.votes import runs

if TYPE_CHECKING:
    from labelduck.consensus.votes import Flags, Integers, Numbers, Votes


def majority_vote(votes: Votes, probabilities: Numbers | None = None) -> Integers:
    """Return [items] the class with most votes; of equals the first of these that tells them apart.

    It is the one that the model holds for likelier; that was given less often on the whole; whose annotators agree more
    often with undisputed items; that comes first.

    Args:
        votes: Votes; every item has one.
        probabilities: [items, classes] of a classifier; None when there is none.

    After: get_majority_vote_label of cleanlab 2.9, which draws the last of these by lot.
    """
    best = np.zeros(votes.n_items, np.int64)
    is_disputed = np.zeros(votes.n_items, bool)
    rarity = -np.bincount(votes.given, minlength=votes.n_classes).astype(np.float64)
    tied: list[tuple[Integers, Flags]] = []
    for items in runs(votes.n_items, votes.n_classes):
        counts = votes.counts(items)
        left = counts == counts.max(axis=1, keepdims=True)
        is_disputed[items] = left.sum(axis=1) > 1
        if probabilities is not None:
            left = _highest(np.asarray(probabilities[items]), left)
        left = _highest(np.broadcast_to(rarity, counts.shape), left)
        best[items] = left.argmax(axis=1)
        rows = np.flatnonzero(left.sum(axis=1) > 1)
        tied.append((rows + items.start, left[rows]))
    _break_ties(votes, best, is_disputed, tied)
    return best


def _highest(values: Numbers, among: Flags) -> Flags:
    held = np.where(among, values, -np.inf)
    return np.asarray(among & (held == held.max(axis=1, keepdims=True)))


def _break_ties(votes: Votes, best: Integers, is_disputed: Flags, tied: list[tuple[Integers, Flags]]) -> None:
    if not any(len(items) for items, _ in tied):
        return
    agreement = votes.mean_by_annotator(votes.given == best[votes.item], ~is_disputed[votes.item])
    agreement[np.isnan(agreement)] = 0.0 if np.isnan(agreement).all() else np.nanmean(agreement)
    for items, left in tied:
        place = np.full(votes.n_items, -1)
        place[items] = np.arange(len(items))
        chosen = np.flatnonzero(place[votes.item] >= 0)
        cells = place[votes.item[chosen]] * votes.n_classes + votes.given[chosen]
        trust = np.bincount(cells, weights=agreement[votes.annotator[chosen]], minlength=left.size)
        n = np.bincount(cells, minlength=left.size)
        mean = (trust / np.maximum(n, 1)).reshape(left.shape)
        best[items] = _highest(mean, left).argmax(axis=1)
