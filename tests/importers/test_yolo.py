"""YOLO datasets in all their layouts become images, classes and annotations in pixels; what cannot be used is a problem."""

from __future__ import annotations

import pyarrow as pa
import pytest
from PIL import Image

from labelduck.errors import BadInputError, UsageError
from labelduck.importers import yolo
from labelduck.importers.base import ReadOptions


@pytest.fixture
def scene(tmp_path):
    """Write files; a picture is given by its size."""

    def write(files, root=tmp_path):
        for name, content in files.items():
            file = root / name
            file.parent.mkdir(parents=True, exist_ok=True)
            if isinstance(content, tuple):
                Image.new("RGB", content).save(file)
            elif isinstance(content, bytes):
                file.write_bytes(content)
            else:
                file.write_text(content)
        return root

    return write


def rows(path, table, **options):
    batches = list(yolo.read(path, ReadOptions(**options)))
    return [row for batch in batches if table in batch for row in batch[table].to_pylist()]


def problems(path, **options):
    found = rows(path, "import_problems", **options)
    return [(row["source_file"], row["location"], row["severity"], row["problem"]) for row in found]


def box(x_min, y_min, x_max, y_max):
    return {"x_min": x_min, "y_min": y_min, "x_max": x_max, "y_max": y_max}


def test_a_detect_dataset_becomes_boxes_in_pixels(scene):
    path = scene(
        {
            "data.yaml": "train: images/train\nval: images/val\nnames: [cat, dog]\n",
            "images/train/a.png": (200, 100),
            "labels/train/a.txt": "1 0.5 0.5 0.25 0.5\n\n0 0.125 0.25 0.25 0.5\n",
            "images/val/b.jpg": (64, 64),
            "labels/val/b.txt": "",
            "images/val/c.jpg": (64, 32),
        }
    )

    annotations = rows(path, "annotations")
    images = rows(path, "images")

    assert [(a["annotation_id"], a["image_id"], a["class_name"], a["geometry"]) for a in annotations] == [
        ("a/0", "a", "dog", "box"),
        ("a/1", "a", "cat", "box"),
    ]
    assert [a["box"] for a in annotations] == [box(75, 25, 125, 75), box(0, 0, 50, 50)]
    assert [a["area"] for a in annotations] == [2500, 2500]
    assert [(a["source_file"], a["source_ref"]) for a in annotations] == [
        ("labels/train/a.txt", "line 1"),
        ("labels/train/a.txt", "line 3"),
    ]
    assert [(i["image_id"], i["file_name"], i["width"], i["height"], i["split"]) for i in images] == [
        ("a", "images/train/a.png", 200, 100, "train"),
        ("b", "images/val/b.jpg", 64, 64, "val"),
        ("c", "images/val/c.jpg", 64, 32, "val"),
    ]
    assert problems(path) == []


def test_an_empty_label_file_is_a_verdict_and_a_missing_one_is_none(scene):
    path = scene(
        {"images/seen.png": (9, 9), "images/unseen.png": (9, 9), "labels/seen.txt": "", "classes.txt": "cat"}
    )

    images = rows(path, "images")

    assert [(i["image_id"], i["is_annotated"]) for i in images] == [("seen", True), ("unseen", False)]


def test_full_precision_survives(scene):
    path = scene(
        {
            "images/a.png": (353, 500),
            "classes.txt": "c",
            "labels/a.txt": "0 0.3441926345609065 0.611 0.41643059490084983 0.262",
        }
    )

    found = rows(path, "annotations")[0]["box"]

    assert found["x_min"] == pytest.approx(48, abs=1e-12)
    assert found["x_max"] == pytest.approx(195, abs=1e-12)


