"""What tools wrote into samples and labels, as rows of `tags`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from labelduck.importers.single_values import finite

if TYPE_CHECKING:
    from collections.abc import Iterator

TOOL = "fiftyone"
OUTCOMES = frozenset(("tp", "fp", "fn"))
SCORES = (
    "mistakenness",
    "mistakenness_loc",
    "possible_missing",
    "possible_spurious",
    "hardness",
    "uniqueness",
    "representativeness",
)
"""Fields that FiftyOne's brain gives labels and samples."""


def label_tags(label: dict[str, Any], target: str, target_id: str, image_id: str) -> Iterator[dict[str, Any]]:
    """Yield the tags of a label: its own, the outcome of each evaluation with the IoU, and the scores of the brain.

    Args:
        label: The label, its values plain.
        target: annotation, prediction or image.
        target_id: Its id in the lake.
        image_id: Its image.
    """
    about = {"target": target, "target_id": target_id, "image_id": image_id, "tool": TOOL}
    own = label.get("tags")
    for tag in own if isinstance(own, list) else ():
        if isinstance(tag, str):
            yield about | {"tag": tag}
    for key in _eval_keys(label):
        outcome = about | {"tag": "evaluation", "value": label[key], "eval_key": key}
        yield outcome | {"score": finite(label.get(f"{key}_iou"))}
    for name in SCORES:
        if label.get(name) is not None:
            yield about | {"tag": name} | _value(label[name])


def sample_tags(facts: dict[str, Any], tags: list[str], image_id: str) -> Iterator[dict[str, Any]]:
    """Yield the tags of a sample, and its numbers: counts of evaluations, uniqueness, hardness and any other field."""
    about = {"target": "image", "target_id": image_id, "image_id": image_id, "tool": TOOL}
    for tag in tags:
        yield about | {"tag": tag}
    for name, value in facts.items():
        key, _, outcome = name.rpartition("_")
        if isinstance(value, bool | int | float):
            counts = {"eval_key": key} if key and outcome in OUTCOMES else {}
            yield about | {"tag": name} | _value(value) | counts


def known_fields(label: dict[str, Any]) -> frozenset[str]:
    """Return the fields of a label that became tags."""
    keys = list(_eval_keys(label))
    return frozenset((*SCORES, *keys, *(f"{key}_{end}" for key in keys for end in ("id", "iou"))))


def _eval_keys(label: dict[str, Any]) -> Iterator[str]:
    """Yield the keys of evaluations: fields whose value is an outcome."""
    return (
        name
        for name, value in label.items()
        if isinstance(value, str) and value in OUTCOMES and name != "label"
    )


def _value(value: object) -> dict[str, Any]:
    if isinstance(value, bool):
        return {"value": "true" if value else "false", "score": float(value)}
    number = finite(value)
    return {"score": number} if number is not None else {"value": str(value)}
