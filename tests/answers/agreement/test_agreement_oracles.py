"""Measures of agreement on random votes, against scikit-learn, statsmodels and krippendorff."""

from __future__ import annotations

import itertools
import random

import krippendorff
import numpy as np
import pytest
from sklearn.metrics import cohen_kappa_score
from statsmodels.stats.inter_rater import aggregate_raters, fleiss_kappa

from people_scenes import people_lake

ANNOTATORS, N_CLASSES, N_IMAGES = "abcd", 6, 150


@pytest.fixture(scope="module")
def told():
    """Return votes of four annotators, two of whom left a quarter out, as numbers or NaN."""
    dice = random.Random(1)
    votes = np.full((4, N_IMAGES), np.nan)
    for image in range(N_IMAGES):
        true = dice.randrange(N_CLASSES)
        for number in range(4):
            if number < 2 or dice.random() < 0.75:
                is_right = dice.random() < 0.8 - 0.05 * number
                votes[number, image] = true if is_right else dice.randrange(N_CLASSES)
    return votes


@pytest.fixture(scope="module")
def lake(told, tmp_path_factory):
    rows = [
        {"image_id": f"{i}", "field": "kind", "annotator": a, "class_name": f"c{told[n, i]:.0f}"}
        for n, a in enumerate(ANNOTATORS)
        for i in range(N_IMAGES)
        if not np.isnan(told[n, i])
    ]
    return people_lake(tmp_path_factory.mktemp("votes") / "lake", image_labels=rows)


def one(lake, metric):
    return lake.execute("select value from agreement where metric = ?", [metric]).fetchall()[0][0]


def test_alpha_is_krippendorffs(lake, told):
    oracle = krippendorff.alpha(reliability_data=told, level_of_measurement="nominal")

    assert one(lake, "krippendorff_alpha") == pytest.approx(oracle, abs=1e-9)


def test_alpha_of_a_class_is_krippendorffs_of_it_against_all_else(lake, told):
    found = dict(lake.execute("select class_name, krippendorff_alpha from agreement_by_class").fetchall())

    for number in range(N_CLASSES):
        against = np.where(np.isnan(told), np.nan, told == number)
        oracle = krippendorff.alpha(reliability_data=against, level_of_measurement="nominal")
        assert found[f"c{number}"] == pytest.approx(oracle, abs=1e-9)


def test_fleiss_kappa_is_statsmodels_on_images_with_the_usual_number_of_votes(lake, told):
    counts = np.isfinite(told).sum(axis=0)
    usual = max({2, 3, 4}, key=lambda n: ((counts == n).sum(), n))
    complete = [votes[np.isfinite(votes)] for votes in told.T[counts == usual]]
    table, _ = aggregate_raters(np.array(complete).astype(int))

    assert one(lake, "fleiss_kappa") == pytest.approx(fleiss_kappa(table), abs=1e-9)


def test_cohens_kappa_of_pairs_and_its_mean_are_scikit_learns(lake, told):
    found = {
        (a, b): kappa
        for a, b, kappa in lake.execute(
            "select annotator, other_annotator, cohen_kappa from agreement_by_annotator_pair"
        ).fetchall()
    }

    oracles = {}
    for (n, a), (m, b) in itertools.combinations(enumerate(ANNOTATORS), 2):
        shared = np.isfinite(told[n]) & np.isfinite(told[m])
        oracles[a, b] = cohen_kappa_score(told[n, shared], told[m, shared])
    assert found == pytest.approx(oracles, abs=1e-9)
    assert one(lake, "mean_pairwise_cohen_kappa") == pytest.approx(np.mean([*oracles.values()]), abs=1e-9)
