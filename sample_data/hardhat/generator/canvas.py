"""A canvas that knows, for every pixel, which object it shows.

Each stroke is drawn twice: in colour, and as a number into a second image of the same size. What is visible of an object
is then read from the numbers, so that boxes and masks are exact however things hide one another.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from numpy.typing import NDArray

WIDTH, HEIGHT = 640, 400
SCALE = 2  # strokes are drawn twice as large and shrunk at the end, which smooths their edges

Point = tuple[float, float]
Colour = tuple[int, int, int]

SCENERY = 0
"""The number of everything that is no object."""


class Canvas:
    """Strokes in colour and in object numbers. Coordinates are pixels of the finished picture.

    Attributes:
        haze: Colour that far things fade into.
        fade: How far the strokes that follow fade into the haze, 0 to 1.
        part: Number of the object part that the strokes that follow belong to.
    """

    def __init__(self, sky: Colour) -> None:
        self.image = Image.new("RGB", (WIDTH * SCALE, HEIGHT * SCALE), sky)
        self.haze = sky
        self.fade = 0.0
        self.part = SCENERY
        self._numbers = Image.new("I", self.image.size, SCENERY)
        self._paint, self._count = ImageDraw.Draw(self.image), ImageDraw.Draw(self._numbers)

    def polygon(self, points: Iterable[Point], colour: Colour) -> None:
        """Fill a polygon."""
        corners = [(x * SCALE, y * SCALE) for x, y in points]
        for pen, ink in self._strokes(colour):
            pen.polygon(corners, fill=ink)

    def box(self, x_min: float, y_min: float, x_max: float, y_max: float, colour: Colour) -> None:
        """Fill a rectangle."""
        self.polygon([(x_min, y_min), (x_max, y_min), (x_max, y_max), (x_min, y_max)], colour)

    def ellipse(self, centre: Point, radius_x: float, radius_y: float, colour: Colour) -> None:
        """Fill an ellipse."""
        (x, y), s = centre, SCALE
        corners = ((x - radius_x) * s, (y - radius_y) * s, (x + radius_x) * s, (y + radius_y) * s)
        for pen, ink in self._strokes(colour):
            pen.ellipse(corners, fill=ink)

    def line(self, points: Iterable[Point], width: float, colour: Colour, *, is_round: bool = True) -> None:
        """Draw a line of some width; round lines have round ends and joints."""
        path = [(x * SCALE, y * SCALE) for x, y in points]
        thick = max(1, round(width * SCALE))
        for pen, ink in self._strokes(colour):
            pen.line(path, fill=ink, width=thick, joint="curve" if is_round else None)
            if is_round and thick > 2:
                for x, y in (path[0], path[-1]):
                    pen.ellipse((x - thick / 2, y - thick / 2, x + thick / 2, y + thick / 2), fill=ink)

    def shade(self, centre: Point, radius_x: float, radius_y: float, strength: float) -> None:
        """Darken an ellipse, as a shadow on the ground does; it belongs to no object."""
        (x, y), s = centre, SCALE
        mask = Image.new("L", (max(2, round(2 * radius_x * s)), max(2, round(2 * radius_y * s))), 0)
        ImageDraw.Draw(mask).ellipse((0, 0, mask.width - 1, mask.height - 1), fill=round(255 * strength))
        self.image.paste((20, 18, 16), (round((x - radius_x) * s), round((y - radius_y) * s)), mask)

    def blur(self, radius: float) -> None:
        """Blur what is drawn so far, as a lens does with what is far behind; `radius` is in pixels."""
        self.image.paste(self.image.filter(ImageFilter.GaussianBlur(radius * SCALE)))

    def numbers(self) -> NDArray[np.int32]:
        """Return the object number of every pixel at `SCALE` times the picture's size, [height, width]."""
        return np.asarray(self._numbers, dtype=np.int32)

    def picture(self) -> Image.Image:
        """Return the picture at its final size."""
        return self.image.resize((WIDTH, HEIGHT), Image.Resampling.BOX)

    def _strokes(self, colour: Colour) -> Iterator[tuple[ImageDraw.ImageDraw, Colour | int]]:
        yield self._paint, mix(colour, self.haze, self.fade)
        yield self._count, self.part


def mix(colour: Colour, other: Colour, share: float) -> Colour:
    """Return a colour with a share (0 to 1) of another."""
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(colour, other, strict=True))
    return red, green, blue


def darker(colour: Colour, share: float = 0.2) -> Colour:
    """Return a darker colour."""
    return mix(colour, (16, 16, 22), share)


def lighter(colour: Colour, share: float = 0.25) -> Colour:
    """Return a lighter colour."""
    return mix(colour, (255, 255, 250), share)
