"""What each annotator drew in each image, as the build keeps it for the answers about errors and changes."""

from __future__ import annotations

from datetime import datetime, timedelta

NINE = datetime(2026, 1, 5, 9)  # noqa: DTZ001 - times of the tables are UTC without saying so
HOUR = timedelta(hours=1)
ANN, BOB = {"annotator": "ann", "image_id": "1"}, {"annotator": "bob", "image_id": "1"}
DRAWN = {
    "images": [{"image_id": "1", "batch": "b1"}],
    "jobs": [{"job": "j", "batch": "b2"}],
    "annotations": [
        ANN | {"annotation_id": "a1", "class_name": "cat", "created_at": NINE + HOUR},
        ANN | {"annotation_id": "a2", "class_name": "cat", "created_at": NINE},
        ANN | {"annotation_id": "a3", "class_name": "dog"},
        BOB | {"annotation_id": "b1", "class_name": "cat", "job": "j"},
        BOB | {"annotation_id": "g", "class_name": "cat", "is_gold": True},
        BOB | {"annotation_id": "c", "class_name": "cat", "is_crowd": True},
        BOB | {"annotation_id": "i", "class_name": "cat", "is_ignored": True},
    ],
    "suspicions": [
        {"annotation_id": "a1", "issue": "bad_box", "suspicion": 0.9},
        {"annotation_id": "a1", "issue": "wrong_class", "suspicion": 0.4, "suggested_class": "cow"},
        {"annotation_id": "a1", "issue": "wrong_class", "suspicion": 0.7, "suggested_class": "dog"},
        {"annotation_id": "a2", "issue": "extra_label", "suspicion": 0.1},
        {"annotation_id": "g", "issue": "extra_label", "suspicion": 0.8},
        {"annotation_id": None, "issue": "missing_label", "suspicion": 0.6, "image_id": "1"},
    ],
}


def test_work_is_counted_by_image_with_the_highest_suspicion_of_each_object(scene):
    rows = scene(**DRAWN).execute("select * exclude (dataset) from summed_image_work order by all").fetchall()

    assert rows == [("ann", "b1", "1", NINE, 3, [0.1, 0.9]), ("bob", "b2", "1", None, 1, [])]


def test_doubted_are_labels_from_the_probable_error_on_where_a_model_says_anything(scene):
    work = {"annotator": "ann", "batch": "b1", "image_id": "1", "drawn_at": NINE, "n_annotations": 3}
    lake = scene(
        image_work=[
            work | {"highest_suspicions": [0.1, 0.5, 0.9]},
            work | {"dataset": "without a model", "highest_suspicions": []},
        ],
        suspicions=[{"annotation_id": "a1", "issue": "bad_box", "suspicion": 0.9}],
    )

    rows = lake.execute("from doubted_work").fetchall()

    assert rows == [("d", "suspicion", "ann", "b1", "1", NINE, 3, 2)]


def test_classes_of_an_image_are_counted_with_what_models_surest_take_them_for(scene):
    rows = (
        scene(**DRAWN)
        .execute("select * exclude (dataset) from counted_image_classes order by all")
        .fetchall()
    )

    assert rows == [
        ("ann", "1", "cat", 2, [{"suggested_class": "dog", "suspicion": 0.7}]),
        ("ann", "1", "dog", 1, []),
        ("bob", "1", "cat", 1, []),
    ]


def test_sizes_of_boxes_are_summed_by_image_and_outliers_held_in(scene):
    common = {"image_id": "1", "annotator": "ann", "model": "m", "class_name": "cat", "usual": [0.1] * 5}
    sizes = {"o1": 0.0, "o2": 0.2, "o3": 0.3, "o4": 0.7, "o5": -0.5}
    boxes = [
        common | {"annotation_id": name, "offsets": [size, 0.0, 0.0, 0.0, 0.0], "created_at": NINE + n * HOUR}
        for n, (name, size) in enumerate(sizes.items())
    ]
    untimed = common | {"annotation_id": "o6", "offsets": [0.2] * 5}

    rows = scene(box_offsets=[*boxes, untimed]).execute("from summed_box_sizes").fetchall()

    # The median is .2; less it they are -.2, 0, .1, .5 and -.7, of which 2.5 usual distances allow .25.
    assert [(*row[1:5], round(row[5], 12), row[6]) for row in rows] == [("m", "ann", "1", NINE, -0.1, 5)]
