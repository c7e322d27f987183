"""Masks become objects with run-length masks, tight boxes and exact pixel counts, whatever way the classes are coded."""

from __future__ import annotations

import json
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from PIL import Image

from labelduck.errors import BadInputError
from labelduck.geometry import mask_from_rle
from labelduck.importers import mask_png
from labelduck.importers.base import ReadOptions
from labelduck.importers.mask_png.classes import voc_color
from labelduck.importers.mask_png.objects import class_regions, paired_regions

SCENE = [
    [0, 0, 0, 0, 0],
    [0, 15, 15, 255, 0],
    [0, 15, 15, 255, 7],
    [0, 0, 0, 0, 7],
]


def save(path, values, mode="P"):
    path.parent.mkdir(parents=True, exist_ok=True)
    array = np.array(values)
    if mode == "RGB":
        bands = [array >> 16, array >> 8 & 255, array & 255]
        picture = Image.fromarray(np.stack(bands, axis=-1).astype(np.uint8))
    else:
        picture = Image.fromarray(array.astype(np.uint16 if mode == "I;16" else np.uint8))
    if mode == "P":
        picture.putpalette(
            [
                part
                for n in range(256)
                for part in (voc_color(n) >> 16, voc_color(n) >> 8 & 255, voc_color(n) & 255)
            ]
        )
    picture.save(path)
    return path


def save_few_bits(path, rows, bits):
    """Write a grey PNG of 2 or 4 bits a pixel, which Pillow cannot write."""
    path.parent.mkdir(parents=True, exist_ok=True)

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", len(rows[0]), len(rows), bits, 0, 0, 0, 0)
    lines = []
    for row in rows:
        text = "".join(f"{value:0{bits}b}" for value in row)
        text += "0" * (-len(text) % 8)
        lines.append(b"\0" + bytes(int(text[place : place + 8], 2) for place in range(0, len(text), 8)))
    data = zlib.compress(b"".join(lines))
    path.write_bytes(
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", data) + chunk(b"IEND", b"")
    )


def read(path, **options):
    tables = {"images": [], "annotations": [], "classes": [], "import_problems": []}
    for batch in mask_png.read(path, ReadOptions(**options)):
        for name, table in batch.items():
            tables[name] += table.to_pylist()
    return tables


def told(tables):
    return [
        (row["source_file"], row["location"], row["severity"], row["problem"])
        for row in tables["import_problems"]
    ]


def test_a_class_mask_is_one_annotation_per_class_and_void_is_ignored(tmp_path):
    save(tmp_path / "SegmentationClass" / "a.png", SCENE)

    tables = read(tmp_path)

    rows = tables["annotations"]
    assert [(r["annotation_id"], r["class_name"], r["area"], r["is_ignored"]) for r in rows] == [
        ("a/0", "car", 2, False),
        ("a/1", "person", 4, False),
        ("a/2", "void", 2, True),
    ]
    assert rows[1]["geometry"] == "mask"
    assert rows[1]["box"] == {"x_min": 1, "y_min": 1, "x_max": 3, "y_max": 3}
    assert np.array_equal(mask_from_rle(rows[1]["mask"]["counts"], 4, 5), np.array(SCENE) == 15)
    (image,) = tables["images"]
    assert (image["width"], image["height"], image["is_annotated"]) == (5, 4, True)
    assert json.loads(image["attributes"]) == {"void_pixels": 2, "background_pixels": 12}
    assert told(tables) == []


def test_an_index_counts_and_not_its_colour(tmp_path):
    path = save(tmp_path / "SegmentationClass" / "a.png", SCENE)
    picture = Image.open(path)
    picture.putpalette([9, 9, 9] * 256)  # all classes look the same
    picture.save(path)

    assert [r["class_name"] for r in read(tmp_path)["annotations"]] == ["car", "person", "void"]


def test_objects_get_the_class_that_lies_under_them(tmp_path):
    save(tmp_path / "SegmentationClass" / "a.png", SCENE)
    save(
        tmp_path / "SegmentationObject" / "a.png",
        np.array([[0, 0, 0, 0, 0], [0, 1, 2, 255, 0], [0, 1, 2, 255, 3], [0, 0, 0, 0, 3]]),
    )
    save(tmp_path / "JPEGImages" / "a.png", SCENE)
    (tmp_path / "ImageSets" / "Segmentation").mkdir(parents=True)
    (tmp_path / "ImageSets" / "Segmentation" / "val.txt").write_text("a\n")

    tables = read(tmp_path)

    assert [
        (r["class_name"], r["source_ref"], r["area"], r["source_file"]) for r in tables["annotations"]
    ] == [
        ("person", "value 1", 2, "SegmentationObject/a.png"),
        ("person", "value 2", 2, "SegmentationObject/a.png"),
        ("car", "value 3", 2, "SegmentationObject/a.png"),
        ("void", "value 255", 2, "SegmentationObject/a.png"),
    ]
    assert [(i["image_id"], i["split"], i["file_name"]) for i in tables["images"]] == [
        ("a", "val", "JPEGImages/a.png")
    ]
    assert told(tables) == []


