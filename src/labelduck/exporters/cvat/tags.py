"""Classes of whole images, as CVAT's tags."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from labelduck.exporters.cvat.text import quoted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from labelduck.exporters.base import Selection

_LOST = ("annotator", "batch", "created_at", "lead_time_s", "field", "is_gold")


class Tags:
    """The classes of images: a tag is a class and no more, so each counts once on an image.

    Attributes:
        are_all: Whether a tag says all there is: no person, no time, no name of the question.
    """

    def __init__(self, selection: Selection) -> None:
        rows = selection.others.get("image_labels")
        self._by_image: dict[str, dict[str, None]] = defaultdict(dict)
        self.are_all = False
        if rows is None or not rows.num_rows:
            return
        lost = [rows[name] for name in _LOST if name in rows.column_names]
        self.are_all = not any(value for column in lost for value in column.unique().to_pylist())
        for image_id, name in zip(
            *(rows[key].to_pylist() for key in ("image_id", "class_name")), strict=True
        ):
            if name is not None:
                self._by_image[image_id][name] = None

    def of(self, image_id: str) -> Iterator[str]:
        """Yield the tags of one image."""
        for name in self._by_image.get(image_id, ()):
            yield f'<tag label={quoted(name)} source="manual"></tag>\n'
