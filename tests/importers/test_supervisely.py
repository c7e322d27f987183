"""Supervisely projects: who drew what and when, in pixels that count in, with bitmaps, holes and graphs."""

from __future__ import annotations

import json
import math
import zipfile
import zlib
from random import Random

import numpy as np
import pytest
from format_rows import base64_of, box_of, harmed_documents, png_of, rows_of

from labelduck import geometry
from labelduck.errors import BadInputError
from labelduck.importers import supervisely

POSE = {
    "nodes": {
        "n1": {"label": "head", "loc": [0, 0]},
        "n2": {"label": "hip", "loc": [0, 1]},
        "n3": {"label": "foot"},
    },
    "edges": [{"src": "n1", "dst": "n2"}, {"src": "n2", "dst": "n9"}],
}
META = {
    "classes": [
        {"id": 4, "title": "cat", "shape": "rectangle", "color": "#ff0000"},
        {"id": 9, "title": "person", "shape": "graph", "geometry_config": POSE},
    ],
    "tags": [],
    "projectType": "images",
}


def figure(kind, exterior=None, interior=(), **more):
    known = {"id": 7, "classTitle": "cat", "geometryType": kind, "tags": []}
    points = {} if exterior is None else {"points": {"exterior": exterior, "interior": list(interior)}}
    return known | points | more


def document(*figures, **more):
    return {
        "description": "",
        "tags": [],
        "size": {"height": 60, "width": 80},
        "objects": list(figures),
    } | more


def packed(mask, *, mode="L"):
    return base64_of(zlib.compress(png_of(mask, mode=mode)))


def write(folder, files, *, meta=META):
    folder.mkdir(exist_ok=True)
    if meta is not None:
        (folder / "meta.json").write_text(json.dumps(meta))
    for name, content in files.items():
        place = folder / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(json.dumps(content))
    return folder


def read_one(tmp_path, *figures, **more):
    return rows_of("supervisely", write(tmp_path, {"ds/ann/a.jpg.json": document(*figures, **more)}))


@pytest.mark.parametrize(
    ("told", "geometry_name", "box", "area"),
    [
        (figure("rectangle", [[10, 20], [29, 39]]), "box", (10, 20, 30, 40), 400),
        (figure("rectangle", [[29, 39], [10, 20]]), "box", (10, 20, 30, 40), 400),
        (figure("rectangle", [[10.5, 20], [29, 39]]), "box", (10.5, 20, 29, 39), 351.5),
        (figure("polygon", [[0, 0], [10, 0], [0, 10]]), "polygon", (0, 0, 10, 10), 50),
        (figure("line", [[1, 2], [5, 9]]), "polyline", (1, 2, 5, 9), None),
        (figure("point", [[4, 5]]), "point", (4, 5, 4, 5), None),
        (figure("cuboid", points=[[0, 0], [9, 0], [9, 9], [0, 9], [4, 4]]), "cuboid", (0, 0, 9, 9), None),
        (
            figure("oriented_bbox", points=[[10, 20], [29, 29]], angle=math.pi / 2),
            "rotated_box",
            (15, 15, 25, 35),
            200,
        ),
    ],
)
def test_each_type_of_geometry_has_its_columns(tmp_path, told, geometry_name, box, area):
    found = read_one(tmp_path, told)

    (row,) = found["annotations"]
    assert row["geometry"] == geometry_name
    assert box_of(row) == pytest.approx(box, abs=1e-9)
    assert row.get("area") == (None if area is None else pytest.approx(area))
    assert not found["import_problems"]


@pytest.mark.parametrize("mode", ["1", "L", "RGBA"])
def test_a_bitmap_lies_at_its_origin(tmp_path, mode):
    crop = np.array([[1, 1, 0], [0, 1, 1]], np.uint8) * 255
    picture = np.dstack([crop * 0, crop * 0, crop * 0, crop]) if mode == "RGBA" else crop
    told = figure("bitmap", bitmap={"data": packed(picture, mode=mode), "origin": [78, 20]})

    (row,) = read_one(tmp_path, told)["annotations"]

    pixels = geometry.mask_from_rle(row["mask"]["counts"], 60, 80)
    assert pixels[20:22, 78:].tolist() == (crop[:, :2] > 0).tolist()
    assert row["area"] == pixels.sum() == 3


def test_a_polygon_with_a_hole_is_a_mask_without_it(tmp_path):
    told = figure("polygon", [[0, 0], [10, 0], [10, 10], [0, 10]], [[[2, 2], [4, 2], [4, 4], [2, 4]]])

    (row,) = read_one(tmp_path, told)["annotations"]

    assert (row["geometry"], row["area"], box_of(row)) == ("mask", 96, (0, 0, 10, 10))


