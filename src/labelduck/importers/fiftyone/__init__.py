"""FiftyOne: a dataset as `dataset.export(..., fo.types.FiftyOneDataset)` or `write_json` leaves it.

    samples.json      all samples in one file, or samples/*.json with one each
    metadata.json     which field an evaluation took for predictions, where there is one
    data/  fields/    pictures and mask files

A field of labels is a model's when an evaluation says so or when its labels have a confidence; it becomes a model of the field's
name. All other fields are annotations. What tools wrote into samples and labels (tags, evaluation results, mistakenness,
hardness, uniqueness, ...) becomes rows of `tags`. Coordinates are fractions of the picture there, pixels here.
Names of fields are those of FiftyOne 1.x (fiftyone.core.labels, fiftyone.utils.eval.detection).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from labelduck.errors import BadInputError
from labelduck.importers import json_records
from labelduck.importers.base import storable
from labelduck.importers.fiftyone.samples import SampleReader
from labelduck.importers.files import Files, UnreadableFileError
from labelduck.importers.image_sizes import ImageSizes, clean
from labelduck.importers.json_records import UnreadableJsonError
from labelduck.importers.rows import Rows

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from labelduck.importers.base import Batch, ReadOptions

_JSON = (".json",)
_SNIFFED = 1 << 16
_MARKS = (b'"filepath"', b'"_media_type"', b'"_cls"')


class _Document(msgspec.Struct):
    """A file of samples; all else in it is left alone."""

    samples: list[msgspec.Raw]


def read(path: Path, options: ReadOptions) -> Iterator[Batch]:
    """Yield images, annotations, predictions, image labels and tags.

    Args:
        path: Folder or zip of an export, or a file of samples.
        options: images or sizes tell the sizes of pictures of which the samples do not; split names the split where tags do not.

    Raises:
        BadInputError: There are no samples.
    """
    rows = Rows()
    files = Files(path, (*_JSON, ".png"), problems=rows.problems)
    names = _sample_files(files)
    if not names:
        raise BadInputError(path, "", "holds no samples.json of FiftyOne")
    pictures = path / "data" if (path / "data").is_dir() else None
    sizes = ImageSizes(images=options.images or pictures, sizes=options.sizes)
    reader = SampleReader(rows, files, sizes, models=_predicting_fields(files), split=options.split)
    for name in names:
        for place, sample in _samples(files, name, rows):
            try:
                reader.add(sample, clean(name), place)
            except RecursionError:
                rows.repeats.add("the sample is left out: it nests too deep", clean(name), place)
            yield from rows.batches()
    yield from rows.rest(storable(str(path)))


def sniff(path: Path) -> float:
    """Tell how sure it is that a path holds samples of FiftyOne: they name a file path and the class of their labels."""
    try:
        file = path / "samples.json" if path.is_dir() else path
        folder = path / "samples"
        if not file.is_file() and folder.is_dir():
            file = next(iter(sorted(folder.glob("*.json"))), file)
        with file.open("rb") as opened:
            head = opened.read(_SNIFFED)
    except OSError:
        return 0.0
    return 0.95 if sum(mark in head for mark in _MARKS) >= 2 and _MARKS[0] in head else 0.0


def _sample_files(files: Files) -> list[str]:
    if files.is_single:
        return files.names
    found = [name for name in files.names if name.endswith("samples.json")]
    return found or [name for name in files.names if "samples/" in f"/{name}" and name.endswith(".json")]


def _samples(files: Files, name: str, rows: Rows) -> Iterator[tuple[str, dict[str, Any]]]:
    try:
        data = files.read(name)
        raw = (
            msgspec.json.decode(data, type=_Document).samples if b'"samples"' in data else [msgspec.Raw(data)]
        )
    except (UnreadableFileError, msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        if files.is_single or len(_sample_files(files)) == 1:
            raise BadInputError(files.path, "", f"holds no samples of FiftyOne: {error}") from error
        rows.problems.add(clean(name), "", f"the file is left out: {error}")
        return
    for number, item in enumerate(raw):
        place = f"samples[{number}]"
        try:
            sample = json_records.document(memoryview(item))
        except UnreadableJsonError as error:
            rows.repeats.add(
                "the sample is left out", clean(name), place, f"the sample is left out: it {error}"
            )
            continue
        if isinstance(sample, dict):
            yield place, sample
        else:
            rows.repeats.add("the sample is left out: it is no object", clean(name), place, record=sample)


def _predicting_fields(files: Files) -> frozenset[str]:
    """Return the fields that an evaluation or a score took for predictions."""
    name = next((name for name in files.names if name.rpartition("/")[2] == "metadata.json"), None)
    try:
        document = json_records.document(files.read(name)) if name is not None else {}
    except (UnreadableFileError, UnreadableJsonError):
        return frozenset()
    if not isinstance(document, dict):
        return frozenset()
    runs = [document.get(kind) for kind in ("evaluations", "brain_methods")]
    configs = [
        run.get("config")
        for kind in runs
        if isinstance(kind, dict)
        for run in kind.values()
        if isinstance(run, dict)
    ]
    fields = [config.get("pred_field") for config in configs if isinstance(config, dict)]
    return frozenset(field for field in fields if isinstance(field, str))
