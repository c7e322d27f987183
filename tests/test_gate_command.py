"""`labelduck gate`: exit codes, pages for CI, waivers and limits of labelduck.toml, history."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from xml.etree import ElementTree as ET

import pytest

import labelduck
from labelduck import cli, gate_pages
from labelduck.errors import BadInputError, UsageError
from labelduck.gating import Judgement


def coco(path, *, n_images=30, hashes=None):
    images = [
        {
            "id": n,
            "file_name": f"{n}.jpg",
            "width": 100,
            "height": 100,
            "sha256": (hashes or {}).get(n, f"s{n}"),
        }
        for n in range(n_images)
    ]
    boxes = [
        {"id": n, "image_id": n // 2, "category_id": 1 + n % 2, "bbox": [n % 30, 5, 20, 20]}
        for n in range(2 * n_images)
    ]
    classes = [{"id": 1, "name": "cat"}, {"id": 2, "name": "dog"}]
    path.write_text(json.dumps({"images": images, "annotations": boxes, "categories": classes}))
    return path


EASY = "[gates]\nchecklist = false\naudit_done = false\n"


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A lake with one fault: picture 1 is picture 0 again."""
    folder = tmp_path_factory.mktemp("gate")
    lake = labelduck.open(folder / "lake")
    lake.import_annotations(coco(folder / "a.json", hashes={1: "s0"}), dataset="a|b")
    lake.build()
    return folder / "lake"


@pytest.fixture
def lake(made):
    yield made
    for name in ("labelduck.toml", "checklist.toml"):
        (made / name).unlink(missing_ok=True)


def run(lake, *words):
    return cli.main(["gate", "--lake", str(lake), *words])


def test_a_failed_gate_is_exit_code_1_and_is_told_with_its_violations(lake, capsys):
    (lake / "labelduck.toml").write_text(EASY)

    code = run(lake)

    told = capsys.readouterr()
    assert code == 1
    assert "fail             duplicate_images" in told.out
    assert "1.jpg is 0.jpg again" in told.err
    assert "checklist" not in told.out
    assert " drift " not in told.out  # nobody is known: there is nothing to compare


def test_limits_waivers_and_only_decide_and_strict_takes_missing_data_for_a_failure(lake, capsys):
    until = (datetime.now(UTC) + timedelta(days=2)).date()
    waiver = f'[[waivers]]\ngate = "duplicate_images"\nowner = "ann"\nreason = "known"\nuntil = {until}\n'

    (lake / "labelduck.toml").write_text(EASY + "duplicate_images = 1\n")
    by_limit = run(lake)
    (lake / "labelduck.toml").write_text(EASY + waiver)
    by_waiver = run(lake)
    waived = capsys.readouterr().out
    (lake / "labelduck.toml").unlink()

    assert (by_limit, by_waiver) == (0, 0)
    assert f"waived by ann until {until}" in waived
    assert run(lake, "--only", "class_counts", "--only", "minimum_size") == 0
    assert run(lake, "--only", "label_errors") == 0
    assert run(lake, "--only", "label_errors", "--strict") == 1


def test_junit_names_each_gate_and_markdown_shows_a_table(lake, tmp_path):
    from junitparser import Failure, JUnitXml, Skipped

    (lake / "labelduck.toml").write_text(EASY)
    junit, page = tmp_path / "out" / "gate.xml", tmp_path / "gate.md"

    run(lake, "--junit", str(junit), "--markdown", str(page))

    told = JUnitXml.fromfile(str(junit))
    (suite,) = told
    cases = {case.name: case for case in suite}
    failed = {name for name, case in cases.items() if any(isinstance(r, Failure) for r in case.result)}
    skipped = {name for name, case in cases.items() if any(isinstance(r, Skipped) for r in case.result)}
    assert (suite.name, told.tests, told.failures) == ("a|b", suite.tests, 1)
    assert suite.tests == len(cases) > 5
    assert failed == {"duplicate_images"}
    assert suite.skipped == len(skipped) > 0
    assert "1.jpg is 0.jpg again" in cases["duplicate_images"].result[0].text
    assert all(case.system_out for name, case in cases.items() if name not in failed | skipped)
    text = page.read_text()
    assert text.startswith("## a\\|b version 1: 1 of ")
    assert "| duplicate_images | **fail** | 1 picture files twice, n = 30; at most 0 asked |" in text
    assert "- 1.jpg is 0.jpg again" in text


