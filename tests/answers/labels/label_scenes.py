"""Images with given classes and a model's probabilities, small enough to count by hand."""

from __future__ import annotations

CLASSES = [{"class_name": "cat", "class_index": 0}, {"class_name": "dog", "class_index": 1}]


def given(image_id, class_name, annotator="ann", **values):
    return {
        "image_id": image_id,
        "field": "animal",
        "class_name": class_name,
        "annotator": annotator,
    } | values


def said(image_id, *scores, model="m"):
    return {"image_id": image_id, "model": model, "class_scores": list(scores)}


def five_images():
    """Thresholds: cat 0.5 = (0.8 + 0.6 + 0.1) / 3, dog 0.6 = (0.7 + 0.5) / 2."""
    return {
        "classes": CLASSES,
        "image_labels": [
            given("a", "cat"),
            given("b", "cat"),
            given("c", "cat"),
            given("d", "dog"),
            given("e", "dog"),
        ],
        "predicted_labels": [
            said("a", 0.8, 0.2),
            said("b", 0.6, 0.4),
            said("c", 0.1, 0.9),
            said("d", 0.3, 0.7),
            said("e", 0.5, 0.5),
        ],
    }
