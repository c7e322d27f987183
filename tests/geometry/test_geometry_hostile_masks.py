"""No mask text, however broken, reaches C code unchecked."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from labelduck import geometry

SOUND = {"size": [2, 2], "counts": "022"}


@pytest.mark.parametrize(
    ("size", "counts", "message"),
    [
        ([2, 2], "", "cover 0 pixels, but size 2 x 2 has 4"),
        ([2, 2], "02", "cover 2 pixels"),
        ([2, 2], "023", "cover 5 pixels"),
        ([2, 2], "02P", "middle of a number"),
        ([2, 2], "0p2", "none of the 64"),
        ([2, 2], "0 2", "none of the 64"),
        ([2, 2], "0\x002", "none of the 64"),
        ([2, 2], "0\u00e92", "none of the 64"),
        ([2, 2], "0\ud8002", "none of the 64"),
        ([2, 2], "0" + "P" * 7 + "1", "more than six"),
        ([2, 2], "0O5", "negative run"),
        ([2, 2], None, "none of the 64"),
        ([2, 2], [0, 2, 2], "none of the 64"),
        ([0, 0], "0", "at least 1"),
        ([-2, -2], "022", "at least 1"),
        ([2], "022", "at least 1"),
        ([2, 2, 2], "022", "at least 1"),
        (None, "022", "at least 1"),
        (["a", "b"], "022", "at least 1"),
        ([float("inf"), 2], "022", "at least 1"),
        ([10**30, 2], "022", "at least 1"),
        ([1 << 16, 1 << 16], "022", "at least 1"),
    ],
)
def test_a_broken_mask_is_refused_with_its_reason(size, counts, message):
    mask = {"size": size, "counts": counts}

    assert message in geometry.rle_problems([SOUND, mask])[1]
    with pytest.raises(ValueError, match=f"mask 1: .*{message}"):
        geometry.mask_iou_matrix([SOUND, mask], [SOUND])


def test_bytes_are_as_good_as_text():
    assert geometry.rle_area(b"022", 2, 2) == geometry.rle_area("022", 2, 2) == 2


@given(st.lists(st.one_of(st.binary(max_size=12), st.text(max_size=12)), max_size=6))
def test_broken_masks_do_not_spoil_their_neighbours(texts):
    masks = [mask for text in texts for mask in (SOUND, {"size": [2, 2], "counts": text})] + [SOUND]

    problems = geometry.rle_problems(masks)

    alone = {n for n, mask in enumerate(masks) if geometry.rle_problems([mask])}
    assert set(problems) == alone
    assert all(n % 2 for n in problems)


@given(st.lists(st.integers(0, 1 << 24), min_size=1, max_size=8))
def test_every_list_of_runs_survives_the_text(lengths):
    total = sum(lengths) or 1
    lengths = lengths if sum(lengths) else [1]

    counts = geometry.rle_from_uncompressed(lengths, total, 1)

    assert geometry.rle_area(counts, total, 1) == sum(lengths[1::2])


GARBAGE = """
import numpy as np
from labelduck import geometry
random = np.random.default_rng({seed})
refused = 0
for _ in range(3000):
    size = random.integers(1, 9, 2).tolist()
    low, high = ((0, 256), (48, 112), (48, 64))[random.integers(3)]
    text = random.integers(low, high, random.integers(0, 40)).astype(np.uint8).tobytes()
    mask = {{"size": size, "counts": text}}
    try:
        geometry.mask_iou_matrix([mask], [mask])
        geometry.rle_boxes([mask]), geometry.mask_from_rle(text, *size)
    except ValueError:
        refused += 1
print("alive", refused)
"""


@pytest.mark.parametrize("seed", [1, 2])
def test_random_garbage_never_kills_the_process(seed):
    code = GARBAGE.format(seed=seed)

    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)

    assert result.returncode == 0, result.stderr
    alive, refused = result.stdout.split()
    assert alive == "alive"
    assert int(refused) > 2000


@given(st.integers(0, 200), st.data())
def test_a_cut_text_is_refused_or_covers_fewer_pixels(position, data):
    image = data.draw(
        st.integers(0, 2**32 - 1).map(lambda seed: np.random.default_rng(seed).random((40, 40)) < 0.5)
    )
    counts = geometry.rle_from_mask(image)[:position]

    assert geometry.rle_problems([{"size": [40, 40], "counts": counts}])
