from __future__ import annotations

import shutil
import subprocess
import sys

import pyarrow.parquet as pq

import labelduck
from labelduck.folder import FINGERPRINT_NAME
from scenes import annotation, coco


def files(lake):
    ((paths,),) = labelduck.connect(lake.path).sql("select annotations_files()").fetchall()
    return paths


def test_a_fresh_lakes_catalogue_reads_whatever_lies_there_until_somebody_writes(tmp_path):
    lake = labelduck.open(tmp_path / "lake")
    lake.import_annotations(coco(tmp_path / "pets.json", annotation(1)))
    assert files(lake) == ["tables/annotations/*.parquet"]

    with lake.folder.writing():
        (named,) = files(lake)
        shutil.copy(lake.path / named, lake.path / "tables/annotations/half.parquet")

        seen = labelduck.connect(lake.path).sql("select count(*) from annotations").fetchall()

    assert named.startswith("tables/annotations/")
    assert "*" not in named
    assert seen == [(1,)]


def test_files_of_older_versions_are_not_read(tmp_path):
    lake = labelduck.open(tmp_path / "lake")
    path = coco(tmp_path / "pets.json", annotation(1), annotation(2))
    lake.import_annotations(path)

    coco(path, annotation(1))
    lake.import_annotations(path)

    assert "*" not in files(lake)[0]
    assert lake.sql("select count(*) from annotations").fetchall() == [(1,)]


def test_a_version_that_a_killed_writer_left_unshown_is_shown_to_the_next_reader(tmp_path, monkeypatch):
    lake = labelduck.open(tmp_path / "lake")
    path = coco(tmp_path / "pets.json", annotation(1))
    lake.import_annotations(path)
    coco(path, annotation(1), annotation(2))

    with monkeypatch.context() as killed:
        killed.setattr("labelduck.folder.LakeFolder.refresh", lambda *_, **__: None)
        lake.import_annotations(path)

    assert labelduck.connect(lake.path).sql("select count(*) from annotations").fetchall() == [(2,)]


def test_a_reader_changes_nothing_while_somebody_writes(tmp_path):
    lake = labelduck.open(tmp_path / "lake")
    lake.import_annotations(coco(tmp_path / "pets.json", annotation(1)))
    (lake.path / "labelduck.toml").write_text("[thresholds]\nmin_iou = 0.75\n")

    with lake.folder.writing():
        (lake.path / "labelduck.toml").write_text("[thresholds]\nmin_iou = 0.8\n")
        before = (lake.path / "labelduck.duckdb").read_bytes()
        labelduck.connect(lake.path).close()

        assert (lake.path / "labelduck.duckdb").read_bytes() == before

    assert lake.sql("select min_iou()").fetchall() == [(0.8,)]


def test_a_shell_that_has_the_catalogue_open_keeps_no_reader_and_no_writer_out(tmp_path):
    lake = labelduck.open(tmp_path / "lake")
    lake.import_annotations(coco(tmp_path / "pets.json", annotation(1)))
    holding = (
        "import duckdb, sys; c = duckdb.connect(sys.argv[1]); print('open', flush=True); sys.stdin.read()"
    )
    shell = subprocess.Popen(
        [sys.executable, "-c", holding, lake.path / "labelduck.duckdb"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    shell.stdout.readline()

    with shell:
        seen = labelduck.connect(lake.path).sql("select count(*) from annotations").fetchall()
        lake.import_annotations(coco(tmp_path / "more.json", annotation(2)))
        shell.stdin.close()

    assert seen == [(1,)]
    assert labelduck.connect(lake.path).sql("select count(*) from annotations").fetchall() == [(2,)]


def test_a_lake_of_an_older_labelduck_gets_the_tables_that_it_did_not_know(tmp_path):
    lake = labelduck.open(tmp_path / "lake")
    lake.import_annotations(coco(tmp_path / "pets.json", annotation(1)))
    shutil.rmtree(lake.path / "tables" / "suspicions")
    (lake.path / "tables" / FINGERPRINT_NAME).write_text("open of an older labelduck")

    seen = labelduck.connect(lake.path).sql("select count(*) from suspicions").fetchall()

    assert seen == [(0,)]


def test_a_lake_of_an_older_labelduck_gets_the_columns_that_it_did_not_know(tmp_path):
    lake = labelduck.open(tmp_path / "lake")
    lake.import_annotations(coco(tmp_path / "pets.json", annotation(1)))
    empty = lake.path / "tables/image_label_suspicions/empty.parquet"
    wanted = empty.read_bytes()
    pq.write_table(pq.read_table(empty).drop_columns("number"), empty)
    (lake.path / "tables/box_biases/empty.parquet").write_bytes(b"PAR1")  # a writer was killed here
    (lake.path / "tables" / FINGERPRINT_NAME).write_text("of an older labelduck")

    seen = labelduck.connect(lake.path).sql("select number from image_label_suspicions").fetchall()
    claims = labelduck.connect(lake.path).sql("select count(*) from box_bias_claims").fetchall()

    assert (seen, claims) == ([], [(0,)])
    assert empty.read_bytes() == wanted
