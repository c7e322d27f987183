"""Hashes of pictures: the same file, and the same picture after scaling and compression."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile

import numpy as np
import pytest
from PIL import Image
from scipy.fft import dctn

import labelduck
from labelduck.fingerprints import phash
from labelduck.importers.base import ReadOptions


def drawn(seed, size=(320, 240)):
    blobs = np.random.default_rng(seed).integers(0, 255, (6, 8, 3), dtype=np.uint8)
    return Image.fromarray(blobs).resize(size, Image.Resampling.BICUBIC)


def encoded(image, form="PNG", **options):
    file = io.BytesIO()
    image.save(file, form, **options)
    return file.getvalue()


def n_differing(one, other):
    return (int(one, 16) ^ int(other, 16)).bit_count()


@pytest.mark.parametrize("seed", range(5))
def test_the_perceptual_hash_is_that_of_scipys_cosine_transform(seed):
    picture = drawn(seed)
    small = np.asarray(picture.convert("L").resize((32, 32), Image.Resampling.LANCZOS), float)
    low = dctn(small, type=2)[:8, :8]
    bits = "".join(str(int(bit)) for bit in (low > np.median(low)).ravel())

    assert phash(encoded(picture)) == f"{int(bits, 2):016x}"


def test_scaling_and_compression_change_few_bits_and_another_picture_many():
    pictures = [drawn(seed) for seed in range(20)]
    hashes = [phash(encoded(picture)) for picture in pictures]

    scaled = [phash(encoded(p.resize((160, 120)), "JPEG", quality=40)) for p in pictures]
    others = [n_differing(a, b) for n, a in enumerate(hashes) for b in hashes[:n]]

    assert max(map(n_differing, hashes, scaled)) <= 4
    assert min(others) > 10


def annotations(path, names):
    images = [{"id": n, "file_name": name, "width": 320, "height": 240} for n, name in enumerate(names)]
    shown = [{"id": 1, "image_id": 0, "category_id": 1, "bbox": [1, 1, 9, 9]}]
    path.write_text(
        json.dumps({"images": images, "annotations": shown, "categories": [{"id": 1, "name": "cat"}]})
    )
    return path


@pytest.mark.parametrize("container", ["folder", "zip"])
def test_an_import_with_pictures_hashes_them_and_tells_of_those_that_cannot_be_read(tmp_path, container):
    whole = encoded(drawn(1))
    files = {"train/a.png": whole, "val/b.png": whole, "broken.png": whole[:60]}
    pictures = tmp_path / "pictures"
    for name, content in files.items():
        (pictures / name).parent.mkdir(parents=True, exist_ok=True)
        (pictures / name).write_bytes(content)
    if container == "zip":
        with zipfile.ZipFile(tmp_path / "pictures.zip", "w") as archive:
            for name, content in files.items():
                archive.writestr(name, content)
        pictures = tmp_path / "pictures.zip"
    source = annotations(tmp_path / "a.json", [*files, "absent.png"])

    lake = labelduck.open(tmp_path / "lake")
    lake.import_annotations(source, dataset="d", read=ReadOptions(images=pictures))

    rows = lake.sql("select file_name, sha256, phash from images order by image_id").fetchall()
    digest = hashlib.sha256(whole).hexdigest()
    assert rows[:2] == [(name, digest, phash(whole)) for name in ("train/a.png", "val/b.png")]
    assert rows[2] == ("broken.png", hashlib.sha256(whole[:60]).hexdigest(), None)
    assert rows[3] == ("absent.png", None, None)
    assert lake.sql("select location, severity from import_problems").fetchall() == [
        ("broken.png", "warning")
    ]


@pytest.mark.shared_data
def test_the_leak_of_the_sample_and_copies_of_real_pictures_are_found(tmp_path, shared):
    originals = sorted(shared("voc_pictures").rglob("*.jpg"))[:30]
    pictures = tmp_path / "pictures"
    for n, path in enumerate(originals):
        (pictures / "train").mkdir(parents=True, exist_ok=True)
        (pictures / "val").mkdir(exist_ok=True)
        (pictures / "train" / path.name).write_bytes(path.read_bytes())
        if n < 5:
            (pictures / "val" / f"same_{path.name}").write_bytes(path.read_bytes())
        elif n < 15:
            with Image.open(path) as image:
                half = image.resize((image.width // 2, image.height // 2))
            half.save(pictures / "val" / f"near_{path.name}", quality=70)
    names = sorted(path.relative_to(pictures).as_posix() for path in pictures.rglob("*.jpg"))
    source = annotations(tmp_path / "a.json", names)
    lake = labelduck.open(tmp_path / "lake")
    lake.import_annotations(source, dataset="d", read=ReadOptions(images=pictures))
    lake.build()

    found = lake.sql("select kind, file_name, other_file_name from duplicate_images").fetchall()

    pairs = {frozenset((a, b)) for _, a, b in found}
    assert [kind for kind, *_ in found].count("identical") == 5
    assert pairs == {
        frozenset((f"train/{path.name}", f"val/{kind}_{path.name}"))
        for kind, some in (("same", originals[:5]), ("near", originals[5:15]))
        for path in some
    }
