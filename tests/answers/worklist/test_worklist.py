"""The worklist, causes and what came of decisions, on suspects written down by hand."""

from __future__ import annotations

from math import ceil
from random import Random
from typing import TYPE_CHECKING, Any

import pytest

from catalog_lake import box
from labelduck import decisions

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import duckdb

    from catalog_lake import Row

SQUARE = box(0.0, 0.0, 10.0, 10.0)
ALL = {"worklist_share": 100.0}


def annotation(annotation_id: str, class_name: str = "cat", **values: Any) -> Row:
    return {"annotation_id": annotation_id, "image_id": "1", "class_name": class_name, "box": SQUARE} | values


def suspect(annotation_id: str | None, suspicion: float, issue: str = "wrong_class", **values: Any) -> Row:
    row: Row = {"annotation_id": annotation_id, "image_id": "1", "suspicion": suspicion, "issue": issue}
    return row | {"model": "m", "prediction_id": f"p{annotation_id}"} | values


def decision(annotation_id: str | None, verdict: str, day: int = 1, **values: Any) -> Row:
    row: Row = {"dataset": "d", "image_id": "1", "annotation_id": annotation_id, "decision": verdict}
    return row | {"issue": "wrong_class", "decided_at": f"2026-01-{day:02}T00:00:00"} | values


@pytest.fixture
def decided(scene: Callable[..., duckdb.DuckDBPyConnection], tmp_path: Path) -> Callable[..., Any]:
    """Return a function: decided(decisions, variables={...}, **tables) -> connection."""

    def make(made: list[Row], **tables: Any) -> duckdb.DuckDBPyConnection:
        connection = scene(**tables)
        decisions.append_all(tmp_path / "lake0", made, name="test")
        return connection

    return make


def test_the_most_errors_mended_per_minute_come_first(scene):
    lake = scene(
        annotations=[annotation("a"), annotation("b"), annotation("c")],
        suspicions=[suspect("a", 0.6), suspect("b", 0.9, "bad_box"), suspect("c", 0.3, "duplicate_label")],
        variables=ALL | {"wrong_class_minutes": 0.5, "bad_box_minutes": 1.0, "duplicate_label_minutes": 0.1},
    )

    rows = lake.execute("select place, annotation_id, gain_per_minute from worklist").fetchall()

    assert rows == [(1, "c", pytest.approx(3)), (2, "a", pytest.approx(1.2)), (3, "b", pytest.approx(0.9))]


def test_the_worklist_is_a_share_of_the_annotations(scene):
    lake = scene(
        annotations=[annotation(str(n)) for n in range(41)],
        suspicions=[suspect(str(n), n / 100) for n in range(41)],
    )

    rows = lake.execute("select annotation_id from worklist order by place").fetchall()

    assert rows == [("40",), ("39",), ("38",)]


def test_lists_begin_where_a_label_is_as_doubtful_as_any(scene):
    lake = scene(
        images=[{"image_id": "1", "file_name": "1.jpg", "batch": "b1"}],
        annotations=[annotation("a", annotator="ann"), annotation("b"), annotation("c")],
        suspicions=[suspect("a", 0.6), suspect("b", 0.04), suspect("c", 0.05, is_listed=False)],
        predictions=[{"prediction_id": "pa", "model": "m", "image_id": "1", "confidence": 0.7}],
    )

    described = lake.execute(
        "select annotation_id, suspicion, file_name, class_name, annotator, batch, confidence"
        " from described_suspects order by all"
    ).fetchall()
    shown = {
        view: lake.execute(f"select annotation_id from {view}").fetchall()
        for view in ("label_suspects", "open_suspects", "undecided_suspicions", "worklist")
    }
    lake.execute("set variable min_suspicion = 0")
    all_shown = lake.execute("select annotation_id from label_suspects").fetchall()

    assert described == [
        ("a", 0.6, "1.jpg", "cat", "ann", "b1", 0.7),
        ("b", 0.04, "1.jpg", "cat", None, "b1", None),
    ]
    assert shown == {view: [("a",)] for view in shown}
    assert all_shown == [("a",), ("b",)]


