"""Reading the files of sql/, and making a catalogue of them."""

from __future__ import annotations

import duckdb
import pytest

from catalog_lake import open_lake, write_lake
from labelduck import catalog, schema
from labelduck.catalog.files import read_macros, read_views
from labelduck.errors import UsageError

HEADER = """\
-- How many?
--
-- Counted by hand,
-- twice.
--
-- Grain: dataset
-- Columns:
--   dataset  dataset that
--              the row belongs to
--   n        how many
-- After: Nobody (1900)
-- Stored: counts
"""
QUERY = "select dataset, count(*) as n from images group by all\n"


@pytest.fixture
def sql(tmp_path):
    def write(**files):
        for path, text in files.items():
            target = tmp_path / f"{path.replace('__', '/')}.sql"
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text)
        return tmp_path

    return write


def test_a_header_becomes_the_views_description(sql):
    (view,) = read_views(sql(answers__classes__how_many=HEADER + QUERY))

    assert (view.name, view.layer, view.theme) == ("how_many", "answers", "classes")
    assert (view.question, view.note) == ("How many?", "Counted by hand,\ntwice.")
    assert (view.grain, view.after, view.stored) == (("dataset",), "Nobody (1900)", "counts")
    assert view.columns == {"dataset": "dataset that the row belongs to", "n": "how many"}
    assert (view.sql, view.uses) == (QUERY.strip(), {"images"})


def test_views_come_after_what_they_read_whatever_their_names(sql):
    reads = HEADER + "select dataset, n from {}\n"

    views = read_views(
        sql(answers__a=reads.format("b"), answers__b=reads.format("c"), facts__c=HEADER + QUERY)
    )

    assert [view.name for view in views] == ["c", "b", "a"]


def test_a_name_in_a_comment_or_text_is_not_read(sql):
    query = "select dataset, 'it''s b' as n from images -- not b\n"

    views = read_views(sql(answers__a=HEADER + query, answers__b=HEADER + QUERY))

    assert [view.uses for view in views] == [{"images"}, {"images"}]


def test_a_fact_must_not_read_an_answer(sql):
    folder = sql(facts__a=HEADER + "select dataset, n from b\n", answers__b=HEADER + QUERY)

    with pytest.raises(ValueError, match=r"a\.sql: a file of facts reads b of answers"):
        read_views(folder)


def test_views_must_not_read_each_other_in_a_circle(sql):
    folder = sql(
        facts__a=HEADER + "select dataset, n from b\n", facts__b=HEADER + "select dataset, n from a\n"
    )

    with pytest.raises(ValueError, match="circle: "):
        read_views(folder)


@pytest.mark.parametrize(
    ("header", "complaint"),
    [
        ("", "has no header"),
        ("-- How many\n", "is no question"),
        ("-- How many?\n-- Grain: image_id\n-- Columns:\n--   n  how many\n", "Grain must name columns"),
        ("-- How many?\n-- Grain: n\n-- Columns:\n--   n\n", "column n has no comment"),
    ],
)
def test_a_malformed_header_is_refused_with_its_place(sql, header, complaint):
    with pytest.raises(ValueError, match=rf"a\.sql: .*{complaint}"):
        read_views(sql(answers__a=header + QUERY))


def test_two_files_must_not_make_one_view(sql):
    with pytest.raises(ValueError, match="a is already "):
        read_views(sql(answers__x__a=HEADER + QUERY, answers__y__a=HEADER + QUERY))


def test_a_view_must_not_hide_a_table(sql):
    with pytest.raises(ValueError, match="images is already a table"):
        read_views(sql(answers__images=HEADER + QUERY))


def test_a_macro_file_makes_the_macro_of_its_name(sql):
    text = "-- One more.\ncreate or replace macro more(n, by_much := 1) as n + by_much;\n"

    (macro,) = read_macros(sql(macros__more=text))

    assert (macro.signature, macro.sentence, macro.is_table) == ("more(n, by_much := 1)", "One more.", False)
    with pytest.raises(ValueError, match="expected `create or replace macro other"):
        read_macros(sql(macros__other=text))


