from __future__ import annotations

import errno
import json
import zipfile

import pytest
from PIL import Image

import labelduck
from labelduck import exporters
from labelduck.cli import main
from labelduck.errors import BadInputError, LabelduckEnvironmentError, UsageError
from labelduck.importers.base import ReadOptions
from scenes import annotation, coco, result, results


@pytest.fixture
def lake(tmp_path):
    lake = labelduck.open(tmp_path / "lake")
    drawn = [
        annotation(1, annotator="ann", batch="b1"),
        annotation(2, image=2, category=2),
        annotation(3, bbox=(1, 2, 3, 4)),
    ]
    lake.import_annotations(coco(tmp_path / "pets.json", *drawn, images=3))
    lake.import_predictions(
        results(tmp_path / "m.json", result(), result(image=2, category=2, score=0.5)), model="m/1"
    )
    return lake


def names_in(folder):
    return sorted(path.name for path in folder.iterdir())


def ids(path):
    return [record["id"] for record in json.loads(path.read_text())["annotations"]]


def test_the_newest_version_is_exported_with_all_images(lake, tmp_path):
    exported = lake.export("coco", tmp_path / "out")

    document = json.loads(exported.path.read_text())
    assert (exported.version, dict(exported.n_rows)) == (2, {"images": 3, "annotations": 3})
    assert [image["id"] for image in document["images"]] == [1, 2, 3]
    assert document["annotations"][0]["annotator"] == "ann"
    assert not exported.lost


def test_an_older_version_is_exported_as_it_was(lake, tmp_path):
    lake.import_annotations(coco(tmp_path / "pets.json", annotation(9), images=3))

    old, new = lake.export("coco", tmp_path / "old", version=1), lake.export("coco", tmp_path / "new")

    assert ids(old.path) == [1, 2, 3]
    assert ids(new.path) == [9]


@pytest.mark.parametrize(
    "chosen",
    [
        {"where": "class_name = 'cat' and area > 100 -- the large ones"},
        {"select": "select annotation_id, dataset from annotations where annotation_id = '1'"},
    ],
)
def test_sql_chooses_annotations_and_their_images(lake, tmp_path, chosen):
    exported = lake.export("coco", tmp_path / "out", **chosen)

    document = json.loads(exported.path.read_text())
    assert ids(exported.path) == [1]
    assert [image["id"] for image in document["images"]] == [1]


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"where": "no_such_column = 1"}, "no_such_column"),
        ({"where": "true", "select": "select 1"}, "give one of them"),
        ({"select": "select 1 as n"}, "annotation_id"),
        ({"select": "drop table annotations"}, "one query"),
        ({"select": "select annotation_id from annotations; select 2"}, "one query"),
        ({"select": "copy (select 1) to 'stolen.csv'"}, "one query"),
        ({"select": "selekt"}, "syntax error"),
        ({"where": "false"}, "no annotation"),
        ({"split": "night"}, "night"),
        ({"version": 7}, "no version 7"),
        ({"dataset": "dogs"}, "no dataset 'dogs'"),
        ({"models": ("x",)}, "known: m/1"),
        ({"format": "tfrecord"}, "unknown format"),
        ({"format": "voc", "models": ("m/1",)}, "no predictions"),
        ({"with_images": "copy"}, "go together"),
    ],
)
def test_a_selection_that_cannot_mean_anything_is_refused_and_leaves_nothing(lake, tmp_path, asked, said):
    form = asked.pop("format", "coco")

    with pytest.raises(UsageError, match=said):
        lake.export(form, tmp_path / "out", **asked)

    assert names_in(tmp_path) == ["lake", "m.json", "pets.json"]


@pytest.mark.parametrize("form", ["coco", "yolo", "csv", "parquet"])
def test_predictions_go_along_and_come_back(lake, tmp_path, form):
    exported = lake.export(form, tmp_path / "out", models=("m/1",))

    places = {
        "coco": "results.m_1.json",
        "yolo": "predictions/m_1",
        "csv": "predictions.csv",
        "parquet": "predictions.parquet",
    }
    again = labelduck.open(tmp_path / "again")
    read = ReadOptions(**exported.read_with)
    again.import_annotations(exported.path, format=exported.read_as, read=read)
    if form in {"coco", "yolo"}:
        again.import_predictions(tmp_path / "out" / places[form], model="m/1", format=form)
    found = again.sql(
        "select model, class_name, confidence, round(box.x_max, 6) from predictions order by all"
    ).fetchall()
    assert found == [("m/1", "cat", 0.9, 30.0), ("m/1", "dog", 0.5, 30.0)]


