"""Who drew and who looked: tables of the lake as numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from labelduck.matching.columns import flags, positions, unknown

if TYPE_CHECKING:
    from labelduck.kernel.arrays import Array

_UNFINISHED = ["skipped", "in_progress"]


@dataclass(frozen=True, kw_only=True)
class People:
    """Annotations as numbers, and who looked at which image.

    Attributes:
        annotations: The table.
        image_ids, class_names, annotators: Texts that the numbers stand for.
        image, class_index, annotator: By annotation, [n].
        is_gold, counts: By annotation: whether it is gold; whether it is no crowd and not to be ignored.
        drawn: Rows of annotators' annotations that count.
        look_image, look_annotator: Who looked at what, by look, sorted by image.
        is_shared, has_gold: By image: whether at least two annotators looked; whether gold does, if it found nothing there.
    """

    annotations: pa.Table
    image_ids: pa.Array
    class_names: pa.Array
    annotators: pa.Array
    image: Array
    class_index: Array
    annotator: Array
    is_gold: Array
    counts: Array
    drawn: Array
    look_image: Array
    look_annotator: Array
    is_shared: Array
    has_gold: Array

    def judged(self) -> tuple[Array, Array, Array, Array]:
        """Return annotators' rows on images with gold and the look of each, and gold rows, once for each look."""
        gold = np.flatnonzero(self.is_gold & self.counts)
        drawn = self.drawn[self.has_gold[self.image[self.drawn]]]
        return drawn, self._look_of(drawn), *self._seen(gold)

    def excusing(self) -> tuple[Array, Array]:
        """Return gold crowds and gold regions to be ignored, once for each look at their image, and the look."""
        return self._seen(np.flatnonzero(self.is_gold & ~self.counts))

    def _look_of(self, rows: Array) -> Array:
        n = max(len(self.annotators), 1)
        return np.searchsorted(
            self.look_image * n + self.look_annotator, self.image[rows] * n + self.annotator[rows]
        )

    def _seen(self, rows: Array) -> tuple[Array, Array]:
        begin = np.searchsorted(self.look_image, self.image[rows], side="left")
        n_looks = np.searchsorted(self.look_image, self.image[rows], side="right") - begin
        repeated = np.repeat(np.arange(len(rows)), n_looks)
        within = np.arange(len(repeated)) - np.repeat(np.cumsum(n_looks) - n_looks, n_looks)
        return rows[repeated], begin[repeated] + within


def read(annotations: pa.Table, assignments: pa.Table, jobs: pa.Table) -> People:
    """Return the people of a dataset; see `group` for the arguments."""
    work = assignments.filter(is_work(assignments, jobs))
    names = {}
    for column, tables in {
        "image_id": (annotations, assignments),
        "annotator": (annotations, work),
        "class_name": (annotations,),
    }.items():
        names[column] = pa.array([], pa.string())
        for table in tables:
            names[column] = pa.concat_arrays([names[column], unknown(table[column], names[column])])
    image, annotator, class_index = (
        positions(annotations[column], names[column]).astype(np.int64)
        for column in ("image_id", "annotator", "class_name")
    )
    is_gold = flags(annotations, "is_gold")
    counts = ~(flags(annotations, "is_crowd") | flags(annotations, "is_ignored"))
    counts &= class_index < len(names["class_name"])
    by_annotator = np.flatnonzero(~is_gold & (annotator < len(names["annotator"])))
    n_people = max(len(names["annotator"]), 1)
    assigned = [
        positions(work[column], names[column]).astype(np.int64) for column in ("image_id", "annotator")
    ]
    looks = np.unique(
        np.concatenate(
            [image[by_annotator] * n_people + annotator[by_annotator], assigned[0] * n_people + assigned[1]]
        )
    )
    look_image = looks // n_people
    has_gold = np.zeros(len(names["image_id"]) + 1, bool)
    has_gold[image[is_gold]] = True
    has_gold[positions(assignments.filter(is_of_gold(assignments, jobs))["image_id"], names["image_id"])] = (
        True
    )
    return People(
        annotations=annotations,
        image_ids=names["image_id"],
        class_names=names["class_name"],
        annotators=names["annotator"],
        image=image,
        class_index=class_index,
        annotator=annotator,
        is_gold=is_gold,
        counts=counts,
        drawn=by_annotator[counts[by_annotator]],
        look_image=look_image,
        look_annotator=looks % n_people,
        is_shared=np.bincount(look_image, minlength=len(names["image_id"])) > 1,
        has_gold=has_gold[:-1],
    )


def is_work(assignments: pa.Table, jobs: pa.Table) -> pa.ChunkedArray:
    """Tell which assignments say that an annotator looked and was done, outside jobs of gold."""
    return pc.and_(_is_done(assignments), pc.invert(_names_gold_job(assignments, jobs)))


def is_of_gold(assignments: pa.Table, jobs: pa.Table) -> pa.ChunkedArray:
    """Tell which assignments say that an expert looked and was done, in a job of gold."""
    return pc.and_(_is_done(assignments), _names_gold_job(assignments, jobs))


def _is_done(assignments: pa.Table) -> pa.ChunkedArray:
    is_open = pc.is_in(assignments["status"].cast(pa.string()), value_set=pa.array(_UNFINISHED))
    is_named = pc.and_(pc.is_valid(assignments["annotator"]), pc.is_valid(assignments["image_id"]))
    return pc.and_not(is_named, is_open)


def _names_gold_job(assignments: pa.Table, jobs: pa.Table) -> pa.ChunkedArray:
    gold = jobs.filter(pc.fill_null(pc.equal(jobs["type"].cast(pa.string()), "gold"), False))["job"]
    return pc.is_in(
        assignments["job"].cast(pa.string()), value_set=gold.cast(pa.string()).combine_chunks().drop_null()
    )
