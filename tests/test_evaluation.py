from __future__ import annotations

import json
import random

import pytest

import labelduck
from labelduck.evaluation import evaluate
from scenes import annotation, coco, result, results


def noisy_scene(folder, seed):
    noise = random.Random(seed)

    def box():
        return (noise.random() * 60, noise.random() * 40, 5 + noise.random() * 30, 5 + noise.random() * 30)

    annotations, predictions = [], []
    for number in range(1, 60):
        bbox, image, category = box(), noise.randint(1, 8), noise.randint(1, 3)
        annotations.append(annotation(number, image=image, category=category, bbox=bbox))
        moved = tuple(side + noise.gauss(0, 1) for side in bbox)
        predictions.append(
            result(image=image, category=noise.choice([category, 1]), bbox=moved, score=noise.random())
        )
        predictions.append(result(image=image, category=3, bbox=box(), score=noise.random() / 2))
    return (
        coco(folder / "pets.json", *annotations, images=9, categories=("cat", "dog", "owl", "elk")),
        results(folder / "model.json", *predictions),
    )


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_metrics_printed_are_those_of_the_views(tmp_path, seed):
    annotations, predictions = noisy_scene(tmp_path, seed)
    lake = labelduck.open(tmp_path / "lake")

    done = evaluate(lake, annotations=annotations, predictions=predictions)

    shown = dict(lake.sql("select metric, value from coco_metrics").fetchall())
    assert list(done.metrics) == list(shown)
    assert done.metrics == pytest.approx(shown, abs=1e-14)
    relation = lake.sql(
        "select class_name, average_precision, average_precision_at_50, n_annotations, n_predictions "
        "from average_precision_by_class where n_annotations > 0 order by average_precision, class_name"
    )
    worst = [dict(zip(relation.columns, row, strict=True)) for row in relation.fetchall()]
    assert [list(row.values()) for row in done.worst_classes] == [
        pytest.approx(list(row.values())) for row in worst
    ]


def test_keypoints_have_ten_metrics(tmp_path):
    person = {"id": 1, "name": "person", "keypoints": ["head", "foot"], "skeleton": [[1, 2]]}
    document = {
        "images": [{"id": 1, "file_name": "1.jpg", "width": 100, "height": 80}],
        "categories": [person],
        "annotations": [
            annotation(1, bbox=(0, 0, 60, 60), keypoints=[10, 10, 2, 50, 50, 2], num_keypoints=2)
        ],
    }
    (tmp_path / "people.json").write_text(json.dumps(document))
    pose = {"image_id": 1, "category_id": 1, "keypoints": [10, 11, 1, 50, 50, 1], "score": 0.9}
    lake = labelduck.open(tmp_path / "lake")

    done = evaluate(
        lake, annotations=tmp_path / "people.json", predictions=results(tmp_path / "poses.json", pose)
    )

    assert done.geometry == "keypoints"
    assert list(done.metrics) == ["AP", "AP50", "AP75", "APm", "APl", "AR", "AR50", "AR75", "ARm", "ARl"]
    shown = dict(lake.sql("select metric, value from coco_metrics").fetchall())
    assert done.metrics == pytest.approx(shown, abs=1e-14)


def test_evaluating_again_gives_the_same_without_matching_again(tmp_path):
    annotations, predictions = noisy_scene(tmp_path, 4)
    lake = labelduck.open(tmp_path / "lake")
    first = evaluate(lake, annotations=annotations, predictions=predictions)

    second = evaluate(lake, annotations=annotations, predictions=predictions)

    assert second.metrics == first.metrics
    assert lake.sql("select count(*) from versions").fetchall() == [(4,)]
    assert [c.is_new for c in lake.build()] == [False]
