"""Composes pictures: who stands where, what is in front of what, and what is visible of each object."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from generator.backdrop import FOG, HALL, LIGHTS, draw_backdrop
from generator.canvas import HEIGHT, SCALE, WIDTH
from generator.clutter import draw_clutter
from generator.vehicle import draw_excavator, draw_forklift
from generator.worker import Parts, any_worker, draw_worker

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from generator.canvas import Canvas

CAMERA = 1.5  # the camera hangs that many workers high, which ties a worker's size to where the feet are
MIN_SIDE = 5.0  # pixels; the guideline skips what is smaller
MIN_VISIBLE = 0.22  # the guideline skips what is hidden further than that


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What a picture shall show."""

    number: int
    seed: str
    kind: str
    n_workers: int
    n_forklifts: int = 0
    n_excavators: int = 0
    n_crowd: int = 0
    is_foggy: bool = False


@dataclass(frozen=True, kw_only=True)
class Thing:
    """One object as it is visible. `mask` is [height, width] at `SCALE` times the picture's size."""

    class_name: str
    mask: NDArray[np.bool_]
    occluded: float
    worker: int | None = None
    with_head: NDArray[np.bool_] | None = None
    is_crowd: bool = False


@dataclass
class Scene:
    """A finished picture and its exact truth."""

    plan: Plan
    light: str
    picture: Image.Image
    things: list[Thing] = field(default_factory=list)


@dataclass
class _Standing:
    """Something to be drawn, farthest first."""

    what: str
    ground: tuple[float, float]
    height: float
    parts: list[int] = field(default_factory=list)
    alone: list[int] = field(default_factory=list)


def draw_scene(plan: Plan) -> Scene:
    """Draw one picture; the same plan always gives the same picture."""
    rng = random.Random(plan.seed)
    light = FOG if plan.is_foggy else HALL if plan.kind == "hall" else rng.choice(LIGHTS)
    horizon = rng.uniform(128, 160)
    canvas = draw_backdrop(plan.kind, light, rng, horizon)
    canvas.blur(1.25)
    crowd = [] if plan.is_foggy else _crowd(canvas, plan, rng, horizon)
    standing = sorted(_places(plan, rng, horizon), key=lambda s: s.ground[1])
    number = 100
    for one in standing:
        number = _draw(canvas, one, rng, number)
    picture = _grade(canvas.picture(), rng)
    if plan.is_foggy:
        picture = Image.blend(picture, Image.new("RGB", picture.size, FOG.ground), 0.86)
    return Scene(plan, light.name, picture, _things(canvas.numbers(), standing, crowd))


def _places(plan: Plan, rng: random.Random, horizon: float) -> list[_Standing]:
    wanted = [("forklift", 0.85, 1.2)] * plan.n_forklifts + [("excavator", 1.1, 1.6)] * plan.n_excavators
    wanted += [("worker", 1.0, 1.0)] * plan.n_workers + [("clutter", 1.0, 1.0)] * (
        0 if plan.is_foggy else rng.randint(1, 3)
    )
    taken: list[_Standing] = []
    for what, least, most in wanted:
        best, gap = None, -1.0
        for _ in range(6):  # of a few random places, the one that hides least
            near = rng.random()
            tall = 46 * (5.4 ** (near**1.25)) if what == "worker" else 60 * (2.6**near)
            ground = (rng.uniform(25, WIDTH - 25), horizon + tall * CAMERA)
            if ground[1] > HEIGHT + 0.45 * tall:
                ground = (ground[0], HEIGHT + rng.uniform(0.05, 0.45) * tall)
            room = min((abs(ground[0] - o.ground[0]) / (0.3 * (tall + o.height)) for o in taken), default=2.0)
            if room > gap:
                best, gap = _Standing(what, ground, tall * rng.uniform(least, most)), room
            if room > 1.0 or (room > 0.5 and rng.random() < 0.4):
                break
        if best:
            taken.append(best)
    return taken


