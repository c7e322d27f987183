"""Pascal VOC: one XML file per picture, boxes as 1-based corners that count in.

Boxes: VOC counts pixels from 1 and its x_max is the last pixel inside, so the lake's corners are (x_min - 1, y_min - 1,
x_max, y_max). Many tools write plain 0-based coordinates into the same fields. `options.voc_offset` says what is
subtracted (1 or 0). Without it the data decides: a box that begins at 0 cannot be 1-based, so if one occurs among
the first 100,000 objects, all are read with offset 0, and a warning says so. Should the first 0 come later, boxes
already given cannot be taken back: the offset stays 1 and a warning counts the boxes.

Polygons, an extension, are points and not pixels: they are taken as they are. Corners of `<part>` stay as written, in
the attributes. A picture without XML is an image that is not annotated.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from labelduck.errors import BadInputError
from labelduck.importers.base import Problems
from labelduck.importers.image_sizes import stem
from labelduck.importers.repeats import Repeats
from labelduck.importers.voc.detections import read_predictions
from labelduck.importers.voc.files import clean, find_layout, listed_only, xml_files
from labelduck.importers.voc.pictures import Pictures
from labelduck.importers.voc.rows import Rows
from labelduck.importers.voc.sniff import sniff
from labelduck.importers.voc.xml import Parser
from labelduck.importers.xml import UnreadableError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from labelduck.importers.base import Batch, ReadOptions
    from labelduck.importers.voc.files import Layout, XmlFile
    from labelduck.importers.voc.xml import Document

__all__ = ["read", "read_predictions", "sniff"]

MAX_OBJECTS = 100_000
MAX_IMAGES = 50_000
LISTED_ONLY = "ImageSets lists an image that has neither XML nor picture"
_CHUNK = 1 << 16
_READ = os.O_RDONLY | getattr(os, "O_BINARY", 0)


def read(path: Path, options: ReadOptions) -> Iterator[Batch]:
    """Yield images, classes, annotations and problems of a Pascal VOC data set.

    Args:
        path: Folder with Annotations/, or a folder of XML files, or one XML file. ImageSets/Main/*.txt give the splits.
        options: `voc_offset`, `split`, `class_names` (for class_index), and `images` and `sizes` for what the XML leaves open.

    Yields:
        Batches of about 100,000 objects.

    Raises:
        BadInputError: There is no XML file, or the one file named cannot be read.
    """
    problems = Problems()
    repeats = Repeats(problems)
    layout = find_layout(path, problems)
    pictures = Pictures(layout=layout, options=options, repeats=repeats)
    rows = Rows(options=options, problems=problems, repeats=repeats)
    parser = Parser()
    n_listed = 0
    for document, file, source_file in _documents(layout, parser, repeats):
        n_listed += file.image_id in layout.splits
        pictures.complete(document, path=file.path, source_file=source_file)
        rows.add(document, parser.looks, file=file, source_file=source_file)
        if rows.n_objects >= MAX_OBJECTS or rows.n_images >= MAX_IMAGES:
            yield rows.take(parser.looks, path=clean(str(path)))
            parser.forget()
    for name, width, height in pictures.without_xml():
        rows.add_unannotated(name, width=width, height=height, place=layout.identify(stem(name)))
    if layout.only is None and n_listed < len(layout.splits):
        for image_id in listed_only(layout, pictures.has):
            repeats.add(LISTED_ONLY, "ImageSets", image_id, severity="warning")
    yield rows.take(parser.looks, path=clean(str(path)), last=True)


def _documents(layout: Layout, parser: Parser, repeats: Repeats) -> Iterator[tuple[Document, XmlFile, str]]:
    """Yield what each file says, the file, and how it is named to the user."""
    folder, prefix = str(layout.annotations), layout.source_prefix
    n_files = 0
    for file in xml_files(layout):
        n_files += 1
        source_file = clean(str(layout.path) if layout.only is not None else prefix + file.name)
        try:
            document = parser.parse(_content(f"{folder}/{file.name}"))
        except (UnreadableError, OSError) as error:
            problem = str(getattr(error, "strerror", None) or error)
            if layout.only is not None:
                raise BadInputError(layout.path, "", problem) from error
            repeats.add("the file cannot be read", source_file, "", problem)
        else:
            yield document, file, source_file
    if not n_files:
        problem = "holds no .xml file; name the folder that holds Annotations, or the XML files"
        raise BadInputError(layout.path, "", problem)


def _content(path: str) -> bytes:
    """Return a file's content; a Python file object per file would take longer than reading it."""
    file = os.open(path, _READ)
    try:
        chunks = [os.read(file, _CHUNK)]
        while chunks[-1]:
            chunks.append(os.read(file, _CHUNK))
        return b"".join(chunks)
    finally:
        os.close(file)
