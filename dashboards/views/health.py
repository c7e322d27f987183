"""Whether images and files are whole, and what is in the data."""

from __future__ import annotations

import sections
from registry import MODELS, Page, Section, rates

PAGE = Page(
    name="health",
    title="Images and data",
    sentence="Whether images and files are whole, what is in the data, and what is in it twice.",
    sections=(
        Section(view="coverage"),
        Section(view="duplicate_images", needs="Needs hashes of the pictures: import them with `--images`."),
        Section(view="split_leaks", needs="Needs hashes of the pictures: import them with `--images`."),
        Section(view="annotation_problems", behind=("annotations", ("annotation_id",))),
        Section(
            view="track_problems",
            needs="Needs tracks of a video: `track_id` of annotations, frames of images.",
        ),
        Section(view="image_suspects", needs=MODELS),
        rates(
            "class_balance", "class_name", "image_rate", "n_images", behind=("annotations", ("class_name",))
        ),
        Section(view="import_health"),
    ),
)

if __name__ == "__main__":
    sections.page(PAGE)
