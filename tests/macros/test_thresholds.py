from __future__ import annotations

import duckdb
import pytest


@pytest.fixture
def fresh(session):
    cursor = session.cursor()
    yield cursor
    cursor.close()


@pytest.mark.parametrize(
    ("name", "default", "other"),
    [
        ("min_iou", 0.5, 0.75),
        ("min_confidence", 0.0, 0.3),
        ("high_confidence", 0.5, 0.9),
        ("min_agreement", 0.667, 0.8),
        ("min_gold_accuracy", 0.7, 0.9),
        ("min_annotations", 1, 30),
        ("confidence_bins", 10, 5),
        ("match_mode", "coco", "corrected"),
        ("difficult_rule", "count", "ignore"),
    ],
)
def test_a_threshold_has_a_default_and_follows_its_variable(fresh, name, default, other):
    before = fresh.execute(f"select {name}()").fetchall()
    fresh.execute(f"set variable {name} = {other!r}")
    after = fresh.execute(f"select {name}()").fetchall()
    fresh.execute(f"reset variable {name}")

    assert (before, after) == ([(default,)], [(other,)])


@pytest.mark.parametrize(("min_iou", "step"), [(0.5, 0), (0.55, 1), (0.7, 4), (0.95, 9)])
def test_a_mask_is_read_at_the_step_of_min_iou(fresh, min_iou, step):
    fresh.execute(f"set variable min_iou = {min_iou}")

    row = fresh.execute("select iou_step(), holds(?), holds(?)", [1 << step, 1023 ^ (1 << step)]).fetchall()
    fresh.execute("reset variable min_iou")

    assert row == [(step, True, False)]


@pytest.mark.parametrize("min_iou", [0.45, 0.51, 1.0])
def test_a_step_that_the_build_does_not_keep_is_refused(fresh, min_iou):
    fresh.execute(f"set variable min_iou = {min_iou}")

    with pytest.raises(duckdb.Error, match="match_boxes"):
        fresh.execute("select iou_step()").fetchall()

    fresh.execute("reset variable min_iou")
