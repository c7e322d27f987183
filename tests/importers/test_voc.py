"""What a Pascal VOC folder becomes, on literal files."""

from __future__ import annotations

import json
import os

import pytest
from PIL import Image

from labelduck.errors import BadInputError
from labelduck.importers import voc
from labelduck.importers.base import ReadOptions
from labelduck.importers.voc.files import SPLIT_FOLDERS

SIZE = "<size><width>100</width><height>80</height><depth>3</depth></size>"


def box(x_min, y_min, x_max, y_max):
    edges = {"xmin": x_min, "ymin": y_min, "xmax": x_max, "ymax": y_max}
    return "<bndbox>" + "".join(f"<{edge}>{value}</{edge}>" for edge, value in edges.items()) + "</bndbox>"


def cat(inner=None):
    return f"<object><name>cat</name>{box(11, 21, 30, 40) if inner is None else inner}</object>"


def picture(inner, *, head=f"<filename>a.jpg</filename>{SIZE}"):
    return f"<annotation>{head}{inner}</annotation>"


@pytest.fixture
def read(tmp_path):
    def run(files, *, at="", **options):
        for name, text in files.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text if isinstance(text, bytes) else text.encode())
        rows = {}
        for batch in voc.read(tmp_path / at, ReadOptions(**options)):
            for table, content in batch.items():
                rows.setdefault(table, []).extend(content.to_pylist())
        return rows

    return run


def corners(row):
    return tuple(row["box"].values())


def test_corners_count_from_1_and_the_last_pixel_lies_inside(read):
    rows = read({"Annotations/a.xml": picture(cat(box(11, 21, 30, 40)))})

    (cat_row,) = rows["annotations"]

    assert corners(cat_row) == (10, 20, 30, 40)
    assert cat_row["area"] == 400
    assert (cat_row["annotation_id"], cat_row["image_id"], cat_row["class_name"]) == ("a/0", "a", "cat")
    assert (cat_row["geometry"], cat_row["source_file"], cat_row["source_ref"]) == (
        "box",
        "Annotations/a.xml",
        "object[0]",
    )
    assert rows["classes"] == [{"class_name": "cat", "class_index": None}]
    assert "import_problems" not in rows


def test_an_image_keeps_its_facts(read):
    rows = read({"Annotations/a.xml": picture(cat()), "ImageSets/Main/val.txt": "a\n"})

    (image,) = rows["images"]

    attributes = json.loads(image.pop("attributes"))
    assert attributes == {"size": {"depth": "3"}}
    assert image == {
        "image_id": "a",
        "file_name": "a.jpg",
        "width": 100,
        "height": 80,
        "split": "val",
        "is_annotated": True,
    }


def test_one_box_at_0_makes_the_whole_data_set_0_based_and_says_so(read):
    named_b = f"<filename>b.jpg</filename>{SIZE}"

    rows = read(
        {"a.xml": picture(cat(box(5, 6, 10, 10))), "b.xml": picture(cat(box(0, 6, 10, 10)), head=named_b)}
    )

    (problem,) = rows["import_problems"]

    assert [corners(row) for row in rows["annotations"]] == [(5, 6, 10, 10), (0, 6, 10, 10)]
    assert problem["severity"] == "warning"
    assert problem["problem"].startswith("1 boxes begin at 0")


@pytest.mark.parametrize(("offset", "x_min"), [(0, 0), (1, -1)])
def test_the_offset_can_be_told(read, offset, x_min):
    rows = read({"a.xml": picture(cat(box(0, 6, 10, 10)))}, voc_offset=offset)

    (row,) = rows["annotations"]

    assert row["box"]["x_min"] == x_min
    assert "import_problems" not in rows


def test_a_box_at_0_that_comes_after_the_first_batch_is_counted(read, monkeypatch):
    monkeypatch.setattr(voc, "MAX_OBJECTS", 1)

    rows = read({"a.xml": picture(cat(box(5, 6, 10, 10))), "b.xml": picture(cat(box(0, 6, 10, 10)))})

    assert [corners(row)[0] for row in rows["annotations"]] == [4, -1]
    assert "1 boxes begin at 0 although" in rows["import_problems"][-1]["problem"]


def test_coordinates_may_be_floats_in_any_order(read):
    inner = "<bndbox><xmax>30.5</xmax><xmin>1.1e1</xmin><ymax> 40 </ymax><ymin>21.25</ymin></bndbox>"

    rows = read({"a.xml": picture(cat(inner))})

    assert corners(rows["annotations"][0]) == (10, 20.25, 30.5, 40)


