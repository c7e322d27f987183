"""All of an import happens, or nothing: its files become visible by one manifest."""

from __future__ import annotations

import getpass
import hashlib
import uuid
from collections import Counter
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc

from labelduck import manifests, merging, storage
from labelduck.derived import model_of, model_source
from labelduck.errors import BadInputError
from labelduck.manifests import Manifest
from labelduck.version import __version__

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from pathlib import Path

    from labelduck.importers.base import Batch
    from labelduck.storage import StoredFile

    Progress = Callable[[Counter[str]], None]

_TAXONOMY = ["class_name", "class_index", "supercategory", "definition"]
_BESIDE = ("models", "import_problems")
_OF_MODELS = ("models", "predictions", "predicted_labels")
ANNOTATED = ("annotations", "image_labels")
PREDICTED = ("predictions", "predicted_labels")


class Transaction:
    """Writers of one import; either all of their files enter a new version, or none stays behind.

    Args:
        lake: Folder of the lake.
        dataset: Dataset that gets a new version.
        source: What is imported; recorded with each file.
        run: What the version's history says of the import.
        message: Why, for the version's history.
        memory: Where rows are remembered for a build in the same process.

    Attributes:
        n_rows: Rows written so far, by table.
        models: By model, the matching options that were asked for.
        keeps: Tells whether a file of the version before stays, given the tables that this import filled.
    """

    def __init__(
        self,
        lake: Path,
        dataset: str,
        source: str,
        *,
        run: Mapping[str, Any],
        message: str | None,
        memory: storage.Memory | None,
    ) -> None:
        self.lake, self.dataset, self.source, self.message = lake, dataset, source, message
        self._run: dict[str, Any] = {"import_id": uuid.uuid4().hex, "started_at": _now(), **run}
        self.n_rows: Counter[str] = Counter()
        self.models: dict[str, dict[str, str]] = {}
        self.keeps: Callable[[StoredFile, set[str]], bool] = lambda _file, _filled: True
        self._first_problem = ""
        self._memory = memory
        self._writers: dict[tuple[str, str], storage.TableWriter] = {}

    def run(
        self,
        batches: Iterable[Batch],
        *,
        head: Manifest | None,
        progress: Progress | None,
    ) -> Manifest:
        """Write all batches, then the manifest that makes them a version."""
        try:
            for batch in batches:
                for table, rows in batch.items():
                    self._write(table, rows)
                if progress is not None:
                    progress(self.n_rows)
            self._refuse_if_useless()
            written = [file for writer in self._writers.values() if (file := writer.close())]
            files = merging.merged(self.lake, self.dataset, self._kept(head), written)
            manifest = self._manifest(head, files)
            manifests.commit(self.lake, manifest)
        except BaseException:
            for writer in self._writers.values():
                writer.discard()
                if writer.made is not None:
                    writer.made.unlink(missing_ok=True)
            raise
        return manifest

    def _kept(self, head: Manifest | None) -> list[StoredFile]:
        filled = {table for table, n in self.n_rows.items() if n}
        files = head.files if head else ()
        return [file for file in files if file.source != manifests.MERGED and self.keeps(file, filled)]

    def _refuse_if_useless(self) -> None:
        """A source of which not one record can be used is the wrong source, or goes to the wrong dataset."""
        n_problems = self.n_rows["import_problems"]
        if not n_problems or any(n for table, n in self.n_rows.items() if table not in _BESIDE):
            return
        raise BadInputError(
            str(self._run["path"]),
            "",
            f"none of its {n_problems:,} records fits dataset {self.dataset}; for example {self._first_problem}",
        )

    def _manifest(self, head: Manifest | None, files: list[StoredFile]) -> Manifest:
        return Manifest(
            dataset=self.dataset,
            version=head.version + 1 if head else 1,
            parent=head.version if head else None,
            created_at=_now(),
            author=_author(),
            message=self.message,
            taxonomy_hash=self._taxonomy_hash(files),
            imported=self._record(),
            models=(head.models if head else {}) | self.models,
            files=tuple(files),
        )

    def _write(self, table: str, rows: pa.Table) -> None:
        if not rows.num_rows:
            return
        if table == "import_problems":
            if not self._first_problem:
                first = (str(rows[name][0]) for name in ("source_file", "location", "problem"))
                self._first_problem = ": ".join(
                    part for part in first if part and part != str(self._run["path"])
                )
            rows = rows.append_column("import_id", pa.array([self._run["import_id"]] * rows.num_rows))
        for source, part in self._by_source(table, rows):
            if (table, source) not in self._writers:
                self._writers[table, source] = storage.TableWriter(
                    self.lake, table, dataset=self.dataset, source=source, memory=self._memory
                )
            self._writers[table, source].write(part)
        self.n_rows[table] += rows.num_rows

    def _by_source(self, table: str, rows: pa.Table) -> Iterator[tuple[str, pa.Table]]:
        """Yield rows with what they are recorded under: predictions that come with annotations go by their models."""
        if table not in _OF_MODELS or model_of(self.source) is not None:
            yield self.source, rows
            return
        for model in rows["model"].unique().to_pylist():
            yield model_source(model, self.source), rows.filter(pc.equal(rows["model"], model))

    def _taxonomy_hash(self, files: list[StoredFile]) -> str:
        classes = [f for f in files if f.table_name == "classes"]
        whole = [f for f in classes if f.source == manifests.MERGED] or classes
        rows = storage.read(self.lake, whole, "classes", columns=_TAXONOMY, memory=self._memory).to_pylist()
        return hashlib.sha256(repr(sorted(repr(list(row.values())) for row in rows)).encode()).hexdigest()

    def _record(self) -> dict[str, Any]:
        return self._run | {
            "finished_at": _now(),
            "n_images": self.n_rows["images"],
            "n_annotations": sum(self.n_rows[table] for table in ANNOTATED),
            "n_predictions": sum(self.n_rows[table] for table in PREDICTED),
            "n_problems": self.n_rows["import_problems"],
            "labelduck_version": __version__,
        }


def _author() -> str | None:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container may run under a number without a name
        return None


def _now() -> str:
    return datetime.now(tz=UTC).replace(tzinfo=None).isoformat(sep=" ", timespec="microseconds")
