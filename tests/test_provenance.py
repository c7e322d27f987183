"""What a sidecar adds to annotations, on literal rows."""

from __future__ import annotations

import json
from datetime import datetime

import pyarrow as pa
import pytest
from pyarrow import parquet

from labelduck import provenance
from labelduck.errors import BadInputError, UsageError

IMAGES = pa.table(
    {
        "image_id": ["1", "2", "3"],
        "file_name": ["site_a/cam1/001.jpg", "site_a/cam2/002.jpg", "site_b/003.png"],
    }
)
ANNOTATIONS = pa.table({"annotation_id": ["10", "11", "20", "30"], "image_id": ["1", "1", "2", "3"]})


def applied(rows, *, annotations=ANNOTATIONS, images=IMAGES, pattern=None):
    names = list(dict.fromkeys(name for row in rows for name in row))
    sidecar = (
        pa.table({name: [row.get(name) for row in rows] for name in names}) if rows is not None else None
    )
    done, pictures, coverage, problems = provenance.apply(annotations, images, sidecar, pattern=pattern)
    return done.to_pylist(), pictures.to_pylist(), coverage, problems.to_pylist()


def column(rows, name):
    return [row.get(name) for row in rows]


def test_rows_by_annotation_id_say_who_drew_each_annotation():
    done, _, coverage, problems = applied(
        [{"annotation_id": "10", "annotator": "ann"}, {"annotation_id": 30, "annotator": "bob"}][:1]
    )

    assert column(done, "annotator") == ["ann", None, None, None]
    assert (coverage.n_annotations, coverage.n_matched, coverage.n_covered) == (4, 1, {"annotator": 1})
    assert coverage.shares() == {"annotator": 0.25}
    assert problems == []


@pytest.mark.parametrize(
    "key",
    [
        {"image_id": "1", "object_index": 1},
        {"image_id": "1", "object_index": "1"},
        {"file_name": "001.jpg", "object_index": 1.0},
    ],
)
def test_an_object_index_counts_the_annotations_of_an_image_from_0(key):
    done, _, _, problems = applied([{**key, "annotator": "ann"}])

    assert column(done, "annotator") == [None, "ann", None, None]
    assert problems == []


def test_an_object_index_is_the_position_in_the_file_where_ids_say_it():
    annotations = pa.table({"annotation_id": ["a/0", "a/2"], "image_id": ["a", "a"]})

    done, _, _, _ = applied(
        [{"image_id": "a", "object_index": 2, "annotator": "ann"}], annotations=annotations
    )

    assert column(done, "annotator") == [None, "ann"]


def test_an_object_index_goes_on_counting_in_the_next_batch():
    sidecar = provenance.Sidecar(pa.table({"image_id": ["1"], "object_index": [2], "annotator": ["ann"]}))

    batches = list(sidecar.applied([{"annotations": ANNOTATIONS.slice(i, 1)} for i in (0, 1)] * 2))

    assert [batch["annotations"]["annotator"][0].as_py() for batch in batches] == [None, None, "ann", None]


@pytest.mark.parametrize(
    "name",
    [
        "site_a/cam1/001.jpg",
        "001.jpg",
        "001",
        "cam1/001.jpg",
        "data/site_a/cam1/001.jpg",
        "site_a\\cam1\\001.jpg",
        "001.xml",
        "./001.jpg",
    ],
)
def test_an_image_goes_by_its_file_name_with_or_without_folders_and_suffix(name):
    done, _, _, problems = applied([{"file_name": name, "annotator": "ann"}])

    assert column(done, "annotator") == ["ann", "ann", None, None]
    assert problems == []


@pytest.mark.parametrize("name", ["001.png", "1.jpg", "cam2/001.jpg", "x001.jpg"])
def test_an_image_does_not_go_by_another_name(name):
    done, _, _, problems = applied([{"file_name": name, "annotator": "ann"}])

    assert column(done, "annotator") == [None] * 4
    assert [(row["severity"], row["location"]) for row in problems] == [("warning", "row 1")]
    assert problems[0]["problem"] == "the row fits nothing in the data: no such file_name"


def test_a_file_name_that_fits_two_images_is_told():
    images = pa.table({"image_id": ["1", "2"], "file_name": ["x/a.jpg", "y/a.jpg"]})

    _, _, _, problems = applied([{"file_name": "a.jpg", "annotator": "ann"}], images=images)

    assert "fits several images" in problems[0]["problem"]


