"""`labelduck formats`: every format tells what it is."""

from __future__ import annotations

import json

import pytest

from labelduck import exporters, importers
from labelduck.cli import main
from labelduck.schema import TABLES


def told(capsys, *words):
    assert main(["formats", *words]) == 0
    return capsys.readouterr().out


def test_every_format_says_in_a_line_what_it_is(capsys):
    known = {*importers.FORMATS, *importers.PREDICTION_FORMATS, *importers.RECORDS, *exporters.FORMATS}

    formats = {row["name"]: row for row in json.loads(told(capsys, "--json"))}

    assert formats.keys() == known
    assert [name for name, row in formats.items() if not (row["what"].endswith(".") and row["ways"])] == []
    assert formats["coco"]["ways"] == ["import", "predictions", "export"]


def test_the_list_names_each_format_once(capsys):
    lines = told(capsys).splitlines()

    names = [line.split()[0] for line in lines if line.startswith("  ")]
    assert len(names) == len(set(names)) > 40


def test_a_format_tells_how_it_is_read(capsys):
    assert "curl" in told(capsys, "cvat_server")


def test_a_table_tells_its_columns_and_their_other_names(capsys):
    text = told(capsys, "reviews")

    assert "needs decision and (annotation_id or image_id or file_name or job)." in text
    assert [name for name in TABLES["reviews"].names[1:] if f"  {name} " not in text] == []
    assert "verdict" in text


def test_an_unknown_format_is_refused_with_the_nearest(capsys):
    assert main(["formats", "kiti"]) == 2
    assert "did you mean kitti" in capsys.readouterr().err


@pytest.mark.parametrize("name", [*importers.FORMATS, *importers.PREDICTION_FORMATS])
def test_every_format_offers_what_the_registry_says(name):
    _, module = importers.reader(name, __file__, predictions=name not in importers.FORMATS)

    assert callable(module.sniff)
    assert name not in importers.FORMATS or callable(module.read)
    assert name not in importers.PREDICTION_FORMATS or callable(module.read_predictions)
