"""The Arrow schema of every table in a lake.

A field's metadata carries its comment, which becomes the column's COMMENT in the catalogue; a schema's metadata carries
the table's. Geometry is one convention everywhere: absolute pixels, 0-based, boxes as corners. Ids are text, times are
UTC without a zone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from labelduck.schema import derived, drift, imported, recorded

if TYPE_CHECKING:
    import pyarrow as pa

TABLES: dict[str, pa.Schema] = imported.TABLES | derived.TABLES | drift.TABLES | recorded.TABLES
"""Schema by table name."""

IMPORTED = tuple(imported.TABLES)
"""Tables that importers fill, in reading order."""

DERIVED = (*derived.TABLES, *drift.TABLES)
"""Tables that `labelduck build` makes."""

RECORDED = tuple(recorded.TABLES)
"""Tables that people's verdicts are added to, file by file."""
