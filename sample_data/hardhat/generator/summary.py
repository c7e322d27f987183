"""Writes the known answers into the README, between its marks."""

from __future__ import annotations

from typing import Any

START, END = "<!-- answers -->\n", "<!-- /answers -->"


def with_answers(readme: str, answers: dict[str, Any]) -> str:
    """Return the README with the table of answers brought up to date.

    Raises:
        ValueError: The README lacks the marks.
    """
    before, rest = readme.split(START)
    _, after = rest.split(END)
    return before + START + _table(answers) + END + after


def _table(answers: dict[str, Any]) -> str:
    planted, still_open = answers["planted_errors"], answers["planted_errors_open"]
    hats = answers["hats_around_the_whole_head"]
    rows = [
        ("pictures", f"{answers['images']} ({_listed(answers['images_by_split'])})"),
        ("pictures without annotation", ", ".join(map(str, answers["images_without_annotation"]))),
        ("copies", ", ".join(f"{copy} of {source}" for copy, source in answers["copied_images"].items())),
        ("objects in truth", answers["objects"]),
        ("annotations", f"{answers['annotations']} ({_listed(answers['annotations_by_class'])})"),
        ("by annotator", _listed(answers["annotations_by_annotator"])),
        ("by batch", _listed(answers["annotations_by_batch"])),
        (
            "shapes",
            f"{answers['polygons']} polygons, {answers['masks']} masks (crowds: {answers['crowds']}), rest boxes",
        ),
        ("gold pictures", f"{len(answers['gold_images'])}; {answers['gold_annotations']} gold annotations"),
        ("overlap", f"{answers['overlap_annotations']} ({_listed(answers['overlap_by_annotator'])})"),
        ("predictions", _listed(answers["predictions"])),
        ("planted errors", f"{sum(planted.values())} ({_listed(planted)})"),
        ("of these still there", f"{sum(still_open.values())} ({_listed(still_open)})"),
        (
            "hats around the whole head",
            f"{hats['annotations']}, all by {hats['annotator']} in {hats['batch']}",
        ),
        ("excavators called forklift", f"{answers['excavators_called_forklift']} of {answers['excavators']}"),
        ("reviews", f"{answers['reviews']} ({_listed(answers['reviews_by_decision'])})"),
        ("issues", f"{answers['issues']} ({answers['issues_unresolved']} unresolved)"),
    ]
    return "| | |\n|---|---|\n" + "".join(f"| {name} | {value} |\n" for name, value in rows)


def _listed(counts: dict[str, int]) -> str:
    return ", ".join(f"{name} {count}" for name, count in counts.items())
