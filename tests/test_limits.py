"""What the environment says of threads and memory."""

from __future__ import annotations

import duckdb
import pytest

from labelduck import limits, scores
from labelduck.cli import main
from labelduck.errors import LabelduckEnvironmentError, UsageError
from sample_files import HARDHAT


@pytest.mark.parametrize(("told", "meant"), [("", None), (" 2 ", 2)])
def test_threads_may_be_said(monkeypatch, told, meant):
    monkeypatch.setenv("LABELDUCK_THREADS", told)

    assert limits.threads() == meant


@pytest.mark.parametrize(
    ("told", "meant"), [("", "2GB"), ("512 MiB", "512 MiB"), ("1.5GB", "1.5GB"), ("80%", "80%")]
)
def test_memory_may_be_said(monkeypatch, told, meant):
    monkeypatch.setenv("LABELDUCK_MEMORY", told)

    with duckdb.connect(config={"memory_limit": limits.memory()}) as connection:
        assert connection.execute("select 1").fetchall() == [(1,)]
    assert limits.memory() == meant


@pytest.mark.parametrize("told", ["lots", "2", "GB", "-1GB"])
def test_memory_that_means_nothing_is_refused_by_name(monkeypatch, told):
    monkeypatch.setenv("LABELDUCK_MEMORY", told)

    with pytest.raises(UsageError, match=r"LABELDUCK_MEMORY is .*: give a number with a unit"):
        limits.memory()


@pytest.mark.parametrize("told", ["two", "0", "-1", "1.5", "\u00b2"])
def test_threads_that_mean_nothing_are_refused_by_name(monkeypatch, told):
    monkeypatch.setenv("LABELDUCK_THREADS", told)

    with pytest.raises(UsageError, match=r"LABELDUCK_THREADS is .*: give a whole number from 1 on"):
        limits.threads()


@pytest.mark.parametrize(("told", "meant"), [("", 60), ("1.5", 1.5), ("-1", -1)])
def test_the_wait_for_a_lock_may_be_said(monkeypatch, told, meant):
    monkeypatch.setenv("LABELDUCK_LOCK_TIMEOUT", told)

    assert limits.lock_timeout() == meant


@pytest.mark.parametrize("told", ["soon", "nan", "inf"])
def test_a_wait_that_means_nothing_is_refused_by_name(monkeypatch, told):
    monkeypatch.setenv("LABELDUCK_LOCK_TIMEOUT", told)

    with pytest.raises(UsageError, match=r"LABELDUCK_LOCK_TIMEOUT is .*: give seconds"):
        limits.lock_timeout()


def test_a_build_with_memory_that_means_nothing_is_a_usage_error_and_no_failed_gate(
    tmp_path, monkeypatch, capsys
):
    lake = str(tmp_path / "lake")
    assert main(["import", "coco", str(HARDHAT / "coco" / "instances.json"), "--lake", lake]) == 0
    monkeypatch.setenv("LABELDUCK_MEMORY", "lots")

    code = main(["gate", "--lake", lake])

    assert code == UsageError.exit_code
    assert "LABELDUCK_MEMORY" in capsys.readouterr().err


def test_a_table_that_does_not_fit_says_what_to_do(tmp_path, monkeypatch):
    monkeypatch.setenv("LABELDUCK_MEMORY", "10MB")
    monkeypatch.setattr(scores, "recipe", lambda _: [_Step()])

    with pytest.raises(
        LabelduckEnvironmentError, match=r"any cannot be computed: .*LABELDUCK_MEMORY, now 10MB"
    ):
        scores.write("any", tmp_path / "any.parquet", lake=tmp_path, files={})

    assert list(tmp_path.glob("*.parquet")) == []


class _Step:
    name, layer, uses = "any", "scores", frozenset[str]()
    sql = "select list(n order by n desc) as n from range(50000000) as numbers(n)"
