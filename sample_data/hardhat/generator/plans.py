"""Which pictures there are, who labels which, and when."""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import dataclass

from generator.scenes import Plan

SEED = "hardhat-2025"
N_BATCHES, PER_BATCH = 6, 16
KINDS = ("frame", "scaffold", "earthworks", "hall")
SHARES = {  # pictures by annotator in each batch
    1: {"ana": 6, "ben": 5, "chloe": 5},
    2: {"ana": 3, "ben": 3, "chloe": 3, "north-7": 7},
    3: {"ana": 5, "ben": 6, "chloe": 5},
    4: {"ana": 3, "ben": 3, "chloe": 3, "north-7": 7},
    5: {"ana": 2, "ben": 2, "chloe": 2, "north-7": 10},
    6: {"ana": 5, "ben": 5, "chloe": 6},
}
ANNOTATORS = ("ana", "ben", "chloe", "north-7")
EMPTY = (14, 53, 95)  # looked at, nothing there
SKIPPED = (68,)  # fog: the annotator skipped it
CROWDS = (9, 56)
SAME_BYTES = {92: 31}  # the same file twice, once in train and once in val
RETAKEN = {80: 41}  # the same scene a little brighter, likewise
START = dt.datetime(2025, 3, 3, 8, 0)  # noqa: DTZ001 - times are UTC without a zone, as in the lake


@dataclass(frozen=True, kw_only=True)
class Shot:
    """A picture's place in the project."""

    image_id: int
    plan: Plan
    file_name: str
    split: str
    batch: str
    annotator: str
    captured_at: dt.datetime
    is_gold: bool
    copy_of: int | None

    @property
    def stem(self) -> str:
        """Name without folder and ending."""
        return f"site_{self.image_id:03d}"


def all_shots() -> list[Shot]:
    """Return the pictures in order of their ids, which is the order of work."""
    rng = random.Random(SEED)
    gold = _gold(rng)
    shots = []
    for batch in range(1, N_BATCHES + 1):
        who = [name for name, count in SHARES[batch].items() for _ in range(count)]
        rng.shuffle(who)
        for place in range(PER_BATCH):
            image_id = (batch - 1) * PER_BATCH + place + 1
            copy_of = SAME_BYTES.get(image_id) or RETAKEN.get(image_id)
            split = "val" if image_id % 6 == 2 else "train"
            shots.append(
                Shot(
                    image_id=image_id,
                    plan=_plan(copy_of or image_id),
                    file_name=f"{split}/site_{image_id:03d}.jpg",
                    split=split,
                    batch=f"batch-{batch:02d}",
                    annotator=who[place],
                    captured_at=START - dt.timedelta(days=6 - 7 * (batch - 1), minutes=-37 * place),
                    is_gold=image_id in gold,
                    copy_of=copy_of,
                )
            )
    return shots


def _gold(rng: random.Random) -> set[int]:
    """Pick the pictures that everybody labels: three or four of each batch, none empty or copied."""
    taboo = {*EMPTY, *SKIPPED, *CROWDS, *SAME_BYTES, *RETAKEN, *SAME_BYTES.values(), *RETAKEN.values()}
    gold: set[int] = set()
    for batch, count in zip(range(N_BATCHES), (3, 3, 4, 3, 4, 3), strict=True):
        free = [n for n in range(batch * PER_BATCH + 1, (batch + 1) * PER_BATCH + 1) if n not in taboo]
        gold.update(rng.sample(free, count))
    return gold


def _plan(number: int) -> Plan:
    rng = random.Random(f"{SEED}/plan/{number}")
    kind = KINDS[(number * 7 + number // 4) % 4]
    nobody = number in EMPTY or number in SKIPPED
    return Plan(
        number=number,
        seed=f"{SEED}/scene/{number}",
        kind=kind,
        n_workers=0 if nobody else rng.choice((3, 3, 3, 3, 4, 4, 5)),
        n_forklifts=0 if nobody else int(rng.random() < (0.75 if kind == "hall" else 0.2)),
        n_excavators=0
        if nobody
        else int(rng.random() < {"earthworks": 0.8, "frame": 0.25, "scaffold": 0.15}.get(kind, 0.0)),
        n_crowd=16 if number in CROWDS else 0,
        is_foggy=number in SKIPPED,
    )
