"""Measure how `labelduck evaluate` grows, what `labelduck build` costs on an existing lake, and what a label costs.

python benchmarks/scaling.py
"""

from __future__ import annotations

import shutil
from statistics import linear_regression
from typing import TYPE_CHECKING

import harness
import report
import tools
from processes import measure

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from harness import Bench
    from processes import Run, Runs
    from tools import Tool

SIZES = ("boxes_100k", "boxes_450k", "boxes_1m", "boxes_2m", "boxes_5m")
"""All with 90 predictions an image and 80 classes, so that only the number of images grows."""

BUILD = "boxes_450k"
LABELS = "labels_48k"
STEPS = ("import", "predictions", "build")
DERIVED = ("pairs", "matches", "average_precision")
FIFTYONE = (
    "For scale: FiftyOne (adding the samples, evaluate_detections) needed about 4,600 us of CPU per label at 48,000 labels; "
    "that was measured elsewhere, not in this run."
)


def main() -> None:
    """Measure the three and write the page."""
    parser = harness.options("Measure how labelduck scales.", rounds=3)
    parser.add_argument("--sizes", nargs="+", default=SIZES, metavar="NAME", help="workloads of the growth")
    parser.add_argument("--skip-slow", action="store_true", help="leave out pycocotools and faster-coco-eval")
    chosen = parser.parse_args()
    bench = harness.bench(chosen)
    report.write(
        bench.results / "scaling.md",
        title="How labelduck scales",
        parts=[*_growth(bench, chosen.sizes), *_build(bench, skip_slow=chosen.skip_slow), *_labels(bench)],
        conditions=bench.conditions,
    )


def _growth(bench: Bench, sizes: list[str]) -> list[str]:
    for name in sizes:
        harness.warm(bench.files(name).iterdir())
    runs = bench.in_turn({name: _evaluation(bench, tools.TOOLS["labelduck"], name) for name in sizes})
    millions = {name: bench.facts(name)["predictions"] / 1e6 for name in runs}
    x = list(millions.values())
    time = linear_regression(x, [run.cpu_s for run in runs.values()]) if len(x) > 1 else None
    memory = linear_regression(x, [run.peak_mb for run in runs.values()]) if len(x) > 1 else None
    rows = [[name, *_grown(bench, name, run), str(len(run.runs))] for name, run in runs.items()]
    if time:
        for row, million in zip(rows, x, strict=True):
            row.insert(6, f"{time.intercept + time.slope * million:.2f}")
    header = [
        "workload", "images", "annotations", "predictions", "CPU s, min", "CPU s per million",
        *(["CPU s of the line"] if time else []), "wall s, min", "peak MB", "runs",
    ]  # fmt: skip
    parts = ["## Growth of `labelduck evaluate`", report.table(header, rows)]
    if time and memory:
        parts.append(
            f"Fitted lines: CPU {time.intercept:.2f} s + {time.slope:.2f} s per million predictions; peak memory "
            f"{memory.intercept:,.0f} MB + {memory.slope:,.0f} MB per million predictions. A million predictions come "
            "with 11,111 images and 81,700 annotations, whose cost is in these numbers."
        )
    return parts


def _grown(bench: Bench, name: str, run: Runs) -> list[str]:
    facts = bench.facts(name)
    counts = [f"{facts[what]:,}" for what in ("images", "annotations", "predictions")]
    per_million = run.cpu_s / facts["predictions"] * 1e6
    return [*counts, f"{run.cpu_s:.2f}", f"{per_million:.2f}", f"{run.wall_s:.2f}", f"{run.peak_mb:,.0f}"]


def _build(bench: Bench, *, skip_slow: bool) -> list[str]:
    harness.warm(bench.files(BUILD).iterdir())
    kept = tools.fresh(bench.out("lake to build"))
    measure(_evaluate(bench, tools.TOOLS["labelduck"], BUILD, kept), out=kept)
    programs = {"`labelduck build`": _rebuild(bench, kept)}
    for tool in tools.TOOLS.values():
        if tool.script and not (skip_slow and tool.is_slow):
            programs[tool.name] = _evaluation(bench, tool, BUILD)
    runs = bench.in_turn(programs)
    ours = runs["`labelduck build`"]
    rows = [
        [
            name,
            f"{run.cpu_s:.2f}",
            f"{run.cpu_s / ours.cpu_s:.2f}",
            f"{run.wall_s:.2f}",
            f"{run.peak_mb:,.0f}",
            str(len(run.runs)),
        ]
        for name, run in runs.items()
    ]
    return [
        "## `labelduck build` on an existing lake, beside the peers' evaluation from JSON",
        f"{BUILD}; the derived tables ({', '.join(DERIVED)}) are deleted before each build, so all of it is matched.",
        report.table(("program", "CPU s, min", "CPU ratio", "wall s, min", "peak MB", "runs"), rows),
    ]


def _labels(bench: Bench) -> list[str]:
    files, facts = bench.files(LABELS), bench.facts(LABELS)
    harness.warm(files.iterdir())
    n_labels = facts["annotations"] + facts["predictions"]
    lake = bench.out("labels") / "lake"

    def step(*words: object) -> Callable[[], Run]:
        command: list[str | Path] = [
            bench.pythons.labelduck,
            "-m",
            "labelduck",
            *map(str, words),
            "--lake",
            lake,
        ]
        return lambda: measure(command, out=lake.parent)

    def first() -> Run:
        tools.fresh(lake.parent)
        return step("import", "coco", files / "annotations.json")()

    steps = {
        "import": first,
        "predictions": step("predictions", "coco", files / "results.json", "--model", "m"),
        "build": step("build"),
        "all three in one: evaluate": _evaluation(bench, tools.TOOLS["labelduck"], LABELS),
        "start: --version": lambda: measure(
            [bench.pythons.labelduck, "-m", "labelduck", "--version"], out=bench.out("labels")
        ),
    }
    runs = bench.in_turn(steps)
    rows = [[name, f"{run.cpu_s:.2f}", _per_label(run.cpu_s, n_labels)] for name, run in runs.items()]
    total = sum(run.cpu_s for name, run in runs.items() if name in STEPS)
    rows.insert(3, ["sum of the three processes", f"{total:.2f}", _per_label(total, n_labels)])
    return [
        f"## CPU per label: import and build of {n_labels:,} labels",
        f"{facts['images']:,} images, {facts['annotations']:,} annotations, {facts['predictions']:,} predictions.",
        report.table(("process", "CPU s, min", "us per label"), rows),
        FIFTYONE,
    ]


def _per_label(cpu_s: float, n_labels: int) -> str:
    return f"{cpu_s / n_labels * 1e6:.1f}"


def _evaluation(bench: Bench, tool: Tool, workload: str) -> Callable[[], Run]:
    def run() -> Run:
        out = tools.fresh(bench.out(f"{tool.name} {workload}"))
        made = measure(_evaluate(bench, tool, workload, out), out=out)
        shutil.rmtree(out)
        return made

    return run


def _evaluate(bench: Bench, tool: Tool, workload: str, out: Path) -> list[str | Path]:
    return tools.command(tool, bench.files(workload), geometry="box", out=out, pythons=bench.pythons)


def _rebuild(bench: Bench, kept: Path) -> Callable[[], Run]:
    def run() -> Run:
        for table in DERIVED:
            shutil.rmtree(kept / "lake" / "tables" / table)
        return measure(
            [bench.pythons.labelduck, "-m", "labelduck", "build", "--lake", kept / "lake"], out=kept
        )

    return run


if __name__ == "__main__":
    main()
