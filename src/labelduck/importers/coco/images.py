"""Images of a COCO file."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from labelduck.importers.base import rows_to_table
from labelduck.importers.coco.fields import (
    IMAGE_FIELDS,
    NotReadableError,
    as_json,
    flattened,
    read_text,
    read_whole,
    recognise,
)
from labelduck.importers.coco.ids import IdIndex, id_text
from labelduck.importers.coco.plain_images import plain_images
from labelduck.importers.coco.sessions import sessions_of

if TYPE_CHECKING:
    from labelduck.importers.base import Problems, ReadOptions
    from labelduck.importers.coco.document import Document

_KEYS = frozenset({"id", "labelduck_id", "file_name", "width", "height", "tags", "extra"})


@dataclass(eq=False, repr=False)
class Images:
    """The images of a file, and who is said to have annotated each.

    Attributes:
        rows: Rows of `images`.
        index: Position of each image by its id.
        annotators: Annotator by position; empty when no image names one.
        batches: Batch by position, likewise.
        assignments: Rows of `assignments`.
    """

    rows: pa.Table
    index: IdIndex
    annotators: list[str | None] = field(default_factory=list)
    batches: list[str | None] = field(default_factory=list)
    assignments: list[dict[str, Any]] = field(default_factory=list)


def read_images(document: Document, options: ReadOptions, problems: Problems) -> Images:
    """Return the images of a file; a second one with the same id is left out and noted."""
    is_annotated = document.has_list("annotations")
    plain = plain_images(document, split=options.split, is_annotated=is_annotated)
    if plain is not None:
        rows, ids = plain
        return Images(rows, IdIndex(ids))
    return _read_each(document, options, problems, is_annotated=is_annotated)


def _read_each(document: Document, options: ReadOptions, problems: Problems, *, is_annotated: bool) -> Images:
    source_file, rows, seen = str(document.path), list[dict[str, Any]](), set[str]()
    images, own_ids = Images(pa.table({}), IdIndex([])), list[str]()
    for position, span in enumerate(document.spans("images")):
        record, place = document.decode(span), f"images[{position}]"
        image_id = id_text(record.get("id")) if isinstance(record, dict) else None
        if image_id is None:
            problems.add(source_file, place, "has no usable id; left out", record=record)
        elif image_id in seen:
            problem = f"repeats image id {image_id}; the first is kept, this one left out"
            problems.add(source_file, place, problem, record=record)
        else:
            seen.add(image_id)
            # Where ids are no numbers, an export for tools that need numbers keeps them beside.
            own_ids.append(id_text(record.get("labelduck_id")) or image_id)
            row = {"image_id": image_id, "split": options.split, "is_annotated": is_annotated}
            rows.append(row | _read_image(image_id, record, images))
    lacking = [row for row in rows if not (row["width"] and row["height"])]
    if lacking:
        n_lacking = len(lacking) - _fill_sizes(lacking, options)
        if n_lacking:
            problem = (
                f"{n_lacking} of {len(rows)} images have no width or height; tell where the pictures lie"
            )
            problems.add(source_file, "images", problem, severity="warning")
    for values in (images.annotators, images.batches):
        if not any(values):
            values.clear()
    images.index = IdIndex([row["image_id"] for row in rows])
    if len(set(own_ids)) == len(rows) and own_ids != list(images.index.ids):
        images.index.rename(own_ids)
        rows = [row | {"image_id": own} for row, own in zip(rows, own_ids, strict=True)]
    images.rows = rows_to_table("images", rows)
    return images


def _fill_sizes(rows: list[dict[str, Any]], options: ReadOptions) -> int:
    """Take sizes from the pictures or the list of sizes, in place; return how many were found."""
    if options.images is None and options.sizes is None:
        return 0
    from labelduck.importers.image_sizes import ImageSizes

    sizes, n_found = ImageSizes(images=options.images, sizes=options.sizes), 0
    for row in rows:
        with suppress(ValueError):
            row["width"], row["height"] = sizes.size(row["file_name"] or "")
            n_found += 1
    return n_found


def _read_image(image_id: str, record: dict[str, Any], images: Images) -> dict[str, Any]:
    columns, rest = recognise(flattened(record, _KEYS), IMAGE_FIELDS)
    annotator, job = columns.pop("annotator", None), columns.pop("job", None)
    images.annotators.append(annotator)
    images.batches.append(columns.get("batch"))
    people = [annotator] if annotator is not None else _people(record)
    if people:
        status = "in_progress" if columns.get("is_annotated") is False else "completed"
        about = {"image_id": image_id, "job": job, "status": status, "batch": columns.get("batch")}
        images.assignments.extend(about | {"annotator": person} for person in people)
    elif job is not None:
        rest["job"] = job
    return columns | _name_and_size(record, rest) | {"attributes": as_json(rest)}


def _people(record: dict[str, Any]) -> list[str]:
    """Return who worked on an image in sessions, each once."""
    return list(dict.fromkeys(session.annotator for session in sessions_of(record)))


def _name_and_size(record: dict[str, Any], rest: dict[str, Any]) -> dict[str, Any]:
    row: dict[str, Any] = {}
    for name, read in (("file_name", read_text), ("width", read_whole), ("height", read_whole)):
        try:
            row[name] = read(record.get(name))
        except NotReadableError:
            row[name], rest[name] = None, record[name]
    extra = record.get("extra")
    # Roboflow's own name and tags.
    tags = extra.get("user_tags") if isinstance(extra, dict) else record.get("tags")
    if isinstance(tags, list) and all(isinstance(tag, str) for tag in tags):
        row["tags"] = tags
    elif tags is not None:
        rest["tags"] = tags
    if isinstance(extra, dict):
        rest.update((name, value) for name, value in extra.items() if name != "user_tags")
    elif extra is not None:
        rest["extra"] = extra
    return row
