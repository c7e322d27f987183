"""coco_metrics, voc_metrics, average_precision_by_class, precision_recall."""

from __future__ import annotations

import pytest

THRESHOLDS = [0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95]


def measured(class_name, **values):
    row = {"model": "m", "class_name": class_name, "protocol": "coco", "geometry": "box", "min_iou": 0.5}
    return row | {"area_range": "all", "max_detections": 100, "n_annotations": 1, "n_predictions": 1} | values


def test_each_coco_metric_reads_its_own_cells(scene):
    lake = scene(
        average_precision=[
            measured("cat", min_iou=0.5, average_precision=0.8, recall=0.9),
            measured("cat", min_iou=0.75, average_precision=0.4, recall=0.5),
            measured("dog", min_iou=0.5, average_precision=0.6, recall=0.7),
            measured("dog", min_iou=0.75, average_precision=0.2, recall=0.3),
            measured("cat", area_range="small", average_precision=0.11, recall=0.21),
            measured("cat", area_range="medium", average_precision=0.12, recall=0.22),
            measured("cat", area_range="large", average_precision=0.13, recall=0.23),
            measured("cat", max_detections=1, average_precision=0.3, recall=0.31),
            measured("cat", max_detections=10, average_precision=0.3, recall=0.32),
            measured("cat", protocol="voc_2010", max_detections=None, average_precision=1.0, recall=1.0),
        ]
    )

    metrics = lake.execute("select metric, round(value, 12) from coco_metrics").fetchall()

    assert metrics == [
        ("AP", 0.5),
        ("AP50", 0.7),
        ("AP75", 0.3),
        ("APs", 0.11),
        ("APm", 0.12),
        ("APl", 0.13),
        ("AR1", 0.31),
        ("AR10", 0.32),
        ("AR100", 0.6),
        ("ARs", 0.21),
        ("ARm", 0.22),
        ("ARl", 0.23),
    ]


def test_a_class_without_annotations_does_not_lower_the_mean(scene):
    lake = scene(
        average_precision=[
            measured("cat", average_precision=0.8, recall=0.9),
            measured("ghost", average_precision=None, recall=None, n_annotations=0),
        ]
    )

    assert lake.execute("select value from coco_metrics where metric = 'AP'").fetchall() == [(0.8,)]


def test_a_metric_without_annotations_is_null_not_minus_one(scene):
    lake = scene(
        average_precision=[measured("cat", area_range="small", average_precision=None, n_annotations=0)]
    )

    assert lake.execute("select value from coco_metrics where metric = 'APs'").fetchall() == [(None,)]


def test_keypoints_have_cocos_ten_metrics_at_twenty_predictions(scene):
    cells = [
        measured("person", geometry="keypoints", max_detections=20, min_iou=iou, area_range=area)
        | {"average_precision": 0.5, "recall": 0.6}
        for iou in THRESHOLDS
        for area in ("all", "medium", "large")
    ]
    lake = scene(average_precision=cells)

    metrics = lake.execute("select metric, value from coco_metrics").fetchall()

    precisions = [(name, 0.5) for name in ("AP", "AP50", "AP75", "APm", "APl")]
    recalls = [(name, 0.6) for name in ("AR", "AR50", "AR75", "ARm", "ARl")]
    assert metrics == [*precisions, *recalls]


def test_models_and_datasets_do_not_mix(scene):
    lake = scene(
        average_precision=[
            measured("cat", average_precision=0.1),
            measured("cat", model="n", average_precision=0.2, geometry="keypoints", max_detections=20),
            measured("cat", dataset="e", average_precision=0.3),
        ]
    )

    metrics = lake.execute("select dataset, model, value from coco_metrics where metric = 'AP'").fetchall()

    assert metrics == [("d", "m", 0.1), ("d", "n", 0.2), ("e", "m", 0.3)]


def test_voc_metrics_are_means_over_classes_with_annotations(scene):
    lake = scene(
        average_precision=[
            measured("cat", protocol="voc_2007", max_detections=None, average_precision=0.5),
            measured("dog", protocol="voc_2007", max_detections=None, average_precision=0.7),
            measured("ghost", protocol="voc_2007", max_detections=None, n_annotations=0),
            measured("cat", protocol="voc_2010", max_detections=None, average_precision=0.25),
            measured("cat", average_precision=1.0),
        ]
    )

    metrics = lake.execute("select metric, value, n_classes from voc_metrics").fetchall()

    assert metrics == [("voc_2007", pytest.approx(0.6), 2), ("voc_2010", 0.25, 1)]


def test_the_worst_class_stands_first_and_an_empty_one_last(scene):
    lake = scene(
        average_precision=[
            measured("cat", average_precision=0.8, recall=0.9, n_annotations=5, n_predictions=7),
            measured(
                "cat", min_iou=0.75, average_precision=0.6, recall=0.7, n_annotations=5, n_predictions=7
            ),
            measured("dog", average_precision=0.1, recall=0.2),
            measured("dog", area_range="small", average_precision=1.0, recall=1.0),
            measured("dog", max_detections=10, average_precision=1.0, recall=1.0),
            measured("ghost", n_annotations=0, n_predictions=3),
        ]
    )

    rows = lake.execute(
        "select class_name, round(average_precision, 12), average_precision_at_50, average_precision_at_75, "
        "round(average_recall, 12), n_annotations, n_predictions from average_precision_by_class"
    ).fetchall()

    assert rows == [
        ("dog", 0.1, 0.1, None, 0.2, 1, 1),
        ("cat", 0.7, 0.8, 0.6, 0.8, 5, 7),
        ("ghost", None, None, None, None, 0, 3),
    ]


def test_precision_beyond_the_highest_recall_is_zero_and_has_no_confidence(scene):
    reached = [1.0] * 51 + [0.0] * 50
    lake = scene(
        average_precision=[
            measured("cat", recall=0.5, precision=reached, confidence=[0.9] * 51 + [0.0] * 50),
            measured("cat", min_iou=0.75, recall=0.0, precision=[0.0] * 101, confidence=[0.0] * 101),
        ]
    )

    rows = lake.execute(
        "select recall, precision, confidence, f1 from precision_recall where recall in (0, 0.5, 0.51)"
    ).fetchall()

    assert lake.execute("select count(*) from precision_recall").fetchall() == [(101,)]
    assert rows == [(0.0, 1.0, 0.9, 0.0), (0.5, 1.0, 0.9, pytest.approx(2 / 3)), (0.51, 0.0, None, 0.0)]


def test_precision_recall_follows_min_iou(scene):
    lake = scene(
        average_precision=[
            measured("cat", recall=1.0, precision=[1.0] * 101, confidence=[0.9] * 101),
            measured("cat", min_iou=0.75, recall=1.0, precision=[0.5] * 101, confidence=[0.9] * 101),
        ],
        variables={"min_iou": 0.75},
    )

    assert lake.execute("select distinct precision from precision_recall").fetchall() == [(0.5,)]