def test_an_annotator_who_fills_the_quota_makes_room_for_others_and_the_list_stays_full(scene):
    lake = scene(
        annotations=[annotation(str(n), annotator="ann" if n < 3 else "bob") for n in range(4)],
        suspicions=[suspect(str(n), 0.9 - n / 10) for n in range(4)],
        variables=ALL | {"worklist_share": 1.0, "issue_quota": 1.0, "class_quota": 1.0},
    )

    rows = lake.execute("select annotation_id, is_within_quotas from worklist order by place").fetchall()

    assert rows == [("0", True), ("3", True), ("1", False), ("2", False)]


def test_what_has_a_quota_of_nothing_comes_after_all_others(scene):
    lake = scene(
        annotations=[annotation("a", annotator="ann"), annotation("b")],
        suspicions=[suspect("a", 0.9), suspect("b", 0.1)],
        variables=ALL | {"annotator_quota": 0.0, "class_quota": 1.0, "issue_quota": 1.0},
    )

    rows = lake.execute("select annotation_id, is_within_quotas from worklist order by place").fetchall()

    assert rows == [("b", True), ("a", False)]


@pytest.mark.parametrize("share", [0.02, 0.2, 0.5, 1.0])
def test_a_short_list_is_the_head_of_all_suspects_in_their_order(decided, share):
    dice = Random(7)
    drawn = [
        annotation(
            f"{n:02}", dice.choice(("cat", "cat", "dog", "cow")), annotator=dice.choice(("ann", "ann", "bob"))
        )
        for n in range(80)
    ]
    told = [
        suspect(
            row["annotation_id"],
            dice.randrange(1, 10) / 10,
            dice.choice(("wrong_class", "bad_box", "extra_label")),
        )
        for row in drawn
    ]
    skipped = [decision(row["annotation_id"], "skip", issue=row["issue"]) for row in dice.sample(told, 9)]
    quotas = {"issue_quota": 0.5, "class_quota": 0.6, "annotator_quota": 0.55}
    lake = decided(skipped, annotations=drawn, suspicions=told, variables=quotas | {"worklist_share": share})

    ranked = lake.execute(
        "select rank, number, issue, class_name, annotator, n_skips, gain_per_minute from ranked_suspicions order by rank"
    ).fetchall()
    listed = lake.execute("select number from worklist_places order by place").fetchall()

    assert [row[0] for row in ranked] == list(range(1, 81))
    assert ranked == sorted(ranked, key=lambda row: (-row[6], row[1]))
    n = ceil(share * len(drawn))
    filled: dict[str, int] = {}
    order = []
    for rank, number, *of, n_skips, _ in ranked:
        within = True
        for name, quota in zip(of, quotas.values(), strict=True):
            filled[name] = filled.get(name, 0) + 1
            within &= filled[name] <= ceil(quota * n)
        order.append((n_skips, not within, rank, number))
    assert [number for (number,) in listed] == [row[-1] for row in sorted(order)[:n]]


def test_what_was_decided_is_gone_a_skip_comes_last_and_an_escalation_goes_to_the_lead(decided):
    lake = decided(
        [
            decision("a", "confirm"),
            decision("b", "reject"),
            decision("c", "skip"),
            decision("d", "escalate", lead="lea"),
            decision("e", "reject"),
            decision("e", "undo", day=2),
        ],
        annotations=[annotation(name) for name in "abcdef"],
        suspicions=[suspect(name, 0.9) for name in "abcd"] + [suspect("e", 0.5), suspect("f", 0.1)],
        variables=ALL,
    )

    waiting = lake.execute("select annotation_id, n_skips from worklist order by place").fetchall()
    escalated = lake.execute("select annotation_id, lead from escalations").fetchall()

    assert waiting == [("e", 0), ("f", 0), ("c", 1)]
    assert escalated == [("d", "lea")]


