"""Exports of FiftyOne, by literal rows."""

from __future__ import annotations

import base64
import io
import json
import zipfile
import zlib

import numpy as np
import pytest
from PIL import Image

from labelduck import geometry
from labelduck.errors import BadInputError
from labelduck.importers import fiftyone
from labelduck.importers.base import ReadOptions


def sample(name="a.jpg", **fields):
    return {
        "_id": {"$oid": f"{abs(hash(name)):024x}"},
        "filepath": f"data/{name}",
        "tags": ["train"],
        "metadata": {"_cls": "ImageMetadata", "width": 200, "height": 100},
        "_media_type": "image",
    } | fields


def detection(id="d1", label="cat", box=(0.1, 0.2, 0.5, 0.5), **fields):
    return {
        "_id": {"$oid": id},
        "_cls": "Detection",
        "label": label,
        "bounding_box": list(box),
        "tags": [],
    } | fields


def detections(*labels):
    return {"_cls": "Detections", "detections": list(labels)}


def array(values) -> str:
    file = io.BytesIO()
    np.save(file, np.asarray(values))
    return base64.b64encode(zlib.compress(file.getvalue())).decode()


@pytest.fixture
def export(tmp_path):
    """Write samples and metadata; returns the folder."""

    def write(*samples, **metadata):
        (tmp_path / "samples.json").write_text(json.dumps({"samples": samples}))
        (tmp_path / "metadata.json").write_text(json.dumps(metadata))
        return tmp_path

    return write


def read(path):
    tables: dict[str, list] = {}
    for batch in fiftyone.read(path, ReadOptions()):
        for table, rows in batch.items():
            tables.setdefault(table, []).extend(rows.to_pylist())
    return tables


def test_a_detection_is_an_annotation_in_pixels(export):
    tables = read(export(sample(ground_truth=detections(detection(index=7, iscrowd=1.0, colour="red")))))

    (row,) = tables["annotations"]
    assert row["box"] == {"x_min": 20.0, "y_min": 20.0, "x_max": 120.0, "y_max": 70.0}
    assert (row["annotation_id"], row["image_id"], row["class_name"]) == ("d1", "a", "cat")
    assert (row["track_id"], row["is_crowd"]) == ("7", True)
    assert json.loads(row["attributes"]) == {"field": "ground_truth", "colour": "red"}
    (image,) = tables["images"]
    assert (image["width"], image["height"], image["split"], image["tags"]) == (200, 100, "train", ["train"])


def test_a_field_with_confidences_is_a_model(export):
    tables = read(
        export(
            sample(
                yolo=detections(detection(confidence=0.75)),
                ground_truth=detections(detection("d2")),
            )
        )
    )

    (row,) = tables["predictions"]
    assert (row["prediction_id"], row["model"], row["confidence"]) == ("d1", "yolo", 0.75)
    assert tables["models"] == [{"model": "yolo"}]
    assert [row["annotation_id"] for row in tables["annotations"]] == ["d2"]


def test_an_evaluation_says_which_field_is_a_model(export):
    folder = export(
        sample(silent=detections(detection())), evaluations={"eval": {"config": {"pred_field": "silent"}}}
    )

    assert [row["model"] for row in read(folder)["predictions"]] == ["silent"]


def test_results_of_evaluations_and_scores_are_tags(export):
    judged = detection(
        tags=["check"], eval="fn", eval_id="", eval_iou=None, mistakenness=0.9, possible_missing=True
    )
    guessed = detection("d2", confidence=0.5, eval="tp", eval_id={"$oid": "d1"}, eval_iou=0.625)

    tables = read(
        export(
            sample(gt=detections(judged), yolo=detections(guessed), uniqueness=0.25, eval_tp=3, tags=["odd"])
        )
    )

    found = {
        (t["target"], t["target_id"], t["tag"], t["value"], t["score"], t["eval_key"]) for t in tables["tags"]
    }
    assert found == {
        ("annotation", "d1", "check", None, None, None),
        ("annotation", "d1", "evaluation", "fn", None, "eval"),
        ("annotation", "d1", "mistakenness", None, 0.9, None),
        ("annotation", "d1", "possible_missing", "true", 1.0, None),
        ("prediction", "d2", "evaluation", "tp", 0.625, "eval"),
        ("image", "a", "odd", None, None, None),
        ("image", "a", "uniqueness", None, 0.25, None),
        ("image", "a", "eval_tp", None, 3.0, "eval"),
    }
    assert {tag["tool"] for tag in tables["tags"]} == {"fiftyone"}


