from __future__ import annotations

import pytest
from label_scenes import CLASSES, five_images, given, said


def ask(lake, query):
    return lake.execute(query).fetchall()


def test_a_threshold_is_the_mean_probability_where_annotators_gave_the_class(scene):
    lake = scene(**five_images())

    rows = ask(
        lake, "select class_name, position, n_labels, round(threshold, 12) from class_thresholds order by all"
    )

    assert rows == [("cat", 1, 3, 0.5), ("dog", 2, 2, 0.6)]


def test_the_confident_joint_counts_given_and_confident_classes(scene):
    lake = scene(**five_images())

    columns = "given_class, true_class, n_images"
    joint = ask(lake, f"select {columns} from confident_joint order by all")
    calibrated = ask(lake, f"select {columns} from calibrated_joint order by all")

    assert joint == [("cat", "cat", 2), ("cat", "dog", 1), ("dog", "cat", 1), ("dog", "dog", 1)]
    assert calibrated == joint


def test_counts_of_confident_images_are_scaled_to_all_and_keep_their_sum_when_rounded(scene):
    # Of seven cats three are confidently anything, one each cat, dog and cow: 7/3 each, rounded 2, 2, 2, and 1 more.
    classes = [*CLASSES, {"class_name": "cow", "class_index": 2}]
    cats = {"a": (0.9, 0.1, 0.0), "b": (0.0, 0.98, 0.02), "c": (0.0, 0.01, 0.99)}
    unsure = dict.fromkeys("defg", (0.28, 0.36, 0.36))
    others = {"h": ("dog", (0.0, 0.9, 0.1)), "i": ("cow", (0.0, 0.1, 0.9))}
    lake = scene(
        classes=classes,
        image_labels=[given(name, "cat") for name in cats | unsure]
        + [given(n, c) for n, (c, _) in others.items()],
        predicted_labels=[said(n, *p) for n, p in (cats | unsure).items()]
        + [said(n, *p) for n, (_, p) in others.items()],
    )

    rows = ask(
        lake,
        "select true_class, n_confident, round(n_expected, 6), n_images from calibrated_joint "
        "where given_class = 'cat' order by all",
    )

    assert rows == [
        ("cat", 1, 2.333333, 3),
        ("cow", 1, 2.333333, 2),
        ("dog", 1, 2.333333, 2),
    ]


def test_evidence_names_the_likeliest_other_class_and_the_issues_of_confident_learning(scene):
    lake = scene(**five_images())

    rows = ask(
        lake,
        "select image_id, self_confidence, round(usual_confidence, 9), other_class, other_confidence, confident_class, "
        "is_label_issue from label_evidence order by image_id",
    )

    assert rows == [
        ("a", 0.8, 0.5, "dog", 0.2, "cat", False),
        ("b", 0.6, 0.5, "dog", 0.4, "cat", False),
        ("c", 0.1, 0.5, "dog", 0.9, "dog", True),
        ("d", 0.7, 0.6, "cat", 0.3, "dog", False),
        ("e", 0.5, 0.6, "cat", 0.5, "cat", False),
    ]


def test_noise_between_two_classes_is_told_both_ways_with_its_counts(scene):
    lake = scene(**five_images())

    rows = ask(
        lake,
        "select given_class, true_class, n_confident, n_given, round(error_rate, 6), n_estimated, n_true, "
        "round(noise_rate, 6) from label_noise_by_class_pair",
    )

    assert rows == [("cat", "dog", 1, 3, 0.333333, 1, 2, 0.5), ("dog", "cat", 1, 2, 0.5, 1, 3, 0.333333)]


def test_cleanlabs_scores_are_those_of_its_formulas(scene):
    lake = scene(**five_images())

    rows = {
        row[0]: row[1:]
        for row in ask(
            lake,
            "select image_id, self_confidence, normalized_margin, confidence_weighted_entropy, "
            "adjusted_self_confidence, adjusted_normalized_margin, is_label_issue from cleanlab_label_scores",
        )
    }

    # c: less the thresholds and plus the higher one 0.2 and 0.9. e: the entropy is that of chance, over 0.5 makes 2.
    assert rows["c"] == pytest.approx((0.1, 0.1, rows["c"][2], 2 / 11, 2 / 11, True))
    assert rows["e"] == pytest.approx((0.5, 0.5, 0.5493061443340549, 5 / 11, 5 / 11, False))


def test_a_class_that_the_model_never_names_is_unknown_to_it_and_not_judged(scene):
    classes = [*CLASSES, {"class_name": "cow", "class_index": 2}]
    lake = scene(
        classes=classes,
        image_labels=[given("a", "cat"), given("b", "dog"), given("c", "cow")],
        predicted_labels=[said("a", 0.9, 0.1, 0.0), said("b", 0.2, 0.8, 0.0), said("c", 0.5, 0.5, 0.0)],
    )

    judged = ask(lake, "select image_id from label_evidence order by all")
    known = ask(
        lake,
        "select class_names, thresholds, positions, n_classes, highest_threshold, weight from label_models",
    )

    assert judged == [("a",), ("b",)]
    assert known == [(["cat", "dog", "cow"], [0.9, 0.8, None], [1, 2], 2, 0.9, 1.0)]


def test_a_class_that_was_never_given_has_a_threshold_out_of_reach(scene):
    lake = scene(
        classes=CLASSES,
        image_labels=[given("a", "cat"), given("b", "cat")],
        predicted_labels=[said("a", 0.9, 0.1), said("b", 0.01, 0.99)],
    )

    thresholds = ask(lake, "select class_name, n_labels, threshold from class_thresholds order by all")
    issues = ask(lake, "select is_label_issue from label_evidence")

    assert thresholds == [("cat", 2, pytest.approx(0.455)), ("dog", 0, 2.0)]
    assert issues == [(False,), (False,)]
