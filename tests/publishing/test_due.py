"""A year of a report's life: both changes of the clock, a week without power, retries."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from labelduck import schedule
from labelduck.publishing import due_slots
from labelduck.publishing.runs import Run
from labelduck.reports import Report, Section

ZONE = "Europe/Berlin"


def utc(text):
    return datetime.fromisoformat(text)


OUTAGE = (utc("2026-07-06 02:00"), utc("2026-07-13 02:00"))


def report(expression="30 2 * * *", **rest):
    return Report(
        name="r",
        title="r",
        sections=(Section(title="s", sql="select 1"),),
        schedule=expression,
        zone=ZONE,
        **rest,
    )


def run(slot, status="done", ended=None, attempt=1):
    return Run(
        run_id="r",
        report="r",
        slot=slot,
        started_at=slot,
        ended_at=ended or slot,
        status=status,
        attempt=attempt,
        error=None,
    )


def a_year(definition, *, minutes=10):
    """Ask every few minutes for a year what is due, and run it; nobody asks during the outage."""
    runs, now, end = [], utc("2026-01-01 00:00"), utc("2027-01-01 00:00")
    while now < end:
        if not OUTAGE[0] <= now < OUTAGE[1]:
            runs += [run(slot, ended=now) for slot in due_slots(definition, runs[-20:], now)]
        now += timedelta(minutes=minutes)
    return runs


@pytest.mark.parametrize("catch_up", ["latest", "all"])
def test_a_year_of_a_daily_report_has_each_night_once(catch_up):
    runs = a_year(report(catch_up=catch_up), minutes=60)

    slots = [r.slot for r in runs]
    assert len(set(slots)) == len(slots)
    nights = schedule.between("30 2 * * *", ZONE, utc("2025-12-30 12:00"), utc("2026-12-31 23:00"), most=999)
    missed = [slot for slot in nights if OUTAGE[0] <= slot < OUTAGE[1]][:-1]
    expected = [slot for slot in nights if catch_up == "all" or slot not in missed]
    assert slots == expected
    assert len(missed) == 6
    assert len(slots) == 366 - (6 if catch_up == "latest" else 0)  # with the last slot of the year before
    by_night = [slot + timedelta(hours=2) for slot in slots]
    assert utc("2026-03-29 01:00") in slots, "the hour that is left out"
    assert sum(night.date() == utc("2026-10-25 00:00").date() for night in by_night) == 1, (
        "the hour that comes twice"
    )


def test_what_was_done_by_an_earlier_schedule_is_not_done_again():
    done = [run(utc("2026-05-04 00:30"))]

    assert due_slots(report(catch_up="all"), done, utc("2026-05-04 12:00")) == []
    assert due_slots(report("0 * * * *"), done, utc("2026-05-04 01:05")) == [utc("2026-05-04 01:00")]


def test_a_new_report_is_due_for_its_last_slot_alone():
    for catch_up in ("latest", "all"):
        assert due_slots(report(catch_up=catch_up), [], utc("2026-05-04 12:00")) == [utc("2026-05-04 00:30")]


def test_a_slot_that_failed_waits_longer_each_time_and_is_given_up():
    slot, definition = utc("2026-05-04 00:30"), report(attempts=3)
    failed = [run(slot, "failed", slot, 1)]

    assert due_slots(definition, failed, slot + timedelta(seconds=59)) == []
    assert due_slots(definition, failed, slot + timedelta(seconds=60)) == [slot]
    failed.append(run(slot, "failed", slot + timedelta(minutes=1), 2))
    assert due_slots(definition, failed, slot + timedelta(minutes=2)) == []
    assert due_slots(definition, failed, slot + timedelta(minutes=3)) == [slot]
    failed.append(run(slot, "failed", slot + timedelta(minutes=3), 3))
    assert due_slots(definition, failed, slot + timedelta(hours=9)) == []


def test_what_failed_holds_up_no_other_slot():
    definition = report("0 * * * *", catch_up="all")
    first = utc("2026-05-04 01:00")
    past = [
        run(first),
        run(utc("2026-05-04 03:00")),
    ]  # the slot between failed before and still is to be done
    past.append(run(utc("2026-05-04 02:00"), "failed", utc("2026-05-04 02:00"), 1))

    assert due_slots(definition, past, utc("2026-05-04 04:05")) == [
        utc("2026-05-04 02:00"),
        utc("2026-05-04 04:00"),
    ]


def test_units_are_what_their_schedulers_read():
    lake = Path("/srv/my lake/50%")

    made = {
        kind: schedule.unit(kind, program="/opt/bin/labelduck", lake=lake, minutes=5)
        for kind in schedule.UNITS
    }

    assert (
        made["cron"].splitlines()[-1]
        == "*/5 * * * * /opt/bin/labelduck report due --quiet --lake '/srv/my lake/50\\%'"
    )
    compile(made["airflow"], "dag.py", "exec")
    import yaml

    workflow = yaml.safe_load(made["github"])
    assert workflow[True]["schedule"] == [{"cron": "*/5 * * * *"}]
    assert workflow["jobs"]["due"]["steps"][-1]["run"] == "labelduck report status --lake 50%"
