"""Protect and check through the real command line: exit codes, JSON Lines, sentences, damage, strange names."""

import os
import signal
import subprocess
import sys
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import pytest
from PIL import Image

from core.model import Status, Verdict
from tests.app.command_line import Outcome, countermark, flat_picture, in_process, picture, recording, variables

PASSPHRASE = "a passphrase nobody may see"
QUALITY = {"picture": {"psnr", "ssim"}, "recording": set()}


@dataclass(frozen=True)
class Story:
    """One creator's day: a key, a folder of masters protected for Studio Ä, damaged copies checked."""

    home: Path
    folder: Path
    secret: Path
    before: dict[Path, str]
    made: Outcome
    protected: Outcome
    checked: Outcome

    def run(self, *arguments: str | Path) -> Outcome:
        return in_process(*arguments, home=self.home, folder=self.folder)


def hashes(folder: Path) -> dict[Path, str]:
    return {file: sha256(file.read_bytes()).hexdigest() for file in sorted(folder.rglob("*")) if file.is_file()}


@pytest.fixture(scope="module")
def story(tmp_path_factory) -> Story:
    folder = tmp_path_factory.mktemp("story")
    home, masters, found = folder / "home", folder / "masters", folder / "found"
    picture(masters / "Zoë’s portrait.jpg")
    picture(masters / "nature" / "hill.png", seed=2)
    recording(masters / "nature" / "voice.wav")
    flat_picture(masters / "flat.png")
    (masters / "broken.jpg").write_bytes(b"\xff\xd8\xff\xe0 no picture")
    (masters / "notes.txt").write_text("no work at all")
    secret = folder / "secret.txt"
    secret.write_text(PASSPHRASE + "\n")
    before = hashes(masters)
    made = countermark("key", "new", "--passphrase-file", secret, home=home)
    protected = countermark(
        *("protect", "masters", "nowhere.jpg", "--for", "Studio Ä", "--out", "copies", "--json"),
        *("--passphrase-file", secret),
        home=home,
        folder=folder,
    )
    found.mkdir()
    with Image.open(folder / "copies" / "Zoë’s portrait (Studio Ä).jpg") as image:
        image.resize((image.width // 2, image.height // 2), Image.Resampling.LANCZOS).save(found / "1.jpg", quality=60)
    cut_to_ogg(folder / "copies" / "nature" / "voice (Studio Ä).wav", found / "2.ogg")
    picture(found / "strange.png", seed=7)
    (found / "broken.jpg").write_bytes(b"\xff\xd8\xff\xe0 no picture")
    checked = countermark(
        *("check", "found", "nowhere.jpg", "--json"),
        home=home,
        folder=folder,
        environment={"COUNTERMARK_PASSPHRASE_FILE": str(secret)},
    )
    return Story(home, folder, secret, before, made, protected, checked)


def cut_to_ogg(source: Path, target: Path) -> None:
    import soundfile

    samples, rate = soundfile.read(source, dtype="float32", start=44100)
    with soundfile.SoundFile(target, "w", rate, 1, format="OGG", subtype="VORBIS") as file:
        for start in range(0, len(samples), 4096):
            file.write(samples[start : start + 4096])


def test_making_the_key_tells_its_id_and_file(story):
    assert story.made.code == 0
    (key,) = (story.home / "keys").glob("*.key")
    assert story.made.out == f"Made the key {key.stem} in {key}\n"
    assert "key sheet --to FILE" in story.made.err


def test_protect_writes_one_object_a_file(story):
    assert story.protected.code == 2  # one refused, one broken, one missing
    assert story.protected.err == ""
    records = story.protected.records
    fields = ["source", "output", "serial", "recipient", "status", "quality", "message"]
    assert all(list(record) == fields for record in records)
    status = {Path(record["source"]).name: record["status"] for record in records}
    assert status == {
        "Zoë’s portrait.jpg": "protected",
        "hill.png": "protected",
        "voice.wav": "protected",
        "flat.png": "refused",
        "broken.jpg": "failed",
        "nowhere.jpg": "failed",
    }
    for record in records:
        assert record["recipient"] == "Studio Ä" and record["message"]
        done = record["status"] == "protected"
        assert isinstance(record["serial"], int) if done else record["serial"] is None
        assert Path(record["output"]).is_file() if done else record["output"] is None
        assert bool(record["quality"]) == done
        assert all(isinstance(value, int | float) for value in record["quality"].values())
        assert done or Path(record["source"]).name in record["message"]
    assert {status.value for status in Status} == {"protected", "refused", "failed"}


def test_copies_keep_their_sub_folders_and_originals_stay(story):
    assert hashes(story.folder / "masters") == story.before
    copies = {str(file.relative_to(story.folder / "copies")) for file in hashes(story.folder / "copies")}
    assert copies == {
        "Zoë’s portrait (Studio Ä).jpg",
        str(Path("nature", "hill (Studio Ä).png")),
        str(Path("nature", "voice (Studio Ä).wav")),
    }


def test_check_writes_one_object_a_file(story):
    assert story.checked.code == 2  # one broken, one missing
    assert story.checked.err == ""
    records = {Path(record["file"]).name: record for record in story.checked.records}
    fields = ["file", "verdict", "findings", "similar", "message", "says", "removed", "credentials"]
    assert all(list(record) == fields for record in records.values())
    assert {name: record["verdict"] for name, record in records.items()} == {
        "1.jpg": "certain",
        "2.ogg": "certain",
        "strange.png": "nothing found",
        "broken.jpg": "could not be read",
        "nowhere.jpg": "could not be read",
    }
    serials = {Path(record["source"]).name: record["serial"] for record in story.protected.records}
    for name, master in (("1.jpg", "Zoë’s portrait.jpg"), ("2.ogg", "voice.wav")):
        (finding,) = records[name]["findings"]
        assert list(finding) == [
            *("serial", "work", "recipient", "probability", "score", "level", "where", "times", "tracks", "transform"),
            *("shows_work", "agreed"),
        ]
        assert finding["serial"] == serials[master]
        assert finding["work"] == Path(master).stem and finding["recipient"] == "Studio Ä"
        assert 0 < finding["probability"] <= 1e-9 and finding["score"] > 6 and finding["level"] == "blind"
        assert all(len(pair) == 2 for pair in finding["where"]) and isinstance(finding["transform"], str)
        assert finding["shows_work"] is True
    assert [record["findings"] for name, record in records.items() if name[0] not in "12"] == [[], [], []]
    assert all(record["message"] for record in records.values())
    assert {verdict.value for verdict in Verdict} >= {record["verdict"] for record in records.values()}


def test_people_read_whose_copy_it_is(story):
    done = story.run("check", Path("found", "1.jpg"), "--passphrase-file", story.secret)
    assert done.code == 0 and done.err == ""
    first, verdict, *_ = done.out.splitlines()
    assert first == str(Path("found", "1.jpg"))
    assert verdict.startswith("  Certain: this is your copy no. ") and "sent to Studio Ä on" in verdict
    assert "less than once in 10^" in verdict


def test_a_file_is_compared_with_the_work_that_is_named(story):
    found = Path("found", "1.jpg")
    by_title = story.run("check", found, "--work", "zoë’s PORTRAIT", "--passphrase-file", story.secret)
    assert by_title.code == 0 and "Certain: this is your copy no. " in by_title.out
    unknown = story.run("check", found, "--work", "nothing of this name", "--passphrase-file", story.secret)
    assert (unknown.code, unknown.out) == (2, "")
    assert "The catalog has no work 'nothing of this name'." in unknown.err and "catalog list" in unknown.err


def test_nothing_found_ends_with_1(story):
    done = story.run("check", Path("found", "strange.png"), "--passphrase-file", story.secret)
    assert done.code == 1
    assert "Nothing found." in done.out and "does not prove" in done.out


def test_another_key_finds_nothing(story, home):
    assert in_process("key", "new", home=home).code == 0
    other = picture(home / "other.png", seed=3, width=320, height=240)  # this key has issued a serial, as in use
    assert in_process("protect", other, "--for", "B", home=home).code == 0
    copies = story.folder / "copies"
    done = in_process("check", copies, "--json", home=home)
    assert [record["verdict"] for record in done.records] == ["nothing found"] * 3
    assert done.code == 1


def test_a_closing_line_names_the_troubled_files(story, tmp_path):
    done = story.run(
        *("protect", Path("masters", "flat.png"), "nowhere.jpg", Path("masters", "broken.jpg")),
        *("--for", "B", "--out", tmp_path, "--passphrase-file", story.secret),
    )
    assert done.code == 2
    assert done.out.splitlines()[-1] == (
        "3 files: 0 protected for B, 1 refused (flat.png), 2 failed (nowhere.jpg, broken.jpg)."
    )
    assert list(tmp_path.iterdir()) == []


def test_a_copy_is_not_marked_again(story):
    copy = story.folder / "copies" / "Zoë’s portrait (Studio Ä).jpg"
    done = story.run("protect", copy, "--for", "B", "--json", "--passphrase-file", story.secret)
    assert done.code == 2
    assert done.records[0]["status"] == "refused" and "Studio Ä" in done.records[0]["message"]


def test_a_folder_without_media_is_told(story, tmp_path):
    (tmp_path / "notes.txt").write_text("text")
    for command in (["protect", "--for", "B"], ["check"]):
        done = story.run(*command, tmp_path, "--passphrase-file", story.secret)
        assert done.code == 2 and "holds no picture or recording" in done.out


def test_the_catalog_lists_and_shows(story):
    listed = story.run("catalog", "list", "--json")
    assert listed.code == 0
    assert {(record["title"], record["kind"], record["copies"]) for record in listed.records} == {
        ("Zoë’s portrait", "image", 1),
        ("hill", "image", 1),
        ("voice", "audio", 1),
    }
    assert "Zoë’s portrait  (picture, 600 x 400; 1 copy)" in story.run("catalog", "list").out
    found = story.run("catalog", "list", "--search", "VOICE studio", "--json")
    assert [record["title"] for record in found.records] == ["voice"]
    number = found.records[0]["work"]
    shown = story.run("catalog", "show", str(number), "--json").records
    assert shown == story.run("catalog", "show", "VOICE", "--json").records
    (copy,) = shown[0]["copies"]
    serials = {Path(record["source"]).name: record["serial"] for record in story.protected.records}
    assert copy["serial"] == serials["voice.wav"] and copy["recipient"] == "Studio Ä"
    text = story.run("catalog", "show", "voice").out
    assert f"copy no. {copy['serial']} for Studio Ä" in text and copy["path"] in text


def test_what_the_catalog_does_not_hold_ends_with_1(story):
    assert story.run("catalog", "list", "--search", "nobody").code == 1
    done = story.run("catalog", "show", "nobody")
    assert done.code == 1 and "has no work 'nobody'" in done.out


def test_no_secret_is_written(story):
    words = in_process("key", "show", "--words", "--passphrase-file", story.secret, home=story.home)
    assert words.code == 0
    recovery = words.out.split()[-48:][1::2]
    assert len(recovery) == 24
    outputs = [story.made, story.protected, story.checked, story.run("key", "show"), story.run("catalog", "list")]
    outputs.append(story.run("check", "found", "--passphrase-file", Path("found", "1.jpg")))
    for outcome in outputs:
        assert PASSPHRASE not in outcome.out + outcome.err
        assert " ".join(recovery[:2]) not in outcome.out + outcome.err
    assert PASSPHRASE.encode() not in b"".join(file.read_bytes() for file in story.home.rglob("*") if file.is_file())


@pytest.mark.skipif(sys.platform != "linux", reason="only here a file name can be any bytes")
def test_names_that_are_no_text(story, tmp_path):
    strange = Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff\n\x1b[2J.png"))
    picture(strange, width=480, height=320)
    done = story.run("protect", strange, "--for", "B", "--json", "--passphrase-file", story.secret)
    assert done.code == 0
    (record,) = done.records
    assert record["source"] == str(strange)
    output = Path(record["output"])
    assert output.is_file()
    shown = story.run("check", strange, output, "--passphrase-file", story.secret)
    assert shown.code == 0 and "sent to B" in shown.out and "\x1b" not in shown.out


@pytest.mark.skipif(sys.platform == "win32", reason="there Ctrl-C reaches whole groups of processes")
def test_ctrl_c_ends_cleanly(story, tmp_path):
    for number in range(12):
        picture(tmp_path / "in" / f"{number:02d}.png", seed=number, width=320, height=240)
    arguments = ("protect", tmp_path / "in", "--for", "B", "--out", tmp_path / "out", "--json")
    process = subprocess.Popen(
        [sys.executable, "-m", "app.cli", *arguments, "--passphrase-file", story.secret],
        env=variables(story.home),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    first = process.stdout.readline()
    process.send_signal(signal.SIGINT)
    rest, errors = process.communicate(timeout=120)
    lines = [first, *rest.splitlines()]
    assert process.returncode == 130
    assert 1 <= len(lines) < 12
    assert f"Stopped. {len(lines)} of 12 files" in errors
    assert len(list((tmp_path / "out").iterdir())) == len(lines)
    listed = story.run("catalog", "list", "--search", str(tmp_path / "in"), "--json")
    assert len(listed.records) == len(lines)


@pytest.mark.skipif(sys.platform == "win32", reason="there a closed pipe shows otherwise")
def test_a_reader_that_leaves_is_no_trouble(story):
    process = subprocess.Popen(
        [sys.executable, "-m", "app.cli", "catalog", "list", "--json"],
        env=variables(story.home),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout is not None and process.stderr is not None
    process.stdout.close()
    errors = process.stderr.read()
    process.stderr.close()
    assert process.wait(timeout=60) == 2
    assert errors == b""
