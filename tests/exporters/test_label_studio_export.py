"""What is written for Label Studio is in its words, and comes back the same."""

from __future__ import annotations

import datetime as dt
import json
import tempfile
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drawn_scenes import (
    ATTRIBUTES,
    CLASSES,
    HEIGHT,
    SHAPES,
    WIDTH,
    annotation,
    assert_same,
    exported,
    image,
    imported,
    selection_of,
)
from labelduck import exporters
from labelduck.exporters.base import WriteOptions
from labelduck.geometry import decode_brush
from labelduck.importers import drawn

NOON = dt.datetime(2025, 3, 1, 12)  # noqa: DTZ001 - the lake's times are UTC without a zone
ANA, BEN = "ana@example.com", "ben@example.com"
CARRIED = (
    *(
        "image_id",
        "class_name",
        "geometry",
        "box",
        "area",
        "polygons",
        "mask",
        "keypoints",
        "rotated_box",
        "rotation",
    ),
    *(
        "occluded",
        "truncated",
        "difficult",
        "is_crowd",
        "z_order",
        "group_id",
        "track_id",
        "source",
        "annotator",
        "is_gold",
    ),
    *("created_at", "updated_at", "lead_time_s", "review_status", "reviewer", "job"),
)


def tasks_of(
    folder: Path, *annotations: dict[str, Any], images: Any = None, **rest: Any
) -> list[dict[str, Any]]:
    exported("label_studio", selection_of(images or [image()], list(annotations), **rest), folder)
    return json.loads((folder / "tasks.json").read_bytes())


def only_results(folder: Path, shape: dict[str, Any], **rest: Any) -> list[dict[str, Any]]:
    (task,) = tasks_of(folder, annotation("7", shape, **rest))
    (work,) = task["annotations"]
    return work["result"]


def test_a_box_is_percent_of_its_picture(tmp_path):
    (result,) = only_results(tmp_path, drawn.box(9, 15, 45, 30), source="manual")

    assert result == {
        "id": "7",
        "type": "rectanglelabels",
        "from_name": "box",
        "to_name": "image",
        "original_width": WIDTH,
        "original_height": HEIGHT,
        "image_rotation": 0,
        "origin": "manual",
        "meta": {"labelduck": {}},
        "value": {"x": 10, "y": 25, "width": 40, "height": 25, "rotation": 0, "rectanglelabels": ["cat"]},
    }


def test_a_turned_box_is_told_by_its_first_corner_in_pixels(tmp_path):
    # Around (45, 30), 30 wide and 20 high, a quarter clockwise: the first corner goes from (30, 20) to (55, 15).
    (result,) = only_results(tmp_path, drawn.rotated_box(30, 20, 60, 40, 90))

    value = result["value"]
    assert value["rotation"] == 90
    assert (value["x"] * WIDTH / 100, value["y"] * HEIGHT / 100) == pytest.approx((55, 15))
    assert (value["width"] * WIDTH / 100, value["height"] * HEIGHT / 100) == pytest.approx((30, 20))


def test_an_ellipse_is_told_by_centre_and_radii(tmp_path):
    (result,) = only_results(tmp_path, drawn.ellipse(45, 30, 9, 6, 30))

    assert result["type"] == "ellipselabels"
    told = [result["value"][key] for key in ("x", "y", "radiusX", "radiusY", "rotation")]
    assert told == pytest.approx([50, 50, 10, 10, 30])


@pytest.mark.parametrize(
    ("shape", "is_closed"),
    [(drawn.polygon([[0, 0, 9, 0, 9, 6]]), True), (drawn.polyline([0, 0, 9, 0, 9, 6]), False)],
)
def test_polygons_are_closed_and_lines_are_not(tmp_path, shape, is_closed):
    (result,) = only_results(tmp_path, shape)

    assert result["type"] == "polygonlabels"
    assert result["value"] == {
        "points": [[0, 0], [10, 0], [10, 10]],
        "closed": is_closed,
        "polygonlabels": ["cat"],
    }


def test_rings_of_an_object_are_numbered_pieces(tmp_path):
    rings = [[0.0, 0.0, 9.0, 0.0, 9.0, 6.0], [45.0, 30.0, 54.0, 30.0, 54.0, 36.0]]

    results = only_results(tmp_path, drawn.polygon(rings))

    assert [result["id"] for result in results] == ["7.0", "7.1"]
    (back,) = imported("label_studio", tmp_path)["annotations"]
    assert back["annotation_id"] == "7"
    assert back["polygons"] == rings


