"""What the values of a mask mean: class maps given by the caller, lying beside the masks, or known of a dataset.

Without a name, value 0 is background, 255 is void and any other value is called after its number. Background is no object and
gets no annotation; void is one with `is_ignored`, so that nothing under it counts.
"""

from __future__ import annotations

import csv
import io
import json
import re
from typing import TYPE_CHECKING, Any

from labelduck.errors import BadInputError
from labelduck.importers.base import LARGEST_WHOLE, storable, why_unreadable
from labelduck.importers.mask_png.class_map import IGNORED, VOID_VALUE, ClassMap
from labelduck.importers.mask_png.published import is_color_list, of_color_list, of_meta

if TYPE_CHECKING:
    from pathlib import Path

COLOR_LINE = re.compile(r"\s*(?P<name>[^:#][^:]*):\s*(?P<red>\d+)\s*,\s*(?P<green>\d+)\s*,\s*(?P<blue>\d+)")
MAP_FILES = (
    "labelmap.txt",
    "label_map.txt",
    "labelmap.csv",
    "class_map.csv",
    "class_map.json",
    "classes.txt",
    "label_colors.txt",
    "dataset_meta.json",
)

VOC_NAMES = (
    "background,aeroplane,bicycle,bird,boat,bottle,bus,car,cat,chair,cow,diningtable,dog,horse,"
    "motorbike,person,pottedplant,sheep,sofa,train,tvmonitor"
)
# Names, numbers and what evaluation ignores as in cityscapesScripts' helpers/labels.py; KITTI uses the same numbers.
CITYSCAPES_NAMES = (
    "unlabeled,ego vehicle,rectification border,out of roi,static,dynamic,ground,road,sidewalk,"
    "parking,rail track,building,wall,fence,guard rail,bridge,tunnel,pole,polegroup,traffic light,"
    "traffic sign,vegetation,terrain,sky,person,rider,car,truck,bus,caravan,trailer,train,motorcycle,"
    "bicycle"
)
VOC, CITYSCAPES = VOC_NAMES.split(","), CITYSCAPES_NAMES.split(",")
CITYSCAPES_IGNORED = frozenset((0, 1, 2, 3, 4, 5, 6, 9, 10, 14, 15, 16, 18, 29, 30))
CITYSCAPES_THINGS = 24
"""From this number on Cityscapes classes have instances."""
CITYSCAPES_TRAINED = (7, 8, 11, 12, 13, 17, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 31, 32, 33)


def voc_classes() -> ClassMap:
    """Return the classes of Pascal VOC, by index and by the colour of VOC's palette."""
    names = dict(enumerate(VOC))
    colors = {voc_color(value): name for value, name in names.items()}
    return ClassMap(names, colors | {voc_color(VOID_VALUE): "void"})


def cityscapes_classes(*, trained: bool = False) -> ClassMap:
    """Return the classes of Cityscapes by label id, or by train id."""
    ignored = IGNORED | {CITYSCAPES[number] for number in CITYSCAPES_IGNORED}
    if trained:
        return ClassMap({place: CITYSCAPES[number] for place, number in enumerate(CITYSCAPES_TRAINED)})
    return ClassMap(dict(enumerate(CITYSCAPES)), ignored=ignored)


def voc_color(value: int) -> int:
    """Return the packed colour of a value in Pascal VOC's palette: its bits dealt to red, green and blue in turn."""
    bands = [sum((value >> (3 * bit + band) & 1) << (7 - bit) for bit in range(3)) for band in range(3)]
    return bands[0] << 16 | bands[1] << 8 | bands[2]


def find_map(folder: Path) -> Path | None:
    """Return the class map that lies in a folder, if there is one."""
    return next((folder / name for name in MAP_FILES if (folder / name).is_file()), None)


def find_config(folder: Path, version: str | None) -> Path | None:
    """Return Mapillary Vistas' config*.json of a version, in the data set's folder or above that of a split."""
    for place in (folder, folder.parent):
        found = sorted(place.glob("config*.json"))
        own = [file for file in found if version and file.stem.endswith(version)]
        if found:
            return (own or found)[-1]
    return None


