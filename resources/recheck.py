"""Check an evidence package of Countermark without Countermark.

    python3 recheck.py [FOLDER]

Looks at every file of the package: whether each is the one that the manifest lists, whether the manifest is signed by
the key that it names, whether the log is whole and signed. Needs Python 3.9 or newer and, for the signatures, the
package "cryptography" (pip install cryptography). Nothing is changed and nothing is sent anywhere.

What it cannot tell: whose key it is. Compare the public key below with one that the creator published or lodged
before the dispute, or with an older package.
"""

from __future__ import annotations

import hashlib
import json
import sys
from pathlib import Path

MANIFEST, SIGNATURE, LOG = "manifest.json", "manifest.sig", "log.jsonl"
LOG_PURPOSE, MANIFEST_PURPOSE = b"countermark log 1\0", b"countermark manifest 1\0"
CONTENT, LINK = ("moment", "what", "facts"), ("number", "previous", "key")


def check(folder: Path) -> tuple[list[str], list[str], list[str]]:
    """Return what is in order, what is wrong, and what could not be looked at."""
    good: list[str] = []
    wrong: list[str] = []
    open_: list[str] = []
    try:
        data = (folder / MANIFEST).read_bytes()
        manifest = json.loads(data)
        public, files = str(manifest["public_key"]), dict(manifest["files"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        return good, [f"{MANIFEST} cannot be read: {error}"], open_
    check_files(folder, files, good, wrong)
    verify = verifier(open_)
    if verify is not None:
        try:
            signature = bytes.fromhex((folder / SIGNATURE).read_text("ascii").strip())
            exact = (folder / SIGNATURE).read_bytes() == signature.hex().encode() + b"\n"
        except (OSError, ValueError):
            signature, exact = b"", False
        if exact and verify(public, MANIFEST_PURPOSE + data, signature):
            good.append(f"The manifest is signed by the key {manifest.get('key')} (public key {public}).")
        else:
            wrong.append("The signature of the manifest is wrong: it was changed, or signed by another key.")
    check_log(folder, manifest, verify, good, wrong)
    return good, wrong, open_


def check_files(folder: Path, files: dict, good: list[str], wrong: list[str]) -> None:
    there = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    bad = 0
    for name, facts in sorted(files.items()):
        try:
            content = (folder / name).read_bytes()
        except OSError:
            wrong.append(f"{name} is missing.")
            bad += 1
            continue
        if hashlib.sha256(content).hexdigest() != facts.get("sha256") or len(content) != facts.get("bytes"):
            wrong.append(f"{name} was changed: it is not the file that the manifest lists.")
            bad += 1
    strange = sorted(there - set(files) - {MANIFEST, SIGNATURE})
    wrong += [f"{name} does not belong to the package: the manifest does not list it." for name in strange]
    if not bad:
        good.append(f"All {len(files)} files are those that the manifest lists.")


def check_log(folder: Path, manifest: dict, verify, good: list[str], wrong: list[str]) -> None:
    try:
        events = [json.loads(line) for line in (folder / LOG).read_text("utf-8").splitlines()]
        before = len(wrong)
        check_events(events, verify, wrong)
        last = events[-1] if events else {"number": 0, "hash": ""}
        if f"{last['number']}:{last['hash']}" != manifest.get("log_head"):
            wrong.append("The log does not end where the manifest says.")
    except (OSError, ValueError, KeyError, TypeError) as error:
        wrong.append(f"{LOG} cannot be read: {error}")
        return
    if len(wrong) == before:
        signed = "" if verify is None else ", each signed"
        full = sum("content" not in event for event in events)
        good.append(
            f"The log is whole: {len(events)} entries, each bound to the one before{signed}; {full} can be read, of the"
            " others their place."
        )


def check_events(events: list, verify, wrong: list[str]) -> None:
    previous, keys = "", {}
    for place, event in enumerate(events, 1):
        withheld = "content" in event  # its hash stands for what does not concern this package
        content = event["content"] if withheld else digest({name: event[name] for name in CONTENT})
        if event["number"] != place or event["previous"] != previous:
            wrong.append(f"Entry {place} of the log does not follow the one before.")
        if digest({**{name: event[name] for name in LINK}, "content": content}) != event["hash"]:
            wrong.append(f"Entry {place} of the log was changed.")
        if not withheld and event["what"] == "key added":
            public = json.loads(event["facts"])["public"]
            if keys.setdefault(event["key"], public) != public:
                wrong.append(f"Entry {place} of the log introduces a second public key for {event['key']}.")
        if verify is not None:
            data = LOG_PURPOSE + bytes.fromhex(event["hash"])
            if not verify(keys.get(event["key"], ""), data, bytes.fromhex(event["signature"])):
                wrong.append(f"Entry {place} of the log has a wrong signature.")
        previous = event["hash"]


def digest(values: dict) -> str:
    text = json.dumps(values, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def verifier(open_: list[str]):
    """Return what verifies an Ed25519 signature, None where the library is missing."""
    try:
        from cryptography.exceptions import InvalidSignature
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    except ImportError:
        open_.append("Signatures were not checked: install the Python package cryptography.")
        return None

    def verify(public: str, data: bytes, signature: bytes) -> bool:
        try:
            Ed25519PublicKey.from_public_bytes(bytes.fromhex(public)).verify(signature, data)
        except (InvalidSignature, ValueError):
            return False
        return True

    return verify


def main() -> int:
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else Path(__file__).resolve().parent)
    good, wrong, open_ = check(folder)
    for line in good:
        print(f"in order   {line}")
    for line in open_:
        print(f"not looked {line}")
    for line in wrong:
        print(f"WRONG      {line}")
    print("This package is as it was made." if not (wrong or open_) else "See above.")
    return 1 if wrong else 2 if open_ else 0


if __name__ == "__main__":
    sys.exit(main())
