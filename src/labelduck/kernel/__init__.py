"""Compare predictions with annotations: the kernel, compiled or in numpy, with the same results to the last bit."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Literal

import numpy as np

from labelduck import native
from labelduck.kernel import bindings
from labelduck.kernel.arrays import (
    Array,
    Chunk,
    CurveBlock,
    State,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from labelduck.kernel.arrays import (
        Annotations,
        Predictions,
        Rules,
        VocCurves,
    )

PLACES_PER_CHUNK = 100_000
GIVEN_PER_CHUNK = 1 << 22
"""Overlaps that are given at once: 32 MiB."""

FIRST_CAPACITY = 1 << 16
CLASSES_PER_BLOCK = 64

Overlaps = Callable[[State, Chunk], tuple[Array, Array]]
"""Gives the IoUs of a chunk whose predictions are in order: image by image, a row of annotations per place, and where
each image begins in it (int64)."""


class Comparison:
    """Predictions compared with annotations, a chunk of images at a time.

    Args:
        rules: Thresholds, area ranges, limits.
        predictions: By row.
        annotations: In the order of their images.
        n_classes: Size of the taxonomy.
        overlaps: Gives overlaps of anything but boxes.
        places_per_chunk: Predictions compared at once; an image is never divided.
        with_matched: Keep the annotation matched at each threshold, for tests.
    """

    def __init__(
        self,
        rules: Rules,
        predictions: Predictions,
        annotations: Annotations,
        n_classes: int,
        *,
        overlaps: Overlaps | None = None,
        places_per_chunk: int = PLACES_PER_CHUNK,
        with_matched: bool = False,
    ) -> None:
        self.state = State(rules, predictions, annotations, n_classes)
        self._overlaps, self._with_matched = overlaps, with_matched
        self._places_per_chunk = places_per_chunk
        library = native.load()
        if library is None or not bindings.fits(library):
            from labelduck.kernel.fallback import NumpyKernel

            self._kernel: bindings.NativeKernel | NumpyKernel = NumpyKernel(self.state)
        else:
            self._kernel = bindings.NativeKernel(library, self.state)

    def chunks(self) -> Iterator[Chunk]:
        """Match all images and yield their results; to be exhausted before the curves are drawn."""
        first, capacity = 0, FIRST_CAPACITY
        while first < self.state.n_images:
            chunk = Chunk(self.state, first, self._end_of_chunk(first), with_matched=self._with_matched)
            self._kernel.order(chunk)
            ious, iou_start = self._overlaps(self.state, chunk) if self._overlaps else (None, None)
            while not (done := self._kernel.match(chunk, ious=ious, iou_start=iou_start, capacity=capacity)):
                capacity *= 4
            if done < chunk.last - chunk.first:
                chunk.shorten(self.state, done)
                capacity *= 2
            yield chunk
            first = chunk.last

    def curves(self, *, keep: Literal["all", "largest"] = "largest") -> Iterator[CurveBlock]:
        """Yield the precision-recall curves by blocks of classes; `keep` says for which limits the points are kept."""
        self._kernel.start_curves()
        for first in range(0, self.state.n_classes, CLASSES_PER_BLOCK):
            last = min(first + CLASSES_PER_BLOCK, self.state.n_classes)
            block = CurveBlock(self.state.rules, first, last, keep=keep)
            self._kernel.curves(block)
            yield block

    @property
    def voc(self) -> VocCurves:
        """Pascal VOC's metrics, once all curves are drawn."""
        return self._kernel.voc

    def _end_of_chunk(self, first: int) -> int:
        """Return the end of a run of images with not too many predictions or given overlaps, but at least one image."""
        start = self.state.image_start
        end = int(np.searchsorted(start, start[first] + self._places_per_chunk, side="right")) - 1
        if self._overlaps:
            n_annotations = np.diff(self.state.annotations.start[first : end + 1])
            given = np.cumsum(np.diff(start[first : end + 1]) * n_annotations)
            end = first + int(np.searchsorted(given, GIVEN_PER_CHUNK, side="right"))
        return min(max(end, first + 1), self.state.n_images)
