"""The formulas of suspicion, each against its definition."""

from __future__ import annotations

from math import exp, inf, log

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalog_lake import box

quick = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
share = st.floats(0, 1)


def one(session, expression, *parameters):
    return session.execute(f"select {expression}", parameters).fetchall()[0][0]


@quick
@given(st.floats(-8, 8))
def test_logistic_is_the_way_back_from_log_odds(session, x):
    assert one(session, "log_odds(logistic(?))", x) == pytest.approx(x, abs=1e-9)


def test_log_odds_of_certainty_stay_finite(session):
    assert one(session, "log_odds(1)") == pytest.approx(log(9999))
    assert one(session, "log_odds(0)") == pytest.approx(-log(9999))
    assert one(session, "soft_log_odds(1)") == pytest.approx(log(99))
    assert one(session, "soft_log_odds(0)") == pytest.approx(-log(99))


@pytest.mark.parametrize(("x", "held"), [(-0.5, 0), (0.25, 0.25), (7, 1), (inf, 1)])
def test_a_clipped_number_lies_between_0_and_1(session, x, held):
    assert one(session, "clipped(?::double)", x) == held


@pytest.mark.parametrize(
    ("side", "step"),
    [(1, 0), (15.9, 0), (16, 1), (24, 2), (32, 3), (48, 4), (64, 5), (96, 6), (144, 7), (4000, 7)],
)
def test_the_size_of_a_box_steps_up_at_16_to_144_pixels(session, side, step):
    assert one(session, "size_bin(?)", box(0.0, 0.0, side, side)) == step


def test_a_box_that_fills_the_image_touches_four_borders_and_one_inside_none(session):
    assert one(session, "n_borders(?, 100, 50)", box(0.0, 0.0, 100.0, 50.0)) == 4
    assert one(session, "n_borders(?, 100, 50)", box(2.0, 1.0, 98.0, 49.0)) == 0
    assert one(session, "n_borders(?, null, null)", box(0.0, 0.0, 100.0, 50.0)) == 0


@quick
@given(st.integers(0, 50).flatmap(lambda n: st.tuples(st.just(n), st.integers(0, n))), st.floats(0.05, 0.95))
def test_a_group_is_shifted_by_one_newton_step_towards_what_was_observed(session, counts, p):
    n, k = counts

    shift = one(session, "group_shift(?, ?, ?)", k, n * p, n * p * (1 - p))

    assert shift == pytest.approx((k - n * p) / (n * p * (1 - p) + 2))


def test_a_group_of_nothing_is_not_shifted(session):
    assert one(session, "group_shift(null, null, null)") == 0


def test_boxes_that_share_only_a_line_do_not_meet(session):
    meet = "boxes_meet(?, ?)"

    assert one(session, meet, box(0.0, 0.0, 2.0, 2.0), box(1.0, 1.0, 3.0, 3.0))
    assert not one(session, meet, box(0.0, 0.0, 2.0, 2.0), box(2.0, 0.0, 3.0, 3.0))
    assert not one(session, meet, box(0.0, 0.0, 2.0, 2.0), box(0.0, 5.0, 3.0, 6.0))


def test_the_distance_of_a_side_is_relative_to_both_boxes(session):
    distances = one(
        session, "box_side_distances(?, ?, 0.25)", box(0.0, 0.0, 4.0, 10.0), box(1.0, 0.0, 10.0, 10.0)
    )

    assert distances == pytest.approx([-1 / 6, 0, -1, 0])


def test_without_a_box_a_side_is_as_far_as_the_overlap_lacks(session):
    assert one(session, "box_side_distances(null::struct(x_min double, y_min double, x_max double, y_max double), ?, 0.25)",
               box(1.0, 0.0, 10.0, 10.0)) == [0.75] * 4  # fmt: skip


@quick
@given(st.floats(-8, 8))
def test_one_model_alone_keeps_its_own_log_odds(session, x):
    assert one(session, "consensus_log_odds(?, 1)", x + 3) == pytest.approx(x)


