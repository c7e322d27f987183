"""Numbers of groups and matches -> rows of the derived tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from labelduck.matching.columns import real, words

if TYPE_CHECKING:
    from collections.abc import Mapping

    from labelduck.grouping.people import People
    from labelduck.kernel.arrays import Array


def groups(people: People, drawn: Array, labels: Mapping[str, Array]) -> pa.Table:
    """Return rows of `annotator_groups`.

    Args:
        people: The dataset's.
        drawn: Rows of the annotations.
        labels: By column, one object of its group for each of them and threshold, [n, thresholds].
    """
    order = np.argsort(people.image[drawn], kind="stable")
    image = people.image[drawn][order]
    place = np.empty(len(drawn), np.int64)
    place[order] = np.arange(len(order)) - np.searchsorted(image, image)
    columns = _who(people, drawn[order]) | {"number": real(place[order].astype(np.int32) + 1)}
    for name, label in labels.items():
        numbers = place[label[order]].astype(np.int32) + 1
        offsets = np.arange(0, numbers.size + 1, max(label.shape[1], 1), dtype=np.int32)
        columns[name] = pa.ListArray.from_arrays(real(offsets), real(np.ascontiguousarray(numbers.ravel())))
    return pa.table(columns)


def pairs(people: People, first: Array, second: Array, ious: Array, levels: Array) -> pa.Table:
    """Return rows of `annotator_pairs`, the annotator who comes first in the alphabet first.

    Args:
        people: The dataset's.
        first: Row of one annotation of each pair.
        second: Row of the other.
        ious: Their overlap.
        levels: Highest threshold at which they share a group.
    """
    rank = np.empty(len(people.annotators), np.int64)
    rank[np.argsort(np.array(people.annotators.to_pylist(), object), kind="stable")] = np.arange(len(rank))
    is_swapped = rank[people.annotator[first]] > rank[people.annotator[second]]
    first, second = np.where(is_swapped, second, first), np.where(is_swapped, first, second)
    order = np.argsort(people.image[first], kind="stable")
    other = {
        f"other_{name}": column for name, column in _who(people, second[order]).items() if name != "image_id"
    }
    return pa.table(
        _who(people, first[order]) | other | {"iou": real(ious[order]), "joined_iou": real(levels[order])}
    )


def gold_matches(
    people: People,
    nodes: Array,
    looks: Array,
    *,
    n_drawn: int,
    pairs: tuple[Array, Array, Array],
    is_excused: Array,
) -> pa.Table:
    """Return rows of `gold_matches`: pairs, then annotations and gold objects alone.

    Args:
        people: The dataset's.
        nodes: Rows of annotators' annotations and, from `n_drawn` on, of gold.
        looks: Number of the look that each node belongs to.
        n_drawn: How many of the nodes are annotators'.
        pairs: Nodes of annotators, nodes of gold, their IoU.
        is_excused: Annotations in crowds and ignored regions; those without a partner are left out, [n_drawn].
    """
    ours, theirs, ious = pairs
    is_alone = np.ones(len(nodes), bool)
    is_alone[ours] = is_alone[theirs] = False
    is_alone[:n_drawn] &= ~is_excused
    lone = np.flatnonzero(is_alone)
    extra, missing = lone[lone < n_drawn], lone[lone >= n_drawn]
    drawn = np.concatenate([ours, extra, np.full(len(missing), -1)])
    gold = np.concatenate([theirs, np.full(len(extra), -1), missing])
    iou = np.concatenate([ious, np.full(len(lone), np.nan)])
    look = looks[np.where(drawn < 0, gold, drawn)]
    order = np.lexsort((gold, drawn, look))
    drawn, gold, iou, look = drawn[order], gold[order], iou[order], look[order]
    ids = people.annotations["annotation_id"].cast(pa.string())
    columns = {
        "image_id": words(people.look_image[look], people.image_ids),
        "annotator": words(people.look_annotator[look], people.annotators),
    }
    for prefix, of in (("", drawn), ("gold_", gold)):
        rows, has = np.where(of < 0, 0, nodes[of] if len(nodes) else of), of >= 0
        columns[f"{prefix}annotation_id"] = ids.take(real(rows.astype(np.int64), valid=has)).combine_chunks()
        classes = people.class_index[rows] if len(people.class_index) else rows
        columns[f"{prefix}class_name"] = words(np.where(has, classes, 0), people.class_names, valid=has)
    return pa.table(columns | {"iou": real(np.nan_to_num(iou), valid=~np.isnan(iou))})


def _who(people: People, rows: Array) -> dict[str, pa.Array]:
    ids = people.annotations["annotation_id"].cast(pa.string()).take(real(rows.astype(np.int64)))
    return {
        "image_id": words(people.image[rows], people.image_ids),
        "annotation_id": ids.combine_chunks() if isinstance(ids, pa.ChunkedArray) else ids,
        "annotator": words(people.annotator[rows], people.annotators),
        "class_name": words(people.class_index[rows], people.class_names),
    }