@pytest.mark.parametrize(
    "files",
    [
        {
            "data.yaml": "path: .\ntrain: images/train\nnames: {0: cat}",
            "images/train/a.png": (4, 4),
            "labels/train/a.txt": "0 .5 .5 1 1",
        },
        {
            "data.yaml": "train: ../train/images\nnames: ['cat']",
            "train/images/a.png": (4, 4),
            "train/labels/a.txt": "0 .5 .5 1 1",
        },
        {
            "data.yaml": "train: train\nnames: ['cat']",
            "train/images/a.png": (4, 4),
            "train/labels/a.txt": "0 .5 .5 1 1",
        },
        {
            "data.yaml": "train: [images/train]\nnames: ['cat']",
            "images/train/a.png": (4, 4),
            "labels/train/a.txt": "0 .5 .5 1 1",
        },
        {
            "my.yaml": "train: t.txt\nnames: ['cat']",
            "t.txt": "./images/train/a.png\n",
            "images/train/a.png": (4, 4),
            "labels/train/a.txt": "0 .5 .5 1 1",
        },
        {
            "obj.data": "classes = 1\ntrain = data/train.txt\nnames = data/obj.names\nbackup = backup/",
            "obj.names": "cat\n",
            "train.txt": "data/obj_train_data/a.png",
            "obj_train_data/a.png": (4, 4),
            "obj_train_data/a.txt": "0 .5 .5 1 1",
        },
        {"classes.txt": "cat\n", "images/train/a.png": (4, 4), "labels/train/a.txt": "0 .5 .5 1 1"},
        {"classes.txt": "cat\n", "train/images/a.png": (4, 4), "train/labels/a.txt": "0 .5 .5 1 1"},
        {"obj.names": "cat\n", "train/a.png": (4, 4), "train/a.txt": "0 .5 .5 1 1"},
        {
            "notes.json": '{"categories": [{"id": 0, "name": "cat"}]}',
            "images/train2017/a.png": (4, 4),
            "labels/train2017/a.txt": "0 .5 .5 1 1",
        },
    ],
    ids=[
        "map",
        "roboflow",
        "folder_of_both",
        "list",
        "txt",
        "darknet",
        "by_kind",
        "by_split",
        "beside",
        "label_studio",
    ],
)
def test_every_layout_gives_the_same_rows(scene, files):
    path = scene(files)

    images, annotations = rows(path, "images"), rows(path, "annotations")

    assert [(i["image_id"], i["split"], i["is_annotated"]) for i in images] == [("a", "train", True)]
    assert [(a["class_name"], a["box"]) for a in annotations] == [("cat", box(0, 0, 4, 4))]
    assert problems(path) == []


def test_a_folder_of_labels_finds_its_pictures_and_names_beside_it(scene):
    path = scene(
        {
            "data.yaml": "names: [cat]\ntrain: gone",
            "images/val/a.png": (4, 4),
            "labels/val/a.txt": "0 .5 .5 1 1",
        }
    )

    below = path / "labels" / "val"

    assert [(i["image_id"], i["split"]) for i in rows(below, "images")] == [("a", "val")]
    assert [a["class_name"] for a in rows(below, "annotations")] == ["cat"]


def test_the_same_name_in_two_splits_keeps_the_split_in_front(scene):
    path = scene(
        {
            "data.yaml": "train: images/train\nval: images/val\nnames: [cat]",
            "images/train/a.png": (4, 4),
            "images/val/a.png": (4, 4),
            "images/val/b.png": (4, 4),
        }
    )

    assert [i["image_id"] for i in rows(path, "images")] == ["train/a", "val/a", "val/b"]


def test_a_split_that_repeats_another_is_recorded_once(scene):
    path = scene(
        {
            "data.yaml": "train: images\nval: images\nnames: [cat]",
            "images/a.png": (4, 4),
            "labels/a.txt": "0 .5 .5 1 1",
        }
    )

    assert [i["split"] for i in rows(path, "images")] == ["train"]
    assert problems(path) == [
        ("", "val", "warning", "1 images of split val are those of split train: recorded once, as train")
    ]


def test_a_split_that_is_not_there_is_a_problem(scene):
    path = scene({"data.yaml": "train: images\ntest: gone\nnames: [cat]", "images/a.png": (4, 4)})

    assert problems(path) == [("data.yaml", "test", "error", "gone is not there: its images are left out")]


def test_names_that_yaml_would_turn_into_other_things_stay_names(scene):
    path = scene(
        {"data.yaml": "train: images\nnames: {0: no, 1: 010, 2: 1.0}\nnc: 3", "images/a.png": (4, 4)}
    )

    assert [(c["class_index"], c["class_name"]) for c in rows(path, "classes")] == [
        (0, "no"),
        (1, "010"),
        (2, "1.0"),
    ]


