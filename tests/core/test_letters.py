"""Letters say what the catalog knows on the day they are written, with days written out."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import soundfile
from PIL import Image

from app.samples import sample_picture, sample_recording
from core.cases import open_case, package
from core.catalog.store import Catalog
from core.days import written
from core.evidence.notices import NoticeKind
from core.keys import CreatorKey
from core.letters import heard_where, write_notice
from core.model import AgreementType, Case, Check, Consent, Finding, Kind, Verdict
from core.paper.plain import text_of
from core.protect import protect

KEY = CreatorKey.from_bytes(bytes(range(32)))
FOUND = Finding(214, Verdict.CERTAIN, 9e-22, 11.0)


def test_a_letter_and_its_report_speak_of_today(tmp_path: Path) -> None:
    master = tmp_path / "master.png"
    Image.fromarray(sample_picture(600, 400)).save(master)
    with Catalog(tmp_path / "home") as catalog:
        (made,) = protect([master], recipient="Studio", catalog=catalog, key=KEY, out=tmp_path / "out")
        assert made.output is not None
        case = open_case(made.output, Case(0, "Poster", found_on="2026-11-26"), catalog=catalog, keys=[KEY])
        (match,) = catalog.get(Check, case.checks[0]).matches
        assert match.agreed == "No consent is on file." and match.copy is not None
        days = {"starts": "2026-01-01", "ends": "2099-12-31", "signed": "2026-01-02"}
        catalog.add(Consent(0, "Poster", AgreementType.LICENCE, **days, copies=(match.copy.id,)))
        letter, _ = write_notice(case.id, NoticeKind.LICENCE, catalog=catalog, key=KEY, out=tmp_path / "letters")
        said = text_of(letter.letter)
        assert f"made on {written(date.fromisoformat(match.copy.created[:10]))}. Such" in " ".join(said.split())
        assert "Licensed to Studio until 31 December 2099." in said and "No consent" not in said
        packed = package(case.id, catalog=catalog, keys=[KEY], out=tmp_path / "evidence")
        report = (packed.folder / "report.html").read_text("utf-8")
        assert "26 November 2026<" in report and "1 January 2026 – 31 December 2099" in report
        assert "No consent is on file." not in report and "Licensed to Studio until 31 December 2099." in report


def test_a_letter_says_where_in_a_recording_the_mark_is_heard(tmp_path: Path) -> None:
    master = tmp_path / "master.wav"
    soundfile.write(master, sample_recording(), 48000)
    with Catalog(tmp_path / "home") as catalog:
        (made,) = protect([master], recipient="Studio", catalog=catalog, key=KEY, out=tmp_path / "out")
        assert made.output is not None
        samples, rate = soundfile.read(made.output)
        found = tmp_path / "found.wav"
        quiet = np.zeros(70 * rate)
        soundfile.write(found, np.concatenate([quiet, samples]), rate)
        case = open_case(found, Case(0, "Podcast"), catalog=catalog, keys=[KEY])
        letter, _ = write_notice(case.id, NoticeKind.DMCA, catalog=catalog, key=KEY, out=tmp_path / "letters")
        said = " ".join(text_of(letter.letter).split())
        assert "The mark was read in it from 1:1" in said, said


def test_where_a_mark_was_read_is_told_as_players_show_it() -> None:
    spans = ((12.3, 39.2), (3661.0, 3725.5))
    heard = replace(FOUND, where=spans)
    assert heard_where(heard, Kind.AUDIO) == "The mark was read in it from 0:12 to 0:40, from 1:01:01 to 1:02:06."
    assert heard_where(heard, Kind.VIDEO).startswith("The mark was read in its sound from 0:12 to")
    seen = replace(FOUND, where=((0, 0), (9, 0), (9, 9), (0, 9)), times=((59.5, 60.0),))
    assert heard_where(seen, Kind.VIDEO) == "The mark was read in its pictures from 0:59 to 1:00."
    assert heard_where(seen, Kind.IMAGE) == heard_where(FOUND, Kind.AUDIO) == heard_where(heard, None) == ""
    for count, words in ((8, "to 0:08."), (9, "to 0:08, and in 1 more place."), (10, "to 0:08, and in 2 more places.")):
        many = replace(FOUND, where=tuple((second, second + 1.0) for second in range(count)))
        assert heard_where(many, Kind.AUDIO).endswith(words)
