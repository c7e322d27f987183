from __future__ import annotations

from catalog_lake import box


def drawn(annotation_id, corners, class_name="cat", image_id="1", **values):
    shape = {"box": box(*map(float, corners))} if corners else {}
    return (
        {"annotation_id": annotation_id, "image_id": image_id, "class_name": class_name, "geometry": "box"}
        | shape
        | values
    )


IMAGE = {"image_id": "1", "width": 100, "height": 50, "file_name": "1.jpg"}


def problems(lake):
    return lake.execute(
        "select severity, problem, class_name, image_id, annotation_id, value from annotation_problems"
    ).fetchall()


def test_shapes_that_cannot_be_are_told_one_by_one(scene):
    lake = scene(
        images=[IMAGE],
        annotations=[
            drawn("fine", (0, 0, 100.9, 50)),
            drawn("over", (90, 10, 103, 20)),
            drawn("away", (120, 10, 130, 20)),
            drawn("thin", (10, 10, 10.5, 20)),
            drawn("back", (30, 10, 10, 20)),
            drawn("bare", None),
            drawn("mute", (1, 1, 9, 9), class_name=""),
            drawn("point", (5, 5, 5, 5), geometry="point"),
            drawn("limbs", None, geometry="keypoints", keypoints=[{"x": 1.0, "y": 1.0, "visibility": 2.0}]),
        ],
    )

    rows = lake.execute(
        "select problem, severity, annotation_id, value from box_problems order by all"
    ).fetchall()

    assert rows == [
        ("degenerate_box", "warning", "thin", 0.5),
        ("negative_length", "error", "back", -20.0),
        ("no_class", "error", "mute", None),
        ("no_shape", "error", "bare", None),
        ("out_of_bounds", "warning", "over", 3.0),
        ("outside_image", "error", "away", 30.0),
    ]


def test_a_class_is_judged_beside_its_taxonomy_and_the_largest(scene):
    many = [drawn(f"m{n}", (n, 0, n + 5, 5), class_name="cat") for n in range(12)]
    lake = scene(
        images=[IMAGE],
        classes=[{"class_name": "cat"}, {"class_name": "ghost"}, {"class_name": "dog"}],
        annotations=[*many, drawn("u", (1, 1, 9, 9), "unicorn"), drawn("d", (1, 1, 8, 9), "dog")],
        variables={"class_balance_limit": 10.0},
    )

    rows = lake.execute(
        "select problem, severity, class_name, value from class_problems order by all"
    ).fetchall()

    assert rows == [
        ("class_without_annotations", "warning", "ghost", 0.0),
        ("few_annotations", "warning", "dog", 1.0),
        ("few_annotations", "warning", "unicorn", 1.0),
        ("rare_class", "warning", "dog", 12.0),
        ("rare_class", "warning", "unicorn", 12.0),
        ("undefined_class", "error", "unicorn", 1.0),
    ]


def test_a_dataset_without_taxonomy_has_no_undefined_class(scene):
    lake = scene(images=[IMAGE], annotations=[drawn("1", (1, 1, 9, 9))])

    assert [row[1] for row in problems(lake)] == ["single_class", "few_annotations"]


def test_images_and_ids_are_checked_against_each_other(scene):
    lake = scene(
        images=[
            IMAGE,
            {"image_id": "2", "file_name": "1.jpg"},
            {"image_id": "3", "is_annotated": False},
            {"image_id": "4"},
        ],
        annotations=[
            drawn("a", (1, 1, 9, 9)),
            drawn("b", (1, 1, 9, 9)),
            drawn("c", (1, 1, 9, 9), annotator="other"),
            drawn("d", (2, 2, 9, 9), image_id="gone"),
            drawn("d", (3, 3, 9, 9), image_id="2"),
        ],
    )

    rows = lake.execute(
        "select problem, severity, image_id, annotation_id, value from image_problems order by all"
    ).fetchall()

    assert rows == [
        ("empty_image", "note", "4", None, 0.0),
        ("repeated_file", "warning", "1", None, 2.0),
        ("repeated_file", "warning", "2", None, 2.0),
        ("repeated_id", "error", "2", "d", 2.0),
        ("repeated_object", "warning", "1", "b", 2.0),
        ("unannotated_image", "warning", "3", None, 0.0),
        ("unknown_image", "error", "gone", None, 1.0),
    ]


def test_a_box_unlike_all_others_of_its_class_is_noted_whatever_other_outliers_there_are(scene):
    usual = [drawn(f"u{n}", (0, 0, 20 + n % 5, 20 + n % 3)) for n in range(30)]
    lake = scene(
        images=[{"image_id": "1", "width": 9999, "height": 9999}],
        annotations=[*usual, drawn("big", (0, 0, 4000, 4000)), drawn("flat", (0, 0, 440, 1))],
    )

    rows = lake.execute("select problem, annotation_id, value > 5 from unusual_boxes order by all").fetchall()

    assert rows == [("unusual_aspect", "flat", True), ("unusual_size", "big", True)]
    assert {("note", "unusual_size", "big"), ("note", "unusual_aspect", "flat")} <= {
        (severity, problem, annotation) for severity, problem, _, _, annotation, _ in problems(lake)
    }


def test_errors_are_counted_beside_what_was_looked_at(scene):
    lake = scene(
        images=[IMAGE],
        annotations=[
            drawn("a", (9, 9, 1, 1)),
            drawn("b", (2, 2, 8, 8), class_name=None),
            drawn("c", (0, 0, 5, 5)),
        ],
    )

    assert lake.execute("from counted_form_errors").fetchall() == [("d", 2, 3)]
