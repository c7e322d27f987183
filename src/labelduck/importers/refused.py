"""What is no image annotation that can be read here, told apart, so that an error can say what it is and what to do instead.

A row of the table is a pattern of file names, or of first bytes, and a sentence. Nothing is ever unpickled: a pickle may run any program.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from labelduck.importers.glance import glance
from labelduck.importers.image_sizes import PICTURE_SUFFIXES, suffix

if TYPE_CHECKING:
    from pathlib import Path

    from labelduck.importers.glance import Glance


class Kind(NamedTuple):
    """A kind of files that is refused.

    Attributes:
        name: Pattern of the names, small letters, as a whole.
        head: Pattern of the first bytes.
        reason: What it is, and what to do instead, in words that follow the path.
    """

    name: str
    head: bytes
    reason: str


_INSTEAD = "export the annotations as COCO, YOLO, VOC, CSV or Parquet instead"
_LABELS = "save the labels as CSV (image_id, class_name) and import that with `labelduck import labels`"
_NO_LABELS = "which says how to label and holds no labels; import the export instead"
_HDF5 = f"is an HDF5 file, whose layout is each author's own; {_INSTEAD}"
_SCAN = "a scan in three dimensions is no picture; export its slices and masks as PNG and import those as mask_png"

KINDS = (
    Kind(r".*\.mat", b"", f"is a MATLAB file, which is not read here; {_INSTEAD}"),
    Kind(r".*\.(h5|hdf5)", b"", _HDF5),
    Kind(r".*", b"\x89HDF\r\n", _HDF5),
    Kind(r".*\.nii(\.gz)?", b"", f"is a NIfTI volume: {_SCAN}"),
    Kind(r".*\.(dcm|nrrd|mha)", b"", f"is a medical volume: {_SCAN}"),
    Kind(
        r".*\.(tfrecords?|tfrecord-\d+-of-\d+)",
        b"",
        f"is a TFRecord, which only TensorFlow reads; {_INSTEAD}",
    ),
    Kind(
        r".*\.(pcd|las|laz|velodyne)|(.*/)?velodyne[^/]*/.*\.bin",
        b"",
        "is a point cloud: only annotations of pictures are read here; project them on camera pictures first",
    ),
    Kind(
        r"(.*/)?tracklet_labels\.xml",
        b"",
        "holds KITTI's tracklets, boxes in three dimensions: only annotations of pictures are read here; project them on camera pictures first",
    ),
    Kind(
        r".*\.(avi|mp4|mov|mkv|webm)",
        b"",
        "is a video: labels of frames come from its annotation file, such as CVAT's annotations.xml; import that",
    ),
    Kind(
        r".*idx\d-ubyte(\.gz)?",
        b"",
        f"is an IDX file of MNIST, pictures and labels as bare numbers; {_LABELS}",
    ),
    Kind(
        r".*\.(pkl|pickle|p)",
        b"",
        f"is a Python pickle, which may run any program when it is opened and is never read here; {_LABELS}",
    ),
    Kind(
        r"(.*/)?[^/.]+(\.meta|_\d)?",
        rb"\x80[\x02-\x05]|\((dp|lp)",
        f"is a Python pickle, which may run any program when it is opened and is never read here; {_LABELS}",
    ),
    Kind(r".*\.xml", rb"\s*<View\b", f"is a labelling configuration of Label Studio, {_NO_LABELS}"),
    Kind(r".*\.json", rb'(?s).*"to_name"\s*:', f"is a labelling configuration of Label Studio, {_NO_LABELS}"),
    Kind(r".*\.np[yz]", b"", f"is a NumPy array without names of pictures or classes; {_INSTEAD}"),
)
"""Looked through from first to last; the first that fits a file counts."""

_TABLES = frozenset((".csv", ".tsv"))
_PROBABILITIES = re.compile(r"(.*,)?\s*\"?(class)?_?prob(ability|s)?_?\d*\"?\s*(,.*)?", re.IGNORECASE)
_VIDEO_LABELS = re.compile(r"(.*,)?youtube_id(,.*)?", re.IGNORECASE)
_PAIRS = (frozenset(("hr", "lr")), frozenset(("gt", "lq")), frozenset(("high", "low")))
_MOST_LOOKED_AT = 300
_HEAD = 1024


def why_refused(path: Path) -> str:
    """Return what a path is that no format recognises and what to do instead, in words that follow it; nothing when that is unknown."""
    seen = glance(path)
    names = seen.names[:_MOST_LOOKED_AT]
    for name in names:
        if found := _kind(seen, name):
            return found if seen.is_single else f"holds {name}, which {found}"
    if seen.is_single and path.is_file() and not path.stat().st_size:
        return "is empty"
    tables = [name for name in names if suffix(name) in _TABLES]
    if tables:
        return _table(seen, tables[0])
    is_pictures = bool(names) and all(suffix(name) in PICTURE_SUFFIXES for name in names)
    if is_pictures:
        return _pictures(seen)
    if not names and not seen.is_single:
        return "holds no file"
    packed = bool(names) and all(suffix(name) in (*PICTURE_SUFFIXES, ".zip") for name in names)
    return _ONLY_PICTURES if packed else ""


def _kind(seen: Glance, name: str) -> str:
    for kind in KINDS:
        is_named = re.fullmatch(kind.name, name.lower()) is not None
        if is_named and (not kind.head or re.match(kind.head, seen.first_bytes(name, _HEAD))):
            return kind.reason
    return ""


_ONLY_PICTURES = "holds pictures and no annotation file; name the folder that has both, or sort the pictures into a folder per class"


def _pictures(seen: Glance) -> str:
    folders = {folder.rpartition("/")[2].lower() for folder in seen.folders()}
    if any(pair <= folders for pair in _PAIRS):
        return "holds pairs of pictures for super-resolution, whose target is a picture: there is no label to import"
    return _ONLY_PICTURES


def _table(seen: Glance, name: str) -> str:
    shown = "" if seen.is_single else f"holds {name}, which "
    header = next(iter(seen.head(name).splitlines()), "")
    if _VIDEO_LABELS.fullmatch(header):
        return f"{shown}labels parts of videos: only labels of pictures are read here"
    if _PROBABILITIES.fullmatch(header):
        remedy = "import them with `labelduck predictions labels` after naming the columns image_id and the classes"
        return f"{shown}holds probabilities of classes, predictions of a model; {remedy}"
    if all(re.fullmatch(r"\s*-?[\d.]+\s*", cell) for cell in header.split(",")):
        return f"{shown}is a table of numbers without a header, so that no column names a picture; {_LABELS}"
    columns = ", ".join(cell.strip().strip('"') for cell in header.split(",")[:4])
    remedy = "name the picture's column image_id and the class's class_name, and import it with `labelduck import labels`"
    return f"{shown}is a table whose columns ({columns:.80}, ...) name no picture; {remedy}"
