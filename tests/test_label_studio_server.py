"""What labelduck writes for Label Studio a real server takes, and what people do there comes back."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

import label_studio_server
from drawn_scenes import annotation, exported, image, selection_of
from labelduck.exporters.base import WriteOptions
from labelduck.importers import drawn
from labelduck.lake import Lake
from sample_files import HARDHAT

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from label_studio_server import Person

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("label_studio_server")]

ANA, BEN = "ana@example.com", "ben@example.com"
OF_BOTH = f"annotator in ('{ANA}', '{BEN}')"
WIDTH, HEIGHT = 640, 400
EXPANDED = {"only_id": False}
WHO_DREW_WHAT = "select annotation_id, annotator, class_name, created_at, review_status from annotations"


@pytest.fixture(scope="module")
def owner(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Person]:
    executable = label_studio_server.executable()
    with label_studio_server.running(executable, tmp_path_factory.mktemp("label_studio")) as owner:
        yield owner


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The hard-hat scene with a model's predictions, as labelduck writes it for Label Studio."""
    folder = tmp_path_factory.mktemp("hardhat")
    lake = Lake(folder / "lake")
    coco = HARDHAT / "coco"
    lake.import_annotations(coco / "instances.json", dataset="hardhat", provenance=coco / "provenance.csv")
    lake.import_predictions(coco / "predictions_detector-a.json", model="detector-a")
    # The server knows none of these annotators, and would refuse their names.
    people = WriteOptions(people=False)
    return lake.export("label_studio", folder / "export", models=("detector-a",), write=people).path


@pytest.fixture(scope="module")
def project(owner: Person, written: Path) -> int:
    """A project with labelduck's interface and tasks."""
    interface = (written.parent / "interface.xml").read_text()
    made = owner.post("/api/projects", {"title": "hard hats", "label_config": interface})
    answer = owner.post(f"/api/projects/{made['id']}/import", json.loads(written.read_bytes()))
    assert answer["task_count"] == 96
    return int(made["id"])


@pytest.fixture(scope="module")
def tasks(owner: Person, project: int) -> dict[str, dict[str, Any]]:
    """The tasks as the server has them before anybody has worked, by image."""
    found = owner.get(f"/api/tasks?project={project}&fields=all&page_size=1000")["tasks"]
    return {task["data"]["image_id"]: task for task in found}


