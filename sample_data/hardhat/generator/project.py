"""The whole simulated project: pictures, truth, labels, reviews, detections."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from generator.detectors import GOOD, WEAK, detections
from generator.labels import Work, drawn
from generator.people import GUIDE_CHANGED, first_pass, overlap_pass
from generator.plans import ANNOTATORS, RETAKEN, SEED, all_shots
from generator.review import review
from generator.scenes import draw_scene
from generator.truth import truths_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from generator.detectors import Detection
    from generator.labels import Annotation
    from generator.plans import Shot
    from generator.truth import Truth

OVERLAP_FROM, GOLD_FROM = 5001, 9001
"""First annotation ids of the overlap and of the gold set, so that all three may go into one data set."""


@dataclass
class Project:
    """Everything that the formats are written from.

    Attributes:
        shots: Pictures in order of their ids.
        pictures: The drawings, by picture.
        lights: Time of day, by picture.
        truths: Exact objects, by picture.
        work: First pass after reviews: one annotator per picture.
        overlap: What the other annotators drew on the gold pictures.
        gold: The truth of the gold pictures as annotations.
        detections: COCO results by model.
    """

    shots: list[Shot]
    pictures: dict[int, Image.Image] = field(default_factory=dict)
    lights: dict[int, str] = field(default_factory=dict)
    truths: dict[int, list[Truth]] = field(default_factory=dict)
    work: Work = field(default_factory=Work)
    overlap: Work = field(default_factory=Work)
    gold: list[Annotation] = field(default_factory=list)
    detections: dict[str, list[Detection]] = field(default_factory=dict)


def simulate() -> Project:
    """Draw and label everything; always the same."""
    project = Project(all_shots())
    draw(project, project.shots)
    mislabelled = _mislabelled(project)
    project.work = first_pass(project.shots, project.truths, mislabelled)
    project.overlap = overlap_pass(project.shots, project.truths, ANNOTATORS)
    _number(project.work.annotations, 1)
    _number(project.overlap.annotations, OVERLAP_FROM)
    review(project.work, project.shots)
    project.gold = _gold(project)
    project.detections = {d.name: detections(d, project.shots, project.truths) for d in (GOOD, WEAK)}
    return project


def draw(project: Project, shots: Iterable[Shot]) -> None:
    """Draw the pictures of some shots into the project, with their truth."""
    for shot in shots:
        scene = draw_scene(shot.plan)
        first_id = 1 + sum(len(truths) for truths in project.truths.values())
        project.truths[shot.image_id] = truths_of(scene, shot.image_id, first_id)
        project.pictures[shot.image_id] = (
            _retaken(scene.picture) if shot.image_id in RETAKEN else scene.picture
        )
        project.lights[shot.image_id] = scene.light


def _retaken(picture: Image.Image) -> Image.Image:
    """Return the picture as the next exposure shows it: a little brighter."""
    brighter = np.asarray(picture, dtype=np.float64) * 1.05 + 3
    return Image.fromarray(np.clip(brighter, 0, 255).round().astype(np.uint8))


def _mislabelled(project: Project) -> set[int]:
    """Choose the excavators that are called forklifts: many before the guideline changed, few after, 40 % in all."""
    rng = random.Random(f"{SEED}/excavators")
    before: list[int] = []
    after: list[int] = []
    for shot in project.shots:
        ids = [t.object_id for t in project.truths[shot.image_id] if t.class_name == "excavator"]
        (after if shot.batch >= GUIDE_CHANGED else before).extend(ids)
    n_after = round(0.12 * len(after))
    n_before = min(len(before), round(0.4 * (len(before) + len(after))) - n_after)
    return {*rng.sample(before, n_before), *rng.sample(after, n_after)}


def _number(annotations: list[Annotation], first: int) -> None:
    for place, annotation in enumerate(annotations):
        annotation.annotation_id = first + place


def _gold(project: Project) -> list[Annotation]:
    gold = [
        drawn(truth, shot, "lead", "gold")
        for shot in project.shots
        if shot.is_gold
        for truth in project.truths[shot.image_id]
    ]
    _number(gold, GOLD_FROM)
    return gold
