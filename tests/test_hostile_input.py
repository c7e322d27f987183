"""What no file can do to a lake: a traceback, a half-written version, a record that is lost without a word."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import struct
import subprocess
import sys
import zipfile
import zlib
from random import Random

import pytest

import labelduck
from hostile_bytes import ways
from hostile_lake import HostileLake, make_lake, restore, state, words
from hostile_sources import SOURCES, instances, results
from labelduck.cli import main
from labelduck.errors import BadInputError, UsageError

WHOLES = {
    "nothing": b"",
    "blanks": b" \n\t\n",
    "zeros": bytes(300),
    "noise": Random(1).randbytes(4_000),
    "an empty list": b"[]",
    "an empty object": b"{}",
    "a number": b"7",
    "a web page": b"<!doctype html><html><body>Sign in to go on</body></html>",
    "UTF-16": "annotation_id,annotator\n1,ana\n".encode("utf-16"),
}
NAMES = ("a/b", "..", "o'brien", 'the "best"', "ünï 名前", "a\nb", "*", "%2F", "; drop table images; --")
BAD_NAMES = ("", " ", "n" * 300, "名" * 40, "\udcff")


@pytest.fixture(scope="module")
def base(tmp_path_factory):
    return make_lake(tmp_path_factory.mktemp("hostile"))


@pytest.fixture(scope="module")
def path(base, tmp_path_factory):
    path = tmp_path_factory.mktemp("thrown") / "lake"
    restore(base, path)
    return path


@pytest.fixture(scope="module")
def before(path):
    return state(path)


@pytest.fixture
def lake(base, path, before, capsys):
    return HostileLake(base, path, before, capsys)


@pytest.fixture
def here(tmp_path):
    folder = tmp_path / "here"
    folder.mkdir()
    return folder


@pytest.mark.parametrize("name", SOURCES)
def test_a_source_is_accepted_as_it_is(lake, here, name):
    SOURCES[name].write(here)

    code, _ = lake.throw(shlex.join(words(SOURCES[name], here)))

    assert code == 0


@pytest.mark.parametrize("name", SOURCES)
def test_a_file_of_something_else_is_refused_or_reported(lake, here, name):
    source = SOURCES[name]
    source.write(here)
    harmed = here / source.files[0]

    for content in Random(name).sample(sorted(WHOLES), 2):
        harmed.write_bytes(WHOLES[content])
        lake.throw(shlex.join(words(source, here)), names=str(here))


@pytest.mark.parametrize("name", SOURCES)
def test_a_harmed_file_never_harms_the_lake(lake, here, name):
    harm(lake, here, name, seeds=range(2))


@pytest.mark.slow
@pytest.mark.parametrize("name", SOURCES)
def test_a_file_harmed_in_many_ways_never_harms_the_lake(lake, here, name):
    harm(lake, here, name, seeds=range(2, 9))  # fuzz.py goes on from here, for as long as one likes


def harm(lake, here, name, *, seeds):
    source = SOURCES[name]
    source.write(here)
    for seed in seeds:
        random = Random(f"{name} {seed}")
        harmed = random.choice(source.files)
        whole = (here / harmed).read_bytes()
        (here / harmed).write_bytes(random.choice(ways(harmed))(whole, random))
        lake.throw(shlex.join(words(source, here)), names=str(here))
        (here / harmed).write_bytes(whole)


@pytest.mark.parametrize("bad", ["NaN", "-Infinity", "1e999", "1e300", '"7"', "null", "[]", "true"])
def test_of_coco_each_record_is_a_row_or_a_problem(lake, here, bad):
    document = instances()
    n = len(document["annotations"])
    for place in range(8):
        box = list(document["annotations"][place]["bbox"])
        box[place % 4] = "BAD"
        document["annotations"][place] = document["annotations"][place] | {"bbox": box}
    text = json.dumps(document).replace('"BAD"', bad)
    (here / "scene.json").write_text(text)

    counted = rows_and_errors(lake, here, "import coco {here}/scene.json --dataset coco --replace")

    assert counted == (n - 8, 8)


@pytest.mark.parametrize("bad", ["nan", "-inf", "1e999", "12e", "0x10", "-0.5", "7", "½"])
def test_of_yolo_each_line_is_a_row_or_a_problem(lake, here, bad):
    SOURCES["yolo detect"].write(here)
    labels = here / "labels" / "site_002.txt"
    lines = labels.read_text().splitlines()
    n = sum(len(file.read_text().splitlines()) for file in labels.parent.iterdir())
    labels.write_text(
        "\n".join(
            " ".join([*line.split()[: 1 + i % 4], bad, *line.split()[2 + i % 4 :]])
            for i, line in enumerate(lines)
        )
    )

    counted = rows_and_errors(lake, here, SOURCES["yolo detect"].command)

    assert counted == (n - len(lines), len(lines))


@pytest.mark.parametrize("bad", ["nan", "1e999", "1e300", "-1e13", "x", "", "<b/>"])
def test_of_voc_each_object_is_a_row_or_a_problem(lake, here, bad):
    SOURCES["voc"].write(here)
    harmed = here / "Annotations" / "site_002.xml"
    n = sum(file.read_text().count("<object>") for file in harmed.parent.iterdir())
    n_bad = harmed.read_text().count("<object>")
    text = harmed.read_text().replace("<xmin>", "<xmin>BAD<!--").replace("</xmin>", "--></xmin>")
    harmed.write_text(text.replace("BAD", bad))

    counted = rows_and_errors(lake, here, SOURCES["voc"].command)

    assert counted == (n - n_bad, n_bad)


@pytest.mark.parametrize("bad", ["nan", "1e999", "1e300", "x", "1 2"])
def test_of_detections_each_line_is_a_row_or_a_problem(lake, here, bad):
    SOURCES["voc results"].write(here)
    harmed = here / "results" / "comp4_det_all_person.txt"
    n = sum(len(file.read_text().splitlines()) for file in harmed.parent.iterdir())
    lines = [line.split() for line in harmed.read_text().splitlines()]
    harmed.write_text("".join(" ".join([*line[:3], bad, *line[4:]]) + "\n" for line in lines))

    counted = rows_and_errors(lake, here, SOURCES["voc results"].command, table="predictions")

    assert counted == (n - len(lines), len(lines))


def test_results_with_unknown_images_and_bad_scores_are_problems_and_unknown_classes_are_kept(lake, here):
    good = results()
    bad = [good[0] | {"image_id": 99}, good[0] | {"score": "high"}, {}, None, [], good[0] | {"image_id": [1]}]
    unknown = [good[0] | {"category_id": 77}, good[0] | {"category_id": 10**30}]
    (here / "scene.json").write_text(json.dumps([*good, *bad, *unknown]))

    counted = rows_and_errors(lake, here, SOURCES["coco results"].command, table="predictions")

    assert counted == (len(good) + 2, len(bad))


def test_ids_that_repeat_or_mix_types_stay_apart(lake, here):
    document = instances()
    n = len(document["annotations"])
    for place, mixed in enumerate([1, 1, "1", 1.0, "1#2", 2**70, -1, "x" * 9_000]):
        document["annotations"][place] = {**document["annotations"][place], "id": mixed}
    (here / "scene.json").write_text(json.dumps(document))

    counted = rows_and_errors(lake, here, SOURCES["coco"].command)

    assert counted == (n, 0)


def rows_and_errors(lake, here, command, *, table="annotations"):
    """Give the rows that an import made and the records that it left out, as the lake says it."""
    source = command.replace("{here}", str(here))
    assert main([*shlex.split(source), "--lake", str(lake.path)]) == 0
    opened = labelduck.open(lake.path)
    (dataset,) = [d for d, n in state(lake.path).versions.items() if n > lake.before.versions[d]]
    model = "and model = 'm'" if table == "predictions" else ""
    rows = opened.sql(f"select count(*) from {table} where dataset = ? {model}", dataset).fetchall()[0][0]
    errors = opened.sql(
        "select count(*) from import_problems where dataset = ? and severity = 'error'", dataset
    ).fetchall()[0][0]
    restore(lake.base, lake.path)
    return rows, errors


@pytest.mark.parametrize(
    ("name", "command", "message"),
    [
        ("coco results", "import coco {here}/scene.json --dataset coco", "labelduck predictions"),
        ("coco", "predictions coco {here}/scene.json --dataset coco --model m", "labelduck import"),
        ("coco", "import yolo {here}/scene.json --dataset yolo", "data.yaml"),
        ("coco", "import mask_png {here}/scene.json --dataset masks", "folder"),
        ("coco", "import voc {here}/scene.json --dataset voc", "scene.json"),
        ("coco", "predictions voc {here}/scene.json --dataset voc --model m", "scene.json"),
        ("coco", "predictions yolo {here}/scene.json --dataset yolo --model m", "folder"),
        ("voc", "import yolo {here} --dataset yolo", "{here}"),
        ("yolo detect", "import voc {here} --dataset voc", ".xml"),
        ("yolo detect", "import coco {here}/gone.json --dataset coco", "no such file"),
        ("yolo detect", "import coco {here}/" + "x" * 300 + " --dataset coco", "no such file"),
        ("yolo detect", "import yolo {here} --dataset yolo --sizes {here}", "sizes"),
        ("yolo detect", "import yolo {here} --dataset yolo --images {here}/gone", "gone"),
        ("yolo detect", "predictions yolo {here}/labels --dataset yolo --model m", "confidence"),
        ("masks", "import mask_png {here} --dataset masks --class-map {here}", "class map"),
        ("sidecar csv", "import coco {here}/scene.json --dataset coco --provenance {here}", "{here}"),
        ("coco", "import coco {here}/scene.json --dataset coco --provenance-pattern (", "pattern"),
    ],
)  # fmt: skip
def test_what_was_mixed_up_is_named_with_a_way_out(lake, here, name, command, message):
    SOURCES[name].write(here)

    code, told = lake.throw(command.replace("{here}", str(here)))

    assert code in (BadInputError.exit_code, UsageError.exit_code)
    assert message.replace("{here}", str(here)) in told


@pytest.mark.parametrize("name", NAMES)
def test_any_text_may_name_a_dataset_a_model_and_a_file(lake, here, name):
    (here / "scene.json").write_text(json.dumps(instances()))
    (here / "found.json").write_text(json.dumps(results()))
    file = here / f"{name.replace('/', ' ')}.json"
    shutil.copy(here / "scene.json", file)

    codes = [
        main(["import", "coco", str(file), f"--dataset={name}", "--lake", str(lake.path)]),
        main(["predictions", "coco", str(here / "found.json"), f"--dataset={name}", f"--model={name}", "--lake", str(lake.path)]),
        main(["build", "--lake", str(lake.path)]),
    ]  # fmt: skip

    opened = labelduck.open(lake.path)
    assert codes == [0, 0, 0]
    assert opened.sql("select distinct model from matches where dataset = ?", name).fetchall() == [(name,)]
    assert opened.sql("select count(*) from annotations where dataset = ?", name).fetchall()[0][0] == 20
    restore(lake.base, lake.path)


@pytest.mark.parametrize("name", BAD_NAMES)
def test_what_can_name_nothing_is_refused_before_anything_is_written(lake, here, name):
    (here / "scene.json").write_text(json.dumps(instances()))
    quoted = shlex.quote(name)

    code, _ = lake.throw(f"import coco {here}/scene.json --dataset {quoted}")

    assert code == UsageError.exit_code


def test_a_file_whose_name_is_no_utf_8_is_read(lake, here):
    file = here / os.fsdecode(b"\xff\xfe.json")
    file.write_text(json.dumps(instances()))

    code = main(["import", "coco", str(file), "--dataset", "coco", "--replace", "--lake", str(lake.path)])

    assert code == 0
    restore(lake.base, lake.path)


def test_links_that_go_round_and_folders_named_like_files_end(lake, here):
    for name in ("yolo detect", "voc", "masks", "yolo results", "voc results"):
        folder = here / name.replace(" ", "_")
        folder.mkdir()
        SOURCES[name].write(folder)
        for inner in [folder, *(path for path in folder.rglob("*") if path.is_dir())]:
            (inner / "up").symlink_to(folder)
            for end in ("txt", "xml", "png", "jpg"):
                (inner / f"gone.{end}").symlink_to("nowhere")
                (inner / f"round.{end}").symlink_to(f"round.{end}")
                (inner / f"folder.{end}").mkdir()

        lake.throw(shlex.join(words(SOURCES[name], folder)))


NEST = 100_000
DEEP = {
    "a list": "[" * NEST + "]" * NEST,
    "a list that does not end": "[" * NEST,
    "objects": '{"a":' * NEST + "1" + "}" * NEST,
    "a field": '{"images": [], "annotations": [{"id": 1, "x": ' + "[" * NEST + "]" * NEST + "}]}",
}


@pytest.mark.parametrize("deep", DEEP)
@pytest.mark.parametrize("native", ["0", "1"])
def test_json_may_nest_as_deep_as_it_likes(lake, here, deep, native):
    (here / "scene.json").write_text(DEEP[deep])

    done = alone(lake, f"import coco {here}/scene.json --dataset coco --replace", LABELDUCK_NATIVE=native)

    assert done.returncode in (0, BadInputError.exit_code), done.stderr


def test_aliases_that_stand_for_gigabytes_are_refused(lake, here):
    SOURCES["yolo detect"].write(here)
    lines = ["a: &a [x, x, x, x, x, x, x, x, x]"]
    lines += [f"{b}: &{b} [{', '.join(['*' + a] * 9)}]" for a, b in zip("abcdefgh", "bcdefghi", strict=True)]
    (here / "data.yaml").write_text("\n".join([*lines, "names: [cat]", "val: images"]))

    code, told = lake.throw(shlex.join(words(SOURCES["yolo detect"], here)), names="data.yaml")

    assert code == BadInputError.exit_code
    assert "aliases" in told


BOMB = "".join(f'<!ENTITY {b} "{("&" + a + ";") * 10}">' for a, b in zip("abcdefgh", "bcdefghi", strict=True))


@pytest.mark.parametrize(
    "xml",
    [
        f'<!DOCTYPE x [<!ENTITY a "ha">{BOMB}]><annotation><folder>&i;</folder></annotation>',
        '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><annotation><folder>&a;</folder></annotation>',
        "<annotation>" + "<a>" * NEST + "</a>" * NEST + "</annotation>",
        "<annotation><object>" + "<part>" * NEST + "</part>" * NEST + "</object></annotation>",
        '<?xml version="1.0" encoding="undefined"?><annotation/>',
        '<?xml version="1.0" encoding="zlib"?><annotation/>',
    ],
    ids=["entities", "a file", "depth", "parts", "no encoding", "a codec"],
)  # fmt: skip
def test_xml_that_is_a_trap_is_refused_and_the_other_files_are_read(lake, here, xml):
    SOURCES["voc"].write(here)
    (here / "Annotations" / "site_002.xml").write_text(xml)

    done = alone(lake, shlex.join(words(SOURCES["voc"], here)))

    assert done.returncode == 0, done.stderr
    problems = labelduck.open(lake.path).sql(
        "select count(*) from import_problems where source_file like '%site_002.xml' and severity = 'error'"
    )
    assert problems.fetchall() == [(1,)]
    restore(lake.base, lake.path)


def png(width, height, pixels=b""):
    parts = [
        (b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)),
        (b"IDAT", zlib.compress(pixels)),
        (b"IEND", b""),
    ]
    framed = (struct.pack(">I", len(p)) + k + p + struct.pack(">I", zlib.crc32(k + p)) for k, p in parts)
    return b"\x89PNG\r\n\x1a\n" + b"".join(framed)


@pytest.mark.parametrize("side", [0, 30_000, 2**31 - 1, 2**32 - 1])
def test_a_picture_that_claims_to_be_huge_is_a_problem_not_a_crash(lake, here, side):
    for name, file in (("masks", "SegmentationClass/site_002.png"), ("yolo detect", "images/site_002.jpg")):
        folder = here / name.replace(" ", "_")
        folder.mkdir()
        SOURCES[name].write(folder)
        (folder / file).write_bytes(png(side, side))

        code, _ = lake.throw(shlex.join(words(SOURCES[name], folder)))

        assert code == 0


def zips(folder):
    """Write zips that are traps, and give their paths."""
    jpeg = bytes(4_000) + b"\xff\xd8"
    traps = {
        "out.zip": [("../../site_002.jpg", jpeg), ("/etc/site_008.jpg", jpeg)],
        "long.zip": [("site_002.png", bytes(30_000_000))],
        "segments.zip": [("site_002.jpg", b"\xff\xd8" + (b"\xff\xe0\xff\xff" + bytes(65_533)) * 200)],
        "none.zip": [],
    }
    for name, entries in traps.items():
        with zipfile.ZipFile(folder / name, "w", zipfile.ZIP_DEFLATED) as file:
            for inner, data in entries:
                file.writestr(inner, data)
    whole = (folder / "segments.zip").read_bytes()
    (folder / "cut.zip").write_bytes(whole[: len(whole) // 2])
    (folder / "damaged.zip").write_bytes(whole[:60] + b"\xff" * 40 + whole[100:])
    (folder / "text.zip").write_text("no zip")
    return sorted(folder.glob("*.zip"))


def test_zips_that_are_traps_are_refused_or_reported_and_nothing_is_unpacked(lake, here, tmp_path):
    SOURCES["yolo detect"].write(here)
    (tmp_path / "zips").mkdir()
    for path in zips(tmp_path / "zips"):
        before = sorted(tmp_path.rglob("*"))

        lake.throw(f"import yolo {here}/data.yaml --dataset yolo --replace --images {path}")

        assert sorted(tmp_path.rglob("*")) == before


SETTINGS = (
    b"\xff\xfe\x00", b"[thresholds]\nmin_iou = nan\n", b"[thresholds]\nmin_iou = inf\n", b"[thresholds]\nnope = 1\n",
    b"[thresholds]\nmin_iou = 1" + b"0" * 400, b"thresholds = [1]\n", b"matching = 3\n", b"[matching]\nmode = ['coco']\n",
    b"a = " + b"[" * 5_000, b'[thresholds]\n"min_iou; drop view images" = 1\n', b"[thresholds",
)  # fmt: skip


@pytest.mark.parametrize("settings", SETTINGS, ids=range(len(SETTINGS)))
def test_settings_that_mean_nothing_stop_every_command_before_it_begins(lake, here, capsys, settings):
    (here / "scene.json").write_text(json.dumps(instances()))
    file = lake.path / "labelduck.toml"
    file.write_bytes(settings)

    commands = (
        ["sql", "select 1"],
        ["build"],
        ["import", "coco", str(here / "scene.json"), "--dataset", "coco"],
    )
    codes = [main([*command, "--lake", str(lake.path)]) for command in commands]

    file.unlink()
    told = capsys.readouterr().err
    assert codes == [BadInputError.exit_code] * 3
    assert told.count("labelduck.toml") == 3
    assert state(lake.path) == lake.before


def without_rights():
    """Give the words before a command that make even root heed a file's rights."""
    if os.geteuid():
        return []
    if shutil.which("setpriv") is None:
        pytest.skip("root may read everything, and there is no setpriv")
    return ["setpriv", "--bounding-set", "-dac_override,-dac_read_search"]


