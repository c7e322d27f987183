"""Matching on real data, against figures that pycocotools 2.0.11 and independent code gave for it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pytest

from coco_oracle import assert_same, lake_tables, our_results, pycocotools_results
from labelduck.importers import voc
from labelduck.importers.base import Known, ReadOptions
from labelduck.matching import MatchOptions, match

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Shared = Callable[[str], Path]

pytestmark = pytest.mark.shared_data

VOC_2007 = "voc2007_xml_yolo_masks_yolov2"
YOLO_V1 = "voc2007_yolov1_lowthr"


@pytest.mark.parametrize(
    ("difficult", "oracle"), [("count", "A_difficult_as_normal"), ("crowd", "B_difficult_as_iscrowd")]
)
def test_voc_2007_has_the_twelve_metrics_of_pycocotools(shared: Shared, difficult: Any, oracle: str) -> None:
    folder = shared(VOC_2007)
    truth = _read(folder / "voc2007_test_gt_coco.json")
    for annotation in truth["annotations"]:
        annotation["iscrowd"] = 0  # the rule decides, not the file
    tables = lake_tables(truth, _read(folder / "yolov2_ep150_results.json"))

    metrics = _metrics(tables, MatchOptions(difficult=difficult))

    expected = _read(folder / "oracle_cocoeval_yolov2_ep150.json")[oracle]["stats"]
    assert metrics == pytest.approx(expected, rel=0, abs=1e-12)


@pytest.mark.slow
def test_631_583_detections_have_the_twelve_metrics_of_pycocotools(shared: Shared) -> None:
    truth = _read(shared(VOC_2007) / "voc2007_test_gt_coco.json")
    (folder,) = shared(YOLO_V1).iterdir()
    results = _read(folder / "yolov1_lowthr_results_18cls.json")
    found = {r["category_id"] for r in results}
    truth["categories"] = [c for c in truth["categories"] if c["id"] in found]
    for annotation in truth["annotations"]:
        annotation["iscrowd"] = 0

    metrics = _metrics(lake_tables(truth, results), MatchOptions(difficult="crowd"))

    expected = _read(folder / "oracle_cocoeval_18cls.json")["bbox"]["stats"]
    assert metrics == pytest.approx(expected, rel=0, abs=1e-12)


@pytest.mark.parametrize(("geometry", "kind"), [("box", "bbox"), ("mask", "segm")])
def test_coco_val2014_equals_pycocotools_in_every_number(shared: Shared, geometry: Any, kind: str) -> None:
    (folder,) = shared("coco_val2014_100").iterdir()
    truth = _read(folder / "instances_val2014_100.json")
    results = _read(folder / f"instances_val2014_fake{kind}100_results.json")
    theirs = pycocotools_results(truth, results, geometry=geometry)

    metrics = _metrics(lake_tables(truth, results), MatchOptions(geometry=geometry))

    assert_same(our_results(truth, results, geometry=geometry), theirs)
    expected = _read(folder / "oracle_cocoeval_val2014_100.json")
    assert metrics == pytest.approx(expected[kind]["stats"], rel=0, abs=1e-12)


def test_voc_2007_from_its_own_files_has_the_map_of_the_development_kit(shared: Shared) -> None:
    folder = shared(VOC_2007)
    test_images = [f"{i['id']:06d}" for i in _read(folder / "voc2007_test_gt_coco.json")["images"]]
    tables = _lake_of_voc(folder / "raw" / "VOC2007", set(test_images))
    known = Known(images=tables["images"], classes=tables["classes"])
    detections = voc.read_predictions(folder / "raw" / "results" / "000150", known, ReadOptions(voc_offset=1))
    predictions = _joined(b["predictions"] for b in detections if "predictions" in b)

    rows = _rows(
        (tables["images"], tables["classes"], tables["annotations"], predictions),
        MatchOptions(),
        "average_precision",
    )

    averages = {
        p: [r["average_precision"] for r in rows if r["protocol"] == p] for p in ("voc_2007", "voc_2010")
    }
    # Computed by a loop over the detection files as the development kit has it, with pixels that count in.
    assert np.mean(averages["voc_2007"]) == pytest.approx(0.7213806028350517, abs=1e-12)
    assert np.mean(averages["voc_2010"]) == pytest.approx(0.7451793551795506, abs=1e-12)


def _lake_of_voc(folder: Path, wanted: set[str]) -> dict[str, pa.Table]:
    parts: dict[str, list[pa.Table]] = {}
    for batch in voc.read(folder, ReadOptions(voc_offset=1)):
        for name, table in batch.items():
            parts.setdefault(name, []).append(table)
    tables = {name: _joined(parts[name]) for name in ("images", "classes", "annotations")}
    for name in ("images", "annotations"):
        is_wanted = [image in wanted for image in tables[name].column("image_id").to_pylist()]
        tables[name] = tables[name].filter(pa.array(is_wanted))
    return tables


def _joined(tables: Any) -> pa.Table:
    return pa.concat_tables(list(tables), promote_options="permissive")


def _metrics(tables: tuple[pa.Table, ...], options: MatchOptions) -> dict[str, float]:
    """Return COCO's twelve metrics from the rows of `average_precision`."""
    rows = [r for r in _rows(tables, options, "average_precision") if r["protocol"] == "coco"]

    def mean(value: str, *, area: str = "all", limit: int = 100, iou: float | None = None) -> float:
        values = [
            r[value]
            for r in rows
            if r["area_range"] == area
            and r["max_detections"] == limit
            and iou in (None, r["min_iou"])
            and r[value] is not None
        ]
        return float(np.mean(values))

    return {
        "AP": mean("average_precision"),
        "AP50": mean("average_precision", iou=0.5),
        "AP75": mean("average_precision", iou=0.75),
        **{f"AP{a[0]}": mean("average_precision", area=a) for a in ("small", "medium", "large")},
        **{f"AR{n}": mean("recall", limit=n) for n in (1, 10, 100)},
        **{f"AR{a[0]}": mean("recall", area=a) for a in ("small", "medium", "large")},
    }


def _rows(tables: tuple[pa.Table, ...], options: MatchOptions, name: str) -> list[dict[str, Any]]:
    pieces = match(*tables, model="m", options=options)
    return [row for table_name, table in pieces if table_name == name for row in table.to_pylist()]


def _read(path: Path) -> Any:
    return json.loads(path.read_text())
