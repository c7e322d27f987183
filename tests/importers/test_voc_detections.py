"""What detection files of Pascal VOC become, on literal lines."""

from __future__ import annotations

import pyarrow as pa
import pytest

from labelduck.errors import BadInputError
from labelduck.importers import voc
from labelduck.importers.base import Known, ReadOptions
from labelduck.importers.voc import detections as voc_detections

KNOWN = Known(
    images=pa.table({"image_id": ["a", "7"], "file_name": ["a.jpg", "train/b c.jpg"]}),
    classes=pa.table({"class_name": ["cat", "dining_table"]}),
)


@pytest.fixture
def read(tmp_path):
    def run(files, *, at="", known=KNOWN, **options):
        for name, text in files.items():
            (tmp_path / name).write_bytes(text.encode())
        rows = {"predictions": [], "import_problems": []}
        for batch in voc.read_predictions(tmp_path / at, known, ReadOptions(**options)):
            for table, content in batch.items():
                rows[table].extend(content.to_pylist())
        return rows

    return run


def test_a_line_is_a_prediction_with_corners_that_count_from_1(read):
    rows = read({"comp4_det_test_cat.txt": "a 0.9 11 21 30.5 40\na 0.25 1 1 2 2\n"})

    assert rows["import_problems"] == []
    assert rows["predictions"] == [
        {
            "prediction_id": "cat/0",
            "image_id": "a",
            "class_name": "cat",
            "confidence": 0.9,
            "box": {"x_min": 10, "y_min": 20, "x_max": 30.5, "y_max": 40},
            "area": 410,
        },
        {
            "prediction_id": "cat/1",
            "image_id": "a",
            "class_name": "cat",
            "confidence": 0.25,
            "box": {"x_min": 0, "y_min": 0, "x_max": 2, "y_max": 2},
            "area": 4,
        },
    ]


def test_one_detection_at_0_makes_all_0_based_and_says_so(read):
    rows = read({"val_cat.txt": "a 0.9 5 5 8 8\na 0.8 0 5 8 8\n"})

    assert [row["box"]["x_min"] for row in rows["predictions"]] == [5, 0]
    assert rows["import_problems"][0]["problem"].startswith("1 detections begin at 0")


def test_the_offset_can_be_told(read):
    rows = read({"val_cat.txt": "a 0.9 5 5 8 8\n"}, voc_offset=0)

    assert rows["predictions"][0]["box"]["x_min"] == 5


@pytest.mark.parametrize(
    ("name", "class_name"),
    [
        ("comp4_det_test_dining_table.txt", "dining_table"),
        ("comp3-44503_det_val_unseen_kind.txt", "unseen_kind"),
        ("test_dining_table.txt", "dining_table"),
        ("cat.txt", "cat"),
        ("test_dog.txt", "dog"),
    ],
)
def test_the_class_is_in_the_file_s_name(read, name, class_name):
    rows = read({name: "a 0.9 5 5 8 8\n"}, at=name)

    assert [row["class_name"] for row in rows["predictions"]] == [class_name]


@pytest.mark.parametrize(
    "line", ["7 1 1 1 2 2", "train/b c.jpg 1 1 1 2 2", "b c 1 1 1 2 2", "  7\t1 1   1 2 2 \r"]
)
def test_an_image_goes_by_its_id_or_its_file_name(read, line):
    rows = read({"cat.txt": line + "\n"})

    assert [row["image_id"] for row in rows["predictions"]] == ["7"]


def test_a_name_that_two_images_share_means_neither(read):
    images = pa.table({"image_id": ["1", "2"], "file_name": ["x/a.jpg", "y/a.jpg"]})

    rows = read({"cat.txt": "a 1 1 1 2 2\nx/a 1 1 1 2 2\n"}, known=Known(images, KNOWN.classes))

    assert [row["image_id"] for row in rows["predictions"]] == ["1"]
    assert rows["import_problems"][0]["problem"] == "the image is not in the data set"


def test_lines_that_cannot_be_used_are_problems_and_keep_their_number(read):
    lines = [
        "a 1 1 1 2 2",
        "",
        "a 1 1 1 2",
        "a nan 1 1 2 2",
        "a high 1 1 2 2",
        "z 1 1 1 2 2",
        "a 1 9 1 2 2",
        "a 1e-3 1 1 2 2",
    ]

    rows = read({"cat.txt": "\n".join(lines)})

    assert [row["prediction_id"] for row in rows["predictions"]] == ["cat/0", "cat/7"]
    assert [(row["location"], row["severity"]) for row in rows["import_problems"]] == [
        ("line 3", "error"),
        ("line 4", "error"),
        ("line 5", "error"),
        ("line 6", "error"),
        ("line 7", "error"),
    ]


@pytest.mark.parametrize("chunk", [1, 7, 20, 1_000])
def test_a_file_read_in_pieces_gives_the_same_rows(read, monkeypatch, chunk):
    monkeypatch.setattr(voc_detections, "_CHUNK", chunk)
    monkeypatch.setattr(voc_detections, "MAX_ROWS", 2)

    rows = read({"cat.txt": "a 1 1 1 2 2\nbad line\n\n7 .5 1 1 2 2\na 1 1 1 3 3"})

    assert [(row["prediction_id"], row["image_id"]) for row in rows["predictions"]] == [
        ("cat/0", "a"),
        ("cat/3", "7"),
        ("cat/4", "a"),
    ]
    assert [row["location"] for row in rows["import_problems"]] == ["line 2"]


def test_two_files_of_a_class_are_both_read_and_told(read):
    rows = read({"comp3_det_test_cat.txt": "a 1 1 1 2 2\n", "comp4_det_test_cat.txt": "a 1 1 1 2 2\n"})

    assert [row["prediction_id"] for row in rows["predictions"]] == ["cat/0", "comp4_det_test_cat/0"]
    assert rows["import_problems"][0]["severity"] == "warning"


def test_an_empty_file_says_that_nothing_was_found(read):
    rows = read({"cat.txt": ""})

    assert rows == {"predictions": [], "import_problems": []}


def test_a_folder_without_text_files_is_refused(read):
    with pytest.raises(BadInputError, match=r"holds no \.txt file"):
        read({"cat.csv": ""})
