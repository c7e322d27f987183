"""What a YOLO dataset says of itself: `data.yaml` of Ultralytics and Roboflow, `obj.data` of Darknet, or a list of names."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from labelduck.errors import BadInputError
from labelduck.importers.base import LARGEST_WHOLE, storable, why_unreadable

if TYPE_CHECKING:
    from labelduck.importers.base import Problems

SPLITS = {"train": "train", "val": "val", "valid": "val", "validation": "val", "test": "test"}
"""Split by the key that names its pictures."""

NAME_FILES = ("classes.txt", "obj.names", "predefined_classes.txt")
POSE_SHAPES = (2, 3)
TASKS = ("detect", "segment", "obb", "pose")
MOST_KEYPOINTS = 10_000
MOST_VALUES = 1_000_000


@dataclass
class Config:
    """What is known of a dataset before its labels are read.

    Attributes:
        file: File that said so; None when there is none.
        base: Folder that the paths in it are relative to.
        names: Class name by class number; empty when the classes have no names.
        splits: Folders or lists of pictures by split, as written.
        task: detect, segment, obb or pose, when it is said.
        keypoint_shape: Number of keypoints and of values per keypoint (2 or 3), when it is said.
        keypoint_names: Names of the keypoints by class number.
        extra: Everything else that the file says.
    """

    file: Path | None
    base: Path
    names: dict[int, str] = field(default_factory=dict)
    splits: dict[str, list[str]] = field(default_factory=dict)
    task: str | None = None
    keypoint_shape: tuple[int, int] | None = None
    keypoint_names: dict[int, list[str]] = field(default_factory=dict)
    extra: dict[str, Any] = field(default_factory=dict)


def find_config(path: Path, problems: Problems) -> Config:
    """Return what a dataset says of itself.

    Args:
        path: data.yaml, obj.data, a dataset folder, or a folder of labels (whose parents may name the classes).
        problems: Takes what the file says wrongly.

    Raises:
        BadInputError: The path is a file of another kind, or its configuration cannot be read.
    """
    if path.is_file():
        if path.suffix.lower() in (".yaml", ".yml"):
            return _read_yaml(path, problems)
        if path.suffix.lower() == ".data":
            return _read_darknet(path, problems)
        raise BadInputError(
            path, "", "is no YOLO dataset: give data.yaml, obj.data or the folder of the labels"
        )
    found = config_file(path)
    if found is not None:
        return (_read_darknet if found.suffix == ".data" else _read_yaml)(found, problems)
    # Below labels/ or labels/val the dataset's own files lie one or two folders up; their splits are not asked for.
    for folder in (path, *list(path.resolve().parents)[:2]):
        above = config_file(folder) if folder != path else None
        if above is not None:
            config = (_read_darknet if above.suffix == ".data" else _read_yaml)(above, problems)
            config.splits = {}
            return config
        if (names := _names_file(folder)) is not None:
            return Config(names, path, _unique(_read_names(names), names, problems))
    return Config(None, path)


def config_file(folder: Path) -> Path | None:
    """Return the data.yaml or obj.data of a folder, if it has one."""
    named = [folder / name for name in ("data.yaml", "data.yml", "dataset.yaml", "obj.data")]
    found = next((file for file in named if file.is_file()), None)
    if found is not None:
        return found
    others = _files_ending(folder, (".yaml", ".yml", ".data"))
    return next((file for file in others if file.is_file() and _speaks_of_classes(file)), None)


def _speaks_of_classes(file: Path) -> bool:
    text = file.read_bytes()[:100_000]
    return b"names" in text and (file.suffix == ".data" or b"train" in text or b"val" in text)


def _names_file(folder: Path) -> Path | None:
    found = (
        [folder / name for name in NAME_FILES] + _files_ending(folder, (".names",)) + [folder / "notes.json"]
    )
    return next((file for file in found if file.is_file()), None)


def _files_ending(folder: Path, ends: tuple[str, ...]) -> list[Path]:
    names = os.listdir(folder) if folder.is_dir() else []  # noqa: PTH208 - a Path for each of 100,000 labels is slow
    return [folder / name for name in sorted(names) if name.lower().endswith(ends)]


def _read_text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise BadInputError(path, "", why_unreadable(error, "text")) from error


def _read_names(path: Path) -> dict[int, str]:
    text = _read_text(path)
    if path.name != "notes.json":  # classes.txt, obj.names: a name per line
        return dict(enumerate(line.strip() for line in text.rstrip().splitlines()))
    try:  # Label Studio's export: {"categories": [{"id": 0, "name": "car"}, ...]}
        pairs = [
            (_whole(str(category["id"])), category["name"]) for category in json.loads(text)["categories"]
        ]
        return {number: str(name) for number, name in pairs}
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise BadInputError(path, "categories", "is no list of {id, name}") from error


def _read_darknet(path: Path, problems: Problems) -> Config:
    pairs = (line.partition("=") for line in _read_text(path).splitlines() if "=" in line)
    said = {key.strip(): value.strip() for key, _, value in pairs}
    config = Config(path, path.parent)
    names = said.pop("names", None)
    if names is not None and (file := resolve(names, path.parent)) is not None and file.is_file():
        config.names = _unique(_read_names(file), file, problems)
    elif names is not None:
        problems.add(
            path.name, "names", f"{names} is not there; classes go by their numbers", severity="warning"
        )
    for key in SPLITS.keys() & said.keys():
        config.splits.setdefault(SPLITS[key], []).append(said.pop(key))
    config.extra = {key: value for key, value in said.items() if key not in ("classes", "backup")}
    return config


def _read_yaml(path: Path, problems: Problems) -> Config:
    import yaml

    try:
        # Every scalar as the text that stands there: YAML 1.1 would make a class named `no` False, and `010` eight.
        said = yaml.load(_read_text(path), Loader=yaml.BaseLoader)  # noqa: S506 - BaseLoader makes texts, lists and maps only
    except (yaml.YAMLError, RecursionError) as error:
        place = getattr(error, "problem_mark", None)
        line = f"line {place.line + 1}" if place is not None else ""
        said = " ".join(str(getattr(error, "problem", error)).split())  # some errors come in several lines
        raise BadInputError(path, line, f"is no YAML ({said}); mend the line or export it again") from error
    if not _is_modest(said):
        raise BadInputError(path, "", f"stands for more than {MOST_VALUES:,} values; write aliases out")
    if not isinstance(said, dict):
        raise BadInputError(path, "", "is no data.yaml: expected a map with names, train and val")
    config = Config(path, _base(path, said.pop("path", "")))
    config.names = _unique(_yaml_names(path, said), path, problems)
    for key in [key for key in SPLITS if said.get(key)]:
        written = said.pop(key)
        config.splits.setdefault(SPLITS[key], []).extend(written if isinstance(written, list) else [written])
    config.task = _task(path, said.pop("task", None))
    config.keypoint_shape = _keypoint_shape(path, said.get("kpt_shape"))
    config.keypoint_names = _keypoint_names(said.get("kpt_names"))
    config.extra = {key: value for key, value in said.items() if value and key not in ("nc", "download")}
    return config


def _is_modest(said: object) -> bool:
    """Tell whether a document stays small when its aliases are written out: nine lines of them can stand for gigabytes."""
    waiting, n_values = [said], 0
    while waiting and n_values <= MOST_VALUES:
        value = waiting.pop()
        n_values += 1
        if isinstance(value, (dict, list)):
            n_values += len(value)
            waiting += value.values() if isinstance(value, dict) else value
    return n_values <= MOST_VALUES


def _base(path: Path, written: object) -> Path:
    base = path.parent / str(written or "")
    # Ultralytics looks below its own folder of datasets; whoever has the file has them beside it.
    return base if os.path.isdir(base) else path.parent  # noqa: PTH112 - a name too long for the system is no error there


def _yaml_names(path: Path, said: dict[str, Any]) -> dict[int, str]:
    names = said.pop("names", None)
    count = said.get("nc", "")
    if isinstance(names, dict) and all(_is_whole(key) for key in names):
        return {int(key): str(name) for key, name in names.items()}
    if isinstance(names, list) and all(isinstance(name, str) for name in names):
        return dict(enumerate(names))
    if not names and _is_whole(count) and int(count) < 100_000:
        return {number: f"class {number}" for number in range(int(count))}
    if not names:
        return {}
    raise BadInputError(path, "names", "is neither a list of names nor a map from numbers to names")


def _task(path: Path, written: object) -> str | None:
    if written and written not in TASKS:
        raise BadInputError(path, "task", f"{written!r} is no YOLO task; known are {', '.join(TASKS)}")
    return str(written) if written else None


def _keypoint_shape(path: Path, written: object) -> tuple[int, int] | None:
    if not written:
        return None
    if isinstance(written, list) and len(written) == 2 and all(map(_is_whole, written)):
        count, values = int(written[0]), int(written[1])
        if 0 < count <= MOST_KEYPOINTS and values in POSE_SHAPES:
            return count, values
    raise BadInputError(path, "kpt_shape", f"{written} is not [number of keypoints, 2 or 3]")


def _keypoint_names(written: object) -> dict[int, list[str]]:
    if not isinstance(written, dict):
        return {}
    pairs = ((key, names) for key, names in written.items() if _is_whole(key) and isinstance(names, list))
    return {int(key): [str(name) for name in names] for key, names in pairs}


def _is_whole(text: object) -> bool:
    """Tell whether a scalar is a number that a class or a keypoint can have."""
    return isinstance(text, str) and text.isdecimal() and len(text) <= 10 and int(text) <= LARGEST_WHOLE


def _whole(text: str) -> int:
    if not _is_whole(text):
        raise ValueError(text)
    return int(text)


def _unique(names: dict[int, str], path: Path, problems: Problems) -> dict[int, str]:
    """Return the names with a number behind each that came before: two classes must not become one."""
    seen: set[str] = set()
    for number, name in sorted(names.items()):
        new = storable(name.strip()) or f"class {number}"
        if new in seen:
            new = f"{new} ({number})"
            text = f"class {number} has the name of another class: it is called {new!r} here"
            problems.add(path.name, f"names[{number}]", text, severity="repaired", record=name)
        seen.add(new)
        names[number] = new
    return names


def resolve(written: str, base: Path) -> Path | None:
    """Return the file or folder that a path in a configuration means, or None.

    Paths were often written for another place: Roboflow's `../train/images` means `train/images`, Darknet's
    `data/obj_train_data` lies beside obj.data. So leading parts are dropped until something is there.
    """
    parts = [part for part in Path(written.strip().replace("\\", "/")).parts if part not in (".", "")]
    tails = (Path(*parts[start:]) for start in range(len(parts)))
    return next((base / tail for tail in tails if _is_there(base / tail)), None)


def _is_there(path: Path) -> bool:
    try:
        return path.exists()
    except OSError:  # longer than any name may be
        return False