def test_what_a_format_cannot_say_comes_back_by_the_sidecar(lake, tmp_path):
    exported = lake.export("yolo", tmp_path / "out")

    again = labelduck.open(tmp_path / "again")
    read = ReadOptions(**exported.read_with)
    again.import_annotations(exported.path, format="yolo", read=read, provenance=exported.provenance)
    rows = again.sql("select annotation_id, annotator, batch from annotations order by all").fetchall()
    assert rows == [("1/0", "ann", "b1"), ("1/1", None, None), ("2/0", None, None)]
    assert exported.lost["annotations.annotation_id"] == 3


def test_an_earlier_export_is_replaced_only_when_asked(lake, tmp_path):
    lake.export("coco", tmp_path / "out")
    (tmp_path / "out" / "stale.txt").write_text("old")

    with pytest.raises(UsageError, match="--overwrite"):
        lake.export("coco", tmp_path / "out")
    lake.export("coco", tmp_path / "out", overwrite=True)

    assert names_in(tmp_path / "out") == [".labelduck-export", "instances.json"]


def test_a_folder_of_something_else_is_never_replaced(lake, tmp_path):
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "holiday.jpg").write_text("!")

    with pytest.raises(UsageError, match="no export made"):
        lake.export("yolo", tmp_path / "photos", overwrite=True)
    with pytest.raises(UsageError, match="lake"):
        lake.export("yolo", tmp_path / "lake" / "tables", overwrite=True)
    with pytest.raises(UsageError, match="lake"):
        lake.export("yolo", tmp_path, overwrite=True)

    assert (tmp_path / "photos" / "holiday.jpg").read_text() == "!"


def test_a_single_file_takes_its_name_and_has_the_others_beside_it(lake, tmp_path):
    exported = lake.export("coco", tmp_path / "train.json", models=("m/1",))

    assert exported.path == tmp_path / "train.json"
    assert ids(tmp_path / "train.json") == [1, 2, 3]
    assert len(json.loads((tmp_path / "train.results.m_1.json").read_text())) == 2
    with pytest.raises(UsageError, match="--overwrite"):
        lake.export("coco", tmp_path / "train.json")


def test_files_beside_a_single_one_are_not_overwritten_either(lake, tmp_path):
    (tmp_path / "train.results.m_1.json").write_text("mine")

    with pytest.raises(UsageError, match=r"train\.results"):
        lake.export("coco", tmp_path / "train.json", models=("m/1",))

    assert (tmp_path / "train.results.m_1.json").read_text() == "mine"
    assert not (tmp_path / "train.json").exists()


@pytest.mark.parametrize("form", ["coco", "yolo", "voc", "csv"])
def test_a_full_disk_leaves_the_earlier_export_and_nothing_half_written(lake, tmp_path, monkeypatch, form):
    lake.export(form, tmp_path / "out")
    before = names_in(tmp_path)
    module = exporters.writer(form)
    write = module.write

    def full(*arguments):
        write(*arguments)
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(module, "write", full)
    with pytest.raises(LabelduckEnvironmentError, match="No space left"):
        lake.export(form, tmp_path / "out", overwrite=True)

    assert names_in(tmp_path) == before
    assert len(names_in(tmp_path / "out")) > 1


def test_a_target_that_cannot_be_made_ends_with_exit_code_4(lake, tmp_path, capsys):
    (tmp_path / "file").write_text("")

    code = main(["export", "--lake", str(lake.path), "coco", str(tmp_path / "file" / "out")])

    assert code == 4
    assert "nothing was exported" in capsys.readouterr().err


