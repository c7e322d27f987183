"""Annotations against gold as CVAT's quality reports match them, to compare with what CVAT reports.

What is compared is a job (or, where nobody names jobs, an annotator) on an image with gold. Of all one-to-one pairs from IoU
0.4 on those are taken whose overlaps have the largest sum, whatever the classes; a class is compared afterwards. Boxes are
compared with boxes and outlines with outlines. From 2026 on CVAT pairs objects of one class first, which on crowded pictures
changes some pairs in a thousand.

Not compared as CVAT does: attributes, groups, directions of lines, and what lies hidden below other objects.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from labelduck.grouping.assignment import best_pairs
from labelduck.grouping.overlaps import overlapping
from labelduck.matching.columns import real, words

if TYPE_CHECKING:
    from labelduck.grouping.overlaps import Shapes
    from labelduck.grouping.work import Work
    from labelduck.kernel.arrays import Array

MIN_IOU = 0.4
"""CVAT's usual `iou_threshold`."""


def validate(work: Work, shapes: Shapes) -> pa.Table:
    """Return the rows of `cvat_matches`: pairs, then annotations and gold objects alone, work by work."""
    nodes = np.concatenate([work.drawn, work.gold])
    scene = np.concatenate([work.drawn_work, work.gold_work])
    n_drawn = len(work.drawn)
    party = np.repeat([0, 1], [n_drawn, len(work.gold)])
    first, second = overlapping(shapes, nodes, scene=scene, party=party)
    is_alike = shapes.has_outline[nodes[first]] == shapes.has_outline[nodes[second]]
    first, second = first[is_alike], second[is_alike]
    ours, theirs = np.where(party[first] == 1, (second, first), (first, second))
    iou = shapes.ious(nodes[ours], nodes[theirs])
    best = np.zeros(len(nodes))
    np.maximum.at(best, ours, iou)
    np.maximum.at(best, theirs, iou)
    near = np.flatnonzero(iou >= MIN_IOU)
    chosen = near[best_pairs(ours[near], theirs[near], iou[near])]
    return _rows(
        work, nodes, scene, pairs=(ours[chosen], theirs[chosen], iou[chosen]), best=best, n_drawn=n_drawn
    )


def _rows(
    work: Work, nodes: Array, scene: Array, *, pairs: tuple[Array, Array, Array], best: Array, n_drawn: int
) -> pa.Table:
    people = work.people
    ours, theirs, iou = pairs
    is_alone = np.ones(len(nodes), bool)
    is_alone[ours] = is_alone[theirs] = False
    lone = np.flatnonzero(is_alone)
    extra, missing = lone[lone < n_drawn], lone[lone >= n_drawn]
    sides = {
        "": np.concatenate([ours, extra, np.full(len(missing), -1)]),
        "gold_": np.concatenate([theirs, np.full(len(extra), -1), missing]),
    }
    overlap = np.concatenate([iou, best[extra], best[missing]])
    own = scene[np.where(sides[""] < 0, sides["gold_"], sides[""])] if len(nodes) else np.empty(0, np.int64)
    order = np.lexsort((sides["gold_"], sides[""], own))
    columns = work.columns(own[order])
    ids = people.annotations["annotation_id"].cast(pa.string())
    for prefix, side in sides.items():
        of, has = side[order], side[order] >= 0
        rows = np.where(has, nodes[of] if len(nodes) else of, 0)
        columns[f"{prefix}annotation_id"] = ids.take(real(rows.astype(np.int64), valid=has)).combine_chunks()
        classes = people.class_index[rows] if len(people.class_index) else rows
        columns[f"{prefix}class_name"] = words(np.where(has, classes, 0), people.class_names, valid=has)
    return pa.table(columns | {"iou": real(overlap[order])})
