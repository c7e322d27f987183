"""What was measured of each version, beside the one before."""

from __future__ import annotations

from datetime import datetime

from labelduck import journal


def manifest(version, *n_annotations):
    files = [
        {"table_name": "annotations", "path": f"{n}", "sha256": "", "n_rows": n, "n_bytes": 1}
        for n in n_annotations
    ]
    return {
        "dataset": "d",
        "version": version,
        "created_at": f"2026-01-0{version} 00:00:00",
        "files": [*files, {"table_name": "classes", "path": "c", "sha256": "", "n_rows": 9, "n_bytes": 1}],
    }


def judged(version, value, day, gate="gold_accuracy"):
    told = {"evaluation": f"{version}-{day}", "evaluated_at": datetime(2026, 2, day).isoformat()}  # noqa: DTZ001
    return told | {"dataset": "d", "version": version, "gate": gate, "value": value, "n": 10}


def test_each_version_has_its_size_and_what_gates_last_measured_on_it(scene, tmp_path):
    lake = scene(manifests=[manifest(1, 10), manifest(2, 10, 5), manifest(3, 12)])
    journal.append(
        tmp_path / "lake0",
        "gate_results",
        [
            judged(1, 0.5, 1),
            judged(1, 0.75, 2),
            judged(3, 0.875, 3),
            judged(3, None, 4),
            judged(3, None, 5, "drift"),
        ],
    )

    rows = lake.execute(
        "select metric, version, value, previous_version, previous_value, change from metrics_by_version"
    ).fetchall()

    assert rows == [
        ("gold_accuracy", 1, 0.75, None, None, None),
        ("gold_accuracy", 3, 0.875, 1, 0.75, 0.125),
        ("n_annotations", 1, 10.0, None, None, None),
        ("n_annotations", 2, 15.0, 1, 10.0, 5.0),
        ("n_annotations", 3, 12.0, 2, 15.0, -3.0),
    ]


def test_a_lower_bound_is_not_compared_with_a_measure(scene, tmp_path):
    lake = scene(manifests=[manifest(1, 10), manifest(2, 10), manifest(3, 10)])
    told = [
        judged(version, value, version, "missing_labels")
        for version, value in ((1, 0.005), (2, 0.04), (3, 0.03))
    ]
    highs = [None, 0.06, 0.05]
    journal.append(
        tmp_path / "lake0",
        "gate_results",
        [row | {"value_high": high} for row, high in zip(told, highs, strict=True)],
    )

    rows = lake.execute(
        "select version, previous_value, round(change, 9) from metrics_by_version where metric = 'missing_labels'"
    ).fetchall()

    assert rows == [(1, None, None), (2, 0.005, None), (3, 0.04, -0.01)]


def test_a_lake_whose_gates_never_ran_has_sizes_alone(scene):
    lake = scene(manifests=[manifest(1, 10)])

    assert lake.execute("select metric, value from metrics_by_version").fetchall() == [
        ("n_annotations", 10.0)
    ]
