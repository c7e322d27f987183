"""Data sets of faces, persons and their poses give the rows that their files tell."""

from __future__ import annotations

import json

import numpy as np
import pyarrow as pa
import pytest
from format_rows import box_of, rows_of
from PIL import Image

from labelduck.errors import BadInputError
from labelduck.importers import mot, reader
from labelduck.importers.base import Known, ReadOptions


def write(folder, files):
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")


def draw(folder, *names):
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        Image.new("L", (16, 8)).save(folder / name, "PNG")


def format_of(path):
    return reader("auto", path)[0]


def told(found):
    return [(row["image_id"], row["class_name"], box_of(row)) for row in found["annotations"]]


def points_of(row):
    return [tuple(point.values()) for point in row["keypoints"]]


def problems(found):
    return [(row["location"], row["problem"]) for row in found["import_problems"]]


def test_faces_of_wider_face_and_what_hides_them(tmp_path):
    lines = ["0--Parade/a.jpg", "2", "1 2 4 6 2 0 1 0 1 0", "5 5 1 1 0 0 0 1 2 0"]
    lines += ["1--Riot/b.jpg", "0", "0 0 0 0 0 0 0 0 0 0", "2--Fair/c.jpg", "1", "1 1 x 1 0 0 0 0 0 0"]
    write(tmp_path, {"wider_face_split/wider_face_val_bbx_gt.txt": "\n".join(lines)})

    found = rows_of("wider_face", tmp_path)

    assert format_of(tmp_path) == "wider_face"
    assert told(found) == [
        ("0--Parade/a", "face", (1, 2, 5, 8)),
        ("0--Parade/a", "face", (5, 5, 6, 6)),
    ]
    assert [(row["is_ignored"], row["occluded"]) for row in found["annotations"]] == [
        (False, 0.5),
        (True, 1.0),
    ]
    first = json.loads(found["annotations"][0]["attributes"])
    assert first == {"blur": 2, "expression": 0, "illumination": 1, "occlusion": 1, "pose": 0}
    assert [(row["image_id"], row["split"]) for row in found["images"]] == [
        ("0--Parade/a", "val"),
        ("1--Riot/b", "val"),
        ("2--Fair/c", "val"),
    ]
    assert [row["class_name"] for row in found["image_labels"]] == ["Parade", "Riot", "Fair"]
    assert problems(found) == [("line 10", "'x' is no number; left out")]


def test_a_face_of_celeba_has_its_box_and_landmarks_and_attributes(tmp_path):
    files = {
        "Anno/list_bbox_celeba.txt": "2\nimage_id x_1 y_1 width height\n1.jpg 10 20 30 40\n2.jpg 1 1 -5 4\n",
        "Anno/list_landmarks_celeba.txt": "1\nlefteye_x ...\n1.jpg 11 22 13 22 12 25 11 28 13 28\n",
        "Anno/list_attr_celeba.txt": "1\nBald Young\n1.jpg -1 1\n",
        "Anno/identity_CelebA.txt": "1.jpg 12\n2.jpg 5\n",
        "Eval/list_eval_partition.txt": "1.jpg 0\n2.jpg 2\n",
    }
    write(tmp_path, files)

    found = rows_of("celeba", tmp_path)

    assert format_of(tmp_path) == "celeba"
    (face,) = found["annotations"]
    assert (face["image_id"], face["geometry"], box_of(face)) == ("1", "keypoints", (10, 20, 40, 60))
    assert points_of(face) == [(11, 22, 2), (13, 22, 2), (12, 25, 2), (11, 28, 2), (13, 28, 2)]
    assert [(row["image_id"], row["field"], row["class_name"]) for row in found["image_labels"]] == [
        ("1", "identity", "12"),
        ("1", "attribute", "Young"),
        ("2", "identity", "5"),
    ]
    assert [(row["image_id"], row["split"]) for row in found["images"]] == [("1", "train"), ("2", "test")]
    assert "the wrong way round" in found["import_problems"][0]["problem"]


def test_landmarks_and_boxes_of_vggface2_are_one_face(tmp_path):
    landmarks = ",".join(f"P{i}{axis}" for i in range(1, 6) for axis in "XY")
    write(
        tmp_path,
        {
            "bb_landmark/loose_bb_train.csv": 'NAME_ID,X,Y,W,H\n"n01/0001_01",2,4,3,5\nn02/0001_01,1,1,1\n',
            "bb_landmark/loose_landmark_train.csv": f"NAME_ID,{landmarks}\nn01/0001_01,1,2,3,4,5,6,7,8,9,10\n",
            "labels.txt": "n01 Karl\n",
        },
    )

    found = rows_of("vgg_face2", tmp_path)

    assert format_of(tmp_path) == "vgg_face2"
    assert told(found) == [("n01/0001_01", "face", (2, 4, 5, 9))]
    assert points_of(found["annotations"][0])[:2] == [(1, 2, 2), (3, 4, 2)]
    assert [(row["field"], row["class_name"]) for row in found["image_labels"]] == [("identity", "Karl")]
    assert found["images"][0]["split"] == "train"
    assert problems(found) == [
        ("line 3", "expected person/picture and the numbers of a box or of five points; left out")
    ]


