"""Are classes of images judged as well as by cleanlab: real errors, the consensus of several people, Dawid-Skene.

    python benchmarks/classification_quality.py --cifar DIR --imagenet DIR

DIR hold the published files: CIFAR-10's test labels, probabilities and five votes on its suspects (labelerrors.com:
cifar10_test_set_original_labels.npy, cifar10_test_set_pyx.npy, cifar10_mturk.json), and the votes and scores of reassessed
ImageNet (raters.npz, scores.npz).
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

import environments
import labelduck
import report
from classification import draw, fill_lake
from labelduck.consensus import Votes, dawid_skene

HERE = Path(__file__).parent
VOTES = {"50 annotators, 5 votes": (20_000, 10, 50, 5), "5 annotators, 3 votes": (20_000, 10, 5, 3)}
"""Images, classes, annotators, and votes for an image."""


def main() -> None:
    """Compare all three, and write the page."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cifar", type=Path, required=True)
    parser.add_argument("--imagenet", type=Path, required=True)
    parser.add_argument("--cleanlab-python", type=Path, help="a Python with cleanlab (default: one is made)")
    parser.add_argument("--page", type=Path, default=HERE / "results" / "classification_quality.md")
    chosen = parser.parse_args()
    cleanlab = chosen.cleanlab_python or environments.cleanlab()
    report.write(
        chosen.page,
        title="Classes of images: whose judgement is better?",
        parts=[
            *real_errors(chosen.cifar, cleanlab),
            *consensus(cleanlab),
            *published_scores(chosen.imagenet),
        ],
        conditions=["cleanlab 2.9, the library itself, on the same arrays."],
    )


def real_errors(files: Path, cleanlab: Path) -> list[str]:
    """Return the average precision of each score on the errors that five people found among CIFAR-10's test labels."""
    given = np.load(files / "cifar10_test_set_original_labels.npy")
    reviewed = json.loads((files / "cifar10_mturk.json").read_text())
    is_error = np.zeros(len(given), bool)
    is_error[[each["id"] for each in reviewed if each["mturk"]["given"] < 3]] = True
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        np.save(folder / "given.npy", given[:, None])
        np.save(folder / "probabilities.npy", np.load(files / "cifar10_test_set_pyx.npy"))
        fill_lake(folder, given[:, None], np.load(folder / "probabilities.npy"))
        lake = labelduck.open(folder / "lake")
        lake.build()
        rows = lake.sql("select suspicion from image_label_suspicions order by image_id").fetchall()
        theirs = _of_cleanlab(cleanlab, folder, "classes")
    scores = {"labelduck: suspicion": np.array(rows)[:, 0]}
    scores |= {
        f"cleanlab: {name}": -score for name, score in theirs.items() if name not in ("joint", "issues")
    }
    told = [(name, average_precision(is_error, score)) for name, score in scores.items()]
    return [
        f"## Real errors: CIFAR-10 test, {is_error.sum()} of {len(given):,} labels wrong by five votes",
        report.table(
            ["score", "average precision"],
            [[name, f"{ap:.4f}"] for name, ap in sorted(told, key=lambda t: -t[1])],
        ),
    ]


def consensus(cleanlab: Path) -> list[str]:
    """Return how often each consensus of made-up votes is right, and how far ours is from the library's."""
    rows = []
    for name, sizes in VOTES.items():
        with tempfile.TemporaryDirectory() as scratch:
            folder = Path(scratch)
            true = draw(folder, *sizes)
            theirs = _of_cleanlab(cleanlab, folder, "votes")
            lake = labelduck.open(folder / "lake")
            lake.build()
            found = lake.sql(
                "select method, list(class_name order by image_id), list(probability order by image_id) "
                "from consensus_labels group by method order by method"
            ).fetchall()
        ours = {
            method: np.array([int(c.removeprefix("class")) for c in classes]) for method, classes, _ in found
        }
        quality = np.array({method: told for method, _, told in found}["crowdlab"])
        rows += [
            [f"{name}: {method}", f"{(classes == true).mean():.4f}", ""] for method, classes in ours.items()
        ]
        apart = np.abs(quality - theirs["quality"]).max()
        differs = int((ours["crowdlab"] != theirs["consensus"]).sum())
        rows.append(
            [
                f"{name}: cleanlab's CROWDLAB",
                f"{(theirs['consensus'] == true).mean():.4f}",
                f"{differs} classes differ; qualities by {apart:.1e}",
            ]
        )
    return ["## Consensus of made-up votes", report.table(["consensus", "right", "beside ours"], rows)]


def published_scores(files: Path) -> list[str]:
    """Return how our Dawid-Skene compares with the scores that the authors of reassessed ImageNet published."""
    published = np.load(files / "scores.npz")["tensor"]
    annotator, item, answer = np.nonzero(np.load(files / "raters.npz")["tensor"])
    order = np.argsort(item, kind="stable")
    no_yes_maybe = np.array([0, 2, 1])  # an object is there or not; "maybe" is an answer only
    votes = Votes(
        item=item[order],
        annotator=annotator[order],
        given=no_yes_maybe[answer[order]],
        n_items=len(published),
        n_annotators=int(annotator.max()) + 1,
        n_classes=3,
    )
    is_there = dawid_skene(votes, n_true=2).probability[:, 1]
    rows = [
        ["same side of 0.5", f"{((is_there > 0.5) == (published > 0.5)).mean():.4f}"],
        ["correlation", f"{np.corrcoef(is_there, published)[0, 1]:.4f}"],
        ["mean distance", f"{np.abs(is_there - published).mean():.4f}"],
    ]
    return [
        f"## Dawid-Skene beside the published scores: reassessed ImageNet, {len(item):,} votes",
        report.table(["measure", "value"], rows),
    ]


def average_precision(is_error: np.ndarray, suspicion: np.ndarray) -> float:
    """Return the average precision of a ranking, ties in the order of the rows."""
    hits = is_error[np.argsort(-suspicion, kind="stable")]
    return float((np.cumsum(hits) / np.arange(1, len(hits) + 1))[hits].mean())


def _of_cleanlab(python: Path, folder: Path, part: str) -> dict[str, np.ndarray]:
    script = HERE / "peers" / "with_cleanlab.py"
    subprocess.run([python, script, folder, part], check=True, stdout=sys.stderr)
    return dict(np.load(folder / f"cleanlab-{part}.npz"))


if __name__ == "__main__":
    main()
