"""Random scenes for exporters, and the way there and back without a lake."""

from __future__ import annotations

import json
import math
from datetime import datetime
from itertools import count
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from hypothesis import strategies as st

from labelduck import exporters, importers, provenance
from labelduck.exporters.base import Selection, TableRows, WriteOptions, conform
from labelduck.exporting import sidecar
from labelduck.importers import drawn
from labelduck.importers.base import ReadOptions, rows_to_table

if TYPE_CHECKING:
    from pathlib import Path

    from labelduck.exporters.base import Carried

WIDTH, HEIGHT = 64, 48
_FLAGS = ("is_crowd", "is_ignored", "difficult", "is_gold")
_ODD = st.text(
    st.characters(exclude_categories=("Cs", "Cc", "Zl", "Zp", "Zs")) | st.sampled_from(" ,\"';/<&>:#"),
    max_size=6,
)
odd_texts = _ODD.map(lambda middle: f"a{middle}b")
coordinates = st.floats(0, 48, width=32)
inner_coordinates = st.floats(0, 30, width=32)
far_coordinates = st.floats(-80, 200, width=32)


class Scene(NamedTuple):
    """What is written."""

    images: list[dict[str, Any]]
    classes: list[dict[str, Any]]
    annotations: list[dict[str, Any]]

    def selection(self) -> Selection:
        """Return the scene as exporters get it."""
        images = conform(rows_to_table("images", self.images), "images")
        classes = conform(rows_to_table("classes", self.classes), "classes")
        rows = TableRows(rows_to_table("annotations", self.annotations), images["image_id"].to_pylist())
        return Selection(dataset="d", version=1, images=images, classes=classes, annotations=rows)


class Back(NamedTuple):
    """What came back."""

    carried: Carried
    tables: dict[str, list[dict[str, Any]]]

    @property
    def problems(self) -> list[str]:
        """What the importer did not like."""
        rows = self.tables["import_problems"]
        return [
            f"{row['location']}: {row['problem']}"
            for row in rows
            if row["severity"] == "error"
            or ("sidecar" not in row["problem"] and row["severity"] == "repaired")
        ]


def there_and_back(form: str, scene: Scene, folder: Path, *, task: str | None = None) -> Back:
    """Write a scene with its sidecar, and read both."""
    selection = scene.selection()
    carried = exporters.writer(form).write(selection, folder, WriteOptions(task=task))
    has_sidecar = sidecar.write(selection, carried, folder)
    main = exporters.writer(form).FILE
    path = folder if main is None or carried.read_as else folder / main
    options = ReadOptions(**{name: folder / file for name, file in carried.read_with.items()})
    _, reader = importers.reader(carried.read_as or form, path)
    batches = reader.read(path, options)
    if has_sidecar:
        batches = provenance.Sidecar.open(folder / sidecar.NAME).applied(batches)
    tables: dict[str, list[dict[str, Any]]] = {
        "annotations": [],
        "images": [],
        "classes": [],
        "import_problems": [],
    }
    for batch in batches:
        for name, rows in batch.items():
            whole = conform(rows, name) if rows.num_columns else rows
            tables.setdefault(name, []).extend(whole.to_pylist())
    return Back(carried, tables)


def expected_annotations(scene: Scene, carried: Carried) -> list[dict[str, Any]]:
    """Return the annotations that should come back, under the ids that they get."""
    places = {row["image_id"]: place for place, row in enumerate(scene.images)}
    numbers = {row["image_id"]: count() for row in scene.images}
    rows = []
    for row in sorted(scene.annotations, key=lambda row: places[row["image_id"]]):
        if row["annotation_id"] in carried.left_out:
            continue
        new = dict(row)
        if carried.image_ids is not None:
            new["image_id"] = carried.image_ids[places[row["image_id"]]]
        if not carried.keeps_ids:
            new["annotation_id"] = f"{new['image_id']}/{next(numbers[row['image_id']])}"
        rows.append(new)
    return rows


