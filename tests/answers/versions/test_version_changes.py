from __future__ import annotations


def changed(change, after, before, iou=None):
    return {
        "from_version": 1,
        "version": 3,
        "change": change,
        "class_name": after,
        "class_before": before,
        "iou": iou,
    }


def test_changes_are_counted_for_the_class_that_gains_and_the_one_that_loses(scene):
    lake = scene(
        annotation_changes=[
            changed("added", "cat", None),
            changed("removed", None, "cat"),
            changed("moved", "cat", "cat", 0.5),
            changed("relabelled", "cat", "dog", 1.0),
            changed("relabelled", "cow", "dog", 1.0),
            changed("relabelled", "cow", "dog", 1.0),
        ]
    )

    assert lake.execute("select * exclude (dataset) from version_changes").fetchall() == [
        (1, 3, "cat", 1, 1, 1, 1, 0, None, 0.75),
        (1, 3, "cow", 0, 0, 0, 2, 0, None, 1.0),
        (1, 3, "dog", 0, 0, 0, 0, 3, "cow", None),
    ]
