"""What became of a suspect in labels that somebody corrected."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from labelduck.worklist.sheets import CORNERS

if TYPE_CHECKING:
    from collections.abc import Mapping

SAME_OBJECT = 0.5
"""IoU from which two boxes mean one object."""

SAME_SIDE = 0.5
"""Pixels by which a side may differ and be the same, as in the macro same_box."""


def outcome(
    suspect: Mapping[str, Any], labels: list[dict[str, Any]], others: list[dict[str, Any]]
) -> dict[str, Any] | None:
    """Return the decision that the corrected labels of an image amount to; None where they tell nothing.

    Args:
        suspect: What the sheet showed.
        labels: The labels of its image, corrected: objects, and answers about the image with their `field`.
        others: The labels of its image as they were.
    """
    if suspect["field"] is not None:
        return _answer(suspect, [label for label in labels if label.get("field") == suspect["field"]])
    labels = [label for label in labels if label.get("field") is None]
    issue, place = suspect["issue"], suspect["suggested_box"]
    if issue == "missing_label":
        drawn = _nearest([x for x in labels if x["class_name"] == suspect["suggested_class"]], place)
        return {"decision": "reject"} if drawn is None else {"decision": "confirm", "reason": "drawn"}
    own = [label for label in labels if label["annotation_id"] == suspect["annotation_id"]]
    kept = own[0] if own else _nearest(_free(labels, suspect, others), suspect["box"])
    if kept is None:
        return {"decision": "confirm", "reason": "deleted"}
    if issue == "wrong_class" and kept["class_name"] != suspect["class_name"]:
        return {"decision": "fix", "new_class": kept["class_name"]}
    if issue == "bad_box" and kept["box"] and suspect["box"] and not _is_same(kept["box"], suspect["box"]):
        return {"decision": "fix", **{f"new_{corner}": kept["box"][corner] for corner in CORNERS}}
    return {"decision": "reject"}


def _answer(suspect: Mapping[str, Any], answers: list[dict[str, Any]]) -> dict[str, Any] | None:
    classes = {answer["class_name"] for answer in answers}
    if len(classes) != 1:
        return None  # the tool does not carry the question, or people still differ
    (told,) = classes
    return {"decision": "reject"} if told == suspect["class_name"] else {"decision": "fix", "new_class": told}


def _free(
    labels: list[dict[str, Any]], suspect: Mapping[str, Any], others: list[dict[str, Any]]
) -> list[dict[str, Any]]:
    """Return the labels that lie on no other label more than on the suspect: else a deleted twin would seem to live on."""
    if suspect["box"] is None:
        return []
    places = [x["box"] for x in others if x["box"] and x["annotation_id"] != suspect["annotation_id"]]
    return [
        label
        for label in labels
        if label["box"]
        and all(_iou(label["box"], place) <= _iou(label["box"], suspect["box"]) for place in places)
    ]


def _nearest(labels: list[dict[str, Any]], place: Mapping[str, float] | None) -> dict[str, Any] | None:
    if place is None:
        return None
    near = [(_iou(label["box"], place), label) for label in labels if label["box"]]
    best = max(near, key=lambda pair: pair[0], default=(0.0, None))
    return best[1] if best[0] >= SAME_OBJECT else None


def _iou(a: Mapping[str, float], b: Mapping[str, float]) -> float:
    width = min(a["x_max"], b["x_max"]) - max(a["x_min"], b["x_min"])
    height = min(a["y_max"], b["y_max"]) - max(a["y_min"], b["y_min"])
    if width <= 0 or height <= 0:
        return 0.0
    area = sum((box["x_max"] - box["x_min"]) * (box["y_max"] - box["y_min"]) for box in (a, b))
    return width * height / (area - width * height)


def _is_same(a: Mapping[str, float], b: Mapping[str, float]) -> bool:
    return all(abs(a[corner] - b[corner]) < SAME_SIDE for corner in CORNERS)
