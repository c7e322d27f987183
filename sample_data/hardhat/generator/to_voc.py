"""Writes Pascal VOC: one XML per picture, lists of the splits, and the detections of the good model as comp4 files.

VOC's corners are numbers of pixels, counted from 1, the last one included: a box from 0 to 10 is written 1 to 10. The
sample's fractions are written as they are, so that nothing is lost.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.canvas import HEIGHT, WIDTH
from generator.detectors import GOOD
from generator.files import number
from generator.plans import SKIPPED
from generator.truth import CLASSES

if TYPE_CHECKING:
    from generator.files import Files
    from generator.labels import Annotation
    from generator.plans import Shot
    from generator.project import Project

MOSTLY_HIDDEN = 0.6
"""Share hidden from which the simulated annotators tick `difficult`."""


def voc_files(project: Project) -> Files:
    """Return Annotations/, ImageSets/ and results/."""
    objects: dict[int, list[str]] = {shot.image_id: [] for shot in project.shots}
    for annotation in project.work.annotations:
        if not annotation.is_crowd:
            objects[annotation.image_id].append(_object(annotation))
    files = {
        f"voc/Annotations/{shot.stem}.xml": _document(shot, objects[shot.image_id])
        for shot in project.shots
        if shot.image_id not in SKIPPED
    }
    for split in ("train", "val"):
        names = [f"{shot.stem}\n" for shot in project.shots if shot.split == split]
        files[f"voc/ImageSets/Main/{split}.txt"] = "".join(names).encode()
    return files | _detections(project)


def _document(shot: Shot, objects: list[str]) -> bytes:
    size = f"<size><width>{WIDTH}</width><height>{HEIGHT}</height><depth>3</depth></size>"
    head = f"<folder>{shot.split}</folder><filename>{shot.stem}.jpg</filename>"
    head += f"<source><annotator>{shot.annotator}</annotator></source>"
    return f"<annotation>\n{head}\n{size}\n{''.join(objects)}</annotation>\n".encode()


def _object(annotation: Annotation) -> str:
    truth = annotation.truth
    truncated = int(bool(truth and truth.is_truncated))
    difficult = int(bool(truth and truth.occluded > MOSTLY_HIDDEN))
    x_min, y_min, x_max, y_max = (number(v) for v in _one_based(annotation.box))
    box = f"<xmin>{x_min}</xmin><ymin>{y_min}</ymin><xmax>{x_max}</xmax><ymax>{y_max}</ymax>"
    flags = f"<truncated>{truncated}</truncated><difficult>{difficult}</difficult>"
    return f"<object><name>{annotation.class_name}</name>{flags}<bndbox>{box}</bndbox></object>\n"


def _one_based(box: tuple[float, float, float, float]) -> tuple[float, float, float, float]:
    return box[0] + 1, box[1] + 1, box[2], box[3]


def _detections(project: Project) -> Files:
    stems = {shot.image_id: shot.stem for shot in project.shots}
    lines: dict[str, list[str]] = {name: [] for name in CLASSES}
    for found in project.detections[GOOD.name]:
        x, y, width, height = found.bbox
        corners = [round(v, 2) for v in _one_based((x, y, x + width, y + height))]
        text = " ".join([stems[found.image_id], f"{found.score:.4f}", *map(number, corners)])
        lines[CLASSES[found.category_id - 1]].append(f"{text}\n")
    return {f"voc/results/comp4_det_all_{name}.txt": "".join(rows).encode() for name, rows in lines.items()}
