"""From suspicion to probability: what reviewers decided moves the whole curve, and few decisions move it little."""

from __future__ import annotations

from math import exp, log, sqrt
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from scipy.optimize import minimize

from catalog_lake import box
from labelduck import decisions

if TYPE_CHECKING:
    from pathlib import Path

    from catalog_lake import Row

SQUARE = box(0.0, 0.0, 10.0, 10.0)
SHOWN = [0.95, 0.9, 0.9, 0.8, 0.7, 0.7, 0.6, 0.5, 0.5, 0.4]
WRONG = [True, True, False, True, True, False, False, True, False, False]


def suspect(name: str, suspicion: float, **values: Any) -> Row:
    row: Row = {"annotation_id": name, "image_id": "1", "suspicion": suspicion, "issue": "wrong_class"}
    return row | {"model": "m", "prediction_id": f"p{name}"} | values


def decision(name: str, suspicion: float, *, is_wrong: bool, **values: Any) -> Row:
    row: Row = {"dataset": "d", "image_id": "1", "annotation_id": name, "suspicion": suspicion}
    row |= {"issue": "wrong_class", "decision": "confirm" if is_wrong else "reject"}
    return row | {"decided_at": "2026-01-01T00:00:00"} | values


def reviewed(tmp_path: Path, n: int = len(SHOWN)) -> list[Row]:
    told = zip(SHOWN[:n], WRONG[:n], strict=True)
    made = [decision(f"r{i}", suspicion, is_wrong=is_wrong) for i, (suspicion, is_wrong) in enumerate(told)]
    return decisions.append_all(tmp_path / "lake0", made, name="test")


def likeliest(judged: dict[str, tuple[list[float], list[bool]]]) -> dict[str, tuple[float, float]]:
    """Return shift and slope of each kind by scipy, of suspicions in quarters of log odds as the view counts them."""
    n = len(judged)
    trust = np.linalg.inv(np.eye(n) + 4 * np.ones((n, n)))  # around a common shift, whose variance is 4

    def loss(curves: np.ndarray) -> float:
        shifts, slopes = curves[:n], curves[n:]
        total = shifts @ trust @ shifts / 2 + 2 * np.sum((slopes - 1) ** 2)
        for shift, slope, (suspicions, are_wrong) in zip(shifts, slopes, judged.values(), strict=True):
            x = np.round(4 * np.log(np.array(suspicions) / (1 - np.array(suspicions)))) / 4
            odds = shift + slope * x
            total += np.sum(np.logaddexp(0, odds) - np.array(are_wrong) * odds)
        return float(total)

    found = minimize(loss, [0.0] * n + [1.0] * n, tol=1e-12).x
    return {kind: (float(found[i]), float(found[n + i])) for i, kind in enumerate(judged)}


def test_the_curves_are_the_likeliest_under_their_priors_one_or_several_together(scene, tmp_path):
    lake = scene(suspicions=[suspect("a", 0.3)])
    reviewed(tmp_path)
    query = "select issue, n_judged, n_errors, shift, slope from error_calibration where n_judged > 0 order by issue"

    alone = lake.execute(query).fetchall()
    more = [decision(f"b{i}", 0.6, is_wrong=False, issue="bad_box") for i in range(3)]
    decisions.append_all(tmp_path / "lake0", more, name="test")
    both = lake.execute(query).fetchall()

    one = likeliest({"wrong_class": (SHOWN, WRONG)})["wrong_class"]
    two = likeliest({"wrong_class": (SHOWN, WRONG), "bad_box": ([0.6] * 3, [False] * 3)})
    assert alone == [("wrong_class", 10, 5, *near(one))]
    assert both == [
        ("bad_box", 3, 0, *near(two["bad_box"])),
        ("wrong_class", 10, 5, *near(two["wrong_class"])),
    ]
    assert two["bad_box"][0] < two["wrong_class"][0] < one[0]


def near(curve: tuple[float, float]) -> list[Any]:
    return [pytest.approx(value, abs=2e-5) for value in curve]


def test_open_suspects_are_as_probable_as_the_curve_says_and_kinds_without_decisions_follow(scene, tmp_path):
    lake = scene(suspicions=[suspect("a", 0.3), suspect("b", 0.3, issue="bad_box")])
    before = lake.execute("select error_probability from open_suspects").fetchall()

    reviewed(tmp_path)
    rows = lake.execute("select annotation_id, error_probability from open_suspects order by 1").fetchall()

    # A shift of variance 5 in the one kind, of which 4 are common to all, moves the others 4/5 as far.
    shift, slope = likeliest({"wrong_class": (SHOWN, WRONG)})["wrong_class"]
    odds = log(0.3 / 0.7)
    assert before == [(0.3,), (0.3,)]
    assert [name for name, _ in rows] == ["a", "b"]
    assert [p for _, p in rows] == [
        pytest.approx(1 / (1 + exp(-moved)), abs=1e-5) for moved in (shift + slope * odds, 0.8 * shift + odds)
    ]


