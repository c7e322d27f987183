"""Names of the values and colours of masks."""

from __future__ import annotations

from dataclasses import dataclass, field

BACKGROUND = frozenset(("background", "__background__", "_background_"))
IGNORED = frozenset(("void", "ignore", "ignored", "unlabeled", "unlabelled", "don't care"))
VOID_VALUE = 255


@dataclass
class ClassMap:
    """Names by value and by colour.

    Attributes:
        names: Name by value.
        colors: Name by packed colour.
        ignored: Names whose pixels do not count.
        void: Value that is void when it has no name; None when 255 is a class like any other.
        background: Names whose pixels are no object, beside those that say so themselves.
        by_palette: Whether the map tells colours alone, so that an index means the colour it has in the palette.
    """

    names: dict[int, str] = field(default_factory=dict)
    colors: dict[int, str] = field(default_factory=dict)
    ignored: frozenset[str] = IGNORED
    void: int | None = VOID_VALUE
    background: frozenset[str] = frozenset()
    by_palette: bool = False

    def name(self, value: int, palette: dict[int, int]) -> tuple[str, bool]:
        """Return the name of an index or grey value, and whether it was known."""
        if self.by_palette and palette.get(value) in self.colors:
            return self.colors[palette[value]], True
        if value in self.names:
            return self.names[value], True
        if value == self.void:
            return "void", True
        return ("background", True) if value == 0 else (f"class {value}", False)

    def is_background(self, name: str) -> bool:
        """Tell whether pixels of a class are no object."""
        return name in self.background or name.lower() in BACKGROUND

    def is_ignored(self, name: str) -> bool:
        """Tell whether pixels of a class do not count."""
        return name in self.ignored or name.lower() in IGNORED
