"""How much memory does ranking label errors take: import and build of growing sets, each step a process of its own.

    python benchmarks/suspicion_memory.py

Made-up sets (work_records.py draws the objects): twelve annotations an image, three predictions an annotation, of one
model. Every size has the same images, classes and noise a label, so that only the number of images grows.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

import environments
import report
import work_records
from processes import measure

if TYPE_CHECKING:
    import pyarrow as pa

    from processes import Run

SIZES = (125_000, 250_000, 500_000, 1_000_000)
LIMITS = ("default",)
PER_ANNOTATION = 3
STEPS = {
    "import": "lake.import_annotations(f'{records}/images.parquet', format='images', dataset='d'); "
    "lake.import_annotations(f'{records}/annotations.parquet', format='annotations', dataset='d')",
    "predictions": "lake.import_predictions(f'{records}/predictions.parquet', model='m', format='annotations', dataset='d')",
    "build": "lake.build()",
}
STEP = "import sys, labelduck; records = sys.argv[1]; lake = labelduck.open(sys.argv[2]); "


def main() -> None:
    """Measure every size under every limit, and write the page."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES, help="annotations")
    parser.add_argument("--limits", nargs="+", default=LIMITS, help="LABELDUCK_MEMORY of each table")
    parser.add_argument("--write", type=Path, metavar="DIR", help="only write the records of the first size")
    parser.add_argument(
        "--labelduck-python", type=Path, help="a Python with labelduck (default: one is made)"
    )
    parser.add_argument(
        "--page", type=Path, default=Path(__file__).parent / "results" / "suspicion_memory.md"
    )
    chosen = parser.parse_args()
    if chosen.write:
        write(chosen.write, chosen.sizes[0])
        return
    python = chosen.labelduck_python or environments.labelduck()
    rows: dict[int, list[list[str]]] = {}
    for size in chosen.sizes:
        rows[size] = _measured(python, size, chosen.limits)
        _tell(chosen.page, [row for size in sorted(rows) for row in rows[size]])


def _tell(page: Path, rows: list[list[str]]) -> None:
    """Write the page, as far as it goes: a large size takes minutes."""
    report.write(
        page,
        title="How much memory ranking label errors takes",
        parts=[
            "Peak memory of each step, in MB; CPU seconds of the build, which matches and scores every label.",
            report.table(["annotations", "predictions", "limit", *STEPS, "CPU s of build", "lake MB"], rows),
        ],
        conditions=[
            "Each step in a process of its own; peak resident memory as the system counts it (`wait4`); one thread.",
            "The limit is LABELDUCK_MEMORY, which bounds what SQL holds; 2 GB by default.",
        ],
    )


def write(folder: Path, n_annotations: int) -> None:
    """Write images, annotations and predictions of one size as Parquet."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    random = np.random.default_rng(7)
    n_images = n_annotations // work_records.OBJECTS_PER_IMAGE
    true = work_records.objects(random, n_images)
    folder.mkdir(parents=True, exist_ok=True)
    image = np.arange(n_images).astype(str)
    size = {"width": np.full(n_images, work_records.WIDTH), "height": np.full(n_images, work_records.HEIGHT)}
    tables = {
        "images": {"image_id": image, "file_name": np.char.add(image, ".jpg"), **size},
        "annotations": _annotations(random, true),
        "predictions": _predictions(random, true, n_images),
    }
    for name, columns in tables.items():
        pq.write_table(pa.table(columns), folder / f"{name}.parquet", compression="zstd")


def _annotations(random: np.random.Generator, true: work_records.Drawn) -> dict[str, object]:
    n = true.image.size
    flipped = random.random(n) < 0.05
    label = np.where(flipped, random.integers(0, work_records.N_CLASSES, n), true.label)
    return {
        "annotation_id": np.arange(n).astype(str),
        **_columns(true.image, label, _moved(random, true, 0.03)),
    }


def _predictions(random: np.random.Generator, true: work_records.Drawn, n_images: int) -> dict[str, pa.Array]:
    """Return a model's predictions: objects it found, less sure ones beside them, and background."""
    found = np.flatnonzero(random.random(true.image.size) < 0.85)
    beside = random.choice(true.image.size, round(0.8 * true.image.size), replace=False)
    background = work_records.objects(random, n_images)
    extra = random.permutation(
        np.resize(
            np.arange(background.image.size), PER_ANNOTATION * true.image.size - found.size - beside.size
        )
    )
    corners = [
        _moved(random, true, 0.05)[found],
        _moved(random, true, 0.2)[beside],
        background.corners[extra],
    ]
    confidence = [
        random.beta(5, 2, found.size),
        random.beta(1, 6, beside.size),
        random.beta(1, 9, extra.size),
    ]
    label = np.concatenate([true.label[found], true.label[beside], background.label[extra]])
    image = np.concatenate([true.image[found], true.image[beside], background.image[extra]])
    order = np.argsort(image, kind="stable")
    return {
        **_columns(image[order], label[order], np.concatenate(corners)[order]),
        "confidence": np.concatenate(confidence)[order].round(4),
    }


def _moved(random: np.random.Generator, true: work_records.Drawn, share: float) -> np.ndarray:
    extent = np.tile(true.corners[:, 2:] - true.corners[:, :2], 2)
    return true.corners + random.normal(0, share, true.corners.shape) * extent


def _columns(image: np.ndarray, label: np.ndarray, corners: np.ndarray) -> dict[str, pa.Array]:
    return {
        "image_id": image.astype(str),
        "class_name": work_records.named("class", label),
        "box": work_records.boxes(corners),
    }


def _measured(python: Path, size: int, limits: list[str]) -> list[list[str]]:
    """Return a row of the page for each limit, and tell of it on stderr."""
    rows = []
    with tempfile.TemporaryDirectory() as scratch:
        records, lake = Path(scratch) / "records", Path(scratch) / "lake"
        words = ["--sizes", str(size), "--write", records]
        measure([python, __file__, *words], out=Path(scratch))
        for limit in limits:
            shutil.rmtree(lake, ignore_errors=True)
            limited = {} if limit == "default" else {"LABELDUCK_MEMORY": limit}
            runs = {
                name: measure([python, "-c", STEP + step, records, lake], out=Path(scratch), settings=limited)
                for name, step in STEPS.items()
            }
            rows.append(_row(size, limit, runs, lake))
            sys.stderr.write(f"{rows[-1]}\n")
    return rows


def _row(size: int, limit: str, runs: dict[str, Run], lake: Path) -> list[str]:
    n_bytes = sum(path.stat().st_size for path in lake.rglob("*.parquet"))
    peaks = [f"{run.peak_bytes / 1e6:,.0f}" for run in runs.values()]
    counts = [f"{size:,}", f"{PER_ANNOTATION * size:,}"]
    return [*counts, limit, *peaks, f"{runs['build'].cpu_s:.0f}", f"{n_bytes / 1e6:,.0f}"]


if __name__ == "__main__":
    main()
