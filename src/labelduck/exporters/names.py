"""Names for files, made from names in data: they stay below their folder, fit on any disk, and are all different."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from typing import TYPE_CHECKING

from labelduck.importers.image_sizes import is_picture, stem

if TYPE_CHECKING:
    import pyarrow as pa

LONGEST_PART = 120
"""Bytes of a folder's or file's name; a label file's name needs some more, and disks allow 255."""

LONGEST_PATH = 400
"""Bytes of a path below the target."""

_FORBIDDEN = re.compile('[\x00-\x1f\x7f\x85\u2028\u2029<>:"|?*\\\\]')
_LIKE_FILE = re.compile(r"\.[A-Za-z]{2,4}$")
_RESERVED = re.compile(r"(?i)(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?")
_LIKE_SPLIT = re.compile(r"(train|training|val|valid|validation|test|testing)(\d{4})?", re.IGNORECASE)
_DIGEST = 12
_END = " .\t\u00a0\u3000"


def picture_names(images: pa.Table) -> list[str]:
    """Return a relative path for each image's picture, in order.

    It is the image's file name or, where that is the id with an extension and folders before it, the shorter of the two:
    "images/train/a/1.jpg" of image "a/1" becomes "a/1.jpg", so that it can be placed in folders of any format. Paths
    differ even without extension and on disks that do not tell capital letters from small ones.

    Args:
        images: Table with image_id and file_name.
    """
    ids, names = images["image_id"].to_pylist(), images["file_name"].to_pylist()
    taken: set[str] = set()
    return [_unique(safe_path(_own_name(*pair)), taken) for pair in zip(ids, names, strict=True)]


def safe_path(name: str) -> str:
    """Return a name out of data as a relative '/'-separated path without any part that leads elsewhere."""
    parts = [_safe_part(part) for part in name.replace("\\", "/").split("/") if part.strip(" .")] or ["_"]
    # A folder "a.jpg" could not lie beside a picture of that name.
    path = "/".join([part + "_" if _LIKE_FILE.search(part) else part for part in parts[:-1]] + parts[-1:])
    if len(path.encode()) > LONGEST_PATH:
        path = _shortened(parts[-1], whole=name)
    return path


def safe_name(name: str) -> str:
    """Return a name out of data as the name of one file or folder, without extension: `safe_path` without folders."""
    return _safe_part(name.replace("/", "_")) if name.strip(" .") else "_"


def clear_of_splits(name: str) -> str:
    """Return a path whose first folder no reader takes for that of a split."""
    first, slash, _ = name.partition("/")
    return f"_{name}" if slash and _LIKE_SPLIT.fullmatch(first) else name


def without_suffix(name: str) -> str:
    """Return a picture's path without the extension; a dot that begins no picture's extension stays."""
    return stem(name) if is_picture(name) else name


def _own_name(image_id: str, file_name: str | None) -> str:
    if not file_name:
        return image_id
    path = file_name.replace("\\", "/")
    core = without_suffix(path)
    if core == image_id or core.endswith("/" + image_id):
        return image_id + path[len(core) :]
    return path


def _safe_part(part: str) -> str:
    text = _FORBIDDEN.sub("_", part.encode("utf-8", "replace").decode()).lstrip().rstrip(_END) or "_"
    if _RESERVED.fullmatch(text) or text.startswith("."):
        text = "_" + text  # folders that begin with a dot are hidden, and readers pass them by
    return _shortened(text, whole=part) if len(text.encode()) > LONGEST_PART else text


def _shortened(text: str, *, whole: str) -> str:
    core, suffix = (stem(text), text[len(stem(text)) :]) if is_picture(text) else (text, "")
    digest = hashlib.sha256(whole.encode("utf-8", "replace")).hexdigest()[:_DIGEST]
    kept = core.encode()[: LONGEST_PART - _DIGEST - len(suffix) - 1].decode("utf-8", "ignore").rstrip(_END)
    return f"{kept}-{digest}{suffix}"


def _unique(name: str, taken: set[str]) -> str:
    """Return the name, or the first of name_2, name_3, ... that nobody has, and note that it is taken."""
    core = without_suffix(name)
    suffix, new, number = name[len(core) :], core, 1
    while _folded(new) in taken:
        number += 1
        new = f"{core}_{number}"
    taken.add(_folded(new))
    return new + suffix


def _folded(name: str) -> str:
    return unicodedata.normalize("NFC", name).casefold()
