"""What is not needed is not loaded: the command line must answer at once."""

from __future__ import annotations

import subprocess
import sys

import pytest

HEAVY = {"streamlit", "plotly", "polars", "numba", "pandas", "pycocotools", "PIL"}
COMPUTING = {"duckdb", "pyarrow", "numpy"}


def loaded_by(code):
    """Give the top-level packages that a fresh interpreter holds after some code."""
    report = "import sys; sys.stderr.write(' '.join({name.split('.')[0] for name in sys.modules}))"
    result = subprocess.run(
        [sys.executable, "-c", f"{code}\n{report}"], capture_output=True, text=True, check=True
    )
    return set(result.stderr.split())


def after_help(*arguments):
    return loaded_by(f"""
import sys
from labelduck import cli
try:
    cli.main({list(arguments)!r})
except SystemExit:
    pass
""")


@pytest.mark.parametrize("module", ["labelduck", "labelduck.cli", "labelduck.functions"])
def test_an_import_loads_nothing_heavy(module):
    assert not loaded_by(f"import {module}") & (HEAVY | COMPUTING)


@pytest.mark.parametrize(
    "module",
    [
        "labelduck.building",
        "labelduck.catalog",
        "labelduck.functions.calls",
        "labelduck.geometry",
        "labelduck.importers",
        "labelduck.lake",
        "labelduck.schema",
    ],
)
def test_no_inner_module_loads_what_only_some_calls_need(module):
    assert not loaded_by(f"import {module}") & HEAVY


@pytest.mark.parametrize(
    "arguments", [["--help"], ["--version"], ["import", "--help"], ["evaluate", "--help"]]
)
def test_help_loads_no_computing_library(arguments):
    assert not after_help(*arguments) & (HEAVY | COMPUTING)


def test_geometry_compares_boxes_without_pycocotools():
    code = "from labelduck import geometry; geometry.box_iou_matrix([[0, 0, 1, 1]], [[0, 0, 1, 1]])"

    assert "pycocotools" not in loaded_by(code)


def test_masks_are_checked_and_measured_without_pycocotools():
    code = "from labelduck import geometry; assert geometry.rle_area('022', 2, 2) == 2"

    assert "pycocotools" not in loaded_by(code)