def assert_alike(
    expected: list[dict[str, Any]], found: list[dict[str, Any]], columns: set[str], *, key: str
) -> None:
    """Compare rows in some columns, coordinates to a millionth of a pixel; a flag that is not set is false."""
    assert sorted(row[key] for row in found) == sorted(row[key] for row in expected)
    by_key = {row[key]: row for row in found}
    for row in expected:
        for column in columns - ({"area"} if row.get("area") is None else set()):
            want, got = (_plain(column, each.get(column)) for each in (row, by_key[row[key]]))
            assert _is_close(want, got), (row[key], column, want, got)


def _plain(column: str, value: Any) -> Any:
    if column in _FLAGS:
        return bool(value)
    if column == "attributes":
        return value and json.loads(value)
    return list(value.values()) if column == "box" and value is not None else value


def _is_close(want: Any, got: Any) -> bool:
    """Compare values; coordinates to a millionth of a pixel."""
    if isinstance(want, float) and isinstance(got, int | float):
        return math.isclose(want, got, rel_tol=1e-9, abs_tol=1e-6)
    if isinstance(want, dict) and isinstance(got, dict):
        return want.keys() == got.keys() and all(_is_close(want[name], got[name]) for name in want)
    if isinstance(want, list | tuple) and isinstance(got, list | tuple):
        return len(want) == len(got) and all(map(_is_close, want, got))
    return bool(want == got)


@st.composite
def boxes(draw: st.DrawFn, numbers: st.SearchStrategy[float] = coordinates) -> dict[str, Any]:
    x, y = draw(numbers), draw(numbers)
    width, height = draw(st.floats(0.001, 15)), draw(st.floats(0.001, 15))
    return _boxed(drawn.box(x, y, x + width, y + height))


@st.composite
def polygons(
    draw: st.DrawFn, most_rings: int = 1, numbers: st.SearchStrategy[float] = coordinates
) -> dict[str, Any]:
    rings = st.lists(
        st.lists(st.tuples(numbers, numbers), min_size=3, max_size=9), min_size=1, max_size=most_rings
    )
    return _boxed(drawn.polygon([[number for point in ring for number in point] for ring in draw(rings)]))


@st.composite
def masks(draw: st.DrawFn) -> dict[str, Any]:
    left, top = draw(st.integers(0, WIDTH - 6)), draw(st.integers(0, HEIGHT - 6))
    pixels = np.zeros((HEIGHT, WIDTH), bool)
    pixels[top : top + 6, left : left + 6] = np.array(
        draw(st.lists(st.booleans(), min_size=36, max_size=36))
    ).reshape(6, 6)
    pixels[top, left] = True
    return _boxed(drawn.mask_of_pixels(pixels))


@st.composite
def turned_boxes(draw: st.DrawFn) -> dict[str, Any]:
    x, y = draw(st.floats(15, 30)), draw(st.floats(15, 30))
    width, height = draw(st.floats(0.5, 10)), draw(st.floats(0.5, 10))
    return _boxed(
        drawn.rotated_box(x, y, x + width, y + height, draw(st.floats(-179, -1) | st.floats(1, 179)))
    )


@st.composite
def keypoints(draw: st.DrawFn) -> dict[str, Any]:
    points = st.tuples(coordinates, coordinates, st.sampled_from((0, 1, 2)))
    shape = drawn.keypoints([draw(points) for _ in range(2)] + [(draw(coordinates), draw(coordinates), 2)])
    x, y = (draw(st.floats(0.5, 15)) for _ in range(2))
    box = drawn.box(1, 1, 1 + x, 1 + y)
    return _boxed(shape | {name: box[name] for name in ("box", "area")})


