"""The compiled scanner, typed decoding and the reader of single records give the same tables, whatever is in the file."""

from __future__ import annotations

import json
import os
import tempfile
from pathlib import Path
from unittest import mock

import pytest
from coco_files import CAT, DOG, IMAGE, gathered, known, predictions, read, write
from hypothesis import given, settings
from hypothesis import strategies as st

from labelduck.errors import BadInputError
from labelduck.importers.coco import document as coco_document
from labelduck.importers.coco import typed
from labelduck.native import json_scan

pytestmark = pytest.mark.skipif(not json_scan.is_available(), reason="the native kernel is not built")

IMAGES = [IMAGE, IMAGE | {"id": 7}, IMAGE | {"id": "x"}]
MASKS = [
    {"size": [3, 3], "counts": "441"},
    {"size": [3, 3], "counts": [4, 4, 1]},
    {"size": [3, 3], "counts": [0, 0, 4, 0, 0, 5, 0]},
    {"size": [3, 3], "counts": [4, 4, 2]},
    {"size": [3, 3], "counts": [10, -1]},
    {"size": [3, 3], "counts": "44"},
]

number = st.one_of(
    st.integers(-5, 700),
    st.floats(-1e3, 1e3),
    st.floats(allow_nan=False),
    st.sampled_from([0, -0.0, 1e22, 0.1]),
)
odd = st.sampled_from([None, "", "x", True, [], {}, [[]], float("nan"), float("inf"), 10**19])


def mostly(usual):
    return st.integers(0, 19).flatmap(lambda n: odd if n == 0 else usual)


ring = st.lists(number, min_size=6, max_size=10)
fields = {
    "id": mostly(st.integers(0, 6)),
    "image_id": mostly(st.sampled_from([42, 42, 42, 7, "x", 43])),
    "category_id": mostly(st.sampled_from([17, 18, 18, 99])),
    "bbox": mostly(st.lists(number, min_size=4, max_size=4)),
    "area": mostly(number),
    "score": mostly(st.floats(0, 1)),
    "iscrowd": mostly(st.integers(0, 1)),
    "segmentation": mostly(st.one_of(st.lists(ring, max_size=2), st.sampled_from(MASKS))),
    "keypoints": mostly(st.lists(number, min_size=3, max_size=3)),
    "num_keypoints": mostly(st.integers(0, 1)),
    "note": st.text(max_size=3),
    "annotator": st.sampled_from(["ann", "bob"]),
}
needed = {name: fields[name] for name in ("image_id", "category_id", "bbox")}


def records(*also):
    optional = {name: fields[name] for name in fields if name not in (*needed, *also)}
    usual = st.fixed_dictionaries(needed | {name: fields[name] for name in also})
    strange = st.fixed_dictionaries({}, optional={**needed, **optional})
    full = st.fixed_dictionaries(needed | {name: fields[name] for name in also}, optional=optional)
    return st.lists(st.one_of(usual, full, strange), max_size=12)


WAYS = {
    "scanned": ("1", {}),
    "decoded in parts": ("0", {"RECORDS_AT_ONCE": 3}),
    "read one by one": ("0", {"_read": lambda text: {}}),  # noqa: ARG005 - nothing is plain
}


def in_all_ways(run):
    """Give what reading comes to with the scanner, with typed decoding and with neither, problems in one order."""
    outcomes = []
    for native, changes in WAYS.values():
        with (
            mock.patch.dict(os.environ, {"LABELDUCK_NATIVE": native}),
            mock.patch.multiple(typed, **({"RECORDS_AT_ONCE": 1} | changes)),
        ):
            try:
                rows = run()
            except BadInputError as error:
                outcomes.append({"refused": error.path})
                continue
        rows["import_problems"] = sorted(
            rows.get("import_problems", []), key=lambda p: (p["location"], p["problem"])
        )
        # NaN differs from itself, its text does not.
        outcomes.append(
            {name: json.dumps(table, default=str, sort_keys=True) for name, table in rows.items() if table}
        )
    return outcomes


