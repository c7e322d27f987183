"""Files in folders and zips; XML and JSON that nobody has vouched for."""

from __future__ import annotations

import io
import zipfile

import pytest

from labelduck.errors import BadInputError
from labelduck.importers import files as module
from labelduck.importers import json_records, xml
from labelduck.importers.base import Problems
from labelduck.importers.files import Files, UnreadableFileError
from labelduck.importers.json_records import UnreadableJsonError

JSON = (".json",)
LAUGHS = b'<!DOCTYPE a [<!ENTITY b "ha"><!ENTITY c "&b;&b;">]><a>&c;</a>'


def packed(path, **members):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in members.items():
            file.writestr(name, content)
    return path


def test_a_folder_and_its_zip_hold_the_same_files(tmp_path):
    folder = tmp_path / "folder"
    (folder / "b").mkdir(parents=True)
    for name in ("a.json", "b/c.JSON", "b/d.txt"):
        (folder / name).write_text(name)
    zipped = packed(
        tmp_path / "z.zip",
        **{"a.json": "a.json", "b/c.JSON": "b/c.JSON", "b/d.txt": "", "__MACOSX/x.json": ""},
    )

    found = [Files(path, JSON) for path in (folder, zipped)]

    assert [files.names for files in found] == [["a.json", "b/c.JSON"]] * 2
    assert [files.read("b/c.JSON") for files in found] == [b"b/c.JSON"] * 2


def test_a_file_that_is_named_counts_whatever_it_ends_in(tmp_path):
    path = tmp_path / "export.data"
    path.write_text("[]")

    files = Files(path, JSON)

    assert (files.names, files.is_single, files.read("export.data")) == (["export.data"], True, b"[]")


@pytest.mark.parametrize(
    "name", ["../a.json", "/etc/a.json", "x/../../a.json", "C:/a.json", "x\\..\\..\\a.json"]
)
def test_names_that_lead_out_of_a_zip_are_refused(tmp_path, name):
    problems = Problems()

    files = Files(packed(tmp_path / "z.zip", **{name: "1", "ok.json": "2"}), JSON, problems=problems)

    assert files.names == ["ok.json"]
    assert problems.rows[0]["problem"] == "it is refused: its name leads out of the zip"


def test_files_that_swell_beyond_measure_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "LARGE", 1 << 20)
    problems = Problems()
    path = packed(tmp_path / "z.zip", **{"a.json": "0" * (1 << 22), "ok.json": "2"})

    files = Files(path, JSON, problems=problems)

    assert files.names == ["ok.json"]
    assert "it would swell from" in problems.rows[0]["problem"]


def test_many_files_that_swell_together_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "LARGE", 1 << 20)
    problems = Problems()
    path = packed(tmp_path / "z.zip", **{f"{i}.json": "0" * (1 << 20) for i in range(40)})

    files = Files(path, JSON, problems=problems)

    assert 0 < len(files.names) < 40
    assert len(files.names) + len(problems.rows) == 40
    assert "the zip would unpack to more than" in problems.rows[0]["problem"]


def test_a_damaged_zip_and_an_absent_file_are_bad_input(tmp_path):
    path = packed(tmp_path / "z.zip", **{"a.json": "some text " * 100})
    whole = path.read_bytes()

    path.write_bytes(whole[:40] + b"\0" * 5 + whole[45:])
    with pytest.raises(UnreadableFileError, match="cannot be read as a file"):
        Files(path, JSON).read("a.json")
    path.write_bytes(whole[:-80] + b"\0" * 20 + whole[-60:])
    with pytest.raises(BadInputError, match="cannot be read as files"):
        Files(path, JSON)
    with pytest.raises(BadInputError, match="No such file"):
        Files(tmp_path / "absent", JSON)


def test_a_file_too_large_to_read_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "MAX_BYTES", 10)
    (tmp_path / "a.json").write_text("x" * 11)

    with pytest.raises(UnreadableFileError, match="is larger than"):
        Files(tmp_path, JSON).read("a.json")


