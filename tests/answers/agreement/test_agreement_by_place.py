"""Agreement by image and batch, and which images another annotator should see, by hand-known answers."""

from __future__ import annotations

import pytest

from people_scenes import drawn, people_lake


@pytest.fixture(scope="module")
def lake(tmp_path_factory):
    """Three annotators. Image 1: a cat that all see. 2: a dog that two see, one of them as a cow. 3: a cat that one sees of two."""
    annotations = [
        *(drawn("1", name, "cat", 0, 0, 10, 10) for name in ("ana", "ben", "cy")),
        drawn("2", "ana", "dog", 20, 20, 30, 30),
        drawn("2", "ben", "cow", 20, 20, 30, 30),
        drawn("3", "ana", "cat", 0, 0, 10, 10),
    ]
    assignments = [{"image_id": "2", "annotator": "cy"}, {"image_id": "3", "annotator": "ben"}]
    images = [
        {"image_id": i, "batch": b, "file_name": f"{i}.jpg"} for i, b in (("1", "x"), ("2", "x"), ("3", "y"))
    ]
    answers = [
        {"image_id": i, "field": "light", "annotator": a, "class_name": c}
        for i, told in (("1", "ddd"), ("2", "ddn"), ("3", "dn"))
        for a, c in zip(("ana", "ben", "cy"), told, strict=False)
    ]
    tables = {
        "annotations": annotations,
        "assignments": assignments,
        "images": images,
        "image_labels": answers,
    }
    return people_lake(tmp_path_factory.mktemp("places") / "lake", **tables)


def test_an_image_tells_what_its_annotators_share(lake):
    rows = lake.execute(
        "select image_id, n_annotators, n_units, n_pairs, n_same, n_both, n_both_same, n_sided, n_seen_by_all,"
        " n_seen_by_one, n_class_conflicts, n_undecided from counted_images where min_iou = 0.5 order by all"
    ).fetchall()

    assert rows == [
        ("1", 3, 1, 3, 3, 3, 3, 6, 1, 0, 0, 0),
        ("2", 3, 1, 3, 0, 1, 0, 4, 0, 0, 1, 1),
        ("3", 2, 1, 1, 0, 0, 0, 1, 0, 1, 0, 1),
    ]


def test_another_annotator_is_sent_to_what_no_majority_has_decided(lake):
    rows = lake.execute(
        "select field, image_id, file_name, batch, n_undecided, percent_agreement, reason, annotators from low_agreement_images"
    ).fetchall()

    assert rows == [
        ("light", "3", "3.jpg", "y", 1, 0.0, "class", "ana, ben"),
        ("light", "2", "2.jpg", "x", 0, pytest.approx(1 / 3), "class", "ana, ben, cy"),
        ("objects", "2", "2.jpg", "x", 1, 0.0, "existence", "ana, ben, cy"),
        ("objects", "3", "3.jpg", "y", 1, 0.0, "existence", "ana, ben"),
    ]


def test_agreement_that_is_enough_is_asked_for_by_a_variable(lake):
    lake.execute("set variable min_agreement = 0.3")
    try:
        rows = lake.execute("select field, image_id from low_agreement_images").fetchall()
    finally:
        lake.execute("reset variable min_agreement")

    assert rows == [("light", "3"), ("objects", "2"), ("objects", "3")]


