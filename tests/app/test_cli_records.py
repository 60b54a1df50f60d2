"""The commands on records and backups: what they write, how they end, and that nothing is lost on the way."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from PIL import Image

from core.catalog.store import Catalog
from core.model import Checked, Likeness, Similar, Verdict
from core.wording import verdict_message
from tests.app.command_line import Outcome, in_process, picture


@pytest.fixture
def run(home: Path, tmp_path: Path):
    """Return a function that runs a command in this test's data folder and must end with a code."""

    def call(*arguments: str | Path, code: int = 0) -> Outcome:
        done = in_process(*arguments, home=home, folder=tmp_path)
        assert done.code == code, (arguments, done)
        return done

    return call


def test_recipients_live_from_adding_to_the_bin(run):
    (added,) = run("recipient", "add", "Studio A", "--set", "kind=studio", "--tag", "radio", "--json").records
    assert (added["name"], added["kind"], added["tags"], added["id"]) == ("Studio A", "studio", ["radio"], 1)
    assert "already a recipient “Studio A”" in run("recipient", "add", "studio a", code=2).err
    assert "Choose one of" in run("recipient", "edit", "1", "--set", "kind=castle", code=2).err
    assert "no field 'colour'" in run("recipient", "edit", "1", "--set", "colour=red", code=2).err
    assert "has no value" in run("recipient", "edit", "1", "--set", "note", code=2).err
    assert "Nothing was said" in run("recipient", "edit", "1", code=2).err
    assert "no recipient 'Nobody'" in run("recipient", "show", "Nobody", code=2).err
    run("recipient", "edit", "Studio A", "--set", "note=a=b", "--tag", "new", "--untag", "radio")
    (shown,) = run("recipient", "show", "STUDIO A", "--json", "--history").records
    assert (shown["note"], shown["tags"]) == ("a=b", ["new"])
    assert [change["what"] for change in shown["history"]] == ["edited", "edited", "added"]
    run("recipient", "bin", "Studio A")
    assert run("recipient", "list").out == "There are no recipients yet.\n"
    assert run("recipient", "list", "--binned").out.strip().startswith("1  Studio A")
    assert run("recipient", "search", "studio", code=1).out == "There are no such recipients.\n"
    run("recipient", "restore", "1")
    assert run("catalog", "undo").out == "Undone: restored from the bin 1 recipient.\n"
    assert run("catalog", "redo").out == "Done again: restored from the bin 1 recipient.\n"
    assert "nothing to redo" in run("catalog", "redo", code=2).err
    assert "kind " in run("recipient", "fields").out
    assert "1 recipient" not in run("catalog", "empty-bin").out
    assert len(run("catalog", "history", "--limit", "2", "--json").records) == 2


