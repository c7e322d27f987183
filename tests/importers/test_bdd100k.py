"""BDD100K and Scalabel: boxes that hold their last pixel, curves, masks, graphs, and tracks over frames."""

from __future__ import annotations

import json
import zipfile
from random import Random

import numpy as np
import pyarrow as pa
import pytest
from format_rows import box_of, harmed_documents, rows_of

from labelduck import geometry
from labelduck.errors import BadInputError
from labelduck.importers import bdd100k
from labelduck.importers.base import Known, ReadOptions

SQUARE = [[0, 0], [10, 0], [10, 10], [0, 10]]
CURVE = [[0, 0], [0, 3], [9, 3], [9, 0]]


def label(**more):
    return {"id": "5", "category": "car"} | more


def box(x_1, y_1, x_2, y_2):
    return {"box2d": {"x1": x_1, "y1": y_1, "x2": x_2, "y2": y_2}}


def outline(vertices, types=None, *, closed=True):
    return {"vertices": vertices, "types": types or "L" * len(vertices), "closed": closed}


def frame(*labels, name="a.jpg", **more):
    return {"name": name, "labels": list(labels)} | more


def read(tmp_path, content, **options):
    (tmp_path / "labels.json").write_text(json.dumps(content))
    return rows_of("bdd100k", tmp_path / "labels.json", **options)


def predict(tmp_path, content):
    (tmp_path / "labels.json").write_text(json.dumps(content))
    images = pa.table({"image_id": ["7", "b"], "file_name": ["val/a.jpg", None]})
    known = Known(images, pa.table({"class_name": ["car"], "class_index": [0]}))
    batches = list(bdd100k.read_predictions(tmp_path / "labels.json", known, ReadOptions()))
    return [row for batch in batches if "predictions" in batch for row in batch["predictions"].to_pylist()], [
        row for batch in batches for row in batch["import_problems"].to_pylist()
    ]


@pytest.mark.parametrize(
    ("shape", "geometry_name", "expected", "area"),
    [
        (box(10, 20, 29, 39), "box", (10, 20, 30, 40), 400),
        (box(10.5, 20.25, 29, 39), "box", (10.5, 20.25, 30, 40), 19.5 * 19.75),
        ({"poly2d": [outline(SQUARE)]}, "polygon", (0, 0, 10, 10), 100),
        (
            {"poly2d": [outline(SQUARE), outline([[20, 0], [30, 0], [20, 10]])]},
            "polygon",
            (0, 0, 30, 10),
            150,
        ),
        ({"poly2d": [outline(SQUARE[:3], closed=False)]}, "polyline", (0, 0, 10, 10), None),
        ({"poly2d": [outline(SQUARE)]} | box(0, 0, 11, 11), "polygon", (0, 0, 12, 12), 100),
        ({"poly2d": [[0, 0, "L"], [10, 0, "L"], [10, 10, "L"]]}, "polygon", (0, 0, 10, 10), 50),
    ],
)
def test_each_kind_of_shape_has_its_columns(tmp_path, shape, geometry_name, expected, area):
    found = read(tmp_path, [frame(label(**shape))])

    (row,) = found["annotations"]
    assert row["geometry"] == geometry_name
    assert box_of(row) == expected
    assert row.get("area") == area
    assert not found["import_problems"]


@pytest.mark.parametrize("types", ["LCCL", "LCCC"])
def test_a_curve_becomes_short_pieces_and_keeps_its_control_points(tmp_path, types):
    (row,) = read(tmp_path, [frame(label(poly2d=[outline(CURVE, types, closed=False)]))])["annotations"]

    points = np.array(row["polygons"][0]).reshape(-1, 2)
    assert points[0].tolist() == [0, 0]
    assert points[-1].tolist() == [9, 0]
    assert points[6].tolist() == pytest.approx(
        [4.5, 2.25]
    )  # a cubic curve's middle: (p0 + 3 p1 + 3 p2 + p3) / 8
    assert json.loads(row["attributes"])["poly2d"][0]["types"] == types


