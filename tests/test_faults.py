"""What a crash, a full disk or a second writer may not do to a lake."""

from __future__ import annotations

import os
import random
import resource
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest

import labelduck
from labelduck.errors import LabelduckEnvironmentError
from scenes import annotation, coco, result, results

WORK = """
import sys, labelduck
lake = labelduck.open(sys.argv[1])
print("ready", flush=True)
while True:
    lake.import_annotations(sys.argv[2], dataset="pets")
    lake.import_predictions(sys.argv[3], model="m")
    lake.build()
"""


@pytest.mark.slow
def test_a_lake_survives_kill_9_at_any_moment(tmp_path):
    many = [annotation(i, image=1 + i % 50, bbox=(i % 60, 10, 20, 20)) for i in range(1, 2000)]
    annotations = coco(tmp_path / "a.json", *many, images=50)
    predictions = results(
        tmp_path / "p.json", *(result(image=1 + i % 50, score=i / 4000) for i in range(4000))
    )
    moments = random.Random(7)

    for _ in range(12):
        worker = subprocess.Popen(
            [sys.executable, "-c", WORK, tmp_path / "lake", annotations, predictions], stdout=subprocess.PIPE
        )
        worker.stdout.readline()
        time.sleep(moments.uniform(0.0, 0.6))
        worker.send_signal(signal.SIGKILL)
        worker.wait()
        worker.stdout.close()
        if not (tmp_path / "lake" / "versions" / "pets").is_dir():
            continue
        lake = labelduck.open(tmp_path / "lake")
        n = lake.sql("select count(*), count(distinct annotation_id) from annotations").fetchall()
        assert n in ([(1999, 1999)], [(0, 0)])
        assert lake.sql("select count(*) from predictions").fetchall() in ([(4000,)], [(0,)])

    lake = labelduck.open(tmp_path / "lake")
    lake.import_annotations(annotations, dataset="pets")
    lake.import_predictions(predictions, model="m")
    lake.build()
    assert lake.sql("select count(*) filter (where prediction_id is not null) from matches").fetchall() == [
        (4000,)
    ]
    assert not list((tmp_path / "lake").rglob("*.tmp"))


@pytest.fixture
def small_disk(tmp_path):
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=10m", "tmpfs", disk], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("a small disk can only be mounted by root")
    yield disk
    subprocess.run(["umount", "-l", disk], check=True)


def test_a_full_disk_leaves_the_last_version_and_says_so(tmp_path, small_disk):
    lake = labelduck.open(small_disk / "lake")
    lake.import_annotations(coco(tmp_path / "pets.json", annotation(1)))
    noise = random.Random(3)
    crowd = [
        annotation(i, bbox=(noise.random() * 50, noise.random(), noise.random(), 9)) for i in range(240_000)
    ]
    big = coco(tmp_path / "big.json", *crowd)

    with pytest.raises(LabelduckEnvironmentError, match="No space left"):
        lake.import_annotations(big, dataset="big")

    again = labelduck.open(small_disk / "lake")
    assert again.sql("select dataset, annotation_id from annotations").fetchall() == [("pets", "1")]
    again.import_annotations(coco(tmp_path / "pets.json", annotation(2)))
    assert again.sql("select annotation_id from annotations").fetchall() == [("2",)]
    assert not list(small_disk.rglob("*.tmp"))


def test_a_disk_too_full_for_a_new_catalogue_keeps_nobody_from_reading(tmp_path, small_disk):
    lake = labelduck.open(small_disk / "lake")
    lake.import_annotations(coco(tmp_path / "pets.json", annotation(1)))
    (small_disk / "lake" / "labelduck.toml").write_text("[thresholds]\nmin_iou = 0.6\n")
    with (small_disk / "full").open("wb", buffering=0) as rest, suppress(OSError):
        while True:
            rest.write(bytes(4096))

    again = labelduck.open(small_disk / "lake")

    assert again.sql("select annotation_id from annotations").fetchall() == [("1",)]
    assert not list(small_disk.rglob("*.tmp"))


def test_a_folder_that_may_not_be_written_is_named(tmp_path):
    if os.geteuid() == 0:
        pytest.skip("root may write everywhere")
    (tmp_path / "lake").mkdir(mode=0o500)

    with pytest.raises(LabelduckEnvironmentError, match="may not be written"):
        labelduck.open(tmp_path / "lake").import_annotations(coco(tmp_path / "pets.json", annotation(1)))


def test_a_file_size_limit_is_no_traceback(tmp_path):
    path = coco(tmp_path / "pets.json", *(annotation(i, bbox=(i / 7, i / 9, 2, 3)) for i in range(20_000)))

    def limit():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (60_000, 60_000))

    done = subprocess.run(
        [sys.executable, "-m", "labelduck", "import", "--lake", tmp_path / "lake", "coco", path],
        capture_output=True,
        text=True,
        preexec_fn=limit,
        check=False,
        env={**os.environ, "XDG_CACHE_HOME": str(tmp_path)},
    )

    assert done.returncode == LabelduckEnvironmentError.exit_code
    assert "Traceback" not in done.stderr
    assert not list(Path(tmp_path / "lake").rglob("*.json"))


def test_two_imports_at_once_both_arrive(tmp_path):
    commands = [
        [sys.executable, "-m", "labelduck", "import", "--lake", str(tmp_path / "lake"), "--dataset", name,
         str(coco(tmp_path / f"{name}.json", annotation(1)))]
        for name in ("a", "b", "c")
    ]  # fmt: skip

    running = [subprocess.Popen(command, stderr=subprocess.PIPE) for command in commands]
    codes = [process.wait() for process in running]
    for process in running:
        process.stderr.close()

    assert codes == [0, 0, 0]
    lake = labelduck.open(tmp_path / "lake")
    assert lake.sql("select dataset from annotations order by all").fetchall() == [("a",), ("b",), ("c",)]