def test_agreement_strengthens_silence_weakens_and_a_trained_model_counts_half(session):
    two_agree = one(session, "consensus_log_odds(?, 2)", 2 * (1 + 3))
    one_is_silent = one(session, "consensus_log_odds(?, 2)", (1 + 3) + 0)
    in_sample = one(session, "consensus_log_odds(?, 0.5)", 0.5 * (1 + 3))

    assert two_agree == pytest.approx(-3 + 4 * 4 / 3)
    assert one_is_silent == pytest.approx(-3 + 4 / 1.5)
    assert in_sample == pytest.approx(-3 + 2 / 0.75)
    assert max(one_is_silent, in_sample) < 1 < two_agree


def wrong_class(other, support, raw_other, raw_support, seen, company):
    def soft(p):
        q = 0.98 * p + 0.01
        return log(q / (1 - q))

    balance = soft(other) - soft(support) + soft(raw_other) - soft(raw_support)
    return 0.5 * balance - 0.5 * company - 0.2 * soft(seen) - 3


@quick
@given(st.tuples(share, share, share, share, share, st.floats(-7, 7)))
def test_the_odds_of_a_wrong_class_balance_the_other_class_against_its_own(session, evidence):
    assert one(session, "wrong_class_log_odds(?, ?, ?, ?, ?, ?)", *evidence) == pytest.approx(
        wrong_class(*evidence)
    )


@quick
@given(share, share, share, st.floats(-7, 7), st.booleans())
def test_the_odds_of_an_extra_label_rise_with_what_a_model_would_find(
    session, findable, iou, touched, company, twin
):
    expected = log((0.98 * findable + 0.01) / (0.99 - 0.98 * findable))
    expected += 3 * log(max(1e-6, (1 - iou) * (1 - touched))) - 5 * iou - 0.5 * company - 3 * twin - 2.25

    odds = one(
        session, "extra_label_log_odds(?, ?, ?, ?, ?, ?)", findable, iou, touched, iou, company, 0.9 * twin
    )

    assert odds == pytest.approx(expected)


@quick
@given(st.floats(0, 9), share, share, share, st.booleans())
def test_the_odds_of_a_bad_box_rise_with_surprise_and_fall_where_any_prediction_fits(
    session, surprise, iou, any_iou, calibrated, same
):
    expected = 2 * log(surprise + 0.02) + 2.5 * log(1.02 - any_iou) - 40 * min(0, iou - 0.5) ** 2
    expected += 0.1 * log(calibrated + 0.01) - 0.9 * (not same) + 1.5

    odds = one(session, "bad_box_log_odds(?, ?, ?, ?, ?)", surprise, iou, any_iou, calibrated, same)

    assert odds == pytest.approx(expected)


def test_the_odds_of_a_missing_label_are_those_of_the_prediction_where_nothing_explains_it(session):
    alone = one(session, "missing_label_log_odds(0.8, 0.6, 0, 0, 0, 0, false, false)")

    assert alone == pytest.approx(0.65 * log(4) + 0.35 * log(1.5) - 1)


@pytest.mark.parametrize(
    ("explained", "loss"),
    [
        ("0.4, 0, 0, 0, false, false", log(2)),
        ("0.7, 0, 0, 0, false, false", log(100)),
        ("0.1, 0.275, 0, 0, false, false", log(2)),
        ("0.1, 0.1, 1, 0, false, false", log(1 / 0.3)),
        ("0.1, 0.1, 0, 1, false, false", log(1 / 0.3)),
        ("0, 0, 0, 0, true, false", 3),
        ("0, 0, 0, 0, false, true", 1),
    ],
)
def test_whatever_explains_a_prediction_lowers_the_odds_of_a_missing_label(session, explained, loss):
    alone = one(session, "missing_label_log_odds(0.8, 0.6, 0, 0, 0, 0, false, false)")

    assert alone - one(session, f"missing_label_log_odds(0.8, 0.6, {explained})") == pytest.approx(loss)


def test_a_duplicate_is_even_odds_at_three_quarters_likeness(session):
    assert one(session, "logistic(duplicate_label_log_odds(0.75))") == pytest.approx(0.5)
    assert one(session, "logistic(duplicate_label_log_odds(0.95))") == pytest.approx(1 / (1 + exp(-4)))


def test_lists_of_suspects_begin_at_one_in_twenty_unless_a_threshold_is_set(session):
    assert one(session, "min_suspicion()") == 0.05


def test_objectlab_believes_predictions_from_95_percent_on(session):
    assert one(session, "objectlab_confidence()") == 0.95
