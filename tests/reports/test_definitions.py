"""What a definition may say, and what is said of one that means nothing."""

from __future__ import annotations

import json

import pytest

import labelduck
from labelduck import reports
from labelduck.delivery import destination
from labelduck.errors import BadInputError, UsageError
from labelduck.reports import parameters
from labelduck.reports.definition import parse
from report_lakes import tiny

SECTION = '[[reports.r.sections]]\nsql = "select 1 as one"\n'


def shelf(tmp_path, text):
    (tmp_path / "labelduck.toml").write_text(text)
    return reports.reports(tmp_path)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[reports.r]\n", "reports.r.title: lacks"),
        ('[reports.r]\ntitle = "t"\n', "reports.r.sections: lack"),
        ('[reports.r]\ntitle = "t"\nsekshuns = 1\n', "reports.r.sekshuns: is unknown"),
        ("[reports.r]\ntitle = 1\n", "reports.r.title: '1' is no text"),
        ('[reports.r]\ntitle = "t"\nformats = ["docx"]\n' + SECTION, "reports.r.formats: 'docx' is unknown"),
        ('[reports.r]\ntitle = "t"\ncatch_up = "some"\n' + SECTION, "neither latest nor all"),
        ('[reports.r]\ntitle = "t"\n[[reports.r.sections]]\ntitle = "s"\n', r"sections\[0\]: needs a view or sql"),
        ('[reports.r]\ntitle = "t"\n' + SECTION + 'where = "x"\n', "go with a view"),
        ('[reports.r]\ntitle = "t"\n' + SECTION + "chart = {}\nlimit = true\n", "is no whole number"),
        ('[reports.r]\ntitle = "t"\n' + SECTION + 'chart = {label = "x"}\n', "needs its kind"),
        ('[reports."../r"]\ntitle = "t"\n', "is no name"),
        ('[reports.r]\nuse = "nothing"\n', "reports.r.use: no report 'nothing'"),
        ("[reports]\nr = 1\n", r"write \[reports.NAME\]"),
        ("[reports.r\n", "is no valid TOML"),
    ],
)  # fmt: skip
def test_what_means_nothing_is_refused_with_its_place(tmp_path, text, said):
    with pytest.raises(BadInputError, match=said) as refused:
        shelf(tmp_path, text)

    assert str(refused.value).startswith(str(tmp_path / "labelduck.toml"))


def test_a_lake_takes_a_shipped_report_and_changes_what_it_says(tmp_path):
    text = '[reports.weekly]\nuse = "batch_drift"\nschedule = "0 6 * * MON"\nparameters = {dataset = "d"}\n'

    known = shelf(tmp_path, text + '[reports.audit]\ntitle = "Ours"\n')

    assert known["weekly"].sections == known["batch_drift"].sections
    assert known["weekly"].parameters == {"dataset": "d"}
    assert (known["audit"].title, known["audit"].sections != ()) == ("Ours", True)


def test_a_page_of_markdown_is_a_report(tmp_path):
    (tmp_path / "reports").mkdir()
    (tmp_path / "reports" / "page.md").write_text(
        '+++\nformats = ["markdown"]\n+++\n# Cats\n\nAll of them.\n\n## How many?\n\nCounted.\n\n'
        "```sql chart=interval_bars label=class_name value=n form=count\nselect 1 as n;\n```\n\n```python\n# no\n```\n"
    )

    page = reports.report(tmp_path, "page")

    assert (page.title, page.text, page.formats) == ("Cats", "All of them.", ("markdown",))
    (section,) = page.sections
    assert (section.title, section.text, section.sql) == ("How many?", "Counted.", "select 1 as n")
    assert section.chart == {"kind": "interval_bars", "label": "class_name", "value": "n", "form": "count"}


def test_a_query_in_a_file_is_a_report(tmp_path):
    lake = tiny(tmp_path / "lake")
    (lake.path / "reports").mkdir()
    (lake.path / "reports" / "cats.sql").write_text(
        "-- How many cats?\n-- As drawn.\nselect count(*) as n from annotations\nwhere class_name = $class_name;\n"
    )

    document = lake.report("cats", parameters={"class_name": "cat"}).document

    assert document.report.title == "How many cats?"
    assert document.answers[0].table.to_pylist() == [{"n": 1}]
    assert document.answers[0].sql.endswith("class_name = 'cat'")


def test_a_report_that_is_not_there_is_told_with_those_that_are_near(tmp_path):
    with pytest.raises(UsageError, match="did you mean quality_overview"):
        reports.report(tmp_path, "qualty_overview")


