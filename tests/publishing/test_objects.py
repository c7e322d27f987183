"""Object stores: whole reports under the slot's name, and a pointer that comes last."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from datetime import datetime, timedelta

import fsspec
import pytest
from test_running import SOURCES, due, history

from labelduck import publishing
from report_lakes import tiny

NOON = datetime.fromisoformat("2026-05-04 12:00")
HOME = "reports/nightly/20260504T060000Z"
FILES = ["nightly.by_class.csv", "nightly.json", "nightly.manifest.json"]
WHOLE = [*(f"{HOME}/{name}" for name in FILES), "reports/nightly/latest.json"]
REPORT = """
[destinations.bucket]
kind = "s3"
url = "{url}"
{more}
[reports.nightly]
title = "Boxes"
schedule = "0 6 * * *"
formats = ["csv", "json"]
to = ["bucket"]
[[reports.nightly.sections]]
title = "By class"
sql = "select class_name, count(*) as n from annotations group by all order by all"
"""
RUN = """
import sys
from datetime import datetime
from labelduck import publishing
from labelduck.folder import LakeFolder
list(publishing.run_due(LakeFolder(sys.argv[1]), clock=lambda: datetime(2026, 5, 4, 12), pauses=()))
"""


def test_a_store_has_the_files_of_each_slot_and_a_pointer_to_the_latest(tmp_path):
    store = fsspec.filesystem("memory")
    lake = tiny(tmp_path / "lake", REPORT.format(url="memory://bucket/reports", more=""))

    outcomes = [o.status for o in publishing.run_due(lake.folder, clock=lambda: NOON, pauses=())]

    assert outcomes == ["done"]
    latest = json.loads(store.cat_file("/bucket/reports/nightly/latest.json"))
    assert latest["folder"] == "20260504T060000Z"
    assert latest["files"] == FILES
    home = f"/bucket/reports/nightly/{latest['folder']}"
    assert sorted(store.ls(home, detail=False)) == [f"{home}/{name}" for name in sorted(latest["files"])]


@pytest.fixture
def s3(monkeypatch):
    from buckets import KEY, SECRET, bucket

    monkeypatch.setenv("S3_KEY", KEY)
    monkeypatch.setenv("S3_SECRET", SECRET)
    with bucket() as served:
        yield served


def lake_for(s3, tmp_path, *, url="s3://bucket/reports"):
    more = f'key = {{env = "S3_KEY"}}\nsecret = {{env = "S3_SECRET"}}\noptions = {{endpoint_url = "{s3.address}"}}\n'
    return tiny(tmp_path / "lake", REPORT.format(url=url, more=more))


@pytest.mark.slow
def test_a_bucket_of_s3_takes_a_report_once_and_its_keys_stay_secret(s3, tmp_path):
    lake = lake_for(s3, tmp_path)

    first, again = due(lake), due(lake)

    assert (first, again) == ([("nightly", "done", "to bucket")], [])
    assert s3.puts == WHOLE
    assert s3.names() == WHOLE
    manifest = json.loads(s3.store().cat_file(f"bucket/{HOME}/nightly.manifest.json"))
    table = s3.store().cat_file(f"bucket/{HOME}/nightly.by_class.csv")
    assert table.splitlines()[0] == b"class_name,n"
    assert [f["n_bytes"] for f in manifest["files"] if f["format"] == "csv"] == [len(table)]
    assert json.loads(s3.store().cat_file("bucket/reports/nightly/latest.json"))["files"] == FILES
    written = b"".join(p.read_bytes() for p in lake.path.rglob("*") if p.is_file())
    assert b"very-secret" not in written


@pytest.mark.slow
def test_a_bucket_that_refuses_in_the_middle_has_no_pointer_until_the_next_try_brings_all(s3, tmp_path):
    lake = lake_for(s3, tmp_path)
    s3.on_put = lambda n: n == 2

    ((_, status, detail),) = due(lake)
    half = s3.names()
    early, late = due(lake), due(lake, NOON + timedelta(minutes=2))

    assert status == "failed"
    assert "s3://bucket/reports" in detail
    assert "very-secret" not in detail
    assert half == WHOLE[:1]
    assert early == []  # a minute has to pass first
    assert late == [("nightly", "done", "to bucket")]
    assert s3.names() == WHOLE
    assert s3.puts.count("reports/nightly/latest.json") == 1
    assert [(status, attempt) for _, status, attempt, *_ in history(lake)] == [("failed", 1), ("done", 2)]


@pytest.mark.slow
def test_a_bucket_that_is_not_there_is_named(s3, tmp_path):
    lake = lake_for(s3, tmp_path, url="s3://elsewhere/reports")

    ((_, status, detail),) = due(lake)

    assert status == "failed"
    assert "destination bucket: s3://elsewhere/reports" in detail
    assert "bucket does not exist" in detail


@pytest.mark.slow
@pytest.mark.parametrize("at", [1, 3, 4])
def test_a_run_that_is_killed_while_it_uploads_is_finished_by_the_next(s3, tmp_path, at):
    lake = lake_for(s3, tmp_path)
    told = {**os.environ, "PYTHONPATH": str(SOURCES)}
    run = subprocess.Popen([sys.executable, "-c", RUN, str(lake.path)], env=told)
    s3.on_put = lambda n: n == at and (run.kill() or True)

    ended, half = run.wait(120), s3.names()
    s3.on_put = lambda _: False
    then, again = due(lake), due(lake)

    assert ended == -signal.SIGKILL
    assert half == WHOLE[: at - 1]
    assert (then, again) == ([("nightly", "done", "to bucket")], [])
    assert s3.names() == WHOLE
    assert s3.puts == WHOLE[:at] + WHOLE
    assert [row[1] for row in history(lake)] == ["done"]
