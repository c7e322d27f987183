"""Object stores: whole reports under the slot's name, and a pointer that comes last."""

from __future__ import annotations

import json
from datetime import datetime

import fsspec
import pytest

from labelduck import publishing
from report_lakes import tiny

NOON = datetime.fromisoformat("2026-05-04 12:00")
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


def test_a_store_has_the_files_of_each_slot_and_a_pointer_to_the_latest(tmp_path):
    store = fsspec.filesystem("memory")
    lake = tiny(tmp_path / "lake", REPORT.format(url="memory://bucket/reports", more=""))

    outcomes = [o.status for o in publishing.run_due(lake.folder, clock=lambda: NOON, pauses=())]

    assert outcomes == ["done"]
    latest = json.loads(store.cat_file("/bucket/reports/nightly/latest.json"))
    assert latest["folder"] == "20260504T060000Z"
    assert latest["files"] == ["nightly.by_class.csv", "nightly.json", "nightly.manifest.json"]
    home = f"/bucket/reports/nightly/{latest['folder']}"
    assert sorted(store.ls(home, detail=False)) == [f"{home}/{name}" for name in sorted(latest["files"])]


@pytest.mark.slow
def test_a_bucket_of_s3_takes_a_report_and_its_keys_stay_secret(tmp_path, monkeypatch):
    server = pytest.importorskip("moto.server", reason="needs the extra test-s3: moto and s3fs")
    pytest.importorskip("s3fs", reason="needs the extra test-s3: moto and s3fs")
    endpoint = server.ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    endpoint.start()
    try:
        address = "http://{}:{}".format(*endpoint.get_host_and_port())
        monkeypatch.setenv("S3_KEY", "duck")
        monkeypatch.setenv("S3_SECRET", "very-secret")
        more = f'key = {{env = "S3_KEY"}}\nsecret = {{env = "S3_SECRET"}}\noptions = {{endpoint_url = "{address}"}}\n'
        store = fsspec.filesystem("s3", key="duck", secret="very-secret", endpoint_url=address)
        store.mkdir("bucket")
        lake = tiny(tmp_path / "lake", REPORT.format(url="s3://bucket/reports", more=more))

        outcomes = [o.status for o in publishing.run_due(lake.folder, clock=lambda: NOON, pauses=())]

        assert outcomes == ["done"]
        latest = json.loads(store.cat_file("bucket/reports/nightly/latest.json"))
        assert store.exists(f"bucket/reports/nightly/{latest['folder']}/nightly.json")
    finally:
        endpoint.stop()
    written = b"".join(p.read_bytes() for p in lake.path.rglob("*") if p.is_file())
    assert b"very-secret" not in written
