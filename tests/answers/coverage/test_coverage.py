from __future__ import annotations

import json


def drawn(number, class_name="cat", image_id="1", **values):
    return {"annotation_id": str(number), "image_id": image_id, "class_name": class_name} | values


SCENE = {
    "classes": [{"class_name": "cat"}, {"class_name": "dog"}],
    "images": [
        {"image_id": "1", "split": "train", "tags": ["night", "rain"], "attributes": '{"site": "north"}'},
        {"image_id": "2", "split": "val", "tags": ["night"]},
    ],
    "annotations": [
        drawn(1, area=100.0, occluded=0.0),
        drawn(2, area=5000.0, occluded=0.7, attributes='{"site": "south"}'),
        drawn(3, area=50.0, image_id="2"),
        drawn(4, "dog", image_id="2"),
        drawn(5, "dog", is_gold=True),
    ],
    "image_labels": [{"image_id": "1", "field": "f", "class_name": "dog"}],
}


def covered(scene, rules=(), **settings):
    lake = scene(**SCENE, settings={"coverage_rules": json.dumps(rules)} | settings)
    cells = lake.execute("select * exclude (dataset) from coverage_counts").fetchall()
    stored = [
        dict(zip(("class_name", "dimension", "value", "n_annotations"), cell, strict=True)) for cell in cells
    ]
    return scene(**SCENE, class_cells=stored, settings={"coverage_rules": json.dumps(rules)} | settings)


def test_annotations_are_counted_by_size_occlusion_split_and_tag(scene):
    lake = scene(**SCENE)

    rows = lake.execute(
        "select dimension, value, n_annotations from coverage_counts where class_name = 'cat' order by all"
    ).fetchall()

    assert rows == [
        ("any", "any", 3),
        ("occlusion", "mostly", 1),
        ("occlusion", "visible", 1),
        ("size", "medium", 1),
        ("size", "small", 2),
        ("split", "train", 2),
        ("split", "val", 1),
        ("tag", "night", 3),
        ("tag", "rain", 2),
    ]


def test_a_cell_that_nothing_fills_is_a_row_and_rules_say_what_it_lacks(scene):
    lake = covered(
        scene,
        [
            {"dimension": "size", "value": "small", "at_least": 2},
            {"dimension": "size", "value": "small", "class": "dog", "at_least": 5},
            {"dimension": "tag", "value": "snow", "class": "cat", "at_least": 1},
        ],
        class_counts_limit=2.0,
    )

    rows = lake.execute(
        "select class_name, dimension, value, n_annotations, n_required, n_lacking, is_covered from coverage "
        "where n_required is not null"
    ).fetchall()
    violations = lake.execute("select class_name, value, n, violation from coverage_violations").fetchall()

    assert rows == [
        ("dog", "size", "small", 0, 5, 5, False),
        ("cat", "tag", "snow", 0, 1, 1, False),
        ("dog", "any", "any", 2, 2, 0, True),
        ("cat", "any", "any", 3, 2, 0, True),
        ("cat", "size", "small", 2, 2, 0, True),
    ]
    assert sorted(violations) == [
        ("cat", "snow", 0, "cat with tag snow: 0 of 1"),
        ("dog", "small", 0, "dog with size small: 0 of 5"),
    ]


def test_a_rule_may_name_an_attribute_of_the_annotation_or_its_image(scene):
    lake = covered(scene, [{"dimension": "site", "at_least": 2}])

    told = lake.execute("select class_name, value from described_annotations order by all").fetchall()
    rules = lake.execute("select number, dimension, value, at_least from coverage_rule_rows").fetchall()
    rows = lake.execute(
        "select class_name, value, n_annotations, is_covered from coverage where dimension = 'site' order by all"
    ).fetchall()

    assert told == [("cat", "north"), ("cat", "south")]
    assert rules == [(1, "site", None, 2)]
    assert rows == [
        ("cat", "north", 1, False),
        ("cat", "south", 1, False),
        ("dog", "north", 0, False),
        ("dog", "south", 0, False),
    ]
