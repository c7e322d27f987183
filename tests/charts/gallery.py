"""One chart of every kind, of ordinary and of awkward rows: for the tests, and as a page to look at.

python tests/charts/gallery.py OUT.html [WIDTH]
"""

from __future__ import annotations

import json
import math
import sys
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from labelduck import charts

if TYPE_CHECKING:
    from labelduck.charts import Chart

LONG = "northern-contractor-7/line-2 (night shift, Reykjavík) 検査員"


def gallery() -> dict[str, Chart]:
    """Return a chart of each kind by a name that says what is special about it."""
    return {
        "bars": charts.interval_bars(
            [
                _rate("chloe", 0.031, 0.012, 0.06, 240),
                _rate("north-7", 0.34, 0.21, 0.49, 61, is_bad=True),
                _rate(LONG, 0.12, 0.04, 0.3, 33),
                _rate("dmitri", None, None, None, 3),
                _rate("aisha", 0.0, 0.0, 0.04, 90),
            ],
            label="who",
            value="rate",
            low="low",
            high="high",
            n="n",
            flagged="is_bad",
            title="Error rate by annotator",
            x_title="annotations found wrong",
            reference=(0.1, "threshold 10%"),
        ),
        "bars of nothing": charts.interval_bars(
            [], label="who", value="rate", title="Error rate by annotator, of whom nobody was reviewed"
        ),
        "stacked": charts.stacked_bars(
            [
                {"class": name, "kind": kind, "n": (i * 7 + j * 13) % 31}
                for i, name in enumerate(("hard_hat", "vest", "forklift", LONG))
                for j, kind in enumerate(("wrong_class", "bad_box", "both", "duplicate", "background", "missed"))
            ],
            label="class",
            part="kind",
            value="n",
            title="Kinds of error in each class",
            x_title="errors",
        ),
        "control": charts.control_chart(
            [
                {
                    "batch": f"batch-{i:02}",
                    "rate": None if i == 9 else 0.09 + 0.03 * math.sin(i) + (0.16 if i in {13, 14} else 0),
                    "low": 0.0 + 0.02 * (i % 3 == 0),
                    "high": 0.2 - 0.02 * (i % 3 == 0),
                    "centre": 0.1,
                }
                for i in range(24)
            ],
            x="batch",
            value="rate",
            low="low",
            high="high",
            centre="centre",
            title="Error rate batch by batch",
            y_title="annotations found wrong",
        ),
        "weeks": charts.lines(
            [
                {
                    "week": date(2025, 11, 3) + timedelta(weeks=i),
                    "who": who,
                    "rate": None if (i, who) == (4, "chloe") else 0.1 + 0.05 * math.cos(i + j),
                    "low": 0.06 + 0.05 * math.cos(i + j),
                    "high": 0.14 + 0.05 * math.cos(i + j),
                }
                for j, who in enumerate(("chloe", "north-7", LONG))
                for i in range(16)
            ],
            x="week",
            y="rate",
            series="who",
            low="low",
            high="high",
            form="rate",
            title="Error rate by week",
            y_title="annotations found wrong",
        ),
        "points": charts.interval_points(
            [
                {"who": f"a{i}", "s": 4 + i * 1.7, "rate": 0.3 / (1 + i % 5), "low": 0.2 / (1 + i % 5),
                 "high": 0.42 / (1 + i % 5), "is_bad": i in {0, 11}}
                for i in range(12)
            ] + [{"who": "silent", "s": None, "rate": 0.1, "low": None, "high": None, "is_bad": False}],
            x="s",
            y="rate",
            label="who",
            y_interval=("low", "high"),
            flagged="is_bad",
            title="Speed beside quality",
            x_title="seconds per annotation",
            y_title="annotations found wrong",
        ),
        "funnel": charts.funnel(
            [{"class": f"class {i}", "k": round(n * (0.1 + (0.2 if i == 7 else 0))), "n": n}
             for i, n in enumerate((5, 8, 12, 20, 33, 50, 90, 150, 300, 610))],
            label="class", k="k", n="n", title="Error rate of classes of any size",
        ),
        "heatmap": charts.heatmap(
            [
                {"a": a, "b": b, "rate": None if (i, j) == (4, 4) else (0.9 if i == j else 0.02 * i), "n": 30 + i * j}
                for i, a in enumerate(("hard_hat", "vest", "forklift", "excavator", LONG))
                for j, b in enumerate(("hard_hat", "vest", "forklift", "excavator", LONG, "background"))
                if i == j or (i + j) % 2
            ],
            row="a", column="b", value="rate", n="n", title="What the model takes each class for",
            row_title="annotation", column_title="prediction",
        ),
        "residuals": charts.heatmap(
            [{"a": f"annotator {i}", "b": f"class {j}", "z": (i * 5 + j * 3) % 9 - 4} for i in range(5) for j in range(14)],
            row="a", column="b", value="z", form="number", is_diverging=True, title="Who errs in which class more than expected",
        ),
        "histogram": charts.histogram(
            [0.5 + 0.49 * math.sin(i * i) for i in range(400)] + [None] * 7,
            title="IoU of annotations and predictions", x_title="IoU", form="rate",
        ),
        "precision": charts.precision_recall(
            [{"class_name": name, "recall": r / 100, "precision": max(0.0, 1 - (r / 100) ** (4 - i) - 0.05 * i)}
             for i, name in enumerate(("hard_hat", "vest", "forklift")) for r in range(101)]
        ),
        "calibration": charts.calibration(
            [{"mean_confidence": (b + 0.5) / 10, "precision": None if b == 2 else (b + 0.5) / 12,
              "precision_low": max(0, (b - 0.3) / 12), "precision_high": (b + 1.2) / 12, "n_predictions": 40 * b,
              "expected_calibration_error": 0.0712} for b in range(10)]
        ),
    }  # fmt: skip


def page(width: float = 720.0, theme: str = "") -> str:
    """Return a page with each chart in both forms."""
    from plotly.offline import get_plotlyjs

    wanted = f' data-theme="{theme}"' if theme else ""
    parts = []
    for i, chart in enumerate(gallery().values()):
        figure = json.dumps(charts.plotly_figure(chart, theme=theme or "light", width=width))
        still = charts.svg(chart, width=width, has_style=False)
        live = f'<div id="p{i}"></div><script>Plotly.newPlot("p{i}",Object.assign({figure},{{config:{{displaylogo:false,responsive:true}}}}))</script>'
        parts.append(f'<div class="pair"><div>{still}</div><div class="live">{live}</div></div>')
    style = f"{charts.css()}body{{background:var(--ld-paper)}}.pair{{display:flex;gap:20px;margin:0 0 24px}}.pair>div{{width:{width}px}}"
    return (
        f"<!doctype html><html{wanted}><meta charset=utf-8><style>{style}</style>"
        f"<script>{get_plotlyjs()}</script>{''.join(parts)}</html>"
    )


def _rate(
    who: str, rate: float | None, low: float | None, high: float | None, n: int, *, is_bad: bool = False
) -> dict[str, object]:
    return {"who": who, "rate": rate, "low": low, "high": high, "n": n, "is_bad": is_bad}


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(
        page(float(sys.argv[2]) if len(sys.argv) > 2 else 720.0, sys.argv[3] if len(sys.argv) > 3 else ""),
        encoding="utf-8",
    )
