"""From files through a lake to `average_precision` and `matches`: still pycocotools to the last bit."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

import labelduck
from coco_oracle import pycocotools_results
from labelduck.evaluation import evaluate
from matching_scenes import crowded_scene

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("seed", range(3))
def test_files_evaluated_in_a_lake_give_the_numbers_of_pycocotools(seed: int, tmp_path: Path) -> None:
    truth, results = _scene_with_odd_numbers(seed)
    (tmp_path / "annotations.json").write_text(json.dumps(truth))
    (tmp_path / "results.json").write_text(json.dumps(results))
    theirs = pycocotools_results(truth, results)

    lake = labelduck.open(tmp_path / "lake")
    evaluate(lake, annotations=tmp_path / "annotations.json", predictions=tmp_path / "results.json")

    curves = lake.sql("""
        select precision from average_precision where protocol = 'coco' and precision is not null
        order by class_name, min_iou, case area_range when 'all' then 0 when 'small' then 1 when 'medium' then 2 else 3 end
    """).fetchall()
    expected = theirs.precision[:, :, :, :, 2].transpose(2, 0, 3, 1).reshape(-1, 101)
    assert np.array_equal(np.array([points for (points,) in curves]), expected[expected[:, 0] > -1])
    masks = lake.sql(
        "select prediction_id::int, tp_mask, ignore_mask from matches where prediction_id is not null"
    ).fetchall()
    all_areas = {place: row[0] for place, row in theirs.by_prediction.items()}
    assert {place: (tp, ignore) for place, tp, ignore in masks if place in all_areas} == all_areas


def _scene_with_odd_numbers(seed: int) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Return a scene with boxes to the last digit of a double, ids that repeat or are 0, and images out of order."""
    truth, results = crowded_scene(seed, n_images=12)
    random = np.random.default_rng(seed)
    for record in (*truth["annotations"], *results):
        x, y, width, height = record["bbox"]
        record["bbox"] = [x + 0.1, y + 1 / 3, width, height * float(random.choice([1, 0.55, 0.7 / 3]))]
    for annotation in truth["annotations"]:
        annotation["area"] = float(annotation["bbox"][2] * annotation["bbox"][3])
        annotation["id"] = int(annotation["id"] - 1 if random.random() < 0.8 else random.integers(0, 40))
    truth["images"] = [
        {**i, "file_name": f"{i['id']}.jpg", "width": 200, "height": 200} for i in truth["images"][::-1]
    ]
    return truth, results
