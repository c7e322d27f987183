"""The rows of a Supervisely project."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from labelduck.importers.base import LARGEST_WHOLE
from labelduck.importers.drawn import DrawnError
from labelduck.importers.image_sizes import is_picture, stem
from labelduck.importers.json_records import UnreadableJsonError
from labelduck.importers.missing_sizes import MissingSizes
from labelduck.importers.rows import Rows
from labelduck.importers.split_folders import SplitFolders, split_of
from labelduck.importers.supervisely.meta import Meta
from labelduck.importers.supervisely.shapes import Frame, counts_pixels, shape_of

if TYPE_CHECKING:
    from pathlib import Path

    from labelduck.importers.base import ReadOptions

TOOL = "supervisely"
_PICTURES = "images"
_OTHER_KINDS = {
    "figures": "a point cloud or volume",
    "frames": "a video",
    "planes": "a volume",
    "volumeMeta": "a volume",
}
_OBJECT = frozenset(
    (
        *("id", "classId", "classTitle", "geometryType", "labelerLogin", "createdAt", "updatedAt", "tags"),
        *("points", "bitmap", "nodes", "vertices", "faces", "angle", "nnCreated", "nnUpdated"),
    )
)
_FILE = frozenset(("objects", "tags", "size"))


class Scene:
    """The rows of one import.

    Attributes:
        rows: Rows and problems so far.
    """

    def __init__(self, path: Path, options: ReadOptions) -> None:
        self.rows = Rows()
        self._sizes = MissingSizes(path, options)
        self._split = options.split
        self._meta = Meta()
        self._root = ""
        self._folders = SplitFolders(())

    def begin(self, meta: Meta, names: list[str], root: str) -> None:
        """Learn what the project's meta.json and the paths of all its files say."""
        self._meta, self._root = meta, root
        self._folders = SplitFolders(stem(_picture(name, root)) for name in names)
        for title, row in meta.classes.items() if meta.kind == _PICTURES else ():
            self.rows.add_once("classes", title, row)

    def add_file(self, content: Any, source_file: str) -> None:  # noqa: ANN401 - whatever the file holds
        """Add the image and the objects of one file.

        Raises:
            UnreadableJsonError: It is no annotation of a picture.
        """
        if self._meta.kind != _PICTURES:
            raise UnreadableJsonError(f"belongs to a project of {self._meta.kind}; only pictures are read")
        if not isinstance(content, dict) or not isinstance(content.get("objects"), list):
            raise UnreadableJsonError("is no annotation of Supervisely: it has no list `objects`")
        for key, kind in _OTHER_KINDS.items():
            if key in content:
                raise UnreadableJsonError(f"annotates {kind} (it has `{key}`); only pictures are read")
        image = self._add_image(content, source_file)
        figures = content["objects"]
        last_counts = int(counts_pixels(figures))
        for number, figure in enumerate(figures):
            place = f"objects[{number}]"
            try:
                row = self._object(figure, image, last_counts)
            except DrawnError as error:
                problem = f"{error}; left out"
                self.rows.repeats.add("an object cannot be used", source_file, place, problem, record=figure)
            else:
                self._add_object(row, figure, image, source_file=source_file, number=number)

    def _add_image(self, content: dict[str, Any], source_file: str) -> dict[str, Any]:
        picture = _picture(source_file, self._root)
        image_id, split = self._folders.identify(stem(picture) if is_picture(picture) else picture)
        size = content.get("size")
        sides = (size.get("width"), size.get("height")) if isinstance(size, dict) else (None, None)
        width, height = (side if _is_side(side) else None for side in sides)
        if width is None or height is None:
            width, height = self._sizes.find(picture)
        folder = picture.rpartition("/")[0]
        tags = _tags(content.get("tags"))
        row = {
            "image_id": image_id,
            "file_name": picture,
            "width": width,
            "height": height,
            "split": split or self._split,
            "batch": None if not folder or split_of(folder) else folder,
            "is_annotated": True if content["objects"] or tags else None,
            "tags": [tag["name"] for tag in tags],
            "attributes": {key: value for key, value in content.items() if key not in _FILE and value},
        }
        if self.rows.add_once("images", image_id, row):
            self._add_tags(tags, target="image", target_id=image_id, image_id=image_id)
        else:
            problem = f"another file is about the picture {image_id} too: the objects of both are kept"
            self.rows.repeats.add("a picture has several files", source_file, "", problem, severity="warning")
        return row

    def _object(self, figure: Any, image: dict[str, Any], last_counts: int) -> dict[str, Any]:  # noqa: ANN401
        if not isinstance(figure, dict):
            raise DrawnError("an object must be a JSON object")
        name = figure.get("classTitle")
        if not isinstance(name, str) or not name:
            raise DrawnError("the object has no classTitle")
        kind = figure.get("geometryType", self._meta.shapes.get(name))
        if kind is not None and not isinstance(kind, str):
            raise DrawnError(f"{kind!r:.40} is no geometry")
        nodes = tuple(self._meta.nodes.get(name, ()))
        row = shape_of(figure, kind, Frame(image["width"], image["height"], last_counts, nodes))
        row |= {"class_name": name, "batch": image["batch"], "image_id": image["image_id"]}
        row |= {
            "annotator": _text(figure.get("labelerLogin")),
            "created_at": _text(figure.get("createdAt")),
            "updated_at": _text(figure.get("updatedAt")),
            "source": _source(figure),
        }
        more = {
            key: value
            for key, value in figure.items()
            if key not in _OBJECT and value not in (None, "", [], {})
        }
        tags = {
            tag["name"]: True if tag["value"] is None else tag["value"] for tag in _tags(figure.get("tags"))
        }
        row["attributes"] = row.get("attributes", {}) | more | tags
        return row

    def _add_object(
        self,
        row: dict[str, Any],
        figure: dict[str, Any],
        image: dict[str, Any],
        *,
        source_file: str,
        number: int,
    ) -> None:
        own_id, place = figure.get("id"), f"objects[{number}]"
        is_id = isinstance(own_id, (int, str)) and not isinstance(own_id, bool) and own_id != ""
        wanted = str(own_id) if is_id else f"{image['image_id']}/{number}"
        annotation_id = self.rows.unique_id("annotations", wanted, source_file=source_file, location=place)
        name = row["class_name"]
        self.rows.add_once("classes", name, {"class_name": name})
        known = {"annotation_id": annotation_id, "source_file": source_file, "source_ref": place}
        self.rows.add("annotations", row | known)
        self._add_tags(
            _tags(figure.get("tags")),
            target="annotation",
            target_id=annotation_id,
            image_id=image["image_id"],
        )

    def _add_tags(self, tags: list[dict[str, Any]], *, target: str, target_id: str, image_id: str) -> None:
        """Add the tags that have a value."""
        for tag in tags:
            value = tag["value"]
            if value is None:
                continue
            is_number = isinstance(value, (int, float)) and abs(value) < 1e300
            row = {
                "target": target,
                "target_id": target_id,
                "image_id": image_id,
                "tag": tag["name"],
                "value": str(value),
                "score": float(value) if is_number else None,
                "tool": TOOL,
            }
            self.rows.add("tags", row)


