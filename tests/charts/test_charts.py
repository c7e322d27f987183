"""What charts promise whatever rows they are made of."""

from __future__ import annotations

import itertools
import json
import re
import xml.etree.ElementTree as ET
from datetime import date

import numpy as np
import plotly.graph_objects as go
import pyarrow as pa
import pytest
from gallery import LONG, gallery

from labelduck import charts
from labelduck.charts.text import fitted, width, wrapped

SVG = "{http://www.w3.org/2000/svg}"
KINDS = sorted(gallery())


@pytest.mark.parametrize("name", KINDS)
def test_plotly_takes_every_chart_as_a_figure(name):
    chart = gallery()[name]

    figure = charts.plotly_figure(chart)

    checked = go.Figure(figure)
    assert checked.layout.title.text.replace("<br>", " ") == chart.title
    assert json.loads(json.dumps(figure, allow_nan=False)) == figure


@pytest.mark.parametrize("name", KINDS)
def test_a_static_chart_is_whole_told_in_words_and_within_its_frame(name):
    chart = gallery()[name]

    drawing = ET.fromstring(charts.svg(chart))

    title, desc = drawing.find(f"{SVG}title"), drawing.find(f"{SVG}desc")
    assert title.text == chart.title
    assert chart.summary in desc.text
    assert drawing.get("aria-labelledby").split() == [title.get("id"), desc.get("id")]
    assert "nan" not in charts.svg(chart)
    right, bottom = map(float, (drawing.get("width"), drawing.get("height")))
    for text in drawing.iter(f"{SVG}text"):
        if "transform" not in text.attrib:
            start, end = _span(text)
            assert start >= 0, text.text
            assert end <= right + 0.5, text.text
        assert 0 < float(text.get("y")) <= bottom, text.text


@pytest.mark.parametrize("wide", [320, 720, 1400])
def test_a_chart_of_any_width_keeps_room_for_its_marks(wide):
    for name, chart in gallery().items():
        rules = ET.fromstring(charts.svg(chart, width=wide)).iter(f"{SVG}clipPath")
        for rule in rules:
            assert float(rule[0].get("width")) > wide * 0.25, name


def test_small_rates_keep_their_digits_on_an_axis_that_answers():
    rows = [{"day": i, "rate": rate} for i, rate in enumerate((0.005, 0.015, 0.02))]
    figure = charts.plotly_figure(charts.lines(rows, x="day", y="rate", title="Rate", form="rate"))

    assert figure["layout"]["yaxis"]["tickformat"] == ".3~%"  # .0% would write 1.5% and 2% alike


def test_the_same_rows_give_the_same_bytes():
    for name in KINDS:
        assert charts.svg(gallery()[name]) == charts.svg(gallery()[name])
        assert json.dumps(charts.plotly_figure(gallery()[name])) == json.dumps(
            charts.plotly_figure(gallery()[name])
        )


def test_what_is_not_known_is_said_and_never_drawn_as_nothing():
    rows = [{"who": "dmitri", "rate": None, "n": 3}, {"who": "aisha", "rate": 0.0, "n": 90}]

    chart = charts.interval_bars(rows, label="who", value="rate", n="n", title="Errors")

    texts = [text.text for text in ET.fromstring(charts.svg(chart)).iter(f"{SVG}text")]
    assert "not enough data, n = 3" in texts
    assert "0%, n = 90" in texts
    figure = charts.plotly_figure(chart)
    assert figure["data"][0]["x"] == [None, 0.0]
    assert "not enough data, n = 3" in [a["text"] for a in figure["layout"]["annotations"]]
    assert "not enough data" in charts.svg(
        charts.interval_bars([], label="who", value="rate", title="Errors")
    )


def test_names_mean_what_they_say_whatever_signs_are_in_them():
    evil = '<script>alert("1")</script> & co'
    chart = charts.interval_bars([{"who": evil, "rate": 0.5}], label="who", value="rate", title=evil)

    drawing, figure = charts.svg(chart), json.dumps(charts.plotly_figure(chart))

    assert "<script" not in drawing
    assert "<script" not in figure
    assert ET.fromstring(drawing).findtext(f"{SVG}title") == evil


def test_arrow_tables_and_lists_give_the_same_chart():
    rows = [
        {"week": date(2026, 3, 2), "rate": 0.1},
        {"week": date(2026, 3, 9), "rate": None},
        {"week": date(2026, 3, 16), "rate": 0.3},
    ]

    of_table, of_list = (
        charts.lines(given, x="week", y="rate", title="Errors", form="rate")
        for given in (pa.Table.from_pylist(rows), rows)
    )

    assert of_table == of_list
    assert of_table.x.form == "time"
    assert of_table.marks[0].ys == (0.1, None, 0.3)
    assert of_table.marks[0].xs[0] == 1_772_409_600_000.0
    assert charts.svg(of_table).count('class="s-c0"') == 1, "the line breaks and is one path"


