from __future__ import annotations

import json

import duckdb
import pytest

import labelduck
from labelduck.errors import BadInputError, LakeLockedError, UsageError
from scenes import annotation, coco, result, results


def rows(lake, query):
    return lake.sql(query).fetchall()


def test_an_import_makes_the_first_version_of_a_dataset_named_after_the_file(tmp_path):
    lake = labelduck.open(tmp_path / "lake")

    imported = lake.import_annotations(coco(tmp_path / "pets.json", annotation(1), annotation(2, category=2)))

    assert (imported.manifest.dataset, imported.manifest.version, imported.format) == ("pets", 1, "coco")
    assert rows(
        lake, "select dataset, annotation_id, class_name, box.x_max from annotations order by annotation_id"
    ) == [
        ("pets", "1", "cat", 30.0),
        ("pets", "2", "dog", 30.0),
    ]


def test_importing_the_same_path_again_replaces_its_rows_and_keeps_the_old_version(tmp_path):
    lake = labelduck.open(tmp_path / "lake")
    path = coco(tmp_path / "pets.json", annotation(1), annotation(2))
    lake.import_annotations(path)

    coco(path, annotation(2))
    lake.import_annotations(path)

    assert rows(lake, "select annotation_id from annotations") == [("2",)]
    assert rows(lake, "select version, parent from versions order by version") == [(1, None), (2, 1)]
    old = json.loads((lake.path / "versions/pets/1.json").read_text())
    (entry,) = [f for f in old["files"] if f["table_name"] == "annotations"]
    assert duckdb.sql(f"select count(*) from '{lake.path / entry['path']}'").fetchall() == [(2,)]


def test_an_unchanged_source_shares_its_files_between_versions(tmp_path):
    lake = labelduck.open(tmp_path / "lake")
    path = coco(tmp_path / "pets.json", annotation(1))

    first = lake.import_annotations(path).manifest
    second = lake.import_annotations(path).manifest

    assert [f.path for f in first.files] == [f.path for f in second.files]


def test_a_second_source_adds_to_the_dataset(tmp_path):
    lake = labelduck.open(tmp_path / "lake")
    lake.import_annotations(coco(tmp_path / "ana.json", annotation(1)), dataset="pets", annotator="ana")

    lake.import_annotations(coco(tmp_path / "ben.json", annotation(2), images=3), annotator="ben")

    assert rows(lake, "select annotation_id, annotator from annotations order by all") == [
        ("1", "ana"),
        ("2", "ben"),
    ]
    assert rows(lake, "select image_id from images order by all") == [("1",), ("2",), ("3",)]
    assert rows(lake, "select class_name from classes order by all") == [("cat",), ("dog",)]


def test_annotation_ids_of_two_sources_must_not_meet(tmp_path):
    lake = labelduck.open(tmp_path / "lake")
    lake.import_annotations(coco(tmp_path / "ana.json", annotation(1), annotation(2)), dataset="pets")
    other = coco(tmp_path / "ben.json", annotation(2))

    with pytest.raises(UsageError, match="1 of 1 annotation ids are there already"):
        lake.import_annotations(other)

    assert rows(lake, "select annotation_id from annotations order by all") == [("1",), ("2",)]
    lake.import_annotations(other, id_prefix="ben-")
    assert rows(lake, "select annotation_id from annotations order by all") == [("1",), ("2",), ("ben-2",)]
    lake.import_annotations(other, replace=True)
    assert rows(lake, "select annotation_id from annotations order by all") == [("2",)]


def test_with_two_datasets_an_import_must_say_which(tmp_path):
    lake = labelduck.open(tmp_path / "lake")
    lake.import_annotations(coco(tmp_path / "a.json", annotation(1)), dataset="a")
    lake.import_annotations(coco(tmp_path / "b.json", annotation(1)), dataset="b")

    with pytest.raises(UsageError, match=r"holds a, b: say which one with --dataset"):
        lake.import_annotations(coco(tmp_path / "c.json", annotation(1)))


def test_predictions_need_a_dataset(tmp_path):
    lake = labelduck.open(tmp_path / "lake")

    with pytest.raises(UsageError, match="import annotations first"):
        lake.import_predictions(results(tmp_path / "r.json", result()), model="m")


