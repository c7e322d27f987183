"""Small tables of records in each kind of file, and exports of tools that know people and tags, as hostile sources."""

from __future__ import annotations

import base64
import csv
import io
import json
import zlib
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
from pyarrow import parquet

from hostile_sources import Source

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    Row = Mapping[str, Any]

TIMES = ("2026-03-01T09:30:00Z", "2026-03-02 10:00:00")
PEOPLE = ("ana", "ben")
_PAIRED = tuple(zip(("site_002", "site_008"), PEOPLE, TIMES, strict=True))


def _both(**columns: tuple[Any, Any]) -> list[dict[str, Any]]:
    """Return two rows for two pictures, each with who and when."""
    return [
        {"image_id": image, "annotator": who, "created_at": when}
        | {name: each[n] for name, each in columns.items()}
        for n, (image, who, when) in enumerate(_PAIRED)
    ]


def _box(x: float, y: float) -> dict[str, float]:
    return {"x_min": x, "y_min": y, "x_max": x + 30.5, "y_max": y + 40}


_SHAPES = {
    "polygons": ([[1, 2, 30, 2, 30, 40]], [[[5, 5], [9, 5], [9, 9]]]),
    "mask": ({"size": [400, 640], "counts": [10, 20, 255_970]}, None),
    "keypoints": ([1, 2, 2, 5, 6, 1], [[1, 2, 0]]),
    "rotated_box": (None, {"center_x": 20, "center_y": 30, "width": 9, "height": 5, "angle": 0.5}),
    "attributes": ({"age": 7}, {"colour": "red"}),
}
ROWS: Mapping[str, Sequence[Row]] = {
    "annotations": _both(
        id=("1", "2"), label=("person", "vest"), box=(_box(1, 2), _box(3.5, 4)), is_crowd=(True, False), lead_time=(3.5, 4),
        width=(640, 640), height=(400, 400), track_id=(7, None), **_SHAPES,
    ),
    "boxes": [
        {"filename": f"{image}.jpg", "width": 640, "height": 400, "class": "person", "xmin": 1, "ymin": 2, "xmax": 30.5, "ymax": 40}
        for image, *_ in _PAIRED
    ],
    "labels": _both(answer=("cat", "dog"), field=("kind", "kind"), is_gold=(True, False), batch=("b1", "b2"), lead_time_s=(1.5, 2)),
    "assignments": _both(status=("completed", "skipped"), job=("1", "2"), batch=("b1", None)),
    "jobs": _both(job=("1", "2"), state=("completed", "in progress"), stage=("acceptance", "annotation"), reviewer=("eva", None)),
    "events": _both(id=("e1", "e2"), event=("update", "delete"), annotation_id=("1", "2"), from_class=("a", "b"), to_class=("b", "c")),
    "reviews": _both(decision=("accepted", "rejected"), reviewer=("eva", "eva"), annotation_id=("1", "2"), round=(1, 2)),
    "issues": _both(issue_id=("i1", "i2"), message=("too large", "wrong class"), resolved_at=(TIMES[1], None)),
    "tags": _both(tag=("blurred", "dark"), score=(0.5, 0.25), value=("yes", 3), target=("image", "image")),
    "images": _both(width=(640, 641), height=(400, 401), split=("train", "val"), tags=(["a", "b"], []), sha256=("ab", "cd")),
    "classes": [
        {"name": name, "id": n, "supercategory": "thing", "keypoints": ["head", "foot"], "skeleton": [[1, 2]]}
        for n, name in enumerate(("person", "vest"))
    ],
    "models": [{"model": "m", "trained_on_dataset": "site", "is_out_of_sample": True, "params": {"lr": 0.1}}],
    "embeddings": _both(vector=([0.5, 1.0, 2.0], [1.5, 2.0, 3.0]), model=("mini", "mini")),
    "guidelines": [{"version": "2", "class_name": "person", "topic": "edges", "rule": "to the pixel", "updated_at": TIMES[0]}],
    "predictions": _both(
        model=("m", "m"), label=("person", "vest"), score=(0.5, 0.25), bbox=([1, 2, 3, 4], [5, 6, 7.5, 8]),
        class_scores=({"person": 0.75, "vest": 0.25}, None),
    ),
    "predicted_labels": _both(model=("m", "m"), class_name=("cat", "dog"), confidence=(0.5, 0.25)),
}  # fmt: skip
"""Rows by what they are; `boxes` are annotations with the column names of most tables of boxes."""

PROBABILITIES = {
    "long": [
        {"image_id": image, "class_name": name, "confidence": value}
        for image, *_ in _PAIRED
        for name, value in (("person", 0.25), ("vest", 0.75))
    ],
    "wide": [{"image_id": image, "person": 0.25, "vest": 0.75} for image, *_ in _PAIRED],
    "listed": [{"image_id": image, "probabilities": [0.25, 0.75]} for image, *_ in _PAIRED],
    "named": [{"image_id": image, "probabilities": {"person": 0.25, "vest": 0.75}} for image, *_ in _PAIRED],
}

