"""Scenes of another program with known errors and planted effects: its annotations and detections as tables of a lake.

The program is a Python file with `make(seed=..., n_images=..., n_annot=..., n_batch=..., sys=...)`; `sys` lists planted
effects: annotator, batch, class, kind and size.
"""

from __future__ import annotations

import importlib.util
from typing import TYPE_CHECKING, Any

import numpy as np

from simulated_tables import boxes, texts

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path
    from types import ModuleType

    from simulated_tables import Table

Scene = dict[str, Any]
"""What make() returns."""

Cell = tuple[int, int, int]
"""Annotator, batch and class."""

IMAGES = {0.2: (9, 16), 0.1: (25, 45)}
"""Images that a cell of each planted effect has, at least and at most; the model finds the object in fewer."""

CELLS_A_SCENE = 2
"""Cells of each effect that are planted in one scene."""

SIZES = {"n_images": 2000, "n_annot": 6, "n_batch": 5}


def program(path: Path) -> ModuleType:
    """Return the program of a file."""
    found = importlib.util.spec_from_file_location(path.stem, path)
    if found is None or found.loader is None:
        raise FileNotFoundError(path)
    module = importlib.util.module_from_spec(found)
    found.loader.exec_module(module)
    return module


def scene(generator: ModuleType, seed: int, planted: Mapping[Cell, float] | None = None) -> Scene:
    """Return a scene of a seed in which boxes of some cells are larger by a share of their sides."""
    effects = [
        {"annot": annotator, "batch": batch, "cls": kind, "kind": "scale", "mag": size}
        for (annotator, batch, kind), size in (planted or {}).items()
    ]
    return generator.make(seed=seed, sys=effects, **SIZES)


def cells(made: Scene, dice: np.random.Generator) -> dict[Cell, float]:
    """Choose cells for each effect, no two of one class or of one annotator and batch."""
    truth = made["gt"]
    rows = np.unique(np.stack([truth[name] for name in ("annot", "batch", "lab", "img")]), axis=1)
    names, counts = np.unique(rows[:3], axis=1, return_counts=True)
    chosen: dict[Cell, float] = {}
    for size, (fewest, most) in IMAGES.items():
        fitting = names[:, (counts >= fewest) & (counts <= most)].T
        taken = 0
        for annotator, batch, kind in dice.permutation(fitting).tolist():
            is_free = all((annotator, batch) != cell[:2] and kind != cell[2] for cell in chosen)
            if is_free and taken < CELLS_A_SCENE:
                chosen[annotator, batch, kind] = size
                taken += 1
    return chosen


def tables(scenes: Sequence[tuple[str, Scene]]) -> dict[str, Table]:
    """Return the tables of named scenes, a dataset each."""
    return {
        "annotations": _joined(_annotations(name, made) for name, made in scenes),
        "predictions": _joined(_predictions(name, made) for name, made in scenes),
        "images": _joined(_images(name, made) for name, made in scenes),
    }


def _annotations(name: str, made: Scene) -> Table:
    rows = made["gt"]
    return _named(name, rows) | {
        "annotation_id": texts("o", np.arange(len(rows["img"]))).to_pylist(),
        "annotator": texts("a", rows["annot"]).to_pylist(),
        "batch": texts("b", rows["batch"]).to_pylist(),
    }


def _predictions(name: str, made: Scene) -> Table:
    rows = made["pred"]
    n = len(rows["img"])
    ids = texts("p", np.arange(n)).to_pylist()
    return _named(name, rows) | {
        "prediction_id": ids,
        "model": ["m"] * n,
        "confidence": rows["conf"].tolist(),
    }


def _images(name: str, made: Scene) -> Table:
    return {
        "dataset": [name] * made["N"],
        "image_id": texts("i", np.arange(made["N"])).to_pylist(),
        "width": made["W"].astype(int).tolist(),
        "height": made["H"].astype(int).tolist(),
    }


def _named(name: str, rows: Scene) -> Table:
    return {
        "dataset": [name] * len(rows["img"]),
        "image_id": texts("i", rows["img"]).to_pylist(),
        "class_name": texts("k", rows["lab"]).to_pylist(),
        "box": boxes(rows["box"]).to_pylist(),
    }


def _joined(parts: Iterable[Table]) -> Table:
    whole: Table = {}
    for part in parts:
        for name, values in part.items():
            whole.setdefault(name, []).extend(values)
    return whole