def test_json_and_the_history_say_the_same(lake, capsys):
    (lake / "labelduck.toml").write_text(EASY)

    run(lake, "--json")
    document = json.loads(capsys.readouterr().out)
    again = labelduck.open(lake).gate()

    rows = labelduck.open(lake).sql(
        "select gate, status, sentence, lake_state from gate_results where evaluation = ? order by gate",
        document["evaluation"],
    )
    told = sorted((row["gate"], row["status"], row["sentence"]) for row in document["gates"])
    assert [row[:3] for row in rows.fetchall()] == told
    assert document["status"] == "fail"
    assert again.lake_state == document["lake_state"]
    assert again.to_json()["gates"][0]["dataset"] == "a|b"
    (lake / "labelduck.toml").write_text(EASY + "duplicate_images = 1\n")
    assert labelduck.open(lake).gate().lake_state != document["lake_state"]


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ('[[waivers]]\ngate = "checklist"\nowner = "a"\nuntil = 2999-01-01', r"waivers\[0\]: has no reason"),
        (
            '[[waivers]]\ngate = "speed"\nowner="a"\nreason="b"\nuntil=2999-01-01',
            r"waivers\[0\].gate: 'speed'",
        ),
        (
            '[[waivers]]\ngate="checklist"\nowner="a"\nreason="b"\nuntil="2999-01-01"',
            r"waivers\[0\].until: .*day",
        ),
        (
            '[[waivers]]\ngate="checklist"\nowner=" "\nreason="b"\nuntil=2999-01-01',
            r"waivers\[0\].owner: .*text",
        ),
        (
            '[[waivers]]\ngate="checklist"\nowner="a"\nreason="b"\nuntil=2020-01-01',
            r"\[0\].until: .* ended on",
        ),
        ("[gates]\nspeed = 1", "gates.speed: 'speed' is unknown; known are"),
        ('[gates]\ncoverage = "much"', "gates.coverage: 'much' is no limit"),
        ("[gates]\ncoverage = nan", "gates.coverage: 'nan' is no limit"),
        ("gates = 3", "gates: is no section"),
        ("waivers = 3", "waivers: is no list"),
        (
            '[[coverage]]\ndimension = "size"\nat_least = -1',
            r"coverage\[0\].at_least: '-1' is no whole number",
        ),
        (
            '[[coverage]]\ndimension = "size"\nat_least = 1\ncolour = "red"',
            r"coverage\[0\].colour: 'colour' is unknown",
        ),
    ],
)
def test_a_wrong_line_of_labelduck_toml_is_told_with_its_place(lake, text, place):
    (lake / "labelduck.toml").write_text(text)

    with pytest.raises(BadInputError, match=f"labelduck.toml: .*{place}"):
        labelduck.open(lake).gate()


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("[owner_named]\nname = 'ann'", r"owner_named\[0\]: has no date"),
        ("[classes_frozen]\nname = 'ann'\ndate = 2026-01-01", "classes_frozen: 'classes_frozen' is unknown"),
        ("owner_named = 3", "owner_named: is no list"),
        ("[", "is no valid TOML"),
    ],
)
def test_a_wrong_line_of_the_checklist_is_told_with_its_place(lake, text, place):
    (lake / "checklist.toml").write_text(text)

    with pytest.raises(BadInputError, match=f"checklist.toml: .*{place}"):
        labelduck.open(lake).gate()


def test_an_attestation_settles_its_point(lake):
    (lake / "checklist.toml").write_text(
        "[owner_named]\nname = 'Ann'\ndate = 2026-01-01\nnote = 'until May'\n"
    )

    rows = labelduck.open(lake).sql(
        "select item, sentence from checklist where source = 'attested' and status = 'done'"
    )

    assert rows.fetchall() == [("owner_named", "Ann attests it on 2026-01-01")]


def test_an_unknown_dataset_and_gates_unknown_or_off_are_usage_errors(lake):
    (lake / "labelduck.toml").write_text(EASY)

    for words, message in (
        ({"dataset": "x"}, "no dataset 'x'; it holds a|b"),
        ({"only": ["speed"]}, "unknown gate 'speed'"),
        ({"only": ["checklist"]}, "gate checklist is switched off"),
    ):
        with pytest.raises(UsageError) as raised:
            labelduck.open(lake).gate(**words)
        assert message in str(raised.value)


@pytest.mark.parametrize(
    ("words", "message"), [((), "no lake here"), (("import", "labels"), "holds no dataset")]
)
def test_what_is_not_there_passes_no_gate(tmp_path, capsys, words, message):
    lake, refused = tmp_path / "lake", tmp_path / "votes.csv"
    refused.write_text("image_id\n1\n")
    if words:
        cli.main([*words, str(refused), "--lake", str(lake)])
    capsys.readouterr()

    code = cli.main(["gate", "--lake", str(lake)])

    assert code == UsageError.exit_code
    assert message in capsys.readouterr().err


def test_texts_that_xml_and_markdown_cannot_hold_harm_no_page():
    row = {
        "dataset": "d",
        "version": None,
        "gate": "split_leaks",
        "status": "fail",
        "sentence": "\x00<a> | `b`",
    }
    row |= {"n_violations": 12, "waived_by": None}
    told = Judgement(
        evaluation="e",
        evaluated_at=datetime(2026, 1, 1),  # noqa: DTZ001 - UTC without a zone, as everywhere
        lake_state="s",
        rows=[row],
        violations={("d", "split_leaks"): ["\ud800 ]]> x"]},
    )

    root = ET.fromstring(gate_pages.junit(told))

    assert "... and 11 more: from split_leaks_violations" in root.find(".//failure").text
    assert "&lt;a> \\| \\`b\\`" in gate_pages.markdown(told)
