"""`labelduck build`: from annotations and predictions to the derived tables, only where something changed."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from labelduck import derived, manifests, matching, settings, storage

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from labelduck.folder import LakeFolder
    from labelduck.manifests import Manifest

_IMAGES = ["image_id", "width", "height"]
_CLASSES = ["class_name", "class_index"]
_ANNOTATIONS = [
    "annotation_id", "image_id", "class_name", "box", "area", "is_crowd", "is_ignored", "difficult", "is_gold",
    "source_file", "source_ref",
]  # fmt: skip
_PREDICTIONS = ["prediction_id", "image_id", "class_name", "confidence", "box", "area"]
_SHAPES = {"box": [], "mask": ["polygons", "mask"], "keypoints": ["keypoints"]}


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """One model against the annotations of one dataset.

    Attributes:
        dataset: Dataset.
        model: Model.
        is_new: False when nothing had changed since it was built.
        n_rows: Rows written, by derived table; empty when it was not new.
    """

    dataset: str
    model: str
    is_new: bool
    n_rows: Mapping[str, int]


def build(folder: LakeFolder) -> list[Comparison]:
    """Make the derived tables of every dataset's newest version and show them in the catalogue.

    Raises:
        LakeLockedError: Another process is writing.
    """
    with folder.writing():
        options = settings.load(folder.path)
        heads = manifests.heads(folder.path)
        made = [
            _compare(folder.path, manifest, model, options)
            for manifest in heads
            for model in derived.models(manifest)
        ]
        derived.prune(
            folder.path, {derived.key(m, model, options) for m in heads for model in derived.models(m)}
        )
    return made


def _compare(lake: Path, manifest: Manifest, model: str, options: settings.Settings) -> Comparison:
    stem = derived.key(manifest, model, options)
    if derived.is_built(lake, stem):
        return Comparison(dataset=manifest.dataset, model=model, is_new=False, n_rows={})
    rule = derived.options(manifest, model, options)
    geometry = rule["geometry"] if rule["geometry"] != "auto" else _geometry(lake, manifest, model)
    shapes = _SHAPES[geometry]
    annotations = storage.read(
        lake, manifest.current("annotations"), "annotations", columns=_ANNOTATIONS + shapes
    )
    pieces = matching.match(
        storage.read(lake, manifest.current("images"), "images", columns=_IMAGES),
        storage.read(lake, manifest.current("classes"), "classes", columns=_CLASSES),
        reference_annotations(annotations),
        storage.read(lake, _predictions(manifest, model), "predictions", columns=_PREDICTIONS + shapes),
        model=model,
        options=matching.MatchOptions(**(rule | {"geometry": geometry})),  # type: ignore[arg-type]  # it checks them
    )
    return Comparison(
        dataset=manifest.dataset,
        model=model,
        is_new=True,
        n_rows=_write(lake, manifest.dataset, stem, pieces),
    )


def reference_annotations(annotations: pa.Table) -> pa.Table:
    """Return what models are measured against: on images with gold only the gold, elsewhere all annotations."""
    is_gold = pc.fill_null(annotations["is_gold"], False)
    image_ids = annotations["image_id"].cast(pa.string())
    gold_images = pc.unique(image_ids.filter(is_gold))
    if not len(gold_images):
        return annotations
    return annotations.filter(pc.or_(is_gold, pc.invert(pc.is_in(image_ids, value_set=gold_images))))


def _geometry(lake: Path, manifest: Manifest, model: str) -> str:
    files = _predictions(manifest, model)
    has = storage.has_values(lake, files, ["mask", "polygons", "keypoints"])
    return "mask" if has["mask"] or has["polygons"] else "keypoints" if has["keypoints"] else "box"


def _predictions(manifest: Manifest, model: str) -> list[storage.StoredFile]:
    source = derived.MODEL_SOURCE + model
    return [f for f in manifest.files if f.table_name == "predictions" and f.source == source]


def _write(lake: Path, dataset: str, stem: str, pieces: matching.Pieces) -> dict[str, int]:
    writers = {
        table: storage.TableWriter(lake, table, dataset=dataset, stem=stem) for table in derived.TABLES
    }
    n_rows: Counter[str] = Counter()
    try:
        for table, rows in pieces:
            writers[table].write(rows)
            n_rows[table] += rows.num_rows
        for writer in writers.values():
            writer.close(even_empty=True)
    finally:
        for writer in writers.values():
            writer.discard()
    return dict(n_rows)
