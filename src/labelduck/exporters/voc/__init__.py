"""Pascal VOC: one XML file per image below Annotations/, and the images of each split listed in ImageSets/Main/.

Corners are 1-based and count in, as VOC has them, and fractions of pixels are kept. Beside the box an object has, as other
tools write them: one outline (`polygon`), `truncated` and `occluded` as shares, `track_id`, `annotator`, and those source fields
that are plain text. An image that nobody has looked at has no XML.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pyarrow.compute as pc

from labelduck.exporters.base import GEOMETRY, Carried
from labelduck.exporters.image_files import TextFiles, texts_by_image
from labelduck.exporters.names import clear_of_splits, picture_names, without_suffix
from labelduck.exporters.voc.fields import are_plain
from labelduck.exporters.voc.images import image_heads, write_splits
from labelduck.exporters.voc.objects import COLUMNS, ObjectTexts

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import pyarrow as pa

    from labelduck.exporters.base import Selection, WriteOptions

FILE = None
PREDICTIONS = False
SPLITS = ("train", "val", "test", "trainval")

_ANNOTATIONS = {"image_id", "class_name", "difficult", "truncated", "occluded", "track_id", "annotator"}


def write(selection: Selection, folder: Path, options: WriteOptions) -> Carried:  # noqa: ARG001 - VOC has one layout
    """Write Annotations/ and ImageSets/.

    Args:
        selection: What is to be written.
        folder: Empty folder.
        options: None matters here.
    """
    names = [clear_of_splits(name) for name in picture_names(selection.images)]
    keys = [without_suffix(name) for name in names]
    heads, keeps_image_attributes = image_heads(selection.images, names)
    changed, left_out = Counter[str](), dict[str, str]()
    plain = all(are_plain(table["attributes"]) for table in selection.annotations.tables(["attributes"]))
    objects = ObjectTexts(changed=changed, left_out=left_out)
    pieces = map(objects.of, selection.annotations.tables(COLUMNS, by_image=True))
    n_unseen = _write_files(selection, folder / "Annotations", keys, heads, pieces)
    if n_unseen:
        changed["images that nobody has looked at are there only with their pictures"] += n_unseen
    splits = selection.images["split"].to_pylist()
    write_splits(folder / "ImageSets" / "Main", splits, keys, SPLITS)
    return Carried(
        annotations=frozenset(GEOMETRY | _ANNOTATIONS | ({"attributes"} if plain else set())),
        images=_images_kept(selection, names, has_attributes=keeps_image_attributes),
        classes=frozenset({"class_name"}),
        keeps_ids=False,
        image_ids=keys,
        pictures=[f"JPEGImages/{name}" for name in names],
        left_out=left_out,
        changed=changed,
    )


def _write_files(
    selection: Selection,
    folder: Path,
    keys: list[str],
    heads: list[str],
    pieces: Iterator[tuple[pa.Table, pa.Array]],
) -> int:
    """Write a file for each image that somebody has looked at; return how many have none."""
    files = TextFiles(folder, ".xml")
    unwritten = dict(enumerate(pc.fill_null(selection.images["is_annotated"], True).to_pylist()))
    for place, text in texts_by_image(selection, pieces):
        del unwritten[place]
        files.write(keys[place], f"{heads[place]}{text}</annotation>\n")
    for place, is_seen in unwritten.items():
        if is_seen:
            files.write(keys[place], f"{heads[place]}</annotation>\n")
    return sum(not is_seen for is_seen in unwritten.values())


def _images_kept(selection: Selection, names: list[str], *, has_attributes: bool) -> frozenset[str]:
    """Return the columns of `images` that the files hold."""
    kept = {
        "split": set(selection.images["split"].to_pylist()) <= {*SPLITS, None},
        "file_name": names == selection.images["file_name"].to_pylist(),
        "attributes": has_attributes,
    }
    return frozenset(
        {"image_id", "width", "height", "is_annotated"} | {name for name, is_so in kept.items() if is_so}
    )
