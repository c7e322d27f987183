"""COCO results files become predictions, as pycocotools reads them."""

from __future__ import annotations

import contextlib
import io
import json

import numpy as np
import pytest
from coco_files import CAT, DOG, IMAGE, annotation, known, predictions, problems, result, write
from pycocotools import mask as pycoco
from pycocotools.coco import COCO

from labelduck.errors import BadInputError


@pytest.fixture(params=["native", "python"])
def path(request, tmp_path, monkeypatch):
    if request.param == "python":
        monkeypatch.setenv("LABELDUCK_NATIVE", "0")
    return tmp_path / "results.json"


def mask_of(height, width, *foreground):
    pixels = np.zeros((height, width), np.uint8, order="F")
    for y, x in foreground:
        pixels[y, x] = 1
    mask = pycoco.encode(pixels)
    return {"size": [height, width], "counts": mask["counts"].decode()}


def loaded(tmp_path, results):
    """Give area and box of results as pycocotools loads them."""
    images = [IMAGE]
    gt = write(tmp_path / "gt.json", {"images": images, "categories": [CAT, DOG], "annotations": []})
    with contextlib.redirect_stdout(io.StringIO()):
        coco = COCO(str(gt))
        anns = coco.loadRes(str(write(tmp_path / "dt.json", results))).dataset["annotations"]
    return [
        (a["area"], a["bbox"][0], a["bbox"][1], a["bbox"][0] + a["bbox"][2], a["bbox"][1] + a["bbox"][3])
        for a in anns
    ]


def read_back(rows):
    return [(r["area"], *r["box"].values()) for r in rows["predictions"]]


def test_a_result_is_a_prediction_numbered_by_its_place(path):
    rows = predictions(path, [result(), result(category_id=17, score=1)])

    first, second = rows["predictions"]
    assert (first["prediction_id"], second["prediction_id"]) == ("0", "1")
    assert (first["image_id"], first["class_name"], first["confidence"]) == ("42", "dog", 0.75)
    assert first["box"] == {"x_min": 10.0, "y_min": 20.0, "x_max": 40.0, "y_max": 60.0}
    assert (first["area"], second["class_name"], second["confidence"]) == (1200.0, "cat", 1.0)
    assert problems(rows) == []


def test_boxes_masks_and_keypoints_get_the_area_and_box_of_pycocotools(path, tmp_path):
    mask = mask_of(48, 64, (3, 5), (4, 5), (4, 6), (30, 2))
    points = [3.5, 4.25, 2, 0, 0, 0, 10, 20.5, 1]
    scenes = (
        [result(bbox=[1.1, 2.2, 3.3, 4.4]), result(bbox=[0, 0, 0, 7])],
        [result(bbox=None, segmentation=mask), result(bbox=None, segmentation=mask_of(5, 4))],
        [result(segmentation=mask), result(segmentation=mask_of(5, 4, (0, 0)))],
        [result(bbox=None, keypoints=points)],
    )

    for results in scenes:
        assert read_back(predictions(path, results)) == loaded(tmp_path, results)


def test_masks_and_keypoints_are_kept(path):
    mask = mask_of(48, 64, (3, 5), (4, 5))

    rows = predictions(path, [result(segmentation=mask), result(keypoints=[1, 2, 0])])

    first, second = rows["predictions"]
    assert (first["mask"], first["keypoints"]) == (mask, None)
    assert (second["mask"], second["keypoints"]) == (None, [{"x": 1.0, "y": 2.0, "visibility": 0.0}])


def test_an_object_with_annotations_that_have_scores_holds_results_too(path):
    rows = predictions(path, {"info": {}, "annotations": [result(), result(image_id=43)], "images": [IMAGE]})

    assert len(rows["predictions"]) == 1
    assert problems(rows)[0][0] == "annotations[1].image_id"


def test_a_prediction_of_an_unknown_image_is_left_out_and_shown(path):
    rows = predictions(path, [result(image_id=1), result()])

    assert [r["prediction_id"] for r in rows["predictions"]] == ["1"]
    (problem,) = rows["import_problems"]
    assert (problem["location"], problem["severity"]) == ("[0].image_id", "error")
    assert json.loads(problem["record"]) == result(image_id=1)


def test_predictions_of_an_unknown_class_are_kept_with_one_warning_a_class(path):
    results = [result(), result(category_id=99), result(category_id=98), result(category_id=99, note=1)]

    rows = predictions(path, results)

    assert [r["class_name"] for r in rows["predictions"]] == [
        "dog",
        "category 99",
        "category 98",
        "category 99",
    ]
    kept = [p for p in problems(rows) if "category" in p[0]]
    assert [p[:2] for p in kept] == [("[1].category_id", "warning"), ("[2].category_id", "warning")]
    assert "2 objects" in kept[0][2]