@settings(max_examples=100, deadline=None)
@given(records("id", "area", "iscrowd"), st.integers(1, 5))
def test_annotations_are_the_same_in_all_ways(annotations, at_once):
    with tempfile.TemporaryDirectory() as folder, mock.patch.object(json_scan, "_RECORDS_AT_ONCE", at_once):
        path = Path(folder) / "a.json"

        scanned, decoded, read_singly = in_all_ways(
            lambda: read(path, annotations=annotations, images=IMAGES)
        )

    assert scanned == decoded == read_singly


@settings(max_examples=100, deadline=None)
@given(records("score"), st.integers(1, 5))
def test_predictions_are_the_same_in_all_ways(results, at_once):
    with tempfile.TemporaryDirectory() as folder, mock.patch.object(coco_document, "_SPANS_AT_ONCE", at_once):
        path = Path(folder) / "a.json"

        scanned, decoded, read_singly = in_all_ways(
            lambda: predictions(path, results, dataset=known(images=IMAGES))
        )

    assert scanned == decoded == read_singly


@settings(max_examples=150, deadline=None)
@given(
    records("score"),
    st.lists(st.tuples(st.integers(0, 10**6), st.sampled_from(b'0-.e"\\[]{},: N\x00\xff')), max_size=3),
)
def test_damaged_files_come_to_the_same_in_all_ways(results, damage):
    text = bytearray(json.dumps(results).encode())
    for place, byte in damage:
        text[place % len(text)] = byte
    with tempfile.TemporaryDirectory() as folder:
        path = write(Path(folder) / "a.json", bytes(text))

        scanned, decoded, read_singly = in_all_ways(lambda: predictions(path, dataset=known(images=IMAGES)))

    assert scanned == decoded == read_singly


def test_plain_boxes_are_decoded_in_parts_without_the_scanner(tmp_path, monkeypatch):
    plain = {"image_id": 42, "category_id": 18, "bbox": [1.5, 2, 3, 4], "score": 0.5}
    path = write(tmp_path / "a.json", [plain | ({"score": "odd"} if n == 5 else {}) for n in range(9)])
    monkeypatch.setenv("LABELDUCK_NATIVE", "0")
    monkeypatch.setattr(typed, "RECORDS_AT_ONCE", 3)

    with coco_document.open_document(path) as document:
        (chunk,) = document.chunks("")

    is_odd = [seen == json_scan.ODD for seen in chunk.columns.seen]
    assert is_odd == [False] * 3 + [True] * 3 + [False] * 3
    assert chunk.columns.box[:, 0].tolist() == [1.5, 2, 3, 4]


@pytest.mark.parametrize("part", ["-0", "-0.0", "1e13", "1e400", "true", "null", "12345678901234567890"])
def test_a_strange_number_is_the_same_in_all_ways(tmp_path, part):
    plain = {"image_id": 42, "category_id": 18, "bbox": [1, 2, 3, 4], "score": 0.5}
    text = json.dumps([plain | {"bbox": [1, 2, 3, "part"]}, plain | {"score": "part"}])
    path = write(tmp_path / "a.json", text.replace('"part"', part).encode())

    scanned, decoded, read_singly = in_all_ways(lambda: predictions(path, dataset=known(images=IMAGES)))

    assert scanned == decoded == read_singly


def test_a_large_file_is_the_same_in_many_chunks(tmp_path, monkeypatch):
    plain = {"image_id": 42, "category_id": 18, "bbox": [1.5, 2, 3, 4]}
    annotations = [plain | {"id": n % 990, **({"note": n} if n % 7 == 0 else {})} for n in range(1000)]
    path = write(
        tmp_path / "a.json", {"annotations": annotations, "images": [IMAGE], "categories": [CAT, DOG]}
    )
    whole = read(path)

    monkeypatch.setattr(json_scan.scan, "__kwdefaults__", {"records_at_once": 64})
    in_pieces = read(path)

    assert in_pieces == whole
    assert [r["annotation_id"] for r in whole["annotations"]][990:992] == ["0#2", "1#2"]
    assert gathered([]) == {}
