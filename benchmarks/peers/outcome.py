"""Where every peer's program leaves what it found: `metrics.json` and `objects.parquet` in the folder OUT."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path


def write(
    out: Path,
    *,
    metrics: Sequence[float],
    table: pa.Table | Mapping[str, object],
    more: Mapping[str, object] | None = None,
) -> None:
    """Write the metrics and the table of predictions.

    Args:
        out: Folder to write in.
        metrics: The 12 numbers in the order of pycocotools' `summarize`.
        table: A row per prediction.
        more: A row per annotation, where the peer gives that too.
    """
    (out / "metrics.json").write_text(json.dumps([float(value) for value in metrics]))
    pq.write_table(table if isinstance(table, pa.Table) else pa.table(dict(table)), out / "objects.parquet")
    if more is not None:
        pq.write_table(pa.table(dict(more)), out / "annotations.parquet")
