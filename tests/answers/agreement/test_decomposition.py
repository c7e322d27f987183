"""Each kind of disagreement shows in its own measure: the table of benchmarks/results/agreement.md, of one seed."""

from __future__ import annotations

import krippendorff
import numpy as np
import pytest

from disagreements import ANNOTATORS, CLASSES, HABITS, drawn_alike
from people_scenes import people_lake


@pytest.fixture(scope="module")
def lake(tmp_path_factory):
    scenes = [drawn_alike(scenario, seed=0) for scenario in HABITS]
    tables = {table: [row for scene in scenes for row in scene[table]] for table in scenes[0]}
    return people_lake(tmp_path_factory.mktemp("disagreements") / "lake", **tables)


@pytest.fixture(scope="module")
def found(lake):
    """{scenario: {measure: value}}; seen_by_one is the share of objects that one annotator alone drew."""
    table = {scenario: {} for scenario in HABITS}
    for dataset, metric, value in lake.execute("select dataset, metric, value from agreement").fetchall():
        table[dataset.removesuffix("-0")][metric] = value
    shares = lake.execute(
        "select dataset, sum(n_seen_by_one) / sum(n_units) from agreement_by_image group by dataset"
    ).fetchall()
    for dataset, share in shares:
        table[dataset.removesuffix("-0")]["seen_by_one"] = share
    return table


def test_careful_annotators_agree_in_everything(found):
    clean = found["clean"]

    assert clean["krippendorff_alpha"] == clean["class_alpha"] == clean["pair_f1"] == 1
    assert clean["seen_by_one"] == 0
    assert 0.88 < clean["localisation"] < 0.95


@pytest.mark.parametrize("scenario", ["missing_10", "extra_10"])
def test_classes_of_what_both_drew_are_blind_to_missing_and_extra_labels(found, scenario):
    told, clean = found[scenario], found["clean"]

    assert told["class_alpha"] > 0.98
    assert told["localisation"] == pytest.approx(clean["localisation"], abs=0.01)
    assert told["krippendorff_alpha"] < 0.85
    assert told["existence_agreement"] < 0.9
    assert told["pair_f1"] < 0.95


def test_extra_labels_are_told_from_missing_ones_by_who_saw_them(found):
    assert found["extra_10"]["seen_by_one"] > 4 * found["missing_10"]["seen_by_one"]


def test_flipped_classes_lower_the_class_measures_alone(found):
    told, clean = found["flipped_10"], found["clean"]

    assert told["class_alpha"] < 0.85
    assert told["existence_agreement"] > 0.99
    assert told["localisation"] == pytest.approx(clean["localisation"], abs=0.01)


def test_shifted_boxes_lower_localisation_and_at_a_lower_threshold_nothing_else(lake, found):
    told, clean = found["jitter_8"], found["clean"]
    swept = lake.execute(
        "select min_iou, value from agreement_by_min_iou where dataset = 'jitter_12-0' and metric = 'krippendorff_alpha'"
    ).fetchall()

    assert told["localisation"] < clean["localisation"] - 0.15
    assert told["class_alpha"] > 0.98
    assert told["krippendorff_alpha"] > 0.9
    assert dict(swept)[0.3] > 0.95
    assert dict(swept)[0.5] < 0.85


@pytest.mark.parametrize("scenario", HABITS)
def test_alpha_of_objects_is_krippendorffs_of_who_drew_what(lake, found, scenario):
    groups = lake.execute(
        "select image_id, groups[3], annotator, class_name from annotator_groups where dataset = ?",
        [f"{scenario}-0"],
    ).fetchall()
    units = {unit: n for n, unit in enumerate({row[:2] for row in groups})}
    told = np.zeros((len(ANNOTATORS), len(units)))
    for image_id, number, annotator, class_name in groups:
        told[ANNOTATORS.index(annotator), units[image_id, number]] = 1 + CLASSES.index(class_name)
    exists = np.minimum(told, 1)
    both = np.where(told > 0, told, np.nan)

    expected = {"krippendorff_alpha": told, "class_alpha": both}
    if exists.min() == 0:
        expected["existence_alpha"] = exists
    for metric, values in expected.items():
        oracle = krippendorff.alpha(reliability_data=values, level_of_measurement="nominal")
        assert found[scenario][metric] == pytest.approx(oracle, abs=1e-9)
