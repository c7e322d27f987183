"""What no CVAT file can do: a traceback, a file read from elsewhere, a record lost without a word."""

from __future__ import annotations

import json
from random import Random
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from cvat_files import TASK, document, image, read, read_text, write_backup

import hostile_bytes
from labelduck.errors import BadInputError
from labelduck.importers import cvat, files
from sample_files import HARDHAT

BOX = '<box label="x" xtl="0" ytl="0" xbr="1" ybr="1"/>'
TURNED = '<box label="x" xtl="0" ytl="0" xbr="1" ybr="1" rotation="{}"/>'


@pytest.mark.parametrize(
    ("bad", "why"),
    [
        ('<box label="x" xtl="0" ytl="0" xbr="1"/>', "ybr is missing"),
        ('<box label="x" xtl="nan" ytl="0" xbr="1" ybr="1"/>', "no coordinate"),
        ('<box label="x" xtl="0" ytl="0" xbr="1e999" ybr="1"/>', "no coordinate"),
        ('<box label="x" xtl="0" ytl="0" xbr="one" ybr="1"/>', "no number"),
        ('<box label="x" xtl="5" ytl="0" xbr="1" ybr="1"/>', "the wrong way round"),
        (TURNED.format("inf"), "no coordinate"),
        ('<box xtl="0" ytl="0" xbr="1" ybr="1"/>', "label is missing"),
        ('<ellipse label="x" cx="0" cy="0" rx="1"/>', "ry is missing"),
        ('<polygon label="x" points="0,0;1,1"/>', "2 points"),
        ('<polygon label="x" points="0,0;1;2,3"/>', "expected x,y"),
        ('<polygon label="x"/>', "points is missing"),
        ('<points label="x" points=""/>', "expected x,y"),
        ('<cuboid label="x" xtl1="0"/>', "ytl1 is missing"),
        ('<mask label="x" rle="1,2" left="0" top="0" width="2" height="2"/>', "cover 3 pixels"),
        ('<mask label="x" rle="5,-1" left="0" top="0" width="2" height="2"/>', "cover 4 pixels"),
        ('<mask label="x" rle="1,x" left="0" top="0" width="1" height="2"/>', "expected whole numbers"),
        ('<mask label="x" rle="4" left="0.5" top="0" width="2" height="2"/>', "expected whole numbers"),
        ('<mask label="x" rle="9" left="0" top="0" width="999999999" height="999999999"/>', "mask of"),
        ('<mask label="x" rle="0,0" left="0" top="0" width="0" height="0"/>', "mask of"),
        ('<skeleton label="x"/>', "no keypoints"),
        ('<skeleton label="x"><box xtl="0"/></skeleton>', "holds a box"),
        ('<skeleton label="x"><points label="head" points="1,2;3,4"/></skeleton>', "4 numbers"),
        ('<blob label="x"/>', "not known here"),
    ],
)
def test_a_bad_shape_is_a_problem_with_its_place_and_the_next_one_a_row(tmp_path, bad, why):
    found = read_text(tmp_path, image(bad + BOX, number=3))

    (problem,) = found["import_problems"]
    assert (problem["severity"], problem["location"].rpartition(" / ")[0]) == ("error", "image 3")
    assert why in problem["problem"]
    assert len(found["annotations"]) == 1


def test_odd_facts_are_repaired_and_reported(tmp_path):
    odd = '<box label="x" xtl="0" ytl="0" xbr="1" ybr="1" occluded="maybe" z_order="1e9" source="alien"/>'

    found = read_text(tmp_path, image(odd))

    (row,) = found["annotations"]
    assert (row["occluded"], row["z_order"], row["source"]) == (None, None, None)
    assert json.loads(row["attributes"]) == {"source": "alien"}
    assert [problem["severity"] for problem in found["import_problems"]] == ["repaired", "repaired"]


def test_an_image_without_name_is_a_problem(tmp_path):
    found = read_text(tmp_path, '<image id="4"/>' + image(BOX))

    assert [row["image_id"] for row in found["images"]] == ["a"]
    assert [problem["location"] for problem in found["import_problems"]] == ["image 4"]


