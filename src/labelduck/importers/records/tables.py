"""The tables that may be read by column name: which columns they need, and what those are called elsewhere.

A column of the schema is found by its own name first, then by the other names below, the likelier first. Names are compared
in small letters with `_` between words: `ImageID`, `image id` and `image.id` are all `image_id`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from labelduck.schema import TABLES as SCHEMAS

Names = Mapping[str, tuple[str, ...]]


def _names(**columns: str) -> Names:
    return MappingProxyType({column: tuple(names.split()) for column, names in columns.items()})


PERSON = (
    "annotator_id annotator_name annotator_email labeler labeller labeler_id labeler_name labeler_login worker worker_id "
    "rater rater_id coder performer user username user_name user_id email completed_by annotated_by labeled_by created_by "
    "creator author owner assignee"
)
WHEN = "annotated_at annotated_on labeled_at created created_date created_on submitted_at timestamp datetime date time"
ITEM = "img_id image_uuid item_id text_id doc_id document_id record_id sample_id example_id unit_id _unit_id row_id uid"
FILE = "filename file image_path file_path filepath image_file image_name img_path img_name path image img picture"
CLASS = "class label class_label category category_name label_name name_of_class"

USUAL = _names(
    image_id=ITEM,
    file_name=FILE,
    annotation_id="ann_id object_id annotation_uuid annotation region_id shape_id bbox_id",
    prediction_id="pred_id detection_id det_id prediction",
    class_name=CLASS,
    class_index="class_id category_id label_id cls class_number",
    annotator=PERSON,
    batch="batch_id batch_name lot sprint",
    job="job_id job_name",
    split="subset set partition fold",
    is_gold="gold ground_truth is_ground_truth golden is_golden _golden honeypot is_honeypot",
    created_at=WHEN,
    updated_at="updated updated_date updated_on modified modified_at last_modified changed_at",
    lead_time_s="lead_time lead_time_seconds duration_s duration_seconds time_spent_s time_spent work_time_s seconds",
    source="origin provenance",
    review_status="review_state qa_status",
    reviewer="reviewed_by reviewer_id reviewer_name reviewer_email qa validator approver checker checked_by",
    model="model_name model_id model_version run run_id",
    confidence="score probability prob conf",
    occluded="is_occluded",
    truncated="is_truncated",
    difficult="is_difficult",
    is_crowd="iscrowd crowd is_group_of",
    is_ignored="ignore ignored is_ignore",
    track_id="track tracking_id",
    group_id="group",
    z_order="z_index layer",
    mask="segmentation rle mask_rle",
    polygons="polygon",
    width="image_width img_width image_w img_w",
    height="image_height img_height image_h img_h",
    uri="url image_url coco_url link s3_uri",
    captured_at="date_captured taken_at capture_time",
)
"""Other names of columns in whichever table they are."""


@dataclass(frozen=True, kw_only=True)
class RecordTable:
    """A table that may be read by column name.

    Attributes:
        table: Its name in the lake.
        needs: Of each group of columns one must be there.
        names: Other names of its columns, where they differ from the usual ones.
        beside: Columns that are read although the table has none of that name: they lead to others.
        key: Column that is unique; None without one.
        is_record: A repeated key gets a number behind it; false where the key names a thing, of which the first row is kept.
    """

    table: str
    needs: tuple[tuple[str, ...], ...]
    names: Names = field(default_factory=dict)
    beside: tuple[str, ...] = ()
    key: str | None = None
    is_record: bool = False

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that may be read, in the order in which they are looked for."""
        own = [name for name in SCHEMAS[self.table].names if name != "dataset"]
        return (*own, *(name for name in self.beside if name not in own))

    def names_of(self, column: str) -> tuple[str, ...]:
        """Return the names that a column may have, the likelier first."""
        return (column, *self.names.get(column, ()), *USUAL.get(column, ()))


_IMAGE = ("image_id", "file_name")
_BOXES = (
    _IMAGE,
    ("class_name", "class_index"),
    ("box", "bbox", "polygons", "mask", "keypoints", "rotated_box"),
)
_PREDICTION = _names(prediction_id="id", polygons="segmentation", mask="rle mask_rle")

