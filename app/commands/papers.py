"""`countermark consent|case attach` and `document save`: papers go into the catalog and come out again."""

from __future__ import annotations

import argparse
import hashlib
from pathlib import Path

from app.commands import DONE
from app.commands.lines import line
from app.session import Session
from app.terminal import say
from core.catalog import names
from core.catalog.newfile import new_file
from core.errors import RefusedError, UnreadableError
from core.model import Case, Consent, Document


def attach(given: argparse.Namespace) -> int:
    """Keep a paper with a consent or a case and return the exit code."""
    path = Path(given.file).absolute()
    with Session.open() as session:
        catalog = session.catalog
        case = names.one(catalog, Case, given.item) if given.word == "case" else None
        consent = names.one(catalog, Consent, given.item) if case is None else None
        try:
            with path.open("rb") as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
            content = b"" if given.without_content else path.read_bytes()
            size = path.stat().st_size
        except OSError as error:
            reason = error.strerror or type(error).__name__
            raise UnreadableError(f"{path.name} could not be read: {reason}.", "Check the file.", path=path) from error
        paper = Document(0, path.name, case, consent, path=str(path), sha256=digest, bytes=size)
        say(f"Added: {line(catalog, catalog.add_document(paper, content)).strip()}")
    return DONE


def save(given: argparse.Namespace) -> int:
    """Write the content of a paper to a new file and return the exit code."""
    target = Path(given.file).absolute()
    with Session.open() as session:
        number = names.one(session.catalog, Document, given.item)
        content = session.catalog.document_content(number)
    if not content:
        raise RefusedError(f"The catalog does not keep the content of document no. {number}.", "Look at its path.")
    with new_file(target) as temporary:
        temporary.write_bytes(content)
    say(f"Saved as {target}")
    return DONE
