"""What changed between two versions of a dataset's annotations: added, removed, moved, given another class.

An annotation with the same shape and class on the same picture is the same, whatever its id: formats without ids number
objects by their place in the file. The rest is paired, one to one, by

1. the same id, where the boxes overlap with IoU >= 0.3,
2. the boxes that overlap most, each other's best of those still without a partner, with IoU >= 0.5,
3. the same id and class, wherever the boxes are.

What stays without a partner was removed or added. Gold is compared with gold. Pictures are told apart by their path, else by id.
Files that both versions have cannot differ and are not read.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from labelduck import catalog, scores
from labelduck.catalog.tables import literal

if TYPE_CHECKING:
    from collections.abc import Sequence

    import duckdb
    import pyarrow as pa

    from labelduck.manifests import Manifest

SAME_ID_IOU = 0.3
SAME_PLACE_IOU = 0.5
_MACROS = ("box_area", "box_intersection", "box_iou", "boxes_meet")

_SIDE = """
create temp table {side} as
with pictures as (
    select image_id, any_value(file_name) as file_name from read_parquet([{images}]) group by image_id
)
select row_number() over () as row_id, coalesce(file_name, image_id) as picture, image_id, annotation_id, class_name, box,
    coalesce(annotator, '') as annotator, coalesce(is_gold, false) as is_gold,
    hash(box, geometry, rotated_box, rotation, polygons, mask, keypoints) as shape
from read_parquet([{annotations}]) left join pictures using (image_id)
"""

_SAME = """
create temp table same as
with numbered as (
    select 'old' as side, row_id, picture, is_gold, class_name, shape, annotation_id from old
    union all
    select 'new' as side, row_id, picture, is_gold, class_name, shape, annotation_id from new
),
placed as (
    select side, row_id,
        hash(picture, is_gold, class_name, shape) as content,
        row_number() over (
            partition by side, hash(picture, is_gold, class_name, shape) order by annotation_id, row_id
        ) as place
    from numbered
)
select a.row_id as old_id, b.row_id as new_id
from placed as a inner join placed as b on a.content = b.content and a.place = b.place
where a.side = 'old' and b.side = 'new'
"""

_LEFT = """
create temp table old_left as select * from old where row_id not in (select old_id from same);
create temp table new_left as select * from new where row_id not in (select new_id from same);
create temp table paired as
select a.row_id as old_id, b.row_id as new_id
from old_left as a inner join new_left as b using (picture, is_gold, annotation_id)
where box_iou(a.box, b.box) >= {same_id_iou}
qualify row_number() over (partition by a.row_id order by b.row_id) = 1
    and row_number() over (partition by b.row_id order by a.row_id) = 1
"""

_CANDIDATES = """
create temp table candidates as
select a.row_id as old_id, b.row_id as new_id,
    row(a.annotator = b.annotator, a.class_name = b.class_name, box_iou(a.box, b.box)) as fit
from old_left as a inner join new_left as b using (picture, is_gold)
where box_iou(a.box, b.box) >= {same_place_iou}
    and a.row_id not in (select old_id from paired) and b.row_id not in (select new_id from paired)
"""

_PLACED = """
insert into paired
with ranked as (
    select old_id, new_id,
        row_number() over (partition by old_id order by fit desc, new_id) as old_rank,
        row_number() over (partition by new_id order by fit desc, old_id) as new_rank
    from candidates
    where old_id not in (select old_id from paired) and new_id not in (select new_id from paired)
)
select old_id, new_id from ranked where old_rank = 1 and new_rank = 1
"""

_FAR = """
insert into paired
select a.row_id, b.row_id
from old_left as a inner join new_left as b using (picture, is_gold, annotation_id, class_name)
where a.row_id not in (select old_id from paired) and b.row_id not in (select new_id from paired)
qualify row_number() over (partition by a.row_id order by b.row_id) = 1
    and row_number() over (partition by b.row_id order by a.row_id) = 1
"""

_TOLD = """
with partners as (
    select old_id, new_id from paired
    union all
    select row_id, null from old_left where row_id not in (select old_id from paired)
    union all
    select null, row_id from new_left where row_id not in (select new_id from paired)
)
select {dataset} as dataset, {from_version}::bigint as from_version, {version}::bigint as version,
    case
        when old_id is null then 'added'
        when new_id is null then 'removed'
        when a.class_name is distinct from b.class_name then 'relabelled'
        else 'moved'
    end as change,
    coalesce(b.image_id, a.image_id) as image_id, b.annotation_id, a.annotation_id as annotation_id_before, b.class_name,
    a.class_name as class_before, box_iou(a.box, b.box) as iou
from partners
left join old_left as a on old_id = a.row_id
left join new_left as b on new_id = b.row_id
order by image_id, change, annotation_id, annotation_id_before
"""


def annotation_changes(lake: Path, dataset: str, old: tuple[int, Files], new: tuple[int, Files]) -> pa.Table:
    """Return one row per annotation that is not the same in two versions, as `annotation_changes` has them.

    Args:
        lake: Folder of the lake.
        dataset: Dataset.
        old: Number of a version, and its files of images and annotations, relative to the lake.
        new: Likewise, of the version to compare it with.
    """
    import duckdb

    with (
        tempfile.TemporaryDirectory(prefix="labelduck-changes-") as spill,
        duckdb.connect(config=scores.config(Path(spill))) as connection,
    ):
        connection.execute("set enable_progress_bar = false")  # it would go to stdout, which is for data
        for macro in catalog.macros():
            if macro.name in _MACROS:
                connection.execute(macro.sql)
        _read(connection, "old", lake, old[1], new[1])
        _read(connection, "new", lake, new[1], old[1])
        for step in (_SAME, _LEFT, _CANDIDATES):
            connection.execute(step.format(same_id_iou=SAME_ID_IOU, same_place_iou=SAME_PLACE_IOU))
        n_paired = 1
        while n_paired:  # each round pairs at least the best fit that is left
            n_paired = connection.execute(_PLACED).fetchall()[0][0]
        connection.execute(_FAR)
        told = _TOLD.format(dataset=literal(dataset), from_version=old[0], version=new[0])
        return connection.sql(told).to_arrow_table()


def files(manifest: Manifest) -> Files:
    """Return the files of images and of annotations of a version, as `annotation_changes` takes them."""
    images, annotations = (
        [file.path for file in manifest.current(table)] or [f"tables/{table}/{catalog.EMPTY_NAME}"]
        for table in ("images", "annotations")
    )
    return images, annotations


def _read(connection: duckdb.DuckDBPyConnection, side: str, lake: Path, its: Files, other: Files) -> None:
    """Make the temporary table of one side, without the files of annotations that the other has too."""
    images, annotations = its
    own = [path for path in annotations if path not in other[1]]
    paths = {"images": images, "annotations": own or [f"tables/annotations/{catalog.EMPTY_NAME}"]}
    listed = {table: ", ".join(literal(str(lake / path)) for path in of) for table, of in paths.items()}
    connection.execute(_SIDE.format(side=side, **listed))


Files = tuple["Sequence[str]", "Sequence[str]"]
"""Files of images and of annotations, at least one each."""
