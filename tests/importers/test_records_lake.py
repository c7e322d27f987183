"""Tables by column name through the command line, into a lake that has no object at all."""

from __future__ import annotations

import pytest

import labelduck
from labelduck.cli import main
from labelduck.errors import UsageError

VOTES = "image_id,annotator,class_name,is_gold\na,ann,cat,\na,bob,dog,\nb,ann,dog,\na,,cat,true\n"
SCORES = "image_id,cat,dog\na,0.75,0.25\nb,0.5,0.5\n"


@pytest.fixture
def run(tmp_path, capsys):
    def call(*words):
        code = main([str(word) for word in (*words, "--lake", tmp_path / "lake")])
        return code, capsys.readouterr()

    return call


@pytest.fixture
def votes(tmp_path, run):
    path = tmp_path / "votes.csv"
    path.write_text(VOTES)
    code, _ = run("import", "labels", path, "--dataset", "d")
    assert code == 0
    return labelduck.open(tmp_path / "lake")


def test_votes_are_imported_counted_and_healthy(votes):
    rows = votes.sql(
        "select image_id, annotator, class_name, is_gold from image_labels order by all"
    ).fetchall()

    assert rows == [
        ("a", "ann", "cat", None),
        ("a", "bob", "dog", None),
        ("a", None, "cat", True),
        ("b", "ann", "dog", None),
    ]
    assert votes.sql("select n_images, n_annotations, n_problems from imports").fetchall() == [(2, 4, 0)]
    assert votes.sql("select n_errors, n_records from import_health").fetchall() == [(0, 6)]


def test_probabilities_go_under_their_model_and_are_not_matched(votes, tmp_path, run):
    path = tmp_path / "scores.csv"
    path.write_text(SCORES)

    code, _ = run("predictions", "labels", path, "--model", "net")

    assert code == 0
    assert votes.sql("select * from predicted_labels order by image_id").fetchall() == [
        ("d", "net", "a", "cat", 0.75, [0.75, 0.25]),
        ("d", "net", "b", "cat", 0.5, [0.5, 0.5]),
    ]
    assert votes.sql("select model, is_out_of_sample from models").fetchall() == [("net", True)]
    assert run("build")[0] == 0
    assert votes.sql("select count(*) from matches").fetchall() == [(0,)]
    # The doctor asks every view, on a lake of votes and probabilities alone.
    assert run("doctor")[0] == 0


def test_reviews_join_what_is_there_and_are_replaced_by_a_new_export(votes, tmp_path, run):
    path = tmp_path / "reviews.jsonl"
    for decision in ("reject", "approve"):
        path.write_text(f'{{"image_id": "a", "decision": "{decision}", "annotator": "ann"}}\n')
        code, _ = run("import", "reviews", path)
        assert code == 0

    assert votes.sql("select image_id, decision from reviews").fetchall() == [("a", "accepted")]
    assert votes.sql("select count(*) from image_labels").fetchall() == [(4,)]


def test_auto_takes_a_table_by_its_columns(tmp_path):
    path = tmp_path / "table.csv"
    path.write_text("filename,label,x,y,w,h\na.jpg,cat,1,2,3,4\n")

    lake = labelduck.open(tmp_path / "lake")
    imported = lake.import_annotations(path, annotator="ann", batch="b1")

    assert imported.n_rows["annotations"] == 1
    assert lake.sql("select annotator, batch, image_id from annotations").fetchall() == [("ann", "b1", "a")]


def test_a_word_that_is_no_table_names_those_that_are(tmp_path):
    path = tmp_path / "table.csv"
    path.write_text(VOTES)

    with pytest.raises(UsageError, match="reviews"):
        labelduck.open(tmp_path / "lake").import_annotations(path, format="votes")
