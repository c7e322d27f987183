"""Rows of the lake as cards with pictures, in the form that the component draws."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import db
import queries
from context import context
from labelduck import guarded
from labelduck.overlays import flat_box, overlays
from routes import PICTURE

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

MAX_CARDS = 96
_UNTOLD = frozenset({"reviewer", "decision_id", "decided_at"})  # a repeat looks like any other suspect
CONFIDENCE = 0.25
"""Predictions below it are not drawn, but for the one that a suspect names."""


def suspects(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return cards of rows of `worklist` or `repeatable_decisions`, sealed so that decisions land on them."""
    looks = [{name: value for name, value in row.items() if name not in _UNTOLD} for row in rows]
    return [card(look) | sealed for look, sealed in zip(looks, context().desk.hand_out(rows), strict=True)]


def card(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return a row with an image_id as a card; what it says of a label, a prediction or a box is pointed at."""
    is_missing = row.get("issue") == "missing_label"
    is_prediction = is_missing or (row.get("annotation_id") is None and row.get("prediction_id") is not None)
    suggestion = row.get("suggested_box") or row.get("suggested_class")
    told = {
        "key": hashlib.sha256(repr(sorted(row.items(), key=lambda item: item[0])).encode()).hexdigest()[:20],
        "image": row["image_id"],
        "dataset": row.get("dataset"),
        "issue": row.get("issue"),
        "class_name": row.get("class_name") or row.get("annotation_class"),
        "probability": row.get("error_probability"),
        "cause": row.get("cause"),
        "focus": {
            "id": row.get("prediction_id") if is_prediction else row.get("annotation_id"),
            "model": row.get("model") if is_prediction else None,
            "box": flat_box(row.get("suggested_box") if is_missing else row.get("box")),
        },
        "facts": _facts(row),
    }
    if suggestion:
        told["suggestion"] = {
            "class_name": row.get("suggested_class"),
            "box": None if is_missing else flat_box(row.get("suggested_box")),
            "exact": row.get("suggested_box"),
        }
    return told


def sitting(cards: Sequence[dict[str, Any]], dataset: str | None) -> dict[str, Any]:
    """Return cards and their images as the component takes them; the name of the sitting is made from its keys."""
    images: dict[str, Any] = {}
    for name in dict.fromkeys(card.get("dataset") or dataset for card in cards):
        if name is None:
            continue
        wanted = [c["image"] for c in cards if (c.get("dataset") or dataset) == name]
        own = guarded.cursor(db.connection())
        try:
            found = overlays(own, name, wanted, confidence=CONFIDENCE)
        finally:
            own.close()
        images |= {f"{name}/{image_id}": _image(image) for image_id, image in found.items()}
    shown = [c | {"image": f"{c.get('dataset') or dataset}/{c['image']}"} for c in cards]
    shown = [_aimed(c, images[c["image"]]) for c in shown if c["image"] in images]
    keys = "\n".join(c["key"] for c in shown)
    return {
        "cards": shown,
        "images": images,
        "sitting": hashlib.sha256(keys.encode()).hexdigest()[:16],
        "drawn": hashlib.sha256(json.dumps([shown, images], default=str).encode()).hexdigest()[:16],
    }


def of_rows(rows: Iterable[Mapping[str, Any]], dataset: str | None) -> list[dict[str, Any]]:
    """Return cards of the rows of any query that have an image_id or an annotation_id."""
    named = [dict(row) for row in rows][:MAX_CARDS]
    lacking = [row["annotation_id"] for row in named if not row.get("image_id") and row.get("annotation_id")]
    if lacking:
        where = [
            queries.among("annotation_id", lacking),
            queries.equals("dataset", dataset) if dataset else "",
        ]
        found = db.records(
            queries.select("annotations", columns=("dataset", "annotation_id", "image_id"), where=where)
        )
        places = {row["annotation_id"]: row for row in found}
        named = [
            places.get(row.get("annotation_id"), {}) | row if not row.get("image_id") else row
            for row in named
        ]
        for row in named:
            row["image_id"] = row.get("image_id") or places.get(row.get("annotation_id"), {}).get("image_id")
    return [card(row) for row in named if row.get("image_id")]


def _image(image: dict[str, Any]) -> dict[str, Any]:
    pictures = context().pictures
    found = pictures.find(image["file_name"] or image["image_id"]) or pictures.find(image["image_id"])
    src = f"{PICTURE}/{{width}}?name={quote(found, safe='')}" if found else None
    return {
        "name": image["file_name"] or image["image_id"],
        "src": src,
        "width": image["width"],
        "height": image["height"],
        "shapes": image["shapes"],
    }


def _aimed(card: dict[str, Any], image: Mapping[str, Any]) -> dict[str, Any]:
    """Return a card whose box is that of the shape it names, where its row tells none."""
    focus = card["focus"]
    if focus["box"] is None and focus["id"] is not None:
        named = (s for s in image["shapes"] if s["id"] == focus["id"] and s["model"] == focus["model"])
        focus = focus | {"box": next((shape["box"] for shape in named), None)}
    return card | {"focus": focus}


_TOLD = (
    "class_name", "annotation_class", "prediction_class", "suggested_class", "suspicion", "confidence", "iou", "outcome",
    "error_kind", "annotator", "batch", "reviewer", "model", "evidence", "cause", "annotation_id", "prediction_id",
)  # fmt: skip


def _facts(row: Mapping[str, Any]) -> list[tuple[str, str]]:
    facts = [(name.replace("_", " "), row[name]) for name in _TOLD if row.get(name) is not None]
    if row.get("n_models"):
        facts.insert(4, ("models", f"{row['n_agreeing']} of {row['n_models']} hold it for an error"))
    return [(name, f"{value:.3g}" if isinstance(value, float) else str(value)) for name, value in facts]
