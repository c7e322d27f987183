"""The words of the command line; nothing heavy is imported here, so that `--help` is quick."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from labelduck.cli import audit, dashboard, gate, report, version
from labelduck.exporters import FORMATS as WRITTEN_FORMATS
from labelduck.importers import PREDICTED_RECORDS, PREDICTION_FORMATS, RECORDS
from labelduck.version import __version__

_OWN = {
    "audit": ("judge a random part of the labels, and tell from it how many errors are left", audit),
    "gate": ("tell whether a version may be released, and why not", gate),
    "version": ("name a version; list, compare or restore versions", version),
    "report": ("write reports, or run those that are due and bring them to where they are wanted", report),
    "dashboard": ("look at pictures, decide on suspects and see the numbers, in a browser", dashboard),
}
"""Commands whose files hold their words too: what each is for, and the file, which imports nothing heavy."""

_EPILOG = """\
first steps:
  labelduck demo                                    sample data, real answers, what to type next
  labelduck evaluate instances.json results.json    metrics, worst classes, and a lake to query
  labelduck sql "from error_kinds_by_class"         any question in SQL
"""


def parser() -> argparse.ArgumentParser:
    """Return the parser of all commands."""
    top = argparse.ArgumentParser(
        prog="labelduck",
        description="SQL-queryable analytics for computer-vision label quality.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    top.add_argument("--version", action="version", version=f"labelduck {__version__}")
    commands = top.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for add in (
        _demo,
        _evaluate,
        _import,
        _predictions,
        _export,
        _formats,
        _build,
        _worklist,
        _sql,
        _shell,
        _views,
        _doctor,
    ):
        add(commands)
    for name, (text, module) in _OWN.items():
        module.arguments(_command(commands, name, text))
    return top


def _command(
    commands: argparse._SubParsersAction[argparse.ArgumentParser], name: str, text: str
) -> argparse.ArgumentParser:
    command = commands.add_parser(name, help=text, description=text[0].upper() + text[1:] + ".")
    command.add_argument(
        "--lake",
        type=Path,
        default=Path(os.environ.get("LABELDUCK_LAKE", "lake")),
        metavar="DIR",
        help="folder of the lake (default: $LABELDUCK_LAKE, else ./lake)",
    )
    return command


def _demo(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    _command(commands, "demo", "import the sample data and show what labelduck finds in it")


def _evaluate(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    command = _command(
        commands, "evaluate", "import, match and score one set of predictions, and leave a lake"
    )
    command.add_argument("annotations", type=Path, metavar="ANNOTATIONS", help="annotation file or folder")
    command.add_argument(
        "predictions", type=Path, metavar="PREDICTIONS", help="predictions, in the same format"
    )
    command.add_argument(
        "--dataset", metavar="NAME", help="name of the dataset (default: of the annotations)"
    )
    command.add_argument(
        "--model", metavar="NAME", help="name of the model run (default: of the predictions)"
    )
    command.add_argument("--format", default="auto", help="format of the annotations (default: auto)")
    command.add_argument("--json", action="store_true", help="print metrics and classes as one JSON document")
    _matching_options(command)
    _reading_options(command)


def _import(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    command = _command(commands, "import", "read annotations into the lake as a new version of their dataset")
    tables = ", ".join(RECORDS)
    _source(command, f"of files, as `labelduck formats` lists them; of tables by column name: {tables}")
    command.add_argument("--split", metavar="NAME", help="split of images that have none")
    command.add_argument("--annotator", metavar="NAME", help="annotator of annotations that have none")
    command.add_argument("--batch", metavar="NAME", help="batch of annotations that have none")
    command.add_argument(
        "--gold", action="store_true", help="these annotations are ground truth to measure annotators by"
    )
    command.add_argument(
        "--provenance",
        type=Path,
        metavar="FILE",
        help="CSV, JSON lines or Parquet that says who, which batch, when",
    )
    command.add_argument(
        "--provenance-pattern",
        metavar="REGEX",
        help="named groups (annotator, batch, ...) searched in each source path",
    )
    command.add_argument("--id-prefix", default="", metavar="TEXT", help="put before each annotation id")
    command.add_argument(
        "--replace",
        action="store_true",
        help="drop what the dataset held before; of reviews, jobs, ... only these (older versions stay)",
    )
    command.add_argument("--message", metavar="TEXT", help="why, for the version's history")
    _reading_options(command)


def _predictions(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    command = _command(commands, "predictions", "read one model's predictions into the lake")
    _source(command, ", ".join((*PREDICTION_FORMATS, *PREDICTED_RECORDS)))
    command.add_argument("--model", required=True, metavar="NAME", help="name of the model run")
    command.add_argument("--in-sample", action="store_true", help="the model was trained on these images")
    command.add_argument("--message", metavar="TEXT", help="why, for the version's history")
    _matching_options(command)
    _reading_options(command)


def _export(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    command = _command(commands, "export", "write a dataset version, or a selection of it, in any format")
    command.add_argument("format", metavar="FORMAT", help=", ".join(WRITTEN_FORMATS))
    command.add_argument("out", type=Path, metavar="OUT", help="folder, or file of a format of one file")
    command.add_argument("--dataset", metavar="NAME", help="dataset to export (default: the lake's only one)")
    command.add_argument("--version", type=int, metavar="N", help="version of it (default: the newest)")
    chosen = command.add_mutually_exclusive_group()
    chosen.add_argument("--where", metavar="SQL", help="only annotations that fit, as \"class_name = 'cat'\"")
    chosen.add_argument("--select", metavar="SQL", help="only the annotation_id that this query gives")
    command.add_argument("--split", metavar="NAME", help="only images of this split")
    command.add_argument(
        "--predictions", action="append", default=[], metavar="MODEL", help="this model's predictions too"
    )
    command.add_argument("--images", type=Path, metavar="DIR", help="folder or zip in which the pictures lie")
    command.add_argument(
        "--with-images", choices=("copy", "link"), help="put the pictures into the export (default: no)"
    )
    command.add_argument("--task", choices=("detect", "segment", "obb", "pose"), help="layout of YOLO lines")
    command.add_argument(
        "--no-people",
        action="store_true",
        help="name no annotators in tasks for Label Studio, whose server refuses those that it does not know",
    )
    command.add_argument("--overwrite", action="store_true", help="replace an earlier export of this name")
    command.add_argument("--json", action="store_true", help="print what was written as JSON")


def _formats(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    command = _command(commands, "formats", "list what can be read and written, or tell how one is read")
    command.add_argument("name", nargs="?", metavar="NAME", help="format to tell of")
    command.add_argument("--json", action="store_true", help="print as JSON")


def _build(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    command = _command(commands, "build", "match predictions with annotations; only what changed")
    command.add_argument("--json", action="store_true", help="print what was built as JSON")


def _worklist(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    command = _command(
        commands, "worklist", "show which labels to look at next, hand them out, take decisions back"
    )
    command.add_argument(
        "action",
        nargs="?",
        choices=("list", "export", "import"),
        default="list",
        help="show it (default), write it for people to work on, or read what they decided",
    )
    command.add_argument("path", nargs="?", type=Path, metavar="FILE", help="what to write or to read")
    command.add_argument(
        "--format", help="csv (default), coco, cvat, label_studio; or that of a corrected file"
    )
    command.add_argument("--dataset", metavar="NAME", help="dataset (default: the lake's only one)")
    command.add_argument("--top", type=int, metavar="N", help="only the first N suspects")
    command.add_argument(
        "--sheet", type=Path, metavar="FILE", help="worklist.csv of the export that FILE is the correction of"
    )
    command.add_argument("--reviewer", metavar="NAME", help="who decided, where the file does not say it")
    command.add_argument("--lead", metavar="NAME", help="who leads, where the file does not say it")
    command.add_argument("--overwrite", action="store_true", help="replace an earlier export of this name")
    command.add_argument("--json", action="store_true", help="print what was done as JSON")


def _sql(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    command = _command(commands, "sql", "run one query on the lake")
    command.add_argument("query", metavar="QUERY", help="SQL; `-` reads it from standard input")
    command.add_argument(
        "--format", choices=("table", "csv", "json", "parquet"), default="table", help="default: table"
    )
    command.add_argument("--out", type=Path, metavar="FILE", help="write there instead of to stdout")


def _shell(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    _command(commands, "shell", "type SQL with all views, macros and Python functions at hand")


def _views(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    command = _command(commands, "views", "list the views, or describe one")
    command.add_argument("name", nargs="?", metavar="NAME", help="view to describe")
    command.add_argument("--json", action="store_true", help="print as JSON")


def _doctor(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    command = _command(commands, "doctor", "check the installation and the lake")
    command.add_argument("--quick", action="store_true", help="do not read the data again for its hashes")
    command.add_argument("--json", action="store_true", help="print the checks as JSON")


def _source(command: argparse.ArgumentParser, formats: str) -> None:
    command.add_argument(
        "format", nargs="?", default="auto", metavar="FORMAT", help=f"{formats}; auto (default) recognises it"
    )
    command.add_argument("path", type=Path, metavar="PATH", help="file or folder")
    command.add_argument("--dataset", metavar="NAME", help="dataset to add to (default: the lake's only one)")


def _reading_options(command: argparse.ArgumentParser) -> None:
    command.add_argument("--images", type=Path, metavar="DIR", help="folder or zip in which the pictures lie")
    command.add_argument(
        "--sizes",
        type=Path,
        metavar="FILE",
        help="CSV of file_name, width, height when the pictures are not here",
    )
    command.add_argument("--class-names", metavar="A,B,...", help="names by class number")
    command.add_argument(
        "--class-map", type=Path, metavar="FILE", help="values and class names of mask pixels"
    )
    command.add_argument("--task", choices=("detect", "segment", "obb", "pose"), help="layout of YOLO lines")
    command.add_argument(
        "--voc-offset", type=int, choices=(0, 1), help="what VOC corners count from (default: found out)"
    )
    command.add_argument(
        "--box-layout",
        choices=("xyxy", "xywh", "relative_cxcywh"),
        help="what four numbers of a box mean where no header says it (default: found out)",
    )


def _matching_options(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--split", metavar="NAME", help="compare the images of this split only (default: all images)"
    )
    command.add_argument(
        "--geometry",
        choices=("auto", "box", "mask", "keypoints"),
        default="auto",
        help="what to match (default: auto)",
    )
    command.add_argument(
        "--mode", choices=("coco", "corrected"), help="equal to pycocotools, or with its quirks mended"
    )
    command.add_argument(
        "--difficult",
        choices=("count", "crowd", "ignore"),
        help="what a difficult annotation is (default: count)",
    )