def test_lfw_names_persons_by_folder_and_keeps_landmarks(tmp_path):
    draw(tmp_path, "test/images/Ann_B/Ann_B_0001.jpg", "test/images/Cy/Cy_0002.jpg")
    write(
        tmp_path / "test/annotations",
        {
            "landmarks.txt": "Ann_B/Ann_B_0001.jpg\t0\t4\t3\t3\t2\t2\t1\t0\t3\t0\nNo/No_0001.jpg\t0\t4\t3\t3\t2\t2\t1\t0\t3\t0\n",
            "pairs.txt": "1\t1\n",
        },
    )

    found = rows_of("lfw", tmp_path)

    assert format_of(tmp_path) == "lfw"
    assert told(found) == [("Ann_B/Ann_B_0001", "face", (0, 0, 3, 4))]
    assert [(row["image_id"], row["class_name"]) for row in found["image_labels"]] == [
        ("Ann_B/Ann_B_0001", "Ann_B"),
        ("Cy/Cy_0002", "Cy"),
    ]
    assert {(row["split"], row["width"], row["height"]) for row in found["images"]} == {("test", 16, 8)}
    assert [text.partition(";")[0] for _, text in problems(found)] == [
        "pairs of pictures to compare have no place in the lake",
        "there is no picture No/No_0001.jpg",
    ]


def test_names_of_pictures_tell_persons_cameras_and_frames(tmp_path):
    names = ["bounding_box_train/0002_c1s3_000151_00.jpg", "query/-1_c2s1_000002_01.jpg"]
    names += [
        "bbox_test/00-1/00-1C2T0081F201.jpg",
        "bounding_box_test/0007_c2_f0046182.jpg",
        "bounding_box_test/Thumbs.jpg",
    ]
    draw(tmp_path, *names)

    found = rows_of("person_reid", tmp_path)

    assert format_of(tmp_path) == "person_reid"
    people = {row["image_id"]: row["class_name"] for row in found["image_labels"]}
    assert [
        (people[row["image_id"]], row["split"], row["video"], row["frame"]) for row in found["images"]
    ] == [
        ("00-1", "test", "C2T0081", 201),
        ("0007", "test", "c2", 46182),
        ("0002", "train", "c1s3", 151),
        ("-1", "query", "c2s1", 2),
    ]
    assert [row["source_file"] for row in found["import_problems"]] == ["bounding_box_test/Thumbs.jpg"]


def joints(x, visible=1):
    return [[x + i, 10 + i, visible] for i in range(15)] + [[0, 0, 0]]


def test_mpii_gives_each_person_of_a_picture_and_heads(tmp_path):
    record = {"img_paths": "a.jpg", "img_width": 100.0, "img_height": 50.0, "isValidation": 1.0}
    record |= {"joint_self": joints(20), "joint_others": [joints(60, 0), joints(1)[:3]]}
    record |= {"scale_provided": 2.5, "objpos": [30, 20]}
    write(tmp_path, {"mpii_annotations.json": json.dumps([record, {"joint_self": []}])})
    np.save(tmp_path / "mpii_headboxes.npy", np.array([[[1.0], [2.0]], [[5.0], [9.0]]]))

    found = rows_of("mpii", tmp_path)

    assert format_of(tmp_path) == "mpii"
    assert told(found) == [
        ("a", "person", (20, 10, 34, 24)),
        ("a", "person", (60, 10, 74, 24)),
        ("a", "head", (1, 2, 5, 9)),
    ]
    assert points_of(found["annotations"][0])[::15] == [(20, 10, 2), (0, 0, 0)]
    assert points_of(found["annotations"][1])[0] == (60, 10, 1)
    assert json.loads(found["annotations"][0]["attributes"]) == {"centre": [30, 20], "scale": 2.5}
    assert [row["location"] for row in found["import_problems"]] == ["[0].joint_others[1]", "[1]"]


@pytest.mark.parametrize("use", [{"a": 1}, [1], "1", 7, None])
def test_a_split_of_mpii_that_is_none_is_left_open(tmp_path, use):
    record = {"img_paths": "a.jpg", "img_width": 100, "img_height": 50, "joint_self": joints(20)}
    write(tmp_path, {"mpii_annotations.json": json.dumps([record | {"isValidation": use}])})

    (image,) = rows_of("mpii", tmp_path)["images"]

    assert image.get("split") is None


def test_arrays_that_hold_programs_are_never_run(tmp_path):
    write(tmp_path, {"mpii_annotations.json": json.dumps([{"img_paths": "a.jpg", "joint_self": joints(1)}])})
    np.save(tmp_path / "mpii_headboxes.npy", np.array([{"a": 1}], object), allow_pickle=True)

    found = rows_of("mpii", tmp_path)

    assert [row["class_name"] for row in found["annotations"]] == ["person"]
    assert "the head boxes are left out" in found["import_problems"][0]["problem"]


