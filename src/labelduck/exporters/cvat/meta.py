"""What a CVAT file says of its task."""

from __future__ import annotations

from typing import TYPE_CHECKING

from labelduck.exporters.cvat.text import element

if TYPE_CHECKING:
    from collections.abc import Iterable

    from labelduck.exporters.base import Selection
    from labelduck.exporters.cvat.labels import Label


def meta(selection: Selection, labels: Iterable[Label]) -> str:
    """Return the `meta` element: one task of all images, with no jobs, as a selection is not made of any."""
    splits = selection.images["split"].unique().to_pylist()
    subset = splits[0] if len(splits) == 1 else None
    size = selection.images.num_rows
    told = (
        ("id", "1"),
        ("name", selection.dataset),
        ("size", str(size)),
        ("mode", "annotation"),
        ("overlap", "0"),
    )
    frames = (
        ("subset", subset),
        ("start_frame", "0"),
        ("stop_frame", str(max(size - 1, 0))),
        ("segments", ""),
    )
    declared = element("labels", *(text for label in labels for text in label.xml()))
    return element("meta", element("task", *told, *frames, ("assignee", ""), declared))
