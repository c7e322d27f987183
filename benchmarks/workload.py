"""Write the files of a workload: COCO annotations and COCO results, the same bytes on every machine.

    python benchmarks/workload.py boxes_450k --cache DIR

A workload that is in the cache is not written again.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import shutil
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

import scenes

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from scenes import Boxes, Floats, Ints, Scene

CACHE = Path(tempfile.gettempdir()) / "labelduck-benchmarks"
ROWS_AT_ONCE = 100_000
VERTICES = (6, 12, 20, 34)
"""Polygons are ellipses with dents; how many corners they have is drawn from these."""


def prepare(name: str, cache: Path = CACHE) -> Path:
    """Return the folder with `annotations.json` and `results.json` of a workload, writing it if need be.

    Args:
        name: One of `scenes.WORKLOADS`.
        cache: Folder of the workloads' folders.
    """
    folder = cache / f"{name}-{fingerprint()}"
    if not folder.exists():
        unfinished = folder.with_suffix(".part")
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir(parents=True)
        workload = scenes.WORKLOADS[name]
        scene = scenes.draw(workload)
        write_annotations(scene, unfinished / "annotations.json")
        write_results(scene, unfinished / "results.json", geometry=workload.geometry)
        (unfinished / "facts.json").write_text(json.dumps(facts(scene)))
        unfinished.rename(folder)
    return folder


def facts(scene: Scene) -> dict[str, int]:
    """Return how many of everything a scene has."""
    return {
        "images": len(scene.image_ids),
        "classes": len(scene.class_ids),
        "annotations": len(scene.annotation_ids),
        "predictions": len(scene.confidence),
    }


def write_annotations(scene: Scene, path: Path) -> None:
    """Write a COCO annotation file."""
    images = [
        {"id": i, "file_name": f"{i:012}.jpg", "width": width, "height": height, "license": 1}
        for i, (width, height) in zip(scene.image_ids.tolist(), scene.image_sizes.tolist(), strict=True)
    ]
    categories = [
        {"id": i, "name": f"class {i}", "supercategory": f"group {i % 12}"} for i in scene.class_ids.tolist()
    ]
    with path.open("w") as file:
        file.write(
            f'{{"info": {{"description": "made up"}}, "images": {json.dumps(images)}, "annotations": ['
        )
        _write_rows(file.write, _annotation_rows(scene))
        file.write(f'], "categories": {json.dumps(categories)}}}')


def write_results(scene: Scene, path: Path, *, geometry: str) -> None:
    """Write a COCO results file with boxes, or with masks as compressed RLE and no boxes."""
    with path.open("w") as file:
        file.write("[")
        _write_rows(file.write, _box_rows(scene) if geometry == "box" else _mask_rows(scene))
        file.write("]")


def polygons(xywh: Floats, rng: np.random.Generator) -> list[Floats]:
    """Return one polygon per box, touching its sides; each of shape (n_vertices, 2), two decimals."""
    n_vertices = np.array(VERTICES)[rng.integers(len(VERTICES), size=len(xywh))]
    made: list[Floats] = [np.empty((0, 2))] * len(xywh)
    for n in VERTICES:
        rows = np.flatnonzero(n_vertices == n)
        angle = np.arange(n) * (2 * np.pi / n)
        radius = rng.uniform(0.8, 1, (len(rows), n))
        shape = np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=2)
        low, high = shape.min(axis=1, keepdims=True), shape.max(axis=1, keepdims=True)
        corners = xywh[rows, None, :2] + (shape - low) / (high - low) * xywh[rows, None, 2:]
        for row, corner in zip(rows.tolist(), np.round(corners, 2), strict=True):
            made[row] = corner
    return made


def fingerprint(*sources: str) -> str:
    """Return what changes when the files would be written differently.

    Args:
        sources: Further source files that have a say.
    """
    here = Path(__file__).parent
    paths = (here / "scenes.py", here / "workload.py", *map(Path, sources))
    return hashlib.sha256(b"".join(path.read_bytes() for path in paths)).hexdigest()[:10]


def _annotation_rows(scene: Scene) -> Iterator[str]:
    image, size = scene.annotations.image, scene.image_sizes
    rng = np.random.default_rng(7)
    for part in _parts(len(image)):
        boxes = scene.annotations.xywh[part]
        outlines = polygons(boxes, rng)
        columns = zip(
            scene.annotation_ids[part].tolist(),
            scene.image_ids[image[part]].tolist(),
            scene.class_ids[scene.annotations.label[part]].tolist(),
            boxes.tolist(),
            outlines,
            scene.is_crowd[part].tolist(),
            size[image[part]].tolist(),
            strict=True,
        )
        for ident, image_id, class_id, box, outline, is_crowd, (width, height) in columns:
            shape, area = _crowd(box, width, height) if is_crowd else _outline(outline)
            yield (
                f'{{"segmentation": {shape}, "area": {area}, "iscrowd": {int(is_crowd)}, '
                f'"image_id": {image_id}, "bbox": {box}, "category_id": {class_id}, "id": {ident}}}'
            )


def _outline(outline: Floats) -> tuple[str, float]:
    x, y = outline[:, 0], outline[:, 1]
    area = abs(float(x @ np.roll(y, -1) - y @ np.roll(x, -1))) / 2
    return f"[{outline.ravel().tolist()}]", round(area, 4)


def _crowd(box: list[float], width: int, height: int) -> tuple[str, int]:
    """Return a filled rectangle as uncompressed run lengths, column by column, and its area."""
    left, top = int(box[0]), int(box[1])
    wide, high = max(1, int(box[2])), max(1, int(box[3]))
    runs = [left * height + top, high, *[height - high, high] * (wide - 1)]
    runs.append(width * height - sum(runs))
    return f'{{"counts": {runs}, "size": [{height}, {width}]}}', wide * high


def _box_rows(scene: Scene) -> Iterator[str]:
    for part in _parts(len(scene.confidence)):
        for image_id, class_id, box, score in zip(
            *_keys(scene, scene.predictions, part),
            scene.predictions.xywh[part].tolist(),
            scene.confidence[part].tolist(),
            strict=True,
        ):
            yield f'{{"image_id": {image_id}, "category_id": {class_id}, "bbox": {box}, "score": {score}}}'


def _mask_rows(scene: Scene) -> Iterator[str]:
    rng = np.random.default_rng(8)
    for part in _parts(len(scene.confidence)):
        outlines = polygons(scene.predictions.xywh[part], rng)
        masks = _encoded(outlines, scene.image_sizes[scene.predictions.image[part]])
        for image_id, class_id, mask, score in zip(
            *_keys(scene, scene.predictions, part), masks, scene.confidence[part].tolist(), strict=True
        ):
            yield (
                f'{{"image_id": {image_id}, "category_id": {class_id}, "segmentation": {json.dumps(mask)}, '
                f'"score": {score}}}'
            )


def _encoded(outlines: list[Floats], sizes: Ints) -> list[dict[str, object]]:
    from pycocotools import mask

    encoded: list[dict[str, object]] = []
    for outline, (width, height) in zip(outlines, sizes.tolist(), strict=True):
        rle = mask.frPyObjects([outline.ravel().tolist()], height, width)[0]
        encoded.append({"size": rle["size"], "counts": rle["counts"].decode()})
    return encoded


def _keys(scene: Scene, boxes: Boxes, part: slice) -> tuple[list[int], list[int]]:
    return scene.image_ids[boxes.image[part]].tolist(), scene.class_ids[boxes.label[part]].tolist()


def _parts(n: int) -> Iterator[slice]:
    return (slice(start, start + ROWS_AT_ONCE) for start in range(0, n, ROWS_AT_ONCE))


def _write_rows(write: object, rows: Iterable[str]) -> None:
    assert callable(write)
    before = ""
    pending: list[str] = []
    for row in rows:
        pending.append(row)
        if len(pending) == ROWS_AT_ONCE:
            write(before + ", ".join(pending))
            before, pending = ", ", []
    if pending:
        write(before + ", ".join(pending))


def main() -> None:
    """Print the folder of each workload asked for."""
    parser = argparse.ArgumentParser(description="Write the files of benchmark workloads.")
    parser.add_argument("names", nargs="+", choices=list(scenes.WORKLOADS), metavar="NAME")
    parser.add_argument("--cache", type=Path, default=CACHE, help="folder to keep them in")
    options = parser.parse_args()
    for name in options.names:
        sys.stdout.write(f"{prepare(name, options.cache)}\n")


if __name__ == "__main__":
    main()