def test_works_copies_and_agreements_of_a_day(run, home, tmp_path):
    run("key", "new")
    picture(tmp_path / "portrait.jpg")
    picture(tmp_path / "hill.png", seed=2)
    run("protect", "portrait.jpg", "hill.png", "--for", "Studio A", "--purpose", "casting")
    run("protect", "portrait.jpg", "--for", "Studio B")
    assert len(run("copy", "list", "--for", "studio a", "--purpose", "casting", "--json").records) == 2
    (copy,) = run("copy", "search", "studio b portrait", "--json").records
    assert (copy["work_title"], copy["recipient_name"], copy["purpose"]) == ("portrait", "Studio B", "")
    assert [work["title"] for work in run("work", "list", "--sort", "title", "--json").records] == ["hill", "portrait"]
    turned = run("work", "list", "--sort", "title", "--backwards", "--json").records
    assert [work["title"] for work in turned] == ["portrait", "hill"]
    assert len(run("work", "list", "--sent", str(date.today().year), "--json").records) == 2
    assert run("work", "list", "--sent", "1999", code=1).out == "There are no such works.\n"
    assert "is no year" in run("work", "list", "--sent", "soon", code=2).err
    assert run("work", "list", "--ends-within", "30", code=1).out == "There are no such works.\n"
    assert run("work", "list", "--never-copied", code=1).out == "There are no such works.\n"
    run("terms", "add", "Portfolio", "--set", "data_mining=DMI-PROHIBITED-AIMLTRAINING", "--set", "rights=© Ada")
    run("work", "edit", "portrait", "hill", "--set", "terms=Portfolio")
    assert len(run("work", "list", "--terms", "portfolio", "--json").records) == 2
    run("creator", "add", "Ada", "--set", "terms=Portfolio")
    added = run(
        *("consent", "add", "Spot", "--set", "type=licence", "--set", f"copies={copy['serial']}", "--set"),
        *("signed=2026-01-01", "--set", "media=radio", "--json"),
    ).records[0]
    assert (added["standing"], added["copies"]) == ("active", [copy["id"]])
    assert len(run("copy", "list", "--licensed", "yes", "--json").records) == 1
    assert len(run("copy", "list", "--licensed", "no", "--json").records) == 2
    assert "Write yes or no" in run("copy", "list", "--licensed", "maybe", code=2).err
    assert "--until cannot be '2026'" in run("copy", "list", "--until", "2026", code=2).err
    assert "Choose one of: draft" in run("consent", "list", "--standing", "lost", code=2).err
    assert "number of days" in run("consent", "list", "--ends-within", "soon", code=2).err
    assert "cannot be sorted" in run("consent", "list", "--sort", "size", code=2).err
    assert "is signed" in run("consent", "edit", "1", "--set", "media=all", code=2).err
    assert "version 2" in run("consent", "revise", "1").out
    run("payment", "add", "Spot", "--set", "amount=12.50", "--set", "due=2026-02-01", code=2)  # two are called so
    run("payment", "add", "1", "--set", "amount=12.50", "--set", "due=2026-02-01", "--set", "uses=3")
    assert len(run("payment", "list", "--open", "--due", "2026-02-01", "--consent", "1", "--json").records) == 1
    path = Path(copy["path"])
    (checked,) = run("check", path, "--json").records
    assert checked["findings"][0]["agreed"] == "Licensed to Studio B for radio. AI use refused."
    assert checked["message"].endswith("Licensed to Studio B for radio. AI use refused.")
    run("case", "add", "Advert", "--set", "checks=1", "--set", "works=portrait", "--set", "follow_up=2026-01-01")
    assert len(run("case", "list", "--follow-up", "2026-01-02", "--work", "portrait", "--json").records) == 1
    (listed,) = run("catalog", "checks", "--json").records
    assert (listed["findings"], listed["similar"]) == (1, 0)
    (shown,) = run("catalog", "checks", "1", "--json").records
    assert (shown["findings"], shown["similar"]) == (checked["findings"], [])
    assert f"message: {checked['message']}" in run("catalog", "checks", "1").out
    assert "no check '7'" in run("catalog", "checks", "7", code=2).err
    assert run("catalog", "checks", "--search", "nowhere", code=1).out == "No check holds 'nowhere'.\n"
    run("work", "bin", "portrait")
    run("copy", "bin", str(copy["serial"]))
    assert "still known to detection: 2" in run("catalog", "empty-bin").out
    assert run("check", path, "--json").records[0]["findings"][0]["recipient"] == "Studio B"
    assert run("catalog", "check").out.startswith("The catalog is in order: 2 works, 3 copies")
    assert "Spot" in run("consent", "show", "1").out