def test_a_label_that_was_changed_since_is_a_suspect_again(decided):
    moved = box(0.0, 0.0, 10.0, 12.0)
    nearly = box(0.0, 0.0, 10.0, 10.2)
    lake = decided(
        [
            decision("same", "reject", class_name="cat", box=nearly),
            decision("renamed", "reject", class_name="dog", box=SQUARE),
            decision("moved", "reject", class_name="cat", box=moved),
        ],
        annotations=[annotation("same"), annotation("renamed"), annotation("moved")],
        suspicions=[suspect("same", 0.9), suspect("renamed", 0.8), suspect("moved", 0.7)],
    )

    rows = lake.execute("select annotation_id from open_suspects").fetchall()
    valid = lake.execute("select annotation_id, decision, n_skips from valid_decisions").fetchall()
    decided_ones = lake.execute("select number, decision, n_skips from decided_suspicions").fetchall()

    assert rows == [("renamed",), ("moved",)]
    assert valid == [("same", "reject", 0)]
    assert decided_ones == [(1, "reject", 0)]


def test_a_decision_on_a_missing_label_covers_the_place_for_every_model(decided):
    places = {"here": SQUARE, "near": box(0.0, 0.0, 10.0, 8.0), "far": box(50.0, 0.0, 60.0, 10.0)}
    common: Row = {"issue": "missing_label", "suggested_class": "cat"}
    lake = decided(
        [decision(None, "reject", issue="missing_label", class_name="cat", box=SQUARE, prediction_id="gone")],
        suspicions=[
            suspect(None, 0.9, **common, prediction_id=name, model="n", suggested_box=place)
            for name, place in places.items()
        ],
    )

    rows = lake.execute("select prediction_id from open_suspects").fetchall()
    covered = lake.execute(
        "select model, prediction_id, decision from covered_places order by all"
    ).fetchall()

    left = lake.execute("select prediction_id, suspicion, n_skips from undecided_missing_labels").fetchall()

    assert rows == [("far",)]
    assert left == [("far", 0.9, 0)]
    assert covered == [("n", "here", "reject"), ("n", "near", "reject")]


def test_two_duplicates_are_one_suspect_that_a_decision_on_either_closes(decided):
    twins = [
        suspect(name, 0.9, "duplicate_label", other_annotation_id=other, is_listed=name < other, model=None)
        for name, other in (("a", "b"), ("b", "a"), ("c", "d"), ("d", "c"))
    ]
    told = decision("d", "reject", issue="duplicate_label", class_name="cat", box=box(9.0, 9.0, 10.0, 10.0))
    lake = decided([told], annotations=[annotation(name) for name in "abcd"], suspicions=twins, variables=ALL)

    pairs = lake.execute("select annotation_id, other_annotation_id from label_suspects").fetchall()
    left = lake.execute("select annotation_id from worklist").fetchall()

    assert pairs == [("a", "b"), ("c", "d")]
    assert left == [("a",)]


def test_a_class_pair_is_named_as_one_cause(scene):
    labradors = [annotation(f"l{n}", "labrador") for n in range(10)]
    others = [annotation(f"o{n}", name) for n, name in enumerate(["golden"] * 10 + ["poodle"] * 10)]
    lake = scene(
        annotations=labradors + others,
        suspicions=[suspect(f"l{n}", 0.9, suggested_class="golden") for n in range(5)]
        + [suspect("o0", 0.9, suggested_class="poodle"), suspect("o1", 0.4, suggested_class="labrador")],
        variables=ALL,
    )

    causes = lake.execute(
        "select cause, n_suspects, n_labels, share, n_expected, lift from suspect_causes"
    ).fetchall()
    told = lake.execute(
        "select annotation_id from worklist where cause = '5 golden labelled labrador'"
    ).fetchall()

    # 6 of 30 labels have a wrong class; half of the 2 expected of 10 labradors would be golden.
    assert causes == [("5 golden labelled labrador", 5, 10, 0.5, pytest.approx(1.0), pytest.approx(5.0))]
    assert {name for (name,) in told} == {f"l{n}" for n in range(5)}


