"""`labelduck formats`: what can be read and written, in the words of the modules that do it."""

from __future__ import annotations

import inspect
from difflib import get_close_matches
from importlib import import_module

from labelduck import exporters, importers
from labelduck.cli import output
from labelduck.errors import UsageError

_WAYS = ("import", "predictions", "export")


def run(name: str | None, *, as_json: bool) -> None:
    """Print all formats with what they are, or one with what is read, and how.

    Raises:
        UsageError: No format has this name.
    """
    ways = _ways()
    if name is None:
        told = [{"name": n, "ways": list(w), "what": _first_line(n)} for n, w in ways.items()]
        if as_json:
            output.json_document(told)
        else:
            output.text(_list(ways))
        return
    if name not in ways:
        close = get_close_matches(name, ways, n=3)
        remedy = f"did you mean {', '.join(close)}?" if close else "`labelduck formats` lists them"
        raise UsageError(f"no format {name!r}; {remedy}")
    if as_json:
        output.json_document({"name": name, "ways": list(ways[name]), "what": _words(name)})
    else:
        output.text("\n".join([f"{name}: {', '.join(ways[name])}", "", _words(name)]))


def _ways() -> dict[str, tuple[str, ...]]:
    """Return what each format can be used for: files first, then tables by column name."""
    readable = [known for known in importers.FORMATS if known != "records"]
    names = dict.fromkeys(
        (*readable, *importers.PREDICTION_FORMATS, "records", *importers.RECORDS, *exporters.FORMATS)
    )
    reads = {*importers.FORMATS, *importers.RECORDS}
    predicts = {*importers.PREDICTION_FORMATS, *importers.PREDICTED_RECORDS}
    sets = (reads, predicts, set(exporters.FORMATS))
    return {name: tuple(way for way, has in zip(_WAYS, sets, strict=True) if name in has) for name in names}


def _list(ways: dict[str, tuple[str, ...]]) -> str:
    lines = [f"  {name:18} {', '.join(can):28} {_first_line(name)}" for name, can in ways.items()]
    return "\n".join([*lines, "", "`labelduck formats NAME` tells what is read, and how"])


def _first_line(name: str) -> str:
    return _words(name).split("\n", 1)[0]


def _words(name: str) -> str:
    if name in importers.RECORDS:
        return _columns(name)
    known = {*importers.FORMATS, *importers.PREDICTION_FORMATS}
    module = f"labelduck.importers.{name}" if name in known else exporters.writer(name).__name__  # type: ignore[attr-defined]
    return inspect.cleandoc(import_module(module).__doc__ or "")


def _columns(name: str) -> str:
    """Return which columns a table by column name needs, and what each may be called."""
    from labelduck.importers.records.tables import TABLES, USUAL
    from labelduck.schema import TABLES as SCHEMAS

    record = TABLES[name]
    groups = [" or ".join(group) for group in record.needs]
    needs = " and ".join(f"({group})" if " or " in group and len(groups) > 1 else group for group in groups)
    names = dict(USUAL) | dict(record.names)
    lines = [
        f"Rows of `{record.table}` by column name; needs {needs}.",
        "",
    ]
    for field in SCHEMAS[record.table]:
        if field.name != "dataset":
            comment = (field.metadata or {}).get(b"comment", b"").decode()
            lines.append(f"  {field.name:16} {comment}")
            if field.name in names:
                lines.append(f"  {'':16} also {', '.join(names[field.name])}")
    return "\n".join(lines)
