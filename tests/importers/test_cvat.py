"""CVAT XML of images: shapes, ids, people and jobs, by literal answers and against the same scene in COCO."""

from __future__ import annotations

import json
from collections import Counter
from datetime import datetime
from pathlib import Path
from zipfile import ZipFile

import pytest
from cvat_files import JOB, TASK, document, image, only, read, read_text
from PIL import Image

from labelduck.errors import BadInputError
from labelduck.geometry import mask_from_rle
from labelduck.importers import cvat, reader
from labelduck.importers.cvat import names
from sample_files import HARDHAT, boxes_of, coco_of, in_val

LABELS = (
    "<labels><label><name>person</name><color>#c06060</color><type>skeleton</type><svg>"
    '&lt;circle data-node-id="1" data-label-name="head"&gt;&lt;/circle&gt;'
    '&lt;circle data-node-id="2" data-label-name="foot"&gt;&lt;/circle&gt;'
    '&lt;line data-node-from="1" data-node-to="2"&gt;&lt;/line&gt;</svg></label>'
    "<label><name>head</name><type>points</type><parent>person</parent></label>"
    "<label><name>foot</name><type>points</type><parent>person</parent></label>"
    "<label><name>truck</name><type>any</type><parent>vehicle</parent><attributes>"
    "<attribute><name>lit</name><input_type>checkbox</input_type></attribute>"
    "<attribute><name>axles</name><input_type>number</input_type></attribute>"
    "<attribute><name>plate</name><input_type>text</input_type></attribute></attributes></label></labels>"
)


def shape(folder, element):
    return only(read_text(folder, image(element)))


def test_the_sample_holds_the_annotations_of_its_coco_file():
    coco = coco_of()
    path = HARDHAT / "cvat" / "annotations.xml"

    name, _ = reader("auto", path)
    found = read(path)

    boxes: Counter = Counter()
    grouped: dict = {}
    for row in found["annotations"]:
        key = (row["image_id"], row["class_name"], row["group_id"] or row["annotation_id"])
        grouped.setdefault(key, []).append(row["box"])
    for (image_id, class_name, _), pieces in grouped.items():
        low = (min(box[edge] for box in pieces) for edge in ("x_min", "y_min"))
        high = (max(box[edge] for box in pieces) for edge in ("x_max", "y_max"))
        boxes[image_id, class_name, *low, *high] += 1
    crowds = Counter(
        (Path(picture["file_name"]).stem, "person") for picture in coco["images"] for a in coco["annotations"]
        if a["iscrowd"] and a["image_id"] == picture["id"] and in_val(coco)(a)
    )  # fmt: skip
    expected = boxes_of(coco, only=in_val(coco))
    assert name == "cvat"
    assert not expected - boxes
    assert Counter(key[:2] for key in (boxes - expected).elements()) == crowds
    assert found["import_problems"] == []


def test_a_box_keeps_all_its_digits_and_what_is_said_of_it(tmp_path):
    element = (
        '<box label="truck" source="semi-auto" occluded="1" xtl="1.123456789" ytl="2" xbr="30.5" ybr="40.25"'
        ' z_order="3" group_id="7"><attribute name="plate">B 1</attribute></box>'
    )

    row = shape(tmp_path, element)

    assert row == {
        "annotation_id": "a/0",
        "image_id": "a",
        "class_name": "truck",
        "geometry": "box",
        "box": {"x_min": 1.123456789, "y_min": 2.0, "x_max": 30.5, "y_max": 40.25},
        "area": (30.5 - 1.123456789) * 38.25,
        "occluded": 1.0,
        "z_order": 3,
        "group_id": "7",
        "source": "model_assisted",
        "attributes": '{"plate":"B 1"}',
        "job": "71",
        "source_file": str(tmp_path / "annotations.xml"),
        "source_ref": "image 0 / box 0",
    }


def test_a_box_turns_clockwise_around_its_centre(tmp_path):
    row = shape(tmp_path, '<box label="x" xtl="10" ytl="20" xbr="30" ybr="24" rotation="90"/>')

    assert row["geometry"] == "rotated_box"
    assert row["rotated_box"] == [22, 12, 22, 32, 18, 32, 18, 12]
    assert row["box"] == {"x_min": 18, "y_min": 12, "x_max": 22, "y_max": 32}
    assert row["rotation"] == 90


