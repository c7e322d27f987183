"""The audit trail: durable, safe under two writers, whole after a writer was killed."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from catalog_lake import open_lake, write_lake
from labelduck import decisions
from labelduck.errors import LabelduckEnvironmentError, UsageError

ROW = {"dataset": "d", "image_id": "1", "annotation_id": "a", "issue": "bad_box", "decision": "confirm"}
SOURCES = Path(decisions.__file__).parents[1]


def count(lake):
    with open_lake(lake) as connection:
        return connection.execute("select count(*), count(distinct decision_id) from decisions").fetchall()[0]


def test_a_lake_without_decisions_shows_an_empty_table(tmp_path):
    lake = write_lake(tmp_path / "lake")

    assert count(lake) == (0, 0)


def test_a_decision_is_in_the_lake_as_it_was_given(tmp_path):
    lake = write_lake(tmp_path / "lake")
    given = ROW | {"decision": "fix", "new_class": "Hündchen\n", "suspicion": 1, "version": 2}

    made = decisions.append(lake, given | {"decided_at": "2026-01-01T12:00:00+02:00"})

    with open_lake(lake) as connection:
        rows = connection.execute(
            "select decision_id, decided_at::varchar, new_class, suspicion, version, box from decisions"
        ).fetchall()
    assert rows == [(made["decision_id"], "2026-01-01 10:00:00", "Hündchen\n", 1.0, 2, None)]


def test_two_writers_lose_nothing(tmp_path):
    lake = write_lake(tmp_path / "lake")

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda n: decisions.append(lake, ROW | {"annotation_id": str(n)}), range(40)))

    assert count(lake) == (40, 40)


def test_half_a_line_is_passed_over_and_the_next_writer_begins_a_new_one(tmp_path):
    lake = write_lake(tmp_path / "lake")
    decisions.append(lake, ROW | {"decided_at": "2026-01-01T00:00:00"})
    trail = lake / "decisions" / "2026-01-01.jsonl"
    whole = trail.read_bytes()
    trail.write_bytes(whole + whole[: len(whole) // 2])

    before = count(lake)
    decisions.append(lake, ROW | {"decided_at": "2026-01-01T00:00:01"})

    assert before == (1, 1)
    assert count(lake) == (2, 2)
    assert trail.read_bytes().startswith(whole)


@pytest.mark.parametrize("seed", [1, 2])
def test_a_killed_writer_leaves_every_decision_that_it_told_of(tmp_path, seed):
    lake = write_lake(tmp_path / "lake")
    program = (
        "import sys; from pathlib import Path; from labelduck import decisions\n"
        f"row = {ROW!r}\n"
        "for n in range(100000):\n"
        f"    print(decisions.append(Path({str(lake)!r}), row | {{'annotation_id': str(n)}})['decision_id'], flush=True)\n"
    )
    writer = subprocess.Popen(
        [sys.executable, "-c", program],
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": str(SOURCES)},
    )
    told = [writer.stdout.readline().strip() for _ in range(10 * seed)]

    writer.send_signal(signal.SIGKILL)
    told += writer.stdout.read().split()
    writer.wait()
    writer.stdout.close()
    decisions.append(lake, ROW)

    with open_lake(lake) as connection:
        kept = {name for (name,) in connection.execute("select decision_id from decisions").fetchall()}
    assert {name for name in told if len(name) == 32} <= kept


def test_decisions_that_come_together_come_once_and_all_or_none(tmp_path):
    lake = write_lake(tmp_path / "lake")
    rows = [ROW | {"decision_id": str(n), "annotation_id": str(n)} for n in range(3)]

    with pytest.raises(UsageError, match="decision 'perhaps' is unknown"):
        decisions.append_all(lake, [*rows, ROW | {"decision": "perhaps"}], name="file")
    first = decisions.append_all(lake, rows[:2], name="file")
    second = decisions.append_all(lake, rows, name="file")

    assert [row["decision_id"] for row in first + second] == ["0", "1", "2"]
    assert count(lake) == (3, 3)


@pytest.mark.parametrize(
    ("values", "complaint"),
    [
        ({"issue": "typo"}, "issue 'typo' is unknown"),
        ({"image_id": ""}, "needs its image_id"),
        ({"annotation_id": None}, "needs the annotation_id, prediction_id or field"),
        ({"suspicion": float("nan")}, "suspicion 'nan' is no finite number"),
        ({"new_class": "cat"}, "new_class and new_box go with fix"),
        ({"box": {"x_min": 1}}, "box needs x_min, y_min, x_max, y_max"),
        ({"decided_at": "soon"}, "decided_at 'soon' is no time"),
        ({"colour": "red"}, "a decision has no 'colour'"),
        ({"reviewer": 7}, "reviewer '7' is no text"),
    ],
)
def test_a_decision_that_means_nothing_is_refused(tmp_path, values, complaint):
    lake = write_lake(tmp_path / "lake")

    with pytest.raises(UsageError, match=complaint):
        decisions.append(lake, ROW | values)

    assert count(lake) == (0, 0)


def test_a_trail_that_cannot_be_written_says_so(tmp_path):
    lake = write_lake(tmp_path / "lake")
    (lake / "decisions").write_text("in the way")

    with pytest.raises(LabelduckEnvironmentError, match="nothing was decided"):
        decisions.append(lake, ROW)


def test_the_stock_shell_reads_decisions_of_a_moved_lake(tmp_path):
    shell = Path(sys.executable).parent / "duckdb"
    if not shell.exists():
        pytest.skip("the DuckDB shell is not installed")
    lake = write_lake(tmp_path / "lake")
    decisions.append(lake, ROW)
    moved = lake.rename(tmp_path / "moved")

    run = subprocess.run(
        [shell, "-readonly", "-json", "labelduck.duckdb", "-c", "select issue, decision from decisions"],
        cwd=moved, capture_output=True, text=True, check=True,
    )  # fmt: skip

    assert json.loads(run.stdout) == [{"issue": "bad_box", "decision": "confirm"}]
