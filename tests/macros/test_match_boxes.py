"""`match_boxes` and `average_precision_at` against pycocotools, the kernel, and by hand."""

from __future__ import annotations

import io
from contextlib import redirect_stdout

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval

from labelduck import schema
from labelduck.matching import MatchOptions, match

CLASSES = ("cat", "dog")
TABLES = ("images", "classes", "annotations", "predictions")

# A coarse grid makes equal overlaps, equal confidences and exact duplicates likely.
boxes = st.tuples(st.integers(0, 3), st.integers(0, 3), st.integers(0, 4), st.integers(0, 4))
images = st.sampled_from(["1", "2", "10"])
annotations = st.lists(
    st.fixed_dictionaries(
        {
            "image_id": images,
            "class_name": st.sampled_from(CLASSES),
            "box": boxes,
            "is_crowd": st.sampled_from([False, False, False, True]),
        }
    ),
    max_size=12,
)
predictions = st.lists(
    st.fixed_dictionaries(
        {
            "image_id": images,
            "class_name": st.sampled_from(CLASSES),
            "box": boxes,
            "confidence": st.integers(0, 4).map(lambda n: n / 4),
        }
    ),
    min_size=1,
    max_size=24,
)
thresholds = st.sampled_from([0.1, 0.5, 2 / 3, 0.75, 0.9, 1.0])
fuzz = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@fuzz
@given(annotations, predictions, thresholds, st.sampled_from([1, 3, 100]))
def test_every_match_is_that_of_pycocotools(session, annotations, predictions, min_iou, max_detections):
    fill(session, annotations, predictions)
    evaluation = evaluated(annotations, predictions, min_iou, max_detections)

    got = session.execute(
        "select prediction_id::int, if(outcome = 'false_positive', null, annotation_id::int) as annotation_id, outcome "
        "from match_boxes(min_iou := ?, max_detections := ?) where prediction_id is not null order by 1",
        [min_iou, max_detections],
    ).fetchall()

    assert got == expected_predictions(evaluation, len(predictions))


@fuzz
@given(annotations, predictions, thresholds)
def test_average_precision_is_that_of_pycocotools(session, annotations, predictions, min_iou):
    fill(session, annotations, predictions)
    evaluation = evaluated(annotations, predictions, min_iou, 100)
    with redirect_stdout(io.StringIO()):
        evaluation.accumulate()
    expected = {
        name: (evaluation.eval["precision"][0, :, k, 0, 0].mean(), evaluation.eval["recall"][0, k, 0, 0])
        for k, name in enumerate(CLASSES)
        if evaluation.eval["recall"][0, k, 0, 0] > -1
    }

    rows = session.execute(
        "select class_name, average_precision, recall from average_precision_at(min_iou := ?) order by all",
        [min_iou],
    ).fetchall()

    assert [name for name, _, _ in rows] == sorted(expected)
    for name, average_precision, recall in rows:
        assert average_precision == pytest.approx(expected[name][0], abs=1e-12)
        assert recall == expected[name][1]


@settings(fuzz, max_examples=30)
@given(
    annotations,
    predictions,
    st.sampled_from([0.5, 0.7, 0.95]),
    st.sampled_from(["count", "crowd", "ignore"]),
    st.sampled_from(["coco", "corrected"]),
    st.data(),
)
def test_every_match_is_that_of_the_kernel(session, annotations, predictions, min_iou, difficult, mode, data):
    marks = st.sampled_from([None, False, True])
    marked = [a | {"difficult": data.draw(marks), "is_ignored": data.draw(marks)} for a in annotations]
    fill(session, marked, predictions, first_id=0)
    options = MatchOptions(mode=mode, difficult=difficult, geometry="box")
    tables = (session.sql(f"select * exclude (dataset) from {table}").to_arrow_table() for table in TABLES)
    rows = [rows for name, rows in match(*tables, model="m", options=options) if name == "matches"]
    session.register("kernel_rows", pa.concat_tables(rows).unify_dictionaries())
    session.execute(f"set variable difficult_rule = '{difficult}'; set variable match_mode = '{mode}'")
    session.execute(f"set variable min_iou = {min_iou}")

    by_kernel = session.execute(
        "select prediction_id, case when holds(tp_mask) then 'true_positive' when holds(ignore_mask) then 'ignored' "
        "else 'false_positive' end from kernel_rows where prediction_id is not null order by 1"
    ).fetchall()
    by_sql = session.execute(
        "select prediction_id, outcome from match_boxes() where prediction_id is not null order by 1"
    ).fetchall()
    at_50 = "select {} from {} where prediction_id is null or outcome = 'true_positive' order by all"
    columns = "prediction_id, annotation_id, iou, outcome"
    named_by_sql = session.execute(at_50.format(columns, "match_boxes(min_iou := 0.5)")).fetchall()
    named_by_kernel = session.execute(at_50.format(columns, "kernel_rows")).fetchall()
    for name in ("difficult_rule", "match_mode", "min_iou"):
        session.execute(f"reset variable {name}")
    session.unregister("kernel_rows")

    assert by_sql == by_kernel
    assert named_by_sql == named_by_kernel


def test_a_crowd_is_matched_many_times_and_counts_for_nothing(session):
    fill(
        session,
        [annotated(0, 0, 8, 8, is_crowd=True), annotated(0, 0, 2, 2)],
        [predicted(0, 0, 2, 2, 0.9), predicted(0, 0, 2, 2, 0.8), predicted(4, 4, 2, 2, 0.7)],
    )

    rows = outcomes(session)

    assert rows == [
        ("0", "2", "true_positive"),
        ("1", "1", "ignored"),
        ("2", "1", "ignored"),
        (None, "1", "ignored"),
    ]


