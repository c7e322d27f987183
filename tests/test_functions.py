"""The Python functions in SQL."""

from __future__ import annotations

import subprocess
import sys
import textwrap

import duckdb
import numpy as np
import pytest

from labelduck import errors, functions, geometry

LEFT = {"size": [2, 4], "counts": geometry.rle_from_uncompressed([0, 4, 4], 2, 4)}
MIDDLE = {"size": [2, 4], "counts": geometry.rle_from_uncompressed([2, 4, 2], 2, 4)}
EMPTY = {"size": [2, 4], "counts": geometry.rle_from_uncompressed([8], 2, 4)}
OTHER_SIZE = {"size": [4, 2], "counts": LEFT["counts"]}
BROKEN = {"size": [2, 4], "counts": "0"}
MASK, POLYGONS, KEYPOINTS = functions.MASK, functions.POLYGONS, functions.KEYPOINTS


@pytest.fixture
def connection():
    with duckdb.connect() as connection:
        functions.register(connection)
        yield connection


def one(connection, call, *arguments):
    return connection.execute(f"select {call}", list(arguments)).fetchall()[0][0]


@pytest.mark.parametrize("name", list(functions.FUNCTIONS))
def test_the_example_of_every_function_runs(connection, name):
    value = one(connection, f"({functions.FUNCTIONS[name].example})")

    assert value is not None
    assert f"{name}(" in functions.FUNCTIONS[name].example


@pytest.mark.parametrize("name", list(functions.FUNCTIONS))
def test_null_in_gives_null_out(connection, name):
    parameters = functions.FUNCTIONS[name].parameters

    for missing in parameters:
        arguments = ", ".join(
            f"null::{kind}" if parameter == missing else _any_value(kind)
            for parameter, kind in parameters.items()
        )
        rows = connection.execute(f"select {name}({arguments}) from range(3)").fetchall()
        assert rows == [(None,)] * 3


def _any_value(kind):
    values = {
        MASK: "{size: [2, 2], counts: '022'}",
        f"{MASK}[]": "[{size: [2, 2], counts: '022'}]",
        POLYGONS: "[[0, 0, 2, 0, 2, 1]]",
        KEYPOINTS: "[{x: 1, y: 1, visibility: 1}]",
        "INTEGER": "2",
        "DOUBLE": "2",
    }
    return f"{values[kind]}::{kind}"


def test_every_function_says_what_it_is_for():
    kinds = {name: (f.comment, f.returns) for name, f in functions.FUNCTIONS.items()}

    assert all(comment.endswith(".") and returns for comment, returns in kinds.values())


@pytest.mark.parametrize(
    ("a", "b", "iou"),
    [
        (LEFT, LEFT, 1.0),
        (LEFT, MIDDLE, 1 / 3),
        (LEFT, EMPTY, 0.0),
        (EMPTY, EMPTY, 0.0),
        (LEFT, OTHER_SIZE, None),
        (LEFT, None, None),
        (LEFT, {"size": None, "counts": "0"}, None),
        (LEFT, {"size": [2, None], "counts": "0"}, None),
        (LEFT, {"size": [2, 4], "counts": None}, None),
    ],
)
def test_masks_overlap(connection, a, b, iou):
    assert one(connection, f"mask_iou(?::{MASK}, ?::{MASK})", a, b) == iou


def test_a_broken_mask_stops_the_query_with_its_reason(connection):
    with pytest.raises(
        duckdb.InvalidInputException, match="counts cover 0 pixels, but size 2 x 4 has 8; mask_problem"
    ):
        one(connection, f"mask_area(?::{MASK})", BROKEN)
    with pytest.raises(duckdb.InvalidInputException, match="size must be"):
        one(connection, "mask_area({size: [4], counts: '0'})")


