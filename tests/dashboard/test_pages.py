"""What pages show is what the catalogue answers: number by number, in its words."""

from __future__ import annotations

import importlib.util
import sys

import pytest
from full_sample import write_full_sample

from labelduck import catalog, charts, resources, schema

pytest.importorskip("streamlit")
from streamlit.testing.v1 import AppTest

DASHBOARDS = resources.folder("dashboards")
NAMES = [path.stem for path in sorted((DASHBOARDS / "views").glob("*.py"))]
SHOWN = ("classes", "models")


@pytest.fixture(scope="module")
def lake(tmp_path_factory):
    return write_full_sample(tmp_path_factory.mktemp("pages") / "lake")


@pytest.fixture
def beside(monkeypatch):
    """Let the dashboard's files find each other, as Streamlit does."""
    monkeypatch.syspath_prepend(str(DASHBOARDS))
    before = set(sys.modules)
    yield
    for name in set(sys.modules) - before:
        if str(getattr(sys.modules[name], "__file__", "") or "").startswith(str(DASHBOARDS)):
            del sys.modules[name]


def listed(name):
    spec = importlib.util.spec_from_file_location(f"view_{name}", DASHBOARDS / "views" / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return getattr(module, "PAGE", None)


@pytest.mark.usefixtures("beside")
def test_sections_name_charts_and_columns_that_there_are():
    views = {view.name: set(view.columns) for view in catalog.views()}
    views |= {name: set(columns.names) for name, columns in schema.TABLES.items()}
    wrong = []
    for page in filter(None, map(listed, NAMES)):
        for section in page.sections:
            columns = views.get(section.view)
            if columns is None:
                continue  # shown as not answered yet, as in a lake of an older labelduck
            named = {
                value
                for key, value in section.options.items()
                if isinstance(value, str) and key in COLUMN_OPTIONS
            }
            named |= set(section.behind[1]) if section.behind else set()
            wrong += [(page.name, section.view, name) for name in named - columns]
            if section.chart and not hasattr(charts, section.chart):
                wrong.append((page.name, section.view, section.chart))
            if section.behind and section.behind[0] not in views:
                wrong.append((page.name, section.view, section.behind[0]))

    assert wrong == []


COLUMN_OPTIONS = {
    "label",
    "value",
    "low",
    "high",
    "n",
    "k",
    "row",
    "column",
    "x",
    "y",
    "series",
    "part",
    "flagged",
}


@pytest.mark.slow
@pytest.mark.xdist_group("dashboard")
@pytest.mark.usefixtures("beside")
@pytest.mark.parametrize("name", SHOWN)
def test_the_rows_of_a_page_are_those_of_its_views(lake, monkeypatch, name):
    monkeypatch.setenv("LABELDUCK_LAKE", str(lake.path))
    questions = {view.name: view.question for view in catalog.views()}
    page = listed(name)
    app = AppTest.from_file(str(DASHBOARDS / "app.py"), default_timeout=300).run()
    app.switch_page(f"views/{name}.py").run()
    for place, section in enumerate(page.sections):
        if section.chart and f"face-{name}-{place}" in [group.key for group in app.get("button_group")]:
            app.session_state[f"face-{name}-{place}"] = "Rows"
    app.run()

    assert not app.exception
    headings = [text.value for text in app.markdown if text.value.startswith("#### ")]
    assert headings == [f"#### {questions[section.view]}" for section in page.sections]
    shown = [len(frame.value) for frame in app.dataframe]
    expected = []
    for section in page.sections:
        facets = [f for f in section.facets if f != "model"]
        where = "where dataset = 'hardhat'" + (
            " and model = 'detector-a'" if "model" in section.facets else ""
        )
        for facet in facets:
            values = [
                v
                for (v,) in lake.sql(
                    f"select distinct {facet} from {section.view} {where} order by all"
                ).fetchall()
            ]
            if len(values) > 1:
                where += f" and {facet} = '{values[0]}'"
        n = lake.sql(f"select count(*) from {section.view} {where}").fetchall()[0][0]
        expected += [min(n, 100)] if n else []
    assert shown == expected
