"""What does it cost to rank label errors of boxes: labelduck beside the library cleanlab, whole processes in turn.

    python benchmarks/label_errors_speed.py --annotations instances.json --results detections.json

On first use an environment with cleanlab is made (environments.py). labelduck imports both files into a lake, matches and
scores every label for five kinds of error; cleanlab gives images a quality, or finds the images with an issue.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

import environments
import labelduck
import report
from label_errors import confident
from planted_errors import plant
from processes import measure

if TYPE_CHECKING:
    from processes import Run

OURS = """
import sys
import labelduck
lake = labelduck.open(sys.argv[3])
lake.import_annotations(sys.argv[1], dataset="set")
lake.import_predictions(sys.argv[2], model="model")
lake.build()
"""


def main() -> None:
    """Measure once each, as it takes long, and write the page."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--annotations", type=Path, required=True, help="COCO annotations")
    parser.add_argument("--results", type=Path, required=True, help="COCO results of a model")
    parser.add_argument("--name", help="what the set is called on the page (default: the file's name)")
    parser.add_argument("--seed", type=int, default=31)
    parser.add_argument(
        "--page", type=Path, default=Path(__file__).parent / "results" / "label_errors_speed.md"
    )
    chosen = parser.parse_args()
    cleanlab = environments.cleanlab()
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        results = confident(chosen.results, folder / "results.json", 0.02)
        case = plant(chosen.annotations, folder / "case", seed=chosen.seed, noise=1.0)
        files, lake = (case / "annotations.json", results), folder / "lake"
        theirs = Path(__file__).parent / "peers" / "with_cleanlab_boxes.py"
        runs = {
            "labelduck: import, match, score": measure([sys.executable, "-c", OURS, *files, lake], out=folder)
        }
        for part in ("scores", "issues"):
            words = [cleanlab, theirs, *files, folder / f"{part}.npz", part]
            runs[f"cleanlab 2.9: {part} of images"] = measure(words, out=folder)
        apart = _apart(lake, folder / "scores.npz")
        n_labels = len(json.loads(files[0].read_text())["annotations"])
        told = f"{n_labels:,} annotations, {len(json.loads(results.read_text())):,} predictions"
    report.write(
        chosen.page,
        title=f"What ranking label errors costs: {chosen.name or chosen.annotations.stem}",
        parts=[
            f"{told}; whole processes, one thread each.",
            report.table(["process", "CPU s", "peak MB", "times labelduck's CPU"], _rows(runs)),
            f"The image scores of the library and those of the view `objectlab_image_scores` differ by {apart:.1e} at most.",
        ],
        conditions=[
            "cleanlab: environments.py; its input is built from the same JSON files in plain Python."
        ],
    )


def _rows(runs: dict[str, Run]) -> list[list[str]]:
    ours = next(iter(runs.values())).cpu_s
    return [
        [name, f"{run.cpu_s:.1f}", f"{run.peak_bytes / 1e6:.0f}", f"{run.cpu_s / ours:.1f}"]
        for name, run in runs.items()
    ]


def _apart(lake: Path, theirs: Path) -> float:
    """Return how far the library's image scores and the view's are apart."""
    told = np.load(theirs)
    rows = labelduck.open(lake).sql("select image_id, score from objectlab_image_scores").fetchall()
    ours = {image: score for image, score in rows if score is not None}
    return max(
        abs(score - ours[str(image)])
        for image, score in zip(told["images"].tolist(), told["told"].tolist(), strict=True)
        if str(image) in ours
    )


if __name__ == "__main__":
    main()