def test_sizes_that_are_none_do_not_lose_the_image(tmp_path):
    found = read_text(tmp_path, image(BOX, more='width="-1" height="1e9"'))

    assert len(found["annotations"]) == 1
    assert [problem["severity"] for problem in found["import_problems"]] == ["warning"]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "no element found"),
        (document(image(BOX))[:-30], "line 3"),
        (document(image(BOX)).replace("</image>", "</imaeg>"), "line 3"),
        (
            '<!DOCTYPE a [<!ENTITY b "bb"><!ENTITY c "&b;&b;">]><annotations><version>&c;</version></annotations>',
            "entities",
        ),
        (f"<annotations>{'<image>' * 300}{'</image>' * 300}</annotations>", "nest deeper"),
        ("<annotation/>", "is no CVAT XML"),
        ("\ufeff" + document("").replace("utf-8", "utf-nan"), "encoding"),
    ],
)
def test_a_damaged_file_is_refused_as_a_whole(tmp_path, text, why):
    path = tmp_path / "annotations.xml"
    path.write_text(text, encoding="utf-8")

    with pytest.raises(BadInputError, match=why):
        read(path)


def test_names_that_lead_out_of_a_zip_are_refused(tmp_path):
    path = tmp_path / "export.zip"
    with ZipFile(path, "w") as packed:
        packed.writestr("../annotations.xml", document(image(BOX)))
        packed.writestr("annotations.xml", document(image(BOX)))

    found = read(path)

    assert len(found["annotations"]) == 1
    assert "leads out of the zip" in found["import_problems"][0]["problem"]


def test_a_zip_that_swells_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(files, "LARGE", 1 << 16)
    path = tmp_path / "export.zip"
    with ZipFile(path, "w", ZIP_DEFLATED) as packed:
        packed.writestr("annotations.xml", document(" " * (1 << 25)))

    with pytest.raises(BadInputError, match="would swell"):
        read(path)


def test_a_zip_whose_xml_is_damaged_is_refused(tmp_path):
    path = tmp_path / "export.zip"
    with ZipFile(path, "w", ZIP_DEFLATED) as packed:
        packed.writestr("annotations.xml", document(image(BOX) * 500))
    whole = bytearray(path.read_bytes())
    whole[60:70] = bytes(10)
    path.write_bytes(whole)

    with pytest.raises(BadInputError, match=r"annotations\.xml"):
        read(path)
    assert cvat.sniff(path) == 0


@pytest.mark.parametrize("head", ["<id>{}</id>", "<size>{}</size>", "<start_frame>{}</start_frame>"])
@pytest.mark.parametrize("number", ["1" * 5_000, "-1", "nan", "2147483647", "\u0661"])
def test_odd_numbers_at_the_head_do_no_harm(tmp_path, head, number):
    meta = f"<task>{head.format(number)}<mode>interpolation</mode><stop_frame>5</stop_frame></task>"

    found = read_text(tmp_path, '<track id="0" label="x"><box frame="1"/></track>', meta)

    assert not found["annotations"]
    assert len(found["import_problems"]) >= 1


def test_many_mutations_of_xml_give_rows_problems_or_a_refusal(tmp_path):
    whole = [
        (HARDHAT / "cvat" / "annotations.xml").read_bytes()[:6_000],
        document(image(BOX + TURNED.format(3)), TASK).encode(),
    ]
    outcomes = set()

    for seed in range(100):
        random = Random(seed)
        text = random.choice(whole)
        path = tmp_path / "annotations.xml"
        path.write_bytes(random.choice(hostile_bytes.TEXT)(text, random))
        try:
            outcomes.add("rows" if read(path)["annotations"] else "nothing")
        except BadInputError:
            outcomes.add("refused")

    assert {"rows", "refused"} <= outcomes


def test_many_mutations_of_a_backup_give_rows_problems_or_a_refusal(tmp_path):
    shape = {"label": "x", "type": "rectangle", "frame": 0, "points": [0, 0, 4, 4], "attributes": []}
    track = {"label": "x", "shapes": [shape, shape | {"frame": 2, "points": [2, 2, 6, 6]}]}
    task = {"name": "t", "labels": [{"name": "x"}], "data": {"stop_frame": 3}, "jobs": [{"stop_frame": 3}]}
    annotations = [{"tags": [{"label": "x", "frame": 1}], "shapes": [shape], "tracks": [track]}]
    manifest = [{"name": name, "extension": ".jpg", "width": 9, "height": 9} for name in "abcd"]
    write_backup(tmp_path / "whole.zip", task, annotations, manifest)
    here = tmp_path / "here"
    outcomes = set()

    for seed in range(100):
        random = Random(seed)
        with ZipFile(tmp_path / "whole.zip") as packed:
            packed.extractall(here)
        harmed = here / random.choice(["task.json", "annotations.json", "data/manifest.jsonl"])
        harmed.write_bytes(random.choice(hostile_bytes.JSON)(harmed.read_bytes(), random))
        try:
            outcomes.add("rows" if read(here)["annotations"] else "nothing")
        except BadInputError:
            outcomes.add("refused")

    assert {"rows", "refused"} <= outcomes
