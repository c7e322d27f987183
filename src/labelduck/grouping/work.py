"""Pieces of work that gold judges: what a job, or an annotator without one, left on an image."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from labelduck.grouping.people import is_of_gold, is_work
from labelduck.matching.columns import positions, unknown, words

if TYPE_CHECKING:
    from labelduck.grouping.people import People
    from labelduck.kernel.arrays import Array


@dataclass(frozen=True, kw_only=True)
class Work:
    """Work on images with gold.

    Attributes:
        people: Annotations as numbers.
        jobs: Names that job numbers stand for.
        image, worker: By piece of work, sorted: its image; its job, else the number of jobs and its annotator's; at the very
            end nobody's.
        drawn, drawn_work: Rows of annotations that count, and the work that each belongs to.
        gold, gold_work: Rows of gold that counts, once for each piece of work on its image, and that work.
    """

    people: People
    jobs: pa.Array
    image: Array
    worker: Array
    drawn: Array
    drawn_work: Array
    gold: Array
    gold_work: Array

    def columns(self, work: Array) -> dict[str, pa.Array]:
        """Return image, job and annotator of some pieces of work; the annotator only where there is no job."""
        worker, n_jobs = self.worker[work], len(self.jobs)
        annotator = worker - n_jobs
        is_person = (annotator >= 0) & (annotator < len(self.people.annotators))
        return {
            "image_id": words(self.image[work], self.people.image_ids),
            "job": words(np.where(worker < n_jobs, worker, 0), self.jobs, valid=worker < n_jobs),
            "annotator": words(np.where(is_person, annotator, 0), self.people.annotators, valid=is_person),
        }


def on_gold(people: People, assignments: pa.Table, jobs: pa.Table) -> Work:
    """Return the work on images that have gold, or that the experts of a gold job left empty."""
    done = assignments.filter(is_work(assignments, jobs))
    names = unknown(people.annotations["job"], pa.array([], pa.string()))
    names = pa.concat_arrays([names, unknown(done["job"], names)])
    has_gold = np.zeros(len(people.image_ids) + 1, bool)
    has_gold[people.image[people.is_gold & people.counts]] = True
    has_gold[_images(people, assignments.filter(is_of_gold(assignments, jobs)))] = True
    has_gold[-1] = False
    drawn = np.flatnonzero(~people.is_gold & people.counts & has_gold[people.image])
    n_workers = len(names) + len(people.annotators) + 1
    of_drawn = people.image[drawn] * n_workers + _workers(people, people.annotations, names)[drawn]
    seen = _images(people, done)
    of_done = (seen * n_workers + _workers(people, done, names))[has_gold[seen]]
    # Where a list of assignments names no jobs and the annotations do, their jobs tell who looked.
    with_job = drawn[of_drawn % n_workers < len(names)]
    known = people.image[with_job] * n_workers + len(names) + people.annotator[with_job]
    work = np.unique(np.concatenate([of_drawn, of_done[~np.isin(of_done, known)]]))
    gold = np.flatnonzero(people.is_gold & people.counts)
    begin, end = (np.searchsorted(work // n_workers, people.image[gold], side) for side in ("left", "right"))
    repeated = np.repeat(np.arange(len(gold)), end - begin)
    first = np.cumsum(end - begin) - (end - begin)
    return Work(
        people=people,
        jobs=names,
        image=work // n_workers,
        worker=work % n_workers,
        drawn=drawn,
        drawn_work=np.searchsorted(work, of_drawn),
        gold=gold[repeated],
        gold_work=begin[repeated] + np.arange(len(repeated)) - first[repeated],
    )


def _images(people: People, assignments: pa.Table) -> Array:
    named = assignments.filter(pc.is_valid(assignments["image_id"]))
    return positions(named["image_id"], people.image_ids).astype(np.int64)


def _workers(people: People, rows: pa.Table, jobs: pa.Array) -> Array:
    job = positions(rows["job"], jobs).astype(np.int64)
    annotator = positions(rows["annotator"], people.annotators).astype(np.int64)
    return np.where(job < len(jobs), job, len(jobs) + annotator)
