from __future__ import annotations

import datetime as dt

from label_scenes import CLASSES, given, said


def ask(lake, query):
    return lake.execute(query).fetchall()


def test_classes_stand_in_the_order_of_class_index_those_without_last_by_name(scene):
    lake = scene(
        classes=[
            {"class_name": "owl"},
            {"class_name": "dog", "class_index": 7},
            {"class_name": "ant"},
            {"class_name": "cat", "class_index": 3},
        ]
    )

    rows = ask(lake, "select class_name, position from class_positions order by position")

    assert rows == [("cat", 1), ("dog", 2), ("ant", 3), ("owl", 4)]


def test_the_last_answer_of_an_annotator_is_the_vote_and_several_at_once_are_none(scene):
    first, later = (dt.datetime.fromisoformat(day) for day in ("2026-01-01", "2026-01-02"))
    lake = scene(
        image_labels=[
            given("a", "cat", created_at=first),
            given("a", "dog", created_at=later),
            given("b", "cat"),
            given("b", "dog"),
            given("c", "cat", field=None, annotator=None),
            given("d", None),
            given("e", "dog"),
            given("e", "dog"),
        ]
    )

    rows = ask(
        lake, "select image_id, field, annotator, is_gold, class_name from label_votes order by image_id"
    )

    assert rows == [
        ("a", "animal", "ann", False, "dog"),
        ("c", "label", None, False, "cat"),
        ("e", "animal", "ann", False, "dog"),
    ]


def test_the_majority_gives_the_class_a_tie_the_rarer_class_and_gold_outvotes_all(scene):
    lake = scene(
        image_labels=[
            *(given("most", name, who) for who, name in (("ann", "cat"), ("bob", "cat"), ("cho", "dog"))),
            given("tie", "cat"),
            given("tie", "dog", "bob"),
            given("gold", "cat"),
            given("gold", "cat", "bob"),
            given("gold", "dog", "boss", is_gold=True),
            given("one", "cat"),
        ]
    )

    rows = ask(lake, "select image_id, class_name, n_votes, n_for from given_labels order by image_id")

    assert rows == [("gold", "dog", 3, 1), ("most", "cat", 3, 2), ("one", "cat", 1, 1), ("tie", "dog", 2, 1)]


def test_a_model_that_names_one_class_speaks_about_its_field_and_spreads_the_rest(scene):
    classes = [
        {"class_name": name, "class_index": n} for n, name in enumerate(("cat", "dog", "cow", "day", "night"))
    ]
    named = {"image_id": "a", "model": "m"}
    lake = scene(
        classes=classes,
        image_labels=[
            given("a", "cat"),
            given("b", "dog"),
            given("c", "cow"),
            given("a", "day", field="light"),
            given("b", "night", field="light"),
        ],
        predicted_labels=[
            named | {"class_name": "dog", "confidence": 0.75},
            named | {"class_name": "cat", "confidence": 0.125},
            named | {"class_name": "day", "confidence": 0.5},
        ],
    )

    spread = ask(lake, "select field, model, image_id, class_scores from spread_probabilities order by field")
    probabilities = ask(
        lake, "select field, class_name, position, class_scores from label_probabilities order by field"
    )

    assert spread == [
        ("animal", "m", "a", [0.125, 0.75, 0.125, 0, 0]),
        ("light", "m", "a", [0, 0, 0, 0.5, 0.5]),
    ]
    assert probabilities == [
        ("animal", "cat", 1, [0.125, 0.75, 0.125, 0, 0]),
        ("light", "day", 4, [0, 0, 0, 0.5, 0.5]),
    ]


def test_images_without_a_given_class_or_of_an_unknown_one_have_no_probabilities(scene):
    lake = scene(
        classes=CLASSES,
        image_labels=[given("a", "cat"), given("b", "stray")],
        predicted_labels=[said("a", 0.5, 0.5), said("b", 0.5, 0.5), said("c", 0.5, 0.5)],
    )

    assert ask(lake, "select image_id from label_probabilities") == [("a",)]
