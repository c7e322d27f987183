"""The labelling guide of the simulated project, in its two versions."""

from __future__ import annotations

VERSIONS = {"1": "2025-02-24T09:00:00Z", "2": "2025-03-24T07:00:00Z"}

_RULES = (
    ("1", "person", "definition", "Everybody whose body is at least a fifth visible, drivers included."),
    ("1", "person", "box", "The box holds all that is visible, tools in the hands excluded."),
    ("1", "person", "crowd", "A far group that cannot be told apart becomes one crowd region."),
    ("1", "hard_hat", "definition", "A helmet that is worn. Helmets on hooks or shelves are left out."),
    ("1", "hard_hat", "box", "The box holds shell and brim only. The face does not belong to it."),
    ("1", "head", "definition", "A head without a hard hat; caps and hoods count as bare."),
    ("1", "head", "box", "From chin to crown, hair included."),
    ("1", "vest", "definition", "A reflective vest that is worn, in any colour."),
    ("1", "vest", "box", "The visible part of the vest; arms in front of it are not cut out."),
    ("1", "forklift", "definition", "An industrial vehicle that lifts."),
    ("1", "forklift", "box", "Mast and forks included, the load excluded only when it stands on the ground."),
    ("1", "excavator", "definition", "A digging machine."),
    ("1", "", "small objects", "Objects with a side under 5 pixels are skipped."),
    ("1", "", "occlusion", "Draw what is visible; skip what is hidden by more than three quarters."),
    ("1", "", "truncation", "Objects at the edge end at the edge."),
    ("1", "", "skip", "Skip pictures in which nothing can be made out, for example in fog."),
    (
        "2",
        "forklift",
        "definition",
        "A vehicle on wheels with a vertical mast and two forks. A boom makes it an excavator.",
    ),
    ("2", "excavator", "definition", "A machine on tracks with boom, stick and bucket, digging or not."),
    ("2", "excavator", "box", "From the rear of the house to the bucket, the boom at its highest included."),
)

GUIDELINE: list[dict[str, object]] = [
    {
        "guideline_version": version,
        "class_name": class_name or None,
        "topic": topic,
        "rule": rule,
        "updated_at": VERSIONS[version],
    }
    for version, class_name, topic, rule in _RULES
]
"""Rows of the table guidelines. Version 2 changes three rules of version 1; the others stay in force."""
