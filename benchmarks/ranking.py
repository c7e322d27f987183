"""How well a ranking of suspects finds the errors that were planted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray


@dataclass(frozen=True)
class Quality:
    """What a ranking is worth.

    Attributes:
        average_precision: Mean precision over the errors; one that is not listed counts as never found.
        precision_at_100: Share of errors among the first 100, or as many as there are errors.
    """

    average_precision: float
    precision_at_100: float


def quality(hits: Sequence[bool] | NDArray[np.bool_], n_errors: int) -> Quality:
    """Return what a ranking is worth, from whether each place of it holds an error, best first."""
    found = np.asarray(hits, bool)
    precision = np.cumsum(found) / np.arange(1, len(found) + 1)
    first = min(100, n_errors)
    return Quality(
        average_precision=float(precision[found].sum() / max(n_errors, 1)),
        precision_at_100=float(found[:first].mean()) if first and len(found) else 0.0,
    )


def in_order(scores: Iterable[tuple[str, float]], dice: np.random.Generator) -> list[str]:
    """Return names by falling score; equal scores in random order, so that ties win nothing."""
    pairs = list(scores)
    if not pairs:
        return []
    names, values = zip(*pairs, strict=True)
    order = np.lexsort((dice.random(len(values)), -np.asarray(values, float)))
    return [names[n] for n in order]


def hits_once(targets: Sequence[int | None]) -> list[bool]:
    """Return which places of a ranking find an object for the first time; later finds of it are left out."""
    seen: set[int] = set()
    hits = []
    for target in targets:
        if target is None:
            hits.append(False)
        elif target not in seen:
            seen.add(target)
            hits.append(True)
    return hits
