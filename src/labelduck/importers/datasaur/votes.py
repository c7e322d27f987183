"""Answers as rows: labels, the items and classes that they name, and who looked at what."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from labelduck.importers.base import storable

if TYPE_CHECKING:
    from labelduck.importers.rows import Rows


class Votes:
    """Adds answers to rows.

    Args:
        rows: Takes the rows.
        source: The export, as problems name it.
        split: Split of the items.
    """

    def __init__(self, rows: Rows, source: str, split: str | None) -> None:
        self.rows, self.source = rows, source
        self._split = split

    def item(self, item: str, text: dict[str, Any] | None = None) -> None:
        """Add an item that was there to be labelled."""
        row = {"image_id": item, "split": self._split, "is_annotated": True}
        self.rows.add_once("images", item, row | {"attributes": text or None})

    def answer(self, item: str, field: str | None, value: Any, who: str | None, when: Any = None) -> bool:  # noqa: ANN401
        """Add an answer of a labeler, or of the review where `who` is None; tell whether it was one."""
        names = [
            storable(str(v)) for v in (value if isinstance(value, list) else [value]) if v not in (None, "")
        ]
        for name in names:
            self.rows.add_once("classes", name, {"class_name": name})
            self.rows.add(
                "image_labels",
                {
                    "image_id": item,
                    "field": field,
                    "class_name": name,
                    "annotator": who,
                    "created_at": when,
                    "source": "consensus" if who is None else "manual",
                },
            )
        return bool(names)

    def assignment(self, item: str, who: str | None, *, is_done: bool) -> None:
        """Note that a labeler had an item."""
        if who is not None:
            status = "completed" if is_done else "in_progress"
            row = {"image_id": item, "annotator": who, "status": status}
            self.rows.add_once("assignments", f"{who}\n{item}", row)