def test_a_closed_outline_may_end_in_a_curve_to_its_start(tmp_path):
    ring = [[0, 0], [9, 0], [9, 6], [0, 6]]

    (row,) = read(tmp_path, [frame(label(poly2d=[outline(ring, "LLCC")]))])["annotations"]

    points = np.array(row["polygons"][0]).reshape(-1, 2)
    assert points[1].tolist() == [9, 0]
    assert points[7].tolist() == pytest.approx(
        [4.5, 4.5]
    )  # halfway from (9, 0) to (0, 0) by (9, 6) and (0, 6)
    assert points[-1].tolist() != [0, 0]


def test_a_mask_is_taken_as_it_is(tmp_path):
    mask = np.zeros((6, 8), bool)
    mask[1:3, 2:7] = True

    (row,) = read(tmp_path, [frame(label(rle={"counts": geometry.rle_from_mask(mask), "size": [6, 8]}))])[
        "annotations"
    ]

    assert (row["geometry"], row["area"], box_of(row)) == ("mask", 10, (2, 1, 7, 3))


def test_a_graph_is_keypoints_or_the_outline_that_it_stands_for(tmp_path):
    nodes = [{"id": str(n), "category": f"n{n}", "location": place} for n, place in enumerate(SQUARE)]
    pose = {"nodes": [nodes[0], nodes[2] | {"visibility": "0"}], "edges": [], "type": "Pose2D"}

    first, second = read(
        tmp_path, [frame(label(graph=pose), label(id="6", graph={"nodes": nodes, "type": "Polygon2D"}))]
    )["annotations"]

    assert [tuple(point.values()) for point in first["keypoints"]] == [(0, 0, 2), (10, 10, 0)]
    assert json.loads(first["attributes"]) == {"nodes": ["n0", "n2"]}
    assert (second["geometry"], second["area"]) == ("polygon", 100)


def test_a_label_says_how_it_was_made_and_what_hides_it(tmp_path):
    told = label(
        **box(0, 0, 1, 1),
        manualShape=True,
        manualAttributes=False,
        attributes={"occluded": True, "truncated": False, "crowd": True, "trafficLightColor": "red"},
    )

    first, second = read(tmp_path, [frame(told, told | {"id": 6, "manualShape": False})])["annotations"]

    assert (first["occluded"], first["truncated"], first["is_crowd"], first["source"]) == (
        1,
        0,
        True,
        "manual",
    )
    assert json.loads(first["attributes"]) == {"trafficLightColor": "red", "manualAttributes": False}
    assert (second["annotation_id"], second["source"]) == ("a/6", "model")


def test_frames_of_a_video_have_tracks_and_others_have_none(tmp_path):
    content = [
        frame(label(**box(0, 0, 1, 1)), name="0001.jpg", videoName="v", frameIndex=n, timestamp=n * 1000)
        | {"name": f"000{n}.jpg"}
        for n in range(2)
    ]

    found = read(tmp_path, [*content, frame(label(**box(0, 0, 1, 1)))])

    told = [tuple(row.get(name) for name in ("annotation_id", "track_id")) for row in found["annotations"]]
    assert told == [("0000/5", "5"), ("0001/5", "5"), ("a/5", None)]
    assert [(image.get("video"), image.get("frame")) for image in found["images"]] == [
        ("v", 0),
        ("v", 1),
        (None, None),
    ]


def test_videos_with_frames_of_one_name_keep_their_names_apart(tmp_path):
    content = [frame(label(**box(0, 0, 1, 1)), name="1.jpg", videoName=video) for video in "vw"]

    found = read(tmp_path, content)

    assert [image["image_id"] for image in found["images"]] == ["1", "w/1"]
    assert [row["annotation_id"] for row in found["annotations"]] == ["1/5", "w/1/5"]


