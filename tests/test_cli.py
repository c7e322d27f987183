from __future__ import annotations

import io
import json
import subprocess
import sys

import duckdb
import pyarrow.parquet as pq
import pytest

from labelduck.cli import main, output
from scenes import annotation, coco, result, results


@pytest.fixture
def lake(tmp_path):
    path = tmp_path / "lake"
    annotations = coco(tmp_path / "pets.json", annotation(1), annotation(2, image=2, category=2))
    predictions = results(tmp_path / "model.json", result(), result(image=2, category=1, score=0.8))
    assert main(["evaluate", "--lake", str(path), str(annotations), str(predictions)]) == 0
    return path


def test_evaluate_prints_metrics_and_worst_classes_and_leaves_a_lake(tmp_path, capsys):
    annotations = coco(tmp_path / "pets.json", annotation(1), annotation(2, image=2, category=2))
    predictions = results(tmp_path / "model.json", result(), result(image=2, category=1, score=0.8))

    code = main(["evaluate", "--lake", str(tmp_path / "lake"), str(annotations), str(predictions)])

    printed = capsys.readouterr()
    assert code == 0
    assert printed.out.startswith("model on pets (COCO protocol, box)\n\n  AP     0.5000")
    assert "dog" in printed.out
    assert "pets version 1: 2 images, 2 annotations (coco)" in printed.err


def test_evaluate_as_json_is_one_document(tmp_path, capsys):
    annotations = coco(tmp_path / "pets.json", annotation(1))
    predictions = results(tmp_path / "model.json", result())

    main(["evaluate", "--json", "--lake", str(tmp_path / "lake"), str(annotations), str(predictions)])

    document = json.loads(capsys.readouterr().out)
    assert document["metrics"]["AP"] == pytest.approx(1)
    assert document["metrics"]["APl"] is None
    assert document["worst_classes"][0]["class_name"] == "cat"


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        ("csv", "class_name,n\r\ncat,1\r\ndog,1\r\n"),
        ("json", '[\n{"class_name": "cat", "n": 1},\n{"class_name": "dog", "n": 1}\n]\n'),
        ("table", "class_name  n\n----------  -\ncat         1\ndog         1\n"),
    ],
)
def test_sql_prints_the_answer_in_the_form_asked_for(lake, capsys, form, expected):
    query = "select class_name, count(*) as n from annotations group by all order by all"
    capsys.readouterr()

    main(["sql", "--lake", str(lake), "--format", form, query])

    assert capsys.readouterr().out == expected


def test_sql_tells_on_stderr_that_a_build_is_due_until_it_was_done(lake, capsys):
    told = []
    for _ in range(2):
        capsys.readouterr()
        main(["sql", "--lake", str(lake), "select 1"])
        told.append(capsys.readouterr().err)
        main(["build", "--lake", str(lake)])

    assert "a build is due" in told[0]
    assert f"build --lake {lake}" in told[0]
    assert told[1] == ""


def test_sql_writes_parquet_to_a_pipe_or_a_file(lake, tmp_path):
    command = [
        sys.executable,
        "-m",
        "labelduck",
        "sql",
        "--lake",
        lake,
        "--format",
        "parquet",
        "from annotations",
    ]

    piped = subprocess.run(command, capture_output=True, check=True).stdout
    subprocess.run([*command, "--out", tmp_path / "answer.parquet"], check=True)

    assert pq.read_table(io.BytesIO(piped)).num_rows == 2
    assert pq.read_table(tmp_path / "answer.parquet")["annotation_id"].to_pylist() == ["1", "2"]


def test_sql_can_call_the_python_functions(lake, capsys):
    capsys.readouterr()

    main(
        [
            "sql",
            "--lake",
            str(lake),
            "--format",
            "csv",
            "select polygon_iou([[0, 0, 9, 0, 9, 9, 0, 9]], [[0, 0, 9, 0, 9, 9, 0, 9]]) as iou",
        ]
    )

    assert capsys.readouterr().out == "iou\r\n1.0\r\n"


def test_a_wrong_query_is_a_usage_error_in_duckdbs_words(lake, capsys):
    code = main(["sql", "--lake", str(lake), "select classname from annotations"])

    assert code == 2
    assert "class_name" in capsys.readouterr().err


