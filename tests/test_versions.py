"""Versions by hand: named, listed, compared whatever ids do, restored."""

from __future__ import annotations

import json

import pytest

import labelduck
from labelduck import building, cli
from labelduck.errors import BadInputError, UsageError


def coco(path, *objects):
    """Objects are (id, image, class, x); images are named by their number."""
    names = sorted({name for _, _, name, _ in objects})
    annotations = [
        {"id": n, "image_id": image, "category_id": names.index(name) + 1, "bbox": [x, 0, 10, 10]}
        for n, image, name, x in objects
    ]
    images = [{"id": n, "file_name": f"{n}.jpg", "width": 200, "height": 200} for n in (1, 2)]
    classes = [{"id": n + 1, "name": name} for n, name in enumerate(names)]
    path.write_text(json.dumps({"images": images, "annotations": annotations, "categories": classes}))
    return path


FIRST = [(1, 1, "cat", 0), (2, 1, "dog", 50), (3, 1, "cat", 100), (4, 2, "cat", 0), (5, 2, "dog", 150)]


def lake_of(folder, *versions):
    lake = labelduck.open(folder / "lake")
    for objects in versions:
        lake.import_annotations(coco(folder / "a.json", *objects), dataset="d")
    return lake


def changes(found):
    return [
        (
            row["change"],
            row["annotation_id_before"],
            row["annotation_id"],
            row["class_before"],
            row["class_name"],
        )
        for row in found.rows.to_pylist()
    ]


@pytest.mark.parametrize("shift", [0, 100])
def test_what_changed_is_found_with_the_ids_of_before_and_with_all_ids_new(tmp_path, shift):
    second = [
        (1, 1, "cat", 2),  # moved a little
        (2, 1, "bus", 50),  # relabelled
        (4, 2, "cat", 0),  # the same; 3 is gone
        (5, 2, "dog", 150),
        (6, 2, "dog", 70),  # new
    ]
    lake = lake_of(tmp_path, FIRST, [(n + shift, *rest) for n, *rest in second])

    found = lake.diff_versions(1)

    moved, bus, added = (str(n + shift) for n in (1, 2, 6))
    assert set(changes(found)) == {
        ("moved", "1", moved, "cat", "cat"),
        ("relabelled", "2", bus, "dog", "bus"),
        ("removed", "3", None, "cat", None),
        ("added", None, added, None, "dog"),
    }


def test_ids_that_only_swap_change_nothing_and_a_far_move_of_one_id_is_a_move(tmp_path):
    swapped = [(2, 1, "cat", 0), (1, 1, "dog", 50), (3, 1, "cat", 180), (4, 2, "cat", 0), (5, 2, "dog", 150)]
    lake = lake_of(tmp_path, FIRST, swapped)

    assert changes(lake.diff_versions(1, 2)) == [("moved", "3", "3", "cat", "cat")]
    assert changes(lake.diff_versions(2, 2)) == []


def test_boxes_in_the_same_place_are_all_paired_when_their_class_changes(tmp_path):
    heap = [(n, 1, "cat", 0) for n in range(1, 6)]
    lake = lake_of(tmp_path, heap, [(n + 10, 1, "dog", 1) for n, *_ in heap])

    assert [change for change, *_ in changes(lake.diff_versions(1))] == ["relabelled"] * 5


def test_only_the_source_that_changed_differs_and_what_another_source_holds_is_left_as_it_is(tmp_path):
    lake = lake_of(tmp_path, FIRST)
    other = [(11, 1, "cat", 20), (12, 2, "dog", 40)]
    lake.import_annotations(coco(tmp_path / "b.json", *other), dataset="d")
    lake.import_annotations(coco(tmp_path / "b.json", *other[:1]), dataset="d")

    assert changes(lake.diff_versions(1, 2)) == [
        ("added", None, "11", None, "cat"),
        ("added", None, "12", None, "dog"),
    ]
    assert changes(lake.diff_versions(2, 3)) == [("removed", "12", None, "dog", None)]


def test_the_build_keeps_what_the_newest_version_changed(tmp_path):
    lake = lake_of(tmp_path, FIRST, FIRST[:-1])
    lake.create_version("v1.0")
    lake.build()

    assert lake.sql(
        "select from_version, version, class_name, n_removed from version_changes"
    ).fetchall() == [(1, 3, "dog", 1)]


