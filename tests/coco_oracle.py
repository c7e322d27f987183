"""pycocotools' results and ours on one scene in COCO's format, in the same shape."""

from __future__ import annotations

import contextlib
import copy
import io
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from pycocotools import mask
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval

from labelduck.kernel import Comparison
from labelduck.matching import MatchOptions, inputs, overlaps
from labelduck.schema import TABLES

IOU_TYPES = {"box": "bbox", "mask": "segm", "keypoints": "keypoints"}


@dataclass
class Results:
    """Whole arrays, and for each prediction its masks per area range and its match at each threshold."""

    precision: np.ndarray
    recall: np.ndarray
    scores: np.ndarray
    by_prediction: dict[int, tuple[Any, ...]]


def pycocotools_results(
    truth: dict[str, Any], results: list[dict[str, Any]], *, geometry: str = "box"
) -> Results:
    """Evaluate with pycocotools."""
    with contextlib.redirect_stdout(io.StringIO()):
        annotations = COCO()
        annotations.dataset = copy.deepcopy(truth)
        annotations.createIndex()
        if results:
            predictions = annotations.loadRes(copy.deepcopy(results))
        else:
            predictions = COCO()
            predictions.dataset = {**copy.deepcopy(truth), "annotations": []}
            predictions.createIndex()
        evaluation = COCOeval(annotations, predictions, IOU_TYPES[geometry])
        evaluation.evaluate()
        evaluation.accumulate()
    by_prediction: dict[int, list[Any]] = {}
    thresholds = np.arange(len(evaluation.params.iouThrs))
    area_ranges = [tuple(r) for r in evaluation.params.areaRng]
    for image in filter(None, evaluation.evalImgs):
        area = area_ranges.index(tuple(image["aRng"]))
        for d, prediction_id in enumerate(image["dtIds"]):
            matched, ignored = image["dtMatches"][:, d], image["dtIgnore"][:, d].astype(bool)
            tp_mask = int(((matched != 0) & ~ignored) @ (1 << thresholds))
            row = by_prediction.setdefault(prediction_id - 1, [None] * (len(area_ranges) + 1))
            row[area] = (tp_mask, int(ignored @ (1 << thresholds)))
            if area == 0:
                row[-1] = tuple(matched.tolist())
    found = evaluation.eval
    return Results(
        found["precision"],
        found["recall"],
        found["scores"],
        {prediction: tuple(row) for prediction, row in by_prediction.items()},
    )


def our_results(
    truth: dict[str, Any],
    results: list[dict[str, Any]],
    *,
    geometry: str = "box",
    options: MatchOptions | None = None,
) -> Results:
    """Evaluate with labelduck's kernel, through the tables of the lake."""
    tables = lake_tables(truth, results)
    scene = inputs.read(*tables, options=options or MatchOptions(), geometry=geometry)
    comparison = Comparison(
        overlaps.rules_of(geometry),
        scene.predictions,
        scene.annotations,
        len(scene.class_names),
        overlaps=overlaps.overlaps_of(geometry, scene),
        with_matched=True,
    )
    state = comparison.state
    source_id = np.array([float(i.partition("#")[0]) for i in scene.annotation_ids.to_pylist()] + [0.0])
    by_prediction: dict[int, tuple[Any, ...]] = {}
    for chunk in comparison.chunks():
        for place in range(chunk.first_place, chunk.last_place):
            row = int(state.row_at[place])
            if scene.predictions.class_index[row] < 0 or state.rank[place] >= state.rules.limits[-1]:
                continue
            masks = [(int(tp), int(ig)) for tp, ig in zip(state.tp[place], state.ignore[place], strict=True)]
            matched = source_id[chunk.matched[place - chunk.first_place]]
            by_prediction[row] = (*masks, tuple(matched.tolist()))
    blocks = list(comparison.curves(keep="all"))
    return Results(
        _coco_axes([b.precision for b in blocks], (1, 4, 0, 2, 3)),
        _coco_axes([b.recall for b in blocks], (1, 0, 2, 3)),
        _coco_axes([b.scores for b in blocks], (1, 4, 0, 2, 3)),
        by_prediction,
    )