def other_shapes() -> st.SearchStrategy[dict[str, Any]]:
    """Return shapes that few formats know."""
    line = st.lists(st.tuples(far_coordinates, far_coordinates), min_size=2, max_size=5)
    return st.one_of(
        st.builds(
            lambda x, y, a, b, d: _boxed(drawn.ellipse(x, y, a, b, d)),
            far_coordinates,
            far_coordinates,
            *[st.floats(1, 40)] * 2,
            st.floats(-90, 90),
        ),
        st.builds(lambda points: _boxed(drawn.polyline([n for point in points for n in point])), line),
        st.builds(lambda x, y: _boxed(drawn.point(x, y)), far_coordinates, far_coordinates),
        st.just(
            {
                "geometry": "cuboid",
                "box": dict(zip(("x_min", "y_min", "x_max", "y_max"), (1.0, 2.0, 3.0, 4.0), strict=True)),
            }
        ),
    )


@st.composite
def facts(draw: st.DrawFn) -> dict[str, Any]:
    """Return what is known of an annotation beside its shape."""
    moments = st.datetimes(datetime(1990, 1, 1), datetime(2040, 1, 1))  # noqa: DTZ001 - the lake's times have no zone
    shares = st.sampled_from((0.0, 0.25, 1.0))
    attributes = st.dictionaries(
        odd_texts | st.sampled_from(("pose", "color")),
        odd_texts | st.integers(-9, 9) | st.booleans(),
        min_size=1,
        max_size=2,
    )
    known = {
        **dict.fromkeys(("annotator", "batch", "job", "reviewer", "track_id", "group_id"), odd_texts),
        **dict.fromkeys(_FLAGS, st.booleans()),
        **dict.fromkeys(("created_at", "updated_at"), moments),
        **dict.fromkeys(("occluded", "truncated"), shares),
        "source": st.sampled_from(("manual", "model", "model_assisted", "consensus", "imported")),
        "review_status": st.sampled_from(("accepted", "rejected", "fixed")),
        "lead_time_s": st.floats(0, 1e6),
        "z_order": st.integers(-5, 5),
        "attributes": attributes.map(json.dumps),
    }
    return {name: draw(st.none() | values) for name, values in known.items()}


@st.composite
def scenes(
    draw: st.DrawFn, *shapes: st.SearchStrategy[dict[str, Any]], ids: st.SearchStrategy[str] | None = None
) -> Scene:
    """Return images with odd names, classes with odd names, and annotations of some shapes with all that may be known of them."""
    names = draw(st.lists(odd_texts, min_size=1, max_size=3, unique_by=str.casefold))
    classes = [{"class_name": name, "class_index": number} for number, name in enumerate(names)]
    image_ids = draw(st.lists(odd_texts if ids is None else ids, min_size=1, max_size=3, unique=True))
    files = (
        st.none()
        | odd_texts.map("{}.jpg".format)
        | st.sampled_from(("../../x.png", "/etc/passwd", "A.jpg", "a.jpg", "train/1.jpg", "n" * 300))
    )
    images = [
        {
            "image_id": name,
            "file_name": draw(files),
            "width": WIDTH,
            "height": HEIGHT,
            "split": draw(st.sampled_from((None, "train", "val"))),
            "is_annotated": True,
        }
        for name in image_ids
    ]
    empty = "77" if ids is not None else "empty"
    if empty not in image_ids:
        images.append(images[0] | {"image_id": empty, "file_name": "nothing here.jpg"})
    annotations = []
    own_ids = draw(st.lists(odd_texts if ids is None else ids, min_size=1, max_size=6, unique=True))
    for annotation_id in own_ids:
        told = {
            "annotation_id": annotation_id,
            "image_id": draw(st.sampled_from(image_ids)),
            "class_name": draw(st.sampled_from(names)),
        }
        annotations.append(told | draw(facts()) | draw(st.one_of(*shapes)))
    return Scene(images, classes, annotations)


def _boxed(columns: dict[str, Any]) -> dict[str, Any]:
    """Return a drawn shape with its box as the lake has it."""
    box = columns.get("box")
    return (
        columns
        if box is None
        else columns | {"box": dict(zip(("x_min", "y_min", "x_max", "y_max"), map(float, box), strict=True))}
    )
