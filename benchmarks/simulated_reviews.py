"""Made-up datasets whose errors are known, as they stand after a review by suspicion and a random audit of the rest."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from labelduck import audit

PER_IMAGE = 10
REVIEWED = 0.15
MISSING_RATE = 0.05
CLASSES = np.array(["bus", "car", "cat", "cow", "dog"])
CLASS_RATES = np.array([0.5, 0.75, 1.0, 1.25, 1.5])

Columns = dict[str, list[Any]]


class Cell(NamedTuple):
    """One kind of dataset and audit.

    Attributes:
        n: Annotations.
        strategy: simple, stratified (by class) or risk.
        error_rate: Share of labels that are wrong.
        correlation: Of errors in one image (ICC).
    """

    n: int
    strategy: str
    error_rate: float
    correlation: float


@dataclass(frozen=True)
class Review:
    """One made-up dataset and what was looked at: a position for each label, a number for each image.

    Attributes:
        image: Image of each label.
        kind: Class of each label.
        is_wrong: Labels that are wrong.
        missing: Labels that each image lacks.
        is_reviewed: Labels that were reviewed as suspects.
        rest: Labels that were not.
        stratum: Of each of the rest.
        is_drawn: Of the rest, those that were audited.
        searched: Images in which missing labels were looked for.
    """

    image: np.ndarray
    kind: np.ndarray
    is_wrong: np.ndarray
    missing: np.ndarray
    is_reviewed: np.ndarray
    rest: np.ndarray
    stratum: np.ndarray
    is_drawn: np.ndarray
    searched: np.ndarray

    @property
    def audited(self) -> np.ndarray:
        """Labels that were audited."""
        return self.rest[self.is_drawn]


def simulate(cell: Cell, run: int, seed: int) -> tuple[dict[str, Columns], dict[str, int]]:
    """Return the tables of one reviewed dataset, and the true number of errors that nobody has seen."""
    dice = np.random.default_rng(
        (seed, run, cell.n, round(1e6 * cell.error_rate), round(1e3 * cell.correlation), len(cell.strategy))
    )
    review = _review(dice, cell)
    name = [f"run{run}"]
    tables = {
        "annotations": _labels(name, review.image, np.arange(cell.n))
        | {"class_name": CLASSES[review.kind].tolist()},
        "audits": _audits(name, review),
        "audit_verdicts": _all_verdicts(name, review),
    }
    seen = review.is_wrong[review.is_reviewed].sum() + review.is_wrong[review.audited].sum()
    left = {
        "any": int(review.is_wrong.sum() - seen),
        "missing_label": int(review.missing[~review.searched].sum()),
    }
    return tables, left


def _review(dice: np.random.Generator, cell: Cell) -> Review:
    """Draw a dataset, review its most suspicious labels, and audit some of the rest and of the images."""
    n_images = cell.n // PER_IMAGE
    image, kind = np.repeat(np.arange(n_images), PER_IMAGE), dice.integers(len(CLASSES), size=cell.n)
    chances = np.minimum(1, CLASS_RATES[kind] * _rates(dice, cell, cell.error_rate, n_images)[image])
    is_wrong = dice.random(cell.n) < chances
    missing = dice.binomial(PER_IMAGE, _rates(dice, cell, MISSING_RATE, n_images))
    score = dice.normal(size=cell.n) + 1.5 * is_wrong
    is_reviewed = np.zeros(cell.n, dtype=bool)
    is_reviewed[np.argsort(-score)[: round(REVIEWED * cell.n)]] = True
    rest = np.flatnonzero(~is_reviewed)
    stratum = _strata(cell.strategy, kind[rest], score[rest])
    is_drawn = _draw(dice, cell.strategy, stratum, score[rest], 150 if cell.n <= 1000 else 300)
    searched = dice.random(n_images).argsort() < (50 if cell.n <= 1000 else 100)
    return Review(image, kind, is_wrong, missing, is_reviewed, rest, stratum, is_drawn, searched)


def _audits(name: list[str], review: Review) -> Columns:
    """Return the labels and images that could be drawn, and which were."""
    n_rest, n_images = len(review.rest), len(review.missing)
    of_labels = {
        "unit": ["annotation"] * n_rest,
        "n_objects": [1] * n_rest,
        "stratum": review.stratum.tolist(),
        "is_drawn": review.is_drawn.tolist(),
        "class_name": CLASSES[review.kind[review.rest]].tolist(),
    }
    of_images = {
        "unit": ["image"] * n_images,
        "n_objects": [PER_IMAGE] * n_images,
        "stratum": ["all"] * n_images,
        "is_drawn": review.searched.tolist(),
        "class_name": [None] * n_images,
    }
    joined = _joined(
        _labels(name, review.image, review.rest) | of_labels, _images(name, n_images) | of_images
    )
    return joined | {"audit_id": ["a"] * (n_rest + n_images)}


def _all_verdicts(name: list[str], review: Review) -> Columns:
    """Return the verdicts of the review by suspicion, of the audited labels and of the searched images."""
    reviewed, audited, searched = (
        np.flatnonzero(review.is_reviewed),
        review.audited,
        np.flatnonzero(review.searched),
    )
    return _joined(
        _labels(name, review.image, reviewed) | _verdicts(review.is_wrong[reviewed], "wrong_class", None),
        _labels(name, review.image, audited) | _verdicts(review.is_wrong[audited], "wrong_class", "a"),
        _images(name, len(review.missing), searched)
        | _verdicts(review.missing[searched], "missing_label", "a"),
    )


def _rates(dice: np.random.Generator, cell: Cell, rate: float, n: int) -> np.ndarray:
    """Return the error rate of each image, by a beta distribution with the cell's correlation."""
    if not cell.correlation:
        return np.full(n, rate)
    spread = 1 / cell.correlation - 1
    return dice.beta(rate * spread, (1 - rate) * spread, size=n)


