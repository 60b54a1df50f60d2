"""The one exception tree: what happened to which file, and what to do about it."""

from __future__ import annotations

from pathlib import Path


class CountermarkError(Exception):
    """A problem that its reader can understand and act on.

    `message` says what happened, naming the file where there is one; `hint` says what to do.
    Both are whole sentences and hold no secret. Anything that is not a CountermarkError is a bug.
    """

    def __init__(self, message: str, hint: str = "", *, path: Path | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.path = path

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".strip()


class UnreadableError(CountermarkError):
    """A file that cannot be opened or decoded: missing, damaged, empty, of an unknown kind, too large."""


class RefusedError(CountermarkError):
    """Input that is understood and not marked, since it could not carry the mark or would lose something."""


class WriteError(CountermarkError):
    """An output that could not be written or did not pass its verification; nothing was left behind."""


class KeyFileError(CountermarkError):
    """A key that cannot be opened: missing or damaged file, wrong passphrase, wrong recovery words."""


class DamagedKeyError(KeyFileError):
    """A key file that was cut off, changed or overwritten: the recovery words of its key put it anew."""


class MissingSecretError(CountermarkError):
    """A secret of one serial that a machine of a cluster turned out to need: its number ends the message."""


class CatalogError(CountermarkError):
    """A catalog that cannot be opened, is of a newer version, or refuses a change."""


class SettingsError(CountermarkError):
    """Settings that cannot be read or that say something that is not allowed."""


class CancelledError(CountermarkError):
    """Work that its user stopped."""

    def __init__(self) -> None:
        super().__init__("Cancelled.")
