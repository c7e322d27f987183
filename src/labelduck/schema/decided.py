"""What a line of the audit trail `decisions/*.jsonl` holds: one decision on one suspect."""

from __future__ import annotations

VERDICTS = ("confirm", "reject", "fix", "skip", "escalate", "undo")
"""What can be decided; `undo` takes back the last decision on the suspect."""

ISSUES = ("missing_label", "wrong_class", "bad_box", "extra_label", "duplicate_label")
"""What a label can be suspected of."""

_BOX = "struct(x_min double, y_min double, x_max double, y_max double)"

DECISIONS = {
    "decision_id": ("varchar", "decision"),
    "decided_at": ("timestamp", "when it was made (UTC)"),
    "dataset": ("varchar", "dataset that the suspect belongs to"),
    "version": ("bigint", "version of the dataset that the reviewer saw"),
    "image_id": ("varchar", "image"),
    "field": ("varchar", "question about the image that was answered; null where the suspect is an object"),
    "annotation_id": ("varchar", "annotation; null for missing_label and for an answer about the image"),
    "prediction_id": ("varchar", "prediction that spoke for the suspicion"),
    "model": ("varchar", "its model"),
    "issue": ("varchar", "missing_label, wrong_class, bad_box, extra_label or duplicate_label"),
    "suspicion": ("double", "suspicion that was shown, 0 to 1"),
    "class_name": ("varchar", "class that the reviewer saw; of missing_label, the class suggested"),
    "box": (_BOX, "box that the reviewer saw; of missing_label, the box suggested"),
    "decision": (
        "varchar",
        "confirm (an error), fix (one, and how it should be), reject (the label is right), skip, escalate or undo",
    ),
    "reason": ("varchar", "why, in the reviewer's words or as a code"),
    "reviewer": ("varchar", "who decided"),
    "lead": ("varchar", "who leads, and decides what is escalated"),
    "new_class": ("varchar", "class that the label should have; of fix alone"),
    "new_box": (_BOX, "box that it should have; of fix alone"),
    "is_repeat": (
        "boolean",
        "true where the reviewer was shown, unmarked, what they had judged before; it measures the reviewer alone",
    ),
    "session": ("varchar", "sitting, export or page in which it was made"),
    "tool": ("varchar", "where it was made: dashboard, python, csv, coco, cvat, label_studio, ..."),
    "source": ("varchar", "file that it was read from; null where it was made in labelduck"),
}
"""Type and comment of each column."""
