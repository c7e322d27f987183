"""What the ways to compute an IoU in SQL cost: macro or Python function, pair by pair or image by image.

    python benchmarks/functions.py

Prints Markdown tables. Times are CPU seconds, the least of several interleaved runs on one thread; read the ratios.
Needs nothing beyond labelduck itself; the scenes are drawn from fixed random numbers.
"""

from __future__ import annotations

import resource
from typing import TYPE_CHECKING, Any

import duckdb
import numpy as np
import pyarrow as pa
from pycocotools import mask as coco

from labelduck import catalog, functions, geometry

if TYPE_CHECKING:
    from collections.abc import Callable

REPEATS = 5
N_BOX_PAIRS = 1_000_000
N_IMAGES, N_PREDICTIONS, N_ANNOTATIONS = 300, 12, 8
N_POLYGON_PAIRS = 20_000
Ways = dict[str, str]


def main() -> None:
    """Print all tables."""
    print(f"DuckDB {duckdb.__version__}, one thread, CPU seconds, least of {REPEATS}\n")
    with duckdb.connect() as connection:
        connection.execute("set threads = 1")
        functions.register(connection)
        for macro in catalog.macros():
            if macro.name in {"box_area", "box_intersection", "box_iou"}:
                connection.execute(macro.sql)
        compare("IoU of boxes", N_BOX_PAIRS, connection, boxes(connection))
        compare("IoU of masks", N_IMAGES * N_PREDICTIONS * N_ANNOTATIONS, connection, masks(connection))
        compare("IoU of rotated boxes", N_POLYGON_PAIRS, connection, polygons(connection))


def boxes(connection: duckdb.DuckDBPyConnection) -> Ways:
    """Make the boxes; return a query for each way to compare them."""
    connection.execute(f"""
        select setseed(0.5);
        create table boxes as
        select
            {{'x_min': x, 'y_min': y, 'x_max': x + w, 'y_max': y + h}} as a,
            {{'x_min': x + dx, 'y_min': y + dy, 'x_max': x + dx + w, 'y_max': y + dy + h}} as b
        from (
            select random() * 500 as x, random() * 500 as y, random() * 90 as w, random() * 90 as h,
                random() * 60 as dx, random() * 60 as dy
            from range({N_BOX_PAIRS})
        )
    """)
    create(connection, "box_iou_arrow", _box_iou_arrow, [functions.BOX] * 2, type="arrow")
    create(connection, "box_iou_rows", _box_iou_rows, [functions.BOX] * 2, type="native")
    return {
        "macro `box_iou`": "select sum(box_iou(a, b)) from boxes",
        "Python function, Arrow and numpy": "select sum(box_iou_arrow(a, b)) from boxes",
        "Python function, row by row (a tenth of the rows)": (
            f"select 10 * sum(box_iou_rows(a, b)) from (from boxes limit {N_BOX_PAIRS // 10})"
        ),
    }


def masks(connection: duckdb.DuckDBPyConnection) -> Ways:
    """Draw the masks of the images; return a query for each way to compare all pairs of an image."""
    random = np.random.default_rng(11)
    rows = [
        [image, *([_blob(random) for _ in range(count)] for count in (N_PREDICTIONS, N_ANNOTATIONS))]
        for image in range(N_IMAGES)
    ]
    kind = f"{functions.MASK}[]"
    connection.execute(f"create table images (image integer, predictions {kind}, annotations {kind})")
    connection.executemany("insert into images values (?, ?, ?)", rows)
    connection.execute("""
        create table mask_pairs as
        select image, a, b from (select image, unnest(predictions) as a, annotations from images), unnest(annotations) u(b)
    """)
    create(connection, "mask_iou_rows", _mask_iou_rows, [functions.MASK] * 2, type="native")
    return {
        "`mask_iou_matrix`, image by image": (
            "select sum(list_sum(flatten(mask_iou_matrix(predictions, annotations)))) from images"
        ),
        "`mask_iou`, a batch of pairs at once": "select sum(mask_iou(a, b)) from mask_pairs",
        "pycocotools in a Python function, pair by pair": "select sum(mask_iou_rows(a, b)) from mask_pairs",
    }


