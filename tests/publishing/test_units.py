"""Units that the machine's own programs read: systemd-analyze, and a real cron."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from labelduck import schedule


def test_systemd_takes_the_units(tmp_path):
    if shutil.which("systemd-analyze") is None:
        pytest.skip("systemd-analyze is not on PATH; .ci/run installs it")
    program = tmp_path / "a dir" / "labelduck"
    program.parent.mkdir()
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    text = schedule.unit("systemd", program=str(program), lake=tmp_path / 'la"ke $5%', minutes=10)
    parts = re.split(r"^# /etc/systemd/system/(\S+)\n", text, flags=re.MULTILINE)[1:]
    files = [tmp_path / name for name in parts[::2]]
    for path, content in zip(files, parts[1::2], strict=True):
        path.write_text(content)

    checked = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *files], capture_output=True, text=True, check=False
    )

    ours = [line for line in (checked.stderr + checked.stdout).splitlines() if "labelduck" in line]
    assert ours == []
    calendar = re.search(r"OnCalendar=(.*)", text)[1]
    told = subprocess.run(
        ["systemd-analyze", "calendar", "--iterations=3", calendar],
        capture_output=True,
        text=True,
        check=True,
    )
    assert "*-*-* *:00/10:00" in told.stdout


@pytest.mark.skipif(sys.platform != "linux", reason="cron of Debian")
def test_cron_takes_the_line(tmp_path):
    if shutil.which("crontab") is None:
        pytest.skip("crontab is not on PATH; .ci/run installs it")
    text = schedule.unit("cron", program="/bin/labelduck", lake=Path("/srv/la ke"), minutes=15)
    broken = tmp_path / "broken"
    broken.write_text(text.replace("*/15", "*/75x"))
    good = tmp_path / "good"
    good.write_text(text)

    # -n reads a file and installs nothing (Debian's cron from 3.0pl1-140 on, cronie has -T)
    answers = [
        subprocess.run(["crontab", "-n", path], capture_output=True, text=True, check=False)
        for path in (good, broken)
    ]

    if "invalid option" in answers[0].stderr:
        pytest.skip("this crontab cannot check without installing")
    assert answers[0].returncode == 0, answers[0].stderr
    assert answers[1].returncode != 0
