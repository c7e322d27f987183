"""The view `decisions` over a lake's audit trail: whatever lines lie in `decisions/` when it is asked."""

from __future__ import annotations

import json

from labelduck.schema.decided import DECISIONS

TRAIL = "decisions/*.jsonl"
"""Where a lake's decisions lie."""

SENTENCE = (
    "One row per decision of a reviewer on a suspect; the audit trail, in which nothing is ever edited."
)


def select() -> str:
    """Return the query of the view.

    `read_json` fails where there is no file yet and where a killed writer left half a line; `read_text` gives no rows
    for the one, and lines can be looked at one by one for the other.
    """
    kinds = json.dumps({name: _kind(kind) for name, (kind, _) in DECISIONS.items()})
    return (
        f"select unnest(from_json(line, '{kinds}')) from "  # noqa: S608 - our names
        f"(select unnest(string_split(content, chr(10))) as line from read_text('{TRAIL}')) "
        "where json_valid(line) and json_type(line) = 'OBJECT'"
    )


def _kind(sql_type: str) -> str | dict[str, str]:
    if not sql_type.startswith("struct("):
        return sql_type.upper()
    fields = (field.split() for field in sql_type.removeprefix("struct(").removesuffix(")").split(","))
    return {name: kind.upper() for name, kind in fields}