def test_a_lake_without_versions_has_none(tmp_path):
    lake = open_lake(write_lake(tmp_path))

    assert (
        lake.execute(
            "from versions union all by name from version_files union all by name from imports"
        ).fetchall()
        == []
    )


def test_each_table_shows_its_columns_in_the_order_of_the_schema(tmp_path):
    lake = open_lake(write_lake(tmp_path))

    for table, columns in schema.TABLES.items():
        described = [name for name, *_ in lake.execute(f"describe {table}").fetchall()]
        assert described == columns.names


def test_attributes_are_json(tmp_path):
    lake = open_lake(write_lake(tmp_path, {"images": [{"image_id": "1", "attributes": '{"city": "Bonn"}'}]}))

    assert lake.execute("select attributes ->> 'city' from images").fetchall() == [("Bonn",)]


def test_several_files_are_read_in_the_order_given(tmp_path):
    first = write_lake(tmp_path, {"images": [{"image_id": "1"}]})
    (tmp_path / "tables" / "images" / "rows.parquet").rename(tmp_path / "tables" / "images" / "old.parquet")
    write_lake(tmp_path, {"images": [{"image_id": "0"}]})
    files = {table: [f"tables/{table}/rows.parquet"] for table in schema.TABLES}
    files["images"] = ["tables/images/old.parquet", "tables/images/rows.parquet"]

    catalog.build(first / "labelduck.duckdb", files, [], {})

    assert open_lake(first).execute("select image_id from images").fetchall() == [("1",), ("0",)]


def test_a_setting_becomes_the_default_and_a_variable_goes_before_it(tmp_path):
    lake = open_lake(write_lake(tmp_path, settings={"min_iou": 0.6, "difficult_rule": "crowd"}))

    before = lake.execute("select min_iou(), difficult_rule()").fetchall()
    lake.execute("set variable min_iou = 0.9")

    assert before == [(0.6, "crowd")]
    assert lake.execute("select min_iou()").fetchall() == [(0.9,)]


@pytest.mark.parametrize("name", ["min_uoi", "box_iou", "../x"])
def test_a_setting_that_is_no_threshold_is_refused_with_those_that_are(tmp_path, name):
    with pytest.raises(UsageError, match=r"is no threshold; known are .*min_iou"):
        write_lake(tmp_path, settings={name: 0.6})


def test_names_with_quotes_do_no_harm(tmp_path):
    lake = write_lake(
        tmp_path / "Bob's lake", {"images": [{"image_id": "1"}]}, settings={"difficult_rule": "it's"}
    )
    connection = duckdb.connect(str(lake / "labelduck.duckdb"), read_only=True)
    connection.execute("set file_search_path = ?", [str(lake)])

    assert connection.execute("select image_id, difficult_rule() from images").fetchall() == [("1", "it's")]


def test_a_table_without_a_file_is_refused(tmp_path):
    files = {table: [f"tables/{table}/rows.parquet"] for table in schema.TABLES} | {"images": []}

    with pytest.raises(ValueError, match="no file for images"):
        catalog.build(tmp_path / "x.duckdb", files, [], {})


def test_a_damaged_template_in_the_cache_is_made_anew(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    write_lake(tmp_path / "one")
    (template,) = (tmp_path / "cache" / "labelduck").iterdir()
    catalogue = template / "labelduck.duckdb"
    catalogue.write_bytes(catalogue.read_bytes()[:5000])

    lake = open_lake(write_lake(tmp_path / "two"))

    assert lake.execute("from coco_metrics").fetchall() == []


def test_a_cache_that_cannot_be_written_costs_only_time(tmp_path, monkeypatch):
    (tmp_path / "cache").write_text("a file, where a folder should be")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))

    lake = open_lake(write_lake(tmp_path / "lake"))

    assert lake.execute("from coco_metrics").fetchall() == []


def test_the_cache_keeps_few_templates(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    (tmp_path / "labelduck").mkdir()
    for n in range(20):
        (tmp_path / "labelduck" / f"lake-{n}").mkdir()

    write_lake(tmp_path / "lake")

    assert len(list((tmp_path / "labelduck").iterdir())) == 8


def open_lake_at(folder, name):
    connection = duckdb.connect(str(folder / name), read_only=True)
    connection.execute(f"set file_search_path = '{folder}'")
    return connection
