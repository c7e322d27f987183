"""A folder with a COCO file per split, as one dataset: `train/_annotations.coco.json` (Roboflow), `instances_train.json`.

Where several files tell of one split's pictures, `tasks` says which counts.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from labelduck.errors import BadInputError
from labelduck.importers.base import storable
from labelduck.importers.coco.tasks import Part, is_part, parts_of
from labelduck.importers.image_sizes import walk
from labelduck.importers.split_folders import split_of

if TYPE_CHECKING:
    from pathlib import Path

    from labelduck.importers.base import Batch

OF_ROBOFLOW = "_annotations.coco.json"
_JSON = frozenset((".json",))
_OF_SPLIT = re.compile(
    r"(?:instances|annotations)?[_-]?(train|val|valid|validation|test)(?:\d{4})?(?:[_-]annotations)?\.json",
    re.IGNORECASE,
)
_IDS = ("image_id", "annotation_id", "target_id", "event_id", "review_id")


def split_files(path: Path) -> list[Part]:
    """Return the COCO files of a folder, relative to it, with the split of each.

    Raises:
        BadInputError: There is none, or nothing says which of several count, or they are several data sets.
    """
    names = sorted(walk(path, _JSON))
    found = [name for name in names if name.rpartition("/")[2] == OF_ROBOFLOW]
    if others := [name for name in names if is_part(name)] if found else []:
        told = storable(f"{found[0]}, {others[0]}")
        raise BadInputError(path, "", f"holds several data sets ({told}, ...); name one of them")
    if found:
        return [Part(name, "", _split_of_folder(path, name)) for name in found]
    if parts := parts_of(path, names):
        return parts
    named = {name: _OF_SPLIT.fullmatch(name.rpartition("/")[2]) for name in names}
    splits = [Part(name, "", split_of(match[1])) for name, match in named.items() if match]
    if splits or len(names) == 1:
        return splits or [Part(name, "", None) for name in names]
    said = f"holds {len(names)} JSON files" if names else "holds no JSON file"
    raise BadInputError(path, "", f"{said} and none named like Roboflow's or a split's: name the file itself")


def _split_of_folder(path: Path, name: str) -> str | None:
    return split_of(name.split("/")[-2] if "/" in name else path.name)


class Merger:
    """Makes one dataset of several files, whose ids begin anew in each.

    Ids get what tells their file from the others before them, `train/7`; classes of one name are one.
    """

    def __init__(self) -> None:
        self._classes: set[str] = set()

    def merge(self, batch: Batch, *, prefix: str, folder: str) -> Batch:
        """Return a batch of one file as part of the whole.

        Args:
            batch: Its tables.
            prefix: What stands before its ids; nothing where it is the only file.
            folder: Where its pictures lie below the dataset's folder.
        """
        merged = {name: _with_prefix(table, prefix, _IDS) for name, table in batch.items()}
        if "images" in merged:
            merged["images"] = _with_prefix(merged["images"], folder, ("file_name",))
        if "classes" in merged:
            merged["classes"] = self._new_classes(merged["classes"])
        return merged

    def _new_classes(self, table: pa.Table) -> pa.Table:
        if "class_name" not in table.column_names:  # a file without classes
            return table
        names = table["class_name"].to_pylist()
        is_new = [name not in self._classes for name in names]
        self._classes.update(names)
        return table.filter(pa.array(is_new, pa.bool_()))


def prefix_of(name: str, split: str | None) -> str:
    """Return what tells the ids of one file from those of others: its folder, else its split, else its name."""
    folder = name.rpartition("/")[0]
    is_apart = name.rpartition("/")[2] == OF_ROBOFLOW and folder
    return storable(folder if is_apart else split or name.removesuffix(".json")) + "/"


def _with_prefix(table: pa.Table, prefix: str, columns: tuple[str, ...]) -> pa.Table:
    for name in columns if prefix else ():
        if name in table.column_names:
            place = table.column_names.index(name)
            table = table.set_column(place, name, _prefixed(table[name], prefix))
    return table


def _prefixed(values: pa.ChunkedArray, prefix: str) -> pa.ChunkedArray:
    if pa.types.is_dictionary(values.type):
        values = values.cast(values.type.value_type)
    return pc.binary_join_element_wise(pa.scalar(prefix), values.cast(pa.string()), "")
