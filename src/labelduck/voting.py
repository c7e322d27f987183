"""What the annotators of a lake's images mean together, as tables."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from labelduck import catalog, consensus
from labelduck.catalog.tables import literal

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    import duckdb

    from labelduck.consensus.votes import Integers, Numbers

TABLES = ("consensus_labels", "annotator_confusion", "annotator_qualities")
"""Tables that `vote` fills."""

READ = ("classes", "image_labels", "predicted_labels")
"""Tables that it reads."""

MAX_CELLS = 100_000_000
"""Images x classes, or annotators x classes x classes, from which on Dawid-Skene is left out: it would not fit in memory."""

LEAST_EXPECTED = 0.01
_ROWS_AT_ONCE = 10_000
_VIEWS = ("class_positions", "label_votes")

_ANSWERS = """
    create or replace temp table given as
    select class_name, position, row_number() over (order by position nulls last, class_name) - 1 as number
    from (
        select class_name from label_votes
        where getvariable('model') is null and not is_gold and field = getvariable('field')
        union
        select class_name from class_positions where position in (
            select position from (
                select unnest(class_scores) as score, generate_subscripts(class_scores, 1) as position
                from predicted_labels where model = getvariable('model')
            ) group by position having max(score) > 0
        )
    ) left join class_positions using (class_name);
    create or replace temp table asked as
    select image_id, annotator, number as given
    from label_votes inner join given using (class_name)
    where not is_gold and field = getvariable('field') and (
        getvariable('model') is null or image_id in (
            select image_id from predicted_labels where model = getvariable('model') and class_scores is not null
        )
    );
    create or replace temp table items as
    select image_id, row_number() over (order by image_id) - 1 as item from asked group by image_id;
    create or replace temp table people as
    select annotator, row_number() over (order by annotator nulls first) - 1 as number from asked group by annotator
"""
"""Of a question, the answers; with a model those on images that it knows, of classes that it knows."""

_IMAGES = """
    select image_id from predicted_labels left join items using (image_id)
    where model = getvariable('model') and class_scores is not null
        and (item is not null) = getvariable('has_votes')
    order by image_id
"""
_SCORES = """
    select list_resize(class_scores, getvariable('width'), 0e0)
    from predicted_labels left join items using (image_id)
    where model = getvariable('model') and class_scores is not null
        and (item is not null) = getvariable('has_votes')
    order by image_id
