"""The desk: a decision lands on what was handed out, as it was seen, and on nothing else."""

from __future__ import annotations

import json

import pytest

from catalog_lake import box, write_lake
from labelduck import decisions
from labelduck.errors import UsageError
from labelduck.folder import LakeFolder
from labelduck.worklist.desk import Desk

SUSPECT = {
    "dataset": "d",
    "place": 1,
    "issue": "wrong_class",
    "suspicion": 0.9,
    "image_id": "i",
    "field": None,
    "annotation_id": "a",
    "class_name": "cat",
    "box": box(1, 2, 3, 4),
    "suggested_class": "dog",
    "suggested_box": None,
    "model": "m",
    "prediction_id": "p",
}
MISSING = SUSPECT | {
    "issue": "missing_label",
    "annotation_id": None,
    "class_name": None,
    "box": None,
    "suggested_box": box(5, 6, 7, 8),
}


@pytest.fixture
def folder(tmp_path):
    return LakeFolder(write_lake(tmp_path / "lake"))


def trail(folder):
    return list(decisions.read(folder.path))


def test_a_decision_carries_all_that_was_seen(folder):
    desk = Desk(folder)
    handed, missing = desk.hand_out([SUSPECT, MISSING])

    desk.take(handed | {"decision": "fix", "new_class": "dog", "reviewer": " ann ", "reason": "", "key": "x"})
    desk.take(missing | {"decision": "confirm", "reviewer": "ann"})

    first, second = trail(folder)
    assert {
        name: first.get(name) for name in ("annotation_id", "class_name", "box", "new_class", "reviewer")
    } == {
        "annotation_id": "a",
        "class_name": "cat",
        "box": box(1, 2, 3, 4),
        "new_class": "dog",
        "reviewer": "ann",
    }
    assert "reason" not in first
    assert (second["prediction_id"], second["class_name"], second["box"]) == ("p", "dog", box(5, 6, 7, 8))
    assert {first["tool"], second["tool"]} == {"dashboard"}


def test_what_was_changed_on_the_way_is_refused(folder):
    desk = Desk(folder)
    (handed,) = desk.hand_out([SUSPECT])
    other = json.dumps(json.loads(handed["seen"]) | {"annotation_id": "b"})

    for told in (
        {"seen": other, "seal": handed["seal"]},
        {"seen": handed["seen"], "seal": "0" * 64},
        {"seen": handed["seen"], "seal": None},
        {},
        Desk(folder).hand_out([SUSPECT])[0],
    ):
        with pytest.raises(UsageError):
            desk.take({"decision": "confirm", **told})

    assert trail(folder) == []


@pytest.mark.parametrize(
    "told",
    [
        {"decision": "delete"},
        {"decision": None},
        {"decision": "confirm", "new_class": "dog"},
        {"decision": "fix", "new_box": [1, 2, 3, 4]},
        {"decision": "fix", "new_box": {"x_min": "1", "y_min": 1, "x_max": 2, "y_max": 2}},
        {"decision": "confirm", "reason": "x" * 5000},
        {"decision": "confirm", "reviewer": {"name": "ann"}},
    ],
)
def test_what_means_nothing_is_refused(folder, told):
    desk = Desk(folder)

    with pytest.raises(UsageError):
        desk.take(desk.hand_out([SUSPECT])[0] | told)

    assert trail(folder) == []


def test_a_desk_that_only_shows_takes_nothing(folder):
    desk = Desk(folder, is_read_only=True)

    with pytest.raises(UsageError, match="--read-only"):
        desk.take(desk.hand_out([SUSPECT])[0] | {"decision": "confirm"})

    assert trail(folder) == []


def test_a_key_is_the_same_until_class_or_box_changes(folder):
    desk = Desk(folder)
    keys = [
        handed["key"]
        for handed in desk.hand_out(
            [
                SUSPECT,
                SUSPECT | {"suspicion": 0.1, "place": 7},
                SUSPECT | {"class_name": "cow"},
                SUSPECT | {"box": box(1, 2, 3, 5)},
                SUSPECT | {"annotation_id": "b"},
            ]
        )
    ]

    assert keys[0] == keys[1]
    assert len(set(keys)) == 4


def test_a_repeat_is_one_for_the_reviewer_who_judged_before_and_for_nobody_else(folder):
    desk = Desk(folder)
    again = SUSPECT | {"reviewer": "ann", "decision_id": "x", "decided_at": None}
    first, repeat = desk.hand_out([SUSPECT, again])

    desk.take(first | {"decision": "confirm", "reviewer": "ann"})
    desk.take(repeat | {"decision": "reject", "reviewer": " ann "})
    desk.take(repeat | {"decision": "reject", "reviewer": "ben"})

    assert [(row["reviewer"], row.get("is_repeat")) for row in trail(folder)] == [
        ("ann", None),
        ("ann", True),
        ("ben", None),
    ]
    assert first["key"] != repeat["key"]
