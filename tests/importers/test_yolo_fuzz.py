"""Whatever stands in a label file, reading ends in rows and problems: every line is one or the other."""

from __future__ import annotations

import contextlib
import tempfile
from pathlib import Path

import numpy as np
from hypothesis import example, given, settings
from hypothesis import strategies as st

from labelduck.errors import BadInputError
from labelduck.importers import yolo
from labelduck.importers.base import ReadOptions
from labelduck.importers.yolo.lines import parse

WORDS = st.sampled_from(
    [
        "0",
        "1",
        "7",
        "-1",
        "0.5",
        ".25",
        "1e-3",
        "1.005",
        "2",
        "nan",
        "inf",
        "-inf",
        "1e999",
        "0x1",
        "1_0",
        "abc",
        "+0.5",
        "-",
        ",",
        "\x00",
        "é",
        "٣",
        "0.5,",
    ]
)
LINES = st.lists(WORDS, max_size=12).map(" ".join)
TEXTS = st.lists(st.one_of(LINES, st.just("0 .5 .5 .5 .5"), st.just("1 .1 .1 .2 .1 .2 .2")), max_size=8)
FILES = st.lists(st.tuples(TEXTS, st.sampled_from(["\n", "\r\n", "\r", "\n\n"])), min_size=1, max_size=4)
TASKS = st.sampled_from([None, "detect", "segment", "obb", "pose"])


@given(files=FILES, task=TASKS)
@example(files=[(["0"], "\n")], task="pose")
@settings(max_examples=150, deadline=None)
def test_every_line_becomes_an_annotation_or_a_problem(files, task):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder)
        (path / "sizes.csv").write_text(
            "file_name,width,height\n" + "".join(f"{n},10,20\n" for n in range(9))
        )
        (path / "labels").mkdir()
        for number, (lines, end) in enumerate(files):
            (path / "labels" / f"{number}.txt").write_bytes(end.join(lines).encode())
        n_lines = sum(bool(line.split()) for lines, _ in files for line in lines)

        options = ReadOptions(sizes=path / "sizes.csv", class_names=("a", "b"), task=task)
        batches = list(yolo.read(path, options))

    n_kept = sum(batch["annotations"].num_rows for batch in batches if "annotations" in batch)
    problems = [row for batch in batches for row in batch["import_problems"].to_pylist()]
    n_refused = sum(row["severity"] == "error" for row in problems)
    assert n_kept + n_refused == n_lines


@given(data=st.lists(st.binary(max_size=200), max_size=5))
@settings(max_examples=150, deadline=None)
def test_bytes_of_any_kind_are_parsed_line_by_line(data):
    lines = parse(data)

    plain = [
        file.removeprefix(b"\xef\xbb\xbf").replace(b"\r\n", b"\n").replace(b"\r", b"\n") for file in data
    ]
    expected = [
        (file, number, len(line.split()))
        for file, text in enumerate(plain)
        for number, line in enumerate(text.split(b"\n"), start=1)
        if line.split()
    ]
    assert (
        list(zip(lines.file.tolist(), lines.number.tolist(), lines.counts.tolist(), strict=True)) == expected
    )


@given(values=st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1, max_size=30))
def test_numbers_keep_every_digit(values):
    lines = parse([" ".join(map(repr, values)).encode()])

    assert np.array_equal(lines.values, np.array(values))


@given(garbage=st.binary(max_size=300))
@settings(max_examples=100, deadline=None)
def test_a_configuration_of_any_bytes_is_read_or_refused(garbage):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder)
        (path / "data.yaml").write_bytes(b"names: [a]\ntrain: .\n" + garbage)
        (path / "sizes.csv").write_text("file_name,width,height\na,10,20\n")
        (path / "a.txt").write_text("0 .5 .5 1 1")

        with contextlib.suppress(BadInputError):
            batches = list(yolo.read(path, ReadOptions(sizes=path / "sizes.csv")))
            assert "classes" in batches[0]
