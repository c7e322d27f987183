"""The same annotations come as JSON, JSON_MIN, tables and the files of a bucket, and images have the ids of other formats."""

from __future__ import annotations

import csv
import io
import json
import zipfile

import pytest
from format_rows import box_of, rows_of
from label_studio_files import annotation, choice, problems, rectangle, rows, task

from labelduck.errors import BadInputError
from labelduck.importers import reader

TASKS = [
    task(
        annotation(rectangle(), choice("sun", id="w"), id=5, lead_time=4),
        id=1,
        data={"image": "s3://b/x/one.jpg"},
    ),
    task(annotation(id=6, completed_by=4), id=2, data={"image": "s3://b/x/two.jpg"}),
]
CONFIG = '<View><RectangleLabels name="label"><Label value="car"/></RectangleLabels><Choices name="weather"/></View>'


def minimal() -> list[dict]:
    """Return the tasks as Label Studio writes them as JSON_MIN."""
    value = rectangle()["value"] | {"original_width": 200, "original_height": 100}
    first = {"image": "s3://b/x/one.jpg", "id": 1, "label": [value], "weather": "sun"}
    second = {"image": "s3://b/x/two.jpg", "id": 2}
    return [
        first | {"annotator": 3, "annotation_id": 5, "lead_time": 4},
        second | {"annotator": 4, "annotation_id": 6, "lead_time": None},
    ]


def table(delimiter: str) -> str:
    """Return the tasks as Label Studio writes them as CSV or TSV."""
    names = ["annotation_id", "annotator", "id", "image", "label", "lead_time", "weather"]
    file = io.StringIO()
    writer = csv.DictWriter(file, names, delimiter=delimiter)
    writer.writeheader()
    for record in minimal():
        said = {key: json.dumps(value) if isinstance(value, list) else value for key, value in record.items()}
        writer.writerow(said)
    return file.getvalue()


def bucket() -> dict[str, str]:
    """Return the files that a server writes to a bucket: an annotation a file, without an ending."""
    return {
        str(each["annotations"][0]["id"]): json.dumps(
            each["annotations"][0] | {"task": {key: each[key] for key in ("id", "data")}}
        )
        for each in TASKS
    }


FORMS = {
    "json": {"export.json": json.dumps(TASKS)},
    "lines": {"export.jsonl": "\n".join(map(json.dumps, TASKS)) + "\n"},
    "api": {"export.json": json.dumps({"tasks": TASKS, "total": 2})},
    "a task a file": {f"{n}.json": json.dumps(each) for n, each in enumerate(TASKS)},
    "bucket": bucket(),
    "json_min": {"export.json": json.dumps(minimal())},
    "csv": {"export.csv": table(",")},
    "tsv": {"export.tsv": table("\t")},
}


@pytest.mark.parametrize("is_packed", [False, True])
@pytest.mark.parametrize("form", FORMS)
def test_every_form_says_the_same(tmp_path, form, is_packed):
    files = FORMS[form] | {"label_config.xml": CONFIG}
    path = tmp_path / "export.zip" if is_packed else tmp_path
    if is_packed:
        with zipfile.ZipFile(path, "w") as packed:
            for name, text in files.items():
                packed.writestr(name, text)
    else:
        for name, text in files.items():
            (tmp_path / name).write_text(text)

    found = rows_of("label_studio", path)

    (drawn,) = found["annotations"]
    assert drawn["annotation_id"].startswith("5/")
    assert (drawn["image_id"], drawn["class_name"], drawn["annotator"]) == ("one", "car", "3")
    assert (box_of(drawn), drawn["lead_time_s"]) == ((20, 20, 60, 50), 4)
    assert [(row["field"], row["class_name"]) for row in found["image_labels"]] == [("weather", "sun")]
    assert [(row["image_id"], row["is_annotated"]) for row in found["images"]] == [
        ("one", True),
        ("two", True),
    ]
    assert [(row["image_id"], row["annotator"]) for row in found["assignments"]] == [
        ("one", "3"),
        ("two", "4"),
    ]
    assert not problems(found)


@pytest.mark.parametrize("form", FORMS)
def test_every_form_is_recognised(tmp_path, form):
    for name, text in FORMS[form].items():
        (tmp_path / name).write_text(text)

    assert reader("auto", tmp_path)[0] == "label_studio"
    assert reader("auto", next(tmp_path.iterdir()))[0] == "label_studio"


def test_a_choice_in_json_min_is_told_from_data_by_its_place_where_no_interface_lies_beside(tmp_path):
    first = minimal()[0]

    found = rows(tmp_path, {"text": "a word"} | first)

    assert [(row["field"], row["class_name"]) for row in found["image_labels"]] == [("weather", "sun")]
    assert json.loads(found["images"][0]["attributes"])["text"] == "a word"


def test_texts_of_a_table_are_data_where_no_interface_lies_beside_and_that_is_said_once(tmp_path):
    (tmp_path / "export.csv").write_text(table(","))

    found = rows_of("label_studio", tmp_path / "export.csv")

    assert not found["image_labels"]
    assert json.loads(found["images"][0]["attributes"])["weather"] == "sun"
    ((severity, place, text),) = problems(found)
    assert (severity, place) == ("warning", "line 2")
    assert "label_config.xml" in text


def test_an_answer_about_a_region_joins_it_in_json_min(tmp_path):
    place = {key: rectangle()["value"][key] for key in ("x", "y", "width", "height")}
    size = {"original_width": 200, "original_height": 100}
    record = {"image": "a.png", "id": 1, "label": [place | size | {"rectanglelabels": ["car"]}]}
    record |= {"colour": [place | size | {"choices": ["red"]}], "annotator": 3, "annotation_id": 5}

    (row,) = rows(tmp_path, record)["annotations"]

    assert (row["class_name"], json.loads(row["attributes"])["colour"]) == ("car", "red")


