"""The two ways of reading one XML file give the same; what is dangerous is refused."""

from __future__ import annotations

import random

import pytest

from labelduck.errors import BadInputError
from labelduck.importers import voc
from labelduck.importers.base import ReadOptions
from labelduck.importers.voc.xml import Parser
from labelduck.importers.xml import UnreadableError

BOX = "<bndbox><xmin>1</xmin><ymin>2</ymin><xmax>3</xmax><ymax>4</ymax></bndbox>"
PLAIN = f"""<?xml version="1.0" encoding="utf-8"?>
<annotation verified="yes">
  <folder>f</folder><filename>ä.jpg</filename>
  <source><database>d</database><annotator>ann</annotator></source>
  <size><width>100</width><height>80</height><depth>3</depth></size>
  <object><name>cat</name><pose>Left</pose>{BOX}<difficult>1</difficult></object>
  <object><name>dog</name>{BOX}<part><name>head</name>{BOX}</part></object>
  <segmented>0</segmented>
</annotation>
"""
ODD = [
    PLAIN.replace("<folder>", "<!-- <object> --><folder>"),
    PLAIN.replace("<name>cat", "<name><![CDATA[c</object>at]]>"),
    PLAIN.replace("<name>cat", "<name>c&amp;t"),
    PLAIN.replace("<folder>f", "<folder>f&#38;"),
    PLAIN.replace("<object>", "<object id='7'>"),
    PLAIN.replace("<annotation ", "<annotation xmlns='urn:x' xmlns:v='urn:v' "),
    PLAIN.replace("<size>", "<v:size>")
    .replace("</size>", "</v:size>")
    .replace("<annotation ", "<annotation xmlns:v='urn:v' "),
    PLAIN.replace("</folder>", "</folder>\n<folder>g</folder>"),
    PLAIN.replace("<folder>f", "<folder>\n f\n"),
    PLAIN.replace("<xmin>1<", "<xmin>\n1\n<"),
    PLAIN.replace("<xmin>1<", "<xmin> +1.5e0 <"),
    PLAIN.replace("<xmin>1</xmin>", ""),
    PLAIN.replace("<bndbox>", "<bndbox><angle>3</angle>"),
    PLAIN.replace(BOX + "<diff", f"<inner>{BOX}</inner><diff"),
    PLAIN.replace(BOX + "<diff", f"<!-- {BOX} --><diff"),
    PLAIN.replace("<object>", "stray<object>"),
    PLAIN.replace("\n", "\r\n"),
    PLAIN.replace("  <segmented>", "<object/><segmented>"),
    PLAIN.replace("<source>", "<source>text"),
    PLAIN.replace("<database>d</database>", "<database>d</database><database>e</database>"),
    PLAIN.replace("<width>100", "<width>1e2").replace("<height>80", "<height>unknown"),
    PLAIN.replace("  <folder>f</folder>", "<folder> </folder><empty/>"),
    "<annotation></annotation>",
    "<annotation/>",
    "<annotation><object></object></annotation>",
]


def said(parser, data):
    try:
        document = parser.parse(data)
    except UnreadableError:
        return "unreadable"
    facts = (document.file_name, document.width, document.height, document.annotator, document.attributes)
    return (*facts, document.corners, [parser.looks[number] for number in document.looks])


@pytest.mark.parametrize("text", [PLAIN, *ODD], ids=range(len(ODD) + 1))
def test_the_quick_way_says_what_the_careful_way_says(text):
    quick, careful = Parser(), Parser(always_expat=True)

    first, second = said(quick, text.encode()), said(quick, text.encode())

    assert first == second == said(careful, text.encode())
    assert first != "unreadable"


def test_a_plain_file_takes_the_quick_way(monkeypatch):
    monkeypatch.setattr(Parser, "_parse_any", None)

    document = Parser().parse(PLAIN.encode())

    assert (document.file_name, document.width, document.height, document.annotator) == (
        "ä.jpg",
        100,
        80,
        "ann",
    )
    assert document.corners == [(1, 2, 3, 4), (1, 2, 3, 4)]


