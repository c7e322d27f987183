"""What data/manifest.jsonl of a CVAT backup says of the pictures."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from labelduck.importers.base import LARGEST_WHOLE
from labelduck.importers.cvat.shapes import Frame
from labelduck.importers.image_sizes import suffix

if TYPE_CHECKING:
    from collections.abc import Iterable


class Manifest:
    """What data/manifest.jsonl says: a line for each picture, or the facts of a video.

    Args:
        lines: Its records.

    Attributes:
        names: Names of the pictures, in order.
        is_video: Whether it is that of a video.
        video: Name of the video.
        width: Of the video.
        height: Of the video.
        length: Pictures or frames.
    """

    def __init__(self, lines: Iterable[object]) -> None:
        self.names: list[str] = []
        self.is_video = False
        self.video: str | None = None
        self.width: int | None = None
        self.height: int | None = None
        self._sizes: list[Frame] = []
        length = 0
        for line in lines:
            if not isinstance(line, dict):
                continue
            if line.get("type") == "video":
                self.is_video = True
            if isinstance(properties := line.get("properties"), dict):
                self._video(properties)
                length = count_of(properties.get("length")) or 0
            elif isinstance(name := line.get("name"), str):
                extension = line.get("extension")
                has_none = isinstance(extension, str) and suffix(name) != extension.lower()
                self.names.append(f"{name}{extension}" if has_none else name)
                self._sizes.append(Frame(count_of(line.get("width")), count_of(line.get("height"))))
        self.length = length or len(self.names)

    def picture(self, number: int) -> tuple[str, Frame] | None:
        """Return name and size of the picture of this number."""
        return (self.names[number], self._sizes[number]) if 0 <= number < len(self.names) else None

    def _video(self, properties: dict[str, Any]) -> None:
        name, resolution = properties.get("name"), properties.get("resolution")
        self.video = name if isinstance(name, str) else None
        if isinstance(resolution, list) and len(resolution) == 2:
            self.width, self.height = (count_of(side) or None for side in resolution)


def count_of(value: object) -> int | None:
    """Return a whole number from 0 that can be a size or a frame; None for what is none."""
    if not isinstance(value, int) or isinstance(value, bool):
        return None
    return value if 0 <= value <= LARGEST_WHOLE else None
