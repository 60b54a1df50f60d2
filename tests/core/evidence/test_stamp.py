"""Time stamp requests that OpenSSL understands, answers of its authority that are read."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
from pathlib import Path

import pytest

from core.errors import RefusedError
from core.evidence.stamp import read, request

DIGEST = hashlib.sha256(b"head").digest()
CONFIG = """
[req]
distinguished_name = name
x509_extensions = tsa
prompt = no
[name]
CN = Test authority
[tsa]
extendedKeyUsage = critical,timeStamping
[tsa_config]
serial = {folder}/serial
signer_digest = sha256
default_policy = 1.2.3.4
digests = sha256
ess_cert_id_chain = no
"""


@pytest.fixture
def authority(tmp_path: Path) -> Path:
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not installed, so there is no authority to ask")
    config = tmp_path / "tsa.cnf"
    config.write_text(CONFIG.format(folder=tmp_path))
    (tmp_path / "serial").write_text("01\n")
    run(
        *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-config", str(config)),
        *("-keyout", str(tmp_path / "tsa.key"), "-out", str(tmp_path / "tsa.pem")),
    )
    return tmp_path


def run(*call: str) -> str:
    return subprocess.run(call, check=True, capture_output=True, text=True).stdout


def test_openssl_answers_and_verifies(authority: Path) -> None:
    asked, answer = authority / "head.tsq", authority / "head.tsr"
    asked.write_bytes(request(DIGEST))
    shown = run("openssl", "ts", "-query", "-in", str(asked), "-text").replace("-", " ")
    assert "sha256" in shown and DIGEST[:4].hex(" ") in shown and "Certificate required: yes" in shown
    run(
        *("openssl", "ts", "-reply", "-queryfile", str(asked), "-out", str(answer), "-section", "tsa_config"),
        *("-config", str(authority / "tsa.cnf"), "-signer", str(authority / "tsa.pem")),
        *("-inkey", str(authority / "tsa.key")),
    )
    run("openssl", "ts", "-verify", "-in", str(answer), "-queryfile", str(asked), "-CAfile", str(authority / "tsa.pem"))
    stamp = read(answer.read_bytes())
    assert stamp.digest == DIGEST and stamp.moment.startswith("20") and stamp.moment.endswith("+00:00")
    for end in range(0, answer.stat().st_size - 1, 97):
        with pytest.raises(RefusedError):
            read(answer.read_bytes()[:end])


@pytest.mark.parametrize("wrong", [b"", b"no answer", b"\x30\x05\x30\x03\x02\x01\x02", b"0" * 300_000])
def test_anything_else_is_refused_in_a_sentence(wrong: bytes) -> None:
    with pytest.raises(RefusedError, match="no answer"):
        read(wrong)


def test_requests_are_never_the_same() -> None:
    assert len({request(DIGEST) for _ in range(50)}) == 50
