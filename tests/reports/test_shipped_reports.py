"""The reports that labelduck brings, in every format: the figures are the views', and nothing depends on the clock."""

from __future__ import annotations

import csv
import json
import math
import shutil
import xml.etree.ElementTree as ET
from datetime import date, datetime
from html.parser import HTMLParser

import openpyxl
import pyarrow.parquet as pq
import pytest

import labelduck
from labelduck import reports
from report_lakes import tiny

NAMES = (
    "annotator_scorecards",
    "audit",
    "batch_drift",
    "label_suspects",
    "model_errors",
    "quality_overview",
    "release_gate",
    "version_changes",
)
TEXTS = ("html", "static_html", "xlsx", "csv", "spreadsheet_csv", "parquet", "json", "markdown", "junit")


@pytest.fixture(scope="module", params=NAMES)
def written(request, sample, tmp_path_factory):
    out = tmp_path_factory.mktemp(request.param)
    return sample.report(request.param, out=out, formats=TEXTS), out


def test_every_report_that_is_shipped_is_tested_here(tmp_path):
    assert {*reports.reports(tmp_path)} == {*NAMES}


@pytest.mark.slow
def test_figures_in_every_format_for_machines_equal_the_views(written, sample):
    outcome, out = written
    name = outcome.report
    told = json.loads((out / f"{name}.json").read_text())
    book = openpyxl.load_workbook(out / f"{name}.xlsx")
    assert told["sections"]

    views = sample.folder.connect()
    views.execute("set threads = 1")
    for section, answer in zip(told["sections"], outcome.document.answers, strict=True):
        rows = views.sql(section["sql"]).fetchall()

        file = f"{name}.{section['section']}"
        assert [tuple(row.values()) for row in pq.read_table(out / f"{file}.parquet").to_pylist()] == rows
        assert [tuple(row.values()) for row in section["rows"]] == [tuple(map(_json, r)) for r in rows]
        with (out / f"{file}.csv").open(newline="") as lines:
            assert list(csv.reader(lines))[1:] == [list(map(_csv, row)) for row in rows]
        sheet = book[answer.key]
        cells = list(sheet.iter_rows(min_row=2, values_only=True))
        assert len(cells) == len(rows)
        for found, row in zip(cells, rows, strict=True):
            assert [_same(a, b) for a, b in zip(found, row, strict=True)] == [True] * len(row)
        assert sheet.freeze_panes == "A2"


@pytest.mark.slow
def test_every_cell_of_the_page_says_what_the_view_says(written):
    outcome, out = written
    pages = _Tables.of((out / f"{outcome.report}.static.html").read_text())

    for answer in outcome.document.answers:
        rows = answer.table.slice(0, answer.section.rows_shown).to_pylist()
        heads, *lines = pages.get(answer.key, [[]])
        assert len(lines) == len(rows)
        for line, row in zip(lines, rows, strict=True):
            told = dict(zip(heads, line, strict=True))
            assert len(told) == len(heads)
            for name in answer.section.columns:
                if name == "dataset" or _is_left_out(answer.table[name]):
                    assert _heading(name, answer.section.columns) not in told
                    continue
                cell = told[_heading(name, answer.section.columns)]
                assert _says(cell, row[name]), (answer.key, name, cell, row[name])
                if f"expected_{name}" not in row and " (" in cell and isinstance(row[name], float):
                    ends = cell.partition(" (")[2].rstrip(")").split(" to ")
                    per_cent = "%" if "%" in cell else ""
                    bare = name.removeprefix("expected_")
                    for end, value in zip(ends, (row[f"{bare}_low"], row[f"{bare}_high"]), strict=True):
                        assert _says(end + per_cent, value)


@pytest.mark.slow
def test_a_page_needs_nothing_from_elsewhere_and_the_static_one_no_script(written):
    outcome, out = written
    page, still = ((out / f"{outcome.report}{end}").read_text() for end in (".html", ".static.html"))

    assert "<script" not in still
    charts = [chart for a in outcome.document.answers for chart in a.charts if a.table.num_rows]
    assert still.count("<svg") == 2 * len(charts)
    for text in (still, page):
        loaded = _Loaded()
        loaded.feed(text)
        assert loaded.found == []
    assert page.count("plotly.js v") == any(not chart.is_empty for chart in charts)


@pytest.mark.slow
def test_the_same_state_gives_the_same_bytes(written, sample, tmp_path):
    outcome, out = written

    again = labelduck.open(sample.path).report(outcome.report, out=tmp_path, formats=TEXTS)

    assert [path.rpartition("/")[2] for path in again.files] == [
        path.rpartition("/")[2] for path in outcome.files
    ]
    for path in sorted(out.iterdir()):
        assert path.read_bytes() == (tmp_path / path.name).read_bytes(), path.name


