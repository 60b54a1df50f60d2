"""A scan on the machines of a Dask cluster: they read and search files, while the catalog and the keys stay here.

The whole job of a check runs here as ever; only what it asks about a file is asked of a machine of the cluster
(`far.py`) instead of a process of this computer. So the results are the same. Files are read where they lie: every
machine must see the folders under the same paths. What a lost machine was asked is asked of another one.
"""

from __future__ import annotations

import contextlib
import hashlib
import threading
import time
import uuid
from collections import OrderedDict
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from core.apart.process import Lost, LostWorkerError, rebuilt
from core.apart.suspect import SuspectApart, said_of
from core.apart.wire import packed_request, unpacked_reply
from core.detection_keys import DetectionKey, serial_wanted, start_of
from core.errors import CancelledError, MissingSecretError, RefusedError, UnreadableError
from core.keys import CreatorKey
from core.model import Kind
from core.scan.far import TOKEN, VALUE, Argument, Question, answer, build

if TYPE_CHECKING:
    from distributed import Client

T = TypeVar("T")
Beat = Callable[[], None]
_CONNECTING = 30.0  # seconds
_TICK = 0.1  # seconds between two beats
_ALONE = 120.0  # seconds without any machine after which a scan gives up
_LOOK = 5.0  # seconds between two looks for machines
_SMALL = 4096  # bytes: smaller arguments are sent each time, larger ones once to each machine
_STARTS = 20_000  # serials up to which a comparison of recordings asks for the secrets of all
_SAME = 8  # packed arguments that are kept, since the catalog gives the same ones again


class ClusterError(RefusedError):
    """A cluster that cannot be used, or is gone: it ends the scan, which goes on later from its journal."""


