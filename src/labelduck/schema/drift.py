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
    FLAG,
    IMAGE_ID,
    REAL,
    TEXT,
    TIME,
    table,
)

_MEASURED_BY = ("model", TEXT, "model run whose boxes are the measure; null for gold")
_DRAWN_AT = ("drawn_at", TIME, "when the first of them was drawn (UTC)")

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
        "One row per annotator, batch and class, annotator and batch, annotator, or batch: how their boxes differ.",
        _MEASURED_BY,
        ("scope", TEXT, "annotator_batch_class, annotator_batch, annotator or batch"),
        ANNOTATOR,
        BATCH,
        CLASS_NAME,
        ("n_annotations", COUNT, "boxes that were compared"),
        ("n_images", COUNT, "images that they lie in"),
        (
            "ways",
            pa.list_(
                pa.struct(
                    [("component", TEXT), *((name, REAL) for name in ("effect", "low", "high", "z", "p"))]
                )
            ),
            "of size, width, height, x and y the median offset beyond that of the others as a share, its 95 % interval, "
            "its mean in standard errors, and the chance of as much without any bias, the surest first",
        ),
        ("p", REAL, "chance that any of these is as sure for its share of false claims without any bias"),
        ("width", REAL, "median log ratio of the widths"),
        ("height", REAL, "median log ratio of the heights"),
        ("x", REAL, "median shift to the right, as a share of the width"),
        ("y", REAL, "median shift down, as a share of the height"),
    ),
    "image_box_sizes": table(
        "One row per image, annotator and model, or gold: how large the boxes are beside it.",
        _MEASURED_BY,
        ANNOTATOR,
        IMAGE_ID,
        _DRAWN_AT,
        (
            "total",
            REAL,
            "sum of the log ratios of the boxes' sides beyond their class's median, outliers held in",
        ),
        ("n", COUNT, "boxes whose time is known"),
    ),
    "image_work": table(
        "One row per image, annotator and batch: what was drawn there, and how suspicious it is.",
        ANNOTATOR,
        BATCH,
        IMAGE_ID,
        _DRAWN_AT,
        ("n_annotations", COUNT, "objects; gold, crowds and ignored annotations left out"),
        ("highest_suspicions", pa.list_(REAL), "the highest suspicion of each object that has one, rising"),
    ),
    "image_classes": table(
        "One row per image, annotator and class: what was drawn there, and what models take it for instead.",
        ANNOTATOR,
        IMAGE_ID,
        CLASS_NAME,
        ("n_annotations", COUNT, "objects; gold, crowds and ignored annotations left out"),
        (
            "doubts",
            pa.list_(pa.struct([("suggested_class", TEXT), ("suspicion", REAL)])),
            "of each that models take for another class that class, and the suspicion, rising",
        ),
    ),
    "distribution_shifts": table(
        "One row per annotator, batch and measure: how far it is from what all others drew.",
        ("measure", TEXT, "class_mix, box_size, box_aspect, position_x, position_y or objects_per_image"),
        ANNOTATOR,
        BATCH,
        ("n", COUNT, "objects; images for objects_per_image"),
        ("n_images", COUNT, "images"),
        ("psi", REAL, "population stability index of the classes or tenths, those too rare taken together"),
        ("expected_psi", REAL, "psi to be expected of the same work"),
        ("psi_high", REAL, "psi that 95 % of the same work stay below"),
        ("js", REAL, "Jensen-Shannon distance of the same, base 2"),
        ("ks", REAL, "Kolmogorov-Smirnov distance; null for class_mix"),
        ("expected_ks", REAL, "ks to be expected of the same work"),
        ("ks_high", REAL, "ks that 95 % of the same work stay below"),
        ("is_higher", FLAG, "true where the batch's numbers are rather the larger ones; null for class_mix"),
        (
            "p_value",
            REAL,
            "chance of as much, were it the same work: by Kolmogorov and Smirnov, for class_mix by Rao and Scott",
        ),
    ),
}
