"""Stored tables: computed once by the build, equal to what the views say, all of it or nothing."""

from __future__ import annotations

import json
from types import SimpleNamespace

import pyarrow.parquet as pq
import pytest

import labelduck
from labelduck import derived, manifests, scores, settings


def coco(path, *boxes, images=1):
    annotations = [
        {
            "id": n,
            "image_id": 1 + n % images,
            "category_id": 1 + n % 2,
            "bbox": list(corners),
            "area": 1,
            "iscrowd": 0,
        }
        for n, corners in enumerate(boxes, 1)
    ]
    document = {
        "images": [{"id": n + 1, "file_name": f"{n}.jpg", "width": 100, "height": 80} for n in range(images)],
        "categories": [{"id": 1, "name": "cat"}, {"id": 2, "name": "dog"}],
    }
    path.write_text(json.dumps(document | {"annotations": annotations}))
    return path


def results(path, *boxes, score=0.9):
    path.write_text(
        json.dumps(
            [{"image_id": 1, "category_id": 1, "bbox": list(corners), "score": score} for corners in boxes]
        )
    )
    return path


@pytest.fixture
def lake(tmp_path):
    lake = labelduck.open(tmp_path / "lake")
    lake.import_annotations(coco(tmp_path / "pets.json", (0, 0, 20, 20), (0, 0, 20, 19), (50, 50, 20, 20)))
    lake.import_predictions(results(tmp_path / "a.json", (0, 0, 20, 20), (70, 10, 20, 20)), model="a")
    return lake


def stored(lake):
    return sorted(path.name for path in (lake.path / "tables" / "suspicions").glob("*.parquet"))


def test_the_stored_table_is_what_the_view_says(lake):
    lake.build()

    columns = "issue, annotation_id, prediction_id, round(suspicion, 9), suggested_class, suggested_box, evidence, n_agreeing"
    kept = lake.sql(f"select {columns} from suspicions order by all").fetchall()
    asked = lake.sql(f"select {columns} from scored_suspicions order by all").fetchall()

    assert {row[0] for row in kept} == {
        "missing_label",
        "wrong_class",
        "bad_box",
        "extra_label",
        "duplicate_label",
    }
    assert kept == asked


def test_suspicions_are_numbered_the_most_suspicious_first_and_know_their_label(lake):
    lake.build()

    order = lake.sql("select number, suspicion from suspicions").fetchall()
    unlike = lake.sql(
        "select count(*) from suspicions as told"
        " left join annotations as drawn using (dataset, annotation_id)"
        " left join predictions using (dataset, model, prediction_id)"
        " where (told.class_name, told.annotator, told.batch, told.confidence)"
        " is distinct from (drawn.class_name, drawn.annotator, drawn.batch, predictions.confidence)"
    ).fetchall()
    known = lake.sql("select count(class_name) > 0, count(confidence) > 0 from suspicions").fetchall()

    assert [number for number, _ in order] == list(range(1, len(order) + 1))
    assert [suspicion for _, suspicion in order] == sorted((s for _, s in order), reverse=True)
    assert unlike == [(0,)]
    assert known == [(True, True)]


def test_build_computes_suspicions_again_only_when_something_changed(lake, tmp_path, monkeypatch):
    lake.build()
    first = stored(lake)
    monkeypatch.setattr(scores, "write", lambda *_, **__: pytest.fail("nothing has changed"))
    lake.build()
    monkeypatch.undo()

    lake.import_predictions(results(tmp_path / "b.json", (70, 10, 20, 20)), model="b")
    waiting = lake.sql("select count(*) from suspicions").fetchall()
    lake.build()

    assert waiting == [(0,)]
    assert len(stored(lake)) == len(first) + 1
    assert lake.sql(
        "select n_models, n_agreeing from suspicions where issue = 'missing_label'"
    ).fetchall() == [(2, 2)]


def test_other_sql_makes_another_table(lake, monkeypatch):
    lake.build()
    manifest, options = manifests.heads(lake.path)[0], settings.load(lake.path)
    before = derived.stored_key(manifest, options)

    monkeypatch.setattr(scores, "fingerprint", lambda: "other formulas")

    assert derived.stored_key(manifest, options) != before


