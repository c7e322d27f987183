"""Objects of several people laid over each other: which annotations mean the same object, and what gold says of them.

Within an image, annotations of different annotators are joined by falling IoU, whatever their classes, so that a group holds
at most one annotation of each annotator. Joining a pair at a time in that order gives the same groups at every threshold as
stopping there would: one run serves them all. Outlines (masks, polygons) are compared where both annotations have one,
else boxes.

Left out are crowds, ignored annotations, and those of nobody's: without annotator there is no one to agree with.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from labelduck.grouping import rows
from labelduck.grouping.clusters import join
from labelduck.grouping.merging import tight
from labelduck.grouping.overlaps import Shapes, overlapping
from labelduck.grouping.people import read
from labelduck.grouping.validation import validate
from labelduck.grouping.work import on_gold

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pyarrow as pa

    from labelduck.grouping.clusters import Joined
    from labelduck.grouping.people import People
    from labelduck.kernel.arrays import Array

__all__ = ["COLUMNS", "LOWEST_IOU", "STEPS", "group"]

COLUMNS = {
    "images": ["image_id", "width", "height"],
    "annotations": [
        "annotation_id", "image_id", "class_name", "annotator", "job", "is_gold", "is_crowd", "is_ignored", "box", "mask",
        "polygons",
    ],
    "assignments": ["image_id", "annotator", "job", "status"],
    "jobs": ["job", "type"],
}  # fmt: skip
"""Tables and columns that `group` takes, in the order of its arguments."""

STEPS = (0.3, 0.4, 0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95)
"""Thresholds that the groups are told at; the macro `agreement_ious` has the same."""

LOWEST_IOU = STEPS[0]
"""Overlap below which two annotations never mean the same object."""


def group(
    images: pa.Table, annotations: pa.Table, assignments: pa.Table, jobs: pa.Table
) -> Mapping[str, pa.Table]:
    """Return the rows of `annotator_groups`, `annotator_pairs`, `gold_matches` and `cvat_matches` of one dataset.

    Args:
        images: Pictures and their sizes; `COLUMNS` tells the columns of each table.
        annotations: What annotators drew, and gold.
        assignments: Who looked, also where nothing was drawn.
        jobs: Work in jobs of the type gold is nobody's answer.
    """
    people = read(annotations, assignments, jobs)
    shapes = Shapes(annotations, images)
    return {
        **_among_annotators(people, shapes),
        "gold_matches": _against_gold(people, shapes),
        "cvat_matches": validate(on_gold(people, assignments, jobs), shapes),
    }


def _among_annotators(people: People, shapes: Shapes) -> dict[str, pa.Table]:
    """Return groups and pairs on the images that at least two annotators looked at."""
    drawn = people.drawn[people.is_shared[people.image[people.drawn]]]
    joined = _joined(people, shapes, drawn, scene=people.image[drawn], party=people.annotator[drawn])
    first, second, level = joined.pairs()
    ious = shapes.ious(drawn[first], drawn[second])
    steps = [joined.labels(step) for step in STEPS]
    merged = [tight(label, first, second, ious, step) for label, step in zip(steps, STEPS, strict=True)]
    labels = {"groups": np.stack(steps, axis=1), "merged": np.stack(merged, axis=1)}
    return {
        "annotator_groups": rows.groups(people, drawn, labels),
        "annotator_pairs": rows.pairs(people, drawn[first], drawn[second], ious, level),
    }


def _against_gold(people: People, shapes: Shapes) -> pa.Table:
    """Return each annotator's annotations beside the gold objects of the images that the annotator looked at."""
    drawn, drawn_look, gold, gold_look = people.judged()
    nodes, scene = np.concatenate([drawn, gold]), np.concatenate([drawn_look, gold_look])
    party = np.repeat([0, 1], [len(drawn), len(gold)])
    joined = _joined(people, shapes, nodes, scene=scene, party=party)
    first, second, _ = joined.pairs()
    is_swapped = party[first] == 1
    ours, theirs = np.where(is_swapped, second, first), np.where(is_swapped, first, second)
    return rows.gold_matches(
        people,
        nodes,
        scene,
        n_drawn=len(drawn),
        pairs=(ours, theirs, shapes.ious(nodes[ours], nodes[theirs])),
        is_excused=_is_excused(people, shapes, nodes, scene, n_drawn=len(drawn)),
    )


def _is_excused(people: People, shapes: Shapes, nodes: Array, scene: Array, *, n_drawn: int) -> Array:
    """Tell which of an annotator's annotations lie, by half, in a gold crowd or a gold region to be ignored."""
    regions, looks = people.excusing()
    drawn = nodes[:n_drawn]
    both = np.concatenate([drawn, regions])
    party = np.repeat([0, 1], [n_drawn, len(regions)])
    first, second = overlapping(shapes, both, scene=np.concatenate([scene[:n_drawn], looks]), party=party)
    ours, theirs = np.where(party[first] == 1, second, first), np.where(party[first] == 1, first, second)
    is_excused = np.zeros(n_drawn, bool)
    is_excused[ours[shapes.shares(both[ours], both[theirs]) >= 0.5]] = True
    return is_excused


def _joined(people: People, shapes: Shapes, nodes: Array, *, scene: Array, party: Array) -> Joined:
    first, second = overlapping(shapes, nodes, scene=scene, party=party)
    ious = shapes.ious(nodes[first], nodes[second])
    kept = ious >= LOWEST_IOU
    first, second, ious = first[kept], second[kept], ious[kept]
    is_same = people.class_index[nodes[first]] == people.class_index[nodes[second]]
    order = np.lexsort((second, first, ~is_same, -ious))
    return join(first[order], second[order], ious[order], scene=scene, party=party)
