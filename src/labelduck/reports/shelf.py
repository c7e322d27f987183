"""Where reports lie: shipped with labelduck, in `labelduck.toml`, and as files in the lake's folder `reports`.

    LAKE/labelduck.toml      [reports.NAME]; `use = "quality_overview"` takes another report and changes what it says
    LAKE/reports/NAME.toml   a report
    LAKE/reports/NAME.md     a page: `# title`, `## section`, text, and ```sql blocks that answer
    LAKE/reports/NAME.sql    one query; its first comment is the title

A lake's own report hides a shipped one of its name.
"""

from __future__ import annotations

import re
import tomllib
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from labelduck import resources, settings
from labelduck.errors import BadInputError, UsageError
from labelduck.reports.definition import parse

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from labelduck.reports.definition import Report

FOLDER, SHIPPED = "reports", "report_definitions"
_FENCE = re.compile(r"^```(\w*)[ \t]*(.*?)\n(.*?)^```[ \t]*$", re.DOTALL | re.MULTILINE)
_PAIR = re.compile(r"(\w+)=(\"[^\"]*\"|\S+)")


def reports(lake: Path) -> dict[str, Report]:
    """Return every report that a lake knows, by name.

    Raises:
        BadInputError: A definition cannot be used.
    """
    found = {report.name: report for report in _files(resources.folder(SHIPPED))}
    found |= {report.name: report for report in _files(lake / FOLDER)}
    path = lake / settings.FILE_NAME
    for name, table in _section(path, "reports").items():
        found[name] = _changed(name, table, found, path)
    return dict(sorted(found.items()))


def report(lake: Path, name: str) -> Report:
    """Return one report.

    Raises:
        UsageError: There is none of this name.
        BadInputError: A definition cannot be used.
    """
    known = reports(lake)
    if name not in known:
        close = get_close_matches(name, known, n=2)
        hint = f"did you mean {' or '.join(close)}?" if close else f"known are {', '.join(known)}"
        raise UsageError(f"no report {name!r}; {hint}")
    return known[name]


def destinations(lake: Path) -> dict[str, dict[str, Any]]:
    """Return the tables [destinations.NAME] of a lake's settings, as they are written."""
    return _section(lake / settings.FILE_NAME, "destinations")


def _section(path: Path, name: str) -> dict[str, dict[str, Any]]:
    if not path.is_file():
        return {}
    tables = _toml(path).get(name, {})
    if not isinstance(tables, dict) or not all(isinstance(table, dict) for table in tables.values()):
        raise BadInputError(path, name, f"is no section of sections; write [{name}.NAME]")
    return tables


def _changed(name: str, table: Mapping[str, Any], known: Mapping[str, Report], path: Path) -> Report:
    place, document = f"reports.{name}", dict(table)
    used = document.pop("use", name if name in known else None)
    if used is not None and used not in known:
        raise BadInputError(path, f"{place}.use", f"no report {used!r}; known are {', '.join(known)}")
    return parse(name, document, path=path, place=place, base=known[used] if used else None)


def _files(folder: Path) -> Iterator[Report]:
    readers = {".toml": _toml, ".md": _markdown, ".sql": _sql}
    for path in sorted(folder.glob("*")) if folder.is_dir() else ():
        if path.suffix in readers and not path.name.startswith(".") and path.stem != "README":
            yield parse(path.stem, readers[path.suffix](path), path=path)


def _toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(_text(path))
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise BadInputError(path, "", f"is no valid TOML: {error}") from error


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise BadInputError(path, "", f"cannot be read: {error}") from error


def _sql(path: Path) -> dict[str, Any]:
    """Return the report of one query: the comment on top is its title, then its text."""
    lines = _text(path).splitlines()
    n_comments = next((i for i, line in enumerate(lines) if not line.startswith("--")), len(lines))
    comments = [line[2:].strip() for line in lines[:n_comments]]
    title = comments[0] if comments else path.stem.replace("_", " ")
    query = "\n".join(lines[n_comments:]).strip().removesuffix(";")
    return {
        "title": title,
        "sections": [{"title": title, "text": "\n".join(comments[1:]).strip(), "sql": query}],
    }


def _markdown(path: Path) -> dict[str, Any]:
    """Return the report of a page: front matter between +++ lines is TOML; a block of sql may name its chart."""
    page = _text(path).replace("\r\n", "\n")
    document: dict[str, Any] = {}
    if page.startswith("+++\n"):
        head, _, page = page.removeprefix("+++\n").partition("\n+++\n")
        try:
            document = tomllib.loads(head)
        except tomllib.TOMLDecodeError as error:
            raise BadInputError(path, "between +++", f"is no valid TOML: {error}") from error
    title, lead = path.stem.replace("_", " "), ""
    sections: list[dict[str, Any]] = []
    for heading, body in _parts(page):
        if heading.startswith("# "):
            title, lead = heading[2:].strip(), _FENCE.sub("", body).strip()
        sections += _blocks(
            heading.lstrip("# ").strip() or title, body, is_lead=not heading.startswith("## ")
        )
    return {"title": title, "text": lead, "sections": sections, **document}


def _parts(page: str) -> Iterator[tuple[str, str]]:
    body: list[str] = []
    heading, is_code = "", False
    for line in page.split("\n"):
        is_code ^= line.startswith("```")
        if not is_code and re.match(r"#{1,2} ", line):
            if heading or any(body):
                yield heading, "\n".join(body)
            heading, body = line, []
        else:
            body.append(line)
    yield heading, "\n".join(body)


def _blocks(title: str, body: str, *, is_lead: bool) -> Iterator[dict[str, Any]]:
    begin, first = 0, True
    for block in _FENCE.finditer(body):
        if block[1] != "sql":
            continue
        text = "" if is_lead and first else body[begin : block.start()].strip()
        begin, first = block.end(), False
        section: dict[str, Any] = {"title": title, "sql": block[3].strip().removesuffix(";"), "text": text}
        if options := {key: value.strip('"') for key, value in _PAIR.findall(block[2])}:
            section["chart"] = {("kind" if key == "chart" else key): value for key, value in options.items()}
        yield section
