"""Runs that are killed at any moment: the next one finishes them, and each report arrives once."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap

import pytest
from receivers import Mailbox, mail_server, webhook
from test_running import MAIL, SOURCES, due, history, lake_with

KILLS = {
    "while it renders": "labelduck.reports.writing.put",
    "before it is delivered": "labelduck.delivery.deliver",
    "while a folder is filled": "shutil.copyfile",
    "between two destinations": "labelduck.publishing.outbox.note",
    "after it arrived everywhere": "labelduck.publishing.runs.record",
    "before the outbox is cleared": "labelduck.publishing.outbox.remove",
}
_KILLED = """
    import importlib, os, signal, sys
    from datetime import datetime
    from unittest import mock
    from labelduck import publishing
    from labelduck.folder import LakeFolder
    module, _, name = sys.argv[2].rpartition(".")
    real, calls = getattr(importlib.import_module(module), name), []
    def killed(*args, **kwargs):
        calls.append(1)
        if len(calls) == int(sys.argv[3]):
            os.kill(os.getpid(), signal.SIGKILL)
        return real(*args, **kwargs)
    with mock.patch(sys.argv[2], killed):
        now = datetime(2026, 5, 4, 12)
        list(publishing.run_due(LakeFolder(sys.argv[1]), clock=lambda: now, pauses=()))
"""


@pytest.mark.parametrize(
    ("moment", "call"),
    [
        ("while it renders", 1),
        ("before it is delivered", 1),
        ("while a folder is filled", 2),
        ("between two destinations", 2),
        ("after it arrived everywhere", 1),
        ("before the outbox is cleared", 1),
    ],
)
def test_a_run_that_is_killed_is_finished_by_the_next_and_arrives_once(tmp_path, moment, call):
    mailbox = Mailbox()
    told = '[destinations.here]\nkind = "folder"\npath = "../out"\n'
    with mail_server(mailbox) as port, webhook() as (hook, came):
        told += (
            MAIL.format(port=port)
            + f'[destinations.hook]\nkind = "webhook"\nurl = "http://127.0.0.1:{hook}/"\n'
        )
        lake = lake_with(tmp_path, more='to = ["here", "team", "hook"]', settings=told)
        command = [sys.executable, "-c", textwrap.dedent(_KILLED), str(lake.path), KILLS[moment], str(call)]

        killed = subprocess.run(command, env={**os.environ, "PYTHONPATH": str(SOURCES)}, check=False)
        due(lake)
        again = due(lake)

    assert killed.returncode == -signal.SIGKILL
    assert again == []
    slots = tmp_path / "out" / "nightly"
    assert sorted(p.name for p in slots.iterdir()) == ["20260504T060000Z", "latest"]
    assert len(list((slots / "latest").iterdir())) == 3
    # A kill between a server's answer and the note of it leaves it open whether it came: it is sent again, as the same.
    assert len({mail["Message-ID"] for mail in mailbox.mails}) == 1
    assert len({headers["Idempotency-Key"] for _, headers, _, _ in came}) == 1
    if moment != "between two destinations":
        assert (len(mailbox.mails), len(came)) == (1, 1)
    assert [row[1] for row in history(lake)] == ["done"]
    assert not [p for p in (lake.path / "runs" / "outbox").iterdir() if p.name != ".lock"]
