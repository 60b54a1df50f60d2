"""Content credentials (C2PA): manifests written into copies and read from any file. Needs the optional c2pa-python.

The manifest says what was done (opened, marked), binds itself softly to the mark and to the work's fingerprint, and
repeats the statements on rights in the forms of CAWG. Nothing is fetched from anywhere. (C2PA specification 2.2; CAWG
metadata 1.1.)
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

from core.errors import WriteError
from core.model import Statements
from core.rights.certificates import Credentials
from core.rights.statements import training_entries

MARK, FINGERPRINT = "org.countermark.mark.1", "org.countermark.fingerprint.1"  # not on the public list of such names
_BLOCK = 2**20  # bytes of a file that are looked through at once
REGISTRATION = "org.countermark.registration"
KINDS = {  # formats that can hold a manifest, with the types by which the library knows them
    "JPEG": "image/jpeg",
    "PNG": "image/png",
    "WebP": "image/webp",
    "TIFF": "image/tiff",
    "AVIF": "image/avif",
    "HEIC": "image/heic",
    "WAV": "audio/wav",
    "FLAC": "audio/flac",
    "MP3": "audio/mpeg",
    "M4A": "audio/mp4",
}


@dataclass(frozen=True, slots=True)
class Manifest:
    """What the manifest of a file says.

    `state` is "Trusted" (signed by a known root), "Valid" (whole, signed by somebody unknown) or "Invalid" (the file
    or the manifest was changed since). `binding` and `fingerprint` are the values of the soft bindings to our mark and
    to our fingerprint, empty for none.
    """

    state: str
    signer: str
    made: str
    generator: str
    actions: tuple[str, ...]
    binding: str
    fingerprint: str
    training: Mapping[str, str]


@cache
def available() -> bool:
    """Return whether the optional library is installed, its native part included."""
    try:
        import_module("c2pa")
    except (ImportError, OSError, RuntimeError):
        return False
    return True


def sign(
    path: Path,
    kind: str,
    *,
    by: Credentials,
    said: Statements,
    binding: str,
    fingerprint: str = "",
    registration: Mapping[str, str],
    original: Path,
    title: str,
    version: str,
) -> bytes:
    """Write a manifest into a file (in place) and return it, to be kept as a side-car.

    `kind` is one of KINDS. `binding` tells key and serial of the mark, `fingerprint` which fingerprint of the work the
    catalog keeps (empty: none), `registration` hashes of the original. The original is named as what the copy was made
    of, with its own manifest where it has one. WriteError where the library refuses.
    """
    import c2pa

    signed = path.with_name(f"{path.name}-signed")
    library: Any = c2pa
    settings = _settings("")
    try:
        with (
            library.Context.from_dict(settings) as context,
            library.Signer.from_callback(by.sign, library.C2paSigningAlg.ED25519, by.chain) as signer,
            library.Builder.from_json(
                json.dumps(_definition(said, (binding, fingerprint), registration, title, version)), context
            ) as builder,
        ):
            with original.open("rb") as source:
                builder.add_ingredient(
                    json.dumps({"title": "original", "relationship": "parentOf", "label": "original"}),
                    KINDS[kind],
                    source,
                )
            with path.open("rb") as source, signed.open("w+b") as target:
                manifest = bytes(builder.sign(signer, KINDS[kind], source, target))
        signed.replace(path)
    except library.C2paError as error:
        raise WriteError(
            f"The content credentials could not be written: {error}.", "Protect it without them, and report this."
        ) from error
    finally:
        signed.unlink(missing_ok=True)
    return manifest


def read(path: Path, kind: str, *, roots: str, manifest: bytes | None = None) -> Manifest | None:
    """Return what the manifest of a file says, or a kept side-car about it; None where there is none.

    `roots` are the certificates that are trusted, as PEM.
    """
    if manifest is None and not _names_one(path):
        return None
    import c2pa

    library: Any = c2pa
    try:
        with library.Context.from_dict(_settings(roots)) as context, path.open("rb") as source:
            reader = library.Reader.try_create(KINDS.get(kind, kind), source, manifest, context)
            if reader is None:
                return None
            with reader:
                return _read(reader)
    except library.C2paError:
        return None


def _names_one(path: Path) -> bool:
    """Return whether a file can hold a manifest at all: most do not, and need not trouble the library."""
    before = b""
    with path.open("rb") as file:
        while block := file.read(_BLOCK):  # a mapped film would count as memory of this process
            if b"c2pa" in before[-3:] + block:
                return True
            before = block
    return False


def _read(reader: Any) -> Manifest:
    content = json.loads(reader.json())
    active = content.get("manifests", {}).get(content.get("active_manifest"), {})
    assertions = {
        one.get("label", "").partition("__")[0]: one.get("data") or {} for one in active.get("assertions", [])
    }
    signature = active.get("signature_info") or {}
    actions = assertions.get("c2pa.actions.v2", assertions.get("c2pa.actions", {})).get("actions", [])
    bindings = {
        str((one.get("data") or {}).get("alg", "")): (one.get("data") or {}).get("blocks") or [{}]
        for one in active.get("assertions", [])
        if one.get("label", "").partition("__")[0] == "c2pa.soft-binding"
    }
    entries = assertions.get("cawg.training-mining", assertions.get("c2pa.training-mining", {})).get("entries", {})
    generator = (active.get("claim_generator_info") or [{}])[0]
    return Manifest(
        state=str(reader.get_validation_state() or content.get("validation_state") or "Invalid"),
        signer=str(signature.get("common_name") or signature.get("issuer") or ""),
        made=str(signature.get("time") or ""),
        generator=str(generator.get("name", "")),
        actions=tuple(str(one.get("action", "")) for one in actions),
        binding=str(bindings.get(MARK, [{}])[0].get("value", "")),
        fingerprint=str(bindings.get(FINGERPRINT, [{}])[0].get("value", "")),
        training={str(name): str(entry.get("use", "")) for name, entry in entries.items()},
    )


def _definition(
    said: Statements, bound: tuple[str, str], registration: Mapping[str, str], title: str, version: str
) -> dict[str, Any]:
    assertions: list[dict[str, Any]] = [
        {
            "label": "c2pa.actions.v2",
            "data": {
                "actions": [
                    {"action": "c2pa.opened", "parameters": {"ingredientIds": ["original"]}},
                    {"action": "c2pa.watermarked.bound", "description": "An invisible keyed mark was laid in."},
                ]
            },
        },
        *(
            {"label": "c2pa.soft-binding", "data": {"alg": alg, "blocks": [{"scope": {}, "value": value}]}}
            for alg, value in zip((MARK, FINGERPRINT), bound, strict=True)
            if value
        ),
        {"label": REGISTRATION, "data": dict(registration)},
    ]
    entries = training_entries(said.mining, said.constraints)
    if entries:
        assertions.append({"label": "cawg.training-mining", "data": {"entries": entries}})
    metadata = _metadata(said)
    if metadata:
        assertions.append({"label": "cawg.metadata", "data": metadata})
    return {
        "claim_generator_info": [{"name": "Countermark", "version": version}],
        "title": title,
        "assertions": assertions,
    }


def _metadata(said: Statements) -> dict[str, Any]:
    names = {
        "dc:creator": [name.strip() for name in said.creator.split(";") if name.strip()],
        "dc:rights": said.copyright,
        "xmpRights:UsageTerms": said.usage,
        "xmpRights:WebStatement": said.web_statement,
    }
    found = {name: value for name, value in names.items() if value}
    if not found:
        return {}
    context = {"dc": "http://purl.org/dc/elements/1.1/", "xmpRights": "http://ns.adobe.com/xap/1.0/rights/"}
    return {"@context": context, **found}


def _settings(roots: str) -> dict[str, Any]:
    settings: dict[str, Any] = {
        "version": 1,
        "verify": {"remote_manifest_fetch": False, "ocsp_fetch": False},
        "builder": {"thumbnail": {"enabled": False}},
    }
    if roots:
        settings["trust"] = {"user_anchors": roots}
    return settings
