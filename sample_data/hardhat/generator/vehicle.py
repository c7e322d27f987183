"""Draws forklifts and excavators, which look alike from afar: the same paint, the same cabin."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from generator.canvas import darker, lighter

if TYPE_CHECKING:
    import random
    from collections.abc import Iterable

    from generator.canvas import Canvas, Colour, Point

PAINTS: tuple[Colour, ...] = ((238, 178, 24), (238, 178, 24), (226, 104, 28), (190, 52, 40), (70, 120, 84))
RUBBER: Colour = (38, 38, 42)
STEEL: Colour = (96, 100, 108)
GLASS: Colour = (150, 186, 204)
CRATE: Colour = (166, 124, 78)


@dataclass(frozen=True)
class _Frame:
    """Places vehicle coordinates (ground at 0, up is positive, lengths in vehicle heights) on the canvas."""

    canvas: Canvas
    ground: Point
    height: float
    facing: int

    def at(self, x: float, y: float) -> Point:
        return self.ground[0] + self.facing * x * self.height, self.ground[1] - y * self.height

    def fill(self, points: Iterable[Point], colour: Colour) -> None:
        self.canvas.polygon([self.at(*p) for p in points], colour)

    def bar(self, points: Iterable[Point], width: float, colour: Colour) -> None:
        self.canvas.line([self.at(*p) for p in points], width * self.height, colour, is_round=False)

    def wheel(self, x: float, y: float, radius: float, colour: Colour) -> None:
        self.canvas.ellipse(self.at(x, y), radius * self.height, radius * self.height, colour)


def draw_forklift(canvas: Canvas, rng: random.Random, ground: Point, height: float, facing: int) -> None:
    """Draw a forklift seen from the side; `facing` is 1 (forks to the right) or -1."""
    frame = _Frame(canvas, ground, height, facing)
    paint, lift = rng.choice(PAINTS), rng.choice((0.06, 0.06, 0.3, 0.5))
    for x in (0.36, 0.42):
        frame.bar([(x, 0.05), (x, 1.0)], 0.035, darker(STEEL, 0.3 if x > 0.4 else 0.1))
    frame.bar([(0.39, 0.98), (0.39, 0.9)], 0.1, STEEL)
    frame.bar([(0.44, lift), (0.44, lift + 0.25)], 0.05, darker(STEEL, 0.4))
    frame.bar([(0.44, lift), (0.82, lift)], 0.035, darker(STEEL, 0.45))
    if rng.random() < 0.5:
        frame.fill([(0.48, lift + 0.02), (0.8, lift + 0.02), (0.8, lift + 0.3), (0.48, lift + 0.3)], CRATE)
        for y in (0.1, 0.2):
            frame.bar([(0.48, lift + y), (0.8, lift + y)], 0.012, darker(CRATE, 0.35))
    hull = [
        (-0.52, 0.16),
        (0.33, 0.16),
        (0.33, 0.36),
        (0.2, 0.4),
        (0.12, 0.3),
        (-0.12, 0.3),
        (-0.18, 0.52),
        (-0.5, 0.5),
    ]
    frame.fill(hull, paint)
    frame.fill([(-0.52, 0.16), (0.33, 0.16), (0.33, 0.22), (-0.52, 0.22)], darker(paint, 0.35))
    frame.fill([(-0.52, 0.3), (-0.4, 0.3), (-0.38, 0.51), (-0.5, 0.5)], darker(paint, 0.18))
    frame.bar([(-0.1, 0.3), (-0.14, 0.56)], 0.06, RUBBER)
    for bar in ([(-0.36, 0.5), (-0.3, 0.95)], [(0.26, 0.36), (0.2, 0.95)], [(-0.32, 0.95), (0.24, 0.95)]):
        frame.bar(bar, 0.04, darker(paint, 0.45))
    frame.bar([(0.14, 0.36), (0.08, 0.54)], 0.025, RUBBER)
    for x, radius in ((0.2, 0.16), (-0.34, 0.13)):
        frame.wheel(x, radius, radius, RUBBER)
        frame.wheel(x, radius, radius * 0.5, lighter(paint, 0.15))


def draw_excavator(canvas: Canvas, rng: random.Random, ground: Point, height: float, facing: int) -> None:
    """Draw an excavator seen from the side; `facing` is 1 (boom to the right) or -1."""
    frame = _Frame(canvas, ground, height, facing)
    paint = rng.choice(PAINTS[:3])
    reach, dig = rng.uniform(0.95, 1.25), rng.uniform(0.02, 0.35)
    elbow, wrist = (0.72, 1.02), (reach, dig + 0.28)
    frame.bar([(0.16, 0.42), (0.42, 0.92), elbow], 0.1, darker(paint, 0.12))
    frame.bar([(0.3, 0.5), (0.5, 0.86)], 0.03, STEEL)
    frame.bar([(0.64, 1.06), wrist], 0.075, paint)
    frame.bar([(0.62, 0.92), (0.86, 0.86)], 0.025, STEEL)
    x, y = wrist
    frame.fill(
        [(x - 0.04, y), (x + 0.07, y - 0.02), (x + 0.04, y - 0.24), (x - 0.1, y - 0.28), (x - 0.2, y - 0.2)],
        STEEL,
    )
    frame.fill(
        [(x - 0.2, y - 0.2), (x - 0.1, y - 0.28), (x - 0.13, y - 0.31), (x - 0.24, y - 0.24)],
        darker(STEEL, 0.5),
    )
    frame.fill([(-0.5, 0.0), (0.4, 0.0), (0.47, 0.09), (0.4, 0.19), (-0.5, 0.19), (-0.57, 0.09)], RUBBER)
    for wheel in range(5):
        frame.wheel(-0.45 + wheel * 0.2, 0.09, 0.06, darker(STEEL, 0.25))
    frame.fill([(-0.26, 0.18), (0.16, 0.18), (0.16, 0.25), (-0.26, 0.25)], darker(STEEL, 0.5))
    frame.fill([(-0.6, 0.25), (0.22, 0.25), (0.22, 0.46), (-0.22, 0.56), (-0.6, 0.52)], paint)
    frame.fill([(-0.6, 0.25), (0.22, 0.25), (0.22, 0.31), (-0.6, 0.31)], darker(paint, 0.3))
    frame.fill([(-0.6, 0.31), (-0.48, 0.31), (-0.48, 0.53), (-0.6, 0.52)], darker(paint, 0.4))
    frame.fill([(-0.14, 0.44), (0.22, 0.44), (0.2, 0.68), (0.1, 0.82), (-0.14, 0.82)], darker(paint, 0.1))
    frame.fill([(-0.08, 0.52), (0.18, 0.52), (0.16, 0.66), (0.08, 0.77), (-0.08, 0.77)], GLASS)
    frame.fill([(-0.08, 0.7), (0.0, 0.77), (-0.08, 0.77)], lighter(GLASS, 0.5))
