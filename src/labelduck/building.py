"""`labelduck build`: from annotations and predictions to the derived tables, only where something changed."""

from __future__ import annotations

import tempfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from labelduck import (
    changes,
    derived,
    grouping,
    manifests,
    matching,
    schema,
    scores,
    settings,
    storage,
    voting,
)
from labelduck.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from labelduck.folder import LakeFolder
    from labelduck.manifests import Manifest

_SHAPES = {"box": [], "mask": ["polygons", "mask"], "keypoints": ["keypoints"]}


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """One model against the annotations of one dataset.

    Attributes:
        dataset: Dataset.
        model: Model.
        is_new: False when nothing had changed since it was built.
        n_rows: Rows written, by derived table; empty when it was not new.
        n_images: Images compared.
        n_images_predicted: Of these, with predictions.
    """

    dataset: str
    model: str
    is_new: bool
    n_rows: Mapping[str, int]
    n_images: int = 0
    n_images_predicted: int = 0

    @property
    def hint(self) -> str:
        """What to think of when most images have no prediction; empty when all is well."""
        if not self.is_new or 2 * self.n_images_predicted >= self.n_images:
            return ""
        return (
            f"{self.model} has predictions on {self.n_images_predicted:,} of {self.n_images:,} images; the others count as "
            "missed. If it was run on one split only, import its predictions with --split NAME"
        )


def build(folder: LakeFolder, *, only_matches: bool = False) -> list[Comparison]:
    """Make the derived tables of every dataset's newest version and show them in the catalogue.

    Args:
        folder: The lake's.
        only_matches: Leave out `suspicions` and what compares annotators: metrics do not need them.

    Raises:
        LakeLockedError: Another process is writing.
    """
    with folder.writing():
        options = settings.load(folder.path)
        heads = manifests.heads(folder.path)
        wanted = [(manifest, model) for manifest in heads for model in derived.models(manifest)]
        made = [_compare(folder, manifest, model, options) for manifest, model in wanted]
        kept = {derived.key(manifest, model, options) for manifest, model in wanted}
        for manifest in heads:
            kept |= {derived.grouped_key(manifest), *derived.stored_keys(manifest, options).values()}
            if not only_matches:
                _group(folder, manifest)
                _store(folder, manifest, options)
                _vote(folder, manifest)
                kept |= _tell_changes(folder, manifest)
        derived.prune(folder.path, kept)
    return made


def is_due(folder: LakeFolder) -> bool:
    """Tell whether answers lack what `build` would make: of labels that changed, or for a labelduck that asks otherwise."""
    options = settings.load(folder.path)
    return any(derived.is_due(folder.path, manifest, options) for manifest in manifests.heads(folder.path))


def catch_up(folder: LakeFolder) -> None:
    """Build when that is due, before something is said that people act on.

    Raises:
        LabelduckEnvironmentError: Another process is writing, or the lake cannot be written.
    """
    if is_due(folder):
        build(folder)


def average_precision(folder: LakeFolder, dataset: str, model: str) -> pa.Table:
    """Return a built model's rows of `average_precision`, without the curves."""
    manifest = manifests.head(folder.path, dataset)
    if manifest is None:
        raise UsageError(f"{folder.path}: no dataset {dataset!r}")
    stem = derived.key(manifest, model, settings.load(folder.path))
    path = derived.paths(folder.path, stem)["average_precision"].relative_to(folder.path).as_posix()
    file = storage.StoredFile("average_precision", path, sha256="", n_rows=0, n_bytes=0)
    return _read(folder, [file], "average_precision")


def _compare(folder: LakeFolder, manifest: Manifest, model: str, options: settings.Settings) -> Comparison:
    stem = derived.key(manifest, model, options)
    if derived.is_built(folder.path, stem):
        return Comparison(dataset=manifest.dataset, model=model, is_new=False, n_rows={})
    rule = derived.options(manifest, model, options)
    split = rule.pop("split", None)
    files = _predictions(manifest, model)
    geometry = rule["geometry"] if rule["geometry"] != "auto" else _geometry(folder.path, files)
    shapes = _SHAPES[geometry]
    images = _read(folder, manifest.current("images"), "images")
    classes = _read(folder, manifest.current("classes"), "classes")
    annotations = reference_annotations(_read(folder, manifest.current("annotations"), "annotations", shapes))
    predictions = _read(folder, files, "predictions", shapes)
    if split is not None:
        images, annotations, predictions = _of_split(split, images, annotations, predictions)
    matched = matching.MatchOptions(**(rule | {"geometry": geometry}))  # type: ignore[arg-type]  # it checks them
    pieces = matching.match(images, classes, annotations, predictions, model=model, options=matched)
    return Comparison(
        dataset=manifest.dataset,
        model=model,
        is_new=True,
        n_rows=_write(folder, manifest.dataset, stem, pieces, derived.TABLES),
        n_images=images.num_rows,
        n_images_predicted=_n_distinct(predictions, "image_id"),
    )


