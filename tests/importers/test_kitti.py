"""KITTI's text files, by literal rows."""

from __future__ import annotations

import json

import pyarrow as pa
import pytest
from PIL import Image

from labelduck.errors import BadInputError
from labelduck.importers import kitti
from labelduck.importers.base import Known, ReadOptions

CAR = "Car 0.25 1 -1.58 10.5 20 110.25 80 1.65 1.67 3.64 -0.65 1.71 46.70 -1.59"
IGNORED = "DontCare -1 -1 -10 0 0 5 5 -1 -1 -1 -1000 -1000 -1000 -10"
KNOWN = Known(images=pa.table({"image_id": ["000000"]}), classes=pa.table({"class_name": ["Car"]}))


@pytest.fixture
def dataset(tmp_path):
    """Write label files by name; returns the folder."""

    def write(**files: str):
        for name, text in files.items():
            path = tmp_path / f"{name.replace('__', '/')}.txt"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        return tmp_path

    return write


def rows(batches, table):
    return [row for batch in batches if table in batch for row in batch[table].to_pylist()]


def read(path, **options):
    return list(kitti.read(path, ReadOptions(**options)))


def test_an_object_has_its_box_share_and_level(dataset):
    batches = read(dataset(training__label_2__000000=f"{CAR}\n"))

    (row,) = rows(batches, "annotations")
    assert row["annotation_id"] == "000000/0"
    assert (row["image_id"], row["class_name"], row["source_ref"]) == ("000000", "Car", "line 1")
    assert row["box"] == {"x_min": 10.5, "y_min": 20.0, "x_max": 110.25, "y_max": 80.0}
    assert (row["truncated"], row["occluded"], row["is_ignored"]) == (0.25, 1 / 3, False)
    assert json.loads(row["attributes"]) == {
        "alpha": -1.58,
        "occlusion_level": 1,
        "dimensions": [1.65, 1.67, 3.64],
        "location": [-0.65, 1.71, 46.70],
        "rotation_y": -1.59,
    }


def test_a_region_nobody_cares_for_is_ignored_and_has_no_facts(dataset):
    (row,) = rows(read(dataset(label_2__1=IGNORED)), "annotations")

    assert (row["is_ignored"], row["truncated"], row["occluded"], row["attributes"]) == (
        True,
        None,
        None,
        None,
    )


def test_an_empty_file_is_an_image_in_which_there_is_nothing(dataset):
    batches = read(dataset(label_2__val__000001="\n", label_2__train__000000=CAR))

    images = {row["image_id"]: (row["split"], row["is_annotated"]) for row in rows(batches, "images")}
    assert images == {"000000": ("train", True), "000001": ("val", True)}


def test_sizes_come_from_the_pictures_beside(dataset):
    folder = dataset(training__label_2__000000=CAR)
    picture = folder / "training" / "image_2" / "000000.png"
    picture.parent.mkdir()
    Image.new("L", (120, 90)).save(picture)

    for path, name in (
        (folder, "training/image_2/000000.png"),
        (folder / "training" / "label_2", "000000.png"),
    ):
        (image,) = rows(read(path), "images")
        assert (image["width"], image["height"], image["file_name"]) == (120, 90, name)


def test_calibration_is_no_label(dataset):
    batches = read(dataset(calib__000000="P0: 1 2 3", label_2__000000=CAR))

    assert rows(batches, "import_problems") == []


def test_lines_of_the_tracking_benchmark_are_frames_of_a_video(dataset):
    lines = "\n".join(f"{frame} {track} {CAR}" for frame, track in ((0, 3), (0, -1), (7, 3)))

    batches = read(dataset(training__label_02__0011=lines))

    annotations = rows(batches, "annotations")
    assert [(a["annotation_id"], a["image_id"], a["track_id"]) for a in annotations] == [
        ("0011/000000/3", "0011/000000", "3"),
        ("0011/000000/1", "0011/000000", None),
        ("0011/000007/3", "0011/000007", "3"),
    ]
    images = [(row["image_id"], row["video"], row["frame"]) for row in rows(batches, "images")]
    assert images == [("0011/000000", "0011", 0), ("0011/000007", "0011", 7)]


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("Car 0 0 0 1 2 3", "7 fields, expected 15"),
        (CAR.replace("10.5", "wide"), "a field that should be a number is none"),
        (CAR.replace("10.5", "nan"), "a number is not finite"),
        (CAR.replace("10.5", "1e300"), "is no coordinate"),
        (CAR.replace("10.5", "210"), "its corners are the wrong way round"),
        (f"99999999999 1 {CAR}", "is no number of a frame"),
    ],
)
def test_a_line_that_cannot_be_used_is_a_problem_with_its_place(dataset, line, problem):
    batches = read(dataset(label_2__000000=f"{CAR}\n{line}\n{CAR}"))

    assert len(rows(batches, "annotations")) == 2
    (found,) = rows(batches, "import_problems")
    assert (found["source_file"], found["location"]) == ("label_2/000000.txt", "line 2")
    assert problem in found["problem"]


def test_lines_with_a_score_are_predictions(dataset):
    folder = dataset(**{"000000": f"{CAR} 0.75\n{CAR}", "000009": f"{CAR} 0.5"})

    batches = list(kitti.read_predictions(folder, KNOWN, ReadOptions()))

    (row,) = rows(batches, "predictions")
    assert (row["prediction_id"], row["confidence"], row["class_name"]) == ("000000/0", 0.75, "Car")
    problems = [row["problem"] for row in rows(batches, "import_problems")]
    assert problems == ["the line has no score: it is no prediction", "no image has the id 000009"]


def test_a_folder_without_labels_is_refused(tmp_path):
    with pytest.raises(BadInputError, match="holds no label file of KITTI"):
        read(tmp_path)


def test_only_what_has_the_fields_is_recognised(dataset, tmp_path):
    assert kitti.sniff(dataset(label_2__000000=f"\n{CAR}")) == 0.9
    assert kitti.sniff(dataset(label_2__000000="0 0.5 0.5 0.1 0.1")) == 0.0
    assert kitti.sniff(tmp_path / "absent") == 0.0


@pytest.mark.shared_data
def test_the_variants_of_a_real_dataset_are_read(shared):
    root = next(shared("datumaro_assets").rglob("kitti_dataset"))

    found = {
        name: [row["class_name"] for row in rows(read(root / name), "annotations")]
        for name in ("kitti_detection", "kitti_3d", "kitti_3d_with_subset")
    }

    assert found == {
        "kitti_detection": ["Truck", "Van", "Van", "Van", "Van"],
        "kitti_3d": ["Truck", "Car", "DontCare"],
        "kitti_3d_with_subset": ["Car", "DontCare", "Pedestrian", "Pedestrian", "DontCare"],
    }
