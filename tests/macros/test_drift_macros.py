"""How boxes differ, in numbers and in words; thresholds of bias."""

from __future__ import annotations

from math import log, sqrt

import numpy as np
import pytest
from scipy import stats

from catalog_lake import box

HAT = box(10.0, 20.0, 30.0, 40.0)


def ask(session, expression, *values):
    return session.execute(f"select {expression}", list(values)).fetchall()[0][0]


def test_a_box_of_twice_the_height_hangs_down_by_its_height(session):
    head = HAT | {"y_max": 60.0}

    size, width, height, x, y = ask(session, "box_offset(?, ?)", head, HAT)

    assert (size, width, height) == pytest.approx((log(2) / 2, 0, log(2)))
    assert (x, y) == pytest.approx((0, 10 / sqrt(20 * 40)))
    assert ask(session, f"side_offset({height}, {y}, 1)") == pytest.approx(1)
    assert ask(session, f"side_offset({height}, {y}, -1)") == pytest.approx(0)
    assert ask(session, "box_components()") == ["size", "width", "height", "x", "y"]


def test_a_box_without_area_has_no_offset(session):
    assert ask(session, "box_offset(?, ?)", HAT | {"x_max": 10.0}, HAT) is None


def test_medians_are_of_each_number_alone(session):
    rows = "(values ([1, 9, 0, 0, 0]), ([2, 8, 0, 0, 1]), ([9, 1, 0, 0, 2])) t(numbers)"

    assert session.execute(f"select component_medians(numbers) from {rows}").fetchall() == [
        ([2.0, 8.0, 0.0, 0.0, 1.0],)
    ]


def test_ratios_of_sides_become_shares_and_shifts_stay_what_they_are(session):
    ratios = [ask(session, f"box_share('{name}', ln(1.2))") for name in ("size", "width", "height")]

    assert ratios == pytest.approx([0.2] * 3)
    assert [ask(session, f"box_share('{name}', -0.3)") for name in ("x", "y")] == [-0.3, -0.3]


@pytest.mark.parametrize("degrees", [5, 17, 60])
@pytest.mark.parametrize("t", [-4.0, -0.5, 1.0, 3.0, 6.0])
def test_students_t_becomes_as_rare_a_normal_number(session, t, degrees):
    assert ask(session, f"t_as_z({t}, {degrees})") == pytest.approx(
        stats.norm.isf(stats.t.sf(t, degrees)), abs=0.03
    )


@pytest.mark.parametrize(
    ("component", "effect", "said"),
    [
        ("size", 0.2, "boxes are 20 % larger"),
        ("size", -0.2, "boxes are 20 % smaller"),
        ("width", 0.05, "boxes are 5.0 % wider"),
        ("width", -0.05, "boxes are 5.0 % narrower"),
        ("height", 1.01, "boxes are 101 % taller"),
        ("height", -0.3, "boxes are 30 % flatter"),
        ("x", 0.04, "boxes lie 4.0 % of their width further right"),
        ("x", -0.04, "boxes lie 4.0 % of their width further left"),
        ("y", 0.5, "boxes lie 50 % of their height lower"),
        ("y", -0.5, "boxes lie 50 % of their height higher"),
    ],
)
def test_a_bias_has_words(session, component, effect, said):
    assert ask(session, "box_bias_words(?, ?)", component, effect) == said


@pytest.mark.parametrize(
    ("sides", "said"),
    [
        ((0.0, 0.0, 0.0, 0.25), "; the lower side lies 25 % of the height lower"),
        ((0.0, -0.2, 0.1, 0.0), "; the upper side lies 20 % of the height higher"),
        ((0.3, 0.0, 0.0, 0.2), "; the left side lies 30 % of the width further right"),
        ((0.0, 0.0, -0.06, 0.0), "; the right side lies 6.0 % of the width further left"),
        ((0.01, 0.02, 0.0, 0.0), ""),
    ],
)
def test_the_side_that_lies_elsewhere_most_is_named(session, sides, said):
    assert ask(session, "side_words(?, ?, ?, ?)", *sides) == said


def test_the_thresholds_of_bias_have_defaults(session):
    assert session.execute("select min_box_bias(), min_bias_images()").fetchall() == [(0.03, 6)]


@pytest.mark.parametrize("x", [0.01, 0.1, 0.3, 0.6, 0.99, 1.0, 1.36, 2.0, 4.0])
def test_the_tail_of_kolmogorovs_distribution_is_scipys(session, x):
    assert ask(session, f"kolmogorov_tail({x})") == pytest.approx(stats.kstwobign.sf(x), abs=1e-9)


@pytest.mark.parametrize("p", [1e-9, 0.001, 0.02, 0.03, 0.4, 0.5, 0.9, 0.99, 1 - 1e-7])
def test_the_quantile_of_the_normal_distribution_is_scipys(session, p):
    assert ask(session, f"normal_quantile({p!r}::double)") == pytest.approx(stats.norm.ppf(p), abs=1e-8)


def test_limits_of_charts_widen_with_their_points(session):
    few, many = session.execute(
        "select [alarm_distance(1), cusum_limit(1)], [alarm_distance(300), cusum_limit(300)]"
    ).fetchall()[0]

    assert few == [3.0, 5.0]
    # Two-sided CUSUM by Siegmund: one false alarm in exp(b) - b - 1 points, b being the limit + 1.166.
    run_length = np.exp(many[1] + 1.166) - (many[1] + 1.166) - 1
    assert many[0] == pytest.approx(stats.norm.isf(0.005 / 2 / 300), abs=1e-9)
    assert run_length == pytest.approx(300 / 0.005, rel=1e-3)
    assert ask(session, "baseline_batches()") == 1_000_000


def test_the_shares_of_the_ways_of_a_box_are_one_together(session):
    shares = ask(session, "list_transform(box_components(), lambda name: component_share(name))")

    assert sum(shares) == 1
    assert max(shares) == shares[0] == 0.5


def test_what_is_borne_of_false_claims_about_drift_may_be_changed(session):
    assert ask(session, "max_drift_q()") == 0.005

    session.execute("set variable max_drift_q = 0.05")

    assert ask(session, "alarm_distance(300)") == pytest.approx(stats.norm.isf(0.025 / 300), abs=1e-9)


@pytest.mark.parametrize(
    ("measure", "is_higher", "said"),
    [
        ("class_mix", None, "other classes than usual, psi 0.3 where 0.02 is chance"),
        ("box_size", True, "larger boxes than others, distance 0.3 where 0.02 is chance"),
        ("box_aspect", False, "taller boxes than others, distance 0.3 where 0.02 is chance"),
        ("position_x", True, "objects further right than others, distance 0.3 where 0.02 is chance"),
        ("position_y", False, "objects higher than others, distance 0.3 where 0.02 is chance"),
        (
            "objects_per_image",
            False,
            "fewer objects in an image than others, distance 0.3 where 0.02 is chance",
        ),
        ("errors_by_targeted_review", True, "30 % wrong by targeted review, of others 2.0 %"),
    ],
)
def test_a_drift_has_words(session, measure, is_higher, said):
    assert ask(session, "drift_words(?, 0.3::double, 0.02::double, ?)", measure, is_higher) == said
    assert ask(session, "min_drift()") == 0.1