def test_an_ellipse_has_radii_and_a_turn(tmp_path):
    row = shape(tmp_path, '<ellipse label="x" cx="50" cy="40" rx="20" ry="10" rotation="90.00"/>')

    assert row["geometry"] == "ellipse"
    assert row["box"] == {"x_min": 40, "y_min": 20, "x_max": 60, "y_max": 60}
    assert row["rotation"] == 90


@pytest.mark.parametrize(
    ("element", "geometry", "column", "value"),
    [
        ('<polygon label="x" points="0,0;4,0;4,3"/>', "polygon", "polygons", [[0, 0, 4, 0, 4, 3]]),
        ('<polyline label="x" points="0,0;4,1.5"/>', "polyline", "polygons", [[0, 0, 4, 1.5]]),
        ('<points label="x" points="2,3"/>', "point", "keypoints", [{"x": 2, "y": 3, "visibility": 2}]),
        (
            '<points label="x" points="2,3;5,9;"/>',
            "keypoints",
            "keypoints",
            [{"x": 2, "y": 3, "visibility": 2}, {"x": 5, "y": 9, "visibility": 2}],
        ),
    ],
)
def test_points_make_polygons_lines_and_keypoints(tmp_path, element, geometry, column, value):
    row = shape(tmp_path, element)

    assert (row["geometry"], row[column]) == (geometry, value)


def test_a_cuboid_keeps_its_corners_as_an_attribute(tmp_path):
    names = [f"{edge}{side}{face}" for face in "12" for side in ("tl", "bl", "tr", "br") for edge in "xy"]
    told = " ".join(f'{name}="{n}"' for n, name in enumerate(names))

    row = shape(tmp_path, f'<cuboid label="x" {told}/>')

    assert row["geometry"] == "cuboid"
    assert row["box"] == {"x_min": 0, "y_min": 1, "x_max": 14, "y_max": 15}
    assert json.loads(row["attributes"]) == {"corners": list(range(16))}


def test_a_mask_runs_along_the_rows_of_its_frame(tmp_path):
    row = shape(tmp_path, '<mask label="x" rle="1, 2, 2, 1" left="3" top="5" width="3" height="2"/>')

    pixels = mask_from_rle(row["mask"]["counts"], *row["mask"]["size"])
    assert row["mask"]["size"] == [80, 100]
    assert [tuple(place) for place in zip(*pixels.nonzero(), strict=True)] == [(5, 4), (5, 5), (6, 5)]
    assert row["area"] == 3
    assert row["box"] == {"x_min": 4, "y_min": 5, "x_max": 6, "y_max": 7}


def test_a_skeleton_has_its_keypoints_in_the_order_of_its_class(tmp_path):
    element = (
        '<skeleton label="person" source="manual" z_order="0">'
        '<points label="foot" outside="0" occluded="1" points="9,30"/>'
        '<points label="head" outside="0" occluded="0" points="8,10"/>'
        '<attribute name="age">7</attribute></skeleton><skeleton label="person">'
        '<points label="foot" outside="1" occluded="0" points="1,1"/>'
        '<points label="head" outside="0" occluded="0" points="8,10"/></skeleton>'
    )

    found = read_text(tmp_path, image(element), TASK.replace("</task>", LABELS + "</task>"))

    first, second = found["annotations"]
    head, foot = {"x": 8, "y": 10, "visibility": 2}, {"x": 9, "y": 30, "visibility": 1}
    assert first["keypoints"] == [head, foot]
    assert first["attributes"] == '{"age":"7"}'
    assert second["keypoints"] == [head, {"x": 1, "y": 1, "visibility": 0}]
    assert second["box"] == {"x_min": 8, "y_min": 10, "x_max": 8, "y_max": 10}


def test_labels_become_classes_and_their_points_keypoints(tmp_path):
    element = (
        '<box label="truck" xtl="0" ytl="0" xbr="1" ybr="1"><attribute name="lit">true</attribute>'
        '<attribute name="axles">3</attribute><attribute name="plate">007</attribute></box>'
    )

    found = read_text(tmp_path, image(element), TASK.replace("</task>", LABELS + "</task>"))

    person, truck = found["classes"]
    assert (person["class_name"], person["keypoint_names"], person["skeleton"]) == (
        "person",
        ["head", "foot"],
        [[1, 2]],
    )
    assert json.loads(person["attributes"])["color"] == "#c06060"
    assert (truck["class_name"], truck["supercategory"]) == ("truck", "vehicle")
    assert json.loads(found["annotations"][0]["attributes"]) == {"lit": True, "axles": 3, "plate": "007"}


