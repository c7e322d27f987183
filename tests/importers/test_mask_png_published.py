"""Masks of published data sets go by their own lists, folders and names of classes."""

from __future__ import annotations

import json

import numpy as np
import pytest
from format_rows import rows_of
from PIL import Image

from labelduck.errors import BadInputError
from labelduck.importers import reader

SKY, ROAD, BUILDING, BLACK = (128, 128, 128), (128, 64, 128), (128, 0, 0), (0, 0, 0)


def draw(path, pixels, dtype=np.uint8):
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(np.asarray(pixels, dtype)).save(path)


def told(path):
    found = rows_of("mask_png", path)
    images = [(row["image_id"], row.get("split"), row["file_name"]) for row in found["images"]]
    rows = [
        (row["annotation_id"], row["class_name"], row["area"], row["is_ignored"])
        for row in found["annotations"]
    ]
    return images, rows, [row["problem"] for row in found["import_problems"]]


def test_lists_of_camvid_pair_pictures_and_masks(tmp_path):
    draw(tmp_path / "train/a.png", [[SKY]])
    draw(tmp_path / "trainannot/a.png", [[SKY, ROAD, BLACK]])
    draw(tmp_path / "extra/b.png", [[ROAD]])
    (tmp_path / "train.txt").write_text("/train/a.png /trainannot/a.png\n")

    assert reader("auto", tmp_path)[0] == "mask_png"
    assert told(tmp_path) == (
        [("a", "train", "train/a.png")],
        [("a/0", "Void", 1, True), ("a/1", "Road", 1, False), ("a/2", "Sky", 1, False)],
        [],
    )


@pytest.mark.parametrize(("masks", "pictures"), [("GT", "RGB"), ("SemSeg", "RGB"), ("GTLeft", "RGBLeft")])
def test_masks_of_synthia_lie_beside_colour_and_depth(tmp_path, masks, pictures):
    for folder in (pictures, "Depth"):
        draw(tmp_path / folder / "0.png", [[SKY]])
    draw(tmp_path / masks / "0.png", [[SKY, (70, 130, 180), BUILDING]])

    assert reader("auto", tmp_path)[0] == "mask_png"
    images, rows, problems = told(tmp_path)
    assert images == [("0", None, f"{pictures}/0.png")]
    assert sorted(row[1] for row in rows) == ["Building", "Sky", "Sky"]
    assert problems == []


def test_a_list_of_colours_names_them(tmp_path):
    draw(tmp_path / "RGB/0.png", [[SKY]])
    draw(tmp_path / "GT/0.png", [[(1, 2, 3), BLACK]])
    (tmp_path / "label_colors.txt").write_text("0 0 0 background\n1 2 3 traffic cone\n")

    assert told(tmp_path)[1] == [("0/0", "traffic cone", 1, False)]


def test_the_meta_file_names_values_and_colours_and_the_background(tmp_path):
    meta = {"label_map": {"0": "None", "1": "Road"}, "background_label": "0"}
    meta["segmentation_colors"] = [[0, 0, 0], list(ROAD)]
    for name, pixels in (("colour", [[BLACK, ROAD]]), ("grey", [[0, 1]])):
        draw(tmp_path / name / "masks/a.png", pixels)
        (tmp_path / name / "dataset_meta.json").write_text(json.dumps(meta))

        assert reader("auto", tmp_path / name)[0] == "mask_png"
        assert told(tmp_path / name)[1] == [("a/0", "Road", 1, False)]


def test_a_meta_file_with_a_colour_that_is_none_is_refused(tmp_path):
    draw(tmp_path / "masks/a.png", [[0, 1]])
    meta = {"label_map": {"0": "a"}, "segmentation_colors": [[0, 0, 256]]}
    (tmp_path / "dataset_meta.json").write_text(json.dumps(meta))

    with pytest.raises(BadInputError, match="is no colour"):
        rows_of("mask_png", tmp_path)


def test_instances_of_mots_are_classes_by_the_thousand(tmp_path):
    draw(tmp_path / "train/instances/1.png", [[0, 1001, 2003, 2003, 10000]], np.uint16)
    (tmp_path / "named/instances").mkdir(parents=True)
    draw(tmp_path / "named/instances/1.png", [[0, 1001, 2003]], np.uint16)
    (tmp_path / "named/instances/labels.txt").write_text("cat\ndog\n")

    assert told(tmp_path / "train")[1] == [
        ("1/0", "car", 1, False),
        ("1/1", "pedestrian", 2, False),
        ("1/2", "ignored", 1, True),
    ]
    assert [row[1] for row in told(tmp_path / "named")[1]] == ["cat", "dog"]


def test_masks_that_are_called_instances_but_hold_classes_stay_classes(tmp_path):
    draw(tmp_path / "instances/1.png", [[0, 1, 2]])

    assert [row[1] for row in told(tmp_path)[1]] == ["class 1", "class 2"]


def test_the_last_version_of_mapillarys_labels_counts_and_its_config_names_them(tmp_path):
    labels = [
        {"name": "animal--bird", "color": [1, 2, 3]},
        {"name": "void--dynamic", "color": [4, 5, 6], "evaluate": False},
    ]
    (tmp_path / "config_v2.0.json").write_text(json.dumps({"labels": labels}))
    (tmp_path / "config_v1.2.json").write_text(json.dumps({"labels": [{"name": "old", "color": [0, 0, 0]}]}))
    for version in ("v1.2", "v2.0"):
        draw(tmp_path / f"val/{version}/labels/a.png", [[0, 0, 1]])
        draw(tmp_path / f"val/{version}/instances/a.png", [[0, 1, 256]], np.uint16)

    assert told(tmp_path)[1] == [
        ("a/0", "animal--bird", 1, False),
        ("a/1", "animal--bird", 1, False),
        ("a/2", "void--dynamic", 1, True),
    ]
