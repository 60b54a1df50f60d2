"""A scan on a real cluster of several processes: the results of the local run, although a machine is lost midway."""

from __future__ import annotations

import json
import threading
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from app.samples import sample_recording
from core.apart.wire import packed_request, unpacked_request
from core.audio.pattern import Pattern as AudioPattern
from core.catalog.store import Catalog
from core.detection_keys import DetectionKey, serial_wanted, start_of
from core.errors import MissingSecretError
from core.image.pattern import Pattern as ImagePattern
from core.keys import CreatorKey
from core.model import Kind
from core.protect import protect
from core.scan import Checking, ClusterError, Scan
from core.scan.far import Question, answer, build
from tests.app.command_line import picture, recording
from tests.core.scan.clusters import cluster

KEY = CreatorKey.from_bytes(bytes(range(32)))


# -- what machines get of a key ------------------------------------------------------------------------------------


def test_a_detection_key_leads_to_the_patterns_of_its_key() -> None:
    given = DetectionKey.of(KEY, [7])
    ours, theirs = ImagePattern.of(KEY), ImagePattern.of(given)  # type: ignore[arg-type]
    assert np.array_equal(ours.tile(5), theirs.tile(5))
    assert np.array_equal(ours.origins(np.arange(4)), theirs.origins(np.arange(4)))
    ours, theirs = AudioPattern(KEY), AudioPattern(given)  # type: ignore[arg-type,assignment]
    assert np.array_equal(ours.chips(5), theirs.chips(5)) and ours.start(7) == theirs.start(7)
    with pytest.raises(MissingSecretError) as caught:
        theirs.start(8)
    assert serial_wanted(caught.value) == 8
    assert given.id == KEY.id and given != DetectionKey.of(KEY) and given == DetectionKey.of(KEY, [7])
    assert given != DetectionKey.of(CreatorKey.generate(), [7])


def test_a_detection_key_gives_away_nothing_else() -> None:
    given = DetectionKey.of(KEY, [7])
    for purpose in ("id", "signature", "credentials root", "credentials leaf"):
        with pytest.raises(KeyError):
            given.derive(purpose)
        with pytest.raises(KeyError):
            given.derive(purpose, Kind.IMAGE)
    sent = packed_request((given,))
    assert KEY._secret not in sent
    assert unpacked_request(sent) == (given,)
    assert start_of(KEY, 7) in sent and start_of(KEY, 7).hex() not in repr(given)
    with pytest.raises(TypeError, match="not pickled"):
        given.__reduce__()


def test_a_question_shows_nothing_of_itself_and_never_raises(tmp_path: Path) -> None:
    question = Question(build(), "c", str(tmp_path / "secret.png"), 3, "open")
    assert "secret" not in repr(question) and "secret" not in str(question)
    from core.apart.wire import unpacked_reply

    assert unpacked_reply(answer(question)) == ("absent",)
    assert unpacked_reply(answer(Question(("other",), "c", "x", 3, "open")))[0] == "build"
    wanting = Question(build(), "c", "x", 3, "detect", (("token", b"no such"),))
    assert unpacked_reply(answer(wanting)) == ("wants", "no such")


# -- a real cluster ------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a catalog of four works, and suspects of many kinds."""
    place = tmp_path_factory.mktemp("world")
    masters = [picture(place / "masters" / f"p{number}.png", seed=number, width=300, height=220) for number in (1, 2)]
    masters += [recording(place / "masters" / f"v{number}.wav", seed=number, seconds=6.0) for number in (1, 2)]
    with Catalog(place / "home") as catalog:
        made = list(protect(masters, recipient="A", catalog=catalog, key=KEY, out=place / "suspects"))
        assert all(one.output for one in made), made
    import soundfile
    from PIL import Image

    with Image.open(place / "suspects" / "p1 (A).png") as image:
        image.resize((150, 110)).save(place / "suspects" / "small.jpg", quality=40)
    samples, rate = soundfile.read(place / "suspects" / "v1 (A).wav")
    soundfile.write(place / "suspects" / "piece.wav", samples[rate : 3 * rate], rate)
    noise = np.random.default_rng(3).normal(0, 0.03, samples[: 4 * rate].shape)
    soundfile.write(place / "suspects" / "noisy.wav", np.clip(samples[: 4 * rate] + noise, -1, 1), rate)
    soundfile.write(place / "suspects" / "short.wav", sample_recording(0.3, 16000, 4), 16000)
    picture(place / "suspects" / "strange.png", seed=77, width=120, height=90)
    (place / "suspects" / "broken.png").write_bytes((place / "masters" / "p1.png").read_bytes()[:700])
    (place / "suspects" / "nothing.jpg").write_bytes(b"")
    return place


