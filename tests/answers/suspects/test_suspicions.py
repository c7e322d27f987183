"""What several models say together, and the answers that people read."""

from __future__ import annotations

from datetime import datetime
from math import exp, log

import pytest

from catalog_lake import box
from suspect_rows import annotation, prediction

HERE, THERE, AWAY = (0, 0, 40, 40), (100, 100, 140, 140), (300, 300, 340, 340)
TWO = [{"model": "m", "is_out_of_sample": True}, {"model": "n", "is_out_of_sample": False}]


def usual(model="m", **values):
    """Return ten images of a cat that a model finds."""
    annotations = [annotation(f"u{n}", HERE, image_id=f"u{n}", **values) for n in range(10)]
    return annotations, [prediction(f"u{n}", HERE, image_id=f"u{n}", model=model) for n in range(10)]


def test_a_model_that_was_trained_on_the_images_counts_half(detected):
    lake = detected(
        [annotation("a", HERE)],
        [prediction("0", HERE, model=model) for model in ("m", "n", "o")],
        models=TWO,
    )

    rows = lake.execute("select model, is_out_of_sample, weight from model_weights order by 1").fetchall()

    assert rows == [("m", True, 1.0), ("n", False, 0.5), ("o", True, 1.0)]


def test_two_models_that_agree_are_more_suspicious_than_one_and_both_are_quoted(detected):
    known, found = usual()
    _, also_found = usual("n")
    wrong = annotation("a", HERE, image_id="1")
    one = [prediction("0", HERE, "dog")]
    lake = detected([*known, wrong], [*found, *also_found, *one, prediction("0", HERE, "dog", model="n")])
    alone = detected([*known, wrong], [*found, *also_found, *one])
    query = (
        "select log_odds, n_models, n_agreeing, loudest.suggested_class, evidence from object_suspicions "
        "where issue = 'wrong_class' and annotation_id = 'a'"
    )

    both, single = lake.execute(query).fetchall(), alone.execute(query).fetchall()
    own = dict(
        lake.execute(
            "select model, log_odds from object_evidence where issue = 'wrong_class' and annotation_id = 'a'"
        ).fetchall()
    )

    assert both[0][0] == pytest.approx(-3 + (own["m"] + own["n"] + 6) / 1.5)
    assert both[0][0] > own["m"] > single[0][0]
    assert both[0][1:4] == (2, 2, "dog")
    assert single[0][1:4] == (2, 1, "dog")
    assert both[0][4].startswith("n sees dog there")
    assert "; m sees dog there" in both[0][4]


def test_the_words_of_a_lone_model_are_taken_as_they_are(detected):
    known, found = usual()
    said = [*found, prediction("0", HERE, "dog")]
    lone = detected([*known, annotation("a", HERE, image_id="1")], said)
    joined = detected(known, [*found, *usual("n")[1]])

    rows = lone.execute(
        "select issue, loudest.prediction_id, loudest.suggested_class, n_models, n_agreeing, log_odds, evidence "
        "from lone_object_suspicions where annotation_id = 'a' order by 1"
    ).fetchall()
    own = lone.execute(
        "select issue, prediction_id, suggested_class, 1, (log_odds > -3)::int, log_odds, evidence from object_evidence "
        "where annotation_id = 'a' and evidence is not null order by 1"
    ).fetchall()
    all_rows = lone.execute("select count(*) from object_suspicions").fetchall()

    assert [row[:5] + row[6:] for row in rows] == [row[:5] + row[6:] for row in own]
    assert [row[5] for row in rows] == pytest.approx([row[5] for row in own])
    assert ("wrong_class", "dog", 1, 1) in [(row[0], *row[2:5]) for row in rows]
    assert lone.execute("select count(*) from lone_object_suspicions").fetchall() == all_rows
    assert joined.execute("select count(*) from lone_object_suspicions").fetchall() == [(0,)]