def test_a_model_is_replaced_by_its_next_import_and_others_stay(tmp_path):
    lake = labelduck.open(tmp_path / "lake")
    lake.import_annotations(coco(tmp_path / "pets.json", annotation(1)))
    lake.import_predictions(results(tmp_path / "a.json", result(score=0.1)), model="a")
    lake.import_predictions(results(tmp_path / "b.json", result(score=0.2)), model="b")

    lake.import_predictions(results(tmp_path / "a2.json", result(score=0.3)), model="a")

    assert rows(lake, "select model, confidence from predictions order by all") == [("a", 0.3), ("b", 0.2)]
    assert rows(lake, "select model, is_out_of_sample from models order by all") == [("a", True), ("b", True)]


def test_build_computes_only_what_changed(tmp_path):
    lake = labelduck.open(tmp_path / "lake")
    lake.import_annotations(coco(tmp_path / "pets.json", annotation(1)))
    lake.import_predictions(results(tmp_path / "a.json", result()), model="a")
    assert [(c.model, c.is_new) for c in lake.build()] == [("a", True)]

    lake.import_predictions(results(tmp_path / "b.json", result(score=0.2)), model="b")
    again = lake.build()

    assert [(c.model, c.is_new) for c in again] == [("a", False), ("b", True)]
    assert rows(lake, "select model, outcome from matches order by all") == [
        ("a", "true_positive"),
        ("b", "true_positive"),
    ]


def test_matches_of_annotations_that_changed_are_not_shown_until_the_next_build(tmp_path):
    lake = labelduck.open(tmp_path / "lake")
    path = coco(tmp_path / "pets.json", annotation(1))
    lake.import_annotations(path)
    lake.import_predictions(results(tmp_path / "a.json", result()), model="a")
    lake.build()

    coco(path, annotation(1, bbox=(60, 40, 20, 20)))
    lake.import_annotations(path)

    assert rows(lake, "select count(*) from matches") == [(0,)]
    lake.build()
    assert rows(lake, "select outcome from matches order by all") == [
        ("false_negative",),
        ("false_positive",),
    ]


def test_on_images_with_gold_a_model_is_measured_by_the_gold(tmp_path):
    lake = labelduck.open(tmp_path / "lake")
    lake.import_annotations(
        coco(tmp_path / "ana.json", annotation(1, bbox=(60, 40, 20, 20)), annotation(2, image=2)),
        dataset="pets",
    )
    lake.import_annotations(coco(tmp_path / "gold.json", annotation(3)), is_gold=True)
    lake.import_predictions(results(tmp_path / "a.json", result(), result(image=2)), model="a")

    lake.build()

    assert rows(lake, "select annotation_id, outcome from matches order by all") == [
        ("2", "true_positive"),
        ("3", "true_positive"),
    ]


def test_an_unusable_file_leaves_no_version_and_no_file_behind(tmp_path):
    lake = labelduck.open(tmp_path / "lake")
    path = coco(tmp_path / "pets.json", annotation(1))
    path.write_text(path.read_text()[:-20])

    with pytest.raises(BadInputError, match=r"pets\.json"):
        lake.import_annotations(path)

    assert not list((lake.path / "versions").glob("*/*"))
    assert {p.name for p in (lake.path / "tables").glob("*/*")} == {"empty.parquet"}


def test_a_reader_sees_the_last_version_while_another_one_is_written(tmp_path):
    lake = labelduck.open(tmp_path / "lake")
    lake.import_annotations(coco(tmp_path / "pets.json", annotation(1)))
    reader = labelduck.connect(lake.path)

    with lake.folder.writing():
        assert reader.sql("select count(*) from annotations").fetchall() == [(1,)]
        assert labelduck.connect(lake.path).sql("select count(*) from annotations").fetchall() == [(1,)]


def test_two_writers_the_second_says_who_is_busy(tmp_path):
    first = labelduck.open(tmp_path / "lake")
    first.import_annotations(coco(tmp_path / "pets.json", annotation(1)))
    second = labelduck.lake.Lake(tmp_path / "lake", lock_timeout=0.1)

    with first.folder.writing(), pytest.raises(LakeLockedError, match=r"process \d+ is writing"):
        second.build()


