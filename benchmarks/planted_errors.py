"""A COCO set with label errors that are known because they were planted, as plain files.

Each object is, by chance, left out, given another class, or given a bad box (IoU 0.3 to 0.78 with its own); some boxes of
other images are added where nothing is, and some objects are drawn twice, a quarter of them with another class. Crowds and
ignored annotations stay as they are.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.random import Generator

Row = dict[str, Any]

SHARES = {
    "wrong_class": 0.05, "missing_label": 0.05, "bad_box": 0.05, "extra_label": 0.015, "duplicate_label": 0.015,
}  # fmt: skip
"""Errors for each object at noise 1."""

JITTER = (0.01, 0.03, 0.06)  # of a second drawing, in widths and heights


def plant(annotations: Path, folder: Path, *, seed: int, noise: float) -> Path:
    """Write annotations.json with errors and truth.json into a folder, and return it.

    truth.json: `errors` with the kind by annotation id, `missing` with image id, box and category of what was left out,
    `twins` with the id of the original by id of a second drawing.
    """
    document = json.loads(annotations.read_text())
    planter = Planter(document, np.random.default_rng(seed), noise)
    planted, truth = planter.run()
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "annotations.json").write_text(json.dumps(document | {"annotations": planted}))
    (folder / "truth.json").write_text(json.dumps(truth))
    return folder


class Planter:
    """One pass over the objects of a COCO document."""

    def __init__(self, document: Row, dice: Generator, noise: float) -> None:
        self.dice = dice
        self.shares = {kind: share * noise for kind, share in SHARES.items()}
        self.images = {row["id"]: (row["width"], row["height"]) for row in document["images"]}
        self.classes = [row["id"] for row in document["categories"]]
        rows = [row for row in document["annotations"] if min(row["bbox"][2:]) > 2]
        self.objects = [row for row in rows if not (row.get("iscrowd") or row.get("ignore"))]
        self.others = [row for row in rows if row.get("iscrowd") or row.get("ignore")]

    def run(self) -> tuple[list[Row], Row]:
        """Return the annotations with errors, and the truth about them."""
        kept: list[Row] = []
        errors: dict[int, str] = {}
        missing: list[Row] = []
        for row in self.objects:
            kind = self._kind()
            if kind == "missing_label":
                missing.append({name: row[name] for name in ("image_id", "bbox", "category_id")})
                continue
            row = {**row, "id": len(kept) + 1}  # noqa: PLW2901 - the row as it is kept
            if kind == "wrong_class":
                row["category_id"] = self._other_class(row["category_id"])
            elif kind == "bad_box":
                row["bbox"] = self._bad_box(row["bbox"], self.images[row["image_id"]])
            kept.append(row)
            if kind:
                errors[row["id"]] = kind
        kept += self._extra(len(kept), errors)
        twins = self._duplicates(kept, errors)
        kept += [{**row, "id": len(kept) + n} for n, row in enumerate(self.others, 1)]
        return kept, {"errors": errors, "missing": missing, "twins": twins}

    def _kind(self) -> str | None:
        drawn = self.dice.random()
        for kind in ("missing_label", "wrong_class", "bad_box"):
            if drawn < self.shares[kind]:
                return kind
            drawn -= self.shares[kind]
        return None

    def _other_class(self, own: int) -> int:
        return int(self.dice.choice([name for name in self.classes if name != own]))

    def _bad_box(self, bbox: list[float], size: tuple[int, int]) -> list[float]:
        corners = _corners(bbox)
        extent = np.array([bbox[2], bbox[3], bbox[2], bbox[3]])
        while True:
            moved = corners + self._shift() * extent
            moved = np.clip(moved, 0, [*size, *size])
            if min(moved[2:] - moved[:2]) > 2 and 0.3 < _iou(corners, moved) < 0.78:
                return _bbox(moved)

    def _shift(self) -> np.ndarray[Any, Any]:
        """Return how far the sides move, in widths and heights: all out or in, to one side, or one side alone."""
        amount = self.dice.uniform(0.08, 0.6)
        kind = self.dice.integers(4)
        if kind < 2:
            return amount / 2 * np.array([-1, -1, 1, 1]) * (1 if kind else -1)
        if kind == 2:
            angle = self.dice.uniform(0, 2 * np.pi)
            return amount * np.tile([np.cos(angle), np.sin(angle)], 2)
        return np.eye(4)[self.dice.integers(4)] * amount * self.dice.choice([-1, 1])

    def _extra(self, n_kept: int, errors: dict[int, str]) -> list[Row]:
        ids = list(self.images)
        made = []
        for _ in range(self.dice.binomial(len(self.objects), self.shares["extra_label"])):
            like, image_id = self.dice.choice(self.objects), ids[self.dice.integers(len(ids))]  # type: ignore[arg-type]
            size = np.minimum(like["bbox"][2:], np.multiply(self.images[image_id], 0.9))
            place = self.dice.uniform(0, np.subtract(self.images[image_id], size))
            made.append({**like, "image_id": image_id, "bbox": [*place, *size], "id": n_kept + len(made) + 1})
            errors[made[-1]["id"]] = "extra_label"
        return made

    def _duplicates(self, kept: list[Row], errors: dict[int, str]) -> dict[int, int]:
        n = self.dice.binomial(len(self.objects), self.shares["duplicate_label"])
        twins = {}
        for number in self.dice.choice(len(kept), n, replace=False):
            row = kept[number]
            extent = np.array([*row["bbox"][2:], *row["bbox"][2:]])
            corners = _corners(row["bbox"]) + self.dice.normal(size=4) * self.dice.choice(JITTER) * extent
            twin = {**row, "id": len(kept) + 1, "bbox": _bbox(corners)}
            if self.dice.random() < 0.25:
                twin["category_id"] = self._other_class(row["category_id"])
            kept.append(twin)
            errors[twin["id"]], twins[twin["id"]] = "duplicate_label", row["id"]
        return twins


def _corners(bbox: list[float]) -> np.ndarray[Any, Any]:
    x, y, width, height = bbox
    return np.array([x, y, x + width, y + height], float)


def _bbox(corners: np.ndarray[Any, Any]) -> list[float]:
    x_min, y_min, x_max, y_max = (float(value) for value in corners)
    return [x_min, y_min, max(x_max - x_min, 1.0), max(y_max - y_min, 1.0)]


def _iou(a: np.ndarray[Any, Any], b: np.ndarray[Any, Any]) -> float:
    shared = np.prod(np.maximum(0, np.minimum(a[2:], b[2:]) - np.maximum(a[:2], b[:2])))
    return float(shared / (np.prod(a[2:] - a[:2]) + np.prod(b[2:] - b[:2]) - shared))
