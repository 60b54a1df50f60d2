"""The whole story through the real command line: protected and signed for two, leaked, found, proven, written to.

Foreign programs look at what comes out; where one is missing, its part is left out with a sentence.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
from PIL import Image

from app.session import Session
from core.keys import CreatorKey
from core.model import AgreementType, Answer, Consent, Creator, Document
from core.rights import manifests
from tests.app.command_line import Outcome, in_process, picture, recording

pytestmark = pytest.mark.slow
HAS_LIBRARY = manifests.available()


@dataclass(frozen=True)
class Story:
    """What happened, as files and answers."""

    home: Path
    folder: Path
    protected: list[dict[str, object]]
    checked: dict[str, dict[str, object]]
    package: Path
    notice: Outcome

    def run(self, *arguments: str | Path) -> Outcome:
        return in_process(*arguments, home=self.home, folder=self.folder)


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Story:
    folder = tmp_path_factory.mktemp("story")
    home = folder / "home"
    (folder / "none.txt").write_text("\n")

    def run(*arguments: str | Path) -> Outcome:
        return in_process(*arguments, home=home, folder=folder)

    secret = ("--passphrase-file", "none.txt")
    assert run("key", "new", *secret).code == 0
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("COUNTERMARK_HOME", str(home))
        own_the_key(Session.open())
    picture(folder / "hill.jpg", width=800, height=600)
    recording(folder / "voice.wav")
    said = {
        "rights": "© {year} {creator}",
        "data_mining": "DMI-PROHIBITED-EXCEPTSEARCHENGINEINDEXING",
        "web_statement": "https://zoe.example/rights",
        "licensor": "Zoë's Studio",
        "source_type": "digitalCapture",
    }
    terms = run("terms", "add", "portfolio", *(part for pair in said.items() for part in ("--set", "=".join(pair))))
    assert terms.code == 0, terms.err
    protected = []
    sign = ("--sign",) if HAS_LIBRARY else ()
    for name in ("Studio A", "Studio B"):
        done = run(
            *("protect", "hill.jpg", "voice.wav", "--for", name, "--terms", "portfolio", "--out", "copies", "--json"),
            *(*sign, *secret),
        )
        assert done.code == 0, done.out + done.err
        protected += done.records
    leak(folder)
    checked = run("check", "found", "--json", *secret)
    assert checked.code == 0, checked.err
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("COUNTERMARK_HOME", str(home))
        agree(Session.open())
    case = run(
        *("case", "new", "found/poster.jpg", "--title", "Poster", "--where", "https://shop.example/p/1"),
        *("--on", "2026-11-26T18:02+01:00", "--respondent", "Shop Ltd", "--json", *secret),
    )
    assert case.code == 0 and case.records[0]["case"] == 1, case.err
    packed = run("case", "package", "1", "--out", "evidence", "--json", *secret)
    assert packed.code == 0, packed.err
    notice = run(
        *("case", "notice", "1", "dmca", "--out", "letters", "--set", "signature=/s/ Zoë Łukasz", "--json", *secret)
    )
    by_name = {Path(str(record["file"])).name: record for record in checked.records}
    return Story(home, folder, protected, by_name, folder / str(packed.records[0]["folder"]), notice)


def own_the_key(session: Session) -> None:
    with session:
        session.catalog.name_creator(session.active_key_file().id, "Zoë Łukasz")
        (creator,) = session.catalog.every(Creator)
        contact = {"address": "Hill Street 1, Hilltown", "phone": "+49 30 1234", "email": "zoe@zoe.example"}
        session.catalog.edit(Creator, [creator.id], **contact)


def agree(session: Session) -> None:
    with session:
        catalog = session.catalog
        recipient = catalog.recipient_by_name("Studio A")
        assert recipient is not None
        catalog.add(
            Consent(
                id=0,
                title="Portrait licence",
                type=AgreementType.LICENCE,
                granted_to="Studio A",
                uses="presentation to clients",
                starts="2026-01-01",
                signed="2026-01-01",
                ai_training=Answer.REFUSED,
                works=tuple(work.id for work in catalog.works()),
                recipients=(recipient.id,),
            )
        )


def leak(folder: Path) -> None:
    """Crop, scale, re-encode without metadata; cut a piece of the voice to Ogg."""
    import soundfile

    (folder / "found").mkdir()
    with Image.open(folder / "copies" / "hill (Studio A).jpg") as image:
        cut = image.crop((60, 40, 760, 580))
        cut.resize((560, 432), Image.Resampling.LANCZOS).save(folder / "found" / "poster.jpg", quality=70)
    samples, rate = soundfile.read(folder / "copies" / "voice (Studio B).wav", dtype="float32", start=44100)
    with soundfile.SoundFile(folder / "found" / "clip.ogg", "w", rate, 1, format="OGG", subtype="VORBIS") as file:
        for start in range(0, len(samples), 4096):
            file.write(samples[start : start + 4096])


def needs(program: str) -> str:
    found = shutil.which(program)
    if found is None:
        pytest.skip(f"{program} is not installed, so nobody else looks at this here")
    return found


def read(*call: str | Path) -> str:
    return subprocess.run(call, check=True, capture_output=True).stdout.decode()


def test_each_copy_says_what_its_terms_say(story: Story) -> None:
    needs("exiftool")
    for name in ("hill (Studio A).jpg", "hill (Studio B).jpg", "voice (Studio A).wav"):
        (found,) = json.loads(read("exiftool", "-j", "-G1", "-struct", story.folder / "copies" / name))
        assert found["XMP-plus:DataMining"].endswith("EXCEPTSEARCHENGINEINDEXING"), name
        assert re.fullmatch(r"© \d{4} Zoë Łukasz", found["XMP-dc:Rights"])
        assert not any(
            "Studio A" in str(value) for key, value in found.items() if not key.startswith(("Sys", "Source"))
        )
        if HAS_LIBRARY and name.endswith(".jpg"):
            assert any(key.startswith("JUMBF") for key in found), name


def test_copies_are_signed_and_whole(story: Story) -> None:
    if not HAS_LIBRARY:
        pytest.skip("c2pa-python, an optional library, is not installed")
    shown = story.run("rights", "copies", "--json")
    for record in shown.records:
        assert "They are whole, and signed by your key as “Zoë Łukasz”" in record["credentials"]
        assert "no public trust list" in record["credentials"]
        assert record["says"]["Creator"] == "Zoë Łukasz"


def test_the_leaks_name_their_sources_and_what_was_taken_off(story: Story) -> None:
    poster, clip = story.checked["poster.jpg"], story.checked["clip.ogg"]
    assert poster["verdict"] == clip["verdict"] == "certain"
    assert poster["findings"][0]["recipient"] == "Studio A" and clip["findings"][0]["recipient"] == "Studio B"
    assert "Creator" in poster["removed"] and "17 USC 1202" in poster["message"]
    assert poster["says"] == {}
    gone = f"The copy went out with rights statements that this file lacks: {', '.join(poster['removed'])}."
    assert gone in poster["message"]
    (kept,) = story.run("check", "copies/hill (Studio A).jpg", "--json", "--passphrase-file", "none.txt").records
    assert kept["removed"] == [] and kept["says"]["Creator"] == "Zoë Łukasz" and "17 USC" not in kept["message"]
    if HAS_LIBRARY:
        assert "Its mark leads back to them" in poster["credentials"]


def test_the_package_checks_itself_and_is_read_by_others(story: Story) -> None:
    done = subprocess.run(
        [sys.executable, "-B", "recheck.py"], cwd=story.package, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    manifest = json.loads((story.package / "manifest.json").read_text("utf-8"))
    assert manifest["facts"]["verdict"] == "certain"
    original = (story.folder / "found" / "poster.jpg").read_bytes()
    assert (story.package / "received" / "poster.jpg").read_bytes() == original
    assert ("credentials/copy.c2pa" in manifest["files"]) == HAS_LIBRARY
    names = " ".join(manifest["files"])
    assert all(name in names for name in ("report.pdf", "report.html", "comparison.png", "log.jsonl", "check.json"))


def test_the_package_shows_the_log_of_its_case_alone(story: Story) -> None:
    lines = [json.loads(line) for line in (story.package / "log.jsonl").read_text("utf-8").splitlines()]
    shown = {line["number"]: line for line in lines if "facts" in line}
    whats = [line["what"] for line in shown.values()]
    assert whats.count("copy made") == 1 and "agreement changed" in whats and len(shown) < len(lines)
    other = next(one for one in story.protected if one["recipient"] == "Studio B")
    assert not any(str(other["serial"]) in line["facts"] for line in shown.values() if line["what"] == "copy made")
    record = (story.package / "agreements" / "1.json").read_bytes()
    told = next(json.loads(line["facts"]) for line in shown.values() if line["what"] == "agreement changed")
    assert told["record"] == hashlib.sha256(record).hexdigest() and told["signed"] == "2026-01-01"
    assert "Portrait licence" not in (story.package / "log.jsonl").read_text("utf-8")


def test_foreign_programs_verify_the_package(story: Story, tmp_path: Path) -> None:
    manifest = json.loads((story.package / "manifest.json").read_text("utf-8"))
    listed = "".join(f"{facts['sha256']}  {name}\n" for name, facts in manifest["files"].items())
    done = subprocess.run(
        [needs("sha256sum"), "-c", "-"], cwd=story.package, input=listed.encode(), capture_output=True
    )
    assert done.returncode == 0, done.stdout
    subprocess.run([needs("unzip"), "-tq", story.package.with_name(f"{story.package.name}.zip")], check=True)
    (tmp_path / "key.der").write_bytes(bytes.fromhex(f"302a300506032b6570032100{manifest['public_key']}"))  # RFC 8410
    (tmp_path / "said").write_bytes(b"countermark manifest 1\0" + (story.package / "manifest.json").read_bytes())
    (tmp_path / "sig").write_bytes(bytes.fromhex((story.package / "manifest.sig").read_text()))
    verify = [needs("openssl"), "pkeyutl", "-verify", "-pubin", "-inkey", "key.der", "-keyform", "DER", "-rawin"]
    call = [*verify, "-in", "said", "-sigfile", "sig"]
    assert subprocess.run(call, cwd=tmp_path, capture_output=True, check=False).returncode == 0
    (tmp_path / "said").write_bytes((tmp_path / "said").read_bytes() + b" ")
    assert subprocess.run(call, cwd=tmp_path, capture_output=True, check=False).returncode != 0


def test_the_report_says_what_it_proves_and_what_not(story: Story) -> None:
    needs("pdftotext")
    text = " ".join(read("pdftotext", "-layout", story.package / "report.pdf", "-").split())
    for said in (
        "for Studio A",
        "https://shop.example/p/1",
        "17 USC 1202",
        "0 of 3 found something",
        "Portrait licence",
        "AI use refused",
        "What this does not prove",
        "no legal advice",
        "cloned voices",
    ):
        assert said in text, said
    assert text.count(" yes ") >= 4 and CreatorKey.__name__ not in text


def test_the_notice_is_complete_and_kept_with_the_case(story: Story) -> None:
    assert story.notice.code == 0, story.notice.err
    (record,) = story.notice.records
    assert record["missing"] == []
    (letter,) = [story.folder / name for name in record["files"] if name.endswith(".pdf")]
    text = " ".join(read("pdftotext", "-layout", letter, "-").split()) if shutil.which("pdftotext") else ""
    wanted = ("/s/ Zoë Łukasz", "https://shop.example/p/1", "zoe@zoe.example", "penalty of perjury", "good faith")
    assert all(said in text for said in wanted) or not text
    shown = story.run("case", "show", "1", "--json").records[0]
    assert shown["status"] == "waiting" and shown["follow_up"]
    with Session.open(folder=story.home) as session:
        (paper,) = session.catalog.every(Document)
        assert session.catalog.document_content(paper.id) == letter.read_bytes()
    draft = story.run("case", "notice", "1", "dsa", "--out", "letters", "--passphrase-file", "none.txt")
    assert draft.code == 2 and "why the content is illegal" in draft.err and '--set reason="..."' in draft.err


def test_the_log_tells_all_of_it_and_is_whole(story: Story) -> None:
    whats = [record["what"] for record in story.run("log", "show", "--json").records]
    assert whats.count("copy made") == 4 and {
        *("file received", "file found", "package made", "notice written", "key changed", "agreement changed")
    } <= set(whats)
    head = story.run("log", "head").out.strip()
    assert story.run("log", "verify", "--head", head).code == 0
    number, digest = head.split(":")
    cut = story.run("log", "verify", "--head", f"{int(number) + 1}:{digest}")
    assert cut.code == 2 and "cut off" in cut.err


def test_agreements_and_the_kit_are_written(story: Story) -> None:
    done = story.run("consent", "paper", "1", "--out", "papers")
    assert done.code == 0 and len(list((story.folder / "papers").glob("licence 1*"))) == 2
    assert story.run("consent", "paper", "--out", "papers").code == 0
    assert story.run("consent", "ledger", "1", "--out", "papers").code == 0
    assert story.run("consent", "due").code == 1
    kit = story.run("opt-out-kit", "--out", "kit", "--terms", "portfolio")
    assert kit.code == 0 and (story.folder / "kit" / ".well-known" / "tdmrep.json").is_file()
    assert story.run("opt-out-kit", "--out", "kit").code == 2