@pytest.mark.parametrize(
    "command",
    [
        "import coco {here}/secret.json --dataset coco",
        "import coco {here}/scene.json --dataset coco --replace --provenance {here}/secret.json",
        "predictions coco {here}/secret.json --dataset coco --model m",
        "import yolo {here}/secret --dataset yolo",
        "import auto {here}/secret --dataset yolo",
        "import mask_png {here}/secret --dataset masks",
        "import voc {here}/secret --dataset voc",
        "predictions voc {here}/secret --dataset voc --model m",
    ],
)
def test_what_may_not_be_read_is_named(lake, here, command):
    SOURCES["sidecar csv"].write(here)
    (here / "secret.json").touch(mode=0)
    (here / "secret").mkdir(mode=0)

    done = alone(lake, command.replace("{here}", str(here)), before=without_rights())

    (here / "secret").chmod(0o700)
    assert done.returncode == BadInputError.exit_code, done.stderr
    assert "secret" in done.stderr


def alone(lake, command, *, before=(), **environment):
    """Run a command in a process of its own, which may crash or hang."""
    done = subprocess.run(
        [*before, sys.executable, "-m", "labelduck", *shlex.split(command), "--lake", str(lake.path)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env=os.environ | environment,
    )
    assert "Traceback" not in done.stderr
    assert not list(lake.path.rglob("*.tmp*"))
    if done.returncode:
        assert state(lake.path) == lake.before
    return done
