from __future__ import annotations

from catalog_lake import box


def filmed(number, frame=None, video="v"):
    return {"image_id": f"{video}{number}", "video": video, "frame": 10 * number if frame is None else frame}


def seen(number, x, *, track="1", class_name="cat", video="v", name=""):
    return {
        "annotation_id": f"{video}{track}/{number}{name}",
        "image_id": f"{video}{number}",
        "track_id": track,
        "class_name": class_name,
        "box": box(float(x), 0.0, x + 10.0, 10.0),
    }


def test_breaks_of_tracks_are_told_and_every_tenth_frame_is_no_gap(scene):
    lake = scene(
        images=[filmed(n) for n in range(8)],
        annotations=[
            *(seen(n, n) for n in range(6)),
            *(seen(n, n, track="2") for n in (0, 1, 4)),
            *(seen(n, n, track="3", class_name="cat" if n < 3 else "dog") for n in range(6)),
            *(seen(n, n if n < 4 else 90 + n, track="4") for n in range(7)),
            *(seen(n, n, track="5", name=name) for n in (0, 1) for name in "ab"),
            seen(7, 0, track="6"),
        ],
    )

    rows = lake.execute(
        "select severity, problem, track_id, frame, round(value, 1), detail from track_problems"
    ).fetchall()

    assert rows == [
        ("error", "class_change", "3", 30, None, "cat becomes dog"),
        ("error", "jump", "4", 40, 9.1, "moves by 9.1 times its size"),
        ("error", "two_boxes", "5", 0, None, "two boxes in one frame"),
        ("error", "two_boxes", "5", 10, None, "two boxes in one frame"),
        ("note", "gap", "2", 40, 2.0, "2 frames missing"),
        ("warning", "single_frame", "6", 70, None, "in one frame alone"),
    ]


def test_a_step_tells_how_the_box_moved(scene):
    lake = scene(images=[filmed(0), filmed(1)], annotations=[seen(0, 0), seen(1, 5)])

    rows = lake.execute(
        "select place, class_before, n_missing, iou, moved from track_steps order by all"
    ).fetchall()

    assert rows == [(1, None, None, None, None), (2, "cat", 0, 50 / 150, 0.5)]


def test_a_track_and_a_frame_are_summed_up(scene):
    lake = scene(
        images=[filmed(n) for n in range(4)],
        annotations=[seen(0, 0), seen(3, 0, class_name="dog"), *(seen(n, 50, track="2") for n in range(3))],
    )

    tracks = lake.execute(
        "select track_id, n_annotations, first_frame, last_frame, n_frames, completeness, n_gaps, n_class_changes, "
        "mean_iou, min_iou_step from track_quality"
    ).fetchall()
    frames = lake.execute(
        "select frame, n_objects, n_born, n_ended, n_back, n_problems, mean_iou from frame_quality"
    ).fetchall()

    assert tracks == [
        ("1", 2, 0, 30, 4, 0.5, 1, 1, 1.0, 1.0),
        ("2", 3, 0, 20, 3, 1.0, 0, 0, 1.0, 1.0),
    ]
    assert frames == [
        (0, 2, 2, 0, 0, 0, None),
        (10, 1, 0, 0, 0, 0, 1.0),
        (20, 1, 0, 1, 0, 0, 1.0),
        (30, 1, 0, 1, 1, 1, 1.0),
    ]