def test_two_classes_of_one_name_stay_two(scene):
    path = scene({"data.yaml": "train: images\nnames: [cat, cat]", "images/a.png": (4, 4)})

    assert [c["class_name"] for c in rows(path, "classes")] == ["cat", "cat (1)"]
    assert problems(path)[0][:3] == ("data.yaml", "names[1]", "repaired")


def test_what_else_data_yaml_says_is_kept(scene):
    path = scene(
        {
            "data.yaml": "train: images\nnames: [cat]\nroboflow:\n  workspace: w\n  version: 3\nkpt_shape: [2, 3]\nflip_idx: [1, 0]\nkpt_names: {0: [nose, tail]}",
            "images/a.png": (4, 4),
        }
    )

    (row,) = rows(path, "classes")

    assert row["keypoint_names"] == ["nose", "tail"]
    assert '"roboflow": {"workspace": "w", "version": "3"}' in row["attributes"]
    assert '"flip_idx": ["1", "0"]' in row["attributes"]


@pytest.mark.parametrize(
    ("line", "severity", "problem"),
    [
        ("0 0.5 0.5 0.5", "error", "expected a class and 4 numbers, found 3 after the class"),
        ("0 0.5 0.5 0.5 0.5 0.5 0.5", "error", "expected a class and 4 numbers, found 6 after the class"),
        ("0 0.5 nan 0.5 0.5", "error", "holds what is no finite number"),
        ("0 0.5 inf 0.5 0.5", "error", "holds what is no finite number"),
        ("0 0.5 1e999 0.5 0.5", "error", "holds what is no finite number"),
        ("0 0.5 x 0.5 0.5", "error", "holds what is no finite number"),
        ("cat 0.5 0.5 0.5 0.5", "error", "holds what is no finite number"),
        ("0,0.5,0.5,0.5,0.5", "error", "holds what is no finite number"),
        ("0.5 0.5 0.5 0.5 0.5", "error", "the class is no whole number, 0 or more"),
        ("-1 0.5 0.5 0.5 0.5", "error", "the class is no whole number, 0 or more"),
        ("0 0.5 0.5 -0.001 0.5", "error", "the width or height is negative"),
        (
            "0 120 80 40 30",
            "error",
            "a coordinate is not within 0 to 1: coordinates must be fractions of the picture's width and height, not pixels",
        ),
        ("0 1.005 0.5 0.5 0.5", "warning", "a coordinate leaves 0 to 1 by up to 0.01"),
        ("0 0.5 0.5 0 0.5", "warning", "the box has no area"),
        ("7 0.5 0.5 0.5 0.5", "warning", "the class number 7 has no name"),
        ("0 0.5 0.5 0.25 0.25", "warning", "repeats line 2; it is kept, though training tools drop it"),
    ],
)
def test_a_bad_line_is_a_problem_with_its_place(scene, line, severity, problem):
    label = f"\n0 0.5 0.5 0.25 0.25\n\n{line}\n0 0.25 0.25 0.5 0.5\n"
    path = scene({"classes.txt": "cat", "images/a.png": (8, 8), "labels/a.txt": label})

    found = rows(path, "import_problems", task="detect")
    kept = [a["source_ref"] for a in rows(path, "annotations", task="detect")]

    assert [(f["source_file"], f["location"], f["severity"], f["problem"], f["record"]) for f in found] == [
        ("labels/a.txt", "line 4", severity, problem, line)
    ]
    assert kept == (["line 2", "line 5"] if severity == "error" else ["line 2", "line 4", "line 5"])


def test_ids_do_not_move_when_a_line_before_is_refused(scene):
    path = scene(
        {"classes.txt": "cat", "images/a.png": (8, 8), "labels/a.txt": "0 bad .5 .5 .5\n0 .5 .5 .5 .5"}
    )

    assert [a["annotation_id"] for a in rows(path, "annotations")] == ["a/1"]


def test_a_box_may_hang_over_the_edge(scene):
    path = scene({"classes.txt": "cat", "images/a.png": (100, 100), "labels/a.txt": "0 0.95 0.5 0.2 0.2"})

    assert rows(path, "annotations")[0]["box"] == box(85, 40, pytest.approx(105), 60)
    assert problems(path) == []


