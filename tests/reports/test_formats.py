"""What each format must not do: run a formula, load a script, break a table, grow without end."""

from __future__ import annotations

import csv
import re

import openpyxl
import pytest

from labelduck import reports
from labelduck.errors import LabelduckEnvironmentError, UsageError
from labelduck.reports.definition import parse
from labelduck.reports.formats import html, pdf, xlsx
from report_lakes import tiny

EVIL = "=cmd|' /C calc'!A0"


@pytest.fixture(scope="module")
def lake(tmp_path_factory):
    return tiny(tmp_path_factory.mktemp("formats") / "lake")


def answered(lake, *sections, **rest):
    report = parse("r", {"title": "A <b> | *title*", "sections": list(sections), **rest}, path=lake.path)
    return reports.answer(lake.folder, report, {})


def test_no_name_becomes_a_formula_in_a_spreadsheet(lake, tmp_path):
    names = [EVIL, "+1", "-1", "@sum", "plain", "https://example.org/x"]
    values = ", ".join(f"('{name.replace(chr(39), chr(39) * 2)}')" for name in names)
    document = answered(lake, {"sql": f"select * from (values {values}) as v(name)"})

    reports.write(document, tmp_path, ["xlsx", "csv", "spreadsheet_csv"])

    sheet = openpyxl.load_workbook(tmp_path / "r.xlsx")["answer"]
    cells = [sheet.cell(row, 1) for row in range(2, 8)]
    assert [cell.value for cell in cells] == names
    assert {cell.data_type for cell in cells} == {"s"}
    assert {cell.hyperlink for cell in cells} == {None}
    told = {
        end: [row[0] for row in csv.reader((tmp_path / f"r.answer.{end}").read_text().splitlines())][1:]
        for end in ("csv", "spreadsheet.csv")
    }
    assert told["csv"] == names
    assert told["spreadsheet.csv"] == [f"'{EVIL}", "'+1", "'-1", "'@sum", "plain", "https://example.org/x"]


def test_types_stay_types_in_a_workbook_and_what_is_left_out_is_said(lake, tmp_path, monkeypatch):
    monkeypatch.setattr(xlsx, "ROWS_WRITTEN", 3)
    query = (
        "select i as n_things, i / 4 as error_rate, i % 2 = 0 as is_even, date '2026-01-02' + i::int as day, "
        "timestamp '2026-01-02 03:04:05' as at_time, case when i = 1 then null else 'x' end as word, [i] as list, "
        "'NaN'::double as nothing from range(5) as r(i)"
    )
    document = answered(lake, {"sql": query, "limit": 4})

    reports.write(document, tmp_path, ["xlsx"])

    book = openpyxl.load_workbook(tmp_path / "r.xlsx")
    sheet = book["answer"]
    second = [cell.value for cell in sheet[3]]
    assert second[:3] == [1, 0.25, False]
    assert (second[3].isoformat()[:10], second[4].isoformat()) == ("2026-01-03", "2026-01-02T03:04:05")
    assert second[5:7] == [None, "[1]"]
    assert sheet["B3"].number_format == "0.0%"
    assert sheet.cell(5, 1).value == "(first 3 of 4+ rows)"
    about = [str(cell.value) for row in book["about"] for cell in row]
    assert "Answer (first 3 of 4+ rows)" in about


def test_no_name_breaks_out_of_a_page_or_a_table(lake, tmp_path):
    evil = "</script><script>alert(1)</script> | `x` *y*\n# z <img src=x onerror=y>"
    section = {
        "title": "T <i>",
        "sql": f"select '{evil}' as name, 0.5 as error_rate",
        "chart": {"kind": "interval_bars", "label": "name", "value": "error_rate"},
    }
    document = answered(lake, section, text="<b>bold</b> & `code`")

    reports.write(document, tmp_path, ["html", "static_html", "markdown", "json"])

    still, page = ((tmp_path / f"r{end}").read_text() for end in (".static.html", ".html"))
    for text in (still, page):
        assert "<img" not in text
        assert "<i>" not in text
        assert "<p>&lt;b&gt;bold&lt;/b&gt; &amp; <code>code</code></p>" in text
    assert "<script" not in still
    assert page.count("</script>") == page.count("<script") == 3  # plotly, the page's own, the figure
    lines = (tmp_path / "r.md").read_text().splitlines()
    (row,) = [line for line in lines if "alert" in line]
    assert len(re.findall(r"(?<!\\)\|", row)) == 3
    assert not any(line.startswith("# z") for line in lines)


def test_markdown_fits_a_comment_and_says_what_it_left_out(lake, tmp_path):
    long = [
        {"title": f"S{i}", "sql": "select repeat('x', 900) as word from range(50)", "rows_shown": 50}
        for i in range(5)
    ]
    document = answered(lake, *long)

    reports.write(document, tmp_path, ["markdown"])

    text = (tmp_path / "r.md").read_text()
    assert len(text) <= 65_536
    assert "First 20 of 50 rows." in text
    assert text.endswith("Left out, since a comment takes no more: S3, S4.\n")


