"""Draws a construction worker: body, vest, bare head or hard hat."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from generator.canvas import darker, lighter

if TYPE_CHECKING:
    import random
    from collections.abc import Callable

    from generator.canvas import Canvas, Colour, Point

    Place = Callable[[float, float], Point]

HATS: tuple[Colour, ...] = ((245, 196, 24), (238, 238, 232), (236, 110, 30), (206, 44, 38), (36, 98, 190))
VESTS: tuple[Colour, ...] = ((206, 232, 40), (250, 120, 28))
SKINS: tuple[Colour, ...] = ((244, 208, 178), (222, 172, 132), (176, 122, 84), (118, 78, 54), (84, 56, 42))
HAIRS: tuple[Colour, ...] = ((40, 30, 26), (92, 60, 34), (150, 112, 62), (120, 118, 116))
SHIRTS: tuple[Colour, ...] = ((62, 78, 106), (96, 100, 104), (120, 56, 48), (70, 92, 74), (148, 140, 122))
TROUSERS: tuple[Colour, ...] = ((44, 54, 78), (66, 62, 58), (96, 84, 66), (52, 60, 52))
STRIPE: Colour = (226, 230, 226)
BOOT: Colour = (52, 40, 32)


@dataclass(frozen=True, kw_only=True)
class Worker:
    """Looks and pose. Lengths are shares of the body height; `turn` is -1 (looks left) to 1 (looks right)."""

    turn: float
    stride: float
    crouch: float
    arms: tuple[Point, Point, Point, Point]
    hat: Colour | None
    vest: Colour | None
    skin: Colour
    hair: Colour
    shirt: Colour
    trousers: Colour


@dataclass(frozen=True)
class Parts:
    """Object numbers of the parts of one worker."""

    body: int
    vest: int
    head: int
    hat: int


def any_worker(rng: random.Random, *, hat_share: float = 0.82, vest_share: float = 0.78) -> Worker:
    """Return a worker with random looks and pose."""
    pose = rng.choice(("stand", "stand", "walk", "walk", "point", "carry", "up", "crouch"))
    turn = rng.choice((-1.0, -0.6, -0.2, 0.2, 0.6, 1.0))
    side = 1.0 if turn > 0 else -1.0
    arms = {
        "point": ((-0.16, -0.64), (-0.13, -0.49), (0.2 * side, -0.74), (0.36 * side, -0.8)),
        "carry": ((-0.14, -0.62), (0.1 * side, -0.56), (0.15, -0.62), (0.16 * side, -0.56)),
        "up": ((-0.19, -0.86), (-0.16, -1.0), (0.17, -0.64), (0.14, -0.5)),
        "crouch": ((-0.16, -0.62), (0.08 * side, -0.48), (0.17, -0.62), (0.2 * side, -0.46)),
    }.get(
        pose,
        (
            (-0.155, -0.63),
            (-0.15 - 0.04 * rng.random(), -0.47),
            (0.155, -0.63),
            (0.15 + 0.04 * rng.random(), -0.47),
        ),
    )
    return Worker(
        turn=turn,
        stride=rng.uniform(0.09, 0.15) if pose == "walk" else rng.uniform(0.02, 0.06),
        crouch=rng.uniform(0.16, 0.26) if pose == "crouch" else 0.0,
        arms=arms,
        hat=rng.choices(HATS, (5, 4, 2, 1, 1))[0] if rng.random() < hat_share else None,
        vest=rng.choice(VESTS) if rng.random() < vest_share else None,
        skin=rng.choice(SKINS),
        hair=rng.choice(HAIRS),
        shirt=rng.choice(SHIRTS),
        trousers=rng.choice(TROUSERS),
    )


def draw_worker(
    canvas: Canvas, worker: Worker, feet: Point, height: float, parts: Parts, *, legs: bool = True
) -> None:
    """Draw a worker whose feet stand at a point.

    Args:
        canvas: Where to draw.
        worker: Looks and pose.
        feet: Point between the feet in pixels.
        height: Height of the upright body in pixels.
        parts: Object numbers to draw with.
        legs: False for somebody who sits in a cabin.
    """

    def at(x: float, y: float) -> Point:
        return feet[0] + x * height, feet[1] + (y + worker.crouch) * height

    canvas.part = parts.body
    if legs:
        _legs(canvas, worker, feet, height)
    _arm(canvas, worker, at, height, side=0 if worker.turn > 0 else 1, shade=0.25)
    narrow = _narrow(worker.turn)
    torso = [(-0.125, -0.79), (-0.06, -0.825), (0.06, -0.825), (0.125, -0.79), (0.1, -0.46), (-0.1, -0.46)]
    canvas.polygon([at(x * narrow, y) for x, y in torso], worker.shirt)
    if worker.vest:
        canvas.part = parts.vest
        _vest(canvas, worker.vest, at, height, worker.turn)
    canvas.part = parts.body
    _arm(canvas, worker, at, height, side=1 if worker.turn > 0 else 0, shade=0.05)
    canvas.part = parts.head
    _head(canvas, worker, at, height)
    if worker.hat:
        canvas.part = parts.hat
        _hat(canvas, worker.hat, at, height, worker.turn)


def _narrow(turn: float) -> float:
    """How much narrower the shoulders look from the side."""
    return 1.0 - 0.28 * abs(turn)


def _legs(canvas: Canvas, worker: Worker, feet: Point, height: float) -> None:
    drop, stride = worker.crouch, worker.stride
    for side in (-1, 1):
        colour = darker(worker.trousers, 0.22 if side * worker.turn < 0 else 0.0)
        knee = (side * (0.055 + stride * 0.55 + drop * 0.5) + 0.02 * worker.turn, -0.25 + drop * 0.25)
        foot = (side * (0.05 + stride), -0.03)
        path = [(side * 0.052, -0.47 + drop), knee, foot]
        canvas.line([(feet[0] + x * height, feet[1] + y * height) for x, y in path], 0.088 * height, colour)
        toe = foot[0] + 0.045 * (worker.turn if abs(worker.turn) > 0.4 else side * 0.4)
        ends = [(foot[0], -0.022), (toe, -0.022)]
        canvas.line([(feet[0] + x * height, feet[1] + y * height) for x, y in ends], 0.045 * height, BOOT)


def _arm(canvas: Canvas, worker: Worker, at: Place, height: float, *, side: int, shade: float) -> None:
    elbow, hand = worker.arms[2 * side : 2 * side + 2]
    narrow = _narrow(worker.turn)
    shoulder = ((-0.115 if side == 0 else 0.115) * narrow, -0.765)
    canvas.line([at(*shoulder), at(*elbow), at(*hand)], 0.062 * height, darker(worker.shirt, shade))
    canvas.ellipse(at(*hand), 0.033 * height, 0.033 * height, darker(worker.skin, shade / 2))


def _vest(canvas: Canvas, colour: Colour, at: Place, height: float, turn: float) -> None:
    narrow = _narrow(turn)
    outline = [
        (-0.122, -0.785),
        (-0.062, -0.828),
        (0.062, -0.828),
        (0.122, -0.785),
        (0.112, -0.485),
        (-0.112, -0.485),
    ]
    canvas.polygon([at(x * narrow, y) for x, y in outline], colour)
    shadow = [(0.04, -0.82), (0.122, -0.785), (0.112, -0.485), (0.06, -0.485)]
    flip = -1 if turn > 0 else 1
    canvas.polygon([at(x * narrow * flip, y) for x, y in shadow], darker(colour, 0.12))
    thick = 0.026 * height
    for y in (-0.62, -0.545):
        canvas.line([at(-0.112 * narrow, y), at(0.112 * narrow, y)], thick, STRIPE, is_round=False)
    for x in (-0.07, 0.07):
        canvas.line([at(x * narrow, -0.805), at(x * narrow, -0.62)], thick * 0.9, STRIPE, is_round=False)
    canvas.line(
        [at(turn * 0.03, -0.8), at(turn * 0.03, -0.49)], max(0.5, 0.008 * height), darker(colour, 0.45)
    )


def _head(canvas: Canvas, worker: Worker, at: Place, height: float) -> None:
    canvas.line([at(0, -0.85), at(0, -0.82)], 0.055 * height, darker(worker.skin, 0.2), is_round=False)
    canvas.ellipse(at(0, -0.915), 0.064 * height, 0.083 * height, worker.skin)
    look = worker.turn * 0.03
    if not worker.hat:
        crown = [
            (-0.066, -0.905),
            (-0.06, -0.965),
            (-0.03, -1.0),
            (0.03, -1.0),
            (0.06, -0.965),
            (0.066, -0.905),
        ]
        fringe = [(0.045 + look / 2, -0.945), (look, -0.955), (-0.045 + look / 2, -0.945)]
        canvas.polygon([at(*p) for p in crown + fringe], worker.hair)
    if height > 90:
        eye = darker(worker.skin, 0.8)
        for x in (-0.024, 0.024):
            canvas.ellipse(at(x + look, -0.912), 0.007 * height, 0.009 * height, eye)
        canvas.line(
            [at(look - 0.016, -0.868), at(look + 0.016, -0.868)], 0.008 * height, darker(worker.skin, 0.45)
        )
        canvas.ellipse(at(look * 1.3, -0.89), 0.01 * height, 0.014 * height, darker(worker.skin, 0.16))


def _hat(canvas: Canvas, colour: Colour, at: Place, height: float, turn: float) -> None:
    dome = [
        (-0.08, -0.935),
        (-0.078, -0.975),
        (-0.058, -1.015),
        (-0.024, -1.04),
        (0.024, -1.04),
        (0.058, -1.015),
    ]
    dome += [(0.078, -0.975), (0.08, -0.935)]
    canvas.polygon([at(*p) for p in dome], colour)
    flip = -1 if turn > 0 else 1
    canvas.polygon([at(x * flip, y) for x, y in dome[4:]] + [at(0.045 * flip, -0.935)], darker(colour, 0.13))
    canvas.polygon(
        [at(x, y) for x, y in ((-0.014, -1.048), (0.014, -1.048), (0.017, -0.94), (-0.017, -0.94))],
        lighter(colour),
    )
    left, right = -0.086 - 0.03 * max(0.0, -turn), 0.086 + 0.03 * max(0.0, turn)
    canvas.line([at(left, -0.932), at(right, -0.932)], 0.022 * height, darker(colour, 0.2))