def test_flags_and_unknown_fields_find_their_places(read):
    extra = "<pose>Left</pose><difficult>1</difficult><truncated>0.25</truncated><occluded>yes</occluded><colour>red</colour>"
    plain = cat(box(2, 2, 9, 9))

    first, second = read({"a.xml": picture(cat(box(2, 2, 9, 9) + extra) + plain)})["annotations"]

    assert (first["difficult"], first["truncated"], first["occluded"]) == (True, 0.25, 1.0)
    assert json.loads(first["attributes"]) == {"pose": "Left", "colour": "red"}
    assert (second["difficult"], second["truncated"], second["occluded"]) == (None, None, None)
    assert second["attributes"] is None


def test_a_flag_that_is_none_stays_among_the_attributes(read):
    rows = read({"a.xml": picture(cat(box(2, 2, 9, 9) + "<truncated>Unspecified</truncated>"))})

    (row,) = rows["annotations"]

    assert row["truncated"] is None
    assert json.loads(row["attributes"]) == {"truncated": "Unspecified"}


def test_parts_are_kept_with_their_boxes_and_are_no_objects(read):
    part = f"<part><name>head</name>{box(3, 3, 5, 5)}</part>"

    rows = read({"a.xml": picture(cat(part + box(2, 2, 9, 9) + part))})

    (row,) = rows["annotations"]
    head = {"name": "head", "bndbox": {"xmin": "3", "ymin": "3", "xmax": "5", "ymax": "5"}}
    assert corners(row) == (1, 1, 9, 9)
    assert json.loads(row["attributes"]) == {"parts": [head, head]}


def test_attributes_as_cvat_writes_them_become_names_and_values(read):
    named = "<attributes><attribute><name>helmet</name><value>red</value></attribute></attributes>"

    rows = read({"a.xml": picture(cat(box(2, 2, 9, 9) + named))})

    assert json.loads(rows["annotations"][0]["attributes"]) == {"helmet": "red"}


@pytest.mark.parametrize(
    "polygon",
    [
        "<x1>1</x1><y1>1</y1><x2>5</x2><y2>1</y2><x3>5</x3><y3>4</y3>",
        "<pt><x>1</x><y>1</y></pt><pt><x>5</x><y>1</y></pt><pt><x>5</x><y>4</y></pt>",
    ],
)
def test_a_polygon_is_taken_as_it_is(read, polygon):
    rows = read({"a.xml": picture(cat(box(2, 2, 5, 4) + f"<polygon>{polygon}</polygon>") + cat())})

    outlined, plain = rows["annotations"]

    assert outlined["polygons"] == [[1, 1, 5, 1, 5, 4]]
    assert (outlined["geometry"], outlined["area"]) == ("polygon", 6)
    assert (plain["geometry"], plain["polygons"]) == ("box", None)


def test_the_annotator_is_the_object_s_then_the_source_s_then_the_file_s_and_never_the_owner(read):
    owner = "<owner><name>photographer</name></owner><annotator>file</annotator>"
    source = "<source><annotator>source</annotator></source>"
    own = cat(box(2, 2, 9, 9) + "<annotator>own</annotator>")

    rows = read(
        {
            "a.xml": picture(own + cat(), head=SIZE + owner + source),
            "b.xml": picture(cat(), head=SIZE + owner),
            "c.xml": picture(cat(), head=SIZE + "<owner><name>photographer</name></owner>"),
        }
    )

    assert [row["annotator"] for row in rows["annotations"]] == ["own", "source", "file", None]


@pytest.mark.parametrize(
    ("inner", "problem"),
    [
        ("", "bndbox is missing"),
        ("<bndbox><xmin>1</xmin></bndbox>", "bndbox/ymin is missing"),
        (box("left", 1, 5, 5), "bndbox/xmin is 'left', expected a number"),
        (box("nan", 1, 5, 5), "bndbox/xmin is 'nan', expected a number"),
        (box("1e999", 1, 5, 5), "the box has numbers that are not finite"),
        (box(9, 1, 8, 5), "the box has no area"),
        (box(9, 1, 5, 5), "the box has no area"),
    ],
)
def test_an_object_without_a_usable_box_is_a_problem_and_no_annotation(read, inner, problem):
    rows = read({"a.xml": picture(cat(inner) + cat())})

    (row,) = rows["import_problems"]

    assert [kept["annotation_id"] for kept in rows["annotations"]] == ["a/1"]
    assert (row["source_file"], row["location"], row["severity"]) == ("a.xml", "object[0]", "error")
    assert row["problem"] == problem
    assert json.loads(row["record"])["class_name"] == "cat"


