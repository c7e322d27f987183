"""Everything that cleanlab says about the classes of a workload of classification.py; arguments: its folder, and classes or votes."""

from __future__ import annotations

import sys
import warnings
from pathlib import Path

import numpy as np

folder, part = Path(sys.argv[1]), sys.argv[2]
warnings.simplefilter("ignore")
probabilities = np.load(folder / "probabilities.npy")
if part == "classes":
    from cleanlab.count import compute_confident_joint
    from cleanlab.filter import find_label_issues
    from cleanlab.rank import get_label_quality_scores

    given = np.load(folder / "given.npy")[:, 0]
    results = {
        f"{method}{'_adjusted' * adjusted}": get_label_quality_scores(
            given, probabilities, method=method, adjust_pred_probs=adjusted
        )
        for method in ("self_confidence", "normalized_margin", "confidence_weighted_entropy")
        for adjusted in (False, True)
        if not (adjusted and method == "confidence_weighted_entropy")
    }
    results["joint"] = compute_confident_joint(given, probabilities)
    results["issues"] = find_label_issues(given, probabilities, filter_by="confident_learning", n_jobs=1)
else:
    from cleanlab.multiannotator import get_active_learning_scores, get_label_quality_multiannotator

    votes = np.load(folder / "given.npy").astype(float)
    votes[votes < 0] = np.nan
    found = get_label_quality_multiannotator(votes, probabilities, verbose=False)
    results = {
        "consensus": found["label_quality"]["consensus_label"].to_numpy(),
        "quality": found["label_quality"]["consensus_quality_score"].to_numpy(),
        "annotators": found["annotator_stats"]["annotator_quality"].to_numpy(),
        "active": get_active_learning_scores(votes, probabilities)[0],
    }
np.savez(folder / f"cleanlab-{part}.npz", **results)
