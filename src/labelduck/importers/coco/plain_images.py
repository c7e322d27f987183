"""The images of a COCO file that has only COCO's own fields, decoded all at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import pyarrow as pa

from labelduck.importers.coco.fields import NotReadableError, as_json, read_time
from labelduck.schema import TABLES

if TYPE_CHECKING:
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


def plain_images(document: Document, *, split: str | None, is_annotated: bool) -> pa.Table | None:
    """Return the rows of `images`, or None where any image is unusual and has to be read by itself.

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
        times = [read_time(image.date_captured) for image in images]
    except (msgspec.MsgspecError, UnicodeDecodeError, NotReadableError):
        return None
    if not all(_is_plain(image) for image in images) or len({image.id for image in images}) < len(images):
        return None
    columns: dict[str, list[object]] = {
        "image_id": [str(image.id) for image in images],
        "file_name": [image.file_name for image in images],
        "uri": [image.coco_url or image.flickr_url or None for image in images],
        "width": [image.width for image in images],
        "height": [image.height for image in images],
        "split": [split] * len(images),
        "captured_at": list(times),
        "is_annotated": [is_annotated] * len(images),
        "attributes": [as_json(_rest(image)) for image in images],
    }
    kinds = TABLES["images"]
    return pa.table({name: pa.array(values, kinds.field(name).type) for name, values in columns.items()})


def _is_plain(image: _Image) -> bool:
    has_size = 0 < image.width < _LARGEST_SIDE and 0 < image.height < _LARGEST_SIDE
    return has_size and image.file_name != "" and -_LARGEST_ID < image.id < _LARGEST_ID


def _rest(image: _Image) -> dict[str, object]:
    rest: dict[str, object] = {}
    if image.coco_url and image.flickr_url and image.flickr_url != image.coco_url:
        rest["flickr_url"] = image.flickr_url
    if image.license is not None:
        rest["license"] = image.license
    return rest