@pytest.mark.parametrize("written", ["binary", "text", "file"])
def test_a_mask_fills_its_box(export, written):
    pixels = np.zeros((50, 100), bool)
    pixels[10:20, 30:60] = True
    said = {
        "binary": {"mask": {"$binary": {"base64": array(pixels), "subType": "00"}}},
        "text": {"mask": array(pixels)},
        "file": {"mask_path": "fields/gt/m.png"},
    }[written]
    folder = export(sample(gt=detections(detection(**said))))
    if written == "file":
        (folder / "fields" / "gt").mkdir(parents=True)
        Image.fromarray(pixels).save(folder / "fields" / "gt" / "m.png")

    (row,) = read(folder)["annotations"]

    drawn = geometry.mask_from_rle(row["mask"]["counts"], 100, 200)
    assert drawn[30:40, 50:80].all()
    assert drawn.sum() == row["area"] == 300
    assert row["box"] == {"x_min": 20.0, "y_min": 20.0, "x_max": 120.0, "y_max": 70.0}


def test_a_small_mask_is_spread_over_its_box(export):
    tables = read(export(sample(gt=detections(detection(mask=array([[1, 0], [0, 0]]))))))

    (row,) = tables["annotations"]
    drawn = geometry.mask_from_rle(row["mask"]["counts"], 100, 200)
    assert drawn[20:45, 20:70].all()
    assert drawn.sum() == 25 * 50


def test_polylines_and_keypoints_keep_their_points(export):
    closed = {"_id": {"$oid": "p1"}, "_cls": "Polyline", "label": "cat", "closed": True, "filled": True}
    opened = {"_id": {"$oid": "p2"}, "_cls": "Polyline", "label": "cat", "closed": False, "filled": False}
    points = [[[0.1, 0.1], [0.2, 0.1], [0.2, 0.2]]]
    pose = {"_id": {"$oid": "k"}, "_cls": "Keypoint", "label": "cat"}
    spots = [[0.5, 0.5], [{"$numberDouble": "NaN"}, {"$numberDouble": "NaN"}]]

    tables = read(
        export(
            sample(
                lines={
                    "_cls": "Polylines",
                    "polylines": [closed | {"points": points}, opened | {"points": points}],
                },
                pose={"_cls": "Keypoints", "keypoints": [pose | {"points": spots}]},
            )
        )
    )

    ring, line, spot = tables["annotations"]
    assert (ring["geometry"], ring["polygons"], ring["area"]) == (
        "polygon",
        [pytest.approx([20.0, 10.0, 40.0, 10.0, 40.0, 20.0])],
        pytest.approx(100.0),
    )
    assert (line["geometry"], line["area"]) == ("polyline", None)
    assert [point["visibility"] for point in spot["keypoints"]] == [2.0, 0.0]
    assert (spot["keypoints"][0]["x"], spot["keypoints"][0]["y"]) == (100.0, 50.0)


def test_classifications_are_image_labels_or_predicted_labels(export):
    said = {"_id": {"$oid": "c"}, "_cls": "Classification", "label": "sunny"}

    tables = read(export(sample(weather=said, guess=said | {"confidence": 0.5, "label": "dark"})))

    assert tables["image_labels"] == [{"image_id": "a", "class_name": "sunny", "field": "weather"}]
    assert tables["predicted_labels"] == [
        {"image_id": "a", "class_name": "dark", "model": "guess", "confidence": 0.5}
    ]