def test_a_tag_is_a_class_of_the_whole_image(tmp_path):
    element = '<tag label="rain" source="auto"><attribute name="strength">2</attribute></tag>'

    found = read_text(tmp_path, image(element), JOB)

    row = only(found, "image_labels")
    assert row == {
        "image_id": "a",
        "class_name": "rain",
        "source": "model",
        "annotator": "ana@example.com",
    }
    assert json.loads(found["images"][0]["attributes"])["tags"] == [{"label": "rain", "strength": "2"}]


def test_the_assignee_of_a_job_is_the_annotator_of_all_its_images(tmp_path):
    box = '<box label="x" xtl="0" ytl="0" xbr="1" ybr="1"/>'

    found = read_text(tmp_path, image(box) + image("", number=1, name="b.jpg"), JOB)

    assert [(row["annotator"], row["job"]) for row in found["annotations"]] == [("ana@example.com", "71")]
    assert [(row["image_id"], row["annotator"], row["job"]) for row in found["assignments"]] == [
        ("a", "ana@example.com", "71"),
        ("b", "ana@example.com", "71"),
    ]
    assert found["jobs"][0]["assignee"] == "ana@example.com"
    assert [row["is_annotated"] for row in found["images"]] == [True, None]


def test_jobs_of_one_task_share_its_images(tmp_path):
    box = '<box label="x" xtl="0" ytl="0" xbr="1" ybr="{}" group_id="1"/>'
    made = "<created>2024-01-02 03:04:05.678901+00:00</created>"
    for job, person, body in (
        (71, "ana", image(box.format(1)) + image(box.format(2), number=1, name="b.jpg")),
        (72, "bo", image(box.format(3), number=1, name="b.jpg") + image("", number=2, name="c.jpg")),
    ):
        meta = JOB.replace("71", str(job)).replace("ana@example.com", person).replace("<job>", f"<job>{made}")
        (tmp_path / f"job_{job}.xml").write_text(document(body, meta))

    found = read(tmp_path)

    assert [row["image_id"] for row in found["images"]] == ["a", "b", "c"]
    assert [
        (row["annotation_id"], row["annotator"], row["job"], row["group_id"]) for row in found["annotations"]
    ] == [("a/0", "ana", "71", "job_71/1"), ("b/0", "ana", "71", "job_71/1"), ("b/1", "bo", "72", "job_72/1")]
    assert [(row["image_id"], row["annotator"]) for row in found["assignments"]] == [
        ("a", "ana"),
        ("b", "ana"),
        ("b", "bo"),
        ("c", "bo"),
    ]
    assert found["import_problems"] == []


def test_the_assignee_of_a_task_is_nobodys_annotator_but_reported(tmp_path):
    box = '<box label="x" xtl="0" ytl="0" xbr="1" ybr="1"/>'
    meta = TASK.replace("<assignee></assignee>", "<assignee><username>tom</username></assignee>")

    found = read_text(tmp_path, image(box), meta)

    assert found["annotations"][0].get("annotator") is None
    assert not found["assignments"]
    (problem,) = found["import_problems"]
    assert problem["severity"] == "warning"
    assert "tom" in problem["problem"]


def test_segments_say_which_job_shows_a_frame_and_times_are_in_utc(tmp_path):
    box = '<box label="x" xtl="0" ytl="0" xbr="1" ybr="1"/>'

    found = read_text(tmp_path, image(box, number=1) + image(box, number=2, name="b.jpg"))

    assert [row["job"] for row in found["annotations"]] == ["71", "72"]
    assert [(row["job"], row["task"], row["type"]) for row in found["jobs"]] == [
        ("71", "night", "annotation"),
        ("72", "night", "annotation"),
    ]
    assert found["jobs"][0]["created_at"] == datetime(2018, 9, 25, 8, 34, 24, 617558)  # noqa: DTZ001 - UTC
    assert found["jobs"][0]["updated_at"] == datetime(2018, 9, 26)  # noqa: DTZ001 - UTC


def test_a_frame_that_two_jobs_show_belongs_to_neither(tmp_path):
    box = '<box label="x" xtl="0" ytl="0" xbr="1" ybr="1"/>'
    meta = TASK.replace("<start>2</start>", "<start>1</start>")

    found = read_text(tmp_path, image(box, number=1) + image(box, number=2, name="b.jpg"), meta)

    assert [row["job"] for row in found["annotations"]] == [None, "72"]