def test_broken_masks_can_be_found_and_left_out(connection):
    connection.execute(f"create table t (id integer, mask {MASK})")
    connection.executemany("insert into t values (?, ?)", [[1, LEFT], [2, BROKEN], [3, None], [4, EMPTY]])

    problems = connection.sql("select id, mask_problem(mask) from t order by id").fetchall()
    areas = connection.sql(
        "select id, case when mask_problem(mask) is null then mask_area(mask) end from t order by id"
    ).fetchall()

    assert problems == [(1, None), (2, "counts cover 0 pixels, but size 2 x 4 has 8"), (3, None), (4, None)]
    assert areas == [(1, 4), (2, None), (3, None), (4, 0)]


def test_the_box_of_a_mask(connection):
    assert one(connection, f"mask_to_box(?::{MASK})", MIDDLE) == {
        "x_min": 1,
        "y_min": 0,
        "x_max": 3,
        "y_max": 2,
    }
    assert one(connection, f"mask_to_box(?::{MASK})", EMPTY) is None


def test_the_masks_of_an_image_are_compared_at_once(connection):
    connection.execute(f"create table images (id integer, found {MASK}[], drawn {MASK}[])")
    rows = [
        [1, [LEFT, MIDDLE], [LEFT, EMPTY, MIDDLE]],
        [2, None, [LEFT]],
        [3, [], [LEFT]],
        [4, [LEFT], []],
        [5, [LEFT, None], [LEFT]],
        [6, [MIDDLE], [LEFT]],
    ]
    connection.executemany("insert into images values (?, ?, ?)", rows)

    matrices = connection.sql("select mask_iou_matrix(found, drawn) from images order by id").fetchall()

    third = 1 / 3
    expected = [[[1.0, 0.0, third], [third, 0.0, 1.0]], None, [], [[]], None, [[third]]]
    assert [row[0] for row in matrices] == expected


def test_masks_with_empty_runs_are_compared_by_their_pixels(connection):
    lazy = {"size": [2, 4], "counts": "120O4"}

    assert one(connection, f"mask_iou(?::{MASK}, ?::{MASK})", lazy, lazy) == 1.0
    assert one(connection, f"mask_iou_matrix([?::{MASK}], [?::{MASK}])", lazy, lazy) == [[1.0]]


def test_more_than_one_batch_of_rows_is_answered_row_by_row(connection):
    random = np.random.default_rng(3)
    images = random.random((2, 5000, 5, 7)) < random.random((2, 5000, 1, 1))
    masks = [[{"size": [5, 7], "counts": geometry.rle_from_mask(image)} for image in side] for side in images]
    connection.execute(f"create table t (i integer, a {MASK}, b {MASK})")
    values = [[i, None if i % 7 == 0 else a, b] for i, (a, b) in enumerate(zip(*masks, strict=True))]
    connection.executemany("insert into t values (?, ?, ?)", values)

    found = connection.sql(
        "select mask_iou(a, b), mask_area(b) from t where i % 11 > 0 order by i"
    ).fetchall()

    shared, united = (images[0] & images[1]).sum(axis=(1, 2)), (images[0] | images[1]).sum(axis=(1, 2))
    expected = [
        (None if i % 7 == 0 else shared[i] / united[i] if united[i] else 0.0, images[1, i].sum())
        for i in range(5000)
        if i % 11
    ]
    assert found == expected


def test_polygons_become_a_mask(connection):
    mask = one(connection, "polygons_to_mask([[0, 0, 2, 0, 2, 2, 0, 2]], 2, 4)")

    assert mask == LEFT
    with pytest.raises(duckdb.InvalidInputException, match="ring 0 must be"):
        one(connection, "polygons_to_mask([[0, 0, 2, 0]], 2, 4)")


def test_polygons_overlap(connection):
    rows = connection.sql("""
        select polygon_iou(a, b) from (values
            (1, [[0, 0, 2, 0, 2, 2, 0, 2]], [[1, 0, 3, 0, 3, 2, 1, 2]]),
            (2, null, [[1, 0, 3, 0, 3, 2, 1, 2]]),
            (3, [[0, 0, 2, null, 2, 2, 0, 2]], [[1, 0, 3, 0, 3, 2, 1, 2]]),
            (4, [[0, 0, 2, 0, 2, 2, 0, 2]], [[0, 0, 1, 0, 1, 2, 0, 2], [1, 0, 2, 0, 2, 2, 1, 2]])
        ) t(i, a, b) order by i
    """).fetchall()

    assert rows == [(pytest.approx(1 / 3),), (None,), (None,), (pytest.approx(1.0),)]


