"""Tables that `labelduck build` makes of how annotators and batches differ from the rest."""

from __future__ import annotations

import pyarrow as pa

from labelduck.schema.columns import (
    ANNOTATION_ID,
    ANNOTATOR,
    BATCH,
    CLASS_NAME,
    COUNT,
    CREATED_AT,
    IMAGE_ID,
    REAL,
    TEXT,
    table,
)

_MEASURED_BY = ("model", TEXT, "model run whose boxes are the measure; null for gold")

TABLES = {
    "box_offsets": table(
        "One row per annotation and model, or gold, whose box of the same class can say where it should be.",
        _MEASURED_BY,
        ANNOTATION_ID,
        IMAGE_ID,
        ANNOTATOR,
        BATCH,
        CLASS_NAME,
        CREATED_AT,
        (
            "offsets",
            pa.list_(REAL),
            "log ratios of size, width and height, shifts in x and y, each less its median among boxes of the size",
        ),
        ("usual", pa.list_(REAL), "usual distance of each from that median, as a standard deviation"),
    ),
    "box_biases": table(
        "One row per annotator, batch and class, annotator and batch, annotator, or batch, and way in which boxes differ.",
        _MEASURED_BY,
        ("scope", TEXT, "annotator_batch_class, annotator_batch, annotator or batch"),
        ANNOTATOR,
        BATCH,
        CLASS_NAME,
        ("component", TEXT, "size, width, height, x or y"),
        ("n_annotations", COUNT, "boxes that were compared"),
        ("n_images", COUNT, "images that they lie in"),
        (
            "effect",
            REAL,
            "median over images of the offset beyond that of the others, a log ratio or a share",
        ),
        ("effect_low", REAL, "lower end of its 95 % interval; null below six images"),
        ("effect_high", REAL, "upper end"),
        ("z", REAL, "mean deviation over its standard error; positive is larger, to the right or lower"),
        ("p_value", REAL, "chance of a z as far from 0 without any bias"),
    ),
}
