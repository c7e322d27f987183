"""The votes of eighty-five raters on the labels of ImageNet, as tables."""

from __future__ import annotations

import json

import numpy as np
import pyarrow as pa
import pytest
from pyarrow import csv, parquet

import labelduck

pytestmark = pytest.mark.shared_data
ANSWERS = np.array(["no", "maybe", "yes"])


def answers(path):
    """Return one row an answer: the question is an image and a label, the answer the one of three that is set."""
    with np.load(path) as data:
        tensor, info, ids = data["tensor"], data["info"], data["ids"]
    rater, question, answer = np.nonzero(tensor)
    questions = np.char.add(np.char.add(np.char.replace(info[:, 0], ".JPEG", "/"), ""), info[:, 1])
    return pa.table(
        {
            "item_id": pa.DictionaryArray.from_arrays(
                pa.array(question.astype(np.int32)), pa.array(questions)
            ),
            "rater": pa.array(ids[rater]),
            "answer": pa.DictionaryArray.from_arrays(pa.array(answer.astype(np.int32)), pa.array(ANSWERS)),
        }
    )


@pytest.fixture(scope="module")
def pack(shared):
    return next(shared("reassessed_imagenet").rglob("raters.npz")).parent


@pytest.fixture(scope="module")
def oracle(pack):
    return json.loads((pack / "oracle_agreement.json").read_text())


def test_all_votes_and_gold_answers_are_counted_as_the_oracle_does(pack, oracle, tmp_path):
    lake = labelduck.open(tmp_path / "lake")
    parquet.write_table(answers(pack / "raters.npz"), tmp_path / "votes.parquet")
    csv.write_csv(answers(pack / "raters_golden.npz"), tmp_path / "gold_votes.csv")
    parquet.write_table(answers(pack / "golden.npz"), tmp_path / "experts.parquet")

    votes = lake.import_annotations(tmp_path / "votes.parquet", format="labels", dataset="votes")
    gold = lake.import_annotations(tmp_path / "gold_votes.csv", format="labels", dataset="gold")
    lake.import_annotations(tmp_path / "experts.parquet", format="labels", dataset="gold", is_gold=True)

    assert (votes.n_rows["image_labels"], gold.n_rows["image_labels"]) == (
        oracle["n_votes"],
        oracle["gold"]["n_answers"],
    )
    counted = lake.sql(
        "select dataset, coalesce(is_gold, false), count(*), count(distinct annotator), count(distinct image_id)"
        " from image_labels group by all order by all"
    ).fetchall()
    assert counted == [
        ("gold", False, 88530, oracle["gold"]["n_raters"], oracle["gold"]["n_gold"]),
        ("gold", True, 5 * oracle["gold"]["n_gold"], 5, oracle["gold"]["n_gold"]),
        ("votes", False, 924810, oracle["n_raters"], oracle["n_questions"]),
    ]
    shares = dict(
        lake.sql(
            "select class_name, count(*) / sum(count(*)) over () from image_labels where dataset = 'votes' group by all"
        ).fetchall()
    )
    assert [shares[answer] for answer in ANSWERS] == pytest.approx(
        oracle["marginals_no_maybe_yes"], abs=1e-12
    )


def test_accuracy_against_the_majority_of_experts_is_the_oracles(pack, oracle, tmp_path):
    lake = labelduck.open(tmp_path / "lake")
    csv.write_csv(answers(pack / "raters_golden.npz"), tmp_path / "gold_votes.csv")
    csv.write_csv(answers(pack / "golden.npz"), tmp_path / "experts.csv")
    lake.import_annotations(tmp_path / "gold_votes.csv", dataset="gold")
    lake.import_annotations(tmp_path / "experts.csv", dataset="gold", is_gold=True)

    least, median, most = lake.sql(
        """
        with counted as (
            select image_id, class_name, count(*) as n from image_labels where is_gold group by all
        ),
        ranked as (
            select *, row_number() over (partition by image_id order by n desc, array_position(['no', 'maybe', 'yes'], class_name)) as place
            from counted
        ),
        rated as (
            select annotator, avg((v.class_name = r.class_name)::int) as accuracy
            from image_labels as v join ranked as r using (image_id)
            where v.is_gold is null and r.place = 1
            group by all
        )
        select min(accuracy), median(accuracy), max(accuracy) from rated
        """
    ).fetchall()[0]

    assert [least, median, most] == pytest.approx(
        oracle["gold"]["acc_vs_majority_of_5_min_med_max"], abs=1e-9
    )
