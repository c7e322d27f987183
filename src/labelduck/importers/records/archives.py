"""NumPy's npy and npz as tables: arrays of equal length are columns, a matrix is a column of lists."""

from __future__ import annotations

import warnings
import zipfile
from collections import Counter
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from labelduck.errors import BadInputError
from labelduck.importers.base import why_unreadable
from labelduck.importers.files import LARGE, SWELLS
from labelduck.importers.image_sizes import DAMAGED_ZIP
from labelduck.importers.json_records import document
from labelduck.importers.npy import UNREADABLE
from labelduck.importers.values import to_text

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    Array = NDArray[Any]

_UNREADABLE = (*DAMAGED_ZIP, *UNREADABLE)
NPY = b"\x93NUMPY"
_LAST_CODE, _SURROGATES = 0x10FFFF, (0xD800, 0xDFFF)
ZIP = b"PK\x03\x04"


def is_numpy(path: Path) -> bool:
    """Tell whether a file is an npy, or a zip as npz is one."""
    with path.open("rb") as file:
        return file.read(6).startswith((NPY, ZIP))


def is_zip(path: Path) -> bool:
    """Tell whether a file begins as an npz does."""
    with path.open("rb") as file:
        return file.read(4) == ZIP


def names(path: Path) -> list[str]:
    """Return the names of the arrays of an npz."""
    with zipfile.ZipFile(path) as packed:
        return [name.removesuffix(".npy") for name in packed.namelist() if name.endswith(".npy")]


def arrays(path: Path) -> dict[str, Array]:
    """Return the arrays of an npz by name; of an npy, the one as `""`, or its fields by name.

    Raises:
        BadInputError: It is damaged, holds Python objects, or would swell beyond all measure.
    """
    try:
        _refuse_swelling(path)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # numpy tells of headers that it reads all the same
            return _loaded(path)
    except _UNREADABLE as error:
        remedy = "save text as np.array(names, dtype=str), numbers as numbers, with np.savez"
        raise BadInputError(path, "", f"{why_unreadable(error, 'NumPy arrays')}; {remedy}") from error


def table(path: Path) -> pa.Table:
    """Return the arrays of an npz as columns by name; a matrix alone, as npy has it, are vectors whose ids lie beside it.

    Raises:
        BadInputError: As `arrays`, or the arrays are not of equal length, or nothing says what the rows are.
    """
    found = arrays(path)
    if "" in found:
        return _with_ids(path, found[""])
    lengths = {name: len(array) if array.ndim else -1 for name, array in found.items()}
    if len(set(lengths.values())) != 1 or -1 in lengths.values():
        told = ", ".join(f"{name} {array.shape}" for name, array in found.items()) or "none"
        raise BadInputError(path, "", f"the arrays are not columns of equal length: {told}")
    return pa.table({name: column(array) for name, array in found.items()})


def _with_ids(path: Path, matrix: Array) -> pa.Table:
    ids = ids_beside(path)
    if matrix.ndim != 2 or ids is None or len(ids) != len(matrix):
        raise BadInputError(
            path,
            "",
            f"is an array {matrix.shape} without ids; save them beside it as {path.stem}_ids.npy, .txt (one a line) or .json, "
            "or both as columns of an npz",
        )
    return pa.table({"target_id": ids, "vector": column(matrix)})


def column(array: Array) -> pa.Array:
    """Return an array as a column: one value a row, or the row of a matrix as a list."""
    if array.ndim > 1:
        flat = np.ascontiguousarray(array).reshape(len(array), -1)
        return pa.FixedSizeListArray.from_arrays(pa.array(flat.reshape(-1)), flat.shape[1])
    if array.dtype.kind == "S":
        array = np.char.decode(array, "utf-8", "replace")
    if array.dtype.kind in "OVc":
        return pa.array([str(value) for value in array.tolist()], pa.string())
    return pa.array(np.ascontiguousarray(array).astype(array.dtype.newbyteorder("="), copy=False))


def ids_beside(path: Path) -> pa.Array | None:
    """Return the ids in a file beside a matrix: NAME_ids or NAME.ids as npy, txt (one a line) or json; None without one."""
    for candidate in (f"{path.stem}{mark}{word}" for mark in "_." for word in ("ids", "image_ids", "names")):
        for ending in (".npy", ".txt", ".json"):
            file = path.with_name(candidate + ending)
            if file.is_file():
                return _ids(file)
    return None


def _ids(path: Path) -> pa.Array:
    try:
        if path.suffix == ".npy":
            return to_text(column(arrays(path)[""]))[0]
        text = path.read_text(encoding="utf-8-sig")
        lines = document(text.encode()) if path.suffix == ".json" else text.splitlines()
        return pa.array([str(line).strip() for line in lines], pa.string())
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise BadInputError(path, "", why_unreadable(error, "a list of ids")) from error


def matrices(found: dict[str, Array]) -> list[str]:
    """Return the names of the arrays that are matrices of numbers, the likeliest first: of most rows."""
    numbers = [name for name, array in found.items() if array.ndim == 2 and array.dtype.kind in "fiu"]
    lengths = Counter(len(array) for array in found.values() if array.ndim)
    return sorted(numbers, key=lambda name: -lengths[len(found[name])])


def _loaded(path: Path) -> dict[str, Array]:
    if not is_zip(path):
        # Mapped, a file shorter than its header says is refused before memory is asked for.
        loaded = np.load(path, allow_pickle=False, mmap_mode="r")
        fields = loaded.dtype.names
        return _texts_checked({name: loaded[name] for name in fields} if fields else {"": loaded})
    with path.open("rb") as file, np.load(file, allow_pickle=False) as packed:
        return _texts_checked({name: packed[name] for name in packed.files})


def _texts_checked(found: dict[str, Array]) -> dict[str, Array]:
    for name, array in found.items():
        if array.dtype.kind == "U" and array.dtype.itemsize:
            codes = np.ascontiguousarray(array).astype(array.dtype.newbyteorder("=")).view(np.uint32)
            if np.any((codes > _LAST_CODE) | ((codes >= _SURROGATES[0]) & (codes <= _SURROGATES[1]))):
                what = f"{name or 'the array'} holds text that is no Unicode"
                raise ValueError(what)
    return found


def _refuse_swelling(path: Path) -> None:
    if not zipfile.is_zipfile(path):
        return
    with zipfile.ZipFile(path) as packed:
        for member in packed.infolist():
            if member.file_size > LARGE and member.file_size > SWELLS * max(1, member.compress_size):
                what = f"{member.filename} would swell from {member.compress_size:,} to {member.file_size:,} bytes"
                raise ValueError(what)
