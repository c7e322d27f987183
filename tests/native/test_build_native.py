"""The native library: built where there is a compiler, done without where there is none."""

from __future__ import annotations

import ctypes
import importlib.util
import os
import re
import shutil
from typing import TYPE_CHECKING, Any

import pytest

from labelduck import native
from labelduck.kernel import bindings
from places import REPOSITORY

if TYPE_CHECKING:
    from pathlib import Path

HEADER = REPOSITORY / "src" / "labelduck" / "native" / "matching.h"


@pytest.fixture
def build(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Give the build script, writing into a folder of its own."""
    spec = importlib.util.spec_from_file_location("build_native", REPOSITORY / "build_native.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    monkeypatch.setattr(module, "LIBRARY", tmp_path / "labelduck_native.so")
    return module


@pytest.mark.skipif(shutil.which("cc") is None, reason="there is no C compiler")
def test_the_library_is_of_the_version_that_the_bindings_mirror(build: Any) -> None:
    problem = build.compile_native()

    assert problem == ""
    assert bindings.fits(ctypes.CDLL(str(build.LIBRARY)))


@pytest.mark.parametrize(
    ("compiler", "problem"), [("no-such-cc", "no C compiler"), ("false", "false failed")]
)
def test_without_a_compiler_the_build_says_so_and_leaves_no_old_library(
    compiler: str, problem: str, build: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CC", compiler)
    build.LIBRARY.write_bytes(b"old")

    said = build.compile_native()

    assert problem in said
    assert not build.LIBRARY.exists()


@pytest.mark.parametrize(
    ("name", "structure"), [("Matching", bindings._Matching), ("Curves", bindings._Curves)]
)
def test_the_bindings_list_the_fields_of_the_header_in_order(name: str, structure: Any) -> None:
    body = re.search(r"typedef struct \{((?:(?!typedef).)*?)\} " + name + ";", HEADER.read_text(), re.DOTALL)
    assert body is not None

    plain = re.sub(r"/\*.*?\*/", "", body[1], flags=re.DOTALL)
    declared = []
    for declaration in filter(str.strip, plain.split(";")):
        kind = re.match(r"\s*(?:const )?(double|int64_t|uint\w+|int32_t)", declaration)
        assert kind is not None
        declared += [
            (part.strip(" *\n"), "pointer" if "*" in part else kind[1])
            for part in declaration[kind.end() :].split(",")
        ]

    kinds = {ctypes.c_void_p: "pointer", ctypes.c_int64: "int64_t", ctypes.c_double: "double"}
    assert [(field, kinds[kind]) for field, kind in structure._fields_] == declared


def test_the_library_can_be_switched_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LABELDUCK_NATIVE", "0")

    assert native.load() is None


def test_a_library_that_is_not_there_is_done_without(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(native, "LIBRARY", tmp_path / "missing.so")
    native._open.cache_clear()

    library = native.load()

    assert library is None
    native._open.cache_clear()


def test_a_library_older_than_its_sources_is_done_without(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for file, time in (("labelduck_native.so", 1), ("masks.c", 2)):
        (tmp_path / file).touch()
        os.utime(tmp_path / file, (time, time))
    monkeypatch.setattr(native, "LIBRARY", tmp_path / "labelduck_native.so")
    native._open.cache_clear()

    library, why = native.load(), native.absence()

    assert library is None
    assert "older than its C files" in why
    native._open.cache_clear()


def test_a_library_of_another_version_is_done_without() -> None:
    assert not bindings.fits(ctypes.CDLL(None))
