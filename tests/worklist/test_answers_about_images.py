"""Wrong classes of whole images on the worklist: handed out, decided, taken back."""

from __future__ import annotations

import csv
import shutil

import pytest

import labelduck
from labelduck import worklist
from labelduck.errors import UsageError

CLASSES = ("cat", "dog")


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Forty pets, of which the model finds two labelled wrongly, 08 more surely than 09."""
    folder = tmp_path_factory.mktemp("pets")
    labels, scores = ["image_id,annotator,class_name"], ["image_id,cat,dog"]
    for n in range(40):
        is_dog = n % 2 == 1
        sure = {8: 0.02, 9: 0.1}.get(n, 0.9)
        labels.append(f"{n:02d},{'ann' if n < 20 else 'bob'},{CLASSES[is_dog]}")
        scores.append(f"{n:02d},{sure if not is_dog else 1 - sure},{sure if is_dog else 1 - sure}")
    (folder / "labels.csv").write_text("\n".join(labels) + "\n")
    (folder / "scores.csv").write_text("\n".join(scores) + "\n")
    lake = labelduck.open(folder / "lake")
    lake.import_annotations(folder / "labels.csv", format="labels", dataset="pets")
    lake.import_predictions(folder / "scores.csv", format="labels", model="net", dataset="pets")
    lake.build()
    return lake.path


@pytest.fixture
def lake(made, tmp_path):
    return labelduck.open(shutil.copytree(made, tmp_path / "lake"))


def waiting(lake):
    return lake.sql(
        "select image_id, field, class_name, suggested_class from worklist order by place"
    ).fetchall()


def decided(lake):
    return lake.sql(
        "select image_id, field, issue, decision, new_class from decisions order by all"
    ).fetchall()


def test_a_wrong_answer_about_an_image_is_on_the_worklist_until_it_is_decided(lake):
    before = waiting(lake)

    lake.decide("fix", issue="wrong_class", image_id="08", field="label", new_class="dog", reviewer="rev")
    after = waiting(lake)
    precision = lake.sql(
        "select field, model, k, n_judged, n_errors from suspicion_precision limit 1"
    ).fetchall()

    assert before == [("08", "label", "cat", "dog"), ("09", "label", "dog", "cat")]
    assert after[0] == before[1]
    assert ("08", "label", "cat", "dog") not in after
    assert decided(lake) == [("08", "label", "wrong_class", "fix", "dog")]
    assert precision == [("label", "net", 2, 1, 1)]


def test_a_decision_on_an_answer_needs_its_question(lake):
    with pytest.raises(UsageError, match="no suspect of wrong_class with image_id '08', field 'mood'"):
        lake.decide("reject", issue="wrong_class", image_id="08", field="mood")


def test_answers_are_no_labels_of_objects_to_the_estimates(lake):
    lake.decide("confirm", issue="wrong_class", image_id="08", field="label")

    assert lake.sql("from confirmed_errors").fetchall() == []


def test_a_sheet_carries_the_question_there_and_back(lake, tmp_path):
    sheet = tmp_path / "sheet.csv"
    worklist.export(lake.folder, format="csv", out=sheet)
    rows = list(csv.DictReader(sheet.read_text().splitlines()))
    with sheet.open("w", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(
            [rows[0] | {"decision": "fix", "new_class": "dog"}, rows[1] | {"decision": "reject"}]
        )

    reviewed = worklist.import_sheet(lake.folder, sheet)

    assert reviewed.n_new == 2
    assert decided(lake) == [
        ("08", "label", "wrong_class", "fix", "dog"),
        ("09", "label", "wrong_class", "reject", None),
    ]


@pytest.mark.parametrize(
    ("tool", "wrong", "right"),
    [
        ("label_studio", '"choices":["cat"]', '"choices":["dog"]'),
        ("cvat", '<tag label="cat"', '<tag label="dog"'),
        ("coco", "", ""),
    ],
)
def test_a_tool_that_carries_answers_brings_the_decisions_back_and_others_leave_them_open(
    lake, tmp_path, tool, wrong, right
):
    written = worklist.export(lake.folder, format=tool, out=tmp_path / "out")
    text = written.path.read_text()
    assert wrong in text
    written.path.write_text(text.replace(wrong, right))

    reviewed = worklist.import_corrected(lake.folder, written.path, sheet=written.sheet)

    if tool == "coco":
        assert (reviewed.n_new, reviewed.n_open) == (0, 2)
    else:
        assert decided(lake) == [
            ("08", "label", "wrong_class", "fix", "dog"),
            ("09", "label", "wrong_class", "reject", None),
        ]