def test_a_batch_is_measured_by_the_chance_of_the_whole_dataset(lake):
    rows = lake.execute(
        "select field, batch, krippendorff_alpha, percent_agreement, n_same, n_pairs, existence_agreement, class_agreement,"
        " pair_f1, n_images, n_units, n_undecided from agreement_by_batch"
    ).fetchall()
    whole = dict(
        lake.execute("select field, value from agreement where metric = 'krippendorff_alpha'").fetchall()
    )

    # Values of objects: 4 cat, 1 dog, 1 cow, 2 absent. Pairs by chance that differ: (64 - 22) / 56.
    chance = 42 / 56
    of_x, of_y = 3 / 6, 1.0  # 2 x 3 of 3 pairs that differ / 2 others, of 6 values; one pair of 2 values
    assert rows[2:] == [
        ("objects", "y", pytest.approx(1 - of_y / chance), 0.0, 0, 1, 0.0, None, 0.0, 1, 1, 1),
        ("objects", "x", pytest.approx(1 - of_x / chance), 0.5, 3, 6, 4 / 6, 3 / 4, 6 / 10, 2, 2, 1),
    ]
    assert whole["objects"] == pytest.approx(1 - (6 * of_x + 2 * of_y) / 8 / chance)
    assert [row[:2] for row in rows[:2]] == [("light", "y"), ("light", "x")]


def test_the_interval_of_a_batch_is_that_of_a_ratio_over_images(tmp_path):
    votes = [
        {"image_id": f"{n:02}", "field": "light", "annotator": a, "class_name": "day" if n % k else "night"}
        for n in range(30)
        for a, k in (("ana", 3), ("ben", 3 + n // 10), ("cy", 4))
    ]
    images = [{"image_id": f"{n:02}", "batch": "x"} for n in range(30)]
    lake = people_lake(tmp_path / "lake", image_labels=votes, images=images)

    value, low, high = lake.execute(
        "select krippendorff_alpha, alpha_low, alpha_high from agreement_by_batch"
    ).fetchall()[0]
    whole = lake.execute("select value from agreement where metric = 'krippendorff_alpha'").fetchall()[0][0]

    # One batch is the dataset; disagreement by image is 0 or 2, of three values each, so its error is that of a mean.
    n_split = lake.execute("select count(*) from image_agreement where n_same < n_pairs").fetchall()[0][0]
    n_day = sum(row["class_name"] == "day" for row in votes)
    chance = 2 * n_day * (90 - n_day) / (90 * 89)
    error = 2 / 3 * (n_split / 30 * (1 - n_split / 30) / 29) ** 0.5 / chance
    assert value == pytest.approx(whole, abs=1e-12)
    assert (high - value) / error == pytest.approx(2.0452, abs=0.005)
    assert value - low == pytest.approx(high - value)


def test_who_was_asked_twice_is_compared_with_himself(tmp_path):
    annotations = [
        drawn("1", "ana", "cat", 0, 0, 10, 10, job="j1"),
        drawn("1", "ana", "dog", 20, 0, 30, 10, job="j1"),
        drawn("1", "ana", "cat", 0, 0, 10, 9, job="j2"),
        drawn("1", "ana", "cat", 20, 0, 30, 10, job="j2"),
        drawn("1", "ana", "cow", 50, 0, 60, 10, job="j2"),
        drawn("1", "ben", "cat", 0, 0, 10, 10, job="j1"),
    ]
    answers = [
        {"image_id": i, "field": "light", "annotator": "ben", "class_name": c, "batch": b}
        for i, b, c in (
            ("1", "x", "day"),
            ("1", "y", "day"),
            ("2", "x", "day"),
            ("2", "y", "dusk"),
            ("3", "x", "day"),
        )
    ]
    lake = people_lake(tmp_path / "lake", annotations=annotations, image_labels=answers)

    pairs = lake.execute(
        "select job, other_job, n_units, n_both, n_same, iou_sum from repeated_objects"
    ).fetchall()
    rows = lake.execute(
        "select field, annotator, same_rate, n_same, n_units, n_both, mean_iou, n_images from self_agreement_by_annotator"
    ).fetchall()

    assert pairs == [("j1", "j2", 3, 2, 1, pytest.approx(1.9))]
    assert rows == [
        ("light", "ben", 0.5, 1, 2, None, None, 2),
        ("objects", "ana", pytest.approx(1 / 3), 1, 3, 2, pytest.approx(0.95), 1),
    ]
