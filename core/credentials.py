"""Content credentials of the copies that are made and of the files that are found: signed by the creator's own key.

A copy that lost its manifest is led back to it by its mark: the manifest is kept in the catalog.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

from core.catalog.store import Catalog
from core.errors import CountermarkError, RefusedError, UnreadableError
from core.keys import CreatorKey
from core.model import Copy, Likeness, Similar, Statements
from core.rights import manifests
from core.rights.certificates import credentials, roots

FOLDER = "credentials"
_OWN = "It is the creator's own certificate; it stands on no public trust list."
_FORBIDDEN = {"notAllowed": "not allowed", "constrained": "only as stated", "allowed": "allowed"}


def require_library() -> None:
    """Raise RefusedError, with what to do, where the optional library is missing."""
    if not manifests.available():
        raise RefusedError(
            "Content credentials need the optional library c2pa-python, which is not installed.",
            "Install it with: pip install countermark[credentials]. Or protect without --sign.",
        )


def sign(
    path: Path,
    source: Path,
    *,
    catalog: Catalog,
    key: CreatorKey,
    serial: int,
    fingerprint: bytes,
    said: Statements,
    facts: dict[str, str],
) -> tuple[bytes, str]:
    """Sign a labelled copy in place; return its manifest and a note. A format without room stays as it is.

    `fingerprint` is that of the work as the catalog keeps it; empty where there is none.
    """
    from core import __version__

    kind = _kind(path)
    if kind not in manifests.KINDS:
        return b"", f"{kind} has no room for content credentials, so the copy has none."
    by = credentials(key, catalog.creator(key.id), catalog.folder / FOLDER)
    manifest = manifests.sign(
        path,
        kind,
        by=by,
        said=said,
        binding=binding(key.id, serial),
        fingerprint=fingerprint_name(fingerprint),
        registration=facts,
        original=source,
        title=f"copy {serial}",
        version=__version__,
    )
    found = manifests.read(path, kind, roots=by.root)
    bound = (binding(key.id, serial), fingerprint_name(fingerprint))
    if found is None or found.state != "Trusted" or (found.binding, found.fingerprint) != bound:
        raise RefusedError("The content credentials did not come out as they should.", "Protect it without --sign.")
    return manifest, f"It carries content credentials signed by {by.name}."


def binding(key: str, serial: int) -> str:
    """Return the value that ties a manifest to a mark: the key's public id and the serial, in hexadecimal digits."""
    return f"{key}{serial:05x}"


def fingerprint_name(fingerprint: bytes) -> str:
    """Return the value that ties a manifest to the fingerprint of a work: the SHA-256 of what the catalog keeps.

    A fingerprint itself has up to megabytes. Whoever finds the work by its likeness finds the manifests of its copies.
    """
    return hashlib.sha256(fingerprint).hexdigest() if fingerprint else ""


def found_in(said: str, catalog: Catalog, copy: Copy | None, similar: Sequence[Similar] = ()) -> str:
    """Return in sentences what the manifest in a file is worth, and whether its copy had one that is gone.

    Without a mark that says which copy it is, a file that is `similar` to a work is led back to those of its copies.
    """
    if said:
        return said
    if copy is None:
        works = [one.work for one in similar if one.likeness is Likeness.STRONG]
        signed = [work for work in works if any(catalog.manifest(one.id) for one in catalog.copies(work=work.id))]
        titles = ", ".join(f"“{work.title}”" for work in signed)
        return f"Copies of {titles} went out with content credentials, which the catalog keeps." if signed else ""
    if not catalog.manifest(copy.id):
        return ""
    return (
        f"The copy no. {copy.serial} went out with content credentials that this file lacks. Its mark leads back to"
        " them: the signed manifest is kept in the catalog."
    )


def manifest_in(path: Path, folder: Path | None = None) -> str:
    """Return in sentences what the manifest in a file says; empty where there is none, or nothing that reads it.

    `folder` holds the certificates of the own keys.
    """
    if not manifests.available():
        return ""
    try:
        found = manifests.read(path, _kind(path), roots="" if folder is None else roots(folder))
    except (CountermarkError, OSError):
        return ""
    if found is None:
        return ""
    who = f"“{found.signer}”" if found.signer else "somebody without a name"
    state = {
        "Trusted": f"They are whole, and signed by your key as {who}. {_OWN}",
        "Valid": f"They are whole. Their signer calls itself {who}; that is not checked against any trust list.",
    }.get(found.state, f"They do not fit the file: it was changed after {who} signed it, or they are forged.")
    uses = {_FORBIDDEN.get(use, use) for use in found.training.values()}
    training = f" On training and data mining they say: {', '.join(sorted(uses))}." if uses else ""
    return f"Content credentials (C2PA) are in the file. {state}{training}"


def _kind(path: Path) -> str:
    from core.media.labels import format_for_labels

    try:
        return format_for_labels(path)
    except UnreadableError:
        return ""
