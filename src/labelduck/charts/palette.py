"""Colours by role, in a light and a dark form; safe for the colour-blind, and the same for a class in every chart."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable

Theme = Literal["light", "dark"]

SERIES = ("c0", "c1", "c2", "c3", "c4", "c5", "c6", "c7")
"""Colours that tell series apart; beyond them lines differ by their dashes."""

COLOURS: dict[Theme, dict[str, str]] = {
    "light": {
        "c0": "#0072b2",
        "c1": "#d97706",
        "c2": "#12955a",
        "c3": "#8c2d62",
        "c4": "#6d3fd1",
        "c5": "#3494e0",
        "c6": "#8f1d14",
        "c7": "#7b88a0",
        "flag": "#c7400a",
        "ink": "#1f2328",
        "muted": "#656d76",
        "grid": "#dfe3e8",
        "paper": "#ffffff",
        "on": "#ffffff",
    },
    "dark": {
        "c0": "#56b1ec",
        "c1": "#efc280",
        "c2": "#168e6b",
        "c3": "#c964b0",
        "c4": "#9a5dff",
        "c5": "#a6e0fa",
        "c6": "#f0405f",
        "c7": "#9eb0ac",
        "flag": "#ff8552",
        "ink": "#e6edf3",
        "muted": "#9aa4af",
        "grid": "#30363d",
        "paper": "#0d1117",
        "on": "#0d1117",
    },
}


def series_colours(names: Iterable[str]) -> dict[str, str]:
    """Return a colour for each name, by the name and not by its place.

    A name keeps its colour whatever else is in the chart, unless two names want the same one: then the later in the alphabet
    takes the next that is free. Give all names of a dataset to have the same colours in each of its charts.
    """
    taken: dict[str, str] = {}
    for name in sorted(set(names)):
        wanted = int.from_bytes(hashlib.sha256(name.encode("utf-8", "replace")).digest()[:4], "big")
        order = [SERIES[(wanted + step) % len(SERIES)] for step in range(len(SERIES))]
        in_use = {colour: list(taken.values()).count(colour) for colour in SERIES}
        taken[name] = min(order, key=lambda colour: in_use[colour])
    return taken


def css() -> str:
    """Return the style sheet of static charts: light, or dark where the reader wants it, and light on paper."""
    rules = "".join(
        f".ld-chart .f-{role}{{fill:var(--ld-{role})}}.ld-chart .s-{role}{{stroke:var(--ld-{role})}}"
        for role in COLOURS["light"]
    )
    light, dark = (
        "".join(f"--ld-{role}:{value};" for role, value in COLOURS[theme].items())
        for theme in ("light", "dark")
    )
    return (
        f":root{{{light}}}@media screen and (prefers-color-scheme:dark){{:root{{{dark}}}}}"
        f":root[data-theme=light]{{{light}}}:root[data-theme=dark]{{{dark}}}"
        f".ld-chart{{max-width:100%;height:auto}}{rules}"
    )