def _strata(strategy: str, kind: np.ndarray, score: np.ndarray) -> np.ndarray:
    if strategy == "stratified":
        return CLASSES[kind]
    if strategy == "risk":
        rank = score.argsort().argsort() / len(score)
        return np.searchsorted(audit.RISK_BANDS, rank, side="right").astype(str)
    return np.full(len(kind), "all")


def _draw(
    dice: np.random.Generator, strategy: str, stratum: np.ndarray, score: np.ndarray, n: int
) -> np.ndarray:
    """Return which labels an audit draws, as `labelduck audit draw` allots them to strata."""
    names, numbers, counts = np.unique(stratum, return_inverse=True, return_counts=True)
    spread = np.ones(len(names))
    if strategy == "risk":
        mean = np.bincount(numbers, weights=1 / (1 + np.exp(3 - score))) / counts
        spread = np.sqrt(mean * (1 - mean))
    is_drawn = np.zeros(len(stratum), dtype=bool)
    for number, size in enumerate(audit.sizes(counts.tolist(), spread.tolist(), n)):
        is_drawn[dice.choice(np.flatnonzero(numbers == number), size, replace=False)] = True
    return is_drawn


def _labels(name: list[str], image: np.ndarray, chosen: np.ndarray) -> Columns:
    return {
        "dataset": name * len(chosen),
        "image_id": image[chosen].astype(str).tolist(),
        "annotation_id": chosen.astype(str).tolist(),
    }


def _images(name: list[str], n: int, chosen: np.ndarray | None = None) -> Columns:
    ids = np.arange(n) if chosen is None else chosen
    return {
        "dataset": name * len(ids),
        "image_id": ids.astype(str).tolist(),
        "annotation_id": [None] * len(ids),
    }


def _verdicts(n_errors: np.ndarray, issue: str, audit_id: str | None) -> Columns:
    told = n_errors.astype(int).tolist()
    return {
        "audit_id": [audit_id] * len(told),
        "decision": ["confirm" if n else "reject" for n in told],
        "issue": [issue if n else None for n in told],
        "n_errors": told,
    }


def _joined(*parts: Columns) -> Columns:
    return {name: list(itertools.chain(*(part[name] for part in parts))) for name in parts[0]}
