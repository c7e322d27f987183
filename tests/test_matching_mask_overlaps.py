"""The compiled overlaps of masks against pycocotools, to the last bit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coco_oracle import assert_same, our_results
from labelduck import kernel, native
from labelduck.geometry import mask_iou_matrix, rle_from_mask
from labelduck.geometry.runs import canonical, write_runs
from labelduck.matching import mask_overlaps, shapes
from labelduck.matching.mask_overlaps import Side, fill_ious
from labelduck.schema import TABLES

if TYPE_CHECKING:
    from labelduck.geometry import Mask

pytestmark = pytest.mark.skipif(native.load() is None, reason="there is no compiled kernel")

SIZES = st.sampled_from([(1, 1), (7, 9), (9, 7), (64, 3), (70, 65)])
SOUND = {"size": [2, 2], "counts": "112"}


@st.composite
def masks(draw: st.DrawFn) -> Mask:
    """Draw a mask: any runs, one piece, nothing, everything, or dots."""
    height, width = draw(SIZES)
    pixels = height * width
    kind = draw(st.sampled_from(["runs", "piece", "nothing", "everything", "noise"]))
    if kind == "noise":
        random = np.random.default_rng(draw(st.integers(0, 99)))
        counts = rle_from_mask(random.random((height, width)) < random.choice([0.02, 0.5, 0.98]))
        return {"size": [height, width], "counts": counts}
    if kind == "runs":
        edges = sorted(draw(st.lists(st.integers(0, pixels), max_size=8)))
    elif kind == "piece":
        first = draw(st.integers(0, pixels))
        edges = [first, draw(st.integers(first, pixels))]
    else:
        edges = [] if kind == "nothing" else [0]
    lengths = np.diff([0, *edges, pixels])
    return {"size": [height, width], "counts": write_runs(canonical(lengths))}


IMAGES = st.lists(
    st.tuples(st.lists(masks(), max_size=6), st.lists(st.tuples(masks(), st.booleans()), max_size=6)),
    min_size=1,
    max_size=4,
)


@given(IMAGES, st.integers(0, 30))
@settings(max_examples=300, deadline=None)
def test_masks_overlap_as_in_pycocotools(images: Any, cut: int) -> None:
    found = [list(image[0]) for image in images]
    drawn = [[mask for mask, _ in image[1]] for image in images]
    crowds = [[is_crowd for _, is_crowd in image[1]] for image in images]
    if found[0] and drawn[0]:  # so that many are the same
        found[0].append(drawn[0][0])
    expected = [mask_iou_matrix(*image, trusted=True) for image in zip(found, drawn, crowds, strict=True)]

    left, ious = _filled(found, drawn, crowds, cut=cut)

    assert left == []
    assert ious.tolist() == np.concatenate([values.ravel() for values in expected]).tolist()


@pytest.mark.parametrize(
    "odd",
    [
        {"size": [2, 2], "counts": "no"},
        {"size": [2, 2], "counts": ""},
        {"size": [2, 3], "counts": "112"},
        {"size": [2, 0], "counts": "112"},
        {"size": [-2, -2], "counts": "112"},
        {"size": [1 << 30, 1 << 30], "counts": "1"},
        {"size": [2, 2], "counts": "1021"},
        {"size": [2, 2], "counts": "ooooooooo"},
    ],
)
def test_images_with_odd_masks_are_left_to_careful_code(odd: Any) -> None:
    left, ious = _filled([[SOUND], [SOUND, odd], []], [[SOUND], [SOUND], [odd]], [[False]] * 3)

    assert left == [1]
    assert ious[0] == 1.0


def test_large_sparse_masks_are_not_drawn_as_pixels() -> None:
    far = 20_000
    one: Mask = {"size": [far, far], "counts": write_runs(np.array([5, 10, far * far - 25, 10]))}
    other: Mask = {"size": [far, far], "counts": write_runs(np.array([9, 10, far * far - 25, 6]))}

    left, ious = _filled([[one, other]], [[one]], [[False]])

    assert (left, ious.tolist()) == ([], mask_iou_matrix([one, other], [one]).ravel().tolist())


@given(st.integers(0, 10**6))
@settings(max_examples=60, deadline=None)
def test_what_is_drawn_overlaps_as_what_is_drawn_one_by_one(seed: int) -> None:
    random = np.random.default_rng(seed)
    table = _table([_shape(random) for _ in range(8)])
    sizes = np.array([(0, 5), (20, 20), (20, 20), (30, 10), (1 << 29, 2)])[random.integers(0, 5, 8)]
    start = np.array([0, 3, 8])
    side = Side(table, random.permutation(8), sizes, start)
    ious, iou_start = np.zeros(34), np.array([0, 9, 34])

    left = fill_ious(side, side, np.zeros(8, bool), iou_start, ious)

    careful = shapes.masks(table, side.rows, sizes)
    expected = [
        mask_iou_matrix(careful[a:b], careful[a:b], trusted=True).ravel() for a, b in ((0, 3), (3, 8))
    ]
    assert left.tolist() == []
    assert ious.tolist() == np.concatenate(expected).tolist()


def test_careful_code_gives_the_same_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    scene = _scene(np.random.default_rng(1))
    compiled = our_results(*scene, geometry="mask")
    monkeypatch.setattr(mask_overlaps, "are_in_place", lambda _: False)

    careful = our_results(*scene, geometry="mask")

    assert_same(careful, compiled)


def test_the_overlaps_held_at_once_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    scene = _scene(np.random.default_rng(2))
    whole = our_results(*scene, geometry="mask")
    monkeypatch.setattr(kernel, "GIVEN_PER_CHUNK", 1)

    divided = our_results(*scene, geometry="mask")

    assert_same(divided, whole)


def _filled(
    found: list[list[Any]], drawn: list[list[Any]], crowds: list[list[bool]], *, cut: int = 0
) -> tuple[list[int], np.ndarray]:
    first, second = _side(found, cut), _side(drawn, cut)
    n_pairs = [len(p) * len(a) for p, a in zip(found, drawn, strict=True)]
    start = np.cumsum([0, *n_pairs])
    ious = np.zeros(start[-1])
    is_crowd = np.array([crowd for image in crowds for crowd in image], bool)
    return fill_ious(first, second, is_crowd, start, ious).tolist(), ious


def _side(images: list[list[Any]], cut: int) -> Side:
    """Put masks into a table in another order and in two chunks, with others before and between."""
    flat = [mask for image in images for mask in image]
    n = len(flat)
    records: list[Any] = [{"mask": None}, {"mask": {"size": None, "counts": "xyz"}}]
    records += [{"mask": mask} for mask in reversed(flat)]
    table = _table(records).slice(1)
    cut %= n + 1
    table = pa.concat_tables([table.slice(0, cut), table.slice(cut)])
    start = np.cumsum([0, *map(len, images)])
    return Side(table, np.arange(n, 0, -1, dtype=np.uint32), np.full((n, 2), 5), start)


def _shape(random: np.random.Generator) -> dict[str, Any]:
    box = dict(zip(("x_min", "y_min", "x_max", "y_max"), [1.0, 2.0, *random.uniform(0, 20, 2)], strict=True))
    rings = [random.uniform(-3, 25, 2 * random.integers(2, 6)).tolist() for _ in range(random.integers(0, 4))]
    if rings and random.random() < 0.2:
        rings[0] = [[1.0, 2.0, 3.0], [float("nan")] * 6, [1e300] * 8, [5.0] * 7, []][random.integers(0, 5)]
    mask = {"size": [20, 20], "counts": rle_from_mask(random.random((20, 20)) < 0.5)}
    return {
        "box": box if random.random() < 0.8 else None,
        "polygons": rings if random.random() < 0.9 else None,
        "mask": mask if random.random() < 0.2 else None,
    }


def _table(records: list[dict[str, Any]]) -> pa.Table:
    fields = [TABLES["annotations"].field(name) for name in ("box", "polygons", "mask")]
    return pa.Table.from_pylist(records, schema=pa.schema(fields))


def _scene(random: np.random.Generator) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    annotations, results = [], []
    for number in range(40):
        x, y = random.integers(0, 60, 2).tolist()
        common = {"image_id": number % 3, "category_id": 1}
        ring = [x, y, x + 30, y, x + 30, y + 20, x, y + 25]
        annotations.append(
            {
                "id": number + 1,
                "segmentation": [ring],
                "area": 700.0,
                "iscrowd": 0,
                "bbox": [0, 0, 1, 1],
                **common,
            }
        )
        moved = np.zeros((100, 100), bool)
        moved[y + 2 : y + 22, x : x + 29] = random.random((20, min(29, 100 - x))) < 0.95
        segmentation = {"size": [100, 100], "counts": rle_from_mask(moved)}
        results.append({"segmentation": segmentation, "score": float(random.integers(1, 9)) / 9, **common})
    images = [{"id": i, "height": 100, "width": 100} for i in range(3)]
    return {"images": images, "categories": [{"id": 1, "name": "a"}], "annotations": annotations}, results