def test_a_graph_has_keypoints_in_the_order_of_its_class(tmp_path):
    nodes = {"n2": {"loc": [5, 6], "disabled": True}, "n1": {"loc": [3, 4]}}

    found = read_one(tmp_path, figure("graph", classTitle="person", nodes=nodes))

    (row,) = found["annotations"]
    assert [tuple(point.values()) for point in row["keypoints"]] == [(3, 4, 2), (5, 6, 1), (0, 0, 0)]
    person = found["classes"][1]
    assert (person["class_name"], person["class_index"]) == ("person", 9)
    assert (person["keypoint_names"], person["skeleton"]) == (["head", "hip", "foot"], [[1, 2]])


def test_an_object_names_its_annotator_times_and_how_it_was_made(tmp_path):
    told = figure(
        "point",
        [[1, 1]],
        labelerLogin="ana",
        createdAt="2021-05-23T13:03:36.500Z",
        updatedAt="2021-05-23 15:03:36+02:00",
        nnCreated=True,
        nnUpdated=False,
        tags=[{"name": "blurred", "value": None}, {"name": "age", "value": 3}],
        description="left",
    )

    found = read_one(
        tmp_path, told, tags=[{"name": "night", "value": None}, {"name": "road", "value": "wet"}]
    )

    (row,), (image,) = found["annotations"], found["images"]
    assert (row["annotator"], row["source"], row["batch"]) == ("ana", "model_assisted", "ds")
    times = [row[name].isoformat() for name in ("created_at", "updated_at")]
    assert times == ["2021-05-23T13:03:36.500000", "2021-05-23T13:03:36"]
    assert json.loads(row["attributes"]) == {"description": "left", "blurred": True, "age": 3}
    assert (image["image_id"], image["tags"], image["batch"]) == ("ds/a", ["night", "road"], "ds")
    tags = [
        (tag["target"], tag["target_id"], tag["tag"], tag["value"], tag.get("score")) for tag in found["tags"]
    ]
    assert tags == [("image", "ds/a", "road", "wet", None), ("annotation", "7", "age", "3", 3)]


@pytest.mark.parametrize(
    ("flags", "source"),
    [
        ({"nnCreated": True, "nnUpdated": True}, "model"),
        ({"nnCreated": True, "nnUpdated": False}, "model_assisted"),
        ({"nnCreated": False, "nnUpdated": False}, "manual"),
        ({}, None),
    ],
)
def test_the_source_of_an_object_is_what_its_flags_say(tmp_path, flags, source):
    (row,) = read_one(tmp_path, figure("point", [[1, 1]], **flags))["annotations"]

    assert row.get("source") == source


def test_datasets_are_batches_or_splits(tmp_path):
    files = {name: document(tags=[{"name": "x"}]) for name in ("train/ann/a.png.json", "day/ann/b.png.json")}
    files["day/datasets/late/ann/b.png.json"] = document()

    images = rows_of("supervisely", write(tmp_path, files))["images"]

    told = [
        tuple(image.get(name) for name in ("image_id", "split", "batch", "file_name", "is_annotated"))
        for image in images
    ]
    assert told == [
        ("day/b", None, "day", "day/b.png", True),
        ("day/late/b", None, "day/late", "day/late/b.png", None),
        ("a", "train", None, "train/a.png", True),
    ]


def test_a_zip_a_dataset_and_a_file_read_alike(tmp_path):
    folder = write(tmp_path / "project", {"ds/ann/a.jpg.json": document(figure("point", [[1, 1]]))})
    with zipfile.ZipFile(tmp_path / "project.zip", "w") as whole:
        for name in ("meta.json", "ds/ann/a.jpg.json"):
            whole.write(folder / name, f"inside/{name}")

    from_folder, from_zip = (rows_of("supervisely", path) for path in (folder, tmp_path / "project.zip"))
    from_dataset = rows_of("supervisely", folder / "ds")

    assert from_folder["images"] == from_zip["images"]
    assert from_dataset["images"][0]["image_id"] == "a"
    assert from_dataset["classes"] == from_folder["classes"] == from_zip["classes"]
    assert len(rows_of("supervisely", folder / "ds" / "ann" / "a.jpg.json")["annotations"]) == 1


