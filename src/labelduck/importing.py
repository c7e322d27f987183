"""From files to a new version of a dataset: all of an import happens, or nothing."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

from labelduck import derived, importers, manifests, storage
from labelduck.derived import model_of, model_source
from labelduck.errors import UsageError
from labelduck.fingerprints import hashed
from labelduck.importers.base import Known, ReadOptions, rows_to_table, storable
from labelduck.stamping import Facts, stamp
from labelduck.transaction import PREDICTED, Transaction

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    import pyarrow as pa

    from labelduck.folder import LakeFolder
    from labelduck.importers.base import Batch
    from labelduck.manifests import Manifest
    from labelduck.storage import StoredFile
    from labelduck.transaction import Progress


_CONTENT = frozenset(("images", "annotations", "image_labels"))


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
        replace: Drop what the dataset held before (of reviews, jobs, ... only these); without it only an earlier import of
            the same path is replaced.
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
    def facts(self) -> Facts:
        """What is true of all rows that do not say otherwise."""
        return Facts(
            annotator=self.annotator,
            batch=self.batch,
            split=self.split,
            is_gold=self.is_gold,
            id_prefix=self.id_prefix,
        )

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
        batches = hashed(module.read(request.path, request.read), request.read.images)
        if provenance is not None:
            batches = provenance.applied(batches)
        stamped = (stamp(batch, request.facts) for batch in batches)
        transaction = _transaction(folder, dataset, source, request, format_name=name, kind="annotations")
        transaction.keeps = lambda file, filled: _outlives(file, source, filled if request.replace else ())
        manifest = transaction.run(stamped, head=head, progress=progress)
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
        source = model_source(model)
        known = _known(folder, head)
        _refuse_unknown_split(known, rule.get("split"))
        batches = _of_model(module.read_predictions(request.path, known, request.read), run)
        transaction = _transaction(folder, dataset, source, request, format_name=name, kind="predictions")
        transaction.models = {model: rule}
        transaction.keeps = lambda file, _: model_of(file.source) != model
        manifest = transaction.run(batches, head=head, progress=progress)
    return Imported(manifest=manifest, n_rows=transaction.n_rows, format=name)


def _of_model(batches: Iterable[Batch], run: Mapping[str, Any]) -> Iterator[Batch]:
    yield {"models": rows_to_table("models", [run])}
    for batch in batches:
        named = {
            table: rows.append_column("model", storage.constant(run["model"], rows.num_rows))
            for table, rows in batch.items()
            if table in PREDICTED
        }
        yield batch | named


def _outlives(file: StoredFile, source: str, replaced: Collection[str]) -> bool:
    """Tell whether a file stays when a source of annotations is imported.

    Args:
        file: A file of the version before.
        source: What is imported.
        replaced: Tables that the import fills and whose former content is dropped. Where they hold images, that is
            all but models: reviews of other pictures would mean nothing.
    """
    if source in (file.source, file.source.partition("\0")[2]):
        return False
    if not _CONTENT.isdisjoint(replaced):
        return model_of(file.source) is not None
    return file.table_name not in replaced


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