@pytest.mark.parametrize(
    ("fields", "place", "words"),
    [
        ({"score": float("nan")}, ".score", "no finite number"),
        ({"score": "high"}, ".score", "no finite number"),
        ({"score": None}, ".score", "missing"),
        ({"bbox": [1, 2, 3]}, ".bbox", "3 numbers"),
        ({"bbox": [1, 2, float("-inf"), 4]}, ".bbox", "infinity"),
        ({"bbox": [1e308, 0, 1e308, 1]}, ".bbox", "too large"),
        ({"bbox": None}, "", "neither box nor mask"),
        ({"bbox": []}, "", "neither box nor mask"),
        ({"category_id": None}, ".category_id", "missing"),
        ({"image_id": 1.5}, ".image_id", "no id"),
        ({"segmentation": {"size": [5, 5], "counts": "0"}}, ".segmentation", "cover 0 pixels"),
        ({"segmentation": {"size": [5, 5], "counts": "P"}}, ".segmentation", "middle of a number"),
        ({"segmentation": {"size": [0, 5], "counts": ""}}, ".segmentation.size", "height and width"),
        ({"keypoints": [1, 2, 3, 4]}, ".keypoints", "4 numbers"),
    ],
)
def test_a_result_that_cannot_be_used_is_a_problem_with_its_place(path, fields, place, words):
    rows = predictions(path, [result(), result(**({"score": 0.5} | fields)), result()])

    assert [r["prediction_id"] for r in rows["predictions"]] == ["0", "2"]
    (problem,) = problems(rows)
    assert problem[:2] == ("[1]" + place, "error")
    assert words in problem[2]


def test_a_number_that_is_too_large_for_a_float_is_a_problem(path):
    rows = predictions(path, '[{"image_id": 42, "category_id": 18, "bbox": [1e999, 2, 3, 4], "score": 1}]')

    assert problems(rows)[0][:2] == ("[0].bbox", "error")


def test_fields_without_a_column_are_reported_once(path):
    rows = predictions(path, [result(id=5, area=3, model="a"), result(), result(model="b")])

    assert len(rows["predictions"]) == 3
    assert problems(rows) == [
        ("[0].model", "warning", "field `model` of 2 predictions has no column; not kept")
    ]


def test_text_ids_and_ids_with_leading_zeros_find_their_image(path):
    images = [IMAGE | {"id": "000042"}, IMAGE | {"id": "scene/1"}, IMAGE | {"id": "7"}, IMAGE | {"id": "07"}]
    dataset = known(images=images)

    ids = ["000042", 42, "scene/1", 7, "07", "7"]
    rows = predictions(path, [result(image_id=image) for image in ids], dataset=dataset)

    assert [r["image_id"] for r in rows["predictions"]] == ["000042", "000042", "scene/1", "7", "07", "7"]


def test_ids_far_apart_are_found_too(path):
    images = [IMAGE | {"id": i} for i in (-5, 0, 3, 10**17, 2**63)]

    rows = predictions(
        path, [result(image_id=i) for i in (10**17, -5, 4, 2**63, 0)], dataset=known(images=images)
    )

    assert [r["image_id"] for r in rows["predictions"]] == [str(10**17), "-5", str(2**63), "0"]


def test_no_results_are_no_predictions(path):
    assert predictions(path, []).get("predictions", []) == []
    assert predictions(path, " [ ] ").get("predictions", []) == []


def test_annotations_are_no_results(path):
    write(path, {"images": [IMAGE], "categories": [DOG], "annotations": [annotation()]})

    with pytest.raises(BadInputError, match="labelduck import"):
        predictions(path)


@pytest.mark.parametrize("text", ["{}", '{"annotations": 3}', '{"results": []}'])
def test_an_object_without_annotations_is_no_results_file(path, text):
    write(path, text)

    with pytest.raises(BadInputError, match="no list `annotations`"):
        predictions(path)


def test_a_cut_file_is_refused_with_the_byte_of_the_cut(path):
    whole = json.dumps([result(), result(segmentation=mask_of(3, 3, (1, 1)))])

    for length in range(1, len(whole)):
        write(path, whole[:length])
        with pytest.raises(BadInputError, match=r"byte \d+"):
            predictions(path)


@pytest.mark.parametrize(
    ("end", "place"),
    [
        ("} ]]", "byte"),
        ("}, ]", "byte"),
        ("}] 7", "byte"),
        ("}}", "byte"),
        ("} {}]", "byte"),
        ('"}]', "byte"),
    ],
)
def test_malformed_results_are_refused_with_their_place(path, end, place):
    write(path, '[{"image_id": 42, "category_id": 18, "bbox": [1, 2, 3, 4], "score": 1' + end)

    with pytest.raises(BadInputError) as error:
        predictions(path)

    assert place in error.value.place