@pytest.mark.parametrize("form", ["yolo", "voc", "mask_png", "coco"])
def test_names_from_data_never_lead_outside_the_target(tmp_path, form):
    names = [
        "../../../evil.jpg",
        "/etc/evil.jpg",
        "C:\\evil.jpg",
        "a\0b.jpg",
        "x" * 4000 + ".jpg",
        "A.jpg",
        "a.jpg",
        "con.png",
    ]
    images = [{"id": n, "file_name": name, "width": 9, "height": 9} for n, name in enumerate(names)]
    rows = [annotation(n, image=n, bbox=(1, 1, 5, 5)) for n in range(len(names))]
    document = {"images": images, "categories": [{"id": 1, "name": "../../cat"}], "annotations": rows}
    (tmp_path / "in.json").write_text(json.dumps(document))
    lake = labelduck.open(tmp_path / "lake")
    lake.import_annotations(tmp_path / "in.json")
    before = {str(path) for path in tmp_path.rglob("*")}

    exported = lake.export(form, tmp_path / "deep" / "out")

    made = {str(path) for path in tmp_path.rglob("*")} - before - {str(tmp_path / "deep")}
    assert all(path.startswith(str(tmp_path / "deep" / "out")) for path in made)
    again = labelduck.open(tmp_path / "again")
    again.import_annotations(exported.path, format=form, read=ReadOptions(**exported.read_with))
    assert again.sql("select count(distinct image_id), count(*) from annotations").fetchall() == [
        (len(names), len(names))
    ]


@pytest.mark.parametrize("way", ["copy", "link"])
def test_pictures_are_put_where_the_format_wants_them(lake, tmp_path, way):
    (tmp_path / "photos" / "day").mkdir(parents=True)
    Image.new("RGB", (100, 80)).save(tmp_path / "photos" / "day" / "1.jpg")
    Image.new("RGB", (100, 80)).save(tmp_path / "photos" / "2.jpg")

    exported = lake.export("yolo", tmp_path / "out", images=tmp_path / "photos", with_images=way)

    picture = tmp_path / "out" / "images" / "1.jpg"
    assert (exported.n_pictures, exported.n_pictures_missing) == (2, 1)
    assert picture.is_symlink() == (way == "link")
    assert picture.read_bytes() == (tmp_path / "photos" / "day" / "1.jpg").read_bytes()


def test_pictures_come_out_of_a_zip_but_cannot_be_linked_there(lake, tmp_path):
    with zipfile.ZipFile(tmp_path / "photos.zip", "w") as packed:
        packed.writestr("day/1.jpg", b"one")
        packed.writestr("../2.jpg", b"two")

    exported = lake.export("voc", tmp_path / "out", images=tmp_path / "photos.zip", with_images="copy")

    assert exported.n_pictures == 1
    assert (tmp_path / "out" / "JPEGImages" / "1.jpg").read_bytes() == b"one"
    with pytest.raises(UsageError, match="cannot be linked"):
        lake.export("voc", tmp_path / "more", images=tmp_path / "photos.zip", with_images="link")
    with pytest.raises(BadInputError, match="absent"):
        lake.export("voc", tmp_path / "more", images=tmp_path / "absent", with_images="copy")


def test_rows_that_lie_scattered_are_written_image_by_image_in_their_order(tmp_path):
    boxes = [annotation(n, image=1 + n % 3, bbox=(n, n, 10, 10)) for n in range(1, 31)]
    lake = labelduck.open(tmp_path / "lake")
    lake.import_annotations(coco(tmp_path / "pets.json", *boxes, images=3))

    lake.export("voc", tmp_path / "out")

    edges = [f"<xmin>{n + 1}</xmin>" for n in range(1, 31) if n % 3 == 1]
    text = (tmp_path / "out" / "Annotations" / "2.xml").read_text()
    assert [text.index(edge) for edge in edges] == sorted(text.index(edge) for edge in edges)


def test_the_command_says_what_was_written_what_was_lost_and_how_to_read_it_back(lake, tmp_path, capsys):
    out = tmp_path / "out"

    code = main(
        ["export", "--lake", str(lake.path), "yolo", str(out), "--where", "class_name = 'cat'", "--json"]
    )

    printed = capsys.readouterr()
    assert code == 0
    assert "pets version 2: 1 images, 2 annotations (yolo)" in printed.err
    assert "not in yolo: annotations.annotation_id (2)" in printed.err
    assert (
        f"import --lake {lake.path} yolo {out} --provenance {out}/provenance.csv --sizes {out}/sizes.csv"
        in printed.err
    )
    assert json.loads(printed.out)["n_rows"] == {"images": 1, "annotations": 2}
