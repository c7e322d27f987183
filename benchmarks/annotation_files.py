"""Write one made-up scene in the formats that labelduck imports, to measure each importer on the same objects.

    python benchmarks/annotation_files.py boxes_450k --cache DIR

The first `--images` images of the workload are written as COCO JSON, YOLO text files with a list of sizes, Pascal VOC
XML files, class masks as palette PNG, and in all formats that the tests write, or in those of `--formats`; prints the folder.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image, ImageDraw

import scenes
import workload

sys.path.append(str(Path(__file__).resolve().parents[1] / "tests"))
import format_scenes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from scenes import Scene

FORMATS_OF_TESTS = [name for name in format_scenes.WRITERS if name not in ("coco", "yolo", "voc")]
ALL = ("coco", "yolo", "voc", "mask_png", *FORMATS_OF_TESTS)
_VOC_OBJECT = (
    "<object><name>{name}</name><pose>Unspecified</pose><truncated>0</truncated><difficult>0</difficult>"
    "<bndbox><xmin>{}</xmin><ymin>{}</ymin><xmax>{}</xmax><ymax>{}</ymax></bndbox></object>"
)
_VOC_FILE = (
    "<annotation><folder>made up</folder><filename>{stem}.jpg</filename>"
    "<size><width>{width}</width><height>{height}</height><depth>3</depth></size>"
    "<segmented>0</segmented>{objects}</annotation>"
)


def prepare(name: str, n_images: int, cache: Path, formats: Sequence[str] = ALL) -> Path:
    """Return the folder with one subfolder per format, writing it if need be."""
    some = "" if tuple(formats) == ALL else "-".join(("", *formats))
    folder = cache / f"formats-{name}-{n_images}-{workload.fingerprint(__file__)}{some}"
    if not folder.exists():
        unfinished = folder.with_suffix(".part")
        shutil.rmtree(unfinished, ignore_errors=True)
        scene = first_images(scenes.draw(scenes.WORKLOADS[name]), n_images)
        for form, write in OWN.items():
            if form in formats:
                (unfinished / form).mkdir(parents=True)
                write(scene, unfinished / form)
        _others(scene, unfinished, [form for form in FORMATS_OF_TESTS if form in formats])
        (unfinished / "facts.json").write_text(json.dumps(workload.facts(scene)))
        unfinished.rename(folder)
    return folder


def first_images(scene: Scene, n: int) -> Scene:
    """Return the part of a scene that lies in its first images, without crowds, which only COCO has."""
    kept = (scene.annotations.image < n) & ~scene.is_crowd
    found = scene.predictions.image < n
    return replace(
        scene,
        image_ids=scene.image_ids[:n],
        image_sizes=scene.image_sizes[:n],
        annotation_ids=scene.annotation_ids[kept],
        annotations=scenes.take(scene.annotations, kept),
        is_crowd=scene.is_crowd[kept],
        predictions=scenes.take(scene.predictions, found),
        confidence=scene.confidence[found],
    )


def _others(scene: Scene, folder: Path, formats: list[str]) -> None:
    """Write the formats that the tests write too, boxes as they are."""
    pictures = []
    for stem, width, height, labels, boxes in _by_image(scene):
        corners = np.concatenate([boxes[:, :2], boxes[:, :2] + boxes[:, 2:]], axis=1).tolist()
        objects = tuple((f"class_{n}", tuple(box)) for n, box in zip(labels, corners, strict=True))
        pictures.append(format_scenes.Picture(stem, width, height, objects))
    for name in formats:
        (folder / name).mkdir()
        format_scenes.WRITERS[name][1](folder / name, tuple(pictures))


def _coco(scene: Scene, folder: Path) -> None:
    workload.write_annotations(scene, folder / "annotations.json")


def _yolo(scene: Scene, folder: Path) -> None:
    names = "".join(f"  {n}: class {ident}\n" for n, ident in enumerate(scene.class_ids.tolist()))
    (folder / "data.yaml").write_text(f"path: .\ntrain: images/train\nval: images/train\nnames:\n{names}")
    for kind in ("images", "labels"):
        (folder / kind / "train").mkdir(parents=True)
    sizes = ["file_name,width,height"]
    for stem, width, height, labels, boxes in _by_image(scene):
        sizes.append(f"{stem}.jpg,{width},{height}")
        middle = (boxes[:, :2] + boxes[:, 2:] / 2) / (width, height)
        extent = boxes[:, 2:] / (width, height)
        rows = np.concatenate([middle, extent], axis=1).tolist()
        lines = [f"{n} {x:.6f} {y:.6f} {w:.6f} {h:.6f}" for n, (x, y, w, h) in zip(labels, rows, strict=True)]
        (folder / "labels" / "train" / f"{stem}.txt").write_text("\n".join(lines) + "\n" * bool(lines))
    (folder / "sizes.csv").write_text("\n".join(sizes) + "\n")


def _voc(scene: Scene, folder: Path) -> None:
    (folder / "Annotations").mkdir()
    names = [f"class {ident}" for ident in scene.class_ids.tolist()]
    for stem, width, height, labels, boxes in _by_image(scene):
        corners = np.rint(np.concatenate([boxes[:, :2] + 1, boxes[:, :2] + boxes[:, 2:]], axis=1)).astype(int)
        objects = "".join(
            _VOC_OBJECT.format(*box, name=names[n]) for n, box in zip(labels, corners.tolist(), strict=True)
        )
        text = _VOC_FILE.format(stem=stem, width=width, height=height, objects=objects)
        (folder / "Annotations" / f"{stem}.xml").write_text(text)


def _mask_png(scene: Scene, folder: Path) -> None:
    palette = np.random.default_rng(3).integers(256, size=768).tolist()
    names = {str(n + 1): f"class {ident}" for n, ident in enumerate(scene.class_ids.tolist())}
    (folder / "classes.json").write_text(json.dumps(names))
    (folder / "SegmentationClass").mkdir()
    for stem, width, height, labels, boxes in _by_image(scene):
        picture = Image.new("P", (width, height), 0)
        picture.putpalette(palette)
        pen = ImageDraw.Draw(picture)
        for label, (x, y, w, h) in zip(labels, boxes.tolist(), strict=True):
            pen.ellipse((x, y, x + w, y + h), fill=label + 1, outline=255)
        picture.save(folder / "SegmentationClass" / f"{stem}.png")


OWN: dict[str, Callable[[Scene, Path], None]] = {
    "coco": _coco,
    "yolo": _yolo,
    "voc": _voc,
    "mask_png": _mask_png,
}
"""Formats that are written here."""


def _by_image(scene: Scene) -> Iterator[tuple[str, int, int, list[int], scenes.Floats]]:
    order = np.argsort(scene.annotations.image, kind="stable")
    ends = np.cumsum(np.bincount(scene.annotations.image, minlength=len(scene.image_ids)))
    rows = np.split(order, ends[:-1])
    for image_id, (width, height), own in zip(
        scene.image_ids.tolist(), scene.image_sizes.tolist(), rows, strict=True
    ):
        yield (
            f"{image_id:012}",
            width,
            height,
            scene.annotations.label[own].tolist(),
            scene.annotations.xywh[own],
        )


def main() -> None:
    """Print the folder."""
    parser = argparse.ArgumentParser(description="Write a made-up scene in every format.")
    parser.add_argument("name", choices=list(scenes.WORKLOADS), metavar="NAME")
    parser.add_argument("--images", type=int, default=5000)
    parser.add_argument("--formats", nargs="+", choices=ALL, default=ALL, metavar="FORMAT")
    parser.add_argument("--cache", type=Path, default=workload.CACHE)
    options = parser.parse_args()
    sys.stdout.write(f"{prepare(options.name, options.images, options.cache, options.formats)}\n")


if __name__ == "__main__":
    main()