def test_a_short_name_that_two_rows_could_mean_means_neither():
    images = pa.table({"image_id": ["1"], "file_name": ["a.jpg"]})

    done, _, _, problems = applied(
        [{"file_name": "x/a.jpg", "annotator": "ann"}, {"file_name": "y/a.jpg"}], images=images
    )

    assert column(done, "annotator") == [None] * 4
    assert len(problems) == 2


@pytest.mark.parametrize(
    ("pattern", "fits"),
    [
        ("site_a/**", ["1", "2"]),
        ("site_a/*/*.jpg", ["1", "2"]),
        ("**/*.png", ["3"]),
        ("*.png", ["3"]),
        ("00?.*", ["1", "2", "3"]),
        ("/site_b/*", ["3"]),
        ("/cam1/*", []),
        ("cam1/**", ["1"]),
        ("site_a/*.jpg", []),
    ],
)
def test_a_file_pattern_names_images(pattern, fits):
    _, images, _, _ = applied([{"file_pattern": pattern, "batch": "b1"}])

    assert [row["image_id"] for row in images if row.get("batch")] == fits


def test_the_first_pattern_that_fits_counts():
    rows = [{"file_name": "site_b/**", "batch": "b2"}, {"file_name": "**", "batch": "b1"}]

    done, images, _, problems = applied(rows)

    assert column(images, "batch") == ["b1", "b1", "b2"]
    assert column(done, "batch") == ["b1", "b1", "b1", "b2"]
    assert problems == []


def test_rows_about_a_job_or_batch_speak_of_what_is_in_it():
    rows = [
        {"file_name": "site_a/**", "job": "j1"},
        {"job": "j1", "batch": "b1", "annotator": "ann"},
        {"batch": "b1", "reviewer": "rob", "split": "train"},
        {"batch": "b2", "reviewer": "eve"},
    ]
    annotations = ANNOTATIONS.append_column("batch", pa.array([None, None, None, "b2"]))

    done, _, _, problems = applied(rows, annotations=annotations)

    assert column(done, "job") == ["j1", "j1", "j1", None]
    assert column(done, "batch") == ["b1", "b1", "b1", "b2"]
    assert column(done, "annotator") == ["ann", "ann", "ann", None]
    assert column(done, "reviewer") == ["rob", "rob", "rob", "eve"]
    assert problems == []


def test_the_batch_of_an_image_may_say_its_split():
    _, images, _, _ = applied([{"image_id": "1", "batch": "b1"}, {"batch": "b1", "split": "val"}])

    assert column(images, "batch") == ["b1", None, None]
    assert column(images, "split") == ["val", None, None]


def test_a_specific_row_counts_before_a_general_one_column_by_column():
    rows = [
        {"file_pattern": "**", "annotator": "all", "batch": "b0", "job": "j0"},
        {"file_name": "001.jpg", "annotator": "file", "batch": "b1"},
        {"annotation_id": "10", "annotator": "own"},
    ]

    done, _, _, problems = applied(rows)

    assert column(done, "annotator") == ["own", "file", "all", "all"]
    assert column(done, "batch") == ["b1", "b1", "b0", "b0"]
    assert column(done, "job") == ["j0"] * 4
    assert problems == []


def test_the_sidecar_counts_before_the_file_and_every_difference_is_told():
    annotations = ANNOTATIONS.append_column(
        "annotator", pa.array(["bob", "ann", None, "eve"]).dictionary_encode()
    )

    done, _, coverage, problems = applied(
        [{"image_id": i, "annotator": "ann"} for i in "12"], annotations=annotations
    )

    assert column(done, "annotator") == ["ann", "ann", "ann", "eve"]
    assert coverage.n_covered == {"annotator": 4}
    assert [(row["location"], row["severity"], row["problem"]) for row in problems] == [
        ("10", "repaired", "annotator was bob; the sidecar says ann, which counts")
    ]


def test_two_rows_about_one_thing_add_up_and_their_differences_are_told():
    rows = [
        {"annotation_id": "10", "annotator": None, "batch": "b1"},
        {"annotation_id": "10", "annotator": "ann", "batch": "b1"},
        {"annotation_id": "10", "annotator": "bob", "batch": "b1"},
    ]

    done, _, _, problems = applied(rows)

    assert (done[0]["annotator"], done[0]["batch"]) == ("ann", "b1")
    assert [(row["location"], row["problem"]) for row in problems] == [
        ("row 3", "annotator is ann in row 2 about the same thing, which counts")
    ]


@pytest.mark.parametrize(
    "row", [{"annotator": "ann"}, {"object_index": 1, "annotator": "ann"}, {"object_index": 1, "job": "j"}]
)
def test_a_row_about_nothing_is_a_problem(row):
    _, _, _, problems = applied([row])

    assert problems[0]["severity"] == "error"
    assert problems[0]["problem"].startswith("the row does not say what it is about")


