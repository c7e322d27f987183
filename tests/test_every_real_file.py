"""Every folder of real published data sets imports as what it is, or is refused in words that say why."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

import pyarrow as pa
import pytest

from labelduck.errors import BadInputError
from labelduck.importers import reader
from labelduck.importers.base import Known, ReadOptions

pytestmark = pytest.mark.shared_data

READ = (
    # path, format, images, annotations, image labels, problems
    ("ade20k2017_dataset/dataset", "ade20k", 2, 7, 0, 0),
    ("ade20k2017_dataset/dataset_with_meta_file", "ade20k", 1, 3, 0, 0),
    ("ade20k2020_dataset/dataset", "ade20k", 2, 7, 2, 0),
    ("ade20k2020_dataset/dataset_with_meta_file", "ade20k", 1, 3, 1, 0),
    ("align_celeba_dataset/dataset", "celeba", 5, 5, 9, 0),
    ("align_celeba_dataset/dataset_with_meta_file", "celeba", 5, 0, 5, 0),
    ("ava_dataset", "ava", 4, 10, 0, 0),
    ("camvid_dataset", "mask_png", 4, 10, 0, 0),
    ("celeba_dataset/dataset", "celeba", 5, 5, 9, 0),
    ("celeba_dataset/dataset_with_meta_file", "celeba", 5, 0, 5, 0),
    ("cityscapes_dataset/dataset", "mask_png", 4, 9, 0, 0),
    ("cityscapes_dataset/train_dataset", "mask_png", 4, 10, 0, 0),
    ("coco_dataset/coco", "coco", 2, 5, 3, 4),
    ("coco_dataset/coco_captions", "coco", 2, 0, 0, 0),
    ("coco_dataset/coco_image_info", "coco", 2, 0, 0, 0),
    ("coco_dataset/coco_instances", "coco", 2, 3, 0, 0),
    ("coco_dataset/coco_labels", "coco", 2, 0, 3, 0),
    ("coco_dataset/coco_panoptic", "coco", 2, 3, 0, 0),
    ("coco_dataset/coco_person_keypoints", "coco", 2, 3, 0, 0),
    ("coco_dataset/coco_roboflow", "coco", 2, 3, 0, 0),
    ("coco_dataset/coco_stuff", "coco", 2, 2, 0, 0),
    ("coco_dataset/mmdet_coco", "coco", 2, 3, 0, 0),
    ("common_semantic_segmentation_dataset/dataset", "mask_png", 2, 4, 0, 0),
    ("common_semantic_segmentation_dataset/non_standard_dataset", "mask_png", 2, 5, 0, 0),
    ("compat/v0.1", "datumaro", 1, 0, 1, 0),
    ("cvat_dataset/for_images", "cvat", 8, 14, 0, 2),
    ("cvat_dataset/for_video", "cvat", 4, 3, 0, 0),
    ("datumaro_dataset/legacy", "datumaro", 4, 0, 7, 3),
    ("dota_dataset", "roboflow", 3, 4, 0, 0),
    ("icdar_dataset/text_localization", "icdar", 2, 3, 0, 0),
    ("icdar_dataset/text_segmentation", "icdar", 1, 3, 0, 0),
    ("icdar_dataset/word_recognition", "icdar", 2, 0, 2, 0),
    ("imagenet_dataset", "image_folder", 4, 0, 3, 0),
    ("imagenet_subsets_dataset", "image_folder", 12, 0, 9, 0),
    ("imagenet_txt_dataset/basic", "image_table", 4, 0, 4, 0),
    ("imagenet_txt_dataset/custom_labels", "image_table", 1, 0, 1, 0),
    ("imagenet_txt_dataset/no_labels", "image_table", 1, 0, 1, 0),
    ("kaggle_dataset/image_csv/ann.csv", "records", 5, 0, 5, 0),
    ("kaggle_dataset/image_csv/ann_wo_ext.csv", "records", 5, 0, 5, 0),
    ("kaggle_dataset/image_csv_det/ann.csv", "records", 3, 6, 0, 0),
    ("kaggle_dataset/image_csv_det/ann2.csv", "records", 3, 6, 0, 0),
    ("kaggle_dataset/image_csv_det/ann3.csv", "records", 3, 6, 0, 0),
    ("kaggle_dataset/image_csv_multi_label/ann.csv", "image_table", 6, 0, 9, 0),
    ("kaggle_dataset/image_csv_multi_label/ann_wo_ext.csv", "image_table", 6, 0, 9, 0),
    ("kaggle_dataset/image_mask", "mask_png", 2, 2, 0, 1),
    ("kaggle_dataset/image_mask_with_labelmap", "mask_png", 3, 6, 0, 0),
    ("kaggle_dataset/image_txt", "image_table", 5, 0, 5, 0),
    ("kaggle_dataset/image_txt/ann_wo_ext.txt", "image_table", 5, 0, 5, 0),
    ("kaggle_dataset/image_txt_det/ann_single_obj.txt", "image_table", 3, 6, 0, 0),
    ("kaggle_dataset/relaxed_coco", "coco", 2, 2, 0, 0),
    ("kaggle_dataset/relaxed_voc1", "voc", 2, 2, 0, 0),
    ("kaggle_dataset/relaxed_voc2", "voc", 2, 2, 0, 0),
    ("kaggle_dataset/relaxed_yolo", "yolo", 2, 4, 0, 1),
    ("kitti_dataset/kitti_3d", "kitti", 1, 3, 0, 0),
    ("kitti_dataset/kitti_3d_with_subset", "kitti", 3, 5, 0, 0),
    ("kitti_dataset/kitti_detection", "kitti", 2, 5, 0, 0),
    ("kitti_dataset/kitti_segmentation", "mask_png", 2, 6, 0, 0),
    ("labelme_dataset", "labelme", 1, 7, 0, 0),
    ("lfw_dataset", "lfw", 3, 3, 3, 1),
    ("mapillary_vistas_dataset", "mask_png", 3, 10, 0, 0),
    ("market1501_dataset", "person_reid", 3, 0, 3, 0),
    ("mars_dataset", "person_reid", 3, 0, 3, 0),
    ("mot_dataset/mot_seq", "mot", 1, 1, 0, 0),
    ("mot_dataset/mot_seq_with_seqinfo", "mot", 1, 1, 0, 0),
    ("mots_dataset", "mask_png", 3, 5, 0, 0),
    ("mpii_json_dataset/dataset_with_numpy_files", "mpii", 3, 8, 0, 0),
    ("mpii_json_dataset/dataset_wo_numpy_files", "mpii", 3, 3, 0, 0),
    ("mvtec_dataset", "mvtec", 3, 2, 3, 0),
    ("open_images_dataset/v6", "open_images", 3, 2, 4, 1),
    ("roboflow_dataset/coco", "coco", 3, 4, 0, 0),
    ("roboflow_dataset/createml", "roboflow", 3, 4, 0, 2),
    ("roboflow_dataset/multiclass", "roboflow", 3, 0, 4, 0),
    ("roboflow_dataset/voc", "voc", 3, 4, 0, 1),
    ("roboflow_dataset/yolo", "yolo", 3, 4, 0, 0),
    ("roboflow_dataset/yolo_obb", "yolo", 3, 0, 0, 2),
    ("segment_anything_dataset", "segment_anything", 2, 1, 0, 1),
    ("synthia_dataset/al", "mask_png", 2, 5, 0, 0),
    ("synthia_dataset/rand", "mask_png", 2, 7, 0, 0),
    ("synthia_dataset/rand_custom_labelmap", "mask_png", 2, 5, 0, 0),
    ("synthia_dataset/rand_meta_file", "mask_png", 2, 5, 0, 0),
    ("synthia_dataset/sf", "mask_png", 2, 5, 0, 0),
    ("vgg_face2_dataset", "vgg_face2", 4, 4, 4, 0),
    ("voc_dataset/voc_dataset1", "voc", 2, 2, 0, 0),
    ("voc_dataset/voc_dataset2", "voc", 5, 4, 0, 5),
    ("voc_dataset/voc_dataset3", "voc", 1, 1, 0, 1),
    ("vott_csv_dataset/dataset", "vott", 4, 5, 0, 0),
    ("vott_csv_dataset/dataset_with_meta_file", "vott", 2, 2, 0, 0),
    ("vott_json_dataset/dataset", "vott", 3, 3, 0, 1),
    ("vott_json_dataset/dataset_with_meta_file", "vott", 3, 3, 0, 1),
    ("widerface_dataset", "wider_face", 3, 6, 3, 0),
    ("yolo_dataset/annotations", "yolo", 1, 2, 0, 0),
    ("yolo_dataset/labels", "yolo", 2, 4, 0, 0),
    ("yolo_dataset/strict", "yolo", 1, 2, 0, 0),
)
"""What each data set holds, counted in its own files."""

REFUSED = (
    ("brats_dataset", "is a NIfTI volume"),
    ("brats_numpy_dataset", "is a NumPy array without names"),
    ("cifar100_dataset", "is a Python pickle, which may run any program"),
    ("cifar10_dataset", "is a Python pickle, which may run any program"),
    ("coco_dataset", "holds several data sets"),
    ("common_super_resolution_dataset", "pairs of pictures for super-resolution"),
    ("image_dir_dataset", "holds pictures and no annotation file"),
    ("image_zip_dataset", "holds pictures and no annotation file"),
    ("kaggle_dataset/image_csv", "holds 2 tables of pictures"),
    ("kaggle_dataset/image_csv_det", "holds 3 tables of pictures"),
    ("kaggle_dataset/image_csv_multi_label", "holds 2 tables of pictures"),
    ("kaggle_dataset/image_txt_det", "holds 2 tables of pictures"),
    ("kaggle_dataset/image_txt_det/ann.txt", "xyxy or xywh: say which with --box-layout"),
    ("kinetics_dataset", "is a video"),
    ("kinetics_dataset/test.csv", "labels parts of videos"),
    ("kitti_dataset/kitti_raw", "boxes in three dimensions"),
    ("labelme_dataset/Masks", "holds pictures and no annotation file"),
    ("mnist_csv_dataset", "is a table of numbers without a header"),
    ("mnist_dataset", "is an IDX file of MNIST"),
    ("mpii_dataset", "is a MATLAB file"),
    ("nyu_depth_v2_dataset", "is an HDF5 file"),
    ("open_images_dataset/v5", "name no picture"),
    ("sampler", "holds probabilities of classes"),
    ("synthetic_dataset", "holds pictures and no annotation file"),
    ("tabular_dataset", "name no picture"),
    ("video_dataset", "is a video"),
    ("voc_dataset", "holds several data sets"),
)

UNREAD = (
    ("roboflow_dataset/tfrecord", "is a TFRecord, which only TensorFlow reads"),
    ("sly_pointcloud_dataset", "belongs to a project of point_clouds"),
    ("tf_detection_api_dataset", "is a TFRecord, which only TensorFlow reads"),
)
"""Recognised, but nothing in them can be read: each file is a problem."""

FORMS = ("coco_format_v1", "coco_format_v2", "cvat_format", "imagenet_format", "openimages_format")
FORMS += ("pascalvoc_format", "yolo_format")


def rows_of(path: Path, **options: object) -> tuple[str, dict[str, list[dict[str, object]]]]:
    name, module = reader("auto", path)
    found = defaultdict(list)
    for batch in module.read(path, ReadOptions(**options)):
        for table, rows in batch.items():
            found[table] += rows.to_pylist()
    return name, found


EXPORTS = (
    ("test_export_coco/data.json", "label_studio", 1, 4, 0, 0),
    ("test_export_csv/csv_test.json", "label_studio", 2, 3, 0, 2),
    ("test_export_csv/csv_test2.json", "label_studio", 1, 0, 1, 0),
    ("test_export_csv/csv_test2_result.csv", "label_studio", 1, 0, 0, 0),
    ("test_export_csv/csv_test_colliding_keys.json", "label_studio", 1, 0, 1, 0),
    ("test_export_csv/csv_test_colliding_keys_mixed.json", "label_studio", 2, 0, 1, 0),
    ("test_export_csv/csv_test_history.json", "label_studio", 1, 0, 1, 0),
    ("test_export_doclang/data.json", "label_studio", 3, 0, 0, 0),
    ("test_export_json_min/chat_data.json", "label_studio", 1, 0, 0, 0),
    ("test_export_json_min/data.json", "label_studio", 1, 1, 0, 0),
    ("test_export_json_min/data_repeater.json", "label_studio", 3, 1, 0, 0),
    ("test_export_yolo/data.json", "label_studio", 2, 6, 0, 0),
    ("test_export_yolo/data_keypoints.json", "label_studio", 1, 1, 0, 0),
    ("test_export_yolo/data_obb.json", "label_studio", 3, 25, 0, 0),
    ("test_export_yolo/data_polygons.json", "label_studio", 1, 1, 0, 0),
    ("test_import_coco/coco_import_input.json", "coco", 2, 2, 0, 0),
)
"""Label Studio's exports: path, format, images, annotations, image labels, predictions."""


