"""Parts of CVAT's XML that images and tracks have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING

from labelduck.importers.cvat.tasks import NO_SUBSET

if TYPE_CHECKING:
    from collections.abc import Mapping
    from xml.etree.ElementTree import Element

    from labelduck.importers.cvat.tasks import Task

UNKNOWN_SHAPE = "a shape that is not known here; left out"
UNKNOWN_ELEMENT = "an element that is not known here; left out"


def attributes_of(element: Element) -> list[tuple[str, str]]:
    """Return names and values of an object's attributes."""
    return [(part.get("name", ""), part.text or "") for part in element if part.tag == "attribute"]


def subset_of(told: Mapping[str, str], task: Task) -> str | None:
    """Return the subset that an image or track names, else its task; None for CVAT's word for none."""
    subset = told.get("subset") or task.subset
    return None if subset == NO_SUBSET else subset
