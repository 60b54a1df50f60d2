"""Evidence packages: a folder and a zip whose every file is listed with its hash in a signed manifest.

Whoever gets one checks it with the `recheck.py` that lies in it, without Countermark.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import stat
import zipfile
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from core.errors import WriteError
from core.evidence.log import head, to_lines
from core.evidence.signing import MANIFEST, Signer
from core.model import Event

_RECHECK = Path(__file__).resolve().parents[2] / "resources" / "recheck.py"
_FORMAT = "countermark package 1"
_LOG = (
    "The signed log up to this package: the entries that concern it in full, of the others the hashes and signatures"
    " that prove their place."
)


@dataclass(frozen=True, slots=True)
class Exhibit:
    """One file of a package: its name there, its content or where that lies, a sentence on what it is."""

    name: str
    content: bytes | Path
    about: str


@dataclass(frozen=True, slots=True)
class Package:
    """A finished package: its folder, its zip, the hash of its manifest."""

    folder: Path
    zip: Path
    sha256: str


def write(
    folder: Path,
    exhibits: Iterable[Exhibit],
    *,
    facts: Mapping[str, Any],
    events: Sequence[Event],
    shown: Collection[int] | None = None,
    by: Signer,
    made: str,
    limits: Sequence[str],
) -> Package:
    """Write a package as the new folder and the zip beside it, and return both; either is whole or not there.

    `facts` go into the manifest, `events` are the whole log, of which the numbers `shown` go along in full (None: all),
    `limits` the sentences on what it does not prove.
    WriteError where a name is taken or the disk does not allow it.
    """
    archive = folder.with_name(f"{folder.name}.zip")
    for path in (folder, archive):
        if path.exists():
            raise WriteError(f"{path.name} is there already and was left as it is.", "Choose another name.", path=path)
    parts = [*exhibits, Exhibit("log.jsonl", to_lines(events, shown).encode(), _LOG)]
    parts.append(Exhibit("recheck.py", _RECHECK.read_bytes(), "Checks this package without Countermark."))
    parts.append(Exhibit("README.txt", _readme(parts, by, limits).encode(), "What lies here and how to check it."))
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(prefix=".package-", dir=folder.parent) as made_in:
            draft = Path(made_in) / folder.name
            listed = {part.name: _written(draft, part) for part in parts}
            manifest = {
                "format": _FORMAT,
                "made": made,
                "key": by.key,
                "public_key": by.public,
                "log_head": str(head(events)),
                "facts": facts,
                "files": listed,
            }
            data = json.dumps(manifest, indent=1, sort_keys=True, ensure_ascii=False).encode()
            (draft / "manifest.json").write_bytes(data)
            (draft / "manifest.sig").write_text(by.sign(MANIFEST, data).hex() + "\n", "ascii", newline="\n")
            packed = Path(made_in) / archive.name
            _zip(draft, packed, folder.name)
            draft.rename(folder)
            packed.rename(archive)
    except OSError as error:
        raise WriteError(
            f"The package {folder.name} could not be written: {error.strerror or type(error).__name__}.",
            "Check that its folder may be written to and has room.",
            path=folder,
        ) from error
    return Package(folder, archive, hashlib.sha256(data).hexdigest())


def _written(draft: Path, part: Exhibit) -> dict[str, Any]:
    target = draft / part.name
    target.parent.mkdir(parents=True, exist_ok=True)
    if isinstance(part.content, bytes):
        target.write_bytes(part.content)
    else:
        shutil.copyfile(part.content, target)
    with target.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    target.chmod(stat.S_IRUSR | stat.S_IRGRP)
    return {"sha256": digest, "bytes": target.stat().st_size, "about": part.about}


def _zip(folder: Path, target: Path, name: str) -> None:
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, strict_timestamps=False) as archive:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                archive.write(path, f"{name}/{path.relative_to(folder).as_posix()}")


def _readme(parts: Sequence[Exhibit], by: Signer, limits: Sequence[str]) -> str:
    rows = "\n".join(f"  {part.name}\n      {part.about}" for part in parts)
    said = "\n".join(f"- {limit}" for limit in limits)
    return f"""\
EVIDENCE PACKAGE, MADE WITH COUNTERMARK

Read report.pdf first (report.html says the same).

FILES
{rows}
  manifest.json
      Every file with its SHA-256 hash, and the facts in a form for programs.
  manifest.sig
      The Ed25519 signature of manifest.json by the key {by.key}.

TO CHECK IT WITHOUT COUNTERMARK
  python3 recheck.py
It looks at every file, at the signature and at the log, and needs Python and its package "cryptography" alone.
By hand: compare `sha256sum FILE` with manifest.json. Public key: {by.public}
The signature proves that whoever holds this key made the package. Whose key that is has to be shown otherwise: by a
publication of the public key before the dispute, by an older package, or by a time stamp of the log.

WHAT IT DOES NOT PROVE
{said}
"""