@pytest.fixture(scope="module")
def assets(shared):
    return shared("datumaro_assets") / "tests" / "assets"


@pytest.fixture(scope="module")
def pictures(shared):
    return shared("voc_pictures") / "voc_pictures"


@pytest.mark.parametrize(("folder", "name", "n_images", "n_annotations", "n_labels", "n_problems"), READ)
def test_a_data_set_gives_all_it_holds(assets, folder, name, n_images, n_annotations, n_labels, n_problems):
    found_name, found = rows_of(assets / folder)

    tables = ("images", "annotations", "image_labels", "import_problems")
    assert (found_name, *(len(found[table]) for table in tables)) == (
        name,
        n_images,
        n_annotations,
        n_labels,
        n_problems,
    )
    images = [row["image_id"] for row in found["images"]]
    assert len(set(images)) == len(images)
    assert {row["image_id"] for row in found["annotations"] + found["image_labels"]} <= set(images)
    ids = [row["annotation_id"] for row in found["annotations"]]
    assert len(set(ids)) == len(ids)


@pytest.mark.parametrize(("file", "name", "n_images", "n_annotations", "n_labels", "n_predictions"), EXPORTS)
def test_an_export_of_label_studio_gives_all_it_holds(
    shared, file, name, n_images, n_annotations, n_labels, n_predictions
):
    found_name, found = rows_of(shared("label_studio_exports") / "label_studio_exports" / file)

    tables = ("images", "annotations", "image_labels", "predictions")
    expected = (name, n_images, n_annotations, n_labels, n_predictions)
    assert (found_name, *(len(found[table]) for table in tables)) == expected


