"""Columns of the objects in a portion of label files."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from labelduck.importers.yolo.checks import REFUSED, check, repeated_lines
from labelduck.importers.yolo.lines import parse
from labelduck.importers.yolo.shapes import Chosen, shape_columns

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from labelduck.importers.repeats import Repeats
    from labelduck.importers.yolo.checks import Checked
    from labelduck.importers.yolo.classes import Classes
    from labelduck.importers.yolo.lines import Lines
    from labelduck.importers.yolo.task import Task

NO_SIZE = "the labels are left out, for the picture's size is not known: give the pictures (--images) or sizes (--sizes)"
REPEATED = "repeats an earlier line; it is kept, though training tools drop it"
NO_NAME = "the class number has no name"


@dataclass(frozen=True)
class Files:
    """Label files, F of them.

    Attributes:
        data: Bytes of each.
        image_ids: Image of each.
        names: Path of each, as named to the user.
        sizes: Width and height of each picture in pixels, NaN where not known, [F, 2].
        no_sizes: Why a size is not known, by file.
    """

    data: list[bytes]
    image_ids: list[str]
    names: list[str]
    sizes: NDArray[np.float64]
    no_sizes: dict[int, str]


@dataclass(frozen=True)
class Objects:
    """Objects of a portion of files, N of them.

    Attributes:
        columns: image_id, class_name, source_file, source_ref and the columns of the shapes.
        ids: Id of each object: its image's, and its position in the file.
        confidence: Confidence that ends the line, NaN where there is none, [N].
        unsized: Files whose labels were left out for want of a size.
    """

    columns: dict[str, pa.Array]
    ids: pa.Array
    confidence: NDArray[np.float64]
    unsized: frozenset[int]


def read_objects(files: Files, task: Task, classes: Classes, repeats: Repeats) -> Objects:
    """Return the objects of label files.

    Args:
        files: Label files.
        task: Layout of their lines.
        classes: Names of the class numbers.
        repeats: Takes the lines that are refused or doubtful.
    """
    lines = parse(files.data)
    is_sized = ~np.isnan(files.sizes[lines.file, 0]) if len(lines) else np.empty(0, bool)
    unsized = _note_unsized(files, lines, is_sized, repeats)
    checked = check(lines, task)
    checked.kinds[~is_sized] = REFUSED
    _note_findings(files, lines, checked, repeats)
    which = np.flatnonzero(checked.kinds != REFUSED)
    file = lines.file[which]
    widths, heights = files.sizes[file].T
    chosen = Chosen(lines, which, checked.kinds[which], checked.numbers[which], widths, heights)
    columns, areas = shape_columns(chosen, task)
    _note_flat(files, chosen, areas, repeats)
    names = _class_column(files, chosen, classes, repeats, is_told=not task.is_scored)
    image_ids = pa.array(files.image_ids, pa.string())
    numbers = lines.number[which]
    columns |= {
        "image_id": _dictionary(file, image_ids),
        "class_name": names,
        "source_file": _dictionary(file, pa.array(files.names, pa.string())),
        "source_ref": _dictionary(numbers, _counted("line ", numbers)),
    }
    position = lines.position[which]
    ids = pc.binary_join_element_wise(
        image_ids.take(pa.array(file)), _counted("", position).take(pa.array(position)), "/"
    )
    return Objects(columns, ids, checked.confidence[which], unsized)


def _class_column(
    files: Files, chosen: Chosen, classes: Classes, repeats: Repeats, *, is_told: bool
) -> pa.DictionaryArray:
    lines = chosen.lines
    names, is_unnamed = classes.column(lines.classes[chosen.which].astype(np.int64))
    if classes.names and is_told:  # predictions are counted instead: a model repeats itself
        for line in chosen.which[is_unnamed].tolist():
            text = f"the class number {lines.classes[line]:.0f} has no name"
            _note(files, lines, line, repeats, (NO_NAME, text))
    return names


def _dictionary(places: NDArray[np.int64], names: pa.Array) -> pa.DictionaryArray:
    return pa.DictionaryArray.from_arrays(pa.array(places, pa.int32()), names)


def _counted(before: str, numbers: NDArray[np.int64]) -> pa.Array:
    most = int(numbers.max()) if len(numbers) else 0
    return pa.array([f"{before}{number}" for number in range(most + 1)], pa.string())


def _note(
    files: Files, lines: Lines, line: int, repeats: Repeats, text: tuple[str, str], *, is_error: bool = False
) -> None:
    name = files.names[lines.file[line]]
    place = f"line {lines.number[line]}"
    severity = "error" if is_error else "warning"
    repeats.add(text[0], name, place, text[1], severity=severity, record=lines.said(line))  # type: ignore[arg-type]


def _note_unsized(
    files: Files, lines: Lines, is_sized: NDArray[np.bool_], repeats: Repeats
) -> frozenset[int]:
    without, counts = np.unique(lines.file[~is_sized], return_counts=True)
    for file, count in zip(without.tolist(), counts.tolist(), strict=True):
        record = files.data[file].decode("utf-8", "replace")
        reason = files.no_sizes.get(file, "")
        repeats.add(NO_SIZE, files.names[file], "", f"{count} of {NO_SIZE} ({reason})", record=record)
    return frozenset(without.tolist())


def _note_findings(files: Files, lines: Lines, checked: Checked, repeats: Repeats) -> None:
    for finding in checked.findings:
        text = (finding.kind, finding.problem)
        _note(files, lines, finding.line, repeats, text, is_error=finding.severity == "error")
    for later, earlier in repeated_lines(lines):
        if checked.kinds[later] != REFUSED:
            text = (
                REPEATED,
                f"repeats line {lines.number[earlier]}; it is kept, though training tools drop it",
            )
            _note(files, lines, later, repeats, text)


def _note_flat(files: Files, chosen: Chosen, areas: NDArray[np.float64], repeats: Repeats) -> None:
    for place in np.flatnonzero((areas == 0) & (chosen.numbers > 4)).tolist():
        text = "the shape has no area"
        _note(files, chosen.lines, int(chosen.which[place]), repeats, (text, text))
