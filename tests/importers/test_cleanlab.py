"""Issue tables of cleanlab, by literal rows."""

from __future__ import annotations

import pyarrow.csv
import pyarrow.parquet
import pytest

from labelduck.errors import BadInputError
from labelduck.importers import cleanlab
from labelduck.importers.base import ReadOptions

TABLE = """image_id,is_label_issue,label_score,given_label,predicted_label,is_outlier_issue,outlier_score
a,True,0.125,cat,dog,False,0.75
b,False,1.0,cat,cat,True,0.0
"""


def read(path):
    tables: dict[str, list] = {}
    for batch in cleanlab.read(path, ReadOptions()):
        for table, rows in batch.items():
            tables.setdefault(table, []).extend(rows.to_pylist())
    return tables


def write(tmp_path, text, name="issues.csv"):
    path = tmp_path / name
    path.write_text(text)
    return path


def test_each_kind_of_issue_is_a_tag_of_each_item(tmp_path):
    tags = read(write(tmp_path, TABLE))["tags"]

    found = [
        (t["target"], t["target_id"], t["image_id"], t["tag"], t.get("value"), t.get("score")) for t in tags
    ]
    assert found == [
        ("image", "a", "a", "label", "true", 0.125),
        ("image", "b", "b", "label", "false", 1.0),
        ("image", "a", "a", "outlier", "false", 0.75),
        ("image", "b", "b", "outlier", "true", 0.0),
        ("image", "a", "a", "predicted_label", "dog", None),
        ("image", "b", "b", "predicted_label", "cat", None),
    ]
    assert {tag["tool"] for tag in tags} == {"cleanlab"}


def test_parquet_gives_the_same_tags(tmp_path):
    path = write(tmp_path, TABLE)
    rows = pyarrow.csv.read_csv(path)
    pyarrow.parquet.write_table(rows, tmp_path / "issues.parquet")

    assert read(tmp_path / "issues.parquet")["tags"] == read(path)["tags"]


def test_annotations_may_be_the_items(tmp_path):
    (tag,) = read(write(tmp_path, "annotation_id,is_label_issue,label_quality\n7,True,0.5\n"))["tags"]

    assert (tag["target"], tag["target_id"], tag["image_id"], tag["score"]) == ("annotation", "7", None, 0.5)


def test_rows_without_an_id_column_are_known_by_their_number_and_that_is_said(tmp_path):
    tables = read(write(tmp_path, "is_label_issue,label_score\nTrue,0.5\nFalse,1\n"))

    assert [tag["target_id"] for tag in tables["tags"]] == ["0", "1"]
    assert "the number of the row is taken" in tables["import_problems"][0]["problem"]


def test_values_that_are_none_are_left_empty_and_noted(tmp_path):
    tables = read(write(tmp_path, "id,is_label_issue,label_score\na,perhaps,low\n,True,0.5\nb,True,0.5\n"))

    assert [(t["target_id"], t["value"], t["score"]) for t in tables["tags"]] == [
        ("a", None, None),
        ("b", "true", 0.5),
    ]
    told = [row["problem"] for row in tables["import_problems"]]
    assert told == [
        "1 values of is_label_issue cannot be understood, the first in row 1; left empty",
        "1 values of label_score cannot be understood, the first in row 1; left empty",
        "1 rows have no id and are left out",
    ]


def test_a_table_of_something_else_is_refused(tmp_path):
    path = write(tmp_path, "a,b\n1,2\n")

    with pytest.raises(BadInputError, match="has no column is_<kind>_issue"):
        read(path)
    assert cleanlab.sniff(path) == 0.0
    assert cleanlab.sniff(write(tmp_path, TABLE)) == 0.95
