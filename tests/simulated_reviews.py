"""Reviews of data sets whose errors are known: the most suspicious labels first, then a random audit of the rest."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from catalog_lake import Row

OBJECTS_PER_IMAGE = 10
REVIEWED = 0.15
BANDS = (0.7, 0.93)


def simulate(
    run: int,
    *,
    error_rate: float,
    correlation: float,
    n_annotations: int = 1200,
    n_audited: int = 150,
    n_images: int = 50,
    by_risk: bool = False,
    missing_rate: float = 0.05,
) -> tuple[dict[str, list[Row]], dict[str, int]]:
    """Return the rows of one reviewed data set, and the true number of errors that are left: any and missing_label.

    Args:
        run: Seed; the data set is named by it.
        error_rate: Share of labels that are wrong.
        correlation: Correlation of errors within an image (ICC).
        n_annotations: Labels, ten an image.
        n_audited: Labels audited at random.
        n_images: Images audited for missing labels.
        by_risk: Audit more of the suspicious labels instead of all alike.
        missing_rate: Missing objects per label; they cluster likewise.
    """
    dice = np.random.default_rng((run, round(1e6 * error_rate), round(1e3 * correlation), by_risk))
    pictures = n_annotations // OBJECTS_PER_IMAGE
    image = np.repeat(np.arange(pictures), OBJECTS_PER_IMAGE)
    is_wrong = dice.random(n_annotations) < _rates(dice, error_rate, correlation, pictures)[image]
    missing = dice.binomial(OBJECTS_PER_IMAGE, _rates(dice, missing_rate, correlation, pictures))
    suspicion = dice.normal(size=n_annotations) + 1.5 * is_wrong
    is_reviewed = np.zeros(n_annotations, dtype=bool)
    is_reviewed[np.argsort(-suspicion)[: round(REVIEWED * n_annotations)]] = True
    rest = np.flatnonzero(~is_reviewed)
    strata = np.searchsorted(np.quantile(suspicion[rest], BANDS), suspicion[rest]) if by_risk else 0 * rest
    audited = np.concatenate(
        [
            dice.choice(rest[strata == band], n_audited // len(np.unique(strata)), replace=False)
            for band in np.unique(strata)
        ]
    )
    searched = dice.choice(pictures, n_images, replace=False)
    name = f"run{run}"
    common: dict[str, Any] = {"dataset": name, "audit_id": "a"}
    label = [
        {"dataset": name, "image_id": str(image[i]), "annotation_id": str(i)} for i in range(n_annotations)
    ]
    drawn = set(audited.tolist())
    found = set(searched.tolist())
    units = [
        common | label[i] | {"unit": "annotation", "n_objects": 1, "stratum": str(s), "is_drawn": i in drawn}
        for i, s in zip(rest.tolist(), strata.tolist(), strict=True)
    ]
    units += [
        common
        | {"unit": "image", "image_id": str(i), "n_objects": 10, "stratum": "all", "is_drawn": i in found}
        for i in range(pictures)
    ]
    verdicts = [label[i] | _verdict(int(is_wrong[i])) for i in np.flatnonzero(is_reviewed).tolist()]
    verdicts += [common | label[i] | _verdict(int(is_wrong[i])) for i in audited.tolist()]
    verdicts += [
        common | {"image_id": str(i)} | _verdict(int(missing[i]), "missing_label") for i in searched.tolist()
    ]
    rows = {
        "annotations": [row | {"class_name": "cat"} for row in label],
        "audits": units,
        "audit_verdicts": verdicts,
    }
    left = int(is_wrong.sum() - is_wrong[is_reviewed].sum() - is_wrong[audited].sum())
    return rows, {"any": left, "missing_label": int(missing.sum() - missing[searched].sum())}


def _rates(dice: np.random.Generator, rate: float, correlation: float, n: int) -> np.ndarray:
    if not correlation:
        return np.full(n, rate)
    spread = 1 / correlation - 1
    return dice.beta(rate * spread, (1 - rate) * spread, size=n)


def _verdict(n_errors: int, issue: str = "wrong_class") -> Row:
    decision = "confirm" if n_errors else "reject"
    return {"decision": decision, "issue": issue if n_errors else None, "n_errors": n_errors}