def test_an_object_without_a_name_is_a_problem(read):
    rows = read({"a.xml": picture(f"<object><name> </name>{box(2, 2, 9, 9)}</object>" + cat())})

    assert [row["annotation_id"] for row in rows["annotations"]] == ["a/1"]
    assert rows["import_problems"][0]["problem"] == "name is missing"


def test_a_box_mostly_outside_the_picture_is_kept_and_told(read):
    rows = read({"a.xml": picture(cat(box(91, 2, 131, 9)) + cat(box(91, 2, 105, 9)))})

    (problem,) = rows["import_problems"]

    assert len(rows["annotations"]) == 2
    assert (problem["location"], problem["severity"]) == ("object[0]", "warning")


def test_a_second_box_of_an_object_is_kept_aside_and_told(read):
    rows = read({"a.xml": picture(cat(box(2, 2, 9, 9) + box(3, 3, 5, 5)))})

    (row,), (problem,) = rows["annotations"], rows["import_problems"]

    assert corners(row) == (1, 1, 9, 9)
    assert json.loads(row["attributes"])["bndbox"][-1]["xmin"] == "3"
    assert problem["severity"] == "repaired"


def test_sizes_that_are_missing_come_from_the_pictures(read, tmp_path):
    (tmp_path / "JPEGImages").mkdir()
    Image.new("RGB", (64, 48)).save(tmp_path / "JPEGImages" / "a.png")
    zero = "<size><width>0</width><height>0</height></size>"

    rows = read(
        {"Annotations/a.xml": picture(cat(), head=zero), "Annotations/b.xml": picture(cat(), head=zero)}
    )

    assert [(row["file_name"], row["width"], row["height"]) for row in rows["images"]] == [
        ("a.png", 64, 48),
        (None, None, None),
    ]
    assert {(row["source_file"], row["location"]) for row in rows["import_problems"]} == {
        ("Annotations/b.xml", "filename"),
        ("Annotations/b.xml", "size"),
    }


def test_a_file_name_without_extension_is_completed_and_a_wrong_one_told(read, tmp_path):
    (tmp_path / "JPEGImages").mkdir()
    Image.new("RGB", (64, 48)).save(tmp_path / "JPEGImages" / "a.png")

    rows = read(
        {
            "Annotations/a.xml": picture(cat(), head=f"<filename>a</filename>{SIZE}"),
            "Annotations/b.xml": picture(cat(), head=f"<filename>IMG_1.jpg</filename>{SIZE}"),
        }
    )

    assert [(row["image_id"], row["file_name"]) for row in rows["images"]] == [
        ("a", "a.png"),
        ("b", "IMG_1.jpg"),
    ]
    assert [row["record"] for row in rows["import_problems"]] == ["IMG_1.jpg"]


def test_a_picture_without_xml_is_an_image_nobody_has_looked_at(read, tmp_path):
    (tmp_path / "JPEGImages").mkdir()
    for name in ("a.png", "new.png"):
        Image.new("RGB", (64, 48)).save(tmp_path / "JPEGImages" / name)

    rows = read({"Annotations/a.xml": picture(cat()), "ImageSets/Main/test.txt": "new -1\ngone\n"})

    assert [(row["image_id"], row["is_annotated"], row["split"]) for row in rows["images"]] == [
        ("a", True, None),
        ("new", False, "test"),
    ]
    assert [(row["location"], row["severity"]) for row in rows["import_problems"]] == [("gone", "warning")]


def test_a_picture_with_xml_but_no_object_is_annotated(read):
    rows = read({"a.xml": picture("")})

    assert rows["images"][0]["is_annotated"]
    assert "annotations" not in rows


def test_train_and_val_count_before_trainval_and_a_double_listing_is_told(read):
    lists = {"train.txt": "a\nb\n", "val.txt": "b\nc\n", "trainval.txt": "a\nb\nc\nd\n"}
    files = {f"Annotations/{name}.xml": picture(cat(), head=SIZE) for name in "abcd"}

    rows = read(files | {f"ImageSets/Main/{name}": text for name, text in lists.items()})

    assert [row["split"] for row in rows["images"]] == ["train", "train", "val", "trainval"]
    assert rows["import_problems"][0]["problem"].startswith("1 images are listed in an earlier split too")


