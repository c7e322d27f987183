"""One scene in the words of every format: written here by hand, so that no writer of labelduck can hide a reader's mistake.

Boxes and rings lie on eighths of a pixel, which all formats but CVAT's own exports can hold.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Picture:
    """One picture: its name without extension, width and height in pixels, and class and box of each object."""

    stem: str
    width: int
    height: int
    objects: tuple[tuple[str, Box], ...]

    @property
    def file_name(self) -> str:
        return f"{self.stem}.jpg"


SCENE = (
    Picture(
        "site_1",
        200,
        100,
        (
            ("cat", (10.5, 20.25, 60.0, 80.125)),
            ("dog", (0.0, 0.0, 200.0, 100.0)),
            ("cat", (150.0, 3.0, 151.0, 4.0)),
        ),
    ),
    Picture("site_2", 64, 48, (("dog", (1.125, 2.25, 33.5, 47.875)),)),
    Picture("site_3", 50, 50, ()),
)
Scene = tuple[Picture, ...]


def names_of(scene: Scene) -> list[str]:
    """Return the classes of a scene, in the order in which they appear."""
    return list(dict.fromkeys(name for picture in scene for name, _ in picture.objects))


def ring(box: Box) -> list[tuple[float, float]]:
    """Return the corners of a box, clockwise from the top left."""
    x_1, y_1, x_2, y_2 = box
    return [(x_1, y_1), (x_2, y_1), (x_2, y_2), (x_1, y_2)]


def flat(points: list[tuple[float, float]]) -> list[float]:
    return [number for point in points for number in point]


def _json(path: Path, document: object) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(document))
    return path


def _text(path: Path, *lines: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(f"{line}\n" for line in lines))
    return path


def _sizes(folder: Path, scene: Scene) -> None:
    _text(
        folder / "sizes.csv",
        "file_name,width,height",
        *(f"{p.file_name},{p.width},{p.height}" for p in scene),
    )


def coco(folder: Path, scene: Scene, *, outlined: bool = False) -> Path:
    names = names_of(scene)
    images = [
        {"id": i, "file_name": p.file_name, "width": p.width, "height": p.height} for i, p in enumerate(scene)
    ]
    annotations: list[dict[str, Any]] = []
    for i, p in enumerate(scene):
        for name, box in p.objects:
            x, y, x_2, y_2 = box
            shape = {"segmentation": [flat(ring(box))]} if outlined else {}
            record = {"id": len(annotations), "image_id": i, "category_id": names.index(name), "iscrowd": 0}
            annotations.append(
                record | {"bbox": [x, y, x_2 - x, y_2 - y], "area": (x_2 - x) * (y_2 - y)} | shape
            )
    categories = [{"id": i, "name": name} for i, name in enumerate(names)]
    return _json(folder / "a.json", {"images": images, "categories": categories, "annotations": annotations})


def yolo(folder: Path, scene: Scene, *, outlined: bool = False) -> Path:
    names = names_of(scene)
    for p in scene:
        lines = []
        for name, box in p.objects:
            x, y, x_2, y_2 = box
            if outlined:
                numbers = [
                    v / side
                    for point in ring(box)
                    for v, side in zip(point, (p.width, p.height), strict=True)
                ]
            else:
                numbers = [(x + x_2) / 2 / p.width, (y + y_2) / 2 / p.height]
                numbers += [(x_2 - x) / p.width, (y_2 - y) / p.height]
            lines.append(f"{names.index(name)} {' '.join(map(repr, numbers))}")
        _text(folder / "labels" / f"{p.stem}.txt", *lines)
    (folder / "images").mkdir()
    _sizes(folder, scene)
    task = "segment" if outlined else "detect"
    _text(folder / "data.yaml", "path: .", "train: images", f"names: {names}", f"task: {task}")
    return folder / "data.yaml"


def voc(folder: Path, scene: Scene) -> Path:
    for p in scene:
        objects = "".join(
            f"<object><name>{name}</name><bndbox><xmin>{x + 1}</xmin><ymin>{y + 1}</ymin><xmax>{x_2}</xmax>"
            f"<ymax>{y_2}</ymax></bndbox></object>"
            for name, (x, y, x_2, y_2) in p.objects
        )
        size = f"<size><width>{p.width}</width><height>{p.height}</height><depth>3</depth></size>"
        _text(
            folder / "Annotations" / f"{p.stem}.xml",
            f"<annotation><filename>{p.file_name}</filename>{size}{objects}</annotation>",
        )
    return folder


def cvat(folder: Path, scene: Scene, *, outlined: bool = False) -> Path:
    names = names_of(scene)
    images = []
    for i, p in enumerate(scene):
        shapes = []
        for name, box in p.objects:
            common = f'label="{name}" source="manual" occluded="0" z_order="0"'
            if outlined:
                points = ";".join(f"{x},{y}" for x, y in ring(box))
                shapes.append(f'<polygon {common} points="{points}"></polygon>')
            else:
                x, y, x_2, y_2 = box
                shapes.append(f'<box {common} xtl="{x}" ytl="{y}" xbr="{x_2}" ybr="{y_2}"></box>')
        head = f'<image id="{i}" name="{p.file_name}" width="{p.width}" height="{p.height}">'
        images.append(f"{head}{''.join(shapes)}</image>")
    labels = "".join(f"<label><name>{name}</name></label>" for name in names)
    meta = f"<meta><task><id>1</id><name>t</name><size>{len(scene)}</size><labels>{labels}</labels></task></meta>"
    text = f"<annotations><version>1.1</version>{meta}{''.join(images)}</annotations>"
    return _text(folder / "annotations.xml", text)


def cvat_server(folder: Path, scene: Scene, *, outlined: bool = False) -> Path:
    names = names_of(scene)
    shapes = []
    for frame, p in enumerate(scene):
        for name, box in p.objects:
            points = flat(ring(box)) if outlined else list(box)
            drawn = {"type": "polygon" if outlined else "rectangle", "points": points, "rotation": 0.0}
            what = {"id": len(shapes) + 1, "frame": frame, "label_id": 1 + names.index(name), "group": 0}
            shapes.append(
                drawn | what | {"source": "manual", "occluded": False, "attributes": [], "elements": []}
            )
    job = {"id": 7, "task_id": 1, "type": "annotation", "stage": "acceptance", "state": "completed"}
    job |= {"start_frame": 0, "stop_frame": len(scene) - 1, "assignee": {"id": 2, "username": "ann"}}
    labels = [
        {"id": n, "name": name, "color": "#fff", "attributes": []} for n, name in enumerate(names, start=1)
    ]
    frames = [{"name": p.file_name, "width": p.width, "height": p.height} for p in scene]
    _json(folder / "jobs.json", {"count": 1, "next": None, "previous": None, "results": [job]})
    _json(folder / "labels.json", labels)
    _json(folder / "tasks_1_meta.json", {"size": len(scene), "deleted_frames": [], "frames": frames})
    _json(folder / "jobs_7_annotations.json", {"version": 0, "tags": [], "shapes": shapes, "tracks": []})
    return folder


def label_studio(folder: Path, scene: Scene, *, outlined: bool = False) -> Path:
    tasks = []
    for i, p in enumerate(scene):
        results = []
        for n, (name, box) in enumerate(p.objects):
            kind = "polygonlabels" if outlined else "rectanglelabels"
            x, y, x_2, y_2 = box
            where: dict[str, Any] = {
                "x": 100 * x / p.width,
                "y": 100 * y / p.height,
                "width": 100 * (x_2 - x) / p.width,
                "height": 100 * (y_2 - y) / p.height,
                "rotation": 0,
            }
            if outlined:
                where = {
                    "points": [[100 * u / p.width, 100 * v / p.height] for u, v in ring(box)],
                    "closed": True,
                }
            region = {
                "id": f"r{n}",
                "type": kind,
                "from_name": "label",
                "to_name": "image",
                "origin": "manual",
            }
            region |= {"original_width": p.width, "original_height": p.height, "image_rotation": 0}
            results.append(region | {"value": where | {kind: [name]}})
        made = {
            "id": 100 + i,
            "completed_by": 1,
            "result": results,
            "was_cancelled": False,
            "ground_truth": False,
        }
        tasks.append({"id": i, "data": {"image": f"/data/upload/1/{p.file_name}"}, "annotations": [made]})
    _sizes(folder, scene)
    return _json(folder / "tasks.json", tasks)


def labelme(folder: Path, scene: Scene, *, outlined: bool = False) -> Path:
    for p in scene:
        shapes = []
        for name, box in p.objects:
            points = ring(box) if outlined else [box[:2], box[2:]]
            kind = "polygon" if outlined else "rectangle"
            shapes.append(
                {"label": name, "points": points, "shape_type": kind, "group_id": None, "flags": {}}
            )
        document = {
            "version": "5.4.1",
            "flags": {},
            "shapes": shapes,
            "imagePath": p.file_name,
            "imageData": None,
        }
        _json(folder / f"{p.stem}.json", document | {"imageHeight": p.height, "imageWidth": p.width})
    return folder


def supervisely(folder: Path, scene: Scene, *, outlined: bool = False) -> Path:
    names = names_of(scene)
    kind = "polygon" if outlined else "rectangle"
    for p in scene:
        objects = [
            {
                "id": n,
                "classTitle": name,
                "geometryType": kind,
                "tags": [],
                "points": {
                    "exterior": [list(point) for point in (ring(box) if outlined else (box[:2], box[2:]))],
                    "interior": [],
                },
            }
            for n, (name, box) in enumerate(p.objects)
        ]
        size = {"height": p.height, "width": p.width}
        document = {"description": "", "tags": [], "size": size, "objects": objects}
        _json(folder / "ds0" / "ann" / f"{p.file_name}.json", document)
    classes = [{"title": name, "shape": kind, "color": "#ff0000"} for name in names]
    _json(folder / "meta.json", {"classes": classes, "tags": []})
    return folder


def bdd100k(folder: Path, scene: Scene, *, outlined: bool = False) -> Path:
    frames = []
    for p in scene:
        labels = []
        for n, (name, box) in enumerate(p.objects):
            # The last row and column belong to the box there.
            edges = (box[0], box[1], box[2] - 1, box[3] - 1)
            shape: dict[str, Any] = {"box2d": dict(zip(("x1", "y1", "x2", "y2"), edges, strict=True))}
            if outlined:
                shape = {"poly2d": [{"vertices": ring(box), "types": "LLLL", "closed": True}]}
            labels.append({"id": str(n), "category": name} | shape)
        frames.append({"name": p.file_name, "labels": labels, "size": {"width": p.width, "height": p.height}})
    _sizes(folder, scene)
    return _json(folder / "frames.json", frames)


def createml(folder: Path, scene: Scene) -> Path:
    records = [
        {
            "image": p.file_name,
            "annotations": [
                {
                    "label": name,
                    "coordinates": {
                        "x": (x + x_2) / 2,
                        "y": (y + y_2) / 2,
                        "width": x_2 - x,
                        "height": y_2 - y,
                    },
                }
                for name, (x, y, x_2, y_2) in p.objects
            ],
        }
        for p in scene
    ]
    _sizes(folder, scene)
    return _json(folder / "_annotations.createml.json", records)


def open_images(folder: Path, scene: Scene) -> Path:
    head = "ImageID,Source,LabelName,Confidence,XMin,XMax,YMin,YMax,IsOccluded,IsTruncated,IsGroupOf,IsDepiction,IsInside"
    lines = [
        f"{p.stem},xclick,{name},1,{x / p.width!r},{x_2 / p.width!r},{y / p.height!r},{y_2 / p.height!r},0,0,0,0,0"
        for p in scene
        for name, (x, y, x_2, y_2) in p.objects
    ]
    _text(folder / "train-annotations-bbox.csv", head, *lines)
    _text(folder / "image_ids.csv", "ImageID,Subset,OriginalURL", *(f"{p.stem},train," for p in scene))
    _sizes(folder, scene)
    return folder


def kitti(folder: Path, scene: Scene) -> Path:
    for p in scene:
        lines = [
            f"{n} 0.0 0 -10 {' '.join(map(str, b))} -1 -1 -1 -1000 -1000 -1000 -10" for n, b in p.objects
        ]
        _text(folder / "label_2" / f"{p.stem}.txt", *lines)
    _sizes(folder, scene)
    return folder


def fiftyone(folder: Path, scene: Scene, *, outlined: bool = False) -> Path:
    samples = []
    for i, p in enumerate(scene):
        labels = []
        for n, (name, box) in enumerate(p.objects):
            x, y, x_2, y_2 = box
            label: dict[str, Any] = {"_id": {"$oid": f"{i:012x}{n:012x}"}, "label": name}
            if outlined:
                points = [[[u / p.width, v / p.height] for u, v in ring(box)]]
                label |= {"_cls": "Polyline", "points": points, "closed": True, "filled": True}
            else:
                where = [x / p.width, y / p.height, (x_2 - x) / p.width, (y_2 - y) / p.height]
                label |= {"_cls": "Detection", "bounding_box": where}
            labels.append(label)
        kind = ("Polylines", "polylines") if outlined else ("Detections", "detections")
        size = {"_cls": "ImageMetadata", "width": p.width, "height": p.height}
        sample = {"filepath": f"data/{p.file_name}", "tags": [], "metadata": size, "_media_type": "image"}
        samples.append(sample | {"ground_truth": {"_cls": kind[0], kind[1]: labels}})
    return _json(folder / "samples.json", {"samples": samples}).parent


def table(folder: Path, scene: Scene) -> Path:
    lines = [
        f"{p.file_name},{p.width},{p.height},{name},{','.join(map(str, b))}"
        for p in scene
        for name, b in p.objects
    ]
    return _text(folder / "boxes.csv", "filename,width,height,class,xmin,ymin,xmax,ymax", *lines)


WRITERS: dict[str, tuple[str, Callable[..., Path]]] = {
    "coco": ("coco", coco),
    "yolo": ("yolo", yolo),
    "voc": ("voc", voc),
    "cvat": ("cvat", cvat),
    "cvat_server": ("cvat_server", cvat_server),
    "label_studio": ("label_studio", label_studio),
    "labelme": ("labelme", labelme),
    "supervisely": ("supervisely", supervisely),
    "bdd100k": ("bdd100k", bdd100k),
    "createml": ("roboflow", createml),
    "open_images": ("open_images", open_images),
    "kitti": ("kitti", kitti),
    "fiftyone": ("fiftyone", fiftyone),
    "table": ("annotations", table),
}
"""By name, the format that reads it and what writes it."""

OUTLINED = (
    "coco",
    "yolo",
    "cvat",
    "cvat_server",
    "label_studio",
    "labelme",
    "supervisely",
    "bdd100k",
    "fiftyone",
)
"""Those that hold outlines too."""
