from __future__ import annotations

import random

import pytest

HASH = "0f0f0f0f0f0f0f0f"


def picture(image_id, **values):
    return {"image_id": image_id, "file_name": f"{image_id}.jpg"} | values


def pair(phash, other, distance):
    return {"phash": phash, "other_phash": other, "distance": distance}


def flipped(phash, bits):
    return f"{int(phash, 16) ^ sum(1 << bit for bit in bits):016x}"


def test_hashes_that_differ_by_up_to_four_bits_are_found_wherever_the_bits_are(scene):
    dice = random.Random(1)
    near = [flipped(HASH, dice.sample(range(64), n % 5 + 1)) for n in range(60)]
    lake = scene(images=[picture(str(n), phash=phash) for n, phash in enumerate([HASH, *near, "no hash"])])

    found = lake.execute(
        "select distance, count(*) from picture_pairs where ? in (phash, other_phash) group by all order by all",
        [HASH],
    ).fetchall()

    assert lake.execute("select count(*) = 5 * count(distinct phash) from banded_hashes").fetchall() == [
        (True,)
    ]
    wanted = [(int(HASH, 16) ^ int(phash, 16)).bit_count() for phash in set(near)]
    assert found == [(n, wanted.count(n)) for n in (1, 2, 3, 4)]


def test_a_picture_that_is_there_twice_is_told_once_with_its_first(scene):
    other = flipped(HASH, [3, 40])
    lake = scene(
        images=[
            picture("1", sha256="a", phash=HASH),
            picture("2", sha256="a", phash=HASH),
            picture("3", sha256="b", phash=other),
            picture("4", sha256="c", phash="0000ffff0000ffff"),
            picture("5", sha256="d", phash="ffffffff00000000", video="v", frame=1),
            picture("6", sha256="e", phash="ffffffff00000000", video="v", frame=2),
            {**picture("7", sha256="a", phash=HASH), "dataset": "another"},
        ],
        near_pictures=[pair(HASH, other, 2)],
    )

    rows = lake.execute(
        "select dataset, kind, image_id, other_image_id, other_file_name, distance from duplicate_images"
    ).fetchall()
    seen = lake.execute("select phash, distance, other_image_id from near_images order by all").fetchall()

    assert rows == [
        ("d", "identical", "2", "1", "1.jpg", 0),
        ("d", "near", "3", "1", "1.jpg", 2),
    ]
    assert (other, 2, "1") in seen
    assert (HASH, 2, "3") in seen


def test_leaks_are_the_same_picture_one_alike_or_a_video_in_an_earlier_split(scene):
    other = flipped(HASH, [1])
    lake = scene(
        images=[
            picture("1", sha256="a", phash=HASH, split="train"),
            picture("2", sha256="a", phash=HASH, split="val"),
            picture("3", sha256="b", phash=other, split="test"),
            picture("4", sha256="c", split="train", video="v"),
            picture("5", sha256="d", split="val", video="v"),
            picture("6", sha256="d", split="val"),
            picture("7", sha256="e", phash=HASH),
        ],
        near_pictures=[pair(HASH, other, 1)],
    )

    rows = lake.execute(
        "select kind, image_id, split, other_image_id, other_split, distance from split_leaks"
    ).fetchall()

    assert rows == [
        ("identical", "2", "val", "1", "train", 0),
        ("near", "3", "test", "1", "train", 1),
        ("video", "5", "val", "4", "train", None),
    ]


@pytest.mark.parametrize(("distance", "n"), [(0, 0), (1, 1)])
def test_the_distance_of_near_pictures_is_a_threshold(scene, distance, n):
    other = flipped(HASH, [1])
    lake = scene(
        images=[picture("1", phash=HASH, split="train"), picture("2", phash=other, split="val")],
        near_pictures=[pair(HASH, other, 1)],
        variables={"max_picture_distance": distance},
    )

    assert lake.execute("select count(*) from duplicate_images").fetchall() == [(n,)]
    assert lake.execute("select count(*) from split_leaks").fetchall() == [(n,)]
