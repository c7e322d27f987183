"""CVAT files for tests, and what is read of them."""

from __future__ import annotations

import json
from collections import defaultdict
from typing import TYPE_CHECKING, Any
from zipfile import ZipFile

from labelduck.importers import cvat
from labelduck.importers.base import ReadOptions

if TYPE_CHECKING:
    from pathlib import Path

Tables = dict[str, list[dict[str, Any]]]

TASK = (
    "<task><id>5</id><name>night</name><size>4</size><mode>annotation</mode><start_frame>0</start_frame>"
    "<stop_frame>3</stop_frame>"
    "<created>2018-09-25 11:34:24.617558+03:00</created><updated>2018-09-26 00:00:00 +00:00</updated>"
    "<segments><segment><id>9</id><start>0</start><stop>1</stop><url>http://x/api/jobs/71</url></segment>"
    "<segment><id>10</id><start>2</start><stop>3</stop><url>http://x/?id=72</url></segment></segments>"
    "<owner><username>lead</username><email></email></owner><assignee></assignee></task>"
)
JOB = (
    "<job><id>71</id><size>2</size><mode>annotation</mode><subset>default</subset>"
    "<start_frame>0</start_frame><stop_frame>1</stop_frame>"
    "<segments><segment><id>9</id><start>0</start><stop>1</stop><url>http://x/api/jobs/71</url></segment></segments>"
    "<assignee><username>ana</username><email>ana@example.com</email></assignee></job>"
)
SIZE = 'width="100" height="80"'


def read(path: Path, **options: Any) -> Tables:
    found: Tables = defaultdict(list)
    for batch in cvat.read(path, ReadOptions(**options)):
        for table, rows in batch.items():
            found[table] += rows.to_pylist()
    return found


def document(body: str, meta: str = TASK) -> str:
    head = '<?xml version="1.0" encoding="utf-8"?>\n<annotations><version>1.1</version>'
    return f"{head}<meta>{meta}<dumped>2020-01-01 00:00:00+00:00</dumped></meta>\n{body}\n</annotations>\n"


def image(shapes: str, *, number: int = 0, name: str = "a.jpg", more: str = SIZE) -> str:
    return f'<image id="{number}" name="{name}" {more}>{shapes}</image>'


def read_text(folder: Path, body: str, meta: str = TASK, **options: Any) -> Tables:
    path = folder / "annotations.xml"
    path.write_text(document(body, meta), encoding="utf-8")
    return read(path, **options)


def only(tables: Tables, table: str = "annotations") -> dict[str, Any]:
    """Give the only row of a table, without its nulls."""
    assert tables["import_problems"] == []
    (row,) = tables[table]
    return {name: value for name, value in row.items() if value is not None}


def write_backup(path: Path, task: Any, annotations: Any, manifest: list[Any] | None, root: str = "") -> None:
    mode = "a" if path.exists() else "w"
    with ZipFile(path, mode) as packed:
        packed.writestr(f"{root}task.json", json.dumps(task))
        packed.writestr(f"{root}annotations.json", json.dumps(annotations))
        if manifest is not None:
            lines = "".join(json.dumps(line) + "\n" for line in manifest)
            packed.writestr(f"{root}data/manifest.jsonl", lines)