def test_images_of_the_same_name_stay_apart_by_their_subset(tmp_path):
    tasks = "".join(
        f"<task><id>{n}</id><name>t{n}</name><size>2</size><start_frame>0</start_frame><stop_frame>1</stop_frame>"
        f"<subset>{subset}</subset><segments><segment><id>{n}</id><start>0</start><stop>1</stop>"
        f"<url>http://x/api/jobs/{n}</url></segment></segments></task>"
        for n, subset in ((1, "Test"), (2, "Train"), (3, "Train"))
    )
    meta = f"<project><id>1</id><name>cars</name><tasks>{tasks}</tasks></project>"
    box = '<box label="x" xtl="0" ytl="0" xbr="1" ybr="1" group_id="4"/>'
    body = "".join(
        image(box, number=number, name=name, more=f'width="9" height="9" subset="{subset}" task_id="{task}"')
        for number, name, subset, task in (
            (0, "a.jpg", "Test", 1),
            (0, "a.jpg", "Train", 2),
            (3, "only.jpg", "Train", 3),
        )
    )

    found = read_text(tmp_path, body, meta)

    assert [(row["image_id"], row["split"]) for row in found["images"]] == [
        ("Test/a", "test"),
        ("Train/a", "train"),
        ("only", "train"),
    ]
    assert [(row["job"], row["group_id"]) for row in found["annotations"]] == [
        ("1", "1/4"),
        ("2", "2/4"),
        ("3", "3/4"),
    ]
    assert {row["project"] for row in found["jobs"]} == {"cars"}
    assert found["import_problems"] == []


def test_an_image_without_a_task_belongs_to_the_only_task_of_its_subset(tmp_path):
    tasks = "".join(
        f"<task><id>{n}</id><name>t{n}</name><size>1</size><subset>{subset}</subset><segments><segment><id>{n}</id>"
        f"<start>0</start><stop>0</stop><url>http://x/api/jobs/{n}</url></segment></segments></task>"
        for n, subset in ((1, "Test"), (2, "Train"))
    )
    box = '<box label="x" xtl="0" ytl="0" xbr="1" ybr="1"/>'
    body = image(box, more='width="9" height="9" subset="Train"')

    found = read_text(tmp_path, body, f"<project><tasks>{tasks}</tasks></project>")

    assert [row["job"] for row in found["annotations"]] == ["2"]


def test_a_split_folder_is_the_split_and_no_part_of_the_id(tmp_path):
    found = read_text(tmp_path, image("", name="val/n/a.jpg") + image("", number=1, name="b.v2"))

    assert [(row["image_id"], row["split"]) for row in found["images"]] == [("n/a", "val"), ("b.v2", None)]


def test_an_image_that_comes_twice_is_kept_twice_and_reported(tmp_path):
    box = '<box label="x" xtl="0" ytl="0" xbr="1" ybr="1"/>'

    found = read_text(tmp_path, image(box) + image(box))

    assert [row["annotation_id"] for row in found["annotations"]] == ["night/a/0", "night/a#2/0"]
    assert [problem["severity"] for problem in found["import_problems"]] == ["repaired"]


def test_an_image_that_comes_twice_in_one_job_is_kept_twice(tmp_path):
    meta = JOB.replace("<job>", "<job><created>2024-01-02 03:04:05.678901+00:00</created>")
    box = '<box label="x" xtl="0" ytl="0" xbr="1" ybr="1"/>'

    found = read_text(tmp_path, image(box) + image(box), meta)

    assert [row["annotation_id"] for row in found["annotations"]] == ["a/0", "a#2/0"]
    assert [problem["severity"] for problem in found["import_problems"]] == ["repaired"]


def test_sizes_that_are_missing_come_from_the_pictures_beside_the_file(tmp_path):
    (tmp_path / "images" / "Train").mkdir(parents=True)
    Image.new("RGB", (30, 20)).save(tmp_path / "images" / "Train" / "a.jpg")
    mask = '<mask label="x" rle="0, 1" left="3" top="5" width="1" height="1"/>'
    body = image(mask, more='subset="Train"') + image(mask, number=1, name="b.jpg", more="")

    found = read_text(tmp_path, body)

    assert [(row["width"], row["height"]) for row in found["images"]] == [(30, 20), (None, None)]
    assert [row["mask"]["size"] for row in found["annotations"]] == [[20, 30], [6, 4]]
    (problem,) = found["import_problems"]
    assert (problem["severity"], problem["location"]) == ("warning", "image 1")


