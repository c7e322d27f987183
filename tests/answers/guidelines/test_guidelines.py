"""What the labelling guide does not say, whose fault a confusion is, and whether a change helped."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from math import sqrt

import pytest

from drift_scenes import drift_lake

MONDAY = datetime(2026, 1, 5, 9)  # noqa: DTZ001 - times of the tables are UTC without saying so
DAY = timedelta(days=1)


def told(rates, *, n=60, seed=4):
    """Return gold matches: each annotator's share of forklifts called excavator, one object an image, and cats."""
    dice = random.Random(seed)
    rows = []
    for annotator, rate in rates.items():
        for i in range(n):
            for true in ("forklift", "excavator", "cat", "cat"):
                given = "excavator" if true == "forklift" and dice.random() < rate else true
                common = {"image_id": f"{annotator}{i}", "annotator": annotator, "iou": 0.9}
                ids = {
                    "annotation_id": f"{annotator}{i}{true}{len(rows)}",
                    "gold_annotation_id": f"{len(rows)}",
                }
                rows.append(common | ids | {"gold_class_name": true, "class_name": given})
    return rows


def confusion(lake, columns):
    return lake.execute(f"select {columns} from guideline_confusions").fetchall()[0]


def test_what_most_annotators_confuse_is_the_guidelines_fault(scene):
    lake = scene(gold_matches=told({"ann": 0.4, "bob": 0.4, "cyd": 0.4, "dan": 0.0}))

    row = confusion(
        lake,
        "judged_by, true_class, class_name, cause, n_objects, n_annotators, n_confusing, is_flagged, said",
    )

    assert row == (
        "gold", "forklift", "excavator", "guideline", 240, 4, 3, True,
        "forklift called excavator by 3 of 4 annotators: the rule that tells them apart is unclear",
    )  # fmt: skip


def test_what_one_annotator_confuses_is_a_matter_of_training(scene):
    lake = scene(gold_matches=told({"ann": 0.0, "bob": 0.5, "cyd": 0.0, "dan": 0.0}))

    row = confusion(lake, "cause, n_confusing, main_annotator, main_share, is_flagged, said")
    counts = lake.execute(
        "select annotator, sums.k, sums.n from annotator_confusions order by all"
    ).fetchall()

    by_image = lake.execute(
        "with images as (select annotator, image_id, sum(n) as n, coalesce(sum(n) filter (where class_name ="
        " 'excavator'), 0) as k from judged_classes where true_class = 'forklift' group by all)"
        " select annotator, cluster_sums(k, n) from images group by all order by all"
    ).fetchall()
    sums = lake.execute(
        "select annotator, sums from confusion_sums where class_name = 'excavator' and true_class = 'forklift'"
        " order by all"
    ).fetchall()

    assert sums == by_image
    assert row[:5] == ("annotator", 1, "bob", 1.0, True)
    assert row[5] == "forklift called excavator by bob more than by others: go over the rule together"
    assert [(annotator, n) for annotator, _, n in counts] == [
        (name, 60) for name in ("ann", "bob", "cyd", "dan")
    ]
    assert [k > 0 for _, k, _ in counts] == [False, True, False, False]


@pytest.mark.parametrize("annotator", ["ann", None])
def test_objects_are_counted_by_image_whether_something_is_right_there_or_not(scene, annotator):
    given = {"1": ["forklift", "forklift", "excavator"], "2": ["excavator", "excavator"], "3": ["forklift"]}
    rows = [
        {
            "annotation_id": f"{image}{n}",
            "gold_annotation_id": f"g{image}{n}",
            "image_id": image,
            "annotator": annotator,
            "gold_class_name": "forklift",
            "class_name": name,
            "iou": 0.9,
        }
        for image, names in given.items()
        for n, name in enumerate(names)
    ]

    counts = (
        scene(gold_matches=rows)
        .execute(
            "select annotator, true_class, class_name, n_images, n, nn, k, kk, kn from confusion_counts order by all"
        )
        .fetchall()
    )

    # Forklifts by image 3, 2 and 1; right are 2, 0 and 1 of them, called excavators 1, 2 and 0.
    assert counts == [
        (annotator, "forklift", "excavator", None, None, None, 3, 1 + 4, 1 * 3 + 2 * 2),
        (annotator, "forklift", "forklift", 3, 6, 9 + 4 + 1, 3, 4 + 1, 2 * 3 + 1 * 1),
    ]


def test_confusions_as_rare_as_any_error_are_not_flagged(scene):
    dice = random.Random(1)
    rows = told({"ann": 0.0, "bob": 0.0})
    for row in rows:
        if dice.random() < 0.04:
            row["class_name"] = dice.choice(["forklift", "excavator", "cat"])
    lake = scene(gold_matches=rows)

    causes = lake.execute("select is_flagged, count(*) from guideline_confusions group by all").fetchall()

    assert [is_flagged for is_flagged, _ in causes] == [False]