def _group(folder: LakeFolder, manifest: Manifest) -> None:
    stem = derived.grouped_key(manifest)
    if all(derived.stored_path(folder.path, table, stem).is_file() for table in derived.GROUPED):
        return
    tables = [
        storage.read(folder.path, manifest.current(table), table, columns=columns, memory=folder.memory)
        for table, columns in grouping.COLUMNS.items()
    ]
    for table, rows in grouping.group(*tables).items():
        writer = storage.TableWriter(folder.path, table, dataset=manifest.dataset, stem=stem)
        try:
            writer.write(rows)
            writer.close(even_empty=True)
        finally:
            writer.discard()


def _store(folder: LakeFolder, manifest: Manifest, options: settings.Settings) -> None:
    files = {table: [f.path for f in manifest.current(table)] for table in schema.IMPORTED}
    for table, path in derived.current(folder.path, manifest, options):
        files.setdefault(table, []).append(path)
    keys = derived.stored_keys(manifest, options).items()
    targets = {table: derived.stored_path(folder.path, table, stem) for table, stem in keys}
    missing = {table: target for table, target in targets.items() if not target.is_file()}
    if not missing:
        return
    pa.default_memory_pool().release_unused()  # what matching let go of, before SQL takes its share
    with scores.workplace(folder.path) as connection:
        for table, target in missing.items():
            scores.write(table, target, lake=folder.path, files=files, connection=connection)
            files[table] = [target.relative_to(folder.path).as_posix()]


def _vote(folder: LakeFolder, manifest: Manifest) -> None:
    stem = derived.labels_key(manifest)
    if not manifest.current("image_labels") or all(
        derived.stored_path(folder.path, table, stem).is_file() for table in derived.VOTED
    ):
        return
    files = {table: [f.path for f in manifest.current(table)] for table in voting.READ}
    with tempfile.TemporaryDirectory(dir=folder.path, prefix=".voting-") as spill:
        pieces = voting.vote(lake=folder.path, files=files, spill=Path(spill))
        _write(folder, manifest.dataset, stem, pieces, derived.VOTED)


def _tell_changes(folder: LakeFolder, manifest: Manifest) -> set[str]:
    """Keep what the version changed; return the name of the file."""
    before = derived.comparable_before(folder.path, manifest)
    if before is None:
        return set()
    stem = derived.changes_key(before, manifest)
    if not derived.stored_path(folder.path, derived.CHANGED, stem).is_file():
        sides = [(version.version, changes.files(version)) for version in (before, manifest)]
        rows = changes.annotation_changes(folder.path, manifest.dataset, *sides)
        _write(folder, manifest.dataset, stem, [(derived.CHANGED, rows)], [derived.CHANGED])
    return {stem}


def _of_split(split: str, images: pa.Table, *others: pa.Table) -> tuple[pa.Table, ...]:
    import pyarrow.compute as pc

    of_split = images.filter(pc.equal(images["split"], split))
    ids = of_split["image_id"].cast(pa.string())
    kept = (rows.filter(pc.is_in(rows["image_id"].cast(pa.string()), value_set=ids)) for rows in others)
    return (of_split, *kept)


def _n_distinct(rows: pa.Table, column: str) -> int:
    if not pa.types.is_dictionary(rows.schema.field(column).type):  # of a table without files
        return len(rows[column].unique())
    chunks = rows[column].unify_dictionaries().chunks
    used: set[int] = set()
    for chunk in chunks:
        used.update(np.unique(chunk.indices.to_numpy(zero_copy_only=False)).tolist())
    return len(used)


def _read(
    folder: LakeFolder, files: list[storage.StoredFile], table: str, shapes: Sequence[str] = ()
) -> pa.Table:
    columns = [*derived.COMPARED[table], *shapes]
    return storage.read(folder.path, files, table, columns=columns, memory=folder.memory)


def reference_annotations(annotations: pa.Table) -> pa.Table:
    """Return what models are measured against: on images with gold only the gold, elsewhere all annotations."""
    if annotations["is_gold"].null_count == annotations.num_rows:
        return annotations
    import pyarrow.compute as pc

    is_gold = pc.fill_null(annotations["is_gold"], False)
    image_ids = annotations["image_id"].cast(pa.string())
    gold_images = pc.unique(image_ids.filter(is_gold))
    return annotations.filter(pc.or_(is_gold, pc.invert(pc.is_in(image_ids, value_set=gold_images))))


def _geometry(lake: Path, predictions: list[storage.StoredFile]) -> str:
    has = storage.has_values(lake, predictions, ["mask", "polygons", "keypoints"])
    return "mask" if has["mask"] or has["polygons"] else "keypoints" if has["keypoints"] else "box"


def _predictions(manifest: Manifest, model: str) -> list[storage.StoredFile]:
    return [
        f for f in manifest.files if f.table_name == "predictions" and derived.model_of(f.source) == model
    ]


def _write(
    folder: LakeFolder, dataset: str, stem: str, pieces: Iterable[tuple[str, pa.Table]], tables: Sequence[str]
) -> dict[str, int]:
    writers = {
        table: storage.TableWriter(folder.path, table, dataset=dataset, stem=stem, memory=folder.memory)
        for table in tables
    }
    n_rows: Counter[str] = Counter()
    try:
        for table, rows in pieces:
            writers[table].write(rows)
            n_rows[table] += rows.num_rows
        for writer in writers.values():
            writer.close(even_empty=True)
    finally:
        for writer in writers.values():
            writer.discard()
    return dict(n_rows)