def test_configurations_of_label_studio_are_told_from_exports(shared):
    root = shared("label_studio_exports") / "label_studio_exports"
    told = {row[0] for row in EXPORTS}
    others = [path for path in root.glob("*/*") if path.relative_to(root).as_posix() not in told]

    assert len(others) == 7
    for path in others:
        with pytest.raises(BadInputError, match="is a labelling configuration of Label Studio"):
            rows_of(path)


@pytest.mark.parametrize(("folder", "why"), REFUSED)
def test_what_cannot_be_read_says_what_it_is(assets, folder, why):
    with pytest.raises(BadInputError) as caught:
        rows_of(assets / folder)

    assert why in str(caught.value)


@pytest.mark.parametrize(("folder", "why"), UNREAD)
def test_files_of_known_formats_that_cannot_be_read_are_problems(assets, folder, why):
    _, found = rows_of(assets / folder)

    assert found["import_problems"]
    assert all(why in row["problem"] for row in found["import_problems"])
    assert not found["annotations"]


def test_no_data_set_is_forgotten(assets):
    told = {row[0].split("/")[0] for row in (*READ, *REFUSED, *UNREAD)}

    assert {path.name for path in assets.iterdir() if path.is_dir()} == told


def boxes_of(path: Path, pictures: Path) -> list[tuple[str, str, tuple[float, ...]]]:
    """Return stem of the picture, class and box of each annotation, sorted."""
    _, found = rows_of(path, images=pictures / "images")
    names = {row["image_id"]: Path(row["file_name"]).stem for row in found["images"]}
    assert len(names) == 100
    assert not found["import_problems"]
    rows = found["annotations"]
    return sorted((names[row["image_id"]], row["class_name"], tuple(row["box"].values())) for row in rows)


