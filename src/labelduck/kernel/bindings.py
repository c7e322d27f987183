"""The compiled kernel on numpy arrays, through ctypes."""

from __future__ import annotations

import ctypes
from typing import TYPE_CHECKING, Any

import numpy as np

from labelduck.kernel.arrays import VocCurves

if TYPE_CHECKING:
    from labelduck.kernel.arrays import Array, Chunk, CurveBlock, State

_POINTERS_THEN_NUMBERS = {
    # Mirrors native/matching.h; a number stands where the name is marked.
    "Matching": (
        "thresholds area_low area_high #pair_floor n_thresholds n_areas max_detections class_index confidence "
        "x_min y_min x_max y_max area image_start row_at annotation_class ax_min ay_min ax_max ay_max "
        "annotation_area flags annotation_start iou iou_start tp ignore rank voc full_rank named named_iou outcome "
        "error_kind same other same_iou other_iou found state matched pair_place pair_annotation pair_iou "
        "pair_capacity n_pairs"
    ),
    "Curves": (
        "recalls limits n_recalls n_limits n_thresholds n_areas confidence row_at class_start place_at tp ignore "
        "rank voc n_positives n_voc_positives first_kept precision scores average recall n_counted voc_average "
        "voc_recall voc_precision voc_scores voc_counted"
    ),
}
_NUMBERS = {"n_thresholds", "n_areas", "max_detections", "pair_capacity", "n_pairs", "n_recalls", "n_limits"}
_NUMBERS |= {"first_kept"}


def _fields(name: str) -> list[tuple[str, Any]]:
    words = _POINTERS_THEN_NUMBERS[name].split()
    kinds = {True: ctypes.c_int64, False: ctypes.c_void_p}
    return [(w[1:], ctypes.c_double) if w[0] == "#" else (w, kinds[w in _NUMBERS]) for w in words]


class _Matching(ctypes.Structure):
    _fields_ = _fields("Matching")


class _Curves(ctypes.Structure):
    _fields_ = _fields("Curves")


def fits(library: ctypes.CDLL) -> bool:
    """Tell whether a library was compiled from the sources that this module mirrors; an old one would read nonsense."""
    layout = getattr(library, "ld_layout", None)
    if layout is None:
        return False
    layout.restype = None
    sizes = (ctypes.c_int64 * 2)()
    layout(sizes)
    return list(sizes) == [ctypes.sizeof(_Matching), ctypes.sizeof(_Curves)]


