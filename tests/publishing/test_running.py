"""Reports that are due arrive: whole, once, and whoever waits for one that does not is told."""

from __future__ import annotations

import json
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import pytest
from filelock import FileLock
from receivers import Mailbox, mail_server, webhook

import labelduck
from labelduck import building, publishing
from labelduck.cli import main
from labelduck.delivery import mail
from labelduck.errors import LakeLockedError
from report_lakes import tiny

SOURCES = Path(labelduck.__file__).parents[1]
NOON = datetime.fromisoformat("2026-05-04 12:00")
SLOT = datetime.fromisoformat("2026-05-04 06:00")

REPORT = """
[reports.nightly]
title = "Boxes"
schedule = "0 6 * * *"
formats = ["csv", "json"]
{more}
[[reports.nightly.sections]]
title = "By class"
sql = "select class_name, count(*) as n from annotations group by all order by all"
"""
MAIL = """
[destinations.team]
kind = "mail"
host = "127.0.0.1"
port = {port}
security = "none"
from = "labelduck@example.org"
to = ["quality@example.org"]
"""


def lake_with(tmp_path, *, more="", settings=""):
    return tiny(tmp_path / "lake", REPORT.format(more=more) + settings)


def due(lake, now=NOON, **rest):
    return [
        (o.report, o.status, o.detail)
        for o in publishing.run_due(lake.folder, clock=lambda: now, pauses=(), **rest)
    ]


def history(lake):
    return lake.sql(
        "select slot, status, attempt, delivered_to, error from report_runs order by ended_at, attempt"
    ).fetchall()


def test_a_lake_whose_build_is_due_is_built_before_a_report_tells_of_it(tmp_path):
    lake = lake_with(tmp_path)
    before = building.is_due(lake.folder)

    outcomes = due(lake)

    assert outcomes == [("nightly", "done", "to published")]
    assert (before, building.is_due(lake.folder)) == (True, False)
    assert lake.sql("select sum(n_annotations) from class_cells where dimension = 'any'").fetchall() == [(2,)]


def test_a_build_that_fails_is_a_failed_run_and_no_end_of_the_others(tmp_path, monkeypatch):
    lake = lake_with(tmp_path)
    monkeypatch.setenv("LABELDUCK_MEMORY", "lots")

    ((report, status, why),) = due(lake)

    assert (report, status) == ("nightly", "failed")
    assert why.startswith("LABELDUCK_MEMORY is 'lots'")
    assert [(row[1], row[2]) for row in history(lake)] == [("failed", 1)]


def test_answers_after_a_report_are_those_of_the_build_that_it_made(tmp_path):
    lake = lake_with(tmp_path)
    cells = "select count(*) > 0 from class_cells"
    before = lake.sql(cells).fetchall()

    lake.report("nightly")

    assert (before, lake.sql(cells).fetchall()) == ([(False,)], [(True,)])


def test_a_lake_that_may_only_be_read_is_reported_as_it_is(tmp_path, monkeypatch):
    lake = lake_with(tmp_path)

    @contextmanager
    def only_read(*_):
        yield False

    monkeypatch.setattr("labelduck.publishing.running.locked", only_read)

    document = lake.report("nightly").document

    assert document.answers[0].table.num_rows > 0
    assert building.is_due(lake.folder)


def test_a_report_without_a_destination_lies_in_the_lake_and_latest_points_to_it(tmp_path):
    lake = lake_with(tmp_path)

    first, second = due(lake), due(lake)

    assert first == [("nightly", "done", "to published")]
    assert second == []
    home = lake.path / "published" / "nightly"
    assert sorted(p.name for p in (home / "latest").iterdir()) == [
        "nightly.by_class.csv",
        "nightly.json",
        "nightly.manifest.json",
    ]
    assert (home / "latest").resolve().name == "20260504T060000Z"
    assert history(lake) == [(SLOT, "done", 1, ["published"], None)]
    assert not list((lake.path / "runs" / "outbox").iterdir())


def test_a_mail_carries_the_report_and_its_files(tmp_path):
    mailbox = Mailbox()
    with mail_server(mailbox) as port:
        lake = lake_with(tmp_path, more='to = ["team"]', settings=MAIL.format(port=port))

        outcomes = due(lake)

    assert outcomes == [("nightly", "done", "to team")]
    (mail,) = mailbox.mails
    assert mail["Subject"].startswith("Boxes: tiny version 1, state ")
    assert mail["To"] == "quality@example.org"
    html, text = mail.get_body(("html",)).get_content(), mail.get_body(("plain",)).get_content()
    assert "<h2>By class</h2>" in html
    assert "<script" not in html
    assert "# Boxes" in text
    files = {part.get_filename(): part.get_content() for part in mail.iter_attachments()}
    assert files.keys() == {"nightly.by_class.csv", "nightly.json", "nightly.manifest.json"}
    assert files["nightly.by_class.csv"].splitlines()[0] == "class_name,n"


