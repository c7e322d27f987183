"""Rows of a dataset version read piece by piece from its files."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from labelduck.errors import BadInputError, UsageError
from labelduck.exporters.base import ROWS_PER_PIECE, conform
from labelduck.exporters.json_text import one_array
from labelduck.schema import TABLES

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    import duckdb

    from labelduck.manifests import Manifest

BYTES_PER_PIECE = 1 << 26


class StoredRows:
    """`Rows` of `annotations` or of one model's `predictions`.

    Memory: one piece, and the ids of the images and of chosen annotations.

    Args:
        connection: Sorts rows that do not lie image by image; it may spill to the disk.
        lake: Folder of the lake.
        manifest: The version.
        table: annotations or predictions.
        images: Images that count, in order.
        chosen: Annotations that count; None for all.
        model: The model whose predictions count.
    """

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        lake: Path,
        manifest: Manifest,
        table: str,
        *,
        images: pa.Array | pa.ChunkedArray,
        chosen: pa.Array | None = None,
        model: str | None = None,
    ) -> None:
        self._connection, self._lake, self._manifest = connection, lake, manifest
        self._table, self._model, self._chosen = table, model, chosen
        self._images = one_array(images)
        self._files = [lake / file.path for file in manifest.current(table)]
        self._n_rows: int | None = None
        self._is_grouped = True

    @property
    def n_rows(self) -> int:
        """How many there are."""
        if self._n_rows is None:
            self._survey()
        return self._n_rows or 0

    def tables(self, columns: Sequence[str] | None = None, *, by_image: bool = False) -> Iterator[pa.Table]:
        """Yield the rows in pieces of bounded size."""
        wanted = list(columns or TABLES[self._table].names)
        if by_image and self.n_rows and not self._is_grouped:
            yield from self._sorted(wanted)
            return
        needed = list(dict.fromkeys((*wanted, *self._filtering())))
        for file in self._files:
            for piece in self._pieces(file, needed):
                kept = piece.filter(self._mask(piece)) if self._filtering() else piece
                if kept.num_rows:
                    yield kept.select(wanted)

    def image_ids(self) -> pa.Array:
        """Return the images that have rows, each once."""
        return self._distinct("image_id")

    def class_names(self) -> list[str]:
        """Return the classes that rows name, each once, in order of appearance."""
        return [name for name in self._distinct("class_name").to_pylist() if name is not None]

    def of_images(self, images: pa.ChunkedArray) -> StoredRows:
        """Return the rows of other images."""
        return StoredRows(
            self._connection, self._lake, self._manifest, self._table, images=images, chosen=self._chosen
        )

    def of_model(self, model: str) -> StoredRows:
        """Return the predictions of a model on the same images.

        Raises:
            UsageError: The version has no prediction of this model.
        """
        known = read_table(self._lake, self._manifest, "models")["model"].to_pylist()
        if model not in known:
            told = ", ".join(sorted({str(name) for name in known})) or "none"
            raise UsageError(f"{self._manifest.dataset} has no predictions of model {model!r}; known: {told}")
        return StoredRows(
            self._connection, self._lake, self._manifest, "predictions", images=self._images, model=model
        )

    def _filtering(self) -> list[str]:
        """Return the columns that tell which rows count."""
        more = {"annotation_id": self._chosen, "model": self._model}
        return ["image_id", *(name for name, wanted in more.items() if wanted is not None)]

    def _mask(self, piece: pa.Table) -> pa.ChunkedArray:
        mask = pc.is_in(piece["image_id"], value_set=self._images)
        if self._chosen is not None:
            mask = pc.and_(mask, pc.is_in(piece["annotation_id"], value_set=self._chosen))
        if self._model is not None:
            mask = pc.and_kleene(mask, pc.equal(piece["model"], self._model))
        return mask

    def _pieces(self, file: Path, columns: list[str]) -> Iterator[pa.Table]:
        try:
            with pq.ParquetFile(file) as opened:
                rows = _rows_at_once(opened, columns)
                for batch in opened.iter_batches(batch_size=rows, columns=columns):
                    yield conform_columns(pa.Table.from_batches([batch]), self._table)
        except FileNotFoundError as error:
            raise BadInputError(file, "", "is gone: this version cannot be read any more") from error

    def _survey(self) -> None:
        """Count the rows, and find out whether they lie image by image."""
        n_rows, last, is_grouped = 0, -1, True
        for piece in self.tables(["image_id"]):
            places = np.asarray(pc.index_in(piece["image_id"], value_set=self._images))
            is_grouped = is_grouped and bool(places[0] >= last and (np.diff(places) >= 0).all())
            last, n_rows = int(places[-1]), n_rows + piece.num_rows
        self._n_rows, self._is_grouped = n_rows, is_grouped

    def _sorted(self, columns: list[str]) -> Iterator[pa.Table]:
        connection = self._connection.cursor()
        places = pa.array(np.arange(len(self._images)))
        connection.register("wanted_images", pa.table({"image_id": self._images, "place": places}))
        condition = "true"
        if self._chosen is not None:
            connection.register("wanted_annotations", pa.table({"annotation_id": self._chosen}))
            condition += " and r.annotation_id in (select annotation_id from wanted_annotations)"
        files = [str(file) for file in self._files]
        parameters: list[object] = [files]
        if self._model is not None:
            condition += " and r.model = ?"
            parameters.append(self._model)
        said = ", ".join(f'r."{name}"' for name in columns)
        query = (
            f"select {said} from read_parquet(?, file_row_number = true, filename = true) as r"  # noqa: S608 - columns of the schema
            f" join wanted_images as i on r.image_id = i.image_id where {condition}"
            " order by i.place, list_position(?, r.filename), r.file_row_number"
        )
        for batch in connection.sql(query, params=[*parameters, files]).to_arrow_reader(ROWS_PER_PIECE):
            if batch.num_rows:
                yield conform_columns(pa.Table.from_batches([batch]), self._table)

    def _distinct(self, column: str) -> pa.Array:
        found = [pc.unique(piece[column]) for piece in self.tables([column])]
        return pc.unique(pa.concat_arrays(found)) if found else pa.array([], pa.string())


def read_table(lake: Path, manifest: Manifest, table: str) -> pa.Table:
    """Return all rows of a table of a version, with all columns, in the order they were stored in."""
    files = [lake / file.path for file in manifest.current(table)]
    try:
        parts = [conform(pq.read_table(file, partitioning=None), table) for file in files]
    except FileNotFoundError as error:
        raise BadInputError(
            error.filename or lake, "", "is gone: this version cannot be read any more"
        ) from error
    return pa.concat_tables(parts).combine_chunks() if parts else conform(pa.table({}), table)


def conform_columns(table: pa.Table, kind: str) -> pa.Table:
    """Return rows with the types of a table's schema."""
    columns = [table[name].cast(TABLES[kind].field(name).type) for name in table.column_names]
    return pa.table(columns, names=table.column_names)


def _rows_at_once(file: pq.ParquetFile, columns: list[str]) -> int:
    """Return how many rows of some columns fit a piece."""
    metadata, n_bytes = file.metadata, 0
    for group in range(metadata.num_row_groups):
        row_group = metadata.row_group(group)
        parts = (row_group.column(index) for index in range(metadata.num_columns))
        n_bytes += sum(
            part.total_uncompressed_size for part in parts if part.path_in_schema.partition(".")[0] in columns
        )
    per_row = max(1, n_bytes // max(1, int(metadata.num_rows)))
    return max(256, min(ROWS_PER_PIECE, BYTES_PER_PIECE // per_row))