def test_rotated_boxes_are_polygons(connection):
    boxes = geometry.rotated_box_corners(0, 0, [1, 1], 1, [0, 45]).tolist()

    assert one(connection, "polygon_iou([?::double[]], [?::double[]])", *boxes) == pytest.approx(0.5**0.5)


def test_keypoints_are_compared(connection):
    rows = connection.sql("""
        select keypoint_oks(a, b, area) from (values
            (1, [{x: 0, y: 0, visibility: 1}, {x: 9, y: 9, visibility: 1}], [{x: 0, y: 0, visibility: 2}, {x: 0, y: 0, visibility: 0}], 4),
            (2, [{x: 0, y: 0, visibility: 1}], [{x: 0, y: 0, visibility: 0}], 4),
            (3, [{x: 0, y: 0, visibility: 1}], [{x: 1, y: 0, visibility: 1}], 4),
            (4, [{x: 0, y: 0, visibility: 1}], [{x: 1, y: 0, visibility: 1}, {x: 1, y: 0, visibility: 1}], 4),
            (5, [{x: 0, y: 0, visibility: 1}], [{x: 1, y: null, visibility: 1}], 4),
            (6, [], [], 4)
        ) t(i, a, b, area) order by i
    """).fetchall()

    assert [row[0] for row in rows] == [1.0, None, pytest.approx(np.exp(-1 / 32)), None, None, None]


def test_registering_twice_or_on_a_cursor_changes_nothing(connection):
    functions.register(connection)
    functions.register(connection.cursor())

    assert one(connection.cursor(), f"mask_area(?::{MASK})", LEFT) == 4


def test_a_macro_of_the_same_name_is_pointed_out(tmp_path):
    path = tmp_path / "catalog.duckdb"
    with duckdb.connect(path) as catalog:
        catalog.execute("create macro mask_iou(a, b) as 1")

    with (
        duckdb.connect(path, read_only=True) as catalog,
        pytest.raises(errors.UsageError, match="macro mask_iou, which hides the function"),
    ):
        functions.register(catalog)


def test_functions_work_on_a_read_only_catalogue(tmp_path):
    path = tmp_path / "catalog.duckdb"
    with duckdb.connect(path) as catalog:
        catalog.execute("create macro box_iou(a, b) as 0.5")

    with duckdb.connect(path, read_only=True) as catalog:
        functions.register(catalog)
        row = catalog.execute(f"select box_iou(1, 2), mask_area(?::{MASK})", [LEFT]).fetchall()[0]

    assert float(row[0]) == 0.5
    assert row[1] == 4


@pytest.mark.parametrize("ending", ["", "raise SystemExit(0)", "rows.close()", "connection.close()"])
def test_nothing_is_said_when_the_session_ends(ending):
    code = f"""
        import duckdb
        from labelduck import functions
        connection = duckdb.connect()
        functions.register(connection)
        rows = connection.cursor()
        rows.sql("select mask_area({{size: [2, 2], counts: '022'}})").fetchall()
        {ending}
    """

    result = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code)], capture_output=True, text=True, check=False
    )

    assert (result.returncode, result.stderr) == (0, "")


def test_registering_does_not_load_the_kernels():
    code = """
        import sys, duckdb
        from labelduck import functions
        with duckdb.connect() as connection:
            functions.register(connection)
        print(*sorted({"pyarrow", "pycocotools", "pandas", "labelduck.geometry"} & set(sys.modules)))
    """

    result = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code)], capture_output=True, text=True, check=True
    )

    assert result.stdout.strip() == ""
