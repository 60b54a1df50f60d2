"""The keys of a data folder: `keys/<id>.key` holds each, sealed, and `keys/<id>.json` what its owner says of it.

The sealed file is written once and replaced only when its passphrase changes. What may change otherwise (label,
creator, whether the key is retired, which numbers this computer issues) is no secret and lies beside it.
"""

from __future__ import annotations

import contextlib
import dataclasses
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from core.errors import DamagedKeyError, KeyFileError
from core.key_files import composed, damaged, is_damaged, keep_aside, read_key_file, replace_private
from core.keys import CreatorKey
from core.lanes import Lane, random_lane

_LONGEST_NAME = 200


class Origin(StrEnum):
    """How a key came into a data folder. Only one that was made there is certain to have no copies made elsewhere."""

    MADE = "made"
    IMPORTED = "imported"
    RESTORED = "restored"


@dataclass(frozen=True, slots=True)
class KeyFacts:
    """What is said of a key beside its file. `created` and `retired` are ISO 8601 days, or empty.

    `computer` is the lane that this data folder draws its serials from, `shared` whether another computer draws some,
    `given` are the lanes that were given to others with exported files.
    """

    label: str = ""
    creator: str = ""
    created: str = ""
    origin: Origin = Origin.MADE
    computer: int = 0
    shared: bool = False
    given: tuple[int, ...] = ()
    retired: str = ""

    @property
    def lane(self) -> Lane:
        """The serials that copies made here may get."""
        return Lane(self.computer, alone=not self.shared)

    @property
    def copies_elsewhere(self) -> bool:
        """Whether there may be copies of this key that the catalog beside it does not know."""
        return self.shared or self.origin is not Origin.MADE


@dataclass(frozen=True, slots=True)
class KeyEntry:
    """What can be said of a key without opening it: its public id, its file, whether a passphrase protects it."""

    id: str
    path: Path
    protected: bool
    facts: KeyFacts = KeyFacts()

    @property
    def name(self) -> str:
        """Its label, or its id where it has none."""
        return self.facts.label or self.id


