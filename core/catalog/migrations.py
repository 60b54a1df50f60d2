"""The catalog's numbered versions: each step takes it from one to the next, in one transaction.

Before the first step the catalog as it was is copied beside it, once and for good: "catalog version 1.sqlite3".
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
from importlib import resources
from pathlib import Path

from core.errors import CatalogError

APPLICATION = 0x434D4B31  # "CMK1" in the file's header: tells a catalog from other SQLite files


def steps() -> tuple[str, ...]:
    """Return the SQL of all steps: the first makes version 1 of nothing, the last makes the present version."""
    folder = resources.files("core.catalog")
    names = ("schema.sql", "version_2.sql", "version_3.sql")
    return tuple(folder.joinpath(name).read_text(encoding="utf-8") for name in names)


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
    if 0 < version < len(known):
        back_up(connection, path, version)
    for number, step in enumerate(known[version:], version + 1):
        stamp = f"PRAGMA application_id = {APPLICATION};\nPRAGMA user_version = {number};"
        script = f"BEGIN IMMEDIATE;\n{step}\n{stamp}\nCOMMIT;"
        try:
            connection.executescript(script)
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise


def back_up(connection: sqlite3.Connection, path: Path, version: int) -> Path:
    """Copy an open catalog, for its owner alone, to a new file beside it and return that: whole, or not there at all.

    CatalogError where it cannot be written; the catalog is as it was then.
    """
    target = _free(path, version)
    temporary = target.with_name(f"{target.name}.countermark-part")
    try:
        os.close(os.open(temporary, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600))
        with contextlib.closing(sqlite3.connect(temporary)) as copy:
            connection.backup(copy)
        with temporary.open("rb+") as file:
            os.fsync(file.fileno())
        temporary.rename(target)
    except (OSError, sqlite3.Error) as error:
        temporary.unlink(missing_ok=True)
        raise CatalogError(
            f"The catalog {path} needs to be brought up to date, but it could not be copied beside it: {error}.",
            "Free some space in its folder, or check the folder's permissions. It was left as it is.",
            path=path,
        ) from error
    return target


def _free(path: Path, version: int) -> Path:
    """Return a name beside the catalog that nothing has yet."""
    number = 1
    while True:
        more = f" ({number})" if number > 1 else ""
        target = path.with_name(f"{path.stem} version {version}{more}{path.suffix}")
        if not os.path.lexists(target):
            return target
        number += 1
