"""Boxes by column names: every way in which they are written, and what is refused."""

from __future__ import annotations

import pytest
from records_files import KINDS, as_csv, read, write

from labelduck import geometry
from labelduck.errors import BadInputError

BOX = {"x_min": 10.0, "y_min": 20.0, "x_max": 40.0, "y_max": 60.0}
SIZE = {"width": 100, "height": 200}


def boxes(tmp_path, text, *, name="boxes.csv", **options):
    path = tmp_path / name
    path.write_text(text)
    return read(path, "annotations", **options)


def one(tmp_path, row):
    (found,) = boxes(tmp_path, as_csv([row]))["annotations"]
    return found


@pytest.mark.parametrize(
    "row",
    [
        {"filename": "a.jpg", "label": "cat", "x": 10, "y": 20, "w": 30, "h": 40},
        {"filename": "a.jpg", "width": 100, "height": 200, "class": "cat", "xmin": 10, "ymin": 20, "xmax": 40, "ymax": 60},
        {"image": "a.jpg", "xmin": 10, "ymin": 20, "xmax": 40, "ymax": 60, "label": "cat"},
        {"image_id": "a", "class": "cat", "x1": 10, "y1": 20, "x2": 40, "y2": 60},
        {"image_id": "a", "class": "cat", "x0": 10, "y0": 20, "x1": 40, "y1": 60},
        {"ImageID": "a", "Label Name": "cat", "XMin": 10, "YMin": 20, "XMax": 40, "YMax": 60},
        {"image_id": "a", "class": "cat", "left": 10, "top": 20, "width": 30, "height": 40},
        {"image_id": "a", "class": "cat", "x1": 10, "y1": 20, "w": 30, "h": 40},
        {"image_id": "a", "class": "cat", "left": 10, "top": 20, "right": 40, "bottom": 60},
        {"image_id": "a", "category": "cat", "cx": 25, "cy": 40, "w": 30, "h": 40},
        {"image_id": "a", "category": "cat", "bbox": "[10, 20, 30, 40]"},
        {"image_id": "a", "category": "cat", "box": "{'x_min': 10.0, 'y_min': 20.0, 'x_max': 40.0, 'y_max': 60.0}"},
        {"image_id": "a", "category": "cat", "box.x_min": 10, "box.y_min": 20, "box.x_max": 40, "box.y_max": 60},
        {"image_name": "a.png", "label_name": "cat", "bbox_x": 10, "bbox_y": 20, "bbox_width": 30, "bbox_height": 40},
        {"image_id": "a", "class": "cat", "x_center": 0.25, "y_center": 0.2, "width": 0.3, "height": 0.2, "image_width": 100, "image_height": 200},
        {"image_id": "a", "class": "cat", "xmin": 0.1, "ymin": 0.1, "xmax": 0.4, "ymax": 0.3, "width": 100, "height": 200},
    ],
)  # fmt: skip
def test_a_box_is_found_under_the_names_of_the_field(tmp_path, row):
    found = one(tmp_path, row)

    assert (found["image_id"], found["class_name"]) == ("a", "cat")
    assert found["box"] == pytest.approx(BOX)
    assert found["area"] == pytest.approx(1200)


def test_sizes_and_splits_of_images_come_along(tmp_path):
    rows = boxes(
        tmp_path, "filename,width,height,class,xmin,ymin,xmax,ymax\ntrain/a.jpg,100,200,cat,1,2,3,4\n"
    )

    assert rows["images"] == [
        {"image_id": "train/a", "file_name": "train/a.jpg", **SIZE, "split": "train", "is_annotated": True}
    ]


def test_fractions_take_the_sizes_that_the_caller_tells(tmp_path):
    sizes = tmp_path / "sizes.csv"
    sizes.write_text("file_name,width,height\na.jpg,100,200\n")

    rows = boxes(
        tmp_path, "filename,label,cx,cy,w,h\na.jpg,cat,.25,.2,.3,.2\nb.jpg,cat,.5,.5,.1,.1\n", sizes=sizes
    )

    assert [row["box"] for row in rows["annotations"]] == [pytest.approx(BOX)]
    (problem,) = rows["import_problems"]
    assert problem["location"] == "row 3"
    assert "whose size is unknown" in problem["problem"]


