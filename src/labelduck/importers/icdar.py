"""ICDAR's robust reading: where text stands in a picture, what a cropped word says, and which pixels a character has.

    gt_<picture>.txt      x1,y1,...,x4,y4,"text" or left top right bottom "text": a line per word
    gt.txt                word_1.png, "PROPER": a line per picture of one word
    <picture>_GT.txt/bmp  r g b centre_x centre_y left top right bottom "c": a line per character, its colour in the picture
                          beside it; an empty line stands between words

What is written is kept in `attributes.text`, for pictures of one word as image label `text`. Words that nobody can read (`###`, or
a line that begins with #) are ignored. Boxes of characters are those of their pixels.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from labelduck.errors import BadInputError
from labelduck.importers import drawn
from labelduck.importers.drawn import DrawnError
from labelduck.importers.files import Files, UnreadableFileError
from labelduck.importers.glance import glance
from labelduck.importers.image_sizes import is_picture, stem
from labelduck.importers.packed_masks import pixels_of
from labelduck.importers.scene import Scene
from labelduck.importers.text_lines import lines_of, text_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    import numpy as np

    from labelduck.importers.base import Batch, ReadOptions
    from labelduck.importers.drawn import Columns

_PLACES = re.compile(r"(?:.*/)?gt_(?P<picture>[^/]+)\.txt", re.IGNORECASE)
_WORDS = re.compile(r"(?:.*/)?gt\.txt", re.IGNORECASE)
_LETTERS = re.compile(r"(?:.*/)?(?P<picture>[^/]+)_GT\.txt", re.IGNORECASE)
_WORD = re.compile(r'(?P<picture>[^,"]+?),\s*(?P<text>".*"|[^"]*)')
_FIELD = re.compile(r"\s*[,\s]\s*")
_UNREADABLE = "###"
_TEXT, _CHARACTER = "text", "character"


def read(path: Path, options: ReadOptions) -> Iterator[Batch]:
    """Yield images, words or characters, or what pictures of words say.

    Args:
        path: Folder or zip of the data set, or one of its text files.
        options: `split` counts where no folder says one.

    Raises:
        BadInputError: There is no such file.
    """
    scene = Scene(path, options)
    files = Files(path, (".txt", ".bmp"), problems=scene.rows.problems)
    names = [name for name in files.names if _reader(name) or files.is_single]
    if not names:
        raise BadInputError(path, "", "holds no gt_*.txt, *_GT.txt or gt.txt of ICDAR")

    def add(scene: Scene, data: bytes, name: str) -> Iterator[None]:
        kind = _reader(name) or _add_places
        if kind is _add_letters:
            beside = path.parent if files.is_single else path
            yield from _add_letters(scene, data, name, _colors(Files(beside, (".bmp", ".png")), name))
        elif kind is _add_words:
            yield from _add_words(scene, data, name)
        else:
            yield from _add_places(scene, data, name)

    yield from scene.read(files, names, add)


def sniff(path: Path) -> float:
    """Tell how sure it is that a path holds such files, 0 to 1."""
    seen = glance(path)
    for pattern in (_LETTERS, _PLACES, _WORDS):
        for name in seen.matching(pattern):
            line = next(iter(seen.head(name).strip().splitlines()), "")
            try:
                if pattern is _WORDS:
                    match = _WORD.fullmatch(line)
                    return 0.92 if match and is_picture(match["picture"]) else 0.0
                _letter(line) if pattern is _LETTERS else _place(line)
            except DrawnError:
                return 0.0
            return 0.92
    return 0.0


def _reader(name: str) -> Callable[..., Iterator[None]] | None:
    found = ((_LETTERS, _add_letters), (_PLACES, _add_places), (_WORDS, _add_words))
    return next((add for pattern, add in found if pattern.fullmatch(name)), None)


def _add_places(scene: Scene, data: bytes, source_file: str) -> Iterator[None]:
    match = _PLACES.fullmatch(source_file)
    folder, _, last = stem(source_file).rpartition("/")
    image_id = scene.image(folder, match["picture"] if match else last)
    for place, line in lines_of(data):
        try:
            columns, text = _place(line)
        except DrawnError as error:
            scene.refuse("the line is left out", source_file, place, error, line)
            continue
        columns |= {"attributes": {"text": text}, "is_ignored": text == _UNREADABLE}
        scene.add_object(image_id, columns, _TEXT, source_file=source_file, place=place)
    yield


def _place(line: str) -> tuple[Columns, str]:
    """Return the columns and the text of a word: eight numbers are corners, four are edges."""
    cells = _FIELD.split(line, maxsplit=8)
    for n_numbers in (8, 4):
        try:
            found = drawn.numbers(cells[:n_numbers])
        except DrawnError:
            continue
        if len(found) == n_numbers:
            rest = _FIELD.split(line, maxsplit=n_numbers)[n_numbers:]
            columns = drawn.box(*found) if n_numbers == 4 else drawn.polygon([found])
            return columns, _unquoted(rest[0] if rest else "")
    raise DrawnError("expected eight corners or four edges, and a text")


def _add_words(scene: Scene, data: bytes, source_file: str) -> Iterator[None]:
    folder = source_file.rpartition("/")[0]
    for place, line in lines_of(data):
        match = _WORD.fullmatch(line)
        if match is None:
            scene.refuse("the line is left out", source_file, place, 'expected picture, "text"', line)
            continue
        scene.add_label(scene.image(folder, match["picture"].strip()), _unquoted(match["text"]), "text")
        yield


def _add_letters(scene: Scene, data: bytes, source_file: str, colors: np.ndarray) -> Iterator[None]:
    match = _LETTERS.fullmatch(source_file)
    name = match["picture"] if match else source_file
    height, width = colors.shape
    image_id = scene.image(source_file.rpartition("/")[0], name, (width, height))
    word = 0
    for number, line in enumerate(text_of(data).split("\n"), 1):
        if not line.strip():
            word += 1
            continue
        place = f"line {number}"
        try:
            color, box, text = _letter(line.strip().lstrip("#"))
            columns = _pixels(colors, color)
        except DrawnError as error:
            scene.refuse("the character is left out", source_file, place, error, line.strip())
            continue
        told = {"text": text, "box": box}
        columns |= {"attributes": told, "group_id": f"{image_id}/{word}", "is_ignored": line.startswith("#")}
        scene.add_object(image_id, columns, _CHARACTER, source_file=source_file, place=place)
    yield


def _letter(line: str) -> tuple[int, list[float], str]:
    """Return the colour, the edges and the text of a character."""
    words = line.split(maxsplit=9)
    if len(words) < 9:
        raise DrawnError(f"{len(words)} words, expected a colour, a centre, four edges and a character")
    numbers = drawn.numbers(words[:9])
    red, green, blue = (int(number) for number in numbers[:3])
    if not 0 <= min(red, green, blue) <= max(red, green, blue) <= 255:
        raise DrawnError(f"{red} {green} {blue} is no colour")
    return red << 16 | green << 8 | blue, numbers[5:9], _unquoted(words[9] if len(words) > 9 else "")


def _pixels(colors: np.ndarray, color: int) -> Columns:
    columns = drawn.mask_of_pixels(colors == color)
    if not columns["area"]:
        raise DrawnError("no pixel of the mask has its colour")
    return columns


def _colors(files: Files, name: str) -> np.ndarray:
    """Return the picture of colours beside a text file, [height, width]."""
    found = next((each for each in files.names if stem(each) == stem(name)), None)
    found = found or next((each for each in files.names if stem(each) == stem(name).rpartition("/")[2]), None)
    if found is None:
        raise UnreadableFileError(f"has no picture of colours beside it ({stem(name)}.bmp)")
    try:
        return pixels_of(files.read(found))
    except DrawnError as error:
        raise UnreadableFileError(f"{found}: {error}") from error


def _unquoted(text: str) -> str:
    text = text.strip()
    return text[1:-1] if len(text) > 1 and text[0] == text[-1] == '"' else text
