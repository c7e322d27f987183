"""`labelduck gate`: may the newest version of a dataset be released? The answer, its reasons, and its place in the history."""

from __future__ import annotations

import uuid
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from labelduck import building, gate_settings, journal, manifests, settings
from labelduck.errors import UsageError
from labelduck.gate_settings import GATES
from labelduck.state import lake_state

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import duckdb

    from labelduck.folder import LakeFolder

SHOWN_VIOLATIONS = 10
_COLUMNS = (
    *("dataset", "version", "gate", "status", "value", "value_low", "value_high", "n", "threshold"),
    *("comparison", "n_violations", "sentence", "waived_by", "waiver_reason", "waived_until"),
)


@dataclass(frozen=True, kw_only=True)
class Judgement:
    """What the gates said at one moment.

    Attributes:
        evaluation: Id of this run in `gate_results`.
        evaluated_at: When (UTC).
        lake_state: Hash of all that it rests on.
        rows: Rows of `release_gate`, by column.
        violations: By dataset and gate, the first violations in words.
        is_strict: Whether not enough data is a failure too.
    """

    evaluation: str
    evaluated_at: datetime
    lake_state: str
    rows: Sequence[Mapping[str, Any]]
    violations: Mapping[tuple[str, str], Sequence[str]] = field(default_factory=dict)
    is_strict: bool = False

    @property
    def failed(self) -> list[Mapping[str, Any]]:
        """Rows that keep the version from being released."""
        return [row for row in self.rows if self.is_failure(row)]

    def is_failure(self, row: Mapping[str, Any]) -> bool:
        """Tell whether a row keeps its version from being released."""
        return row["status"] == "fail" or (self.is_strict and row["status"] == "not_enough_data")

    def counts(self, dataset: str) -> Counter[str]:
        """Return how many gates of a dataset have each status."""
        return Counter(row["status"] for row in self.rows if row["dataset"] == dataset)

    @property
    def datasets(self) -> list[str]:
        """Datasets that were judged, in order."""
        return list(dict.fromkeys(row["dataset"] for row in self.rows))

    def to_json(self) -> dict[str, Any]:
        """Return all of it as one document."""
        return {
            "evaluation": self.evaluation,
            "evaluated_at": self.evaluated_at.isoformat(),
            "lake_state": self.lake_state,
            "status": "fail" if self.failed else "pass",
            "gates": [
                dict(row) | {"violations": list(self.violations.get((row["dataset"], row["gate"]), ()))}
                for row in self.rows
            ],
        }


def judge(
    folder: LakeFolder, *, dataset: str | None = None, only: Sequence[str] = (), is_strict: bool = False
) -> Judgement:
    """Ask the gates, after building what is not built yet.

    Args:
        folder: The lake's.
        dataset: The only dataset to judge; all when None.
        only: Gates to ask; all when empty.
        is_strict: Take not enough data for a failure.

    Raises:
        UsageError: No such dataset or gate, no dataset at all, or a gate that labelduck.toml switches off.
        BadInputError: labelduck.toml or checklist.toml cannot be used, or a waiver has ended.
    """
    if unknown := [gate for gate in only if gate not in GATES]:
        raise UsageError(f"unknown gate {unknown[0]!r}; known are {', '.join(GATES)}")
    known = manifests.datasets(folder.path)
    if dataset is not None and dataset not in known:
        raise UsageError(f"{folder.path}: no dataset {dataset!r}; it holds {', '.join(known) or 'none'}")
    if not known and folder.exists():
        raise UsageError(
            f"{folder.path}: holds no dataset, and what is not there passes no gate; `labelduck import`"
        )
    options = settings.load(folder.path)
    now = datetime.now(UTC).replace(tzinfo=None)
    gate_settings.refuse_expired(
        folder.path / settings.FILE_NAME, tuple(options.gates.waivers), today=now.date()
    )
    if off := [gate for gate in only if gate in options.gates.off]:
        raise UsageError(f"gate {off[0]} is switched off in {folder.path / settings.FILE_NAME}")
    building.catch_up(folder)
    with folder.connect() as connection:
        connection.execute(f"set variable gate_day = '{now.date()}'")
        rows = _rows(connection, dataset, only)
        violations = _violations(connection, [row for row in rows if row["n_violations"]])
    return Judgement(
        evaluation=uuid.uuid4().hex,
        evaluated_at=now,
        lake_state=lake_state(folder),
        rows=rows,
        violations=violations,
        is_strict=is_strict,
    )


def record(folder: LakeFolder, judgement: Judgement) -> None:
    """Add a judgement to the history `gate_results`.

    Raises:
        LabelduckEnvironmentError: The history cannot be written.
    """
    common = {
        "evaluation": judgement.evaluation,
        "evaluated_at": judgement.evaluated_at,
        "lake_state": judgement.lake_state,
    }
    journal.append(folder.path, "gate_results", [common | dict(row) for row in judgement.rows])


def _rows(
    connection: duckdb.DuckDBPyConnection, dataset: str | None, only: Sequence[str]
) -> list[dict[str, Any]]:
    found = connection.execute(f"select {', '.join(_COLUMNS)} from release_gate").fetchall()  # noqa: S608 - our names
    rows = [dict(zip(_COLUMNS, row, strict=True)) for row in found]
    return [
        row
        for row in rows
        if (dataset is None or row["dataset"] == dataset) and (not only or row["gate"] in only)
    ]


def _violations(
    connection: duckdb.DuckDBPyConnection, rows: Sequence[Mapping[str, Any]]
) -> dict[tuple[str, str], list[str]]:
    found = {}
    for row in rows:
        query = (
            f"select violation from {row['gate']}_violations where dataset = ? "  # noqa: S608 - a gate's name is ours
            f"order by violation limit {SHOWN_VIOLATIONS}"
        )
        told = connection.execute(query, [row["dataset"]]).fetchall()
        found[row["dataset"], row["gate"]] = [str(violation) for (violation,) in told]
    return found
