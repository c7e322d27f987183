"""Which line layout a selection is written in."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyarrow.compute as pc

from labelduck.errors import UsageError

if TYPE_CHECKING:
    import pyarrow as pa

    from labelduck.exporters.base import Rows

TASKS = ("detect", "segment", "obb", "pose")


@dataclass(frozen=True)
class Task:
    """A line layout.

    Attributes:
        name: detect, segment, obb or pose.
        n_keypoints: Keypoints of each pose.
        is_scored: Whether a confidence ends each line.
    """

    name: str
    n_keypoints: int = 0
    is_scored: bool = False


def decide(rows: Rows, *, said: str | None, is_scored: bool = False) -> Task:
    """Return the layout that is asked for, else the one that most shapes beyond plain boxes have.

    Raises:
        UsageError: `said` is no task.
    """
    if said is not None and said not in TASKS:
        raise UsageError(f"unknown YOLO task {said!r}; known are {', '.join(TASKS)}")
    counts, n_keypoints = Counter[str](), 0
    for table in rows.tables(["geometry", "keypoints", "rotated_box", "polygons", "mask"]):
        lengths = pc.list_value_length(table["keypoints"])
        n_keypoints = max(n_keypoints, pc.max(lengths).as_py() or 0)
        counts.update(_tasks(table, lengths))
    name = said or max(("pose", "obb", "segment"), key=lambda task: counts[task])
    if said is None and not counts[name]:
        name = "detect"
    return Task(name, n_keypoints if name == "pose" else 0, is_scored)


def _tasks(table: pa.Table, n_keypoints: pa.ChunkedArray) -> dict[str, int]:
    """Return how many rows have a shape of each task; a person with outline and keypoints is a pose."""
    is_pose = pc.greater(pc.fill_null(n_keypoints, 0), 0)
    is_outline = pc.or_(table["mask"].is_valid(), table["polygons"].is_valid())
    kinds = pc.fill_null(table["geometry"], "")
    is_outline = pc.or_(pc.and_(is_outline, pc.not_equal(kinds, "polyline")), pc.equal(kinds, "ellipse"))
    is_turned = pc.and_(table["rotated_box"].is_valid(), pc.not_equal(kinds, "ellipse"))
    is_pose = pc.and_(is_pose, pc.not_equal(kinds, "point"))
    rest = pc.invert(is_pose)
    named = {
        "pose": is_pose,
        "obb": pc.and_(rest, is_turned),
        "segment": pc.and_(rest, pc.and_(pc.invert(is_turned), is_outline)),
    }
    return {name: int(pc.sum(rows).as_py() or 0) for name, rows in named.items()}
