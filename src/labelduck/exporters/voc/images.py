"""What an annotation file says of its picture, and the lists of splits."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from labelduck.exporters.voc.fields import decoded, nested_fields, xml_text

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import pyarrow as pa

_LIKE_FLAG = re.compile(r".*\s-?[01]")
_OWN = frozenset(("filename", "annotator", "object"))


def image_heads(images: pa.Table, names: Sequence[str]) -> tuple[list[str], bool]:
    """Return the beginning of each image's file, and whether it holds all source fields of all images.

    Args:
        images: The images.
        names: Path of each picture.
    """
    heads, is_whole = [], True
    columns = (images[name].to_pylist() for name in ("width", "height", "attributes"))
    for name, width, height, attributes in zip(names, *columns, strict=True):
        fields = (decoded(attributes) if attributes is not None else {}) or {}
        size = {"width": str(width), "height": str(height)} if width and height else {}
        more, is_sound = _fields(fields, size)
        is_whole &= is_sound and (bool(fields) or attributes is None)
        last = name.rpartition("/")[2]
        heads.append(f"<annotation><filename>{xml_text(last)}</filename>{more}\n")
    return heads, is_whole


def write_splits(
    folder: Path, splits: Sequence[str | None], keys: Sequence[str], known: Sequence[str]
) -> None:
    """Write a list of images for each split that VOC knows."""
    for split in known:
        # A reader takes a number behind a name for a flag, so a name that ends like that gets one more.
        lines = [
            f"{key} 1" if _LIKE_FLAG.fullmatch(key) else key
            for key, of in zip(keys, splits, strict=True)
            if of == split
        ]
        if lines:
            folder.mkdir(parents=True, exist_ok=True)
            (folder / f"{split}.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")


def _fields(fields: dict[str, Any], size: dict[str, str]) -> tuple[str, bool]:
    own = {name: value for name, value in fields.items() if name not in {*_OWN, "size"}}
    given = fields.get("size", {})
    source = fields.get("source")
    is_sound = (
        _OWN.isdisjoint(fields)
        and isinstance(given, dict)
        and not (isinstance(source, dict) and "annotator" in source)
    )
    inner = (
        size | {name: value for name, value in given.items() if name not in size}
        if isinstance(given, dict)
        else size
    )
    said = nested_fields(({"size": inner} if inner else {}) | own) if is_sound else None
    if said is not None:
        return said, True
    return nested_fields({"size": size} if size else {}) or "", False