ISSUES = _both(
    is_label_issue=(True, False), label_score=(0.125, 1.0), given_label=("cat", "cat"), predicted_label=("dog", "cat"),
    is_outlier_issue=(False, True), outlier_score=(0.75, 0.0),
)  # fmt: skip

RECORD = {
    "id": "r1", "_server_id": "s1", "status": "completed", "metadata": {"lot": 3}, "vectors": {"mini": [0.5, 1]},
    "fields": {"text": "hello", "picture": "data:image/png;base64,AAAA"},
    "suggestions": {"mood": {"value": "good", "score": 0.75, "agent": "net"}, "topics": {"value": ["a"], "score": [0.5], "agent": None}},
    "responses": {
        "mood": [{"value": "good", "user_id": "u1"}, {"value": "bad", "user_id": "u2", "status": "discarded"}],
        "topics": [{"value": ["a", "b"], "user_id": "u3", "status": "draft"}, {"value": ["a"], "user_id": "u1"}],
        "order": [{"value": [{"value": "x", "rank": 1}, {"value": "y", "rank": 2}], "user_id": "u1"}],
        "spans": [{"value": [{"start": 0, "end": 2, "label": "GREETING"}], "user_id": "u1"}],
    },
}  # fmt: skip
FLAT = [
    {
        "id": f"r{n}", "status": "completed", "_server_id": None, "text": "hello", "mood.responses": ["good", "bad"],
        "mood.responses.users": ["u1", "u2"], "mood.responses.status": ["submitted", "draft"], "mood.suggestion": "good",
        "mood.suggestion.score": 0.75, "mood.suggestion.agent": "net", "metadata.lot": 3, "vectors.mini": [0.5, 1.0],
    }
    for n in range(2)
]  # fmt: skip

SPANS = {
    "version": "1.0.0",
    "data": {
        "labelSets": [{"labelItems": [{"id": "p", "labelName": "PERSON"}]}],
        "spanLabels": [
            {"labelSetItemId": "p", "labeledBy": "LABELER"}
            | {"textPosition": {"start": {"row": 0, "tokenIndex": 1}, "end": {"row": 0, "tokenIndex": 2}}}
        ],
        "rowQuestions": [{"id": 0, "label": "mood"}],
        "rowAnswers": [{"line": 3, "answers": {"0": ["good", "calm"]}}, {"answers": {"0": "bad"}}],
        "documentAnswers": {"answers": {"long?": "no"}},
    },
}
DATASAUR = {
    "ROOT/talk.csv": "text\nhello\nbye\n",
    "DOCUMENT-ann@x.org/talk.csv": "text,mood,long?\nhello,good,no\nbye,bad,no\n",
    "DOCUMENT-bob/talk.csv": "text,mood,long?\nhello,bad,no\nbye,,\n",
    "REVIEW/talk.csv": "text,mood,long?,Label Status,Line\nhello,good,no,RESOLVED,1\nbye,bad,no,CONFLICT,2\n",
    "DOCUMENT-bob/spans.csv": "File,Line,Begin Offset,End Offset,Type\na.txt,1,0,4,PERSON\na.txt,2,5,9,CITY\n",
    "DOCUMENT-bob/talk.json": json.dumps(SPANS, indent=0),
}


def write_rows(rows: Sequence[Row], path: Path) -> None:
    """Write rows as what the name of the file says."""
    if path.suffix == ".jsonl":
        path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    elif path.suffix == ".parquet":
        names = dict.fromkeys(name for row in rows for name in row)
        parquet.write_table(
            pa.table({name: _column([row.get(name) for row in rows]) for name in names}), path
        )
    elif path.suffix == ".csv":
        text = io.StringIO()
        writer = csv.DictWriter(text, dict.fromkeys(name for row in rows for name in row))
        writer.writeheader()
        writer.writerows(
            {name: json.dumps(v) if isinstance(v, dict | list) else v for name, v in row.items()}
            for row in rows
        )
        path.write_text(text.getvalue())
    else:
        path.write_text(json.dumps(rows, indent=0))


def _column(cells: list[Any]) -> pa.Array:
    try:
        return pa.array(cells)
    except (pa.ArrowException, TypeError):  # rows differ in their layout
        return pa.array([json.dumps(cell) for cell in cells])


def _write_texts(texts: Mapping[str, str], folder: Path) -> None:
    for name, text in texts.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)


def _write_arrays(folder: Path) -> None:
    ids = np.array([image for image, *_ in _PAIRED])
    matrix = np.array([[0.25, 0.75], [0.5, 0.5]])
    np.savez(folder / "table.npz", pred_probs=matrix, image_ids=ids, class_names=np.array(["person", "vest"]))