def test_an_image_keeps_its_facts(tmp_path):
    facts = {"weather": "rainy", "scene": "highway", "timeofday": "night"}

    first, second = read(
        tmp_path,
        [
            frame(attributes=facts, url="https://x/a.jpg", timestamp=1_600_000_000_123),
            {"name": "b.jpg", "timestamp": 10_000},
        ],
    )["images"]

    assert json.loads(first["attributes"]) == facts
    assert (first["uri"], first["captured_at"].isoformat()) == (
        "https://x/a.jpg",
        "2020-09-13T12:26:40.123000",
    )
    assert first["is_annotated"] is True
    assert "is_annotated" not in second
    assert json.loads(second["attributes"]) == {"timestamp": 10_000}


def test_sizes_come_from_frame_configuration_or_pictures_and_are_never_invented(tmp_path):
    (tmp_path / "sizes.csv").write_text("file_name,width,height\nc.jpg,7,8\n")
    config = {"imageSize": {"width": 1280, "height": 720}, "categories": [{"name": "car"}]}
    frames = [frame(name="a.jpg", size={"width": 5, "height": 6}), frame(name="b.jpg")]

    told = read(tmp_path, {"frames": frames, "config": config})["images"]
    untold = read(tmp_path, [frame(name="c.jpg"), frame(name="d.jpg")], sizes=tmp_path / "sizes.csv")[
        "images"
    ]

    sizes = [(image.get("width"), image.get("height")) for image in (*told, *untold)]
    assert sizes == [(5, 6), (1280, 720), (7, 8), (None, None)]


def test_a_configuration_names_the_classes_with_their_parents(tmp_path):
    vehicles = {"name": "vehicle", "subcategories": [{"name": "car"}, {"name": "bus"}]}

    classes = read(tmp_path, {"frames": [], "config": {"categories": [vehicles, "rider"]}})["classes"]

    told = [(row["class_name"], row.get("supercategory")) for row in classes]
    assert told == [("car", "vehicle"), ("bus", "vehicle"), ("rider", None)]


def test_a_file_per_frame_reads_like_one_file_and_splits_are_folders(tmp_path):
    (tmp_path / "train").mkdir()
    (tmp_path / "train" / "a.json").write_text(json.dumps(frame(label(**box(0, 0, 9, 9)))))
    first_form = {
        "name": "b",
        "attributes": {"weather": "clear"},
        "frames": [
            {
                "timestamp": 10000,
                "objects": [label(category="lane/crosswalk", poly2d=[[0, 0, "L"], [5, 5, "L"]])],
            }
        ],
    }
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as packed:
        packed.write(tmp_path / "train" / "a.json", "train/a.json")
        packed.writestr("val/b.json", json.dumps(first_form))

    found = rows_of("bdd100k", tmp_path / "all.zip")

    assert [(image["image_id"], image["split"]) for image in found["images"]] == [
        ("a", "train"),
        ("b", "val"),
    ]
    assert [row["geometry"] for row in found["annotations"]] == ["box", "polyline"]


@pytest.mark.parametrize(
    ("told", "problem"),
    [
        (label(), "the label has no shape"),
        (label(box3d={}), "the label has a box in space (box3d)"),
        (label(box2d={"x1": 1}), "box2d lacks one of x1, y1, x2, y2"),
        (label(**box(1, 2, float("nan"), 3)), "nan is no coordinate"),
        (label(**box(9, 9, 1, 1)), "the box is -7 wide and -7 high"),
        (label(poly2d=[outline(SQUARE, "LL")]), "poly2d has 4 vertices and 2 types"),
        (
            label(poly2d=[outline(SQUARE), outline(SQUARE, closed=False)]),
            "poly2d mixes closed outlines and lines",
        ),
        (label(rle={"counts": "x", "size": [2, 2]}), "counts"),
        (label(rle={"counts": 4, "size": [2, 2]}), "rle needs text `counts`"),
        (label(graph={"nodes": [{"location": [1, 2, 3]}]}), "[1, 2, 3] is no location in the picture"),
        (label(category=None), "the label has no category"),
        ("car", "a label must be an object"),
    ],
)
def test_a_label_that_is_none_is_a_problem_with_its_place(tmp_path, told, problem):
    found = read(tmp_path, [frame(told, label(**box(0, 0, 1, 1)))])

    (row,) = found["import_problems"]
    assert (row["source_file"], row["location"]) == ("labels.json", "frames[0].labels[0]")
    assert problem in row["problem"]
    assert len(found["annotations"]) == 1


