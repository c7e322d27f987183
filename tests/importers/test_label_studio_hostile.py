"""Harmed and malicious exports end as problems that say where, never as a traceback."""

from __future__ import annotations

import json
import random
import zipfile

import numpy as np
import pytest
from format_rows import base64_of, harmed_documents, png_of, rows_of
from label_studio_files import annotation, choice, problems, rectangle, result, rows, task
from label_studio_rich import CONFIG, rich_export

from labelduck.errors import BadInputError
from labelduck.schema import TABLES

WHERE = "tasks[0].annotations[0].result[0]"


def changed(**values):
    kept = {key: value for key, value in (rectangle()["value"] | values).items() if value is not ...}
    return result("rectanglelabels", kept)


def brush(**values):
    return result("brushlabels", {"format": "rle", "rle": [0, 0, 0, 1], "brushlabels": ["car"]} | values)


def bitmask(url):
    return result("bitmasklabels", {"imageDataURL": url, "bitmasklabels": ["car"]})


@pytest.mark.parametrize(
    ("bad", "place", "says"),
    [
        (changed(x=...), ".value", "the value has no x"),
        (changed(x=float("nan")), ".value", "nan is no coordinate"),
        (changed(width=1e300), ".value", "is no coordinate"),
        (changed(height=-3), ".value", "the wrong way round"),
        (changed(y=None), ".value", "None is no number"),
        (changed(y=True), ".value", "True is no coordinate"),
        (changed(x=[1]), ".value", "is no number"),
        (changed(rotation="steep"), ".value", "is no number"),
        (result("polygonlabels", {"points": [[1, 2]], "polygonlabels": ["car"]}), ".value", "1 points"),
        (result("polygonlabels", {"points": [[1, 2, 3]], "polygonlabels": ["car"]}), ".value", "no polygon"),
        (
            result("polygonlabels", {"points": [["1", 2]], "polygonlabels": ["car"]}),
            ".value",
            "expected two numbers",
        ),
        (result("polygonlabels", {"points": 7, "polygonlabels": ["car"]}), ".value", "no polygon"),
        (result("ellipselabels", {"x": 1, "y": 1, "radiusX": -1, "radiusY": 1}), ".value", "none below 0"),
        (brush(), ".value", "no brush"),
        (brush(rle="AAAA"), ".value", "rle is no list of bytes"),
        (brush(rle=[300]), ".value", "no brush"),
        (brush(format="png"), ".value", "expected rle"),
        (bitmask("data:image/png;base64,AAAA"), ".value", "no PNG"),
        (bitmask(7), ".value", "expected a base64 text"),
        (bitmask(base64_of(png_of(np.ones((3, 3))))), ".value", "3 x 3 pixels"),
        (result("rectanglelabels", [1]), ".value", "a result has no value"),
        (["no", "object"], "", "a result is no object"),
        ({"id": "z", "type": "sculpture", "value": {"a": 1}}, "", "'sculpture' without an answer or a shape"),
        (result("hypertextlabels", {"start": 1, "end": 2, "labels": ["car"]}), "", "not of pictures"),
        (result("timelinelabels", {"ranges": [{"start": 1, "end": 2}]}), "", "not of pictures"),
        (result("videorectangle", {"labels": ["car"]}), ".value", "no sequence of keyframes"),
    ],
)
def test_what_is_no_shape_is_refused_with_its_place_and_the_others_stay(tmp_path, bad, place, says):
    found = rows(tmp_path, task(annotation(bad, rectangle(id="good"))))

    ((severity, where, text),) = problems(found)
    assert (severity, where) == ("error", WHERE + place)
    assert says in text
    assert [row["annotation_id"] for row in found["annotations"]] == ["22/good"]


@pytest.mark.parametrize(
    ("tasks", "place", "says"),
    [
        ([7], "tasks[0]", "a record is no object"),
        ([{"x": 1}], "tasks[0]", "is no task of Label Studio"),
        ([{"images": [], "categories": [], "annotations": []}], "tasks[0]", "is a COCO file"),
        ([task(data=[1])], "tasks[0].data", "a task's data is no object"),
        ([task() | {"annotations": {"a": 1}}], "tasks[0].annotations", "annotations are no list"),
        ([task(7)], "tasks[0].annotations[0]", "an annotation is no object"),
        ([task(annotation() | {"result": 7})], "tasks[0].annotations[0].result", "result is no list"),
        ([task(annotation(reviews={"a": 1}))], "tasks[0].annotations[0].reviews", "reviews are no list"),
        (
            [task(annotation(comments=[7]))],
            "tasks[0].annotations[0].comments[0]",
            "one of the comments is no object",
        ),
        (
            [task(predictions=[{"id": 1, "result": 7}])],
            "tasks[0].predictions[0].result",
            "no list of results",
        ),
    ],
)
def test_what_is_of_the_wrong_type_is_refused_with_its_place(tmp_path, tasks, place, says):
    found = rows(tmp_path, *tasks)

    ((severity, where, text),) = problems(found)
    assert (severity, where) == ("error", place)
    assert says in text


