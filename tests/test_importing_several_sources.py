"""What an import replaces: its own earlier rows, and with --replace what it stands for."""

from __future__ import annotations

import json

import pytest

import labelduck
import scenes
from labelduck.errors import UsageError


@pytest.fixture
def lake(tmp_path):
    return labelduck.open(tmp_path / "lake")


def region(number, x, **rest):
    value = {"x": x, "y": 10, "width": 10, "height": 10, "rotation": 0, "rectanglelabels": ["cat"]}
    where = {"original_width": 100, "original_height": 80, "image_rotation": 0}
    kind = {"type": "rectanglelabels", "from_name": "label", "to_name": "image"}
    return {"id": f"r{number}", "value": value} | kind | where | rest


def tasks(path, *, image, guesses=()):
    """Write a Label Studio export of one task with one annotation, and predictions as (model, x)."""
    predictions = [
        {"id": 10 + n, "model_version": model, "score": 0.5, "result": [region(n, x)]}
        for n, (model, x) in enumerate(guesses)
    ]
    made = {
        "id": 7,
        "completed_by": {"email": "ann@x.org"},
        "result": [region(0, 10)],
        "was_cancelled": False,
    }
    task = {
        "id": 1,
        "data": {"image": f"/data/{image}.jpg"},
        "annotations": [made],
        "predictions": predictions,
    }
    path.write_text(json.dumps([task]))
    return path


def counts(lake, table, column):
    return dict(lake.sql(f"select {column}, count(*) from {table} group by 1 order by 1").fetchall())


def test_predictions_that_come_with_annotations_are_matched_by_model(lake, tmp_path):
    path = tasks(tmp_path / "a.json", image="a", guesses=[("one", 10), ("two", 50)])

    lake.import_annotations(path, format="label_studio", dataset="d")
    comparisons = lake.build()

    assert counts(lake, "predictions", "model") == {"one": 1, "two": 1}
    assert [comparison.model for comparison in comparisons] == ["one", "two"]
    judged = lake.sql("select model, is_correct from judged_predictions order by all").fetchall()
    assert judged == [("one", True), ("two", False)]


def test_a_file_that_is_imported_again_replaces_the_predictions_that_came_with_it(lake, tmp_path):
    path = tasks(tmp_path / "a.json", image="a", guesses=[("one", 10), ("two", 50)])
    lake.import_annotations(path, format="label_studio", dataset="d")

    tasks(path, image="a", guesses=[("one", 10)])
    lake.import_annotations(path, format="label_studio", dataset="d")

    assert counts(lake, "predictions", "model") == {"one": 1}
    assert counts(lake, "models", "model") == {"one": 1}


def test_two_files_with_predictions_of_one_model_add_up(lake, tmp_path):
    first = tasks(tmp_path / "a.json", image="a", guesses=[("one", 10)])
    second = tasks(tmp_path / "b.json", image="b", guesses=[("one", 10)])

    lake.import_annotations(first, format="label_studio", dataset="d")
    lake.import_annotations(second, format="label_studio", dataset="d", id_prefix="b-")
    lake.build()

    assert counts(lake, "predictions", "image_id") == {"a": 1, "b": 1}
    assert counts(lake, "models", "model") == {"one": 1}
    assert counts(lake, "judged_predictions", "is_correct") == {True: 2}


def test_predictions_of_a_model_imported_by_name_replace_all_it_had(lake, tmp_path):
    path = scenes.coco(tmp_path / "gt.json", scenes.annotation(1))
    lake.import_annotations(tasks(tmp_path / "a.json", image="a", guesses=[("one", 10)]), dataset="d")
    lake.import_annotations(path, dataset="d")

    results = scenes.results(tmp_path / "results.json", scenes.result(), scenes.result())
    lake.import_predictions(results, model="one", dataset="d")

    assert counts(lake, "predictions", "image_id") == {"1": 2}


def test_reviews_come_beside_annotations_and_replace_only_reviews(lake, tmp_path):
    lake.import_annotations(scenes.coco(tmp_path / "gt.json", scenes.annotation(1)), dataset="d")
    for name, decision in (("old", "accepted"), ("new", "rejected")):
        (tmp_path / f"{name}.csv").write_text(f"annotation_id,reviewer,decision\n1,{name},{decision}\n")
    lake.import_annotations(tmp_path / "old.csv", format="reviews", dataset="d")

    lake.import_annotations(tmp_path / "new.csv", format="reviews", dataset="d", replace=True)

    assert lake.sql("select reviewer, decision from reviews").fetchall() == [("new", "rejected")]
    assert counts(lake, "annotations", "annotation_id") == {"1": 1}