def test_problems_of_a_kind_are_counted_beyond_a_thousand():
    annotations = pa.table(
        {
            "annotation_id": [str(i) for i in range(3_000)],
            "image_id": ["1"] * 3_000,
            "annotator": ["bob"] * 3_000,
        }
    )

    _, _, _, problems = applied([{"image_id": "1", "annotator": "ann"}], annotations=annotations)

    assert len(problems) == 1_001
    assert (
        problems[-1]["problem"]
        == "the sidecar replaced what the file says: annotator: 2,000 more of this kind, 3,000 in all"
    )


def test_a_path_pattern_counts_last():
    annotations = ANNOTATIONS.append_column(
        "source_file", pa.array(["ann/labels/1.txt", "bob/labels/1.txt", "x.txt", "ann/labels/3.txt"])
    )
    annotations = annotations.append_column("annotator", pa.array(["inline", None, None, None]))
    pattern = r"^(?P<annotator>[^/]+)/labels/|(?P<batch>site_\w)"

    done, images, coverage, _ = applied(
        [{"annotation_id": "30", "annotator": "sidecar"}], annotations=annotations, pattern=pattern
    )

    assert column(done, "annotator") == ["inline", "bob", None, "sidecar"]
    assert column(done, "batch") == ["site_a", "site_a", "site_a", "site_b"]
    assert column(images, "batch") == ["site_a", "site_a", "site_b"]
    assert coverage.n_covered == {"annotator": 3, "batch": 4}


@pytest.mark.parametrize("pattern", ["(", "labels/(.*)", "(?P<nobody>.*)"])
def test_a_path_pattern_that_cannot_mean_anything_is_refused(pattern):
    with pytest.raises(UsageError, match="the path pattern"):
        provenance.Sidecar.open(None, pattern=pattern)


def test_who_was_given_an_image_is_an_assignment_also_where_nothing_was_drawn():
    sidecar = provenance.Sidecar(
        pa.table({"image_id": ["1", "3"], "annotator": ["ann", None], "batch": ["b1", "b1"]})
    )

    batch = sidecar.apply({"images": IMAGES})

    assert batch["assignments"].to_pylist() == [{"image_id": "1", "annotator": "ann", "batch": "b1"}]


def test_columns_go_by_their_usual_other_names():
    rows = [
        {
            "Annotation ID": 10.0,
            "completed_by": {"id": 5, "email": "ann@example.org"},
            "batchId": 7,
            "timestamp": "2024-05-01T10:00:00+02:00",
            "lead time": "12.5",
            "status": "Approved",
            "reviewed-by": "rob",
            "gold": "yes",
        }
    ]

    (first, *_), _, _, problems = applied(rows)

    assert problems == []
    assert first == {
        "annotation_id": "10",
        "image_id": "1",
        "annotator": "ann@example.org",
        "batch": "7",
        "created_at": datetime.fromisoformat("2024-05-01T08:00:00"),
        "lead_time_s": 12.5,
        "review_status": "accepted",
        "reviewer": "rob",
        "is_gold": True,
    }


def test_unknown_columns_are_kept_in_the_attributes():
    annotations = ANNOTATIONS.append_column("attributes", pa.array([None, "{}", '{"a":"é"}', '{"b":1}']))
    rows = [{"annotation_id": i, "shift": "night", "mood": None} for i in ("10", "11", "20")]

    done, _, _, _ = applied(rows, annotations=annotations)

    assert [json.loads(row["attributes"]) for row in done] == [
        {"provenance": {"shift": "night"}},
        {"provenance": {"shift": "night"}},
        {"a": "é", "provenance": {"shift": "night"}},
        {"b": 1},
    ]


