"""`labelduck views`: the catalogue in words, from the headers of the SQL files."""

from __future__ import annotations

from difflib import get_close_matches

from labelduck import catalog
from labelduck.cli import output
from labelduck.errors import UsageError


def run(name: str | None, *, as_json: bool) -> None:
    """Print all views with their questions, or one view with its columns and SQL.

    Raises:
        UsageError: No view has this name.
    """
    views = {view.name: view for view in catalog.views()}
    if name is None:
        if as_json:
            output.json_document(
                [
                    {"name": v.name, "layer": v.layer, "theme": v.theme, "question": v.question}
                    for v in views.values()
                ]
            )
        else:
            output.text(_list(list(views.values())))
        return
    if name not in views:
        close = get_close_matches(name, views, n=3)
        raise UsageError(
            f"no view {name!r}"
            + (f"; did you mean {', '.join(close)}?" if close else "; `labelduck views` lists them")
        )
    view = views[name]
    if as_json:
        output.json_document(
            {
                "name": view.name,
                "question": view.question,
                "grain": list(view.grain),
                "columns": view.columns,
                "sql": view.sql,
            }
        )
    else:
        output.text(_page(view))


def _list(views: list[catalog.View]) -> str:
    lines: list[str] = []
    heading = ""
    for view in sorted(views, key=lambda v: (v.layer != "answers", v.layer, v.theme or "", v.name)):
        place = f"{view.layer}/{view.theme}" if view.theme else view.layer
        if place != heading:
            heading = place
            lines += ["", heading]
        lines.append(f"  {view.name:36} {view.question}")
    return "\n".join(lines[1:])


def _page(view: catalog.View) -> str:
    width = max((len(column) for column in view.columns), default=0)
    columns = "\n".join(f"  {column:{width}}  {comment}" for column, comment in view.columns.items())
    after = f"\nafter: {view.after}" if view.after else ""
    return f"{view.name}\n{view.question}\n\none row per {', '.join(view.grain)}\n\n{columns}\n{after}\n{view.sql}"
