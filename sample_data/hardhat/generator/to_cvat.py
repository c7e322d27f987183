"""Writes the validation split as CVAT for images 1.1, as a task export has it: no ids, no authors, no times per object."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.sax.saxutils import quoteattr

import numpy as np

from generator.canvas import HEIGHT, WIDTH
from generator.contours import run_lengths
from generator.truth import CLASSES

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from generator.files import Files
    from generator.labels import Annotation
    from generator.plans import Shot
    from generator.project import Project

OCCLUDED = 0.1
"""Share hidden from which the simulated annotators tick `occluded`."""


def cvat_files(project: Project) -> Files:
    """Return annotations.xml."""
    shots = [shot for shot in project.shots if shot.split == "val"]
    shapes: dict[int, list[str]] = {shot.image_id: [] for shot in shots}
    for annotation in project.work.annotations:
        if annotation.image_id in shapes:
            shapes[annotation.image_id].append(_shape(annotation))
    images = [_image(place, shot, shapes[shot.image_id]) for place, shot in enumerate(shots)]
    text = f'<?xml version="1.0" encoding="utf-8"?>\n<annotations>\n<version>1.1</version>\n{_meta(shots)}\n'
    return {"cvat/annotations.xml": (text + "\n".join(images) + "\n</annotations>\n").encode()}


def _meta(shots: list[Shot]) -> str:
    labels = "".join(
        f"<label><name>{name}</name><type>any</type><attributes></attributes></label>" for name in CLASSES
    )
    first, last = shots[0].captured_at, shots[-1].captured_at
    return (
        f"<meta><task><id>1</id><name>hardhat val</name><size>{len(shots)}</size><mode>annotation</mode><overlap>0</overlap>"
        f"<created>{first} +00:00</created><updated>{last} +00:00</updated><subset>val</subset>"
        f"<start_frame>0</start_frame><stop_frame>{len(shots) - 1}</stop_frame>"
        f"<segments><segment><id>1</id><start>0</start><stop>{len(shots) - 1}</stop>"
        "<url>http://localhost:8080/api/jobs/1</url></segment></segments>"
        "<owner><username>lead</username><email></email></owner><assignee></assignee>"
        f"<labels>{labels}</labels></task><dumped>{last} +00:00</dumped></meta>"
    )


def _image(place: int, shot: Shot, shapes: list[str]) -> str:
    name = quoteattr(shot.file_name)
    return "\n".join(
        [f'<image id="{place}" name={name} width="{WIDTH}" height="{HEIGHT}">', *shapes, "</image>"]
    )


def _shape(annotation: Annotation) -> str:
    occluded = int(bool(annotation.truth and annotation.truth.occluded > OCCLUDED))
    common = f'label="{annotation.class_name}" source="manual" occluded="{occluded}"'
    if annotation.has_mask and annotation.truth:
        return f'<mask {common} {_runs(annotation.truth.mask)} z_order="0"></mask>'
    if annotation.polygons:
        # A polygon in pieces becomes one polygon per piece, held together by a group.
        group = f' group_id="{annotation.annotation_id}"' if len(annotation.polygons) > 1 else ""
        return "\n".join(
            f'<polygon {common} points="{_points(ring)}" z_order="0"{group}></polygon>'
            for ring in annotation.polygons
        )
    corners = zip(("xtl", "ytl", "xbr", "ybr"), annotation.box, strict=True)
    edges = " ".join(f'{key}="{value:.2f}"' for key, value in corners)
    return f'<box {common} {edges} z_order="0"></box>'


def _points(ring: list[float]) -> str:
    return ";".join(f"{x:.2f},{y:.2f}" for x, y in zip(ring[::2], ring[1::2], strict=True))


def _runs(mask: NDArray[np.bool_]) -> str:
    """Return CVAT's mask: runs row by row within the box, beginning with zeros."""
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    top, left = int(rows[0]), int(columns[0])
    inside = mask[top : rows[-1] + 1, left : columns[-1] + 1]
    runs = ", ".join(map(str, run_lengths(np.ascontiguousarray(inside.T))))
    height, width = inside.shape
    return f'rle="{runs}" left="{left}" top="{top}" width="{width}" height="{height}"'