class KeyRing:
    """The keys in one folder, which is there."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def paths(self) -> list[Path]:
        """Return the key files, damaged ones included."""
        return sorted(self.folder.glob("*.key"))

    def entries(self) -> list[KeyEntry]:
        """Return the keys whose files are in order; `problems` tells of the others."""
        found = []
        for path in self.paths():
            with contextlib.suppress(KeyFileError):
                found.append(self.entry(path))
        return found

    def problems(self) -> list[KeyFileError]:
        """Return what is wrong with the keys that are not among the `entries`."""
        found = []
        for path in self.paths():
            try:
                self.entry(path)
            except KeyFileError as error:
                found.append(error)
        return found

    def damaged(self) -> tuple[str, ...]:
        """Return the ids of the keys whose files are damaged: their recovery words put these anew."""
        return tuple(path.stem for path in self.paths() if is_damaged(path))

    def asides(self, key: str) -> tuple[Path, ...]:
        """Return the damaged files of a key that were kept when it was put anew, the latest last."""
        found = self.folder.glob(f"{key}.key.damaged*")
        return tuple(sorted(found, key=lambda path: (len(path.name), path.name)))

    def entry(self, path: Path) -> KeyEntry:
        """Return what a key file and the facts beside it say. KeyFileError where either is damaged."""
        try:
            content = read_key_file(path)
        except DamagedKeyError as error:  # whatever lies there now: here it was a key
            raise damaged(path) from error
        return KeyEntry(content["id"], path, bool(content["passphrase"]), _facts(path.with_suffix(".json")))

    def find(self, name: str) -> KeyEntry:
        """Return the key with this id, the beginning of an id, or label. KeyFileError where there is not one such.

        Where it may be one whose file is damaged, the error is that of the file.
        """
        entries = self.entries()
        found = [entry for entry in entries if name == entry.id] or [
            entry for entry in entries if name and (entry.id.startswith(name) or entry.facts.label == name)
        ]
        if not found and (problems := self.problems()):
            raise next((one for one in problems if one.path and one.path.stem.startswith(name)), problems[0])
        if len(found) != 1:
            known = ", ".join(entry.id for entry in entries) or "none"
            what = f"There is no key {name!r}." if not found else f"{name!r} is the name of {len(found)} keys."
            raise KeyFileError(what, f"Name one by its id: {known}.")
        return found[0]

    def add(self, key: CreatorKey, passphrase: str, facts: KeyFacts = KeyFacts(), *, placed: bool = False) -> KeyEntry:
        """Return a key that is now kept in the folder, under its passphrase. KeyFileError: it is there already.

        Where only its file was lost or damaged, the facts that lie there hold; with `placed` but for its computer's
        number. A damaged file is kept aside (`asides`).
        """
        path = self.folder / f"{key.id}.key"
        broken = is_damaged(path)
        if path.exists() and not broken:
            raise KeyFileError(
                f"The key {key.id} is here already and was left as it is.",
                "To give it another passphrase, change that.",
                path=path,
            )
        beside = path.with_suffix(".json")
        left = beside.exists()
        if left:  # its key file was lost: the numbers of this computer are what they were
            held = _facts(beside)
            facts = dataclasses.replace(held, computer=facts.computer, shared=facts.shared) if placed else held
        facts = _checked(dataclasses.replace(facts, created=facts.created or today()))
        # The facts first: a key file without them would draw its serials from the first computer's lane.
        _write_facts(beside, facts)
        try:
            if broken:
                keep_aside(path)
                key.seal_again(path, composed(passphrase))
            else:
                key.save(path, composed(passphrase))
        except BaseException:
            if not left and not path.exists():
                beside.unlink(missing_ok=True)
            raise
        return KeyEntry(key.id, path, bool(passphrase), facts)

    def remove(self, entry: KeyEntry) -> None:
        """Take away a key that was added a moment ago and could not be used. What one from elsewhere is told stays."""
        entry.path.unlink(missing_ok=True)
        if entry.facts.origin is Origin.MADE:
            entry.path.with_suffix(".json").unlink(missing_ok=True)

    def change(self, entry: KeyEntry, **facts: Any) -> KeyEntry:
        """Return a key with other facts, now kept beside its file. KeyFileError: they are as they were."""
        changed = _checked(dataclasses.replace(entry.facts, **facts))
        _write_facts(entry.path.with_suffix(".json"), changed)
        return dataclasses.replace(entry, facts=changed)

    def change_passphrase(self, entry: KeyEntry, old: str, new: str) -> KeyEntry:
        """Return a key that opens with another passphrase from now on. KeyFileError: the old one holds."""
        key = CreatorKey.load(entry.path, composed(old))
        content = read_key_file(entry.path)
        key.seal_again(entry.path, composed(new), facts=content["facts"])
        return dataclasses.replace(entry, protected=bool(new))

    def renew(self, entry: KeyEntry, words: str, passphrase: str) -> CreatorKey:
        """Return a key whose passphrase was lost, under another one from now on: its 24 recovery words open it, too.

        KeyFileError: wrong words, or those of another key.
        """
        key = CreatorKey.from_words(words)
        if key.id != entry.id:
            raise words_of_another(key.id, entry.id)
        key.seal_again(entry.path, composed(passphrase), facts=read_key_file(entry.path)["facts"])
        return key

    def export(
        self,
        entry: KeyEntry,
        passphrase: str,
        target: Path,
        *,
        new_passphrase: str | None = None,
        issued: Sequence[int] = (),
        computer: int | None = None,
    ) -> None:
        """Write a key to a new file elsewhere, that opens with its passphrase or another one.

        Its passphrase is asked for, since a backup that nobody can open is none; the written file is opened again
        before this returns. `computer` is the number that another computer gets with the file, and `issued` the
        serials that it must not issue again. KeyFileError: nothing was written.
        """
        key = CreatorKey.load(entry.path, composed(passphrase))
        sealing = composed(passphrase if new_passphrase is None else new_passphrase)
        facts: dict[str, Any] = {"label": entry.facts.label, "creator": entry.facts.creator}
        facts["created"] = entry.facts.created
        if computer is not None:
            facts |= {"computer": Lane(computer).number, "issued": [int(serial) for serial in issued]}
        key.save(target, sealing, facts=facts)
        if CreatorKey.load(target, sealing) != key:
            target.unlink()
            raise KeyFileError(
                f"The key file {target.name} did not hold what was written.", "Check the disk.", path=target
            )

    def import_file(
        self, source: Path, passphrase: str, *, computer: int | None = None, alone: bool = False
    ) -> tuple[CreatorKey, KeyEntry, tuple[int, ...]]:
        """Return the key of an exported file, now kept here, and the serials that must not be issued again here.

        `computer` is the number of this computer, else the file's, else a random one; `alone` says that no other
        computer uses the key any more. KeyFileError: wrong passphrase, damaged file, or a key that is here already.
        """
        key = CreatorKey.load(source, composed(passphrase))
        said = read_key_file(source)["facts"]
        given = said.get("computer") if isinstance(said.get("computer"), int) else None
        facts = KeyFacts(
            label=_text(said.get("label")),
            creator=_text(said.get("creator")),
            created=_text(said.get("created")),
            origin=Origin.IMPORTED,
            **_place(computer if computer is not None else given, alone),
        )
        listed = said.get("issued")
        issued = tuple(serial for serial in listed if isinstance(serial, int)) if isinstance(listed, list) else ()
        placed = computer is not None or alone
        return key, self.add(key, passphrase, facts, placed=placed), issued

    def restore(
        self, words: str, passphrase: str, *, computer: int | None = None, alone: bool = False
    ) -> tuple[CreatorKey, KeyEntry]:
        """Return the key of 24 recovery words, now kept here. KeyFileError: wrong words, or it is here, whole."""
        key = CreatorKey.from_words(words)
        told = KeyFacts(origin=Origin.RESTORED, **_place(computer, alone))
        return key, self.add(key, passphrase, told, placed=computer is not None or alone)


def words_of_another(key: str, wanted: str) -> KeyFileError:
    """Return the error of recovery words that are another key's than the one that is asked for; both by their ids."""
    return KeyFileError(f"These are the words of another key, {key}.", f"Type the words of the key {wanted}.")