def test_a_zip_as_cvat_exports_it_is_read_with_its_pictures(tmp_path):
    Image.new("RGB", (30, 20)).save(tmp_path / "a.png")
    path = tmp_path / "export.zip"
    with ZipFile(path, "w") as packed:
        packed.write(tmp_path / "a.png", "images/a.png")
        packed.writestr("annotations.xml", document(image("", name="a.png", more="")))

    name, _ = reader("auto", path)
    found = read(path)

    assert name == "cvat"
    assert (found["images"][0]["width"], found["images"][0]["height"]) == (30, 20)


def test_several_files_of_a_folder_keep_their_ids_apart(tmp_path):
    for task in ("one", "two"):
        (tmp_path / task).mkdir()
        body = image('<box label="x" xtl="0" ytl="0" xbr="1" ybr="1" group_id="1"/>')
        text = document(body, TASK.replace("night", task))
        (tmp_path / task / "annotations.xml").write_text(text)

    found = read(tmp_path)

    assert [row["annotation_id"] for row in found["annotations"]] == ["one/a/0", "two/a/0"]
    assert [row["group_id"] for row in found["annotations"]] == ["one/1", "two/1"]
    assert cvat.sniff(tmp_path) > 0.9


def test_old_dumps_without_source_are_read(tmp_path):
    element = (
        '<box label="x" occluded="0" annotation_type="Manual" xtl="0" ytl="0" xbr="1" ybr="1" z_order="0"/>'
    )

    row = only(read_text(tmp_path, image(element), "<task><flipped>False</flipped></task>"))

    assert "source" not in row
    assert json.loads(row["attributes"]) == {"annotation_type": "Manual"}


def test_labels_of_2018_say_their_attributes_in_one_line(tmp_path):
    labels = (
        "<labels><label><name>x</name><attributes><attribute>~checkbox=parked:false</attribute>"
        "<attribute>@select=colour:red,blue</attribute></attributes></label></labels>"
    )
    element = '<box label="x" xtl="0" ytl="0" xbr="1" ybr="1"><attribute name="parked">true</attribute></box>'

    found = read_text(tmp_path, image(element), f"<task>{labels}</task>")

    assert found["annotations"][0]["attributes"] == '{"parked":true}'
    assert json.loads(found["classes"][0]["attributes"])["attributes"] == [
        {"name": "parked", "mutable": "False", "input_type": "checkbox", "values": ["false"]},
        {"name": "colour", "mutable": "True", "input_type": "select", "values": ["red", "blue"]},
    ]


def test_tasks_of_the_same_subset_keep_apart_by_their_files(tmp_path):
    for task in ("one", "two"):
        meta = TASK.replace("</task>", "<subset>train</subset></task>")
        (tmp_path / f"{task}.xml").write_text(document(image("", name="a.jpg"), meta))

    found = read(tmp_path)

    assert [(row["image_id"], row["split"]) for row in found["images"]] == [
        ("one/a", "train"),
        ("two/a", "train"),
    ]
    assert found["import_problems"] == []


def test_other_xml_beside_that_of_cvat_is_left_out_and_reported(tmp_path):
    (tmp_path / "config.xml").write_text("<View><Image/></View>")

    read_text(tmp_path, image('<box label="x" xtl="0" ytl="0" xbr="1" ybr="1"/>'))
    found = read(tmp_path)

    assert [row["annotation_id"] for row in found["annotations"]] == ["a/0"]
    assert [problem["source_file"] for problem in found["import_problems"]] == ["config.xml"]


def test_a_word_of_ours_that_is_an_attribute_too_keeps_both(tmp_path):
    element = '<box label="x" mood="1" xtl="0" ytl="0" xbr="1" ybr="1"><attribute name="mood">good</attribute></box>'

    row = shape(tmp_path, element)

    assert json.loads(row["attributes"]) == {"mood": "good", "cvat:mood": "1"}


def test_names_are_found_across_the_pieces_that_a_file_is_read_in(tmp_path, monkeypatch):
    monkeypatch.setattr(names, "_PIECE", 7)
    body = image("", name="a &amp; b.jpg") + image("", number=1, name="c.jpg")
    path = tmp_path / "annotations.xml"
    path.write_text(document(body))

    with path.open("rb") as file:
        found = list(names.names_in(file))

    assert found == ["a & b.jpg", "c.jpg"]


def test_other_xml_is_refused_by_name(tmp_path):
    path = tmp_path / "a.xml"
    path.write_text("<annotation><folder>x</folder></annotation>")

    with pytest.raises(BadInputError, match="<annotation>"):
        read(path)
    assert cvat.sniff(path) == 0