def test_whole_numbers_are_pixels_even_where_none_is_above_1(tmp_path):
    rows = boxes(tmp_path, "image_id,label,x,y,w,h\na,cat,0,0,1,1\n")

    assert rows["annotations"][0]["box"] == {"x_min": 0.0, "y_min": 0.0, "x_max": 1.0, "y_max": 1.0}


def test_a_number_of_a_class_takes_the_name_that_the_caller_tells(tmp_path):
    text = "image_id,class_id,x,y,w,h\na,1,0,0,5,5\na,7,0,0,5,5\n"

    rows = boxes(tmp_path, text, class_names=("cat", "dog"))

    assert rows["classes"] == [{"class_name": "dog", "class_index": 1}, {"class_name": "7", "class_index": 7}]
    assert [row["class_name"] for row in rows["annotations"]] == ["dog", "7"]


def test_a_row_without_class_and_box_is_an_image_without_objects(tmp_path):
    rows = boxes(tmp_path, "filename,label,x,y,w,h\nempty.jpg,,,,,\n")

    assert rows == {"images": [{"image_id": "empty", "file_name": "empty.jpg", "is_annotated": True}]}


@pytest.mark.parametrize(
    ("cells", "problem"),
    [
        ("a,cat,1,2,-3,4", "its width or height is negative"),
        ("a,cat,1,2,,4", "a number of the box is missing"),
        ("a,cat,1,2,nan,4", "a number of the box is none, or infinite"),
        ("a,cat,1,2,inf,4", "a number of the box is none, or infinite"),
        ("a,cat,1,2,wide,4", "a number of the box is none, or infinite"),
        ("a,cat,1e13,2,3,4", "a number of the box is beyond all pictures"),
        ("a,,1,2,3,4", "has no class_name"),
        ("a,cat,,,,", "has no shape"),
        (",cat,1,2,3,4", "has no image_id or file_name"),
    ],
)
def test_a_bad_box_is_refused_with_its_row(tmp_path, cells, problem):
    rows = boxes(tmp_path, f"image_id,label,x,y,w,h\na,cat,1,2,3,4\n{cells}\n")

    assert len(rows["annotations"]) == 1
    (noted,) = rows["import_problems"]
    assert (noted["severity"], noted["location"]) == ("error", "row 3")
    assert noted["problem"] == f"{problem}; left out"
    assert '"label"' in noted["record"]


def test_other_shapes_give_their_box_and_area(tmp_path):
    text = 'image_id,label,polygons\na,cat,"[[0,0,4,0,4,3]]"\na,cat,"[0,0,2,0,2,2,0,2]"\na,cat,"[[1,2,3]]"\n'

    rows = boxes(tmp_path, text)

    told = [
        (row["geometry"], row["area"], row["box"]["x_max"], len(row["polygons"]))
        for row in rows["annotations"]
    ]
    assert told == [("polygon", 6.0, 4.0, 1), ("polygon", 4.0, 2.0, 1)]
    assert [problem["location"] for problem in rows["import_problems"]] == ["row 4"]


def test_a_mask_that_covers_not_its_picture_is_refused(tmp_path):
    text = 'image_id,label,mask\na,cat,"{""size"":[2,2],""counts"":""04""}"\na,cat,"{""size"":[9,9],""counts"":""04""}"\n'

    rows = boxes(tmp_path, text)

    assert [(row["geometry"], row["area"]) for row in rows["annotations"]] == [("mask", 4.0)]
    assert [problem["severity"] for problem in rows["import_problems"]] == ["error"]


def test_one_file_a_person_names_the_annotators(tmp_path):
    folder = tmp_path / "votes"
    folder.mkdir()
    for name in ("alice", "bob"):
        (folder / f"{name}.csv").write_text("filename,label,x,y,w,h\na.jpg,cat,1,2,3,4\n")

    rows = read(folder, "annotations")

    told = [(row["annotation_id"], row["annotator"]) for row in rows["annotations"]]
    assert told == [("a/0", "alice"), ("a/1", "bob")]
    assert len(rows["images"]) == 1