@pytest.mark.slow
def test_the_manifest_tells_what_a_report_is_made_from(written, sample):
    outcome, out = written

    manifest = json.loads((out / f"{outcome.report}.manifest.json").read_text())

    assert manifest["datasets"] == [{"dataset": "hardhat", "version": 10}]
    assert manifest["lake_state"] == outcome.document.lake_state
    assert manifest["n_rows"] == {a.key: a.table.num_rows for a in outcome.document.answers}
    assert {f["name"] for f in manifest["files"]} == {p.name for p in out.iterdir()} - {
        f"{outcome.report}.manifest.json"
    }
    newest = sample.sql("select max(created_at) from versions").fetchall()[0][0]
    assert manifest["as_of"] == newest.isoformat()


@pytest.mark.parametrize("name", ["model_errors", "quality_overview", "version_changes"])
def test_a_report_of_nearly_nothing_says_so(name, tmp_path):
    lake = tiny(tmp_path / "lake")

    outcome = lake.report(name, out=tmp_path / "out", formats=["static_html", "markdown", "junit", "xlsx"])

    page = (tmp_path / "out" / f"{name}.static.html").read_text()
    assert "No data for this yet." in page or name == "version_changes"
    ET.parse(tmp_path / "out" / f"{name}.junit.xml")
    assert outcome.status == "done"


@pytest.mark.slow
def test_a_browser_prints_a_report(sample, tmp_path):
    if not any(map(shutil.which, ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable"))):
        pytest.skip("no Chromium or Chrome on PATH")

    sample.report("quality_overview", out=tmp_path, formats=["pdf"])

    content = (tmp_path / "quality_overview.pdf").read_bytes()
    assert content.startswith(b"%PDF-")
    assert content.count(b"/Type /Page\n") + content.count(b"/Type /Page/") >= 2 or b"/Count" in content


def _csv(value):
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False, default=str)
    if isinstance(value, date | datetime):
        return value.isoformat()
    return "" if value is None else str(value)


def _json(value):
    return value.isoformat() if isinstance(value, date | datetime) else value


def _same(found, value):
    if isinstance(value, float):
        return math.isclose(found, value, rel_tol=1e-14)
    if isinstance(value, dict | list):
        return found == json.dumps(value, ensure_ascii=False, default=str)
    if isinstance(value, datetime):
        return abs((found - value).total_seconds()) < 0.001
    if isinstance(value, date):
        return found.date() == value
    return (found or None) == (value or None) or found == value


class _Loaded(HTMLParser):
    """What a page would load from elsewhere."""

    def __init__(self):
        super().__init__()
        self.found = []

    def handle_starttag(self, tag, attrs):
        for name, value in attrs:
            if name in {"src", "srcset", "data"} or (name == "href" and not value.startswith("#")):
                self.found.append((tag, name, value))


class _Tables(HTMLParser):
    """Rows of the table of each section, by the section's id; the heading first."""

    def __init__(self):
        super().__init__()
        self.tables, self.key, self.is_cell = {}, "", False

    @classmethod
    def of(cls, page):
        read = cls()
        read.feed(page)
        return read.tables

    def handle_starttag(self, tag, attrs):
        if tag == "section":
            self.key = dict(attrs)["id"]
        elif tag == "tr":
            self.tables.setdefault(self.key, []).append([])
        elif tag in {"td", "th"}:
            self.is_cell = True
            self.tables[self.key][-1].append("")

    def handle_endtag(self, tag):
        self.is_cell = self.is_cell and tag not in {"td", "th"}

    def handle_data(self, data):
        if self.is_cell:
            self.tables[self.key][-1][-1] += data


def _is_left_out(column):
    return column.null_count == len(column) and not str(column.type).startswith(("int", "double", "decimal"))


def _heading(name, columns):
    bare = name.removeprefix("n_")
    return (name if name != bare and bare in columns else bare).replace("_", " ")


def _says(cell, value):  # noqa: PLR0911 - one return a type
    """Tell whether a cell is a value, written short."""
    if value is None:
        return cell == "-"
    if isinstance(value, datetime):
        return cell == f"{value:%Y-%m-%d %H:%M}".removesuffix(" 00:00")
    if isinstance(value, bool):
        return cell == ("yes" if value else "no")
    if isinstance(value, int):
        return int(cell.replace(",", "")) == value
    if isinstance(value, float):
        told = cell.partition(" (")[0].replace(",", "")
        if told.endswith("%"):
            return abs(float(told[:-1]) / 100 - value) <= 0.000501
        return math.isclose(float(told), value, rel_tol=0.006, abs_tol=1e-12)
    return cell == (str(value) if isinstance(value, str | date) else json.dumps(value, ensure_ascii=False))
