"""What does it cost to rank label errors of boxes: labelduck beside the library cleanlab, in turn.

    python benchmarks/label_errors_speed.py --annotations instances.json --results detections.json

On first use the environments are made (environments.py). labelduck imports both files into a lake, matches and scores
every label for five kinds of error; cleanlab gives images a quality, or finds the images with an issue. Each program tells
how much CPU it used until both files were read, so that reading and scoring are compared apart, too.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import tempfile
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, NamedTuple

import environments
import report
from label_errors import confident
from planted_errors import plant
from processes import measure

if TYPE_CHECKING:
    from collections.abc import Sequence

    from processes import Run

OURS = """
import sys, time
import labelduck
lake = labelduck.open(sys.argv[3])
lake.import_annotations(sys.argv[1], dataset="set")
lake.import_predictions(sys.argv[2], model="model")
"""
TOLD = "\nprint(read, time.process_time() - read)\n"
ALL = OURS + "read = time.process_time()\nlake.build()" + TOLD
SUSPICIONS = (
    OURS
    + """
from pathlib import Path
from labelduck import derived, manifests, schema, scores, settings
read = time.process_time()
lake.build(only_matches=True)
manifest = manifests.heads(lake.path)[0]
files = {table: [file.path for file in manifest.current(table)] for table in schema.IMPORTED}
files |= {table: [path] for table, path in derived.current(lake.path, manifest, settings.load(lake.path))}
scores.write("suspicions", Path(sys.argv[3]) / "suspicions.parquet", lake=lake.path, files=files)
"""
    + TOLD
)
APART = """
import sys
import numpy as np
import labelduck
told = np.load(sys.argv[2])
rows = labelduck.open(sys.argv[1]).sql("select image_id, score from objectlab_image_scores").fetchall()
ours = {image: score for image, score in rows if score is not None}
pairs = zip(told["images"].tolist(), told["told"].tolist(), strict=True)
print(max(abs(score - ours[str(image)]) for image, score in pairs if str(image) in ours))
"""


class Cost(NamedTuple):
    """What one process cost: as a whole, and by its own words until it had read the files and after that."""

    whole: Run
    read_s: float
    score_s: float


def main() -> None:
    """Measure in turn, and write the page."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--annotations", type=Path, required=True, help="COCO annotations")
    parser.add_argument("--results", type=Path, required=True, help="COCO results of a model")
    parser.add_argument("--name", help="what the set is called on the page (default: the file's name)")
    parser.add_argument("--seed", type=int, default=31)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument(
        "--page", type=Path, default=Path(__file__).parent / "results" / "label_errors_speed.md"
    )
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        results = confident(chosen.results, folder / "results.json", 0.02)
        case = plant(chosen.annotations, folder / "case", seed=chosen.seed, noise=1.0)
        costs, apart = compare(case / "annotations.json", results, folder, chosen.rounds)
        n_labels = len(json.loads((case / "annotations.json").read_text())["annotations"])
        told = f"{n_labels:,} annotations, {len(json.loads(results.read_text())):,} predictions"
    report.write(
        chosen.page,
        title=f"What ranking label errors costs: {chosen.name or chosen.annotations.stem}",
        parts=[
            f"{told}; one thread each; CPU seconds, the smallest of {chosen.rounds} runs, wall seconds their median.",
            *tables(costs),
            f"The image scores of the library and those of the view `objectlab_image_scores` differ by {apart:.1e} at most.",
        ],
        conditions=[
            "In turn (A B C D A B C D ...); the catalogue that labelduck compiles once an installation was there already.",
            "cleanlab: environments.py; its input is built from the same JSON files in plain Python. Reading holds the start of "
            "Python, imports of the library that come before reading, and for labelduck the writing of Parquet.",
        ],
    )


def compare(
    annotations: Path, results: Path, folder: Path, rounds: int
) -> tuple[dict[str, list[Cost]], float]:
    """Return what each program cost in each round, and how far the library's image scores are from the view's."""
    ours, cleanlab = environments.labelduck(), environments.cleanlab()
    lake, theirs = folder / "lake", Path(__file__).parent / "peers" / "with_cleanlab_boxes.py"
    files = (annotations, results)
    programs: dict[str, list[str | Path]] = {
        "labelduck: suspicions": [ours, "-c", SUSPICIONS, *files, lake],
        "labelduck: all that build derives": [ours, "-c", ALL, *files, lake],
    } | {
        f"cleanlab 2.9: {part} of images": [cleanlab, theirs, *files, folder / f"{part}.npz", part]
        for part in ("scores", "issues")
    }
    _told(programs["labelduck: all that build derives"], folder)  # compiles the catalogue where there is none
    costs: dict[str, list[Cost]] = {name: [] for name in programs}
    for _ in range(rounds):
        for name, words in programs.items():
            shutil.rmtree(lake, ignore_errors=True)
            costs[name].append(_told(words, folder))
            sys.stderr.write(f"{name}: {costs[name][-1]}\n")
    shutil.rmtree(lake, ignore_errors=True)
    _told(programs["labelduck: all that build derives"], folder)
    measure([ours, "-c", APART, lake, folder / "scores.npz"], out=folder)
    return costs, float((folder / "stdout").read_text())


def tables(costs: dict[str, list[Cost]]) -> list[str]:
    """Return the costs, and how many times labelduck's cleanlab's are."""
    least = {
        name: (
            min(cost.whole.cpu_s for cost in made),
            min(cost.read_s for cost in made),
            min(cost.score_s for cost in made),
        )
        for name, made in costs.items()
    }
    rows = [
        [
            name,
            *(f"{seconds:.2f}" for seconds in least[name]),
            f"{median(cost.whole.wall_s for cost in made):.1f}",
            f"{max(cost.whole.peak_bytes for cost in made) / 1e6:.0f}",
        ]
        for name, made in costs.items()
    ]
    ours = [name for name in costs if name.startswith("labelduck")]
    ratios = [
        [f"{theirs} / {name}", *(f"{least[theirs][part] / least[name][part]:.1f}" for part in (0, 2))]
        for theirs in costs.keys() - ours
        for name in ours
    ]
    return [
        report.table(["program", "CPU s, whole process", "reading", "scoring", "wall s", "peak MB"], rows),
        report.table(["times the CPU", "whole process", "scoring"], sorted(ratios)),
    ]


def _told(words: Sequence[str | Path], folder: Path) -> Cost:
    run = measure(words, out=folder)
    return Cost(run, *map(float, (folder / "stdout").read_text().split()))


if __name__ == "__main__":
    main()
