"""`labelduck audit` at the command line: how much to judge, which labels, what was found, what it means."""

from __future__ import annotations

import csv
import io
import json
import shutil

import pytest

from labelduck.cli import main
from labelduck.lake import Lake
from scenes import annotation, coco


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Forty images with a cat each, and on every fourth a dog."""
    folder = tmp_path_factory.mktemp("audited")
    rows = [annotation(n, image=n) for n in range(1, 41)]
    rows += [annotation(100 + n, image=n, category=2) for n in range(4, 41, 4)]
    labels = coco(folder / "pets.json", *rows, images=40)
    Lake(folder / "lake").import_annotations(labels, dataset="pets")
    return folder / "lake"


@pytest.fixture
def lake(made, tmp_path):
    return shutil.copytree(made, tmp_path / "lake")


@pytest.fixture
def run(lake, capsys):
    """Return a function: run("draw", "--n", "5") -> exit code, stdout, stderr."""

    def call(*words):
        capsys.readouterr()
        code = main(["audit", "--lake", str(lake), *words])
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    return call


def judged(text, decide):
    """Return the sheet with the columns that a reviewer fills in."""
    rows = list(csv.DictReader(io.StringIO(text)))
    written = io.StringIO()
    writer = csv.DictWriter(written, list(rows[0]))
    writer.writeheader()
    writer.writerows(row | decide(row) for row in rows)
    return written.getvalue()


def test_a_plan_tells_how_many_to_judge_and_which_command_draws_them(run):
    code, out, err = run("plan", "--acceptable", "0.02", "--limiting", "0.2")
    told = json.loads(run("plan", "--acceptable", "0.02", "--limiting", "0.2", "--json")[1])

    assert code == 0
    assert f"judge {told['n']} at random, accept with at most {told['n_accepted']} wrong" in out
    assert f"draw --n {told['n']} --strategy simple" in err
    assert told["n_population"] == 50
    assert told["operating_curve"][-1]["accepted"] < told["operating_curve"][0]["accepted"] == 1
    # One of 50 may be wrong at 2 %: all but two need be right to rule that out with 95 %.
    assert {row["error_rate"]: row["n"] for row in told["zero_failure"]}[0.02] == 48


def test_a_plan_by_strata_spreads_the_sample_over_them(run):
    told = json.loads(run("plan", "--n", "10", "--strategy", "stratified", "--strata", "class", "--json")[1])

    assert told["strata"] == [
        {"stratum": "cat", "n_labels": 40, "n_drawn": 8},
        {"stratum": "dog", "n_labels": 10, "n_drawn": 2},
    ]


def test_a_draw_lists_what_to_judge_and_the_same_seed_draws_the_same(run, lake, tmp_path):
    out = tmp_path / "sheet.csv"
    code, printed, err = run("draw", "--n", "6", "--images", "3", "--seed", "7", "--out", str(out))
    again = run("draw", "--n", "6", "--images", "3", "--seed", "7")[1]

    first, second = (
        [(row["unit"], row["image_id"], row["annotation_id"]) for row in csv.DictReader(io.StringIO(text))]
        for text in (out.read_text(), again)
    )
    assert code == 0
    assert printed == ""
    assert "audit-1: 6 annotations and 3 images of pets to judge (seed 7)" in err
    assert first == second
    assert [unit for unit, *_ in first] == ["annotation"] * 6 + ["image"] * 3
    assert Lake(lake).sql("select count(*), count(*) filter (where is_drawn) from audits").fetchall() == [
        (180, 18)
    ]


def test_verdicts_of_a_stratified_audit_are_weighted_by_what_each_label_stands_for(run, lake, tmp_path):
    sheet = tmp_path / "sheet.csv"
    run(
        "draw",
        "--n",
        "13",
        "--strategy",
        "stratified",
        "--strata",
        "class",
        "--seed",
        "1",
        "--out",
        str(sheet),
    )
    seen = set()

    def decide(row):  # the first cat and the first dog are wrong
        is_first = row["class_name"] not in seen
        seen.add(row["class_name"])
        return {"decision": "confirm", "issue": "bad_box"} if is_first else {"decision": "reject"}

    sheet.write_text(judged(sheet.read_text(), decide))
    code, _, err = run("record", str(sheet))
    status = json.loads(run("status", "--json")[1])

    query = "select n_judged, n_errors from estimated_label_errors where dimension = 'dataset' and issue = 'bad_box'"
    n_judged, n_errors = Lake(lake).sql(query).fetchall()[0]
    drawn = dict(
        Lake(lake).sql("select stratum, count(*) from audits where is_drawn group by all").fetchall()
    )
    assert code == 0
    assert "13 verdicts recorded" in err
    assert drawn == {"cat": 10, "dog": 3}
    assert n_judged == 13
    assert n_errors == pytest.approx(40 / 10 + 10 / 3)
    assert {row["issue"]: row["decision"] for row in status}["any"] == "continue"
    assert "errors are left (95 % interval" in {row["issue"]: row["sentence"] for row in status}["any"]


def test_one_verdict_can_be_given_in_words_and_what_was_judged_is_not_drawn_again(run, lake):
    told = json.loads(run("draw", "--n", "50", "--json")[1])
    words = (
        "--audit-id",
        told["audit_id"],
        "--annotation-id",
        "7",
        "--decision",
        "confirm",
        "--issue",
        "wrong_class",
    )

    code, _, err = run("record", *words, "--reviewer", "rev", "--reason", "a dog")
    drawn = run("draw", "--n", "50")[1]

    assert code == 0
    assert "1 verdicts recorded" in err
    assert {"7"}.isdisjoint(row["annotation_id"] for row in csv.DictReader(io.StringIO(drawn)))
    told = (
        Lake(lake)
        .sql("select annotation_id, decision, issue, reviewer, reason from audit_verdicts")
        .fetchall()
    )
    assert told == [("7", "confirm", "wrong_class", "rev", "a dog")]
    assert Lake(lake).sql("select is_wrong, n_errors from label_verdicts").fetchall() == [(True, 1)]


def test_without_an_audit_the_status_says_how_many_to_draw(run):
    status = json.loads(run("status", "--json")[1])

    assert {row["decision"] for row in status} == {"not enough data"}
    assert "draw one of 299 or more" in status[0]["sentence"]


@pytest.mark.parametrize(
    ("words", "code", "complaint"),
    [
        (("draw",), 2, "draws at least one annotation or image"),
        (("draw", "--n", "5", "--strata", "class"), 2, "--strata goes with --strategy stratified"),
        (
            ("draw", "--n", "5", "--strategy", "stratified", "--strata", "mood"),
            2,
            "'mood' is nothing to draw by",
        ),
        (("draw", "--n", "5", "--dataset", "zoo"), 2, "which dataset? known are pets"),
        (("plan", "--acceptable", "0.1"), 2, "0 < acceptable < limiting < 1"),
        (
            ("record", "--audit-id", "audit-9", "--annotation-id", "7", "--decision", "reject"),
            3,
            "did not draw '7'",
        ),
        (("record", "nowhere.csv"), 3, "nowhere.csv"),
        (("record",), 2, "name the file"),
    ],
)
def test_what_means_nothing_is_refused_with_a_remedy(run, words, code, complaint):
    got, out, err = run(*words)

    assert (got, out) == (code, "")
    assert complaint in err
