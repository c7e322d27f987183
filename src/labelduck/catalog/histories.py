"""The views over a lake's append-only histories: whatever lines lie in them when they are asked.

`decisions` over `decisions/*.jsonl`, `gate_results` over `runs/gates*.jsonl`, `report_runs` over `runs/reports*.jsonl`.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from labelduck.schema.histories import History


def select(history: History) -> str:
    """Return the query of the view.

    `read_json` fails where there is no file yet and where a killed writer left half a line; `read_text` gives no rows
    for the one, and lines can be looked at one by one for the other.
    """
    kinds = json.dumps({name: _kind(kind) for name, (kind, _) in history.columns.items()})
    return (
        f"select unnest(from_json(line, '{kinds}')) from "  # noqa: S608 - our names
        f"(select unnest(string_split(content, chr(10))) as line from read_text('{history.files}')) "
        "where json_valid(line) and json_type(line) = 'OBJECT'"
    )


def _kind(sql_type: str) -> Any:  # noqa: ANN401 - a name, a list of one kind, or kinds by field
    if sql_type.endswith("[]"):
        return [_kind(sql_type.removesuffix("[]"))]
    if not sql_type.startswith("struct("):
        return sql_type.upper()
    fields = (field.split() for field in sql_type.removeprefix("struct(").removesuffix(")").split(","))
    return {name: kind.upper() for name, kind in fields}