@pytest.mark.parametrize(
    "label", [b"\xef\xbb\xbf0 .5 .5 1 1\r\n0 .5 .5 .5 .5", b"0 .5 .5 1 1\r0\t.5  .5 .5 .5  \r"]
)
def test_line_ends_tabs_and_byte_order_marks_do_not_matter(scene, label):
    path = scene({"classes.txt": "cat", "images/a.png": (4, 4), "labels/a.txt": label})

    assert [(a["source_ref"], a["area"]) for a in rows(path, "annotations")] == [
        ("line 1", 16),
        ("line 2", 4),
    ]


def test_labels_without_a_size_are_a_problem_and_never_a_guess(scene):
    path = scene(
        {
            "classes.txt": "cat",
            "images/a.png": (4, 4),
            "labels/a.txt": "0 .5 .5 1 1",
            "labels/b.txt": "0 .5 .5 1 1\n0 .5 .5 .5 .5",
            "images/c.png": b"no picture",
            "labels/c.txt": "0 .5 .5 1 1",
        }
    )

    found = problems(path)

    assert [image["image_id"] for image in rows(path, "images")] == ["a"], "b and c must not look empty"
    assert [(name, severity) for name, _, severity, _ in found] == [
        ("labels/b.txt", "error"),
        ("labels/c.txt", "error"),
    ]
    assert found[0][3].startswith("2 of the labels are left out, for the picture's size is not known")
    assert "--images" in found[0][3]
    assert "--sizes" in found[0][3]


def test_no_size_at_all_is_refused_with_the_remedy(scene):
    path = scene({"classes.txt": "cat", "labels/a.txt": "0 .5 .5 1 1"})

    with pytest.raises(BadInputError, match=r"no picture found.*--images.*--sizes"):
        rows(path, "annotations")


def test_sizes_come_from_a_csv_or_from_pictures_elsewhere(scene, tmp_path):
    path = scene({"classes.txt": "cat", "labels/a.txt": "0 .5 .5 1 1"}, root=tmp_path / "labels_only")
    scene({"sizes.csv": "file_name,width,height\na.jpg,40,20\n", "pictures/deep/a.png": (10, 30)})

    by_csv = rows(path, "images", sizes=tmp_path / "sizes.csv")
    by_pictures = rows(path, "images", images=tmp_path / "pictures")

    assert [(i["file_name"], i["width"], i["height"]) for i in by_csv] == [("a.jpg", 40, 20)]
    assert [(i["file_name"], i["width"], i["height"]) for i in by_pictures] == [("deep/a.png", 10, 30)]


def test_polygons_are_rings_in_pixels_with_their_area(scene):
    path = scene(
        {
            "classes.txt": "cat",
            "images/a.png": (100, 50),
            "labels/a.txt": "0 .1 .2 .5 .2 .5 .6\n0 .5 .5 .2 .2\n0 0 0 1 0 1 1 .5 1 0 1",
        }
    )

    triangle, plain, pentagon = rows(path, "annotations")

    assert (triangle["geometry"], plain["geometry"], pentagon["geometry"]) == ("polygon", "box", "polygon")
    assert triangle["polygons"] == [[10, 10, 50, 10, 50, 30]]
    assert triangle["box"] == box(10, 10, 50, 30)
    assert triangle["area"] == 400
    assert plain["polygons"] is None
    assert pentagon["area"] == 5000


def test_oriented_boxes_keep_their_corners(scene):
    path = scene(
        {"classes.txt": "cat", "images/a.png": (100, 100), "labels/a.txt": "0 .5 .25 .75 .5 .5 .75 .25 .5"}
    )

    (found,) = rows(path, "annotations", task="obb")

    assert found["geometry"] == "rotated_box"
    assert found["rotated_box"] == [50, 25, 75, 50, 50, 75, 25, 50]
    assert found["box"] == box(25, 25, 75, 75)
    assert found["area"] == pytest.approx(1250)
    assert found["rotation"] == pytest.approx(45)
    assert problems(path, task="obb") == []


