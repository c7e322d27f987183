"""What a project's meta.json says of its classes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from labelduck.importers.json_records import UnreadableJsonError


@dataclass(frozen=True)
class Meta:
    """A project's classes.

    Attributes:
        classes: Rows of `classes`, by name.
        shapes: Type of geometry by class.
        nodes: Ids of a class's keypoints, in order.
        kind: Type of the project: images, point_clouds, videos, volumes, ...
    """

    classes: dict[str, dict[str, Any]] = field(default_factory=dict)
    shapes: dict[str, str] = field(default_factory=dict)
    nodes: dict[str, list[str]] = field(default_factory=dict)
    kind: str = "images"


def read_meta(content: Any) -> Meta:  # noqa: ANN401 - whatever the file holds
    """Return the classes of a meta.json; what is no class is passed over.

    Raises:
        UnreadableJsonError: It is no meta.json.
    """
    if not isinstance(content, dict) or not isinstance(content.get("classes"), list):
        raise UnreadableJsonError("is no meta.json: it has no list `classes`")
    kind = content.get("projectType")
    meta = Meta(kind=kind if isinstance(kind, str) and kind else "images")
    for told in content["classes"]:
        title = told.get("title") if isinstance(told, dict) else None
        if isinstance(title, str) and title not in meta.classes:
            meta.classes[title] = _class(title, told) | _keypoints(meta, title, told.get("geometry_config"))
            if isinstance(told.get("shape"), str):
                meta.shapes[title] = told["shape"]
    return meta


def _class(title: str, told: dict[str, Any]) -> dict[str, Any]:
    number, definition = told.get("id"), told.get("description")
    is_number = isinstance(number, int) and not isinstance(number, bool) and 0 <= number < 1 << 31
    rest = {name: told[name] for name in ("shape", "color", "hotkey") if told.get(name)}
    return {
        "class_name": title,
        "class_index": number if is_number else None,
        "definition": definition if isinstance(definition, str) and definition else None,
        "attributes": rest,
    }


def _keypoints(meta: Meta, title: str, config: object) -> dict[str, Any]:
    """Return names and connections of a class's keypoints, and note the ids of its nodes."""
    nodes = config.get("nodes") if isinstance(config, dict) else None
    if not isinstance(nodes, dict) or not nodes:
        return {}
    meta.nodes[title] = list(nodes)
    places = {node: number for number, node in enumerate(nodes, 1)}
    labels = [node.get("label") if isinstance(node, dict) else None for node in nodes.values()]
    edges = config.get("edges") if isinstance(config, dict) else None
    pairs = [
        [places[str(edge.get("src"))], places[str(edge.get("dst"))]]
        for edge in (edges if isinstance(edges, list) else ())
        if isinstance(edge, dict) and str(edge.get("src")) in places and str(edge.get("dst")) in places
    ]
    names = [str(label) if label else node for label, node in zip(labels, nodes, strict=True)]
    return {"keypoint_names": names, "skeleton": pairs or None}