def test_all_forms_of_one_data_set_hold_equal_boxes(pictures):
    expected = boxes_of(pictures / "gts" / FORMS[0], pictures)

    assert len(expected) == 273
    for form in FORMS[1:]:
        found = boxes_of(pictures / "gts" / form, pictures)
        assert [row[:2] for row in found] == [row[:2] for row in expected]
        for (_, _, box), (_, _, other) in zip(found, expected, strict=True):
            assert box == pytest.approx(other, abs=1 + 1e-6)  # VOC counts from 1 and includes the last pixel


def test_the_fifteen_pictures_of_labelme_hold_the_same_boxes(pictures):
    expected = boxes_of(pictures / "gts" / FORMS[0], pictures)

    name, found = rows_of(pictures / "gts" / "labelme_format")

    stems = {row["image_id"]: Path(row["file_name"]).stem for row in found["images"]}
    rows = sorted(
        (stems[r["image_id"]], r["class_name"], tuple(r["box"].values())) for r in found["annotations"]
    )
    assert (name, len(stems), len(rows)) == ("labelme", 15, 36)
    for row, other in zip(rows, [each for each in expected if each[0] in set(stems.values())], strict=True):
        assert row[:2] == other[:2]
        assert row[2] == pytest.approx(other[2], abs=1 + 1e-6)


