"""`labelduck demo`: the main job on the sample data, in a minute."""

from __future__ import annotations

from typing import TYPE_CHECKING

from labelduck import resources

if TYPE_CHECKING:
    from collections.abc import Callable

    import duckdb

    from labelduck.lake import Lake

DATASET = "hardhat"
MODELS = ("detector-a", "detector-b")

QUESTIONS = (
    (
        "How good are the two models, it seems?",
        """\
select model, metric, value
from coco_metrics
where metric in ('AP', 'AP50', 'AP75')""",
    ),
    (
        "Which classes hold the better one down? hard_hat loses most from IoU 0.50 to 0.75: its boxes do not agree.",
        """\
select class_name, average_precision, average_precision_at_50, average_precision_at_75, n_annotations
from average_precision_by_class
where model = 'detector-a'""",
    ),
    (
        "Whose boxes? One contractor's batch draws the hard hat around the whole head.",
        """\
select annotator, batch, count(*) as n_boxes,
       median(box_height(a.box) / box_height(p.box)) as height_beside_model, median(iou) as iou
from pairs
join annotations as a using (dataset, annotation_id)
join predictions as p using (dataset, model, prediction_id)
where model = 'detector-a' and annotation_class = 'hard_hat' and prediction_class = 'hard_hat'
  and p.confidence > 0.5
group by annotator, batch
order by height_beside_model desc, annotator, batch
limit 5""",
    ),
    (
        "And the rare classes? One forklift in four looks like an excavator to the model.",
        """\
select annotation_class, prediction_class, n, n_annotations, annotation_rate, annotation_rate_low, annotation_rate_high
from confusion_by_class_pair
where model = 'detector-a' and annotation_class in ('forklift', 'excavator')""",
    ),
    (
        "Which ones?",
        """\
select file_name, annotation_class, class_name as model_says, confidence, iou, annotator, batch, box
from confident_false_positives
where model = 'detector-a' and error_kind = 'wrong_class' and annotation_class = 'forklift'""",
    ),
    (
        "What else is probably wrong? The worklist ranks every suspect by errors mended per minute of review.",
        """\
select place, issue, round(error_probability, 2) as p, file_name, class_name, suggested_class, annotator, batch
from worklist
order by place
limit 12""",
    ),
    (
        "And what stands behind many of them? There the guideline, or a talk, mends more than a review.",
        """\
select cause, n_suspects, round(n_expected, 1) as n_expected
from suspect_causes
limit 3""",
    ),
    (
        "How many errors would a review of the whole list mend, and in how many minutes?",
        """\
select k, minutes, n_errors, n_errors_low, n_errors_high
from worklist_yield
where issue = 'any'
order by k desc
limit 1""",
    ),
)
GATE = (
    "May it be released? These gates say no, or cannot say yet; of the others each says pass.",
    f"""\
select gate, status, value, sentence
from release_gate
where dataset = '{DATASET}' and status <> 'pass'""",  # noqa: S608 - a name of ours
)
_PLANTED = """
with planted as (
    select *, struct_pack(x_min := true_x_min, y_min := true_y_min, x_max := true_x_max, y_max := true_y_max) as box
    from read_csv($truth, types = {'image_id': 'varchar', 'annotation_id': 'varchar'})
    where annotation_set = 'instances' and state = 'open'
)
select count(*), count(*) filter (where exists (
    from planted
    where planted.kind = listed.issue and planted.image_id = listed.image_id
        and case
            when listed.issue = 'missing_label'
                then planted.true_class = listed.suggested_class and box_iou(planted.box, listed.suggested_box) >= 0.5
            else planted.annotation_id in (listed.annotation_id, listed.other_annotation_id)
        end
))
from worklist as listed
"""


def run(
    lake: Lake,
    *,
    say: Callable[[str], None],
    show: Callable[[duckdb.DuckDBPyRelation], None],
    print_text: Callable[[str], None],
) -> None:
    """Import the sample, build, and answer a chain of questions that ends at the cause, and at the gate.

    Args:
        lake: Where the sample goes; a dataset of the same name is replaced.
        say: Tells what is being done.
        show: Prints an answer.
        print_text: Prints a question.
    """
    sample = resources.folder("sample_data") / DATASET
    say("importing sample_data/hardhat: simulated scenes, annotators and models, with planted label errors")
    with lake.folder.writing():
        lake.import_annotations(
            sample / "coco" / "instances.json",
            dataset=DATASET,
            provenance=sample / "coco" / "provenance.csv",
            replace=True,
        )
        for model in MODELS:
            lake.import_predictions(
                sample / "coco" / f"predictions_{model}.json", model=model, dataset=DATASET
            )
        lake.build()
    for question, query in QUESTIONS:
        print_text(_asked(question, query))
        show(lake.sql(query))
    with lake.connect() as connection:
        n, n_planted = connection.execute(_PLANTED, {"truth": str(sample / "truth.csv")}).fetchall()[0]
    print_text(
        f"\n{n_planted} of its {n} suspects are errors that were planted: sample_data/hardhat/truth.csv tells of each."
    )
    print_text(_asked(*GATE))
    show(lake.sql(GATE[1]))
    written = lake.report("quality_overview", out=lake.path / "published", formats=["html"])
    say(f"\na report of it: {written.files[0]}\n")


def _asked(question: str, query: str) -> str:
    return f"\n{question}\n\n    " + query.replace("\n", "\n    ") + "\n"