def test_a_password_comes_from_the_environment_or_a_file_and_is_never_written(tmp_path, monkeypatch):
    monkeypatch.setattr(mail, "SECONDS", 1)  # the server says nothing more after a wrong password
    mailbox, secret = Mailbox(), "s3cret-pass"
    (tmp_path / "secret").write_text(secret + "\n")
    with mail_server(mailbox, password=secret) as port:
        told = MAIL.format(port=port) + 'user = "duck"\npassword = {file = "../secret"}\n'
        lake = lake_with(tmp_path, more='to = ["team"]', settings=told)
        by_file = due(lake)
        settings = (lake.path / "labelduck.toml").read_text()
        (lake.path / "labelduck.toml").write_text(
            settings.replace('{file = "../secret"}', '{env = "DUCK_PASSWORD"}')
        )
        monkeypatch.setenv("DUCK_PASSWORD", "wrong-" + secret)
        by_wrong = due(lake, NOON.replace(day=5))
        monkeypatch.delenv("DUCK_PASSWORD")
        by_none = due(lake, NOON.replace(day=6))

    assert [o[1] for o in (*by_file, *by_wrong, *by_none)] == ["done", "failed", "skipped", "failed"], by_file
    assert "DUCK_PASSWORD is not set" in by_none[-1][2]
    written = b"".join(p.read_bytes() for p in lake.path.rglob("*") if p.is_file())
    assert secret.encode() not in written


def test_a_webhook_is_told_what_the_report_says_and_tried_again(tmp_path, monkeypatch):
    with webhook([503]) as (port, came):
        monkeypatch.setenv("HOOK", f"http://127.0.0.1:{port}/T0/secret")
        told = '[destinations.hook]\nkind = "webhook"\nurl = {env = "HOOK"}\nheaders = {X-Token = {env = "HOOK"}}\n'
        told += '[destinations.chat]\nkind = "slack"\nurl = {env = "HOOK"}\n'
        told += '[destinations.card]\nkind = "teams"\nurl = {env = "HOOK"}\nlink = "https://example.org"\n'
        lake = lake_with(tmp_path, more='to = ["hook", "chat", "card"]', settings=told)

        outcomes = [o.status for o in publishing.run_due(lake.folder, clock=lambda: NOON, pauses=(0.0,))]

    assert outcomes == ["done"]
    assert [code for *_, code in came] == [503, 200, 200, 200]
    (_, first, document, _), (_, again, same, _) = came[:2]
    assert document == same
    assert first["Idempotency-Key"] == again["Idempotency-Key"]
    assert first["X-Token"].endswith("/secret")
    assert document["report"] == "nightly"
    assert {f["name"] for f in document["files"]} >= {"nightly.json"}
    assert came[2][2]["blocks"][0]["text"]["text"].startswith("*Boxes*")
    card = came[3][2]["attachments"][0]["content"]
    assert card["type"] == "AdaptiveCard"
    assert card["actions"][0]["url"] == "https://example.org"


def test_an_address_that_is_a_secret_stays_one_when_it_fails(tmp_path, monkeypatch):
    with webhook([500]) as (port, _):
        monkeypatch.setenv("HOOK", f"http://127.0.0.1:{port}/T0/secret-path")
        told = '[destinations.hook]\nkind = "slack"\nurl = {env = "HOOK"}\n'
        lake = lake_with(tmp_path, more='to = ["hook"]', settings=told)
        refused = due(lake)
    gone = due(lake, NOON.replace(hour=13))

    assert "answers 500" in refused[0][2]
    assert gone[0][1] == "failed"
    written = b"".join(p.read_bytes() for p in lake.path.rglob("*") if p.is_file())
    assert b"secret-path" not in written
    assert "secret-path" not in str((refused, gone))


def test_what_one_destination_has_is_not_sent_there_again_when_another_fails(tmp_path):
    mailbox = Mailbox(refusals=1)
    with mail_server(mailbox) as port, webhook() as (hook, came):
        told = (
            MAIL.format(port=port)
            + f'[destinations.hook]\nkind = "webhook"\nurl = "http://127.0.0.1:{hook}/"\n'
        )
        lake = lake_with(tmp_path, more='to = ["hook", "team"]', settings=told)

        first = due(lake)
        too_early = due(lake, NOON.replace(second=30))
        second = due(lake, NOON.replace(minute=2))

    assert [o[1] for o in (*first, *too_early, *second)] == ["failed", "done"]
    assert "451" in first[0][2]
    assert (len(came), len(mailbox.mails)) == (1, 1)
    assert [row[1:4] for row in history(lake)] == [("failed", 1, ["hook"]), ("done", 2, ["hook", "team"])]


