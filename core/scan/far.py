"""What a machine of a cluster does: it holds files open in processes apart, and answers what is asked about them.

A question comes with all that was asked about its file before, so that any machine can answer it: one that does not
hold the file opens it, and brings it to the same state. Keys come as `DetectionKey`, and stay in memory, as serials
and the signals of works do. Nothing is raised here: the cluster would log a question that failed.
"""

from __future__ import annotations

import hashlib
import os
import platform
import tempfile
import threading
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any

from core import __version__
from core.apart import keep
from core.apart.pool import give_back, taken
from core.apart.process import LostWorkerError, Worker
from core.apart.wire import packed_reply, unpacked_request
from core.apart.worker import told
from core.model import Kind

TOKEN, VALUE = "token", "value"  # how an argument is given: by name, or itself
REPLAYED = frozenset({"likely", "detect", "detect_informed"})  # questions that a film remembers
_LIBRARIES = ("numpy", "scipy", "pillow", "imagecodecs", "soundfile", "av", "opencv-python-headless", "c2pa-python")
_KEPT_BYTES = 512_000_000  # of arguments that are kept for the next question

Argument = tuple[str, bytes]  # TOKEN and its name, or VALUE and its packed bytes


@dataclass(frozen=True, slots=True, repr=False)
class Question:
    """A question about a file. Its text form shows nothing of it: clusters write the arguments of work into logs.

    `conversation` stands for one examination; `earlier` holds what was asked in it; `values` are arguments that the
    machine did not have; `fresh` asks for a process that had no other file.
    """

    build: tuple[str, ...]
    conversation: str
    path: str
    size: int
    verb: str
    given: tuple[Argument, ...] = ()
    earlier: tuple[tuple[str, tuple[Argument, ...]], ...] = ()
    values: dict[str, bytes] = field(default_factory=dict)
    fresh: bool = False

    def __repr__(self) -> str:
        return "Question()"


@dataclass(slots=True)
class _Held:
    worker: Worker
    fresh: bool
    said: dict[str, Any]


_turn = threading.Lock()
_held: OrderedDict[str, _Held] = OrderedDict()
_values: OrderedDict[str, tuple[int, Any]] = OrderedDict()
_folders: dict[str, tempfile.TemporaryDirectory[str]] = {}


@cache
def build() -> tuple[str, ...]:
    """Return the versions that results depend on: machines of one cluster must have the same."""
    found = [f"countermark {__version__}", f"python {'.'.join(platform.python_version_tuple()[:2])}"]
    for name in _LIBRARIES:
        try:
            found.append(f"{name} {metadata.version(name)}")
        except metadata.PackageNotFoundError:
            found.append(f"{name} none")
    return tuple(found)


def answer(question: Question) -> bytes:
    """Return the packed answer to a question: one of

    ("value", address of this machine, value), ("error", kind, words, trace) as a process apart tells it,
    ("wants", tokens), ("absent",), ("lost", reason, whether its process was fresh), ("build", versions).
    """
    try:
        return packed_reply(_answered(question))
    except Exception as error:  # noqa: BLE001 - see above
        return packed_reply(told(error))


def _answered(question: Question) -> tuple[Any, ...]:
    if question.build != build():
        return ("build", *build())
    with _turn:
        held = _held.pop(question.conversation, None)
    if question.verb == "release":
        if held is not None:
            give_back(held.worker)
        return "value", "", None
    try:
        wanted = _wanted(question)
        if wanted:
            if held is not None:
                _keep(question.conversation, held)
            return "wants", *wanted
        if held is None:
            if not _is_there(question):
                return ("absent",)
            worker = Worker() if question.fresh else taken()
            held = _Held(worker, worker.files == 0, {})
            _opened(held, question)
        value = held.said if question.verb == "open" else _asked(held, question, question.verb, question.given)
    except LostWorkerError as error:
        return "lost", error.reason.name, held is None or held.fresh
    except BaseException:
        if held is not None:
            _keep(question.conversation, held)
        raise
    _keep(question.conversation, held)
    return "value", _address(), value


def _opened(held: _Held, question: Question) -> None:
    """Have a file opened, and brought to the state of its conversation."""
    held.said = held.worker.ask("open", question.path, size=question.size)
    if held.said["kind"] is Kind.VIDEO:
        for verb, given in question.earlier:
            if verb in REPLAYED:
                _asked(held, question, verb, given)


def _asked(held: _Held, question: Question, verb: str, given: Sequence[Argument]) -> Any:
    arguments = [_value(argument) for argument in given]
    if verb == "credentials":
        arguments = [_folder(arguments[0])]
    return held.worker.ask(verb, *arguments, size=question.size)


def _keep(conversation: str, held: _Held) -> None:
    """Hold a file for the next question; where too many are held, those whose scan seems to be gone are let go."""
    with _turn:
        _held[conversation] = held
        most = 2 * (os.cpu_count() or 1) + 2
        keep(most)
        surplus = [_held.popitem(last=False)[1] for _ in range(len(_held) - most)]
    for one in surplus:
        give_back(one.worker)


def _wanted(question: Question) -> list[str]:
    """Return the arguments that are not here; take in those that came along."""
    arguments = [*question.given, *(one for _, given in question.earlier for one in given)]
    with _turn:
        for token, data in question.values.items():
            _values[token] = len(data), unpacked_request(data)
        names = dict.fromkeys(data.decode() for kind, data in arguments if kind == TOKEN)
        missing = [name for name in names if name not in _values]
        for name in names.keys() - set(missing):
            _values.move_to_end(name)
        while sum(size for size, _ in _values.values()) > _KEPT_BYTES and len(_values) > len(names):
            _values.popitem(last=False)
    return missing


def _value(argument: Argument) -> Any:
    kind, data = argument
    if kind == VALUE:
        return unpacked_request(data)
    with _turn:
        return _values[data.decode()][1]


def _folder(certificates: dict[str, bytes]) -> Path:
    """Return a folder that holds the public certificates of the creator's keys."""
    content = b"".join(name.encode() + data for name, data in sorted(certificates.items()))
    name = hashlib.sha256(content).hexdigest()
    with _turn:
        if name not in _folders:
            folder = tempfile.TemporaryDirectory(prefix="countermark-certificates-")
            for file, data in certificates.items():
                Path(folder.name, Path(file).name).write_bytes(data)
            _folders[name] = folder
        return Path(_folders[name].name)


def _is_there(question: Question) -> bool:
    """Return whether this machine sees the file as the scan does."""
    try:
        return question.size < 0 or Path(question.path).stat().st_size == question.size
    except (OSError, ValueError):
        return question.size < 0


def _address() -> str:
    from distributed import get_worker

    return str(get_worker().address)