def test_pixels_of_a_class_without_an_object_are_kept_and_told(tmp_path):
    save(tmp_path / "SegmentationClass" / "a.png", [[15, 15, 7]])
    save(tmp_path / "SegmentationObject" / "a.png", [[1, 1, 0]])

    tables = read(tmp_path)

    assert [(r["class_name"], r["area"]) for r in tables["annotations"]] == [("person", 2), ("car", 1)]
    assert [row[2] for row in told(tables)] == ["warning"]


def test_an_object_of_two_classes_takes_the_larger_share_and_is_told(tmp_path):
    save(tmp_path / "SegmentationClass" / "a.png", [[15, 15, 7]])
    save(tmp_path / "SegmentationObject" / "a.png", [[1, 1, 1]])

    tables = read(tmp_path)

    assert [(r["class_name"], r["area"]) for r in tables["annotations"]] == [("person", 3)]
    assert told(tables) == [
        ("SegmentationObject/a.png", "value 1", "warning", "1 of its 3 pixels are of another class")
    ]


def test_cvat_colours_are_named_by_the_label_map(tmp_path):
    (tmp_path / "labelmap.txt").write_text(
        "# label:color_rgb:parts:actions\nbackground:0,0,0::\nhelmet:250,10,20::\nvest:1,2,3::\n"
    )
    save(tmp_path / "SegmentationClass" / "a.png", [[0, 0xFA0A14, 0xFA0A14, 0x010203]], mode="RGB")
    save(tmp_path / "SegmentationObject" / "a.png", [[0, 0x800000, 0x008000, 0x808000]], mode="RGB")

    tables = read(tmp_path)

    assert sorted((r["class_name"], r["area"]) for r in tables["annotations"]) == [
        ("helmet", 1),
        ("helmet", 1),
        ("vest", 1),
    ]
    assert [(c["class_name"], c["class_index"]) for c in tables["classes"]] == [("helmet", 1), ("vest", 2)]
    assert told(tables) == []


def test_an_indexed_mask_beside_a_map_of_colours_goes_by_the_palette(tmp_path):
    (tmp_path / "labelmap.txt").write_text("background:0,0,0::\nperson:192,128,128::\n")
    save(tmp_path / "SegmentationClass" / "a.png", [[0, 15]])

    assert [r["class_name"] for r in read(tmp_path)["annotations"]] == ["person"]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("names.txt", "sky\nroad\nhouse\n"),
        ("names.csv", "value,name\n0,sky\n1,road\n2,house\n"),
        ("names.json", '["sky", "road", "house"]'),
        ("names.json", '{"0": "sky", "1": "road", "2": "house"}'),
        ("names.json", '{"sky": 0, "road": 1, "house": 2}'),
    ],
)
@pytest.mark.parametrize("mode", ["L", "I;16", "P"])
def test_a_class_map_names_values_of_any_depth(tmp_path, name, text, mode):
    (tmp_path / name).write_text(text)
    save(tmp_path / "masks" / "train" / "a.png", [[0, 1], [2, 2]], mode=mode)

    tables = read(tmp_path / "masks", class_map=tmp_path / name)

    assert [(r["class_name"], r["area"]) for r in tables["annotations"]] == [
        ("sky", 1),
        ("road", 1),
        ("house", 2),
    ]
    assert [(i["image_id"], i["split"]) for i in tables["images"]] == [("a", "train")]
    assert told(tables) == []


def test_values_without_a_name_go_by_number_and_that_is_told(tmp_path):
    save(tmp_path / "a.png", [[0, 7, 300]], mode="I;16")

    tables = read(tmp_path)

    assert [(r["class_name"], r["area"]) for r in tables["annotations"]] == [("class 7", 1), ("class 300", 1)]
    assert [(severity, "--class-map" in problem) for _, _, severity, problem in told(tables)] == [
        ("warning", True)
    ] * 2
    assert [r["class_name"] for r in read(tmp_path, class_names=("a", "b"))["annotations"]] == [
        "a",
        "class 7",
        "class 300",
    ]


@pytest.mark.parametrize("bits", [2, 4])
def test_grey_values_of_few_bits_are_as_stored(tmp_path, bits):
    save_few_bits(tmp_path / "a.png", [[0, 1, 2, 3], [3, 3, 0, 0]], bits)

    assert [(r["class_name"], r["area"]) for r in read(tmp_path)["annotations"]] == [
        ("class 1", 1),
        ("class 2", 1),
        ("class 3", 3),
    ]


