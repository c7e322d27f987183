"""From files of classes and probabilities to suspects, through a lake."""

from __future__ import annotations

import json
import zipfile

import numpy as np
import pytest

import labelduck
from labelduck import voting
from labelduck.consensus import Votes, dawid_skene

CLASSES = ("cat", "dog")


def write_labels(path, rows):
    lines = ["image_id,annotator,class_name", *(",".join(row) for row in rows)]
    path.write_text("\n".join(lines) + "\n")
    return path


@pytest.fixture
def lake(tmp_path):
    rows = [(f"{n:02d}", who, CLASSES[n % 2]) for n in range(20) for who in ("ann", "bob")]
    rows += [("20", "ann", "dog"), ("20", "bob", "dog"), ("21", "ann", "cat"), ("21", "bob", "dog")]
    lake = labelduck.open(tmp_path / "lake")
    lake.import_annotations(write_labels(tmp_path / "labels.csv", rows), format="labels", dataset="pets")
    probabilities = ["image_id,cat,dog"]
    probabilities += [f"{n:02d},{0.9 - 0.8 * (n % 2):.1f},{0.1 + 0.8 * (n % 2):.1f}" for n in range(20)]
    (tmp_path / "scores.csv").write_text("\n".join([*probabilities, "20,0.95,0.05", "21,0.6,0.4"]) + "\n")
    lake.import_predictions(tmp_path / "scores.csv", format="labels", model="net", dataset="pets")
    return lake


def test_a_build_ranks_wrong_classes_and_finds_what_annotators_mean(lake):
    lake.build()

    suspects = lake.sql(
        "select image_id, class_name, suggested_class, n_votes from image_label_suspects"
    ).fetchall()
    methods = lake.sql("select method, count(*) from consensus_labels group by all order by all").fetchall()
    disputed = lake.sql(
        "select method, class_name, agreement from consensus_labels where image_id = '21' order by all"
    ).fetchall()
    next_one = lake.sql("select image_id from relabel_candidates").fetchall()[0]

    assert suspects[0] == ("20", "dog", "cat", 2)
    assert methods == [("crowdlab", 22), ("dawid_skene", 22), ("majority", 22)]
    assert disputed[0] == ("crowdlab", "cat", 0.5)
    assert next_one == ("21",)


def test_a_build_without_news_does_not_vote_again(lake, monkeypatch):
    lake.build()
    monkeypatch.setattr(voting, "vote", lambda **_: pytest.fail("nothing has changed"))

    lake.build()

    assert lake.sql("select count(*) from annotator_label_quality where annotator = 'ann'").fetchall() == [
        (3,)
    ]


def average_precision(is_error, suspicion):
    hits = is_error[np.argsort(-suspicion, kind="stable")]
    return float((np.cumsum(hits) / np.arange(1, len(hits) + 1))[hits].mean())


@pytest.mark.shared_data
@pytest.mark.slow
def test_real_errors_of_cifar_10_are_ranked_better_than_by_any_score_of_cleanlab(shared, tmp_path):
    files = shared("label_errors_cifar10") / "label_errors"
    given = np.load(files / "cifar10_test_set_original_labels.npy")
    reviewed = json.loads((files / "cifar10_mturk.json").read_text())
    is_error = np.zeros(len(given), bool)
    is_error[[each["id"] for each in reviewed if each["mturk"]["given"] < 3]] = True
    lake = labelduck.open(tmp_path / "lake")
    rows = [(f"{n:05d}", "source", f"class{k}") for n, k in enumerate(given.tolist())]
    lake.import_annotations(write_labels(tmp_path / "labels.csv", rows), format="labels", dataset="cifar")
    np.savez(
        tmp_path / "scores.npz",
        image_id=np.array([row[0] for row in rows]),
        p=np.load(files / "cifar10_test_set_pyx.npy"),
        class_names=np.array([f"class{k}" for k in range(10)]),
    )
    lake.import_predictions(tmp_path / "scores.npz", format="labels", model="net", dataset="cifar")

    lake.build()

    ours = lake.sql("select suspicion from image_label_suspicions order by image_id").fetchall()
    theirs = lake.sql(
        "select self_confidence, normalized_margin, confidence_weighted_entropy, adjusted_self_confidence, "
        "adjusted_normalized_margin from cleanlab_label_scores order by image_id"
    ).fetchall()
    best = max(average_precision(is_error, -np.array(score)) for score in zip(*theirs, strict=True))
    assert is_error.sum() == 54
    assert best == pytest.approx(0.2853, abs=5e-4)
    assert average_precision(is_error, np.array(ours)[:, 0]) >= best


@pytest.mark.shared_data
@pytest.mark.slow
def test_dawid_skene_agrees_with_the_published_scores_of_924810_votes(shared):
    folder = shared("reassessed_imagenet")
    with zipfile.ZipFile(next(folder.rglob("scores.npz"))) as archive, archive.open("tensor.npy") as file:
        published = np.load(file)
    answers = np.load(next(folder.rglob("raters.npz")))["tensor"]
    annotator, item, answer = np.nonzero(answers)
    order = np.argsort(item, kind="stable")
    no_yes_maybe = np.array([0, 2, 1])  # an object is there or not; "maybe" is an answer only
    votes = Votes(
        item=item[order],
        annotator=annotator[order],
        given=no_yes_maybe[answer[order]],
        n_items=len(published),
        n_annotators=85,
        n_classes=3,
    )

    found = dawid_skene(votes, n_true=2)

    is_there = found.probability[:, 1]
    assert ((is_there > 0.5) == (published > 0.5)).mean() > 0.98
    assert np.corrcoef(is_there, published)[0, 1] > 0.98
    assert np.abs(is_there - published).mean() < 0.02
