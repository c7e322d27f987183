"""Rows that an importer gives, and harmed copies of what it reads."""

from __future__ import annotations

import base64
import copy
import json
from collections import defaultdict
from importlib import import_module
from io import BytesIO
from typing import TYPE_CHECKING, Any

import numpy as np
from PIL import Image

from labelduck.importers.base import ReadOptions

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from random import Random

ODD_VALUES = (
    *(
        None,
        True,
        -1,
        0,
        1e308,
        -1e308,
        1e13,
        float("nan"),
        float("inf"),
        1 << 70,
        "",
        "x",
        "\ud800",
        "../../x",
    ),
    *([], {}, [[]], [None], [1], {"a": 1}, "1e999", "9" * 400),
)


def rows_of(name: str, path: Path, **options: Any) -> dict[str, list[dict[str, Any]]]:
    """Read a path; rows by table, without columns that are null."""
    found = defaultdict(list)
    for batch in import_module(f"labelduck.importers.{name}").read(path, ReadOptions(**options)):
        for table, rows in batch.items():
            found[table] += [{k: v for k, v in row.items() if v is not None} for row in rows.to_pylist()]
    return found


def box_of(row: dict[str, Any]) -> tuple[float, ...]:
    return tuple(row["box"].values())


def png_of(mask: Any, *, mode: str = "L") -> bytes:
    """Return a mask as the bytes of a PNG."""
    file = BytesIO()
    Image.fromarray(np.asarray(mask, np.uint8)).convert(mode).save(file, "PNG")
    return file.getvalue()


def base64_of(data: bytes) -> str:
    return base64.b64encode(data).decode()


def harmed_documents(document: Any, rng: Random, n: int) -> Iterator[bytes]:
    """Yield a JSON document with one to three values replaced or taken away, or its text cut or disturbed."""
    for _ in range(n):
        harmed = copy.deepcopy(document)
        for _ in range(rng.randint(1, 3)):
            places = list(_places(harmed))
            if places:
                holder, key = rng.choice(places)
                if rng.random() < 0.2:
                    del holder[key]
                else:
                    holder[key] = copy.deepcopy(rng.choice(ODD_VALUES))
        text = json.dumps(harmed).encode()
        yield disturbed(text, rng) if rng.random() < 0.2 else text


def disturbed(data: bytes, rng: Random) -> bytes:
    """Return bytes cut short, or with a few of them changed."""
    if rng.random() < 0.3:
        return data[: rng.randrange(len(data) + 1)]
    found = bytearray(data)
    for _ in range(rng.randint(1, 4)):
        found[rng.randrange(len(found))] = rng.randrange(256)
    return bytes(found)


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in pairs:
        yield value, key
        yield from _places(inner)
