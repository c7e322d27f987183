"""The compiled scanner reads plain records exactly as Python does, and touches no byte beyond the text."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from labelduck import geometry
from labelduck.native import json_scan

pytestmark = pytest.mark.skipif(not json_scan.is_available(), reason="the native kernel is not built")


def scanned(text, **options):
    """Give the chunks of a list of records."""
    start = text.index(b"[") + 1
    while text[start : start + 1].isspace():
        start += 1
    return list(json_scan.scan(np.frombuffer(text, np.uint8), start, **options))


def numbers_of(literals):
    """Give what the scanner makes of number literals, None where it leaves them to Python."""
    text = "[" + ",".join('{"image_id":1,"score":' + literal + "}" for literal in literals) + "]"
    (chunk,) = scanned(text.encode())
    return [
        None if seen == json_scan.ODD else score for seen, score in zip(chunk.seen, chunk.score, strict=True)
    ]


digits = st.text("0123456789", min_size=1, max_size=25)
literals = st.builds(
    lambda sign, whole, fraction, exponent: sign + (whole.lstrip("0") or "0") + fraction + exponent,
    st.sampled_from(["", "-"]),
    digits,
    st.one_of(st.just(""), digits.map(lambda d: "." + d)),
    st.one_of(
        st.just(""), st.integers(-340, 320).map(lambda e: f"e{e}"), st.sampled_from(["E+5", "e-05", "e005"])
    ),
)


@given(st.lists(st.one_of(literals, st.floats(allow_nan=False, allow_infinity=False).map(repr)), min_size=1))
@example(
    [
        "9007199254740993",
        "9007199254740992.5",
        "0.30000000000000004",
        "1e22",
        "1e23",
        "8.5e-1",
        "5e-324",
        "-0",
        "-0.0",
    ]
)
@example(
    [
        "18446744073709551615.0",
        "9999999999999999999e-19",
        "0.00000000000000000001",
        "1.7976931348623157e308",
        "1e400",
    ]
)
def test_numbers_are_those_of_python_to_the_last_bit(texts):
    for text, number in zip(texts, numbers_of(texts), strict=True):
        expected = float(json.loads(text))
        if math.isfinite(expected):
            assert number is not None
            assert (number, math.copysign(1, number)) == (expected, math.copysign(1, expected))
        else:
            assert number is None


@pytest.mark.parametrize(
    "literal",
    [
        "01",
        "1.",
        ".5",
        "+1",
        "-",
        "1e",
        "1e+",
        "--1",
        "NaN",
        "Infinity",
        "-Infinity",
        "true",
        "null",
        '"1"',
        "0x10",
        "1_0",
        "[1]",
    ],
)
def test_what_is_no_json_number_is_left_to_python(literal):
    assert numbers_of([literal, "1"]) == [None, 1.0]


def test_columns_hold_all_fields_of_plain_records():
    record = {
        "id": 7,
        "image_id": -3,
        "category_id": 2,
        "bbox": [1, 2.5, 3, 4],
        "area": 9.25,
        "score": 0.5,
        "iscrowd": 1,
        "segmentation": [[0, 0, 1, 0, 1, 1], [5, 5, 6, 5, 6, 6, 5, 6]],
        "keypoints": [1, 2, 0],
        "num_keypoints": 0,
    }

    (chunk,) = scanned(json.dumps([record, {"image_id": 4}], indent=1).encode())

    assert chunk.seen.tolist() == [sum(1 << bit for bit in (*range(8), 9, 10)), json_scan.IMAGE]
    assert (chunk.id[0], chunk.image.tolist(), chunk.category[0], chunk.crowd[0]) == (7, [-3, 4], 2, 1)
    assert chunk.box[:, 0].tolist() == [1, 2.5, 3, 4]
    assert (chunk.area[0], chunk.score[0], chunk.n_keypoints[0]) == (9.25, 0.5, 0)
    assert (chunk.ring_ends.tolist(), chunk.polygon_ends.tolist()) == ([6, 14], [2, 2])
    assert chunk.numbers.tolist() == [0, 0, 1, 0, 1, 1, 5, 5, 6, 5, 6, 6, 5, 6]
    assert (chunk.keypoints.tolist(), chunk.keypoints_ends.tolist()) == ([1, 2, 0], [3, 3])


def test_a_mask_is_measured_and_its_text_unescaped():
    mask = {"counts": "\\133", "size": [50, 1]}  # runs of 44, 3 and 3 pixels

    (chunk,) = scanned(json.dumps([{"image_id": 1, "segmentation": mask}]).encode())

    assert bytes(chunk.counts) == b"\\133"
    assert (chunk.mask_size[:, 0].tolist(), chunk.mask_area[0]) == ([50, 1], 3)
    assert chunk.mask_box[0].tolist() == [0, 44, 1, 47]


lengths = st.one_of(st.integers(0, 3), st.sampled_from([0, 15, 16, 511, 512, 16383, 524288, 1 << 24]))


@given(st.lists(st.lists(lengths, min_size=1, max_size=12).filter(any), min_size=1, max_size=5))
@example([[0, 0, 0, 4], [5, 0, 3, 1], [(1 << 29) - 1], [0, (1 << 29) - 2, 1], [1, 0, 0, 0, 1, 0]])
def test_a_mask_of_plain_run_lengths_becomes_the_text_that_geometry_writes(masks):
    records = [{"segmentation": {"counts": runs, "size": [sum(runs), 1]}} for runs in masks]

    (chunk,) = scanned(json.dumps(records).encode())

    texts = [geometry.rle_from_uncompressed(runs, sum(runs), 1) for runs in masks]
    rles = [{"size": [sum(runs), 1], "counts": text} for runs, text in zip(masks, texts, strict=True)]
    assert bytes(chunk.counts).decode() == "".join(texts)
    assert chunk.counts_ends.tolist() == np.cumsum([len(text) for text in texts]).tolist()
    assert chunk.mask_area.tolist() == geometry.rle_areas(rles).tolist()
    assert chunk.mask_box.tolist() == geometry.rle_boxes(rles).tolist()


@pytest.mark.parametrize(
    "record",
    [
        '{"image_id": 1, "more": {"a": "}"}}',
        '{"image_id": 1, "image_id": 2}',
        '{"image\\u005fid": 1}',
        '{"image_id": 1.0}',
        '{"image_id": 1234567890123456789}',
        '{"bbox": [1, 2, 3]}',
        '{"bbox": [1, 2, 3, 4, 5]}',
        '{"segmentation": [[1, 2, 3, 4]]}',
        '{"segmentation": {"size": [2, 2], "counts": [3]}}',
        '{"segmentation": {"size": [2, 2], "counts": []}}',
        '{"segmentation": {"size": [2, 2], "counts": [0, 0]}}',
        '{"segmentation": {"size": [2, 2], "counts": [5, -1]}}',
        '{"segmentation": {"size": [2, 2], "counts": [4.0]}}',
        '{"segmentation": {"size": [2, 2], "counts": [4, 536870912]}}',
        '{"segmentation": {"size": [2, 2], "counts": "\\u0034"}}',
        '{"segmentation": {"size": [2, 2], "counts": "3"}}',
        '{"iscrowd": 2}',
        '{"keypoints": [1, 2]}',
        "{}",
        "[[], {}]",
        '"text with } and \\" in it"',
        "null",
    ],
)
def test_a_record_that_is_not_plain_is_delimited(record):
    text = f'[{{"image_id": 5}} , {record}, {{"image_id": 6}}]'.encode()

    (chunk,) = scanned(text)

    assert [text[start:end].decode() for start, end in zip(chunk.start, chunk.end, strict=True)][1] == record
    assert chunk.seen[1] in (json_scan.ODD, 0)
    assert chunk.image[[0, 2]].tolist() == [5, 6]


def test_chunks_are_those_of_the_whole_cut_anywhere():
    records = [{"image_id": n, "segmentation": [[n, 0, 1, 0, 1, 1]] * (n % 3)} for n in range(50)]
    text = json.dumps(records).encode()

    (whole,) = scanned(text)
    for size in (1, 7, 49, 50, 51):
        chunks = scanned(text, records_at_once=size)

        assert np.concatenate([c.image for c in chunks]).tolist() == whole.image.tolist()
        assert np.concatenate([c.start for c in chunks]).tolist() == whole.start.tolist()
        assert np.concatenate([c.numbers for c in chunks]).tolist() == whole.numbers.tolist()
        assert max(len(c.seen) for c in chunks) <= size


def test_a_record_larger_than_the_room_gets_more_room(monkeypatch):
    monkeypatch.setattr(json_scan, "_BYTES_AT_ONCE", 64)
    ring = list(range(1000))
    text = json.dumps([{"image_id": 1}, {"image_id": 2, "segmentation": [ring]}, {"image_id": 3}]).encode()

    chunks = scanned(text)

    assert np.concatenate([c.image for c in chunks]).tolist() == [1, 2, 3]
    assert np.concatenate([c.numbers for c in chunks]).tolist() == ring


@pytest.mark.parametrize(
    ("text", "at"),
    [
        (b'[{"a": 1]', 1),
        (b'[{"image_id": 1}, ]', 18),
        (b'[{"image_id": 1}, {"b": "}]', 18),
        (b'[{"image_id": 1},]', 17),
    ],
)
def test_a_record_that_does_not_end_is_an_error_with_its_place(text, at):
    with pytest.raises(json_scan.MalformedError) as error:
        scanned(text)

    assert error.value.at == at


@given(
    st.recursive(
        st.one_of(st.none(), st.integers(), st.text()),
        lambda inner: st.one_of(st.lists(inner), st.dictionaries(st.text(), inner)),
    )
)
def test_the_end_of_any_value_is_found(value):
    text = json.dumps(value)

    end = json_scan.end_of_value(np.frombuffer(f"{text} , ]".encode(), np.uint8), 0)

    assert end == len(text)
