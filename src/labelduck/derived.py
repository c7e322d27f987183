"""Which derived files belong to a version: each comparison is named by a hash of all that went into it."""

from __future__ import annotations

import hashlib
import time
from typing import TYPE_CHECKING

from labelduck import manifests, scores

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from labelduck.manifests import Manifest
    from labelduck.settings import Settings

REVISION = 2
"""Raised when the meaning of a derived table changes, so that lakes recompute it."""

MODEL_SOURCE = "model:"
"""Sources of prediction files begin so; the model's name follows, and the file where predictions came with annotations."""

TABLES = ("pairs", "matches", "average_precision")
"""Tables with a file for each comparison of a model."""

GROUPED = ("annotator_groups", "annotator_pairs", "gold_matches", "cvat_matches")
"""Tables with a file for each dataset, in which its annotators are compared with each other and with gold."""

STORED = (
    "suspicions",
    "agreement_counts",
    "annotator_pair_counts",
    "box_offsets",
    "box_biases",
    "image_box_sizes",
    "image_work",
    "image_classes",
    "distribution_shifts",
    "rating_coincidences",
    "image_agreement",
    *("near_pictures", "form_errors", "class_cells"),
)
"""Tables with a file for each dataset, computed from all of its comparisons by a view."""

STORED_LABELS = ("image_label_suspicions",)
"""Likewise, for each dataset whose images were given classes."""

_OF_PEOPLE = ("images", "annotations", "assignments", "jobs")
STORED_AT_ONCE = {
    "object_counts": ("images", "annotations"),
    "reviewed_annotations": (*_OF_PEOPLE, "events", "reviews"),
}
"""Likewise, for each dataset with rows of the last table named, but made whenever one of those changes, without a build."""

VOTED = ("consensus_labels", "annotator_confusion", "annotator_qualities")
"""Tables with a file for each dataset whose images were given classes: what annotators mean together."""

CHANGED = "annotation_changes"
"""Table with a file for each dataset: what its newest version changed."""

_DESCRIBING = ("images", "classes", "annotations")
_OF_LABELS = ("classes", "image_labels", "models", "predicted_labels")
KEPT_SECONDS = 24 * 3600
COMPARED = {
    "images": ["image_id", "file_name", "width", "height", "split"],
    "classes": ["class_name", "class_index", "supercategory", "definition"],
    "annotations": [
        "annotation_id", "image_id", "class_name", "box", "area", "is_crowd", "is_ignored", "difficult", "is_gold",
        "source_file", "source_ref",
    ],
    "predictions": ["prediction_id", "image_id", "class_name", "confidence", "box", "area"],
    "average_precision": [
        "class_name", "protocol", "geometry", "min_iou", "area_range", "max_detections", "average_precision", "recall",
        "n_annotations", "n_predictions",
    ],
}  # fmt: skip
"""Tables and columns that an import reads back and a comparison and its summary read, shapes aside."""


def model_source(model: str, path: str = "") -> str:
    """Return what a model's files are recorded under; `path` is the source of annotations that they came with."""
    return f"{MODEL_SOURCE}{model}\0{path}" if path else MODEL_SOURCE + model


def model_of(source: str) -> str | None:
    """Return the model that a source is of; None for annotations."""
    return source.removeprefix(MODEL_SOURCE).partition("\0")[0] if source.startswith(MODEL_SOURCE) else None


def models(manifest: Manifest) -> list[str]:
    """Return the names of the models that predict objects in a version.

    Those that classify whole images have none to match; those that a table merely describes have not been run here.
    """
    tables: dict[str, set[str]] = {}
    for file in manifest.files:
        model = model_of(file.source)
        if model is not None and (file.table_name != "models" or file.source == model_source(model)):
            tables.setdefault(model, set()).add(file.table_name)
    return sorted(
        model for model, has in tables.items() if "predictions" in has or "predicted_labels" not in has
    )


def key(manifest: Manifest, model: str, settings: Settings) -> str:
    """Return the name of a model's comparison: it changes when anything that went into it changes."""
    inputs = [f.sha256 for table in _DESCRIBING for f in manifest.current(table)]
    inputs += [f.sha256 for f in manifest.files if model_of(f.source) == model]
    made_of = (REVISION, manifest.dataset, model, options(manifest, model, settings), inputs)
    return hashlib.sha256(repr(made_of).encode()).hexdigest()[:32]


def options(manifest: Manifest, model: str, settings: Settings) -> dict[str, str]:
    """Return how a model is matched: what was asked for with its predictions, else what the lake's settings say.

    Keys: geometry, mode, difficult, and split where only the images of one split are compared.
    """
    usual = {"geometry": "auto", "mode": settings.mode, "difficult": settings.difficult}
    return usual | manifest.models.get(model, {})


def paths(lake: Path, stem: str) -> dict[str, Path]:
    """Return where each derived table of a comparison lies."""
    return {table: lake / "tables" / table / f"{stem}.parquet" for table in TABLES}


def is_built(lake: Path, stem: str) -> bool:
    """Tell whether all derived tables of a comparison are there."""
    return all(path.is_file() for path in paths(lake, stem).values())