def test_eight_numbers_are_guessed_to_be_oriented_boxes_and_the_guess_is_told(scene):
    path = scene(
        {"classes.txt": "cat", "images/a.png": (100, 100), "labels/a.txt": "0 .5 .25 .75 .5 .5 .75 .25 .5"}
    )

    assert [a["geometry"] for a in rows(path, "annotations")] == ["rotated_box"]
    assert [(severity, "--task segment" in text) for *_, severity, text in problems(path)] == [
        ("warning", True)
    ]
    assert [a["geometry"] for a in rows(path, "annotations", task="segment")] == ["polygon"]


def test_eight_numbers_among_other_polygons_are_polygons(scene):
    label = "0 .5 .25 .75 .5 .5 .75 .25 .5\n0 .1 .1 .2 .1 .2 .2"
    path = scene({"classes.txt": "cat", "images/a.png": (100, 100), "labels/a.txt": label})

    assert [a["geometry"] for a in rows(path, "annotations")] == ["polygon", "polygon"]
    assert problems(path) == []


@pytest.mark.parametrize(
    ("shape", "label", "visibility"),
    [
        ("kpt_shape: [2, 3]", "0 .5 .5 .5 .5 .25 .5 2 0 0 0", [2, 0]),
        ("kpt_shape: [2, 2]", "0 .5 .5 .5 .5 .25 .5 0 0", [2, 0]),
        ("", "0 .5 .5 .5 .5 .25 .5 2 0 0 0", [2, 0]),
    ],
)
def test_poses_have_a_box_and_keypoints(scene, shape, label, visibility):
    path = scene(
        {
            "data.yaml": f"train: images\nnames: [cat]\n{shape}",
            "images/a.png": (80, 40),
            "labels/a.txt": label,
        }
    )

    (found,) = rows(path, "annotations")

    assert found["geometry"] == "keypoints"
    assert found["box"] == box(20, 10, 60, 30)
    assert [(p["x"], p["y"]) for p in found["keypoints"]] == [(20, 20), (0, 0)]
    assert [p["visibility"] for p in found["keypoints"]] == visibility


@pytest.mark.parametrize("label", ["0", "0 .5 .5 .5 .5", ""])
def test_a_pose_dataset_without_any_keypoint_is_one_of_boxes(scene, label):
    path = scene({"classes.txt": "cat", "images/a.png": (8, 8), "labels/a.txt": label})

    assert [a["geometry"] for a in rows(path, "annotations", task="pose")] == ["box"] * (len(label) > 1)
    assert problems(path, task="pose")[0][3] == "no line has keypoints: taken as boxes"


def test_a_confidence_among_annotations_is_kept(scene):
    path = scene(
        {"classes.txt": "cat", "images/a.png": (4, 4), "labels/a.txt": "0 .5 .5 1 1 0.75\n0 .5 .5 .5 .5"}
    )

    assert [a["attributes"] for a in rows(path, "annotations")] == ['{"confidence": 0.75}', None]


def test_classes_without_names_go_by_number_and_that_is_told(scene):
    path = scene({"images/a.png": (4, 4), "labels/a.txt": "3 .5 .5 1 1"})

    assert [a["class_name"] for a in rows(path, "annotations")] == ["class 3"]
    assert [(c["class_index"], c["class_name"]) for c in rows(path, "classes")] == [(3, "class 3")]
    assert "--class-names" in problems(path)[0][3]
    assert [a["class_name"] for a in rows(path, "annotations", class_names=("w", "x", "y", "z"))] == ["z"]


def test_two_pictures_that_share_a_label_file_are_told(scene):
    path = scene(
        {"classes.txt": "c", "images/a.jpg": (4, 4), "images/a.png": (4, 4), "labels/a.txt": "0 .5 .5 1 1"}
    )

    assert [i["file_name"] for i in rows(path, "images")] == ["images/a.jpg"]
    assert problems(path)[0][:3] == ("a.png", "", "warning")


