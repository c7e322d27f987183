"""Draws what is behind and between the workers: sky, ground, buildings, scaffolding, clutter."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from generator.canvas import HEIGHT, SCALE, WIDTH, Canvas, darker, lighter, mix

if TYPE_CHECKING:
    import random

    from generator.canvas import Colour

CONCRETE: Colour = (158, 156, 150)
STEEL: Colour = (112, 118, 126)
PLANK: Colour = (170, 132, 84)


@dataclass(frozen=True)
class Light:
    """Colours of a time of day."""

    name: str
    zenith: Colour
    horizon: Colour
    ground: Colour


LIGHTS = (
    Light("clear", (104, 158, 214), (212, 226, 234), (172, 150, 118)),
    Light("clear", (128, 172, 216), (226, 230, 226), (162, 148, 126)),
    Light("overcast", (168, 178, 188), (212, 214, 212), (142, 134, 120)),
    Light("dusk", (92, 96, 140), (240, 178, 128), (138, 108, 88)),
)
HALL = Light("indoor", (126, 130, 134), (168, 168, 164), (146, 144, 140))
FOG = Light("fog", (206, 209, 211), (212, 214, 214), (200, 200, 196))


def draw_backdrop(kind: str, light: Light, rng: random.Random, horizon: float) -> Canvas:
    """Return a canvas with the site drawn on it.

    Args:
        kind: frame (building under construction), scaffold, earthworks or hall.
        light: Time of day.
        rng: Chooses the details.
        horizon: Height of the horizon in pixels from the top.
    """
    canvas = Canvas(light.horizon)
    _gradient(canvas, 0, horizon, light.zenith, light.horizon)
    _gradient(canvas, horizon, HEIGHT, mix(light.ground, light.horizon, 0.45), darker(light.ground, 0.12))
    if kind != "hall":
        _skyline(canvas, light, rng, horizon)
    {"frame": _frame, "scaffold": _scaffold, "earthworks": _earthworks, "hall": _hall}[kind](
        canvas, light, rng, horizon
    )
    _speckle(canvas, rng, horizon)
    return canvas


def _gradient(canvas: Canvas, top: float, bottom: float, first: Colour, last: Colour) -> None:
    rows = int(bottom * SCALE) - int(top * SCALE)
    ramp = np.linspace(np.array(first, float), np.array(last, float), rows)[:, None, :]
    band = np.broadcast_to(ramp, (rows, WIDTH * SCALE, 3)).round().astype(np.uint8)
    canvas.image.paste(Image.fromarray(band), (0, int(top * SCALE)))


def _speckle(canvas: Canvas, rng: random.Random, horizon: float) -> None:
    """Stones and ruts, larger towards the viewer."""
    for _ in range(45):
        depth = rng.random() ** 1.4
        x, y = rng.uniform(0, WIDTH), horizon + 6 + depth * (HEIGHT - horizon)
        shade = rng.uniform(0.05, 0.16)
        canvas.shade((x, y), rng.uniform(1, 9) * (0.3 + depth), rng.uniform(0.4, 1.6) * (0.3 + depth), shade)


def _skyline(canvas: Canvas, light: Light, rng: random.Random, horizon: float) -> None:
    for _ in range(rng.randint(2, 4)):
        cloud, y = rng.uniform(0, WIDTH), rng.uniform(0.1, 0.55) * horizon
        for _ in range(5):
            puff = (cloud + rng.uniform(-40, 40), y + rng.uniform(-4, 4))
            canvas.ellipse(
                puff,
                rng.uniform(16, 42),
                rng.uniform(4, 10),
                mix(lighter(light.horizon, 0.5), light.zenith, 0.25),
            )
    x = -20.0
    while x < WIDTH:
        width, height = rng.uniform(30, 90), rng.uniform(0.08, 0.4) * horizon
        canvas.box(
            x,
            horizon - height,
            x + width,
            horizon + 1,
            mix((110, 118, 130), light.horizon, rng.uniform(0.55, 0.75)),
        )
        x += width + rng.choice((0.0, 0.0, 14.0))
    if rng.random() < 0.6:
        _crane(canvas, light, rng, horizon)


def _crane(canvas: Canvas, light: Light, rng: random.Random, horizon: float) -> None:
    paint = mix((214, 160, 40), light.horizon, 0.35)
    x, top, side = rng.uniform(90, WIDTH - 90), rng.uniform(0.08, 0.25) * horizon, rng.choice((-1, 1))
    for offset in (-3, 3):
        canvas.line([(x + offset, top), (x + offset, horizon)], 1.2, paint, is_round=False)
    for step in range(int((horizon - top) / 8)):
        y = top + 8 * step
        canvas.line([(x - 3, y), (x + 3, y + 8)], 0.8, paint, is_round=False)
    canvas.line([(x - side * 45, top + 6), (x + side * 150, top + 6)], 2.4, paint, is_round=False)
    canvas.line(
        [(x - side * 45, top + 6), (x, top - 12), (x + side * 120, top + 6)], 0.8, paint, is_round=False
    )
    canvas.box(x - side * 45 - 6, top + 5, x - side * 45 + 8, top + 18, darker(paint, 0.4))
    hook = x + side * rng.uniform(50, 130)
    canvas.line([(hook, top + 6), (hook, top + rng.uniform(20, 50))], 0.8, darker(paint, 0.5), is_round=False)


def _frame(canvas: Canvas, light: Light, rng: random.Random, horizon: float) -> None:
    """A concrete skeleton of slabs and columns."""
    left, bays, floors = rng.uniform(-80, 150), rng.randint(4, 6), rng.randint(2, 3)
    bay, floor = rng.uniform(80, 110), rng.uniform(48, 62)
    base, tone = horizon + 22, mix(CONCRETE, light.horizon, 0.18)
    canvas.box(left, base - floors * floor, left + bays * bay, base, mix((96, 96, 100), light.horizon, 0.25))
    for n in range(bays):
        if rng.random() < 0.3:
            x, level = left + n * bay, rng.randint(0, floors - 1)
            canvas.box(
                x,
                base - (level + 1) * floor,
                x + bay,
                base - level * floor,
                mix((176, 108, 82), light.horizon, 0.2),
            )
    for n in range(bays + 1):
        canvas.box(
            left + n * bay - 4, base - floors * floor - 16, left + n * bay + 4, base, darker(tone, 0.1)
        )
    for level in range(floors + 1):
        canvas.box(left - 8, base - level * floor - 4, left + bays * bay + 8, base - level * floor + 4, tone)
        canvas.box(
            left - 8,
            base - level * floor + 3,
            left + bays * bay + 8,
            base - level * floor + 5,
            darker(tone, 0.3),
        )


def _scaffold(canvas: Canvas, light: Light, rng: random.Random, horizon: float) -> None:
    """A wall behind poles, planks and braces."""
    wall = mix(rng.choice(((182, 130, 104), (196, 186, 166), (150, 154, 160))), light.horizon, 0.2)
    left, right, base = rng.uniform(-40, 110), rng.uniform(470, 700), horizon + 34
    canvas.box(left, 8, right, base, wall)
    bay, floor = rng.uniform(70, 92), rng.uniform(62, 74)
    for column in range(int((right - left) / bay) + 1):
        for level in range(3):
            x, y = left + column * bay + 18, base - level * floor - 46
            if x + bay * 0.45 < right:
                canvas.box(x, y, x + bay * 0.45, y + 30, mix((74, 88, 104), light.zenith, 0.3))
                canvas.box(x, y + 29, x + bay * 0.45, y + 32, darker(wall, 0.25))
    column = 0
    while left + column * bay <= right:
        x = left + column * bay
        canvas.line([(x, 0), (x, base + 6)], 2.6, STEEL, is_round=False)
        if column % 2 and x + bay <= right:
            canvas.line([(x, base), (x + bay, base - floor)], 1.3, lighter(STEEL), is_round=False)
            canvas.line([(x, base - 2 * floor), (x + bay, base - floor)], 1.3, lighter(STEEL), is_round=False)
        column += 1
    for level in range(1, 4):
        y = base - level * floor
        canvas.box(left - 6, y, right + 6, y + 4, PLANK)
        canvas.box(left - 6, y + 4, right + 6, y + 5.5, darker(PLANK, 0.4))
        canvas.line([(left - 6, y - 18), (right + 6, y - 18)], 1.4, lighter(STEEL), is_round=False)


def _earthworks(canvas: Canvas, light: Light, rng: random.Random, horizon: float) -> None:
    """Heaps of earth, a fence, a container."""
    for _ in range(rng.randint(2, 4)):
        x, width, height = rng.uniform(-40, WIDTH), rng.uniform(120, 260), rng.uniform(22, 60)
        base, tone = horizon + rng.uniform(8, 20), mix(darker(light.ground, 0.18), light.horizon, 0.2)
        ridge = [(x, base)] + [
            (x + width * t, base - height * (1 - abs(2 * t - 1)) * rng.uniform(0.8, 1.1))
            for t in (0.25, 0.4, 0.5, 0.65, 0.8)
        ]
        canvas.polygon([*ridge, (x + width, base)], tone)
        canvas.polygon([ridge[3], ridge[4], ridge[5], (x + width, base)], darker(tone, 0.14))
    if rng.random() < 0.7:
        x, tone = rng.uniform(20, 460), rng.choice(((60, 104, 140), (156, 74, 58), (206, 206, 198)))
        canvas.box(x, horizon - 38, x + 120, horizon + 14, mix(tone, light.horizon, 0.15))
        for rib in range(15):
            canvas.line(
                [(x + 4 + rib * 8, horizon - 34), (x + 4 + rib * 8, horizon + 10)],
                1.2,
                mix(darker(tone), light.horizon, 0.15),
                is_round=False,
            )
    for post in range(14):
        x = post * 50 + rng.uniform(-2, 2)
        canvas.line([(x, horizon - 14), (x, horizon + 18)], 1.6, STEEL, is_round=False)
    for y in (-12, 0, 12):
        canvas.line([(0, horizon + y), (WIDTH, horizon + y)], 0.8, lighter(STEEL), is_round=False)


def _hall(canvas: Canvas, light: Light, rng: random.Random, horizon: float) -> None:
    """A warehouse: trusses, lamps, racks with crates."""
    del light
    for n in range(-1, 7):
        x = n * 120 + rng.uniform(-6, 6)
        canvas.line([(x, 0), (x + 60, 34), (x + 120, 0)], 2.2, (92, 98, 106), is_round=False)
        canvas.ellipse((x + 60, 40), 16, 3, (250, 246, 222))
    canvas.box(0, 33, WIDTH, 36, (92, 98, 106))
    left = rng.uniform(-60, 60)
    for bay in range(6):
        x = left + bay * 112
        for level in range(3):
            y = horizon + 20 - level * 42
            for slot in range(3):
                if rng.random() < 0.75:
                    tone, height = (
                        rng.choice(((166, 128, 84), (184, 152, 108), (120, 134, 150), (196, 196, 188))),
                        rng.uniform(18, 34),
                    )
                    canvas.box(x + 6 + slot * 34, y - height, x + 36 + slot * 34, y, tone)
                    canvas.box(x + 19 + slot * 34, y - height, x + 22 + slot * 34, y, darker(tone, 0.15))
            canvas.box(x, y, x + 112, y + 4, (222, 112, 40))
        canvas.box(x - 3, horizon - 104, x + 3, horizon + 26, (44, 78, 128))
    canvas.polygon([(0, HEIGHT), (12, HEIGHT), (250, horizon + 26), (246, horizon + 26)], (226, 196, 60))
    canvas.polygon(
        [(WIDTH - 12, HEIGHT), (WIDTH, HEIGHT), (420, horizon + 26), (416, horizon + 26)], (226, 196, 60)
    )
