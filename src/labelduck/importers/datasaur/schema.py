"""Datasaur Schema: the JSON of one document with its span labels and the answers to its questions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from labelduck.importers.base import storable
from labelduck.importers.json_records import UnreadableJsonError, document

if TYPE_CHECKING:
    from labelduck.importers.datasaur.votes import Votes

CONFLICT = "CONFLICT"
_ENDS = ("row", "line", "column", "tokenIndex", "charIndex")
_OLD_ENDS = ("CellLine", "CellIndex", "TokenIndex", "CharIndex")
_LINES = ("line", "row", "rowIndex", "lineIndex", "index")
_ANSWERS = ("answers", "answer", "value", "values")


def read_schema(data: bytes, file: str, who: str | None, votes: Votes) -> None:
    """Add the labels and answers of one document; what is in conflict is no answer.

    Raises:
        UnreadableJsonError: It is no JSON, or no Datasaur Schema.
    """
    content = document(data)
    told = content.get("data", content) if isinstance(content, dict) else None
    if not isinstance(told, dict) or not told.keys() & {"spanLabels", "rowAnswers", "documentAnswers"}:
        raise UnreadableJsonError(
            "has neither spanLabels, rowAnswers nor documentAnswers: it is no Datasaur Schema"
        )
    names = _label_names(told.get("labelSets"))
    for n, span in enumerate(_list(told.get("spanLabels"))):
        _read_span(span, f"spanLabels[{n}]", names, file=file, who=who, votes=votes)
    questions = _question_names(told.get("rowQuestions")) | _question_names(told.get("documentQuestions"))
    for n, answer in enumerate(_list(told.get("rowAnswers"))):
        line = next((answer[key] for key in _LINES if isinstance(answer, dict) and key in answer), None)
        if line is None:
            votes.rows.problems.add(
                file, f"rowAnswers[{n}]", "does not say which line it is about; left out", record=answer
            )
            continue
        _read_answers(f"{file}/{line}", answer, questions, who, votes)
    for answer in _list(told.get("documentAnswers")):
        _read_answers(file, answer, questions, who, votes)


def _read_span(
    span: Any,  # noqa: ANN401 - whatever JSON holds
    place: str,
    names: dict[str, str],
    *,
    file: str,
    who: str | None,
    votes: Votes,
) -> None:
    where = _position(span) if isinstance(span, dict) else None
    name = _label_of(span, names) if isinstance(span, dict) else None
    if where is None or name is None:
        votes.rows.problems.add(
            file, place, "does not say where it lies, or which label it is; left out", record=span
        )
        return
    item = f"{file}/{where}"
    votes.item(item)
    if span.get("labeledBy") == CONFLICT:
        return
    votes.answer(item, None, name, who, span.get("createdAt"))
    votes.assignment(item, who, is_done=True)


def _read_answers(item: str, answer: Any, questions: dict[str, str], who: str | None, votes: Votes) -> None:  # noqa: ANN401
    if not isinstance(answer, dict):
        votes.rows.problems.add(item, "", "is no answer; left out", record=answer)
        return
    votes.item(item)
    if answer.get("labeledBy") == CONFLICT:
        return
    inner = next((answer[key] for key in _ANSWERS if key in answer), None)
    given = (
        inner
        if isinstance(inner, dict)
        else {str(answer.get("question", answer.get("questionId", ""))): inner}
    )
    is_done = False
    for question, value in given.items():
        field = questions.get(str(question), str(question)) or None
        said = value.get("value", value.get("answer")) if isinstance(value, dict) else value
        is_done |= votes.answer(item, field and storable(field), said, who)
    votes.assignment(item, who, is_done=is_done)


def _position(span: dict[str, Any]) -> str | None:
    """Return where a span lies, as `line:begin-end`; begin and end are column, token and character as far as they are told."""
    text = span.get("textPosition")
    if isinstance(text, dict):
        ends = [text.get("start"), text.get("end")]
        told = [[end[key] for key in _ENDS if key in end] for end in ends if isinstance(end, dict)]
    else:
        told = [[span[side + key] for key in _OLD_ENDS if side + key in span] for side in ("start", "end")]
    if len(told) != 2 or not told[0] or not told[1]:
        return None
    (line, *begin), (last, *end) = told
    return f"{line}:{'.'.join(map(str, begin))}-{'.'.join(map(str, end if last == line else [last, *end]))}"


def _label_of(span: dict[str, Any], names: dict[str, str]) -> str | None:
    for key in ("labelSetItemId", "label", "labelName", "l"):
        value = span.get(key)
        if isinstance(value, str | int):
            return names.get(str(value), str(value))
    return None


def _label_names(sets: Any) -> dict[str, str]:  # noqa: ANN401
    """Return the names of labels by their id."""
    found = {}
    for labels in _list(sets):
        items = labels.get("labelItems", labels.get("labelSetItems")) if isinstance(labels, dict) else None
        for item in _list(items):
            if isinstance(item, dict) and "id" in item:
                name = item.get("labelName") or item.get("name") or item.get("label") or item["id"]
                found[str(item["id"])] = storable(str(name))
    return found


def _question_names(questions: Any) -> dict[str, str]:  # noqa: ANN401
    return {
        str(q.get("id", n)): storable(str(q.get("label") or q.get("name") or q.get("id", n)))
        for n, q in enumerate(_list(questions))
        if isinstance(q, dict)
    }


def _list(value: Any) -> list[Any]:  # noqa: ANN401
    return value if isinstance(value, list) else [] if value is None else [value]