@pytest.mark.parametrize(
    ("written", "moment"),
    [
        (["2024-05-01 10:00:00"], "2024-05-01T10:00:00"),
        (["2024-05-01"], "2024-05-01T00:00:00"),
        (["2024-05-01T10:00:00Z"], "2024-05-01T10:00:00"),
        (["2024-05-01T10:00:00.25-05:00"], "2024-05-01T15:00:00.250000"),
        (["2018-09-25 11:34:24.617558+03:00"], "2018-09-25T08:34:24.617558"),
        (["1714557600"], "2024-05-01T10:00:00"),
        ([1714557600], "2024-05-01T10:00:00"),
        ([1714557600.5], "2024-05-01T10:00:00.500000"),
        ([1714557600000], "2024-05-01T10:00:00"),
        ([1714557600000000000], "2024-05-01T10:00:00"),
        ([datetime.fromisoformat("2024-05-01T10:00:00")], "2024-05-01T10:00:00"),
    ],
)
@pytest.mark.parametrize("company", [[], ["2020-01-01T00:00:00"], ["2020-01-01T00:00:00+01:00"], ["1"]])
def test_times_become_utc(written, moment, company):
    if isinstance(written[0], datetime) or (company and not isinstance(written[0], str)):
        company = []

    done, _, _, problems = applied(
        [{"annotation_id": str(10 + i), "created_at": t} for i, t in enumerate([*written, *company])]
    )

    assert done[0]["created_at"].isoformat() == moment
    assert problems == []


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("created_at", "yesterday"),
        ("created_at", "nan"),
        ("created_at", "1e300"),
        ("lead_time_s", "nan"),
        ("lead_time_s", -1.0),
        ("lead_time_s", float("inf")),
        ("is_gold", "perhaps"),
        ("object_index", "first"),
        ("object_index", -1),
    ],
)
def test_a_value_that_cannot_be_understood_is_left_out_and_told(name, value):
    done, _, _, problems = applied([{"annotation_id": "10", name: value, "annotator": "ann"}])

    assert done[0].get(name) is None
    assert done[0]["annotator"] == "ann"
    assert problems[0]["severity"] == "warning"
    assert problems[0]["problem"].startswith(f"{name} is ")


CSV = "annotation_id,annotator\n10,ann\n11,\n"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("p.csv", CSV),
        ("p.csv", "\ufeff" + CSV),
        ("p.csv", CSV.replace("\n", "\r\n")),
        ("p.tsv", CSV.replace(",", "\t")),
        ("p.csv", CSV.replace(",", ";")),
        ("p.csv", 'annotation_id,annotator\n"10","ann"\n11,""\n'),
        ("p.jsonl", '{"annotation_id": 10, "annotator": "ann"}\n\n{"annotation_id": "11"}\n'),
        ("p.json", '[{"annotation_id": 10, "annotator": "ann"}, {"annotation_id": 11, "annotator": null}]'),
        ("p.json", '{"attributions": [{"annotation_id": 10, "labeler_id": "ann"}, {"annotation_id": 11}]}'),
        (
            "p.json",
            '{\n"attributions": [\n{"annotation_id": 10, "labeler_id": "ann"}, {"annotation_id": 11}]}',
        ),
        (
            "p.parquet",
            pa.table(
                {
                    "annotation_id": pa.array([10, 11], pa.int32()),
                    "annotator": pa.array(["ann", None]).dictionary_encode(),
                }
            ),
        ),
    ],
)
def test_a_sidecar_is_read_from_any_of_its_formats(tmp_path, name, content):
    path = tmp_path / name
    if isinstance(content, str):
        path.write_bytes(content.encode())
    else:
        parquet.write_table(content, path)
    sidecar = provenance.Sidecar.open(path)

    (batch,) = sidecar.applied([{"annotations": ANNOTATIONS}])

    assert batch["annotations"]["annotator"].to_pylist() == ["ann", None, None, None]
    assert provenance.read(path).num_rows == 2
    assert sidecar.coverage() == {"annotator": 0.25}


@pytest.mark.parametrize(
    ("content", "left_out"),
    [(CSV + "12\n13,bob,more\n", 2), ('{"annotation_id": 10, "annotator": "ann"}\n{oops\n[1]\n', 2)],
)
def test_lines_that_cannot_be_read_are_problems(tmp_path, content, left_out):
    (tmp_path / "p").write_text(content)
    sidecar = provenance.Sidecar.open(tmp_path / "p")

    problems, _ = sidecar.finish()

    errors = [row for row in problems.to_pylist() if row["severity"] == "error"]
    assert len(errors) == left_out
    assert all(row["location"].startswith("row ") for row in errors)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "is empty"),
        ("[]", "names no columns"),
        ("[1, 2", "is no JSON"),
        ('{"a": [], "b": []}', "has 2 lists, expected one list of objects"),
        ("PAR1 and no more", "cannot be read|is no sidecar"),
        ("a,a\n1,2\n", "the column a occurs twice"),
        (b"\xff\xfe\x00a", "cannot be read as a table: it is not UTF-8"),
    ],
)
def test_a_file_that_is_no_sidecar_is_refused(tmp_path, content, message):
    path = tmp_path / "p.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())

    with pytest.raises(BadInputError, match=message):
        provenance.Sidecar.open(path)


def test_a_sidecar_that_is_absent_is_refused(tmp_path):
    with pytest.raises(BadInputError, match="cannot be read"):
        provenance.Sidecar.open(tmp_path / "absent.csv")