def _picture(name: str, root: str) -> str:
    """Return the picture of an annotation file: its path without the folder ann, below the project's folder."""
    name = name.removeprefix(root)
    folder, _, last = name.rpartition("/")
    parts = folder.split("/") if folder else []
    # Datasets within datasets lie in a folder of that name.
    inside = [part for part in parts[:-1] if part != "datasets"] if parts[-1:] == ["ann"] else parts
    last = last[:-5] if last.lower().endswith(".json") else last
    return "/".join((*inside, last))


def _tags(tags: object) -> list[dict[str, Any]]:
    """Return names and values of tags; what is no tag is passed over."""
    found: list[dict[str, Any]] = []
    for tag in tags if isinstance(tags, list) else ():
        if isinstance(tag, str):
            found.append({"name": tag, "value": None})
        elif isinstance(tag, dict) and isinstance(tag.get("name"), str):
            found.append({"name": tag["name"], "value": tag.get("value")})
    return found


def _source(figure: dict[str, Any]) -> str | None:
    """Return who drew an object, where the file says it."""
    if figure.get("nnCreated"):
        return "model_assisted" if figure.get("nnUpdated") is False else "model"
    return "model_assisted" if figure.get("nnUpdated") else "manual" if "nnCreated" in figure else None


def _text(value: object) -> str | None:
    return str(value) if value is not None and value != "" and not isinstance(value, (dict, list)) else None


def _is_side(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 < value <= LARGEST_WHOLE