def read_map(path: Path) -> ClassMap:
    """Return a class map from a file.

    Text: a name per line (value 0 first), or `name:red,green,blue` per line as CVAT's labelmap.txt. CSV with a header: value and name,
    or name, r, g and b. JSON: a list of names, or a map from values to names or from names to values. Files of
    published data sets: see `published`.

    Raises:
        BadInputError: The file is none of these.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise BadInputError(path, "", why_unreadable(error, "a class map")) from error
    readers = {".json": _from_json, ".csv": _from_csv}
    try:
        found = readers.get(path.suffix.lower(), _from_lines)(path, text)
    except (ValueError, csv.Error, RecursionError) as error:
        raise BadInputError(
            path,
            "",
            f"is no class map ({error}): give a name per line, value,name (CSV), or {{value: name}} (JSON)",
        ) from error
    if not found.names and not found.colors:
        raise BadInputError(
            path, "", "names no class: give a name per line, value,name (CSV), or {value: name} (JSON)"
        )
    if odd := next((value for value in found.names if not 0 <= value <= LARGEST_WHOLE), None):
        raise BadInputError(path, found.names[odd], f"{odd} is no value of a pixel: 0 to {LARGEST_WHOLE}")
    return found


def _from_lines(path: Path, text: str) -> ClassMap:
    lines = [line.strip() for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    if is_color_list(lines):
        return of_color_list(lines)
    found = [COLOR_LINE.match(line) for line in lines]
    if not any(found):
        return ClassMap(dict(enumerate(lines)))
    if not all(found):
        line = next(line for line, match in zip(lines, found, strict=True) if not match)
        raise BadInputError(path, line, "is not name:red,green,blue")
    matches = [match for match in found if match]
    names = {place: match["name"].strip() for place, match in enumerate(matches)}
    colors = [[int(match[band]) for band in ("red", "green", "blue")] for match in matches]
    by_color = {_color(path, color): names[place] for place, color in enumerate(colors)}
    return ClassMap(names, by_color, by_palette=True)


def _from_csv(path: Path, text: str) -> ClassMap:
    rows = list(csv.DictReader(io.StringIO(text), skipinitialspace=True))
    found = ClassMap(by_palette=True)
    for place, row in enumerate(rows):
        said = {str(key).strip().lower(): str(value or "").strip() for key, value in row.items()}
        name = said.get("name") or said.get("class_name") or said.get("class")
        if not name:
            raise BadInputError(
                path, f"line {place + 2}", "no name: a class map has the columns value,name or name,r,g,b"
            )
        try:
            if {"r", "g", "b"} <= said.keys():
                found.colors[_color(path, [int(said[band]) for band in "rgb"])] = name
                found.names[place] = name
            else:
                value = next(
                    (said[key] for key in ("value", "id", "index", "class_index") if key in said), ""
                )
                found.names[int(value)] = name
        except ValueError as error:
            raise BadInputError(
                path, f"line {place + 2}", f"is not value,name or name,r,g,b: {error}"
            ) from error
    return found


def _from_json(path: Path, text: str) -> ClassMap:
    said: Any = json.loads(text)
    if isinstance(said, dict) and (found := of_meta(said)) is not None:
        return found
    if isinstance(said, list) and all(isinstance(name, str) for name in said):
        return ClassMap({value: storable(name) for value, name in enumerate(said)})
    if isinstance(said, dict) and all(type(value) is int for value in said.values()):
        return ClassMap({value: storable(name) for name, value in said.items()})
    if isinstance(said, dict) and all(isinstance(name, str) for name in said.values()):
        return ClassMap({int(value): storable(name) for value, name in said.items()})
    raise BadInputError(path, "", "is neither a list of names nor a map between values and names")


def _color(path: Path, bands: list[int]) -> int:
    if not 0 <= min(bands) <= max(bands) <= VOID_VALUE:
        raise BadInputError(path, ",".join(map(str, bands)), "is no colour: each part goes from 0 to 255")
    return bands[0] << 16 | bands[1] << 8 | bands[2]
