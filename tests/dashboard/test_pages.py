"""What pages show is what the catalogue answers: number by number, in its words."""

from __future__ import annotations

import importlib.util
import shutil
import sys

import pytest

import labelduck
from labelduck import catalog, charts, resources, schema
from labelduck.worklist.desk import Desk

pandas = pytest.importorskip("pandas")
AppTest = pytest.importorskip("streamlit.testing.v1").AppTest

DASHBOARDS = resources.folder("dashboards")
NAMES = [path.stem for path in sorted((DASHBOARDS / "views").glob("*.py"))]
SHOWN = (
    "agreement",
    "classes",
    "gate",
    "gold",
    "health",
    "imports",
    "models",
    "overview",
    "people",
    "reports",
    "versions",
)


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
            behind = section.behind if isinstance(section.behind, tuple) else ("confused_annotations", ())
            named |= set(behind[1])
            wrong += [(page.name, section.view, name) for name in named - columns]
            if section.chart and not hasattr(charts, section.chart):
                wrong.append((page.name, section.view, section.chart))
            if behind[0] not in views:
                wrong.append((page.name, section.view, behind[0]))

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


def expected(lake, section):
    """Return the first page of rows that a section has to show, asked without the dashboard."""
    where = ["dataset = 'hardhat'", *section.where]
    for facet in section.facets:
        found = lake.sql(
            f"select distinct {facet} from {section.view} where {' and '.join(where)} order by all"
        ).fetchall()
        values = [value for (value,) in found]
        if len(values) > 1:
            first = section.prefer if section.prefer in values else values[0]
            where.append(f"{facet} is not distinct from {queries_literal(first)}")
    order = f" order by {section.order}" if section.order else ""
    return lake.sql(f"from {section.view} where {' and '.join(where)}{order} limit 100").to_arrow_table()


def queries_literal(value):
    return value if isinstance(value, (int, float)) else f"'{value}'"


def opened(lake, monkeypatch, name, **chosen):
    """Return a page as Streamlit draws it, with rows instead of charts."""
    monkeypatch.setenv("LABELDUCK_LAKE", str(lake.path))
    app = AppTest.from_file(str(DASHBOARDS / "app.py"), default_timeout=600)
    page = listed(name)
    for place, section in enumerate(page.sections):
        if section.chart:
            app.session_state[f"face-{name}-{place}"] = "Rows"
    for key, value in chosen.items():
        app.session_state[key] = value
    app.run()
    app.switch_page(f"views/{name}.py").run()
    assert not app.exception
    return app


PARTS = {
    "classes": ("Errors", "Models", "Conditions"),
    "models": ("Scores", "Errors"),
    "people": ("Errors", "Drift", "Rework", "Speed", "Guidelines", "Reviewers"),
}
SHOWN_PARTS = [(name, part) for name in SHOWN for part in PARTS.get(name, ("",))]


@pytest.mark.slow
@pytest.mark.xdist_group("dashboard")
@pytest.mark.usefixtures("beside")
@pytest.mark.parametrize(("name", "part"), SHOWN_PARTS)
def test_a_page_shows_the_rows_of_its_views_under_their_questions(lake, monkeypatch, name, part):
    import tables

    questions = {view.name: view.question for view in catalog.views()}
    app = opened(lake, monkeypatch, name, **({"part": part} if part else {}))
    assert listed(name).parts == PARTS.get(name, ("",))
    sections = [
        (place, section) for place, section in enumerate(listed(name).sections) if section.part == part
    ]

    headings = [text.value for text in app.markdown if text.value.startswith("#### ")]
    assert headings[-len(sections) :] == [
        f"#### {questions.get(s.view) or app_question(lake, s.view)}" for _, s in sections
    ]
    shown = {frame.key: frame.value for frame in app.dataframe if frame.key}
    for place, section in sections:
        rows = tables.readable(expected(lake, section))
        if rows.num_rows:
            pandas.testing.assert_frame_equal(
                shown[f"rows-{name}-{place}-1"].reset_index(drop=True), rows.to_pandas(), check_dtype=False
            )
        else:
            assert f"rows-{name}-{place}-1" not in shown


def app_question(lake, table):
    found = lake.sql(
        f"select comment from duckdb_views() where view_name = '{table}' and not internal"
    ).fetchall()
    return found[0][0]


@pytest.mark.slow
@pytest.mark.xdist_group("dashboard")
@pytest.mark.usefixtures("beside")
def test_tiles_show_what_the_views_hold(lake, monkeypatch):
    app = opened(lake, monkeypatch, "overview")

    def one(query):
        return lake.sql(query).fetchall()[0][0]

    assert {metric.label: metric.value for metric in app.metric} == {
        "Images": f"{one('select count(*) from images'):,}",
        "Annotations": f"{one('select count(*) from annotations'):,}",
        "Label errors, estimated": "—",
        "Errors in the worklist": f"{one('select sum(expected_errors) from fix_next'):,.0f}",
        "Agreement (alpha)": f"{one(ALPHA):.3f}",
        "Right by gold": f"{one(GOLD):.1%}",
        "Best model (AP)": f"{one(BEST):.3f}",
        "Records refused": "0",
    }
    assert one(
        "select value from metrics_by_version where metric = 'n_annotations' order by version desc"
    ) == one("select count(*) from annotations")


