"""Tables that grow by what people decide: each file of them is written once and never changed."""

from __future__ import annotations

from labelduck.schema.columns import (
    ANNOTATION_ID,
    ANNOTATOR,
    BATCH,
    CLASS_NAME,
    COUNT,
    FLAG,
    IMAGE_ID,
    REAL,
    TEXT,
    TIME,
    table,
)

_AUDIT_ID = ("audit_id", TEXT, "audit")

TABLES = {
    "audits": table(
        "One row per annotation or image that an audit could draw; those that it did draw are marked.",
        _AUDIT_ID,
        ("drawn_at", TIME, "when it was drawn (UTC)"),
        ("version", COUNT, "dataset version that it was drawn from"),
        ("strategy", TEXT, "simple, stratified or risk"),
        ("seed", COUNT, "seed of the draw: the same seed draws the same from the same version"),
        ("unit", TEXT, "annotation, or image for missing labels"),
        IMAGE_ID,
        ("annotation_id", TEXT, "annotation; null for an image"),
        CLASS_NAME,
        ANNOTATOR,
        BATCH,
        ("n_objects", COUNT, "annotations of the unit: 1 for an annotation"),
        ("stratum", TEXT, "group within which it was drawn at random"),
        ("inclusion_probability", REAL, "chance that it had to be drawn"),
        ("draw_order", COUNT, "1 for the one to judge first; null when it was not drawn"),
        ("is_drawn", FLAG, "true when it is to be judged"),
    ),
    "audit_verdicts": table(
        "One row per verdict on what an audit drew, or on a label outside of audits.",
        (
            "audit_id",
            TEXT,
            "audit; null for a label that was reviewed for another reason, its suspicion for example",
        ),
        IMAGE_ID,
        ("annotation_id", ANNOTATION_ID[1], "annotation; null for an image or a missing label"),
        ("prediction_id", TEXT, "prediction that speaks for a missing label"),
        (
            "issue",
            TEXT,
            "kind of error that was found, or that was looked for; null for a label that is right",
        ),
        ("decision", TEXT, "confirm or fix: it is wrong; reject: it is right; skip, escalate: not decided"),
        (
            "n_errors",
            COUNT,
            "errors found: 1, or the number of objects that an image lacks; 0 when it is right",
        ),
        ("reason", TEXT, "why"),
        ("reviewer", TEXT, "who judged it"),
        ("decided_at", TIME, "when (UTC)"),
    ),
}
