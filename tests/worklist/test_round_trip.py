"""The worklist, handed out and taken back, on a lake of a few boxes."""

from __future__ import annotations

import csv
import json

import pytest

from labelduck import worklist
from labelduck.cli import main
from labelduck.errors import BadInputError, UsageError
from labelduck.lake import Lake

CLASSES = [{"id": 1, "name": "cat"}, {"id": 2, "name": "dog"}]


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A lake with a wrong class, a loose box and a missing label among 30 images of right ones."""
    folder = tmp_path_factory.mktemp("made")
    images = [{"id": n, "file_name": f"{n}.jpg", "width": 200, "height": 200} for n in range(1, 31)]
    labels, results = [], []
    for n in range(1, 31):
        for k, name in enumerate((1, 2)):
            place = [10 + 90 * k, 10, 60, 60]
            results.append({"image_id": n, "category_id": name, "bbox": place, "score": 0.99})
            told = {"id": 2 * n + k, "image_id": n, "category_id": name, "bbox": place, "area": 3600}
            labels.append(told | {"iscrowd": 0})
    labels[10]["category_id"] = 2  # 12, of image 6: a cat labelled dog
    labels[20]["bbox"] = [10, 10, 100, 100]  # 22, of image 11
    twin = {"id": 901, "bbox": [101, 10, 60, 60]}  # of 43, of image 21
    labels.append(labels[41] | twin)
    del labels[30]  # 32, of image 16: the cat
    document = {"images": images, "categories": CLASSES, "annotations": labels}
    (folder / "labels.json").write_text(json.dumps(document))
    (folder / "results.json").write_text(json.dumps(results))
    (folder / "lake").mkdir()
    (folder / "lake" / "labelduck.toml").write_text("[thresholds]\nworklist_share = 0.2\n")
    lake = Lake(folder / "lake")
    lake.import_annotations(folder / "labels.json", dataset="d")
    lake.import_predictions(folder / "results.json", model="m")
    lake.build()
    return lake.path


@pytest.fixture
def lake(made, tmp_path):
    import shutil

    return Lake(shutil.copytree(made, tmp_path / "lake"))


def answers(lake):
    asked = lake.sql("select issue, annotation_id, image_id, decision, new_class from decisions order by all")
    return asked.fetchall()


def test_a_sheet_that_was_filled_in_comes_back_once(lake, tmp_path):
    sheet = tmp_path / "sheet.csv"
    written = worklist.export(lake.folder, format="csv", out=sheet)
    rows = list(csv.DictReader(sheet.read_text().splitlines()))
    wrong = next(row for row in rows if row["issue"] == "wrong_class" and row["annotation_id"] == "12")
    wrong |= {"decision": "fix", "new_class": "cat", "reason": "whiskers"}
    with sheet.open("w", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)

    first = worklist.import_sheet(lake.folder, sheet, reviewer="rev")
    second = worklist.import_sheet(lake.folder, sheet, reviewer="rev")

    assert written.n_suspects == len(rows)
    assert (first.n_new, first.n_open, second.n_new, second.n_known) == (1, len(rows) - 1, 0, 1)
    assert answers(lake) == [("wrong_class", "12", "6", "fix", "cat")]
    assert lake.sql(
        "select count(*) from worklist where annotation_id = '12' and issue = 'wrong_class'"
    ).fetchall() == [(0,)]


def test_a_row_that_means_nothing_takes_no_decision_at_all(lake, tmp_path):
    sheet = tmp_path / "sheet.csv"
    worklist.export(lake.folder, format="csv", out=sheet, top=2)
    lines = sheet.read_text().splitlines()
    sheet.write_text("\n".join([lines[0], "confirm" + lines[1], "perhaps" + lines[2]]) + "\n")

    with pytest.raises(BadInputError, match="row 3: decision 'perhaps' is unknown"):
        worklist.import_sheet(lake.folder, sheet)

    assert answers(lake) == []


def test_a_corrected_coco_file_becomes_decisions(lake, tmp_path):
    written = worklist.export(lake.folder, format="coco", out=tmp_path / "out")
    document = json.loads(written.path.read_text())
    for label in document["annotations"]:
        if label["id"] == 12:
            label["category_id"] = 1
    document["annotations"] = [x for x in document["annotations"] if x["id"] != 901]
    document["annotations"].append(
        {"id": 900, "image_id": 16, "category_id": 1, "bbox": [11, 10, 60, 60], "area": 3600, "iscrowd": 0}
    )
    written.path.write_text(json.dumps(document))

    first = worklist.import_corrected(lake.folder, written.path, sheet=written.sheet, reviewer="rev")
    second = worklist.import_corrected(lake.folder, written.path, sheet=written.sheet, reviewer="rev")

    told = {row[:4] for row in answers(lake)}
    assert first.n_new == written.n_suspects
    assert (second.n_new, second.n_known) == (0, written.n_suspects)
    assert ("wrong_class", "12", "6", "fix") in told
    assert {row[3] for row in told if row[0] == "missing_label" and row[2] == "16"} <= {"confirm"}
    assert {row[3] for row in told if row[1] == "901"} == {"confirm"}
    assert {row[3] for row in told if row[1] not in {"12", "901", None}} <= {"reject"}


@pytest.mark.parametrize("format_name", ["cvat", "label_studio"])
def test_labels_that_nobody_touched_in_a_tool_were_right(lake, tmp_path, format_name):
    written = worklist.export(lake.folder, format=format_name, out=tmp_path / "out")

    reviewed = worklist.import_corrected(lake.folder, written.path, sheet=written.sheet)

    assert reviewed.n_new == written.n_suspects
    assert {row[3] for row in answers(lake)} == {"reject"}


def test_the_command_shows_hands_out_and_takes_back(lake, tmp_path, capsys):
    place = ["--lake", str(lake.path)]

    codes = [
        main(["worklist", *place]),
        main(["worklist", "export", str(tmp_path / "sheet.csv"), *place]),
        main(["worklist", "import", str(tmp_path / "sheet.csv"), *place]),
        main(["worklist", "export", str(tmp_path / "sheet.csv"), *place]),
        main(["worklist", "export", *place]),
    ]

    assert codes == [0, 0, 0, 2, 2]
    shown = capsys.readouterr()
    assert "wrong_class" in shown.out
    assert "0 decisions taken" in shown.err


def test_build_and_doctor_say_what_is_probably_wrong_and_what_to_do_next(lake, capsys):
    built = main(["build", "--lake", str(lake.path)])
    told = capsys.readouterr().err
    checked = main(["doctor", "--quick", "--lake", str(lake.path)])
    checks = capsys.readouterr().out

    n_probable = lake.sql("select count(*) from open_suspects where error_probability >= 0.5").fetchall()[0][
        0
    ]
    expected = lake.sql(
        "select n_errors from worklist_yield where issue = 'any' order by k desc limit 1"
    ).fetchall()
    assert (built, checked) == (0, 0)
    assert f"d: {n_probable} labels are probably wrong (" in told
    assert "1 wrong_class" in told
    assert f"of the worklist hold about {expected[0][0]:.0f} errors (" in told
    assert "d: No random audit tells what is left: draw one of 299 or more" in told
    assert f"worklist --lake {lake.path}" in told
    assert f"ok    d suspects: {n_probable} labels are probably wrong (" in checks


def test_an_unknown_format_is_refused(lake, tmp_path):
    with pytest.raises(UsageError, match="a worklist is written as csv, coco, cvat, label_studio"):
        worklist.export(lake.folder, format="voc", out=tmp_path / "out")


def test_a_decision_in_python_keeps_what_was_seen_and_names_one_suspect(lake):
    made = lake.decide("fix", issue="wrong_class", annotation_id="12", new_class="cat", reviewer="rev")

    assert (made["image_id"], made["class_name"], made["box"]["x_max"]) == ("6", "dog", 70.0)
    with pytest.raises(UsageError, match="no suspect of wrong_class with annotation_id 'x'"):
        lake.decide("reject", issue="wrong_class", annotation_id="x")
    with pytest.raises(UsageError, match="several suspects of wrong_class"):
        lake.decide("reject", issue="wrong_class")
    assert answers(lake) == [("wrong_class", "12", "6", "fix", "cat")]