ALPHA = "select value from agreement where field = 'objects' and metric = 'krippendorff_alpha'"
GOLD = "select sum(n_correct) / sum(n_judged) from gold_accuracy_by_annotator"
BEST = "select max(value) from coco_metrics where metric = 'AP'"


@pytest.mark.slow
@pytest.mark.xdist_group("dashboard")
@pytest.mark.usefixtures("beside")
def test_what_was_judged_long_ago_comes_again_among_the_others(lake, tmp_path, monkeypatch):
    own = labelduck.open(shutil.copytree(lake.path, tmp_path / "lake"))
    (own.path / "labelduck.toml").write_text("[thresholds]\nrepeat_share = 1\nrepeat_distance = 2\n")
    own.build()
    desk = Desk(own.folder)
    first = own.sql("from worklist order by place limit 6").to_arrow_table().to_pylist()
    for handed in desk.hand_out(first):
        desk.take(handed | {"decision": "confirm", "reviewer": "ann"})
    monkeypatch.setenv("LABELDUCK_LAKE", str(own.path))

    app = AppTest.from_file(str(DASHBOARDS / "app.py"), default_timeout=600).run()
    app.session_state["reviewer"] = "ann"
    app.switch_page("views/worklist.py").run()

    assert not app.exception
    shown = app.session_state["suspects"]
    again = [row for row in shown if row.get("decision_id")]
    judged = {(row["issue"], row["annotation_id"], row["prediction_id"]) for row in first[:4]}
    assert {(row["issue"], row["annotation_id"], row["prediction_id"]) for row in again} == judged
    assert len(shown) == 24
    import cards

    looks = [cards.card({k: v for k, v in row.items() if k not in cards._UNTOLD}) for row in again]
    assert not [look for look in looks if {"reviewer", "decision id"} & {name for name, _ in look["facts"]}]

    app.text_input(key="reviewer").set_value("ben").run()

    assert not [row for row in app.session_state["suspects"] if row.get("decision_id")]


SQUARE = {"x_min": 0.0, "y_min": 0.0, "x_max": 10.0, "y_max": 10.0}


@pytest.mark.usefixtures("beside")
@pytest.mark.parametrize(
    ("changed", "is_covered"),
    [
        ({}, True),
        ({"class_name": "dog"}, False),
        ({"box": SQUARE | {"x_max": 10.6}}, False),
        ({"box": SQUARE | {"x_max": 10.4}}, True),
        ({"annotation_id": "b"}, False),
        ({"annotation_id": "b", "other_annotation_id": "a"}, False),
        ({"annotation_id": "b", "other_annotation_id": "a", "issue": "duplicate_label"}, True),
        ({"field": "weather"}, False),
    ],
)
def test_a_decision_covers_a_label_as_the_reviewer_saw_it(changed, is_covered):
    import waiting

    seen = {"field": None, "annotation_id": "a", "class_name": "cat", "box": SQUARE}
    row = seen | {"issue": "bad_box", "other_annotation_id": None} | changed

    assert waiting._is_about(seen, row) == is_covered


@pytest.mark.usefixtures("beside")
@pytest.mark.parametrize(("own", "seen"), [("background", "cat"), ("cat", "background")])
def test_what_a_cell_of_a_confusion_counts_is_of_its_dataset_alone(own, seen):
    import registry

    cell = {"dataset": "b", "model": "m", "annotation_class": own, "prediction_class": seen}
    _, where = registry.confused(cell)

    assert "dataset = 'b'" in where[-1]
    assert "model = 'm'" in where[-1]


@pytest.mark.slow
@pytest.mark.xdist_group("dashboard")
@pytest.mark.usefixtures("beside")
def test_an_empty_worklist_tells_that_a_build_is_due(tmp_path, monkeypatch):
    coco = resources.folder("sample_data") / "hardhat" / "coco"
    own = labelduck.open(tmp_path / "lake")
    own.import_annotations(coco / "instances.json", dataset="hardhat")
    own.import_predictions(coco / "predictions_detector-a.json", model="detector-a", dataset="hardhat")
    monkeypatch.setenv("LABELDUCK_LAKE", str(own.path))
    app = AppTest.from_file(str(DASHBOARDS / "app.py"), default_timeout=600).run()

    app.switch_page("views/worklist.py").run()
    before = [warning.value for warning in app.warning], len(app.success)
    own.build()
    app.run()

    assert before == (
        [
            "A build is due: labels or predictions have changed since the last one. `labelduck build` looks for suspects."
        ],
        0,
    )
    assert not app.exception
    assert not app.warning
    assert app.session_state["suspects"]