def polygons(connection: duckdb.DuckDBPyConnection) -> Ways:
    """Make rotated boxes; return a query for each way to compare them."""
    random = np.random.default_rng(12)
    sides = random.random((2, 2, N_POLYGON_PAIRS)) * 60 + 10
    a, b = (
        geometry.rotated_box_corners(
            *(random.random((2, N_POLYGON_PAIRS)) * 40 + 60), *side, random.random(N_POLYGON_PAIRS) * 90
        ).tolist()
        for side in sides
    )
    table = pa.table({"a": pa.array(a, pa.list_(pa.float64())), "b": pa.array(b, pa.list_(pa.float64()))})
    connection.register("rotated", table)
    connection.execute("create table rotated_boxes as from rotated")
    drawn = "polygons_to_mask([{0}], 200, 200)"
    return {
        "`polygon_iou`, exact": "select sum(polygon_iou([a], [b])) from rotated_boxes",
        "`mask_iou` of `polygons_to_mask`, 200 x 200": (
            f"select sum(mask_iou({drawn.format('a')}, {drawn.format('b')})) from rotated_boxes"
        ),
    }


def compare(title: str, n_pairs: int, connection: duckdb.DuckDBPyConnection, ways: Ways) -> None:
    """Run each way in turn, several times; print what each costs relative to the first, and that they agree."""
    seconds: dict[str, list[float]] = {way: [] for way in ways}
    sums: dict[str, float] = {}
    for _ in range(REPEATS):
        for way, query in ways.items():
            before = _cpu_seconds()
            sums[way] = connection.execute(query).fetchall()[0][0]
            share = 10 if "a tenth" in way else 1
            seconds[way].append((_cpu_seconds() - before) * share)
    first = min(next(iter(seconds.values())))
    print(f"| {title} ({n_pairs:,} pairs) | CPU s | pairs per CPU s | times the first | mean IoU |")
    print("|---|---:|---:|---:|---:|")
    for way, values in seconds.items():
        best = min(values)
        print(
            f"| {way} | {best:.3f} | {n_pairs / best:,.0f} | {best / first:.1f} | {sums[way] / n_pairs:.5f} |"
        )
    print()


def create(
    connection: duckdb.DuckDBPyConnection,
    name: str,
    call: Callable[..., Any],
    kinds: list[str],
    **options: str,
) -> None:
    """Register one of the functions that labelduck is compared with."""
    connection.create_function(name, call, kinds, "DOUBLE", **options)


def _cpu_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def _box_iou_arrow(a: pa.ChunkedArray, b: pa.ChunkedArray) -> pa.Array:
    first, second = (
        [column.combine_chunks().field(side).to_numpy() for side in ("x_min", "y_min", "x_max", "y_max")]
        for column in (a, b)
    )
    width = np.minimum(first[2], second[2]) - np.maximum(first[0], second[0])
    height = np.minimum(first[3], second[3]) - np.maximum(first[1], second[1])
    shared = np.maximum(width, 0) * np.maximum(height, 0)
    areas = [(box[2] - box[0]) * (box[3] - box[1]) for box in (first, second)]
    iou = shared / np.maximum(areas[0] + areas[1] - shared, 1e-300)
    return pa.Array.from_buffers(pa.float64(), len(iou), [None, pa.py_buffer(iou)])


def _box_iou_rows(a: dict[str, float], b: dict[str, float]) -> float:
    width = min(a["x_max"], b["x_max"]) - max(a["x_min"], b["x_min"])
    height = min(a["y_max"], b["y_max"]) - max(a["y_min"], b["y_min"])
    if width <= 0 or height <= 0:
        return 0.0
    areas = [(box["x_max"] - box["x_min"]) * (box["y_max"] - box["y_min"]) for box in (a, b)]
    return width * height / (areas[0] + areas[1] - width * height)


def _mask_iou_rows(a: dict[str, Any], b: dict[str, Any]) -> float:
    return float(coco.iou([a], [b], [0])[0, 0])


def _blob(random: np.random.Generator) -> dict[str, Any]:
    angles = np.linspace(0, 2 * np.pi, 24, endpoint=False)
    radii = random.uniform(40, 90) * random.uniform(0.7, 1.3, 24)
    points = np.stack([np.cos(angles), np.sin(angles)], axis=1) * radii[:, None] + random.uniform(100, 380, 2)
    return {"size": [480, 640], "counts": geometry.rle_from_polygons([points.ravel()], 480, 640)}


if __name__ == "__main__":
    main()
