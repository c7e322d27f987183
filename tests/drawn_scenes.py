"""Scenes of all shapes, literal and random, and what an importer makes of their export."""

from __future__ import annotations

import math
from importlib import import_module
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
from hypothesis import strategies as st

from labelduck import exporters
from labelduck.exporters.base import Selection, TableRows, WriteOptions, conform
from labelduck.importers import drawn
from labelduck.importers.base import ReadOptions
from labelduck.importers.rows import Rows

if TYPE_CHECKING:
    from pathlib import Path

    from labelduck.exporters.base import Carried

Row = dict[str, Any]

POSE = ("nose", "left ear", "right ear")
CLASSES = ("cat", "a & b <c>", "person")
WIDTH, HEIGHT = 90, 60


def image(image_id: str = "a/1", **rest: Any) -> Row:
    return {"image_id": image_id, "file_name": f"{image_id}.jpg", "width": WIDTH, "height": HEIGHT} | rest


def annotation(name: str, shape: Row, *, image_id: str = "a/1", class_name: str = "cat", **rest: Any) -> Row:
    return {"annotation_id": name, "image_id": image_id, "class_name": class_name} | shape | rest


def selection_of(
    images: list[Row],
    annotations: list[Row],
    *,
    predictions: dict[str, list[Row]] | None = None,
    **others: list[Row],
) -> Selection:
    classes = [{"class_name": name} for name in CLASSES]
    classes[-1] |= {"keypoint_names": list(POSE), "skeleton": [[1, 2], [1, 3]]}
    ids = [each["image_id"] for each in images]
    return Selection(
        dataset="scene",
        version=1,
        images=table("images", images),
        classes=table("classes", classes),
        annotations=TableRows(table("annotations", annotations), ids),
        predictions={
            model: TableRows(table("predictions", rows), ids, kind="predictions")
            for model, rows in (predictions or {}).items()
        },
        others={name: table(name, rows) for name, rows in others.items()},
    )


def table(name: str, rows: list[Row]) -> pa.Table:
    gathered = Rows()
    for row in rows:
        gathered.add(name, row)
    (batch,) = gathered.rest("scene")
    return conform(batch.get(name, pa.table({})), name)


def exported(format: str, selection: Selection, folder: Path) -> Carried:
    return exporters.writer(format).write(selection, folder, WriteOptions())


def imported(format: str, folder: Path) -> dict[str, list[Row]]:
    """Return the rows that the importer of a format makes of what its exporter wrote, by table."""
    reader = import_module(f"labelduck.importers.{format}")
    found: dict[str, list[Row]] = {}
    for batch in reader.read(folder / exporters.writer(format).FILE, ReadOptions()):
        for name, rows in batch.items():
            found.setdefault(name, []).extend(conform(rows, name).to_pylist())
    return found


def numbers(low: float, high: float) -> st.SearchStrategy[float]:
    return st.floats(low, high, allow_nan=False, allow_subnormal=False, width=64)


def points(least: int, most: int) -> st.SearchStrategy[list[float]]:
    pair = st.tuples(numbers(-5, WIDTH + 5), numbers(-5, HEIGHT + 5))
    return st.lists(pair, min_size=least, max_size=most).map(
        lambda pairs: [number for pair in pairs for number in pair]
    )


def boxes() -> st.SearchStrategy[tuple[float, ...]]:
    sides = st.tuples(numbers(0, WIDTH), numbers(0, HEIGHT), numbers(0.5, 40), numbers(0.5, 40))
    return sides.map(lambda told: (told[0], told[1], told[0] + told[2], told[1] + told[3]))


def masks() -> st.SearchStrategy[Row]:
    frames = st.tuples(
        st.integers(0, WIDTH - 2), st.integers(0, HEIGHT - 2), st.integers(1, 20), st.integers(1, 20)
    )
    return st.tuples(frames, st.integers(0, 2**32 - 1)).map(lambda told: random_mask(*told))


def random_mask(frame: tuple[int, int, int, int], seed: int) -> Row:
    left, top, width, height = frame
    pixels = np.zeros((HEIGHT, WIDTH), bool)
    pixels[top : top + height, left : left + width] = (
        np.random.default_rng(seed).random((height, width))[: HEIGHT - top, : WIDTH - left] < 0.6
    )
    pixels[top, left] = True
    return drawn.mask_of_pixels(pixels)


def keypoints() -> st.SearchStrategy[Row]:
    """Poses; the points that are absent have no place."""
    seen = st.tuples(numbers(0, WIDTH), numbers(0, HEIGHT), st.sampled_from((1.0, 2.0)))
    told = st.lists(seen | st.just((0.0, 0.0, 0.0)), min_size=len(POSE), max_size=len(POSE))
    return told.filter(lambda points: any(point[2] for point in points)).map(drawn.keypoints)


SHAPES = {
    "box": boxes().map(lambda corners: drawn.box(*corners)),
    "rotated_box": st.tuples(boxes(), numbers(0.01, 359.9)).map(
        lambda told: drawn.rotated_box(*told[0], told[1])
    ),
    "ellipse": st.tuples(boxes(), numbers(0, 359.9)).map(
        lambda told: drawn.ellipse(
            told[0][0], told[0][1], told[0][2] - told[0][0], told[0][3] - told[0][1], told[1]
        )
    ),
    "polygon": points(3, 7).map(lambda ring: drawn.polygon([ring])),
    "polyline": points(2, 5).map(drawn.polyline),
    "point": st.tuples(numbers(0, WIDTH), numbers(0, HEIGHT)).map(lambda place: drawn.point(*place)),
    "keypoints": keypoints(),
    "mask": masks(),
    "pieces": st.lists(points(3, 5), min_size=2, max_size=3).map(drawn.polygon),
}

ATTRIBUTES = st.fixed_dictionaries(
    {},
    optional={
        "colour": st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=8)
        .map(str.strip)
        .filter(bool),
        "is wet": st.booleans(),
        "n_wheels": st.integers(-5, 20),
        "age": numbers(0, 1),
    },
)


def assert_same(found: Row, told: Row, columns: tuple[str, ...]) -> None:
    """Check that a row says the same, numbers to a millionth, angles in full turns, rings in any number type."""
    for column in columns:
        one, other = found[column], told.get(column)
        if column == "rotation":
            assert (one is None) == (other is None), column
            assert one is None or math.isclose(math.cos(math.radians(one - other)), 1, abs_tol=1e-12), (
                one,
                other,
            )
        else:
            np.testing.assert_equal(type(_plain(one)), type(_plain(other)), err_msg=column)
            _assert_close(_plain(one), _plain(other), column)


def _plain(value: Any) -> Any:
    if isinstance(value, dict) and "counts" in value:
        return [*value["size"], value["counts"]]
    if isinstance(value, dict):
        return [float(number) for number in value.values()]
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else value


def _assert_close(one: Any, other: Any, column: str) -> None:
    if isinstance(one, list):
        assert len(one) == len(other), (column, one, other)
        for first, second in zip(one, other, strict=True):
            _assert_close(first, second, column)
    elif isinstance(one, float):
        assert math.isclose(one, other, rel_tol=1e-9, abs_tol=1e-6), (column, one, other)
    else:
        assert one == other, column
