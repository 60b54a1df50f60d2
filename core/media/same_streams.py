"""Whether a copy of a film holds the very packets of its source, but for the sound."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from core.media.container import opened

_LATE = 0.002  # seconds by which a time stamp may move: Matroska counts in milliseconds


@dataclass
class _Told:
    """What the packets of a stream come to."""

    kind: str
    count: int = 0
    first: float = 0.0
    last: float = 0.0
    hash: Any = field(default_factory=hashlib.sha256)


def same_streams(source: Path, copy: Path, name: str, but: Collection[int], *, timed: bool = True) -> bool:
    """Return whether all streams but those at the places `but` have the same packets at the same times in both.

    Times are not compared where they are not `timed`.
    """
    mine, other = (_told(path, name, but) for path in (source, copy))
    return len(mine) == len(other) and all(_same(a, b, timed) for a, b in zip(mine, other, strict=True))


def _told(path: Path, name: str, but: Collection[int]) -> list[_Told]:
    with opened(path, name) as container:
        streams = [stream for stream in container.streams if stream.index not in but and stream.type != "attachment"]
        attached = [stream for stream in container.streams if stream.type == "attachment"]
        told = {stream.index: _Told(str(stream.type)) for stream in streams}
        for packet in container.demux(*streams) if streams else ():
            if packet.size:
                _add(told[packet.stream_index], packet)
        found = list(told.values())
        stream: Any
        for stream in attached:
            one = _Told("attachment", 1)
            one.hash.update(stream.data)
            found.append(one)
        return found


def _add(told: _Told, packet: Any) -> None:
    stamp = packet.pts if packet.pts is not None else packet.dts
    time = float(stamp * packet.time_base) if stamp is not None else 0.0
    told.hash.update(bytes(packet))
    told.first = time if not told.count else told.first
    told.last = time
    told.count += 1


def _same(mine: _Told, other: _Told, timed: bool) -> bool:
    near = not timed or (abs(mine.first - other.first) <= _LATE and abs(mine.last - other.last) <= _LATE)
    return (mine.kind, mine.count, mine.hash.digest()) == (other.kind, other.count, other.hash.digest()) and near
