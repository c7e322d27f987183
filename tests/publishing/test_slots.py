"""Slots of cron expressions: other programs' answers, and both changes of the clock."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from croniter import croniter
from hypothesis import given
from hypothesis import strategies as st

from labelduck import schedule
from labelduck.errors import UsageError

BERLIN = "Europe/Berlin"


def utc(text):
    return datetime.fromisoformat(text)


@given(
    st.tuples(
        st.sampled_from(["0", "*/15", "7,37", "10-20/5", "59"]),
        st.sampled_from(["*", "6", "*/4", "22-23", "0,12"]),
        st.sampled_from(["*", "1", "31", "10-12"]),
        st.sampled_from(["*", "2", "*/3"]),
        st.sampled_from(["*", "1", "MON-FRI", "0"]),
    ),
    st.datetimes(min_value=utc("2024-01-01"), max_value=utc("2027-12-31")),
)
def test_slots_in_utc_are_those_of_croniter(fields, now):
    expression = " ".join(fields)
    oracle = croniter(expression, now.replace(tzinfo=UTC), max_years_between_matches=60)
    if fields[2] == "31" and fields[3] == "2" and fields[4] == "*":
        return  # a day that never comes

    found = schedule.between(expression, "UTC", now, now + timedelta(days=3), most=10_000)

    expected = []
    while (slot := oracle.get_next(datetime).replace(tzinfo=None)) <= now + timedelta(days=3):
        expected.append(slot)
    assert found == expected
    assert schedule.following(expression, "UTC", now) == slot if not expected else expected[0]


def test_the_hour_that_is_left_out_in_spring_runs_once_right_after_it():
    slots = schedule.between("30 2 * * *", BERLIN, utc("2026-03-27 12:00"), utc("2026-03-30 12:00"), most=9)

    assert slots == [utc("2026-03-28 01:30"), utc("2026-03-29 01:00"), utc("2026-03-30 00:30")]


def test_the_hour_that_comes_twice_in_autumn_runs_once():
    slots = schedule.between("30 2 * * *", BERLIN, utc("2026-10-24 12:00"), utc("2026-10-26 12:00"), most=9)

    assert slots == [utc("2026-10-25 00:30"), utc("2026-10-26 01:30")]


def test_what_runs_every_half_hour_goes_by_real_time():
    for change in ("2026-03-29 00:00", "2026-10-25 00:00"):
        start = utc(change)

        slots = schedule.between("*/30 * * * *", BERLIN, start, start + timedelta(hours=4), most=99)

        assert slots == [start + timedelta(minutes=30 * i) for i in range(1, 9)]


def test_the_last_slot_may_be_now_and_of_many_the_newest_are_kept():
    assert schedule.latest("0 6 * * *", "UTC", utc("2026-05-01 06:00")) == utc("2026-05-01 06:00")
    assert schedule.latest("0 6 * * *", "UTC", utc("2026-05-01 05:59")) == utc("2026-04-30 06:00")
    assert schedule.between("0 * * * *", "UTC", utc("2026-01-01"), utc("2026-02-01"), most=2) == [
        utc("2026-01-31 23:00"),
        utc("2026-02-01 00:00"),
    ]


@pytest.mark.parametrize(
    ("expression", "zone", "said"),
    [
        ("0 6 * *", "UTC", "five fields"),
        ("61 6 * * *", "UTC", "is no cron expression"),
        ("0 6 * * *", "Europe/Atlantis", "zone"),
        ("0 6 * * *", "../etc/passwd", "zone"),
    ],
)
def test_what_is_no_schedule_is_refused_with_a_reason(expression, zone, said):
    with pytest.raises(UsageError, match=said):
        schedule.check(expression, zone)
