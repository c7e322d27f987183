"""The programs that are measured: labelduck and its peers, each as a whole process from files to metrics and a table."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

METRICS = ("AP", "AP50", "AP75", "APs", "APm", "APl", "AR1", "AR10", "AR100", "ARs", "ARm", "ARl")
"""In the order of pycocotools' `summarize`."""

MANY = 1_000_000
"""Predictions from which the slow programs are left out unless they are asked for by name."""

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Tool:
    """A program under measurement.

    Attributes:
        name: Name of the package.
        script: Program in `peers/`; None is labelduck itself.
        leaves: What is on disk when it ends.
        is_slow: Takes minutes where the others take seconds.
    """

    name: str
    script: str | None
    leaves: str
    is_slow: bool = False


TOOLS = {
    tool.name: tool
    for tool in (
        Tool(
            "labelduck",
            None,
            "a lake: images, classes, annotations, predictions; matches of predictions and annotations (10 thresholds, "
            "4 areas, best IoU of the same and of another class, error kind), pairs of all classes with IoU >= .1, "
            "precision curves, catalogue of views",
        ),
        Tool(
            "ultrafast-pycocotools",
            "with_ultrafast.py",
            "a row per prediction and per annotation: matched id, IoU, ignored, at IoU .5",
        ),
        Tool("hotcoco", "with_hotcoco.py", "a row per prediction: status and matched id, at IoU .5"),
        Tool(
            "vernier",
            "with_vernier.py",
            "a row per prediction: status and matched id at IoU .5, best IoU, area",
        ),
        Tool(
            "faster-coco-eval",
            "with_faster_coco_eval.py",
            "a row per prediction, from its dictionaries: matched id and IoU, at IoU .5",
            is_slow=True,
        ),
        Tool(
            "pycocotools",
            "with_pycocotools.py",
            "a row per prediction, gathered from `evalImgs`: matched id and ignored, at IoU .5",
            is_slow=True,
        ),
    )
}


@dataclass(frozen=True)
class Pythons:
    """Which Python runs what."""

    labelduck: Path
    peers: Path


def command(tool: Tool, files: Path, *, geometry: str, out: Path, pythons: Pythons) -> list[str | Path]:
    """Return the command line of a tool for the files of a workload."""
    annotations, predictions = files / "annotations.json", files / "results.json"
    if tool.script is None:
        ours = (pythons.labelduck, "-m", "labelduck", "evaluate", annotations, predictions)
        return [*ours, "--lake", out / "lake", "--json"]
    return [pythons.peers, HERE / "peers" / tool.script, annotations, predictions, geometry, out]


def metrics(tool: Tool, out: Path) -> list[float]:
    """Return the 12 metrics that a finished run left; -1 where there was nothing to measure."""
    if tool.script is not None:
        return [float(value) for value in json.loads((out / "metrics.json").read_text())]
    found = json.loads((out / "stdout").read_text())["metrics"]
    return [-1.0 if found[name] is None else float(found[name]) for name in METRICS]


def largest_difference(ours: Sequence[float], theirs: Sequence[float]) -> float:
    """Return the largest absolute difference of two lists of metrics."""
    return max(abs(a - b) for a, b in zip(ours, theirs, strict=True))


def written_bytes(out: Path) -> int:
    """Return how much a run left on disk, without its narration."""
    return sum(
        path.stat().st_size
        for path in out.rglob("*")
        if path.is_file() and path.name not in {"stdout", "stderr"}
    )


def fresh(out: Path) -> Path:
    """Return the folder, emptied: no run may find what another left."""
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    return out
