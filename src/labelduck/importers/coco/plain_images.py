"""The images of a COCO file that has only COCO's own fields, decoded all at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import pyarrow as pa

from labelduck.importers.coco.fields import NotReadableError, as_json, read_time
from labelduck.schema import TABLES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from labelduck.importers.coco.document import Document

_MOST_BYTES = 1 << 28
_LARGEST_ID = 10**18
_LARGEST_SIDE = 1 << 31


class _Image(msgspec.Struct, forbid_unknown_fields=True, gc=False):
    id: int
    file_name: str
    width: int
    height: int
    license: int | None = None
    coco_url: str = ""
    flickr_url: str = ""
    date_captured: str = ""


_decode = msgspec.json.Decoder(list[_Image]).decode


def plain_images(
    document: Document, *, split: str | None, is_annotated: bool
) -> tuple[pa.Table, list[str]] | None:
    """Return the rows of `images` and their ids, or None where any image is unusual and has to be read by itself.

    Args:
        document: The file.
        split: Split of all images.
        is_annotated: Whether somebody has looked at them.
    """
    start, end = document.sections["images"]
    if end - start > _MOST_BYTES:
        return None
    try:
        images = _decode(document.text[start:end])
        times = [read_time(image.date_captured) if image.date_captured else None for image in images]
    except (msgspec.MsgspecError, UnicodeDecodeError, NotReadableError):
        return None
    if not all(_is_plain(image) for image in images) or len({image.id for image in images}) < len(images):
        return None
    ids = [str(image.id) for image in images]
    columns: dict[str, Sequence[object]] = {
        "image_id": ids,
        "file_name": [image.file_name for image in images],
        "uri": [image.coco_url or image.flickr_url or None for image in images],
        "width": [image.width for image in images],
        "height": [image.height for image in images],
        "split": [split] * len(images),
        "captured_at": times,
        "is_annotated": [is_annotated] * len(images),
        "attributes": _attributes(images),
    }
    kinds = TABLES["images"]
    arrays = {name: pa.array(values, kinds.field(name).type) for name, values in columns.items()}
    return pa.table(arrays), ids


def _is_plain(image: _Image) -> bool:
    has_size = 0 < image.width < _LARGEST_SIDE and 0 < image.height < _LARGEST_SIDE
    return has_size and image.file_name != "" and -_LARGEST_ID < image.id < _LARGEST_ID


def _attributes(images: list[_Image]) -> list[str | None]:
    # Most images have nothing but one of a few licences.
    licences: dict[int | None, str | None] = {None: None}
    texts = []
    for image in images:
        if image.coco_url and image.flickr_url and image.flickr_url != image.coco_url:
            rest: dict[str, object] = {"flickr_url": image.flickr_url}
            texts.append(as_json(rest if image.license is None else rest | {"license": image.license}))
            continue
        if image.license not in licences:
            licences[image.license] = as_json({"license": image.license})
        texts.append(licences[image.license])
    return texts
