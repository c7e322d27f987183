"""MPII Human Pose as JSON: `mpii_annotations.json`, a record per person with sixteen joints, and the others of the picture.

`joint_self` and `joint_others` have x, y and whether a joint is visible (1) or hidden (0); 0, 0, 0 is an absent one. The order of the joints is
that of the data set (Andriluka et al., 2014). The head boxes of `mpii_headboxes.npy` (corners x coordinates x records) are annotations of
class head; its other arrays repeat the JSON. The MATLAB file of the data set is not read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from labelduck.errors import BadInputError
from labelduck.importers import drawn
from labelduck.importers.drawn import DrawnError
from labelduck.importers.files import Files
from labelduck.importers.glance import glance
from labelduck.importers.json_records import UnreadableJsonError, records
from labelduck.importers.npy import array_of
from labelduck.importers.scene import Scene

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import numpy as np

    from labelduck.importers.base import Batch, ReadOptions
    from labelduck.importers.drawn import Columns

_JOINTS = (
    *("right ankle", "right knee", "right hip", "left hip", "left knee", "left ankle", "pelvis", "thorax"),
    *("upper neck", "head top", "right wrist", "right elbow", "right shoulder"),
    *("left shoulder", "left elbow", "left wrist"),
)
_BONES = [
    [1, 2],
    [2, 3],
    [3, 7],
    [7, 4],
    [4, 5],
    [5, 6],
    [7, 8],
    [8, 9],
    [9, 10],
    [11, 12],
    [12, 13],
    [13, 8],
]
_BONES += [[8, 14], [14, 15], [15, 16]]
_SPLITS = {0: "train", 1: "val"}
_HEADS = "mpii_headboxes.npy"
_PERSON, _HEAD = "person", "head"


def read(path: Path, options: ReadOptions) -> Iterator[Batch]:
    """Yield images, persons and heads.

    Raises:
        BadInputError: There is no such JSON.
    """
    scene = Scene(path, options)
    files = Files(path, (".json", ".npy"), problems=scene.rows.problems)
    names = [name for name in files.names if name.endswith(".json")]
    if not names:
        raise BadInputError(path, "", "holds no mpii_annotations.json")
    scene.add_class(_PERSON, keypoint_names=list(_JOINTS), skeleton=_BONES)

    def add(scene: Scene, data: bytes, name: str) -> Iterator[None]:
        folder = name.rpartition("/")[0]
        heads = _heads(scene, files, f"{folder}/{_HEADS}".removeprefix("/"))
        for number, record in enumerate(records(data)):
            image_id = _image(scene, folder, record)
            place = f"[{number}]"
            if image_id is None:
                if number == 0:
                    raise UnreadableJsonError("is no MPII JSON: expected a list of img_paths and joint_self")
                scene.refuse("the record is left out", name, place, "img_paths names no picture", record)
                continue
            _add_persons(scene, image_id, record, name, place)
            if heads is not None and number < heads.shape[2]:
                _add_head(scene, image_id, heads[:, :, number], f"{folder}/{_HEADS}".removeprefix("/"), place)
            yield

    yield from scene.read(files, names, add)


def sniff(path: Path) -> float:
    """Tell how sure it is that a path holds such a file, 0 to 1."""
    seen = glance(path)
    for name in seen.names:
        if name.endswith(".json") and ("mpii" in name.lower() or seen.is_single):
            head = seen.head(name)
            return 0.95 if '"img_paths"' in head and '"joint_self"' in head else 0.0
    return 0.0


def _image(scene: Scene, folder: str, record: Any) -> str | None:  # noqa: ANN401 - whatever the file holds
    name = record.get("img_paths") if isinstance(record, dict) else None
    if not isinstance(name, str) or not name or "joint_self" not in record:
        return None
    use = record.get("isValidation")
    split = _SPLITS[int(use)] if isinstance(use, int | float) and use in (0, 1) else scene.options.split
    return scene.image(folder, name, (record.get("img_width"), record.get("img_height")), split=split)


def _add_persons(scene: Scene, image_id: str, record: dict[str, Any], source_file: str, place: str) -> None:
    others = record.get("joint_others")
    # Where there is one other person, some writers leave the outer list away.
    is_one = isinstance(others, list) and len(others) == len(_JOINTS) and _is_point(others[0])
    listed = [others] if is_one else others if isinstance(others, list) else []
    centres, scales = record.get("objpos_other"), record.get("scale_provided_other")
    persons = [("joint_self", record["joint_self"], record.get("objpos"), record.get("scale_provided"))]
    for number, joints in enumerate(listed):
        told = [
            each[number] if isinstance(each, list) and number < len(each) else None
            for each in (centres, scales)
        ]
        persons.append((f"joint_others[{number}]", joints, *told))
    for at, joints, centre, scale in persons:
        try:
            columns = _keypoints(joints)
        except DrawnError as error:
            scene.refuse("the person is left out", source_file, f"{place}.{at}", error, joints)
            continue
        facts = {name: value for name, value in (("centre", centre), ("scale", scale)) if value is not None}
        columns |= {"attributes": facts} if facts else {}
        scene.add_object(image_id, columns, _PERSON, source_file=source_file, place=f"{place}.{at}")


def _is_point(value: object) -> bool:
    return isinstance(value, list) and bool(value) and not isinstance(value[0], list)


def _keypoints(joints: object) -> Columns:
    if not isinstance(joints, list) or len(joints) != len(_JOINTS):
        raise DrawnError(f"expected {len(_JOINTS)} joints")
    points = []
    for joint in joints:
        if not isinstance(joint, list) or len(joint) != 3:
            raise DrawnError("a joint needs x, y and whether it is visible")
        x, y, visible = drawn.numbers(joint)
        points.append((x, y, 0 if not (x or y or visible) else 2 if visible == 1 else 1))
    return drawn.keypoints(points)


def _heads(scene: Scene, files: Files, name: str) -> np.ndarray | None:
    """Return the head boxes beside a JSON, [corner, coordinate, record]; None where there are none."""
    if name not in files.member_names:
        return None
    try:
        found = array_of(files.read(name))
    except ValueError as error:
        scene.rows.problems.add(name, "", f"the head boxes are left out: {error}")
        return None
    if found.ndim != 3 or found.shape[:2] != (2, 2) or found.dtype.kind not in "fiu":
        problem = (
            f"the head boxes are left out: {found.dtype} {found.shape}, expected numbers 2 x 2 x records"
        )
        scene.rows.problems.add(name, "", problem)
        return None
    return found


def _add_head(scene: Scene, image_id: str, corners: np.ndarray, source_file: str, place: str) -> None:
    try:
        columns = drawn.box_between(corners.ravel().tolist())
    except DrawnError as error:
        scene.refuse("the head box is left out", source_file, place, error, corners.tolist())
        return
    scene.add_object(image_id, columns, _HEAD, source_file=source_file, place=place)
