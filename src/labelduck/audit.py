"""Random audits: which labels to judge so that they stand for the others, each with the chance that it had to be drawn.

What could be drawn is kept with what was: so an estimate knows how many each judged label stands for, in whatever part of the
dataset is asked for, also after labels changed.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from labelduck import manifests, storage
from labelduck.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    import duckdb

    from labelduck.folder import LakeFolder

STRATEGIES = ("simple", "stratified", "risk")
STRATA = ("class_name", "annotator", "batch", "image_id")
"""Columns that a stratified audit may be drawn by; `class` means class_name."""

RISK_BANDS = (0.8, 0.95, 0.99)
"""Shares of the labels, by suspicion, at which an audit by risk begins a new stratum."""

LEAST_OF_STRATUM = 2
"""Drawn of every stratum where there are as many: of one label nobody can tell how far others differ."""

_ANNOTATIONS = """
    with risks as (
        select annotation_id, max(suspicion) as suspicion from suspicions where dataset = $dataset group by all
    )
    select drawn.image_id, annotation_id, class_name, annotator, coalesce(drawn.batch, images.batch) as batch,
        1::bigint as n_objects, coalesce(suspicion, 0) as suspicion
    from annotations as drawn
    left join images on images.dataset = drawn.dataset and images.image_id = drawn.image_id
    left join risks using (annotation_id)
    where drawn.dataset = $dataset and not coalesce(is_gold, false) and not coalesce(is_crowd, false)
        and not coalesce(is_ignored, false)
        and annotation_id not in (
            select annotation_id from label_verdicts where dataset = $dataset and annotation_id is not null
        )
    order by annotation_id
"""
_IMAGES = """
    with drawn as (
        select image_id, count(*) as n_objects from annotations
        where dataset = $dataset and not coalesce(is_gold, false) group by all
    ),
    risks as (
        select image_id, max(suspicion) as suspicion from suspicions
        where dataset = $dataset and issue = 'missing_label' group by all
    )
    select image_id, null::varchar as annotation_id, null::varchar as class_name, null::varchar as annotator, batch,
        coalesce(n_objects, 0)::bigint as n_objects, coalesce(suspicion, 0) as suspicion
    from images left join drawn using (image_id) left join risks using (image_id)
    where dataset = $dataset
        and image_id not in (
            select image_id from label_verdicts
            where dataset = $dataset and annotation_id is null and audit_id is not null
        )
    order by image_id
