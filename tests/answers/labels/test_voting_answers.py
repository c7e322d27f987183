from __future__ import annotations


def test_images_whose_next_vote_tells_most_come_first(scene):
    row = {"field": "animal", "method": "crowdlab", "model": "m", "class_name": "cat", "n_votes": 2}
    lake = scene(
        images=[{"image_id": "b", "file_name": "b.jpg"}],
        consensus_labels=[
            row | {"image_id": "a", "relabel_score": 0.9},
            row | {"image_id": "b", "relabel_score": 0.4, "probability": 0.6, "agreement": 0.5},
            row | {"image_id": "c", "method": "majority", "model": None},
        ],
    )

    rows = lake.execute(
        "select image_id, file_name, relabel_score, class_name, probability, agreement, n_votes from relabel_candidates"
    ).fetchall()

    assert rows == [("b", "b.jpg", 0.4, "cat", 0.6, 0.5, 2), ("a", None, 0.9, "cat", None, None, 2)]


def test_annotators_are_told_by_every_method_the_worst_first(scene):
    row = {"field": "animal", "method": "majority", "n_votes": 9}
    lake = scene(
        annotator_qualities=[
            row | {"annotator": "ann", "quality": 0.9, "agreement": 0.8},
            row | {"annotator": "bob", "quality": 0.5, "agreement": 0.6},
            row | {"annotator": "ann", "method": "crowdlab", "model": "m", "quality": 0.7, "weight": 0.3},
        ]
    )

    rows = lake.execute(
        "select annotator, method, model, n_votes, quality, agreement, weight from annotator_label_quality"
    ).fetchall()

    assert rows == [
        ("ann", "crowdlab", "m", 9, 0.7, None, 0.3),
        ("bob", "majority", None, 9, 0.5, 0.6, None),
        ("ann", "majority", None, 9, 0.9, 0.8, None),
    ]


def test_confusions_stand_beside_the_votes_on_the_true_class(scene):
    row = {"field": "animal", "annotator": "ann", "true_class": "cat"}
    lake = scene(
        annotator_confusion=[
            row | {"given_class": "cat", "probability": 0.75, "n_expected": 3.0},
            row | {"given_class": "dog", "probability": 0.25, "n_expected": 1.0},
        ]
    )

    rows = lake.execute(
        "select annotator, true_class, given_class, n_expected, n_true_expected, probability "
        "from annotator_confusion_by_class_pair"
    ).fetchall()

    assert rows == [("ann", "cat", "dog", 1.0, 4.0, 0.25)]