def test_a_named_version_is_listed_compared_and_restored(tmp_path, capsys):
    lake = lake_of(tmp_path, FIRST)
    named = lake.create_version("v1.0", message="for the paper", author="ann")
    lake.import_annotations(coco(tmp_path / "a.json", *FIRST[:2]), dataset="d")

    restored = lake.restore_version("v1.0")

    assert (named.version, named.name, named.author) == (2, "v1.0", "ann")
    assert (restored.version, restored.parent, restored.name) == (4, 2, None)
    assert lake.sql("select count(*) from annotations").fetchall() == [(5,)]
    assert lake.sql(
        "select count(distinct list_sort(files)) from (select list(path) as files from version_files "
        "where version in (2, 4) group by version)"
    ).fetchall() == [(1,)]
    assert changes(lake.diff_versions("v1.0")) == []
    assert cli.main(["version", "list", "--lake", str(lake.path), "--json"]) == 0
    listed = json.loads(capsys.readouterr().out)
    assert [(row["version"], row["name"]) for row in listed] == [(1, None), (2, "v1.0"), (3, None), (4, None)]


def test_a_restored_version_is_due_to_be_compared_with_the_one_before_it(tmp_path):
    lake = lake_of(tmp_path, FIRST)
    lake.build()
    lake.import_annotations(coco(tmp_path / "a.json", *FIRST[:2]), dataset="d")
    lake.build()
    lake.restore_version(1)
    told = "select sum(n_added) from version_changes where version = 3"

    before = building.is_due(lake.folder), lake.sql(told).fetchall()
    building.catch_up(lake.folder)

    assert before == (True, [(None,)])
    assert not building.is_due(lake.folder)
    assert labelduck.open(lake.path).sql(told).fetchall() == [(3,)]


def test_the_command_names_compares_and_restores_wherever_its_options_stand(tmp_path, monkeypatch, capsys):
    lake = lake_of(tmp_path, FIRST, FIRST[:2])
    monkeypatch.setenv("LABELDUCK_LAKE", str(lake.path))

    assert cli.main(["version", "create", "--message", "for the paper", "v1.0"]) == 0
    assert cli.main(["version", "--lake", str(lake.path), "restore", "--author", "ann", "1"]) == 0
    capsys.readouterr()
    assert cli.main(["version", "diff", "--json", "--lake", str(lake.path), "v1.0"]) == 0

    none = {"removed": 0, "moved": 0, "relabelled to": 0, "relabelled from": 0}
    assert json.loads(capsys.readouterr().out) == [
        {"class_name": "cat", "added": 2, **none},
        {"class_name": "dog", "added": 1, **none},
    ]
    assert lake.sql(
        "select version, name, message, author = 'ann' from versions order by version"
    ).fetchall()[2:] == [(3, "v1.0", "for the paper", False), (4, None, "restores version 1", True)]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda lake: lake.create_version("v1"), "has a version 'v1'"),
        (lambda lake: lake.create_version("12"), "can be no version's name"),
        (lambda lake: lake.create_version(" "), "can be no version's name"),
        (lambda lake: lake.restore_version(9), "has no version '9'"),
        (lambda lake: lake.diff_versions("v2"), "has no version 'v2'"),
        (lambda lake: lake.create_version("x", dataset="y"), "no dataset 'y'; it holds d"),
    ],
)
def test_a_call_that_means_nothing_is_refused(tmp_path, call, message):
    lake = lake_of(tmp_path, FIRST)
    lake.create_version("v1")

    with pytest.raises(UsageError) as raised:
        call(lake)

    assert message in str(raised.value)


def test_a_version_whose_file_is_gone_cannot_be_restored(tmp_path):
    lake = lake_of(tmp_path, FIRST, FIRST[:2])
    (path,) = lake.sql(
        "select path from version_files where version = 1 and table_name = 'annotations'"
    ).fetchall()[0]
    (lake.path / path).unlink()

    with pytest.raises(BadInputError, match="is gone"):
        lake.restore_version(1)
    with pytest.raises(BadInputError, match="is gone"):
        lake.diff_versions(1)
