from __future__ import annotations


def drawn(annotation_id, image_id, class_name, **values):
    return {"annotation_id": annotation_id, "image_id": image_id, "class_name": class_name} | values


def test_classes_are_counted_with_those_that_nobody_drew(scene):
    lake = scene(
        images=[{"image_id": image_id} for image_id in "1234"],
        classes=[{"class_name": "cat"}, {"class_name": "ghost"}],
        annotations=[
            drawn("a", "1", "cat", area=4.0, is_crowd=True),
            drawn("b", "1", "cat", area=8.0, difficult=True),
            drawn("c", "2", "cat", area=6.0),
            drawn("e", "2", "stray", area=1.0),
        ],
    )

    rows = lake.execute(
        "select class_name, n_annotations, n_images, n_crowds, n_ignored, median_area, n_annotations_dataset, "
        "annotation_rate, n_images_dataset, image_rate from class_balance"
    ).fetchall()

    assert rows == [
        ("cat", 3, 2, 1, 1, 6.0, 4, 0.75, 4, 0.5),
        ("stray", 1, 1, 0, 0, 1.0, 4, 0.25, 4, 0.25),
        ("ghost", 0, 0, 0, 0, None, 4, 0.0, 4, 0.0),
    ]


def test_a_dataset_without_annotations_has_no_rates(scene):
    lake = scene(classes=[{"class_name": "cat"}])

    rows = lake.execute(
        "select n_annotations, annotation_rate, annotation_rate_low, image_rate from class_balance"
    ).fetchall()

    assert rows == [(0, None, None, None)]