def test_a_place_that_two_models_see_is_one_row_and_stands_higher_than_one_of_a_single_model(detected):
    known, found = usual()
    _, also_found = usual("n")
    lake = detected(
        known,
        [
            *found, *also_found,
            prediction("0", AWAY, image_id="u0"),
            prediction("0", (300, 300, 340, 338), image_id="u0", model="n", confidence=0.8),
            prediction("1", THERE, image_id="u1"),
        ],
    )  # fmt: skip

    votes = lake.execute(
        "select prediction_id, voter, voter_prediction, evidence is null from missing_label_votes where model = 'm' order by all"
    ).fetchall()
    rows = lake.execute(
        "select model, prediction_id, image_id, n_models, n_agreeing from missing_suspicions order by log_odds desc"
    ).fetchall()

    assert votes == [
        ("0", "m", "0", False),
        ("0", "n", "0", False),
        ("1", "m", "1", False),
        ("1", "n", None, True),
    ]
    assert rows == [("m", "0", "u0", 2, 2), ("m", "1", "u1", 2, 1)]


def test_the_word_of_a_trained_model_alone_is_flagged_and_weaker(detected):
    known, found = usual()
    suspect = prediction("0", THERE, image_id="u0")
    lake = detected(known, [*found, suspect], models=[TWO[0]])
    trained = detected(known, [*found, suspect], models=[{"model": "m", "is_out_of_sample": False}])
    query = "select suspicion, is_out_of_sample from scored_suspicions where issue = 'missing_label'"

    [(free, is_free)], [(bound, is_bound)] = (c.execute(query).fetchall() for c in (lake, trained))

    assert (is_free, is_bound) == (True, False)
    assert log(bound / (1 - bound)) == pytest.approx(-3 + (log(free / (1 - free)) + 3) / 1.5)


def test_every_candidate_is_a_row(detected):
    lake = detected(
        [annotation("a", HERE), annotation("b", (0, 0, 40, 38)), annotation("c", THERE)],
        [prediction("0", HERE), prediction("1", AWAY)],
    )

    rows = lake.execute(
        "select issue, annotation_id, prediction_id, model from scored_suspicions order by all"
    ).fetchall()

    assert rows == [
        ("bad_box", "a", "0", "m"),
        ("duplicate_label", "a", None, None),
        ("duplicate_label", "b", None, None),
        ("extra_label", "a", None, "m"),
        ("extra_label", "b", None, "m"),
        ("extra_label", "c", None, "m"),
        ("missing_label", None, "1", "m"),
        ("wrong_class", "a", None, "m"),
        ("wrong_class", "b", None, "m"),
        ("wrong_class", "c", None, "m"),
    ]


def test_a_model_that_holds_nothing_against_a_label_does_not_agree_that_it_is_wrong(detected):
    known, found = usual()
    lake = detected(known, found)

    rows = lake.execute(
        "select distinct issue, n_models, n_agreeing from scored_suspicions order by all"
    ).fetchall()

    assert rows == [("bad_box", 1, 0), ("extra_label", 1, 0), ("wrong_class", 1, 0)]


def test_a_duplicate_needs_no_model_and_names_its_twin(detected):
    lake = detected([annotation("a", HERE), annotation("b", (0, 0, 40, 38), "dog")], [])

    rows = lake.execute(
        "select annotation_id, suspicion, evidence, n_models from scored_suspicions order by 1"
    ).fetchall()

    even = 1 / (1 + exp(15 - 20 * 0.93 * 0.95))
    assert rows == [
        ("a", pytest.approx(even), "IoU 0.95 with annotation b, which is dog", 0),
        ("b", pytest.approx(even), "IoU 0.95 with annotation a, which is cat", 0),
    ]


@pytest.mark.parametrize(
    ("days", "listed"),
    [((None, None, None), ["10", "3"]), ((1, 3, 2), ["10", "3"]), ((2, 1, None), ["3", "9"])],
)
def test_the_later_of_two_duplicates_stands_for_both(detected, days, listed):
    boxes = {"9": HERE, "10": (0, 0, 40, 39), "3": (0, 0, 40, 34)}  # 9 and 10 name each other; 3 names 10
    drawn = [
        annotation(name, place, created_at=day and datetime(2026, 1, day))  # noqa: DTZ001 - UTC without saying so
        for day, (name, place) in zip(days, boxes.items(), strict=True)
    ]

    rows = (
        detected(drawn, [])
        .execute(
            "select annotation_id, other_annotation_id from scored_suspicions where is_listed order by 1"
        )
        .fetchall()
    )

    others = {"9": "10", "10": "9", "3": "10"}
    assert rows == [(name, others[name]) for name in listed]


