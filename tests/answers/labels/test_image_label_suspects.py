from __future__ import annotations

import pytest
from label_scenes import CLASSES, five_images, given, said


def test_the_label_that_the_model_contradicts_leads_with_its_reasons(scene):
    lake = scene(**five_images())

    rows = lake.execute(
        "select image_id, class_name, suggested_class, is_label_issue, n_models, n_agreeing, n_votes, n_for, evidence "
        "from scored_image_labels order by suspicion desc"
    ).fetchall()

    assert rows[0] == ("c", "cat", "dog", True, 1, 1, 1, 1, "m: cat 0.1 where 0.5 is usual, dog 0.9")
    assert [row[0] for row in rows] == ["c", "e", "b", "d", "a"]
    assert [row[5] for row in rows] == [1, 0, 0, 0, 0]


def test_models_that_agree_strengthen_each_other_and_one_trained_on_the_images_counts_half(scene):
    def suspicion(*models, in_sample=()):
        lake = scene(
            classes=CLASSES,
            image_labels=[given("a", "cat"), given("b", "cat"), given("c", "dog")],
            predicted_labels=[
                said(name, *scores, model=model)
                for model in models
                for name, scores in (("a", (0.05, 0.95)), ("b", (0.9, 0.1)), ("c", (0.1, 0.9)))
            ],
            models=[{"model": model, "is_out_of_sample": False} for model in in_sample],
        )
        return lake.execute(
            "select suspicion, is_out_of_sample, n_models, n_agreeing from scored_image_labels where image_id = 'a'"
        ).fetchall()[0]

    alone, both, half = suspicion("m"), suspicion("m", "n"), suspicion("m", in_sample=("m",))

    assert both[0] > alone[0] > half[0]
    assert [alone[1:], both[1:], half[1:]] == [(True, 1, 1), (True, 2, 2), (False, 1, 1)]


def test_suspects_are_shown_from_the_threshold_on_with_the_picture(scene):
    stored = {"field": "animal", "class_name": "cat", "suggested_class": "dog", "n_votes": 2, "n_for": 1}
    lake = scene(
        images=[{"image_id": "a", "file_name": "a.jpg", "batch": "b1"}],
        image_label_suspicions=[
            stored | {"image_id": "a", "suspicion": 0.75},
            stored | {"image_id": "b", "suspicion": 0.25},
        ],
        variables={"min_suspicion": 0.5},
    )

    rows = lake.execute(
        "select suspicion, image_id, file_name, batch, suggested_class, n_votes, n_for from image_label_suspects"
    ).fetchall()

    assert rows == [(0.75, "a", "a.jpg", "b1", "dog", 2, 1)]


def test_a_model_that_is_quite_sure_of_the_given_class_leaves_next_to_no_suspicion(scene):
    lake = scene(
        classes=CLASSES,
        image_labels=[given("a", "cat"), given("b", "dog")],
        predicted_labels=[said("a", 1.0, 0.0), said("b", 0.0, 1.0)],
    )

    rows = lake.execute("select suspicion from scored_image_labels").fetchall()

    assert rows == [(pytest.approx(0.018, abs=0.001),)] * 2