def test_few_decisions_move_the_curve_little_and_many_alike_far(scene, tmp_path):
    shifts = []
    for number, n in enumerate((1, 100)):
        lake = scene(suspicions=[suspect("a", 0.3)])
        made = [decision(f"r{i}", 0.5, is_wrong=False) for i in range(n)]
        decisions.append_all(tmp_path / f"lake{number}", made, name="test")
        shifts += lake.execute("select shift from error_calibration where n_judged > 0").fetchall()

    # One rejection: the shift at which 1 / (1 + exp(-shift)) = -shift / 5.
    assert shifts[0][0] == pytest.approx(-1.1775, abs=1e-3)
    assert shifts[1][0] < -3.5


def test_decisions_that_are_all_alike_do_not_throw_the_fit_off(scene, tmp_path):
    lake = scene(suspicions=[suspect("a", 0.001)])
    made = [decision(f"r{i}", 1 - 1e-9, is_wrong=True) for i in range(300)]
    made += [decision(f"s{i}", 1e-9, is_wrong=False, issue="bad_box") for i in range(300)]
    decisions.append_all(tmp_path / "lake0", made, name="test")

    rows = lake.execute("select issue, shift, slope from error_calibration order by 1").fetchall()

    assert [issue for issue, *_ in rows] == [
        *("bad_box", "duplicate_label", "extra_label", "missing_label", "wrong_class"),
    ]
    assert all(np.isfinite([shift, slope]).all() and 0.5 < slope < 2.5 for _, shift, slope in rows)


def test_what_an_audit_judged_counts_for_every_kind_that_the_label_was_suspected_of(scene, tmp_path):
    lake = scene(
        suspicions=[
            suspect("a", 0.9),
            suspect("a", 0.2, issue="bad_box"),
            suspect("b", 0.1),
            suspect("c", 0.7),
            suspect("d", 0.6),
        ],
        audit_verdicts=[
            {
                "audit_id": "x",
                "image_id": "1",
                "annotation_id": "a",
                "decision": "confirm",
                "issue": "wrong_class",
            },
            {"audit_id": "x", "image_id": "1", "annotation_id": "b", "decision": "reject"},
            {"audit_id": "x", "image_id": "1", "annotation_id": "c", "decision": "confirm"},
            {"audit_id": "x", "image_id": "1", "annotation_id": "d", "decision": "reject"},
        ],
    )
    decisions.append_all(tmp_path / "lake0", [decision("d", 0.65, is_wrong=True)], name="test")

    rows = lake.execute(
        "select annotation_id, issue, suspicion, is_error, is_drawn from judged_suspects order by 1, 2"
    ).fetchall()

    assert rows == [
        ("a", "bad_box", 0.2, False, True),
        ("a", "wrong_class", 0.9, True, True),
        ("b", "wrong_class", 0.1, False, True),
        ("d", "wrong_class", 0.65, True, False),
    ]


def test_the_next_suspects_hold_as_many_errors_as_their_probabilities_add_up_to(scene):
    lake = scene(
        annotations=[
            {"annotation_id": name, "image_id": "1", "class_name": "cat", "box": SQUARE} for name in "abc"
        ],
        suspicions=[suspect("a", 0.8), suspect("b", 0.5), suspect("c", 0.5, issue="bad_box")],
        variables={"worklist_share": 10.0, "wrong_class_minutes": 1.0, "bad_box_minutes": 2.0},
    )

    rows = lake.execute(
        "select issue, k, minutes, n_judged, n_errors, n_errors_low from worklist_yield"
    ).fetchall()

    # bad_box alone: chance 0.25, and the derivative 0.25 by the shift, whose variance is 5.
    assert rows[1] == ("bad_box", 1, 2.0, 0, 0.5, 0.0)
    assert rows[0][:5] == ("any", 3, 4.0, 0, pytest.approx(1.8))
    assert rows[2][:5] == ("wrong_class", 2, 2.0, 0, pytest.approx(1.3))


def test_the_interval_of_the_yield_holds_chance_and_the_curve(scene, tmp_path):
    made = [decision(f"r{i}", 0.5, is_wrong=i % 2 == 0) for i in range(200)]
    lake = scene(
        annotations=[
            {"annotation_id": str(n), "image_id": "1", "class_name": "cat", "box": SQUARE} for n in range(20)
        ],
        suspicions=[suspect(str(n), 0.5) for n in range(20)],
        variables={"worklist_share": 1.0},
    )
    decisions.append_all(tmp_path / "lake0", made, name="test")

    rows = lake.execute(
        "select n_errors, n_errors_low, n_errors_high from worklist_yield where k = 20"
    ).fetchall()

    # 20 coins, and a shift of variance 1 / (200 / 4 + 1 / 5), and 0.1 for the curve's form, that moves their sum by 20 / 4.
    reach = 1.96 * sqrt(20 / 4 + (20 / 4) ** 2 * (1 / (200 / 4 + 1 / 5) + 0.1))
    assert rows[0] == (pytest.approx(10, abs=1e-6), pytest.approx(10 - reach), pytest.approx(10 + reach))
    assert len(rows) == 2
