"""Statements in the text fields of recordings: which field of which container says what, both ways.

ID3v2 (id3.org), Vorbis comments (Xiph.Org), RIFF INFO and bext (EBU Tech 3285), iXML 3.0, the atoms of iTunes. What has
no field of its own stands under the name that IPTC, PLUS or TDMRep gave it.
"""

from __future__ import annotations

import re
from typing import Any
from xml.sax.saxutils import escape, unescape

from core.labels import Labels
from core.model import DataMining
from core.model.statements import LABELS, SourceType, Statements, united
from core.rights import xmp

_VOCABULARY = "http://ns.useplus.org/ldf/vocab/"
_FIELDS = {  # statement -> field, by container
    "ID3": {
        "creator": "TPE1",
        "copyright": "TCOP",
        "usage": "USER",
        "web_statement": "WCOP",
        "licence": "TXXX:LICENSE",
        "licensor": "TXXX:LICENSOR",
        "licensor_url": "TXXX:LICENSOR-URL",
        "licensor_email": "TXXX:LICENSOR-EMAIL",
        "credit": "TXXX:CREDIT",
        "mining": "TXXX:plus:DataMining",
        "constraints": "TXXX:plus:OtherConstraints",
        "reserved": "TXXX:TDM-RESERVATION",
        "policy": "TXXX:TDM-POLICY",
        "source_type": "TXXX:DigitalSourceType",
    },
    "Vorbis": {
        "creator": "ARTIST",
        "copyright": "COPYRIGHT",
        "usage": "USAGETERMS",
        "web_statement": "WEBSTATEMENT",
        "licence": "LICENSE",
        "licensor": "LICENSOR",
        "licensor_url": "LICENSOR-URL",
        "licensor_email": "LICENSOR-EMAIL",
        "credit": "CREDIT",
        "mining": "PLUS_DATAMINING",
        "constraints": "PLUS_OTHERCONSTRAINTS",
        "reserved": "TDM-RESERVATION",
        "policy": "TDM-POLICY",
        "source_type": "DIGITALSOURCETYPE",
    },
    "MP4": {
        "creator": "\xa9ART",
        "copyright": "cprt",
        "usage": "----:USAGETERMS",
        "web_statement": "----:WEBSTATEMENT",
        "licence": "----:LICENSE",
        "licensor": "----:LICENSOR",
        "licensor_url": "----:LICENSOR-URL",
        "licensor_email": "----:LICENSOR-EMAIL",
        "credit": "----:CREDIT",
        "mining": "----:PLUS_DATAMINING",
        "constraints": "----:PLUS_OTHERCONSTRAINTS",
        "reserved": "----:TDM-RESERVATION",
        "policy": "----:TDM-POLICY",
        "source_type": "----:DIGITALSOURCETYPE",
    },
    "RIFF": {"creator": "INFO.IART", "copyright": "INFO.ICOP", "usage": "INFO.ICMT"},
}
_IXML_NAMES = {
    "creator": "CREATOR",
    "copyright": "COPYRIGHT",
    "usage": "USAGE_TERMS",
    "web_statement": "WEB_STATEMENT",
    "licence": "LICENSE",
    "licensor": "LICENSOR",
    "licensor_url": "LICENSOR_URL",
    "licensor_email": "LICENSOR_EMAIL",
    "credit": "CREDIT",
    "mining": "PLUS_DATAMINING",
    "constraints": "PLUS_OTHERCONSTRAINTS",
    "reserved": "TDM_RESERVATION",
    "policy": "TDM_POLICY",
    "source_type": "DIGITAL_SOURCE_TYPE",
}
_RIGHTS = re.compile(r"\s*<RIGHTS>.*?</RIGHTS>", re.DOTALL)
_EMPTY_IXML = '<?xml version="1.0" encoding="UTF-8"?>\n<BWFXML>\n<IXML_VERSION>3.0</IXML_VERSION>\n</BWFXML>\n'


