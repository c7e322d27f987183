"""A lake, as Python sees it: import, build, ask. The commands of the command line mirror these methods."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from labelduck import building, derived, exporting, importing, manifests, settings
from labelduck.errors import UsageError
from labelduck.exporting import ExportRequest
from labelduck.folder import LakeFolder
from labelduck.importers.base import ReadOptions
from labelduck.importing import ImportRequest

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import duckdb

    from labelduck.building import Comparison
    from labelduck.exporting import Exported
    from labelduck.gating import Judgement
    from labelduck.importing import Imported
    from labelduck.manifests import Manifest
    from labelduck.publishing import Outcome
    from labelduck.transaction import Progress
    from labelduck.versions import Difference

T = TypeVar("T")


class Lake:
    """A folder of Parquet tables and dataset versions, opened as one DuckDB database.

    Args:
        path: The folder; the first import makes it.
        lock_timeout: Seconds to wait for another writer; LABELDUCK_LOCK_TIMEOUT, else 60.
    """

    def __init__(self, path: Path | str = "lake", *, lock_timeout: float | None = None) -> None:
        self.folder = LakeFolder(path, lock_timeout=lock_timeout)
        self._connection: duckdb.DuckDBPyConnection | None = None

    @property
    def path(self) -> Path:
        """The folder."""
        return self.folder.path

    def import_annotations(
        self,
        path: Path | str,
        *,
        format: str = "auto",  # noqa: A002 - the command's word
        progress: Progress | None = None,
        read: ReadOptions | None = None,
        **rest: object,
    ) -> Imported:
        """Read annotations as a new version of their dataset.

        Args:
            path: File or folder.
            format: One of `labelduck.importers.FORMATS`, or of its RECORDS for tables by column name; `auto` recognises it.
            progress: Called with rows so far by table.
            read: What the importer may need to know.
            rest: Further fields of `ImportRequest`: dataset, provenance, annotator, batch, split, is_gold, replace, ...

        Raises:
            BadInputError: The path as a whole cannot be used.
            UsageError: Annotation ids meet those of another source.
            LakeLockedError: Another process is writing.
        """
        request = ImportRequest(path=Path(path), format=format, read=read or ReadOptions(), **rest)  # type: ignore[arg-type]
        return self._changed(lambda: importing.import_annotations(self.folder, request, progress=progress))

    def import_predictions(
        self,
        path: Path | str,
        *,
        model: str,
        format: str = "auto",  # noqa: A002 - the command's word
        dataset: str | None = None,
        is_out_of_sample: bool = True,
        matching: dict[str, str] | None = None,
        message: str | None = None,
        read: ReadOptions | None = None,
        progress: Progress | None = None,
    ) -> Imported:
        """Read one model's predictions as a new version of their dataset; an earlier import of the model is replaced.

        Args:
            path: File or folder.
            model: Name of the model run.
            format: One of `labelduck.importers.PREDICTION_FORMATS`; `auto` recognises it.
            dataset: The lake's only one when None.
            is_out_of_sample: False when the model was trained on these images.
            matching: geometry, mode, difficult or split for this model, where it differs from the lake's settings.
            message: Why, for the version's history.
            read: What the importer may need to know.
            progress: Called with rows so far by table.

        Raises:
            BadInputError: The path as a whole cannot be used.
            UsageError: The dataset has no annotations yet.
        """
        request = ImportRequest(
            path=Path(path), format=format, dataset=dataset, message=message, read=read or ReadOptions()
        )
        return self._changed(
            lambda: importing.import_predictions(
                self.folder,
                request,
                model=model,
                is_out_of_sample=is_out_of_sample,
                matching=matching,
                progress=progress,
            )
        )

    def export(self, format: str, out: Path | str, **rest: object) -> Exported:  # noqa: A002 - the command's word
        """Write a dataset version, or a selection of it, in a format; all of it, or nothing.

        Args:
            format: coco, yolo, voc, mask_png, cvat, label_studio, csv, parquet.
            out: Folder to make, or the file of a format of one file.
            rest: Further fields of `ExportRequest`: dataset, version, where, select, split, models, images, overwrite, ...

        Raises:
            UsageError: No such format, dataset, version, split or model; a selection that is none; a target that is taken.
            LabelduckEnvironmentError: The target cannot be written.
        """
        return exporting.export(self.folder, ExportRequest(format=format, out=Path(out), **rest))  # type: ignore[arg-type]

    def build(self, *, only_matches: bool = False) -> list[Comparison]:
        """Match every model with the annotations and rank suspicious labels; what did not change is left as it is.

        Args:
            only_matches: Leave out `suspicions`: metrics do not need them.

        Raises:
            LakeLockedError: Another process is writing.
        """
        return self._changed(lambda: building.build(self.folder, only_matches=only_matches))

    def create_version(
        self, name: str, *, dataset: str | None = None, message: str | None = None, author: str | None = None
    ) -> Manifest:
        """Give what is current a name, as a new version with the same files.

        Raises:
            UsageError: No such dataset, or a name that is taken or a number.
        """
        from labelduck import versions

        return self._changed(
            lambda: versions.create(self.folder, name=name, dataset=dataset, message=message, author=author)
        )

    def restore_version(
        self,
        which: str | int,
        *,
        dataset: str | None = None,
        message: str | None = None,
        author: str | None = None,
    ) -> Manifest:
        """Make an earlier version current again, by number or name, as a new version with its files.

        Raises:
            UsageError: No such dataset or version.
        """
        from labelduck import versions

        return self._changed(
            lambda: versions.restore(self.folder, str(which), dataset=dataset, message=message, author=author)
        )

    def diff_versions(
        self, old: str | int, new: str | int | None = None, *, dataset: str | None = None
    ) -> Difference:
        """Compare the annotations of two versions; the second is the newest when it is None.

        Raises:
            UsageError: No such dataset or version.
        """
        from labelduck import versions

        return versions.diff(self.folder, str(old), None if new is None else str(new), dataset=dataset)

    def gate(
        self, *, dataset: str | None = None, only: Sequence[str] = (), is_strict: bool = False
    ) -> Judgement:
        """Tell whether the newest versions may be released, and keep the result in `gate_results`.

        Args:
            dataset: The only dataset to judge; all when None.
            only: Gates to ask; all when empty.
            is_strict: Take not enough data for a failure.

        Raises:
            UsageError: No such dataset or gate.
            BadInputError: labelduck.toml or checklist.toml cannot be used, or a waiver has ended.
        """
        from labelduck import gating

        judgement = self._changed(
            lambda: gating.judge(self.folder, dataset=dataset, only=only, is_strict=is_strict)
        )
        gating.record(self.folder, judgement)
        return judgement

    def decide(self, decision: str, *, issue: str, **told: object) -> dict[str, object]:
        """Take a decision on a suspect and keep it in the audit trail; it is on the disk on return.

        Args:
            decision: confirm, reject, fix, skip, escalate or undo.
            issue: missing_label, wrong_class, bad_box, extra_label or duplicate_label.
            told: What names the suspect (annotation_id, of two duplicates either; model and prediction_id; image_id and
                field; dataset), and further columns of `decisions`: reviewer, reason, lead, new_class, new_box, ...

        Raises:
            UsageError: No suspect is called so, or several are, or a value means nothing.
        """
        from labelduck.worklist.deciding import decide

        return decide(self.folder, decision=decision, issue=issue, **told)

    def report(
        self,
        name: str,
        *,
        parameters: Mapping[str, str] | None = None,
        out: Path | str | None = None,
        formats: Sequence[str] = (),
        is_delivered: bool = False,
    ) -> Outcome:
        """Answer a report; `.document` has its tables and charts, `.files` what was written.

        Args:
            name: A shipped report, or one of the lake's own: `labelduck report list`.
            parameters: Values over the report's own: dataset, class_name, batch, annotator, model, from, to, since, ...
            out: Folder to write into; nothing is written when None.
            formats: html, static_html, pdf, xlsx, csv, spreadsheet_csv, parquet, json, markdown, junit; else the report's own.
            is_delivered: Whether it also goes to the report's destinations.

        Raises:
            UsageError: No such report, parameter or format.
            BadInputError: A definition cannot be used.
            LakeLockedError: Another process runs this report.
            LabelduckEnvironmentError: A format needs a program or package that is not here.
        """
        from labelduck import publishing, reports

        definition = reports.report(self.path, name)
        folder = None if out is None else Path(out)
        return self._changed(
            lambda: publishing.run_by_hand(
                self.folder,
                definition,
                parameters or {},
                out=folder,
                formats=formats,
                is_delivered=is_delivered,
            )
        )

    def connect(self) -> duckdb.DuckDBPyConnection:
        """Return a new read-only connection with all views, macros and Python functions.

        Raises:
            UsageError: There is no lake here.
        """
        from labelduck import functions

        connection = self.folder.connect()
        functions.register(connection)
        return connection

    def sql(self, query: str, *parameters: object) -> duckdb.DuckDBPyRelation:
        """Return the answer to a query; `.fetchall()`, `.to_arrow_table()`, `.pl()` or `.df()` give it a form.

        Views and macros only; `connect` adds the Python functions.

        Args:
            query: One statement, `?` for each parameter.
            parameters: Values of the `?`.

        Raises:
            UsageError: There is no lake here.
        """
        if self._connection is None:
            self._connection = self.folder.connect()
        return self._connection.sql(query, params=list(parameters) or None)

    def matching_rule(self, dataset: str, model: str) -> dict[str, str]:
        """Return how a model is matched on the newest version of a dataset: geometry, mode, difficult."""
        manifest = manifests.head(self.path, dataset)
        if manifest is None:
            raise UsageError(f"{self.path}: no dataset {dataset!r}")
        return derived.options(manifest, model, settings.load(self.path))

    def _changed(self, change: Callable[[], T]) -> T:
        self._connection = None  # the catalogue is about to be swapped
        return change()