def test_a_listed_picture_without_its_file_still_has_its_labels(scene, tmp_path):
    path = scene(
        {
            "d.yaml": "val: v.txt\nnames: [c]",
            "v.txt": "images/a.jpg\nimages/b.jpg\n",
            "labels/a.txt": "0 .5 .5 1 1",
        }
    )
    scene({"sizes.csv": "file_name,width,height\na,4,4\n"})

    images = rows(path, "images", sizes=tmp_path / "sizes.csv")

    assert [(i["image_id"], i["width"], i["is_annotated"]) for i in images] == [
        ("a", 4, True),
        ("b", None, False),
    ]


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({"data.yaml": "names: [a\ntrain: x"}, "data.yaml: line 2"),
        ({"data.yaml": "- a\n- b"}, "expected a map"),
        ({"data.yaml": "train: i\nnames: 5"}, "names: is neither a list"),
        ({"data.yaml": "train: i\nnames: [a]\nkpt_shape: [17, 9]"}, "kpt_shape"),
        ({"data.yaml": "train: gone\nnames: [a]"}, "no picture and no label file found"),
        ({"readme.md": "hello"}, "no picture and no label file found"),
        ({"classes.txt": b"\xff\xfe\x00", "labels/a.txt": ""}, "cannot be read as text"),
        ({"notes.json": "{}", "labels/a.txt": ""}, "is no list of"),
    ],
)
def test_a_dataset_that_cannot_be_used_is_refused_with_its_place(scene, files, message):
    path = scene(files)

    with pytest.raises(BadInputError, match=message):
        rows(path, "annotations")


def test_a_file_of_another_kind_and_an_unknown_task_are_refused(scene):
    path = scene({"a.json": "{}", "images/a.png": (4, 4), "labels/a.txt": "0 .5 .5 1 1"})

    with pytest.raises(BadInputError, match="is no YOLO dataset"):
        rows(path / "a.json", "annotations")
    with pytest.raises(UsageError, match="known are detect, segment, obb, pose"):
        rows(path, "annotations", task="classify")


def test_sniffing_tells_labels_from_other_texts(scene, tmp_path):
    labels = scene({"labels/a.txt": "0 .5 .5 1 1"}, root=tmp_path / "yolo")
    config = scene({"data.yaml": "names: [a]"}, root=tmp_path / "config")
    texts = scene({"a.txt": "hello world this is text"}, root=tmp_path / "texts")
    pixels = scene({"a.txt": "000001 0.5 10 20 30 40"}, root=tmp_path / "comp4")
    empty = scene({}, root=tmp_path)

    assert yolo.sniff(labels) == pytest.approx(0.8)
    assert yolo.sniff(config) == yolo.sniff(config / "data.yaml") == pytest.approx(0.9)
    assert (
        yolo.sniff(texts)
        == yolo.sniff(pixels)
        == yolo.sniff(texts / "a.txt")
        == yolo.sniff(tmp_path / "gone")
        == 0
    )
    assert 0 <= yolo.sniff(empty) <= 1


def test_many_files_come_in_portions_of_bounded_size(scene, monkeypatch):
    monkeypatch.setattr("labelduck.importers.yolo.files.MOST_FILES", 3)
    path = scene(
        {"classes.txt": "c"} | {f"labels/{n}.txt": f"0 .5 .5 1 1\n{n} .5 .5 .5 .5" for n in range(8)}
    )
    scene({f"images/{n}.png": (4, 4) for n in range(8)})

    tables = [batch["annotations"] for batch in yolo.read(path, ReadOptions()) if "annotations" in batch]

    assert [table.num_rows for table in tables] == [6, 6, 4]
    assert pa.concat_tables(table.select(["annotation_id"]) for table in tables)[
        "annotation_id"
    ].to_pylist() == [f"{n}/{k}" for n in range(8) for k in (0, 1)]


def test_labels_are_found_where_the_pictures_of_a_split_are_absent(tmp_path):
    (tmp_path / "labels" / "train").mkdir(parents=True)
    (tmp_path / "labels" / "train" / "a.txt").write_text("0 0.5 0.5 0.2 0.2\n")
    (tmp_path / "data.yaml").write_text("train: images/train\nval: images/val\nnames: [cat]\n")
    (tmp_path / "sizes.csv").write_text("file_name,width,height\na.jpg,100,80\n")

    batches = list(yolo.read(tmp_path, ReadOptions(sizes=tmp_path / "sizes.csv")))

    (rows,) = [batch["annotations"].to_pylist() for batch in batches if "annotations" in batch]
    (images,) = [batch["images"].to_pylist() for batch in batches if "images" in batch]
    assert [(row["image_id"], row["class_name"]) for row in rows] == [("a", "cat")]
    assert [(row["split"], row["width"], row["height"]) for row in images] == [("train", 100, 80)]