def test_what_reviews_tell_follows_every_import_without_a_build(lake, tmp_path):
    judged = "select annotation_id, class_name, is_wrong from reviewed_annotations"
    lake.import_annotations(scenes.coco(tmp_path / "gt.json", scenes.annotation(1)), dataset="d")
    before = lake.sql(judged).fetchall()
    for name, decision in (("old", "accepted"), ("new", "rejected")):
        (tmp_path / f"{name}.csv").write_text(f"annotation_id,reviewer,decision\n1,{name},{decision}\n")

    lake.import_annotations(tmp_path / "old.csv", format="reviews", dataset="d")
    accepted = lake.sql(judged).fetchall()
    lake.import_annotations(tmp_path / "new.csv", format="reviews", dataset="d")
    rejected = lake.sql(judged).fetchall()
    relabelled = scenes.coco(tmp_path / "gt.json", scenes.annotation(1, category_id=2))
    lake.import_annotations(relabelled, dataset="d")

    class_name = accepted[0][1]
    assert before == []
    assert accepted == [("1", class_name, False)]
    assert rejected == [("1", class_name, True)]
    assert [row[1] != class_name for row in lake.sql(judged).fetchall()] == [True]


def test_a_damaged_file_that_reviews_tell_of_is_mended_by_importing_it_again(lake, tmp_path):
    source = scenes.coco(tmp_path / "gt.json", scenes.annotation(1))
    lake.import_annotations(source, dataset="d")
    (tmp_path / "r.csv").write_text("annotation_id,reviewer,decision\n1,ann,accepted\n")
    lake.import_annotations(tmp_path / "r.csv", format="reviews", dataset="d")
    for table, ruin in (("annotations", b"PAR1"), ("reviewed_annotations", None)):
        for path in (lake.path / "tables" / table).glob("?" * 32 + ".parquet"):
            path.write_bytes(ruin) if ruin else path.unlink()
    (lake.path / "tables" / ".catalog").write_text("open of another labelduck")

    lake.import_annotations(source, dataset="d")

    assert lake.sql("select annotation_id, is_wrong from reviewed_annotations").fetchall() == [("1", False)]


def test_annotations_that_replace_take_the_reviews_of_the_old_ones_along(lake, tmp_path):
    path = scenes.coco(tmp_path / "gt.json", scenes.annotation(1))
    lake.import_annotations(path, dataset="d")
    (tmp_path / "r.csv").write_text("annotation_id,reviewer,decision\n1,ann,accepted\n")
    lake.import_annotations(tmp_path / "r.csv", format="reviews", dataset="d")

    other = scenes.coco(tmp_path / "other.json", scenes.annotation(2))
    lake.import_annotations(other, dataset="d", replace=True)

    assert counts(lake, "annotations", "annotation_id") == {"2": 1}
    assert lake.sql("from reviews").fetchall() == []


def test_ids_of_two_files_that_meet_are_refused_with_the_remedy(lake, tmp_path):
    for name in ("a", "b"):
        tasks(tmp_path / f"{name}.json", image=name)
    lake.import_annotations(tmp_path / "a.json", dataset="d")

    with pytest.raises(UsageError, match="--id-prefix keeps both"):
        lake.import_annotations(tmp_path / "b.json", dataset="d")


def test_facts_of_the_call_fill_what_labels_and_assignments_leave_open(lake, tmp_path):
    path = tmp_path / "labels.csv"
    path.write_text("image_id,annotator,class_name\na,ann,cat\nb,,dog\n")

    lake.import_annotations(path, format="labels", dataset="d", annotator="bob", batch="b1", is_gold=True)

    rows = lake.sql("select image_id, annotator, batch, is_gold from image_labels order by 1").fetchall()
    assert rows == [("a", "ann", "b1", True), ("b", "bob", "b1", True)]


def test_a_model_that_a_folder_of_tables_tells_of_twice_is_one(lake, tmp_path):
    lake.import_annotations(scenes.coco(tmp_path / "gt.json", scenes.annotation(1)), dataset="d")
    folder = tmp_path / "tables"
    folder.mkdir()
    (folder / "models.csv").write_text("model,is_out_of_sample\none,false\n")
    (folder / "predictions.csv").write_text(
        "model,image_id,class_name,confidence,x_min,y_min,x_max,y_max\none,1,cat,0.5,1,1,9,9\n"
    )

    lake.import_annotations(folder, format="records", dataset="d")

    assert lake.sql("select model, is_out_of_sample from models").fetchall() == [("one", False)]


def test_a_model_that_is_only_described_is_not_compared(lake, tmp_path):
    lake.import_annotations(scenes.coco(tmp_path / "gt.json", scenes.annotation(1)), dataset="d")
    (tmp_path / "models.csv").write_text("model,is_out_of_sample\none,false\n")
    lake.import_annotations(tmp_path / "models.csv", format="models", dataset="d")

    assert lake.build() == []
    assert counts(lake, "models", "model") == {"one": 1}


def test_a_model_that_found_nothing_missed_all(lake, tmp_path):
    lake.import_annotations(scenes.coco(tmp_path / "gt.json", scenes.annotation(1)), dataset="d")
    lake.import_predictions(scenes.results(tmp_path / "r.json"), model="blind", format="coco", dataset="d")

    (comparison,) = lake.build()

    assert (comparison.model, comparison.n_images_predicted) == ("blind", 0)
    assert counts(lake, "judged_annotations", "is_found") == {False: 1}