def test_many_wrong_answers_of_one_kind_are_named_as_a_cause(scene):
    answers = [{"image_id": str(n), "field": "animal", "class_name": "cat"} for n in range(20)]
    answers += [{"image_id": str(n), "field": "animal", "class_name": "dog"} for n in range(20, 40)]
    answers += [{"image_id": str(n), "field": "sky", "class_name": "cat"} for n in range(40)]
    for row in answers:
        row |= {"suspicion": 0.01, "suggested_class": "dog", "annotator": "ann"}
    for row in answers[:5]:
        row["suspicion"] = 0.9
    lake = scene(image_label_suspicions=answers)

    causes = lake.execute(
        "select cause, field, n_suspects, n_labels, n_expected, lift from suspect_causes"
    ).fetchall()
    named = lake.execute("select image_id from worklist where cause is not null order by all").fetchall()

    # 5 of the 40 animals are wrong: 2.5 of the 20 cats, all of which could only be dogs.
    assert causes == [("5 dog labelled cat", "animal", 5, 20, 2.5, 2.0)]
    assert [name for (name,) in named] == ["0", "1", "2", "3"]


def test_objects_come_before_answers_of_the_same_gain_and_neither_is_taken_for_the_other(scene):
    answers = [
        {"image_id": "i9", "field": "animal", "class_name": "dog", "suspicion": 0.9},
        {"image_id": "i7", "field": "animal", "class_name": "cow", "suspicion": 0.9},
    ]
    lake = scene(
        annotations=[annotation("b"), annotation("a")],
        suspicions=[suspect("b", 0.9), suspect("a", 0.9)],
        image_label_suspicions=answers,
        variables=ALL,
    )

    rows = lake.execute(
        "select place, image_id, field, annotation_id, class_name, box from worklist"
    ).fetchall()

    assert rows == [
        (1, "1", None, "a", "cat", SQUARE),
        (2, "1", None, "b", "cat", SQUARE),
        (3, "i7", "animal", None, "cow", None),
        (4, "i9", "animal", None, "dog", None),
    ]


def test_labels_are_counted_by_who_made_them_and_answers_apart(scene):
    lake = scene(
        images=[{"image_id": "1", "batch": "b1"}],
        annotations=[
            annotation("a", annotator="ann"),
            annotation("b", annotator="ann", batch="b2"),
            annotation("c", annotator="ann", batch="b2", is_gold=True),
        ],
        image_label_suspicions=[{"image_id": "1", "field": "animal", "class_name": "cat", "suspicion": 0.1}],
    )

    rows = lake.execute(
        "select field, class_name, annotator, batch, n_labels from label_counts order by all"
    ).fetchall()
    objects = lake.execute(
        "select annotator, batch, is_gold, n_labels from counted_objects order by all"
    ).fetchall()

    assert rows == [
        ("animal", "cat", None, "b1", 1),
        (None, "cat", "ann", "b1", 1),
        (None, "cat", "ann", "b2", 2),
    ]
    assert objects == [("ann", "b1", False, 1), ("ann", "b2", False, 1), ("ann", "b2", True, 1)]


