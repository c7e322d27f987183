"""What Roboflow writes beside COCO, YOLO and VOC: CreateML JSON, CSV of boxes, CSV of classes, and oriented boxes as text.

    _annotations.createml.json   boxes by their centre, width and height in pixels
    _annotations.csv             filename, width, height, class, xmin, ymin, xmax, ymax: plain corners (TensorFlow)
    _classes.csv                 filename and a column of 0 or 1 per class: classes of whole pictures
    labelTxt/*.txt               x1 y1 ... x4 y4 class difficult: oriented boxes in pixels (DOTA)

Each lies in a folder per split (train, valid, test) beside its pictures. An image's id is the path of its picture without
extension and without the split's folder. TFRecord files are refused: they say nothing that the others do not.
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from labelduck.errors import BadInputError
from labelduck.importers.files import Files, UnreadableFileError
from labelduck.importers.image_sizes import suffix, walk
from labelduck.importers.roboflow.boxes import add_createml, add_dota
from labelduck.importers.roboflow.sheets import add_sheet
from labelduck.importers.scene import Scene

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from labelduck.importers.base import Batch, ReadOptions

_SUFFIXES = frozenset((".json", ".csv", ".txt", ".tfrecord"))
_OTHERS = ("_annotations.coco.json",)
_HEAD = 1 << 14
_LISTED = 2_000
_BOX_COLUMNS = frozenset(("filename", "class", "xmin", "ymin", "xmax", "ymax"))


def read(path: Path, options: ReadOptions) -> Iterator[Batch]:
    """Yield images, classes, annotations or image labels, and problems.

    Args:
        path: Folder or zip of the export, or one of its files.
        options: `split` counts where no folder says one, `images` and `sizes` give sizes that the files leave open,
            `class_names` numbers the classes.

    Raises:
        BadInputError: There is none of these files, or the one file named cannot be read.
    """
    scene = Scene(path, options)
    files = Files(path, _SUFFIXES, problems=scene.rows.problems)
    names = [name for name in files.names if files.is_single or _counts(name)]
    if not names:
        said = "holds no _annotations.createml.json, _annotations.csv, _classes.csv or labelTxt"
        raise BadInputError(
            path, "", f"{said}; COCO, YOLO and VOC of Roboflow are imported as coco, yolo and voc"
        )
    yield from scene.read(files, names, lambda scene, data, name: _reader(name)(scene, data, name))


def sniff(path: Path) -> float:
    """Tell how sure it is that a path holds such files, 0 to 1. It never raises."""
    try:
        if not path.is_dir():
            return _sniff_file(path)
        names = [name for name in islice(walk(path, _SUFFIXES), _LISTED) if _counts(name)]
        return max((_sniff_file(path / name) for name in names[:3]), default=0.0)
    except OSError:
        return 0.0


def _counts(name: str) -> bool:
    """Tell whether a file of a folder is one of Roboflow's."""
    folder, _, last = name.lower().rpartition("/")
    if last.endswith(".txt"):
        return folder.endswith("labeltxt")
    return last.endswith((".csv", ".tfrecord", ".json")) and not last.endswith(_OTHERS)


def _reader(name: str) -> Callable[[Scene, bytes, str], Iterator[None]]:
    readers = {".csv": add_sheet, ".json": add_createml, ".txt": add_dota, ".tfrecord": _refuse_tfrecord}
    return readers.get(suffix(name), add_createml)


def _refuse_tfrecord(_: Scene, __: bytes, ___: str) -> Iterator[None]:
    raise UnreadableFileError(
        "is a TFRecord, which only TensorFlow reads; export the dataset as COCO, YOLO, VOC or CSV instead"
    )
    yield


def _sniff_file(path: Path) -> float:
    with path.open("rb") as file:
        head = file.read(_HEAD)
    kind = suffix(path.name)
    if kind == ".tfrecord":
        return 0.92
    if kind == ".txt":
        return 0.92 if path.parent.name.lower() == "labeltxt" else 0.0
    if kind == ".csv":
        columns = [
            name.strip().strip('"') for name in head.split(b"\n", 1)[0].decode("utf-8", "replace").split(",")
        ]
        if path.name.endswith("_classes.csv") and columns[0].lower() == "filename":
            return 0.95
        return 0.95 if {name.lower() for name in columns} >= _BOX_COLUMNS else 0.0
    is_list = head.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"["
    is_like = b'"coordinates"' in head and (b'"image"' in head or b'"imagefilename"' in head)
    return 0.95 if is_list and is_like else 0.0
