"""All of an import happens, or nothing: its files become visible by one manifest."""

from __future__ import annotations

import getpass
import hashlib
import uuid
from collections import Counter
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from labelduck import manifests, merging, storage
from labelduck.errors import BadInputError
from labelduck.manifests import Manifest
from labelduck.version import __version__

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path

    from labelduck.importers.base import Batch
    from labelduck.storage import StoredFile

    Progress = Callable[[Counter[str]], None]

_TAXONOMY = ["class_name", "class_index", "supercategory", "definition"]
_BESIDE = ("models", "import_problems")
ANNOTATED = ("annotations", "image_labels")


class Transaction:
    """Writers of one import; either all of their files enter a new version, or none stays behind.

    Args:
        lake: Folder of the lake.
        dataset: Dataset that gets a new version.
        source: What is imported; recorded with each file.
        run: What the version's history says of the import.
        message: Why, for the version's history.
        memory: Where rows are remembered for a build in the same process.
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
        self._first_problem = ""
        self._memory = memory
        self._writers: dict[str, storage.TableWriter] = {}

    def run(
        self,
        batches: Iterable[Batch],
        *,
        head: Manifest | None,
        kept: list[StoredFile],
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
            files = merging.merged(self.lake, self.dataset, kept, written)
            manifest = self._manifest(head, files)
            manifests.commit(self.lake, manifest)
        except BaseException:
            for writer in self._writers.values():
                writer.discard()
                if writer.made is not None:
                    writer.made.unlink(missing_ok=True)
            raise
        return manifest

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
                self._first_problem = f"{rows['location'][0]}: {rows['problem'][0]}"
            rows = rows.append_column("import_id", pa.array([self._run["import_id"]] * rows.num_rows))
        if table not in self._writers:
            self._writers[table] = storage.TableWriter(
                self.lake, table, dataset=self.dataset, source=self.source, memory=self._memory
            )
        self._writers[table].write(rows)
        self.n_rows[table] += rows.num_rows

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
            "n_predictions": self.n_rows["predictions"],
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