def test_a_column_without_any_value_is_named_below_the_table_and_not_drawn(lake, tmp_path):
    query = (
        "select i as n_things, null::int as n_others, null::varchar as waived_by, null::date as waived_until, "
        "case when i = 2 then 'late' end as word from range(3) as r(i) order by i"
    )
    document = answered(
        lake, {"sql": query, "rows_shown": 2}, {"title": "Bare", "sql": "select null::date as day"}
    )

    reports.write(document, tmp_path, ["static_html", "markdown", "csv"])

    said = "First 2 of 3 rows. Left out, since empty: waived by, waived until."
    page, text = (tmp_path / "r.static.html").read_text(), (tmp_path / "r.md").read_text()
    assert f"<caption>{said}</caption>" in page
    assert f"| things | others | word |\n|---:|---:|---|\n| 0 | - | - |\n| 1 | - | - |\n\n{said}\n" in text
    assert re.findall(r"<th[^>]*>([^<]*)</th>", page) == ["things", "others", "word", "day"]
    assert (tmp_path / "r.answer.csv").read_text().startswith("n_things,n_others,waived_by,waived_until,word")


def test_a_count_has_no_interval_and_an_estimate_keeps_its_own(lake, tmp_path):
    query = (
        "select * from (values (15.0, 15.0, 15.0), (0.5, 0.25, 0.75), (0.0, 0.0, 0.5)) "
        "as v(value, value_low, value_high)"
    )
    section = {"sql": query.replace("15.0", "15::double"), "columns": ["value"]}

    reports.write(answered(lake, section), tmp_path, ["markdown"])

    assert (tmp_path / "r.md").read_text().endswith("| 15 |\n| 0.5 (0.25 to 0.75) |\n| 0 (0 to 0.5) |\n")


def test_no_rows_of_a_choice_is_not_called_a_lack_of_data(lake, tmp_path):
    chosen = {"title": "Lacking", "view": "coverage", "where": "is_covered and not is_covered"}
    document = answered(lake, chosen, {"title": "All", "sql": "select 1 as one where false"})

    reports.write(document, tmp_path, ["markdown", "static_html"])

    for end in ("md", "static.html"):
        told = (tmp_path / f"r.{end}").read_text()
        assert told.count("No rows: nothing to report, or no data yet.") == 1
        assert told.count("No data for this yet.") == 1


def test_gates_become_cases_of_junit(lake, tmp_path):
    from junitparser import Failure, JUnitXml, Skipped

    query = (
        "select *, 'bob' as waived_by, 'moved' as waiver_reason, date '2026-07-01' as waived_until "
        "from (values ('a', 'pass', 'fine'), ('b', 'fail', '3 & more' || chr(1)), ('c', 'waived', 'few'), "
        "('d', 'not_enough_data', 'few'), ('e', 'done', 'all of it')) as v(gate, status, sentence)"
    )
    document = answered(lake, {"title": "Gates", "sql": query}, {"title": "Other", "sql": "select 1 as one"})

    reports.write(document, tmp_path, ["junit"])

    (suite,) = JUnitXml.fromfile(str(tmp_path / "r.junit.xml"))
    assert (suite.name, suite.tests, suite.failures, suite.skipped, suite.errors) == ("Gates", 5, 1, 2, 0)
    assert [
        (case.name, case.classname, [(type(r), r.message) for r in case.result], case.system_out)
        for case in suite
    ] == [
        ("a", "r", [], "fine"),
        ("b", "r", [(Failure, "3 & more?")], None),
        ("c", "r", [(Skipped, "waived: few; waived by bob until 2026-07-01: moved")], None),
        ("d", "r", [(Skipped, "not enough data: few")], None),
        ("e", "r", [], "all of it"),
    ]


def test_what_a_machine_lacks_is_said_with_the_remedy(lake, tmp_path, monkeypatch):
    monkeypatch.setattr(html, "find_spec", lambda _: None)
    html.plotly_script.cache_clear()
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("LABELDUCK_BROWSER", raising=False)
    document = answered(lake, {"sql": "select 1 as one"})

    reports.write(document, tmp_path, ["html"])

    assert "<script" not in (tmp_path / "r.html").read_text()
    monkeypatch.setattr(pdf, "BROWSERS", ("chromium",))
    with pytest.raises(LabelduckEnvironmentError, match="apt install chromium"):
        reports.write(document, tmp_path, ["pdf"])
    with pytest.raises(UsageError, match="'docx' is unknown"):
        reports.write(document, tmp_path, ["docx"])
    html.plotly_script.cache_clear()
