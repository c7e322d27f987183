"""One image as a Label Studio task: its data, the annotations of each person, the predictions of each model."""

from __future__ import annotations

from collections import defaultdict
from itertools import chain
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from labelduck.exporters.label_studio.interface import IMAGE
from labelduck.exporters.label_studio.regions import iso, origin_of
from labelduck.exporters.label_studio.work import works

if TYPE_CHECKING:
    from collections.abc import Mapping

    from labelduck.exporters.base import Selection
    from labelduck.exporters.label_studio.interface import Interface
    from labelduck.exporters.label_studio.regions import Regions, Result
    from labelduck.exporters.label_studio.work import Work
    from labelduck.exporters.one_shape import Row

DATA = ("image_id", "file_name", "width", "height", "split", "video", "frame", "batch")
"""Columns of images that a task's data holds beside the address of the picture."""

FIELD = "label"
"""Question that is meant where a label does not say which one it answers."""

LOCAL_FILES = "/data/local-files/?d="


class Tasks:
    """Writes tasks one after the other.

    Args:
        selection: What is to be written.
        interface: Controls of the project.
        regions: Writer of annotations.
        predicted: Writer of predictions.
        names_people: Whether annotations name their annotators.

    Attributes:
        n_works: Annotations written.
        untold: Columns of annotations and tables that are not in the file, or not as they were.
    """

    def __init__(
        self,
        selection: Selection,
        interface: Interface,
        *,
        regions: Regions,
        predicted: Regions,
        names_people: bool,
    ) -> None:
        self._interface = interface
        self._regions = regions
        self._predicted = predicted
        self._labels = _by_image(selection, "image_labels")
        self._assignments = _by_image(selection, "assignments")
        self._guesses = _by_image(selection, "predicted_labels")
        self.n_works = 0
        self._names_people = names_people
        self.untold = set() if names_people else {"annotator", "assignments", "image_labels"}
        if any(
            row["job"] or row["status"] == "in_progress"
            for rows in self._assignments.values()
            for row in rows
        ):
            self.untold.add("assignments")

    def task(
        self, image: Row, objects: list[Row], predicted: Mapping[str, list[Row]], *, number: int, name: str
    ) -> Result:
        """Return the task of one image.

        Args:
            image: The image.
            objects: Its annotations.
            predicted: Its predictions by model.
            number: Number of the task.
            name: Path of the picture.
        """
        image_id = image["image_id"]
        done = works(
            objects,
            self._labels[image_id],
            self._assignments[image_id],
            is_annotated=image["is_annotated"],
        )
        data = {column: image[column] for column in DATA if image[column] is not None}
        return {
            "id": number,
            "data": {IMAGE: image["uri"] or LOCAL_FILES + quote(name)} | data,
            "annotations": [
                self._annotation(who, work, image, is_gold=is_gold) | {"task": number}
                for (who, is_gold), work in done.items()
            ],
            "predictions": [
                self._prediction(model, rows, image) | {"task": number}
                for model, rows in predicted.items()
                if rows or self._guess(model, image_id)
            ],
        }

    def _annotation(self, who: str | None, work: Work, image: Row, *, is_gold: bool) -> Result:
        self.n_works += 1
        facts = work.facts()
        regions = (self._regions.of(row, image, region_id=row["annotation_id"]) for row in work.objects)
        self._note_untold(work, facts)
        is_named = self._names_people and who is not None
        told: Result = {"id": self.n_works} | ({"completed_by": {"email": who}} if is_named else {})
        told |= {"was_cancelled": work.is_skipped, "ground_truth": is_gold} | facts
        return told | {"result": [*chain.from_iterable(regions), *self._answers(work.labels)]}

    def _note_untold(self, work: Work, facts: Result) -> None:
        """Notice answers whose times are not those of all the work on the image, and annotators who skipped what they drew on."""
        if work.was_skipped and not work.is_skipped:
            self.untold.add("assignments")
        for row in work.labels:
            spent = facts.get("lead_time")
            is_even = spent is None or (not work.objects and row["lead_time_s"] == spent / len(work.labels))
            if iso(row["created_at"]) != facts.get("created_at") or not is_even or row["field"] is None:
                self.untold.add("image_labels")

    def _answers(self, labels: list[Row]) -> list[Result]:
        """Return the answers to each question on the image."""
        by_field: dict[str, list[str]] = defaultdict(list)
        for row in labels:
            if row["class_name"] is not None:
                by_field[row["field"] or FIELD].append(row["class_name"])
        sources = {row["source"] for row in labels}
        said = origin_of(sources.pop() if len(sources) == 1 else None)
        return [self._answer(field, names) | said for field, names in by_field.items()]

    def _answer(self, field: str, names: list[str]) -> Result:
        name = self._interface.question(field, names)
        return {
            "id": f"answer_{name}",
            "type": "choices",
            "from_name": name,
            "to_name": IMAGE,
            "value": {"choices": names},
        }

    def _prediction(self, model: str, rows: list[Row], image: Row) -> Result:
        regions = (self._predicted.of(row, image, region_id=row["prediction_id"]) for row in rows)
        result = list(chain.from_iterable(regions))
        sure = [row["confidence"] for row in rows if row["confidence"] is not None]
        if (guess := self._guess(model, image["image_id"])) is not None:
            result.append(self._answer(FIELD, [guess["class_name"]]) | {"score": guess["confidence"]})
            sure.append(guess["confidence"])
        score = sum(sure) / len(sure) if sure else None
        return {"model_version": model, "score": score, "result": result}

    def _guess(self, model: str, image_id: str) -> Row | None:
        """Return the class that a model gives an image with most confidence."""
        own = [
            row for row in self._guesses[image_id] if row["model"] == model and row["confidence"] is not None
        ]
        return max(own, key=lambda row: row["confidence"], default=None)


def _by_image(selection: Selection, table: str) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    rows = selection.others.get(table)
    for row in rows.to_pylist() if rows is not None else ():
        found[row["image_id"]].append(row)
    return found