def test_predictions_find_their_images_by_id_or_name(tmp_path):
    scored = label(**box(10, 20, 29, 39), score=0.5)

    rows, problems = predict(
        tmp_path,
        [
            frame(scored, label(**box(0, 0, 1, 1)), name="a.jpg"),
            frame(scored, name="b.jpg"),
            frame(name="none.jpg"),
        ],
    )

    told = [(row["prediction_id"], row["image_id"], row["confidence"], box_of(row)) for row in rows]
    assert told == [("7/5", "7", 0.5, (10, 20, 30, 40)), ("b/5", "b", 0.5, (10, 20, 30, 40))]
    assert [problem["location"] for problem in problems] == ["frames[0].labels[1]", "frames[2]"]
    assert problems[0]["problem"].startswith("score None is no number")


def test_annotations_that_all_have_scores_are_said_to_look_like_a_models(tmp_path):
    (problem,) = read(tmp_path, [frame(label(**box(0, 0, 1, 1), score=0.5))])["import_problems"]

    assert problem["severity"] == "warning"
    assert "predictions bdd100k" in problem["problem"]


@pytest.mark.parametrize(
    "content", ["", "[", '{"a": 1}', '{"frames": 3}', '{"name": 3, "frames": 3}', "\x00"]
)
def test_a_file_that_is_none_of_these_is_refused(tmp_path, content):
    (tmp_path / "labels.json").write_text(content)

    with pytest.raises(BadInputError, match=r"labels\.json"):
        rows_of("bdd100k", tmp_path / "labels.json")


def test_files_are_recognised_and_no_others(tmp_path):
    (tmp_path / "labels.json").write_text(json.dumps([frame(label(**box(0, 0, 1, 1)))]))
    (tmp_path / "other.json").write_text('{"images": [{"name": "a"}], "annotations": []}')

    assert bdd100k.sniff(tmp_path / "labels.json") > 0.9
    assert bdd100k.sniff(tmp_path) > 0.9
    assert bdd100k.sniff(tmp_path / "other.json") == 0


def test_no_harmed_file_gives_an_error_of_ours(tmp_path):
    rng = Random(9)
    sound = [
        frame(
            label(**box(0, 0, 5, 5), score=0.5, attributes={"occluded": True}),
            label(poly2d=[outline(CURVE, "LCCL", closed=False)]),
            label(graph={"nodes": [{"location": [1, 2], "category": "x"}], "type": "Pose2D"}),
            label(rle={"counts": "PPYo1", "size": [2, 2]}),
            name=name,
            videoName="v",
            timestamp=5,
            frameIndex=1,
        )
        for name in ("a.jpg", "b.jpg")
    ]
    whole = {
        "frames": sound,
        "config": {"imageSize": {"width": 9, "height": 9}, "categories": [{"name": "car"}]},
    }
    images = Known(pa.table({"image_id": ["a"], "file_name": ["a.jpg"]}), pa.table({"class_name": ["car"]}))
    texts, n_rows = [*harmed_documents(sound, rng, 250), *harmed_documents(whole, rng, 250)], 0

    for text in texts:
        (tmp_path / "x.json").write_bytes(text)
        found = rows_of("bdd100k", tmp_path)
        predicted = list(bdd100k.read_predictions(tmp_path, images, ReadOptions()))
        n_rows += len(found["annotations"]) + len(found["import_problems"]) + len(predicted)

    assert n_rows > len(texts)