def is_due(lake: Path, manifest: Manifest, settings: Settings) -> bool:
    """Tell whether `labelduck build` has something to do for a version, without which answers lack rows."""
    wanted = dict.fromkeys(GROUPED, grouped_key(manifest)) | stored_keys(manifest, settings)
    if manifest.current("image_labels"):
        wanted |= dict.fromkeys(VOTED, labels_key(manifest))
    if (before := comparable_before(lake, manifest)) is not None:
        wanted[CHANGED] = changes_key(before, manifest)
    is_matched = all(is_built(lake, key(manifest, model, settings)) for model in models(manifest))
    return not (is_matched and all(stored_path(lake, *named).is_file() for named in wanted.items()))


def current(lake: Path, manifest: Manifest, settings: Settings) -> Iterator[tuple[str, str]]:
    """Yield table and relative path of the derived files that fit a version; what is not built yet is left out."""
    for model in models(manifest):
        stem = key(manifest, model, settings)
        if is_built(lake, stem):
            yield from (
                (table, path.relative_to(lake).as_posix()) for table, path in paths(lake, stem).items()
            )
    grouped = grouped_key(manifest)
    stored = {table: stored_path(lake, table, grouped) for table in GROUPED}
    stored |= {
        table: stored_path(lake, table, stem) for table, stem in stored_keys(manifest, settings).items()
    }
    stored |= {table: stored_path(lake, table, labels_key(manifest)) for table in VOTED}
    if (before := version_before(lake, manifest)) is not None:
        stored[CHANGED] = stored_path(lake, CHANGED, changes_key(before, manifest))
    yield from ((t, path.relative_to(lake).as_posix()) for t, path in stored.items() if path.is_file())


def stored_keys(manifest: Manifest, settings: Settings) -> dict[str, str]:
    """Return the name of the file of each table that a view is stored as, in the order in which they are computed."""
    keys = keys_at_once(manifest) | dict.fromkeys(STORED, stored_key(manifest, settings))
    return keys | (
        dict.fromkeys(STORED_LABELS, labels_key(manifest)) if manifest.current("image_labels") else {}
    )


def keys_at_once(manifest: Manifest) -> dict[str, str]:
    """Return the same of the tables that need no build: a name changes when a table that it is made of or their SQL does."""
    keys = {}
    for table, made_from in STORED_AT_ONCE.items():
        if manifest.current(made_from[-1]):
            inputs = [f.sha256 for source in made_from for f in manifest.current(source)]
            made_of = (REVISION, manifest.dataset, inputs, scores.fingerprint())
            keys[table] = hashlib.sha256(repr(made_of).encode()).hexdigest()[:32]
    return keys


def stored_key(manifest: Manifest, settings: Settings) -> str:
    """Return the name of a dataset's stored tables: it changes when a comparison, an annotation or their SQL changes."""
    inputs = [f.sha256 for table in (*_OF_PEOPLE, "image_labels") for f in manifest.current(table)]
    compared = [key(manifest, model, settings) for model in models(manifest)]
    made_of = (REVISION, manifest.dataset, inputs, compared, scores.fingerprint())
    return hashlib.sha256(repr(made_of).encode()).hexdigest()[:32]


def grouped_key(manifest: Manifest) -> str:
    """Return the name of the tables in which annotators are compared: it changes when what they drew or looked at changes."""
    inputs = [f.sha256 for table in _OF_PEOPLE for f in manifest.current(table)]
    return hashlib.sha256(repr((REVISION, manifest.dataset, "people", inputs)).encode()).hexdigest()[:32]


def labels_key(manifest: Manifest) -> str:
    """Return the name of the stored tables of classes of images: it changes when such a class or their SQL changes."""
    inputs = [f.sha256 for table in _OF_LABELS for f in manifest.current(table)]
    made_of = (REVISION, manifest.dataset, inputs, scores.fingerprint())
    return hashlib.sha256(repr(made_of).encode()).hexdigest()[:32]


def version_before(lake: Path, manifest: Manifest) -> Manifest | None:
    """Return the newest version before one that holds other annotations; None when there is none."""
    drawn = {file.sha256 for file in manifest.current("annotations")}
    for number in reversed(manifests.versions(lake, manifest.dataset)):
        if number < manifest.version:
            before = manifests.read(lake, manifest.dataset, number)
            if {file.sha256 for file in before.current("annotations")} != drawn:
                return before
    return None


def comparable_before(lake: Path, manifest: Manifest) -> Manifest | None:
    """Return `version_before` where all of its files are still there."""
    before = version_before(lake, manifest)
    return before if before and all((lake / file.path).is_file() for file in before.files) else None


def changes_key(before: Manifest, manifest: Manifest) -> str:
    """Return the name of the file of what changed from one version to another."""
    inputs = [
        f.sha256 for side in (before, manifest) for t in ("images", "annotations") for f in side.current(t)
    ]
    made_of = (REVISION, manifest.dataset, before.version, manifest.version, inputs)
    return hashlib.sha256(repr(made_of).encode()).hexdigest()[:32]


def stored_path(lake: Path, table: str, stem: str) -> Path:
    """Return where a dataset's stored table lies."""
    return lake / "tables" / table / f"{stem}.parquet"


def prune(lake: Path, kept: set[str]) -> None:
    """Remove derived files that no version needs, a day after they were made: a reader may still have them open."""
    before = time.time() - KEPT_SECONDS
    for table in (*TABLES, *GROUPED, *STORED, *STORED_LABELS, *STORED_AT_ONCE, *VOTED, CHANGED):
        for path in (lake / "tables" / table).glob("*.parquet"):
            if len(path.stem) == 32 and path.stem not in kept and path.stat().st_mtime < before:
                path.unlink(missing_ok=True)
