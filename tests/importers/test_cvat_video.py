"""Videos of CVAT: tracks in XML, and the keyframes of backups that make the same rows."""

from __future__ import annotations

import json

import pytest
from cvat_files import document, read, read_text, write_backup

from labelduck.importers import cvat
from labelduck.importers.cvat import pictures, track_frames

META = (
    "<task><id>5</id><name>v1</name><size>4</size><mode>interpolation</mode><start_frame>10</start_frame>"
    "<stop_frame>19</stop_frame><frame_filter>step=3</frame_filter>"
    "<segments><segment><id>3</id><start>0</start><stop>1</stop><url>http://x/api/jobs/3</url></segment>"
    "<segment><id>4</id><start>2</start><stop>3</stop><url>http://x/api/jobs/4</url></segment></segments>"
    "<original_size><width>50</width><height>40</height></original_size><source>t.mp4</source></task>"
)
BOX = (
    '<box frame="{}" outside="{}" occluded="0" keyframe="{}" xtl="{}" ytl="4" xbr="{}" ybr="8" z_order="0"/>'
)


def track(*boxes, number=0, more=""):
    inside = "".join(BOX.format(*box) for box in boxes)
    return f'<track id="{number}" label="car" source="auto"{more}>{inside}</track>'


def test_rows_that_close_a_track_are_no_annotations(tmp_path):
    found = read_text(tmp_path, track((10, 0, 1, 1, 5), (13, 0, 0, 2, 6), (16, 1, 1, 2, 6)), META)

    rows = found["annotations"]
    assert [(row["annotation_id"], row["track_id"], row["source"]) for row in rows] == [
        ("frame_000010/0", "0", "model"),
        ("frame_000013/0", "0", "model"),
    ]
    assert [json.loads(row["attributes"]) for row in rows] == [{"keyframe": True}, {"keyframe": False}]
    assert found["import_problems"] == []


def test_frames_belong_to_the_jobs_that_show_them_at_every_third_number(tmp_path):
    found = read_text(tmp_path, track((13, 0, 1, 1, 5), (16, 0, 1, 1, 5)), META)

    assert [row["job"] for row in found["annotations"]] == ["3", "4"]


def test_frames_without_objects_are_images_too(tmp_path):
    found = read_text(tmp_path, track((13, 0, 1, 1, 5)), META)

    rows = {row["image_id"]: row for row in found["images"]}
    assert sorted(rows) == ["frame_000010", "frame_000013", "frame_000016", "frame_000019"]
    assert {(row["video"], row["width"], row["height"]) for row in rows.values()} == {("t.mp4", 50, 40)}
    assert {row["frame"]: row["is_annotated"] for row in rows.values()} == {
        10: None,
        13: True,
        16: None,
        19: None,
    }


def test_objects_on_one_frame_are_numbered_over_all_tracks(tmp_path):
    body = track((10, 0, 1, 1, 5)) + track((10, 1, 1, 1, 5), (10, 0, 1, 2, 6), number=1)

    found = read_text(tmp_path, body, META)

    assert [row["annotation_id"] for row in found["annotations"]] == ["frame_000010/0", "frame_000010/1"]


def test_a_skeleton_is_gone_when_all_its_points_are_outside(tmp_path):
    points = '<points label="{}" keyframe="1" outside="{}" occluded="0" points="{},2"/>'
    seen = points.format("head", 0, 7) + points.format("foot", 1, 9)
    gone = points.format("head", 1, 7) + points.format("foot", 1, 9)
    body = (
        f'<track id="3" label="person" source="manual"><skeleton frame="10" keyframe="1" z_order="0">{seen}</skeleton>'
        f'<skeleton frame="13" keyframe="1" z_order="0">{gone}</skeleton></track>'
    )

    found = read_text(tmp_path, body, META)

    (row,) = found["annotations"]
    assert [point["visibility"] for point in row["keypoints"]] == [2, 0]
    assert found["classes"][0]["keypoint_names"] == ["head", "foot"]


