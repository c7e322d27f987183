"""What annotators mean together, by hand-known answers."""

from __future__ import annotations

import itertools
import random

import numpy as np
import pytest

from labelduck.grouping.merging import tight
from people_scenes import drawn, people_lake


@pytest.fixture(scope="module")
def lake(tmp_path_factory):
    """Image 1: a chain of three boxes of which the outer two hardly meet. 2: a dog of all three, of whom ben says cow. Gold knows both."""
    annotations = [
        drawn("1", "ana", "cat", 0, 0, 10, 10),
        drawn("1", "ben", "cat", 3, 0, 13, 10),
        drawn("1", "cy", "cat", 6, 0, 16, 10),
        drawn("2", "ana", "dog", 0, 0, 10, 10),
        drawn("2", "ben", "cow", 0, 0, 10, 9),
        drawn("2", "cy", "dog", 0, 0, 10, 8),
        drawn("1", None, "cat", 0, 0, 10, 10, is_gold=True),
        drawn("2", None, "dog", 0, 0, 10, 10, is_gold=True),
        drawn("2", None, "dog", 50, 0, 60, 10, is_gold=True),
    ]
    votes = [
        {"image_id": i, "field": "kind", "annotator": a, "class_name": c}
        for i, told in (("1", "xxy"), ("2", "xyy"), ("3", "xx"), ("4", "yx"))
        for a, c in zip(("ana", "ben", "cy"), told, strict=False)
    ]
    votes += [{"image_id": i, "field": "kind", "class_name": "x", "is_gold": True} for i in "12"]
    skene = {"field": "kind", "method": "dawid_skene"}
    known = [skene | {"image_id": i, "class_name": "x", "probability": 0.75} for i in "1234"]
    tables = {"annotations": annotations, "image_labels": votes, "consensus_labels": known}
    return people_lake(tmp_path_factory.mktemp("consensus") / "lake", **tables)


def test_a_chain_of_overlaps_is_not_one_object(lake):
    rows = lake.execute(
        "select image_id, annotation_id, class_name, weighted_class, box.x_min, score, n_votes, n_annotators, is_majority,"
        " n_for, round(mean_iou, 6) from consensus_objects"
    ).fetchall()

    assert rows == [
        ("2", "5", "dog", "dog", 0.0, 1.0, 3, 3, True, 2, round((0.9 + 8 / 9) / 2, 6)),
        ("1", "1", "cat", "cat", 0.0, 2 / 3, 2, 3, True, 2, round(7 / 13, 6)),
        ("1", "3", "cat", "cat", 6.0, 1 / 3, 1, 3, False, 1, None),
    ]


def test_answers_are_those_of_most_or_of_those_who_count_more(lake):
    rows = lake.execute(
        "select image_id, class_name, n_for, n_annotators, is_majority, weighted_class, dawid_skene_class, probability,"
        " is_unanimous from consensus_answers"
    ).fetchall()

    # Ana agrees in 2 of 6 pairs, ben in 3 of 6: where the two differ, on image 4, ben's word counts more.
    assert rows == [
        ("4", "x", 1, 2, False, "x", "x", 0.75, False),
        ("2", "y", 2, 3, True, "y", "x", 0.75, False),
        ("1", "x", 2, 3, True, "x", "x", 0.75, False),
        ("3", "x", 2, 2, True, "x", "x", 0.75, True),
    ]


def test_the_weight_of_a_word_is_how_often_others_say_the_same(lake):
    rows = lake.execute(
        "select field, annotator, weight, n_pairs from annotator_weights order by 1, 2"
    ).fetchall()

    assert rows[:3] == [("kind", "ana", 2 / 6, 6), ("kind", "ben", 3 / 6, 6), ("kind", "cy", 1 / 4, 4)]


def test_consensus_is_measured_by_gold(lake):
    rows = lake.execute(
        "select field, method, n_units, round(mean_share, 6), gold_accuracy, n_correct, n_judged from consensus_quality"
    ).fetchall()

    assert [row[:2] + row[4:] for row in rows] == [
        ("kind", "dawid_skene", 1.0, 2, 2),
        ("kind", "majority", 0.5, 1, 2),
        ("kind", "weighted", 0.5, 1, 2),
        ("objects", "majority", 2 / 3, 2, 3),
        ("objects", "weighted", 2 / 3, 2, 3),
    ]
    assert [row[2] for row in rows] == [4, 4, 4, 2, 2]
    assert rows[3][3] == round((1 + 2 / 3) / 2, 6)


def test_members_tell_which_of_them_stands_for_the_object(lake):
    rows = lake.execute(
        "select annotation_id, object_number, stands from merged_members order by 1"
    ).fetchall()

    n_votes = lake.execute("select annotation_id, n_votes from merged_objects order by 1").fetchall()
    assert n_votes == [("1", 2), ("3", 1), ("5", 3)]
    assert rows == [
        ("1", 1, True),
        ("2", 1, False),
        ("3", 3, True),
        ("4", 1, False),
        ("5", 1, True),
        ("6", 1, False),
    ]


def test_groups_are_joined_by_falling_overlap_where_all_pairs_between_them_overlap():
    dice = random.Random(0)
    for _ in range(300):
        n = dice.randint(2, 9)
        pairs = {p: dice.random() for p in itertools.combinations(range(n), 2) if dice.random() < 0.7}
        near = {p: overlap for p, overlap in pairs.items() if overlap >= 0.4}
        chained = list(range(n))
        for _, (a, b) in itertools.product(range(n), near):
            chained = [min(chained[a], chained[b]) if c in (chained[a], chained[b]) else c for c in chained]

        first, second = (np.array([p[side] for p in pairs], int) for side in (0, 1))
        found = tight(np.array(chained), first, second, np.array([*pairs.values()]), 0.4)

        groups = [{k} for k in range(n)]
        for a, b in sorted(near, key=lambda p: -near[p]):
            one, other = (next(g for g in groups if k in g) for k in (a, b))
            if one is not other and all((min(p), max(p)) in near for p in itertools.product(one, other)):
                groups = [g for g in groups if g is not one and g is not other] + [one | other]
        assert found.tolist() == [min(next(g for g in groups if k in g)) for k in range(n)]
