"""What people answered and models suggested, as rows."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from labelduck.importers.base import storable
from labelduck.importers.single_values import finite

if TYPE_CHECKING:
    from collections.abc import Iterator

    from labelduck.importers.argilla.source import Settings
    from labelduck.importers.rows import Rows

STATUS = {"submitted": "completed", "discarded": "skipped", "draft": "in_progress"}
NOT_CLASSES = ("span", "text")
LONGEST_CLASS = 100
"""Characters; a longer answer to a question of unknown kind is free text."""


class Answers:
    """Turns responses, suggestions and vectors into rows.

    Args:
        rows: Takes the rows.
        settings: Kind and options of the questions, where the export has them.
        source: The file, as problems name it.
    """

    def __init__(self, rows: Rows, settings: Settings, source: str) -> None:
        self.rows, self.source = rows, source
        self._settings = settings
        self._uncounted: Counter[tuple[str, str]] = Counter()
        for question in settings.values():
            for n, option in enumerate(question.options):
                rows.add_once("classes", option, {"class_name": option, "class_index": n})

    def add_responses(self, image_id: str, responses: Any, place: str) -> int:  # noqa: ANN401 - whatever JSON holds
        """Add labels and assignments; return the number of people who submitted."""
        people: dict[str | None, str] = {}
        for question, answers in self._questions(responses, "responses", place):
            for answer in answers if isinstance(answers, list) else [answers]:
                if not isinstance(answer, dict):
                    self.rows.problems.add(
                        self.source, f"{place}.responses.{question}", "is no answer; left out", record=answer
                    )
                    continue
                self._add_response(image_id, question, answer, people)
        for person, status in people.items():
            if person is not None:
                self.rows.add("assignments", {"image_id": image_id, "annotator": person, "status": status})
        return sum(status == "completed" for status in people.values())

    def add_suggestions(self, image_id: str, suggestions: Any, place: str) -> None:  # noqa: ANN401
        """Add what models suggested."""
        for question, suggestion in self._questions(suggestions, "suggestions", place):
            if not isinstance(suggestion, dict) or suggestion.get("value") is None:
                continue
            model = storable(str(suggestion.get("agent") or "suggestion"))
            model = f"{model}/{question}" if self._settings.asks_several else model
            scores = suggestion.get("score")
            for n, (field, name) in enumerate(self._classes(question, suggestion["value"])):
                if field != question and not field.endswith("/1"):
                    continue  # of a ranking, the first is what is predicted
                score = scores[n] if isinstance(scores, list) and n < len(scores) else scores
                self.rows.add_once("models", model, {"model": model})
                row = {"image_id": image_id, "model": model, "class_name": name}
                self.rows.add("predicted_labels", row | {"confidence": finite(score)})
                self.rows.add_once("classes", name, {"class_name": name})

    def add_vectors(self, image_id: str, vectors: Any, place: str) -> None:  # noqa: ANN401
        """Add the vectors of a record."""
        for name, vector in self._questions(vectors, "vectors", place):
            numbers = [finite(value) for value in vector] if isinstance(vector, list) else [None]
            if None in numbers:
                self.rows.problems.add(
                    self.source, f"{place}.vectors.{name}", "is no vector of numbers; left out"
                )
                continue
            row = {"target": "image", "target_id": image_id, "model": name, "vector": numbers}
            self.rows.add("embeddings", row)

    def finish(self) -> None:
        """Note the answers that no table has a place for."""
        for (question, what), n in sorted(self._uncounted.items()):
            problem = f"{n:,} answers to {question} are {what}; not kept as labels"
            self.rows.problems.add(self.source, question, problem, severity="warning")

    def _add_response(
        self, image_id: str, question: str, answer: dict[str, Any], people: dict[str | None, str]
    ) -> None:
        person = answer.get("user_id")
        person = None if person in (None, "", "None") else storable(str(person))
        status = STATUS.get(str(answer.get("status") or "submitted").lower(), "completed")
        people[person] = status
        if status != "completed":
            self._uncounted[question, "drafts or discarded"] += answer.get("value") is not None
            return
        for field, name in self._classes(question, answer.get("value")):
            row = {"image_id": image_id, "field": field, "class_name": name, "annotator": person}
            self.rows.add("image_labels", row | {"source": "manual"})
            self.rows.add_once("classes", name, {"class_name": name})

    def _classes(self, question: str, value: Any) -> Iterator[tuple[str, str]]:  # noqa: ANN401
        """Yield field and class of each class that an answer names."""
        kind = self._settings.kind_of(question)
        for n, item in enumerate(value if isinstance(value, list) else [value], start=1):
            if isinstance(item, dict):
                if "value" in item and "start" not in item and kind != "span":
                    yield f"{question}/{item.get('rank') or n}", storable(str(item["value"]))
                else:
                    self._uncounted[question, "spans"] += 1
            elif item is not None and item != "":
                text = storable(str(item))
                if kind in NOT_CLASSES or (kind is None and (len(text) > LONGEST_CLASS or "\n" in text)):
                    self._uncounted[question, "free text"] += 1
                else:
                    yield question, text

    def _questions(self, given: Any, what: str, place: str) -> Iterator[tuple[str, Any]]:  # noqa: ANN401
        if isinstance(given, dict):
            yield from ((storable(str(name)), value) for name, value in given.items())
        elif given:
            self.rows.problems.add(self.source, f"{place}.{what}", "is no object; left out", record=given)