TABLES: Mapping[str, RecordTable] = {
    "annotations": RecordTable(
        table="annotations",
        needs=_BOXES,
        names=_names(
            created_at=WHEN,
            class_name=CLASS + " class_title",
            annotation_id="id",
            review_status="review_decision decision",
            polygons="segmentation",
            mask="rle mask_rle",
        ),
        beside=("file_name", "class_index", "width", "height", "split", "bbox"),
        key="annotation_id",
        is_record=True,
    ),
    "predictions": RecordTable(
        table="predictions",
        needs=(*_BOXES, ("confidence",), ("model",)),
        names=_PREDICTION,
        beside=("file_name", "class_index", "width", "height", "bbox"),
    ),
    "predicted_labels": RecordTable(
        table="predicted_labels", needs=(_IMAGE, ("class_name",), ("model",)), beside=("file_name",)
    ),
    "labels": RecordTable(
        table="image_labels",
        needs=(_IMAGE, ("class_name", "class_index")),
        names=_names(
            image_id="item task task_id question_id id",
            class_name="answer choice vote response annotation value rating",
            field="question attribute question_name task_name from_name",
        ),
        beside=("file_name", "split", "class_index"),
    ),
    "assignments": RecordTable(
        table="assignments",
        needs=(_IMAGE, ("annotator",)),
        names=_names(status="state"),
        beside=("file_name",),
    ),
    "jobs": RecordTable(
        table="jobs",
        needs=(("job",),),
        names=_names(
            job="id name",
            task="task_id task_name",
            project="project_id project_name",
            type="job_type kind",
            state="status job_state",
            assignee="annotator assigned_to " + PERSON,
        ),
        key="job",
    ),
    "events": RecordTable(
        table="events",
        needs=(("happened_at",), ("action",)),
        names=_names(
            event_id="id log_id",
            happened_at="at timestamp time event_time occurred_at created_at created date datetime",
            actor="user_email annotator " + PERSON,
            action="event event_type event_name operation verb type scope",
            from_class="old_class old_label from_label previous_label previous_class label_before",
            to_class="new_class new_label to_label label_after",
            reason="comment message",
        ),
        beside=("file_name",),
        key="event_id",
        is_record=True,
    ),
    "reviews": RecordTable(
        table="reviews",
        needs=(("decision",), ("annotation_id", "image_id", "file_name", "job")),
        names=_names(
            review_id="id",
            decision="review_decision review_status verdict review_result result outcome status state",
            error_kind="error_type issue_type error category kind issue",
            reason="reject_reason rejection_reason comment comments message note notes feedback description",
            reviewed_at="review_date reviewed_on " + "created_at updated_at " + WHEN,
            round="review_round iteration pass revision",
            sampling="sampled_by sample_type selection",
        ),
        beside=("file_name",),
        key="review_id",
        is_record=True,
    ),
    "issues": RecordTable(
        table="issues",
        needs=(("message", "category"), ("image_id", "file_name", "job", "issue_id")),
        names=_names(
            issue_id="id thread_id comment_id",
            resolved_at="closed_at solved_at resolved_date",
            category="issue_type type kind",
            message="comment comments text body description content note",
        ),
        beside=("file_name",),
        key="issue_id",
        is_record=True,
    ),
    "tags": RecordTable(
        table="tags",
        needs=(("tag",), ("target_id", "image_id", "file_name", "annotation_id", "prediction_id")),
        names=_names(
            target="target_type target_kind level object_type",
            target_id="id",
            tag="tag_name issue issue_type metric name key label",
            score="number quality",
            tool="source provider tagger",
            eval_key="evaluation run",
        ),
        beside=("file_name", "annotation_id", "prediction_id"),
    ),
    "images": RecordTable(
        table="images", needs=(_IMAGE,), names=_names(image_id="id", file_name="name"), key="image_id"
    ),
    "classes": RecordTable(
        table="classes",
        needs=(("class_name",),),
        names=_names(
            class_name="name title",
            class_index="class_id category_id label_id id index number",
            supercategory="super_category parent parent_name group",
            definition="description meaning",
            keypoint_names="keypoints",
        ),
        key="class_name",
    ),
    "models": RecordTable(
        table="models",
        needs=(("model",),),
        names=_names(
            model="name id",
            trained_on_dataset="dataset_name training_dataset train_dataset",
            trained_on_version="dataset_version training_version",
            is_out_of_sample="out_of_sample held_out",
            params="parameters config settings hyperparameters",
        ),
        key="model",
    ),
    "embeddings": RecordTable(
        table="embeddings",
        needs=(("target_id", "image_id", "file_name", "annotation_id", "prediction_id"), ("vector",)),
        names=_names(
            target="target_type level object_type",
            target_id="id ids",
            vector="embedding embeddings features emb",
        ),
        beside=("image_id", "file_name", "annotation_id", "prediction_id"),
    ),
    "guidelines": RecordTable(
        table="guidelines",
        needs=(("rule",),),
        names=_names(
            guideline_version="version revision",
            topic="subject title section",
            rule="guideline instruction text content description",
            updated_at="created_at date",
        ),
    ),
}
"""What may be imported by column name, by the word for it."""

PREDICTED: Mapping[str, RecordTable] = {
    "predictions": RecordTable(
        table="predictions",
        needs=(*_BOXES, ("confidence",)),
        names=_PREDICTION,
        beside=("file_name", "class_index", "width", "height", "bbox"),
        key="prediction_id",
        is_record=True,
    ),
    "labels": RecordTable(
        table="predicted_labels",
        needs=(_IMAGE, ("class_name", "class_scores")),
        names=_names(
            image_id="item id ids",
            class_name="predicted_label predicted_class prediction pred_label",
            confidence="score probability prob",
            class_scores="probabilities pred_probs probs scores logits",
        ),
        beside=("file_name",),
    ),
}
"""What may be imported as predictions by column name."""
