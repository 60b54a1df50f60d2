"""The part of the catalog that its user edits: add, change, bin, undo; lists and searches of all things alike."""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, cast

from core.catalog import agreements, changes, checks, events, past, records, undo, unsigned, values
from core.catalog import query as queries
from core.catalog.changes import Operation, operation
from core.catalog.database import Database
from core.catalog.query import Cursor, Page, Query
from core.catalog.recipients import by_name, edit_key, known_keys
from core.catalog.tables import BY_NAME, TABLES, T, Table, Thing
from core.catalog.text import folded
from core.catalog.unsigned import Happened
from core.errors import CatalogError, RefusedError
from core.model import Change, Check, Consent, Copy, Document, Edit, Event, KnownKey, Recipient, Terms, Work

LARGEST_DOCUMENT = 50_000_000  # bytes that the catalog keeps of one paper
_MADE = {Work: "protecting a file", Copy: "protecting a file", Check: "checking a file"}


class Records:
    """Works, copies, recipients, creators, terms, consents, payments, checks, cases and documents as records.

    Each change is one operation with its history; those of people can be undone, the last one first.
    """

    _database: Database

    # -- looking up --------------------------------------------------------------------------------------------

    def get(self, thing: type[T], number: int) -> T:
        """Return one thing, wherever it is, also in the bin. CatalogError where there is none of this number."""
        with self._database.reading() as connection:
            found = records.by_id(connection, thing, number)
            if found is None:
                raise CatalogError(
                    f"The catalog has no {TABLES[thing].word} with the number {number}.",
                    "Look it up in the list again.",
                )
            if isinstance(found, Check):
                return cast(T, checks.with_findings(connection, [found])[0])  # T is Check here
            return found

    def get_all(self, thing: type[T], numbers: Iterable[int]) -> dict[int, T]:
        """Return those of these numbers that there are, by number; checks without their findings."""
        with self._database.reading() as connection:
            return records.by_ids(connection, thing, numbers)

    def page(
        self, thing: type[T], query: Query | None = None, *, limit: int = 100, after: Cursor | None = None
    ) -> Page[T]:
        """Return one page of what a query finds, and where the next begins. Checks come without their findings."""
        with self._database.reading() as connection:
            return queries.page(connection, thing, query or Query(), limit=limit, after=after)

    def copies_with_serial(self, serial: int) -> list[int]:
        """Return the numbers of the copies that carry a serial: one for each key at most."""
        with self._database.reading() as connection:
            return [row[0] for row in connection.execute("SELECT id FROM copies WHERE serial = ?", (serial,))]

    def every(self, thing: type[T], query: Query | None = None, *, at_once: int = 1000) -> Iterator[T]:
        """Yield all that a query finds, a page at a time."""
        after = None
        while True:
            page = self.page(thing, query, limit=at_once, after=after)
            yield from page.items
            if page.next is None:
                return
            after = page.next

    def count(self, thing: type[T], query: Query | None = None) -> int:
        """Return how many things a query finds."""
        with self._database.reading() as connection:
            return queries.count(connection, thing, query or Query())

    def numbers(self, thing: type[T], query: Query | None = None) -> list[int]:
        """Return the numbers of all that a query finds, in its order: quick, as nothing else is read."""
        with self._database.reading() as connection:
            return queries.numbers(connection, thing, query or Query())

    def tags(self, thing: type[T]) -> list[str]:
        """Return the tags that such things have, by name."""
        with self._database.reading() as connection:
            return past.tags(connection, TABLES[thing].name)

    def years(self) -> list[str]:
        """Return the years in which copies were made, the last first."""
        with self._database.reading() as connection:
            return past.years(connection)

    def history(
        self,
        thing: type[T] | None = None,
        item: int | None = None,
        *,
        operation: int | None = None,
        limit: int | None = 100,
    ) -> list[Change]:
        """Return what was changed, newest first: all, of one kind of things, of one thing, or by one operation."""
        with self._database.reading() as connection:
            name = None if thing is None else TABLES[thing].name
            return changes.history(connection, thing=name, item=item, operation=operation, limit=limit)

    def edits(
        self, thing: type[T] | None = None, item: int | None = None, *, before: int | None = None, limit: int = 100
    ) -> list[Edit]:
        """Return what was done, newest first, an operation at a time: all, or to such things, or to one of them.

        `before` is the number of the last operation of the page before.
        """
        with self._database.reading() as connection:
            name = None if thing is None else TABLES[thing].name
            return past.edits(connection, thing=name, item=item, before=before, limit=limit)

    def undoable(self, limit: int = 100) -> list[int]:
        """Return the numbers of the operations that undoing would take back, in its order."""
        with self._database.reading() as connection:
            return past.undoable(connection, limit)

    def in_bin(self) -> list[tuple[type[Any], int]]:
        """Return kind and number of all that lies in the bin, the last that came there first."""
        with self._database.reading() as connection:
            return [(BY_NAME[name].thing, number) for name, number in past.in_bin(connection)]

    # -- changing ----------------------------------------------------------------------------------------------

    def add(self, item: T) -> T:
        """Return a new thing as it is stored: its number and time are given. RefusedError for values that cannot be.

        A recipient of a name that lies in the bin comes back from there. Works, copies and checks are never added by
        hand.
        """
        table = TABLES[type(item)]
        if type(item) in _MADE:
            raise RefusedError(f"A {table.word} comes into the catalog by {_MADE[type(item)]}.", "Do that.")
        with self._operation("added") as work:
            number = self._added(work, table, _given(item))
        return self.get(type(item), number)

    def _added(self, work: Operation, table: Table, fields: dict[str, Any]) -> int:
        if table.thing is Consent:
            return agreements.add(work, fields)
        if table.thing is Recipient:
            known = by_name(work.connection, fields["name"])
            if known is not None and known.binned:
                work.update(table, known.id, {**fields, "binned": "", "emptied": ""})
                return known.id
        self._refuse_same_name(work, table, fields)
        return work.insert(table, fields)

    def edit(self, thing: type[T], numbers: Iterable[int], **fields: Any) -> int:
        """Give things other values, all in one operation, and return how many were changed.

        `tags` and links (`works`, `copies`, `recipients`, `checks`) are fields too. RefusedError for a field that
        cannot be changed or a value that cannot be; CatalogError for an unknown number. Nothing is changed then.
        """
        table = TABLES[thing]
        clean = values.checked(table, fields)
        with self._operation("edited") as work:
            for number in numbers:
                if thing is Consent:
                    agreements.edit(work, number, clean)
                    continue
                self._refuse_same_name(work, table, clean, number)
                work.update(table, number, clean)
            return work.counts.get(table.name, 0)

    def tag(
        self, thing: type[T], numbers: Iterable[int], *, add: Sequence[str] = (), remove: Sequence[str] = ()
    ) -> int:
        """Give things some tags and take others away, all in one operation; return how many were changed."""
        with self._operation("tagged") as work:
            for number in numbers:
                self._tag(work, TABLES[thing], number, add, remove)
            return work.counts.get(TABLES[thing].name, 0)

    def _tag(self, work: Operation, table: Table, number: int, add: Sequence[str], remove: Sequence[str]) -> bool:
        if not table.tagged:
            raise RefusedError(f"A {table.word} has no tags.", "Write it into the note.")
        gone = {folded(name) for name in remove}
        held = work.values(table, number, {"tags": ()})["tags"]
        kept = [name for name in held if folded(name) not in gone]
        return work.update(table, number, {"tags": (*kept, *values.checked(table, {"tags": tuple(add)})["tags"])})

    def bin(self, thing: type[T], numbers: Iterable[int]) -> int:
        """Put things into the bin: out of sight, and nothing is lost. Detection goes on knowing their marks."""
        with self._operation("put into the bin") as work:
            undo.put_into_bin(work, TABLES[thing], numbers)
            return work.counts.get(TABLES[thing].name, 0)

    def restore(self, thing: type[T], numbers: Iterable[int]) -> int:
        """Bring things back from the bin."""
        with self._operation("restored from the bin") as work:
            undo.restore(work, TABLES[thing], numbers)
            return work.counts.get(TABLES[thing].name, 0)

    def empty_bin(self) -> tuple[int, int]:
        """Empty the bin: return how many things are gone, and how many stay, never to be listed, as they are needed.

        No copy, no serial and no signed agreement ever goes: a file that is out can turn up. It cannot be undone.
        """
        with operation(self._database, "emptied the bin") as work:
            return undo.empty(work)

    def undo(self) -> str:
        """Undo the last edit and return what that was: "edited 3 works". CatalogError where nothing can be undone."""
        what, counts = self.take_back()
        return f"{what} {undo.counted(counts)}"

    def take_back(self) -> tuple[str, dict[str, int]]:
        """Undo the last edit and return what that was, and how many things of each table it had changed."""
        with operation(self._database, "undone") as work:
            return undo.undo(work)

    def redo(self) -> str:
        """Do again what was undone last, and return what that is. CatalogError where there is nothing."""
        what, counts = self.do_again()
        return f"{what} {undo.counted(counts)}"

    def do_again(self) -> tuple[str, dict[str, int]]:
        """Do again what was undone last and return what that is, and how many things of each table it changed."""
        with operation(self._database, "redone") as work:
            return undo.redo(work)

    @contextlib.contextmanager
    def together(self, what: str) -> Iterator[Editor]:
        """Give an editor whose changes are one operation: all of an import, or nothing."""
        with self._operation(what) as work:
            yield Editor(self, work)

    # -- agreements --------------------------------------------------------------------------------------------

    def revise(self, consent: int) -> Consent:
        """Return the next version of an agreement, a draft until it is signed."""
        with self._operation("made the next version of") as work:
            number = agreements.revise(work, consent)
        return self.get(Consent, number)

    def agreements_of(self, copy: Copy) -> list[Consent]:
        """Return the consents and licences about a copy, newest first, whatever their standing."""
        with self._database.reading() as connection:
            return agreements.of_copy(connection, copy)

    def terms_of(self, work: int) -> Terms | None:
        """Return the terms of a work: its own, else those of its creator, else None."""
        with self._database.reading() as connection:
            return agreements.terms_of(connection, work)

    def uses(self, consent: int) -> int:
        """Return how many uses of an agreement its ledger reports."""
        with self._database.reading() as connection:
            return agreements.uses(connection, consent)

    def uses_found(self, consent: int) -> int:
        """Return in how many different files the copies that an agreement covers were found for certain."""
        with self._database.reading() as connection:
            return agreements.uses_found(connection, consent)

    # -- documents, keys, the log ------------------------------------------------------------------------------

    def add_document(self, document: Document, content: bytes = b"", *, signed: bool = False) -> Document:
        """Return a paper as it is stored; with `content`, the catalog keeps it and takes hash and size from it.

        `signed` says that it is the signed paper of its consent, which notes its hash in the same operation.
        """
        if len(content) > LARGEST_DOCUMENT:
            raise RefusedError(
                f"{document.name} has {len(content) / 1e6:.0f} MB.",
                f"The catalog keeps papers of up to {LARGEST_DOCUMENT / 1e6:.0f} MB; add it without its content.",
            )
        if (document.case is None) == (document.consent is None):
            raise RefusedError("A document belongs to a case or to a consent.", "Say to which.")
        if content:
            document = replace(document, sha256=hashlib.sha256(content).hexdigest(), bytes=len(content))
        with self._operation("added") as work:
            number = work.insert(TABLES[Document], _given(document))
            if content:
                work.connection.execute("INSERT INTO contents (document, content) VALUES (?, ?)", (number, content))
            if signed and document.consent is not None:
                agreements.edit(work, document.consent, {"document_sha256": document.sha256})
        return self.get(Document, number)

    def document_content(self, number: int) -> bytes:
        """Return the content of a paper; empty where the catalog does not keep it."""
        with self._database.reading() as connection:
            row = connection.execute("SELECT content FROM contents WHERE document = ?", (number,)).fetchone()
            return bytes(row[0]) if row else b""

    def manifest(self, copy: int) -> bytes:
        """Return the signed manifest of a copy; empty where it has none."""
        with self._database.reading() as connection:
            row = connection.execute("SELECT manifest FROM manifests WHERE copy = ?", (copy,)).fetchone()
            return bytes(row[0]) if row else b""

    def known_keys(self) -> list[KnownKey]:
        """Return what the catalog knows of keys, those whose files are lost included: the oldest first."""
        with self._database.reading() as connection:
            return known_keys(connection)

    def edit_key(self, key: str, **fields: Any) -> None:
        """Change what the catalog knows of a key: creator, label, state, retired."""
        with operation(self._database, "edited the key") as work:
            edit_key(work, key, fields)

    def append_event(self, make: Callable[[Event | None], Event]) -> Event:
        """Append to the signed log what `make` makes of its last entry (None at the start), in one transaction."""
        with self._database.changing() as connection:
            return events.append(connection, make)

    def waiting(self) -> list[Happened]:
        """Return what the signed log is still to tell, in order: it happened while no key was open."""
        with self._database.reading() as connection:
            return unsigned.waiting(connection)

    def sign_waiting(self, make: Callable[[Event | None, Happened], Event]) -> int:
        """Append to the log what `make` makes of its last entry and each thing that waits; return how many there were.

        All in one transaction, so that nothing is told twice or lost.
        """
        with self._database.changing() as connection:
            return unsigned.sign(connection, make)

    def note_key(self, key: str, how: str, **facts: Any) -> None:
        """Let the log tell what was done with a key: "exported", "retired" ... Facts hold no secrets and no names."""
        with self._database.changing() as connection:
            unsigned.remember(connection, unsigned.KEY_CHANGED, {"id": key, "how": how, **facts})

    def events(self, *, after: int = 0, limit: int | None = None) -> list[Event]:
        """Return the entries of the signed log beyond a number, in order."""
        with self._database.reading() as connection:
            return events.read(connection, after=after, limit=limit)

    def events_of(self, what: str, *, key: str = "", part: str = "") -> list[Event]:
        """Return the entries of the log of a kind, signed by a key (empty: any), whose facts hold a piece of text."""
        with self._database.reading() as connection:
            return events.find(connection, what, key=key, part=part)

    def _operation(self, what: str) -> contextlib.AbstractContextManager[Operation]:
        return operation(self._database, what, undoable=True)

    def _refuse_same_name(
        self, work: Operation, table: Table, fields: dict[str, Any], number: int | None = None
    ) -> None:
        """Refuse a second recipient, or second terms, of one name."""
        if table.name not in ("recipients", "terms") or "name" not in fields:
            return
        row = work.connection.execute(
            f"SELECT id, name, binned FROM {table.name} WHERE folded = ?", (changes.folded_name(table, fields),)
        ).fetchone()
        if row is not None and row["id"] != number:
            where = " It lies in the bin." if row["binned"] else ""
            raise RefusedError(
                f"There is already a {table.word} “{row['name']}” (no. {row['id']}).{where}", "Choose another name."
            )


