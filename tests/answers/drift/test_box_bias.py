"""Whose boxes are systematically too large, too small or beside the object."""

from __future__ import annotations

import json
import random
from statistics import median

import pytest
from scipy import stats

from catalog_lake import box
from drift_scenes import drift_lake, moved
from sample_files import HARDHAT, rows_of

VIEWS = ("box_bias_by_annotator_batch_class", "box_bias_by_annotator", "box_bias_by_batch")


def people(planted=None, *, n_images=16, seed=1, reference="predictions"):
    """Return hats and cats by four annotators in two batches; `planted` moves one annotator's hats of batch b2."""
    dice = random.Random(seed)
    annotations, others = [], []
    for annotator in ("ann", "bob", "cyd", "dan"):
        for n in range(n_images):
            image, batch = f"{annotator}{n}", f"b{1 + n % 2}"
            for place, class_name in enumerate(("hat", "cat", "cat")):
                name, x, size = f"{image}/{place}", 300.0 * place, dice.choice((40.0, 60.0, 90.0))
                true = box(x + 20, 100.0, x + 20 + size, 100.0 + size)
                noise = {side: dice.gauss(0, 0.02) for side in ("left", "top", "right", "bottom")}
                drawn = moved(true, **noise)
                if planted and (annotator, batch, class_name) == ("ann", "b2", "hat"):
                    drawn = moved(drawn, **planted)
                common = {"image_id": image, "class_name": class_name}
                annotations.append(
                    common | {"annotation_id": name, "annotator": annotator, "batch": batch, "box": drawn}
                )
                others.append(common | {"box": moved(true, right=dice.gauss(0.1, 0.02))})
    if reference == "gold":
        gold = [row | {"annotation_id": f"gold{n}", "is_gold": True} for n, row in enumerate(others)]
        return {"annotations": annotations + gold}
    made = {"model": "m", "confidence": 0.9}
    return {
        "annotations": annotations,
        "predictions": [row | made | {"prediction_id": str(n)} for n, row in enumerate(others)],
    }


@pytest.mark.parametrize("reference", ["predictions", "gold"])
def test_the_batch_that_drew_heads_for_hats_is_the_first_row_and_the_only_flag(tmp_path, reference):
    lake = drift_lake(tmp_path, **people({"bottom": 1.0}, reference=reference))

    rows = lake.execute(
        "select annotator, batch, class_name, n_annotations, n_images, is_flagged, effect, effect_low, effect_high, "
        "left_offset, top_offset, right_offset, bottom_offset, said from box_bias_by_annotator_batch_class"
    ).fetchall()
    flagged = [
        lake.execute(f"select count(*) from {view} where is_flagged").fetchall()[0][0] for view in VIEWS
    ]

    assert rows[0][:6] == ("ann", "b2", "hat", 8, 8, True)
    effect, low, high, *sides = rows[0][6:13]
    assert low <= effect <= high
    assert effect == pytest.approx(1.0, abs=0.08)
    assert sides == pytest.approx([0, 0, 0, 1], abs=0.08)
    assert rows[0][13].startswith("boxes are ")
    assert " taller than usual beside " + ("gold" if reference == "gold" else "m") in rows[0][13]
    assert "; the lower side lies " in rows[0][13]
    assert flagged[0] == 1


def test_the_five_ways_of_a_cell_are_one_claim_among_all_of_the_dataset(tmp_path):
    lake = drift_lake(tmp_path, **people({"bottom": 0.2}))
    key = "scope, annotator, batch, class_name"

    least = lake.execute(
        f"select {key}, min(way.p * if(way.component = 'size', 2, 8)) from (select *, unnest(ways) as way from box_biases) where n_images >= 6 group by all"
    ).fetchall()
    told = {
        tuple(row[:4]): row[4]
        for row in lake.execute(f"select {key}, q_value from box_bias_claims").fetchall()
    }

    assert len(least) == len(told) == 8 * 2 + 8 + 4 + 2
    expected = stats.false_discovery_control([min(1, row[4]) for row in least])
    assert [told[row[:4]] for row in least] == pytest.approx(list(expected), abs=1e-9)
    assert sum(q <= 0.05 for q in told.values()) >= 1


def test_a_model_that_draws_wide_accuses_nobody(tmp_path):
    lake = drift_lake(tmp_path, **people(seed=2))

    flagged = [lake.execute(f"select count(*) from {view} where is_flagged").fetchall() for view in VIEWS]

    assert flagged == [[(0,)]] * 3