def test_a_batch_of_an_annotator_is_named_as_a_cause(scene):
    lake = scene(
        annotations=[annotation(str(n), annotator="ann", batch="b1") for n in range(10)]
        + [annotation(str(n), annotator="bob", batch="b1") for n in range(10, 40)],
        suspicions=[suspect(str(n), 0.9, "bad_box") for n in (0, 1, 2, 3, 20)],
    )

    usual = lake.execute("select annotator, n_suspects, n_expected from annotator_batch_suspects").fetchall()
    counted = lake.execute(
        "select kind, annotator, batch, n_suspects, n_labels from cause_counts order by all"
    ).fetchall()
    causes = lake.execute("select cause, lift from suspect_causes").fetchall()

    assert counted == [("annotator_batch", "ann", "b1", 4, 10), ("annotator_batch", "bob", "b1", 1, 30)]
    assert usual == [("ann", 4, pytest.approx(1.25)), ("bob", 1, pytest.approx(3.75))]
    words = "4 suspects of bad_box in 10 labels of ann in batch b1 (1.3 expected)"
    assert causes == [(words, pytest.approx(3.2))]


def test_precision_counts_what_was_judged_among_the_most_suspicious(decided):
    lake = decided(
        [
            decision("0", "confirm", suspicion=0.99, model="m"),
            decision("1", "fix", suspicion=0.98, model="m", new_class="dog"),
            decision("2", "reject", suspicion=0.97, model="m"),
            decision("3", "escalate", suspicion=0.96, model="m"),
            decision("11", "reject", suspicion=0.01, model="m"),
        ],
        annotations=[annotation(str(n)) for n in range(12)],
        suspicions=[suspect(str(n), 0.99 - n / 100) for n in range(12)],
    )

    rows = lake.execute("select k, n_judged, n_errors, precision from suspicion_precision").fetchall()

    assert rows == [(10, 3, 2, pytest.approx(2 / 3)), (12, 4, 2, 0.5)]


def test_a_class_that_comes_back_is_drift_and_names_who_and_where(decided):
    lake = decided(
        [
            decision("a", "fix", day=5, class_name="dog", new_class="cat", reviewer="rev"),
            decision("b", "fix", day=6, class_name="dog", new_class="cat", reviewer="rev", is_repeat=True),
        ],
        annotations=[annotation("a"), annotation("b")],
        events=[
            {
                "annotation_id": annotation_id,
                "image_id": "1",
                "happened_at": None,
                "from_class": "cat",
                "to_class": "dog",
                "actor": "ann",
            }
            | {"happened_at": moment, "event_id": f"{annotation_id}{n}"}
            for n, (annotation_id, moment) in enumerate(
                [("a", _day(1)), ("a", _day(2)), ("b", _day(1))],
            )
        ],
    )

    rows = lake.execute(
        "select annotation_id, class_name, other_class, changed_by, change_source, back_by, back_source"
        " from correction_drift"
    ).fetchall()

    assert rows == [("a", "cat", "dog", "ann", "event", "rev", "decision")]


def test_a_reviewer_who_judges_a_suspect_again_agrees_or_not(decided):
    lake = decided(
        [
            decision("a", "confirm", day=1, reviewer="rev"),
            decision("a", "fix", day=2, reviewer="rev", new_class="dog"),
            decision("a", "reject", day=3, reviewer="rev"),
            decision("a", "reject", day=4, reviewer="other"),
            decision("b", "reject", day=1, reviewer="rev"),
            decision("b", "undo", day=2, reviewer="rev"),
        ],
    )

    rows = lake.execute(
        "select reviewer, n_decisions, n_confirmed, n_fixed, n_rejected, n_repeats, n_repeats_agreeing,"
        " repeat_agreement from decisions_by_reviewer"
    ).fetchall()
    latest = lake.execute("select decision from standing_decisions where is_latest").fetchall()

    assert rows == [("other", 1, 0, 0, 1, 0, 0, None), ("rev", 3, 1, 1, 1, 2, 1, 0.5)]
    assert latest == [("reject",)]


