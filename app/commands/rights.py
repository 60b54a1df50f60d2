"""`countermark rights`, `terms` and `opt-out-kit`: what files say, what copies will say, what a website should say."""

from __future__ import annotations

import argparse
from datetime import date
from pathlib import Path

from app.commands import DONE, NOTHING, TROUBLE
from app.commands.batch import sources
from app.session import Session
from app.terminal import command, emit, say, warn
from core.catalog.query import Query
from core.catalog.store import Catalog
from core.errors import CountermarkError, RefusedError
from core.model import DataMining, Statements, Terms
from core.rights.optout import kit, write_kit
from core.rights.statements import statements_of


def show(given: argparse.Namespace) -> int:
    """Show what files say on rights, and return the exit code."""
    from core.apart import examined
    from core.credentials import FOLDER
    from core.settings import data_folder

    work, barren = sources(given.paths)
    code = DONE if work else NOTHING
    for source in work:
        try:
            says, credentials = examined(
                source.path, lambda suspect, sha256: (suspect.statements(), suspect.credentials(data_folder() / FOLDER))
            )
        except CountermarkError as error:
            warn(str(error))
            code = TROUBLE
            continue
        said = dict(says.said())
        if given.json:
            emit({"file": str(source.path), "says": said, "credentials": credentials})
            continue
        say(str(source.path))
        for label, text in said.items():
            say(f"  {label}: {text}")
        if not said:
            say("  It says nothing on rights.")
        if credentials:
            say(f"  {credentials}")
    for folder in barren:
        warn(f"The folder {folder} holds no picture or recording.")
    return code


def terms_named(catalog: Catalog, name: str) -> Terms:
    """Return the terms of this name or number. RefusedError where there are none."""
    every = list(catalog.every(Terms, Query()))
    found = [terms for terms in every if terms.name.casefold() == name.casefold()]
    found += [terms for terms in every if name.isdecimal() and terms.id == int(name)]
    if not found:
        raise RefusedError(f"The catalog has no terms {name!r}.", f"List them: {command('terms list')}")
    return found[0]


def opt_out_kit(given: argparse.Namespace) -> int:
    """Write the opt-out kit for a website into a new folder and return the exit code."""
    said = Statements(mining=DataMining.PROHIBITED, policy=given.policy, web_statement=given.site)
    if given.terms:
        with Session.open() as session:
            key = session.active_key_file().id if session.has_key else ""
            creator = session.catalog.creator(key) if key else ""
            said = statements_of(terms_named(session.catalog, given.terms), creator=creator, year=date.today().year)
    files = kit(said, assistants=given.assistants)
    folder = Path(given.out).expanduser()
    say(f"{len(files)} files in {folder}. Read {write_kit(files, folder)} first.")
    return DONE