def test_reviewers_and_models_say_what_a_class_should_have_been(tmp_path):
    drawn = {"image_id": "1", "annotator": "ann"}
    lake = drift_lake(
        tmp_path,
        annotations=[
            *(drawn | {"annotation_id": name, "class_name": "cat"} for name in "abc"),
            *(
                drawn | {"annotation_id": what, "class_name": "cat", what: True}
                for what in ("is_crowd", "is_ignored")
            ),
        ],
        reviews=[
            {
                "review_id": "1",
                "annotation_id": "a",
                "decision": "fixed",
                "error_kind": "wrong_class",
                "reviewed_at": MONDAY,
            },
            *(
                {"review_id": name, "annotation_id": name, "decision": "accepted", "reviewed_at": MONDAY}
                for name in ("b", "is_crowd", "is_ignored")
            ),
        ],
        events=[{"event_id": "1", "annotation_id": "a", "from_class": "dog", "happened_at": MONDAY + DAY}],
        suspicions=[
            {"annotation_id": "c", "issue": "wrong_class", "suspicion": 0.9, "suggested_class": "cow"},
            {"annotation_id": "b", "issue": "wrong_class", "suspicion": 0.2, "suggested_class": "cow"},
        ],
    )

    rows = lake.execute(
        "select judged_by, true_class, class_name, sum(n) from judged_classes group by all order by all"
    ).fetchall()

    assert rows == [
        ("review", "cat", "cat", 1),
        ("review", "cat", "dog", 1),
        ("suspicion", "cat", "cat", 2),
        ("suspicion", "cow", "cat", 1),
    ]


def reviewed(before, after, *, n_images=25):
    """Return reviewed cats, four an image, of which so many in a hundred are wrong before and after ten days."""
    annotations, reviews = [], []
    for side, rate in enumerate((before, after)):
        for n in range(4 * n_images):
            name = f"{side}/{n}"
            drawn = {"annotation_id": name, "image_id": f"{side}/{n // 4}", "class_name": "cat"}
            annotations.append(drawn | {"created_at": MONDAY + side * 10 * DAY})
            decision = "rejected" if n % 100 < rate else "accepted"
            reviews.append(
                {
                    "review_id": name,
                    "annotation_id": name,
                    "image_id": f"{side}/{n // 4}",
                    "decision": decision,
                }
            )
    return {"annotations": annotations, "reviews": reviews}


RULE = {
    "guideline_version": "2",
    "class_name": "cat",
    "topic": "definition",
    "rule": "It purrs.",
    "updated_at": MONDAY + 5 * DAY,
}


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [(40, 4, "fewer errors"), (4, 40, "more errors"), (8, 8, "no change is sure")],
)
def test_a_change_of_the_guideline_shows_in_the_error_rate(scene, before, after, said):
    lake = scene(guidelines=[RULE], **reviewed(before, after))

    row = lake.execute(
        "select n_before, n_errors_before, n_after, n_errors_after, before_rate, before_rate_low, before_rate_high, "
        "after_rate, after_rate_low, after_rate_high, change, change_low, change_high, said from guideline_change_effect"
    ).fetchall()[0]

    assert row[:4] == (100, before, 100, after)
    p, p_low, p_high, q, q_low, q_high, change, low, high, what = row[4:]
    assert (p, q, change) == pytest.approx((before / 100, after / 100, (after - before) / 100))
    assert low == pytest.approx(change - sqrt((q - q_low) ** 2 + (p_high - p) ** 2), abs=1e-12)
    assert high == pytest.approx(change + sqrt((q_high - q) ** 2 + (p - p_low) ** 2), abs=1e-12)
    assert what == said


def test_a_rule_without_reviews_on_both_sides_has_not_enough_data(scene):
    late = RULE | {"guideline_version": "3", "updated_at": MONDAY + 30 * DAY}
    other = RULE | {"class_name": "dog"}
    lake = scene(guidelines=[late, other, RULE | {"class_name": None}], **reviewed(10, 10, n_images=5))

    rows = lake.execute(
        "select class_name, guideline_version, n_before, n_after, change, said from guideline_change_effect order by all"
    ).fetchall()
    sides = lake.execute(
        "select count(*), sum(n), sum(k) from guideline_sides where class_name is null"
    ).fetchall()

    assert rows == [
        ("cat", "3", 40, 0, None, "not enough data"),
        ("dog", "2", 0, 0, None, "not enough data"),
        (None, "2", 20, 20, None, "not enough data"),
    ]
    assert sides == [(10, 40, 20)]


def test_topics_that_the_guide_does_not_speak_of_are_told_class_by_class(scene):
    general = {"class_name": None, "rule": "Draw what is visible."}
    lake = scene(
        classes=[{"class_name": "cat"}],
        annotations=[{"annotation_id": "1", "image_id": "1", "class_name": "dog"}],
        guidelines=[
            RULE,
            RULE
            | {
                "guideline_version": "3",
                "rule": "It purrs and has four legs.",
                "updated_at": MONDAY + 9 * DAY,
            },
            general | {"topic": "Occlusion", "guideline_version": "1"},
            general | {"topic": "definition", "guideline_version": "1"},
            {"class_name": "dog", "topic": "negative example", "rule": " ", "guideline_version": "1"},
        ],
    )

    rows = lake.execute(
        "select class_name, topic, is_general, n_annotations, guideline_version, rule from guideline_coverage where is_covered"
    ).fetchall()
    missing = lake.execute(
        "select class_name, count(*) from guideline_coverage where not is_covered group by all order by all"
    )

    assert rows == [
        ("dog", "occlusion", True, 1, "1", "Draw what is visible."),
        ("cat", "definition", False, 0, "3", "It purrs and has four legs."),
        ("cat", "occlusion", True, 0, "1", "Draw what is visible."),
    ]
    assert missing.fetchall() == [("cat", 6), ("dog", 7)]