def today() -> str:
    """Return the present day, ISO 8601, where its reader is."""
    return datetime.now(UTC).astimezone().date().isoformat()


def _place(computer: int | None, alone: bool) -> dict[str, Any]:
    """Return where a key that was used elsewhere draws its serials here."""
    if computer is not None:
        return {"computer": Lane(computer).number, "shared": not alone}
    return {"computer": 0, "shared": False} if alone else {"computer": random_lane(), "shared": True}


def _facts(path: Path) -> KeyFacts:
    """Return the facts of a file; none of them where there is no file, as with keys of earlier versions."""
    try:
        said = json.loads(path.read_bytes())
        known = {field.name for field in dataclasses.fields(KeyFacts)}  # a newer version may know more
        said = {name: value for name, value in said.items() if name in known}
        facts = _checked(
            KeyFacts(**{**said, "origin": Origin(said.get("origin", "made")), "given": tuple(said.get("given", ()))})
        )
    except FileNotFoundError:
        return KeyFacts()
    except (OSError, ValueError, TypeError, AttributeError, KeyFileError) as error:
        raise KeyFileError(
            f"The notes {path.name} beside the key cannot be read or are damaged.",
            f"Restore {path} from a backup. Without it, this computer could issue numbers that another one issued.",
            path=path,
        ) from error
    return facts


def _checked(facts: KeyFacts) -> KeyFacts:
    """Return facts that may be kept. KeyFileError says what is wrong with them."""
    for name in (facts.label, facts.creator):
        if not isinstance(name, str) or len(name) > _LONGEST_NAME or not name.isprintable():
            raise KeyFileError(
                "The name of a key or its creator is one line of text.", f"At most {_LONGEST_NAME} letters."
            )
    if not isinstance(facts.computer, int) or not isinstance(facts.shared, bool):
        raise KeyFileError("A computer's number is a whole number.", "Choose another number.")
    _ = facts.lane
    return facts


def _write_facts(path: Path, facts: KeyFacts) -> None:
    data = json.dumps(dataclasses.asdict(facts), indent=1, ensure_ascii=False).encode() + b"\n"

    def prove(written: Path) -> None:
        if _facts(written) != facts:
            raise KeyFileError(f"{path.name} did not hold what was written.", "Check the disk.", path=path)

    replace_private(path, data, prove=prove, what="file")


def _text(value: object) -> str:
    """Return a text of a foreign file where it may stand in a name, else nothing."""
    return value if isinstance(value, str) and value.isprintable() and len(value) <= _LONGEST_NAME else ""
