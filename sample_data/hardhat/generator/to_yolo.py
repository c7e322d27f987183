"""Writes YOLO labels: boxes of all pictures (detect), outlines of the validation pictures (segment)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.canvas import HEIGHT, WIDTH
from generator.contours import ring_area
from generator.files import number
from generator.plans import SKIPPED
from generator.truth import CLASSES

if TYPE_CHECKING:
    from collections.abc import Callable

    from generator.contours import Ring
    from generator.files import Files
    from generator.labels import Annotation
    from generator.plans import Shot
    from generator.project import Project

HEADER = "# {what}\n# Pictures: ../../images, for example `labelduck import yolo . --images ../../images`.\n"


def yolo_files(project: Project) -> Files:
    """Return data.yaml and label files; a picture that was skipped has none, one without objects an empty one."""
    val = [shot for shot in project.shots if shot.split == "val"]
    return {
        "yolo/detect/data.yaml": _config("Boxes of all pictures.", "detect", ("train", "val")),
        "yolo/segment/data.yaml": _config("Outlines of the validation pictures.", "segment", ("val",)),
        **_lists("yolo/detect", project.shots, ("train", "val")),
        **_lists("yolo/segment", project.shots, ("val",)),
        **_labels("yolo/detect", project, project.shots, _box_line),
        **_labels("yolo/segment", project, val, _outline_line),
    }


def _config(what: str, task: str, splits: tuple[str, ...]) -> bytes:
    lines = [f"path: .\ntask: {task}"]
    lines += [f"{split}: {split}.txt" for split in splits]
    lines += ["names:", *(f"  {index}: {name}" for index, name in enumerate(CLASSES))]
    return (HEADER.format(what=what) + "\n".join(lines) + "\n").encode()


def _lists(folder: str, shots: list[Shot], splits: tuple[str, ...]) -> Files:
    """Return the lists of pictures: the skipped one stands there too, though nobody labelled it."""
    return {
        f"{folder}/{split}.txt": "".join(
            f"./images/{s.file_name}\n" for s in shots if s.split == split
        ).encode()
        for split in splits
    }


def _labels(
    folder: str, project: Project, shots: list[Shot], line: Callable[[Annotation], str | None]
) -> Files:
    lines: dict[int, list[str]] = {shot.image_id: [] for shot in shots}
    for annotation in project.work.annotations:
        if annotation.image_id in lines and not annotation.is_crowd:
            text = line(annotation)
            lines[annotation.image_id] += [text] if text else []
    return {
        f"{folder}/labels/{shot.split}/{shot.stem}.txt": "".join(
            f"{text}\n" for text in lines[shot.image_id]
        ).encode()
        for shot in shots
        if shot.image_id not in SKIPPED
    }


def _box_line(annotation: Annotation) -> str:
    x_min, y_min, x_max, y_max = annotation.box
    shares = (
        (x_min + x_max) / 2 / WIDTH,
        (y_min + y_max) / 2 / HEIGHT,
        (x_max - x_min) / WIDTH,
        (y_max - y_min) / HEIGHT,
    )
    return " ".join([str(CLASSES.index(annotation.class_name)), *map(number, shares)])


def _outline_line(annotation: Annotation) -> str | None:
    """Return the largest outline: YOLO knows one per object."""
    rings = outlines(annotation)
    if not rings:
        return None
    ring = max(rings, key=lambda r: abs(ring_area(r)))
    shares = [value / (HEIGHT if place % 2 else WIDTH) for place, value in enumerate(ring)]
    return " ".join([str(CLASSES.index(annotation.class_name)), *map(number, shares)])


def outlines(annotation: Annotation) -> list[Ring]:
    """Return an annotation's polygons; those around its mask when it is one."""
    return annotation.truth.polygons if annotation.has_mask and annotation.truth else annotation.polygons