def test_both_ways_agree_on_damaged_files():
    chance = random.Random(7)
    pieces = [
        b"<object>",
        b"</object>",
        b"<bndbox>",
        b"</bndbox>",
        b"&",
        b"<!--",
        b"-->",
        b"<",
        b">",
        b"\xff",
        b"0",
        b"/",
        b"",
    ]
    damaged = []
    for _ in range(1_500):
        data = bytearray(PLAIN.encode())
        for _ in range(chance.randint(1, 3)):
            start = chance.randrange(len(data))
            data[start : start + chance.choice([0, 1, 1, 5, 40])] = chance.choice(pieces)
        damaged.append(bytes(data))

    quick, careful = Parser(), Parser(always_expat=True)

    for data in damaged:
        assert said(quick, data) == said(careful, data), data


@pytest.mark.parametrize("encoding", ["utf-16", "iso-8859-1", "gb2312", "cp1252", "utf-8-sig"])
def test_other_encodings_are_read(encoding):
    name = "猫" if encoding == "gb2312" else "chat é" if encoding != "utf-16" else "猫"
    declared = encoding.removesuffix("-sig")
    text = f'<?xml version="1.0" encoding="{declared}"?><annotation><object><name>{name}</name>{BOX}</object></annotation>'
    parser = Parser()

    parser.parse(text.encode(encoding))

    assert parser.looks[0].class_name == name


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"", "no element found"),
        (b"<annotation><object></annotation>", "mismatched tag"),
        (b"<annotation>\xff</annotation>", "not well-formed"),
        (b"<annotations/>", "the root element is <annotations>, expected <annotation>"),
        (b"\x00\x01\x02", "no well-formed XML"),
        (b'<?xml version="1.0" encoding="klingon"?><annotation/>', "not in the encoding klingon"),
        (
            b'<!DOCTYPE a [<!ENTITY b "c">]><annotation>&b;</annotation>',
            "it uses entities, which are refused",
        ),
        (
            b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><annotation>&b;</annotation>',
            "entities, which are refused",
        ),
        (b'<!DOCTYPE a SYSTEM "a.dtd"><annotation>&b;</annotation>', "entities, which are refused"),
        (b"<annotation>&b;</annotation>", "undefined entity"),
        (b"<annotation>" + b"<a>" * 50 + b"</a>" * 50 + b"</annotation>", "nest deeper than 32"),
        (
            b"<annotation><object>" + b"<a>" * 50_000 + b"</a>" * 50_000 + b"</object></annotation>",
            "nest deeper than 32",
        ),
    ],
)
def test_what_is_no_annotation_or_dangerous_is_refused_with_the_reason(data, problem):
    with pytest.raises(UnreadableError, match=problem):
        Parser().parse(data)


def test_entities_that_multiply_are_refused_before_they_do():
    laughs = "".join(f'<!ENTITY l{i} "{f"&l{i - 1};" * 10}">' for i in range(1, 12))
    bomb = f'<!DOCTYPE a [<!ENTITY l0 "lol">{laughs}]><annotation><folder>&l11;</folder></annotation>'

    with pytest.raises(UnreadableError, match="line 1: it uses entities"):
        Parser().parse(bomb.encode())


def test_a_damaged_file_among_others_is_a_problem_and_alone_an_error(tmp_path):
    (tmp_path / "bad.xml").write_text("<annotation>")
    (tmp_path / "good.xml").write_text(PLAIN)

    (batch,) = voc.read(tmp_path, ReadOptions())

    problems = batch["import_problems"].to_pylist()
    assert [row["image_id"] for row in batch["images"].to_pylist()] == ["good"]
    assert problems[0]["source_file"] == "bad.xml"
    assert problems[0]["problem"].startswith("no well-formed XML: no element found: line 1")
    with pytest.raises(BadInputError, match=r"bad\.xml: no well-formed XML"):
        next(voc.read(tmp_path / "bad.xml", ReadOptions()))


def test_a_file_larger_than_one_read_is_read_whole(tmp_path):
    (tmp_path / "a.xml").write_text(PLAIN.replace("<folder>f", "<folder>" + "f" * 200_000))

    (batch,) = voc.read(tmp_path, ReadOptions())

    assert batch["annotations"].num_rows == 2
