"""Every view and table in a stock DuckDB shell, which knows nothing of labelduck."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import labelduck
from catalog_lake import write_lake
from catalog_sample import write_sample
from labelduck import catalog, schema
from labelduck.evaluation import evaluate
from labelduck.folder import FINGERPRINT_NAME
from sample_files import HARDHAT

EVERYTHING = [
    *schema.TABLES,
    "versions",
    "version_files",
    "imports",
    *(view.name for view in catalog.views()),
]
TABLE_MACROS = [macro.name for macro in catalog.macros() if macro.is_table]


def shell(lake, *statements):
    """Run statements in the shell, started in the lake's folder, and return what it prints."""
    beside = Path(sys.executable).parent / "duckdb"
    program = str(beside) if beside.is_file() else shutil.which("duckdb")
    if program is None:
        pytest.skip("no duckdb shell: install duckdb-cli")
    command = [program, "-csv", "-bail", "labelduck.duckdb"]
    run = subprocess.run(
        command,
        cwd=lake,
        input=";\n".join(statements) + ";\n",
        capture_output=True,
        text=True,
        timeout=300,  # planning two hundred views costs a busy machine a minute
        check=False,
    )
    assert (run.returncode, run.stderr) == (0, "")
    return run.stdout


def evaluated(tmp_path, detector="a"):
    """Write a lake as `labelduck evaluate` does: its catalogue is a copy of the template, which reads what lies there."""
    lake = labelduck.open(tmp_path / "lake")
    annotations, predictions = (
        HARDHAT / "coco" / f"{name}.json" for name in ("instances", f"predictions_detector-{detector}")
    )
    evaluate(lake, annotations=annotations, predictions=predictions, dataset="d", model="m")
    return lake.path


def evaluated_again(tmp_path):
    """Write a lake that keeps an older version too: its catalogue names the current files."""
    evaluated(tmp_path)
    return evaluated(tmp_path, "b")


def evaluated_and_copied(tmp_path):
    """Write a lake and move it, as to another machine."""
    return evaluated(tmp_path).rename(tmp_path / "a lake elsewhere")


LAKES = {
    write_lake: "",
    write_sample: "",
    evaluated: "open",
    evaluated_again: "pinned",
    evaluated_and_copied: "open",
}


@pytest.mark.parametrize("write", LAKES, ids=lambda write: write.__name__)
def test_every_view_and_table_macro_runs(tmp_path, write):
    lake = write(tmp_path)
    relations = [*EVERYTHING, *(f"{name}()" for name in TABLE_MACROS)]

    printed = shell(lake, *(f"select '{r}' as name, count(*) from (from {r})" for r in relations))

    lines = [line for line in printed.splitlines() if line != "name,count_star()"]
    counts = dict(line.rsplit(",", 1) for line in lines)
    assert list(counts) == relations
    assert (counts["matches"] == "0") == (write is write_lake)
    catalogue = lake / "tables" / FINGERPRINT_NAME
    assert (catalogue.read_text() if LAKES[write] else "").startswith(LAKES[write])


@pytest.mark.parametrize("write", [evaluated, evaluated_again])
def test_the_answers_are_those_of_labelduck_itself(tmp_path, write):
    lake = write(tmp_path)
    query = "select metric, value::varchar as value from coco_metrics order by all"

    printed = shell(lake, query)

    own = labelduck.open(lake).sql(query).fetchall()
    assert printed.splitlines()[1:] == [f"{metric},{value}" for metric, value in own]
    assert len(own) == 12


def test_views_tell_what_they_are_about(tmp_path):
    printed = shell(
        write_lake(tmp_path), "select comment from duckdb_views() where view_name = 'coco_metrics'"
    )

    assert "How good is each model by the twelve COCO metrics?" in printed


def test_a_threshold_set_in_the_shell_changes_the_answers(tmp_path):
    count = "select count(*) from judged_predictions where is_correct"

    printed = shell(write_sample(tmp_path), count, "set variable min_iou = 0.95", count)

    _, at_50, _, at_95 = printed.split()
    assert int(at_95) < int(at_50)


def test_boxes_are_matched_at_an_iou_that_no_table_keeps(tmp_path):
    count = "select count(*) from match_boxes(min_iou := {}) where outcome = 'true_positive'"

    printed = shell(write_sample(tmp_path), count.format(0.3), count.format(0.62), count.format(0.97))

    found = [int(line) for line in printed.split() if line.isdecimal()]
    assert found == sorted(found, reverse=True)
    assert found[0] > found[-1]


def test_a_macro_measures_boxes_that_one_types(tmp_path):
    a, b = "box_from_xywh(0, 0, 2, 2)", "box_from_xywh(1, 0, 2, 2)"

    printed = shell(write_lake(tmp_path), f"select box_iou({a}, {b}) * 3")

    assert printed.split()[-1] == "1.0"
