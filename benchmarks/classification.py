"""What is said about classes of images, and for how much CPU: labelduck beside cleanlab.

    python benchmarks/classification.py --cleanlab-python VENV/bin/python

Needs labelduck, and a Python with cleanlab 2.9. Whole processes in turn, the smallest CPU time of `--rounds` is compared.
cleanlab reads arrays; labelduck reads a lake of named images, classes and annotators, and writes its tables there.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

import labelduck
import report

HERE = Path(__file__).parent
WORKLOADS = {
    "10,000 images, 10 classes, one label each": (10_000, 10, 1, 1),
    "100,000 images, 10 classes, one label each": (100_000, 10, 1, 1),
    "1,000,000 images, 10 classes, one label each": (1_000_000, 10, 1, 1),
    "20,000 images, 10 classes, 5 votes of 50 annotators": (20_000, 10, 50, 5),
    "100,000 images, 10 classes, 5 votes of 50 annotators": (100_000, 10, 50, 5),
}
_OURS = """
import sys
from pathlib import Path
from labelduck import manifests, schema, scores, voting

lake, part = Path(sys.argv[1]), sys.argv[2]
manifest = manifests.heads(lake)[0]
files = {table: [file.path for file in manifest.current(table)] for table in schema.IMPORTED}
if part == "classes":
    scores.write("image_label_suspicions", lake.parent / "suspicions.parquet", lake=lake, files=files)
else:
    import pyarrow.parquet as pq

    for number, (table, rows) in enumerate(voting.vote(lake=lake, files=files, spill=lake.parent)):
        pq.write_table(rows, lake.parent / f"{table}-{number}.parquet")
"""


def main() -> None:
    """Measure every workload and write the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cleanlab-python", type=Path, default=Path(sys.executable))
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--largest", type=int, default=1_000_000, help="leave out workloads of more images")
    parser.add_argument("--results", type=Path, default=HERE / "results" / "classification.md")
    chosen = parser.parse_args()
    rows = []
    for name, (n_images, n_classes, n_annotators, n_votes) in WORKLOADS.items():
        if n_images > chosen.largest:
            continue
        with tempfile.TemporaryDirectory() as folder:
            made = Path(folder)
            draw(made, n_images, n_classes, n_annotators, n_votes)
            rows.append([name, *_compare(made, chosen, "classes" if n_annotators == 1 else "votes")])
            sys.stderr.write(f"{rows[-1]}\n")
    page = report.table(["workload", "labelduck CPU s", "cleanlab CPU s", "times faster"], rows)
    chosen.results.write_text(f"{_HEAD}\n{page}\n", encoding="utf-8")


_HEAD = """\
# Classes of images: labelduck beside cleanlab 2.9

`python benchmarks/classification.py`: whole processes, one thread each, in turn; the smallest CPU time of `--rounds`.

cleanlab, one label each: five quality scores, the confident joint, the issues. Votes: CROWDLAB's consensus and annotators,
ActiveLab. labelduck, one label each: our suspicion, the issues and the evidence in words. Votes: the same as cleanlab and
the majority and Dawid-Skene too. cleanlab reads arrays of numbers, labelduck the Parquet files of named images and
annotators in a lake, and leaves Parquet.
"""


def draw(folder: Path, n_images: int, n_classes: int, n_annotators: int, n_votes: int) -> np.ndarray:
    """Write votes and probabilities of made-up images as arrays and as a lake; return the true classes."""
    dice = np.random.default_rng(5)
    true = dice.integers(0, n_classes, n_images)
    weights = dice.gumbel(size=(n_images, n_classes))
    weights[np.arange(n_images), true] += 5
    probabilities = np.exp(weights) / np.exp(weights).sum(axis=1, keepdims=True)
    given = np.full((n_images, n_annotators), -1)
    skill = dice.uniform(0.6, 0.98, n_annotators) if n_annotators > 1 else np.array([0.95])
    chosen = np.argsort(dice.random((n_images, n_annotators)), axis=1)[:, :n_votes]
    is_right = dice.random(chosen.shape) < skill[chosen]
    told = np.where(is_right, true[:, None], dice.integers(0, n_classes, chosen.shape))
    np.put_along_axis(given, chosen, told, axis=1)
    np.save(folder / "probabilities.npy", probabilities)
    np.save(folder / "given.npy", given)
    fill_lake(folder, given, probabilities)
    return true


def fill_lake(folder: Path, given: np.ndarray, probabilities: np.ndarray) -> None:
    """Import votes, -1 where there is none, and probabilities of classes into a lake."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    image, annotator = np.nonzero(given >= 0)
    names = pa.array([f"class{n}" for n in range(probabilities.shape[1])])
    people = pa.array([f"annotator{n}" for n in range(given.shape[1])])
    ids = pa.array([f"{n:07d}" for n in range(len(given))])
    labels = {"image_id": ids.take(pa.array(image)), "annotator": people.take(pa.array(annotator))}
    labels["class_name"] = names.take(pa.array(given[image, annotator]))
    pq.write_table(pa.table(labels), folder / "labels.parquet")
    scores = {f"class{n}": column for n, column in enumerate(probabilities.T)}
    pq.write_table(pa.table({"image_id": ids, **scores}), folder / "scores.parquet")
    lake = labelduck.open(folder / "lake")
    lake.import_annotations(folder / "labels.parquet", format="labels", dataset="d")
    lake.import_predictions(folder / "scores.parquet", format="labels", model="m", dataset="d")


def _compare(folder: Path, chosen: argparse.Namespace, part: str) -> list[str]:
    theirs = [str(chosen.cleanlab_python), str(HERE / "peers" / "with_cleanlab.py"), str(folder), part]
    runs: dict[str, list[float]] = {"ours": [], "theirs": []}
    for _ in range(chosen.rounds):
        runs["ours"].append(_measure([sys.executable, "-c", _OURS, str(folder / "lake"), part]))
        runs["theirs"].append(_measure(theirs))
    ours, their = min(runs["ours"]), min(runs["theirs"])
    return [f"{ours:.2f}", f"{their:.2f}", f"{their / ours:.1f}"]


def _measure(words: list[str]) -> float:
    one = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "LABELDUCK_THREADS"), "1")
    process = subprocess.Popen(words, env=os.environ | one, stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    if status:
        raise SystemExit(f"{words} failed")
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    main()