@pytest.mark.parametrize(
    ("said", "place", "severity"),
    [
        ({"lead_time": -4}, ".lead_time", "repaired"),
        ({"lead_time": "long"}, ".lead_time", "repaired"),
        ({"created_at": [1]}, ".created_at", "repaired"),
        ({"completed_by": [1]}, ".completed_by", "warning"),
    ],
)
def test_what_an_annotation_says_wrongly_of_itself_is_left_empty_and_noted(tmp_path, said, place, severity):
    found = rows(tmp_path, task(annotation(rectangle(), **said)))

    assert problems(found)[0][:2] == (severity, "tasks[0].annotations[0]" + place)
    assert not {"lead_time_s", "created_at"} & set(found["annotations"][0])


def test_a_time_that_is_none_is_left_empty_and_noted(tmp_path):
    found = rows(tmp_path, task(annotation(rectangle(), created_at="yesterday")))

    assert "created_at" not in found["annotations"][0]
    assert problems(found)[0][:2] == ("repaired", WHERE)


def test_regions_of_one_id_are_all_kept(tmp_path):
    found = rows(tmp_path, task(annotation(rectangle(), rectangle("bus"))))

    assert [row["annotation_id"] for row in found["annotations"]] == ["22/r1", "22/r1#2"]
    assert problems(found)[0][0] == "repaired"


def test_a_large_picture_in_a_few_bytes_is_refused(tmp_path):
    large = 1 << 20
    bomb = brush(rle=[16, 0, 0, 0, 16, 0, 0, 0]) | {"original_width": large, "original_height": large}

    found = rows(tmp_path, task(annotation(bomb)))

    assert not found["annotations"]
    assert problems(found)[0][1] == f"{WHERE}.value"


def test_halves_of_characters_do_not_stop_the_reading(tmp_path):
    odd = "a\ud800"
    bad = task(
        annotation(rectangle(odd, id=odd), choice(odd), completed_by=odd), data={"image": odd, odd: odd}
    )

    found = rows(tmp_path, bad)

    (row,) = found["annotations"]
    assert (row["annotation_id"], row["class_name"], row["annotator"]) == ("22/a?", "a?", "a?")
    assert found["images"][0]["uri"] == "a?"


@pytest.mark.parametrize(
    "inside", ['"data":{"image":%s}', '"data":{"image":"a.png"},"annotations":[{"result":%s}]']
)
def test_thousands_of_levels_are_refused(tmp_path, inside):
    (tmp_path / "x.json").write_text("[{" + inside % ("[" * 20_000 + "]" * 20_000) + "}]")

    with pytest.raises(BadInputError, match="is no JSON"):
        rows_of("label_studio", tmp_path / "x.json")


def test_one_damaged_file_of_many_is_a_problem(tmp_path):
    (tmp_path / "1.json").write_text(json.dumps(task(annotation(rectangle()))))
    (tmp_path / "2.json").write_text('{"id": 2, "data": {')
    (tmp_path / "3.csv").write_bytes(b"id,annotator\n\xff\xfe,1\n")

    found = rows_of("label_studio", tmp_path)

    assert len(found["annotations"]) == 1
    told = [(row["severity"], row["source_file"]) for row in found["import_problems"]]
    assert told == [("error", "2.json"), ("error", "3.csv")]


def test_a_table_with_rows_of_other_lengths_keeps_the_rest(tmp_path):
    (tmp_path / "x.csv").write_text(
        "annotation_id,annotator,id,image,lead_time\n1,3,7,a.png,2\n2,3\n3,3,8,b.png,2,9,9\n"
    )

    found = rows_of("label_studio", tmp_path / "x.csv")

    assert [row["image_id"] for row in found["images"]] == ["a"]
    assert [(row["severity"], row["location"]) for row in found["import_problems"]] == [
        ("error", "line 3"),
        ("error", "line 4"),
    ]


def test_names_that_lead_out_of_a_zip_are_refused(tmp_path):
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as packed:
        packed.writestr("../1.json", json.dumps([task()]))
        packed.writestr("2.json", json.dumps([task()]))

    found = rows_of("label_studio", tmp_path / "x.zip")

    assert [row["image_id"] for row in found["images"]] == ["a"]
    assert [row["source_file"] for row in found["import_problems"]] == ["../1.json"]


def test_a_damaged_interface_is_noted_and_not_used(tmp_path):
    found = rows(tmp_path, task(annotation(rectangle())), config="<View><!ENTITY")

    assert len(found["annotations"]) == 1
    assert [(row["severity"], row["source_file"]) for row in found["import_problems"]] == [
        ("warning", "label_config.xml")
    ]


@pytest.mark.parametrize("seed", range(4))
def test_harmed_exports_are_read_or_refused(tmp_path, seed):
    rng = random.Random(seed)
    (tmp_path / "label_config.xml").write_text(CONFIG)
    file = tmp_path / "x.json"
    n_read = 0

    for data in harmed_documents(rich_export(), rng, 60):
        file.write_bytes(data)
        try:
            found = rows_of("label_studio", file)
        except BadInputError:
            continue
        n_read += 1
        assert set(found) <= set(TABLES)
        assert {row["severity"] for row in found["import_problems"]} <= {"error", "repaired", "warning"}
        ids = [row["annotation_id"] for row in found["annotations"]]
        assert len(ids) == len(set(ids))

    assert n_read > 30
