"""Which lines of label files can be used, and what is wrong with the others.

Fractions may leave 0..1 by one per cent, as Ultralytics allows: such a line is kept with a warning. Further out the unit
is unknown (most often pixels), so the line is refused. A box whose edge, not centre, leaves the picture is in order.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from labelduck.importers.yolo.shapes import IS_BOX, IS_POLYGON, IS_POSE, IS_ROTATED

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from labelduck.importers.base import Severity
    from labelduck.importers.yolo.lines import Lines
    from labelduck.importers.yolo.task import Task

REFUSED = -1
TOLERANCE = 0.01
MOST_CLASSES = 1 << 31


class Finding(NamedTuple):
    """Something wrong with a line.

    Attributes:
        line: Which line of the batch.
        kind: What is wrong, without particulars.
        problem: The same with the particulars of the line.
        severity: `error` when the line is refused, else `warning`.
    """

    line: int
    kind: str
    problem: str
    severity: Severity


@dataclass
class Checked:
    """Verdict on L lines.

    Attributes:
        kinds: Place in `GEOMETRIES`, or REFUSED, [L].
        numbers: Numbers that make the shape, [L].
        confidence: Confidence at the end of the line, NaN where there is none, [L].
        findings: What is wrong, refused lines first.
    """

    kinds: NDArray[np.int8]
    numbers: NDArray[np.int64]
    confidence: NDArray[np.float64]
    findings: list[Finding]

    def refuse(self, is_bad: NDArray[np.bool_], kind: str, lines: Lines | None = None) -> None:
        """Refuse lines, of those not refused yet."""
        for line in np.flatnonzero(is_bad & (self.kinds != REFUSED)).tolist():
            found = "" if lines is None else _found(lines, line)
            self.findings.append(Finding(line, kind, kind + found, "error"))
        self.kinds[is_bad] = REFUSED

    def warn(self, is_odd: NDArray[np.bool_], kind: str) -> None:
        """Note lines that are kept."""
        odd = np.flatnonzero(is_odd & (self.kinds != REFUSED)).tolist()
        self.findings.extend(Finding(line, kind, kind, "warning") for line in odd)


def check(lines: Lines, task: Task) -> Checked:
    """Return which lines can be used and as what.

    Args:
        lines: Lines of some files.
        task: Layout that they should have.
    """
    kinds, is_scored = _kinds(lines.counts - 1, task)
    confidence = np.where(is_scored, lines.values[lines.starts + lines.counts - 1], np.nan)
    checked = Checked(kinds, lines.counts - 1 - is_scored, confidence, [])
    wrong = kinds == REFUSED
    kinds[wrong] = IS_BOX  # refused below, with a reason
    checked.refuse(_any(lines, ~np.isfinite(lines.values)), "holds what is no finite number")
    checked.refuse(wrong, f"expected {task.expected}", lines)
    classes = lines.classes
    is_class = (classes >= 0) & (classes < MOST_CLASSES) & (np.floor(classes) == classes)
    checked.refuse(~is_class, "the class is no whole number, 0 or more")
    _check_range(lines, checked, task)
    checked.refuse(is_scored & ((confidence < 0) | (confidence > 1)), "the confidence is not within 0 to 1")
    return checked


def repeated_lines(lines: Lines) -> Iterable[tuple[int, int]]:
    """Yield lines that say the same as an earlier line of their file, with that line."""
    # A sum of scrambled bits per line finds candidates in one sort; the numbers themselves decide.
    bits = lines.values.view(np.uint64)
    place = np.arange(len(bits), dtype=np.uint64) - np.repeat(lines.starts, lines.counts).astype(np.uint64)
    mixed = (bits ^ (bits >> np.uint64(29))) * (np.uint64(2) * place + np.uint64(0x9E3779B97F4A7C15))
    keys = np.add.reduceat(mixed ^ (mixed >> np.uint64(32)), lines.starts) if len(lines) else mixed
    keys += lines.file.astype(np.uint64) * np.uint64(0xC2B2AE3D27D4EB4F)
    order = np.argsort(keys, kind="stable")
    is_same = keys[order][1:] == keys[order][:-1]
    for where in np.flatnonzero(is_same).tolist():
        earlier, later = int(order[where]), int(order[where + 1])
        if lines.file[earlier] == lines.file[later] and np.array_equal(
            _values(lines, earlier), _values(lines, later)
        ):
            yield later, earlier


def _kinds(numbers: NDArray[np.int64], task: Task) -> tuple[NDArray[np.int8], NDArray[np.bool_]]:
    """Return the geometry of lines by their number of numbers after the class, and whether a confidence ends them."""
    is_scored = np.full(len(numbers), task.is_scored)
    if not task.is_scored:
        is_scored = (
            numbers == 5
        )  # a model's output given as annotations: the shape is kept, and so is the confidence
    shape = numbers - is_scored
    kinds = np.full(len(numbers), REFUSED, np.int8)
    kinds[shape == 4] = IS_BOX
    if task.name == "segment":
        kinds[(shape >= 6) & (shape % 2 == 0)] = IS_POLYGON
    elif task.name == "obb":
        kinds[shape == 8] = IS_ROTATED
    elif task.name == "pose":
        kinds[shape == task.pose_numbers] = IS_POSE
    return kinds, is_scored


def _check_range(lines: Lines, checked: Checked, task: Task) -> None:
    values, starts, kinds = lines.values, lines.starts, checked.kinds
    if not len(values):
        return
    outside = (values < 0) | (values > 1)
    outside[starts] = False
    outside[(starts + lines.counts - 1)[~np.isnan(checked.confidence)]] = False
    if task.values == 3:
        poses = starts[kinds == IS_POSE]
        outside[poses[:, None] + np.arange(5 + 2, 5 + 3 * task.keypoints, 3)] = False
    boxes = np.flatnonzero((kinds == IS_BOX) | (kinds == IS_POSE))
    sides = lines.gather(boxes, 3, 2)
    is_negative, is_flat = np.zeros((2, len(kinds)), bool)
    is_negative[boxes], is_flat[boxes] = (sides < 0).any(axis=1), (sides == 0).any(axis=1)
    checked.refuse(is_negative, "the width or height is negative")
    if outside.any():
        far = outside & ((values < -TOLERANCE) | (values > 1 + TOLERANCE))
        remedy = "coordinates must be fractions of the picture's width and height, not pixels"
        checked.refuse(_any(lines, far), f"a coordinate is not within 0 to 1: {remedy}")
        checked.warn(_any(lines, outside), "a coordinate leaves 0 to 1 by up to 0.01")
    checked.warn(is_flat, "the box has no area")


def _any(lines: Lines, is_one: NDArray[np.bool_]) -> NDArray[np.bool_]:
    if not is_one.any():
        return np.zeros(len(lines), bool)
    return np.logical_or.reduceat(is_one, lines.starts)


def _found(lines: Lines, line: int) -> str:
    return f", found {lines.counts[line] - 1} after the class"


def _values(lines: Lines, line: int) -> NDArray[np.float64]:
    start = lines.starts[line]
    return np.asarray(lines.values[start : start + lines.counts[line]])