def scanned(world: Path, home: Path, *, cluster: str | None = None, **more: Any) -> list[dict[str, Any]]:
    """Return the results of all suspects, by name."""
    with Catalog(world / "home") as catalog:
        work = Checking(catalog, [KEY], cluster=cluster, **more)
        with Scan(work, [world / "suspects"], journal=home / "j") as scan:
            return sorted((one.result for one in scan.over()), key=lambda one: str(one["file"]))


@pytest.mark.slow
def test_the_cluster_finds_what_this_computer_finds_and_loses_a_machine(world: Path, tmp_path: Path) -> None:
    pytest.importorskip("distributed")
    local = scanned(world, tmp_path / "local")
    verdicts = {Path(one["file"]).name: one["verdict"] for one in local}
    assert verdicts["p1 (A).png"] == verdicts["v2 (A).wav"] == "certain" and verdicts["broken.png"] != "certain"
    with cluster(tmp_path / "cluster") as machines:

        def kill_one() -> None:
            end = time.monotonic() + 600
            while time.monotonic() < end and not (tmp_path / "far" / "j").exists():
                time.sleep(0.05)
            journal = tmp_path / "far" / "j"
            while time.monotonic() < end and b'"kept"' not in journal.read_bytes():
                time.sleep(0.05)
            machines.workers[0].kill()

        killer = threading.Thread(target=kill_one)
        killer.start()
        far = scanned(world, tmp_path / "far", cluster=machines.address)
        killer.join()
        assert machines.workers[0].wait(10) != 0 and machines.workers[1].poll() is None
        assert json.dumps(far) == json.dumps(local)
        # Nothing of the key on the disks of the machines, in their logs, or in what they write; nor what it derives.
        given = DetectionKey.of(KEY).given()
        secrets = [KEY._secret, *given[1].values()]
        for path in machines.folder.rglob("*"):
            content = path.read_bytes() if path.is_file() else b""
            for secret in secrets:
                assert (
                    secret not in content
                    and secret.hex().encode() not in content
                    and repr(secret).encode() not in content
                )
        again = scanned(world, tmp_path / "widely", cluster=machines.address, widely=[KEY.id])
    assert json.dumps(again) == json.dumps(scanned(world, tmp_path / "widely here", widely=[KEY.id]))


@pytest.mark.slow
def test_a_cluster_that_cannot_be_used_is_said_in_a_sentence(world: Path, tmp_path: Path) -> None:
    pytest.importorskip("distributed")
    with cluster(tmp_path / "cluster", workers=1) as machines:
        with Catalog(world / "home") as catalog:
            work = Checking(catalog, [KEY], cluster=machines.address)
            with (
                Scan(work, [world / "suspects"], journal=tmp_path / "j") as scan,
                pytest.raises(ClusterError, match="gone"),
            ):
                for _ in scan.over():
                    for one in machines.workers:
                        one.kill()
                    work._cluster._client.close()  # type: ignore[union-attr]
        with (
            Catalog(world / "home") as catalog,
            Scan(Checking(catalog, [KEY]), [world / "suspects"], journal=tmp_path / "j") as scan,
        ):
            list(scan.over())
            assert sum(scan.totals.values()) == len(list((world / "suspects").iterdir()))
