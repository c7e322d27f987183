"""Label Studio: tasks.json, which a project imports, and interface.xml, the labelling interface that the project needs.

The objects of one person on an image are one annotation, a model's one prediction. People are named by e-mail address: the
server takes annotations only of people it knows, so that without `people` they are named in the sidecar alone. It gives tasks, annotations and times its own numbers when it imports, so
that the ids of images go along in the task's data; regions keep theirs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from labelduck.exporters.base import GEOMETRY, Carried, each_image
from labelduck.exporters.label_studio.interface import Interface
from labelduck.exporters.label_studio.regions import OWN, TIMES, Regions
from labelduck.exporters.label_studio.tasks import DATA, Tasks
from labelduck.exporters.names import picture_names
from labelduck.exporters.one_shape import set_upright
from labelduck.schema import TABLES

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from labelduck.exporters.base import Selection, WriteOptions
    from labelduck.exporters.one_shape import Row

FILE = "tasks.json"
PREDICTIONS = True

INTERFACE = "interface.xml"
_FACTS = ("class_name", "annotator", "source", "is_gold", *TIMES, *OWN)
_COLUMNS = ("annotation_id", *sorted(GEOMETRY), *_FACTS)
_OF_PREDICTIONS = {"prediction_id", "class_name", "confidence"} | GEOMETRY
_PREDICTED = [name for name in TABLES["predictions"].names if name in _OF_PREDICTIONS]


def write(selection: Selection, folder: Path, options: WriteOptions) -> Carried:
    """Write tasks.json and interface.xml.

    Args:
        selection: What is to be written.
        folder: Empty folder.
        options: `people` matters here.
    """
    classes = selection.classes.to_pylist()
    interface = Interface([row["class_name"] for row in classes])
    named = {row["class_name"]: tuple(row["keypoint_names"] or ()) for row in classes}
    regions, predicted = Regions(interface, named), Regions(interface, named)
    tasks = Tasks(selection, interface, regions=regions, predicted=predicted, names_people=options.people)
    names = picture_names(selection.images)
    with (folder / FILE).open("wb") as file:
        between = b"[\n"
        for number, (image, rows, found) in enumerate(_images(selection)):
            task = tasks.task(image, rows, found, number=number + 1, name=names[number])
            file.write(between + msgspec.json.encode(task))
            between = b",\n"
        file.write(b"\n]\n" if between == b",\n" else b"[]\n")
    (folder / INTERFACE).write_text(interface.xml(), encoding="utf-8")
    if interface.renamed:
        regions.changed["questions got names that Label Studio takes"] += interface.renamed
        tasks.untold.add("image_labels")
    for what, n_predictions in predicted.changed.items():
        regions.changed[f"of predictions: {what}"] += n_predictions
    if predicted.left_out:
        regions.changed["predictions without a shape or a class were left out"] += len(predicted.left_out)
    return Carried(
        annotations=frozenset({"annotation_id", "image_id", *GEOMETRY, *_FACTS} - tasks.untold),
        images=frozenset(("uri", "is_annotated", *DATA)),
        classes=frozenset({"class_name", "keypoint_names"}),
        tables=frozenset({"assignments", "image_labels"} - tasks.untold),
        pictures=names,
        left_out=regions.left_out,
        changed=regions.changed,
    )


def _images(selection: Selection) -> Iterator[tuple[Row, list[Row], dict[str, list[Row]]]]:
    """Yield each image with its annotations, and its predictions by model."""
    models = {
        model: each_image(selection, _PREDICTED, rows=rows) for model, rows in selection.predictions.items()
    }
    for image, rows in each_image(selection, _COLUMNS):
        predicted = {model: next(each)[1] for model, each in models.items()}
        for group in (rows, *predicted.values()):
            set_upright(group)
        yield image, rows, predicted
