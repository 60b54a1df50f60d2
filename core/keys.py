"""Creator keys: make, derive, save, load, recovery words.

A key is 32 secret random bytes. Everything else is derived from it with HKDF-SHA256 (RFC 5869), one label for each
purpose and medium. At rest it lies sealed in a file of `core.key_files`.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Self

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from core.errors import KeyFileError
from core.key_files import damaged, opened, replace_private, sealed, write_private
from core.model import Kind
from core.recovery import secret_of, words_of

KEY_BYTES = 32


class CreatorKey:
    """A creator's key. Its text forms show the public id, never the secret."""

    __slots__ = ("_secret", "id")

    def __init__(self, secret: bytes) -> None:
        if len(secret) != KEY_BYTES:
            raise KeyFileError(f"A key has {KEY_BYTES} bytes; {len(secret)} were given.", "Use a complete key.")
        self._secret = bytes(secret)
        self.id = self.derive("id").hex()[:16]

    @classmethod
    def generate(cls) -> Self:
        """Return a new key from the operating system's random source."""
        return cls(secrets.token_bytes(KEY_BYTES))

    @classmethod
    def from_bytes(cls, secret: bytes) -> Self:
        """Return the key made of these 32 bytes."""
        return cls(secret)

    def derive(self, purpose: str, medium: Kind | None = None, *, context: bytes = b"", length: int = 32) -> bytes:
        """Return `length` secret bytes for one purpose and medium; `context` (a serial, say) tells uses apart."""
        label = b"\x00".join([b"countermark/1", (medium or "any").encode(), purpose.encode(), context])
        return HKDF(algorithm=hashes.SHA256(), length=length, salt=None, info=label).derive(self._secret)

    def words(self) -> tuple[str, ...]:
        """Return the 24 English recovery words (BIP-39, with its check bits)."""
        return words_of(self._secret)

    @classmethod
    def from_words(cls, words: str | list[str] | tuple[str, ...]) -> Self:
        """Return the key that 24 recovery words stand for, in any case and spacing; four letters of each do.

        KeyFileError names the places of unknown words, a wrong count, or words that do not belong together.
        """
        return cls(secret_of(words))

    def save(self, path: Path, passphrase: str, *, facts: Mapping[str, Any] | None = None) -> None:
        """Write the key to a new file that only its owner can read, sealed under the passphrase (may be empty).

        An existing file is never overwritten: KeyFileError. The file appears whole or not at all. `facts` are public
        and travel with the key.
        """
        write_private(path, sealed(self._secret, self.id, passphrase, facts))

    def seal_again(self, path: Path, passphrase: str, *, facts: Mapping[str, Any] | None = None) -> None:
        """Put this key under another passphrase in its file: the old file stays until the new one was seen to open.

        KeyFileError where that could not be done; the old passphrase holds then.
        """

        def prove(written: Path) -> None:
            if type(self).load(written, passphrase) != self:
                raise damaged(written)

        replace_private(path, sealed(self._secret, self.id, passphrase, facts), prove=prove)

    @classmethod
    def load(cls, path: Path, passphrase: str) -> Self:
        """Return the key of a file. KeyFileError: missing or damaged file, wrong passphrase."""
        key_id, secret = opened(path, passphrase)
        if len(secret) != KEY_BYTES:
            raise damaged(path)
        key = cls(secret)
        if key.id != key_id:
            raise damaged(path)
        return key

    def __repr__(self) -> str:
        return f"CreatorKey({self.id})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, CreatorKey) and secrets.compare_digest(self._secret, other._secret)

    def __hash__(self) -> int:
        return hash(self.id)

    def __reduce__(self) -> tuple[Any, ...]:
        """Refuse to be pickled: a secret must not reach a cache or a pipe by accident."""
        raise TypeError("A CreatorKey is not pickled; pass its file and passphrase, or its bytes, on purpose.")
