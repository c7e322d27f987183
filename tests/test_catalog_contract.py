"""What every view keeps, without anyone writing it for the view."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from catalog_lake import open_lake, write_lake
from catalog_sample import write_sample
from labelduck import catalog, resources, schema

VIEWS = catalog.views()
MACROS = catalog.macros()
TESTS = Path(__file__).parent
LONGEST_BODY = 60

each_view = pytest.mark.parametrize("view", VIEWS, ids=lambda view: view.name)
each_macro = pytest.mark.parametrize("macro", MACROS, ids=lambda macro: macro.name)


@pytest.fixture(scope="module")
def filled(tmp_path_factory):
    connection = open_lake(write_sample(tmp_path_factory.mktemp("filled")))
    yield connection
    connection.close()


@pytest.fixture(scope="module")
def empty(tmp_path_factory):
    connection = open_lake(write_lake(tmp_path_factory.mktemp("empty")))
    yield connection
    connection.close()


@each_view
def test_columns_grain_rates_and_counts_are_those_of_the_header(filled, view):
    filled.execute(f"create or replace temp table given as from {view.name}")  # a view is planned once
    described = [name for name, *_ in filled.execute("describe given").fetchall()]
    rates = [name for name in view.columns if re.search(r"_rate(_low|_high)?$|precision|recall|^iou$", name)]
    counts = [name for name in view.columns if name.startswith("n_") or name == "n"]
    checks = [f"({name} is null or {name} between 0 and 1)" for name in rates]
    checks += [f"({name} is null or {name} >= 0)" for name in counts]

    n_rows, n_told_apart = filled.execute(
        f"select count(*), count(distinct ({', '.join(view.grain)})) from given"
    ).fetchall()[0]
    impossible = filled.execute(f"from given where not ({' and '.join(['true', *checks])})").fetchall()

    assert list(view.columns) == described
    assert n_rows > 0
    assert n_told_apart == n_rows
    assert impossible == []


@each_view
def test_question_and_column_comments_stand_in_the_database(filled, view):
    question = filled.execute(
        "select comment from duckdb_views() where view_name = ?", [view.name]
    ).fetchall()
    comments = filled.execute(
        "select column_name, comment from duckdb_columns() where table_name = ?", [view.name]
    ).fetchall()

    assert question == [(view.question,)]
    assert dict(comments) == view.columns


@each_view
def test_a_rate_travels_with_its_interval(view):
    rates = [name for name in view.columns if name.endswith("_rate")]

    assert all({f"{rate}_low", f"{rate}_high"} <= view.columns.keys() for rate in rates)


@each_view
def test_the_view_runs_on_an_empty_lake(empty, view):
    assert empty.execute(f"from {view.name}").fetchall() == []


@pytest.mark.parametrize("view", [v for v in VIEWS if v.layer == "answers"], ids=lambda view: view.name)
def test_the_order_of_an_answers_rows_does_not_depend_on_threads(filled, view):
    orders = []
    for threads in (1, 4):
        filled.execute(f"set threads = {threads}")
        orders.append(filled.execute(f"from {view.name}").fetchall())

    assert "order by" in view.sql
    # Sums of floating-point numbers may differ in the last digit.
    assert orders[0] == [
        tuple(pytest.approx(value) if isinstance(value, float) else value for value in row)
        for row in orders[1]
    ]


@each_view
def test_a_name_is_no_keyword_and_no_column_bears_a_views_name(view):
    keywords = {word for (word,) in duckdb.sql("select keyword_name from duckdb_keywords()").fetchall()}
    relations = {v.name for v in VIEWS} | schema.TABLES.keys()

    assert view.name not in keywords
    measures = {"agreement", "average_precision"}  # and the view or table of each
    assert not relations & view.columns.keys() - measures


@each_view
def test_the_view_has_a_test_of_its_own(view):
    tests = "".join(path.read_text() for path in (TESTS / "answers").rglob("test_*.py"))

    assert re.search(rf"\b{view.name}\b", tests)


@each_macro
def test_the_macro_has_a_test_and_a_comment(filled, macro):
    tests = "".join(path.read_text() for path in (TESTS / "macros").rglob("test_*.py"))
    called = {macro.name}
    while callers := {m.name for m in MACROS if m.uses & called} - called:
        called |= callers
    comments = filled.execute(
        "select comment from duckdb_functions() where function_name = ?", [macro.name]
    ).fetchall()

    assert (macro.sentence,) in comments
    assert any(re.search(rf"\b{name}\b", tests) for name in called)


@pytest.mark.parametrize("entry", [*VIEWS, *MACROS], ids=lambda entry: entry.name)
def test_a_query_fits_a_screen(entry):
    assert len(entry.sql.splitlines()) <= LONGEST_BODY


def test_every_table_and_its_columns_are_described(filled):
    tables = filled.execute("select view_name, comment from duckdb_views() where not internal").fetchall()
    without = filled.execute(
        "select table_name, column_name from duckdb_columns() where comment is null and not internal"
        " and database_name <> 'temp'"
    ).fetchall()

    assert schema.TABLES.keys() <= dict(tables).keys()
    assert all(comment for _, comment in tables)
    assert without == []


def test_no_view_calls_a_function_that_a_stock_shell_lacks(filled):
    plain = {name for (name,) in filled.execute("select function_name from duckdb_functions()").fetchall()}

    called = {
        name
        for entry in [*VIEWS, *MACROS]
        for name in re.findall(r"\b([a-z_]\w*)\(", re.sub(r"--.*|'[^']*'", "", entry.sql))
    }

    assert called - plain <= {
        "and",
        "as",
        "by",
        "coalesce",
        "columns",
        "from",
        "grouping",
        "in",
        "on",
        "or",
        "over",
        "try_cast",
        "using",
        "where",
    }


@pytest.mark.slow
def test_the_sql_is_written_in_the_house_style():
    program = shutil.which("sqlfluff", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    if program is None:
        pytest.skip("sqlfluff is not installed")

    run = subprocess.run(
        [program, "lint", "sql"], cwd=TESTS.parent, capture_output=True, text=True, check=False
    )

    assert run.returncode == 0, run.stdout


def test_the_index_is_current():
    written = (resources.folder("sql") / "README.md").read_text(encoding="utf-8")

    assert written == catalog.index(), "run `python -m labelduck.catalog`"
