"""Writes the validation and the skipped pictures as Label Studio JSON: every annotator of a picture is one annotation of its task."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.canvas import HEIGHT, WIDTH
from generator.detectors import GOOD
from generator.files import iso, json_list
from generator.people import HANDS
from generator.plans import ANNOTATORS, SKIPPED, START
from generator.to_yolo import outlines
from generator.truth import CLASSES

if TYPE_CHECKING:
    import datetime as dt

    from generator.contours import Box
    from generator.files import Files
    from generator.labels import Annotation
    from generator.plans import Shot
    from generator.project import Project

SURE = 0.3
"""Confidence from which a detection was shown to the annotators."""


def label_studio_files(project: Project) -> Files:
    """Return tasks.json and the labelling interface."""
    shots = [shot for shot in project.shots if shot.split == "val" or shot.image_id in SKIPPED]
    made: dict[tuple[int, str], list[Annotation]] = {}
    for annotation in project.work.annotations + project.overlap.annotations + project.gold:
        if not annotation.is_crowd:
            made.setdefault((annotation.image_id, annotation.annotator), []).append(annotation)
    tasks = [_task(project, shot, made) for shot in shots]
    return {"label_studio/tasks.json": json_list(tasks), "label_studio/interface.xml": _interface()}


def _task(project: Project, shot: Shot, made: dict[tuple[int, str], list[Annotation]]) -> dict[str, object]:
    who = [shot.annotator]
    if shot.is_gold:
        who += [name for name in ANNOTATORS if name != shot.annotator] + ["lead"]
    found = [
        one for one in project.detections[GOOD.name] if one.image_id == shot.image_id and one.score >= SURE
    ]
    results = [
        _region(f"p{n}", CLASSES[one.category_id - 1], _corners(one.bbox)) | {"score": one.score}
        for n, one in enumerate(found)
    ]
    prediction = {"id": shot.image_id, "model_version": GOOD.name, "task": shot.image_id, "result": results}
    return {
        "id": shot.image_id,
        "data": {"image": f"/data/local-files/?d=images/{shot.file_name}"},
        "meta": {"batch": shot.batch},
        "created_at": iso(shot.captured_at),
        "annotations": [_annotation(shot, name, made.get((shot.image_id, name), [])) for name in who],
        "predictions": [prediction] if shot.is_gold else [],
    }


def _annotation(shot: Shot, annotator: str, drawn: list[Annotation]) -> dict[str, object]:
    people = (*ANNOTATORS, "lead")
    number = people.index(annotator) + 1
    spent = sum(one.lead_time_s for one in drawn)
    created = max((one.created_at for one in drawn), default=_looked_at(shot))
    return {
        "id": shot.image_id * 10 + number,
        "completed_by": {
            "id": number,
            "email": f"{annotator}@example.com",
            "first_name": annotator,
            "last_name": "",
        },
        "was_cancelled": shot.image_id in SKIPPED,
        "ground_truth": annotator == "lead",
        "created_at": iso(START if annotator == "lead" else created),
        "updated_at": iso(START if annotator == "lead" else created),
        "lead_time": round(spent, 1) or HANDS.get(annotator, HANDS["ana"]).seconds,
        "task": shot.image_id,
        "result": [region for one in drawn for region in _regions(one)],
    }


def _looked_at(shot: Shot) -> dt.datetime:
    """Return when a picture without objects was looked at: some time on its batch's first day."""
    return START.replace(hour=15) + 7 * (int(shot.batch[-2:]) - 1) * (START.replace(day=4) - START)


def _regions(annotation: Annotation) -> list[dict[str, object]]:
    """Return one rectangle, or one polygon per piece."""
    name, rings = str(annotation.annotation_id), outlines(annotation)
    if not rings:
        return [_region(name, annotation.class_name, annotation.box)]
    regions = []
    for n, ring in enumerate(rings):
        points = [[_percent_x(x), _percent_y(y)] for x, y in zip(ring[::2], ring[1::2], strict=True)]
        value = {"points": points, "closed": True, "polygonlabels": [annotation.class_name]}
        regions.append(_frame(name if len(rings) == 1 else f"{name}.{n}", "polygonlabels", "outline", value))
    return regions


def _region(name: str, class_name: str, box: Box) -> dict[str, object]:
    x_min, y_min, x_max, y_max = box
    value = {
        "x": _percent_x(x_min),
        "y": _percent_y(y_min),
        "width": _percent_x(x_max - x_min),
        "height": _percent_y(y_max - y_min),
        "rotation": 0,
        "rectanglelabels": [class_name],
    }
    return _frame(name, "rectanglelabels", "box", value)


def _frame(name: str, kind: str, control: str, value: dict[str, object]) -> dict[str, object]:
    return {
        "id": name,
        "type": kind,
        "from_name": control,
        "to_name": "image",
        "original_width": WIDTH,
        "original_height": HEIGHT,
        "image_rotation": 0,
        "value": value,
    }


def _corners(bbox: list[float]) -> Box:
    x, y, width, height = bbox
    return x, y, x + width, y + height


def _percent_x(value: float) -> float:
    return round(100 * value / WIDTH, 9)


def _percent_y(value: float) -> float:
    return round(100 * value / HEIGHT, 9)


def _interface() -> bytes:
    labels = "".join(f'<Label value="{name}"/>' for name in CLASSES)
    return (
        '<View><Image name="image" value="$image"/>\n'
        f'<RectangleLabels name="box" toName="image">{labels}</RectangleLabels>\n'
        f'<PolygonLabels name="outline" toName="image">{labels}</PolygonLabels></View>\n'
    ).encode()
