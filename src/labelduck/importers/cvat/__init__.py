"""CVAT: "CVAT for images 1.1" and "CVAT for video 1.1" XML of a task, job or project, and backups of tasks and projects.

Ids: CVAT gives none that hold beyond a task. An image's is its name without extension and without a leading folder named
after a split; images that share a name get in front the file that they come from where each task has one, else their
subset, else their task. A frame of a video is `frame_000012`, after its absolute number. Annotations are numbered within
their image.

Jobs of one task, exported one by one into the same folder, know one another by the moment at which their task was made:
an image that several of them show is one image, with the annotations of each annotator.

People: XML of a job names its assignee, who then is the annotator of all its annotations and was assigned all its
images. XML of a task names the assignee of the task, which CVAT keeps apart from those of its jobs: that one is reported
and nobody becomes annotator. Backups name nobody. No file of CVAT tells when an annotation was made.

Jobs: an annotation belongs to the job whose segment shows its frame; where segments overlap CVAT merges what their jobs
drew, and the job is left empty.

Groups: CVAT counts each shape of a group as an object, and so does this; `group_id` tells what belongs together.

Videos: rows with `outside` only close a track and are no annotations. Interpolated frames are annotations with
`"keyframe": false` among their attributes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from labelduck.errors import BadInputError
from labelduck.importers.cvat.backup import Backup, backup_roots, project_in
from labelduck.importers.cvat.labels import Labels
from labelduck.importers.cvat.names import image_names, jobs_together
from labelduck.importers.cvat.pictures import Pictures
from labelduck.importers.cvat.scene import Scene
from labelduck.importers.cvat.shapes import OWN
from labelduck.importers.cvat.sniff import looks_like_cvat, sniff
from labelduck.importers.cvat.source import Source
from labelduck.importers.files import Files, UnreadableFileError
from labelduck.importers.rows import Rows

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from labelduck.importers.base import Batch, ReadOptions

__all__ = ["read", "sniff"]

SUFFIXES = (".xml", ".json", ".jsonl")


def read(path: Path, options: ReadOptions) -> Iterator[Batch]:
    """Yield images, classes, annotations, image labels, jobs, assignments and problems.

    Args:
        path: An XML, a backup, or a folder or zip with either and perhaps pictures.
        options: `images` and `sizes` for pictures whose size the file does not say; `split`, `class_names`.

    Raises:
        BadInputError: There is neither, or an XML is damaged.
    """
    rows = Rows()
    files = Files(path, SUFFIXES, problems=rows.problems)
    labels = Labels(options.class_names)
    roots = [] if files.is_single else backup_roots(files)
    yield from (
        _read_backup(files, roots, rows, labels, options)
        if roots
        else _read_xml(files, rows, labels, options)
    )
    labels.add_rows(rows)
    yield from rows.rest(str(path))


def _read_xml(files: Files, rows: Rows, labels: Labels, options: ReadOptions) -> Iterator[Batch]:
    path, names = files.path, _xml_names(files, rows)
    if not names:
        refused = [f"; {row['source_file']}: {row['problem']}" for row in rows.problems.rows[:1]]
        raise BadInputError(path, "", "".join(["holds neither a CVAT XML nor a CVAT backup", *refused]))
    groups = jobs_together(files, names)
    pictures = Pictures(rows=rows, options=options, path=_beside(path), names=image_names(files, groups))
    for name in names:
        place = "" if files.is_single else name
        own, first = (_scope(each) for each in (name, groups[name][0]))
        scope = first if len(groups[name]) < len(names) else ""
        tracks = own if len(names) > 1 else ""
        source = Source(rows, labels, pictures, file=place or str(path), scope=scope, tracks=tracks, own=OWN)
        with files.open(name) as file:
            yield from Scene(source).read(file, path, place)


def _read_backup(
    files: Files, roots: list[str], rows: Rows, labels: Labels, options: ReadOptions
) -> Iterator[Batch]:
    project = project_in(files)
    backups = [Backup(files, root, project) for root in roots]
    names = [name for backup in backups for name in backup.names]
    pictures = Pictures(rows=rows, options=options, path=files.path, names=names)
    for backup in backups:
        yield from backup.read(rows, labels, pictures, is_alone=len(backups) == 1)


def _xml_names(files: Files, rows: Rows) -> list[str]:
    """Return the XML files that are CVAT's; a single one is taken for it, so that it is refused for what is wrong with it."""
    names = (
        files.names if files.is_single else [name for name in files.names if name.lower().endswith(".xml")]
    )
    if len(names) < 2:
        return names
    found = []
    for name in names:
        try:
            with files.open(name) as file:
                is_ours = looks_like_cvat(file) > 0
        except UnreadableFileError as error:
            raise BadInputError(files.path, name, str(error)) from error
        if is_ours:
            found.append(name)
        else:
            rows.repeats.add("is no CVAT XML; left out", name, "", severity="warning")
    return found


def _beside(path: Path) -> Path:
    """Return the folder or zip that may hold the pictures."""
    folder = path.parent / "images"
    return folder if path.suffix.lower() == ".xml" and folder.is_dir() else path


def _scope(name: str) -> str:
    """Return how one of several files is told apart: by its folder, or its name without extension."""
    return name[:-4].removesuffix("/annotations")
