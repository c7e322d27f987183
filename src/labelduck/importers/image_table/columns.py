"""What the columns of a table of pictures mean."""

from __future__ import annotations

from dataclasses import dataclass

from labelduck.importers.image_sizes import is_picture

_IMAGE = frozenset(
    ("image_name", "image_id", "image", "filename", "file_name", "file", "img", "img_name", "image_path")
)
_LABEL = frozenset(
    ("label_name", "label", "labels", "class", "class_name", "category", "category_name", "target")
)
_BOX = frozenset(("bbox", "box", "bounding_box"))
_CORNERS = (
    *(("x1", "y1", "x2", "y2"), ("xmin", "ymin", "xmax", "ymax")),
    *(("x_min", "y_min", "x_max", "y_max"), ("left", "top", "right", "bottom")),
)
_SIZED = tuple(
    (*low, *size)
    for low in (("x1", "y1"), ("x", "y"), ("xmin", "ymin"), ("x_min", "y_min"), ("left", "top"))
    for size in (("w", "h"), ("width", "height"))
)
_FLAGS = frozenset(("0", "1", "0.0", "1.0"))


@dataclass(frozen=True, kw_only=True)
class Columns:
    """Places of what a row tells.

    Attributes:
        image: Place of the picture's name.
        labels: Places of classes.
        flags: Class by place of its 0 or 1.
        box: Places of a box's four numbers, or the one of a text with four.
        layout: Layout of the box, None where no header says it.
        has_header: Whether the first row is none.
        is_list: Whether all that follows the picture is a class of it.
    """

    image: int
    labels: tuple[int, ...] = ()
    flags: tuple[tuple[int, str], ...] = ()
    box: tuple[int, ...] = ()
    layout: str | None = None
    has_header: bool = False
    is_list: bool = False


def columns_of(first: list[str], second: list[str]) -> Columns | None:
    """Return what columns mean, from the first two rows; None where they mean no classes or boxes of pictures."""
    names = [cell.strip().strip('"').lower() for cell in first]
    image = next((place for place, name in enumerate(names) if name in _IMAGE), None)
    if image is None:
        return _without_header(first)
    labels = tuple(place for place, name in enumerate(names) if name in _LABEL)[:1]
    for layout, choices in (("xyxy", _CORNERS), ("xywh", _SIZED)):
        for choice in choices:
            if set(choice) <= set(names):
                box = tuple(names.index(name) for name in choice)
                return Columns(image=image, labels=labels, box=box, layout=layout, has_header=True)
    text = tuple(place for place, name in enumerate(names) if name in _BOX)[:1]
    if text or labels:
        return Columns(image=image, labels=labels, box=text, has_header=True)
    others = tuple((place, cell.strip().strip('"')) for place, cell in enumerate(first) if place != image)
    cells = [second[place].strip() for place, _ in others] if len(second) == len(first) else []
    if cells and _FLAGS.issuperset(cells):
        return Columns(image=image, flags=others, has_header=True)
    return None


def _without_header(first: list[str]) -> Columns | None:
    """Return what a row means that names its picture itself: a class, a box, or both."""
    cells = [cell.strip() for cell in first]
    if not cells or not is_picture(cells[0]):
        return None
    n_labels = len(cells) - 5
    if n_labels in (0, 1) and all(map(_is_number, cells[-4:])):
        labels = (1,) if n_labels else ()
        return Columns(image=0, labels=labels, box=tuple(range(len(cells) - 4, len(cells))))
    return Columns(image=0, labels=(1,)) if len(cells) == 2 and not is_picture(cells[1]) else None


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
