"""The exact truth of every picture, in the terms of the labelling guide."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from generator.canvas import HEIGHT, WIDTH
from generator.contours import compressed, mask_box, mask_polygons, run_lengths, shrunk

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from generator.contours import Box, Ring
    from generator.scenes import Scene, Thing

CLASSES = ("person", "hard_hat", "head", "vest", "forklift", "excavator")
"""In order of class number; COCO's category ids start at 1, YOLO's at 0."""

OUTLINED = ("hard_hat", "forklift", "excavator")
"""Classes that are drawn as polygons; the others are boxes."""

CONFUSED_WITH = {
    "hard_hat": "head",
    "head": "hard_hat",
    "forklift": "excavator",
    "excavator": "forklift",
    "person": "vest",
    "vest": "person",
}


@dataclass(frozen=True, kw_only=True)
class Truth:
    """One object as it is.

    Attributes:
        object_id: Number, unique in the data set; the same object in two pictures has two.
        image_id: Picture.
        class_name: True class.
        box: Corners of what is visible, in pixels.
        polygons: Outlines of what is visible, for the classes of `OUTLINED`.
        mask: What is visible, [height, width].
        occluded: Share that something else hides.
        is_truncated: True when it touches the edge of the picture.
        is_crowd: True for a region of many people.
        whole_box: For hard hats: the box around hat and head, which the guideline does not want.
        whole_polygons: Likewise as outlines.
    """

    object_id: int
    image_id: int
    class_name: str
    box: Box
    polygons: list[Ring]
    mask: NDArray[np.bool_]
    occluded: float
    is_truncated: bool
    is_crowd: bool
    whole_box: Box | None
    whole_polygons: list[Ring]

    @property
    def rle(self) -> dict[str, object]:
        """The mask as COCO's compressed run lengths."""
        return {"size": [HEIGHT, WIDTH], "counts": compressed(run_lengths(self.mask))}

    @property
    def size(self) -> float:
        """Side in pixels of the square that is as large as the box."""
        return float(((self.box[2] - self.box[0]) * (self.box[3] - self.box[1])) ** 0.5)


def truths_of(scene: Scene, image_id: int, first_id: int) -> list[Truth]:
    """Return the objects of a scene, numbered from `first_id`."""
    return [_truth(thing, image_id, first_id + n) for n, thing in enumerate(scene.things)]


def _truth(thing: Thing, image_id: int, object_id: int) -> Truth:
    box = mask_box(thing.mask)
    whole = thing.with_head
    return Truth(
        object_id=object_id,
        image_id=image_id,
        class_name=thing.class_name,
        box=box,
        polygons=mask_polygons(thing.mask) if thing.class_name in OUTLINED else [],
        mask=shrunk(thing.mask),
        occluded=round(thing.occluded, 2),
        is_truncated=bool(box[0] <= 0 or box[1] <= 0 or box[2] >= WIDTH or box[3] >= HEIGHT),
        is_crowd=thing.is_crowd,
        whole_box=None if whole is None else mask_box(whole),
        whole_polygons=[] if whole is None else mask_polygons(whole),
    )
