"""From files to a new version of a dataset: all of an import happens, or nothing."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc

from labelduck import derived, importers, manifests, storage
from labelduck.derived import MODEL_SOURCE
from labelduck.errors import UsageError
from labelduck.importers.base import Known, ReadOptions, rows_to_table, storable
from labelduck.transaction import Transaction

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from labelduck.folder import LakeFolder
    from labelduck.importers.base import Batch
    from labelduck.manifests import Manifest
    from labelduck.storage import StoredFile
    from labelduck.transaction import Progress


@dataclass(frozen=True, kw_only=True)
class ImportRequest:
    """What to import, and what is true of all of it.

    Attributes:
        path: File or folder.
        format: Name of the format; `auto` recognises it.
        dataset: Dataset to add to; None for the lake's only one, or a new one named after the path.
        read: What the importer may need to know.
        provenance: Sidecar with annotator, batch, job, times, review status.
        provenance_pattern: Regular expression with named groups (annotator, batch, ...) searched in each source path.
        annotator: Annotator of what has none.
        batch: Batch of what has none.
        split: Split of images that have none.
        is_gold: Marks all of it as gold.
        id_prefix: Put before each annotation id, to keep two sources with the same ids apart.
        replace: Drop what the dataset held before; without it only an earlier import of the same path is replaced.
        message: Why, for the version's history.
    """

    path: Path
    format: str = "auto"
    dataset: str | None = None
    read: ReadOptions = field(default_factory=ReadOptions)
    provenance: Path | None = None
    provenance_pattern: str | None = None
    annotator: str | None = None
    batch: str | None = None
    split: str | None = None
    is_gold: bool = False
    id_prefix: str = ""
    replace: bool = False
    message: str | None = None

    def __post_init__(self) -> None:
        """Refuse names that nothing can be called by."""
        for name in ("dataset", "annotator", "batch", "split", "id_prefix", "message"):
            _refuse_unwritable(name, getattr(self, name))
        if self.dataset is not None:
            _refuse_empty("dataset", self.dataset)

    @property
    def source(self) -> str:
        """What files of this import are recorded under."""
        return storable(str(self.path.absolute()))


@dataclass(frozen=True, kw_only=True)
class Imported:
    """What an import did.

    Attributes:
        manifest: The version that it made.
        n_rows: Rows written, by table.
        format: The format that was read.
        coverage: Share of annotations with each provenance column, when a sidecar was given.
    """

    manifest: Manifest
    n_rows: Mapping[str, int]
    format: str
    coverage: Mapping[str, float] = field(default_factory=dict)


def import_annotations(
    folder: LakeFolder, request: ImportRequest, *, progress: Progress | None = None
) -> Imported:
    """Read annotations into the lake as a new version of their dataset.

    Raises:
        BadInputError: The path as a whole cannot be used.
        UsageError: The call cannot mean anything, or ids meet those of another source.
        LakeLockedError: Another process is writing.
    """
    name, module = importers.reader(request.format, request.path)
    with folder.writing():
        dataset = request.dataset or _default_dataset(folder.path, request.path)
        head = manifests.head(folder.path, dataset)
        source = request.source
        provenance = _provenance(request)
        batches = module.read(request.path, request.read)
        if provenance is not None:
            batches = provenance.applied(batches)
        stamped = (_stamped(batch, request) for batch in batches)
        kept = _kept(
            head, lambda f: f.source.startswith(MODEL_SOURCE) if request.replace else f.source != source
        )
        transaction = _transaction(folder, dataset, source, request, format_name=name, kind="annotations")
        manifest = transaction.run(stamped, head=head, kept=kept, progress=progress)
    coverage = provenance.coverage() if provenance is not None else {}
    return Imported(manifest=manifest, n_rows=transaction.n_rows, format=name, coverage=coverage)


def import_predictions(
    folder: LakeFolder,
    request: ImportRequest,
    *,
    model: str,
    is_out_of_sample: bool = True,
    matching: Mapping[str, str] | None = None,
    progress: Progress | None = None,
) -> Imported:
    """Read one model's predictions into the lake as a new version of their dataset; an earlier import of it is replaced.

    Args: as in `Lake.import_predictions`, the rest in the request.

    Raises:
        BadInputError: The path as a whole cannot be used.
        UsageError: The dataset has no images yet.
    """
    _refuse_unwritable("model", model)
    _refuse_empty("model", model)
    name, module = importers.reader(request.format, request.path, predictions=True)
    rule = dict(matching or {})
    run = {"model": model, "is_out_of_sample": is_out_of_sample, "params": json.dumps(rule)}
    with folder.writing():
        dataset = request.dataset or _only_dataset(folder.path)
        head = manifests.head(folder.path, dataset)
        if head is None:
            raise UsageError(f"{folder.path}: no dataset {dataset!r}; import its annotations first")
        source = MODEL_SOURCE + model
        known = _known(folder, head)
        _refuse_unknown_split(known, rule.get("split"))
        batches = _of_model(module.read_predictions(request.path, known, request.read), run)
        transaction = _transaction(folder, dataset, source, request, format_name=name, kind="predictions")
        transaction.models = {model: rule}
        kept = _kept(head, lambda f: f.source != source)
        manifest = transaction.run(batches, head=head, kept=kept, progress=progress)
    return Imported(manifest=manifest, n_rows=transaction.n_rows, format=name)


def _stamped(batch: Batch, request: ImportRequest) -> Batch:
    stamped = dict(batch)
    if "annotations" in batch:
        rows = batch["annotations"]
        for column in ("annotator", "batch"):
            rows = _filled(rows, column, getattr(request, column))
        if request.is_gold:
            rows = _set(rows, "is_gold", pa.repeat(pa.scalar(True), rows.num_rows))
        if request.id_prefix:
            ids = pc.binary_join_element_wise(request.id_prefix, rows["annotation_id"].cast(pa.string()), "")
            rows = _set(rows, "annotation_id", ids)
        stamped["annotations"] = rows
    if "images" in batch:
        stamped["images"] = _filled(_filled(batch["images"], "split", request.split), "batch", request.batch)
    return stamped


def _filled(rows: pa.Table, column: str, value: str | None) -> pa.Table:
    if value is None:
        return rows
    if column not in rows.column_names:
        return rows.append_column(column, pa.repeat(pa.scalar(value), rows.num_rows))
    return _set(rows, column, pc.fill_null(rows[column].cast(pa.string()), value))


def _set(rows: pa.Table, column: str, values: pa.Array) -> pa.Table:
    if column not in rows.column_names:
        return rows.append_column(column, values)
    return rows.set_column(rows.column_names.index(column), column, values)


def _of_model(batches: Iterable[Batch], run: Mapping[str, Any]) -> Iterator[Batch]:
    yield {"models": rows_to_table("models", [run])}
    for batch in batches:
        rows = batch.get("predictions")
        if rows is None:
            yield batch
        else:
            yield batch | {
                "predictions": rows.append_column("model", storage.constant(run["model"], rows.num_rows))
            }


def _kept(head: Manifest | None, keep: Callable[[StoredFile], bool]) -> list[StoredFile]:
    return [f for f in head.files if f.source != manifests.MERGED and keep(f)] if head else []


def _known(folder: LakeFolder, head: Manifest) -> Known:
    def read(table: str) -> pa.Table:
        columns = derived.COMPARED[table]
        return storage.read(folder.path, head.current(table), table, columns=columns, memory=folder.memory)

    return Known(images=read("images"), classes=read("classes"))


def _refuse_unknown_split(known: Known, split: str | None) -> None:
    splits = {str(name) for name in known.images["split"].to_pylist() if name} if split is not None else set()
    if split is not None and split not in splits:
        told = ", ".join(sorted(splits)) or "none"
        raise UsageError(f"no image is of split {split!r}; known splits: {told}")


def _provenance(request: ImportRequest) -> Any:  # noqa: ANN401
    if request.provenance is None and request.provenance_pattern is None:
        return None
    from labelduck import provenance

    return provenance.Sidecar.open(request.provenance, pattern=request.provenance_pattern)


def _default_dataset(lake: Path, path: Path) -> str:
    names = manifests.datasets(lake)
    if len(names) > 1:
        raise UsageError(f"{lake} holds {', '.join(names)}: say which one with --dataset")
    return names[0] if names else storable(path.absolute().stem)


def _only_dataset(lake: Path) -> str:
    names = manifests.datasets(lake)
    if len(names) != 1:
        what = (
            f"holds {', '.join(names)}: say which one with --dataset"
            if names
            else "is empty: import annotations first"
        )
        raise UsageError(f"{lake} {what}")
    return names[0]


def _transaction(
    folder: LakeFolder, dataset: str, source: str, request: ImportRequest, *, format_name: str, kind: str
) -> Transaction:
    run = _run(request, format_name, kind)
    return Transaction(folder.path, dataset, source, run=run, message=request.message, memory=folder.memory)


def _run(request: ImportRequest, format_name: str, kind: str) -> dict[str, Any]:
    """Return what the version's history says of the import; only what the caller set."""
    told = {
        f.name: getattr(request, f.name) for f in fields(request) if f.name not in ("read", "path", "format")
    }
    told |= {f.name: getattr(request.read, f.name) for f in fields(request.read)}
    defaults = {f.name: f.default for f in (*fields(request), *fields(request.read))}
    said = {name: value for name, value in told.items() if value != defaults[name]}
    return {
        "format": format_name,
        "path": storable(str(request.path)),
        "kind": kind,
        "options": {
            name: storable(str(value)) if isinstance(value, Path) else value for name, value in said.items()
        },
    }


def _refuse_unwritable(what: str, name: str | None) -> None:
    if name is not None and storable(name) != name:
        raise UsageError(f"the {what} {name!r} is no text in UTF-8; give it another name")


def _refuse_empty(what: str, name: str) -> None:
    if not name.strip():
        raise UsageError(f"the {what} has an empty name; give it one with --{what}")
