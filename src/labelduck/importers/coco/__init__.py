"""COCO: annotation files (detection, segmentation, keypoints, captions, panoptic) and results files."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING, Any

from labelduck.errors import BadInputError
from labelduck.importers.base import Problems, rows_to_table, storable
from labelduck.importers.coco import results, tables
from labelduck.importers.coco.annotations import read_attributions
from labelduck.importers.coco.classes import read_classes
from labelduck.importers.coco.document import open_document
from labelduck.importers.coco.folder import OF_ROBOFLOW, Merger, prefix_of, split_files
from labelduck.importers.coco.images import read_images
from labelduck.importers.coco.own_ids import OwnIds
from labelduck.importers.coco.panoptic import masks_folder
from labelduck.importers.coco.scene import Scene
from labelduck.importers.coco.tasks import Overlap, is_part
from labelduck.importers.glance import glance
from labelduck.importers.image_sizes import suffix

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from labelduck.importers.base import Batch, Known, ReadOptions
    from labelduck.importers.coco.document import Document

SNIFFED_BYTES = 1 << 16
READ_SECTIONS = frozenset({"images", "annotations", "categories", "attributions"})
DESCRIPTIONS = frozenset({"info", "licenses", "type"})
"""Top-level fields that say nothing of any image or object."""


def read(path: Path, options: ReadOptions) -> Iterator[Batch]:
    """Yield images, classes and annotations of a COCO annotation file, or of a folder that holds one per split.

    Ids may be numbers or text; missing `area`, `iscrowd` and sizes are filled or left null; what has no column goes to
    `attributes` as JSON. A record that cannot be used becomes a row of `import_problems`. Objects keep the file's order.

    Args:
        path: The JSON file; the PNG files of a panoptic one lie in a folder named like it. Of a folder with several files
            the ids get the folder or split of their file before them, `train/7`.
        options: `split` is taken for images that name none, `images` or `sizes` for those without width and height.

    Raises:
        BadInputError: The file is no JSON, cut off, or no COCO annotation file.
    """
    if not path.is_dir():
        yield from _read_file(path, options)
        return
    parts, merger, problems = split_files(path), Merger(), Problems()
    overlap = Overlap(parts, problems)
    is_one = len({part.split or part.name for part in parts}) == 1
    for part in parts:
        name, split = part.name, part.split
        if overlap.is_told_by_others(part):
            continue
        prefix = prefix_of(name, split) if len(parts) > 1 and not (is_one and part.task) else ""
        folder = name.removesuffix(OF_ROBOFLOW) if name.endswith(OF_ROBOFLOW) else ""
        for batch in _read_file(path / name, replace(options, split=split or options.split)):
            yield merger.merge(overlap.without_repeats(batch, part), prefix=prefix, folder=storable(folder))
    yield {"import_problems": problems.take()}


def _read_file(path: Path, options: ReadOptions) -> Iterator[Batch]:
    with open_document(path) as document:
        _refuse_results(document)
        problems = Problems()
        images, classes = read_images(document, options, problems), read_classes(document, problems)
        attributions = read_attributions(document.value("attributions"))
        scene = Scene(storable(str(path)), images, classes, problems, masks_folder(path), attributions)
        first = {"images": images.rows, "classes": classes.rows}
        if images.assignments:
            first["assignments"] = rows_to_table("assignments", images.assignments)
        _note_other_sections(document, problems)
        yield first
        for chunk in document.chunks("annotations"):
            yield tables.to_batch(document, chunk, scene)
        scene.report()
        yield {"import_problems": problems.take()}


def read_predictions(path: Path, known: Known, options: ReadOptions) -> Iterator[Batch]:  # noqa: ARG001
    """Yield the predictions of a COCO results file: boxes, masks or keypoints with a score.

    Area and missing boxes are as pycocotools' `loadRes` makes them. The prediction's id is its position in the file. A document
    that lists images of its own means those by its numbers: they are the dataset's images of the same file names.

    Args:
        path: The JSON file: a list of records, or an object whose `annotations` are records with a score.
        known: The images and classes of the dataset that the predictions are for.
        options: None matters here.

    Raises:
        BadInputError: The file is no JSON, cut off, or no COCO results file.
    """
    with open_document(path) as document:
        section = "" if document.is_list else "annotations"
        _refuse_annotations(document, section)
        own = OwnIds(document, known)
        target = results.target(storable(str(path)), section, own.known, Problems())
        for chunk in document.chunks(section):
            yield own.translated(results.to_batch(document, chunk, target))
        target.report()
        yield {"import_problems": target.problems.take()}


def sniff(path: Path) -> float:
    """Tell how sure it is that a file is COCO JSON, 0 to 1, from its first bytes."""
    try:
        if path.is_dir():
            return _sniff_folder(path)
        with path.open("rb") as file:
            start = file.read(SNIFFED_BYTES)
    except OSError:
        return 0.0
    head = start.lstrip(b"\xef\xbb\xbf \t\r\n")
    if head[:1] == b"[":
        return _looks_like_results(head)
    return _looks_like_annotations(head) if head[:1] == b"{" else 0.0


def _sniff_folder(path: Path) -> float:
    """Tell how sure it is that a folder holds files of splits or tasks, or one file beside its pictures."""
    inside = (path, *islice(path.iterdir(), 50))
    if any((folder / OF_ROBOFLOW).is_file() for folder in inside):
        return 0.95
    seen = glance(path)
    names = [name for name in seen.names if suffix(name) == ".json"]
    parts = [name for name in names if is_part(name)]
    is_alone = len(names) == 1 and "/" not in names[0]
    for name in parts[:3] or (names if is_alone else ()):
        head = seen.first_bytes(name, SNIFFED_BYTES).lstrip(b"\xef\xbb\xbf \t\r\n")
        if head[:1] == b"{" and _looks_like_annotations(head) > 0:
            return 0.93
    return 0.0


def _note_other_sections(document: Document, problems: Problems) -> None:
    """Note the top-level keys that no table has a place for."""
    for name in document.sections:
        if name in READ_SECTIONS:
            continue
        value = document.value(name)
        if name not in DESCRIPTIONS:
            problem = "this top-level field has no place in the lake; not kept"
            problems.add(str(document.path), name, problem, severity="warning", record=value)


def _refuse_results(document: Document) -> None:
    """Raise when the file is something else than COCO annotations."""
    if document.is_list:
        raise BadInputError(
            document.path,
            "",
            "is a list of COCO results, not annotations; import it with `labelduck predictions coco`",
        )
    if not document.has_list("images"):
        keys = ", ".join(list(document.sections)[:6]) or "nothing"
        raise BadInputError(
            document.path,
            "",
            f"has no list `images` (only {keys}), so it is no COCO annotation file; "
            "a model's output is imported with `labelduck predictions coco`",
        )


def _refuse_annotations(document: Document, section: str) -> None:
    """Raise when the file is something else than COCO results."""
    if section and not document.has_list(section):
        raise BadInputError(document.path, "", "has no list `annotations`; expected a list of COCO results")
    first: Any = next((document.decode(span) for span in document.spans(section)), None)
    if section and isinstance(first, dict) and "score" not in first:
        raise BadInputError(
            document.path,
            "annotations[0]",
            "has no score: these are annotations, not predictions; import them with `labelduck import coco`",
        )


def _looks_like_results(head: bytes) -> float:
    record = re.match(rb"\[\s*(\{[^{}]*)", head)
    if record is None:
        return 0.3 if re.fullmatch(rb"\[\s*\]\s*", head) else 0.0
    keys = set(re.findall(rb'"(\w+)"\s*:', record[1]))
    return 0.95 if {b"image_id", b"category_id"} <= keys else 0.0


def _looks_like_annotations(head: bytes) -> float:
    lists = set(re.findall(rb'"(images|annotations|categories)"\s*:\s*\[', head))
    keys = set(re.findall(rb'"(\w+)"\s*:', head))
    if len(lists) > 1 and b"images" in lists:
        return 0.95
    of_annotations = b"image_id" in keys and bool(keys & {b"category_id", b"caption", b"segments_info"})
    return 0.9 if lists and (b"images" in lists or of_annotations) else 0.0