def test_black_and_white_masks_have_one_class_and_no_void(tmp_path):
    save(tmp_path / "a.png", [[0, 255], [255, 255]], mode="L")

    assert [(r["class_name"], r["area"], r["is_ignored"]) for r in read(tmp_path)["annotations"]] == [
        ("class 255", 3, False)
    ]


def test_grey_masks_saved_as_colours_are_still_classes(tmp_path):
    save(tmp_path / "a.png", [[0, 0x030303]], mode="RGB")

    assert [r["class_name"] for r in read(tmp_path)["annotations"]] == ["class 3"]


def test_cityscapes_instances_tell_class_number_and_crowd(tmp_path):
    save(
        tmp_path / "gtFine" / "val" / "ulm" / "ulm_1_2_gtFine_instanceIds.png",
        [[7, 26000, 26001, 26, 0]],
        mode="I;16",
    )
    save(tmp_path / "gtFine" / "val" / "ulm" / "ulm_1_2_gtFine_labelIds.png", [[7, 26, 26, 26, 0]], mode="L")

    tables = read(tmp_path)

    assert [
        (r["class_name"], r["source_ref"], r["is_crowd"], r["is_ignored"]) for r in tables["annotations"]
    ] == [
        ("unlabeled", "value 0", False, True),
        ("road", "value 7", False, False),
        ("car", "value 26", True, False),
        ("car", "value 26000", False, False),
        ("car", "value 26001", False, False),
    ]
    assert [(i["image_id"], i["split"]) for i in tables["images"]] == [("ulm/ulm_1_2", "val")]


def test_kitti_instances_carry_the_class_in_the_high_byte(tmp_path):
    save(tmp_path / "training" / "instance" / "000_10.png", [[26 << 8 | 1, 26 << 8 | 2, 7 << 8]], mode="I;16")
    save(tmp_path / "training" / "semantic" / "000_10.png", [[26, 26, 7]], mode="L")

    tables = read(tmp_path)

    assert [r["class_name"] for r in tables["annotations"]] == ["road", "car", "car"]
    assert [(i["image_id"], i["split"]) for i in tables["images"]] == [("000_10", "train")]


def test_a_cut_or_foreign_file_is_a_problem_and_the_others_are_read(tmp_path):
    whole = save(tmp_path / "masks" / "a.png", np.random.default_rng(0).integers(0, 9, (40, 40)))
    (tmp_path / "masks" / "b.png").write_bytes(whole.read_bytes()[:400])
    (tmp_path / "masks" / "c.png").write_text("no picture")
    save(tmp_path / "masks" / "d.png", np.arange(400).reshape(20, 20) * 40_000, mode="RGB")

    tables = read(tmp_path)

    assert [i["image_id"] for i in tables["images"]] == ["a"]
    errors = [row for row in told(tables) if row[2] == "error"]
    assert [row[0] for row in errors] == ["masks/b.png", "masks/c.png", "masks/d.png"]
    assert "colours that no class map names" in errors[2][3]


def test_an_object_mask_of_another_size_is_left_out_and_told(tmp_path):
    save(tmp_path / "SegmentationClass" / "a.png", [[15, 15, 7]])
    save(tmp_path / "SegmentationObject" / "a.png", [[1, 1]])

    tables = read(tmp_path)

    assert [r["class_name"] for r in tables["annotations"]] == ["car", "person"]
    assert [row[:3] for row in told(tables)] == [("SegmentationObject/a.png", "", "error")]


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("m.txt", "", "names no class"),
        ("m.txt", "sky:1,2,3::\nroad\n", "road: is not name:red,green,blue"),
        ("m.txt", "sky:1,2,300::\n", "1,2,300: is no colour"),
        ("m.csv", "value,name\nx,sky\n", "line 2: is not value,name"),
        ("m.csv", "value,label\n1,sky\n", "line 2: no name"),
        ("m.json", "[1, 2]", "is neither a list of names"),
        ("m.json", "{", "is no class map"),
        ("m.json", '{"sky": null}', "is neither a list of names"),
        ("gone.txt", None, "cannot be read as a class map"),
    ],
)
def test_a_bad_class_map_is_refused_with_its_place(tmp_path, name, text, message):
    save(tmp_path / "a.png", [[0, 1]])
    if text is not None:
        (tmp_path / name).write_text(text)

    with pytest.raises(BadInputError, match=message):
        read(tmp_path, class_map=tmp_path / name)


