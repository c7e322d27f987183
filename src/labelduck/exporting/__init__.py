"""From a dataset version to files of any format: all of an export happens, or nothing."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from labelduck import exporters
from labelduck.errors import UsageError
from labelduck.exporters.base import WriteOptions
from labelduck.exporting import losses, sidecar
from labelduck.exporting.pictures import put_pictures
from labelduck.exporting.selecting import select
from labelduck.exporting.target import Target
from labelduck.version import __version__

if TYPE_CHECKING:
    from collections.abc import Mapping

    from labelduck.exporters.base import Carried, Selection
    from labelduck.folder import LakeFolder


@dataclass(frozen=True, kw_only=True)
class ExportRequest:
    """What to export, and where to.

    Attributes:
        format: Name of the format.
        out: Folder to make; for a format of one file also that file, when the name ends like it ("train.json").
        dataset: Dataset to export; None for the lake's only one.
        version: Version of it; None for the newest.
        where: Condition on rows of `annotations`; images without a chosen annotation are left out.
        select: Query whose column annotation_id chooses annotations, likewise.
        split: Only images of this split.
        image_ids: Only these images, also those without an annotation; all when None.
        models: Models whose predictions are written too.
        images: Folder or zip in which the pictures lie.
        with_images: "copy" or "link" puts the pictures where the format wants them; None leaves them where they are.
        overwrite: Replaces an earlier export of the same name.
        write: What the exporter may need to know.
    """

    format: str
    out: Path
    dataset: str | None = None
    version: int | None = None
    where: str | None = None
    select: str | None = None
    split: str | None = None
    image_ids: tuple[str, ...] | None = None
    models: tuple[str, ...] = ()
    images: Path | None = None
    with_images: str | None = None
    overwrite: bool = False
    write: WriteOptions = field(default_factory=WriteOptions)


@dataclass(frozen=True, kw_only=True)
class Exported:
    """What an export did.

    Attributes:
        path: The file or folder that an importer reads.
        format: The format that was written.
        read_as: The format that an importer reads it as.
        dataset: Dataset, and `version` its version.
        version: See dataset.
        n_rows: Rows written, by table.
        provenance: The sidecar beside it; None when the format holds all that a sidecar could.
        read_with: Files that an importer needs beside, by the option that names them ("sizes").
        changed: What became of annotations that could not stay as they were, with how many.
        left_out: Why annotations are missing, with how many.
        lost: Columns and tables that neither the files nor the sidecar hold, with the number of values.
        n_pictures: Pictures copied or linked.
        n_pictures_missing: Pictures that were not found.
    """

    path: Path
    format: str
    read_as: str
    dataset: str
    version: int
    n_rows: Mapping[str, int]
    provenance: Path | None = None
    read_with: Mapping[str, Path] = field(default_factory=dict)
    changed: Mapping[str, int] = field(default_factory=dict)
    left_out: Mapping[str, int] = field(default_factory=dict)
    lost: Mapping[str, int] = field(default_factory=dict)
    n_pictures: int = 0
    n_pictures_missing: int = 0


def export(folder: LakeFolder, request: ExportRequest) -> Exported:
    """Write a dataset version, or a selection of it, in a format.

    Raises:
        UsageError: The call cannot mean anything: unknown format, model or column, or a target that holds something else.
        BadInputError: The pictures cannot be read.
        LabelduckEnvironmentError: The target cannot be written; nothing is left of it.
    """
    module = exporters.writer(request.format)
    if request.models and not module.PREDICTIONS:
        raise UsageError(f"{request.format} holds no predictions; coco, csv and parquet do")
    if (request.with_images is None) != (request.images is None):
        raise UsageError("--images and --with-images go together: where the pictures lie, and copy or link")
    selection = select(folder, request)
    with Target(request.out, lake=folder.path, main=module.FILE, overwrite=request.overwrite) as target:
        carried = module.write(selection, target.folder, request.write)
        has_sidecar = sidecar.write(selection, carried, target.folder)
        n_pictures, n_missing = put_pictures(selection, carried, target.folder, request)
        lost = losses.count(selection, carried)
        target.describe(_told(request, selection))
        target.place()
    return Exported(
        path=target.read_path(is_whole=carried.read_as is not None),
        read_as=_read_as(request.format, carried, module.FILE if target.is_file else None),
        format=request.format,
        dataset=selection.dataset,
        version=selection.version,
        n_rows=_counts(selection, carried.left_out),
        provenance=target.placed(sidecar.NAME) if has_sidecar else None,
        read_with={option: target.placed(name) for option, name in carried.read_with.items()},
        changed=dict(carried.changed),
        left_out=dict(Counter(carried.left_out.values())),
        lost=lost,
        n_pictures=n_pictures,
        n_pictures_missing=n_missing,
    )


def _told(request: ExportRequest, selection: Selection) -> dict[str, Any]:
    """Return what the export's own note says."""
    asked = {
        "where": request.where,
        "select": request.select,
        "split": request.split,
        "models": request.models,
    }
    return {
        "format": request.format,
        "dataset": selection.dataset,
        "version": selection.version,
        **{name: value for name, value in asked.items() if value},
        "n_images": selection.images.num_rows,
        "n_annotations": selection.annotations.n_rows,
        "labelduck_version": __version__,
    }


def _read_as(format_name: str, carried: Carried, file: str | None) -> str:
    if carried.read_as is None:
        return format_name
    return carried.read_as if file is None else Path(file).stem


def _counts(selection: Selection, left_out: Mapping[str, str]) -> dict[str, int]:
    n_predictions = sum(rows.n_rows for rows in selection.predictions.values())
    counts = {
        "images": selection.images.num_rows,
        "annotations": selection.annotations.n_rows - len(left_out),
        "predictions": n_predictions,
    }
    return {table: n for table, n in counts.items() if n or table != "predictions"}
