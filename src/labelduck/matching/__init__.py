"""Annotations x predictions -> pairs, matches and average precision.

Matching is COCO's: within an image and class, predictions take annotations greedily by falling confidence, at ten IoU
thresholds and four area ranges. Mode `coco` equals pycocotools 2.0.11 to the last bit, quirks included; `corrected`
differs in exactly these points:

    an annotation whose id is 0     coco: a match with it counts as none        corrected: like any other
    annotations that share an id    coco: each behaves as the last of them      corrected: each stands for itself
    `is_ignored` annotations        coco: count like any other                  corrected: neither found nor missed

Masks are compared as stored, else drawn from polygons, else from the box; keypoints by object keypoint similarity, where
an annotation without visible keypoints is ignored.

In both modes an annotation or prediction whose class is not in the taxonomy takes part in nothing, and neither does one
without the geometry that is compared; their rows say `ignored`. A prediction beyond the largest limit is `ignored` too.

Error kinds follow TIDE (Bolya et al., 2020) and equal tidecv 1.0.1's but for this: tidecv allows 100 predictions per image,
COCO per image and class; of equal overlaps it takes the first annotation, COCO the last; and there a prediction that a
crowd swallows may still explain why an annotation was missed.

Boxes are compared as plain intervals: no pixel is added, because importers have already turned Pascal VOC's inclusive
pixels into far edges. Hence the VOC metrics of boxes that came from VOC files are the development kit's.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import pyarrow as pa

from labelduck.errors import UsageError
from labelduck.kernel import Comparison
from labelduck.matching import inputs, overlaps
from labelduck.matching.precision import average_precision
from labelduck.matching.rows import Rows

__all__ = ["MatchOptions", "Pieces", "match"]

Pieces = Iterator[tuple[str, pa.Table]]
"""Names of tables and rows of them."""

Geometry = Literal["box", "mask", "keypoints"]


@dataclass(frozen=True, kw_only=True)
class MatchOptions:
    """Named rules of a comparison.

    Attributes:
        mode: `coco` for exact parity with pycocotools, `corrected` for its quirks mended.
        difficult: What `difficult` annotations are: `count` like any other; `crowd` as COCO's iscrowd; `ignore`
            neither true nor false positive nor missed, however often they are found. The VOC metrics ignore them always.
        geometry: What overlaps: `auto` takes masks when predictions carry masks or polygons, keypoints when they
            carry keypoints, else boxes.
    """

    mode: Literal["coco", "corrected"] = "coco"
    difficult: Literal["count", "crowd", "ignore"] = "count"
    geometry: Literal["auto", "box", "mask", "keypoints"] = "auto"

    def __post_init__(self) -> None:
        """Refuse rules that do not exist."""
        allowed = {
            "mode": ("coco", "corrected"),
            "difficult": ("count", "crowd", "ignore"),
            "geometry": ("auto", "box", "mask", "keypoints"),
        }
        for name, choices in allowed.items():
            if getattr(self, name) not in choices:
                raise UsageError(f"{name} = {getattr(self, name)!r}: choose one of {', '.join(choices)}")


def match(
    images: pa.Table,
    classes: pa.Table,
    annotations: pa.Table,
    predictions: pa.Table,
    *,
    model: str,
    options: MatchOptions | None = None,
) -> Pieces:
    """Yield rows of `pairs` and `matches` image by image, then of `average_precision` class by class.

    Args:
        images: Columns `image_id` and, for masks, `width` and `height`; of one dataset, as all tables here.
        classes: `class_name`, `class_index`.
        annotations: `annotation_id`, `image_id`, `class_name`, `box`, the geometry compared and, where known, `area`,
            `is_crowd`, `is_ignored`, `difficult`, `source_ref`; in source order within an image.
        predictions: `prediction_id`, `image_id`, `class_name`, `confidence` and the geometry; in source order.
        model: Name of the model, put into each row.
        options: Rules; those of pycocotools by default.

    Returns:
        Table names and rows, without the column `dataset`, in pieces of bounded size; ids are dictionary-encoded.
    """
    options = options or MatchOptions()
    geometry = overlaps.geometry_of(predictions) if options.geometry == "auto" else options.geometry
    scene = inputs.read(images, classes, annotations, predictions, options=options, geometry=geometry)
    comparison = Comparison(
        overlaps.rules_of(geometry),
        scene.predictions,
        scene.annotations,
        len(scene.class_names),
        overlaps=overlaps.overlaps_of(geometry, scene),
        places_per_chunk=overlaps.PLACES_PER_CHUNK[geometry],
    )
    for chunk in comparison.chunks():
        rows = Rows(scene, comparison.state, chunk, model)
        yield "pairs", rows.pairs()
        yield "matches", rows.matches()
    for table in average_precision(comparison, scene.class_names, geometry=geometry, model=model):
        yield "average_precision", table
