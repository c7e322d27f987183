"""All files of the folder, as bytes by path."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from generator.plans import SAME_BYTES
from generator.tables import table_files
from generator.to_coco import coco_files
from generator.to_cvat import cvat_files
from generator.to_label_studio import label_studio_files
from generator.to_masks import mask_files
from generator.to_voc import voc_files
from generator.to_yolo import yolo_files

if TYPE_CHECKING:
    from PIL import Image

    from generator.files import Files
    from generator.project import Project

JPEG_QUALITY = 45


def all_files(project: Project) -> Files:
    """Return every generated file."""
    writers = (
        picture_files,
        table_files,
        coco_files,
        yolo_files,
        voc_files,
        mask_files,
        cvat_files,
        label_studio_files,
    )
    return {name: content for write in writers for name, content in write(project).items()}


def picture_files(project: Project) -> Files:
    """Return the pictures as JPEG; a copied file has its source's bytes."""
    names = {shot.image_id: f"images/{shot.file_name}" for shot in project.shots}
    files = {names[image_id]: _jpeg(picture) for image_id, picture in project.pictures.items()}
    for copy, source in SAME_BYTES.items():
        if copy in project.pictures and source in project.pictures:
            files[names[copy]] = files[names[source]]
    return files


def _jpeg(picture: Image.Image) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=JPEG_QUALITY, optimize=True)
    return buffer.getvalue()
