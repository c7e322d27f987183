"""A sidecar applied to the batches of an import."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from labelduck.importers.base import Problems
from labelduck.importers.repeats import Repeats
from labelduck.importers.tabular import read_with_skipped
from labelduck.provenance.columns import FACTS, IMAGE_FACTS, understand
from labelduck.provenance.filling import add_extra, fill, plain
from labelduck.provenance.levels import Levels
from labelduck.provenance.lookup import Images, encode, first_said
from labelduck.provenance.paths import PathPattern

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from labelduck.importers.base import Batch
    from labelduck.importers.tabular import Skipped
    from labelduck.provenance.books import Rows

CONFLICT = "the sidecar replaced what the file says"
DOUBLE = "rows about one thing differ"
KEYLESS = "the row does not say what it is about; fill annotation_id, image_id, file_name, file_pattern, job or batch"
SHARED = "the file name fits several images, which all got what it says"
UNFIT = "the row fits nothing in the data"


@dataclass(frozen=True)
class Coverage:
    """How much of the data is known.

    Attributes:
        n_annotations: Annotations seen.
        n_matched: Of these, those that a row of the sidecar is about.
        n_covered: Of these, those with a value, by column.
    """

    n_annotations: int
    n_matched: int
    n_covered: Mapping[str, int] = field(default_factory=dict)

    def shares(self) -> dict[str, float]:
        """Return the share of annotations with a value, by column; without annotations nothing is known."""
        return (
            {name: n / self.n_annotations for name, n in self.n_covered.items()} if self.n_annotations else {}
        )


class Sidecar:
    """Fills provenance into batch after batch.

    Memory: the sidecar's rows, and names of the images seen when rows name files.

    Args:
        rows: The sidecar as its file has it; None for a path pattern alone.
        name: The file, as problems name it.
        pattern: Regular expression with named groups that reads columns from paths, see `paths.PathPattern`.
        skipped: Number and text of lines of the file that had to be left out.
    """

    def __init__(
        self,
        rows: pa.Table | None,
        *,
        name: str = "sidecar",
        pattern: str | None = None,
        skipped: Skipped | None = None,
    ) -> None:
        self._name = name
        self._problems = Problems()
        self._repeats = Repeats(self._problems)
        self._paths = PathPattern(pattern) if pattern is not None else None
        known, unread = understand(pa.table({}) if rows is None else rows)
        self._levels = Levels(known)
        self._images = Images(self._levels, learns_files=self._levels.has_files or pattern is not None)
        self._n_annotations = self._n_matched = 0
        self._columns = [
            c for c in FACTS if c in known.column_names or (self._paths and c in self._paths.columns)
        ]
        self._n_covered: Counter[str] = Counter(dict.fromkeys(self._columns, 0))
        for number, text in skipped or ():
            self._repeats.add("the row cannot be read", name, f"row {number}", text)
        for value in unread:
            self._repeats.add(
                f"{value.column} was not understood",
                name,
                f"row {value.row + 1}",
                value.problem,
                severity="warning",
            )
        self._tell_rows()

    @classmethod
    def open(cls, path: Path | None, *, pattern: str | None = None) -> Sidecar:
        """Return the sidecar of a file, see `files.read`; without a path that of a path pattern alone.

        Raises:
            BadInputError: The file cannot be used.
            UsageError: The pattern cannot mean anything.
        """
        if path is None:
            return cls(None, pattern=pattern)
        rows, skipped = read_with_skipped(path)
        return cls(rows, name=str(path), pattern=pattern, skipped=skipped)

    def applied(self, batches: Iterable[Batch]) -> Iterator[Batch]:
        """Yield the batches with provenance filled in, then one with the problems of the sidecar."""
        for batch in batches:
            yield self.apply(batch)
        problems, _ = self.finish()
        if problems.num_rows:
            yield {"import_problems": problems}

    def apply(self, batch: Batch) -> Batch:
        """Return a batch with provenance filled in; images must come before or with their annotations."""
        filled = dict(batch)
        if "images" in batch and batch["images"].num_rows:
            filled["images"] = self._apply_to_images(batch["images"])
            assignments = [
                self._assignments(filled["images"]),
                *([batch["assignments"]] if "assignments" in batch else []),
            ]
            if assignments[0].num_rows:
                filled["assignments"] = pa.concat_tables(assignments, promote_options="permissive")
        if "annotations" in batch and batch["annotations"].num_rows:
            filled["annotations"] = self._apply_to_annotations(batch["annotations"])
        return filled

    def coverage(self) -> dict[str, float]:
        """Return the share of the annotations seen so far with a value, by column."""
        return Coverage(self._n_annotations, self._n_matched, self._n_covered).shares()

    def finish(self) -> tuple[pa.Table, Coverage]:
        """Return the problems that no batch has taken, rows that fitted nothing among them, and the coverage."""
        for about, rows in self._levels.unused():
            kind = f"{UNFIT}: no such {about}"
            self._repeats.add_many(
                kind, self._name, len(rows), partial(self._told_row, kind, rows), severity="warning"
            )
        for key, first, second in self._images.shared():
            problem = f"{SHARED}: {first} and {second}, to begin with; give the folders too"
            self._repeats.add(SHARED, self._name, key, problem, severity="warning")
        self._repeats.finish(self._name)
        return self._problems.take(), Coverage(self._n_annotations, self._n_matched, dict(self._n_covered))

    def _apply_to_images(self, table: pa.Table) -> pa.Table:
        self._images.learn(table)
        codes, image_ids = encode(table["image_id"])
        levels = [rows[codes] for rows in self._images.rows(image_ids)]
        in_path = self._in_path(table, image_ids, codes)
        for name in IMAGE_FACTS:
            if name == "split":
                levels = self._with_level(table, "batch", levels, in_path)
            said = self._said(name, levels)
            table, replaced, before = fill(table, name, kind="images", said=said, in_path=in_path.get(name))
            self._tell_replaced(name, replaced, before=before, said=said, things=table["image_id"])
        return table

    def _apply_to_annotations(self, table: pa.Table) -> pa.Table:
        codes, image_ids = encode(table["image_id"])
        ids = plain(table["annotation_id"])
        levels = [self._levels.annotations.find(ids.to_pylist())] if self._levels.annotations.keys else []
        if self._levels.has_objects:
            positions = self._images.positions(ids.to_pylist(), image_ids, codes)
            levels += self._images.object_rows(image_ids, codes, positions)
        levels += [rows[codes] for rows in self._images.rows(image_ids)]
        in_path = self._in_path(table, image_ids, codes)
        # What is known of a job or a batch speaks last: the rows before may have said which one it is.
        for name in ("job", "batch"):
            levels = self._with_level(table, name, levels, in_path)
        for name in FACTS:
            said = self._said(name, levels)
            table, replaced, before = fill(
                table, name, kind="annotations", said=said, in_path=in_path.get(name)
            )
            self._tell_replaced(name, replaced, before=before, said=said, things=ids)
        self._count(table, levels)
        return add_extra(table, self._said("extra", levels))

    def _said(self, name: str, levels: list[Rows]) -> pa.Array | None:
        return first_said(self._levels.facts[name], levels) if name in self._levels.facts else None

    def _with_level(
        self, table: pa.Table, name: str, levels: list[Rows], in_path: Mapping[str, pa.Array]
    ) -> list[Rows]:
        """Return the levels and that of the rows about a job or a batch."""
        book = self._levels.jobs if name == "job" else self._levels.batches
        if not book.keys:
            return levels
        known = [
            self._said(name, levels),
            plain(table[name]) if name in table.column_names else None,
            in_path.get(name),
        ]
        columns = [column.cast(pa.string()) for column in known if column is not None]
        return [*levels, book.find(pc.coalesce(*columns).to_pylist())] if columns else levels

    def _in_path(self, table: pa.Table, image_ids: list[str], codes: Rows) -> dict[str, pa.Array]:
        if self._paths is None:
            return {}
        names = [plain(table[name]) for name in ("source_file", "file_name") if name in table.column_names]
        if "file_name" not in table.column_names:
            names.append(pa.array(self._images.file_names(image_ids), pa.string()).take(pa.array(codes)))
        return self._paths.read(names)

    def _assignments(self, images: pa.Table) -> pa.Table:
        """Return who was given which image, also where nothing was drawn."""
        codes, image_ids = encode(images["image_id"])
        levels = [rows[codes] for rows in self._images.rows(image_ids)]
        columns = {name: self._said(name, levels) for name in ("annotator", "batch", "job")}
        if columns["annotator"] is None:
            return pa.table({})
        columns = {name: column for name, column in columns.items() if column is not None}
        rows = pa.table({"image_id": plain(images["image_id"]), **columns})
        return rows.filter(pc.is_valid(rows["annotator"]))

    def _count(self, table: pa.Table, levels: list[Rows]) -> None:
        self._n_annotations += table.num_rows
        if levels:
            self._n_matched += int(np.logical_or.reduce([rows >= 0 for rows in levels]).sum())
        for name in self._columns:
            if name in table.column_names:
                self._n_covered[name] += table.num_rows - table[name].null_count

    def _tell_rows(self) -> None:
        """Note rows that are about nothing, and rows about one thing that differ."""
        rows = self._levels.keyless
        self._repeats.add_many(KEYLESS, self._name, len(rows), partial(self._told_row, KEYLESS, rows))
        for name, rows, counting in self._levels.conflicts:
            kind = f"{DOUBLE}: {name}"
            tell = partial(self._told_double, name, rows, counting)
            self._repeats.add_many(kind, self._name, len(rows), tell, severity="warning")

    def _told_row(self, problem: str, rows: Rows, i: int) -> tuple[str, str, object]:
        return f"row {rows[i] + 1}", problem, self._levels.describe(int(rows[i]))

    def _told_double(self, name: str, rows: Rows, counting: Rows, i: int) -> tuple[str, str, object]:
        record = self._levels.describe(int(rows[i]))
        counts = self._levels.describe(int(counting[i]))[name]
        problem = f"{name} is {counts} in row {counting[i] + 1} about the same thing, which counts"
        return f"row {rows[i] + 1}", problem, record

    def _tell_replaced(
        self, name: str, rows: Rows, *, before: pa.Array | None, said: pa.Array | None, things: pa.Array
    ) -> None:
        def tell(i: int) -> tuple[str, str, object]:
            was, now, thing = (
                column[int(rows[i])].as_py() for column in (before, said, things) if column is not None
            )
            return (
                str(thing),
                f"{name} was {was}; the sidecar says {now}, which counts",
                {name: was, "sidecar": now},
            )

        self._repeats.add_many(f"{CONFLICT}: {name}", self._name, len(rows), tell, severity="repaired")


def apply(
    annotations: pa.Table, images: pa.Table, sidecar: pa.Table | None, *, pattern: str | None = None
) -> tuple[pa.Table, pa.Table, Coverage, pa.Table]:
    """Return annotations and images with provenance, how much of it is known, and what was wrong.

    Args:
        annotations: Rows with annotation_id and image_id.
        images: Rows with image_id and file_name.
        sidecar: Rows of a sidecar as its file has them, see `files.read`.
        pattern: Regular expression with named groups that reads columns from paths.
    """
    filler = Sidecar(sidecar, pattern=pattern)
    filled = filler.apply({"images": images, "annotations": annotations})
    problems, coverage = filler.finish()
    return filled["annotations"], filled["images"], coverage, problems
