"""A COCO scene written as LabelMe, Supervisely, Scalabel and in Roboflow's own forms: by hand, as no exporter of ours writes them."""

from __future__ import annotations

import base64
import json
import zlib
from io import BytesIO
from typing import TYPE_CHECKING, Any

import numpy as np
from PIL import Image

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PICTURE = {"height": 400, "width": 640}


def write_labelme(folder: Path, scene: dict[str, Any]) -> None:
    for stem, objects in _by_picture(scene):
        shapes = [
            {
                "label": name,
                "shape_type": "rectangle",
                "points": [[x, y], [x + w, y + h]],
                "group_id": None,
                "flags": {},
            }
            for name, (x, y, w, h) in objects
        ]
        mask = {"label": "person", "shape_type": "mask", "points": [[9, 9], [18, 18]], "mask": _png()}
        document = {"version": "5.4.1", "flags": {"night": True}, "shapes": [*shapes, mask]}
        document |= {"imagePath": f"{stem}.jpg", "imageHeight": 400, "imageWidth": 640}
        (folder / f"{stem}.json").write_text(json.dumps(document, indent=0))


def write_labelme_xml(folder: Path, scene: dict[str, Any]) -> None:
    for stem, objects in _by_picture(scene):
        told = "".join(
            f"<object><name>{name}</name><deleted>0</deleted><verified>0</verified><date>25-May-2012 00:09:48</date>"
            f"<id>{number}</id><type>bounding_box</type><polygon><username>ana</username>"
            + "".join(
                f"<pt><x>{px}</x><y>{py}</y></pt>"
                for px, py in ((x, y), (x + w, y), (x + w, y + h), (x, y + h))
            )
            + "</polygon></object>\n"
            for number, (name, (x, y, w, h)) in enumerate(objects)
        )
        size = "<imagesize><nrows>400</nrows><ncols>640</ncols></imagesize>"
        text = f"<annotation><filename>{stem}.jpg</filename>{size}{told}</annotation>"
        (folder / f"{stem}.xml").write_text(text)


def write_supervisely(folder: Path, scene: dict[str, Any]) -> None:
    (folder / "ds" / "ann").mkdir(parents=True)
    classes = [{"id": c["id"], "title": c["name"], "shape": "any"} for c in scene["categories"]]
    (folder / "meta.json").write_text(
        json.dumps({"classes": classes, "tags": [], "projectType": "images"}, indent=0)
    )
    for stem, objects in _by_picture(scene):
        known = {
            "labelerLogin": "ana",
            "createdAt": "2024-05-01T10:00:00.000Z",
            "tags": [{"name": "far", "value": 2}],
        }
        figures = [
            known
            | {"classTitle": name, "geometryType": "rectangle"}
            | {"points": {"exterior": [[x, y], [x + w + 0.25, y + h]], "interior": []}}
            for name, (x, y, w, h) in objects
        ]
        bitmap = {"data": _png(packed=True), "origin": [9, 9]}
        figures.append(known | {"classTitle": "person", "geometryType": "bitmap", "bitmap": bitmap})
        document = {"description": "", "tags": [], "size": PICTURE, "objects": figures}
        (folder / "ds" / "ann" / f"{stem}.jpg.json").write_text(json.dumps(document, indent=0))


def write_scalabel(folder: Path, scene: dict[str, Any]) -> None:
    frames = []
    for stem, objects in _by_picture(scene):
        labels = [
            {"id": str(number), "category": name, "score": 0.5, "attributes": {"occluded": False}}
            | {"box2d": {"x1": x, "y1": y, "x2": x + w - 1, "y2": y + h - 1}}
            for number, (name, (x, y, w, h)) in enumerate(objects)
        ]
        curve = {"vertices": [[9, 9], [9, 90], [90, 90], [90, 9]], "types": "LCCL", "closed": False}
        labels.append({"id": "curve", "category": "person", "score": 0.5, "poly2d": [curve]})
        frames.append({"name": f"{stem}.jpg", "attributes": {"weather": "clear"}, "labels": labels})
    (folder / "labels.json").write_text(
        json.dumps({"frames": frames, "config": {"imageSize": PICTURE}}, indent=0)
    )


def write_roboflow(folder: Path, scene: dict[str, Any]) -> None:
    rows = ["filename,width,height,class,xmin,ymin,xmax,ymax"]
    boxes, lines = [], dict[str, str]()
    for stem, objects in _by_picture(scene):
        told = []
        lines[stem] = ""
        for name, (x, y, w, h) in objects:
            rows.append(f"{stem}.jpg,640,400,{name},{x},{y},{x + w},{y + h}")
            sides = {"x": x + w / 2, "y": y + h / 2, "width": w, "height": h}
            told.append({"label": name, "coordinates": sides})
            lines[stem] += f"{x} {y} {x + w} {y} {x + w} {y + h} {x} {y + h} {name} 0\n"
        boxes.append({"image": f"{stem}.jpg", "annotations": told})
    for kind in ("boxes", "createml", "dota/labelTxt", "classes"):
        (folder / kind).mkdir(parents=True)
    (folder / "boxes" / "_annotations.csv").write_text("\n".join(rows) + "\n")
    (folder / "createml" / "_annotations.createml.json").write_text(json.dumps(boxes, indent=0))
    for stem, text in lines.items():
        (folder / "dota" / "labelTxt" / f"{stem}.txt").write_text(text)
    classes = "".join(f"{stem}.jpg, 1, 0\n" for stem in lines)
    (folder / "classes" / "_classes.csv").write_text("filename, person, hat\n" + classes)


def write_coco_folder(folder: Path, scene: dict[str, Any]) -> None:
    for split in ("train", "valid"):
        (folder / split).mkdir()
        (folder / split / "_annotations.coco.json").write_text(json.dumps(scene, indent=0))


def _by_picture(scene: dict[str, Any]) -> Iterator[tuple[str, list[tuple[str, list[float]]]]]:
    """Yield the stem of each picture, and class and COCO box of its objects."""
    names = {category["id"]: category["name"] for category in scene["categories"]}
    for image in scene["images"]:
        found = [a for a in scene["annotations"] if a["image_id"] == image["id"]]
        stem = image["file_name"].rpartition("/")[2].rpartition(".")[0]
        yield stem, [(names[a["category_id"]], a["bbox"]) for a in found]


def _png(*, packed: bool = False) -> str:
    file = BytesIO()
    Image.fromarray(np.eye(10, dtype=np.uint8)).save(file, "PNG")
    data = zlib.compress(file.getvalue()) if packed else file.getvalue()
    return base64.b64encode(data).decode()