def test_objects_whose_ids_look_like_pieces_stay_apart(tmp_path):
    ring = drawn.polygon([[0, 0, 9, 0, 9, 6]])

    tasks_of(tmp_path, *(annotation(name, ring) for name in ("7.0", "7.1")))

    assert [row["annotation_id"] for row in imported("label_studio", tmp_path)["annotations"]] == [
        "7.0",
        "7.1",
    ]


def test_a_mask_is_a_brush_stroke(tmp_path):
    pixels = np.zeros((HEIGHT, WIDTH), bool)
    pixels[10, 31:34] = pixels[11, 30:32] = True

    (result,) = only_results(tmp_path, drawn.mask_of_pixels(pixels))

    assert (result["type"], result["value"]["format"]) == ("brushlabels", "rle")
    np.testing.assert_array_equal(decode_brush(result["value"]["rle"], WIDTH, HEIGHT), pixels)


def test_a_pose_is_a_box_with_its_keypoints(tmp_path):
    shape = drawn.keypoints([(9, 6, 2), (0, 0, 0), (18, 12, 1)])

    box, nose, right = only_results(tmp_path, shape, class_name="person")

    assert (box["type"], box["value"]["rectanglelabels"]) == ("rectanglelabels", ["person"])
    assert [
        (each["value"]["x"], each["value"]["y"], each["value"]["keypointlabels"]) for each in (nose, right)
    ] == [
        *((10, 10, ["nose"]), (20, 20, ["right ear"])),
    ]
    assert nose["parentID"] == right["parentID"] == "7"
    interface = ET.parse(tmp_path / "interface.xml")
    places = {
        label.get("value"): label.get("model_index") for label in interface.iterfind("KeyPointLabels/Label")
    }
    assert places == {"nose": "0", "left ear": "1", "right ear": "2"}


def test_each_person_has_one_annotation_of_an_image_and_gold_is_apart(tmp_path):
    shape, later = drawn.box(1, 2, 3, 4), NOON + dt.timedelta(minutes=5)
    (task,) = tasks_of(
        tmp_path,
        annotation("1", shape, annotator=ANA, created_at=NOON, lead_time_s=4.5),
        annotation("2", shape, annotator=BEN, is_gold=True, created_at=NOON),
        annotation("3", shape, annotator=ANA, created_at=later, lead_time_s=2.0),
        annotation("4", shape),
    )

    said = [
        [
            work.get(key)
            for key in ("completed_by", "ground_truth", "was_cancelled", "created_at", "lead_time")
        ]
        + [[result["id"] for result in work["result"]]]
        for work in task["annotations"]
    ]
    assert said == [
        [{"email": ANA}, False, False, "2025-03-01T12:05:00Z", 6.5, ["1", "3"]],
        [{"email": BEN}, True, False, "2025-03-01T12:00:00Z", None, ["2"]],
        [None, False, False, None, None, ["4"]],
    ]


def test_who_only_looked_or_skipped_has_an_empty_annotation(tmp_path):
    images = [image("1"), image("2", is_annotated=True), image("3", is_annotated=False)]
    looked = [
        {"image_id": "1", "annotator": ANA, "status": "completed"},
        {"image_id": "1", "annotator": BEN, "status": "skipped"},
        {"image_id": "3", "annotator": BEN, "status": "in_progress"},
    ]

    carried = exported("label_studio", selection_of(images, [], assignments=looked), tmp_path)

    tasks = json.loads((tmp_path / "tasks.json").read_bytes())
    assert [[(w.get("completed_by"), w["was_cancelled"]) for w in task["annotations"]] for task in tasks] == [
        [({"email": ANA}, False), ({"email": BEN}, True)],
        [(None, False)],
        [],
    ]
    assert "assignments" not in carried.tables, "work in progress is not told"


def test_answers_about_an_image_are_choices(tmp_path):
    answers = [
        {
            "image_id": "a/1",
            "field": field,
            "class_name": name,
            "annotator": ANA,
            "created_at": NOON,
            "source": "manual",
        }
        for field, name in (("weather", "rain"), ("weather", "fog"), ("box", "yes"))
    ]

    (task,) = tasks_of(tmp_path, image_labels=answers)

    (work,) = task["annotations"]
    assert [(each["type"], each["from_name"], each["value"]) for each in work["result"]] == [
        ("choices", "weather", {"choices": ["rain", "fog"]}),
        ("choices", "box_2", {"choices": ["yes"]}),
    ]
    controls = {each.get("name"): each for each in ET.parse(tmp_path / "interface.xml").iterfind("Choices")}
    assert {name: each.get("choice") for name, each in controls.items()} == {
        "weather": "multiple",
        "box_2": "single",
    }
    back = imported("label_studio", tmp_path)["image_labels"]
    assert [(row["field"], row["class_name"], row["annotator"], row["created_at"]) for row in back[:2]] == [
        *(("weather", "rain", ANA, NOON), ("weather", "fog", ANA, NOON)),
    ]