def test_a_confident_prediction_takes_the_annotation_that_a_lesser_one_would_fit_better(session):
    fill(session, [annotated(0, 0, 4, 4)], [predicted(0, 0, 4, 4, 0.5), predicted(0, 0, 4, 3, 0.9)])

    assert outcomes(session) == [("0", None, "false_positive"), ("1", "1", "true_positive")]


def test_models_do_not_compete(session):
    fill(
        session,
        [annotated(0, 0, 4, 4)],
        [predicted(0, 0, 4, 4, 0.5), predicted(0, 0, 4, 4, 0.9) | {"model": "n"}],
    )

    assert outcomes(session) == [("0", "1", "true_positive"), ("1", "1", "true_positive")]
    assert session.execute("select distinct model from match_boxes(model := 'n')").fetchall() == [("n",)]


def test_an_annotation_that_nothing_finds_is_a_row_of_every_model(session):
    fill(
        session,
        [annotated(0, 0, 4, 4)],
        [predicted(5, 5, 4, 4, 0.5), predicted(9, 9, 4, 4, 0.9) | {"model": "n"}],
    )

    missed = session.execute(
        "select model, outcome from match_boxes() where prediction_id is null order by all"
    ).fetchall()

    assert missed == [("m", "false_negative"), ("n", "false_negative")]


def test_a_class_outside_the_taxonomy_takes_part_in_nothing(session):
    fill(
        session,
        [annotated(0, 0, 4, 4, class_name="owl")],
        [predicted(0, 0, 4, 4, 0.5) | {"class_name": "owl"}],
    )

    assert outcomes(session) == [("0", None, "ignored"), (None, "1", "ignored")]


def outcomes(session):
    return session.execute(
        "select prediction_id, annotation_id, outcome from match_boxes() order by prediction_id nulls last, annotation_id"
    ).fetchall()


def annotated(x, y, width, height, *, is_crowd=False, class_name="cat"):
    return {"image_id": "1", "class_name": class_name, "box": (x, y, width, height), "is_crowd": is_crowd}


def predicted(x, y, width, height, confidence):
    return {"image_id": "1", "class_name": "cat", "box": (x, y, width, height), "confidence": confidence}


def fill(session, annotations, predictions, *, first_id=1):
    """Put rows into the tables of the session, with ids by position."""
    rows = {
        "images": [{"image_id": image_id} for image_id in ("1", "2", "10")],
        "classes": [{"class_name": name, "class_index": number} for number, name in enumerate(CLASSES, 1)],
        "annotations": [
            {**a, "annotation_id": str(n), "box": corners(a["box"]), "area": float(a["box"][2] * a["box"][3])}
            for n, a in enumerate(annotations, first_id)
        ],
        "predictions": [
            {"model": "m", **p, "prediction_id": str(n), "box": corners(p["box"])}
            for n, p in enumerate(predictions)
        ],
    }
    for table, values in rows.items():
        columns = schema.TABLES[table].remove_metadata()
        complete = [{"dataset": "d", **value} for value in values]
        session.register("new_rows", pa.Table.from_pylist(complete, schema=columns))
        session.execute(f"delete from {table}; insert into {table} from new_rows")
        session.unregister("new_rows")


def corners(box):
    x, y, width, height = box
    return {"x_min": float(x), "y_min": float(y), "x_max": float(x + width), "y_max": float(y + height)}


def evaluated(annotations, predictions, min_iou, max_detections):
    """Let pycocotools match at one IoU and one number of detections."""
    numbers = {name: number for number, name in enumerate(CLASSES, 1)}
    truth, results = COCO(), COCO()
    truth.dataset = {
        "images": [{"id": number} for number in (1, 2, 10)],
        "categories": [{"id": number, "name": name} for name, number in numbers.items()],
        "annotations": [
            _object(a, numbers) | {"id": n, "iscrowd": int(a["is_crowd"])}
            for n, a in enumerate(annotations, 1)
        ],
    }
    results.dataset = truth.dataset | {
        "annotations": [
            _object(p, numbers) | {"id": n, "iscrowd": 0, "score": p["confidence"]}
            for n, p in enumerate(predictions, 1)
        ]
    }
    with redirect_stdout(io.StringIO()):
        truth.createIndex()
        results.createIndex()
        evaluation = COCOeval(truth, results, "bbox")
        evaluation.params.iouThrs = [min_iou]
        evaluation.params.maxDets = [max_detections]
        evaluation.params.areaRng, evaluation.params.areaRngLbl = [[0, 1e10]], ["all"]
        evaluation.evaluate()
    return evaluation


def _object(row, numbers):
    width, height = row["box"][2:]
    return {
        "image_id": int(row["image_id"]),
        "category_id": numbers[row["class_name"]],
        "bbox": list(row["box"]),
        "area": width * height,
    }


def expected_predictions(evaluation, n):
    """Return prediction, annotation and outcome as pycocotools has them; what it never looked at is ignored."""
    rows = {p: (p, None, "ignored") for p in range(n)}
    for image in evaluation.evalImgs:
        if image is None:
            continue
        for at, prediction in enumerate(image["dtIds"]):
            annotation = int(image["dtMatches"][0, at]) or None
            outcome = "true_positive" if annotation else "false_positive"
            if image["dtIgnore"][0, at]:
                outcome = "ignored"
            rows[prediction - 1] = (prediction - 1, annotation, outcome)
    return [rows[p] for p in range(n)]