def test_the_centre_of_a_class_is_the_median_of_everybody_else(tmp_path):
    lake = drift_lake(tmp_path, **people({"right": 0.5}, n_images=7))
    numbers = lake.execute(
        "select annotator, batch, class_name, unnest(box_components()), unnest(offsets) from box_offsets"
    ).fetchall()

    centres = lake.execute(
        "select scope, annotator, batch, class_name, component, n_rest, centre from box_centres"
    ).fetchall()

    assert len(centres) == (8 + 4 + 2) * 2 * 5
    for scope, annotator, batch, class_name, component, n_rest, centre in centres:
        others = [
            number
            for a, b, c, k, number in numbers
            if (c, k) == (class_name, component) and not (annotator in {a, None} and batch in {b, None})
        ]
        assert (annotator is None, batch is None) == (scope == "batch", scope == "annotator")
        assert n_rest == len(others)
        assert centre == pytest.approx(median(others), abs=1e-12)


def test_each_step_has_a_row_for_each_box_and_way(tmp_path):
    lake = drift_lake(tmp_path, **people(n_images=4))

    counts = {
        name: lake.execute(f"select count(*) from {name}").fetchall()[0][0]
        for name in (
            "drawn_annotations", "box_references", "sized_box_offsets", "centred_box_offsets", "measured_box_offsets",
            "ranked_box_offsets", "image_box_biases", "scored_box_biases", "box_bias_claims",
        )
    }  # fmt: skip
    rounded = (
        "select * exclude (ways, p), round(p, 6), list_sort(list_transform(ways, lambda way: row(way.component,"
        " round(way.effect, 9), round(way.low, 9), round(way.high, 9), round(way.z, 6), round(way.p, 6)))) from"
    )
    stored = lake.execute(
        f"select count(*) from ({rounded} scored_box_biases except {rounded} box_biases)"
    ).fetchall()

    boxes, images, cells = 4 * 4 * 3, 4 * 4, 4 * 2
    assert counts == {
        "drawn_annotations": boxes,
        "box_references": boxes,
        "sized_box_offsets": boxes,
        "centred_box_offsets": boxes,
        "measured_box_offsets": boxes,
        "ranked_box_offsets": 5 * boxes,
        "image_box_biases": 5 * (2 * images + 3 * images),  # by class, and the three wider scopes
        "scored_box_biases": 2 * cells + cells + 4 + 2,
        "box_bias_claims": 2 * cells + cells + 4 + 2,
    }
    assert stored == [(0,)]


def test_few_images_and_unknown_people_are_not_judged(tmp_path):
    rows = people({"bottom": 1.0}, n_images=8)
    for row in rows["annotations"]:
        row.update({"annotator": None, "batch": None} if row["annotator"] == "dan" else {})
    lake = drift_lake(tmp_path, **rows)

    judged = lake.execute("select distinct annotator from box_bias_by_annotator").fetchall()
    few = lake.execute(
        "select n_images, q_value, is_flagged, effect_low from box_bias_by_annotator_batch_class"
    ).fetchall()
    lake.execute("set variable min_bias_images = 4")
    enough = lake.execute(
        "select annotator, batch, class_name from box_bias_by_annotator_batch_class where is_flagged"
    )

    assert sorted(judged) == [("ann",), ("bob",), ("cyd",)]
    assert set(few) == {(4, None, False, None)}
    assert enough.fetchall() == [("ann", "b2", "hat")]


def test_the_hard_hats_of_the_sample_are_the_first_row(tmp_path):
    scene = json.loads((HARDHAT / "coco" / "instances.json").read_text())
    names = {row["id"]: row["name"] for row in scene["categories"]}
    who = {row["annotation_id"]: row for row in rows_of(HARDHAT / "coco" / "provenance.csv")}

    def common(row):
        x, y, width, height = map(float, row["bbox"])
        corners = {"x_min": x, "y_min": y, "x_max": x + width, "y_max": y + height}
        return {"image_id": str(row["image_id"]), "class_name": names[row["category_id"]], "box": corners}

    annotations = [
        common(row)
        | {"annotation_id": str(row["id"]), "is_crowd": bool(row["iscrowd"])}
        | {key: who[str(row["id"])][key] or None for key in ("annotator", "batch")}
        for row in scene["annotations"]
    ]
    predictions = [
        common(row) | {"prediction_id": str(n), "model": model, "confidence": row["score"]}
        for model in ("detector-a", "detector-b")
        for n, row in enumerate(json.loads((HARDHAT / "coco" / f"predictions_{model}.json").read_text()))
    ]

    lake = drift_lake(tmp_path, annotations=annotations, predictions=predictions)
    rows = lake.execute(
        "select annotator, batch, class_name, is_flagged, effect > 0.8, bottom_offset > 0.8, abs(top_offset) < 0.05 "
        "from box_bias_by_annotator_batch_class"
    ).fetchall()

    assert rows[0] == ("north-7", "batch-05", "hard_hat", True, True, True, True)
    assert {row[:3] for row in rows if row[3]} == {("north-7", "batch-05", "hard_hat")}
