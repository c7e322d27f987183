"""Pictures sorted into folders are labelled with the folder."""

from __future__ import annotations

import zipfile

import pytest
from format_rows import rows_of
from PIL import Image

from labelduck.errors import BadInputError
from labelduck.importers import image_folder


def draw(folder, *names):
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        Image.new("L", (6, 4)).save(folder / name, "PNG")


def labels(found):
    return [(row["image_id"], row["class_name"]) for row in found["image_labels"]]


def test_the_first_folder_is_the_class(tmp_path):
    draw(tmp_path, "cat/1.png", "dog/young/1.png", "loose.png")

    found = rows_of("image_folder", tmp_path, class_names=("dog", "cat"))

    assert labels(found) == [("cat/1", "cat"), ("dog/young/1", "dog")]
    told = [
        (image["image_id"], image["width"], image["height"], image["is_annotated"])
        for image in found["images"]
    ]
    assert told == [("cat/1", 6, 4, True), ("dog/young/1", 6, 4, True), ("loose", 6, 4, False)]
    assert [(row["class_name"], row["class_index"]) for row in found["classes"]] == [("cat", 1), ("dog", 0)]


def test_split_folders_are_splits_and_part_of_the_id_only_where_names_repeat(tmp_path):
    draw(tmp_path / "apart", "train/cat/1.png", "valid/cat/2.png")
    draw(tmp_path / "same", "train/cat/1.png", "valid/cat/1.png")

    apart, same = (rows_of("image_folder", tmp_path / name) for name in ("apart", "same"))

    assert labels(apart) == [("cat/1", "cat"), ("cat/2", "cat")]
    assert labels(same) == [("train/cat/1", "cat"), ("valid/cat/1", "cat")]
    assert [image["split"] for image in apart["images"]] == ["train", "val"]


def test_a_zip_reads_like_its_folder_and_keeps_names_inside(tmp_path):
    draw(tmp_path / "in", "cat/1.png")
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as packed:
        packed.write(tmp_path / "in" / "cat" / "1.png", "cat/1.png")
        packed.writestr("../dog/1.png", b"")

    found, expected = rows_of("image_folder", tmp_path / "all.zip"), rows_of("image_folder", tmp_path / "in")

    assert found["images"] == expected["images"]
    assert [problem["problem"] for problem in found["import_problems"]] == [
        "it is refused: its name leads out of the zip"
    ]


def test_pictures_that_share_a_name_but_for_the_extension_get_ids_of_their_own(tmp_path):
    draw(tmp_path, "cat/1.png", "cat/1.jpg")

    found = rows_of("image_folder", tmp_path)

    assert [image["image_id"] for image in found["images"]] == ["cat/1", "cat/1#2"]
    assert [problem["severity"] for problem in found["import_problems"]] == ["repaired"]


def test_a_picture_that_is_damaged_has_a_label_and_no_size(tmp_path):
    (tmp_path / "cat").mkdir()
    (tmp_path / "cat" / "1.jpg").write_bytes(b"no picture")

    found = rows_of("image_folder", tmp_path)

    assert labels(found) == [("cat/1", "cat")]
    assert "width" not in found["images"][0]


@pytest.mark.parametrize("names", [(), ("a.png",)])
def test_a_folder_without_folders_of_pictures_is_refused(tmp_path, names):
    draw(tmp_path, *names)

    with pytest.raises(BadInputError, match="holds no picture in a folder"):
        rows_of("image_folder", tmp_path)


def test_only_folders_of_nothing_but_pictures_look_like_it(tmp_path):
    draw(tmp_path / "yes", "train/cat/1.png", "train/dog/1.png")
    draw(tmp_path / "no", "images/1.png", "masks/1.png")
    draw(tmp_path / "other", "cat/1.png", "dog/1.png")
    (tmp_path / "other" / "labels.csv").write_text("a,b\n")

    assert [image_folder.sniff(tmp_path / name) for name in ("yes", "no", "other", "none")] == [0.5, 0, 0, 0]


@pytest.mark.shared_data
def test_real_folders_of_imagenet_give_a_label_per_picture_in_a_class(shared):
    assets = shared("datumaro_assets") / "tests" / "assets"

    assert len(labels(rows_of("image_folder", assets / "imagenet_dataset"))) == 3
    assert len(labels(rows_of("image_folder", assets / "imagenet_subsets_dataset"))) == 9
