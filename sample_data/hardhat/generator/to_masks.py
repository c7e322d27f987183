"""Writes mask pictures of the first dozen validation pictures: class and instance numbers as palette PNG, in Pascal VOC's layout.

What the annotators outlined or brushed is painted in the order of the annotations, later over earlier; a crowd is void (255).
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image, ImageDraw

from generator.canvas import HEIGHT, WIDTH
from generator.plans import SKIPPED
from generator.truth import CLASSES

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from generator.files import Files
    from generator.labels import Annotation
    from generator.plans import Shot
    from generator.project import Project

VOID = 255
N_PICTURES = 12
FINE = 8  # strokes include their edge: so polygons are filled much finer than the picture
HALF = 0.5


def mask_files(project: Project) -> Files:
    """Return SegmentationClass/, SegmentationObject/, labelmap.txt and the list of pictures."""
    drawn: dict[int, list[Annotation]] = {}
    for annotation in project.work.annotations:
        drawn.setdefault(annotation.image_id, []).append(annotation)
    files: Files = {"masks/labelmap.txt": _labelmap()}
    shots = [shot for shot in project.shots if shot.split == "val" and shot.image_id not in SKIPPED][
        :N_PICTURES
    ]
    for shot in shots:
        classes, objects = _painted(drawn.get(shot.image_id, []))
        files[f"masks/SegmentationClass/{shot.stem}.png"] = _png(classes)
        files[f"masks/SegmentationObject/{shot.stem}.png"] = _png(objects)
    files["masks/ImageSets/Segmentation/val.txt"] = _names(shots)
    return files


def palette() -> list[tuple[int, int, int]]:
    """Return Pascal VOC's colours: the bits of the number, spread over red, green and blue."""
    return [
        tuple(
            sum(((value >> (3 * bit + channel)) & 1) << (7 - bit) for bit in range(8)) for channel in range(3)
        )  # type: ignore[misc]
        for value in range(256)
    ]


def _painted(annotations: list[Annotation]) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    classes, objects = (np.zeros((HEIGHT, WIDTH), np.uint8) for _ in range(2))
    instance = 0
    for annotation in annotations:
        mask = _mask(annotation)
        if mask is None:
            continue
        instance += not annotation.is_crowd
        classes[mask] = VOID if annotation.is_crowd else CLASSES.index(annotation.class_name) + 1
        objects[mask] = VOID if annotation.is_crowd else instance
    return classes, objects


def _mask(annotation: Annotation) -> NDArray[np.bool_] | None:
    if annotation.has_mask and annotation.truth:
        return annotation.truth.mask
    if not annotation.polygons:
        return None
    mask = np.zeros((HEIGHT, WIDTH), np.bool_)
    left, top = int(annotation.box[0]), int(annotation.box[1])
    width, height = int(annotation.box[2]) + 1 - left, int(annotation.box[3]) + 1 - top
    canvas = Image.new("1", (width * FINE, height * FINE))
    for ring in annotation.polygons:
        corners = [(value - (top if n % 2 else left)) * FINE for n, value in enumerate(ring)]
        ImageDraw.Draw(canvas).polygon(corners, fill=1)
    filled = np.asarray(canvas).reshape(height, FINE, width, FINE).mean(axis=(1, 3)) >= HALF
    part = mask[top : top + height, left : left + width]
    part[:] = filled[: part.shape[0], : part.shape[1]]
    return mask


def _labelmap() -> bytes:
    colours = palette()
    lines = ["# label:color_rgb:parts:actions", "background:0,0,0::"]
    lines += [f"{name}:{','.join(map(str, colours[n]))}::" for n, name in enumerate(CLASSES, start=1)]
    return ("\n".join(lines) + "\n").encode()


def _names(shots: list[Shot]) -> bytes:
    return "".join(f"{shot.stem}\n" for shot in shots).encode()


def _png(numbers: NDArray[np.uint8]) -> bytes:
    picture = Image.fromarray(numbers, mode="L")
    picture.putpalette([value for colour in palette() for value in colour])
    buffer = io.BytesIO()
    picture.save(buffer, "PNG", optimize=True)
    return buffer.getvalue()
