"""Class probabilities and predicted boxes by column name."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from records_files import KINDS, gathered, write

from labelduck.errors import BadInputError
from labelduck.importers import records
from labelduck.importers.base import Known, ReadOptions

KNOWN = Known(
    images=pa.table(
        {
            "image_id": ["a", "b", "c"],
            "file_name": ["x/a.jpg", None, "c.png"],
            "width": [10, 20, 30],
            "height": [10, 20, 30],
        }
    ),
    classes=pa.table({"class_name": ["dog", "cat"], "class_index": [1, 2]}),
)
EXPECTED = [
    {"image_id": "a", "class_name": "cat", "confidence": 0.75, "class_scores": [0.25, 0.75]},
    {"image_id": "c", "class_name": "dog", "confidence": 0.5, "class_scores": [0.5, 0.5]},
]
WIDE = [{"image_id": "a", "cat": 0.75, "dog": 0.25}, {"image_id": "c", "cat": 0.5, "dog": 0.5}]


def read(path, table=None, *, known=KNOWN, **options):
    reader = records if table is None else records.of_table(table)
    return gathered(reader.read_predictions(path, known, ReadOptions(**options)))


def read_text(tmp_path, text, **options):
    path = tmp_path / "predicted.csv"
    path.write_text(text)
    return read(path, **options)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "rows",
    [
        WIDE,
        [
            {"file_name": "x/a.jpg", "prob_cat": 0.75, "prob_dog": 0.25},
            {"file_name": "c", "prob_cat": 0.5, "prob_dog": 0.5},
        ],
        [{"image_id": "a", "1": 0.25, "2": 0.75}, {"image_id": "c", "1": 0.5, "2": 0.5}],
        [{"image_id": "a", "0": 0.25, "1": 0.75}, {"image_id": "c", "0": 0.5, "1": 0.5}],
        [{"image_id": "a", "probs": [0.25, 0.75]}, {"image_id": "c", "probs": [0.5, 0.5]}],
        [
            {"image_id": "a", "label": "dog", "score": 0.25},
            {"image_id": "a", "label": "cat", "score": 0.75},
            {"image_id": "c", "label": "cat", "score": 0.5},
            {"image_id": "c", "label": "dog", "score": 0.5},
        ],
    ],
    ids=["wide", "with a word around", "by class_index", "by position", "as a list", "long"],
)
def test_scores_come_in_the_order_of_the_dataset_however_they_are_written(tmp_path, rows, kind):
    path = write(tmp_path, kind, rows)

    assert read(path) == {"predicted_labels": EXPECTED}
    assert read(path, "labels") == {"predicted_labels": EXPECTED}


@pytest.mark.parametrize(
    ("arrays", "options"),
    [
        ({"ids": ["a", "c"], "pred_probs": [[0.75, 0.25], [0.5, 0.5]], "class_names": ["cat", "dog"]}, {}),
        ({"image_id": ["a", "c"], "p": [[0.75, 0.25], [0.5, 0.5]]}, {"class_names": ("cat", "dog")}),
        ({"files": ["x/a.jpg", "c.png"], "p": [[0.25, 0.75], [0.5, 0.5]]}, {}),
    ],
)
def test_an_npz_is_a_matrix_with_ids(tmp_path, arrays, options):
    path = tmp_path / "probabilities.npz"
    np.savez(path, **{name: np.array(values) for name, values in arrays.items()})

    assert read(path, **options) == {"predicted_labels": EXPECTED}


def test_a_folder_is_refused_with_a_way_out(tmp_path):
    with pytest.raises(BadInputError, match="is a folder; name the file that holds the predictions"):
        read(tmp_path)


def test_ids_may_lie_beside_an_npy(tmp_path):
    path = tmp_path / "p.npy"
    np.save(path, np.array([[0.25, 0.75], [0.5, 0.5]], np.float32))
    (tmp_path / "p_ids.txt").write_text("a\nc\n")

    assert read(path) == {"predicted_labels": EXPECTED}


def test_a_matrix_without_ids_is_taken_in_the_order_of_the_dataset_and_says_so(tmp_path):
    path = tmp_path / "p.npy"
    np.save(path, np.array([[0.25, 0.75], [1, 0], [0.5, 0.5]]))

    rows = read(path)

    assert [row["image_id"] for row in rows["predicted_labels"]] == ["a", "b", "c"]
    assert [problem["severity"] for problem in rows["import_problems"]] == ["warning"]


@pytest.mark.parametrize(
    ("array", "problem"),
    [
        (np.ones((2, 2)), "which image each of its 2 rows is"),
        (np.ones((3, 5)), "name them with --class-names"),
        (np.ones(3), "no matrix"),
        (np.array(["a", 1], object), "NumPy arrays"),
        (np.array(["\ud800"]), "text that is no Unicode"),
    ],
)
def test_a_matrix_that_nothing_explains_is_refused(tmp_path, array, problem):
    path = tmp_path / "p.npy"
    np.save(path, array)

    with pytest.raises(BadInputError, match=problem):
        read(path)


def test_a_class_that_only_the_model_knows_joins_the_dataset_at_its_place(tmp_path):
    rows = read_text(tmp_path, "image_id,dog,cat,bird\na,.5,.25,.25\nb,.25,.5,.25\n")

    assert rows["classes"] == [{"class_name": "bird"}]
    assert [row["class_scores"] for row in rows["predicted_labels"]] == [[0.5, 0.25, 0.25], [0.25, 0.5, 0.25]]
    assert "bird" in rows["import_problems"][0]["problem"]


def test_other_numbers_beside_the_scores_are_no_classes(tmp_path):
    rows = read_text(tmp_path, "image_id,prob_cat,prob_dog,epoch\na,.75,.25,3\n")

    assert rows["predicted_labels"] == EXPECTED[:1]
    assert "not kept: epoch" in rows["import_problems"][0]["problem"]


def test_the_likeliest_class_alone_has_no_scores(tmp_path):
    rows = read_text(tmp_path, "image_id,label,score\na,cat,.75\nb,dog,\nc,dog,.5\n")

    assert rows["predicted_labels"] == [
        {"image_id": "a", "class_name": "cat", "confidence": 0.75},
        {"image_id": "c", "class_name": "dog", "confidence": 0.5},
    ]
    assert [problem["location"] for problem in rows["import_problems"]] == ["row 3"]


def test_rows_of_unknown_or_repeated_images_and_broken_scores_are_refused(tmp_path):
    rows = read_text(tmp_path, "image_id,cat,dog\na,.75,.25\nz,.5,.5\nx/a.jpg,1,0\nb,nan,1\nc,.5,.5\n")

    assert rows["predicted_labels"] == EXPECTED
    told = {problem["location"]: problem["problem"] for problem in rows["import_problems"]}
    assert told == {
        "row 3": "its image is not among those of the dataset; left out",
        "row 4": "repeats the image of an earlier row, which is kept; left out",
        "row 5": "a score is missing, infinite or no number; left out",
    }


def test_scores_that_are_no_probabilities_are_kept_with_a_warning(tmp_path):
    rows = read_text(tmp_path, "image_id,cat,dog\na,-3,-7\n")

    assert rows["predicted_labels"] == [
        {"image_id": "a", "class_name": "cat", "confidence": -3.0, "class_scores": [-7.0, -3.0]}
    ]
    assert [problem["severity"] for problem in rows["import_problems"]] == ["warning"]


def test_classes_missing_for_an_image_count_as_0_and_say_so(tmp_path):
    rows = read_text(tmp_path, "image_id,class_name,confidence\na,cat,.75\na,dog,.25\nb,dog,.5\na,cat,.1\n")

    assert [row["class_scores"] for row in rows["predicted_labels"]] == [[0.25, 0.75], [0.5, 0.0]]
    assert [problem["severity"] for problem in rows["import_problems"]] == ["error", "warning"]


def test_predicted_boxes_take_ids_by_position_and_sizes_from_the_dataset(tmp_path):
    rows = read_text(
        tmp_path, "filename,label,score,cx,cy,w,h\nx/a.jpg,cat,.5,.5,.5,.2,.2\nq.jpg,cat,.5,.5,.5,.2,.2\n"
    )

    assert rows["predictions"] == [
        {
            "prediction_id": "0",
            "image_id": "a",
            "class_name": "cat",
            "confidence": 0.5,
            "geometry": "box",
            "box": {"x_min": 4.0, "y_min": 4.0, "x_max": 6.0, "y_max": 6.0},
            "area": 4.0,
        }
    ]
    assert [problem["location"] for problem in rows["import_problems"]] == ["row 3"]


@pytest.mark.parametrize("text", ["a,b\n1,2\n", "image_id\na\n"])
def test_a_table_without_scores_is_refused_with_its_columns(tmp_path, text):
    with pytest.raises(BadInputError, match="its columns are"):
        read_text(tmp_path, text)