@pytest.fixture(scope="module")
def work(owner: Person, tasks: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """What two people answered about three pictures, as the server acknowledged it."""
    ana, ben = owner.invite(ANA), owner.invite(BEN)

    def answer(who: Person, image_id: str, result: list[Any], seconds: float, *, skips: bool = False) -> Any:
        body = {"result": result, "lead_time": seconds, "was_cancelled": skips}
        return who.post(f"/api/tasks/{tasks[image_id]['id']}/annotations/", body)

    box = region(
        "rectanglelabels", "box", {"x": 10, "y": 20, "width": 30, "height": 25, "rotation": 0}, "person"
    )
    turned = region(
        "rectanglelabels", "box", {"x": 50, "y": 10, "width": 20, "height": 40, "rotation": 90}, "vest"
    )
    outline = region(
        "polygonlabels", "outline", {"points": [[10, 10], [20, 10], [20, 30]], "closed": True}, "head"
    )
    return {
        "ana 2": answer(ana, "2", [box, turned], 33.5),
        "ben 2": answer(ben, "2", [outline], 7.25),
        "ben 8": answer(ben, "8", [], 4.5, skips=True),
        "ana 8": answer(ana, "8", [], 2.5),
    }


def region(kind: str, control: str, value: dict[str, Any], label: str) -> dict[str, Any]:
    size = {"original_width": WIDTH, "original_height": HEIGHT, "image_rotation": 0}
    told = {
        "id": f"{control}_{label}",
        "type": kind,
        "from_name": control,
        "to_name": "image",
        "origin": "manual",
    }
    return told | size | {"value": value | {kind: [label]}}


def test_every_region_and_prediction_arrives(written: Path, tasks: dict[str, dict[str, Any]]) -> None:
    sent = {task["data"]["image_id"]: task for task in json.loads(written.read_bytes())}

    assert tasks.keys() == sent.keys()
    for image_id, task in tasks.items():
        assert [a["result"] for a in task["annotations"]] == [
            a["result"] for a in sent[image_id]["annotations"]
        ]
        arrived = [(p["model_version"], p["score"], p["result"]) for p in task["predictions"]]
        assert arrived == [
            (p["model_version"], p["score"], p["result"]) for p in sent[image_id]["predictions"]
        ]
    assert sum(len(a["result"]) for task in sent.values() for a in task["annotations"]) > 1_000
    assert sum(len(p["result"]) for task in sent.values() for p in task["predictions"]) > 1_000


def test_every_kind_of_region_and_answer_is_taken(owner: Person, tmp_path: Path) -> None:
    pixels = np.zeros((HEIGHT, WIDTH), bool)
    pixels[10:20, 30:50] = True
    shapes = {
        "box": drawn.box(1.25, 2, 30, 40),
        "turned": drawn.rotated_box(10, 20, 50, 40, 33),
        "ellipse": drawn.ellipse(30, 30, 20, 10, 15),
        "outline": drawn.polygon([[0, 0, 10, 0, 10, 8]]),
        "pieces": drawn.polygon([[0, 0, 10, 0, 10, 8], [20, 20, 30, 20, 30, 28]]),
        "line": drawn.polyline([1, 2, 3, 4]),
        "dot": drawn.point(4, 5),
        "mask": drawn.mask_of_pixels(pixels),
        "pose": drawn.keypoints([(1, 2, 2), (3, 4, 1), (0, 0, 0)]),
    }
    names = {name: "person" if name == "pose" else "a & b <c>" for name in shapes}
    found = [
        {"prediction_id": name, "image_id": "a/1", "class_name": names[name], "confidence": 0.5, **shape}
        for name, shape in shapes.items()
    ]
    drawn_by_nobody = [annotation(name, shape, class_name=names[name]) for name, shape in shapes.items()]
    answers = [
        {"image_id": "a/1", "field": "What weather & when?", "class_name": name} for name in ("<rain>", "fog")
    ]
    size = {"width": WIDTH, "height": HEIGHT}
    scene = selection_of(
        [image(**size)], drawn_by_nobody, predictions={"detector": found}, image_labels=answers
    )
    exported("label_studio", scene, tmp_path)
    told = json.loads((tmp_path / "tasks.json").read_bytes())

    config = (tmp_path / "interface.xml").read_text()
    made = owner.post("/api/projects", {"title": "all kinds", "label_config": config})
    answer = owner.post(f"/api/projects/{made['id']}/import", told)

    assert (answer["annotation_count"], answer["prediction_count"]) == (1, 1)
    (task,) = owner.get(f"/api/tasks?project={made['id']}&fields=all")["tasks"]
    assert task["annotations"][0]["result"] == told[0]["annotations"][0]["result"]
    assert task["predictions"][0]["result"] == told[0]["predictions"][0]["result"]
    assert len(task["annotations"][0]["result"]) == len(shapes) + 4, (
        "one more piece, two keypoints, an answer"
    )


def test_a_snapshot_brings_people_times_skips_and_predictions_back(
    owner: Person, project: int, written: Path, work: dict[str, dict[str, Any]], tmp_path: Path
) -> None:
    expanded = {"predictions": EXPANDED, "annotations__completed_by": EXPANDED}
    snapshot = owner.post(
        f"/api/projects/{project}/exports/", {"title": "all", "serialization_options": expanded}
    )
    data = owner.ask("GET", f"/api/projects/{project}/exports/{snapshot['id']}/download?exportType=JSON")

    lake = read(data, tmp_path, provenance=written.parent / "provenance.csv")

    assert_work_is_back(lake, work)
    before = Lake(written.parents[1] / "lake").sql(f"{WHO_DREW_WHAT} order by all").fetchall()
    assert lake.sql(f"{WHO_DREW_WHAT} where not {OF_BOTH} order by all").fetchall() == before
    predicted = lake.sql(
        "select image_id, class_name, confidence, box from predictions where model = 'detector-a'"
    )
    assert (
        sorted((*told, *rounded(box.values())) for *told, box in predicted.fetchall()) == sample_predictions()
    )


def test_a_plain_export_brings_people_back_with_the_list_of_users(
    owner: Person, project: int, work: dict[str, dict[str, Any]], tmp_path: Path
) -> None:
    data = owner.ask("GET", f"/api/projects/{project}/export?exportType=JSON&download_all_tasks=true")
    (tmp_path / "users.json").write_bytes(owner.ask("GET", "/api/users"))

    lake = read(data, tmp_path)

    assert_work_is_back(lake, work)
    # This export names predictions by number only, but says what each annotator was shown.
    shown = lake.sql("select distinct image_id, model from predictions order by all")
    assert shown.fetchall() == [("2", "detector-a"), ("8", "detector-a")]


def test_a_minimal_export_brings_all_but_the_skips_back(
    owner: Person, project: int, work: dict[str, dict[str, Any]], tmp_path: Path
) -> None:
    data = owner.ask("GET", f"/api/projects/{project}/export?exportType=JSON_MIN")
    (tmp_path / "users.json").write_bytes(owner.ask("GET", "/api/users"))

    lake = read(data, tmp_path)

    assert_objects_are_back(lake, work)
    assert statuses(lake) == {("2", ANA, "completed"), ("2", BEN, "completed"), ("8", ANA, "completed")}


def read(data: bytes, folder: Path, **rest: Any) -> Lake:
    (folder / "export.json").write_bytes(data)
    lake = Lake(folder / "lake")
    lake.import_annotations(folder / "export.json", format="label_studio", dataset="hardhat", **rest)
    return lake


def assert_work_is_back(lake: Lake, work: dict[str, dict[str, Any]]) -> None:
    assert_objects_are_back(lake, work)
    assert statuses(lake) == {
        *(("2", who, "completed") for who in (ANA, BEN)),
        *(("8", who, how) for who, how in ((ANA, "completed"), (BEN, "skipped"))),
    }


def assert_objects_are_back(lake: Lake, work: dict[str, dict[str, Any]]) -> None:
    """The three objects are there with who drew them, when, how long it took, and where they were drawn."""
    rows = lake.sql(
        f"select class_name, annotator, rotation, created_at, box from annotations where {OF_BOTH} order by class_name"
    ).fetchall()
    seconds = lake.sql(f"select annotator, sum(lead_time_s) from annotations where {OF_BOTH} group by all")

    assert [row[:3] for row in rows] == [("head", BEN, None), ("person", ANA, None), ("vest", ANA, 90.0)]
    answers = [work[key]["created_at"] for key in ("ben 2", "ana 2", "ana 2")]
    assert [row[3].isoformat() + "Z" for row in rows] == answers
    # A quarter turn around the top left corner (320, 40): what was 128 x 160 goes 160 to the left and 128 down.
    boxes = [(64, 40, 128, 120), (64, 80, 256, 180), (160, 40, 320, 168)]
    assert [tuple(row[4].values()) for row in rows] == [pytest.approx(box, abs=1e-6) for box in boxes]
    assert dict(seconds.fetchall()) == {ANA: pytest.approx(33.5), BEN: pytest.approx(7.25)}


def statuses(lake: Lake) -> set[tuple[str, str, str]]:
    return set(lake.sql(f"select image_id, annotator, status from assignments where {OF_BOTH}").fetchall())


def rounded(corners: Iterable[float]) -> list[float]:
    return [round(corner, 6) for corner in corners]


def sample_predictions() -> list[tuple[Any, ...]]:
    coco = HARDHAT / "coco"
    names = {c["id"]: c["name"] for c in json.loads((coco / "instances.json").read_bytes())["categories"]}
    found = []
    for result in json.loads((coco / "predictions_detector-a.json").read_bytes()):
        x, y, width, height = result["bbox"]
        corners = rounded((x, y, x + width, y + height))
        found.append((str(result["image_id"]), names[result["category_id"]], result["score"], *corners))
    return sorted(found)