def test_points_out_of_limits_are_flagged_and_named():
    rows = [
        {"batch": f"b{i}", "rate": rate, "low": 0.0, "high": 0.2}
        for i, rate in enumerate((0.1, 0.25, 0.2, None))
    ]

    chart = charts.control_chart(rows, x="batch", value="rate", low="low", high="high", title="Errors")

    assert chart.marks[-1].flags == (False, True, False, False)
    assert "b1" in [text.text for text in ET.fromstring(charts.svg(chart)).iter(f"{SVG}text")]
    assert "1 of 4 are out of limits." in chart.summary
    assert charts.plotly_figure(chart)["data"][-1]["marker"]["symbol"].count("diamond") == 1


def test_a_funnel_flags_what_chance_does_not_explain():
    rows = [
        {"c": "huge and usual", "k": 1000, "n": 10_000},
        {"c": "small and high", "k": 2, "n": 5},  # 40 %, as chance brings it among five
        {"c": "big and high", "k": 160, "n": 1000},  # 5.6 standard errors above
        {"c": "none judged", "k": 0, "n": 0},
    ]

    chart = charts.funnel(rows, label="c", k="k", n="n", title="Errors")

    points = chart.marks[-1]
    assert points.xs == (10_000, 5, 1000)
    assert points.ys == (0.1, 0.4, 0.16)
    assert points.flags == (False, False, True)


def test_bins_of_a_histogram_hold_every_value_once():
    values = [0.0, 0.049, 0.05, 0.1, 0.95, 1.0, None, float("nan"), "x"]

    chart = charts.histogram(values, title="IoU", bins=20)

    columns = chart.marks[0]
    assert columns.lefts[:3] == pytest.approx((0.0, 0.05, 0.1))
    assert columns.heights[:3] == (2, 1, 1)
    assert columns.heights[-1] == 2
    assert sum(columns.heights) == 6
    assert chart.note == "3 without a value are left out."
    assert sum(charts.histogram([7, 7, 7], title="one value").marks[0].heights) == 3


def test_parts_of_a_bar_add_up_to_it():
    rows = [
        {"c": "cat", "kind": "missed", "n": 3},
        {"c": "cat", "kind": "both", "n": 1},
        {"c": "dog", "kind": "both", "n": 2},
    ]

    counts = charts.stacked_bars(rows, label="c", part="kind", value="n", title="Errors")
    shares = charts.stacked_bars(rows, label="c", part="kind", value="n", title="Errors", as_share=True)

    assert [(bars.name, bars.starts, bars.values) for bars in counts.marks] == [
        ("missed", (0, 0), (3, 0)),
        ("both", (3, 0), (1, 2)),
    ]
    assert [bars.values for bars in shares.marks] == [(0.75, 0), (0.25, 1)]


def test_a_matrix_has_the_same_order_on_both_sides_and_tells_absent_from_unknown():
    rows = [
        {"a": "cat", "b": "dog", "rate": 0.25, "n": 4},
        {"a": "cat", "b": "cat", "rate": 0.75, "n": 12},
        {"a": "dog", "b": "background", "rate": None, "n": 1},
    ]

    chart = charts.heatmap(rows, row="a", column="b", value="rate", n="n", title="Confusion")

    cells = chart.marks[0]
    assert (chart.y.categories, chart.x.categories) == (("cat", "dog"), ("cat", "dog", "background"))
    assert cells.values == ((0.75, 0.25, None), (None, None, None))
    assert cells.texts == (("75", "25", ""), ("", "", "·"))
    assert cells.hints[1] == ("", "", "dog / background: not enough data, n = 1")
    assert chart.note == "· is not enough data."


def test_pairs_are_shown_on_both_sides_of_the_diagonal():
    rows = [{"a": "ann", "b": "bob", "kappa": 0.5}, {"a": "bob", "b": "cid", "kappa": 0.25}]

    chart = charts.heatmap(
        rows, row="a", column="b", value="kappa", form="number", is_symmetric=True, title="Kappa"
    )

    assert chart.x.categories == chart.y.categories == ("ann", "bob", "cid")
    assert chart.marks[0].values == ((None, 0.5, None), (0.5, None, 0.25), (None, 0.25, None))