class NativeKernel:
    """Order, match and draw curves in C; each method has a twin of the same name in `fallback`.

    Args:
        library: The shared library.
        state: What is compared; its arrays by place are filled here.
    """

    def __init__(self, library: ctypes.CDLL, state: State) -> None:
        self.library, self.state = library, state
        library.ld_group.restype = None
        for name in ("ld_match", "ld_order_images", "ld_curves"):
            getattr(library, name).restype = ctypes.c_int64
        self._group(len(state.row_at), None, state.predictions.image, state.image_start, state.row_at)
        state.make_room()
        self._kept: dict[str, Array] = {}
        self._matching = self._describe()

    def order(self, chunk: Chunk) -> None:
        """Put the predictions of a chunk's images in order and rank them."""
        self._set(self._matching, full_rank=chunk.full_rank)
        if not self.library.ld_order_images(
            ctypes.byref(self._matching), ctypes.c_int64(chunk.first), ctypes.c_int64(chunk.last)
        ):
            raise MemoryError

    def match(self, chunk: Chunk, *, ious: Array | None, iou_start: Array | None, capacity: int) -> int:
        """Match a chunk's images; return how many were done before the room for `capacity` pairs was used up."""
        pairs: dict[str, Array] = {
            "pair_place": np.empty(capacity, np.uint32),
            "pair_annotation": np.empty(capacity, np.uint32),
            "pair_iou": np.empty(capacity),
        }
        by_name = vars(chunk)
        results = (
            "full_rank named named_iou outcome error_kind same other same_iou other_iou found state matched"
        )
        self._set(self._matching, **{name: by_name[name] for name in results.split()}, **pairs)
        self._set(self._matching, iou=ious, iou_start=iou_start)
        self._matching.pair_capacity = capacity
        done = self.library.ld_match(
            ctypes.byref(self._matching), ctypes.c_int64(chunk.first), ctypes.c_int64(chunk.last)
        )
        if done < 0:
            raise MemoryError
        for name, values in pairs.items():
            setattr(chunk, name, values[: self._matching.n_pairs])
        return int(done)

    def start_curves(self) -> None:
        """Group the places by class, once all images are matched."""
        state, rules = self.state, self.state.rules
        self.voc = VocCurves(state.n_classes)
        class_start = np.zeros(state.n_classes + 1, np.int64)
        place_at = np.empty(len(state.row_at), np.uint32)
        self._group(len(place_at), state.row_at, state.predictions.class_index, class_start, place_at)
        positives, voc_positives = state.count_positives()
        self._curves = _Curves(
            n_recalls=len(rules.recalls),
            n_limits=len(rules.limits),
            n_thresholds=len(rules.thresholds),
            n_areas=len(rules.area_ranges),
        )
        self._set(
            self._curves,
            recalls=rules.recalls,
            limits=np.array(rules.limits, np.int64),
            confidence=state.predictions.confidence,
            class_start=class_start,
            place_at=place_at,
            n_positives=positives,
            n_voc_positives=voc_positives,
            voc_average=self.voc.average,
            voc_recall=self.voc.recall,
            voc_precision=self.voc.precision,
            voc_scores=self.voc.scores,
            voc_counted=self.voc.n_counted,
            **{name: getattr(state, name) for name in ("row_at", "tp", "ignore", "rank", "voc")},
        )

    def curves(self, block: CurveBlock) -> None:
        """Fill the curves of a block of classes, and Pascal VOC's of these classes."""
        names = ("precision", "scores", "average", "recall", "n_counted")
        self._set(self._curves, **{name: getattr(block, name) for name in names})
        self._curves.first_kept = block.first_kept
        if not self.library.ld_curves(
            ctypes.byref(self._curves), ctypes.c_int64(block.first), ctypes.c_int64(block.last)
        ):
            raise MemoryError

    def _describe(self) -> _Matching:
        state, rules = self.state, self.state.rules
        predictions, annotations = state.predictions, state.annotations
        structure = _Matching(
            pair_floor=rules.pair_floor,
            n_thresholds=len(rules.thresholds),
            n_areas=len(rules.area_ranges),
            max_detections=rules.limits[-1],
        )
        corners = ("x_min", "y_min", "x_max", "y_max")
        boxes: dict[str, Array] = {}
        if predictions.box is not None and annotations.box is not None:
            boxes |= dict(zip(corners, predictions.box, strict=True))
            boxes |= dict(zip([f"a{corner}" for corner in corners], annotations.box, strict=True))
        self._set(
            structure,
            thresholds=rules.thresholds,
            area_low=rules.area_low,
            area_high=rules.area_high,
            class_index=predictions.class_index,
            confidence=predictions.confidence,
            area=predictions.area,
            image_start=state.image_start,
            row_at=state.row_at,
            annotation_class=annotations.class_index,
            annotation_area=annotations.area,
            flags=annotations.flags,
            annotation_start=annotations.start,
            **{name: getattr(state, name) for name in ("tp", "ignore", "rank", "voc")},
            **boxes,
        )
        return structure

    def _group(self, n: int, via: Array | None, key: Array, start: Array, item_at: Array) -> None:
        pointers = [ctypes.c_void_p(a.ctypes.data) for a in (key, start, item_at)]
        self.library.ld_group(
            ctypes.c_int64(n),
            ctypes.c_void_p(None if via is None else via.ctypes.data),
            pointers[0],
            ctypes.c_int64(len(start) - 1),
            *pointers[1:],
        )

    def _set(self, structure: ctypes.Structure, **arrays: Array | None) -> None:
        """Point a structure at arrays, and keep them alive as long as it may read them."""
        for name, values in arrays.items():
            if values is not None and not values.flags.c_contiguous:
                raise ValueError(f"{name} is not contiguous")
            setattr(structure, name, None if values is None else values.ctypes.data)
            self._kept[f"{type(structure).__name__}.{name}"] = values  # type: ignore[assignment]