def test_a_folder_without_masks_or_a_file_is_refused(tmp_path):
    with pytest.raises(BadInputError, match="holds no mask"):
        read(tmp_path)
    with pytest.raises(BadInputError, match="is no folder"):
        read(save(tmp_path / "a.png", [[0, 1]]))


def test_sniffing_tells_masks_from_pictures(tmp_path):
    save(tmp_path / "voc" / "SegmentationClass" / "a.png", SCENE)
    save(tmp_path / "plain" / "a.png", SCENE)
    save(tmp_path / "pictures" / "a.png", np.arange(400).reshape(20, 20) * 40_000, mode="RGB")

    assert mask_png.sniff(tmp_path / "voc") == 0.9
    assert 0.3 < mask_png.sniff(tmp_path / "plain") < 0.9
    assert mask_png.sniff(tmp_path / "pictures") == mask_png.sniff(tmp_path / "gone") == 0


IMAGES = hnp.arrays(
    np.int32, st.tuples(st.integers(1, 9), st.integers(1, 9)), elements=st.sampled_from([0, 1, 2, 9, 255])
)


@given(values=IMAGES)
@settings(deadline=None)
def test_regions_are_the_pixels_of_their_value(values):
    regions = class_regions(values, "classes")

    assert [region.value for region in regions] == np.unique(values).tolist()
    for region in regions:
        where = values == region.value
        rows, columns = np.nonzero(where)
        assert np.array_equal(mask_from_rle(region.mask["counts"], *values.shape), where)
        assert region.area == where.sum()
        assert region.box == (columns.min(), rows.min(), columns.max() + 1, rows.max() + 1)


@given(
    pair=st.tuples(st.integers(1, 8), st.integers(1, 8)).flatmap(
        lambda shape: st.tuples(*[hnp.arrays(np.int32, shape, elements=st.sampled_from([0, 1, 2, 255]))] * 2)
    )
)
@settings(deadline=None)
def test_pairing_loses_no_pixel_and_takes_the_majority(pair):
    classes, objects = pair

    regions = paired_regions(classes, objects, lambda value: value in (0, 255), void_object=255)

    assert sum(region.area for region in regions) == classes.size
    for number in set(np.unique(objects).tolist()) - {0, 255}:
        (region,) = [
            region
            for region in regions
            if region.value == number and region.area == (objects == number).sum()
        ][:1]
        votes = classes[(objects == number) & (classes != 0) & (classes != 255)]
        if len(votes):
            counts = np.bincount(votes)
            assert counts[region.class_value] == counts.max()


@pytest.mark.slow
@pytest.mark.shared_data
def test_voc_2007_masks_count_every_pixel(shared):
    folder = shared("voc2007_xml_yolo_masks_yolov2") / "raw" / "VOC2007"
    names = sorted(file.name for file in (folder / "SegmentationClass").iterdir())
    assert len(names) == 632

    tables = read(folder)

    assert len(tables["images"]) == 632
    assert tables["import_problems"] == []
    pixels = {}
    for row in tables["annotations"]:
        pixels[row["class_name"]] = pixels.get(row["class_name"], 0) + row["area"]
    numbers = {row["class_name"]: row["class_index"] for row in tables["classes"]} | {"void": 255}
    expected, n_objects = np.zeros(256, int), 0
    for name in names:
        expected += np.bincount(
            np.asarray(Image.open(folder / "SegmentationClass" / name)).ravel(), minlength=256
        )
        objects = np.unique(np.asarray(Image.open(folder / "SegmentationObject" / name)))
        n_objects += int(((objects > 0) & (objects < 255)).sum())
    assert {numbers[name]: count for name, count in pixels.items()} == {
        value: count for value, count in enumerate(expected.tolist()) if count and value
    }
    assert sum(row["class_name"] != "void" for row in tables["annotations"]) == n_objects
    background = sum(json.loads(image["attributes"])["background_pixels"] for image in tables["images"])
    assert background == expected[0]


@pytest.mark.shared_data
@pytest.mark.parametrize(
    ("folder", "n_images", "n_annotations"),
    [
        ("cityscapes_dataset/dataset", 4, 9),
        ("kitti_dataset/kitti_segmentation", 2, 6),
        ("mapillary_vistas_dataset", 3, 10),
        ("kaggle_dataset/image_mask", 2, 2),
        ("kaggle_dataset/image_mask_with_labelmap", 3, 6),
        ("voc_dataset/voc_dataset1", 1, 1),
    ],
)
def test_variants_of_other_tools_are_read(shared, folder, n_images, n_annotations):
    path = Path(shared("datumaro_assets")) / "tests" / "assets" / folder

    tables = read(path)

    assert (len(tables["images"]), len(tables["annotations"])) == (n_images, n_annotations)
    assert mask_png.sniff(path) >= 0.6
