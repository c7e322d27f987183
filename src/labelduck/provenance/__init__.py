"""Who made which annotation, when and in which batch: a sidecar file beside formats that cannot say it.

COCO, YOLO and VOC have no place for the annotator. A sidecar is a CSV, JSON, JSON lines or Parquet file with one row per thing
that it knows about; the columns that a row fills say what the thing is, the most specific first:

    annotation_id                           one annotation
    image_id or file_name, object_index     the n-th object of an image, from 0
    image_id or file_name                   all objects of an image, and the image
    file_pattern                            images by a pattern with * (no /), ** (any folders) and ?
    job, else batch                         whatever is in that job or batch

All other columns are what it knows: annotator, batch, job, created_at, updated_at, lead_time_s, review_status, reviewer, source,
is_gold, is_crowd, is_ignored, difficult, occluded, truncated, track_id, group_id, z_order and attributes of annotations, and split,
uri, video, frame, captured_at, sha256 and phash of images, under these names or the usual others (`columns.ALIASES`); what an
export cannot say in its format comes in these columns (`labelduck.exporting.sidecar`). Unknown columns are kept in the annotation's
attributes under `provenance`.

What a specific row says counts before what a general one says, the sidecar before the annotation file, and that before
a path pattern. Every disagreement and every row that fits nothing becomes a row of `import_problems`.
"""

from __future__ import annotations

from labelduck.importers.tabular import read
from labelduck.provenance.columns import FACTS, IMAGE_FACTS
from labelduck.provenance.sidecar import Coverage, Sidecar, apply

__all__ = ["FACTS", "IMAGE_FACTS", "Coverage", "Sidecar", "apply", "read"]
