"""Label Studio's brush strokes are read and written as its own SDK does."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from labelduck.geometry import decode_brush, encode_brush
from labelduck.geometry.brush import MAX_BRUSH_PIXELS

MASKS = arrays.arrays(bool, arrays.array_shapes(min_dims=2, max_dims=2, max_side=40))

# Both were written by the Label Studio SDK.
PLAIN = [0, 0, 0, 24, 57, 27, 252, 96, 19, 255, 206, 1, 31, 248]
COLOURED = [
    0,
    0,
    0,
    24,
    57,
    27,
    248,
    1,
    64,
    10,
    0,
    60,
    0,
    0,
    1,
    64,
    10,
    0,
    60,
    7,
    248,
    1,
    64,
    10,
    0,
    60,
    0,
    60,
]
COLOURED += [96, 17, 127, 128, 1, 24, 72]


def bits(value: int, n: int) -> str:
    return format(value, f"0{n}b")


def stroke(n_words, word_bits, length_bits, blocks) -> bytes:
    """Write blocks (is_run, kind of length, words), bit by bit."""
    text = bits(n_words, 32) + bits(word_bits - 1, 5) + "".join(bits(size - 1, 4) for size in length_bits)
    for is_run, kind, words in blocks:
        text += str(int(is_run)) + bits(kind, 2) + bits(len(words) - 1, length_bits[kind])
        text += "".join(bits(word, word_bits) for word in (words[:1] if is_run else words))
    text += "0" * (-len(text) % 8)
    return bytes(int(text[at : at + 8], 2) for at in range(0, len(text), 8))


@st.composite
def strokes(draw):
    """Draw the bytes of a stroke, its width and height, and the words that it stands for."""
    width, height = draw(st.integers(1, 9)), draw(st.integers(1, 9))
    word_bits = draw(st.integers(1, 32))
    length_bits = draw(st.lists(st.integers(1, 16), min_size=4, max_size=4))
    missing, blocks, words = width * height * 4, [], []
    while missing:
        kind, is_run = draw(st.integers(0, 3)), draw(st.booleans())
        length = draw(st.integers(1, min(missing, 1 << length_bits[kind])))
        word = st.integers(0, (1 << word_bits) - 1) | st.just(0)
        chosen = [draw(word)] * length if is_run else draw(st.lists(word, min_size=length, max_size=length))
        blocks.append((is_run, kind, chosen))
        words += chosen
        missing -= length
    return stroke(len(words), word_bits, length_bits, blocks), width, height, words


def test_strokes_of_the_label_studio_sdk_are_read():
    plain = decode_brush(PLAIN, width=3, height=2)
    coloured = decode_brush(COLOURED, width=3, height=2)

    assert plain.tolist() == [[False, True, True], [False, False, True]]
    assert coloured.tolist() == [[False, True, True], [False, False, True]]


def test_a_stroke_is_written_as_the_label_studio_sdk_writes_it():
    written = encode_brush([[0, 1, 1], [0, 0, 1]])

    assert written == PLAIN


@given(MASKS)
def test_what_is_written_is_read_again(mask):
    height, width = mask.shape

    again = decode_brush(encode_brush(mask), width, height)

    assert again.dtype == bool
    np.testing.assert_array_equal(again, mask)


@pytest.mark.parametrize("drawn", [True, False])
def test_runs_longer_than_a_block_can_say_are_split(drawn):
    mask = np.full((300, 401), drawn)
    mask[150, 7] = not drawn

    again = decode_brush(encode_brush(mask), width=401, height=300)

    np.testing.assert_array_equal(again, mask)


def test_a_stroke_of_very_many_blocks_is_read_piece_by_piece():
    mask = np.random.default_rng(1).random((700, 800)) < 0.5

    again = decode_brush(encode_brush(mask), width=800, height=700)

    np.testing.assert_array_equal(again, mask)


def test_literal_words_are_read_piece_by_piece():
    words = np.random.default_rng(2).integers(0, 3, (1100, 1000, 4))
    literals = words.reshape(-1, 50_000).tolist()
    data = stroke(words.size, 2, [3, 4, 8, 16], [(False, 3, some) for some in literals])

    mask = decode_brush(data, width=1000, height=1100)

    np.testing.assert_array_equal(mask, words[:, :, 3] > 0)


@given(strokes())
def test_strokes_of_any_word_and_length_size_are_read(drawn):
    data, width, height, words = drawn

    mask = decode_brush(data, width, height)

    assert mask.ravel().tolist() == [word != 0 for word in words[3::4]]


@given(strokes(), st.data())
def test_a_stroke_that_was_cut_off_is_refused(drawn, data):
    whole, width, height, _ = drawn
    cut = whole[: data.draw(st.integers(0, len(whole) - 1))]

    with pytest.raises(ValueError, match=r"cut off|fewer than its head"):
        decode_brush(cut, width, height)


@given(st.binary(max_size=60), st.integers(1, 6), st.integers(1, 6))
def test_damage_is_refused_or_gives_a_mask_of_the_right_size(noise, width, height):
    data = stroke(width * height * 4, 8, [3, 4, 8, 16], [])[:6] + noise

    try:
        mask = decode_brush(data, width, height)
    except ValueError as error:
        assert "stroke" in str(error) or "block" in str(error)  # noqa: PT017  either end is right
    else:
        assert mask.shape == (height, width)


@pytest.mark.parametrize(
    ("rle", "message"),
    [
        ([256], "whole numbers from 0 to 255"),
        ([-1], "whole numbers from 0 to 255"),
        ([1.5], "whole numbers from 0 to 255"),
        (["1"], "whole numbers from 0 to 255"),
        ("0013", "whole numbers from 0 to 255"),
        (12, "whole numbers from 0 to 255"),
        (None, "whole numbers from 0 to 255"),
        ([[1], [2]], "whole numbers from 0 to 255"),
        ([], "0 bytes, fewer than its head"),
        ([0, 0, 0, 24, 0, 0], "6 bytes, fewer than its head"),
    ],
)
def test_what_is_no_stroke_is_refused_with_its_reason(rle, message):
    with pytest.raises(ValueError, match=message):
        decode_brush(rle, width=3, height=2)


def test_a_stroke_of_another_picture_is_refused():
    with pytest.raises(ValueError, match="24 words, but 4 x 2 pixels have 32"):
        decode_brush(PLAIN, width=4, height=2)


def test_a_block_beyond_the_picture_is_refused():
    data = stroke(4, 8, [3, 4, 8, 16], [(True, 0, [255] * 5)])

    with pytest.raises(ValueError, match="1 words beyond the picture"):
        decode_brush(data, width=1, height=1)


@pytest.mark.parametrize(("width", "height"), [(0, 5), (5, -1), (MAX_BRUSH_PIXELS, 2), (10**9, 10**9)])
def test_no_memory_is_taken_for_a_picture_that_cannot_be(width, height):
    with pytest.raises(ValueError, match="expected at least 1 x 1"):
        decode_brush(PLAIN, width, height)


def test_numpy_numbers_are_as_good_as_a_list():
    mask = decode_brush(np.array(PLAIN), width=3, height=2)

    assert mask.sum() == 3


@pytest.mark.parametrize(("mask", "message"), [([1, 0], "this one 1"), (np.zeros((0, 4)), "4 x 0 pixels")])
def test_what_is_no_mask_cannot_be_written(mask, message):
    with pytest.raises(ValueError, match=message):
        encode_brush(mask)
