"""One scene in every format gives equal tables."""

from __future__ import annotations

import pytest

import labelduck
from format_scenes import OUTLINED, SCENE, WRITERS, Picture, flat, ring
from labelduck.importers import reader
from labelduck.importers.base import ReadOptions

WITHOUT_EMPTY = ("table",)
"""Formats in which a picture without objects does not occur."""
UNSEEN_WHEN_EMPTY = ("open_images", "cvat", "supervisely")
"""Formats that cannot tell a picture in which there is nothing from one that nobody looked at."""


def imported(tmp_path, name, *, scene=SCENE, **kind):
    here = tmp_path / name
    here.mkdir()
    known_as, write = WRITERS[name]
    path = write(here, scene, **kind)
    sizes = here / "sizes.csv"
    lake = labelduck.open(tmp_path / f"lake {name}")
    read = ReadOptions(sizes=sizes if sizes.exists() else None)
    lake.import_annotations(path, format=known_as, dataset="d", read=read)
    return lake


def stem(image_id):
    return image_id.rpartition("/")[2].removesuffix(".jpg")


def objects(lake):
    query = """
        select file_name, class_name, box.x_min, box.y_min, box.x_max, box.y_max, annotations.area
        from annotations
        join images using (dataset, image_id)
    """
    return sorted((stem(image), name, *numbers) for image, name, *numbers in lake.sql(query).fetchall())


def expected(scene=SCENE):
    return sorted(
        (p.stem, name, *box, (box[2] - box[0]) * (box[3] - box[1])) for p in scene for name, box in p.objects
    )


def close(rows):
    return [
        (image, name, *(pytest.approx(number, abs=1e-6) for number in numbers))
        for image, name, *numbers in rows
    ]


@pytest.mark.parametrize("name", WRITERS)
def test_boxes_are_the_same_in_every_format(tmp_path, name):
    lake = imported(tmp_path, name)

    assert objects(lake) == close(expected())
    pictures = [p for p in SCENE if p.objects or name not in WITHOUT_EMPTY]
    found = lake.sql("select file_name, width, height, is_annotated from images").fetchall()
    assert sorted((stem(image), *sides, bool(seen)) for image, *sides, seen in found) == [
        (p.stem, p.width, p.height, bool(p.objects) or name not in UNSEEN_WHEN_EMPTY) for p in pictures
    ]
    assert lake.sql("select distinct class_name from classes order by 1").fetchall() == [("cat",), ("dog",)]
    assert lake.sql("select problem from import_problems where severity = 'error'").fetchall() == []


@pytest.mark.parametrize("name", OUTLINED)
def test_outlines_are_the_same_in_every_format_that_holds_them(tmp_path, name):
    lake = imported(tmp_path, name, outlined=True)

    assert objects(lake) == close(expected())
    rings = lake.sql(
        "select file_name, class_name, polygons, geometry from annotations join images using (dataset, image_id)"
    ).fetchall()
    told = sorted((stem(image), name, kind, polygons[0]) for image, name, polygons, kind in rings)
    wanted = sorted((p.stem, name, "polygon", flat(ring(box))) for p in SCENE for name, box in p.objects)
    assert [row[:3] for row in told] == [row[:3] for row in wanted]
    assert [row[3] for row in told] == [pytest.approx(row[3], abs=1e-6) for row in wanted]


@pytest.mark.parametrize("name", WRITERS)
def test_every_format_is_recognised(tmp_path, name):
    known_as, write = WRITERS[name]
    path = write(tmp_path, SCENE)

    found, _ = reader("auto", path)

    # A CSV of boxes with these names is what Roboflow writes for TensorFlow.
    assert found == {"table": "roboflow"}.get(name, known_as)


@pytest.mark.parametrize("name", WRITERS)
def test_every_annotation_has_an_id_of_its_own_and_a_place(tmp_path, name):
    twins = (Picture("one", 40, 30, (("cat", (1.0, 1.0, 9.0, 9.0)),) * 3),)

    lake = imported(tmp_path, name, scene=twins)

    ids = lake.sql(
        "select count(*), count(distinct annotation_id), count(source_file) from annotations"
    ).fetchall()
    assert ids == [(3, 3, 3)]