@pytest.mark.parametrize(
    ("told", "problem"),
    [
        (figure("rectangle", [[1, 2]]), "2 numbers, expected two corners"),
        (figure("rectangle"), "the object has no points"),
        (figure("rectangle", [[1, 2], [float("inf"), 3]]), "inf is no coordinate"),
        (figure("blob"), "'blob' is no geometry known here"),
        (figure(["rectangle"]), "['rectangle'] is no geometry"),
        (figure({"a": 1}), "{'a': 1} is no geometry"),
        (figure("bitmap"), "the object has no bitmap with an origin"),
        (figure("bitmap", bitmap={"data": "AAAA", "origin": [0, 0]}), "the mask cannot be unpacked"),
        (figure("bitmap", bitmap={"data": "%", "origin": [0, 0]}), "the mask"),
        (figure("graph"), "the object has no nodes"),
        (figure("point", [[1, 1]], classTitle=None), "the object has no classTitle"),
        (7, "an object must be a JSON object"),
    ],
)
def test_an_object_that_is_none_is_a_problem_with_its_place(tmp_path, told, problem):
    found = read_one(tmp_path, told, figure("point", [[1, 1]]))

    (row,) = found["import_problems"]
    assert (row["source_file"], row["location"]) == ("ds/ann/a.jpg.json", "objects[0]")
    assert row["problem"].startswith(problem)
    assert len(found["annotations"]) == 1


def test_a_bitmap_that_swells_beyond_measure_is_refused(tmp_path):
    bomb = base64_of(zlib.compress(bytes(1 << 28), 9))

    (row,) = read_one(tmp_path, figure("bitmap", bitmap={"data": bomb, "origin": [0, 0]}))["import_problems"]

    assert row["problem"] == "the mask would swell to more than 128 MB; left out"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (document(figures=[]), "annotates a point cloud or volume"),
        (document(frames=[]), "annotates a video"),
        ([], "is no annotation of Supervisely"),
    ],
)
def test_what_is_no_picture_is_refused_file_by_file(tmp_path, content, reason):
    files = {"ds/ann/a.json": content, "ds/ann/b.json": document()}

    found = rows_of("supervisely", write(tmp_path, files))

    (problem,) = found["import_problems"]
    assert problem["source_file"] == "ds/ann/a.json"
    assert problem["problem"].startswith(reason)
    assert len(found["images"]) == 1


def test_a_project_without_meta_json_reads_and_says_so(tmp_path):
    found = rows_of(
        "supervisely", write(tmp_path, {"ann/a.json": document(figure("point", [[1, 1]]))}, meta=None)
    )

    assert [row["class_name"] for row in found["classes"]] == ["cat"]
    assert [problem["severity"] for problem in found["import_problems"]] == ["warning"]


def test_projects_are_recognised_and_nothing_else(tmp_path):
    folder = write(tmp_path / "p", {"ds/ann/a.jpg.json": document(figure("point", [[1, 1]]))})
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "a.json").write_text('{"images": [], "annotations": []}')

    assert supervisely.sniff(folder) == 0.95
    assert supervisely.sniff(folder / "ds" / "ann" / "a.jpg.json") > 0.9
    assert supervisely.sniff(tmp_path / "other") == 0
    with pytest.raises(BadInputError, match=r"holds no ann/\*\.json"):
        rows_of("supervisely", tmp_path / "other")


def test_no_harmed_file_gives_an_error_of_ours(tmp_path):
    rng = Random(8)
    sound = document(
        figure("rectangle", [[0, 0], [3, 4]], tags=[{"name": "a", "value": 1}], createdAt="2021-01-01"),
        figure("polygon", [[0, 0], [9, 0], [9, 9]], [[[1, 1], [3, 1], [3, 2]]]),
        figure("bitmap", bitmap={"data": packed([[1, 0], [1, 1]]), "origin": [1, 2]}),
        figure("graph", classTitle="person", nodes={"n1": {"loc": [1, 2]}}),
        tags=[{"name": "t", "value": "v"}],
    )
    folder = write(tmp_path, {"ds/ann/a.jpg.json": sound})
    n_rows, texts = 0, list(harmed_documents(sound, rng, 300))
    metas = list(harmed_documents(META, rng, len(texts)))

    for number, (text, meta) in enumerate(zip(texts, metas, strict=True)):
        (folder / "ds" / "ann" / "a.jpg.json").write_bytes(text)
        (folder / "meta.json").write_bytes(meta if number % 3 == 0 else json.dumps(META).encode())
        found = rows_of("supervisely", folder)
        n_rows += len(found["annotations"]) + len(found["import_problems"])

    assert n_rows > len(texts)


@pytest.mark.shared_data
def test_point_clouds_are_refused_with_the_reason(shared):
    path = shared("datumaro_assets") / "tests" / "assets" / "sly_pointcloud_dataset"

    found = rows_of("supervisely", path)

    assert [problem["source_file"] for problem in found["import_problems"]] == [
        "ds0/ann/frame1.pcd.json",
        "ds0/ann/frame2.pcd.json",
    ]
    assert {problem["problem"] for problem in found["import_problems"]} == {
        "belongs to a project of point_clouds; only pictures are read"
    }
    assert not found["classes"]
