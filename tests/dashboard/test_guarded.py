"""The console's SQL: one query, of this lake, within its time and rows, whatever is typed."""

from __future__ import annotations

import pytest

from catalog_lake import open_lake, write_lake
from labelduck import guarded
from labelduck.errors import UsageError

ATTACKS = {
    "another file": "from read_csv('/etc/passwd')",
    "another file by name": "from '/etc/passwd'",
    "another file as text": "from read_text('/etc/passwd')",
    "a way out of the tables": "from read_text('tables/../../labelduck.duckdb')",
    "the settings of the lake": "from read_text('labelduck.toml')",
    "names of files": "from glob('/etc/*')",
    "a copy": "copy (select 1) to '/tmp/stolen.csv'",
    "a copy into the lake": "copy (select 1) to 'tables/images/planted.parquet'",
    "a copy that is explained": "explain analyze copy (select 1) to 'tables/images/planted.parquet'",
    "an export": "export database 'tables/x'",
    "another database": "attach '/tmp/other.duckdb'",
    "leaving the lake": "use memory",
    "an extension": "load httpfs",
    "an extension from far away": "install httpfs",
    "a setting": "set enable_external_access = true",
    "a pragma": "pragma enable_profiling",
    "a call": "call pragma_version()",
    "a table": "create temp table t as select 1",
    "a row": "insert into annotations values ('d')",
    "a change": "update annotations set class_name = 'x'",
    "a view gone": "drop view worklist",
    "two queries": "select 1; select 2",
    "a query and more": "select 1; copy (select 1) to 'tables/images/planted.parquet'",
    "a query in a comment": "/* select 1 */ checkpoint",
    "a prepared one": "prepare p as select 1",
    "a transaction": "begin",
    "secrets": "from duckdb_secrets()",
    "a variable of the program": "from planted_rows",
    "nothing": "  -- nothing",
}


@pytest.fixture(scope="module")
def lake(tmp_path_factory):
    images = [{"image_id": str(n), "width": n} for n in range(30)]
    return write_lake(tmp_path_factory.mktemp("lake") / "lake", {"images": images})


@pytest.fixture(scope="module")
def locked(lake):
    with open_lake(lake) as connection:
        yield guarded.lock(connection, lake)


@pytest.mark.parametrize("attack", ATTACKS.values(), ids=ATTACKS)
def test_what_is_no_query_of_the_lake_is_refused(locked, lake, attack):
    planted_rows = [1]  # DuckDB would find it in the program, if it were let

    with pytest.raises(UsageError):
        guarded.ask(locked, attack)

    assert planted_rows == [1]
    assert [path.name for path in (lake / "tables" / "images").iterdir()] == ["rows.parquet"]
    assert guarded.ask(locked, "select count(*) as n from images").rows.to_pylist() == [{"n": 30}]


@pytest.mark.parametrize(
    "query",
    [
        "select image_id from images order by width",
        "with wide as (from images) select image_id from wide order by width",
        "from images select image_id order by width;  -- the end",
        "select image_id from images order by width -- the end",
    ],
)
def test_rows_come_in_their_order_up_to_the_limit(locked, query):
    answer = guarded.ask(locked, query, max_rows=3)

    assert answer.rows.to_pylist() == [{"image_id": "0"}, {"image_id": "1"}, {"image_id": "2"}]
    assert answer.is_cut
    assert not guarded.ask(locked, query, max_rows=30).is_cut


@pytest.mark.parametrize("query", ["describe images", "summarize images", "show tables", "values (1)"])
def test_what_only_tells_of_the_lake_is_a_query(locked, query):
    assert guarded.ask(locked, query).rows.num_rows > 0


def test_a_runaway_query_is_stopped_and_the_next_one_runs(locked):
    with pytest.raises(UsageError, match=r"stopped after 0\.3 s"):
        guarded.ask(locked, "select count(*) from range(100000000000), range(1000)", seconds=0.3)

    assert guarded.ask(locked, "select 1 as one").rows.to_pylist() == [{"one": 1}]


def test_a_plan_tells_how_a_query_ran_and_runs_nothing_else(locked, lake):
    assert "Total Time" in guarded.plan(locked, "from images")
    with pytest.raises(UsageError):
        guarded.plan(locked, "copy (select 1) to 'tables/images/planted.parquet'")
    assert not (lake / "tables" / "images" / "planted.parquet").exists()


def test_thresholds_of_one_query_do_not_leak_into_the_next(locked):
    own = guarded.cursor(locked)
    own.execute("set variable min_iou = 0.75")

    assert own.sql("select min_iou()").fetchall() == [(0.75,)]
    assert guarded.ask(locked, "select min_iou() as iou").rows.to_pylist() == [{"iou": 0.5}]
