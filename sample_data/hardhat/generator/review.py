"""Reviews of the first pass: what is looked at, what is noticed, what is put right, and what stays."""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import dataclass
from typing import TYPE_CHECKING

from generator.contours import box_iou
from generator.labels import drawn
from generator.people import GUIDE_CHANGED, SYSTEMATIC
from generator.plans import SEED, START

if TYPE_CHECKING:
    from generator.contours import Box
    from generator.labels import Annotation, Error, Work
    from generator.plans import Shot

REVIEWERS = ("rhea", "tom")
REASONS = {
    "wrong_class": ("class does not follow the guide",),
    "bad_box": ("box too loose", "box too tight", "box off the object"),
    "extra_label": ("nothing there", "not one of our classes"),
    "duplicate_label": ("drawn twice",),
    "missing_label": ("object not labelled",),
}
NOTICED = 0.85


def review(work: Work, shots: list[Shot]) -> None:
    """Review a random third of the pictures wholly, and rare classes everywhere; `work` is brought up to date.

    Adds the tables reviews, events and issues to `work.rows`.
    """
    by_image: dict[int, list[Annotation]] = {}
    for annotation in work.annotations:
        by_image.setdefault(annotation.image_id, []).append(annotation)
    missing: dict[int, list[Error]] = {}
    for error in work.errors:
        if error.kind == "missing_label":
            missing.setdefault(error.image_id, []).append(error)
    office = _Office(work, random.Random(f"{SEED}/review"))
    for shot in shots:
        # Few of the contractor's pictures were drawn for review, and those by the lenient reviewer: so it went unnoticed.
        share = 0.18 if (shot.annotator, shot.batch) == SYSTEMATIC else 0.5
        is_drawn = office.rng.random() < share
        office.open(shot)
        for annotation in by_image.get(shot.image_id, []):
            is_risky = annotation.class_name in ("forklift", "excavator") and office.rng.random() < 0.6
            if is_drawn or is_risky:
                office.judge(annotation, "random" if is_drawn else "risk")
        if is_drawn:
            for error in missing.get(shot.image_id, []):
                office.ask_for(error)
    work.annotations.sort(key=lambda a: a.annotation_id)