def suspicion(issue, value, annotation_id="a", **values):
    row = {"image_id": "1", "annotation_id": annotation_id, "issue": issue, "suspicion": value, "model": "m"}
    return row | {"evidence": "seen", "n_models": 1, "n_agreeing": 1, "is_out_of_sample": True} | values


ROWS = {
    "images": [{"image_id": "1", "file_name": "one.jpg", "batch": "b1", "split": "train"}],
    "annotations": [{"annotation_id": "a", "image_id": "1", "class_name": "cat", "box": box(0.0, 0.0, 4.0, 4.0), "annotator": "ann"}],
    "predictions": [{"prediction_id": "0", "model": "m", "image_id": "1", "confidence": 0.25}],
    "suspicions": [
        suspicion("wrong_class", 0.5, prediction_id="0", suggested_class="dog"),
        suspicion("bad_box", 0.2, prediction_id="0", suggested_box=box(0.0, 0.0, 5.0, 5.0)),
        suspicion("extra_label", 0.1),
        suspicion("duplicate_label", 0.4, model=None),
        suspicion("missing_label", 0.3, None, prediction_id="0", suggested_class="cow", suggested_box=box(7.0, 7.0, 9.0, 9.0)),
    ],
}  # fmt: skip


def test_suspects_come_with_what_a_reviewer_needs_most_suspicious_first(scene):
    lake = scene(**ROWS)

    rows = lake.execute(
        "select issue, suspicion, file_name, class_name, annotator, batch, suggested_class, confidence from label_suspects"
    ).fetchall()

    assert rows == [
        ("wrong_class", 0.5, "one.jpg", "cat", "ann", "b1", "dog", 0.25),
        ("duplicate_label", 0.4, "one.jpg", "cat", "ann", "b1", None, None),
        ("missing_label", 0.3, "one.jpg", None, None, "b1", "cow", 0.25),
        ("bad_box", 0.2, "one.jpg", "cat", "ann", "b1", None, 0.25),
        ("extra_label", 0.1, "one.jpg", "cat", "ann", "b1", None, None),
    ]


@pytest.mark.parametrize(
    "issue", ["missing_label", "wrong_class", "bad_box", "extra_label", "duplicate_label"]
)
def test_each_kind_has_an_answer_of_its_own(scene, issue):
    lake = scene(**ROWS)

    suspicions = lake.execute(f"select suspicion from {issue}_suspects").fetchall()

    expected = {row["issue"]: row["suspicion"] for row in ROWS["suspicions"]}
    assert suspicions == [(expected[issue],)]


def test_the_views_of_each_kind_name_what_should_be_instead(scene):
    lake = scene(**ROWS)

    assert lake.execute("select suggested_class, suggested_box from missing_label_suspects").fetchall() == [
        ("cow", box(7.0, 7.0, 9.0, 9.0))
    ]
    assert lake.execute("select class_name, suggested_class from wrong_class_suspects").fetchall() == [
        ("cat", "dog")
    ]
    assert lake.execute("select suggested_box from bad_box_suspects").fetchall() == [
        (box(0.0, 0.0, 5.0, 5.0),)
    ]
    assert lake.execute("select annotation_id from extra_label_suspects").fetchall() == [("a",)]
    assert lake.execute("select evidence from duplicate_label_suspects").fetchall() == [("seen",)]


def test_a_threshold_cuts_all_answers_at_once(scene):
    lake = scene(**ROWS, variables={"min_suspicion": 0.35})

    assert lake.execute("select issue from label_suspects").fetchall() == [
        ("wrong_class",),
        ("duplicate_label",),
    ]
    assert lake.execute("from bad_box_suspects").fetchall() == []


def test_an_image_is_as_suspicious_as_all_its_labels_together(scene):
    lake = scene(**ROWS)

    rows = lake.execute(
        "select suspicion, file_name, split, expected_errors, worst_issue, worst_suspicion from image_suspects"
    ).fetchall()

    together = 1 - 0.5 * 0.8 * 0.9 * 0.6 * 0.7
    assert rows == [(pytest.approx(together), "one.jpg", "train", pytest.approx(1.5), "wrong_class", 0.5)]
