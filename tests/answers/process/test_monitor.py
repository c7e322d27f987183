"""What comes back after release: errors that repeat, and the tasks that annotators disagree on."""

from __future__ import annotations

from datetime import datetime

MONDAY = datetime(2026, 1, 5, 9)  # noqa: DTZ001 - times of the tables are UTC without saying so


def test_an_error_that_comes_back_in_several_batches_is_told_with_its_condition(scene):
    annotations, reviews = [], []
    for batch in ("b1", "b2", "b3"):
        for n in range(40):
            is_small = n % 2 == 0
            name, image = f"{batch}/{n}", f"{batch}/{n // 2}"
            drawn = {
                "annotation_id": name,
                "image_id": image,
                "class_name": "cat",
                "batch": batch,
                "created_at": MONDAY,
            }
            annotations.append(drawn | {"area": 100.0 if is_small else 5000.0})
            wrong = (
                {"decision": "rejected", "error_kind": "bad_box"}
                if is_small and n % 4 == 0 and batch != "b3"
                else {}
            )
            reviews.append(
                {"review_id": name, "annotation_id": name, "image_id": image, "decision": "accepted"} | wrong
            )
    reviews[1] |= {"decision": "rejected", "error_kind": "wrong_class"}
    lake = scene(annotations=annotations, reviews=reviews)

    rows = lake.execute(
        "select class_name, error_kind, condition, value, n_annotations, n_errors, n_batches, n_batches_hit, last_at, "
        "expected_errors from repeating_errors"
    ).fetchall()
    surer = lake.execute("select q_value < 0.01 from repeating_errors where value = 'small'").fetchall()
    counted = lake.execute(
        "select count(size), count(occlusion), count(crowding), count(*) from reviewed_conditions"
    ).fetchall()

    by_image = lake.execute(
        "with conditions as (select image_id, error_kind, unnest(['all', 'size', 'occlusion', 'crowding']) as condition,"
        " unnest([null, size, occlusion, crowding]) as value from reviewed_conditions),"
        " images as (select condition, value, image_id, count(*) as n, count(*) filter (where error_kind ="
        " 'bad_box') as k from conditions where condition = 'all' or value is not null group by all)"
        " select condition, value, cluster_sums(k, n) from images group by all order by all"
    ).fetchall()
    sums = lake.execute(
        "select condition, value, sums from error_kind_sums where kind = 'bad_box' order by all"
    ).fetchall()

    assert sums == by_image
    assert rows == [
        ("cat", "bad_box", "size", "small", 60, 20, 3, 2, MONDAY, 0.0),
        ("cat", "bad_box", "all", None, 120, 20, 3, 2, MONDAY, None),
        ("cat", "bad_box", "crowding", "1-4", 120, 20, 3, 2, MONDAY, None),
    ]
    assert surer == [(True,)]
    assert counted == [(120, 0, 120, 120)]


def test_the_task_that_annotators_disagree_on_most_comes_first(scene):
    annotations, groups = [], []
    for image in range(8):
        for place, geometry in enumerate(("polygon", "box")):
            for annotator in ("ann", "bob"):
                if geometry == "polygon" and annotator == "bob" and image < 4:
                    continue  # missed
                name = f"{image}/{place}/{annotator}"
                kind = "dog" if (geometry, annotator, image) == ("box", "bob", 0) else "cat"
                common = {
                    "annotation_id": name,
                    "image_id": str(image),
                    "annotator": annotator,
                    "class_name": kind,
                }
                annotations.append(common | {"geometry": geometry, "job": "j"})
                groups.append(common | {"number": len(groups), "groups": [place] * 10})
    lake = scene(annotations=annotations, annotator_groups=groups, jobs=[{"job": "j", "type": "annotation"}])

    rows = lake.execute(
        "select geometry, job_type, n_objects, n_disagreed, disagreement_rate, n_missed, n_classes_differ "
        "from disagreement_by_task_type"
    ).fetchall()

    assert rows == [
        ("polygon", "annotation", 8, 4, 0.5, 4, 0),
        ("box", "annotation", 8, 1, 0.125, 0, 1),
    ]