"""


@dataclass(frozen=True, kw_only=True)
class Audit:
    """An audit that was drawn.

    Attributes:
        audit_id: Its name.
        dataset: Dataset.
        n_annotations: Annotations to judge.
        n_images: Images to search for missing labels.
        n_strata: Strata that the annotations were drawn from.
        seed: Seed that draws the same again.
    """

    audit_id: str
    dataset: str
    n_annotations: int
    n_images: int
    n_strata: int
    seed: int


def draw(
    folder: LakeFolder,
    dataset: str | None = None,
    *,
    n: int,
    n_images: int = 0,
    strategy: str = "simple",
    strata: Sequence[str] = (),
    seed: int | None = None,
) -> Audit:
    """Draw annotations, and images for missing labels, among those that nobody has judged.

    Args:
        folder: The lake's.
        dataset: Dataset; may be left out when there is one.
        n: Annotations to draw; all when there are fewer.
        n_images: Images to draw.
        strategy: `simple`; `stratified`, in proportion within `strata`; `risk`, more where labels are suspicious.
        strata: Columns of STRATA.
        seed: Seed of the draw; a new one when None. It is recorded.

    Raises:
        UsageError: No such dataset, strategy or column, or nothing is left to draw.
    """
    columns = _checked(n, n_images, strategy, strata)
    seed = secrets.randbelow(2**31) if seed is None else seed
    dice = np.random.default_rng(seed)
    with folder.writing():
        dataset, version = _head(folder, dataset)
        connection = folder.connect()
        try:
            known = connection.execute("select count(distinct audit_id) from audits").fetchall()[0][0]
            parts = [
                _drawn(connection, dataset, query, size, strategy=strategy, columns=by, dice=dice)
                for query, size, by in ((_ANNOTATIONS, n, columns), (_IMAGES, n_images, []))
                if size
            ]
        finally:
            connection.close()
        rows = pa.concat_tables(parts)
        audit_id = f"audit-{known + 1}"
        common = {"audit_id": audit_id, "version": version, "strategy": strategy, "seed": seed}
        common["drawn_at"] = datetime.now(UTC).replace(tzinfo=None)
        for name, value in common.items():
            rows = rows.append_column(name, pa.repeat(pa.scalar(value), rows.num_rows))
        _write(folder, "audits", dataset, rows)
    drawn = parts[0].filter(parts[0]["is_drawn"])
    of_annotations = drawn if n else drawn.slice(0, 0)
    return Audit(
        audit_id=audit_id,
        dataset=dataset,
        n_annotations=of_annotations.num_rows,
        n_images=sum(part["is_drawn"].to_pylist().count(True) for part in parts) - of_annotations.num_rows,
        n_strata=len(of_annotations["stratum"].unique()),
        seed=seed,
    )


def allot(
    folder: LakeFolder,
    dataset: str | None = None,
    *,
    n: int,
    strategy: str = "simple",
    strata: Sequence[str] = (),
) -> tuple[str, list[tuple[str, int, int]]]:
    """Return the dataset, and of each stratum that `draw` would draw from its name, its annotations and how many it would draw.

    Args:
        folder: The lake's.
        dataset: As in `draw`, and so are the others.
        n: See dataset.
        strategy: See dataset.
        strata: See dataset.

    Raises:
        UsageError: No such dataset, strategy or column.
    """
    columns = _checked(n, 0, strategy, strata)
    dataset, _ = _head(folder, dataset)
    with folder.connect() as connection:
        rows = connection.sql(_ANNOTATIONS, params={"dataset": dataset}).to_arrow_table()
    names, _, counts, wanted = _allotted(rows, n, strategy, columns)
    return dataset, list(zip(names.tolist(), counts.tolist(), wanted, strict=True))


def sizes(n_of_stratum: Sequence[int], spread: Sequence[float], n: int) -> list[int]:
    """Return how many to draw of each stratum: in proportion to size times spread (Neyman), at least two, at most all.

    Args:
        n_of_stratum: Labels of each stratum.
        spread: Standard deviation expected in each; all equal gives proportional sizes.
        n: Labels to draw in all; strata of two or fewer may bring it a little above.
    """
    whole = np.asarray(n_of_stratum)
    least = np.minimum(whole, LEAST_OF_STRATUM if len(whole) > 1 else 1)
    drawn = least.copy()
    need = whole * np.asarray(spread, dtype=float)
    while drawn.sum() < min(n, whole.sum()):
        # The next goes where a label of the sample stands for most.
        open_need = np.where(drawn < whole, need / drawn, -1.0)
        drawn[int(np.argmax(open_need))] += 1
    return [int(size) for size in drawn]


def _drawn(
    connection: duckdb.DuckDBPyConnection,
    dataset: str,
    query: str,
    n: int,
    *,
    strategy: str,
    columns: Sequence[str],
    dice: np.random.Generator,
) -> pa.Table:
    rows: pa.Table = connection.sql(query, params={"dataset": dataset}).to_arrow_table()
    if not rows.num_rows:
        raise UsageError(f"{dataset}: nothing is left to draw: there is none, or each has been judged")
    strata, numbers, counts, wanted = _allotted(rows, n, strategy, columns)
    chosen = [
        dice.choice(np.flatnonzero(numbers == stratum), size, replace=False)
        for stratum, size in enumerate(wanted)
    ]
    order = dice.permutation(np.concatenate(chosen))  # who stops early has still judged a random part
    position = np.zeros(rows.num_rows, dtype=np.int64)
    position[order] = np.arange(1, len(order) + 1)
    is_drawn = position > 0
    unit = "annotation" if query is _ANNOTATIONS else "image"
    added = {
        "unit": pa.repeat(pa.scalar(unit), rows.num_rows),
        "stratum": pa.array(strata[numbers], pa.string()),
        "inclusion_probability": pa.array((np.asarray(wanted) / counts)[numbers]),
        "draw_order": pa.array(position, mask=~is_drawn),
        "is_drawn": pa.array(is_drawn),
    }
    rows = rows.drop_columns(["suspicion"])
    for name, values in added.items():
        rows = rows.append_column(name, values)
    return rows


def _allotted(
    rows: pa.Table, n: int, strategy: str, columns: Sequence[str]
) -> tuple[np.ndarray, np.ndarray, np.ndarray, list[int]]:
    """Return the strata, the stratum of each row, and of each stratum its rows and how many to draw of them."""
    suspicion = rows["suspicion"].to_numpy()
    strata, numbers = np.unique(_strata(rows, suspicion, strategy, columns), return_inverse=True)
    counts = np.bincount(numbers)
    spread = np.ones(len(strata))
    if strategy == "risk":
        mean = np.clip(np.bincount(numbers, weights=suspicion) / counts, 0.01, 0.5)
        spread = np.sqrt(mean * (1 - mean))
    return strata, numbers, counts, sizes(counts.tolist(), spread.tolist(), n)


def _strata(rows: pa.Table, suspicion: np.ndarray, strategy: str, columns: Sequence[str]) -> np.ndarray:
    if strategy == "risk":
        rank = np.argsort(np.argsort(suspicion, kind="stable"), kind="stable") / len(suspicion)
        band = np.searchsorted(RISK_BANDS, rank, side="right")
        return np.array([f"risk {number}" for number in band.tolist()])
    values = [rows[name].to_pylist() for name in columns]
    together = [" | ".join("?" if v is None else v for v in row) for row in zip(*values, strict=True)]
    return np.array(together or ["all"] * rows.num_rows)


def _checked(n: int, n_images: int, strategy: str, strata: Sequence[str]) -> list[str]:
    if n < 0 or n_images < 0 or n + n_images == 0:
        raise UsageError("an audit draws at least one annotation or image: --n 300, --images 100")
    if strategy not in STRATEGIES:
        raise UsageError(f"{strategy!r} is no strategy; known are {', '.join(STRATEGIES)}")
    columns = ["class_name" if name == "class" else name for name in strata]
    if unknown := [name for name in columns if name not in STRATA]:
        raise UsageError(f"{unknown[0]!r} is nothing to draw by; known are {', '.join(STRATA)}")
    if (strategy == "stratified") != bool(columns):
        raise UsageError(
            "--strata goes with --strategy stratified: --strategy stratified --strata class,annotator"
        )
    return columns


def _head(folder: LakeFolder, dataset: str | None) -> tuple[str, int]:
    known = manifests.datasets(folder.path)
    if dataset is None and len(known) == 1:
        dataset = known[0]
    head = manifests.head(folder.path, dataset) if dataset is not None else None
    if dataset is None or head is None:
        raise UsageError(f"which dataset? known are {', '.join(known) or 'none'}: --dataset NAME")
    return dataset, head.version


def _write(folder: LakeFolder, table: str, dataset: str, rows: pa.Table) -> None:
    writer = storage.TableWriter(folder.path, table, dataset=dataset)
    try:
        writer.write(rows)
        writer.close()
    finally:
        writer.discard()