def test_a_query_may_come_from_standard_input(lake):
    command = [sys.executable, "-m", "labelduck", "sql", "--lake", lake, "--format", "csv", "-"]

    done = subprocess.run(command, input="select 1 as one", capture_output=True, text=True, check=True)

    assert done.stdout == "one\n1\n"


def test_the_shell_answers_and_survives_errors(lake):
    command = [sys.executable, "-m", "labelduck", "shell", "--lake", lake]
    typed = "select count(*) as n\nfrom annotations;\nselect nonsense;\n.views coco_metrics\n.functions\nselect 7 as seven;\n"

    done = subprocess.run(command, input=typed, capture_output=True, text=True, check=True)

    assert "n\n-\n2\n" in done.stdout
    assert "nonsense" in done.stderr
    assert "How good is" in done.stdout
    assert "mask_iou" in done.stdout
    assert done.stdout.endswith("seven\n-----\n    7\n")


def test_views_lists_questions_and_describes_one(capsys):
    main(["views"])
    listing = capsys.readouterr().out
    main(["views", "coco_metrics"])
    page = capsys.readouterr().out

    assert "coco_metrics" in listing
    assert "one row per dataset, model, metric" in page


def test_an_unknown_view_suggests_its_neighbour(capsys):
    assert main(["views", "coco_metric"]) == 2
    assert "did you mean coco_metrics" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["import", "coco", "nowhere.json"], 3, "nowhere.json: no such file or folder"),
        (["import", "nonsense", "README.md"], 3, "README.md: no such file"),
        (["sql", "select 1"], 2, "no lake here"),
        (["build"], 0, "nothing to compare"),
    ],
)
def test_errors_name_what_is_wrong_and_have_their_exit_codes(
    tmp_path, monkeypatch, capsys, arguments, code, message
):
    monkeypatch.chdir(tmp_path)

    assert main(arguments) == code

    assert message in capsys.readouterr().err


def test_results_given_as_annotations_are_recognised(tmp_path, capsys):
    predictions = results(tmp_path / "model.json", result())

    code = main(["import", "--lake", str(tmp_path / "lake"), "coco", str(predictions)])

    assert code == 3
    assert "labelduck predictions" in capsys.readouterr().err


def test_doctor_finds_a_damaged_file(lake, capsys):
    assert main(["doctor", "--lake", str(lake)]) == 0
    (file,) = [p for p in (lake / "tables" / "annotations").iterdir() if p.name != "empty.parquet"]
    file.write_bytes(file.read_bytes()[:-1] + b"x")

    code = main(["doctor", "--lake", str(lake), "--json"])

    capsys.readouterr()
    assert code == 3


@pytest.mark.parametrize(
    ("which", "harm"),
    [
        ("suspicions/*.parquet", lambda data: bytes(len(data) // 2) + data[len(data) // 2 :]),
        ("box_offsets/empty.parquet", lambda data: data[: len(data) // 2]),
    ],
    ids=["built", "empty"],
)
def test_doctor_finds_what_a_build_made_damaged_and_says_how_it_is_made_again(lake, capsys, which, harm):
    main(["build", "--lake", str(lake)])
    file = max((lake / "tables").glob(which), key=lambda path: path.stat().st_size)
    whole = file.read_bytes()
    file.write_bytes(harm(whole))
    capsys.readouterr()

    code = main(["doctor", "--lake", str(lake)])
    told = capsys.readouterr().out
    file.unlink()
    main(["build", "--lake", str(lake)])

    assert code == 3
    assert f"files are damaged, first {file.relative_to(lake)}: delete them, then `labelduck build`" in told
    assert file.read_bytes() == whole


def test_help_is_there_for_every_command(capsys):
    from labelduck.cli import commands

    for name in commands.RUN:
        with pytest.raises(SystemExit) as done:
            main([name, "--help"])
        assert done.value.code == 0
        assert "--lake" in capsys.readouterr().out


def test_a_cut_column_takes_what_the_others_leave_of_the_terminal(monkeypatch, capsys):
    monkeypatch.setenv("COLUMNS", "60")
    words = "who drew the batch of the fifth week"

    output.table(duckdb.sql(f"select '{words}' as cause, 16 as n"))
    output.table(duckdb.sql(f"select '{words}' as first, '{words}' as second"))

    lines = capsys.readouterr().out.splitlines()
    assert lines[2] == f"{words}  16"
    assert lines[5] == f"{words[:21]}…  {words}"
    assert len(lines[5]) == 60
