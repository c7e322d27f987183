"""YOLO predictions end in a confidence, and belong to images that the dataset already knows."""

from __future__ import annotations

import pyarrow as pa
import pytest

from labelduck.errors import BadInputError
from labelduck.importers import yolo
from labelduck.importers.base import Known, ReadOptions

IMAGES = [
    ("a", "images/val/a.jpg", 200, 100),
    ("city/b", "images/val/city/b.jpg", 100, 100),
    ("17", "pictures/000000000017.jpg", 40, 40),
    ("unsized", "unsized.jpg", None, None),
]


@pytest.fixture
def known():
    columns = ("image_id", "file_name", "width", "height")
    images = pa.table({name: [row[place] for row in IMAGES] for place, name in enumerate(columns)})
    return Known(images, pa.table({"class_name": ["cat", "dog"], "class_index": [0, 1]}))


def write(folder, files):
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return folder


def read(path, known, **options):
    batches = list(yolo.read_predictions(path, known, ReadOptions(**options)))
    tables = {"predictions": [], "import_problems": []}
    for batch in batches:
        for name, table in batch.items():
            tables[name] += table.to_pylist()
    return tables["predictions"], tables["import_problems"]


def test_boxes_get_the_size_of_the_image_that_their_file_is_named_after(tmp_path, known):
    path = write(
        tmp_path,
        {
            "a.txt": "1 .5 .5 .5 .5 0.875\n0 .25 .25 .5 .5 1\n",
            "val/city/b.txt": "0 .5 .5 1 1 0.5",
            "000000000017.txt": "0 .5 .5 1 1 .25",
        },
    )

    predictions, problems = read(path, known)

    assert [
        (p["prediction_id"], p["image_id"], p["class_name"], p["confidence"], p["area"]) for p in predictions
    ] == [
        ("17/0", "17", "cat", 0.25, 1600),
        ("a/0", "a", "dog", 0.875, 5000),
        ("a/1", "a", "cat", 1.0, 5000),
        ("city/b/0", "city/b", "cat", 0.5, 10000),
    ]
    assert predictions[1]["box"] == {"x_min": 50, "y_min": 25, "x_max": 150, "y_max": 75}
    assert problems == []


def test_the_labels_of_a_run_are_found_below_it(tmp_path, known):
    path = write(tmp_path, {"labels/a.txt": "1 .5 .5 .5 .5 0.875", "args.yaml": "save_txt: true"})

    assert len(read(path, known)[0]) == 1


@pytest.mark.parametrize(
    ("task", "line", "column", "value"),
    [
        (None, "0 .1 .2 .5 .2 .5 .6 .75", "polygons", [[20, 20, 100, 20, 100, 60]]),
        (
            "obb",
            "0 .5 .25 .75 .5 .5 .75 .25 .5 .75",
            "box",
            {"x_min": 50, "y_min": 25, "x_max": 150, "y_max": 75},
        ),
        ("pose", "0 .5 .5 .5 .5 .25 .5 .9 .75", "keypoints", [{"x": 50, "y": 50, "visibility": 0.9}]),
    ],
)
def test_other_shapes_end_in_a_confidence_too(tmp_path, known, task, line, column, value):
    path = write(tmp_path, {"a.txt": line})

    (found,) = read(path, known, task=task)[0]

    assert found["confidence"] == 0.75
    assert found[column] == value


@pytest.mark.parametrize("line", ["0 .5 .5 .5 .5", "0 .1 .2 .5 .2 .5 .6", "0 .5 .25 .75 .5 .5 .75 .25 .5"])
def test_labels_given_as_predictions_are_refused_with_the_remedy(tmp_path, known, line):
    path = write(tmp_path, {"a.txt": f"{line}\n{line}"})

    with pytest.raises(BadInputError, match=r"no line ends in a confidence.*save_conf=True"):
        read(path, known)


def test_one_line_without_confidence_is_a_problem_row(tmp_path, known):
    path = write(tmp_path, {"a.txt": "0 .5 .5 .5 .5 .9\n0 .5 .5 .5 .5\n0 .5 .5 .5 .5 1.5"})

    predictions, problems = read(path, known)

    assert [p["prediction_id"] for p in predictions] == ["a/0"]
    assert [(p["location"], p["severity"], p["problem"]) for p in problems] == [
        ("line 2", "error", "expected a class, 4 numbers and a confidence, found 4 after the class"),
        ("line 3", "error", "the confidence is not within 0 to 1"),
    ]


def test_an_unknown_image_is_an_error_that_keeps_the_lines(tmp_path, known):
    path = write(tmp_path, {"a.txt": "0 .5 .5 1 1 .5", "z.txt": "0 .5 .5 1 1 .5\n\n0 .5 .5 1 1 .5"})

    predictions, problems = read(path, known)

    assert [p["image_id"] for p in predictions] == ["a"]
    assert [(p["source_file"], p["severity"], p["record"]) for p in problems] == [
        ("z.txt", "error", "0 .5 .5 1 1 .5\n\n0 .5 .5 1 1 .5")
    ]
    assert "(2 lines)" in problems[0]["problem"]


def test_predictions_for_another_dataset_are_refused_as_a_whole(tmp_path, known):
    path = write(tmp_path, {"z.txt": "0 .5 .5 1 1 .5"})

    with pytest.raises(BadInputError, match="no label file is named like an image"):
        read(path, known)


def test_an_image_without_a_size_is_an_error_with_the_remedy(tmp_path, known):
    path = write(tmp_path, {"unsized.txt": "0 .5 .5 1 1 .5"})

    predictions, problems = read(path, known)

    assert predictions == []
    assert problems[0]["severity"] == "error"
    assert "--sizes" in problems[0]["problem"]


def test_an_unknown_class_is_kept_and_told_once(tmp_path, known):
    path = write(tmp_path, {"a.txt": "7 .5 .5 1 1 .5\n7 .5 .5 .5 .5 .5"})

    predictions, problems = read(path, known)

    assert [p["class_name"] for p in predictions] == ["category 7", "category 7"]
    assert [(p["severity"], p["problem"]) for p in problems] == [
        (
            "warning",
            "2 predictions are of class number 7, which the dataset does not know: kept as 'category 7'",
        )
    ]


def test_a_file_or_an_empty_folder_is_refused(tmp_path, known):
    (tmp_path / "empty").mkdir()
    (tmp_path / "a.txt").write_text("0 .5 .5 1 1 .5")

    with pytest.raises(BadInputError, match="is no folder"):
        read(tmp_path / "a.txt", known)
    with pytest.raises(BadInputError, match="holds no label file"):
        read(tmp_path / "empty", known)