def test_videos_of_a_project_go_on_counting_and_keep_their_subset_in_front(tmp_path):
    task = (
        "<task><id>{0}</id><name>{1}</name><size>2</size><mode>interpolation</mode><start_frame>0</start_frame>"
        "<stop_frame>1</stop_frame><subset>train</subset><segments><segment><id>{0}</id><start>0</start>"
        "<stop>1</stop><url>http://x/api/jobs/{0}</url></segment></segments>"
        "<original_size><width>9</width><height>9</height></original_size><source>{1}.mp4</source></task>"
    )
    meta = f"<project><tasks>{task.format(1, 'a')}{task.format(2, 'b')}</tasks></project>"
    more = ' task_id="{}" subset="train"'
    body = track((1, 0, 1, 1, 5), more=more.format(1)) + track((2, 0, 1, 1, 5), number=1, more=more.format(2))

    found = read_text(tmp_path, body, meta)

    assert [(row["image_id"], row["job"]) for row in found["annotations"]] == [
        ("train/frame_000001", "1"),
        ("train/frame_000002", "2"),
    ]
    assert sorted((row["frame"], row["video"], row["split"]) for row in found["images"]) == [
        (0, "a.mp4", "train"),
        (1, "a.mp4", "train"),
        (2, "b.mp4", "train"),
        (3, "b.mp4", "train"),
    ]


def test_jobs_of_one_video_share_its_frames(tmp_path):
    task = META.replace("task>", "job>").replace(
        "<name>v1</name>", "<created>2024-01-02 03:04:05.678901</created>"
    )
    for job in (3, 4):
        meta = task.replace("<id>5</id>", f"<id>{job}</id>").replace("<segments>", "<segments/><old>", 1)
        meta = meta.replace("</segments>", "</old>")
        (tmp_path / f"{job}.xml").write_text(document(track((13, 0, 1, 1, 5)), meta))

    found = read(tmp_path)

    assert [(row["annotation_id"], row["job"], row["track_id"]) for row in found["annotations"]] == [
        ("frame_000013/0", "3", "3/0"),
        ("frame_000013/1", "4", "4/0"),
    ]
    assert sorted(row["image_id"] for row in found["images"]) == [
        f"frame_{number:06d}" for number in (10, 13, 16, 19)
    ]


def test_a_video_that_is_exported_as_images_keeps_its_frame_numbers(tmp_path):
    body = '<image id="13" name="frame_000013" width="50" height="40"/>'

    found = read_text(tmp_path, body, META)

    (row,) = found["images"]
    assert (row["image_id"], row["video"], row["frame"]) == ("frame_000013", "t.mp4", 13)


def test_a_video_of_a_billion_frames_lists_those_with_objects(tmp_path, monkeypatch):
    monkeypatch.setattr(pictures, "MOST_LISTED", 3)

    found = read_text(tmp_path, track((13, 0, 1, 1, 5)), META)

    assert [row["image_id"] for row in found["images"]] == ["frame_000013"]
    assert "too many to be listed" in found["import_problems"][0]["problem"]


def video_backup(path, *, tracks, stop=3, jobs=None):
    task = {
        "name": "v1",
        "labels": [{"name": "car", "attributes": [{"name": "lit", "input_type": "checkbox"}]}],
        "data": {"start_frame": 10, "stop_frame": 19, "frame_filter": "step=3"},
        "jobs": jobs
        or [{"start_frame": 0, "stop_frame": stop, "status": "annotation", "type": "annotation"}],
    }
    manifest = [
        {"version": "1.1"},
        {"type": "video"},
        {"properties": {"name": "t.mp4", "resolution": [50, 40], "length": 20}},
        {"number": 0, "pts": 0, "checksum": "x"},
    ]
    write_backup(path, task, [{"tags": [], "shapes": [], "tracks": tracks}], manifest)
    return read(path)


def key(frame, points, *, outside=False, kind="rectangle", **more):
    shape = {
        "type": kind,
        "frame": frame,
        "points": points,
        "outside": outside,
        "occluded": False,
        "z_order": 0,
    }
    return shape | {"rotation": 0.0, "attributes": []} | more


def test_boxes_between_the_keyframes_of_a_backup_move_in_a_straight_line(tmp_path):
    shapes = [key(0, [0, 0, 10, 10]), key(2, [4, 2, 14, 12]), key(3, [4, 2, 14, 12], outside=True)]

    found = video_backup(
        tmp_path / "b.zip", tracks=[{"label": "car", "source": "manual", "group": 0, "shapes": shapes}]
    )

    rows = found["annotations"]
    assert [(row["image_id"], *row["box"].values()) for row in rows] == [
        ("frame_000010", 0, 0, 10, 10),
        ("frame_000013", 2, 1, 12, 11),
        ("frame_000016", 4, 2, 14, 12),
    ]
    assert [json.loads(row["attributes"])["keyframe"] for row in rows] == [True, False, True]
    assert {row["track_id"] for row in rows} == {"v1/0/0"}
    assert len(found["images"]) == 4
    assert found["import_problems"] == []


