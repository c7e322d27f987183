"""The Python functions that a DuckDB connection may be given, for ad-hoc queries.

They live in the session: no view may name one, or it would not run in a stock DuckDB shell. What can be said in SQL
(`box_iou`, `wilson_low`, ...) is a macro of the catalogue, and faster.

    import duckdb
    from labelduck import functions

    connection = duckdb.connect()
    functions.register(connection)
    connection.sql("select mask_area({size: [2, 2], counts: '022'})")
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from inspect import Parameter, Signature
from typing import TYPE_CHECKING, Any

from labelduck.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable

    import duckdb

MASK = "STRUCT(size INTEGER[], counts VARCHAR)"
POLYGONS = "DOUBLE[][]"
KEYPOINTS = "STRUCT(x DOUBLE, y DOUBLE, visibility DOUBLE)[]"
BOX = "STRUCT(x_min DOUBLE, y_min DOUBLE, x_max DOUBLE, y_max DOUBLE)"


@dataclass(frozen=True, kw_only=True)
class Function:
    """One Python function as SQL sees it. Null in, null out.

    Attributes:
        parameters: SQL type by name, in order.
        returns: SQL type of the result.
        comment: What one gets.
        example: A query that runs as it stands.
        call: Name of the Arrow function in `labelduck.functions.calls`.
    """

    parameters: dict[str, str]
    returns: str
    comment: str
    example: str
    call: str


FUNCTIONS: dict[str, Function] = {
    "mask_iou": Function(
        parameters={"a": MASK, "b": MASK},
        returns="DOUBLE",
        comment="IoU of two masks, exact; null where their sizes differ, 0 where both are empty.",
        example="select mask_iou({size: [2, 2], counts: '022'}, {size: [2, 2], counts: '04'})",
        call="mask_iou",
    ),
    "mask_iou_matrix": Function(
        parameters={"predictions": f"{MASK}[]", "annotations": f"{MASK}[]"},
        returns="DOUBLE[][]",
        comment="IoU of every prediction's mask with every annotation's: one list per prediction. For all pairs of an image.",
        example="select mask_iou_matrix([{size: [2, 2], counts: '022'}], [{size: [2, 2], counts: '04'}])",
        call="mask_ious",
    ),
    "mask_area": Function(
        parameters={"mask": MASK},
        returns="BIGINT",
        comment="Foreground pixels of a mask.",
        example="select mask_area({size: [2, 2], counts: '022'})",
        call="mask_area",
    ),
    "mask_to_box": Function(
        parameters={"mask": MASK},
        returns=BOX,
        comment="Box around the foreground of a mask, at the outer edges of its pixels; null for an empty mask.",
        example="select mask_to_box({size: [2, 2], counts: '022'})",
        call="mask_to_box",
    ),
    "mask_problem": Function(
        parameters={"mask": MASK},
        returns="VARCHAR",
        comment="What is wrong with a mask, so that the other functions would refuse it; null for a sound one.",
        example="select mask_problem({size: [2, 2], counts: '02'})",
        call="mask_problem",
    ),
    "polygons_to_mask": Function(
        parameters={"polygons": POLYGONS, "height": "INTEGER", "width": "INTEGER"},
        returns=MASK,
        comment="Mask of the pixels that rings x1, y1, x2, y2, ... enclose together, as pycocotools draws them.",
        example="select polygons_to_mask([[0, 0, 2, 0, 2, 1, 0, 1]], 2, 2)",
        call="polygons_to_mask",
    ),
    "polygon_iou": Function(
        parameters={"a": POLYGONS, "b": POLYGONS},
        returns="DOUBLE",
        comment="IoU of two lists of rings, exact up to 512 edges, else within 0.001; for a rotated box write [rotated_box].",
        example="select polygon_iou([[0, 0, 2, 0, 2, 2, 0, 2]], [[1, 0, 3, 0, 3, 2, 1, 2]])",
        call="polygon_iou",
    ),
    "keypoint_oks": Function(
        parameters={"prediction": KEYPOINTS, "annotation": KEYPOINTS, "area": "DOUBLE"},
        returns="DOUBLE",
        comment=(
            "Object keypoint similarity, with COCO's sigmas for 17 keypoints and 1 / n for any other number n; area is the"
            " annotation's. Null where no keypoint of the annotation is visible or their numbers differ."
        ),
        example=("select keypoint_oks([{x: 1, y: 1, visibility: 1}], [{x: 1, y: 2, visibility: 2}], 4)"),
        call="keypoint_oks",
    ),
}
"""Function by the name that SQL uses."""


def register(connection: duckdb.DuckDBPyConnection) -> None:
    """Give a connection the Python functions; those that its database already has are left as they are.

    Raises:
        UsageError: The current catalogue has a macro of the same name, which would hide the function.
    """
    for name, function in FUNCTIONS.items():
        _create(connection, name, function)


def _create(connection: duckdb.DuckDBPyConnection, name: str, function: Function) -> None:
    import duckdb

    # Nulls are ours to handle: DuckDB's own rule forbids a null result for arguments that are not null.
    options: dict[str, Any] = {"type": "arrow", "null_handling": "special"}
    kinds: list[Any] = list(function.parameters.values())
    try:
        connection.create_function(name, _loaded_when_called(function), kinds, function.returns, **options)
    except (duckdb.CatalogException, duckdb.NotImplementedException) as error:
        # Another cursor of the same database, or an earlier call, has registered it.
        if "already" in str(error):
            return
        raise UsageError(
            f"the catalogue has a macro {name}, which hides the function: rename the macro"
        ) from error


def _loaded_when_called(function: Function) -> Callable[..., Any]:
    """Return the function with its kernels loaded by the first query that needs them, not by every connection."""

    def compute(*columns: Any) -> Any:  # noqa: ANN401 - Arrow has no type stubs
        import pyarrow as pa

        answer = getattr(import_module("labelduck.functions.calls"), function.call)(*columns)
        # A copy that is Arrow's own: DuckDB's threads may drop the answer while Python ends, and what is Python's could
        # then no longer be freed (pyarrow before 25 aborts the process).
        return pa.concat_arrays([answer, answer[:0]])

    # DuckDB counts the parameters and refuses *columns, so their names are spelt out.
    names = [Parameter(name, Parameter.POSITIONAL_ONLY) for name in function.parameters]
    vars(compute)["__signature__"] = Signature(names)
    return compute
