"""ActiveLab: which item gains most from one more vote."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from labelduck.consensus.crowdlab import crowdlab
from labelduck.consensus.votes import runs

if TYPE_CHECKING:
    from labelduck.consensus.votes import Numbers, Votes

TEMPERATURES = (0.1, 0.2, 0.5, 0.8, 1, 2, 3, 5, 8)
FINER = 4
"""Steps between two of these in the second search."""
TINY = 1e-30


def activelab(
    votes: Votes, probabilities: Numbers, unlabelled: Numbers, *, heat: float | None = None
) -> tuple[Numbers, Numbers]:
    """Return the scores of items with votes and of items without, 0 to 1: the lowest are to be labelled next.

    Args:
        votes: Votes; every item has one.
        probabilities: [items, classes] of a classifier.
        unlabelled: [items without a vote, classes] of the same.
        heat: Temperature by which the probabilities are made evener. Default: the one that fits the votes best. cleanlab
            2.9 looks for that one too, but counts votes under wrong classes on the way, so that it finds another.

    After: Goh and Mueller, ActiveLab (2023); get_active_learning_scores of cleanlab 2.9.
    """
    n_classes = votes.n_classes
    if (votes.n_of_item == 1).all():
        heat, model_weight, weight = heat or 1.0, 1.0, np.ones(votes.n_annotators)
        quality = np.asarray(probabilities[np.arange(votes.n_items), votes.given])
    else:
        heat = heat or temperature(votes, probabilities)
        found = crowdlab(votes, tempered(probabilities, heat))
        quality, model_weight, weight = found.quality, found.model_weight, found.annotator_weight
    total = np.bincount(votes.item, weights=weight[votes.annotator], minlength=votes.n_items) + model_weight
    usual = float(weight.mean())
    best = [tempered(unlabelled[i], heat).max(axis=1) for i in runs(len(unlabelled), n_classes)]
    surest = np.concatenate(best) if best else np.zeros(0)
    return (
        (quality * total + usual / n_classes) / (total + usual),
        (surest * model_weight + usual / n_classes) / (model_weight + usual),
    )


def temperature(votes: Votes, probabilities: Numbers) -> float:
    """Return the temperature at which a classifier's probabilities fit the shares of the votes best."""
    coarse = [_misfit(votes, probabilities, heat) for heat in TEMPERATURES]
    best = int(np.argmin(coarse))
    finer: list[float] = []
    if best > 0:
        finer += np.linspace(TEMPERATURES[best - 1], TEMPERATURES[best], FINER, endpoint=False).tolist()
    if best < len(TEMPERATURES) - 1:
        finer += np.linspace(TEMPERATURES[best], TEMPERATURES[best + 1], FINER + 1).tolist()
    return finer[int(np.argmin([_misfit(votes, probabilities, heat) for heat in finer]))]


def tempered(probabilities: Numbers, heat: float) -> Numbers:
    """Return [items, classes] probabilities, evener the higher the temperature."""
    held = np.maximum(probabilities, TINY)
    scaled = (held / held.sum(axis=1, keepdims=True)) ** (1 / heat)
    return np.asarray(scaled / scaled.sum(axis=1, keepdims=True))


def _misfit(votes: Votes, probabilities: Numbers, heat: float) -> float:
    total = 0.0
    for items in runs(votes.n_items, votes.n_classes):
        scaled = np.asarray(probabilities[items]) ** (1 / heat)
        logs = np.log(np.maximum(scaled / scaled.sum(axis=1, keepdims=True), TINY))
        shares = votes.counts(items) / votes.n_of_item[items][:, None]
        total -= float((shares * logs).sum())
    return total
