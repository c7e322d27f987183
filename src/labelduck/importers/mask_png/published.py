"""Class maps of published data sets, and the files in which such data sets bring their own.

dataset_meta.json     Datumaro's: label_map, segmentation_colors, background_label
config*.json          Mapillary Vistas': labels with name, color and whether they are evaluated
label_colors.txt      CamVid's and SYNTHIA's: red green blue name, a line each
instances/labels.txt  MOTS' classes 1, 2, ... as Datumaro writes them
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from labelduck.importers.base import storable
from labelduck.importers.mask_png.class_map import IGNORED, ClassMap
from labelduck.importers.single_values import whole

if TYPE_CHECKING:
    from pathlib import Path

_COLOR_FIRST = re.compile(r"\s*(\d{1,3})\s+(\d{1,3})\s+(\d{1,3})\s+(\S.*?)\s*")
# Colours as in the label_colors.txt of CamVid (Brostow et al., 2008).
_CAMVID = """
64 128 64 Animal,192 0 128 Archway,0 128 192 Bicyclist,0 128 64 Bridge,128 0 0 Building,64 0 128 Car,64 0 192 CartLuggagePram,
192 128 64 Child,192 192 128 Column_Pole,64 64 128 Fence,128 0 192 LaneMkgsDriv,192 0 64 LaneMkgsNonDriv,128 128 64 Misc_Text,
192 0 192 MotorcycleScooter,128 64 64 OtherMoving,64 192 128 ParkingBlock,64 64 0 Pedestrian,128 64 128 Road,
128 128 192 RoadShoulder,0 0 192 Sidewalk,192 128 128 SignSymbol,128 128 128 Sky,64 128 192 SUVPickupTruck,0 0 64 TrafficCone,
0 64 64 TrafficLight,192 64 128 Train,128 128 0 Tree,192 128 192 Truck_Bus,64 0 64 Tunnel,192 192 0 VegetationMisc,0 0 0 Void,
64 192 0 Wall
"""
# Colours of SYNTHIA-Rand and -AL, then those of SYNTHIA-SF, which share only road (readme.txt of each).
_SYNTHIA = """
0 0 0 Void,128 128 128 Sky,128 0 0 Building,128 64 128 Road,0 0 192 Sidewalk,64 64 128 Fence,128 128 0 Vegetation,
192 192 128 Pole,64 0 128 Car,192 128 128 TrafficSign,64 64 0 Pedestrian,0 128 192 Bicycle,0 172 0 Lanemarking,
0 128 128 TrafficLight,244 35 232 Sidewalk,70 70 70 Building,102 102 156 Wall,190 153 153 Fence,153 153 153 Pole,
250 170 30 TrafficLight,220 220 0 TrafficSign,107 142 35 Vegetation,152 251 152 Terrain,70 130 180 Sky,220 20 60 Pedestrian,
255 0 0 Rider,0 0 142 Car,0 0 70 Truck,0 60 100 Bus,0 80 100 Train,0 0 230 Motorcycle,119 11 32 Bicycle,157 234 50 RoadLines,
72 0 98 Other,167 106 29 RoadWorks
"""


def camvid_classes() -> ClassMap:
    """Return the classes of CamVid by colour."""
    return _of_colors(_CAMVID.replace("\n", "").split(","))


def synthia_classes() -> ClassMap:
    """Return the classes of SYNTHIA by colour, of all its variants."""
    return _of_colors(_SYNTHIA.replace("\n", "").split(","))


def mots_classes(folder: Path) -> ClassMap:
    """Return the classes of MOTS: those that labels.txt beside the masks names from 1 on, else the benchmark's own."""
    file = next(iter(sorted(folder.glob("**/instances/labels.txt"))), None)
    if file is None:
        return ClassMap({1: "car", 2: "pedestrian", 10: "ignored"}, void=None)
    lines = file.read_text(encoding="utf-8", errors="replace").splitlines()
    names = [line.strip() for line in lines if line.strip()]
    return ClassMap(
        dict(enumerate(names, 1)) | {10: "ignored"} if len(names) < 10 else dict(enumerate(names, 1)),
        void=None,
    )


def is_color_list(lines: list[str]) -> bool:
    """Tell whether lines are those of a label_colors.txt."""
    return bool(lines) and all(_COLOR_FIRST.fullmatch(line) for line in lines)


def of_color_list(lines: list[str]) -> ClassMap:
    """Return the map that the lines of a label_colors.txt tell."""
    return _of_colors(lines)


def of_meta(said: dict[str, Any]) -> ClassMap | None:
    """Return the map of a dataset_meta.json or config.json; None where it is neither.

    Raises:
        ValueError: A value or colour is none.
    """
    if isinstance(said.get("label_map"), dict):
        return _of_datumaro(said)
    labels = said.get("labels")
    is_config = (
        isinstance(labels, list)
        and bool(labels)
        and all(isinstance(label, dict) and isinstance(label.get("name"), str) for label in labels)
    )
    return _of_mapillary(labels) if is_config and labels is not None else None


def _of_datumaro(said: dict[str, Any]) -> ClassMap:
    names = {int(value): storable(str(name)) for value, name in said["label_map"].items()}
    colors = said.get("segmentation_colors")
    found = ClassMap(names)
    for value, color in zip(sorted(names), colors if isinstance(colors, list) else (), strict=False):
        found.colors[_packed(color)] = names[value]
    background = said.get("background_label")
    at = whole(str(background))
    if at is not None and at in names:
        found.background = frozenset((names[at],))
    return found


def _of_mapillary(labels: list[dict[str, Any]]) -> ClassMap:
    names = {value: storable(label["name"]) for value, label in enumerate(labels)}
    ignored = {names[value] for value, label in enumerate(labels) if label.get("evaluate") is False}
    colors = {_packed(label["color"]): names[value] for value, label in enumerate(labels) if "color" in label}
    return ClassMap(names, colors, ignored=IGNORED | ignored, void=None)


def _of_colors(lines: list[str]) -> ClassMap:
    found = ClassMap()
    for line in lines:
        match = _COLOR_FIRST.fullmatch(line)
        if match is None:
            raise ValueError(f"{line!r:.40} is not red green blue name")
        found.colors[_packed([int(match[band]) for band in (1, 2, 3)])] = match[4]
    for name in found.colors.values():
        if name not in found.names.values():
            found.names[len(found.names)] = name
    return found


def _packed(color: Any) -> int:  # noqa: ANN401 - whatever a file holds
    if not isinstance(color, list) or len(color) != 3 or any(type(band) is not int for band in color):
        raise ValueError(f"{color!r:.40} is no colour")
    red, green, blue = color
    if not 0 <= min(color) <= max(color) <= 255:
        raise ValueError(f"{color!r:.40} is no colour: each part goes from 0 to 255")
    return int(red << 16 | green << 8 | blue)
