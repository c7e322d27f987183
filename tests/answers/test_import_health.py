from __future__ import annotations

import datetime as dt


def version(number, import_id, **values):
    run = {"import_id": import_id, "format": "coco", "path": "a.json", "kind": "annotations", "n_problems": 0}
    run |= {"started_at": "2026-01-01T10:00:00", "finished_at": "2026-01-01T10:00:02.500"}
    run |= {"n_images": 2, "n_annotations": 7, "n_predictions": 0, "options": {"split": "train"}}
    manifest = {
        "dataset": "d",
        "version": number,
        "parent": number - 1 or None,
        "created_at": "2026-01-01T10:00:03",
    }
    manifest |= {"author": "ann", "message": "first", "taxonomy_hash": "t", "import": run | values}
    file = {
        "table_name": "images",
        "path": "tables/images/x.parquet",
        "sha256": "s",
        "n_rows": 2,
        "n_bytes": 9,
    }
    return manifest | {"files": [file | {"source": "a.json"}]}


def problem(severity, text):
    return {
        "import_id": "i1",
        "source_file": "a.json",
        "location": "annotations[3]",
        "severity": severity,
        "problem": text,
    }


def test_an_import_is_shown_with_what_it_left_out(scene):
    lake = scene(
        manifests=[version(1, "i1", n_problems=4), version(2, "i2")],
        import_problems=[
            problem("error", "no box"),
            problem("repaired", "id"),
            problem("error", "no box"),
            problem("warning", "x"),
        ],
    )

    rows = lake.execute(
        "select import_id, version, duration_s, n_errors, n_repaired, n_warnings, n_records, error_rate, commonest_problem "
        "from import_health"
    ).fetchall()

    assert rows == [
        ("i1", 1, 2.5, 2, 1, 1, 11, 2 / 11, "no box"),
        ("i2", 2, 2.5, 0, 0, 0, 9, 0.0, None),
    ]


def test_the_health_of_an_import_whose_problems_are_no_longer_kept_is_unknown(scene):
    lake = scene(manifests=[version(1, "i1", n_problems=4)])

    assert lake.execute("select n_errors, error_rate from import_health").fetchall() == [(None, None)]


def test_manifests_are_versions_files_and_imports(scene):
    lake = scene(manifests=[version(2, "i2"), version(1, "i1"), {**version(3, "-"), "import": {}}])

    versions = lake.execute(
        "select version, parent, n_files, n_rows, created_at from versions order by version"
    ).fetchall()
    files = lake.execute(
        "select version, table_name, n_bytes, source from version_files where version = 1"
    ).fetchall()
    imports = lake.execute("select version, options ->> 'split' from imports order by all").fetchall()

    at = dt.datetime.fromisoformat("2026-01-01T10:00:03")
    assert versions == [(1, None, 1, 2, at), (2, 1, 1, 2, at), (3, 2, 1, 2, at)]
    assert files == [(1, "images", 9, "a.json")]
    assert imports == [(1, "train"), (2, "train")]
