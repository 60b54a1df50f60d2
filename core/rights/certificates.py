"""Certificates for content credentials: a root and a leaf of the creator's own, made from the key, kept as public PEM.

No authority stands behind them: they say "signed by whoever holds this key", not "signed by a checked person". Both
secret halves are derived from the creator key and written nowhere. (X.509: RFC 5280; Ed25519 in it: RFC 8410.)
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID, ObjectIdentifier

from core.keys import CreatorKey

_C2PA = ObjectIdentifier("1.3.6.1.4.1.62558.2.1")  # the purpose "C2PA claim signing"
_YEARS = {"root": 25, "leaf": 10}
_LEAST = timedelta(days=30)  # of validity left, below which a new leaf is made


@dataclass(frozen=True, slots=True)
class Credentials:
    """A creator's certificates: the chain (leaf, root) and the root alone as PEM; signs with the leaf's secret half."""

    chain: str
    root: str
    name: str
    _leaf: Ed25519PrivateKey = field(repr=False)

    def sign(self, data: bytes) -> bytes:
        """Return the leaf's signature."""
        return self._leaf.sign(data)


def credentials(key: CreatorKey, name: str, folder: Path) -> Credentials:
    """Return the certificates of a key, made in the folder at first use and kept there from then on.

    `name` is shown to people as the signer's; the one in the kept certificate stays.
    """
    root, leaf = (Ed25519PrivateKey.from_private_bytes(key.derive(f"credentials {part}")) for part in ("root", "leaf"))
    path = folder / f"{key.id}.pem"
    known = _known(path, leaf.public_key())
    if known is None:
        shown = name or f"Countermark creator {key.id}"
        top = _certificate("root", shown, root.public_key(), root, root.public_key(), shown)
        known = [_certificate("leaf", shown, leaf.public_key(), root, root.public_key(), shown), top]
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        path.write_bytes(b"".join(one.public_bytes(Encoding.PEM) for one in known))
    chain = [one.public_bytes(Encoding.PEM).decode() for one in known]
    return Credentials("".join(chain), chain[1], common_name(known[0]), leaf)


def roots(folder: Path) -> str:
    """Return the roots of all keys of a folder, as PEM; empty where there is none."""
    found = []
    for path in sorted(folder.glob("*.pem")) if folder.is_dir() else []:
        try:
            found.append(x509.load_pem_x509_certificates(path.read_bytes())[-1].public_bytes(Encoding.PEM).decode())
        except (ValueError, OSError):
            continue
    return "".join(found)


def common_name(certificate: x509.Certificate) -> str:
    """Return the name in a certificate."""
    names = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    return str(names[0].value) if names else ""


def _known(path: Path, public: Ed25519PublicKey) -> list[x509.Certificate] | None:
    try:
        found = x509.load_pem_x509_certificates(path.read_bytes())
    except (OSError, ValueError):
        return None
    fits = len(found) == 2 and found[0].public_key() == public
    return found if fits and found[0].not_valid_after_utc - datetime.now(UTC) > _LEAST else None


def _certificate(
    part: str,
    name: str,
    public: Ed25519PublicKey,
    signer: Ed25519PrivateKey,
    issuer_public: Ed25519PublicKey,
    issuer: str,
) -> x509.Certificate:
    now = datetime.now(UTC).replace(microsecond=0)
    is_root = part == "root"
    builder = (
        x509.CertificateBuilder()
        .subject_name(_name(name, "own root" if is_root else "signs content credentials"))
        .issuer_name(_name(issuer, "own root"))
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=365 * _YEARS[part]))
        .add_extension(x509.BasicConstraints(ca=is_root, path_length=0 if is_root else None), critical=True)
        .add_extension(_usage(is_root), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_public), critical=False)
    )
    if not is_root:
        purposes = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION, _C2PA])
        builder = builder.add_extension(purposes, critical=False)
    return builder.sign(signer, None)


def _name(name: str, unit: str) -> x509.Name:
    shown = name[:64]  # the most that X.509 allows
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COMMON_NAME, shown),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, shown),
            x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, f"Countermark: {unit}"),
        ]
    )


def _usage(root: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not root,
        key_cert_sign=root,
        crl_sign=root,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )
