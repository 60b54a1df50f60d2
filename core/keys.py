"""Creator keys: make, derive, protect by passphrase, recovery words, import and export.

A key is 32 secret random bytes. Everything else is derived from it with HKDF-SHA256 (RFC 5869), one label for each
purpose and medium. At rest it is wrapped: scrypt (RFC 7914) turns the passphrase into a wrapping key, ChaCha20-Poly1305
(RFC 8439) seals the secret, and the public id travels as authenticated data.
"""

from __future__ import annotations

import base64
import contextlib
import json
import os
import secrets
import tempfile
from pathlib import Path
from typing import Any, Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from core.errors import KeyFileError
from core.model import Kind

KEY_BYTES = 32
WORDS = 24
_FORMAT = "countermark key 1"
_SCRYPT_N, _SCRYPT_R, _SCRYPT_P = 2**16, 8, 1  # 64 MB: about 0.2 s on a 2020s laptop
_SCRYPT_N_LIMIT = 2**20  # a file that asks for more is damaged or hostile


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
        from mnemonic import Mnemonic

        return tuple(Mnemonic("english").to_mnemonic(self._secret).split())

    @classmethod
    def from_words(cls, words: str | list[str] | tuple[str, ...]) -> Self:
        """Return the key that 24 recovery words stand for, in any case and spacing.

        KeyFileError names the first unknown word, a wrong count, or words that do not belong together.
        """
        from mnemonic import Mnemonic

        given = " ".join(words.split() if isinstance(words, str) else words).lower().split()
        book = Mnemonic("english")
        if len(given) != WORDS:
            raise KeyFileError(
                f"A key has {WORDS} recovery words; {len(given)} were given.", "Enter all words in order."
            )
        for place, word in enumerate(given, 1):
            if word not in book.wordlist:
                raise KeyFileError(f"Word {place} is not a recovery word.", "Compare it with the recovery sheet.")
        if not book.check(" ".join(given)):
            raise KeyFileError(
                "These recovery words do not belong together.", "Check their order and spelling against the sheet."
            )
        return cls(bytes(book.to_entropy(" ".join(given))))

    def save(self, path: Path, passphrase: str) -> None:
        """Write the key to a new file that only its owner can read, sealed under the passphrase (may be empty).

        An existing file is never overwritten: KeyFileError. The file appears whole or not at all.
        """
        salt, nonce = secrets.token_bytes(16), secrets.token_bytes(12)
        wrapping = _wrapping_key(passphrase, salt, _SCRYPT_N, _SCRYPT_R, _SCRYPT_P)
        sealed = ChaCha20Poly1305(wrapping).encrypt(nonce, self._secret, _bound(self.id))
        content = {
            "format": _FORMAT,
            "id": self.id,
            "kdf": {"name": "scrypt", "n": _SCRYPT_N, "r": _SCRYPT_R, "p": _SCRYPT_P, "salt": _text(salt)},
            "cipher": "chacha20-poly1305",
            "nonce": _text(nonce),
            "sealed": _text(sealed),
            "passphrase": bool(passphrase),
        }
        _write_new(path, json.dumps(content, indent=1).encode() + b"\n")

    @classmethod
    def load(cls, path: Path, passphrase: str) -> Self:
        """Return the key of a file. KeyFileError: missing or damaged file, wrong passphrase."""
        content = read_key_file(path)
        kdf = content["kdf"]
        try:
            wrapping = _wrapping_key(passphrase, _bytes(kdf["salt"]), int(kdf["n"]), int(kdf["r"]), int(kdf["p"]))
            secret = ChaCha20Poly1305(wrapping).decrypt(
                _bytes(content["nonce"]), _bytes(content["sealed"]), _bound(str(content["id"]))
            )
        except InvalidTag:
            raise KeyFileError(
                f"The passphrase does not open the key file {path.name}.",
                "Type it again; if it is lost, restore the key from its recovery words.",
                path=path,
            ) from None
        except (KeyError, TypeError, ValueError) as error:
            raise _damaged(path) from error
        key = cls(secret)
        if key.id != content["id"]:
            raise _damaged(path)
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


def read_key_file(path: Path) -> dict[str, Any]:
    """Return the public part of a key file: "id", "passphrase" (whether one is needed) and the sealed fields."""
    try:
        content = json.loads(path.read_bytes())
    except FileNotFoundError:
        raise KeyFileError(
            f"There is no key file {path.name} in {path.parent}.",
            "Make a key or restore one from its words.",
            path=path,
        ) from None
    except OSError as error:
        raise KeyFileError(
            f"The key file {path.name} cannot be read: {error.strerror}.", "Check its permissions.", path=path
        ) from error
    except ValueError as error:
        raise _damaged(path) from error
    if not isinstance(content, dict) or not isinstance(content.get("kdf"), dict):
        raise _damaged(path)
    if content.get("format") != _FORMAT:
        raise KeyFileError(
            f"The key file {path.name} is of another version.", "Open it with a newer Countermark.", path=path
        )
    if not {"id", "nonce", "sealed", "passphrase"} <= content.keys():
        raise _damaged(path)
    return content


def _wrapping_key(passphrase: str, salt: bytes, n: int, r: int, p: int) -> bytes:
    if not (1 < n <= _SCRYPT_N_LIMIT and 1 <= r <= 16 and 1 <= p <= 4):
        raise ValueError("scrypt cost out of range")
    return Scrypt(salt=salt, length=32, n=n, r=r, p=p).derive(passphrase.encode())


def _bound(key_id: str) -> bytes:
    return f"{_FORMAT}\x00{key_id}".encode()


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _bytes(text: str) -> bytes:
    return base64.b64decode(text, validate=True)


def _damaged(path: Path) -> KeyFileError:
    return KeyFileError(
        f"The key file {path.name} is damaged.", "Restore it from a backup or from the recovery words.", path=path
    )


def _write_new(path: Path, data: bytes) -> None:
    try:
        handle, name = tempfile.mkstemp(prefix=".key-", dir=path.parent)
        temporary = Path(name)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            with contextlib.suppress(OSError):
                temporary.chmod(0o600)
            _move_new(temporary, path)
        finally:
            temporary.unlink(missing_ok=True)
    except FileExistsError:
        raise KeyFileError(
            f"A key file {path.name} already exists and was left as it is.", "Choose another place.", path=path
        ) from None
    except OSError as error:
        raise KeyFileError(
            f"The key file {path.name} could not be written: {error.strerror}.", "Check the folder.", path=path
        ) from error


def _move_new(temporary: Path, path: Path) -> None:
    """Give the file its final name unless that name is taken: FileExistsError."""
    try:
        path.hardlink_to(temporary)
    except FileExistsError:
        raise
    except OSError:  # a file system without hard links
        if path.exists():
            raise FileExistsError(path) from None
        temporary.replace(path)
