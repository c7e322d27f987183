"""The worklist, handed to people and taken back: as CSV to fill in, or as a task for an annotation tool to correct.

Beside the files of a tool lies `worklist.csv` with what is suspected and why; when the corrected file comes back, it says
which labels to compare. What comes back are decisions, each once, however often a file is read.
"""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from labelduck import decisions, exporting, importing, manifests
from labelduck.errors import BadInputError, UsageError
from labelduck.exporting import ExportRequest
from labelduck.folder import LakeFolder
from labelduck.importers import tabular
from labelduck.importing import ImportRequest
from labelduck.worklist import sheets
from labelduck.worklist.outcomes import outcome
from labelduck.worklist.sheets import SHEET

FORMATS = ("csv", "coco", "cvat", "label_studio")
"""What a worklist can be written in."""


KEEP_IDS = ("coco", "label_studio")
"""Formats whose files keep the ids of labels; in others ids are places in the file, which a deleted label shifts."""


@dataclass(frozen=True, kw_only=True)
class Written:
    """What an export of the worklist did: the file to hand out, its sheet, and how many suspects it holds."""

    path: Path
    sheet: Path
    n_suspects: int


@dataclass(frozen=True, kw_only=True)
class Reviewed:
    """What came back: decisions that are new, those that were known already, and suspects still undecided."""

    n_new: int
    n_known: int
    n_open: int


def export(
    folder: LakeFolder,
    *,
    format: str,  # noqa: A002 - the command's word
    out: Path,
    dataset: str | None = None,
    top: int | None = None,
    overwrite: bool = False,
) -> Written:
    """Write the worklist for people to work on.

    Args:
        folder: The lake.
        format: csv, to fill in column `decision`; coco, cvat or label_studio, to correct the labels.
        out: CSV file, or folder to make.
        dataset: The lake's only one when None.
        top: Suspects to write; all of the worklist when None.
        overwrite: Whether an earlier export may be replaced.

    Raises:
        UsageError: No such format or dataset, an empty worklist, or a target that is taken.
    """
    if format not in FORMATS:
        raise UsageError(f"unknown format {format!r}; a worklist is written as {', '.join(FORMATS)}")
    dataset = _dataset(folder, dataset)
    suspects = _suspects(folder, dataset, top)
    if not suspects:
        raise UsageError(f"the worklist of {dataset} is empty; `labelduck build` looks for suspects")
    if format == "csv":
        if out.exists() and not overwrite:
            raise UsageError(f"{out}: exists; --overwrite replaces it")
        sheets.write(out, suspects)
        return Written(path=out, sheet=out, n_suspects=len(suspects))
    if out.suffix:
        raise UsageError(f"{out}: name a folder; the worklist's sheet goes beside the file for the tool")
    spoken = {row["model"] for row in suspects if row["model"] and row["field"] is None}
    models = spoken if format != "cvat" else set()
    exported = exporting.export(
        folder,
        ExportRequest(
            format=format,
            out=out,
            dataset=dataset,
            image_ids=tuple(sorted({row["image_id"] for row in suspects})),
            models=tuple(sorted(models)),
            overwrite=overwrite,
        ),
    )
    sheets.write(out / SHEET, suspects)
    return Written(path=exported.path, sheet=out / SHEET, n_suspects=len(suspects))


def import_sheet(
    folder: LakeFolder, path: Path, *, reviewer: str | None = None, lead: str | None = None
) -> Reviewed:
    """Take back a sheet whose column `decision` was filled in; all of it, or nothing.

    Args:
        folder: The lake.
        path: CSV, JSON or Parquet with the columns of the sheet; rows without a decision are still open.
        reviewer: Who decided, where a row does not say it.
        lead: Who leads, where a row does not say it.

    Raises:
        BadInputError: A row means nothing; no decision was taken.
    """
    rows = tabular.read(path).to_pylist()
    if rows and "decision" not in rows[0]:
        raise BadInputError(path, "", "has no column 'decision'; `labelduck worklist export` writes it")
    told = [(n, row) for n, row in enumerate(rows, start=2) if str(row["decision"] or "").strip()]
    made = [sheets.decided(path, n, row, reviewer=reviewer, lead=lead) for n, row in told]
    return _append(folder, made, n_open=len(rows) - len(made))


