"""What is built from a clean checkout installs and works outside it, with and without a C compiler."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tomllib
import venv
import zipfile
from pathlib import Path

import pytest

from places import REPOSITORY

QUERIES = (
    "from coco_metrics",
    "from error_kinds_by_class",
    "from annotations order by all",
    "from predictions order by all",
    "from matches order by all",
    "from pairs order by all",
    "from average_precision order by all",
)
BUILD = "import sys, hatchling.build as b; getattr(b, 'build_' + sys.argv[1])(sys.argv[2])"
SAMPLE = "from labelduck import resources; print(resources.folder('sample_data') / 'hardhat' / 'coco')"


def built_once(test):
    """Mark a test that takes its time and shares what was built: one worker runs them all."""
    return pytest.mark.slow(pytest.mark.xdist_group("packaging")(test))


def test_the_lock_files_name_versions_and_no_place():
    lines = (REPOSITORY / "requirements.lock").read_text().splitlines()
    lines += (REPOSITORY / "requirements-oldest.lock").read_text().splitlines()

    others = [line for line in lines if not re.fullmatch(r"[\w-]+==[\w.]+", line)]

    assert [line for line in others if not line.startswith("# ")] == []


def test_the_oldest_versions_are_those_that_the_package_allows():
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())["project"]
    oldest = (REPOSITORY / "requirements-oldest.lock").read_text()

    allowed = dict(re.findall(r"^([\w-]+)>=([\d.]+)", "\n".join(project["dependencies"]), re.MULTILINE))
    locked = {name.lower(): v for name, v in re.findall(r"^([\w-]+)==([\d.]+)$", oldest, re.MULTILINE)}

    assert locked.keys() == allowed.keys()
    assert [
        name for name, version in allowed.items() if f"{version}.0.0"[: len(locked[name])] != locked[name]
    ] == []


@built_once
def test_the_wheel_holds_the_product_and_nothing_else(built):
    plain = set(zipfile.ZipFile(_wheel(built, "pure")).namelist())
    compiled = set(zipfile.ZipFile(_wheel(built, "native")).namelist())
    inside = {name.removeprefix("labelduck/") for name in plain if name.startswith("labelduck/")}
    data = {name for name in inside if name.startswith("sample_data/")}

    assert {path.as_posix() for path in _committed("sql")} <= inside
    assert {"sample_data/hardhat/coco/instances.json", "sample_data/lidc/readings.json", "py.typed"} <= inside
    assert {Path(name).suffix for name in inside - data} == {
        ".py",
        ".sql",
        ".md",
        ".typed",
        ".js",
        ".css",
        ".toml",
    }
    assert {name for name in data if name.endswith(".py")} == set()
    assert {name.split("/")[0].partition("-")[0] for name in plain} == {"labelduck"}
    assert compiled - plain == {"labelduck/native/labelduck_native.so"}
    assert plain <= compiled


@built_once
def test_the_source_distribution_makes_the_same_wheel(built):
    again = zipfile.ZipFile(_wheel(built, "again"))
    first = zipfile.ZipFile(_wheel(built, "pure"))

    assert {file.filename: file.CRC for file in again.infolist()} == {
        file.filename: file.CRC for file in first.infolist()
    }


@built_once
def test_installed_elsewhere_it_answers_alike_with_and_without_the_compiled_kernel(built, tmp_path):
    python = built / "venv" / "bin" / "python"

    _pip(python, "--force-reinstall", "--no-deps", _wheel(built, "native"))
    compiled = _answers(python, tmp_path / "native")
    _pip(python, "--force-reinstall", "--no-deps", _wheel(built, "pure"))
    plain = _answers(python, tmp_path / "pure")

    assert "kernel: native" in compiled.pop("doctor")
    assert "kernel: in Python" in plain.pop("doctor")
    assert re.search(r"^drift +fail ", compiled["demo"], re.MULTILINE)
    assert len(compiled["from matches order by all"].splitlines()) > 1000
    assert plain == compiled


@built_once
def test_an_editable_install_follows_the_sql_files(built, tmp_path):
    python = built / "venv" / "bin" / "python"
    view = built / "checkout" / "sql" / "answers" / "classes" / "class_balance.sql"
    _pip(python, "--no-deps", "--no-build-isolation", "--editable", built / "checkout")

    view.write_text(view.read_text().replace("-- ", "-- Edited: ", 1))
    described = _run(python, tmp_path, "-m", "labelduck", "views", "class_balance")

    assert "Edited: " in described


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """Give a folder with a clean checkout, what is built from it, and an environment with all that labelduck needs."""
    if os.name == "nt" or shutil.which("cc") is None:
        pytest.skip("there is no C compiler to compare with")
    folder = tmp_path_factory.mktemp("built")
    checkout, python = folder / "checkout", folder / "venv" / "bin" / "python"
    for path in _committed("."):
        (checkout / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(REPOSITORY / path, checkout / path)
    venv.create(folder / "venv", with_pip=True)
    try:
        _pip(python, "hatchling>=1.27")
    except subprocess.CalledProcessError as error:
        pytest.skip(f"pip reaches no package registry: {error.stderr.strip().splitlines()[-1]}")

    _build(python, checkout, "wheel", folder / "native", compiler="cc")
    _build(python, checkout, "wheel", folder / "pure", compiler="no-such-compiler")
    _build(python, checkout, "sdist", folder / "packed")
    shutil.unpack_archive(next((folder / "packed").iterdir()), folder / "source", filter="data")
    (source,) = (folder / "source").iterdir()
    _build(python, source, "wheel", folder / "again", compiler="no-such-compiler")
    _pip(python, "--constraint", REPOSITORY / "requirements.lock", _wheel(folder, "pure"))
    yield folder
    shutil.rmtree(folder)  # half a gigabyte


def _committed(folder):
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", folder],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=False,
    )
    if listed.returncode:
        pytest.skip("this is no git checkout")
    return [Path(name) for name in listed.stdout.split("\0") if name and (REPOSITORY / name).is_file()]


def _build(python, source, kind, target, *, compiler="cc"):
    _run(python, source, "-c", BUILD, kind, str(target), CC=compiler)


def _wheel(folder, name):
    (wheel,) = (folder / name).glob("*.whl")
    return wheel


def _answers(python, folder):
    """Return what an installed labelduck says of the sample that it brings, by command or query."""
    folder.mkdir()
    sample = Path(_run(python, folder, "-c", SAMPLE).strip())
    said = {"doctor": _run(python, folder, "-m", "labelduck", "doctor")}
    said["demo"] = _run(python, folder, "-m", "labelduck", "demo", "--lake", "demo")
    said["views"] = _run(python, folder, "-m", "labelduck", "views")
    files = [str(sample / "instances.json"), str(sample / "predictions_detector-a.json")]
    said["evaluate"] = _run(python, folder, "-m", "labelduck", "evaluate", *files, "--json")
    said["shell"] = _run(python, folder, "-m", "labelduck", "shell", stdin="from coco_metrics;\n")
    for query in QUERIES:
        said[query] = _run(python, folder, "-m", "labelduck", "sql", query, "--format", "csv")
    return said


def _pip(python, *words):
    _run(python, python.parent, "-m", "pip", "install", "--quiet", *map(str, words))


def _run(python, folder, *words, stdin="", **variables):
    """Run Python in a folder with an environment that knows nothing of this checkout, and return what it prints."""
    ours = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "LABELDUCK"))}
    try:
        run = subprocess.run(
            [str(python), *words],
            cwd=folder,
            env=ours | {"XDG_CACHE_HOME": str(python.parents[1] / "cache")} | variables,
            input=stdin,
            capture_output=True,
            text=True,
            check=True,
        )
    except subprocess.CalledProcessError as error:
        error.add_note(error.stderr)
        raise
    return run.stdout