def test_metrics_alone_need_no_suspicions(lake):
    lake.build(only_matches=True)
    without = lake.sql("select count(*) from suspicions").fetchall()

    lake.build()

    assert without == [(0,)]
    assert lake.sql("select count(*) > 0 from suspicions").fetchall() == [(True,)]


def test_duplicates_are_found_without_any_model(tmp_path):
    lake = labelduck.open(tmp_path / "lake")
    lake.import_annotations(coco(tmp_path / "pets.json", (0, 0, 20, 20), (0, 0, 20, 19)))

    lake.build()

    assert lake.sql("select issue, annotation_id from suspicions order by all").fetchall() == [
        ("duplicate_label", "1"),
        ("duplicate_label", "2"),
    ]


def test_suspicions_that_no_version_needs_are_removed_after_a_day(lake, tmp_path, monkeypatch):
    lake.build()
    old = stored(lake)
    monkeypatch.setattr(derived, "KEPT_SECONDS", -1)

    lake.import_predictions(results(tmp_path / "a.json", (70, 10, 20, 20)), model="a")
    lake.build()

    assert len(stored(lake)) == len(old)
    assert stored(lake) != old


def test_a_failure_on_the_way_leaves_no_file_behind(lake, monkeypatch):
    real = scores.recipe
    monkeypatch.setattr(
        scores,
        "recipe",
        lambda table: [
            *real(table),
            type(
                "Broken", (), {"sql": "select boom", "uses": frozenset(), "layer": "scores", "name": "broken"}
            )(),
        ],
    )

    with pytest.raises(Exception, match="boom"):
        lake.build()

    assert stored(lake) == ["empty.parquet"]
    assert not list(lake.path.rglob("*.tmp"))
    assert not (lake.path / scores.SPILL_NAME).exists()
    assert lake.sql("select count(*) from suspicions").fetchall() == [(0,)]


def test_a_table_that_no_view_is_stored_as_is_refused():
    with pytest.raises(LookupError, match="Stored: guesses"):
        scores.recipe("guesses")


def test_no_threshold_of_the_session_enters_a_stored_table():
    uses = set().union(*(view.uses for view in scores.recipe("suspicions")))

    assert not {"min_iou", "min_confidence", "high_confidence", "min_annotations", "min_suspicion"} & uses


def test_a_lake_with_a_quote_in_its_name_is_built(tmp_path):
    lake = labelduck.open(tmp_path / "ann's lake")
    lake.import_annotations(coco(tmp_path / "pets.json", (0, 0, 20, 20), (0, 0, 20, 19)))

    lake.build()

    assert lake.sql("select count(*) from suspicions").fetchall() == [(2,)]


def step(name, sql, *uses):
    return SimpleNamespace(name=name, sql=sql, uses=frozenset(uses), layer="scores")


def test_the_rows_of_a_step_are_let_go_once_no_later_step_reads_them(tmp_path, monkeypatch):
    steps = [
        step("first", "select 1 as n"),
        step("second", "select n from first", "first"),
        step("third", "select n from second", "second"),
        step("last", "select table_name from duckdb_tables()", "third"),
    ]
    monkeypatch.setattr(scores, "recipe", lambda _: steps)

    scores.write("any", tmp_path / "left.parquet", lake=tmp_path, files={})

    assert pq.read_table(tmp_path / "left.parquet").to_pylist() == [{"table_name": "third"}]


def test_a_computation_that_does_not_fit_into_the_memory_it_is_given_goes_to_the_disk(tmp_path, monkeypatch):
    monkeypatch.setenv("LABELDUCK_MEMORY", "60MB")
    monkeypatch.setenv("LABELDUCK_THREADS", "1")
    numbers = "select n, md5(n::varchar) as text from range(3000000) as numbers(n)"
    last = "select n, current_setting('memory_limit') as memory from texts order by n limit 1"
    steps = [step("texts", numbers), step("last", last, "texts")]
    monkeypatch.setattr(scores, "recipe", lambda _: steps)

    scores.write("any", tmp_path / "first.parquet", lake=tmp_path, files={})

    assert pq.read_table(tmp_path / "first.parquet").to_pylist() == [{"n": 0, "memory": "57.2 MiB"}]
