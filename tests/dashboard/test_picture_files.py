"""Pictures: found by the name that the data gives them, small, upright, and never from elsewhere."""

from __future__ import annotations

import io
import threading
import zipfile
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

import numpy as np
import pytest
from PIL import Image

from labelduck import pictures
from labelduck.errors import UsageError
from labelduck.pictures import NoPictureError, Pictures

ORIENTATION = 0x0112


def jpeg(width, height, *, orientation=None):
    exif = Image.Exif()
    if orientation:
        exif[ORIENTATION] = orientation
    made = io.BytesIO()
    Image.new("RGB", (width, height), "teal").save(made, "JPEG", exif=exif)
    return made.getvalue()


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "pictures" / "train").mkdir(parents=True)
    (tmp_path / "pictures" / "train" / "a.jpg").write_bytes(jpeg(800, 400))
    (tmp_path / "secret.jpg").write_bytes(jpeg(8, 8))
    return tmp_path / "pictures"


@pytest.fixture
def cache(tmp_path):
    return tmp_path / "cache"


def size(path):
    with Image.open(path) as picture:
        return picture.format, picture.size


def test_a_picture_is_found_with_or_without_its_folder_and_shrunk_once(folder, cache):
    shown = Pictures(folder, cache=cache)

    first = shown.copy(shown.find("elsewhere/a.jpg"), 320)

    assert shown.find("train/a.jpg") == shown.find("a") == "train/a.jpg"
    assert size(first) == ("WEBP", (320, 160))
    made_at = first.stat().st_mtime_ns
    assert shown.copy("train/a.jpg", 320) == first
    assert first.stat().st_mtime_ns == made_at


def test_a_small_picture_is_not_enlarged(folder, cache):
    assert size(Pictures(folder, cache=cache).copy("train/a.jpg", 1280)) == ("WEBP", (800, 400))


def test_a_changed_picture_is_shown_anew(folder, cache):
    shown = Pictures(folder, cache=cache)
    before = shown.copy("train/a.jpg", 320)

    (folder / "train" / "a.jpg").write_bytes(jpeg(900, 900))

    assert size(shown.copy("train/a.jpg", 320)) == ("WEBP", (320, 320))
    assert size(before) == ("WEBP", (320, 160))


def test_a_picture_stored_lying_is_shown_upright(folder, cache):
    (folder / "b.jpg").write_bytes(jpeg(4000, 1000, orientation=6))

    assert size(Pictures(folder, cache=cache).copy("b.jpg", 320)) == ("WEBP", (320, 1280))


@pytest.mark.parametrize("mode", ["L", "LA", "P", "RGBA", "CMYK", "1", "I;16", "F"])
def test_pictures_of_every_depth_can_be_seen(folder, cache, mode):
    name = "c.tif" if mode in {"F", "CMYK"} else "c.png"
    grey = np.linspace(0, 60_000, 64).reshape(8, 8)
    if mode in {"I;16", "F"}:
        Image.fromarray(grey.astype({"I;16": np.uint16, "F": np.float32}[mode])).save(folder / name)
    else:
        Image.fromarray((grey / 256).astype(np.uint8)).convert(mode).save(folder / name)

    with Image.open(Pictures(folder, cache=cache).copy(name, 160)) as seen:
        values = np.asarray(seen.convert("L"))

    assert (values.max() > 200) if mode != "CMYK" else values.size == 64


@pytest.mark.parametrize(
    "name",
    [
        "../secret.jpg",
        "train/../../secret.jpg",
        "/etc/passwd",
        "train\\..\\..\\secret.jpg",
        "",
        "a\0.jpg",
        "train",
    ],
)
def test_no_name_leads_out_of_the_folder(folder, cache, name):
    shown = Pictures(folder, cache=cache)

    with pytest.raises(NoPictureError):
        shown.copy(name, 320)


@pytest.mark.parametrize("width", [0, 1, 321, -320, 10**9])
def test_only_the_fixed_widths_are_made(folder, cache, width):
    with pytest.raises(NoPictureError, match="width"):
        Pictures(folder, cache=cache).copy("train/a.jpg", width)


def test_a_file_that_is_no_picture_is_told_and_nothing_is_kept(folder, cache):
    (folder / "d.jpg").write_bytes(b"no picture")
    (folder / "e.png").write_bytes(b"\x89PNG\r\n\x1a\n" + b"\0" * 40)
    shown = Pictures(folder, cache=cache)

    for name in ("d.jpg", "e.png"):
        with pytest.raises(NoPictureError, match="cannot be decoded"):
            shown.copy(name, 320)
    assert list(cache.rglob("*.webp")) == []


def test_a_picture_of_too_many_pixels_is_refused_before_it_is_decoded(folder, cache, monkeypatch):
    monkeypatch.setattr(pictures, "MAX_PIXELS", 1000)

    with pytest.raises(NoPictureError, match="800 x 400 pixels"):
        Pictures(folder, cache=cache).copy("train/a.jpg", 320)


def test_pictures_in_a_zip_are_shown_and_those_that_lead_out_are_not(tmp_path, cache):
    with zipfile.ZipFile(tmp_path / "p.zip", "w") as packed:
        packed.writestr("images/a.jpg", jpeg(640, 640))
        packed.writestr("../b.jpg", jpeg(640, 640))
    shown = Pictures(tmp_path / "p.zip", cache=cache)

    assert size(shown.copy(shown.find("a.jpg"), 160)) == ("WEBP", (160, 160))
    assert shown.find("../b.jpg") is None
    with pytest.raises(NoPictureError):
        shown.copy("../b.jpg", 160)


def test_pictures_below_a_web_address_are_fetched_and_kept(folder, cache):
    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *_):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=folder.parent)) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        shown = Pictures(f"http://127.0.0.1:{server.server_port}/pictures/", cache=cache)
        kept = shown.copy("train/a.jpg", 320)
        for name in ("../secret.jpg", "http://127.0.0.1/x.jpg", "//host/x.jpg", "/x.jpg"):
            assert shown.find(name) is None
        with pytest.raises(NoPictureError, match="404"):
            shown.copy("train/none.jpg", 320)
        server.shutdown()

    assert size(shown.copy("train/a.jpg", 320)) == ("WEBP", (320, 160))
    assert kept.is_file()


def test_without_pictures_none_is_found():
    assert Pictures(None).find("a.jpg") is None
    assert not Pictures(None).are_there


def test_a_source_that_is_not_there_is_told(tmp_path):
    with pytest.raises(UsageError, match="neither a folder nor a zip"):
        Pictures(tmp_path / "absent")


def test_the_oldest_copies_go_when_there_are_too_many(folder, cache):
    shown = Pictures(folder, cache=cache)
    old, new = shown.copy("train/a.jpg", 160), shown.copy("train/a.jpg", 640)

    n_removed = pictures.prune(cache, most=new.stat().st_size)

    assert n_removed == 1
    assert not old.exists()
    assert new.exists()
