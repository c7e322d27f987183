"""A query of the console becomes a report, and nothing that it should not become."""

from __future__ import annotations

import pytest

from catalog_lake import open_lake, write_lake
from labelduck import reports
from labelduck.errors import BadInputError, UsageError
from labelduck.folder import LakeFolder

QUERY = "select image_id from images"


@pytest.fixture
def lake(tmp_path):
    return write_lake(tmp_path / "lake", {"images": [{"image_id": "a"}]})


def test_a_kept_query_is_a_report_that_answers(lake):
    path = reports.keep(lake, "how_many", title=" How many\nare there? ", query="select 7 as n")

    kept = reports.report(lake, "how_many")
    (answer,) = reports.answer(LakeFolder(lake), kept, {}).answers

    assert path == lake / "reports" / "how_many.sql"
    assert kept.title == "How many are there?"
    assert answer.table.to_pylist() == [{"n": 7}]


@pytest.mark.parametrize("name", ["../labelduck", "a/b", "", ".hidden", "1", "a.sql", "a b"])
def test_a_name_that_is_a_path_or_nothing_is_refused(lake, name):
    before = sorted(lake.rglob("*"))

    with pytest.raises(BadInputError):
        reports.keep(lake, name, title="t", query=QUERY)

    assert sorted(lake.rglob("*")) == before


def test_the_name_of_a_folders_description_is_no_reports(lake):
    with pytest.raises(UsageError, match="README"):
        reports.keep(lake, "README", title="t", query=QUERY)


@pytest.mark.parametrize("name", ["mine", "quality_overview"])
def test_what_is_there_already_stays_as_it_is(lake, name):
    path = reports.keep(lake, "mine", title="first", query=QUERY)

    with pytest.raises(UsageError, match="already"):
        reports.keep(lake, name, title="second", query="select 1")

    assert path.read_text().startswith("-- first\n")


@pytest.mark.parametrize(
    "query",
    [
        "from read_text('/etc/passwd')",
        "select (select count(*) from glob('*'))",
        "with x as (from read_csv('a.csv')) from x",
        "from images where image_id in (select file from glob('*'))",
        "from read_text(case when current_setting('enable_external_access') then 'a' else 'b' end)",
    ],
)
def test_a_query_that_would_read_other_files_later_is_refused(lake, query):
    with open_lake(lake) as connection, pytest.raises(UsageError):
        reports.check_reads_the_lake_alone(connection, query)


@pytest.mark.parametrize(
    "query",
    ["from images", "from range(3), images", "from gate_rules()", "select unnest([1])", "describe images"],
)
def test_a_query_of_views_tables_and_macros_is_not(lake, query):
    with open_lake(lake) as connection:
        assert reports.check_reads_the_lake_alone(connection, query) is None
