from __future__ import annotations

import pytest

import labelduck
from labelduck.importers.base import ReadOptions

COUNTS = """
    select class_name, count(*), round(sum(box.x_min + 3 * box.y_max), 3), count(difficult), count(attributes)
    from annotations group by all order by all
"""


@pytest.mark.slow
@pytest.mark.shared_data
@pytest.mark.parametrize("form", ["coco", "yolo", "voc", "csv", "parquet", "cvat", "label_studio"])
def test_real_boxes_come_back_from_every_format(shared, tmp_path, form):
    (source,) = sorted(shared("voc2007_xml_yolo_masks_yolov2").rglob("voc2007_test_gt_coco.json"))
    lake = labelduck.open(tmp_path / "lake")
    lake.import_annotations(source)

    exported = lake.export(form, tmp_path / "out")

    again = labelduck.open(tmp_path / "again")
    read = ReadOptions(**exported.read_with)
    again.import_annotations(
        exported.path, format=exported.read_as, read=read, provenance=exported.provenance
    )
    assert again.sql(COUNTS).fetchall() == lake.sql(COUNTS).fetchall()
    assert again.sql("select count(*) from images").fetchall() == [(4952,)]
    assert not exported.left_out
    assert not exported.changed