def test_long_names_are_cut_in_the_middle_and_fit():
    room = 120.0

    short = fitted(LONG, room, 12)

    assert width(short, 12) <= room
    assert short.startswith("north")
    assert short.endswith(LONG[-3:])
    assert fitted("cat", room, 12) == "cat"
    assert all(width(line, 12) <= room for line in wrapped(f"{LONG} {'w' * 90}", room, 12))


def test_more_rows_than_fit_are_said():
    rows = [{"who": f"a{i}", "rate": 0.1} for i in range(40)]

    chart = charts.interval_bars(rows, label="who", value="rate", title="Errors", limit=25)

    assert len(chart.y.categories) == 25
    assert "First 25 of 40." in chart.note


def test_a_class_has_the_same_colour_whatever_is_beside_it():
    everybody = [f"class {i}" for i in range(8)]

    colours = charts.series_colours(everybody)

    assert len(set(colours.values())) == len(charts.SERIES)
    assert charts.series_colours(reversed(everybody)) == colours
    assert charts.series_colours(["class 0"])["class 0"] == colours["class 0"]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_colours_are_told_apart_by_the_colour_blind_and_stand_out_from_the_page(theme):
    colours = charts.COLOURS[theme]
    lights = {name: _linear(colour) for name, colour in colours.items()}

    # Machado, Oliveira, Fernandes (2009), severity 1; distances in CIELAB, where 2.3 is just noticeable.
    seen = {
        kind: {name: _lab(np.clip(matrix @ light, 0, 1)) for name, light in lights.items()}
        for kind, matrix in _BLINDNESS.items()
    }

    for kind, labs in seen.items():
        for a, b in itertools.combinations((*charts.SERIES, "flag"), 2):
            assert np.linalg.norm(labs[a] - labs[b]) > 11, (kind, a, b)
    for name in (*charts.SERIES, "flag"):
        assert _contrast(lights[name], lights["paper"]) > 3, name  # WCAG 2.2, 1.4.11 of graphics
    for name in ("ink", "muted"):
        assert _contrast(lights[name], lights["paper"]) > 4.5, name  # WCAG 2.2, 1.4.3 of text
    assert _contrast(lights["on"], lights["c0"]) > 4.5


def test_the_style_sheet_knows_every_colour_that_charts_use():
    drawn = "".join(charts.svg(chart, has_style=False) for chart in gallery().values())

    used = set(re.findall(r'class="([fs]-\w+)"', drawn))

    assert used
    assert all(f".{name}{{" in charts.css() for name in used)


def _span(text):
    wide, x = width(text.text, float(text.get("font-size"))), float(text.get("x"))
    shift = {"start": 0.0, "middle": wide / 2, "end": wide}[text.get("text-anchor")]
    return x - shift, x - shift + wide


_BLINDNESS = {
    "none": np.eye(3),
    "protanopia": np.array(
        [
            [0.152286, 1.052583, -0.204868],
            [0.114503, 0.786281, 0.099216],
            [-0.003882, -0.048116, 1.051998],
        ]
    ),
    "deuteranopia": np.array(
        [
            [0.367322, 0.860646, -0.227968],
            [0.280085, 0.672501, 0.047413],
            [-0.011820, 0.042940, 0.968881],
        ]
    ),
    "tritanopia": np.array(
        [
            [1.255528, -0.076749, -0.178779],
            [-0.078411, 0.930809, 0.147602],
            [0.004733, 0.691367, 0.303900],
        ]
    ),
}


def _linear(colour):
    value = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    return np.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4)


def _lab(light):
    to_xyz = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
    xyz = to_xyz @ light / np.array([0.9505, 1.0, 1.089])
    f = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def _contrast(a, b):
    low, high = sorted(float(light @ [0.2126, 0.7152, 0.0722]) + 0.05 for light in (a, b))
    return high / low


def test_a_line_that_does_not_move_lies_inside_its_chart():
    rows = [{"version": str(n), "value": value} for n, value in ((1, 1000), (2, 1000))]
    chart = charts.lines(rows, x="version", y="value", title="sizes")

    low, high = charts.plotly_figure(chart)["layout"]["yaxis"]["range"]

    assert low < 900
    assert high > 1100


def test_a_line_of_zeros_has_nothing_below():
    rows = [{"version": str(n), "value": 0} for n in (1, 2)]
    chart = charts.lines(rows, x="version", y="value", title="sizes")

    low, high = charts.plotly_figure(chart)["layout"]["yaxis"]["range"]

    assert -0.1 < low <= 0 < high
