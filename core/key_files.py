"""Key files: a secret sealed under a passphrase, written whole or not at all, and read with suspicion.

scrypt (RFC 7914) turns the passphrase into a wrapping key, ChaCha20-Poly1305 (RFC 8439) seals the secret, and the
public id travels as authenticated data. The costs of scrypt stand in the file; a file that asks for more than a
computer can be expected to give is refused before anything is computed.
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import json
import os
import secrets
import stat
import tempfile
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from core.errors import DamagedKeyError, KeyFileError

_FORMAT = "countermark key 1"
_SCRYPT_N, _SCRYPT_R, _SCRYPT_P = 2**16, 8, 1  # 64 MB: about 0.2 s on a 2020s laptop
_MOST_MEMORY, _MOST_ROUNDS = 2**28, 4  # bytes (128 N r) and p: a file that asks for more is damaged or hostile
_LONGEST = 1 << 20  # bytes: with every serial that was ever issued a key file is still far smaller
_SEALED = ("format", "id", "kdf", "cipher", "nonce", "sealed", "passphrase")


def composed(passphrase: str) -> str:
    """Return a passphrase in one Unicode form: keyboards of different systems spell é differently. KeyFileError."""
    try:
        passphrase.encode()
    except UnicodeEncodeError:
        raise KeyFileError("The passphrase is not Unicode text.", "Type it again.") from None
    return unicodedata.normalize("NFC", passphrase)


def sealed(secret: bytes, key_id: str, passphrase: str, facts: Mapping[str, Any] | None = None) -> bytes:
    """Return the content of a key file. `facts` are public and may be empty; `passphrase` may be empty too."""
    salt, nonce = secrets.token_bytes(16), secrets.token_bytes(12)
    wrapping = _wrapping_key(passphrase, salt, _SCRYPT_N, _SCRYPT_R, _SCRYPT_P)
    content: dict[str, Any] = {
        "format": _FORMAT,
        "id": key_id,
        "kdf": {"name": "scrypt", "n": _SCRYPT_N, "r": _SCRYPT_R, "p": _SCRYPT_P, "salt": _text(salt)},
        "cipher": "chacha20-poly1305",
        "nonce": _text(nonce),
        "sealed": _text(ChaCha20Poly1305(wrapping).encrypt(nonce, secret, _bound(key_id))),
        "passphrase": bool(passphrase),
    }
    content["check"] = _check_sum(content)
    return json.dumps(content | ({"facts": dict(facts)} if facts else {}), indent=1).encode() + b"\n"


def read_key_file(path: Path) -> dict[str, Any]:
    """Return the public part of a key file: "id", "passphrase" (whether one is needed), "facts", the sealed fields.

    KeyFileError: there is none, it may not be read, it was cut off or changed, or it is of a newer version.
    """
    content = _parsed(path, _read(path))
    if not isinstance(content, dict):
        raise no_key_file(path)
    version = content.get("format")
    if not isinstance(version, str) or not version.startswith("countermark key "):
        raise no_key_file(path) if "kdf" not in content else damaged(path)
    if version != _FORMAT:
        if set(_SEALED) <= content.keys() and content.get("check") == _check_sum(content | {"format": _FORMAT}):
            raise damaged(path)  # in this word
        raise KeyFileError(
            f"The key file {path.name} is of another version.", "Open it with a newer Countermark.", path=path
        )
    if not set(_SEALED) <= content.keys() or not isinstance(content["kdf"], dict) or not isinstance(content["id"], str):
        raise damaged(path)
    if "check" in content and content["check"] != _check_sum(content):  # files of the first version have none
        raise damaged(path)
    facts = content.get("facts", {})
    return content | {"facts": facts if isinstance(facts, dict) else {}}


def opened(path: Path, passphrase: str) -> tuple[str, bytes]:
    """Return id and secret of a key file. KeyFileError: wrong passphrase, or as `read_key_file` says."""
    content = read_key_file(path)
    kdf = content["kdf"]
    try:
        wrapping = _wrapping_key(passphrase, _bytes(kdf["salt"]), int(kdf["n"]), int(kdf["r"]), int(kdf["p"]))
        secret = ChaCha20Poly1305(wrapping).decrypt(
            _bytes(content["nonce"]), _bytes(content["sealed"]), _bound(content["id"])
        )
    except InvalidTag:
        raise KeyFileError(
            f"The passphrase does not open the key file {path.name}.",
            "Type it again; if it is lost, restore the key from its recovery words.",
            path=path,
        ) from None
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        raise damaged(path) from error
    return content["id"], secret


def write_private(path: Path, data: bytes, *, what: str = "key file") -> None:
    """Write a new file that only its owner can read: whole, on the disk, or not there at all.

    An existing file is never overwritten: KeyFileError, as where the folder may not be written.
    """
    try:
        with _temporary(path, data) as temporary:
            _move_new(temporary, path)
            _sync_folder(path.parent)
    except FileExistsError:
        raise KeyFileError(
            f"A {what} {path.name} already exists and was left as it is.", "Choose another place.", path=path
        ) from None
    except OSError as error:
        raise _not_written(path, what, error) from error


def replace_private(path: Path, data: bytes, *, prove: Callable[[Path], None], what: str = "key file") -> None:
    """Put new content in the place of a file, in one step, once `prove` was content with it.

    `prove` is given the new file before it takes the place and after it, and raises what is wrong with it: the old
    file is in its place then. What a power cut leaves is the old file or the new one, whole.
    """
    before = path.with_name(f"{path.name}.before")
    try:
        with _temporary(path, data) as temporary:
            prove(temporary)
            before.unlink(missing_ok=True)
            kept = path.exists() and _linked(path, before)
            temporary.replace(path)
            _sync_folder(path.parent)
            try:
                prove(path)
            except BaseException:
                if kept:
                    before.replace(path)
                raise
            before.unlink(missing_ok=True)
    except OSError as error:
        raise _not_written(path, what, error) from error


def is_damaged(path: Path) -> bool:
    """Return whether something has the name of a key file and is none any more: cut off, changed, overwritten.

    One that may not be read, or is of another version, is not: it may be whole.
    """
    try:
        read_key_file(path)
    except DamagedKeyError:
        return True
    except KeyFileError:
        return False
    return False


def keep_aside(path: Path) -> Path:
    """Return the free name beside a file under which it is kept from now on. KeyFileError where it cannot be.

    Where its disk can give a file two names, its own one still leads to it, until something else takes its place.
    """
    number = 1
    while (aside := path.with_name(f"{path.name}.damaged{f'-{number}' if number > 1 else ''}")).exists():
        number += 1
    try:
        if not _linked(path, aside):
            path.replace(aside)
    except OSError as error:
        raise _not_written(path, "key file", error) from error
    _sync_folder(path.parent)
    return aside


def damaged(path: Path) -> KeyFileError:
    """Return the error of a key file that was cut off or changed."""
    return DamagedKeyError(
        f"The key file {path.name} is damaged.",
        "Restore it with its recovery words (“countermark key restore”) or from a backup.",
        path=path,
    )


def no_key_file(path: Path) -> KeyFileError:
    """Return the error of a file that is something else."""
    return DamagedKeyError(f"{path.name} is not a key file, or it is damaged.", "Choose another file.", path=path)


def _read(path: Path) -> bytes:
    try:
        if not stat.S_ISREG(path.stat().st_mode):  # a pipe would wait for ever
            raise no_key_file(path)
        with path.open("rb") as file:
            data = file.read(_LONGEST + 1)
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
    if len(data) > _LONGEST:
        raise no_key_file(path)
    return data


def _parsed(path: Path, data: bytes) -> Any:
    try:
        return json.loads(data)
    except (ValueError, RecursionError) as error:
        raise damaged(path) from error


def _wrapping_key(passphrase: str, salt: bytes, n: int, r: int, p: int) -> bytes:
    if not (n > 1 and r >= 1 and 128 * n * r <= _MOST_MEMORY and 1 <= p <= _MOST_ROUNDS):
        raise ValueError("scrypt cost out of range")
    return Scrypt(salt=salt, length=32, n=n, r=r, p=p).derive(passphrase.encode())


def _check_sum(content: Mapping[str, Any]) -> str:
    """Return what tells a changed file from a wrong passphrase; it holds nothing that the file does not show."""
    fields = json.dumps([content[name] for name in _SEALED], sort_keys=True)
    return hashlib.sha256(fields.encode()).hexdigest()[:16]


def _bound(key_id: str) -> bytes:
    return f"{_FORMAT}\x00{key_id}".encode()


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _bytes(text: str) -> bytes:
    return base64.b64decode(text, validate=True)


@contextlib.contextmanager
def _temporary(path: Path, data: bytes) -> Iterator[Path]:
    """Give a file beside `path`, for its owner alone, that holds the data on the disk; take it away at the end."""
    handle, name = tempfile.mkstemp(prefix=".key-", dir=path.parent)  # made with permissions 600
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        yield temporary
    finally:
        temporary.unlink(missing_ok=True)


def _move_new(temporary: Path, path: Path) -> None:
    """Give the file its final name unless that name is taken: FileExistsError."""
    if not _linked(temporary, path):
        if path.exists():
            raise FileExistsError(path)
        temporary.replace(path)


def _linked(source: Path, name: Path) -> bool:
    """Give a file a second name, and return whether its file system can. FileExistsError where the name is taken."""
    try:
        name.hardlink_to(source)
    except FileExistsError:
        raise
    except OSError:
        return False
    return True


def _sync_folder(folder: Path) -> None:
    """Have the disk keep the names in a folder as they are now, where its system can."""
    if os.name != "nt":
        with contextlib.suppress(OSError):
            descriptor = os.open(folder, os.O_RDONLY)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)


def _not_written(path: Path, what: str, error: OSError) -> KeyFileError:
    return KeyFileError(
        f"The {what} {path.name} could not be written: {error.strerror}.", f"Check the folder {path.parent}.", path=path
    )
