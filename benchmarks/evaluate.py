"""Measure `labelduck evaluate` beside the evaluators of the field, and check that all agree on the metrics.

    python benchmarks/evaluate.py                                  all workloads; about half an hour
    python benchmarks/evaluate.py --workloads boxes_100k --rounds 3

Needs a checkout, Python 3.11 or newer and PyPI: environments and files are made on first use.
"""

from __future__ import annotations

import sys
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

WORKLOADS = ("labels_48k", "boxes_100k", "boxes_450k", "boxes_2m_365_classes", "masks_200k")
EXACT = 1e-12
"""Metrics further apart than this are not the same metrics."""

HEADER = (
    "program", "version", "CPU s, min", "CPU s, median", "CPU ratio", "wall s, min", "peak MB",
    "memory ratio", "left on disk, MB", "largest difference of the 12 metrics", "runs",
)  # fmt: skip


def main() -> None:
    """Measure the workloads asked for; one page of results each."""
    parser = harness.options("Measure labelduck evaluate beside its peers.", rounds=5)
    parser.add_argument(
        "--workloads", nargs="+", default=WORKLOADS, metavar="NAME", help="names of scenes.py"
    )
    parser.add_argument(
        "--tools",
        nargs="+",
        choices=list(tools.TOOLS),
        metavar="NAME",
        help=f"default: all; from {tools.MANY:,} predictions up the quick ones",
    )
    chosen = parser.parse_args()
    bench = harness.bench(chosen)
    doubts = [doubt for workload in chosen.workloads for doubt in compare(bench, workload, chosen.tools)]
    sys.exit("\n".join(doubts) or None)


def compare(bench: Bench, workload: str, names: list[str] | None) -> list[str]:
    """Run the tools in turn on one workload, write its page, and return what should not be."""
    facts = bench.facts(workload)
    picked = [
        tool
        for name, tool in tools.TOOLS.items()
        if (name in names if names else not (tool.is_slow and facts["predictions"] >= tools.MANY))
    ]
    files, geometry = bench.files(workload), "mask" if workload.startswith("masks") else "box"
    harness.warm(files.iterdir())
    metrics: dict[str, list[float]] = {}

    def program(tool: Tool) -> Callable[[], Run]:
        def run() -> Run:
            out = tools.fresh(bench.out(tool.name))
            made = measure(
                tools.command(tool, files, geometry=geometry, out=out, pythons=bench.pythons), out=out
            )
            metrics[tool.name] = tools.metrics(tool, out)
            return made

        return run

    runs = bench.in_turn({tool.name: program(tool) for tool in picked})
    made = [tool for tool in picked if tool.name in runs]
    report.write(
        bench.results / f"evaluate-{workload}.md",
        title=f"`labelduck evaluate` beside its peers: {workload}",
        parts=[_described(facts, files), _table(bench, made, runs, metrics), _left(made, picked)],
        conditions=[*bench.conditions, f"Ratios are to {made[0].name}, from the smallest of the runs."],
    )
    return _doubts(workload, picked, metrics)


def _doubts(workload: str, picked: list[Tool], metrics: dict[str, list[float]]) -> list[str]:
    reference = metrics.get("labelduck")
    if reference is None:
        return [f"{workload}: labelduck failed"] if any(tool.script is None for tool in picked) else []
    return [
        f"{workload}: {name} differs from labelduck by {apart:.1e}"
        for name, theirs in metrics.items()
        if (apart := tools.largest_difference(reference, theirs)) > EXACT
    ]


def _described(facts: dict[str, int], files: Path) -> str:
    counts = ", ".join(f"{n:,} {what}" for what, n in facts.items())
    sizes = ", ".join(
        f"{path.name} {path.stat().st_size / 1e6:.1f} MB" for path in sorted(files.glob("[ar]*.json"))
    )
    return f"Made-up scenes with the statistics of COCO: {counts} ({sizes})."


def _table(bench: Bench, made: list[Tool], runs: dict[str, Runs], metrics: dict[str, list[float]]) -> str:
    ours = runs.get("labelduck", next(iter(runs.values())))
    known = bench_versions(bench, made)
    reference = metrics.get("labelduck", next(iter(metrics.values())))
    return report.table(
        HEADER,
        [
            [
                tool.name,
                known[tool.name],
                f"{run.cpu_s:.2f}",
                f"{run.median_cpu_s:.2f}",
                f"{run.cpu_s / ours.cpu_s:.2f}",
                f"{run.wall_s:.2f}",
                f"{run.peak_mb:,.0f}",
                f"{run.peak_mb / ours.peak_mb:.2f}",
                f"{tools.written_bytes(bench.out(tool.name)) / 1e6:.1f}",
                f"{tools.largest_difference(reference, metrics[tool.name]):.1e}",
                str(len(run.runs)),
            ]
            for tool in made
            for run in (runs[tool.name],)
        ],
    )


def bench_versions(bench: Bench, made: list[Tool]) -> dict[str, str]:
    """Return the version of each tool in the environment that ran it."""
    import environments

    theirs = tuple(tool.name for tool in made if tool.script)
    ours = tuple(tool.name for tool in made if not tool.script)
    return environments.versions(bench.pythons.peers, theirs) | environments.versions(
        bench.pythons.labelduck, ours
    )


def _left(made: list[Tool], picked: list[Tool]) -> str:
    lines = [f"- {tool.name}: {tool.leaves}" for tool in made]
    lines += [f"- {tool.name}: could not evaluate these files" for tool in picked if tool not in made]
    return "What each leaves on disk, beside the 12 metrics:\n\n" + "\n".join(lines)


if __name__ == "__main__":
    main()
