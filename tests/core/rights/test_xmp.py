"""XMP packets: what is built comes back, what was there stays or gives way, hostile ones are refused."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import RefusedError
from core.model import DataMining
from core.model.statements import SourceType, Statements
from core.rights import xmp

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
TEXT = st.text(st.characters(blacklist_categories=["Cs", "Cc"]), max_size=40).map(str.strip)
NAMES = st.lists(TEXT.map(lambda text: text.replace(";", "").strip()).filter(bool), max_size=3).map("; ".join)
STATEMENTS = st.builds(
    Statements,
    creator=NAMES,
    copyright=TEXT,
    usage=TEXT,
    web_statement=TEXT,
    licence=TEXT,
    licensor=TEXT.filter(lambda text: text == "" or not text.startswith(";")),
    licensor_url=TEXT,
    licensor_email=TEXT,
    credit=TEXT,
    mining=st.sampled_from(list(DataMining)),
    constraints=TEXT,
    reserved=st.sampled_from([None, True, False]),
    policy=TEXT,
    source_type=st.sampled_from(list(SourceType)),
)


def packet(inner: str) -> bytes:
    return f'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="{RDF}">{inner}</rdf:RDF></x:xmpmeta>'.encode()


FOREIGN = packet(
    '<rdf:Description rdf:about="uuid:7" xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmp:CreatorTool="Darkroom"'
    ' xmlns:plus="http://ns.useplus.org/ldf/xmp/1.0/" plus:DataMining="http://ns.useplus.org/ldf/vocab/DMI-ALLOWED"'
    ' xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:creator><rdf:Seq><rdf:li>Ann</rdf:li></rdf:Seq></dc:creator>'
    "<dc:subject><rdf:Bag><rdf:li>hill</rdf:li></rdf:Bag></dc:subject><plus:Licensor><rdf:Seq><rdf:li>"
    '<rdf:Description plus:LicensorName="Old Agency"/></rdf:li></rdf:Seq></plus:Licensor></rdf:Description>'
)


@settings(max_examples=60, deadline=None)
@given(STATEMENTS)
def test_what_is_built_comes_back(said: Statements) -> None:
    assert xmp.parse(xmp.build(said)) == said


@settings(max_examples=40, deadline=None)
@given(STATEMENTS, STATEMENTS)
def test_merging_keeps_or_replaces_each_statement(first: Statements, second: Statements) -> None:
    empty = Statements()
    kept = xmp.parse(xmp.merged(xmp.build(first), second, keep=True))
    replaced = xmp.parse(xmp.merged(xmp.build(first), second, keep=False))
    for name in ("creator", "copyright", "usage", "mining", "reserved", "policy", "licence", "licensor_url"):
        one, two, none = (getattr(said, name) for said in (first, second, empty))
        assert getattr(kept, name) == (one if one != none else two)
        assert getattr(replaced, name) == (two if two != none else one)


def test_both_ways_of_writing_are_read() -> None:
    said = xmp.parse(FOREIGN)
    assert (said.creator, said.mining, said.licensor) == ("Ann", DataMining.ALLOWED, "Old Agency")


def test_replacing_leaves_nothing_of_the_old_statement_and_all_else() -> None:
    new = Statements(creator="Zoë", mining=DataMining.PROHIBITED, licensor="New Agency")
    made = xmp.merged(FOREIGN, new, keep=False)
    assert b"DMI-ALLOWED" not in made and b"Ann" not in made and b"Old Agency" not in made
    assert b"Darkroom" in made and b"hill" in made and made.count(b'rdf:about="uuid:7"') == 2
    assert xmp.parse(made) == new
    assert xmp.merged(made, new, keep=False).count(b"Zo") == 1


def test_keeping_adds_only_what_lacks() -> None:
    made = xmp.merged(FOREIGN, Statements(creator="Zoë", copyright="© Zoë", reserved=True), keep=True)
    said = xmp.parse(made)
    assert (said.creator, said.copyright, said.reserved, said.licensor) == ("Ann", "© Zoë", True, "Old Agency")


def test_what_says_that_a_machine_made_it_is_shown() -> None:
    said = xmp.parse(
        packet(
            '<rdf:Description xmlns:i="http://iptc.org/std/Iptc4xmpExt/2008-02-29/" i:AISystemUsed="Dream 3"'
            ' i:DigitalSourceType="http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"/>'
        )
    )
    assert dict(said.others) == {"AI system used": "Dream 3", "Origin": "trainedAlgorithmicMedia"}
    assert b"Dream 3" not in xmp.build(said)


@pytest.mark.parametrize(
    "hostile",
    [
        b'<!DOCTYPE a [<!ENTITY x "xxxxxxxxxx"><!ENTITY y "&x;&x;&x;">]><a>&y;</a>',
        b'<?xml version="1.0"?><!DOCTYPE a SYSTEM "http://attacker.example/x.dtd"><a/>',
        '<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>'.encode("utf-16"),
        packet("<a>" * 100 + "</a>" * 100),
        b"<x:xmpmeta" + b" " * (xmp.LIMIT + 1),
        b"\x00\xff\xfe not XML",
        b"<a>" * 100_000,
    ],
)
def test_hostile_packets_are_no_packets(hostile: bytes) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        xmp.parse(hostile)
    assert xmp.parse(xmp.merged(hostile, Statements(creator="Zoë"), keep=False)).creator == "Zoë"
    with pytest.raises(RefusedError):
        xmp.merged(hostile, Statements(creator="Zoë"), keep=True)
    assert xmp.without(hostile, {"x": ("y",)}) == b""


@settings(max_examples=80, deadline=None)
@given(st.data())
def test_damaged_packets_raise_nothing_else(data: st.DataObject) -> None:
    broken = bytearray(FOREIGN)
    for _ in range(data.draw(st.integers(1, 6))):
        broken[data.draw(st.integers(0, len(broken) - 1))] = data.draw(st.integers(0, 255))
    try:
        xmp.parse(bytes(broken))
    except ValueError:
        return
