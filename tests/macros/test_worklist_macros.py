"""Minutes, benefits and quotas of the worklist."""

from __future__ import annotations

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
    )

    values = session.execute("select " + ", ".join(f"{name}()" for name in names.split())).fetchall()

    assert values == [(0.05, 0.5, 0.25, 0.25, 0.5, 3, 2)]


def test_boxes_are_the_same_when_no_side_differs_by_half_a_pixel(session):
    corners = "{{'x_min': 0.0, 'y_min': 0.0, 'x_max': 9.0, 'y_max': {0}}}"

    values = [
        session.execute(f"select same_box({corners.format('9.0')}, {other})").fetchall()[0][0]
        for other in (corners.format("9.4"), corners.format("9.5"), "null")
    ]

    assert values == [True, False, True]


def test_the_probability_of_an_error_is_its_suspicion(session):
    assert session.execute("select error_probability_of(0.25::double)").fetchall() == [(0.25,)]
