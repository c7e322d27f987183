from __future__ import annotations

import json

import pytest

from catalog_lake import open_lake
from gate_scenes import FAULTS, write_gate_lake
from labelduck.gate_settings import GATES

WAIVERS = [
    {
        "gate": "split_leaks",
        "dataset": "split_leaks",
        "owner": "ann",
        "reason": "known",
        "until": "2026-06-30",
    },
    {"gate": "checklist", "dataset": "checklist", "owner": "ann", "reason": "known", "until": "2026-06-29"},
    {
        "gate": "duplicate_images",
        "dataset": "clean",
        "owner": "ann",
        "reason": "known",
        "until": "2026-06-30",
    },
]


@pytest.fixture(scope="module")
def lake(tmp_path_factory):
    folder = write_gate_lake(tmp_path_factory.mktemp("gates"), {"waiver_rules": json.dumps(WAIVERS)})
    with open_lake(folder, gate_day="2026-06-30") as connection:
        yield connection


@pytest.fixture(scope="module")
def results(lake):
    rows = lake.execute(
        "select dataset, gate, status, n_violations, sentence, value from release_gate"
    ).fetchall()
    return {(dataset, gate): rest for dataset, gate, *rest in rows}


def with_status(results, dataset, *statuses):
    return {gate for (name, gate), (status, *_) in results.items() if name == dataset and status in statuses}


def test_a_clean_version_passes_every_gate(results):
    told = {gate: row for (name, gate), row in results.items() if name == "clean"}

    assert {gate: row[0] for gate, row in told.items() if row[0] != "pass"} == {}
    assert told.keys() == set(GATES) - {"coverage"}


@pytest.mark.parametrize("fault", FAULTS)
def test_each_fault_fails_its_own_gate_and_no_other(results, fault):
    kin = FAULTS[fault][1]

    failed = with_status(results, fault, "fail", "waived")
    status, n_violations, *_ = results[fault, fault]

    assert fault in failed or status == "waived"
    assert failed - kin == {fault}
    assert n_violations > 0


@pytest.mark.parametrize("gate", GATES)
def test_as_many_violations_are_told_as_their_view_has_rows(lake, results, gate):
    told = {name: row[1] for (name, of), row in results.items() if of == gate}

    rows = lake.execute(f"select dataset, count(*) from {gate}_violations group by all").fetchall()

    assert told == dict.fromkeys(told, 0) | dict(rows)


def test_a_tiny_version_is_not_judged_for_what_only_more_data_can_tell(results):
    statuses = {gate: row[0] for (name, gate), row in results.items() if name == "tiny"}

    assert "fail" not in statuses.values()
    assert {gate for gate, status in statuses.items() if status == "pass"} == {
        "format_validity",
        "import_errors",
        "duplicate_images",
        "broken_tracks",
    }
    assert statuses["minimum_size"] == "not_enough_data"


def test_a_waiver_holds_to_its_last_day_and_never_hides_what_passes(lake, results):
    waived = lake.execute(
        "select dataset, gate, waived_by, waiver_reason, waived_until::varchar from release_gate where status = 'waived'"
    ).fetchall()

    assert waived == [("split_leaks", "split_leaks", "ann", "known", "2026-06-30")]
    assert results["checklist", "checklist"][0] == "fail"
    assert lake.execute("select gate, until::varchar from waivers where number = 1").fetchall() == [
        ("split_leaks", "2026-06-30")
    ]


def test_the_sentence_says_what_was_found_and_what_is_asked(results):
    assert results["clean", "label_errors"][2].startswith("0.0 % wrong labels, by audit a (95 %: 0.0 % to ")
    assert results["class_counts", "class_counts"][2] == (
        "0 annotations of ghost, the smallest class, n = 3; at least 10 asked"
    )
    assert results["tiny", "minimum_size"][2] == (
        "5 images, n = 5; at least 20 asked; for more data: import more images"
    )


@pytest.mark.parametrize(
    ("view", "dataset", "violation"),
    [
        ("class_agreement_violations", "class_agreement", "cat or dog: 60 times"),
        ("gold_accuracy_violations", "gold_accuracy", "cat: 66.7 % of 120 right"),
        ("gold_pass_rate_violations", "gold_pass_rate", "bob: 83.3 % of 120 right"),
        ("missing_labels_violations", "missing_labels", "image 00: 4 missing"),
        ("label_errors_violations", "label_errors", "annotation ann/00/0 (cat) on image 00: bad_box"),
        ("audit_done_violations", "audit_done", "a: annotation ann/00/0 is not judged"),
        ("class_counts_violations", "class_counts", "ghost: 0 of 10"),
        (
            "class_balance_violations",
            "class_balance",
            "rare: 12 annotations, the largest class has 20 times as many",
        ),
        ("coverage_violations", "coverage", "cat with split test: 0 of 1"),
        ("format_validity_violations", "format_validity", "negative_length annotation odd image 00 dog"),
        ("import_errors_violations", "import_errors", "line 3: no box"),
        ("checklist_violations", "checklist", "skip_rule Does it say when to skip a picture? 0 of 1 rules"),
        ("duplicate_images_violations", "duplicate_images", "01 is 00 again"),
        ("split_leaks_violations", "split_leaks", "03 (val) and 00 (train): near"),
        ("broken_tracks_violations", "broken_tracks", "track 1 of v, frame 2: cat becomes dog"),
        ("minimum_size_violations", "tiny", "5 of 20 images"),
    ],
)
def test_a_violation_is_told_in_words(lake, view, dataset, violation):
    told = lake.execute(f"select min(violation) from {view} where dataset = ?", [dataset]).fetchall()

    assert told == [(violation,)]


