"""Agreement of annotators, by hand-known answers.

Votes a to d on six images: the example has krippendorff 0.8, scikit-learn 1.7 and statsmodels 0.14 as oracles (VOTES).
"""

from __future__ import annotations

import pytest

from people_scenes import drawn, people_lake

VOTES = {
    "a": ["cat", "cat", "dog", "dog", "cat", "cow"],
    "b": ["cat", "cat", "dog", "cat", "cat", "cow"],
    "c": ["cat", "dog", "dog", "dog", "cat", "dog"],
}


def votes(field="kind", **annotators):
    return [
        {"image_id": str(n), "field": field, "annotator": annotator, "class_name": class_name}
        for annotator, classes in annotators.items()
        for n, class_name in enumerate(classes)
        if class_name != "-"
    ]


def measures(lake, **where):
    conditions = " and ".join(f"{name} = {value!r}" for name, value in where.items()) or "true"
    return dict(lake.execute(f"select metric, value from agreement where {conditions}").fetchall())


@pytest.fixture
def objects(tmp_path):
    """Ana, ben and cy on two images: all see the cat, two the dog, ben calls it a cow; cy saw nothing on the second."""
    annotations = [
        drawn("1", "ana", "cat", 0, 0, 10, 10),
        drawn("1", "ben", "cat", 0, 0, 10, 9),
        drawn("1", "cy", "cat", 0, 0, 10, 8),
        drawn("2", "ana", "dog", 20, 20, 30, 30),
        drawn("2", "ben", "cow", 20, 20, 30, 30),
    ]
    assignments = [
        {"image_id": "2", "annotator": "cy"},
        {"image_id": "2", "annotator": "dot", "status": "skipped"},
    ]
    return people_lake(tmp_path / "lake", annotations=annotations, assignments=assignments)


def test_votes_agree_as_krippendorff_statsmodels_and_scikit_learn_say(tmp_path):
    lake = people_lake(tmp_path / "lake", image_labels=votes(**VOTES))

    found = measures(lake)
    measured = dict(lake.execute("select metric, value from measured_agreement").fetchall())
    people = lake.execute("select distinct n_annotators from agreement").fetchall()

    assert (measured, people) == (found, [(3,)])
    assert found == pytest.approx(
        {
            "krippendorff_alpha": 0.4631578947368421,
            "fleiss_kappa": 0.431578947368421,
            "mean_pairwise_cohen_kappa": 0.47294372294372283,
            "percent_agreement": 12 / 18,
        },
        abs=1e-9,
    )


def test_missing_votes_count_for_alpha_and_leave_the_image_out_of_fleiss(tmp_path):
    some = {
        **VOTES,
        "a": ["cat", "-", "dog", "dog", "cat", "cow"],
        "c": ["cat", "dog", "dog", "dog", "cat", "-"],
    }
    lake = people_lake(tmp_path / "lake", image_labels=votes(**some))

    found = measures(lake)

    assert found["krippendorff_alpha"] == pytest.approx(0.6052631578947368, abs=1e-9)
    assert found["fleiss_kappa"] == pytest.approx(0.6571428571428571, abs=1e-9)


def test_the_interval_is_that_of_a_jackknife_over_images(tmp_path):
    lake = people_lake(tmp_path / "lake", image_labels=votes(**VOTES))

    value, low, high, n_units, n_annotators = lake.execute(
        "select value, low, high, n_units, n_annotators from agreement where metric = 'krippendorff_alpha'"
    ).fetchall()[0]

    reach = (
        2.5705818356363146 * 0.22569173297801834
    )  # Student's t for 5, and numpy's jackknife of krippendorff
    assert low == pytest.approx(value - reach, abs=1e-3)  # t_quantile is within 0.2 %
    assert high == 1.0
    assert (n_units, n_annotators) == (6, 3)


def test_whoever_looked_and_drew_nothing_says_absent(objects):
    found = measures(objects)

    assert found == pytest.approx(
        {
            "krippendorff_alpha": 0.375,
            "fleiss_kappa": 0.25,
            "mean_pairwise_cohen_kappa": 1 / 3,
            "percent_agreement": 3 / 6,
            "existence_alpha": 0.0,
            "existence_agreement": 4 / 6,
            "class_alpha": 0.4285714285714286,
            "class_agreement": 6 / 8,
            "pair_f1": 6 / 10,
            "localisation": (0.9 + 0.8 + 8 / 9 + 1.0) / 4,
        },
        abs=1e-9,
    )


def test_agreement_changes_with_the_iou_asked_for(objects):
    objects.execute("set variable min_iou = 0.95")

    found = measures(objects)
    swept = objects.execute(
        "select min_iou, n_units from agreement_by_min_iou where metric = 'pair_f1' order by min_iou"
    ).fetchall()
    assert found["existence_agreement"] == pytest.approx(4 / 12, abs=1e-9)
    assert swept[0] == (0.3, 2)
    assert swept[-1] == (0.95, 4)


def test_an_unknown_iou_is_refused(objects):
    objects.execute("set variable min_iou = 0.77")

    with pytest.raises(Exception, match="agreement knows"):
        objects.execute("from agreement").fetchall()


