"""Small sources of every format, cut from the hard-hat scene, and the calls that import them."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pyarrow.csv
import pyarrow.parquet
from PIL import Image

from cvat_dumps import FILES as CVAT_SERVER
from cvat_dumps import write_cvat_server
from label_studio_scene import write_label_studio
from other_formats import (
    write_coco_folder,
    write_labelme,
    write_labelme_xml,
    write_roboflow,
    write_scalabel,
    write_supervisely,
)
from sample_files import HARDHAT, coco_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

STEMS = ("site_002", "site_008", "site_014")
PICTURES = HARDHAT / "images" / "val"
POSE_SHAPE = (3, 3)


@dataclass(frozen=True)
class Source:
    """One way in.

    Attributes:
        command: Words of the command; `{here}` is the folder of the source.
        files: The files that can be harmed, the likeliest first.
        write: Writes all files of the source into an empty folder.
        dataset: Dataset that it goes to; the lake has it already, from the same scene.
    """

    command: str
    files: tuple[str, ...]
    write: Callable[[Path], None]
    dataset: str = "coco"


def instances() -> dict[str, Any]:
    whole = coco_of()
    images = [i for i in whole["images"] if i["file_name"].rpartition("/")[2][:-4] in STEMS]
    known = {i["id"] for i in images}
    shown = [a for a in whole["annotations"] if a["image_id"] in known]
    crowd = next(a for a in whole["annotations"] if a["iscrowd"]) | {"image_id": images[0]["id"]}
    return whole | {"images": images, "annotations": [*shown, crowd]}


def results(*, geometry: str = "bbox") -> list[dict[str, Any]]:
    known = {i["id"]: i for i in instances()["images"]}
    whole = json.loads((HARDHAT / "coco" / "predictions_detector-a.json").read_text())
    kept = [r for r in whole if r["image_id"] in known]
    if geometry == "segmentation":
        masks = [a for a in instances()["annotations"] if "segmentation" in a]
        return [
            {"image_id": a["image_id"], "category_id": a["category_id"], "score": 0.5}
            | {"segmentation": a["segmentation"] if n % 2 else {"size": [400, 640], "counts": "PPXW40"}}
            for n, a in enumerate(masks)
        ]
    if geometry == "keypoints":
        return [r | {"keypoints": [float(v) for _ in range(3) for v in (*r["bbox"][:2], 1)]} for r in kept]
    return kept


def keypoints() -> dict[str, Any]:
    whole = instances()
    posed = [
        a | {"keypoints": [a["bbox"][0], a["bbox"][1], 2] * 3, "num_keypoints": 3}
        for a in whole["annotations"]
    ]
    skeleton = {"keypoints": ["head", "left", "right"], "skeleton": [[1, 2], [1, 3]]}
    return whole | {"annotations": posed, "categories": [c | skeleton for c in whole["categories"]]}


def _write_json(document: Callable[[], Any]) -> Callable[[Path], None]:
    def write(folder: Path) -> None:
        (folder / "scene.json").write_text(json.dumps(document(), indent=0))

    return write


def _write_panoptic(folder: Path) -> None:
    images = instances()["images"]
    records = []
    for image in images:
        name = f"{image['id']}.png"
        picture = Image.new("RGB", (640, 400))
        picture.paste((7, 0, 0), (100, 100, 200, 180))
        picture.paste((9, 1, 0), (300, 100, 420, 380))
        (folder / "scene").mkdir(exist_ok=True)
        picture.save(folder / "scene" / name)
        segments = [
            {"id": 7, "category_id": 1, "area": 8000, "bbox": [100, 100, 100, 80], "iscrowd": 0},
            {"id": 265, "category_id": 5, "area": 33600, "bbox": [300, 100, 120, 280], "iscrowd": 0},
        ]
        records.append({"image_id": image["id"], "file_name": name, "segments_info": segments})
    (folder / "scene.json").write_text(json.dumps(instances() | {"annotations": records}, indent=0))


def _write_yolo(folder: Path, *, task: str, lines: Callable[[str], str] = str) -> None:
    of_sample = HARDHAT / "yolo" / ("segment" if task == "segment" else "detect")
    shutil.copy(of_sample / "data.yaml", folder / "data.yaml")
    more = f"kpt_shape: [{POSE_SHAPE[0]}, {POSE_SHAPE[1]}]\n" if task == "pose" else ""
    text = (folder / "data.yaml").read_text().replace("train: train.txt\n", "").replace("val.txt", "images")
    (folder / "data.yaml").write_text(text.replace(f"task: {of_sample.name}", f"task: {task}") + more)
    (folder / "labels").mkdir()
    (folder / "images").mkdir()
    for stem in STEMS:
        said = (of_sample / "labels" / "val" / f"{stem}.txt").read_text().splitlines()
        (folder / "labels" / f"{stem}.txt").write_text("".join(lines(line) + "\n" for line in said))
        shutil.copy(PICTURES / f"{stem}.jpg", folder / "images")
    rows = "".join(f"{stem}.jpg,640,400\n" for stem in STEMS)
    (folder / "sizes.csv").write_text("file_name,width,height\n" + rows)


def _posed(line: str) -> str:
    return line + " 0.5 0.5 2 0.25 0.5 1 0 0 0"


def _rotated(line: str) -> str:
    index, x, y, width, height = line.split()
    left, right = float(x) - float(width) / 2, float(x) + float(width) / 2
    top, bottom = float(y) - float(height) / 2, float(y) + float(height) / 2
    return f"{index} {left} {top} {right} {top} {right} {bottom} {left} {bottom}"


def _yolo(task: str, lines: Callable[[str], str] = str) -> Callable[[Path], None]:
    return lambda folder: _write_yolo(folder, task=task, lines=lines)


def _write_voc(folder: Path) -> None:
    (folder / "Annotations").mkdir()
    for stem in STEMS:
        shutil.copy(HARDHAT / "voc" / "Annotations" / f"{stem}.xml", folder / "Annotations")
    (folder / "ImageSets" / "Main").mkdir(parents=True)
    (folder / "ImageSets" / "Main" / "val.txt").write_text("".join(f"{stem}\n" for stem in STEMS))


def _write_comp4(folder: Path) -> None:
    (folder / "results").mkdir()
    for file in (HARDHAT / "voc" / "results").glob("*.txt"):
        kept = [line for line in file.read_text().splitlines(keepends=True) if line.startswith(STEMS)]
        (folder / "results" / file.name).write_text("".join(kept))


def _write_masks(folder: Path) -> None:
    for kind in ("SegmentationClass", "SegmentationObject"):
        (folder / kind).mkdir()
        for stem in STEMS:
            shutil.copy(HARDHAT / "masks" / kind / f"{stem}.png", folder / kind)
    shutil.copy(HARDHAT / "masks" / "labelmap.txt", folder)
    (folder / "classes.csv").write_text("value,name\n0,background\n1,person\n2,hat\n5,forklift\n")
    (folder / "classes.json").write_text('{"0": "background", "1": "person", "2": "hat", "5": "forklift"}')


def _write_cvat(folder: Path) -> None:
    text = (HARDHAT / "cvat" / "annotations.xml").read_text()
    head, *images = text.split("<image ")
    kept = [
        image.partition("</image>")[0] for image in images if any(f"{stem}.jpg" in image for stem in STEMS)
    ]
    track = """<track id="0" label="person" source="manual"><box frame="3" keyframe="1" outside="0" occluded="0"
        xtl="1.50" ytl="2.00" xbr="30.25" ybr="40.00" z_order="0"><attribute name="age">7</attribute></box></track>"""
    body = "".join(f"<image {image}</image>\n" for image in kept)
    (folder / "annotations.xml").write_text(f"{head}{body}{track}\n</annotations>\n")


def _write_cvat_backup(folder: Path) -> None:
    scene = instances()
    numbers = {image["id"]: n for n, image in enumerate(scene["images"])}
    names = {category["id"]: category["name"] for category in scene["categories"]}
    shapes = [
        {
            "label": names[a["category_id"]],
            "type": "rectangle",
            "frame": numbers[a["image_id"]],
            "rotation": 0.0,
        }
        | {"points": [x, y, x + w, y + h], "occluded": False, "z_order": 0, "group": 0, "source": "manual"}
        | {"outside": False, "attributes": [{"name": "age", "value": "7"}]}
        for a in scene["annotations"]
        for x, y, w, h in [a["bbox"]]
    ]
    track = {"label": "person", "frame": 0, "group": 0, "source": "manual", "attributes": []}
    track |= {"shapes": [shapes[0] | {"frame": 0}, shapes[0] | {"frame": 2}]}
    labels = [
        {"name": name, "attributes": [{"name": "age", "input_type": "number"}]} for name in names.values()
    ]
    jobs = [{"start_frame": 0, "stop_frame": 2, "status": "completed", "type": "annotation"}]
    task = {"name": "site", "labels": labels, "jobs": jobs, "data": {"start_frame": 0, "stop_frame": 2}}
    annotations = [{"version": 0, "tags": [], "shapes": shapes, "tracks": [track]}]
    lines = [
        {"name": image["file_name"][:-4], "extension": ".jpg", "width": 640, "height": 400}
        for image in scene["images"]
    ]
    (folder / "task.json").write_text(json.dumps(task, indent=0))
    (folder / "annotations.json").write_text(json.dumps(annotations, indent=0))
    (folder / "data").mkdir()
    (folder / "data" / "manifest.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))


def _write_kitti(folder: Path) -> None:
    (folder / "label_2").mkdir()
    names = {category["id"]: category["name"] for category in instances()["categories"]}
    for image in instances()["images"]:
        found = [a for a in instances()["annotations"] if a["image_id"] == image["id"]]
        lines = [
            f"{names[a['category_id']]} 0.0 1 -10 {x} {y} {x + w} {y + h} 1.5 1.6 3.5 0 0 0 0"
            for a in found
            for x, y, w, h in [a["bbox"]]
        ]
        stem = image["file_name"].rpartition("/")[2][:-4]
        (folder / "label_2" / f"{stem}.txt").write_text("\n".join(lines))


def _write_open_images(folder: Path) -> None:
    edges = "XMin,XMax,YMin,YMax,IsOccluded,IsTruncated,IsGroupOf,IsDepiction,IsInside"
    boxes, labels = [f"ImageID,Source,LabelName,Confidence,{edges}"], ["ImageID,Source,LabelName,Confidence"]
    stems = {i["id"]: i["file_name"].rpartition("/")[2][:-4] for i in instances()["images"]}
    for a in instances()["annotations"]:
        x, y, w, h = a["bbox"]
        where = f"{x / 640},{(x + w) / 640},{y / 400},{(y + h) / 400}"
        boxes.append(f"{stems[a['image_id']]},xclick,/m/{a['category_id']},1,{where},-1,0,1,0,0")
        labels.append(f"{stems[a['image_id']]},verification,/m/{a['category_id']},1")
    names = [f"/m/{category['id']},{category['name']}" for category in instances()["categories"]]
    (folder / "boxes.csv").write_text("\n".join(boxes))
    (folder / "labels.csv").write_text("\n".join(labels))
    (folder / "names.csv").write_text("\n".join(["LabelName,DisplayName", *names]))
    (folder / "sizes.csv").write_text(
        "file_name,width,height\n" + "".join(f"{stem}.jpg,640,400\n" for stem in STEMS)
    )


def _write_sidecars(folder: Path) -> None:
    (folder / "scene.json").write_text(json.dumps(instances()))
    ids = {a["id"] for a in instances()["annotations"]}
    text = (HARDHAT / "coco" / "provenance.csv").read_text().splitlines()
    kept = [line for line in text[1:] if int(line.split(",")[0]) in ids]
    (folder / "who.csv").write_text("\n".join([text[0], *kept]) + "\n")
    rows = pyarrow.csv.read_csv(folder / "who.csv")
    pyarrow.parquet.write_table(rows, folder / "who.parquet")
    records = rows.to_pylist()
    (folder / "who.json").write_text(json.dumps(records, default=str, indent=0))
    (folder / "who.jsonl").write_text("".join(json.dumps(r, default=str) + "\n" for r in records))


def _of_scene(write: Callable[[Path, dict[str, Any]], None]) -> Callable[[Path], None]:
    return lambda folder: write(folder, instances())


_COCO = "import coco {here}/scene.json --dataset coco --replace"
_PREDICTIONS = "predictions coco {here}/scene.json --dataset coco --model m"
_YOLO = "import yolo {here}/data.yaml --dataset yolo --replace"
_LABELS = (*(f"labels/{stem}.txt" for stem in STEMS), "data.yaml")

SOURCES = {
    "coco": Source(_COCO, ("scene.json",), _write_json(instances)),
    "coco keypoints": Source(_COCO, ("scene.json",), _write_json(keypoints)),
    "coco panoptic": Source(_COCO, ("scene.json",), _write_panoptic),
    "coco results": Source(_PREDICTIONS, ("scene.json",), _write_json(results)),
    "coco results masks": Source(
        _PREDICTIONS, ("scene.json",), _write_json(lambda: results(geometry="segmentation"))
    ),
    "coco results keypoints": Source(
        _PREDICTIONS, ("scene.json",), _write_json(lambda: results(geometry="keypoints"))
    ),
    "yolo detect": Source(_YOLO, _LABELS, _yolo("detect"), "yolo"),
    "yolo segment": Source(_YOLO, _LABELS, _yolo("segment"), "yolo"),
    "yolo pose": Source(_YOLO, _LABELS, _yolo("pose", _posed), "yolo"),
    "yolo obb": Source(_YOLO, _LABELS, _yolo("obb", _rotated), "yolo"),
    "yolo pictures": Source(_YOLO, tuple(f"images/{stem}.jpg" for stem in STEMS), _yolo("detect"), "yolo"),
    "yolo sizes": Source(f"{_YOLO} --sizes {{here}}/sizes.csv", ("sizes.csv",), _yolo("detect"), "yolo"),
    "yolo results": Source(
        "predictions yolo {here}/labels --dataset yolo --model m",
        _LABELS[:-1],
        _yolo("detect", lambda line: line + " 0.75"),
        "yolo",
    ),
    "voc": Source(
        "import voc {here} --dataset voc --replace",
        (*(f"Annotations/{stem}.xml" for stem in STEMS), "ImageSets/Main/val.txt"),
        _write_voc,
        "voc",
    ),
    "voc file": Source(
        "import voc {here}/Annotations/site_002.xml --dataset voc --replace",
        ("Annotations/site_002.xml",),
        _write_voc,
        "voc",
    ),
    "voc results": Source(
        "predictions voc {here}/results --dataset voc --model m",
        ("results/comp4_det_all_person.txt", "results/comp4_det_all_vest.txt"),
        _write_comp4,
        "voc",
    ),
    "masks": Source(
        "import mask_png {here} --dataset masks --replace",
        (
            *tuple(
                f"{kind}/{stem}.png" for kind in ("SegmentationClass", "SegmentationObject") for stem in STEMS
            ),
            "labelmap.txt",
        ),
        _write_masks,
        "masks",
    ),
    **{
        f"class map {end}": Source(
            f"import mask_png {{here}} --dataset masks --replace --class-map {{here}}/{name}",
            (name,),
            _write_masks,
            "masks",
        )
        for end, name in (("text", "labelmap.txt"), ("csv", "classes.csv"), ("json", "classes.json"))
    },
    "cvat": Source(
        "import cvat {here}/annotations.xml --dataset cvat --replace",
        ("annotations.xml",),
        _write_cvat,
        "cvat",
    ),
    "cvat backup": Source(
        "import cvat {here} --dataset cvat --replace",
        ("annotations.json", "task.json", "data/manifest.jsonl"),
        _write_cvat_backup,
        "cvat",
    ),
    "cvat server": Source(
        "import cvat_server {here} --dataset server --replace",
        CVAT_SERVER,
        lambda folder: write_cvat_server(folder, instances()),
        "server",
    ),
    "cvat events": Source(
        "import cvat_events {here}/events.csv --dataset server",
        ("events.csv",),
        lambda folder: write_cvat_server(folder, instances()),
        "server",
    ),
    "kitti": Source(
        "import kitti {here} --dataset kitti --replace",
        tuple(f"label_2/{stem}.txt" for stem in STEMS),
        _write_kitti,
        "kitti",
    ),
    "open images": Source(
        "import open_images {here} --dataset open --replace --sizes {here}/sizes.csv",
        ("boxes.csv", "labels.csv", "names.csv"),
        _write_open_images,
        "open",
    ),
    **{
        name: Source(
            f"import {name.split()[0]} {{here}}{place} --dataset {name.split()[0]} --replace",
            files,
            _of_scene(write),
            name.split()[0],
        )
        for name, place, files, write in (
            (
                "coco folder",
                "",
                ("train/_annotations.coco.json", "valid/_annotations.coco.json"),
                write_coco_folder,
            ),
            ("labelme", "", tuple(f"{stem}.json" for stem in STEMS), write_labelme),
            ("labelme xml", "", tuple(f"{stem}.xml" for stem in STEMS), write_labelme_xml),
            (
                "supervisely",
                "",
                (*(f"ds/ann/{stem}.jpg.json" for stem in STEMS), "meta.json"),
                write_supervisely,
            ),
            ("bdd100k", "/labels.json", ("labels.json",), write_scalabel),
            ("roboflow boxes", "/boxes", ("boxes/_annotations.csv",), write_roboflow),
            ("roboflow createml", "/createml", ("createml/_annotations.createml.json",), write_roboflow),
        )
    },
    **{
        f"label studio {name}": Source(
            f"import label_studio {{here}}/{name} --dataset label_studio --replace",
            (name, name, "interface.xml"),
            write_label_studio,
            "label_studio",
        )
        for name in ("tasks.json", "min.json", "rows.csv")
    },
    "bdd100k results": Source(
        "predictions bdd100k {here}/labels.json --dataset voc --model m",
        ("labels.json",),
        _of_scene(write_scalabel),
        "voc",
    ),
    **{
        f"sidecar {end}": Source(f"{_COCO} --provenance {{here}}/who.{end}", (f"who.{end}",), _write_sidecars)
        for end in ("csv", "json", "jsonl", "parquet")
    },
}
"""By name; each is accepted as it is."""
