"""Several annotators: majority, Dawid-Skene, CROWDLAB and ActiveLab, against values of their sources."""

from __future__ import annotations

import numpy as np
import pytest

from labelduck.consensus import Votes, activelab, crowdlab, dawid_skene, majority_vote

MISSING = -1


def votes_of(*rows, n_classes=3):
    given = np.array(rows)
    item, annotator = np.nonzero(given != MISSING)
    return Votes(
        item=item,
        annotator=annotator,
        given=given[item, annotator],
        n_items=len(given),
        n_annotators=given.shape[1],
        n_classes=n_classes,
    )


def test_a_tie_goes_to_the_models_class_then_to_the_rarer_one():
    votes = votes_of([0, 1], [0, 0], [2, 1])

    with_model = majority_vote(votes, np.array([[0.7, 0.3, 0], [1, 0, 0], [0.1, 0.5, 0.4]]))
    alone = majority_vote(votes)

    assert with_model.tolist() == [0, 0, 1]
    assert alone.tolist() == [1, 0, 2]


def test_a_tie_that_is_left_goes_to_the_annotators_who_agree_with_the_undisputed():
    votes = votes_of([0, 0, 0, 1], [1, 1, 1, 0], [1, MISSING, MISSING, 0], n_classes=2)

    assert majority_vote(votes).tolist() == [0, 1, 1]


def test_dawid_skene_trusts_the_careful_annotators_and_learns_who_swaps_classes():
    dice = np.random.default_rng(3)
    true = dice.integers(0, 2, 4000)
    careful = [np.where(dice.random(4000) < 0.9, true, 1 - true) for _ in range(2)]
    swapper = np.where(dice.random(4000) < 0.85, 1 - true, true)

    found = dawid_skene(votes_of(*np.stack([*careful, swapper], axis=1), n_classes=2))

    assert (found.best == true).mean() > 0.94
    assert found.accuracy == pytest.approx([0.9, 0.9, 0.15], abs=0.03)
    assert found.confusion.sum(axis=2) == pytest.approx(np.ones((3, 2)))
    assert found.n_expected.sum() == pytest.approx(12000)


def test_dawid_skene_takes_answers_that_are_no_class_for_answers_only():
    unsure = 2
    votes = votes_of(*[[0, 0, unsure]] * 30, *[[1, 1, 1]] * 30, [unsure, unsure, 1])

    found = dawid_skene(votes, n_true=2)

    assert found.probability.shape == (61, 2)
    assert found.best.tolist() == [0] * 30 + [1] * 31


# Made with cleanlab 2.9.0: get_label_quality_multiannotator and get_active_learning_scores at its temperature.
GIVEN = [
    [0, 0, MISSING],
    [1, MISSING, 1],
    [2, 1, 2],
    [0, 2, MISSING],
    [MISSING, 1, MISSING],
    [2, 2, 0],
    [0, 0, 0],
    [1, 0, 1],
]
PROBABILITIES = np.array([
    [0.7, 0.2, 0.1], [0.1, 0.8, 0.1], [0.2, 0.2, 0.6], [0.5, 0.1, 0.4],
    [0.3, 0.4, 0.3], [0.1, 0.15, 0.75], [0.6, 0.3, 0.1], [0.4, 0.35, 0.25],
])  # fmt: skip
BEST = [0, 1, 2, 0, 1, 2, 0, 1]
QUALITY = [
    0.7205130865829754,
    0.7951946519903792,
    0.6624692052809845,
    0.568376508690824,
    0.40000033371234905,
    0.6754343183410563,
    0.6624695948867783,
    0.49656289070549375,
]
AGREEMENT = [1.0, 1.0, 0.6666666666666666, 0.5, 1.0, 0.6666666666666666, 1.0, 0.6666666666666666]
ANNOTATOR_QUALITY = [0.7533900416210337, 0.4753885112238251, 0.629537907461056]
ANNOTATOR_AGREEMENT = [1.0, 0.5714285714285714, 0.8]
WEIGHTS = [0.36363636363636354, 1e-06, 0.2222222222222222]
MODEL_WEIGHT = 1.155827625556683
HEAT = 7.25
SCORES = [
    0.46324571964491296,
    0.5098186207176467,
    0.49073482169291915,
    0.44786893007046136,
    0.3409262121972791,
    0.42665450652641523,
    0.493095407188736,
    0.4719509704644897,
]
UNLABELLED_SCORES = [0.3522634133290915, 0.4133834872357822]
UNLABELLED = np.array([[0.5, 0.3, 0.2], [0.9, 0.05, 0.05]])


def test_crowdlab_equals_its_library():
    found = crowdlab(votes_of(*GIVEN), PROBABILITIES)

    assert found.best.tolist() == BEST
    assert found.quality == pytest.approx(QUALITY, abs=1e-12)
    assert found.agreement == pytest.approx(AGREEMENT, abs=1e-12)
    assert found.annotator_quality == pytest.approx(ANNOTATOR_QUALITY, abs=1e-12)
    assert found.annotator_agreement == pytest.approx(ANNOTATOR_AGREEMENT, abs=1e-12)
    assert found.annotator_weight == pytest.approx(WEIGHTS, abs=1e-12)
    assert found.model_weight == pytest.approx(MODEL_WEIGHT, abs=1e-12)


def test_activelab_equals_its_library_at_the_same_temperature():
    scores, of_others = activelab(votes_of(*GIVEN), PROBABILITIES, UNLABELLED, heat=HEAT)

    assert scores == pytest.approx(SCORES, abs=1e-12)
    assert of_others == pytest.approx(UNLABELLED_SCORES, abs=1e-12)


def test_an_image_with_one_vote_each_is_ranked_by_the_model_alone():
    votes = votes_of([0, MISSING], [MISSING, 1], n_classes=2)

    scores, _ = activelab(votes, np.array([[0.9, 0.1], [0.6, 0.4]]), np.zeros((0, 2)))

    # Vote and model weigh 1 each, the usual chance of one half as much as a vote.
    assert scores == pytest.approx([(0.9 * 2 + 0.5) / 3, (0.4 * 2 + 0.5) / 3])
