"""Sizes come from headers alone, whatever the format and wherever the picture lies."""

from __future__ import annotations

import io
import struct
import zipfile

import pytest
from PIL import Image

from labelduck.errors import BadInputError
from labelduck.importers.image_sizes import ImageSizes, file_size, read_size


def picture(kind, size=(37, 21), **save):
    file = io.BytesIO()
    Image.new("RGB", size).save(file, kind, **save)
    return file.getvalue()


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "GIF", "BMP", "TIFF", "WEBP", "PPM"])
def test_a_header_gives_the_size_that_pillow_gives(kind):
    file = io.BytesIO(picture(kind))

    size = read_size(file)

    assert size == (37, 21)


@pytest.mark.parametrize("options", [{"lossless": True}, {"lossless": False}, {"exif": Image.Exif()}])
def test_all_three_kinds_of_webp_are_read(options):
    exif = options.get("exif")
    if exif is not None:
        exif[0x0112] = 1

    size = read_size(io.BytesIO(picture("WEBP", (301, 202), **options)))

    assert size == (301, 202)


@pytest.mark.parametrize(
    ("orientation", "size"), [(1, (37, 21)), (3, (37, 21)), (6, (21, 37)), (8, (21, 37))]
)
def test_a_jpeg_that_is_shown_upright_counts_as_upright(orientation, size):
    exif = Image.Exif()
    exif[0x0112] = orientation

    assert read_size(io.BytesIO(picture("JPEG", exif=exif))) == size


def test_a_frame_header_behind_large_segments_is_found():
    jpeg = picture("JPEG")
    segment = b"\xff\xe2" + struct.pack(">H", 60_000) + bytes(59_998)

    size = read_size(io.BytesIO(jpeg[:2] + segment * 3 + jpeg[2:]))

    assert size == (37, 21)


def test_a_bitmap_that_runs_from_the_top_has_a_positive_height():
    bitmap = bytearray(picture("BMP"))
    struct.pack_into("<i", bitmap, 22, -21)

    assert read_size(io.BytesIO(bytes(bitmap))) == (37, 21)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "GIF", "BMP", "TIFF", "WEBP"])
def test_a_cut_or_damaged_header_is_a_value_error_and_nothing_else(kind):
    whole = picture(kind)

    for end in range(40):
        try:
            read_size(io.BytesIO(whole[:end]))
        except ValueError:
            continue
        assert end >= 10, "a size from no header"

    with pytest.raises(ValueError, match="no picture"):
        read_size(io.BytesIO(b"hello, this is a text"))


def test_names_are_found_in_a_folder_by_path_by_stem_and_by_a_unique_last_part(tmp_path):
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    (tmp_path / "a" / "x.png").write_bytes(picture("PNG", (4, 3)))
    (tmp_path / "b" / "x.png").write_bytes(picture("PNG", (5, 3)))
    (tmp_path / "b" / "y.v2.jpg").write_bytes(picture("JPEG", (6, 3)))

    sizes = ImageSizes(images=tmp_path)

    assert sizes.names == ["a/x.png", "b/x.png", "b/y.v2.jpg"]
    assert sizes.size("a/x") == (4, 3)
    assert sizes.size("b/x.png") == (5, 3)
    assert sizes.size("elsewhere/y.v2.jpg") == (6, 3)
    assert sizes.find("x") is None, "two pictures end in x"


def test_pictures_in_a_zip_need_no_unpacking(tmp_path):
    archive = tmp_path / "pictures.zip"
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("train/x.jpg", picture("JPEG", (8, 9)))

    assert ImageSizes(images=archive).size("x") == (8, 9)


def test_a_file_of_sizes_is_asked_before_the_pictures(tmp_path):
    (tmp_path / "x.png").write_bytes(picture("PNG", (4, 3)))
    sizes = tmp_path / "sizes.csv"
    sizes.write_text("file_name,width,height\nx.png,40,30\nfar/away,7,8\n")

    known = ImageSizes(images=tmp_path, sizes=sizes)

    assert known.size("x.png") == (40, 30)
    assert known.size("far/away") == (7, 8)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("name,width,height\nx,1,1\n", "line 1: no column file_name"),
        ("file_name,width,height\nx,1,wide\n", "line 2: 1 x wide is no size"),
        ("file_name,width,height\nx,0,5\n", "line 2: 0 x 5 is no size"),
        ("file_name,width,height\nx,nan,5\n", "line 2: nan x 5 is no size"),
        ("file_name,width,height\nx\n", "line 2: nothing x nothing is no size"),
        ("", "no column file_name"),
    ],
)
def test_a_bad_file_of_sizes_names_the_line(tmp_path, text, message):
    sizes = tmp_path / "sizes.csv"
    sizes.write_text(text)

    with pytest.raises(BadInputError, match=message):
        ImageSizes(sizes=sizes)


def test_what_is_neither_folder_nor_zip_is_refused(tmp_path):
    (tmp_path / "x.zip").write_text("no zip")

    with pytest.raises(BadInputError, match="neither a folder nor a zip"):
        ImageSizes(images=tmp_path / "x.zip")


def test_a_missing_picture_is_a_value_error_that_names_it(tmp_path):
    with pytest.raises(ValueError, match="no picture and no size is known for train/x"):
        ImageSizes(images=tmp_path).size("train/x")

    with pytest.raises(ValueError, match="cannot be read"):
        file_size(tmp_path / "gone.jpg")


def test_a_dot_in_a_name_without_extension_is_no_extension(tmp_path):
    (tmp_path / "sizes.csv").write_text("file_name,width,height\nval/a.b,64,48\n")

    sizes = ImageSizes(sizes=tmp_path / "sizes.csv")

    assert sizes.size("a.b") == sizes.size("val/a.b") == (64, 48)