def read(labels: Labels) -> Statements:
    """Return what a file says on rights, in its XMP packet first, in its text fields where that says nothing."""
    try:
        said = xmp.parse(labels.xmp)
    except ValueError:
        said = Statements()
    texts = {name: labels.field(own) for name, own in _FIELDS.get(labels.container, {}).items()}
    if labels.container == "RIFF":
        described = _of_ixml(labels.field("iXML"))
        texts = {name: described.get(name) or texts.get(name, "") for name in LABELS}
        texts["creator"] = texts["creator"] or labels.field("bext.Originator")
        if not described and texts["usage"] and not said.usage:
            texts["usage"] = ""  # a mere comment
    return united(said, _statements(texts))


def changes(labels: Labels, statements: Statements, *, keep: bool) -> tuple[bytes | None, tuple[tuple[str, str], ...]]:
    """Return the XMP packet and the text fields that make a file say these statements; None for no packet.

    With `keep` what the file says on a matter stays, otherwise it gives way.
    """
    container = labels.container
    packet = None if container == "Vorbis" else xmp.merged(labels.xmp, statements, keep=keep)
    texts = {name: text for name, text in _texts(statements).items() if text}
    fields: list[tuple[str, str]] = []
    for name, own in _FIELDS.get(container, {}).items():
        if name in texts and not (keep and labels.field(own)):
            fields.append((own, texts[name]))
    if container == "RIFF":
        fields += _broadcast(labels, texts, keep)
    return packet, tuple(fields)


def _broadcast(labels: Labels, texts: dict[str, str], keep: bool) -> list[tuple[str, str]]:
    """Return the fields of bext and iXML."""
    fields = []
    described = " ".join(filter(None, (texts.get("copyright", ""), texts.get("usage", ""))))
    for own, text in (("bext.Originator", texts.get("creator", "")), ("bext.Description", described)):
        if text and not (keep and labels.field(own)):
            fields.append((own, text))
    there = _of_ixml(labels.field("iXML")) if keep else {}
    said = {**texts, **there}
    inner = "".join(f"<{_IXML_NAMES[name]}>{escape(text)}</{_IXML_NAMES[name]}>" for name, text in said.items())
    document = _RIGHTS.sub("", labels.field("iXML")) or _EMPTY_IXML
    end = document.rfind("</BWFXML>")
    if end >= 0 and inner:
        fields.append(("iXML", f"{document[:end]}<RIGHTS>{inner}</RIGHTS>\n{document[end:]}"))
    return fields


def _of_ixml(document: str) -> dict[str, str]:
    """Return the texts that the statements' own block of an iXML document holds, by statement."""
    block = _RIGHTS.search(document)
    if block is None:
        return {}
    found = {}
    for name, own in _IXML_NAMES.items():
        inner = re.search(rf"<{own}>([^<]*)</{own}>", block[0])
        if inner is not None and inner[1]:
            found[name] = unescape(inner[1])
    return found


def _texts(statements: Statements) -> dict[str, str]:
    texts = {name: str(getattr(statements, name)) for name in LABELS}
    unsaid = statements.mining is DataMining.UNSPECIFIED
    texts["mining"] = "" if unsaid else _VOCABULARY + statements.mining.value
    texts["reserved"] = {True: "1", False: "0", None: ""}[statements.reserved]
    return texts


def _statements(texts: dict[str, str]) -> Statements:
    mining = texts.get("mining", "").rpartition("/")[2]
    source = texts.get("source_type", "").rpartition("/")[2]
    values: dict[str, Any] = {name: texts.get(name, "") for name in LABELS}
    values["mining"] = DataMining(mining) if mining in set(DataMining) else DataMining.UNSPECIFIED
    values["reserved"] = {"1": True, "0": False}.get(texts.get("reserved", ""))
    values["source_type"] = SourceType(source) if source in set(SourceType) else SourceType.UNSPECIFIED
    return Statements(**values)
