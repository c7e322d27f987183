"""Boxes, polygons, masks and keypoints as numbers.

    shapes     boxes, rings, rotated boxes
    overlap    exact IoU of polygons
    keypoints  object keypoint similarity
    runs       the text of a run-length mask, read and written safely
    masks      masks as a whole; it and `drawing` alone know pycocotools
    drawing    polygons as masks
    brush      Label Studio's brush strokes

Everywhere: absolute pixels, 0-based, x to the right, y down, boxes as corners (x_min, y_min, x_max, y_max). Rings are
flat: x1, y1, x2, y2, ... Masks are COCO run-length masks: `{"size": [height, width], "counts": text}`.
"""

from labelduck.geometry.brush import decode_brush, encode_brush
from labelduck.geometry.drawing import are_drawable, rle_from_polygons, rles_from_rings
from labelduck.geometry.keypoints import COCO_SIGMAS, keypoint_oks_matrix, keypoint_oks_pairs, sigmas_for
from labelduck.geometry.masks import (
    areas_of,
    boxes_of,
    mask_from_rle,
    mask_iou_matrix,
    mask_iou_pairs,
    rle_area,
    rle_areas,
    rle_box,
    rle_boxes,
    rle_from_crop,
    rle_from_mask,
    rle_from_uncompressed,
    rles_from_labels,
)
from labelduck.geometry.overlap import Rings, polygon_iou_pairs
from labelduck.geometry.runs import MAX_PIXELS, Mask, Runs, read_masks, read_runs, rle_problems
from labelduck.geometry.shapes import box_from_points, box_iou_matrix, polygon_area, rotated_box_corners

__all__ = [
    "COCO_SIGMAS",
    "MAX_PIXELS",
    "Mask",
    "Rings",
    "Runs",
    "are_drawable",
    "areas_of",
    "box_from_points",
    "box_iou_matrix",
    "boxes_of",
    "decode_brush",
    "encode_brush",
    "keypoint_oks_matrix",
    "keypoint_oks_pairs",
    "mask_from_rle",
    "mask_iou_matrix",
    "mask_iou_pairs",
    "polygon_area",
    "polygon_iou_pairs",
    "read_masks",
    "read_runs",
    "rle_area",
    "rle_areas",
    "rle_box",
    "rle_boxes",
    "rle_from_crop",
    "rle_from_mask",
    "rle_from_polygons",
    "rle_from_uncompressed",
    "rle_problems",
    "rles_from_labels",
    "rles_from_rings",
    "rotated_box_corners",
    "sigmas_for",
]
