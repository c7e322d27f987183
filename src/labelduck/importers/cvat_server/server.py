"""What the dumps of a server say of its people, labels, tasks and jobs, by id."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from labelduck.importers.cvat_server.fields import items, record, text, whole, word

if TYPE_CHECKING:
    from labelduck.importers.cvat_server.fields import Record

GOLD = "gold"
_TYPES = {"ground_truth": GOLD, "consensus_replica": "consensus", "replica": "consensus"}


@dataclass
class Label:
    """A label of a project or task; one with sublabels is a skeleton.

    Attributes:
        number: Its id.
        name: Class that it stands for.
        attributes: Names of its attributes by the number that values carry (`spec_id`).
        inner: Its sublabels by id, in order.
        source: What the server says of it.
    """

    number: int
    name: str
    attributes: dict[int, str]
    inner: dict[int, Label]
    source: Record

    @property
    def points(self) -> list[int]:
        """Ids of the sublabels, in order."""
        return list(self.inner)


@dataclass
class Task:
    """A task."""

    task: int
    name: str | None = None
    project: int | None = None
    split: str | None = None
    size: int | None = None


@dataclass
class Job:
    """A job: some frames of a task, given to one person.

    Attributes:
        job: Its id.
        task: Id of its task.
        type: annotation, gold or consensus.
        is_parent: It has replicas, whose merged result it holds.
    """

    job: int
    task: int | None = None
    type: str = "annotation"
    stage: str | None = None
    state: str | None = None
    assignee: str | None = None
    reviewer: str | None = None
    start_frame: int | None = None
    stop_frame: int | None = None
    created_at: str | None = None
    updated_at: str | None = None
    is_parent: bool = False
    is_flat: bool = True

    def covers(self, frame: int) -> bool:
        """Tell whether a frame lies in its range."""
        return (
            self.start_frame is not None
            and self.stop_frame is not None
            and self.start_frame <= frame <= self.stop_frame
        )

    @property
    def is_untouched(self) -> bool:
        """Nobody has begun, as far as its stage and state say."""
        return self.state in (None, "new") and self.stage in (None, "annotation")

    @property
    def is_done(self) -> bool:
        """Its annotator has finished."""
        return self.state == "completed" or self.stage in ("validation", "acceptance")


@dataclass
class Server:
    """All of it.

    Attributes:
        people: Name by id of an account.
        labels: By id, sublabels too.
        tasks: By id.
        jobs: By id.
        projects: Name by id.
    """

    people: dict[int, str] = field(default_factory=dict)
    labels: dict[int, Label] = field(default_factory=dict)
    tasks: dict[int, Task] = field(default_factory=dict)
    jobs: dict[int, Job] = field(default_factory=dict)
    projects: dict[int, str] = field(default_factory=dict)
    _at: dict[tuple[int | None, int], Job | None] = field(default_factory=dict)

    def person(self, value: Any) -> str | None:  # noqa: ANN401 - an object, an id or a name, by the age of the server
        """Return the name that an account is known by: its user name, as both dumps and events have it."""
        if isinstance(value, str):
            return text(value)
        if not isinstance(value, dict):
            number = whole(value)
            return None if number is None else self.people.get(number, str(number))
        number = whole(value.get("id"))
        name = text(value.get("username")) or text(value.get("email"))
        if name is not None and number is not None:
            self.people.setdefault(number, name)
        return name or (None if number is None else self.people.get(number, str(number)))

    def add_label(self, found: Record) -> Label | None:
        """Note a label and its sublabels."""
        number, name = whole(found.get("id")), text(found.get("name"))
        if number is None or name is None:
            return None
        specs = [record(each) for each in items(found.get("attributes"))]
        named = {whole(each.get("id")): text(each.get("name")) for each in specs}
        attributes = {spec: said for spec, said in named.items() if spec is not None and said is not None}
        inner = {}
        for each in map(record, items(found.get("sublabels"))):
            point = self.add_label(each | {"parent_id": number, "sublabels": []})
            if point is not None:
                inner[point.number] = point
        kept = {key: found[key] for key in ("color", "type", "parent_id", "svg") if found.get(key)}
        self.labels[number] = Label(number, name, attributes, inner, kept)
        return self.labels[number]

    def add_task(self, found: Record) -> None:
        """Note a task; in older dumps it holds its labels and jobs."""
        number = whole(found.get("id"))
        if number is None:
            return
        self.tasks[number] = Task(
            number,
            name=text(found.get("name")),
            project=whole(found.get("project_id")),
            split=text(found.get("subset")),
            size=whole(found.get("size")),
        )
        self._add_inner(found)
        for segment in map(record, items(found.get("segments"))):
            frames = {key: segment.get(key) for key in ("start_frame", "stop_frame")}
            for job in map(record, items(segment.get("jobs"))):
                self.add_job(job | frames | {"task_id": number})

    def add_project(self, found: Record) -> None:
        """Note a project."""
        number = whole(found.get("id"))
        if number is not None:
            self.projects[number] = text(found.get("name")) or str(number)
            self._add_inner(found)

    def add_job(self, found: Record) -> None:
        """Note a job."""
        number = whole(found.get("id"))
        if number is None:
            return
        task = whole(found.get("task_id"))
        if task is not None:
            named = self.tasks.setdefault(task, Task(task))
            named.name = named.name or text(found.get("task_name"))
            named.project = named.project if named.project is not None else whole(found.get("project_id"))
            if named.project is not None and (name := text(found.get("project_name"))):
                self.projects.setdefault(named.project, name)
        self.jobs[number] = Job(
            number,
            task=task,
            type=_TYPES.get(word(found.get("type")) or "", "annotation"),
            # Before stages there was one word for both, which is still given as `status`.
            stage=word(found.get("stage")) or (word(found.get("status")) if "state" not in found else None),
            state=word(found.get("state")),
            assignee=self.person(found.get("assignee")),
            reviewer=self.person(found.get("reviewer")),
            start_frame=whole(found.get("start_frame")),
            stop_frame=whole(found.get("stop_frame")),
            created_at=text(found.get("created_date")),
            updated_at=text(found.get("updated_date")),
            is_parent=bool(whole(found.get("replicas_count"))),
            is_flat=word(found.get("dimension")) != "3d",
        )

    def _add_inner(self, found: Record) -> None:
        for label in map(record, items(found.get("labels"))):
            self.add_label(label)
        for person in ("owner", "assignee"):
            self.person(found.get(person))

    def job_at(self, task: int | None, frame: int) -> Job | None:
        """Return the one job of annotators that covers a frame of a task; None when several do, or none."""
        if (task, frame) not in self._at:
            found = [
                job
                for job in self.jobs.values()
                if job.task == task and job.type == "annotation" and job.covers(frame)
            ]
            self._at[task, frame] = found[0] if len(found) == 1 else None
        return self._at[task, frame]

    def batch(self, task: int | None) -> str | None:
        """Return the name of a task, by which its work is known; its number where it has none."""
        if task is None:
            return None
        known = self.tasks.get(task)
        return (known.name if known else None) or f"task {task}"

    def project(self, task: int | None) -> str | None:
        """Return the name of a task's project."""
        known = self.tasks.get(task) if task is not None else None
        if known is None or known.project is None:
            return None
        return self.projects.get(known.project, str(known.project))