def test_a_backup_restores_on_an_empty_computer_and_detects_an_old_copy(run, home, tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text("a passphrase nobody may see\n")
    run("key", "new", "--passphrase-file", secret)
    picture(tmp_path / "portrait.jpg")
    (made,) = run(
        "protect", "portrait.jpg", "--for", "Studio A", "--out", "out", "--json", "--passphrase-file", secret
    ).records
    exported = run("backup", "export", "all.zip")
    assert "1 work and 1 copy and 1 key" in exported.out and exported.err == ""
    assert f"no. {made['serial']}" in run("backup", "verify", "all.zip").out
    with Image.open(made["output"]) as image:
        image.resize((400, 266)).save(tmp_path / "found.jpg", quality=70)

    there = tmp_path / "another computer"
    restored = in_process("backup", "restore", tmp_path / "all.zip", home=there)
    assert (restored.code, restored.err) == (0, "") and "1 work and 1 copy" in restored.out
    (found,) = in_process("check", tmp_path / "found.jpg", "--json", "--passphrase-file", secret, home=there).records
    assert (found["verdict"], found["findings"][0]["serial"]) == ("certain", made["serial"])
    assert found["findings"][0]["recipient"] == "Studio A"


def test_backups_are_made_listed_and_told_apart(run, home, tmp_path):
    assert "no backup yet" in run("backup", "list").out
    run("recipient", "add", "Studio A")
    assert len(run("backup", "list", "--json").records) == 0
    run("recipient", "list")  # opens a catalog that holds something: the daily backup
    assert len(run("backup", "list", "--json").records) == 1
    (made,) = run("backup", "create", "--json").records
    assert Path(made["path"]).stat().st_size == made["bytes"]
    run("recipient", "add", "Studio B")
    assert "The catalog that was there before" in run("backup", "restore", made["path"]).out
    assert [found["name"] for found in run("recipient", "list", "--json").records] == ["Studio A"]
    (tmp_path / "bad.zip").write_bytes(b"no backup")
    for verb in ("verify", "restore"):
        assert "bad.zip is neither" in run("backup", verb, "bad.zip", code=2).err
    exported = run("backup", "export", "all.zip")
    assert "no key in it" in exported.err
    assert "already exists" in run("backup", "export", "all.zip", code=2).err


def test_tables_go_out_and_in(run, tmp_path):
    run("recipient", "add", "Studio A")
    (tmp_path / "r.csv").write_text("name,kind\nStudio B,agent\nStudio A,castle\n")
    done = run("recipient", "import", "r.csv", code=2)
    assert done.err.startswith("Row 3: The kind of the recipient cannot be 'castle'.")
    assert "Nothing was changed" in done.err and len(run("recipient", "list", "--json").records) == 1
    (tmp_path / "r.csv").write_text(run("recipient", "export").out + ",Zoë,,press,,new\r\n")
    assert run("recipient", "import", "r.csv", "--dry-run").out == "Would be: 1 new, 0 changed, 1 as they were.\n"
    assert run("recipient", "import", "r.csv", "--json").records == [{"new": 1, "changed": 0, "same": 1, "errors": []}]
    assert run("recipient", "list", "--tag", "NEW", "--json").records[0]["name"] == "Zoë"


def test_papers_go_in_and_come_out(run, tmp_path):
    run("consent", "add", "Spot")
    run("case", "add", "Advert")
    (tmp_path / "signed.pdf").write_bytes(b"%PDF signed")
    assert "consent no. 1; 11 bytes" in run("consent", "attach", "Spot", "signed.pdf").out
    assert "content not kept" in run("case", "attach", "1", "signed.pdf", "--without-content").out
    assert "could not be read" in run("case", "attach", "1", "nowhere.pdf", code=2).err
    papers = run("document", "list", "--json").records
    assert [(paper["case"], paper["consent"], paper["kept"]) for paper in papers] == [(1, None, False), (None, 1, True)]
    assert papers[0]["sha256"] == papers[1]["sha256"] and len(papers[0]["sha256"]) == 64
    assert len(run("document", "list", "--case", "Advert", "--json").records) == 1
    run("document", "save", "1", "back.pdf")
    assert (tmp_path / "back.pdf").read_bytes() == b"%PDF signed"
    assert "already exists" in run("document", "save", "1", "back.pdf", code=2).err
    assert "does not keep the content" in run("document", "save", "2", "other.pdf", code=2).err
    assert "document 1  signed.pdf" in run("consent", "show", "1").out


def test_a_stored_likeness_is_told(run, home, tmp_path):
    run("key", "new")
    picture(tmp_path / "portrait.jpg")
    run("protect", "portrait.jpg", "--for", "Studio A")
    with Catalog(home) as catalog:
        (work,) = catalog.works()
        similar = (Similar(work, Likeness.LIKELY),)
        catalog.add_check(
            Checked(Path("x.jpg"), Verdict.NOTHING, (), verdict_message((), similar=similar), similar=similar)
        )
    (listed,) = run("catalog", "checks", "--json").records
    assert (listed["findings"], listed["similar"]) == (0, 1)
    (shown,) = run("catalog", "checks", "1", "--json").records
    assert (shown["findings"], shown["similar"]) == ([], [{"work": "portrait", "strength": "likely"}])
    assert "resembles your work “portrait”; no mark was read" in run("catalog", "checks", "1").out


def test_a_check_tells_that_statements_were_taken_off(run, tmp_path):
    run("key", "new")
    run("terms", "add", "Portfolio", "--set", "rights=© Ada", "--set", "data_mining=DMI-PROHIBITED-AIMLTRAINING")
    picture(tmp_path / "portrait.jpg")
    run("protect", "portrait.jpg", "--for", "Studio A", "--terms", "Portfolio", "--out", "out")
    copy = tmp_path / "out" / "portrait (Studio A).jpg"
    kept = run("check", copy).out
    assert "The file says: " in kept and "© Ada" in kept and "lacks" not in kept
    with Image.open(copy) as image:
        image.save(tmp_path / "bare.jpg", quality=85)
    bare = run("check", "bare.jpg").out
    assert "The copy went out with rights statements that this file lacks: Copyright" in bare
    assert "17 USC 1202" in bare and "The file says" not in bare