def test_an_alert_is_delivered_only_when_its_query_returns_rows(tmp_path):
    alert = "alert = \"from annotations where class_name = '{}'\""
    lake = lake_with(tmp_path, more=alert.format("dog"))
    silent = due(lake)
    (lake.path / "labelduck.toml").write_text(REPORT.format(more=alert.format("cat")))
    loud = due(lake, NOON.replace(day=5))

    assert [o[1] for o in (*silent, *loud)] == ["skipped", "done"]
    assert [row[1] for row in history(lake)] == ["skipped", "done"]


def test_a_report_that_cannot_be_answered_fails_alone_and_is_given_up(tmp_path):
    lake = lake_with(
        tmp_path, more="attempts = 2", settings=REPORT.format(more="").replace("nightly", "other")
    )
    settings = (lake.path / "labelduck.toml").read_text()
    (lake.path / "labelduck.toml").write_text(
        settings.replace("class_name, count(*)", "nothing, count(*)", 1)
    )

    first, second, third = (due(lake, NOON.replace(minute=m)) for m in (0, 5, 30))

    assert [o[:2] for o in first] == [("nightly", "failed"), ("other", "done")]
    assert "nothing" in first[0][2]
    assert [o[:2] for o in second] == [("nightly", "failed")]
    assert third == []
    assert [s.state for s in publishing.statuses(lake.path, NOON)] == ["failing", "ok"]


def test_status_is_a_dead_mans_switch(tmp_path, capsys):
    lake = lake_with(tmp_path)
    ask = ["report", "status", "--lake", str(lake.path), "--at"]

    new, never = main([*ask, "2026-05-04T06:30"]), main([*ask, "2026-05-04T12:00"])
    due(lake)
    well, late = main([*ask, "2026-05-05T06:30"]), main([*ask, "2026-05-05T07:30"])

    assert (new, never, well, late) == (0, 1, 0, 1)
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()] == ["new", "late", "ok", "late"]


def test_two_runs_at_once_are_one_run_and_one_that_says_busy(tmp_path, capsys):
    lake = lake_with(tmp_path)
    (lake.path / "runs").mkdir(exist_ok=True)
    with FileLock(lake.path / "runs" / ".report-nightly.lock"):
        code = main(["report", "due", "--lake", str(lake.path), "--at", "2026-05-04T12:00"])
        with pytest.raises(LakeLockedError, match="busy"):
            lake.report("nightly")

    assert code == 4
    assert "busy" in capsys.readouterr().err
    assert main(["report", "due", "--lake", str(lake.path), "--at", "2026-05-04T12:00"]) == 0


def test_where_no_lake_is_nothing_is_made(tmp_path, capsys):
    code = main(["report", "run", "audit", "--lake", str(tmp_path / "none"), "--out", str(tmp_path / "out")])

    assert code == 2
    assert "no lake here" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_a_mail_server_that_was_away_brings_one_mail_or_all_as_the_report_says(tmp_path):
    for catch_up, n_mails in (("latest", 1), ("all", 3)):
        mailbox = Mailbox(refusals=2)
        with mail_server(mailbox) as port:
            (tmp_path / catch_up).mkdir()
            more = f'to = ["team"]\ncatch_up = "{catch_up}"'
            lake = lake_with(tmp_path / catch_up, more=more, settings=MAIL.format(port=port))
            for day in (4, 5, 6):
                due(lake, NOON.replace(day=day))
            due(lake, NOON.replace(day=6, hour=18))

        ids = [mail["Message-ID"] for mail in mailbox.mails]
        assert len(set(ids)) == len(ids) == n_mails, catch_up


def test_since_the_last_run_is_what_came_after_it(tmp_path):
    lake = lake_with(tmp_path, more='parameters = {since = "last_run"}')
    query = "select count(*) as n from versions where created_at >= coalesce($from::timestamp, '1970-01-01'::timestamp)"
    settings = (lake.path / "labelduck.toml").read_text()
    old = "select class_name, count(*) as n from annotations group by all order by all"
    (lake.path / "labelduck.toml").write_text(settings.replace(old, query))

    counts = []
    for day in (4, 5):
        list(
            publishing.run_due(
                lake.folder, clock=lambda day=day: publishing.utc_now().replace(year=2026 + day), pauses=()
            )
        )
        latest = (lake.path / "published" / "nightly" / "latest").resolve()
        counts.append(json.loads((latest / "nightly.json").read_text())["sections"][0]["rows"][0]["n"])

    assert counts == [1, 0]


def test_old_slots_are_taken_away_and_the_latest_stays(tmp_path):
    told = '[destinations.here]\nkind = "folder"\npath = "../out"\nkeep_last = 2\n'
    lake = lake_with(tmp_path, more='to = ["here"]', settings=told)

    for day in (4, 5, 6):
        due(lake, NOON.replace(day=day))

    home = tmp_path / "out" / "nightly"
    assert sorted(p.name for p in home.iterdir()) == ["20260505T060000Z", "20260506T060000Z", "latest"]
    assert (home / "latest").resolve().name == "20260506T060000Z"
