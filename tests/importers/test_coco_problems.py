"""What is wrong with a COCO file is said with its place, and costs no more than it must."""

from __future__ import annotations

import json

import pytest
from coco_files import CAT, DOG, IMAGE, annotation, problems, read, write

from labelduck.errors import BadInputError
from labelduck.importers import coco


@pytest.fixture(params=["native", "python"])
def path(request, tmp_path, monkeypatch):
    if request.param == "python":
        monkeypatch.setenv("LABELDUCK_NATIVE", "0")
    return tmp_path / "instances.json"


@pytest.mark.parametrize(
    ("fields", "place", "words"),
    [
        ({"bbox": [1, 2, 3]}, ".bbox", "3 numbers, expected 4"),
        ({"bbox": [1, 2, 3, "4"]}, ".bbox", "no number"),
        ({"bbox": [1, 2, 3, float("nan")]}, ".bbox", "NaN or infinity"),
        ({"bbox": [1, 2, float("inf"), 3]}, ".bbox", "NaN or infinity"),
        ({"bbox": "1 2 3 4"}, ".bbox", "str, expected 4 numbers"),
        ({"area": float("nan")}, ".area", "NaN or infinity"),
        ({"image_id": 43}, ".image_id", "image 43 is not among the images"),
        ({"image_id": None}, ".image_id", "missing"),
        ({"image_id": True}, ".image_id", "no id"),
        ({"category_id": None}, ".category_id", "missing"),
        ({"segmentation": [[1, 2, 3, 4]]}, ".segmentation[0]", "4 numbers"),
        ({"segmentation": [[1, 2, 3, 4, 5, 6, 7]]}, ".segmentation[0]", "7 numbers"),
        ({"segmentation": {"size": [2, 2], "counts": "3"}}, ".segmentation", "cover 3 pixels"),
        ({"segmentation": {"size": [2, 2], "counts": [3]}}, ".segmentation.counts", "cover 3 pixels"),
        ({"segmentation": {"size": [2], "counts": [4]}}, ".segmentation.size", "height and width"),
        ({"segmentation": {"size": [2, 2]}}, ".segmentation.counts", "text or a list"),
        ({"keypoints": [1, 2]}, ".keypoints", "2 numbers"),
        ({"bbox": [], "segmentation": []}, "", "neither box nor mask"),
    ],
)
def test_a_record_that_cannot_be_used_is_a_problem_with_its_place(path, fields, place, words):
    rows = read(path, annotations=[annotation(id=1), annotation(**fields), annotation(id=3)])

    assert [r["annotation_id"] for r in rows["annotations"]] == ["1", "3"]
    (problem,) = problems(rows)
    assert problem[:2] == ("annotations[1]" + place, "error")
    assert words in problem[2]
    assert problem[2].endswith("left out")
    assert rows["import_problems"][0]["record"].startswith("{")


def test_a_record_that_is_no_object_is_a_problem(path):
    rows = read(path, annotations=[5, None, "x", [1], annotation()])

    assert [p[0] for p in problems(rows)] == [f"annotations[{n}]" for n in range(4)]
    assert len(rows["annotations"]) == 1


def test_a_results_file_is_no_annotation_file(path):
    write(path, [{"image_id": 1, "category_id": 1, "bbox": [1, 2, 3, 4], "score": 0.5}])

    with pytest.raises(BadInputError, match="labelduck predictions") as error:
        read(path)

    assert str(path) in str(error.value)


@pytest.mark.parametrize("text", ["{}", '{"a": 1}', '{"images": {}}', '{"annotations": []}'])
def test_an_object_without_images_is_no_coco_file(path, text):
    write(path, text)

    with pytest.raises(BadInputError, match="no list `images`"):
        read(path)


@pytest.mark.parametrize("last", ["annotations", "categories"])
def test_a_cut_file_is_refused_with_the_byte_of_the_cut(path, last):
    sections = {"images": [IMAGE], "categories": [CAT, DOG], "annotations": [annotation(), annotation(id=8)]}
    sections[last] = sections.pop(last)
    whole = json.dumps(sections)

    for length in range(2, len(whole)):
        write(path, whole[:length])
        with pytest.raises(BadInputError, match=r"byte \d+|no list `images`"):
            read(path)


@pytest.mark.parametrize(
    ("text", "place"),
    [
        (b'{"images": [1 2]}', "byte 14"),
        (b'{"images": [],}', "byte 14"),
        (b'{"images": []} x', "byte 15"),
        (b'{"images" []}', "byte 10"),
        (b'{"images": [{"id": tru}]}', "byte 2"),
        (b'{"images": [{"id": "\xff"}]}', "byte 12"),
        (b'{"images": [], "annotations": [{"id": 1]]}', "byte"),
        (b'{"images": [], "annotations": [{"id": 1}, ]}', "byte 42"),
        (b'{"images": [], "annotations": [{"id": 1}} ]}', "byte"),
        (b'{"images": [], "info": {"a": 1,}}', "byte"),
        (b"\x00\x01", "byte 0"),
        (b"images: []", "byte 0"),
        (b" ", "byte 1"),
    ],
)
def test_malformed_json_is_refused_with_its_place(path, text, place):
    write(path, text)

    with pytest.raises(BadInputError) as error:
        read(path)

    assert place in error.value.place
    assert "Traceback" not in str(error.value)


def test_an_empty_file_is_refused(path):
    write(path, b"")

    with pytest.raises(BadInputError, match="empty"):
        read(path)


def test_a_byte_order_mark_and_white_space_do_no_harm(path):
    write(
        path,
        b"\xef\xbb\xbf \n" + json.dumps({"images": [IMAGE], "annotations": []}, indent=2).encode() + b"\n\n",
    )

    assert len(read(path)["images"]) == 1


def test_deep_nesting_is_kept_or_refused_but_never_a_crash(path):
    deep = json.loads("[" * 200 + "]" * 200)
    write(path, {"images": [IMAGE], "categories": [DOG], "annotations": [annotation(deep=deep)]})

    assert json.loads(read(path)["annotations"][0]["attributes"])["deep"] == deep

    write(path, '{"images": [], "annotations": [' + "[" * 100_000)
    with pytest.raises(BadInputError):
        read(path)


@pytest.mark.parametrize(
    ("text", "is_coco"),
    [
        ('{"images": [{"id": 1}], "annotations": []}', True),
        ('{"annotations": [{"image_id": 1, "category_id": 2, "segmentation": [[1, 2', True),
        ('{"info": {}, "licenses": [], "images": [', True),
        ('[{"image_id": 1, "category_id": 2, "bbox": [1, 2, 3, 4], "score": 1}]', True),
        ('[{"id": 1, "annotations": [{"result": [{"value": {}}]}], "data": {"image": "a"}}]', False),
        ('[{"version": 0, "tags": [], "shapes": [{"type": "rectangle"}], "tracks": []}]', False),
        ('{"shapes": [{"label": "dog"}], "imagePath": "a.jpg"}', False),
        ('{"count": 1, "results": [{"id": 1, "annotations": []}]}', False),
        ("[1, 2, 3]", False),
        ("<annotations>", False),
        ("", False),
    ],
)
def test_coco_is_recognised_by_its_first_bytes(path, text, is_coco):
    write(path, text)

    assert (coco.sniff(path) >= 0.5) is is_coco


def test_what_is_no_file_is_not_coco(tmp_path):
    assert coco.sniff(tmp_path) == coco.sniff(tmp_path / "absent.json") == 0.0