def test_a_repeat_measures_the_reviewer_and_leaves_the_first_judgement_standing(decided):
    lake = decided(
        [
            decision("a", "confirm", day=1, reviewer="rev"),
            decision("a", "reject", day=2, reviewer="rev", is_repeat=True),
            decision("b", "reject", day=1, reviewer="rev"),
            decision("b", "skip", day=2, reviewer="rev", is_repeat=True),
        ],
        annotations=[annotation("a"), annotation("b")],
        suspicions=[suspect("a", 0.9), suspect("b", 0.8)],
        variables=ALL,
    )

    latest = lake.execute(
        "select annotation_id, decision, n_skips from standing_decisions where is_latest order by all"
    ).fetchall()
    agreed = lake.execute("select n_repeats, n_repeats_agreeing from decisions_by_reviewer").fetchall()

    assert latest == [("a", "confirm", 0), ("b", "reject", 0)]
    assert agreed == [(1, 0)]
    assert lake.execute("from worklist").fetchall() == []


def test_what_may_be_shown_again_was_judged_once_long_ago_and_looks_as_it_did(decided):
    lake = decided(
        [
            decision(
                "moved", "confirm", day=1, reviewer="rev", class_name="cat", box=box(0.0, 0.0, 9.0, 9.0)
            ),
            decision("skipped", "skip", day=2, reviewer="rev"),
            decision("twice", "confirm", day=3, reviewer="rev"),
            decision("again", "reject", day=4, reviewer="rev", class_name="cat", box=SQUARE),
            decision("twice", "confirm", day=5, reviewer="rev"),
            decision("late", "confirm", day=6, reviewer="rev"),
            decision("others", "confirm", day=1, reviewer="ben"),
        ],
        annotations=[annotation(name) for name in ("moved", "skipped", "twice", "again", "late", "others")],
        suspicions=[
            suspect(name, 0.9, suggested_class="dog")
            for name in ("moved", "skipped", "twice", "again", "late", "others")
        ],
        variables=ALL | {"repeat_distance": 2.0},
    )

    rows = lake.execute(
        "select reviewer, annotation_id, suggested_class, error_probability from repeatable_decisions"
    ).fetchall()

    assert rows == [("rev", "again", "dog", pytest.approx(0.9))]


def _day(day: int) -> Any:
    from datetime import datetime

    return datetime(2026, 1, day)  # noqa: DTZ001 - the lake's times are UTC without saying so


def test_what_to_fix_next_sums_probable_errors_by_kind_and_class(scene):
    lake = scene(
        annotations=[annotation("a"), annotation("b"), annotation("c", "dog"), annotation("low")],
        suspicions=[
            suspect("a", 0.9),
            suspect("b", 0.7),
            suspect("c", 0.8, "bad_box"),
            suspect("low", 0.2),
            suspect(
                None, 0.6, "missing_label", suggested_class="cow", suggested_box=SQUARE, prediction_id="p"
            ),
        ],
        variables={"wrong_class_minutes": 0.5, "bad_box_minutes": 2.0, "missing_label_minutes": 1.0},
    )

    rows = lake.execute(
        "select issue, class_name, n_suspects, expected_errors, minutes, errors_per_minute, said from fix_next "
        "order by errors_per_minute desc"
    ).fetchall()
    probable = lake.execute(
        "select annotation_id, class_name, error_probability from probable_suspects"
    ).fetchall()

    assert sorted(probable, key=str) == [
        ("a", "cat", 0.9),
        ("b", "cat", 0.7),
        ("c", "dog", 0.8),
        (None, None, 0.6),
    ]
    assert rows == [
        ("wrong_class", "cat", 2, pytest.approx(1.6), 1.0, pytest.approx(1.6), "2 cat: wrong class, about 2 errors in 1 minutes"),
        ("missing_label", "cow", 1, pytest.approx(0.6), 1.0, pytest.approx(0.6), "1 cow: missing label, about 1 errors in 1 minutes"),
        ("bad_box", "dog", 1, pytest.approx(0.8), 2.0, pytest.approx(0.4), "1 dog: bad box, about 1 errors in 2 minutes"),
    ]  # fmt: skip