@pytest.mark.parametrize(
    ("section", "said"),
    [
        ({"sql": "drop table x"}, "is not one query"),
        ({"sql": "select 1; select 2"}, "is not one query"),
        ({"sql": "copy (select 1) to 'x.csv'"}, "is not one query"),
        ({"sql": "select nothing"}, "Binder Error"),
        ({"view": "no_view"}, "no view 'no_view'"),
        ({"view": "class_balance", "columns": ["nothing"]}, "no column 'nothing'"),
        ({"view": "class_balance", "chart": {"kind": "pie"}}, "no chart 'pie'"),
        ({"view": "class_balance", "chart": {"kind": "funnel", "label": "class_name"}}, "funnel needs 'k'"),
        ({"view": "class_balance", "chart": {"kind": "histogram", "value": "x"}}, "chart of 'x'"),
        ({"view": "class_balance", "chart": {"kind": "histogram", "vlue": "x"}}, "histogram has no 'vlue'"),
    ],
)
def test_a_section_that_cannot_be_answered_says_why(empty, section, said):
    report = parse("r", {"title": "t", "sections": [section]}, path=empty.path)

    with pytest.raises(UsageError, match=said):
        reports.answer(empty.folder, report, {})


@pytest.fixture(scope="module")
def empty(tmp_path_factory):
    return tiny(tmp_path_factory.mktemp("definitions") / "lake")


def test_parameters_filter_views_that_have_the_column_and_are_said_not_to_where_they_have_not(empty):
    sections = [{"view": "class_balance"}, {"view": "import_health", "time": "finished_at"}]
    report = parse("r", {"title": "t", "sections": sections}, path=empty.path)

    document = reports.answer(empty.folder, report, {"class_name": "cat", "to": "2000-01-01"})

    balance, imports = document.answers
    assert balance.table["class_name"].to_pylist() == ["cat"]
    assert balance.note == "Not filtered by to: it has no such column."
    assert imports.table.num_rows == 0
    assert imports.note == "Not filtered by class_name: it has no such column."
    with pytest.raises(UsageError, match="no dataset 'other'"):
        reports.answer(empty.folder, report, {"dataset": "other"})
    with pytest.raises(UsageError, match="tiny has no version 7; it has 1 to 1"):
        reports.answer(empty.folder, report, {"version": "7"})


def test_a_report_tells_of_any_version_that_is_recorded_and_leaves_the_lake_as_it_is(tmp_path):
    lake = tiny(tmp_path / "lake")
    old = json.loads((tmp_path / "lake.json").read_text())
    new = tmp_path / "lake.json"
    new.write_text(json.dumps({**old, "annotations": old["annotations"][:1]}))
    lake.build()
    before = lake.report("version_changes").document
    lake.import_annotations(new, dataset="tiny")
    lake.build()
    report = parse(
        "r",
        {"title": "t", "sections": [{"view": "class_balance"}, {"view": "version_changes"}]},
        path=lake.path,
    )
    files = sorted(p for p in lake.path.rglob("*") if p.is_file())

    now, then = (reports.answer(lake.folder, report, given) for given in ({}, {"version": "1"}))

    assert [d.answers[0].table["n_annotations"].to_pylist() for d in (now, then)] == [[1, 0], [1, 1]]
    assert [[(d.name, d.version) for d in document.datasets] for document in (now, then)] == [
        [("tiny", 2)],
        [("tiny", 1)],
    ]
    assert sum(now.answers[1].table["n_removed"].to_pylist()) == 1
    assert then.answers[1].table.num_rows == 0
    assert then.lake_state == before.lake_state
    assert sorted(p for p in lake.path.rglob("*") if p.is_file()) == files


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"colour": "red"}, "no parameter 'colour'"),
        ({"from": "yesterday"}, "is no time"),
        ({"version": "x"}, "no number"),
    ],
)
def test_parameters_that_mean_nothing_are_refused(tmp_path, given, said):
    report = reports.report(tmp_path, "audit")

    with pytest.raises(UsageError, match=said):
        parameters.resolved(report, given, last_run=None)


def test_names_in_texts_and_comments_of_a_query_are_no_parameters():
    query = "select '$a', \"$b\" -- $c\n/* $d */ where x = $e and y = $1"

    assert parameters.of_query(query, {"e": "v", "a": "no"}) == {"e": "v"}


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ({"kind": "fax"}, "kind: 'fax' is none of"),
        ({"kind": "slack", "url": "https://hooks.example/secret"}, "is a secret in plain text"),
        (
            {"kind": "mail", "to": ["a"], "from": "b", "host": "c", "password": "p"},
            "is a secret in plain text",
        ),
        ({"kind": "folder"}, "lacks path"),
        ({"kind": "folder", "path": "x", "keep_last": True}, "of the wrong kind"),
        ({"kind": "folder", "path": "x", "pth": "y"}, "pth: is unknown"),
    ],
)
def test_a_destination_that_means_nothing_or_tells_a_secret_is_refused(tmp_path, table, said):
    with pytest.raises(BadInputError, match=said):
        destination("d", table, path=tmp_path / "labelduck.toml")


def test_python_gets_tables_and_charts_without_writing_anything(empty):
    empty.build()
    before = sorted(empty.path.rglob("*"))

    document = labelduck.open(empty.path).report("model_errors").document

    assert document.answers[0].table.num_rows == 0
    assert [
        p for p in sorted(empty.path.rglob("*")) if p not in before and p.name != ".report-model_errors.lock"
    ] in (
        [],
        [empty.path / "runs"],
    )
