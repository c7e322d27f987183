"""How the values of each column are read, by its name or its type."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from labelduck.importers.records.nested import nested
from labelduck.importers.values import to_flag, to_number, to_review, to_seconds, to_text, to_time
from labelduck.schema import TABLES
from labelduck.schema.columns import FLAG, REAL, TEXT, TIME

if TYPE_CHECKING:
    from collections.abc import Callable

    from labelduck.importers.values import Parsed

    Parse = Callable[[pa.Array], Parsed]


class Parser(NamedTuple):
    """How a column is read.

    Attributes:
        parse: Returns the column, and the rows whose value it could not understand, which are null.
        expected: What a value has to be.
    """

    parse: Parse
    expected: str


def _words(**meanings: str) -> Parser:
    """Return a reader of text of a few known words; `meanings` are the other words for each, unknown ones stay."""
    known = {other: word for word, others in meanings.items() for other in (word, *others.split())}

    def parse(column: pa.Array) -> Parsed:
        text = to_text(column)[0].dictionary_encode()
        told = (word.lower().replace(" ", "_").replace("-", "_") for word in text.dictionary.to_pylist())
        said = [known.get(word, given) for word, given in zip(told, text.dictionary.to_pylist(), strict=True)]
        return pa.array(said, pa.string()).take(text.indices), []

    return Parser(parse, "text")


def _whole(lowest: int, highest: int) -> Parser:
    def parse(column: pa.Array) -> Parsed:
        numbers, bad = to_number(column)
        fits = pc.and_(pc.equal(pc.floor(numbers), numbers), pc.less_equal(numbers, float(highest)))
        fits = pc.and_(fits, pc.greater_equal(numbers, float(lowest)))
        is_bad = pc.fill_null(pc.invert(fits), False).to_numpy(zero_copy_only=False)
        whole = pc.if_else(fits, numbers, None).cast(pa.int64())
        return whole, sorted({*bad, *np.flatnonzero(is_bad).tolist()})

    return Parser(parse, "a whole number")


def _share(column: pa.Array) -> Parsed:
    """Read a number from 0 to 1, or a flag, or KITTI's and others' grades as they are."""
    flags, bad_flags = to_flag(column)
    return (flags.cast(pa.float64()), []) if not bad_flags else to_number(column)


TEXTUAL = Parser(to_text, "text")
_SMALL, _LARGE = _whole(-(2**31), 2**31 - 1), _whole(-(2**53), 2**53)
_BY_TYPE = {
    TEXT: TEXTUAL,
    REAL: Parser(to_number, "a number"),
    FLAG: Parser(to_flag, "true or false"),
    TIME: Parser(to_time, "a time"),
    pa.int32(): _SMALL,
    pa.int64(): _LARGE,
}
_BY_NAME = {
    "lead_time_s": Parser(to_seconds, "seconds from 0"),
    "decision": Parser(to_review, "text"),
    "review_status": Parser(to_review, "text"),
    "occluded": Parser(_share, "a number from 0 to 1"),
    "truncated": Parser(_share, "a number from 0 to 1"),
    "width": _whole(1, 2**31 - 1),
    "height": _whole(1, 2**31 - 1),
    "class_index": _LARGE,
    "file_name": TEXTUAL,
    "split": TEXTUAL,
    "status": _words(
        completed="complete done submitted finished annotated labeled labelled closed",
        skipped="skip discarded cancelled canceled was_cancelled",
        in_progress="draft started assigned pending open todo new started_working ongoing annotating",
    ),
    "state": _words(
        new="open created pending todo",
        in_progress="started ongoing annotating draft active",
        completed="complete done finished closed submitted accepted approved",
        rejected="reject declined",
    ),
    "action": _words(
        create="created add added insert inserted",
        update="updated modify modified edit edited change changed",
        delete="deleted remove removed",
        submit="submitted send",
        accept="accepted approve approved",
        reject="rejected decline declined",
        fix="fixed correct corrected fixed_and_accepted",
    ),
    "sampling": _words(
        random="uniform sampled", risk="risk_based targeted suspicious", all="full everything complete"
    ),
    "target": _words(
        image="sample frame picture text item", annotation="object label box region", prediction="detection"
    ),
    "risk": _words(low="minor", medium="moderate normal", high="severe critical"),
    "error_kind": _words(
        missing_label="missing missed missing_object missing_annotation",
        wrong_class="wrong_label misclassified mislabeled incorrect_label incorrect_class label_error",
        bad_box="bad_geometry inaccurate_box wrong_box loose_box tight_box bad_location localization position",
        extra_label="extra false_positive spurious extra_annotation background",
        duplicate_label="duplicate duplicated double",
    ),
}


def parser_of(table: str, column: str) -> Parser:
    """Return how a column of a table is read."""
    if column in _BY_NAME:
        return _BY_NAME[column]
    if column not in TABLES[table].names:
        return Parser(*nested(pa.list_(REAL))) if column == "bbox" else TEXTUAL
    kind = TABLES[table].field(column).type
    found = _BY_TYPE.get(kind)
    return found if found is not None else Parser(*nested(kind))
