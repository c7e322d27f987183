"""The names under which a box is written number by number."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Container, Mapping

Form = Literal["corners", "size", "centre"]
"""Two corners; the upper left corner, width and height; or the centre, width and height."""

NAMES: tuple[tuple[Form, str], ...] = (
    ("corners", "x_min y_min x_max y_max"),
    ("corners", "xmin ymin xmax ymax"),
    ("corners", "min_x min_y max_x max_y"),
    ("corners", "minx miny maxx maxy"),
    ("corners", "x0 y0 x1 y1"),
    ("corners", "x1 y1 x2 y2"),
    ("corners", "x_1 y_1 x_2 y_2"),
    ("corners", "left top right bottom"),
    ("corners", "xtl ytl xbr ybr"),
    ("centre", "cx cy w h"),
    ("centre", "cx cy width height"),
    ("centre", "xc yc w h"),
    ("centre", "x_center y_center width height"),
    ("centre", "x_center y_center w h"),
    ("centre", "x_centre y_centre width height"),
    ("centre", "center_x center_y width height"),
    ("size", "x y w h"),
    ("size", "x y width height"),
    ("size", "x1 y1 w h"),
    ("size", "x1 y1 width height"),
    ("size", "left top width height"),
    ("size", "x_min y_min w h"),
    ("size", "x_min y_min width height"),
    ("size", "xmin ymin w h"),
    ("size", "xmin ymin width height"),
)
PREFIXES = ("", "box_", "bbox_", "bounding_box_", "bndbox_", "rect_", "region_")


class BoxColumns(NamedTuple):
    """Four columns that make a box.

    Attributes:
        form: What they say.
        columns: The file's columns, in the order of the form.
        plain: Their names in small letters.
    """

    form: Form
    columns: tuple[str, ...]
    plain: tuple[str, ...]


def box_columns(written: Mapping[str, str], known: Container[str]) -> BoxColumns | None:
    """Return the columns of a box, given the file's columns by plain name, where the table has boxes."""
    if "box" not in known:
        return None
    for prefix in PREFIXES:
        for form, names in NAMES:
            plain = tuple(prefix + name for name in names.split())
            if all(name in written for name in plain):
                return BoxColumns(form, tuple(written[name] for name in plain), plain)
    return None


def found(written: Mapping[str, str], known: Container[str]) -> tuple[str, ...]:
    """Return the plain names of the columns of a box; nothing without one."""
    columns = box_columns(written, known)
    return columns.plain if columns else ()