def _given(item: Thing) -> dict[str, Any]:
    """Return the fields with which a new thing is stored, checked."""
    table = TABLES[type(item)]
    names = [name for name in (*table.edited, *table.given) if name not in ("series", "version")]
    return values.checked(table, {name: getattr(item, name) for name in names}, new=True)


class Editor:
    """Several changes that are one operation."""

    def __init__(self, catalog: Records, work: Operation) -> None:
        self._catalog, self._work = catalog, work

    def add(self, item: T) -> int:
        """Store a new thing and return its number."""
        return self._catalog._added(self._work, TABLES[type(item)], _given(item))

    def change(
        self, thing: type[T], number: int, fields: Mapping[str, Any], add: Sequence[str], remove: Sequence[str]
    ) -> bool:
        """Give one thing other values, further tags and fewer; return whether anything of it is other than before."""
        changed = self.edit(thing, number, **fields) if fields else False
        return (
            self._catalog._tag(self._work, TABLES[thing], number, add, remove) if add or remove else False
        ) or changed

    def abandon(self) -> None:
        """Undo all of it: nothing is kept, and nothing more may be changed."""
        self._work.abandon()

    def edit(self, thing: type[T], number: int, **fields: Any) -> bool:
        """Change one thing and return whether anything of it is other than before."""
        table = TABLES[thing]
        clean = values.checked(table, fields)
        if thing is Consent:
            return agreements.edit(self._work, number, clean)
        self._catalog._refuse_same_name(self._work, table, clean, number)
        return self._work.update(table, number, clean)