def test_children_come_one_by_one_and_equal_the_tree(monkeypatch):
    monkeypatch.setattr(xml, "_PIECE", 7)
    data = b'<r:a xmlns:r="x" k="1"> <b i="1">t<c/>u</b>\n<r:b i="2"><d>&lt;</d></r:b></r:a>'

    root, *found = xml.children(io.BytesIO(data))

    tree = xml.parse_tree(data)
    assert (root.tag, root.get("k"), len(root)) == ("a", "1", 0)
    assert [(e.tag, e.attrib, e.text) for e in found] == [(e.tag, e.attrib, e.text) for e in tree]
    assert [[c.tag for c in e.iter()] for e in found] == [["b", "c"], ["b", "d"]]
    assert found[1][0].text == "<"


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (LAUGHS, "line 1: it uses entities"),
        (b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>', "it uses entities"),
        (b"<a><b></a>", "no well-formed XML: mismatched tag"),
        (b"<a><b>", "no well-formed XML: no element found"),
        (b"", "no well-formed XML"),
        (b"<a>" * 300, "nest deeper than 200"),
        (b'<?xml version="1.0" encoding="x-none"?><a/>', "unknown encoding, x-none"),
    ],
)
def test_xml_that_is_none_or_dangerous_is_refused(data, problem):
    with pytest.raises(xml.UnreadableError, match=problem):
        list(xml.children(io.BytesIO(data)))


def test_xml_in_another_encoding_is_read():
    data = '<?xml version="1.0" encoding="windows-1251"?><a><b>\u043a\u043e\u0442</b></a>'.encode("cp1251")

    _, child = xml.children(io.BytesIO(data))

    assert child.text == "\u043a\u043e\u0442"


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b'[{"a": 1}, 2]', [{"a": 1}, 2]),
        (b'\xef\xbb\xbf[{"a": 1}]', [{"a": 1}]),
        (b'{"a": 1}', [{"a": 1}]),
        (b'{"a": 1}\n{"a": 2}\n', [{"a": 1}, {"a": 2}]),
        (b"[]", []),
    ],
)
def test_records_are_the_items_of_a_list_or_lines_or_the_one_object(data, expected):
    assert list(json_records.records(data)) == expected


def test_a_record_of_a_list_that_is_no_text_is_refused_with_its_number():
    found = json_records.records(b'[{"a": 1}, {"b": "\xff"}]')

    assert next(found) == {"a": 1}
    with pytest.raises(UnreadableJsonError, match="record 1 is no JSON"):
        next(found)


def test_numbers_that_json_does_not_know_are_read_for_whoever_wants_to_refuse_them():
    (record,) = json_records.records(b'[{"a": NaN}]')

    assert record["a"] != record["a"]


@pytest.mark.parametrize("data", [b"", b"[1", b"\xff\xfe", b'{"a": 1}\n{"a"', b"[" * 100_000])
def test_what_is_no_json_is_refused(data):
    with pytest.raises(UnreadableJsonError, match="is no JSON"):
        list(json_records.records(data))


@pytest.mark.parametrize("is_packed", [False, True])
def test_a_file_can_be_read_piece_by_piece(tmp_path, is_packed):
    content = bytes(range(256)) * 2_000
    (tmp_path / "a.json").write_bytes(content)
    path = packed(tmp_path / "z.zip", **{"a.json": content}) if is_packed else tmp_path

    with Files(path, JSON).open("a.json") as file:
        pieces = [file.read(70_000) for _ in range(9)]

    assert b"".join(pieces) == content


def test_damage_that_is_met_while_reading_is_told_as_such(tmp_path):
    content = bytes(range(256)) * 2_000
    whole = bytearray(packed(tmp_path / "z.zip", **{"a.json": content}).read_bytes())
    whole[60:70] = bytes(10)
    (tmp_path / "z.zip").write_bytes(whole)
    files = Files(tmp_path / "z.zip", JSON)

    with files.open("a.json") as file, pytest.raises(UnreadableFileError):
        file.read()
    with pytest.raises(UnreadableFileError):
        files.open("b.json")


@pytest.mark.parametrize("encoding", ["utf-nan", "gb2312"])
def test_an_encoding_that_a_byte_order_mark_contradicts_is_refused(encoding):
    text = f'\ufeff<?xml version="1.0" encoding="{encoding}"?><a/>'.encode()

    with pytest.raises(xml.UnreadableError, match="encoding"):
        list(xml.children(io.BytesIO(text)))
