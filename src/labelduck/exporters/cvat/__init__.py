"""CVAT for images 1.1: one annotations.xml, of one task; images name their subset where they are in several splits.

CVAT keeps no ids, people or times for objects; these go into the sidecar. Numbers have all their digits, where CVAT itself
writes two decimals. An object of several rings becomes a mask, because CVAT counts every polygon as an object.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from labelduck.exporters.base import GEOMETRY, Carried, each_image
from labelduck.exporters.cvat.elements import Elements
from labelduck.exporters.cvat.labels import Labels
from labelduck.exporters.cvat.meta import meta
from labelduck.exporters.cvat.tags import Tags
from labelduck.exporters.cvat.text import attributes
from labelduck.exporters.names import picture_names, without_suffix
from labelduck.exporters.one_shape import set_upright
from labelduck.importers.split_folders import SplitFolders

if TYPE_CHECKING:
    from pathlib import Path

    from labelduck.exporters.base import Selection, WriteOptions
    from labelduck.exporters.one_shape import Row

FILE = "annotations.xml"
PREDICTIONS = False

_FIELDS = ("class_name", "occluded", "z_order", "group_id", "attributes", "source")
_COLUMNS = ("annotation_id", *sorted(GEOMETRY), *_FIELDS)
_HEAD = '<?xml version="1.0" encoding="utf-8"?>\n<annotations>\n<version>1.1</version>\n'


def write(selection: Selection, folder: Path, options: WriteOptions) -> Carried:  # noqa: ARG001 - CVAT has one layout
    """Write annotations.xml.

    Args:
        selection: What is to be written.
        folder: Empty folder.
        options: None matters here.
    """
    names = picture_names(selection.images)
    labels, tags = Labels(selection), Tags(selection)
    elements = Elements(labels)
    with (folder / FILE).open("w", encoding="utf-8", newline="\n") as file:
        file.write(_HEAD + meta(selection, labels.by_name.values()) + "\n")
        for number, (image, rows) in enumerate(each_image(selection, _COLUMNS)):
            set_upright(rows)
            file.write(_image(image, number=number, name=names[number]))
            file.writelines(elements.element(row, image) for row in rows)
            file.writelines(tags.of(image["image_id"]))
            file.write("</image>\n")
        file.write("</annotations>\n")
    if labels.n_renamed_groups:
        elements.changed["group ids that are no numbers became numbers"] += labels.n_renamed_groups
        elements.inexact.add("group_id")
    paths = [without_suffix(name) for name in names]
    folders = SplitFolders(paths)
    return Carried(
        annotations=frozenset({"image_id", *GEOMETRY, *_FIELDS} - elements.inexact),
        images=frozenset({"image_id", "width", "height", "split"} | _file_name(selection, names)),
        classes=frozenset(("class_name", "keypoint_names", "skeleton")),
        tables=frozenset({"image_labels"} if tags.are_all else ()),
        keeps_ids=False,
        image_ids=[folders.identify(path)[0] for path in paths],
        pictures=names,
        left_out=elements.left_out,
        changed=elements.changed,
    )


def _file_name(selection: Selection, names: list[str]) -> set[str]:
    """Return the column if all images are called in the file as they are called in the data."""
    return {"file_name"} if selection.images["file_name"].to_pylist() == names else set()


def _image(image: Row, *, number: int, name: str) -> str:
    pairs: list[tuple[str, str | int | float]] = [("id", number), ("name", name)]
    pairs += [(side, image[side]) for side in ("width", "height") if image[side] is not None]
    if image["split"] is not None:
        pairs.append(("subset", image["split"]))
    return f"<image{attributes(pairs)}>\n"
