"""Draws what stands about on a site and hides what is behind it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.canvas import SCENERY, darker

if TYPE_CHECKING:
    import random

    from generator.canvas import Canvas, Colour, Point

STEEL: Colour = (112, 118, 126)
WOOD: Colour = (124, 97, 64)
BRICK: Colour = (148, 86, 66)
WHITE: Colour = (238, 237, 231)


def draw_clutter(canvas: Canvas, rng: random.Random, ground: Point, height: float) -> None:
    """Draw a random thing; `height` is a worker's height there, in pixels."""
    canvas.part = SCENERY
    draw = rng.choice((_cones, _bricks, _barrel, _pipes, _barrier))
    draw(canvas, rng, ground, height)


def _cones(canvas: Canvas, rng: random.Random, ground: Point, height: float) -> None:
    x, y = ground
    for step in range(rng.randint(1, 3)):
        left, h = x + step * 0.45 * height, height
        canvas.polygon([(left - 0.12 * h, y), (left, y - 0.4 * h), (left + 0.12 * h, y)], (228, 92, 34))
        band = ((-0.075, 0.15), (-0.045, 0.25), (0.045, 0.25), (0.075, 0.15))
        canvas.polygon([(left + dx * h, y - dy * h) for dx, dy in band], WHITE)


def _bricks(canvas: Canvas, _: random.Random, ground: Point, height: float) -> None:
    (x, y), h = ground, height
    canvas.box(x, y - 0.34 * h, x + 0.8 * h, y, BRICK)
    for row in range(4):
        level = y - 0.085 * row * h
        canvas.line([(x, level), (x + 0.8 * h, level)], 0.015 * h, darker(BRICK), is_round=False)
    canvas.box(x - 0.03 * h, y - 0.05 * h, x + 0.83 * h, y, WOOD)


def _barrel(canvas: Canvas, _: random.Random, ground: Point, height: float) -> None:
    (x, y), h = ground, height
    canvas.box(x, y - 0.45 * h, x + 0.28 * h, y, (58, 92, 128))
    canvas.ellipse((x + 0.14 * h, y - 0.45 * h), 0.14 * h, 0.04 * h, (86, 122, 156))
    canvas.box(x, y - 0.3 * h, x + 0.28 * h, y - 0.27 * h, (40, 66, 96))


def _pipes(canvas: Canvas, _: random.Random, ground: Point, height: float) -> None:
    (x, y), h = ground, height
    for row, count in enumerate((4, 3, 2)):
        for n in range(count):
            centre = (x + (n + row / 2) * 0.18 * h, y - (0.09 + row * 0.155) * h)
            canvas.ellipse(centre, 0.09 * h, 0.09 * h, STEEL)
            canvas.ellipse(centre, 0.06 * h, 0.06 * h, (52, 54, 58))


def _barrier(canvas: Canvas, _: random.Random, ground: Point, height: float) -> None:
    (x, y), h = ground, height
    for n in range(5):
        stripe: Colour = WHITE if n % 2 else (216, 52, 42)
        canvas.box(x + n * 0.22 * h, y - 0.5 * h, x + (n + 1) * 0.22 * h, y - 0.36 * h, stripe)
    for leg in (0.1, 0.95):
        canvas.box(x + leg * h, y - 0.5 * h, x + (leg + 0.05) * h, y, darker(STEEL))