def assert_same(ours: Results, theirs: Results) -> None:
    """Fail unless everything is the same to the last bit."""
    assert ours.by_prediction == theirs.by_prediction
    for name in ("precision", "recall", "scores"):
        assert np.array_equal(getattr(ours, name), getattr(theirs, name)), name


def lake_tables(
    truth: dict[str, Any], results: list[dict[str, Any]]
) -> tuple[pa.Table, pa.Table, pa.Table, pa.Table]:
    """Return images, classes, annotations and predictions as an importer would put them into a lake."""
    names = {c["id"]: f"class {c['id']}" for c in truth["categories"]}
    return (
        _table(
            "images",
            [
                {"image_id": str(i["id"]), "width": i.get("width"), "height": i.get("height")}
                for i in truth["images"]
            ],
        ),
        _table("classes", [{"class_name": name, "class_index": index} for index, name in names.items()]),
        _table("annotations", _annotations(truth["annotations"], names)),
        _table("predictions", _predictions(results, names)),
    )


def _annotations(annotations: list[dict[str, Any]], names: dict[int, str]) -> list[dict[str, Any]]:
    rows, seen = [], {}
    for annotation in annotations:
        source = str(annotation["id"])
        seen[source] = seen.get(source, 0) + 1
        rows.append(
            {
                "annotation_id": source if seen[source] == 1 else f"{source}#{seen[source]}",
                "image_id": str(annotation["image_id"]),
                "class_name": names.get(annotation["category_id"], f"category {annotation['category_id']}"),
                "box": _box(annotation["bbox"]),
                "area": annotation["area"],
                "is_crowd": bool(annotation.get("iscrowd")),
                "difficult": bool(annotation.get("difficult")),
                "source_ref": source,
                **_shape(annotation),
            }
        )
    return rows


def _predictions(results: list[dict[str, Any]], names: dict[int, str]) -> list[dict[str, Any]]:
    return [
        {
            "prediction_id": str(position),
            "image_id": str(result["image_id"]),
            "class_name": names.get(result["category_id"], f"category {result['category_id']}"),
            "confidence": result["score"],
            **_extent(result),
            **_shape(result),
        }
        for position, result in enumerate(results)
    ]


def _extent(result: dict[str, Any]) -> dict[str, Any]:
    """Return box and area as pycocotools' loadRes completes them."""
    if "bbox" in result:
        return {"box": _box(result["bbox"]), "area": float(result["bbox"][2]) * float(result["bbox"][3])}
    if "keypoints" in result:
        x, y = result["keypoints"][::3], result["keypoints"][1::3]
        return {"area": (max(x) - min(x)) * (max(y) - min(y))}
    return {"area": float(mask.area(result["segmentation"]))}


def _box(box: list[float]) -> dict[str, float]:
    x, y, width, height = map(float, box)
    return {"x_min": x, "y_min": y, "x_max": x + width, "y_max": y + height}


def _shape(record: dict[str, Any]) -> dict[str, Any]:
    shape: dict[str, Any] = {}
    segmentation = record.get("segmentation")
    if isinstance(segmentation, list):
        shape["polygons"] = segmentation
    elif segmentation:
        if isinstance(segmentation["counts"], list):
            segmentation = mask.frPyObjects(segmentation, *segmentation["size"])
        counts = segmentation["counts"]
        shape["mask"] = {
            "size": segmentation["size"],
            "counts": counts if isinstance(counts, str) else counts.decode(),
        }
    if "keypoints" in record:
        flat = record["keypoints"]
        shape["keypoints"] = [
            {"x": x, "y": y, "visibility": v}
            for x, y, v in zip(flat[::3], flat[1::3], flat[2::3], strict=True)
        ]
    return shape


def _table(name: str, rows: list[dict[str, Any]]) -> pa.Table:
    return pa.Table.from_pylist(rows, schema=TABLES[name].remove_metadata())


def _coco_axes(blocks: list[np.ndarray], axes: tuple[int, ...]) -> np.ndarray:
    """Join blocks of classes, and reorder class, threshold, area, limit, recall as pycocotools has it."""
    return (
        np.concatenate(blocks).transpose(*axes) if len(axes) == 4 else _with_recalls(np.concatenate(blocks))
    )


def _with_recalls(values: np.ndarray) -> np.ndarray:
    return values.transpose(1, 4, 0, 2, 3)
