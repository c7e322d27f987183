"""Minutes, benefits and quotas of the worklist."""

from __future__ import annotations

import math

import pytest

ISSUES = ("missing_label", "wrong_class", "bad_box", "extra_label", "duplicate_label")


@pytest.mark.parametrize("issue", ISSUES)
def test_minutes_and_benefit_of_each_kind_can_be_set(session, issue):
    usual = session.execute(f"select issue_minutes('{issue}') > 0, issue_benefit('{issue}')").fetchall()
    session.execute(f"set variable {issue}_minutes = 7; set variable {issue}_benefit = 3")

    told = session.execute(f"select issue_minutes('{issue}'), issue_benefit('{issue}')").fetchall()

    session.execute(f"reset variable {issue}_minutes; reset variable {issue}_benefit")
    assert usual == [(True, 1)]
    assert told == [(7, 3)]


def test_quotas_and_cuts_have_their_documented_defaults(session):
    names = (
        "worklist_share issue_quota class_quota annotator_quota probable_error min_cause_size min_cause_lift"
        " repeat_share repeat_distance"
    )

    values = session.execute("select " + ", ".join(f"{name}()" for name in names.split())).fetchall()

    assert values == [(0.05, 0.5, 0.25, 0.25, 0.5, 3, 2, 0.05, 50)]


def test_boxes_are_the_same_when_no_side_differs_by_half_a_pixel(session):
    corners = "{{'x_min': 0.0, 'y_min': 0.0, 'x_max': 9.0, 'y_max': {0}}}"

    values = [
        session.execute(f"select same_box({corners.format('9.0')}, {other})").fetchall()[0][0]
        for other in (corners.format("9.4"), corners.format("9.5"), "null")
    ]

    assert values == [True, False, True]


def test_the_probability_of_an_error_is_its_suspicion_until_a_curve_is_fitted(session):
    asked = "error_probability_of(0.25::double, null, null), error_probability_of(0.25::double, -1e0, 2e0)"

    values = session.execute(f"select {asked}").fetchall()

    assert values == [(0.25, pytest.approx(1 / (1 + math.exp(1 + 2 * math.log(3)))))]


def test_the_log_odds_of_a_suspicion_are_held_where_reviews_can_tell(session):
    asked = ", ".join(f"suspicion_log_odds({p}::double)" for p in (0, 0.5, 0.75, 1))

    assert session.execute(f"select {asked}").fetchall() == [(-6, 0, pytest.approx(math.log(3)), 6)]


def test_a_step_of_the_curve_solves_its_two_equations_and_is_held_within_one(session):
    # 4 x + 1 y = 2 and 1 x + 3 y = 1 for x = 5/11; four times as much is too far.
    asked = "error_curve_step(2e0, 1e0, 4e0, 3e0, 1e0), error_curve_step(8e0, 4e0, 4e0, 3e0, 1e0)"

    assert session.execute(f"select {asked}").fetchall() == [(pytest.approx(5 / 11), 1)]


def test_suspected_issues_are_those_that_decisions_know(session):
    from labelduck.schema.decided import ISSUES as DECIDED

    assert session.execute("select suspected_issues()").fetchall() == [(list(DECIDED),)]


def test_a_cause_is_told_by_annotator_and_batch_as_far_as_they_are_known(session):
    asked = "cause_words(4, 'bad_box', 10, '', 'ann', 'b1'), cause_words(2, 'wrong_class', 5, 'animal', null, 'b1')"

    assert session.execute(f"select {asked}").fetchall() == [
        (
            "4 suspects of bad_box in 10 labels of ann in batch b1",
            "2 suspects of wrong_class in 5 answers to animal in batch b1",
        )
    ]
