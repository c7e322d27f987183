"""Label files read in portions of bounded memory."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Generic, TypeVar

from labelduck.importers.image_sizes import clean
from labelduck.importers.yolo.lines import parse, slurp

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from labelduck.importers.repeats import Repeats
    from labelduck.importers.yolo.lines import Lines

MOST_BYTES = 4 << 20
MOST_FILES = 20_000
SAMPLE_FILES = 300
Item = TypeVar("Item")


@dataclass
class Portion(Generic[Item]):
    """Some images and the bytes of their label files, empty where there is none."""

    items: list[Item] = field(default_factory=list)
    data: list[bytes] = field(default_factory=list)


def portions(
    items: Iterable[Item], *, label: Callable[[Item], str | None], root: str, repeats: Repeats
) -> Iterator[Portion[Item]]:
    """Yield items with their label files' bytes, some thousand at a time.

    Args:
        items: Images, or label files.
        label: Path of an item's label file, None when it has none.
        root: Folder that files are named relative to.
        repeats: Takes files that cannot be read; their items are left out.
    """
    portion: Portion[Item] = Portion()
    n_bytes = 0
    for item in items:
        path = label(item)
        try:
            data = b"" if path is None else slurp(path)
        except OSError as error:
            kind = "the label file cannot be read: its image is left out"
            repeats.add(kind, relative(path or "", root), "", f"{kind} ({error.strerror})")
            continue
        portion.items.append(item)
        portion.data.append(data)
        n_bytes += len(data)
        if n_bytes >= MOST_BYTES or len(portion.items) >= MOST_FILES:
            yield portion
            portion, n_bytes = Portion(), 0
    if portion.items:
        yield portion


def sample(paths: Sequence[str]) -> Lines:
    """Return the lines of some label files, evenly spread, from which the task can be told."""
    step = max(1, len(paths) // SAMPLE_FILES)
    data = []
    for path in paths[::step]:
        try:
            data.append(slurp(path))
        except OSError:  # reported when its turn comes
            continue
    return parse(data)


def relative(path: str, root: str) -> str:
    """Return a path as it is named to the user: relative to the dataset's folder where it lies in it."""
    return clean(path.removeprefix(root.rstrip("/") + "/"))