def _write_fiftyone(folder: Path) -> None:
    file = io.BytesIO()
    np.save(file, np.eye(9, dtype=bool))
    packed = base64.b64encode(zlib.compress(file.getvalue())).decode()
    labels = [
        {
            "_cls": "Detection",
            "label": "cat",
            "bounding_box": [0.1, 0.2, 0.5, 0.5],
            "index": 7,
            "iscrowd": 1.0,
            "eval": "tp",
        }
        | {"mask": {"$binary": {"base64": packed, "subType": "00"}}, "mistakenness": 0.5, "tags": ["odd"]},
        {
            "_cls": "Detection",
            "label": "dog",
            "bounding_box": [0.1, 0.2, 0.5, 0.5],
            "confidence": 0.75,
            "eval_iou": 0.5,
        },
        {
            "_cls": "Polyline",
            "label": "road",
            "points": [[[0.1, 0.2], [0.5, 0.5], [0.9, 0.1]]],
            "closed": True,
            "filled": True,
        },
        {
            "_cls": "Keypoint",
            "label": "face",
            "points": [[0.1, 0.2], [None, None]],
            "confidence": [0.5, 0.25],
        },
        {"_cls": "Classification", "label": "sunny", "confidence": 0.5, "logits": [0.1, 0.9]},
    ]
    labels = [{"_id": {"$oid": f"{n:024x}"}} | label for n, label in enumerate(labels)]
    holders = [
        {
            "ground_truth": {"_cls": "Detections", "detections": labels[:1]},
            "model": {"_cls": "Detections", "detections": labels[1:2]},
        },
        {
            "roads": {"_cls": "Polylines", "polylines": labels[2:3]},
            "faces": {"_cls": "Keypoints", "keypoints": labels[3:4]},
        },
        {
            "weather": labels[4],
            "uniqueness": 0.5,
            "map": {"_cls": "Heatmap"},
            "many": {"_cls": "Classifications", "classifications": labels[4:]},
        },
    ]
    samples = [
        {
            "_id": {"$oid": f"{n:024x}"},
            "filepath": f"data/{n}.jpg",
            "tags": ["train", "hard"],
            "_media_type": "image",
        }
        | {
            "metadata": {"_cls": "ImageMetadata", "width": 200, "height": 100},
            "created_at": {"$date": TIMES[0]},
        }
        | holder
        for n, holder in enumerate(holders)
    ]
    evaluations = {"eval": {"config": {"pred_field": "model", "gt_field": "ground_truth"}}}
    (folder / "samples.json").write_text(json.dumps({"samples": samples}, indent=0))
    (folder / "metadata.json").write_text(json.dumps({"name": "site", "evaluations": evaluations}, indent=0))


def _of_rows(command: str, rows: Sequence[Row], name: str) -> Source:
    return Source(
        command.replace("FILE", f"{{here}}/{name}"), (name,), lambda folder: write_rows(rows, folder / name)
    )


_KINDS = ("csv", "jsonl", "json", "parquet")
_NAMED = {"boxes": "annotations"}
_LABELS = "predictions labels FILE --dataset site --model m --class-names person,vest"

SOURCES = {
    **{
        f"{name} {kind}": _of_rows(f"import {_NAMED.get(name, name)} FILE --dataset site", rows, f"table.{kind}")
        for name, rows in ROWS.items()
        for kind in _KINDS
    },
    **{
        f"probabilities {form} {kind}": _of_rows(_LABELS, rows, f"table.{kind}")
        for form, rows in PROBABILITIES.items()
        for kind in _KINDS
    },
    "probabilities npz": Source(_LABELS.replace("FILE", "{here}/table.npz"), ("table.npz",), _write_arrays),
    **{
        f"predicted boxes {kind}": _of_rows(
            "predictions annotations FILE --dataset site --model m", ROWS["predictions"], f"table.{kind}"
        )
        for kind in _KINDS
    },
    **{f"cleanlab {kind}": _of_rows("import cleanlab FILE --dataset site", ISSUES, f"issues.{kind}") for kind in _KINDS if kind != "jsonl"},
    **{
        f"argilla nested {kind}": _of_rows("import argilla FILE --dataset site", [RECORD, RECORD | {"id": None}], f"records.{kind}")
        for kind in ("json", "jsonl")
    },
    **{f"argilla flat {kind}": _of_rows("import argilla FILE --dataset site", FLAT, f"records.{kind}") for kind in ("csv", "parquet", "json")},
    "datasaur": Source("import datasaur {here} --dataset site", tuple(DATASAUR), partial(_write_texts, DATASAUR)),
    "fiftyone": Source("import fiftyone {here} --dataset site", ("samples.json", "samples.json", "metadata.json"), _write_fiftyone),
    "detection_text": Source(
        "predictions detection_text {here} --dataset site --model m",
        ("site_002.txt", "site_008.txt"),
        partial(_write_texts, dict.fromkeys(("site_002.txt", "site_008.txt"), "person 0.5 162 96 351 341\nvest 0.25 8 9 20.5 30\n")),
    ),
    "mot": Source("import mot {here} --dataset site", ("gt/gt.txt", "seqinfo.ini"), partial(_write_texts, {
        "gt/gt.txt": "1,1,10,20,30,40,1,1,0.5\n1,2,5,6,7.5,8,0,2,1\n2,1,11,21,30,40,1,1,0.5\n",
        "seqinfo.ini": "[Sequence]\nname=a\nimDir=img1\nframeRate=30\nseqLength=2\nimWidth=640\nimHeight=400\nimExt=.jpg\n",
    })),
}  # fmt: skip
"""By name; each gives rows as it is."""
