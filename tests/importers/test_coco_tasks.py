"""Files of several tasks of the same pictures tell each object once."""

from __future__ import annotations

import json

import pytest
from format_rows import rows_of

from labelduck.errors import BadInputError
from labelduck.importers import coco


def document(*annotations):
    return {
        "images": [{"id": 7, "file_name": "a.jpg", "width": 10, "height": 5}],
        "categories": [{"id": 1, "name": "cat"}, {"id": 2, "name": "person", "keypoints": ["nose"]}],
        "annotations": [{"image_id": 7, "category_id": 1, "iscrowd": 0} | each for each in annotations],
    }


def write(folder, files):
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(json.dumps(content))


CAT = {"id": 1, "bbox": [0, 0, 2, 2]}
PERSON = {"id": 2, "category_id": 2, "bbox": [1, 1, 3, 3]}
POSE = PERSON | {"keypoints": [2, 2, 2], "num_keypoints": 1}
GRASS = {"id": 1, "bbox": [0, 4, 10, 1]}


def test_objects_with_keypoints_count_once_and_stuff_is_numbered_by_itself(tmp_path):
    write(
        tmp_path,
        {
            "annotations/instances_val2017.json": document(CAT, PERSON),
            "annotations/person_keypoints_val2017.json": document(POSE),
            "annotations/stuff_val2017.json": document(GRASS),
        },
    )

    found = rows_of("coco", tmp_path)

    rows = [(row["annotation_id"], row["image_id"], row["geometry"]) for row in found["annotations"]]
    assert rows == [("2", "7", "keypoints"), ("1", "7", "box"), ("stuff/1", "7", "box")]
    assert [(image["image_id"], image["split"]) for image in found["images"]] == [("7", "val")]
    told = [(row["source_file"], row["severity"], row["problem"]) for row in found["import_problems"]]
    problem = "1 objects are told with their keypoints by person_keypoints too: counted once"
    assert told == [("annotations/instances_val2017.json", "warning", problem)]


@pytest.mark.parametrize("images", [[], [[]], [7]])
def test_a_task_that_names_no_image_adds_none(tmp_path, images):
    write(
        tmp_path / "annotations",
        {"instances_val.json": document(CAT), "stuff_val.json": document(GRASS) | {"images": images}},
    )

    found = rows_of("coco", tmp_path)

    assert [image["image_id"] for image in found["images"]] == ["7"]
    assert [row["annotation_id"] for row in found["annotations"]] == ["1"]
    assert {row["source_file"].endswith("stuff_val.json") for row in found["import_problems"]} == {True}


def test_splits_stand_before_the_ids_of_all_tasks(tmp_path):
    files = {f"instances_{split}.json": document(CAT) for split in ("train", "val")}
    write(tmp_path / "annotations", files | {"stuff_val.json": document(GRASS)})

    found = rows_of("coco", tmp_path)

    rows = [(row["annotation_id"], row["image_id"]) for row in found["annotations"]]
    assert rows == [("train/1", "train/7"), ("val/1", "val/7"), ("val/stuff/1", "val/7")]
    assert [image["image_id"] for image in found["images"]] == ["train/7", "val/7"]


def test_a_panoptic_file_counts_where_nothing_else_draws_its_objects(tmp_path):
    segments = {
        "image_id": 7,
        "file_name": "a.png",
        "segments_info": [{"id": 3, "category_id": 1, "bbox": [0, 0, 1, 1]}],
    }
    panoptic = document() | {"annotations": [segments]}
    write(tmp_path / "alone", {"panoptic_val.json": panoptic})
    write(tmp_path / "both", {"panoptic_val.json": panoptic, "instances_val.json": document(CAT)})

    alone, both = (rows_of("coco", tmp_path / name) for name in ("alone", "both"))

    assert [row["annotation_id"] for row in alone["annotations"]] == ["7/3"]
    assert [row["annotation_id"] for row in both["annotations"]] == ["1"]
    assert "import it by itself" in both["import_problems"][0]["problem"]


def test_labels_and_captions_join_the_objects_of_their_split(tmp_path):
    label, caption = {"id": 1}, {"id": 1, "caption": "a cat"}
    write(
        tmp_path,
        {
            "instances_val.json": document(CAT),
            "labels_val.json": document(label),
            "captions_val.json": document(caption),
        },
    )

    found = rows_of("coco", tmp_path)

    assert [row["annotation_id"] for row in found["annotations"]] == ["1"]
    assert [(row["image_id"], row["class_name"]) for row in found["image_labels"]] == [("7", "cat")]
    assert [(row["image_id"], row["value"]) for row in found["tags"]] == [("7", "a cat")]


def test_two_data_sets_in_one_folder_are_refused(tmp_path):
    files = {f"{name}/annotations/instances_val.json": document(CAT) for name in ("one", "two")}
    write(tmp_path, files)

    with pytest.raises(BadInputError, match=r"several data sets .one/annotations, two/annotations"):
        rows_of("coco", tmp_path)


def test_folders_of_tasks_and_one_file_beside_its_pictures_are_recognised(tmp_path):
    write(tmp_path / "tasks", {"annotations/captions_val.json": document({"id": 1, "caption": "x"})})
    write(tmp_path / "beside", {"annotations.json": document(CAT)})
    write(tmp_path / "other", {"settings.json": {"images": 3}})

    assert coco.sniff(tmp_path / "tasks") > 0.9
    assert coco.sniff(tmp_path / "beside") > 0.9
    assert coco.sniff(tmp_path / "other") == 0
