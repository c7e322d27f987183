"""What cannot be read is told by name, with what to do instead; nothing is ever unpickled."""

from __future__ import annotations

import pickle

import pytest
from PIL import Image

from labelduck.errors import BadInputError
from labelduck.importers import image_folder, reader


class Program:
    """Makes a pickle that raises when it is opened."""

    def __reduce__(self):
        return eval, ("1 / 0",)


def draw(folder, *names):
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        Image.new("L", (6, 4)).save(folder / name, "PNG")


def why(path):
    with pytest.raises(BadInputError) as caught:
        reader("auto", path)
    return str(caught.value)


@pytest.mark.parametrize(
    ("name", "content", "what"),
    [
        ("poses.mat", b"MATLAB 5.0", "is a MATLAB file, which is not read here"),
        ("1.h5", b"", "is an HDF5 file"),
        ("depth.data", b"\x89HDF\r\n\x1a\n", "is an HDF5 file"),
        ("scan.nii.gz", b"", "is a NIfTI volume"),
        ("cloud.pcd", b"", "is a point cloud"),
        ("drive.mp4", b"", "is a video"),
        ("train-labels-idx1-ubyte.gz", b"", "is an IDX file of MNIST"),
        ("data_batch_1", pickle.dumps(Program()), "is a Python pickle, which may run any program"),
        ("ids.p", b"", "is a Python pickle"),
        ("boxes.npy", b"", "is a NumPy array without names"),
        ("t.csv", b"label,youtube_id,time_start\na,1,0\n", "labels parts of videos"),
        ("t.csv", b"0,1,1,255\n3,4,5,6\n", "is a table of numbers without a header"),
        ("t.csv", b"ImageID,ClassProbability1,Uncertainty\n1,0.9,0.1\n", "holds probabilities of classes"),
        (
            "t.csv",
            b"date,price,class\n0.4,5,UP\n",
            "is a table whose columns (date, price, class, ...) name no picture",
        ),
    ],
)
def test_a_file_or_its_folder_is_told_by_what_it_is(tmp_path, name, content, what):
    (tmp_path / name).write_bytes(content)

    assert f"{name}: {what}" in why(tmp_path / name)
    assert f"holds {name}, which {what}" in why(tmp_path)


def test_pictures_alone_have_nothing_to_import(tmp_path):
    draw(tmp_path / "plain", "1.jpg", "2.jpg")
    draw(tmp_path / "pairs", "HR/1.jpg", "LR/1.jpg")

    assert "holds pictures and no annotation file" in why(tmp_path / "plain")
    assert "pairs of pictures for super-resolution" in why(tmp_path / "pairs")


def test_an_empty_folder_holds_no_file(tmp_path):
    assert "holds no file" in why(tmp_path)
    (tmp_path / "a.json").touch()
    assert why(tmp_path / "a.json").endswith("is empty")


@pytest.mark.parametrize("folders", [("RGB", "Depth"), ("HR", "LR"), ("ground_truth", "good")])
def test_folders_of_pictures_beside_one_another_are_no_classes(tmp_path, folders):
    draw(tmp_path, *(f"{folder}/1.png" for folder in folders))

    assert image_folder.sniff(tmp_path) == 0
