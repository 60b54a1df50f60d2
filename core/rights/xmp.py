"""XMP packets (ISO 16684-1): statements built in, read from, and merged into what is there already.

A foreign packet is data of a stranger: it is parsed without document types, entities or anything fetched, and only up
to a size. All that is not touched stays as it was.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from xml.dom import Node, minidom
from xml.dom.expatbuilder import ExpatBuilderNS
from xml.parsers.expat import ExpatError
from xml.sax.saxutils import escape, quoteattr

from core.errors import RefusedError
from core.model import DataMining
from core.model.statements import SourceType, Statements

LIMIT = 8_000_000  # bytes of a packet that are parsed; real ones with thumbnails reach 1 MB
_DEPTH = 60  # of nesting
_MINING = "http://ns.useplus.org/ldf/vocab/"
_SOURCE = "http://cv.iptc.org/newscodes/digitalsourcetype/"
_UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_XML = "http://www.w3.org/XML/1998/namespace"
_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
SPACES = {
    "dc": "http://purl.org/dc/elements/1.1/",
    "xmpRights": "http://ns.adobe.com/xap/1.0/rights/",
    "plus": "http://ns.useplus.org/ldf/xmp/1.0/",
    "Iptc4xmpExt": "http://iptc.org/std/Iptc4xmpExt/2008-02-29/",
    "tdm": "http://www.w3.org/ns/tdmrep#",
    "cc": "http://creativecommons.org/ns#",
    "photoshop": "http://ns.adobe.com/photoshop/1.0/",
}
_GENERATED = {  # IPTC Photo Metadata 2025.1: shown on check, never written for human work
    "AISystemUsed": "AI system used",
    "AISystemVersionUsed": "Version of the AI system",
    "AIPromptInformation": "Prompt given to an AI",
    "AIPromptWriterName": "Who wrote the prompt",
}
_PROPERTIES = {  # of each statement: all that speaks of it, so that a replaced one leaves nothing behind
    "creator": (("dc", "creator"),),
    "copyright": (("dc", "rights"),),
    "usage": (("xmpRights", "UsageTerms"),),
    "web_statement": (("xmpRights", "WebStatement"),),
    "licensor": (("plus", "Licensor"),),
    "licensor_url": (("plus", "Licensor"),),
    "licensor_email": (("plus", "Licensor"),),
    "licence": (("cc", "license"),),
    "credit": (("photoshop", "Credit"),),
    "mining": (("plus", "DataMining"),),
    "constraints": (("plus", "OtherConstraints"),),
    "reserved": (("tdm", "reservation"),),
    "policy": (("tdm", "policy"),),
    "source_type": (("Iptc4xmpExt", "DigitalSourceType"),),
}


def parse(packet: bytes) -> Statements:
    """Return the statements of a packet; nothing for none. ValueError for what is no XMP, hostile or too large."""
    if not packet.strip(b"\x00 \t\r\n"):
        return Statements()
    rdf = _rdf(_document(packet))
    licensors = list(_licensors(_property(rdf, "plus", "Licensor")))
    marked = _text(_property(rdf, "xmpRights", "Marked"))
    others = [
        (label, text) for name, label in _GENERATED.items() if (text := _text(_property(rdf, "Iptc4xmpExt", name)))
    ]
    source = _text(_property(rdf, "Iptc4xmpExt", "DigitalSourceType"))
    known = source.rpartition("/")[2]
    if source and known not in set(SourceType):
        others.append(("Origin", known))
    if marked.casefold() == "false":
        others.append(("Rights", "said to be in the public domain"))
    mining = _text(_property(rdf, "plus", "DataMining")).rpartition("/")[2]
    reserved = _text(_property(rdf, "tdm", "reservation"))
    return Statements(
        creator="; ".join(_items(_property(rdf, "dc", "creator"))),
        copyright=_text(_property(rdf, "dc", "rights")),
        usage=_text(_property(rdf, "xmpRights", "UsageTerms")),
        web_statement=_text(_property(rdf, "xmpRights", "WebStatement")),
        licence=_text(_property(rdf, "cc", "license")),
        licensor="; ".join(one["LicensorName"] for one in licensors if one["LicensorName"]),
        licensor_url=next((one["LicensorURL"] for one in licensors if one["LicensorURL"]), ""),
        licensor_email=next((one["LicensorEmail"] for one in licensors if one["LicensorEmail"]), ""),
        credit=_text(_property(rdf, "photoshop", "Credit")),
        mining=DataMining(mining) if mining in set(DataMining) else DataMining.UNSPECIFIED,
        constraints=_text(_property(rdf, "plus", "OtherConstraints")),
        reserved={"1": True, "0": False}.get(reserved),
        policy=_text(_property(rdf, "tdm", "policy")),
        source_type=SourceType(known) if known in set(SourceType) else SourceType.UNSPECIFIED,
        others=tuple(others),
    )


def build(statements: Statements) -> bytes:
    """Return a packet that says these statements and nothing else."""
    return _wrapped(
        f'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="{_RDF}">{_description(statements, "")}</rdf:RDF>'
        "</x:xmpmeta>"
    )


def merged(packet: bytes, statements: Statements, *, keep: bool) -> bytes:
    """Return a packet that says these statements beside everything else that is in it.

    With `keep` what the packet says on the same matter stays, otherwise it gives way. A packet that cannot be parsed
    is left out: RefusedError with `keep`, since something would be lost.
    """
    if not packet.strip(b"\x00 \t\r\n"):
        return build(statements)
    try:
        document = _document(packet)
        rdf = _rdf(document)
    except ValueError as error:
        if keep:
            raise RefusedError(
                "The XMP metadata in it are damaged and cannot be added to.",
                "Choose that the terms replace what a file says, or save the file anew.",
            ) from error
        return build(statements)
    there = parse(packet)
    empty = Statements()
    new = {}
    for name, properties in _PROPERTIES.items():
        wanted = getattr(statements, name)
        if wanted == getattr(empty, name):
            continue
        if keep and getattr(there, name) != getattr(empty, name):
            continue
        new[name] = wanted
        for prefix, local in properties:
            _remove(rdf, SPACES[prefix], local)
    licensor = {"licensor", "licensor_url", "licensor_email"}
    if licensor & new.keys():  # one structure holds them all
        new |= {name: getattr(there, name) for name in licensor - new.keys() if getattr(there, name)}
    if not keep or not _text(_property(rdf, "xmpRights", "Marked")):
        _remove(rdf, SPACES["xmpRights"], "Marked")
        marked = True
    else:
        marked = False
    about = next((node.getAttributeNS(_RDF, "about") for node in _descriptions(rdf)), "")
    addition = minidom.parseString(
        f'<rdf:RDF xmlns:rdf="{_RDF}">{_description(Statements(**new), about, marked=marked)}</rdf:RDF>'
    )
    for node in list(_root(addition).childNodes):
        rdf.appendChild(document.importNode(node, True))
    _drop_empty(rdf)
    return _wrapped(_root(document).toxml())


def without(packet: bytes, names: dict[str, tuple[str, ...]]) -> bytes:
    """Return a packet without some properties: {namespace: (local names)}, where "*" at an end stands for any ending.

    A packet that cannot be parsed becomes empty: what cannot be read cannot be cleaned.
    """
    if not packet.strip(b"\x00 \t\r\n"):
        return packet
    try:
        document = _document(packet)
        rdf = _rdf(document)
    except ValueError:
        return b""
    before = rdf.toxml()
    for space, wanted in names.items():
        for name in wanted:
            _remove(rdf, space, name)
    _drop_empty(rdf)
    return packet if rdf.toxml() == before else _wrapped(_root(document).toxml())


def _description(statements: Statements, about: str, *, marked: bool = True) -> str:
    said = "".join(_properties(statements, marked))
    spaces = "".join(f' xmlns:{prefix}="{url}"' for prefix, url in SPACES.items() if f"<{prefix}:" in said)
    return f"<rdf:Description rdf:about={quoteattr(about)}{spaces}>{said}</rdf:Description>" if said else ""


def _properties(said: Statements, marked: bool) -> Iterator[str]:
    if said.creator:
        names = [name.strip() for name in said.creator.split(";") if name.strip()]
        items = "".join(f"<rdf:li>{_escaped(name)}</rdf:li>" for name in names)
        yield f"<dc:creator><rdf:Seq>{items}</rdf:Seq></dc:creator>"
    if said.copyright:
        yield _alternatives("dc:rights", said.copyright)
    if marked:
        yield "<xmpRights:Marked>True</xmpRights:Marked>"
    if said.usage:
        yield _alternatives("xmpRights:UsageTerms", said.usage)
    if said.web_statement:
        yield _simple("xmpRights:WebStatement", said.web_statement)
    if said.licence:
        yield f"<cc:license rdf:resource={quoteattr(_UNFIT.sub('', said.licence))}/>"
    if said.credit:
        yield _simple("photoshop:Credit", said.credit)
    parts = {"Name": said.licensor, "URL": said.licensor_url, "Email": said.licensor_email}
    if any(parts.values()):
        inner = "".join(_simple(f"plus:Licensor{name}", text) for name, text in parts.items() if text)
        yield f'<plus:Licensor><rdf:Seq><rdf:li rdf:parseType="Resource">{inner}</rdf:li></rdf:Seq></plus:Licensor>'
    if said.mining is not DataMining.UNSPECIFIED:
        yield _simple("plus:DataMining", _MINING + said.mining.value)
    if said.constraints:
        yield _alternatives("plus:OtherConstraints", said.constraints)
    if said.source_type is not SourceType.UNSPECIFIED:
        yield _simple("Iptc4xmpExt:DigitalSourceType", _SOURCE + said.source_type.value)
    if said.reserved is not None:
        yield _simple("tdm:reservation", "1" if said.reserved else "0")
    if said.policy:
        yield _simple("tdm:policy", said.policy)


def _simple(name: str, text: str) -> str:
    return f"<{name}>{_escaped(text)}</{name}>"


def _alternatives(name: str, text: str) -> str:
    return f'<{name}><rdf:Alt><rdf:li xml:lang="x-default">{_escaped(text)}</rdf:li></rdf:Alt></{name}>'


def _escaped(text: str) -> str:
    """Return text for XML, without the signs that it cannot hold."""
    return escape(_UNFIT.sub("", text))


def _wrapped(xml: str) -> bytes:
    begin = '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>'
    return f'{begin}\n{xml}\n<?xpacket end="w"?>'.encode()


class _Builder(ExpatBuilderNS):
    """A parser that refuses document types, and with them every kind of entity, and nesting without end."""

    def start_doctype_decl_handler(self, *_: object) -> None:
        raise ValueError("a document type")


def _document(packet: bytes) -> minidom.Document:
    if len(packet) > LIMIT:
        raise ValueError("too large")
    data = packet.strip(b"\x00 \t\r\n")
    if b"<!" in data.replace(b"<!--", b"").replace(b"<![CDATA[", b""):
        raise ValueError("a document type")
    data = data.replace(b"\x00", b"") if data.startswith((b"<\x00", b"\x00<")) else data
    try:
        document = _Builder().parseString(data)
    except (ExpatError, UnicodeError, LookupError, RecursionError, ValueError) as error:
        raise ValueError("no XMP") from error
    _check_depth(_root(document))
    return document


def _root(document: minidom.Document) -> minidom.Element:
    if document.documentElement is None:
        raise ValueError("no element")
    return document.documentElement


def _check_depth(root: minidom.Element) -> None:
    level, depth = [root], 0
    while level:
        depth += 1
        if depth > _DEPTH:
            raise ValueError("nested too deeply")
        level = [child for node in level for child in node.childNodes if child.nodeType == Node.ELEMENT_NODE]


def _rdf(document: minidom.Document) -> minidom.Element:
    found = document.getElementsByTagNameNS(_RDF, "RDF")
    if not found:
        raise ValueError("no RDF")
    return found[0]


def _descriptions(rdf: minidom.Element) -> list[minidom.Element]:
    return [node for node in _elements(rdf) if (node.namespaceURI, node.localName) == (_RDF, "Description")]


def _elements(node: minidom.Node | None) -> list[minidom.Element]:
    return [] if node is None else [child for child in node.childNodes if child.nodeType == Node.ELEMENT_NODE]


def _property(rdf: minidom.Element, prefix: str, name: str) -> minidom.Node | None:
    """Return the element or the attribute that holds a property, None where there is none."""
    for node in _descriptions(rdf):
        for child in _elements(node):
            if (child.namespaceURI, child.localName) == (SPACES[prefix], name):
                return child
        attribute = node.getAttributeNodeNS(SPACES[prefix], name)
        if attribute is not None:
            return attribute
    return None


def _items(node: minidom.Node | None) -> list[str]:
    """Return the texts of a property: of an array its items, otherwise the one text."""
    if node is None:
        return []
    listed = [item for array in _elements(node) for item in _elements(array) if item.localName == "li"]
    texts = [_content(item) for item in listed] if listed else [_content(node)]
    return [text for text in texts if text]


def _text(node: minidom.Node | None) -> str:
    """Return the one text of a property: of alternatives the default one, else the first."""
    if node is None:
        return ""
    listed = [item for array in _elements(node) for item in _elements(array) if item.localName == "li"]
    for item in listed:
        if item.getAttributeNS(_XML, "lang") == "x-default":
            return _content(item)
    return (_content(listed[0]) if listed else _content(node)).strip()


def _content(node: Any) -> str:
    if node.nodeType == Node.ATTRIBUTE_NODE:
        return str(node.nodeValue or "").strip()
    resource = node.getAttributeNS(_RDF, "resource")
    if resource:
        return str(resource).strip()
    kinds = (Node.TEXT_NODE, Node.CDATA_SECTION_NODE)
    return "".join(child.data for child in node.childNodes if child.nodeType in kinds).strip()


def _licensors(node: minidom.Node | None) -> Iterator[dict[str, str]]:
    """Yield name, page and e-mail of each licensor, in either way of writing a structure."""
    for item in (item for array in _elements(node) for item in _elements(array)):
        holders = [item, *(child for child in _elements(item) if child.localName == "Description")]
        found: dict[str, str] = {}
        for holder in holders:
            for name in ("LicensorName", "LicensorURL", "LicensorEmail"):
                inner = [child for child in _elements(holder) if child.localName == name]
                value = _content(inner[0]) if inner else str(holder.getAttributeNS(SPACES["plus"], name))
                found[name] = found.get(name) or value
        yield found


def _remove(rdf: minidom.Element, space: str, name: str) -> None:
    """Take a property out, wherever it stands and in either form; "Name*" stands for any ending."""

    def wanted(node: minidom.Node) -> bool:
        local = str(node.localName or "")
        return node.namespaceURI == space and (local == name or (name.endswith("*") and local.startswith(name[:-1])))

    for description in _descriptions(rdf):
        for child in _elements(description):
            if wanted(child):
                description.removeChild(child)
        for attribute in _attributes(description):
            if wanted(attribute):
                description.removeAttributeNode(attribute)


def _attributes(node: Any) -> list[minidom.Attr]:
    return [node.attributes.item(i) for i in range(node.attributes.length)]


def _drop_empty(rdf: minidom.Element) -> None:
    for description in _descriptions(rdf):
        own = [
            attribute
            for attribute in _attributes(description)
            if attribute.prefix != "xmlns" and attribute.name != "xmlns" and attribute.localName != "about"
        ]
        if not _elements(description) and not own:
            rdf.removeChild(description)
