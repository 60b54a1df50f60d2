"""The catalog's numbered versions: each step takes it from one to the next, in one transaction."""

from __future__ import annotations

import sqlite3
from importlib import resources
from pathlib import Path

from core.errors import CatalogError

APPLICATION = 0x434D4B31  # "CMK1" in the file's header: tells a catalog from other SQLite files


def steps() -> tuple[str, ...]:
    """Return the SQL of all steps: the first makes version 1 of nothing, the last makes the present version."""
    return (resources.files("core.catalog").joinpath("schema.sql").read_text(encoding="utf-8"),)


def migrate(connection: sqlite3.Connection, path: Path) -> None:
    """Bring an open catalog to the present version. CatalogError for a newer one or a file of another program."""
    version = int(connection.execute("PRAGMA user_version").fetchone()[0])
    application = int(connection.execute("PRAGMA application_id").fetchone()[0])
    tables = int(connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0])
    if application not in (0, APPLICATION) or (application == 0 and (version or tables)):
        raise CatalogError(
            f"{path} belongs to another program and was left as it is.", "Choose another folder.", path=path
        )
    known = steps()
    if version > len(known):
        raise CatalogError(
            f"The catalog {path} was made by a newer Countermark (version {version}, this one knows {len(known)}).",
            "Open it with the newer program. It was left as it is.",
            path=path,
        )
    for number, step in enumerate(known[version:], version + 1):
        stamp = f"PRAGMA application_id = {APPLICATION};\nPRAGMA user_version = {number};"
        script = f"BEGIN IMMEDIATE;\n{step}\n{stamp}\nCOMMIT;"
        try:
            connection.executescript(script)
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise
