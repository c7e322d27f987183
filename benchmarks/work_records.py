"""Made-up records of annotation work: images, annotations of many people, reviews, jobs, gold, predictions, as Parquet.

    python benchmarks/work_records.py --annotations 2000000 --out DIR

One seed draws the same rows everywhere. There are three effects to find: one annotator draws one class taller in one batch,
one is wrong more often than the others, and one class is taken for its neighbour.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy.typing as npt

    Column = npt.NDArray[np.generic]

OBJECTS_PER_IMAGE, IMAGES_PER_JOB = 12, 100
N_ANNOTATORS, N_BATCHES, N_CLASSES = 40, 84, 40
WIDTH, HEIGHT = 1280, 960
SHARED, GOLD = 0.05, 0.01
"""Shares of images that two further annotators draw, and that have gold."""
START = np.datetime64("2026-01-05T08:00:00", "us")
TALL = (7, 5, 3)
"""Annotator, batch and class whose boxes are a third too tall."""


@dataclass(frozen=True)
class Drawn:
    """Objects as somebody drew them: positions of image, class and annotator, and corners in pixels, (n, 4)."""

    image: npt.NDArray[np.int64]
    label: npt.NDArray[np.int64]
    annotator: npt.NDArray[np.int64]
    corners: npt.NDArray[np.float64]


def write(folder: Path, n_annotations: int, seed: int = 20) -> None:
    """Write one Parquet file per table; images have twelve objects each, a few are drawn by three people.

    Args:
        folder: Where to; made if need be.
        n_annotations: About as many rows of annotations.
        seed: Of everything random.
    """
    folder.mkdir(parents=True, exist_ok=True)
    random = np.random.default_rng(seed)
    n_images = max(1, round(n_annotations / OBJECTS_PER_IMAGE / (1 + 2 * SHARED + GOLD)))
    for name, columns in _tables(random, n_images):
        pq.write_table(pa.table(columns), folder / f"{name}.parquet", compression="zstd")


def _tables(random: np.random.Generator, n_images: int) -> Iterator[tuple[str, dict[str, object]]]:
    image = np.arange(n_images)
    batch = image * N_BATCHES // n_images
    job = image // IMAGES_PER_JOB
    worker = job % N_ANNOTATORS
    minutes = (batch * 14 * 1440 // N_BATCHES * 20 + random.integers(0, 4000, n_images)).astype(
        "timedelta64[m]"
    )
    true = objects(random, n_images)
    yield (
        "images",
        {
            "image_id": image.astype(str),
            "file_name": np.char.add(image.astype(str), ".jpg"),
            "width": np.full(n_images, WIDTH),
            "height": np.full(n_images, HEIGHT),
            "split": np.where(random.random(n_images) < 0.8, "train", "val"),
            "batch": named("batch", batch),
        },
    )
    shared = np.flatnonzero(random.random(n_images) < SHARED)
    looks = [(image, worker), *((shared, (worker[shared] + step) % N_ANNOTATORS) for step in (3, 11))]
    drawn = [_as_drawn(random, true, images, who, batch) for images, who in looks]
    everyone = Drawn(*(np.concatenate([getattr(d, f) for d in drawn]) for f in Drawn.__annotations__))
    yield "annotations", _annotations(random, everyone, batch, job, START + minutes)
    gold = np.isin(true.image, np.flatnonzero(random.random(n_images) < GOLD))
    yield (
        "gold",
        {
            "annotation_id": np.char.add("gold-", np.flatnonzero(gold).astype(str)),
            "image_id": true.image[gold].astype(str),
            "class_name": named("class", true.label[gold]),
            "box": boxes(true.corners[gold]),
        },
    )
    yield (
        "assignments",
        {
            "image_id": np.concatenate([images for images, _ in looks]).astype(str),
            "annotator": named("annotator", np.concatenate([who for _, who in looks])),
            "batch": named("batch", batch[np.concatenate([images for images, _ in looks])]),
        },
    )
    yield "jobs", _jobs(random, int(job[-1]) + 1, batch)
    yield "reviews", _reviews(random, everyone, START + minutes)
    yield "predictions", _predictions(random, true)


def objects(random: np.random.Generator, n_images: int) -> Drawn:
    """Return objects of images, twelve each on average, by image; they are nobody's yet."""
    n = random.poisson(OBJECTS_PER_IMAGE, n_images)
    image = np.repeat(np.arange(n_images), n)
    label = np.minimum(random.zipf(1.3, image.size) - 1, 10**6) % N_CLASSES
    size = np.exp(random.normal(4, 0.8, image.size)).clip(8, 700)
    w, h = size * np.exp(random.normal(0, 0.3, image.size)), size
    x, y = random.random(image.size) * (WIDTH - w).clip(1), random.random(image.size) * (HEIGHT - h).clip(1)
    return Drawn(image, label, np.zeros_like(image), np.stack([x, y, x + w, y + h], axis=1))


def _as_drawn(
    random: np.random.Generator, true: Drawn, images: Column, who: Column, batch: npt.NDArray[np.int64]
) -> Drawn:
    annotator = np.full(int(true.image[-1]) + 1, -1)
    annotator[images] = who
    kept = (annotator[true.image] >= 0) & (random.random(true.image.size) > 0.03)
    image, label, corners = true.image[kept], true.label[kept].copy(), true.corners[kept].copy()
    by = annotator[image]
    flipped = random.random(image.size) < np.where(by == 13, 0.08, 0.01) + 0.1 * (label == 5)
    label[flipped] = np.where(label[flipped] == 5, 6, (label[flipped] + 1) % N_CLASSES)
    extent = np.tile(corners[:, 2:] - corners[:, :2], 2)
    corners += random.normal(0, 0.03, corners.shape) * extent
    tall = (by == TALL[0]) & (batch[image] % 6 == TALL[1]) & (label == TALL[2])
    corners[tall, 3] += 0.33 * extent[tall, 1]
    return Drawn(image, label, by, corners)


def _annotations(
    random: np.random.Generator, drawn: Drawn, batch: Column, job: Column, at: Column
) -> dict[str, object]:
    n = drawn.image.size
    return {
        "annotation_id": np.arange(n).astype(str),
        "image_id": drawn.image.astype(str),
        "class_name": named("class", drawn.label),
        "box": boxes(drawn.corners),
        "annotator": named("annotator", drawn.annotator),
        "batch": named("batch", batch[drawn.image]),
        "job": named("job", job[drawn.image]),
        "occluded": (random.random(n) < 0.2).astype(float),
        "created_at": at[drawn.image] + (random.random(n) * 3e8).astype("timedelta64[us]"),
        "lead_time_s": random.gamma(2, 4, n).round(1),
    }


def _jobs(random: np.random.Generator, n_jobs: int, batch: Column) -> dict[str, object]:
    first = np.arange(n_jobs) * IMAGES_PER_JOB
    created = START + (batch[first].astype("timedelta64[D]"))
    return {
        "job": named("job", np.arange(n_jobs)),
        "task": named("task", np.arange(n_jobs) // 10),
        "batch": named("batch", batch[first]),
        "type": np.full(n_jobs, "annotation"),
        "stage": np.full(n_jobs, "acceptance"),
        "state": np.full(n_jobs, "completed"),
        "assignee": named("annotator", np.arange(n_jobs) % N_ANNOTATORS),
        "reviewer": named("reviewer", random.integers(0, 6, n_jobs)),
        "created_at": created,
        "updated_at": created + np.timedelta64(3, "D"),
    }


def _reviews(random: np.random.Generator, drawn: Drawn, at: Column) -> dict[str, object]:
    reviewed = np.flatnonzero(random.random(drawn.image.size) < 0.3)
    by = drawn.annotator[reviewed]
    bad_image = random.random(int(drawn.image.max()) + 1) < 0.05  # errors come together
    wrong = (
        random.random(reviewed.size) < np.where(by == 13, 0.12, 0.04) + 0.2 * bad_image[drawn.image[reviewed]]
    )
    kinds = np.array(["wrong_class", "bad_box", "extra_label"])
    words = np.where(wrong, np.where(random.random(reviewed.size) < 0.5, "rejected", "fixed"), "accepted")
    return {
        "annotation_id": reviewed.astype(str),
        "image_id": drawn.image[reviewed].astype(str),
        "annotator": named("annotator", by),
        "reviewer": named("reviewer", random.integers(0, 6, reviewed.size)),
        "round": np.ones(reviewed.size, dtype=np.int32),
        "decision": words,
        "error_kind": pa.array(kinds[random.integers(0, 3, reviewed.size)], mask=~wrong),
        "reason": pa.array(np.full(reviewed.size, "guideline"), mask=~wrong),
        "reviewed_at": at[drawn.image[reviewed]] + np.timedelta64(2, "D"),
        "sampling": np.full(reviewed.size, "random"),
    }


def _predictions(random: np.random.Generator, true: Drawn) -> dict[str, object]:
    found = random.random(true.image.size) < 0.85
    image, label, corners = true.image[found], true.label[found].copy(), true.corners[found].copy()
    corners += random.normal(0, 0.05, corners.shape) * np.tile(corners[:, 2:] - corners[:, :2], 2)
    mistaken = random.random(image.size) < 0.05
    label[mistaken] = random.integers(0, N_CLASSES, int(mistaken.sum()))
    return {
        "image_id": image.astype(str),
        "class_name": named("class", label),
        "confidence": random.beta(5, 2, image.size).round(4),
        "box": boxes(corners),
    }


def named(word: str, numbers: Column) -> pa.DictionaryArray:
    """Return names such as class-07 by number."""
    values = [f"{word}-{n:02}" for n in range(int(numbers.max()) + 1)]
    return pa.DictionaryArray.from_arrays(pa.array(numbers.astype(np.int32)), pa.array(values))


def boxes(corners: npt.NDArray[np.float64]) -> pa.StructArray:
    """Return corners, held within the picture, as a column of boxes."""
    high = [WIDTH, HEIGHT, WIDTH, HEIGHT]
    held = corners.clip(0, high).round(2)
    return pa.StructArray.from_arrays(list(held.T), ["x_min", "y_min", "x_max", "y_max"])


if __name__ == "__main__":
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--annotations", type=int, default=2_000_000)
    words.add_argument("--out", type=Path, required=True)
    chosen = words.parse_args()
    write(chosen.out, chosen.annotations)