def test_the_last_keyframe_holds_to_the_end_of_the_job_with_its_attributes(tmp_path):
    shapes = [key(0, [0, 0, 10, 10], attributes=[{"name": "lit", "value": "true"}]), key(1, [0, 0, 10, 10])]

    found = video_backup(tmp_path / "b.zip", stop=2, tracks=[{"label": "car", "shapes": shapes}])

    assert [(row["image_id"], json.loads(row["attributes"])) for row in found["annotations"]] == [
        ("frame_000010", {"lit": True, "keyframe": True}),
        ("frame_000013", {"lit": True, "keyframe": True}),
        ("frame_000016", {"lit": True, "keyframe": False}),
    ]


def test_a_box_turns_the_shorter_way_round(tmp_path):
    shapes = [key(0, [0, 0, 10, 4], rotation=350.0), key(2, [0, 0, 10, 4], rotation=10.0)]

    found = video_backup(tmp_path / "b.zip", stop=2, tracks=[{"label": "car", "shapes": shapes}])

    assert [row["rotation"] for row in found["annotations"]] == [350, None, 10]
    assert found["annotations"][1]["geometry"] == "box"


def test_polygons_between_keyframes_are_not_made_up_but_reported(tmp_path):
    shapes = [
        key(0, [0, 0, 9, 0, 9, 9], kind="polygon"),
        key(2, [0, 0, 9, 0, 9, 9], kind="polygon", outside=True),
    ]

    found = video_backup(tmp_path / "b.zip", tracks=[{"label": "car", "shapes": shapes}])

    assert [row["image_id"] for row in found["annotations"]] == ["frame_000010"]
    assert [problem["problem"] for problem in found["import_problems"]] == [track_frames.BETWEEN]


def test_the_points_of_a_skeleton_move_each_on_its_own(tmp_path):
    element = {"type": "points", "frame": 0}
    elements = [
        {"label": "head", "shapes": [key(0, [0, 0], kind="points"), key(2, [4, 8], kind="points")]},
        {
            "label": "foot",
            "shapes": [key(0, [1, 1], kind="points"), key(1, [1, 1], kind="points", outside=True)],
        },
    ]
    shapes = [key(0, [], kind="skeleton"), key(2, [], kind="skeleton")]
    assert element["frame"] == 0

    found = video_backup(
        tmp_path / "b.zip", stop=2, tracks=[{"label": "person", "shapes": shapes, "elements": elements}]
    )

    assert [
        [(point["x"], point["y"], point["visibility"]) for point in row["keypoints"]]
        for row in found["annotations"]
    ] == [[(0, 0, 2), (1, 1, 2)], [(2, 4, 2), (1, 1, 0)], [(4, 8, 2), (1, 1, 0)]]


def test_a_few_keyframes_cannot_stand_for_billions_of_rows(tmp_path, monkeypatch):
    monkeypatch.setattr(track_frames, "MOST_FRAMES", 2)
    monkeypatch.setattr(track_frames.Budget, "__init__", lambda self: setattr(self, "left", 2))

    found = video_backup(
        tmp_path / "b.zip", tracks=[{"label": "car", "shapes": [key(0, [0, 0, 1, 1])]} for _ in range(3)]
    )

    assert len(found["annotations"]) == 5
    assert found["import_problems"][0]["severity"] == "warning"


@pytest.mark.parametrize("bad", [None, [], {"frame": "x"}, {"frame": -1}, {"frame": 10**9}])
def test_keyframes_that_are_none_are_reported(tmp_path, bad):
    shapes = [key(0, [0, 0, 1, 1]), bad]

    found = video_backup(tmp_path / "b.zip", stop=0, tracks=[{"label": "car", "shapes": shapes}])

    assert len(found["annotations"]) >= 1
    assert len(found["import_problems"]) >= 1


def test_a_video_of_xml_is_recognised(tmp_path):
    path = tmp_path / "v.xml"
    path.write_text(document(track((10, 0, 1, 1, 5)), META))

    assert cvat.sniff(path) > 0.9