def test_samples_in_files_of_their_own_and_in_a_zip_are_the_same(export, tmp_path):
    one = sample(gt=detections(detection()))
    folder = export(one)
    single = tmp_path / "apart"
    (single / "samples").mkdir(parents=True)
    (single / "samples" / "0001.json").write_text(json.dumps(one))
    packed = tmp_path / "export.zip"
    with zipfile.ZipFile(packed, "w") as file:
        file.write(folder / "samples.json", "export/samples.json")

    found = [read(path)["annotations"] for path in (folder, single, packed)]

    for rows in found:
        for row in rows:
            row.pop("source_file")
            row.pop("source_ref")
    assert found[0] == found[1] == found[2]


@pytest.mark.parametrize(
    ("label", "problem"),
    [
        (detection(box=(0.1, 0.2, 0.5)), "bounding_box is no list of four numbers"),
        (detection(box=(0.1, 0.2, -0.5, 0.5)), "its corners are the wrong way round"),
        (detection(box=(0.1, 0.2, "w", 0.5)), "'w' is no number"),
        (detection(label=None), "it names no class"),
        (detection(mask="%%%"), "the mask cannot be read"),
        (detection(mask=array([1, 2, 3])), "the mask is no array of rows and columns"),
        (detection(mask_path="../../etc/passwd"), "is not below the folder"),
        ({"_cls": "Polyline", "label": "x", "points": [[[0, 0]]]}, "expected 2 or more"),
        ({"_cls": "Keypoint", "label": "x", "points": [3]}, "3 is no point"),
        ({"_cls": "Heatmap", "label": "x"}, "a label of class 'Heatmap' has no place"),
    ],
)
def test_a_label_that_cannot_be_used_is_a_problem_with_its_place(export, label, problem):
    tables = read(export(sample(gt=detections(detection("good"), label))))

    assert [row["annotation_id"] for row in tables["annotations"]] == ["good"]
    (found,) = tables["import_problems"]
    assert found["location"] == "samples[0].gt[1]"
    assert problem in found["problem"]


@pytest.mark.parametrize("kind", [["Detection"], {"name": "Detections"}, 7])
def test_a_field_whose_class_is_no_text_is_a_fact_of_the_sample(export, kind):
    tables = read(export(sample(gt=detections(detection()), odd={"_cls": kind, "label": "cat"})))

    assert len(tables["annotations"]) == 1
    assert json.loads(tables["images"][0]["attributes"])["odd"]["label"] == "cat"


@pytest.mark.parametrize("width", [True, 0, -5, 2**31, "wide", [200], None])
def test_a_width_that_no_picture_has_is_not_known(export, width):
    tables = read(export(sample(metadata={"width": width, "height": 100}, gt=detections(detection()))))

    assert (tables["images"][0]["width"], tables["images"][0]["height"]) == (None, None)
    assert "the size of the picture is not known" in tables["import_problems"][0]["problem"]


def test_labels_of_pictures_of_unknown_size_are_left_out_and_said(export):
    tables = read(export(sample(metadata=None, gt=detections(detection()))))

    assert "annotations" not in tables
    assert "the size of the picture is not known" in tables["import_problems"][0]["problem"]


def test_what_is_no_export_is_refused(tmp_path):
    (tmp_path / "samples.json").write_text('{"samples": [')

    with pytest.raises(BadInputError, match="holds no samples of FiftyOne"):
        read(tmp_path)
    (tmp_path / "samples.json").unlink()
    with pytest.raises(BadInputError, match=r"holds no samples\.json"):
        read(tmp_path)


def test_only_samples_are_recognised(export, tmp_path):
    assert fiftyone.sniff(export(sample(gt=detections(detection())))) == 0.95
    assert fiftyone.sniff(tmp_path / "metadata.json") == 0.0
    assert fiftyone.sniff(tmp_path / "absent") == 0.0
