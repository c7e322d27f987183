"""Measure what each importer costs per annotation, on the same objects in every format.

    python benchmarks/importers.py

The cost of a process that imports one image is subtracted, so that what is left grows with the number of annotations. Formats that
put a whole dataset into one file are imported once more with ten times the images, for the memory that they take.
"""

from __future__ import annotations

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

WORKLOAD = "boxes_2m"
N_IMAGES = 14_000
"""As many as hold 100,000 annotations."""
LARGE, LARGE_WORKLOAD, N_LARGE = ("coco", "cvat", "label_studio"), "annotations_1m", 140_000
"""One file each; a million annotations."""
N_MASKS = 500
"""Masks are decoded pixel by pixel, so fewer are plenty."""

_SIZES = ("--sizes", "sizes.csv")
WHAT = {
    "coco": ("COCO, one JSON with polygons", "annotations.json", ()),
    "yolo": ("YOLO, a text file per image", ".", ("--sizes", "sizes.csv")),
    "voc": ("Pascal VOC, an XML file per image", ".", ()),
    "mask_png": ("class masks, a PNG per image", ".", ("--class-map", "classes.json")),
    "cvat": ("CVAT for images, one XML", "annotations.xml", ()),
    "cvat_server": ("CVAT server, a JSON per answer", ".", ()),
    "label_studio": ("Label Studio, one JSON", "tasks.json", ()),
    "labelme": ("LabelMe, a JSON per image", ".", ()),
    "supervisely": ("Supervisely, a JSON per image", ".", ()),
    "bdd100k": ("BDD100K, one JSON", "frames.json", _SIZES),
    "createml": ("CreateML of Roboflow, one JSON", "_annotations.createml.json", _SIZES),
    "open_images": ("Open Images, one CSV", ".", _SIZES),
    "kitti": ("KITTI, a text file per image", ".", _SIZES),
    "fiftyone": ("FiftyOne, one JSON", ".", ()),
    "table": ("boxes by column names, one CSV", "boxes.csv", ()),
}
WORDS = {"createml": "roboflow", "table": "annotations"}
"""What the command calls a format, where it is not the folder's name."""

HEADER = (
    "format", "images", "rows of annotations", "CPU s, min", "of which one image", "CPU us per annotation",
    "CPU us per image", "peak MB", "runs",
)  # fmt: skip
INTRODUCTION = (
    "`labelduck import FORMAT PATH` into a new lake: read, check, write Parquet, version, catalogue. The same made-up "
    "objects in each format. A class mask has at most one annotation per class and image."
)
MEMORY_HEADER = (
    "format", "rows of annotations", "CPU s", "peak MB", "ten times the rows", "file MB", "CPU s", "peak MB",
)  # fmt: skip
MEMORY = (
    "The same with ten times the images, once each: what memory does as one file grows. JSON is read from a map of the file, whose "
    "pages count here although the system takes them back when others need them; the rest of the growth are the ids, which must be unique."
)
COUNT = """
import sys, labelduck
print(labelduck.open(sys.argv[1]).sql("select count(*) from annotations").fetchall()[0][0])
"""


def main() -> None:
    """Measure the importers and write the page."""
    parser = harness.options("Measure labelduck's importers.", rounds=5)
    parser.add_argument("--formats", nargs="+", choices=list(WHAT), default=list(WHAT), metavar="FORMAT")
    chosen = parser.parse_args()
    bench = harness.bench(chosen, needs_peers=False)
    programs: dict[str, Callable[[], Run]] = {}
    for form in chosen.formats:
        for n_images in (_n_images(form), 1, N_LARGE) if form in LARGE else (_n_images(form), 1):
            made = (LARGE_WORKLOAD, N_LARGE, *LARGE) if n_images == N_LARGE else (WORKLOAD, n_images)
            folder = bench.formats(*made) / form
            harness.warm(path for path in folder.rglob("*") if path.is_file())
            programs[f"{form} {n_images}"] = _program(bench, form, folder, f"{form} {n_images}")
    runs = bench.in_turn(programs)
    rows = [
        _row(bench, form, runs[f"{form} {_n_images(form)}"], runs[f"{form} 1"])
        for form in chosen.formats
        if f"{form} {_n_images(form)}" in runs and f"{form} 1" in runs
    ]
    large = [
        _growth(bench, form, runs[f"{form} {N_IMAGES}"], runs[f"{form} {N_LARGE}"])
        for form in chosen.formats
        if f"{form} {N_IMAGES}" in runs and f"{form} {N_LARGE}" in runs
    ]
    report.write(
        bench.results / "importers.md",
        title="What an annotation costs to import",
        parts=[INTRODUCTION, report.table(HEADER, rows), MEMORY, report.table(MEMORY_HEADER, large)],
        conditions=bench.conditions,
    )


def _n_images(form: str) -> int:
    return N_MASKS if form == "mask_png" else N_IMAGES


def _program(bench: Bench, form: str, folder: Path, name: str) -> Callable[[], Run]:
    _, path, options = WHAT[form]
    words = [word if word.startswith("--") else folder / word for word in options]

    def run() -> Run:
        out = tools.fresh(bench.out(name))
        command = [
            bench.pythons.labelduck,
            "-m",
            "labelduck",
            "import",
            WORDS.get(form, form),
            folder / path,
            *words,
        ]
        return measure([*command, "--lake", out / "lake"], out=out)

    return run


def _row(bench: Bench, form: str, large: Runs, small: Runs) -> list[str]:
    n_rows = _count(bench, f"{form} {_n_images(form)}")
    cost = (large.cpu_s - small.cpu_s) * 1e6
    return [
        WHAT[form][0],
        f"{_n_images(form):,}",
        f"{n_rows:,}",
        f"{large.cpu_s:.2f}",
        f"{small.cpu_s:.2f}",
        f"{cost / n_rows:.1f}",
        f"{cost / _n_images(form):.0f}",
        f"{large.peak_mb:,.0f}",
        str(len(large.runs)),
    ]


def _growth(bench: Bench, form: str, small: Runs, large: Runs) -> list[str]:
    counts = [f"{_count(bench, f'{form} {n}'):,}" for n in (N_IMAGES, N_LARGE)]
    costs = [(f"{runs.cpu_s:.2f}", f"{runs.peak_mb:,.0f}") for runs in (small, large)]
    file = bench.formats(LARGE_WORKLOAD, N_LARGE, *LARGE) / form / WHAT[form][1]
    return [WHAT[form][0], counts[0], *costs[0], counts[1], f"{file.stat().st_size / 1e6:,.0f}", *costs[1]]


def _count(bench: Bench, name: str) -> int:
    return int(bench.ask(COUNT, bench.out(name) / "lake"))


if __name__ == "__main__":
    main()
