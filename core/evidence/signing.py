"""Signatures of a creator: Ed25519 (RFC 8032), its secret half derived from the creator key and written nowhere."""

from __future__ import annotations

from dataclasses import dataclass, field

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from core.keys import CreatorKey

LOG, MANIFEST = "countermark log 1", "countermark manifest 1"  # what a signature is for stands in what is signed


@dataclass(frozen=True, slots=True)
class Signer:
    """Who signs: the public id of the creator key, the public half as 64 hexadecimal digits."""

    key: str
    public: str
    _private: Ed25519PrivateKey = field(repr=False)

    def sign(self, purpose: str, data: bytes) -> bytes:
        """Return the signature of data for one purpose."""
        return self._private.sign(purpose.encode() + b"\x00" + data)


def signer(key: CreatorKey) -> Signer:
    """Return the signer of a creator key: always the same for one key."""
    private = Ed25519PrivateKey.from_private_bytes(key.derive("signature"))
    return Signer(key.id, private.public_key().public_bytes_raw().hex(), private)


def is_signed(public: str, purpose: str, data: bytes, signature: bytes) -> bool:
    """Return whether a signature is that of this public half."""
    try:
        half = Ed25519PublicKey.from_public_bytes(bytes.fromhex(public))
        half.verify(signature, purpose.encode() + b"\x00" + data)
    except (InvalidSignature, ValueError):
        return False
    return True
