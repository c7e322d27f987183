"""`detected`: annotations and predictions -> a lake in which they are matched, as the build does it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pytest

from labelduck import schema
from labelduck.matching import match

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import duckdb

    from catalog_lake import Row

CLASSES = ("cat", "dog")


@pytest.fixture
def detected(scene: Callable[..., duckdb.DuckDBPyConnection]) -> Callable[..., duckdb.DuckDBPyConnection]:
    """Return a function: detected(annotations, predictions, classes=(...), **other tables) -> connection."""

    def make(
        annotations: Sequence[Row],
        predictions: Sequence[Row],
        *,
        classes: Sequence[str] = CLASSES,
        **others: Any,
    ) -> duckdb.DuckDBPyConnection:
        ids = sorted({row["image_id"] for row in (*annotations, *predictions)})
        tables: dict[str, list[Row]] = {
            "images": others.pop("images", [{"image_id": n, "file_name": f"{n}.jpg"} for n in ids]),
            "classes": [{"class_name": name, "class_index": n} for n, name in enumerate(classes)],
            "annotations": list(annotations),
            "predictions": list(predictions),
        }
        derived: dict[str, list[Row]] = {"pairs": [], "matches": [], "average_precision": []}
        for model in sorted({row["model"] for row in predictions}):
            for table, rows in match(*_of_model(tables, model), model=model):
                derived[table] += rows.to_pylist()
        return scene(**(tables | derived | others))

    return make


def _of_model(tables: dict[str, list[Row]], model: str) -> list[pa.Table]:
    return [
        pa.Table.from_pylist(
            [row for row in rows if row.get("model", model) == model],
            schema=schema.TABLES[table].remove_metadata(),
        )
        for table, rows in tables.items()
    ]