class Cluster:
    """The cluster at an address. `jobs` says how many files it works on at a time."""

    def __init__(self, address: str) -> None:
        """Nothing is connected yet. RefusedError where the optional library is missing."""
        require_library()
        self.address = address
        self.jobs = 1
        self.trouble: ClusterError | None = None  # why the scan must end
        self.arguments = _Arguments()
        self._client: Client | None = None

    def connect(self) -> None:
        """Connect. ClusterError where there is no cluster, no machine, or one with other versions."""
        import dask
        from distributed import Client

        dask.config.set({"distributed.admin.large-graph-warning-threshold": "1GB"})
        try:
            self._client = Client(self.address, timeout=_CONNECTING, set_as_default=False)
        except (OSError, ValueError) as error:
            raise ClusterError(
                f"There is no cluster at {self.address} ({type(error).__name__}).",
                "Start its scheduler, or name another address.",
            ) from error
        threads = self._machines()
        began = time.monotonic()
        while not threads and time.monotonic() - began < _CONNECTING:
            time.sleep(_TICK)
            threads = self._machines()
        if not threads:
            raise ClusterError(f"The cluster at {self.address} has no workers.", "Start some, then try again.")
        count = sum(threads.values())
        self.jobs = count + max(1, count // 4)  # while some files are looked up here, all machines have work
        for machine, theirs in self._client.run(_build_there, on_error="return").items():
            self.require_same(machine, theirs)

    def require_same(self, machine: str, theirs: object) -> None:
        """ClusterError unless a machine has the versions of this one."""
        if theirs == build():
            return
        if not isinstance(theirs, tuple):
            what = "cannot load Countermark"
        else:
            differing = [(mine, other) for mine, other in zip(build(), theirs, strict=False) if mine != other]
            what = "has other versions: " + ", ".join(f"{other} (here {mine})" for mine, other in differing)
        raise ClusterError(
            f"The worker {machine} of the cluster {what}.", "Install the same Countermark on all machines."
        )

    def close(self) -> None:
        """Disconnect."""
        if self._client is not None:
            self._client.close(timeout=10)
            self._client = None

    def examined(self, path: Path, body: Callable[[Any, str], T], *, beat: Beat) -> T:
        """Return what `body` makes of a file that a machine of the cluster holds open. Errors as `core.apart.examined`.

        CancelledError also where the cluster cannot be used any more: `trouble` says why.
        """
        fresh = False
        while True:
            conversation = _Conversation(self, path, fresh)
            try:
                suspect = SuspectApart(path, conversation, beat)
                return body(suspect, suspect.sha256)
            except LostWorkerError as error:
                if fresh or conversation.was_fresh or error.reason not in (Lost.BROKE, Lost.START, Lost.MEMORY):
                    raise said_of(path, error.reason, conversation) from None
                fresh = True
            finally:
                conversation.release()

    def put(self, question: Question, home: str | None, beat: Beat | None) -> tuple[Any, ...]:
        """Return the answer to a question, from the machine at `home` if it is still there. What `beat` raises."""
        future = self._submitted(question, home)
        ready = threading.Event()
        future.add_done_callback(lambda _: ready.set())
        looked = seen = time.monotonic()
        try:
            while not ready.wait(_TICK):
                if beat is not None:
                    beat()
                now = time.monotonic()
                if now - looked > _LOOK:
                    looked, seen = now, now if self._machines() else seen
                    self._require(now - seen < _ALONE)
            self._require_answered(future)
            reply: tuple[Any, ...] = unpacked_reply(future.result(timeout=_CONNECTING))
        except BaseException:
            with contextlib.suppress(Exception):  # what was put to a cluster that is gone
                future.cancel()
            raise
        return reply

    def forget(self, question: Question, home: str) -> None:
        """Let the machine at `home` let go of a file."""
        from distributed import fire_and_forget

        with contextlib.suppress(CancelledError):  # gone: nothing is held there
            fire_and_forget(self._submitted(question, home))

    def stop(self, trouble: ClusterError) -> CancelledError:
        """Return what ends the work on a file, and the scan with it, since the cluster cannot be used."""
        self.trouble = trouble
        return CancelledError()

    def _submitted(self, question: Question, home: str | None) -> Any:
        try:
            assert self._client is not None and self._client.status == "running"
            return self._client.submit(
                answer,
                question,
                key=f"countermark-{uuid.uuid4().hex}",
                pure=False,
                workers=None if home is None else [home],
                allow_other_workers=home is not None,
            )
        except Exception as error:
            raise self._gone() from error

    def _require_answered(self, future: Any) -> None:
        """Raise what there is to say of a question that no machine answered."""
        from distributed import KilledWorker

        if future.status == "error" and isinstance(future.exception(timeout=_CONNECTING), KilledWorker):
            raise LostWorkerError(Lost.BROKE)  # one machine after the other was lost over it
        self._require(future.status == "finished")

    def _require(self, there: bool) -> None:
        if not there:
            raise self._gone()

    def _gone(self) -> CancelledError:
        return self.stop(
            ClusterError(f"The cluster at {self.address} is gone.", "Start it again, then go on with the scan.")
        )

    def _machines(self) -> dict[str, int]:
        """Return the machines with the number of their threads; none where the scheduler does not answer."""
        assert self._client is not None
        try:
            return dict(self._client.nthreads())
        except (OSError, RuntimeError, TimeoutError):
            return {}


class _Conversation:
    """One file, held open by a machine of the cluster: what `core.apart` calls a worker, as far as it is asked."""

    def __init__(self, cluster: Cluster, path: Path, fresh: bool) -> None:
        from core.apart.limits import Limits

        self.limits = Limits()
        self.was_fresh = fresh
        self._cluster, self._path, self._fresh = cluster, path, fresh
        self._name = uuid.uuid4().hex
        self._home: str | None = None
        self._earlier: list[tuple[str, tuple[Argument, ...]]] = []
        self._values: dict[str, bytes] = {}  # large arguments by name
        self._kind: Kind | None = None
        try:
            self._size = path.stat().st_size
        except (OSError, ValueError):
            self._size = -1

    def ask(self, verb: str, *given: Any, size: int = 0, beat: Beat | None = None) -> Any:
        """Return the answer about the file; errors as `core.apart.process.Worker.ask` raises them."""
        arguments = self._cluster.arguments
        values: dict[str, bytes] = {}
        for _ in range(64):  # secrets of serials are asked for one by one
            asked = arguments.packed(verb, given, self._values, heard=self._kind is not Kind.IMAGE)
            reply = self._cluster.put(self._question(verb, asked, values), self._home, beat)
            match reply:
                case ("value", str(home), value):
                    self._home = home or self._home
                    if verb == "open":
                        self._kind = value["kind"]
                    elif self._kind is Kind.VIDEO:
                        self._earlier.append((verb, asked))
                    return value
                case ("wants", *names):
                    values = {name: self._values[name] for name in names}
                case ("absent",):
                    raise self._cluster.stop(
                        ClusterError(
                            f"A worker of the cluster does not see {self._path} as it is here.",
                            "Share the folder with all machines under the same path.",
                        )
                    )
                case ("lost", reason, was_fresh):
                    self.was_fresh = bool(was_fresh)
                    self._home = None
                    raise LostWorkerError(Lost[str(reason)])
                case ("build", *theirs):
                    try:
                        self._cluster.require_same("that came later", tuple(theirs))
                    except ClusterError as error:
                        raise self._cluster.stop(error) from None
                case ("error", str(kind), tuple(words), str(trace)):
                    said = rebuilt(kind, words, trace)
                    if not isinstance(said, MissingSecretError):
                        raise said
                    arguments.needs(given, serial_wanted(said))
        raise UnreadableError(f"{self._path.name} could not be read: the cluster asks without end.", "Report this.")

    def release(self) -> None:
        """Let the machine let go of the file."""
        if self._home is not None:
            self._cluster.forget(self._question("release", (), {}), self._home)

    def _question(self, verb: str, asked: tuple[Argument, ...], values: dict[str, bytes]) -> Question:
        path = str(self._path.absolute())
        earlier = tuple(self._earlier)
        return Question(build(), self._name, path, self._size, verb, asked, earlier, values, self._fresh)


class _Arguments:
    """Arguments of questions, packed: keys as what detection needs of them, large ones once and by name."""

    def __init__(self) -> None:
        self._turn = threading.RLock()
        self._starts: dict[str, dict[int, bytes]] = {}  # by key: the secrets of serials that were needed
        self._keys: dict[str, tuple[int, bytes]] = {}
        self._same: OrderedDict[int, tuple[object, bytes]] = OrderedDict()  # by identity

    def packed(self, verb: str, given: Iterable[Any], values: dict[str, bytes], *, heard: bool) -> tuple[Argument, ...]:
        """Return the arguments of a question; large ones go into `values` and are named.

        Comparing recordings needs the secrets of all serials, where those are not too many.
        """
        arguments = list(given)
        with self._turn:
            if verb == "detect_informed" and heard and arguments[1] is not None and len(arguments[1]) <= _STARTS:
                self._need(arguments[0], np.asarray(arguments[1]).tolist())
            if verb == "credentials":
                arguments = [_certificates(Path(arguments[0]))]
            return tuple(_argument(self._bytes(one), values) for one in arguments)

    def needs(self, given: Iterable[Any], serial: int) -> None:
        """Let the secret of a serial go along with the key among these arguments from now on."""
        with self._turn:
            for key in given:
                if isinstance(key, CreatorKey):
                    self._need(key, [serial])

    def _need(self, key: CreatorKey, serials: Iterable[int]) -> None:
        known = self._starts.setdefault(key.id, {})
        for serial in serials:
            if serial not in known:
                known[serial] = start_of(key, serial)

    def _bytes(self, given: Any) -> bytes:
        if isinstance(given, CreatorKey):
            return self._of_key(given)
        same = self._same.get(id(given))
        if same is not None and same[0] is given:
            self._same.move_to_end(id(given))
            return same[1]
        data = packed_request(given)
        if len(data) > _SMALL and isinstance(given, tuple):  # the catalog gives the sizes of its works again and again
            self._same[id(given)] = given, data
            while len(self._same) > _SAME:
                self._same.popitem(last=False)
        return data

    def _of_key(self, key: CreatorKey) -> bytes:
        starts = self._starts.setdefault(key.id, {})
        known = self._keys.get(key.id)
        if known is None or known[0] != len(starts):
            name, derived, _ = DetectionKey.of(key).given()
            known = self._keys[key.id] = len(starts), packed_request(DetectionKey(name, derived, starts))
        return known[1]


def _argument(data: bytes, values: dict[str, bytes]) -> Argument:
    if len(data) <= _SMALL:
        return VALUE, data
    name = hashlib.sha256(data).hexdigest()
    values[name] = data
    return TOKEN, name.encode()


def require_library() -> None:
    """Raise RefusedError, with what to do, where the optional library is missing."""
    from importlib.util import find_spec

    if find_spec("distributed") is None:
        raise RefusedError(
            "Scans on a cluster need the optional library Dask, which is not installed.",
            "Install it with: pip install countermark[cluster]. Or scan without --cluster.",
        )


def _build_there() -> tuple[str, ...]:
    return build()


def _certificates(folder: Path) -> dict[str, bytes]:
    """Return the public certificates of the own keys, by name."""
    return {path.name: path.read_bytes() for path in sorted(folder.glob("*.pem"))} if folder.is_dir() else {}
