"""Which of YOLO's four line layouts a dataset has.

    detect   class cx cy w h
    segment  class x1 y1 x2 y2 x3 y3 ...
    obb      class x1 y1 x2 y2 x3 y3 x4 y4
    pose     class cx cy w h (x y [visibility]) for each keypoint

The caller's word counts first, then data.yaml's `task`, then its `kpt_shape` (pose). Otherwise the lines decide:

- four numbers after the class on every line: detect;
- the same number n > 4 on every line, n - 4 a multiple of 3, and n odd or each third value 0, 1 or 2: pose with visibility;
- eight numbers on every line that is no box: obb. A polygon of four points looks the same, so this is a guess;
- any other even count: segment, in which a line of four numbers is a box.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from labelduck.errors import UsageError
from labelduck.importers.yolo.config import TASKS

if TYPE_CHECKING:
    from labelduck.importers.yolo.lines import Lines

BOX = 4
ENOUGH = 20


@dataclass(frozen=True)
class Task:
    """A line layout.

    Attributes:
        name: detect, segment, obb or pose.
        keypoints: Keypoints of a pose.
        values: Numbers per keypoint, 2 or 3.
        doubt: What was guessed and how to say it instead; empty when nothing was.
        is_scored: Whether a confidence ends each line.
    """

    name: str
    keypoints: int = 0
    values: int = 0
    doubt: str = ""
    is_scored: bool = False

    @property
    def pose_numbers(self) -> int:
        """Return how many numbers follow the class of a pose."""
        return BOX + self.keypoints * self.values

    @property
    def expected(self) -> str:
        """Return what a line should hold, in words."""
        numbers = {
            "detect": "4 numbers",
            "segment": "an even number of coordinates, 6 or more",
            "obb": "8 numbers",
            "pose": f"{self.pose_numbers} numbers",
        }[self.name]
        return f"a class, {numbers} and a confidence" if self.is_scored else f"a class and {numbers}"


def decide(lines: Lines, *, said: str | None, shape: tuple[int, int] | None, is_scored: bool = False) -> Task:
    """Return the line layout.

    Args:
        lines: A sample of the dataset's lines.
        said: Task that the caller or data.yaml names.
        shape: Number of keypoints and numbers per keypoint that data.yaml names.
        is_scored: Whether a confidence ends each line.

    Raises:
        UsageError: `said` is no task.
    """
    if said is not None and said not in TASKS:
        raise UsageError(f"unknown YOLO task {said!r}; known are {', '.join(TASKS)}")
    if said not in (None, "pose"):
        return Task(str(said), is_scored=is_scored)
    if shape is not None:
        return Task("pose", *shape, is_scored=is_scored)
    numbers = lines.counts - 1 - is_scored
    wide = Counter(numbers[(numbers > BOX + 1) | ((numbers == BOX + 1) & is_scored)].tolist())
    most = max(wide, key=lambda count: wide[count], default=0)
    if said == "pose":
        return _pose(lines, most, is_scored=is_scored)
    return _guess(lines, wide, most, is_scored=is_scored)


def _guess(lines: Lines, wide: Counter[int], most: int, *, is_scored: bool) -> Task:
    polygons = [count for count in wide if count % 2 == 0 and count > BOX + 1]
    is_uniform = wide[most] >= 0.95 * wide.total()
    if most > BOX and (most - BOX) % 3 == 0 and is_uniform:
        told = f"each line has {most} numbers: taken as {(most - BOX) // 3} keypoints; "
        doubt = told + "give --task segment if these are polygons, or kpt_shape in data.yaml"
        sure = most % 2 == 1
        if sure or _all_visibilities(lines, most) or (is_scored and wide.total() >= ENOUGH):
            return Task("pose", (most - BOX) // 3, 3, "" if sure else doubt, is_scored)
    if polygons == [8]:
        doubt = "each line has 8 numbers: taken as oriented boxes; give --task segment if they are polygons of 4 points"
        return Task("obb", doubt=doubt, is_scored=is_scored)
    return Task("segment" if polygons else "detect", is_scored=is_scored)


def _pose(lines: Lines, most: int, *, is_scored: bool) -> Task:
    count = most - BOX
    if count < 2:
        return Task("detect", doubt="no line has keypoints: taken as boxes", is_scored=is_scored)
    with_visibility = count % 3 == 0 and (count % 2 == 1 or is_scored or _all_visibilities(lines, most))
    values = 3 if with_visibility else 2
    doubt = f"no kpt_shape in data.yaml: taken as {count // values} keypoints of {values} numbers"
    return Task("pose", count // values, values, doubt, is_scored)


def _all_visibilities(lines: Lines, most: int) -> bool:
    """Tell whether the third value of each would-be keypoint is one of 0, 1 and 2."""
    chosen = np.flatnonzero(lines.counts == most + 1)
    return bool(np.isin(lines.gather(chosen, 1 + BOX, most - BOX)[:, 2::3], (0, 1, 2)).all())