def test_a_repeated_id_gets_a_number_behind_it(tmp_path):
    rows = boxes(
        tmp_path,
        "id,image_id,label,x,y,w,h\n7,a,cat,1,2,3,4\n7,a,cat,1,2,3,4\n7#2,a,cat,1,2,3,4\n7,a,cat,1,2,3,4\n",
    )

    assert [row["annotation_id"] for row in rows["annotations"]] == ["7", "7#3", "7#2", "7#4"]
    assert [problem["severity"] for problem in rows["import_problems"]] == ["repaired", "repaired"]


def test_without_a_box_the_file_is_refused_with_the_names_it_may_have(tmp_path):
    with pytest.raises(BadInputError) as caught:
        boxes(tmp_path, "image_id,label,x,y\na,cat,1,2\n")

    assert "its columns are image_id, label, x, y" in str(caught.value)
    assert "x_min, y_min, x_max, y_max" in str(caught.value)


def test_boxes_without_a_class_ask_for_its_name(tmp_path):
    path = tmp_path / "boxes.csv"
    path.write_text('image_id,width,height,bbox\na,100,200,"[10, 20, 30, 40]"\n')

    with pytest.raises(BadInputError, match="--class-names"):
        read(path)
    (found,) = read(path, "annotations", class_names=("wheat",))["annotations"]
    assert (found["class_name"], found["box"]) == ("wheat", BOX)


@pytest.mark.parametrize(
    ("shape", "problem"),
    [
        ({"polygons": [[1e300, 0, 5, 0, 5, 5]]}, "a coordinate of polygons is beyond 1e+12 pixels"),
        ({"polygons": [[1, 2, 3, 4], [5e12, 6, 7, 8]]}, "a coordinate of polygons is beyond 1e+12 pixels"),
        ({"keypoints": [[-2e12, 1, 2]]}, "a coordinate of keypoints is beyond 1e+12 pixels"),
        (
            {"rotated_box": [1, 2, 3, 4, 5, 6, 7]},
            "rotated_box has 7 numbers, expected the eight of four corners",
        ),
    ],
)
def test_a_shape_that_cannot_be_one_is_refused_with_its_reason(tmp_path, shape, problem):
    rows = boxes(tmp_path, as_csv([{"image_id": "a", "class": "cat"} | shape]))

    assert "annotations" not in rows
    assert [row["problem"].partition(";")[0] for row in rows["import_problems"]] == [problem]


@pytest.mark.parametrize("empty", [{"polygons": []}, {"keypoints": []}, {"rotated_box": []}])
def test_an_empty_list_is_no_shape(tmp_path, empty):
    found = one(tmp_path, {"image_id": "a", "class": "cat", "x1": 10, "y1": 20, "x2": 40, "y2": 60} | empty)

    assert (found["geometry"], found["box"], found["area"]) == ("box", BOX, 1200.0)
    assert not empty.keys() & found.keys()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "polygons",
    [
        [[10, 20, 40, 20, 40, 60]],
        [10, 20, 40, 20, 40, 60],
        [[10, 20], [40, 20], [40, 60]],
        [[[10, 20], [40, 20], [40, 60]]],
    ],
)
def test_a_polygon_may_be_rings_of_numbers_or_of_points(tmp_path, kind, polygons):
    path = write(tmp_path, kind, [{"image_id": "a", "class": "cat", "polygons": polygons}])

    (found,) = read(path, "annotations")["annotations"]

    assert found["polygons"] == [[10.0, 20.0, 40.0, 20.0, 40.0, 60.0]]
    assert (found["geometry"], found["box"], found["area"]) == ("polygon", BOX, 600.0)


@pytest.mark.parametrize("kind", KINDS)
def test_a_mask_may_be_a_list_of_run_lengths(tmp_path, kind):
    masks = [{"size": [4, 5], "counts": [4, 2, 2, 2, 10]}, {"size": [4, 5], "counts": [4, 2]}]
    path = write(tmp_path, kind, [{"image_id": "a", "class": "cat", "mask": mask} for mask in masks])

    rows = read(path, "annotations")

    (found,) = rows["annotations"]
    assert found["mask"] == {"size": [4, 5], "counts": geometry.rle_from_uncompressed([4, 2, 2, 2, 10], 4, 5)}
    assert (found["box"], found["area"]) == ({"x_min": 1.0, "y_min": 0.0, "x_max": 3.0, "y_max": 2.0}, 4.0)
    assert "mask" in str(rows["import_problems"])