def test_a_split_folder_is_the_split_and_no_part_of_the_id(read):
    rows = read({"train/deep/a.xml": picture(cat()), "valid/b.xml": picture(cat(), head=SIZE)})

    assert [(row["image_id"], row["split"]) for row in rows["images"]] == [("deep/a", "train"), ("b", "val")]
    assert rows["images"][0]["file_name"] == "train/deep/a.jpg"
    assert set(SPLIT_FOLDERS.values()) == {"train", "val", "test"}


def test_a_split_folder_stays_in_the_id_where_two_splits_hold_one_name(read):
    rows = read({"train/a.xml": picture(cat()), "test/a.xml": picture(cat())})

    assert [(row["image_id"], row["split"]) for row in rows["images"]] == [
        ("test/a", "test"),
        ("train/a", "train"),
    ]


def test_the_caller_s_split_and_class_numbers_fill_the_gaps(read):
    rows = read({"a.xml": picture(cat())}, split="test", class_names=("dog", "cat"))

    assert rows["images"][0]["split"] == "test"
    assert rows["classes"] == [
        {"class_name": "dog", "class_index": 0},
        {"class_name": "cat", "class_index": 1},
    ]


def test_a_single_file_is_read_with_its_data_set_s_splits(read, tmp_path):
    rows = read(
        {"Annotations/a.xml": picture(cat()), "ImageSets/Main/val.txt": "a\nb"}, at="Annotations/a.xml"
    )

    assert rows["images"][0]["split"] == "val"
    assert rows["annotations"][0]["source_file"] == str(tmp_path / "Annotations" / "a.xml")
    assert "import_problems" not in rows


def test_a_folder_that_holds_one_data_set_means_it(read):
    rows = read({"VOC2007/Annotations/a.xml": picture(cat())})

    assert rows["images"][0]["image_id"] == "a"


def test_a_folder_that_holds_several_data_sets_asks_for_one(read):
    files = {f"{year}/Annotations/a.xml": picture(cat()) for year in ("VOC2007", "VOC2012")}

    with pytest.raises(BadInputError, match=r"VOC2007, VOC2012\); name one of them"):
        read(files)


def test_a_folder_without_xml_is_refused(read):
    with pytest.raises(BadInputError, match=r"holds no \.xml file"):
        read({"readme.txt": "nothing here"})


def test_batches_follow_one_another_and_tell_a_class_once(read, monkeypatch):
    monkeypatch.setattr(voc, "MAX_OBJECTS", 2)

    rows = read({f"{name}.xml": picture(cat() + cat()) for name in "abc"})

    assert [row["annotation_id"] for row in rows["annotations"]] == ["a/0", "a/1", "b/0", "b/1", "c/0", "c/1"]
    assert len(rows["classes"]) == 1


def test_a_thousand_problems_of_a_kind_become_one_row_more(read):
    rows = read({"a.xml": picture(cat("") * 1_200)})

    assert len(rows["import_problems"]) == 1_001
    assert rows["import_problems"][-1]["problem"].endswith("200 more of this kind, 1,200 in all")


def test_a_file_name_that_is_no_utf_8_is_stored_readable(read, tmp_path):
    (tmp_path / "Annotations").mkdir()
    (tmp_path / "Annotations" / os.fsdecode(b"\xff.xml")).write_text(picture(cat(), head=SIZE))

    rows = read({})

    assert rows["images"][0]["image_id"] == "\ufffd"


@pytest.mark.parametrize(
    ("files", "sure"),
    [
        ({"Annotations/a.xml": picture(cat())}, 0.95),
        ({"VOC2007/Annotations/a.xml": picture(cat())}, 0.95),
        ({"train/a.xml": picture("")}, 0.8),
        ({"a.xml": "<annotations><image/></annotations>"}, 0),
        ({"a.xml": "<annotation><object><polygon/></object></annotation>"}, 0),
        ({"comp4_det_test_cat.txt": "a 0.5 1 2 3 4\n"}, 0.95),
        ({"labels/a.txt": "0 0.5 0.5 0.1 0.1 0.9\n"}, 0),
        ({}, 0),
    ],
)
def test_auto_detection_knows_its_own(tmp_path, files, sure):
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)

    assert voc.sniff(tmp_path) == sure


def test_auto_detection_of_nothing_says_0(tmp_path):
    assert voc.sniff(tmp_path / "absent") == 0