def test_tracks_of_motchallenge_count_from_one_and_those_of_tools_from_zero(tmp_path):
    info = "[Sequence]\nname=MOT17-02\nimDir=img1\nimWidth=1920\nimHeight=1080\nimExt=.png\n"
    line = "3,7,11,21,30,40,1,3,0.25\n4,7,1,1,2,2,0,9,1\n5,x,1,1,2,2,0,9,1\n"
    write(tmp_path / "theirs/train/MOT17-02", {"seqinfo.ini": info, "gt/gt.txt": line})
    write(tmp_path / "ours", {"gt/gt.txt": "1,-1,0,4,4,8,1,2,1.0\n", "gt/labels.txt": "a\nb\n"})

    theirs, ours = (rows_of("mot", tmp_path / name) for name in ("theirs", "ours"))

    assert format_of(tmp_path / "theirs") == "mot"
    assert told(theirs) == [
        ("MOT17-02/000003", "car", (10, 20, 40, 60)),
        ("MOT17-02/000004", "occluder", (0, 0, 2, 2)),
    ]
    assert [(row["track_id"], row["occluded"], row["is_ignored"]) for row in theirs["annotations"]] == [
        ("7", 0.75, False),
        ("7", 0.0, True),
    ]
    image = theirs["images"][0]
    assert (image["file_name"], image["width"], image["split"]) == (
        "train/MOT17-02/img1/000003.png",
        1920,
        "train",
    )
    assert (image["video"], image["frame"]) == ("MOT17-02", 3)
    assert problems(theirs) == [("line 3", "'x' is no number; left out")]
    assert told(ours) == [("000001", "b", (0, 4, 4, 12))]


def test_detections_of_motchallenge_are_predictions(tmp_path):
    write(tmp_path, {"det/det.txt": "1,-1,11,21,30,40,0.5,-1,-1,-1\n9,-1,1,1,2,2,0.5,-1,-1,-1\n"})
    images = pa.table({"image_id": ["000001"], "file_name": ["x"], "width": [100], "height": [100]})
    known = Known(images=images, classes=pa.table({"class_name": ["pedestrian"], "class_index": [1]}))

    batches = list(mot.read_predictions(tmp_path, known, ReadOptions()))

    rows = [row for batch in batches if "predictions" in batch for row in batch["predictions"].to_pylist()]
    assert [(row["image_id"], row["class_name"], row["confidence"], box_of(row)) for row in rows] == [
        ("000001", "pedestrian", 0.5, (10, 20, 40, 60))
    ]
    assert [row["problem"] for batch in batches for row in batch["import_problems"].to_pylist()] == [
        "no image has the id 000009; left out"
    ]


def test_actions_of_ava_are_fractions_of_their_frames(tmp_path):
    draw(tmp_path, "frames/v/v_0902.jpg")
    write(
        tmp_path / "annotations",
        {
            "ava_train_v2.2.csv": "v,0902,0.25,0.5,0.5,1,12,3\nv,0902,0.25,0.5,0.5,1,80,3\nv,0903,0,0,1,1,12,3\n",
            "ava_action_list_v2.2.pbtxt": 'label {\n name: "stand"\n label_id: 12\n}\n',
        },
    )

    found = rows_of("ava", tmp_path)

    assert format_of(tmp_path) == "ava"
    assert told(found) == [("v/0902", "stand", (4, 4, 8, 8)), ("v/0902", "action 80", (4, 4, 8, 8))]
    assert {(row["track_id"], row["group_id"]) for row in found["annotations"]} == {("v/3", "v/0902/3")}
    assert (found["images"][0]["split"], found["images"][0]["frame"]) == ("train", 902)
    assert "v_0903.jpg is unknown" in found["import_problems"][0]["problem"]


@pytest.mark.parametrize("number", ["9" * 30, "9" * 5000])
def test_numbers_of_ava_that_no_class_can_have_are_left_out(tmp_path, number):
    draw(tmp_path, "frames/v/v_0902.jpg")
    pbtxt = f'label {{\n name: "sit"\n label_id: {number}\n}}\nlabel {{\n name: "stand"\n label_id: 12\n}}\n'
    rows = f"v,0902,0.25,0.5,0.5,1,{number},3\nv,0902,0.25,0.5,0.5,1,12,3\n"
    write(tmp_path / "annotations", {"ava_train_v2.2.csv": rows, "ava_action_list_v2.2.pbtxt": pbtxt})

    found = rows_of("ava", tmp_path)

    assert told(found) == [("v/0902", "stand", (4, 4, 8, 8))]
    assert [row["location"] for row in found["import_problems"]] == ["line 1"]


@pytest.mark.parametrize(
    "name",
    ["wider_face", "celeba", "vgg_face2", "lfw", "person_reid", "mpii", "mot", "ava", "mvtec", "ade20k"],
)
def test_a_folder_of_something_else_is_refused_in_words(tmp_path, name):
    (tmp_path / "readme.md").write_text("nothing")

    with pytest.raises(BadInputError, match="holds no"):
        rows_of(name, tmp_path)