def test_predictions_name_model_and_confidence(tmp_path):
    found = [
        {"prediction_id": str(n), "image_id": "a/1", "class_name": "cat", "confidence": sure}
        | drawn.box(1, 2, 3, 4)
        for n, sure in enumerate((0.5, 1.0))
    ]

    (task,) = tasks_of(
        tmp_path, predictions={"detector": [without_geometry(row) for row in found], "idle": []}
    )

    (prediction,) = task["predictions"]
    assert (prediction["model_version"], prediction["score"]) == ("detector", 0.75)
    assert [(result["id"], result["score"]) for result in prediction["result"]] == [("0", 0.5), ("1", 1.0)]
    back = imported("label_studio", tmp_path)["predictions"]
    assert [(row["model"], row["class_name"], row["confidence"]) for row in back] == [
        *(("detector", "cat", 0.5), ("detector", "cat", 1.0)),
    ]


def test_the_class_that_a_model_is_surest_of_is_a_choice(tmp_path):
    guesses = [
        {"model": "detector", "image_id": "a/1", "class_name": name, "confidence": sure}
        for name, sure in (("cat", 0.25), ("dog", 0.75))
    ]

    (task,) = tasks_of(tmp_path, predictions={"detector": []}, predicted_labels=guesses)

    ((result,),) = [prediction["result"] for prediction in task["predictions"]]
    assert (result["value"], result["score"]) == ({"choices": ["dog"]}, 0.75)


def test_people_may_be_left_to_the_sidecar(tmp_path):
    selection = selection_of([image()], [annotation("1", drawn.box(1, 2, 3, 4), annotator=ANA)])

    named = exported("label_studio", selection, tmp_path)
    unnamed = exporters.writer("label_studio").write(selection, tmp_path, WriteOptions(people=False))

    assert "annotator" in named.annotations
    assert "annotator" not in unnamed.annotations
    assert ANA not in (tmp_path / "tasks.json").read_text()


def test_what_cannot_be_written_is_said(tmp_path):
    shape = drawn.box(1, 2, 3, 4)
    selection = selection_of(
        [image(), image("unsized", width=None, height=None)],
        [
            annotation("none", {}),
            annotation("unnamed", shape, class_name=None),
            annotation("unsized", shape, image_id="unsized"),
            annotation("unseen", drawn.keypoints([(0, 0, 0)])),
            annotation("skew", drawn.rotated_corners([0, 0, 10, 0, 12, 9, 0, 8])),
            annotation("cuboid", drawn.cuboid([1, 2, 3, 4, 5, 6, 7, 8])),
            annotation("half", shape | {"area": 3.5}),
        ],
        predictions={"detector": [{"prediction_id": "1", "image_id": "a/1", "class_name": "cat"}]},
    )

    carried = exported("label_studio", selection, tmp_path)

    assert carried.left_out == {
        "none": "it has no shape",
        "unnamed": "it has no class",
        "unsized": "it has no picture of known size",
        "unseen": "none of its keypoints is seen, and it has no box",
    }
    assert carried.changed == {
        "turned boxes that are no rectangles became polygons": 1,
        "cuboids became the boxes around them": 1,
        "areas that differed from the shape's became those of the shape": 1,
        "predictions without a shape or a class were left out": 1,
    }


def test_the_picture_is_where_it_can_be_fetched_else_a_file_of_the_server(tmp_path):
    images = [image("1", uri="s3://labels/1.jpg"), image("2", file_name="val/a b&c.jpg", split="val")]

    first, second = tasks_of(tmp_path, images=images)

    assert first["data"]["image"] == "s3://labels/1.jpg"
    assert second["data"]["image"] == "/data/local-files/?d=val/a%20b%26c.jpg"
    assert second["data"]["image_id"] == "2"
    assert (first["id"], second["id"]) == (1, 2)


def test_an_empty_selection_is_an_empty_list(tmp_path):
    exported("label_studio", selection_of([], []), tmp_path)

    assert json.loads((tmp_path / "tasks.json").read_bytes()) == []
    labels = [
        label.get("value") for label in ET.parse(tmp_path / "interface.xml").iterfind("RectangleLabels/Label")
    ]
    assert labels == list(CLASSES)