def test_object_agreement_violations_name_the_classes(lake):
    told = lake.execute(
        "select class_name, n from object_agreement_violations where dataset = 'object_agreement' order by 1"
    ).fetchall()

    assert [name for name, _ in told] == ["cat"]


def test_drift_is_told_of_whole_batches_and_of_the_boxes_of_each_class(lake, results):
    told = lake.execute(
        "select measure, class_name, round(value, 1), n_images, violation from drift_violations "
        "where dataset = 'drift' and annotator = 'bob' and batch = 'b2' order by measure, class_name"
    ).fetchall()
    in_all = lake.execute("select count(*) from drift_violations where dataset = 'drift'").fetchall()

    assert [row[:4] for row in told] == [
        ("box_aspect", None, 1.0, 20),
        ("box_height", "cat", 0.4, 20),
        ("box_height", "dog", 0.4, 20),
        ("box_size", None, 1.0, 20),
    ]
    assert told[1][4].startswith("bob in b2: cat: boxes are 36 % taller than usual beside gold; ")
    assert told[3][4].startswith("bob in b2: larger boxes than others, distance 1.0 ")
    assert in_all == [(results["drift", "drift"][3],)] == [(results["drift", "drift"][1],)]


def test_measures_and_counts_of_violations_are_views_of_their_own(lake):
    """The named steps: people_, label_, content_, picture_ and drift_measures, violation_counts."""
    for view in (
        "people_measures",
        "label_measures",
        "content_measures",
        "picture_measures",
        "drift_measures",
    ):
        gates = lake.execute(f"select gate from {view} where dataset = 'clean'").fetchall()
        assert {gate for (gate,) in gates} < set(GATES)
    counted = lake.execute(
        "select n_violations from violation_counts where dataset = 'class_counts'"
    ).fetchall()
    assert (1,) in counted


def test_the_facts_behind_the_gates(lake):
    ask = lambda query: lake.execute(query).fetchall()  # noqa: E731 - shorter

    assert ask("select n_images, n_annotations from dataset_sizes where dataset = 'clean'") == [(43, 483)]
    assert ask("select distinct version from release_gate where dataset = 'clean'") == [(7,)]
    assert ask("select class_name, n from class_sizes where dataset = 'class_counts' order by 1") == [
        ("cat", 243),
        ("dog", 240),
        ("ghost", 0),
    ]
    assert ask(
        "select annotator, n, is_passed from gold_tests where dataset = 'gold_pass_rate' order by 1"
    ) == [
        ("ann", 120, True),
        ("bob", 120, False),
    ]
    assert ask("select gate, value, n from gold_shares where dataset = 'clean' order by 1") == [
        ("gold_accuracy", 1.0, 240),
        ("missing_labels", 0.0, 240),
    ]
    assert ask("select n_drawn, n_judged from newest_audits where dataset = 'audit_done'") == [(523, 522)]


def test_the_checklist_has_fourteen_points_of_tables_and_four_attested(lake):
    points = lake.execute(
        "select source, count(*) from checklist where dataset = 'clean' group by 1 order by 1"
    )
    assert points.fetchall() == [("attested", 4), ("table", 14)]
    said = lake.execute(
        "select sentence from checklist where dataset = 'clean' and item = 'owner_named'"
    ).fetchall()
    assert said == [("Ann attests it on 2026-01-01",)]
    assert lake.execute("select count(*) from attestations").fetchall() == [(4,)]
    assert lake.execute(
        "select item, n_done, n_asked from checklist_classes where dataset = 'class_balance' order by 1"
    ).fetchall() == [
        ("agreement_tracked", 2, 3),
        ("classes_defined", 3, 3),
        ("classes_frozen", 3, 3),
        ("gold_exists", 2, 3),
    ]
    assert lake.execute(
        "select n_done, n_asked from checklist_work where dataset = 'clean' and item = 'gold_in_workflow'"
    ).fetchall() == [(2, 2)]
