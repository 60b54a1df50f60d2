"""Terms into statements: the wording for people and the codes for programs that belong to a choice."""

from __future__ import annotations

from collections.abc import Mapping

from core.errors import RefusedError
from core.model import DataMining, Terms
from core.model.statements import MINING_WORDS, SourceType, Statements

LONGEST = 4000  # characters of one statement: readers cut longer ones, and one JPEG segment must hold them all
_ENTRIES = ("cawg.ai_training", "cawg.ai_generative_training", "cawg.ai_inference", "cawg.data_mining")
_USES = {  # of the entries above, in their order (CAWG training and data mining assertion 1.1)
    DataMining.ALLOWED: ("allowed", "allowed", "allowed", "allowed"),
    DataMining.NO_TRAINING: ("notAllowed", "notAllowed", "", ""),
    DataMining.NO_GENERATIVE_TRAINING: ("", "notAllowed", "", ""),
    DataMining.SEARCH_ONLY: ("notAllowed", "notAllowed", "notAllowed", "constrained"),
    DataMining.PROHIBITED: ("notAllowed", "notAllowed", "notAllowed", "notAllowed"),
}
_RESERVED = {DataMining.UNSPECIFIED: None, DataMining.ALLOWED: False}
_SEARCH_ONLY = "Only the index of a search engine that leads to this work may be made of it."
_WORDING = {
    DataMining.NO_TRAINING: "No use for the training of AI models.",
    DataMining.NO_GENERATIVE_TRAINING: "No use for the training of generative AI models.",
    DataMining.SEARCH_ONLY: (
        "No data mining and no use for the training or as input of AI models. "
        "Indexing by search engines that lead to this work is allowed."
    ),
    DataMining.PROHIBITED: "No data mining and no use for the training or as input of AI models.",
}


def statements_of(terms: Terms, *, creator: str, year: int) -> Statements:
    """Return what a copy made in this year says under these terms; `creator` is the name of who made the work.

    Text and data mining are reserved wherever a choice prohibits some of it. Usage terms get the sentence that belongs
    to the choice where they do not hold it already, and the name of a licence that has no address. "{year}" and
    "{creator}" in texts stand for what they say. RefusedError for a statement that is longer than readers take, a link
    that is none, an origin that no list has.
    """
    name = "; ".join(filter(None, (part.strip() for part in creator.split(";"))))

    def filled(text: str) -> str:
        return text.replace("{year}", str(year)).replace("{creator}", name).strip()

    mining = DataMining(terms.data_mining)
    licence = filled(terms.licence)
    linked = licence.startswith(("https://", "http://"))
    usage = [filled(terms.usage), "" if linked or not licence else f"Licence: {licence.rstrip('.')}."]
    usage += [sentence for sentence in [wording(mining)] if sentence not in usage[0]]
    made = Statements(
        creator=name,
        copyright=filled(terms.rights),
        usage=" ".join(filter(None, usage)),
        web_statement=filled(terms.web_statement),
        licence=licence if linked else "",
        licensor=filled(terms.licensor),
        licensor_url=filled(terms.licensor_url),
        licensor_email=filled(terms.licensor_email),
        credit=filled(terms.credit),
        mining=mining,
        constraints=filled(terms.constraints),
        reserved=_RESERVED.get(mining, True),
        policy=filled(terms.policy),
        source_type=_source_type(terms),
    )
    for label, text in made.said():
        if len(text) > LONGEST:
            raise RefusedError(
                f"The terms “{terms.name}” have {len(text)} characters under “{label}”.",
                f"Shorten them to {LONGEST}, and link to the whole text as the rights statement on the web.",
            )
    for link in (made.web_statement, made.licensor_url, made.policy):
        if link and not link.startswith(("https://", "http://")):
            raise RefusedError(
                f"The terms “{terms.name}” hold the link {link!r}, which is no address of a page.",
                "Write it with https:// in front.",
            )
    return made


def _source_type(terms: Terms) -> SourceType:
    try:
        return SourceType(terms.source_type)
    except ValueError:
        raise RefusedError(
            f"The terms “{terms.name}” name the origin {terms.source_type!r}, which is not on the list for human work.",
            f"Choose one of {', '.join(filter(None, SourceType))}.",
        ) from None


def wording(mining: DataMining) -> str:
    """Return the sentence that says a choice on data mining to people; empty where it forbids nothing by itself."""
    return _WORDING.get(mining, "")


def training_entries(mining: DataMining, constraints: str = "") -> Mapping[str, Mapping[str, str]]:
    """Return the entries of a CAWG training and data mining assertion: {"cawg.ai_training": {"use": ...}, ...}.

    Nothing is said where the choice says nothing that an entry could hold.
    """
    if mining in (DataMining.SEE_CONSTRAINT, DataMining.SEE_EMBEDDED, DataMining.SEE_LINKED):
        why = constraints or MINING_WORDS[mining]
        return {entry: {"use": "constrained", "constraint_info": why} for entry in _ENTRIES}
    found: dict[str, Mapping[str, str]] = {}
    for entry, use in zip(_ENTRIES, _USES.get(mining, ()), strict=False):
        if use == "constrained":
            found[entry] = {"use": use, "constraint_info": _SEARCH_ONLY}
        elif use:
            found[entry] = {"use": use}
    return found
