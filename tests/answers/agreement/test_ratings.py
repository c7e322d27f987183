"""Agreement of annotators who answer by numbers, against the package krippendorff."""

from __future__ import annotations

import random

import krippendorff
import numpy as np
import pytest

from people_scenes import people_lake


def rated(table, field="severity"):
    """Return answers from {annotator: [rating or None]}."""
    return [
        {"image_id": f"{n:03}", "field": field, "annotator": annotator, "class_name": str(rating)}
        for annotator, ratings in table.items()
        for n, rating in enumerate(ratings)
        if rating is not None
    ]


def oracle(table, level):
    reliability = [[np.nan if r is None else float(r) for r in ratings] for ratings in table.values()]
    return krippendorff.alpha(reliability_data=reliability, level_of_measurement=level)


def measures(lake, columns="value"):
    rows = lake.execute(
        f"select field, metric, {columns} from agreement where metric like '%alpha%'"
    ).fetchall()
    return {
        (field, metric.removeprefix("krippendorff_alpha").strip("_")): value for field, metric, value in rows
    }


@pytest.fixture(scope="module")
def tables():
    dice = random.Random(4)
    true = [dice.randint(1, 5) for _ in range(60)]
    few = {
        name: [None if dice.random() < 0.2 else min(5, max(1, t + dice.choice((-1, 0, 0, 1)))) for t in true]
        for name in "abcd"
    }
    wide = {
        name: [round(10.0 ** dice.randint(-2, 4) * t, 3) if dice.random() < 0.9 else None for t in true]
        for name in "abc"
    }
    return {"severity": few, "size": wide}


@pytest.fixture(scope="module")
def lake(tables, tmp_path_factory):
    answers = [row for field, table in tables.items() for row in rated(table, field)]
    named = rated({"a": ["low", "2", "3"], "b": ["1", "2", "3"]}, field="mood")
    return people_lake(tmp_path_factory.mktemp("ratings") / "lake", image_labels=answers + named)


def test_ratings_agree_as_krippendorff_says_of_names_ranks_and_numbers(lake, tables):
    found = measures(lake)

    for field, table in tables.items():
        assert found[field, ""] == pytest.approx(oracle(table, "nominal"), abs=1e-9)
        assert found[field, "ordinal"] == pytest.approx(oracle(table, "ordinal"), abs=1e-9)
        assert found[field, "interval"] == pytest.approx(oracle(table, "interval"), abs=1e-9)


def test_answers_that_are_no_numbers_have_no_ranks(lake):
    assert {metric for field, metric in measures(lake) if field == "mood"} == {""}


def test_each_image_left_out_gives_what_krippendorff_gives_without_it(lake, tables):
    rows = lake.execute(
        "select left_out, value from rating_replicates where field = 'severity' and metric like '%ordinal'"
        " and left_out is not null order by left_out"
    ).fetchall()

    shared = [n for n in range(60) if sum(r[n] is not None for r in tables["severity"].values()) > 1]
    without = [
        oracle({a: r[:n] + r[n + 1 :] for a, r in tables["severity"].items()}, "ordinal") for n in shared
    ]
    assert [value for _, value in rows] == pytest.approx(without, abs=1e-9)


def test_the_interval_of_ranks_is_the_jackknifes(lake):
    value, low, high, n = lake.execute(
        "select value, low, high, n_units from agreement where field = 'severity' and metric like '%ordinal'"
    ).fetchall()[0]
    left_out = [
        v
        for (v,) in lake.execute(
            "select value from rating_replicates where field = 'severity' and metric like '%ordinal'"
            " and left_out is not null"
        ).fetchall()
    ]

    error = np.sqrt((len(left_out) - 1) * np.var(left_out))
    assert n == len(left_out)
    assert (value - low) / error == pytest.approx(2.0, abs=0.02)
    assert high - value == pytest.approx(value - low, abs=1e-9)


@pytest.mark.parametrize(
    ("view", "columns", "first"),
    [
        ("image_ratings", "image_id, annotator, rating, n_annotators, block", ("000", "a", 1.0, 2, 0)),
        ("rated_pairs", "block, rating, other_rating, n", (0, 1.0, 2.0, 1.0)),
        ("rating_pairs_left", "left_out, rating, other_rating, n", (None, 1.0, 2.0, 1.0)),
        ("rating_places", "metric, left_out, rating, n, place", ("krippendorff_alpha_interval", None, 1.0, 1.0, -0.5)),
    ],
)  # fmt: skip
def test_each_step_can_be_asked(tmp_path, view, columns, first):
    lake = people_lake(tmp_path / "lake", image_labels=rated({"a": [1], "b": [2]}))

    rows = lake.execute(f"select {columns} from {view} order by all nulls first limit 1").fetchall()

    assert rows == [first]