def _draw(canvas: Canvas, one: _Standing, rng: random.Random, number: int) -> int:
    """Draw one thing and note which numbers it got and how large they are with nothing in front."""
    (x, y), height = one.ground, one.height
    canvas.fade = max(0.0, 0.34 - height / 420)
    canvas.shade(
        (x + 0.1 * height, y),
        0.28 * height * (2 if one.what in ("forklift", "excavator") else 1),
        0.045 * height,
        0.34,
    )
    if one.what == "worker":
        one.parts = [number, number + 1, number + 2, number + 3]
        draw_worker(canvas, any_worker(rng), (x, y), height, Parts(*one.parts))
    elif one.what == "clutter":
        draw_clutter(canvas, rng, (x, y), height)
    else:
        one.parts = [number]
        canvas.part = number
        {"forklift": draw_forklift, "excavator": draw_excavator}[one.what](
            canvas, rng, (x, y), height, rng.choice((-1, 1))
        )
        if one.what == "forklift" and rng.random() < 0.6:
            one.parts = [number, number + 1, number + 2, number + 3, number + 4]
            seat = (x, y - 0.02 * height)
            draw_worker(
                canvas, any_worker(rng, hat_share=0.7), seat, 0.84 * height, Parts(*one.parts[1:]), legs=False
            )
    pixels = canvas.numbers()
    one.alone = [int(np.count_nonzero(pixels == part)) for part in one.parts]
    return number + 5


def _crowd(canvas: Canvas, plan: Plan, rng: random.Random, horizon: float) -> list[int]:
    """A far group, too small to be drawn one by one: the guideline wants one crowd region."""
    left = rng.uniform(60, WIDTH - 260)
    for n in range(plan.n_crowd):
        feet = (left + n * 11 + rng.uniform(-3, 3), horizon + 24 + rng.uniform(-4, 5))
        canvas.fade = 0.3
        draw_worker(canvas, any_worker(rng), feet, 27, Parts(10, 10, 10, 10))
    return [10] if plan.n_crowd else []


def _things(numbers: NDArray[np.int32], standing: list[_Standing], crowd: list[int]) -> list[Thing]:
    things = [Thing(class_name="person", mask=numbers == part, occluded=0.0, is_crowd=True) for part in crowd]
    for place, one in enumerate(standing):
        if one.what in ("forklift", "excavator"):
            things += _kept(one.what, numbers == one.parts[0], one.alone[0], None)
        people = one.parts[-4:] if one.what == "worker" or len(one.parts) == 5 else []
        if not people:
            continue
        alone = one.alone[-4:]
        _, vest, head, hat = people
        person = np.isin(numbers, people)
        things += _kept("person", person, sum(alone), place)
        if alone[1]:
            things += _kept("vest", numbers == vest, alone[1], place)
        if alone[3]:
            whole = np.isin(numbers, (head, hat))
            things += _kept("hard_hat", numbers == hat, alone[3], place, with_head=whole)
        elif alone[2]:
            things += _kept("head", numbers == head, alone[2], place)
    return things


def _kept(
    class_name: str,
    mask: NDArray[np.bool_],
    alone: int,
    worker: int | None,
    *,
    with_head: NDArray[np.bool_] | None = None,
) -> list[Thing]:
    """Return the object unless it is too small or too far hidden for the guideline."""
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    if not len(rows):
        return []
    sides = (rows[-1] - rows[0] + 1) / SCALE, (columns[-1] - columns[0] + 1) / SCALE
    occluded = 1.0 - int(np.count_nonzero(mask)) / max(1, alone)
    if min(sides) < MIN_SIDE or 1.0 - occluded < MIN_VISIBLE:
        return []
    return [Thing(class_name=class_name, mask=mask, occluded=occluded, worker=worker, with_head=with_head)]


def _grade(picture: Image.Image, rng: random.Random) -> Image.Image:
    """Darken the corners and shift exposure and white balance a little, as cameras do."""
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH]
    distance = ((x - WIDTH / 2) / WIDTH) ** 2 + ((y - HEIGHT / 2) / HEIGHT) ** 2
    gain = (
        (1.0 - 0.3 * distance)[:, :, None]
        * np.array([rng.uniform(0.97, 1.02) for _ in range(3)])
        * rng.uniform(0.93, 1.06)
    )
    pixels = np.asarray(picture, dtype=np.float64) * gain
    return Image.fromarray(np.clip(pixels, 0, 255).round().astype(np.uint8))
