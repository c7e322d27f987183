"""What a lake remembers line by line: kept by one writer beside another, shown by a view whatever a killed one left."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from catalog_lake import open_lake, write_lake
from labelduck import journal
from labelduck.errors import LabelduckEnvironmentError, UsageError
from labelduck.schema.histories import HISTORIES


def ask(lake, query):
    with open_lake(lake) as connection:
        return connection.execute(query).fetchall()


@pytest.mark.parametrize("history", HISTORIES)
def test_a_lake_without_a_past_shows_an_empty_table_with_the_declared_columns(tmp_path, history):
    lake = write_lake(tmp_path / "lake")

    described = ask(lake, f"select column_name, lower(column_type) from (describe {history})")

    assert ask(lake, f"from {history}") == []
    assert [name for name, _ in described] == list(HISTORIES[history].columns)
    assert [kind.replace('"', "") for _, kind in described] == [
        kind for kind, _ in HISTORIES[history].columns.values()
    ]


def test_rows_are_shown_as_they_were_given(tmp_path):
    lake = write_lake(tmp_path / "lake")
    noon = datetime(2026, 3, 1, 12, tzinfo=timezone(timedelta(hours=2)))

    journal.append(
        lake,
        "gate_results",
        [
            {"gate": "minimum_size", "value": 1.5, "value_high": float("inf"), "evaluated_at": noon},
            {"gate": "Zaun\n", "waived_until": date(2026, 4, 1), "n": 3},
        ],
    )
    journal.append(lake, "report_runs", [{"report": "weekly", "formats": ["html", "csv"], "attempt": 1}])

    rows = ask(
        lake,
        "select gate, value, value_high, evaluated_at::varchar, waived_until::varchar, n from gate_results",
    )
    assert rows == [
        ("minimum_size", 1.5, None, "2026-03-01 10:00:00", None, None),
        ("Zaun\n", None, None, None, "2026-04-01", 3),
    ]
    assert ask(lake, "select report, formats, artefacts, attempt from report_runs") == [
        ("weekly", ["html", "csv"], None, 1)
    ]


def test_writers_at_once_lose_nothing_and_half_a_line_harms_no_other(tmp_path):
    lake = write_lake(tmp_path / "lake")
    journal.append(lake, "report_runs", [{"run_id": "first"}])
    (file,) = (lake / "runs").glob("reports-*.jsonl")
    file.write_bytes(file.read_bytes() + b'{"run_id": "half')

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda n: journal.append(lake, "report_runs", [{"run_id": str(n)}] * 2), range(20)))

    assert ask(lake, "select count(*), count(distinct run_id) from report_runs") == [(41, 21)]
    assert file.name == f"reports-{datetime.now(UTC):%Y-%m}.jsonl"


def test_an_unknown_column_a_missing_lake_and_a_folder_in_the_way_are_told(tmp_path):
    lake = write_lake(tmp_path / "lake")
    (lake / "runs").write_text("in the way")

    with pytest.raises(ValueError, match="gate_results has no 'colour'"):
        journal.append(lake, "gate_results", [{"colour": 1}])
    with pytest.raises(UsageError, match="no lake here"):
        journal.append(tmp_path / "nowhere", "gate_results", [{}])
    with pytest.raises(LabelduckEnvironmentError, match="nothing was recorded"):
        journal.append(lake, "gate_results", [{}])
