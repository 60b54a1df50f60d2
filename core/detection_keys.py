"""What of a creator's key detection needs, and no more: for machines that search files and must not hold the key.

A key's secrets are derived one by one, and none leads back to the key or to another one. Those given away here find
marks of the key, and could write them; they lead to no recovery words and sign neither the log nor credentials.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping

from core.errors import MissingSecretError
from core.keys import CreatorKey
from core.model import Kind

_PURPOSES = (
    *((purpose, Kind.IMAGE) for purpose in ("order", "signs", "template", "origin", "codebook")),
    *((purpose, Kind.AUDIO) for purpose in ("pilot cells", "pilot", "data", "order", "codebook")),
)
_START = "start"  # of each serial's copy of a recording: too many to be given for all of them


class DetectionKey:
    """Derived secrets of a key, in the place of the key wherever marks are looked for. Its text forms show none."""

    __slots__ = ("_derived", "_starts", "id")

    def __init__(self, id: str, derived: Mapping[tuple[str, str], bytes], starts: Mapping[int, bytes]) -> None:
        self.id = id
        self._derived, self._starts = dict(derived), dict(starts)

    @classmethod
    def of(cls, key: CreatorKey, serials: Iterable[int] = ()) -> DetectionKey:
        """Return what detection needs of a key, with the secrets of some serials."""
        return cls(
            key.id,
            {(purpose, medium.value): key.derive(purpose, medium) for purpose, medium in _PURPOSES},
            {serial: start_of(key, serial) for serial in serials},
        )

    def derive(self, purpose: str, medium: Kind | None = None, *, context: bytes = b"", length: int = 32) -> bytes:
        """Return what the key itself would. MissingSecretError for a serial that was not given; else KeyError."""
        if (purpose, medium) == (_START, Kind.AUDIO):
            serial = int.from_bytes(context, "big")
            if serial not in self._starts:
                raise MissingSecretError(f"A machine of the cluster needs the secret of the serial {serial}")
            return self._starts[serial]
        if context or length != 32 or medium is None:
            raise KeyError(purpose)
        return self._derived[purpose, medium.value]

    def given(self) -> tuple[str, dict[tuple[str, str], bytes], dict[int, bytes]]:
        """Return its parts, to be sent on purpose."""
        return self.id, self._derived, self._starts

    def __repr__(self) -> str:
        return f"DetectionKey({self.id})"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, DetectionKey) or self._starts != other._starts:
            return False
        codebook = ("codebook", Kind.IMAGE.value)
        return secrets.compare_digest(self._derived[codebook], other._derived[codebook])

    def __hash__(self) -> int:
        return hash(self.id)

    def __reduce__(self) -> tuple[object, ...]:
        """Refuse to be pickled: a secret must not reach a cache, a log or a disk by accident."""
        raise TypeError("A DetectionKey is not pickled; it is sent on purpose alone.")


def start_of(key: CreatorKey, serial: int) -> bytes:
    """Return the secret that says where the copies of recordings with this serial begin."""
    return key.derive(_START, Kind.AUDIO, context=serial.to_bytes(4, "big"))


def serial_wanted(error: MissingSecretError) -> int:
    """Return the serial whose secret was missing."""
    return int(error.message.rpartition(" ")[2])