def test_a_folder_of_something_else_is_not_made_a_lake(tmp_path):
    (tmp_path / "thesis.txt").write_text("years of work")

    with pytest.raises(UsageError, match="is no lake and not empty"):
        labelduck.open(tmp_path).import_annotations(coco(tmp_path / "pets.json", annotation(1)))

    with pytest.raises(UsageError, match="is a file"):
        labelduck.open(tmp_path / "thesis.txt")


def test_connect_without_a_lake_says_how_to_make_one(tmp_path):
    with pytest.raises(UsageError, match="labelduck import"):
        labelduck.connect(tmp_path)


def test_a_slow_query_writes_no_progress_among_the_data(tmp_path):
    lake = labelduck.open(tmp_path / "lake")
    lake.import_annotations(coco(tmp_path / "pets.json", annotation(1)))

    assert rows(lake, "select current_setting('enable_progress_bar')") == [(False,)]


def test_a_dataset_may_have_any_name(tmp_path):
    lake = labelduck.open(tmp_path / "lake")
    name = "../Straße 7/été's"

    lake.import_annotations(coco(tmp_path / "pets.json", annotation(1)), dataset=name)

    assert rows(lake, "select dataset from annotations") == [(name,)]
    assert rows(lake, "select dataset from versions") == [(name,)]
    assert sorted(p.name for p in tmp_path.iterdir()) == ["lake", "pets.json"]


def test_thresholds_of_the_settings_are_the_views_defaults(tmp_path):
    lake = labelduck.open(tmp_path / "lake")
    lake.import_annotations(coco(tmp_path / "pets.json", annotation(1)))

    (lake.path / "labelduck.toml").write_text("[thresholds]\nmin_iou = 0.75\n")

    assert labelduck.open(lake.path).sql("select min_iou()").fetchall() == [(0.75,)]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[thresholds\n", "is no valid TOML"),
        ("[thresholds]\nmin_iou = 'high'\n", "thresholds.min_iou: 'high' is no finite number"),
        ("[matching]\nmode = 'fast'\n", "matching.mode: 'fast' is none of coco, corrected"),
        ("[matching]\nspeed = 1\n", "matching.speed: is unknown"),
    ],
)
def test_wrong_settings_name_file_place_and_remedy(tmp_path, text, message):
    lake = labelduck.open(tmp_path / "lake")
    lake.path.mkdir()
    (lake.path / "labelduck.toml").write_text(text)

    with pytest.raises(BadInputError, match=message):
        lake.import_annotations(coco(tmp_path / "pets.json", annotation(1)))


def test_predictions_of_which_none_fits_the_dataset_are_refused(tmp_path):
    lake = labelduck.open(tmp_path / "lake")
    lake.import_annotations(coco(tmp_path / "pets.json", annotation(1)))
    other = results(tmp_path / "r.json", result(image=77), result(image=78))

    with pytest.raises(BadInputError, match="none of its 2 records fits dataset pets; for example"):
        lake.import_predictions(other, model="m")

    assert rows(lake, "select version from versions") == [(1,)]


def test_predictions_on_one_split_are_compared_with_that_split(tmp_path):
    lake = labelduck.open(tmp_path / "lake")
    lake.import_annotations(coco(tmp_path / "a.json", annotation(1), images=1), dataset="pets", split="val")
    other = coco(
        tmp_path / "b.json", annotation(2, image=2), annotation(3, image=3), annotation(4, image=4), images=4
    )
    document = json.loads(other.read_text())
    document["images"] = document["images"][1:]
    other.write_text(json.dumps(document))
    lake.import_annotations(other, split="train")
    predictions = results(tmp_path / "p.json", result())

    lake.import_predictions(predictions, model="everywhere")
    lake.import_predictions(predictions, model="on val", matching={"split": "val"})
    everywhere, on_val = lake.build()

    assert "on 1 of 4 images" in everywhere.hint
    assert on_val.hint == ""
    assert rows(
        lake, "select model, round(value, 9) from coco_metrics where metric = 'AR100' order by all"
    ) == [
        ("everywhere", 0.25),
        ("on val", 1.0),
    ]
    with pytest.raises(UsageError, match="no image is of split 'test'; known splits: train, val"):
        lake.import_predictions(predictions, model="m", matching={"split": "test"})