@dataclass
class _Office:
    """The reviewers' desk, with the picture that lies on it."""

    work: Work
    rng: random.Random

    def __post_init__(self) -> None:
        for table in ("reviews", "events", "issues"):
            self.work.rows[table] = []
        self.next_id = max(a.annotation_id for a in self.work.annotations) + 1

    def open(self, shot: Shot) -> None:
        self.shot = shot
        self.reviewer = "tom" if (shot.annotator, shot.batch) == SYSTEMATIC else self.rng.choice(REVIEWERS)
        week = int(shot.batch[-2:]) - 1
        self.now = START + dt.timedelta(days=4 + 7 * week, minutes=self.rng.randint(0, 420))

    def judge(self, annotation: Annotation, sampling: str) -> None:
        """Decide on one annotation, and do what follows from the decision."""
        error = annotation.planted
        if error is None:
            is_picky = self.rng.random() < (0.015 if self.reviewer == "tom" else 0.03)
            if is_picky:  # a false alarm: sent back, looked at again, accepted
                self._decide(annotation, "rejected", sampling, kind="bad_box", reason="box too loose")
                self._decide(annotation, "accepted", sampling, round_=2, later=30)
            else:
                self._decide(annotation, "accepted", sampling)
            return
        if self.rng.random() > self._notices(error):
            self._decide(annotation, "accepted", sampling)
            return
        reason = (
            "box includes the face"
            if error.cause.startswith("box around")
            else self.rng.choice(REASONS[error.kind])
        )
        if error.kind in ("extra_label", "duplicate_label"):
            self._throw_out(annotation, error, sampling, reason)
        else:
            self._put_right(annotation, error, sampling, reason)

    def ask_for(self, error: Error) -> None:
        """Reject the picture because an object is missing; mostly it is then added and accepted."""
        if error.truth is None or self.rng.random() > NOTICED:
            return
        self._row(None, "rejected", "random", error=error, reason=REASONS["missing_label"][0])
        is_added = self.rng.random() < 0.6
        self._issue(
            error, f"A {error.truth.class_name.replace('_', ' ')} is not labelled.", is_resolved=is_added
        )
        if not is_added:
            return
        added = drawn(error.truth, self.shot, error.annotator, f"{self.shot.batch}/{error.annotator}")
        added.annotation_id, self.next_id = self.next_id, self.next_id + 1
        added.created_at = self._later(60 * self.rng.randint(2, 30))
        added.lead_time_s = round(self.rng.uniform(8, 30), 1)
        self.work.annotations.append(added)
        error.state = "fixed"
        self._event(added, "create", error.annotator, to_class=added.class_name, reason="object not labelled")
        self._decide(added, "accepted", "random", round_=2, later=20)

    def _notices(self, error: Error) -> float:
        if error.cause == "excavator called forklift":
            return (
                0.1 if self.shot.batch < GUIDE_CHANGED else 0.6
            )  # before version 2 the reviewers had no rule either
        if error.cause != "noise":
            return 0.07
        return NOTICED * (0.75 if self.reviewer == "tom" else 1.0)

    def _put_right(self, annotation: Annotation, error: Error, sampling: str, reason: str) -> None:
        dice = self.rng.random()
        if dice < 0.5:
            self._decide(annotation, "fixed", sampling, kind=error.kind, reason=reason)
            self._correct(annotation, error, self.reviewer)
            return
        self._decide(annotation, "rejected", sampling, kind=error.kind, reason=reason)
        if dice > 0.85:  # still waits for the annotator
            self._issue(error, reason.capitalize() + ".", is_resolved=False)
            return
        round_ = 2
        if self.rng.random() < 0.2:
            self._decide(annotation, "rejected", sampling, round_=2, kind=error.kind, reason=reason, later=25)
            round_ = 3
        self._correct(annotation, error, annotation.annotator)
        self._decide(annotation, "accepted", sampling, round_=round_, later=40)
        self._issue(error, reason.capitalize() + ".", is_resolved=True)

    def _throw_out(self, annotation: Annotation, error: Error, sampling: str, reason: str) -> None:
        self._decide(annotation, "rejected", sampling, kind=error.kind, reason=reason)
        if self.rng.random() < 0.5:
            self._event(
                annotation, "delete", annotation.annotator, from_class=annotation.class_name, reason=reason
            )
            self.work.annotations.remove(annotation)
            error.state = "fixed"

    def _correct(self, annotation: Annotation, error: Error, actor: str) -> None:
        if error.truth is None:
            return
        before: Box = annotation.box
        old_class = annotation.class_name
        annotation.class_name = error.truth.class_name
        if not annotation.has_mask:
            annotation.box, annotation.polygons = error.truth.box, error.truth.polygons
        annotation.updated_at = self._later(60 * self.rng.randint(1, 20))
        error.state = "fixed"
        self._event(
            annotation,
            "fix" if actor == self.reviewer else "update",
            actor,
            from_class=old_class,
            to_class=annotation.class_name,
            iou_before_after=round(box_iou(before, annotation.box), 4),
            reason=error.kind,
        )

    def _decide(
        self, annotation: Annotation, decision: str, sampling: str, *,
        round_: int = 1, kind: str | None = None, reason: str | None = None, later: int = 0,
    ) -> None:  # fmt: skip
        self._later(60 * later)
        annotation.review_status, annotation.reviewer = decision, self.reviewer
        self._row(annotation, decision, sampling, round_=round_, kind=kind, reason=reason)

    def _row(
        self, annotation: Annotation | None, decision: str, sampling: str, *,
        round_: int = 1, kind: str | None = None, reason: str | None = None, error: Error | None = None,
    ) -> None:  # fmt: skip
        annotator = annotation.annotator if annotation else self.shot.annotator
        self.work.rows["reviews"].append(
            {
                "review_id": f"r{len(self.work.rows['reviews']) + 1}",
                "annotation_id": annotation.annotation_id if annotation else None,
                "image_id": self.shot.image_id,
                "job": f"{self.shot.batch}/{annotator}",
                "annotator": annotator,
                "reviewer": self.reviewer,
                "round": round_,
                "decision": decision,
                "error_kind": error.kind if error else kind,
                "reason": reason,
                "reviewed_at": self._later(self.rng.randint(4, 25)),
                "sampling": sampling,
            }
        )

    def _event(self, annotation: Annotation, action: str, actor: str, **change: object) -> None:
        self.work.rows["events"].append(
            {
                "event_id": f"e{len(self.work.rows['events']) + 1}",
                "happened_at": annotation.updated_at or self.now,
                "actor": actor,
                "action": action,
                "annotation_id": annotation.annotation_id,
                "image_id": annotation.image_id,
                "job": annotation.job,
                "from_class": None,
                "to_class": None,
                "iou_before_after": None,
                "reason": None,
            }
            | change
        )

    def _issue(self, error: Error, message: str, *, is_resolved: bool) -> None:
        self.work.rows["issues"].append(
            {
                "issue_id": f"i{len(self.work.rows['issues']) + 1}",
                "job": f"{self.shot.batch}/{error.annotator}",
                "image_id": self.shot.image_id,
                "annotator": error.annotator,
                "created_at": self.now,
                "resolved_at": self.now + dt.timedelta(hours=self.rng.randint(2, 70))
                if is_resolved
                else None,
                "category": error.kind,
                "message": message,
            }
        )

    def _later(self, seconds: int) -> dt.datetime:
        self.now += dt.timedelta(seconds=seconds)
        return self.now
