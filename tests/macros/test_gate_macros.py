"""gate_status decides by the bad end of the interval; the other macros are limits and words."""

from __future__ import annotations

import duckdb
import pytest
from statsmodels.stats.proportion import proportion_confint

from labelduck import catalog
from labelduck.gate_settings import ATTESTED, GATES


@pytest.fixture(scope="module")
def session():
    connection = duckdb.connect()
    for macro in catalog.macros():
        if not macro.uses & {"annotations", "predictions", "images", "classes", "matches"}:
            try:
                connection.execute(macro.sql)
            except duckdb.CatalogException:  # a table macro over tables that this session lacks
                continue
    yield connection
    connection.close()


def ask(session, expression):
    return session.execute(f"select {expression}").fetchall()[0][0]


@pytest.mark.parametrize(
    ("case", "status"),
    [
        ("'interval', true, 0.00, 0.00, 0.012, 300, 0.02, false", "pass"),
        ("'interval', true, 0.01, 0.004, 0.03, 300, 0.02, false", "fail"),  # the bad end alone crosses
        ("'interval', true, 0.00, 0.00, 0.07, 50, 0.02, false", "not_enough_data"),  # nothing wrong, too few
        ("'interval', true, 0.04, 0.011, 0.14, 50, 0.02, false", "not_enough_data"),  # undecided, too few
        ("'interval', true, 0.10, 0.04, 0.21, 50, 0.02, false", "fail"),  # all of the interval is beyond
        ("'interval', true, 0.10, 0.10, null, 9999, 0.05, false", "fail"),  # a lower bound may fail
        ("'interval', true, 0.01, 0.01, null, 9999, 0.05, false", "not_enough_data"),  # and never pass
        ("'interval', false, 0.95, 0.92, 0.97, 300, 0.9, false", "pass"),
        ("'interval', false, 0.91, 0.88, 0.94, 300, 0.9, false", "fail"),
        (
            "'interval', false, 1.0, 1.0, 1.0, 3, 0.8, false",
            "not_enough_data",
        ),  # three that agree prove little
        ("'interval', false, 0.2, 0.1, 0.3, 300, 0.8, true", "not_enough_data"),  # too small a version
        ("'exact', true, 0, 0, 0, 10, 0, true", "pass"),
        ("'exact', true, 1, 1, 1, 10, 0, true", "fail"),
        ("'exact', true, 0, 0, 0, 0, 0, false", "not_enough_data"),  # nothing was looked at
        ("'size', false, 5, 5, 5, 10, 10, false", "fail"),
        ("'size', false, 10, 10, 10, 10, 10, false", "pass"),
        ("'size', false, 5, 5, 5, 10, 10, true", "not_enough_data"),
        ("'interval', true, null, null, null, null, 0.02, false", "not_enough_data"),
    ],
)
def test_a_gate_decides_as_its_rule_says(session, case, status):
    assert ask(session, f"gate_status({case})") == status


@pytest.mark.parametrize("limit", [0.01, 0.02, 0.05])
def test_enough_data_are_those_with_which_a_flawless_sample_passes(session, limit):
    needed = next(n for n in range(1, 2000) if proportion_confint(0, n, method="wilson")[1] <= limit)

    statuses = [
        ask(session, f"gate_status('interval', true, 0, 0, wilson_high(0, {n}), {n}, {limit}, false)")
        for n in (needed - 1, needed)
    ]

    assert statuses == ["not_enough_data", "pass"]


def test_the_rules_name_each_gate_and_its_limit_once(session):
    rules = session.execute("select gate, comparison, threshold, rule from gate_rules()").fetchall()

    assert sorted(gate for gate, *_ in rules) == sorted(GATES)
    for gate, comparison, threshold, rule in rules:
        assert comparison in {"at_most", "at_least"}
        assert rule in {"interval", "exact", "size"}
        assert ask(session, f"{gate}_limit()") == threshold
        session.execute(f"set variable {gate}_limit = 3")
        changed = session.execute(f"select threshold from gate_rules() where gate = '{gate}'").fetchall()
        session.execute(f"reset variable {gate}_limit")
        assert changed == [(3.0,)]


def test_the_checklist_has_eighteen_points(session):
    items = session.execute("select number, item, source from checklist_items() order by 1").fetchall()

    assert [number for number, *_ in items] == list(range(1, 19))
    assert {item for _, item, source in items if source == "attested"} == set(ATTESTED)


@pytest.mark.parametrize(
    ("gate", "x", "words"),
    [
        ("label_errors", "0.0123", "1.2 %"),
        ("object_agreement", "0.8", "0.800"),
        ("class_balance", "17.54", "17.5"),
        ("split_leaks", "3", "3"),
    ],
)
def test_a_measure_is_written_as_what_it_is(session, gate, x, words):
    assert ask(session, f"gate_number('{gate}', {x})") == words


def test_a_sentence_tells_a_lower_bound_as_one(session):
    said = ask(
        session,
        "gate_sentence('missing_labels', 'fail', 'interval', 0.1, 0.1, null, 90, 'missing', true, 0.05, 'audit')",
    )

    assert said == "10.0 % missing (95 %: 10.0 % to any, n = 90); at most 5.0 % asked"


def test_what_labelduck_toml_says_is_empty_until_it_says_it(session):
    told = ask(session, "[waiver_rules(), coverage_rules(), attestation_rules(), gates_off()]")

    assert told == ["[]", "[]", "[]", ""]
    assert ask(session, "gate_day() = current_date")