@pytest.fixture(scope="module")
def known(pictures):
    _, found = rows_of(pictures / "gts" / "pascalvoc_format", images=pictures / "images")
    columns = {
        "images": ("image_id", "file_name", "width", "height"),
        "classes": ("class_name", "class_index"),
    }
    tables = {
        table: pa.table({name: [row.get(name) for row in found[table]] for name in names})
        for table, names in columns.items()
    }
    return Known(**tables)


def predictions_of(path: Path, known: Known, pictures: Path) -> tuple[str, list[dict[str, object]]]:
    name, module = reader("auto", path, predictions=True)
    names = tuple((pictures / "voc.names").read_text().split())
    batches = module.read_predictions(path, known, ReadOptions(class_names=names))
    return name, [
        row for batch in batches if "predictions" in batch for row in batch["predictions"].to_pylist()
    ]


def test_detections_are_equal_in_every_layout(pictures, known):
    paths = ("abs_xywh", "abs_xyx2y2", "rel_xywh", "coco_format/coco_dets.json")

    found = [predictions_of(pictures / "dets" / path, known, pictures) for path in paths]

    assert [name for name, _ in found] == ["detection_text"] * 3 + ["coco"]
    first, *others = (sorted(map(detection, rows)) for _, rows in found)
    assert len(first) == 452
    for rows in others:
        assert [row[:3] for row in rows] == [row[:3] for row in first]
        for (*_, box), (*_, other) in zip(rows, first, strict=True):
            assert box == pytest.approx(other, abs=1)


def detection(row: dict[str, object]) -> tuple[str, str, float, tuple[float, ...]]:
    """Return what tells a prediction from others; text carries six digits of its confidence."""
    return row["image_id"], row["class_name"], round(row["confidence"], 6), tuple(row["box"].values())