def test_what_lies_in_two_files_is_read_once(tmp_path):
    (tmp_path / "export.json").write_text(json.dumps(TASKS))
    (tmp_path / "min.json").write_text(json.dumps(minimal()))

    found = rows_of("label_studio", tmp_path)

    assert len(found["annotations"]) == 1
    assert [(severity, place) for severity, place, _ in problems(found)] == [
        ("warning", "tasks[0].annotations[0]"),
        ("warning", "tasks[1].annotations[0]"),
    ]


@pytest.mark.parametrize(
    ("uri", "image_id", "file_name", "split"),
    [
        ("/data/upload/29/bc171829-site_1.png", "site_1", "site_1.png", None),
        ("/data/local-files/?d=set/images/val/site_1.png", "site_1", "set/images/val/site_1.png", "val"),
        ("/data/local-files/?d=..%5Cset%5Csite%201.png", "site 1", "set/site 1.png", None),
        ("s3://bucket/train/x/site_1.png", "x/site_1", "train/x/site_1.png", "train"),
        ("https://host:80/a/site_1.png?sig=a/b.png#c", "site_1", "a/site_1.png", None),
        ("/tasks/1/resolve/?fileuri=czM6Ly9iL3YvYS5wbmc=", "a", "v/a.png", None),
        ("site_1.png", "site_1", "site_1.png", None),
    ],
)
def test_an_image_is_known_by_its_path_behind_split_and_folder(tmp_path, uri, image_id, file_name, split):
    found = rows(tmp_path, task(data={"image": uri}))

    (row,) = found["images"]
    assert (row["image_id"], row["file_name"], row["uri"], row.get("split")) == (
        image_id,
        file_name,
        uri,
        split,
    )


def test_images_of_one_name_keep_more_of_their_path_and_a_picture_of_two_tasks_the_tasks_number(tmp_path):
    uris = [
        "s3://b/train/a.png",
        "s3://b/val/a.png",
        "s3://b/val/c.png",
        "s3://b/val/c.png",
        "s3://b/val/8.png",
    ]

    found = rows(tmp_path, *(task(id=n + 5, data={"image": uri}) for n, uri in enumerate(uris)))

    assert [row["image_id"] for row in found["images"]] == ["train/a", "val/a", "7", "task 8", "8"]


def test_tasks_that_name_the_same_image_are_one_image_and_that_is_noted(tmp_path):
    named = {"image": "x/a.png", "image_id": "i9"}
    skipped = task(annotation(id=5, was_cancelled=True, completed_by="ana"), id=1, data=named)
    drawn = task(annotation(rectangle(), id=6, completed_by="ben"), id=2, data=named)

    found = rows(tmp_path, skipped, drawn)

    assert [(row["image_id"], row["is_annotated"]) for row in found["images"]] == [("i9", True)]
    assert [(row["annotator"], row["status"]) for row in found["assignments"]] == [
        ("ana", "skipped"),
        ("ben", "completed"),
    ]
    assert [(severity, place) for severity, place, _ in problems(found)] == [("warning", "tasks[1]")]


def test_a_text_is_known_by_its_task(tmp_path):
    found = rows(tmp_path, task(annotation(choice("good", to_name="text")), data={"text": "fine"}))

    assert found["image_labels"][0]["image_id"] == "1"
    assert "file_name" not in found["images"][0]
    assert json.loads(found["images"][0]["attributes"])["text"] == "fine"


def test_pages_and_several_pictures_of_a_task_are_images_of_their_own(tmp_path):
    config = '<View><Image name="left" value="$l"/><Image name="right" value="$r"/></View>'
    pages = task(annotation(rectangle(item_index=1)), id=1, data={"pages": ["p0.png", {"url": "p1.png"}]})
    pair = task(annotation(rectangle(to_name="right"), id=23), id=2, data={"l": "a.png", "r": "b.png"})

    found = rows(tmp_path, pages), rows(tmp_path, pair, config=config)

    assert [[row["image_id"] for row in each["images"]] for each in found] == [["p0", "p1"], ["a", "b"]]
    assert [each["annotations"][0]["image_id"] for each in found] == ["p1", "b"]


def test_sizes_that_the_export_does_not_give_come_from_a_list(tmp_path):
    bare = {key: value for key, value in rectangle().items() if not key.startswith("original")}
    (tmp_path / "sizes.csv").write_text("file_name,width,height\na.png,400,200\n")

    without = rows(tmp_path, task(annotation(bare)))
    found = rows(tmp_path, task(annotation(bare)), sizes=tmp_path / "sizes.csv")

    assert box_of(found["annotations"][0]) == (40, 40, 120, 100)
    assert (found["images"][0]["width"], found["images"][0]["height"]) == (400, 200)
    ((severity, place, text),) = problems(without)
    assert (severity, place) == ("error", "tasks[0].annotations[0].result[0]")
    assert "--sizes" in text


def test_classes_have_the_order_of_the_interface(tmp_path):
    config = '<View><PolygonLabels name="p"><Label value="b" alias="bus"/><Label value="car"/></PolygonLabels></View>'

    found = rows(tmp_path, task(annotation(rectangle("van"))), config=config)

    told = [(row["class_name"], row.get("class_index")) for row in found["classes"]]
    assert told == [("bus", 0), ("car", 1), ("van", None)]


def test_a_file_that_is_no_export_is_refused_with_the_reason(tmp_path):
    (tmp_path / "x.json").write_text("[{]")

    with pytest.raises(BadInputError, match=r"x\.json: is no export of Label Studio: is no JSON"):
        rows_of("label_studio", tmp_path / "x.json")
