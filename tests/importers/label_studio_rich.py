"""One export in which everything occurs that Label Studio can say."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from format_rows import base64_of, png_of
from label_studio_files import annotation, choice, rectangle, result

from labelduck.geometry.brush import encode_brush

if TYPE_CHECKING:
    from label_studio_files import Record

CONFIG = """<View><Image name="image" value="$image"/>
<RectangleLabels name="label" toName="image"><Label value="car"/><Label value="bus"/></RectangleLabels>
<KeyPointLabels name="pose" toName="image"><Label value="nose" model_index="1"/><Label value="eye" model_index="0"/></KeyPointLabels>
<Choices name="weather" toName="image"><Choice value="rain"/><Choice value="sun"/></Choices></View>"""

_TIME = "2026-11-21T07:03:05.034706Z"


def rich_export() -> list[Record]:
    pixels = np.zeros((100, 200), bool)
    pixels[10:20, 30:60] = True
    png = f"data:image/png;base64,{base64_of(png_of(pixels * 255))}"
    point = {"x": 25, "y": 50, "width": 0.5, "keypointlabels": ["nose"]}
    moving = {
        "frame": 1,
        "x": 0,
        "y": 0,
        "width": 10,
        "height": 10,
        "enabled": True,
        "rotation": 0,
        "time": 0.04,
    }
    drawn = [
        rectangle("car", "taxi", origin="prediction-changed", meta={"text": ["torn"]}, locked=True),
        result("rectanglelabels", rectangle()["value"] | {"rotation": 30}, id="r2"),
        result("polygonlabels", {"points": [[1, 1], [9, 1], [9, 9]], "polygonlabels": ["car"]}, id="p.0"),
        result("polygonlabels", {"points": [[11, 1], [19, 1], [19, 9]], "polygonlabels": ["car"]}, id="p.1"),
        result(
            "ellipselabels", {"x": 50, "y": 50, "radiusX": 5, "radiusY": 9, "ellipselabels": ["bus"]}, id="e"
        ),
        result("brushlabels", {"format": "rle", "rle": encode_brush(pixels), "brushlabels": ["car"]}, id="b"),
        result("bitmasklabels", {"imageDataURL": png, "bitmasklabels": ["car"]}, id="m"),
        result("keypointlabels", point, id="k", parentID="r1"),
        result(
            "vectorlabels",
            {"vertices": [{"x": 0, "y": 0}, {"x": 5, "y": 5}], "vectorlabels": ["lane"]},
            id="v",
        ),
        result("videorectangle", {"sequence": [moving, moving | {"frame": 9, "enabled": False}]}, id="w"),
        result("choices", {"choices": ["red"]}, from_name="colour"),
        choice("rain", "sun"),
        choice(id="t", type="taxonomy", value={"taxonomy": [["land", "road"], ["land"]]}, from_name="kind"),
        choice(id="n", type="number", value={"number": 4}, from_name="n_people"),
        choice(id="x", type="textarea", value={"text": ["a", "b"]}, from_name="remark"),
        {"type": "relation", "from_id": "r1", "to_id": "r2", "direction": "right", "labels": ["tows"]},
    ]
    review = {
        "id": 5,
        "created_by": {"id": 9, "email": "rev@x.org"},
        "accepted": False,
        "created_at": _TIME,
        "comment": "off",
    }
    step = {
        "id": 7,
        "action": "submitted",
        "created_by": 3,
        "created_at": _TIME,
        "comment": None,
        "result": [rectangle()],
    }
    comment = {
        "id": 8,
        "text": "why?",
        "is_resolved": True,
        "resolved_at": _TIME,
        "created_at": _TIME,
        "created_by": 9,
    }
    guess = {"id": 4, "model_version": "m1", "score": 0.5, "result": [rectangle(score=0.75), choice("sun")]}
    whole = annotation(
        *drawn,
        completed_by={"id": 3, "email": "cy@x.org"},
        lead_time=12.5,
        ground_truth=True,
        created_at=_TIME,
        updated_at=_TIME,
        reviews=[review],
        history=[step],
        comments=[comment],
        prediction=guess,
        parent_prediction=4,
    )
    skipped = annotation(id=23, completed_by=9, was_cancelled=True)
    data = {"image": "https://host/a/val/one.jpg?sig=1", "weather": "wet", "batch": "b1"}
    task = {
        "id": 1,
        "data": data,
        "meta": {"source": "cam"},
        "annotations": [whole, skipped],
        "predictions": [guess, 4, 6],
    }
    draft = {"user": "dan@x.org", "result": [rectangle()], "lead_time": 2}
    other = {
        "id": 2,
        "data": {"images": ["a/x.png", {"url": "a/y.png"}]},
        "annotations": [],
        "drafts": [draft],
    }
    pages = [rectangle(item_index=1), rectangle(id="r9", item_index=0)]
    return [
        task,
        other,
        {"id": 3, "data": other["data"] | {"text": "t"}, "completions": [annotation(*pages, id=30)]},
    ]
