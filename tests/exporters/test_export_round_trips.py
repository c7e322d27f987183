from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from export_scenes import (
    assert_alike,
    boxes,
    expected_annotations,
    far_coordinates,
    inner_coordinates,
    keypoints,
    masks,
    other_shapes,
    polygons,
    scenes,
    there_and_back,
    turned_boxes,
)
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from labelduck.exporters.base import GEOMETRY
from labelduck.provenance import FACTS

SETTINGS = settings(
    phases=(Phase.generate,), max_examples=15, deadline=None, suppress_health_check=list(HealthCheck)
)
NUMBERS = st.integers(0, 10**14).map(str)
SHAPE = GEOMETRY - {"rotation"}
EVERYTHING = {*FACTS, *SHAPE, "image_id", "class_name"}

CASES = {
    "coco, numbers as ids": (
        "coco",
        None,
        (boxes(far_coordinates), polygons(3, far_coordinates), masks(), keypoints(), turned_boxes()),
        NUMBERS,
    ),
    "coco, words as ids": ("coco", None, (boxes(), turned_boxes()), None),
    "yolo detect": ("yolo", None, (boxes(inner_coordinates),), None),
    "yolo segment": ("yolo", None, (polygons(),), None),
    "yolo obb": ("yolo", "obb", (turned_boxes(),), None),
    "yolo pose": ("yolo", None, (keypoints(),), None),
    "voc": ("voc", None, (boxes(far_coordinates), polygons(1, far_coordinates)), None),
    "csv": (
        "csv",
        None,
        (
            boxes(far_coordinates),
            polygons(3, far_coordinates),
            masks(),
            keypoints(),
            turned_boxes(),
            other_shapes(),
        ),
        None,
    ),
    "parquet": (
        "parquet",
        None,
        (
            boxes(far_coordinates),
            polygons(3, far_coordinates),
            masks(),
            keypoints(),
            turned_boxes(),
            other_shapes(),
        ),
        None,
    ),
}
LOSSY = {"coco": NUMBERS, "yolo": None, "voc": None, "mask_png": None}


@pytest.mark.parametrize("case", CASES)
@SETTINGS
@given(data=st.data())
def test_what_a_format_and_its_sidecar_carry_comes_back_as_it_was(case, data):
    form, task, shapes, ids = CASES[case]
    scene = data.draw(scenes(*shapes, ids=ids))

    with TemporaryDirectory() as folder:
        back = there_and_back(form, scene, Path(folder), task=task)

    assert not back.problems
    assert set(back.carried.left_out.values()) <= {"its box has no area"}
    expected = expected_annotations(scene, back.carried)
    assert_alike(expected, back.tables["annotations"], EVERYTHING, key="annotation_id")
    assert {row["image_id"]: row["split"] for row in back.tables["images"]} == {
        new: row["split"]
        for new, row in zip(
            back.carried.image_ids or [row["image_id"] for row in scene.images], scene.images, strict=True
        )
    }
    assert {row["class_name"] for row in back.tables["classes"]} >= {row["class_name"] for row in expected}


@pytest.mark.parametrize("form", LOSSY)
@SETTINGS
@given(data=st.data())
def test_shapes_that_a_format_does_not_know_lose_no_object_and_nothing_known_of_it(form, data):
    far = (
        boxes(far_coordinates),
        polygons(3, far_coordinates),
        masks(),
        keypoints(),
        turned_boxes(),
        other_shapes(),
    )
    scene = data.draw(scenes(*far, ids=LOSSY[form]))

    with TemporaryDirectory() as folder:
        back = there_and_back(form, scene, Path(folder))

    assert not back.problems
    expected = expected_annotations(scene, back.carried)
    assert_alike(
        expected, back.tables["annotations"], {*FACTS, "class_name", "image_id"}, key="annotation_id"
    )
    kinds = {
        row["annotation_id"]: row["geometry"]
        for row in scene.annotations
        if row["annotation_id"] not in back.carried.left_out
    }
    assert back.carried.changed or set(kinds.values()) <= {
        "box",
        "polygon",
        "mask",
        "keypoints",
        "rotated_box",
    }