def test_classes_tell_what_they_are_taken_for(objects):
    rows = objects.execute(
        "select class_name, same_class, n_same, n_pairs, n_annotations, round(mean_iou, 6), confused_with, n_confused "
        "from agreement_by_class"
    ).fetchall()
    likeliest = objects.execute(
        "select class_name, confused_with, n_confused from likeliest_confusions order by all"
    ).fetchall()

    assert likeliest == [("cow", "dog", 1), ("dog", "cow", 1)]
    assert rows == [
        ("cow", 0.0, 0, 2, 1, 1.0, "dog", 1),
        ("dog", 0.0, 0, 2, 1, 1.0, "cow", 1),
        ("cat", 1.0, 6, 6, 3, round((0.9 + 0.8 + 8 / 9) / 3, 6), None, 0),
    ]


def test_a_class_alone_agrees_as_krippendorff_says_of_it_against_all_else(tmp_path):
    lake = people_lake(tmp_path / "lake", image_labels=votes(**VOTES))

    found = dict(lake.execute("select class_name, krippendorff_alpha from agreement_by_class").fetchall())

    # krippendorff 0.8 with the other two classes as one
    assert found == pytest.approx(
        {"cat": 0.5802469135802468, "dog": 0.33766233766233766, "cow": 0.46875}, abs=1e-9
    )


def test_pairs_have_cohens_kappa_and_f1(objects):
    rows = objects.execute(
        "select annotator, other_annotator, round(cohen_kappa, 9), n_objects, n_agreeing, round(class_kappa, 9), n_both, f1, "
        "round(mean_iou, 9) from agreement_by_annotator_pair order by all"
    ).fetchall()

    third = round(1 / 3, 9)
    assert rows == [
        ("ana", "ben", third, 2, 1, third, 2, 0.5, 0.95),
        ("ana", "cy", third, 2, 1, None, 1, 2 / 3, 0.8),
        ("ben", "cy", third, 2, 1, None, 1, 2 / 3, round(8 / 9, 9)),
    ]


def test_images_come_worst_first(objects):
    rows = objects.execute(
        "select image_id, percent_agreement, n_same, n_pairs, n_annotators, n_units, n_seen_by_all, n_seen_by_one, "
        "n_class_conflicts from agreement_by_image"
    ).fetchall()

    assert rows == [("2", 0.0, 0, 3, 3, 1, 0, 0, 1), ("1", 1.0, 3, 3, 3, 1, 1, 0, 0)]


def test_answers_about_images_come_worst_first_too(tmp_path):
    lake = people_lake(tmp_path / "lake", image_labels=votes(**VOTES))

    rows = lake.execute(
        "select image_id, n_same, n_pairs, n_class_conflicts from agreement_by_image limit 3"
    ).fetchall()

    assert rows == [("1", 1, 3, 1), ("3", 1, 3, 1), ("5", 1, 3, 1)]


@pytest.mark.parametrize(
    ("view", "columns", "first"),
    [
        ("image_annotators", "image_id, annotator", ("1", "ana")),
        ("shared_images", "image_id, n_annotators, block", ("1", 3, 0)),
        ("pair_looks", "image_id, annotator, other_annotator", ("1", "ana", "ben")),
        ("object_values", "image_id, object_number, class_name, n_values, min_iou", ("1", 1, "cat", 1, 0.95)),
        ("image_objects", "image_id, min_iou, n", ("1", 0.3, 1)),
        ("overlaid_pairs", "image_id, min_iou, annotation_id, other_annotation_id", ("1", 0.3, "1", "2")),
        ("value_counts", "scope, min_iou, class_name, n_values, n_agreeing", ("all", 0.3, "cat", 3, 6)),
        ("matched_pair_counts", "annotator, other_annotator, class_name, n", ("ana", "ben", "cat", 1)),
        ("drawn_pair_counts", "annotator, other_annotator, class_name, n", ("ana", "ben", "cat", 1)),
        ("pair_counts", "annotator, other_annotator, class_name, n", ("ana", "ben", "cat", 1)),
        ("agreement_sums", "scope, min_iou, block, n, n_pairs", ("all", 0.3, 0, 3.0, 6.0)),
        ("agreement_replicates", "metric, min_iou, left_out, n_units", ("class_agreement", 0.3, 0, 1)),
        ("fleiss_counts", "min_iou, block, class_name, n_values", (0.3, 0, "cat", 3)),
        (
            "pair_sums",
            "annotator, other_annotator, scope, block, n, drawn",
            ("ana", "ben", "all", 0, 1.0, 2.0),
        ),
        ("pair_replicates", "annotator, other_annotator, scope, left_out, n", ("ana", "ben", "all", 0, 1)),
        ("mean_kappa_replicates", "left_out, n_units", (0, 3)),
        ("class_replicates", "class_name, left_out, n, n_pairs", ("cat", 0, 0.0, 0.0)),
        ("class_confusions", "class_name, other, n", ("cow", "absent", 1)),
    ],
)
def test_each_step_can_be_asked(objects, view, columns, first):
    assert objects.execute(f"select {columns} from {view} order by all limit 1").fetchall() == [first]


def test_several_classes_of_one_annotator_are_one_answer(tmp_path):
    told = votes(ana=["cat"], ben=["cat"]) + votes(ben=["dog"])
    lake = people_lake(tmp_path / "lake", image_labels=told)

    assert lake.execute("select annotator, class_name from image_answers order by all").fetchall() == [
        ("ana", "cat"),
        ("ben", "cat, dog"),
    ]
    assert lake.execute("select annotator, n_annotators from image_votes order by all").fetchall() == [
        ("ana", 2),
        ("ben", 2),
    ]
    assert lake.execute("select n_same, n_class_conflicts from answered_images").fetchall() == [(0, 1)]
    assert lake.execute("select class_name, other_class_name, n from answered_pair_counts").fetchall() == [
        ("cat", "cat, dog", 1)
    ]
