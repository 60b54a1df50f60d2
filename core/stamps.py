"""Time stamps of the log by a third party: the request as a file, the answer taken in, both packed with evidence."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from core import journal
from core.catalog.store import Catalog
from core.days import long_moment
from core.errors import RefusedError, WriteError
from core.evidence import stamp
from core.evidence.log import Head
from core.keys import CreatorKey

FOLDER = "stamps"


def ask(catalog: Catalog, target: Path) -> Head:
    """Write the request to stamp the head of the log as it is now, to a new file, and return that head.

    WriteError where the file is there already or cannot be written. The head is remembered beside the catalog.
    """
    end = journal.log_head(catalog)
    request = stamp.request(digest(end))
    folder = catalog.folder / FOLDER
    try:
        folder.mkdir(exist_ok=True, mode=0o700)
        (folder / f"head {end.number}.tsq").write_bytes(request)
        with target.open("xb") as file:
            file.write(request)
    except FileExistsError:
        raise WriteError(f"{target.name} is there already and was left as it is.", "Choose another name.") from None
    except OSError as error:
        raise WriteError(f"{target.name} could not be written: {error.strerror}.", "Choose another folder.") from error
    return end


def take_in(catalog: Catalog, key: CreatorKey, answer: Path) -> stamp.Stamp:
    """Return what an authority's answer says, kept with the catalog and told in the log.

    RefusedError where it is no answer, or about no head of this log.
    """
    try:
        content = answer.read_bytes()
    except OSError as error:
        raise RefusedError(f"{answer.name} cannot be read: {error.strerror}.", "Choose the .tsr file.") from error
    found = stamp.read(content)
    heads = [Head(event.number, event.hash) for event in catalog.events()]
    end = next((one for one in heads if digest(one) == found.digest), None)
    if end is None:
        raise RefusedError(
            f"{answer.name} stamps something else than a head of this log.", "Choose the answer to this log's request."
        )
    folder = catalog.folder / FOLDER
    folder.mkdir(exist_ok=True, mode=0o700)
    name = f"head {end.number}.tsr"
    (folder / name).write_bytes(content)
    facts = {"head": str(end), "digest": found.digest.hex(), "moment": found.moment, "answer": name}
    journal.note(catalog, key, journal.HEAD_STAMPED, **facts)
    return found


def digest(end: Head) -> bytes:
    """Return the SHA-256 that a time stamp of a head is about: of the head as it is written."""
    return hashlib.sha256(str(end).encode()).digest()


def files(catalog: Catalog) -> list[Path]:
    """Return the time stamps of the log that were taken in: requests and answers."""
    folder = catalog.folder / FOLDER
    return sorted(path for path in folder.iterdir() if path.suffix in (".tsq", ".tsr")) if folder.is_dir() else []


def said(catalog: Catalog) -> tuple[str, ...]:
    """Return the sentences on the stamps that the log tells of."""
    found = []
    for event in catalog.events_of(journal.HEAD_STAMPED):
        facts = json.loads(event.facts)
        name = facts["answer"]
        found.append(
            f"{long_moment(facts['moment'])}: a time stamping authority stamped the log head {facts['head']}"
            f" (stamps/{name}). To check its signature: openssl ts -verify -in stamps/{name} -digest {facts['digest']}"
            " -CAfile AUTHORITY.pem"
        )
    return tuple(found)