def without_geometry(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name != "geometry"}


PATHS = ("a/", "ä b/", "x.y", "000", "100%/?&=#")
NAMES = ("n.", "", "a/1/", "<\"'&>", "ü ", "{}")
MOMENTS = st.none() | st.datetimes(dt.datetime(2020, 1, 1), dt.datetime(2030, 1, 1))  # noqa: DTZ001 - as above
FACTS = {
    "annotator": st.sampled_from((None, ANA, BEN, "cleo")),
    "source": st.sampled_from((None, "manual", "model", "model_assisted", "consensus", "imported")),
    "is_gold": st.booleans(),
    "occluded": st.none() | st.floats(0, 1),
    "truncated": st.none() | st.floats(0, 1),
    "difficult": st.none() | st.booleans(),
    "is_crowd": st.none() | st.booleans(),
    "z_order": st.none() | st.integers(-3, 9),
    "group_id": st.sampled_from((None, "1", "flock")),
    "track_id": st.sampled_from((None, "t")),
    "created_at": MOMENTS,
    "updated_at": MOMENTS,
    "lead_time_s": st.none() | st.floats(0, 1e4),
    "review_status": st.sampled_from((None, "accepted", "rejected", "fixed")),
    "reviewer": st.sampled_from((None, "rita")),
    "job": st.sampled_from((None, "7")),
    "attributes": ATTRIBUTES,
}


@st.composite
def scenes(draw):
    """Draw images, some in splits and batches, objects of all shapes with all that may be known of them, and predictions."""
    images = [
        image(
            f"{draw(st.sampled_from(PATHS))}{n}",
            split=draw(st.sampled_from((None, "train", "val"))),
            batch=draw(st.sampled_from((None, "b1"))),
        )
        for n in range(draw(st.integers(1, 3)))
    ]
    annotations = []
    for n in range(draw(st.integers(0, 6))):
        kind = draw(st.sampled_from(sorted(SHAPES)))
        told = {name: draw(values) for name, values in FACTS.items()}
        told["image_id"] = draw(st.sampled_from(images))["image_id"]
        told["class_name"] = "person" if kind == "keypoints" else draw(st.sampled_from(CLASSES[:2]))
        shape = draw(SHAPES[kind])
        # Label Studio holds keypoints together by a box, whose area is then the object's.
        told |= {"area": drawn.box(*shape["box"])["area"]} if kind == "keypoints" else {}
        annotations.append(annotation(f"{draw(st.sampled_from(NAMES))}{n}", shape, **told))
    predictions = [
        {
            "prediction_id": str(n),
            "image_id": draw(st.sampled_from(images))["image_id"],
            "class_name": draw(st.sampled_from(CLASSES)),
            "confidence": draw(st.floats(0, 1)),
        }
        | without_geometry(draw(SHAPES[draw(st.sampled_from(("box", "polygon", "mask")))]))
        for n in range(draw(st.integers(0, 3)))
    ]
    return images, annotations, predictions


@settings(max_examples=60, deadline=None)
@given(scenes())
def test_export_and_import_give_the_scene_again(scene):
    images, annotations, predictions = scene
    with tempfile.TemporaryDirectory() as folder:
        selection = selection_of(images, annotations, predictions={"detector": predictions})
        carried = exported("label_studio", selection, Path(folder))
        back = imported("label_studio", Path(folder))

    assert not carried.left_out
    assert not carried.changed
    assert not back["import_problems"]
    assert [
        [row[key] for key in ("image_id", "file_name", "split", "batch", "width")] for row in back["images"]
    ] == [[row.get(key) for key in ("image_id", "file_name", "split", "batch", "width")] for row in images]
    found = {row["annotation_id"]: row for row in back.get("annotations", [])}
    assert found.keys() == {row["annotation_id"] for row in annotations}
    for told in annotations:
        assert_same(found[told["annotation_id"]], told, CARRIED)
        assert json.loads(found[told["annotation_id"]]["attributes"] or "{}") == told["attributes"]
    order = [row["image_id"] for row in images]
    expected = sorted(predictions, key=lambda row: order.index(row["image_id"]))
    for row, told in zip(back.get("predictions", []), expected, strict=True):
        assert row["model"] == "detector"
        assert_same(row, told, ("image_id", "class_name", "confidence", "box", "polygons", "mask"))
