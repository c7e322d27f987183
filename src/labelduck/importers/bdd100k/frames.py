"""The frames of one file in each of the forms that they come in, one at a time."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import msgspec

from labelduck.importers.json_records import UnreadableJsonError, document, records

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


@dataclass
class Frames:
    """Frames of a file.

    Attributes:
        config: What the file says of all its frames.
    """

    source: Iterable[Any]
    config: dict[str, Any] = field(default_factory=dict)

    def __iter__(self) -> Iterator[Any]:
        """Yield the frames, whatever they are."""
        return iter(self.source)


def frames_of(data: bytes) -> Frames:
    """Return the frames of a file: a list of them, an object with `frames`, or one frame by itself.

    Raises:
        UnreadableJsonError: It is none of these.
    """
    try:
        top = msgspec.json.decode(data.removeprefix(b"\xef\xbb\xbf"), type=dict[str, msgspec.Raw])
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        return _listed(data)
    if "frames" not in top:
        whole = document(data)
        if "name" not in whole or not whole.keys() & {"labels", "url", "attributes", "videoName"}:
            raise UnreadableJsonError("is no Scalabel file: it has neither `frames` nor a frame's `name`")
        return Frames([whole])
    config = document(memoryview(top["config"])) if "config" in top else None
    if "name" in top:
        return Frames(_first_form(document(data)))
    if bytes(top["frames"])[:1] != b"[":
        raise UnreadableJsonError("is no Scalabel file: its `frames` is no list")
    return Frames(records(memoryview(top["frames"])), config if isinstance(config, dict) else {})


def _listed(data: bytes) -> Frames:
    if data.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] == b"{":
        whole = document(data)  # says what is wrong, or has a key twice or numbers that are none
        listed = whole.get("frames") if isinstance(whole, dict) else None
        if not isinstance(listed, list):
            raise UnreadableJsonError("is no Scalabel file: it has no list `frames`")
        config = whole.get("config")
        return Frames(listed, config if isinstance(config, dict) else {})
    whole = records(data)
    return Frames(whole)


def _first_form(whole: dict[str, Any]) -> Iterator[Any]:
    """Yield the frames of a file of the first release: a picture's name and its frames with `objects`."""
    frames = whole["frames"]
    if not isinstance(frames, list):
        raise UnreadableJsonError("is no Scalabel file: its `frames` is no list")
    shared = {key: value for key, value in whole.items() if key != "frames"}
    for number, frame in enumerate(frames):
        if not isinstance(frame, dict):
            yield frame
            continue
        told = shared | frame
        if "objects" in told:
            told["labels"] = told.pop("objects")
        if len(frames) > 1 and "name" not in frame:
            told["name"] = f"{shared['name']}-{number}"
        yield told
