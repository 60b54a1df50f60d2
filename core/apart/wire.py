"""What goes over the pipes between the program and a worker process: one length, then one pickled message.

The two directions differ. The program is trusted by the worker, and creator keys go that way, as their bytes and on
purpose. What comes back is unpacked from a fixed list of types alone, so that a worker that a file has taken over
cannot have the program call anything, and is never larger than `REPLY_LIMIT`.
"""

from __future__ import annotations

import io
import pickle
from functools import cache
from typing import IO, Any

from core.detection_keys import DetectionKey
from core.keys import CreatorKey

REPLY_LIMIT = 256_000_000  # bytes: the fingerprint of six hours takes 7 MB
_HEAD = 8
_KEY, _DETECTION_KEY = "creator key", "detection key"
_OWN = {  # what replies may be made of beside plain values and arrays, and the package that it must come from
    **dict.fromkeys(("DataMining", "Finding", "Kind", "SourceType", "Statements", "Verdict"), "core.model"),
    **dict.fromkeys(("Features", "Peaks"), "core.fingerprint"),
    **dict.fromkeys(("Stretch", "View"), "core.view"),
}


class BrokenWireError(Exception):
    """The other side has gone, or sent what cannot be a message."""


def send_request(pipe: IO[bytes], message: Any) -> None:
    """Send a message to a worker. BrokenWireError where it has gone."""
    _send(pipe, memoryview(packed_request(message)))


def receive_request(pipe: IO[bytes]) -> Any:
    """Return the next message of the program. BrokenWireError where it has gone."""
    return unpacked_request(_receive(pipe, None))


def packed_request(message: Any) -> bytes:
    """Return a message to a worker in bytes. A DetectionKey may be in it, and a CreatorKey: it must stay here."""
    data = io.BytesIO()
    _KeyPickler(data, pickle.HIGHEST_PROTOCOL).dump(message)
    return data.getvalue()


def unpacked_request(data: bytes) -> Any:
    """Return what `packed_request` packed."""
    return _KeyUnpickler(io.BytesIO(data)).load()


def send_reply(pipe: IO[bytes], message: Any) -> None:
    """Send a message of plain values, arrays and findings to the program. BrokenWireError where it has gone."""
    _send(pipe, memoryview(packed_reply(message)))


def packed_reply(message: Any) -> bytes:
    """Return a message of plain values, arrays and findings in bytes."""
    return pickle.dumps(message, pickle.HIGHEST_PROTOCOL)


def receive_reply(pipe: IO[bytes]) -> Any:
    """Return the next message of a worker. BrokenWireError where it has gone or sends what is not on the list."""
    return unpacked_reply(_receive(pipe, REPLY_LIMIT))


def unpacked_reply(data: bytes) -> Any:
    """Return what `packed_reply` packed. BrokenWireError where it holds what is not on the list."""
    try:
        return _PlainUnpickler(io.BytesIO(data)).load()
    except Exception as error:  # damaged pickles raise anything
        raise BrokenWireError(type(error).__name__) from error


def _send(pipe: IO[bytes], data: memoryview) -> None:
    try:
        pipe.write(len(data).to_bytes(_HEAD, "little"))
        pipe.write(data)
        pipe.flush()
    except (OSError, ValueError) as error:
        raise BrokenWireError(type(error).__name__) from error


def _receive(pipe: IO[bytes], limit: int | None) -> bytes:
    try:
        head = pipe.read(_HEAD)
        size = int.from_bytes(head, "little")
        if len(head) < _HEAD or (limit is not None and size > limit):
            raise BrokenWireError("no message")
        data = pipe.read(size)
    except (OSError, ValueError) as error:
        raise BrokenWireError(type(error).__name__) from error
    if len(data) < size:
        raise BrokenWireError("cut off")
    return data


class _KeyPickler(pickle.Pickler):
    def persistent_id(self, value: Any) -> tuple[str, Any] | None:
        if isinstance(value, DetectionKey):
            return _DETECTION_KEY, value.given()
        return (_KEY, value._secret) if isinstance(value, CreatorKey) else None


class _KeyUnpickler(pickle.Unpickler):
    def persistent_load(self, name: Any) -> CreatorKey | DetectionKey:
        kind, secret = name
        if kind == _DETECTION_KEY:
            return DetectionKey(*secret)
        if kind != _KEY:
            raise pickle.UnpicklingError(kind)
        return CreatorKey.from_bytes(secret)


class _PlainUnpickler(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> Any:
        home = _OWN.get(name)
        if home is not None and (module == home or module.startswith(f"{home}.")):
            return super().find_class(module, name)
        try:
            return _numbers()[module, name]
        except KeyError:
            raise pickle.UnpicklingError(f"{module}.{name} is no type of a reply") from None


@cache
def _numbers() -> dict[tuple[str, str], Any]:
    """Return what numpy makes its arrays and numbers of when they come out of a pickle."""
    import numpy as np

    found: dict[tuple[str, str], Any] = {(kind.__module__, kind.__qualname__): kind for kind in (np.ndarray, np.dtype)}
    for sample in (np.zeros(1), np.zeros(4)[::2], np.float64(0)):
        maker: Any = sample.__reduce_ex__(pickle.HIGHEST_PROTOCOL)[0]
        found[maker.__module__, maker.__qualname__] = maker
    return found