def import_corrected(
    folder: LakeFolder,
    path: Path,
    *,
    sheet: Path,
    format: str = "auto",  # noqa: A002 - the command's word
    reviewer: str | None = None,
    lead: str | None = None,
) -> Reviewed:
    """Take back labels that were corrected in a tool, compared with the sheet that went along; all, or nothing.

    A label that stayed as it was is decided to be right; one whose class or box was changed is fixed; one that is gone was
    an error, and so is an answer about the image that became another. Labels are found again by their id, else by the
    overlap of boxes with IoU >= 0.5.

    Args:
        folder: The lake.
        path: What the tool exported.
        sheet: `worklist.csv` of the export that was corrected.
        format: Format of the file.
        reviewer: Who corrected it.
        lead: Who leads.

    Raises:
        BadInputError: The file or the sheet cannot be used.
    """
    rows = tabular.read(sheet).to_pylist()
    with tempfile.TemporaryDirectory(prefix="labelduck-") as scratch:
        corrected = LakeFolder(Path(scratch) / "lake")
        request = ImportRequest(path=path, format=format, dataset="corrected")
        tool = importing.import_annotations(corrected, request).format
        images = _labels_by_image(corrected, keeps_ids=tool in KEEP_IDS)
    before = _labels_by_image(folder, keeps_ids=True)
    made, n_known = [], 0
    for number, row in enumerate(rows, start=2):
        labels = images.get(row.get("image_id"), images.get(row.get("file_name")))
        if labels is None:
            continue
        n_known += 1
        told = outcome(sheets.seen(sheet, number, row), labels, before.get(row["image_id"], []))
        if told is not None:
            decision = sheets.decided(sheet, number, row | told, reviewer=reviewer, lead=lead)
            made.append(decision | {"source": str(path), "tool": tool})
    if rows and not n_known:
        raise BadInputError(path, "", f"holds no image of {sheet}; is it the correction of another export?")
    return _append(folder, made, n_open=len(rows) - len(made))


def _labels_by_image(lake: LakeFolder, *, keeps_ids: bool) -> dict[str | None, list[dict[str, Any]]]:
    """Return the labels of each image, by its id and by the path of its picture."""
    with lake.connect() as connection:
        found = connection.sql(
            "select annotation_id, image_id, class_name, box, null as field from annotations union all by name "
            "select image_id, class_name, coalesce(field, 'label') as field from image_labels"
        )
        labels = found.to_arrow_table().to_pylist()
        names = connection.sql("select image_id, file_name from images").fetchall()
    by_id: dict[str | None, list[dict[str, Any]]] = {image_id: [] for image_id, _ in names}
    for label in labels:
        by_id.setdefault(label["image_id"], []).append(
            label if keeps_ids else label | {"annotation_id": None}
        )
    return {name: by_id[image_id] for image_id, name in names if name is not None} | by_id


def _append(folder: LakeFolder, made: list[dict[str, Any]], *, n_open: int) -> Reviewed:
    known = set(manifests.datasets(folder.path))
    if strange := {row["dataset"] for row in made} - known:
        raise UsageError(f"{folder.path} has no dataset {min(strange)!r}; was the sheet another lake's?")
    new = decisions.append_all(folder.path, made, name="worklist") if made else []
    return Reviewed(n_new=len(new), n_known=len(made) - len(new), n_open=n_open)


def _dataset(folder: LakeFolder, dataset: str | None) -> str:
    names = manifests.datasets(folder.path)
    if dataset is None and len(names) == 1:
        return str(names[0])
    if dataset not in names:
        raise UsageError(f"{folder.path} holds {', '.join(names) or 'no data'}: say which one with --dataset")
    return str(dataset)


def _suspects(folder: LakeFolder, dataset: str, top: int | None) -> list[dict[str, Any]]:
    with folder.connect() as connection:
        found = connection.sql("from worklist where dataset = ? order by place", params=[dataset])
        rows = found.limit(top if top is not None else 1 << 60).to_arrow_table().to_pylist()
    head = manifests.head(folder.path, dataset)
    return [row | {"version": head.version if head else None} for row in rows]
