"""What the window calls the fields of all things in the catalog, and what is chosen in them."""

from __future__ import annotations

from app.i18n import marked, shown, tr
from core.model import DataMining
from core.model.statements import MINING_WORDS

_WORDS = {
    "address": marked("Address"),
    "adult": marked("Adult content"),
    "ai_training": marked("Training of AI"),
    "amount": marked("Amount due"),
    "approval": marked("Right of approval"),
    "binned": marked("In the bin since"),
    "bytes": marked("Size"),
    "case": marked("Case"),
    "checks": marked("Checks"),
    "closed": marked("Closed on"),
    "consent": marked("Agreement"),
    "constraints": marked("Constraints"),
    "contact": marked("How they are reached"),
    "content_limits": marked("Other limits of content"),
    "copies": marked("Copies"),
    "copy": marked("Copy"),
    "counsel": marked("Counsel or union that advised"),
    "creator": marked("Creator"),
    "credit": marked("Credit"),
    "currency": marked("Currency"),
    "data_mining": marked("AI and data mining"),
    "document_sha256": marked("Hash of the signed paper"),
    "due": marked("Due on"),
    "email": marked("E-mail"),
    "emptied": marked("Out of sight since"),
    "endorsement": marked("Endorsement of products"),
    "ends": marked("Until"),
    "exclusive": marked("Exclusive"),
    "fine_tuning": marked("Fine-tuning of models"),
    "follow_up": marked("To be looked at again on"),
    "found_by": marked("Who found it"),
    "found_how": marked("How it was saved"),
    "found_on": marked("When it was found"),
    "found_where": marked("Where it was found"),
    "granted_to": marked("Granted to"),
    "holder": marked("Who holds scans and models"),
    "kind": marked("Kind"),
    "languages": marked("Languages of synthetic speech"),
    "legal_name": marked("Legal name"),
    "licence": marked("Licence"),
    "licensor": marked("Licensor"),
    "licensor_email": marked("Licensor's e-mail"),
    "licensor_url": marked("Licensor's page"),
    "max_uses": marked("Most uses"),
    "media": marked("Media"),
    "name": marked("Name"),
    "note": marked("Note"),
    "outcome": marked("Outcome"),
    "path": marked("File"),
    "performer": marked("Performer or artist, legal name"),
    "phone": marked("Telephone"),
    "place": marked("Place"),
    "policy": marked("Policy for text and data mining"),
    "political": marked("Political content"),
    "post_mortem": marked("After death"),
    "project": marked("Work or project"),
    "purpose": marked("Purpose"),
    "received": marked("Received on"),
    "received_amount": marked("Amount received"),
    "recipients": marked("Recipients"),
    "replica": marked("Type of replica"),
    "representative": marked("Representative"),
    "residual": marked("Residuals"),
    "respondent": marked("Who is written to"),
    "revocation": marked("Terms of revocation"),
    "revoked": marked("Revoked"),
    "rights": marked("Rights statement"),
    "scan_day_fee": marked("For a scan day"),
    "security": marked("Security and deletion of scans and models"),
    "separately_signed": marked("Replica terms signed separately"),
    "series": marked("First version"),
    "sha256": marked("Hash"),
    "signed": marked("Signed"),
    "source_material": marked("Source material"),
    "source_type": marked("Origin"),
    "stage_name": marked("Stage name"),
    "starts": marked("From"),
    "status": marked("Status"),
    "sublicence": marked("Sublicences"),
    "tags": marked("Tags"),
    "terms": marked("Terms"),
    "territory": marked("Territory"),
    "title": marked("Title"),
    "type": marked("Kind of record"),
    "union_id": marked("Union and number"),
    "usage": marked("Usage"),
    "use_fee": marked("For each use"),
    "uses": marked("Uses"),
    "version": marked("Version"),
    "web_statement": marked("Rights statement on the web"),
    "website": marked("Website"),
    "works": marked("Works"),
}


def field_word(name: str) -> str:
    """Return what the window calls a field; one that it has no word for by its own name."""
    return shown(_WORDS[name]) if name in _WORDS else name.replace("_", " ").capitalize()


def value_word(name: str, value: object) -> str:
    """Return what stands in a field, in words where it is a choice."""
    if isinstance(value, bool):
        return tr("yes") if value else tr("no")
    if name == "data_mining":
        return shown(MINING_WORDS[DataMining(str(value))])
    return shown(str(value)) if name in _CHOICES else str(value)


_CHOICES = {  # and the values of each
    "kind": (
        *(marked("person"), marked("agent"), marked("studio"), marked("client"), marked("gallery"), marked("platform")),
        *(marked("press"), marked("public"), marked("other")),
        *(marked("fee"), marked("scan day"), marked("per use"), marked("residual")),
    ),
    "type": (marked("consent"), marked("licence")),
    "replica": (
        *(marked("none"), marked("employment-based"), marked("independently created"), marked("background")),
        *(marked("voice"), marked("digital alteration")),
    ),
    "status": (marked("open"), marked("waiting"), marked("closed")),
    **dict.fromkeys(
        ("fine_tuning", "ai_training", "sublicence", "adult", "political", "endorsement"),
        (marked("not said"), marked("refused"), marked("allowed")),
    ),
}
