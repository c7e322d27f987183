"""The votes of eighty-five raters on the labels of ImageNet, and of seventy-eight against five experts."""

from __future__ import annotations

import pytest
from pyarrow import parquet

import labelduck
from importers.test_records_shared import answers

pytestmark = [pytest.mark.shared_data, pytest.mark.slow]


def test_raters_of_imagenet_agree_as_published(shared, tmp_path):
    pack = next(shared("reassessed_imagenet").rglob("raters.npz")).parent
    lake = labelduck.open(tmp_path / "lake")
    for dataset, name, is_gold in (
        ("votes", "raters", None),
        ("gold", "raters_golden", None),
        ("gold", "golden", True),
    ):
        parquet.write_table(answers(pack / f"{name}.npz"), tmp_path / f"{name}.parquet")
        lake.import_annotations(
            tmp_path / f"{name}.parquet", format="labels", dataset=dataset, is_gold=is_gold
        )
    lake.build()

    found = dict(lake.sql("select metric, value from agreement where dataset = 'votes'").fetchall())
    rated = lake.sql(
        "select min(accuracy), median(accuracy), max(accuracy), count(*) from gold_accuracy_by_annotator"
        " where dataset = 'gold'"
    ).fetchall()

    assert found["krippendorff_alpha"] == pytest.approx(0.412012, abs=1e-6)
    assert found["fleiss_kappa"] == pytest.approx(0.412012, abs=1e-6)
    assert rated == [
        (pytest.approx(0.214, abs=5e-4), pytest.approx(0.845, abs=5e-4), pytest.approx(0.893, abs=5e-4), 78)
    ]