"""


def vote(*, lake: Path, files: Mapping[str, Sequence[str]], spill: Path) -> Iterator[tuple[str, pa.Table]]:
    """Yield pieces of the tables of TABLES, for one dataset.

    Args:
        lake: Folder of the lake.
        files: Parquet files of the tables of READ, relative to the lake.
        spill: Folder for models' probabilities while they are worked on.
    """
    with _connected(lake, files) as connection:
        fields = connection.execute(
            "select distinct field from label_votes where not is_gold order by field"
        ).fetchall()
        models = connection.execute(
            "select distinct model from predicted_labels where class_scores is not null order by model"
        ).fetchall()
        for (field,) in fields:
            yield from _by_votes(_read(connection, field))
            for (model,) in models:
                yield from _by_model(connection, field, model, spill)


@dataclass(frozen=True, kw_only=True)
class _Asked:
    """One question, its answers and what stands behind their numbers; `classes` has those of the taxonomy first."""

    field: str
    images: pa.ChunkedArray
    annotators: list[str | None]
    classes: list[str]
    positions: list[int | None]
    votes: consensus.Votes
    method: str = "majority"
    model: str | None = None

    def labels(
        self,
        images: pa.ChunkedArray,
        best: Integers,
        probability: Numbers,
        *,
        has_votes: bool = True,
        **more: Numbers,
    ) -> tuple[str, pa.Table]:
        """Return rows of `consensus_labels`."""
        n, votes = len(images), self.votes
        n_votes = votes.n_of_item if has_votes else np.zeros(n, np.int64)
        columns = {"image_id": images, "class_name": pa.array(self.classes, pa.string()).take(pa.array(best))}
        columns |= {"probability": pa.array(probability), "n_votes": pa.array(n_votes)}
        if has_votes:
            n_for = np.bincount(votes.item, weights=votes.given == best[votes.item], minlength=n)
            columns["agreement"] = pa.array(n_for / n_votes)
        return "consensus_labels", self._rows(
            columns | {name: pa.array(values) for name, values in more.items()}, n
        )

    def people(self, quality: Numbers, best: Integers, weight: Numbers | None = None) -> tuple[str, pa.Table]:
        """Return rows of `annotator_qualities`."""
        votes = self.votes
        columns = {
            "annotator": pa.array(self.annotators, pa.string()),
            "n_votes": pa.array(np.bincount(votes.annotator, minlength=votes.n_annotators)),
            "quality": pa.array(quality, from_pandas=True),  # NaN is null
            "agreement": pa.array(votes.mean_by_annotator(votes.given == best[votes.item]), from_pandas=True),
        }
        if weight is not None:
            columns["weight"] = pa.array(weight)
        return "annotator_qualities", self._rows(columns, votes.n_annotators)

    def confusion(self, found: consensus.DawidSkene) -> tuple[str, pa.Table]:
        """Return rows of `annotator_confusion`."""
        annotator, true, given = np.nonzero(found.n_expected >= LEAST_EXPECTED)
        names = pa.array(self.classes, pa.string())
        columns = {
            "field": pa.array([self.field], pa.string()).take(pa.array(np.zeros(len(true), np.int64))),
            "annotator": pa.array(self.annotators, pa.string()).take(pa.array(annotator)),
            "true_class": names.take(pa.array(true)),
            "given_class": names.take(pa.array(given)),
            "probability": pa.array(found.confusion[annotator, true, given]),
            "n_expected": pa.array(found.n_expected[annotator, true, given]),
        }
        return "annotator_confusion", pa.table(columns)

    def _rows(self, columns: dict[str, pa.Array], n: int) -> pa.Table:
        same = {"field": self.field, "method": self.method, "model": self.model}
        return pa.table(
            {name: pa.repeat(pa.scalar(value, pa.string()), n) for name, value in same.items()} | columns
        )


def _by_votes(asked: _Asked) -> Iterator[tuple[str, pa.Table]]:
    votes = asked.votes
    best = consensus.majority_vote(votes)
    is_right = votes.given == best[votes.item]
    agreement = np.bincount(votes.item, weights=is_right, minlength=votes.n_items) / votes.n_of_item
    yield asked.labels(asked.images, best, agreement)
    yield asked.people(votes.mean_by_annotator(is_right, votes.n_of_item[votes.item] > 1), best)
    n_true = sum(position is not None for position in asked.positions)
    n_cells = max(votes.n_items, votes.n_annotators * votes.n_classes) * votes.n_classes
    if votes.n_of_item.max() > 1 and n_true and n_cells <= MAX_CELLS:
        found = consensus.dawid_skene(votes, n_true=n_true)
        asked = _Asked(**{**vars(asked), "method": "dawid_skene"})
        yield asked.labels(asked.images, found.best, found.probability[np.arange(votes.n_items), found.best])
        yield asked.people(found.accuracy, found.best)
        yield asked.confusion(found)


def _by_model(
    connection: duckdb.DuckDBPyConnection, field: str, model: str, spill: Path
) -> Iterator[tuple[str, pa.Table]]:
    asked = _read(connection, field, model)
    if asked.votes.n_items == 0 or len(asked.classes) < 2:
        return
    votes, columns = asked.votes, [position - 1 for position in asked.positions if position is not None]
    images, labelled = _probabilities(connection, columns, spill / "labelled", has_votes=True)
    others, unlabelled = _probabilities(connection, columns, spill / "unlabelled", has_votes=False)
    score, score_of_others = consensus.activelab(votes, labelled, unlabelled)
    if votes.n_of_item.max() > 1:
        found = consensus.crowdlab(votes, labelled)
        best, quality = found.best, found.quality
        yield asked.people(found.annotator_quality, found.best, found.annotator_weight)
    else:
        best, quality = votes.given, np.asarray(labelled[np.arange(votes.n_items), votes.given])
    yield asked.labels(images, best, quality, relabel_score=score)
    if len(others):
        likeliest, surest = np.asarray(unlabelled.argmax(axis=1)), np.asarray(unlabelled.max(axis=1))
        yield asked.labels(others, likeliest, surest, has_votes=False, relabel_score=score_of_others)


def _read(connection: duckdb.DuckDBPyConnection, field: str, model: str | None = None) -> _Asked:
    connection.execute(
        f"set variable field = {literal(field)}; set variable model = {'null' if model is None else literal(model)}"
    )
    connection.execute(_ANSWERS)
    votes = connection.execute("""
        select item, number as annotator, given
        from asked inner join items using (image_id)
        inner join people on asked.annotator is not distinct from people.annotator
        order by item, number
    """).fetchnumpy()
    people = connection.execute("select annotator from people order by number").fetchall()
    known = connection.execute("select class_name, position from given order by number").fetchall()
    images = connection.sql("select image_id from items order by item").to_arrow_table()["image_id"]
    return _Asked(
        field=field,
        images=images,
        annotators=[annotator for (annotator,) in people],
        classes=[class_name for class_name, _ in known],
        positions=[position for _, position in known],
        votes=consensus.Votes(
            item=np.asarray(votes["item"], np.int64),
            annotator=np.asarray(votes["annotator"], np.int64),
            given=np.asarray(votes["given"], np.int64),
            n_items=len(images),
            n_annotators=len(people),
            n_classes=len(known),
        ),
        method="majority" if model is None else "crowdlab",
        model=model,
    )


def _probabilities(
    connection: duckdb.DuckDBPyConnection, columns: list[int], path: Path, *, has_votes: bool
) -> tuple[pa.ChunkedArray, Numbers]:
    """Return the images with votes or without that the model knows, and [images, columns] its probabilities on the disk."""
    width = max(columns) + 1
    connection.execute(f"set variable has_votes = {has_votes}; set variable width = {width}")
    images = connection.sql(_IMAGES).to_arrow_table()["image_id"]
    shape = len(images), len(columns)
    if not len(images):
        return images, np.zeros(shape)
    written: Numbers = np.memmap(path, np.float64, "w+", shape=shape)
    rows = connection.sql(_SCORES)
    start = 0
    for batch in rows.to_arrow_reader(_ROWS_AT_ONCE):
        scores = batch.column(0).flatten().to_numpy(zero_copy_only=False).reshape(-1, width)
        written[start : start + len(scores)] = scores[:, columns]
        start += len(scores)
    return images, written


@contextmanager
def _connected(lake: Path, files: Mapping[str, Sequence[str]]) -> Iterator[duckdb.DuckDBPyConnection]:
    import duckdb

    views = {view.name: view for view in catalog.views()}
    with duckdb.connect() as connection:
        connection.execute("set enable_progress_bar = false")  # it would go to stdout, which is for data
        for table in READ:
            paths = files.get(table) or [f"tables/{table}/{catalog.EMPTY_NAME}"]
            listed = ", ".join(literal(str(lake / path)) for path in paths)
            connection.execute(f"create view {table} as from read_parquet([{listed}])")
        for name in _VIEWS:
            connection.execute(f"create temp table {name} as {views[name].sql}")
        yield connection
