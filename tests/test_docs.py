"""The pages of docs/: what they say of answers is what the program says."""

from __future__ import annotations

import csv
import io
import re

import krippendorff
import numpy as np
import pytest

import labelduck
from labelduck import catalog
from labelduck.cli import output
from places import REPOSITORY
from sample_files import LIDC

DOCS = REPOSITORY / "docs"
ANSWERED = re.compile(r"```sql\n(.*?)```\n\n```\n(.*?)```", re.DOTALL)


@pytest.fixture(scope="module")
def lidc(tmp_path_factory):
    lake = labelduck.open(tmp_path_factory.mktemp("lidc") / "lake")
    for name, kind in (
        ("readings.json", "coco"),
        ("ratings.csv", "labels"),
        ("assignments.csv", "assignments"),
    ):
        lake.import_annotations(LIDC / name, format=kind, dataset="lidc")
    lake.build()
    return lake


def test_the_page_on_agreement_shows_what_the_sample_answers(lidc, monkeypatch):
    monkeypatch.setenv("COLUMNS", "160")
    page = (DOCS / "agreement.md").read_text(encoding="utf-8")

    asked = ANSWERED.findall(page)

    assert len(asked) == page.count("```sql") > 5
    for query, shown in asked:
        answer = io.StringIO()
        output.table(lidc.sql(query), answer)
        assert answer.getvalue().splitlines() == [line.rstrip("\n") for line in shown.splitlines()], query


def test_radiologists_agree_as_krippendorff_says(lidc):
    with (LIDC / "ratings.csv").open(encoding="utf-8") as file:
        ratings = list(csv.DictReader(file))
    rows = lidc.sql("select field, metric, value from agreement where field <> 'objects'").fetchall()
    found = {(field, metric): value for field, metric, value in rows}

    for field in ("subtlety", "malignancy"):
        own = {
            (row["annotator"], row["image_id"]): int(row["class_name"])
            for row in ratings
            if row["field"] == field
        }
        table = [
            [own.get((f"reader {n}", image), np.nan) for image in {i for _, i in own}] for n in range(1, 5)
        ]
        for level, suffix in (("nominal", ""), ("ordinal", "_ordinal"), ("interval", "_interval")):
            oracle = krippendorff.alpha(reliability_data=table, level_of_measurement=level)
            assert found[field, f"krippendorff_alpha{suffix}"] == pytest.approx(oracle, abs=1e-9)


def test_every_measure_of_the_page_on_process_is_a_column_of_its_view():
    views = {view.name: view for view in catalog.views()}
    page = (DOCS / "process_metrics.md").read_text(encoding="utf-8")
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in page.splitlines()
        if line.startswith("| ")
    ]

    told = [row for row in rows if row[1].startswith("`")]

    assert len(told) > 20
    for _, names, *parts in told:
        named = re.findall(r"`(\w+)`", names)
        assert set(named) <= views.keys()
        columns = {name for part in parts for name in re.findall(r"`(\w+)`", part)}
        assert columns <= views[named[0]].columns.keys(), named[0]
