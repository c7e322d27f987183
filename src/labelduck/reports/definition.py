"""What a report is: a title, sections, parameters, and when and where it goes; read from TOML with every word checked.

title = "Whose labels need a look?"
parameters = {dataset = "hardhat"}          # defaults; --param changes them
formats = ["html", "markdown"]
schedule = "0 6 * * MON"                    # cron; `labelduck report due` runs it
zone = "Europe/Berlin"
to = ["team"]                               # names of [destinations.NAME] in labelduck.toml

[[sections]]
title = "Error rate by annotator"
view = "error_rate_by_annotator"            # or sql = "select ... where dataset = $dataset"
text = "Judged by reviews and gold."
columns = ["annotator", "n_annotations", "error_rate"]
chart = {kind = "interval_bars", label = "annotator", value = "error_rate", n = "n_annotations"}
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, fields, replace
from typing import TYPE_CHECKING, Any, Literal, NoReturn, get_args

from labelduck.errors import BadInputError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

Format = Literal[
    "html", "static_html", "pdf", "xlsx", "csv", "spreadsheet_csv", "parquet", "json", "markdown", "junit"
]
FORMATS: tuple[Format, ...] = get_args(Format)
PARAMETERS = ("dataset", "version", "model", "class_name", "batch", "annotator", "from", "to", "since")
"""Parameters that views are filtered by where they have the column; a report may name more, for its own SQL."""

ROWS_READ = 100_000
"""Rows of a section that are read unless it says otherwise; what is left out is told in every format."""

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,79}")


@dataclass(frozen=True, kw_only=True)
class Section:
    """One answer of a report.

    Attributes:
        title: Heading.
        view: View of the catalogue that answers; else `sql` does.
        sql: A query; `$dataset` and the like are parameters.
        where: Condition on the view's rows, in SQL.
        order: Order of the rows where the view's own does not fit, in SQL.
        text: What a reader should know, as paragraphs.
        columns: Columns that people are shown; data formats hold all.
        time: Column that the parameters `from` and `to` filter.
        limit: Rows that are read.
        rows_shown: Rows that people are shown; 0 for the chart alone.
        chart: `kind`, a function of `labelduck.charts`, and its arguments; `per` names a column that gets a chart each.
    """

    title: str
    view: str = ""
    sql: str = ""
    where: str = ""
    order: str = ""
    text: str = ""
    columns: tuple[str, ...] = ()
    time: str = ""
    limit: int = ROWS_READ
    rows_shown: int = 20
    chart: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Report:
    """One report.

    Attributes:
        name: How it is called.
        title: What it is about.
        text: What a reader should know first.
        sections: Its answers.
        parameters: Values by name; empty for all.
        formats: What is written.
        schedule: Cron expression of five fields; empty for on demand only.
        zone: Time zone of the schedule, as `Europe/Berlin`.
        catch_up: After an outage: `latest` runs the last slot alone, `all` every one that was missed.
        to: Destinations that it is delivered to.
        alert: Query; a scheduled run is delivered only when it returns rows.
        attempts: How often a slot is tried before it is given up.
        late_after_minutes: When `report status` calls a slot late.
        source: File that it was read from.
    """

    name: str
    title: str
    text: str = ""
    sections: tuple[Section, ...] = ()
    parameters: Mapping[str, str] = field(default_factory=dict)
    formats: tuple[Format, ...] = ("html",)
    schedule: str = ""
    zone: str = "UTC"
    catch_up: Literal["latest", "all"] = "latest"
    to: tuple[str, ...] = ()
    alert: str = ""
    attempts: int = 5
    late_after_minutes: int = 60
    source: str = ""


def parse(
    name: str, document: Mapping[str, Any], *, path: Path, place: str = "", base: Report | None = None
) -> Report:
    """Return the report that a TOML table describes.

    Args:
        name: How it is called.
        document: The table.
        path: File that it stands in.
        place: Where in the file, for errors: `reports.weekly`.
        base: Report that it changes: what the table does not say is taken from there.

    Raises:
        BadInputError: A key is unknown, lacks or means nothing.
    """
    reader = _Reader(path, place)
    if not _NAME.fullmatch(name):
        reader.refuse("", f"{name[:40]!r} is no name for a report; use letters, digits, - and _")
    given = reader.table(document, Report, leave_out=("name", "source"))
    if "sections" in document:
        given["sections"] = tuple(
            _section(reader, entry, f"sections[{i}]") for i, entry in enumerate(document["sections"])
        )
    if "parameters" in given:
        given["parameters"] = {**(base.parameters if base else {}), **_texts(reader, given["parameters"])}
    for word in given.get("formats", ()):
        if word not in FORMATS:
            reader.refuse("formats", f"{word!r} is unknown; known are {', '.join(FORMATS)}")
    if given.get("catch_up", "latest") not in {"latest", "all"}:
        reader.refuse("catch_up", f"{given['catch_up']!r} is neither latest nor all")
    given |= {"name": name, "source": str(path)}
    if base is not None:
        return replace(base, **given)
    if "title" not in given:
        reader.refuse("title", "lacks; say what the report is about")
    if not given.get("sections"):
        reader.refuse("sections", "lack; a report has at least one [[sections]] with a view or sql")
    return Report(**given)


def _section(reader: _Reader, entry: object, place: str) -> Section:
    if not isinstance(entry, dict):
        reader.refuse(place, "is no table; write [[sections]]")
    given = reader.table(entry, Section, at=place)
    if bool(given.get("view")) == bool(given.get("sql")):
        reader.refuse(place, "needs a view or sql, and not both")
    if given.get("sql") and given.keys() & {"where", "order"}:
        reader.refuse(place, "where and order go with a view; the sql says them itself")
    if given.get("chart") and not isinstance(given["chart"].get("kind"), str):
        reader.refuse(f"{place}.chart", "needs its kind")
    given.setdefault("title", given.get("view", "").replace("_", " ").capitalize() or "Answer")
    return Section(**given)


def _texts(reader: _Reader, values: Mapping[str, Any]) -> dict[str, str]:
    for name in values:
        if not name.isidentifier():
            reader.refuse(f"parameters.{name}", "is no name of a parameter; use letters, digits and _")
    return {name: "" if value is None else str(value) for name, value in values.items()}


@dataclass(frozen=True)
class _Reader:
    """Reads tables of TOML as fields of a dataclass, and refuses what is no such field."""

    path: Path
    place: str

    def refuse(self, where: str, problem: str) -> NoReturn:
        raise BadInputError(self.path, ".".join(filter(None, (self.place, where))), problem)

    def table(
        self, document: Mapping[str, Any], kind: type, *, at: str = "", leave_out: tuple[str, ...] = ()
    ) -> dict[str, Any]:
        known = {f.name: str(f.type) for f in fields(kind) if f.name not in leave_out}
        given: dict[str, Any] = {}
        for key, value in document.items():
            where = f"{at}.{key}" if at else key
            if key not in known:
                self.refuse(where, f"is unknown; known are {', '.join(known)}")
            given[key] = self._value(where, value, known[key])
        given.pop("sections", None)
        return given

    def _value(self, where: str, value: Any, kind: str) -> Any:  # noqa: ANN401 - whatever TOML holds
        if kind.startswith("tuple"):
            if not isinstance(value, list):
                self.refuse(where, "is no list; write [...]")
            if "Section" not in kind and not all(isinstance(item, str) for item in value):
                self.refuse(where, "is no list of texts")
            return tuple(value)
        if kind.startswith("Mapping"):
            if not isinstance(value, dict):
                self.refuse(where, "is no table; write {name = value}")
            return value
        wanted: type = int if kind == "int" else str
        if type(value) is not wanted:
            self.refuse(where, f"{str(value)[:40]!r} is no {'whole number' if wanted is int else 'text'}")
        return value
