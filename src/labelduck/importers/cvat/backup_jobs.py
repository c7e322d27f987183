"""The jobs of a CVAT backup, with the reviews that older ones hold."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from labelduck.importers.base import LARGEST_WHOLE
from labelduck.importers.cvat.labels import records_of
from labelduck.importers.cvat.manifest import count_of

if TYPE_CHECKING:
    from labelduck.importers.cvat.backup_frames import BackupFrames
    from labelduck.importers.cvat.tasks import Task
    from labelduck.importers.rows import Rows

TYPES = {"annotation": "annotation", "ground_truth": "gold", "consensus_replica": "consensus"}
STAGES = {
    "annotation": ("annotation", None),
    "validation": ("validation", None),
    "completed": ("acceptance", "completed"),
}
DECISIONS = ("accepted", "rejected")


@dataclass
class BackupJob:
    """One job.

    Attributes:
        name: Its task and its place in it.
        start: First frame, counted in the task.
        stop: Last frame.
        type: annotation, gold or consensus.
        status: annotation, validation or completed.
        reviews: As the backup has them.
    """

    name: str
    start: int = 0
    stop: int = LARGEST_WHOLE
    type: str | None = "annotation"
    status: str = ""
    reviews: list[dict[str, Any]] = field(default_factory=list)

    @property
    def is_gold(self) -> bool | None:
        """True for a job of ground truth."""
        return True if self.type == "gold" else None

    @property
    def is_done(self) -> bool:
        """Whether its annotator has finished, so that an empty frame is one that holds nothing."""
        return self.status in {"validation", "completed"} and self.type == "annotation"

    def add_rows(self, rows: Rows, task: Task, frames: BackupFrames, source_file: str) -> None:
        """Add the row of the job, and those of its reviews and of the issues in them."""
        stage, state = STAGES.get(self.status, (None, self.status or None))
        row = {"job": self.name, "task": task.task, "project": task.project, "type": self.type}
        rows.add_once("jobs", self.name, row | {"stage": stage, "state": state})
        for n, review in enumerate(self.reviews):
            name = f"{self.name}/review {n}"
            status = review.get("status")
            if status in DECISIONS:
                quality = review.get("estimated_quality")
                reason = None if quality is None else f"estimated quality {quality}"
                rows.add(
                    "reviews",
                    {
                        "review_id": name,
                        "job": self.name,
                        "round": n + 1,
                        "decision": status,
                        "reason": reason,
                    },
                )
            else:
                problem = f"a review that is {status!r:.40}, neither accepted nor rejected; left out"
                rows.repeats.add("a review without decision", source_file, name, problem, record=review)
            for i, issue in enumerate(records_of(review.get("issues"))):
                self._add_issue(rows, frames, issue, f"{name}/issue {i}")

    def _add_issue(self, rows: Rows, frames: BackupFrames, issue: dict[str, Any], name: str) -> None:
        comments = [str(each.get("message") or "") for each in records_of(issue.get("comments"))]
        row = {
            "issue_id": name,
            "job": self.name,
            "image_id": frames.id_of(issue.get("frame")),
            "created_at": issue.get("created_date"),
            "resolved_at": issue.get("resolved_date"),
            "message": "\n".join(comments) or None,
        }
        rows.add("issues", row)


def overlapping(jobs: list[BackupJob]) -> list[BackupJob]:
    """Return the jobs of annotation that show frames of the one before them."""
    ordered = sorted((job for job in jobs if job.type == "annotation"), key=lambda job: job.start)
    return [second for first, second in pairwise(ordered) if second.start <= first.stop]


def jobs_in(told: object, task: Task) -> list[BackupJob]:
    """Return the jobs that a task.json tells of."""
    jobs = []
    for n, item in enumerate(told if isinstance(told, list) else []):
        record = item if isinstance(item, dict) else {}
        kind, status = record.get("type"), record.get("status")
        start, stop = record.get("start_frame"), record.get("stop_frame")
        job = BackupJob(
            name=f"{task.task}/{n}",
            start=count_of(start) or 0,
            stop=LARGEST_WHOLE if (last := count_of(stop)) is None else last,
            type="annotation" if kind is None else TYPES.get(str(kind), str(kind)),
            status=status if isinstance(status, str) else "",
            reviews=records_of(record.get("reviews")),
        )
        jobs.append(job)
    return jobs
