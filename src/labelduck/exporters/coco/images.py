"""Images as COCO records."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from labelduck.exporters import json_text
from labelduck.exporters.base import ROWS_PER_PIECE

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy as np
    from numpy.typing import NDArray

_TEXTS = {"file_name": "file_name", "uri": "coco_url", "split": "split", "video": "video", "batch": "batch"}
_MORE_TEXTS = {"sha256": "sha256", "phash": "phash"}
_NUMBERS = ("width", "height", "frame")


def image_records(images: pa.Table, numbers: NDArray[np.int64], originals: pa.Array) -> Iterator[pa.Array]:
    """Yield images as JSON.

    Args:
        images: Rows of the table, with all columns.
        numbers: Id of each.
        originals: Its id in the lake where that is no number, else null.
    """
    for start in range(0, images.num_rows, ROWS_PER_PIECE):
        piece = images.slice(start, ROWS_PER_PIECE)
        n = piece.num_rows
        # Every image of a file with annotations counts as looked at, so only the others need a word.
        unseen = pc.if_else(pc.equal(piece["is_annotated"], False), False, None).combine_chunks()
        names = pc.coalesce(piece["file_name"], piece["image_id"])
        tags = piece["tags"].combine_chunks()
        yield json_text.objects(
            {
                "id": json_text.numbers(pa.array(numbers[start : start + n])),
                "file_name": json_text.texts(names),
                **{name: json_text.numbers(piece[name]) for name in _NUMBERS},
                "date_captured": json_text.times(piece["captured_at"]),
                **{
                    field: json_text.texts(piece[name])
                    for name, field in (_TEXTS | _MORE_TEXTS).items()
                    if name != "file_name"
                },
                "is_annotated": json_text.flags(unseen),
                "tags": json_text.lists(tags, json_text.texts(tags.flatten())),
                "labelduck_id": json_text.texts(originals.slice(start, n)),
                "attributes": json_text.documents(piece["attributes"]),
            }
        )
