"""Letters say what the catalog knows on the day they are written, with days written out."""

from __future__ import annotations

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
from core.letters import write_notice
from core.model import AgreementType, Case, Check, Consent
from core.paper.plain import text_of
from core.protect import protect

KEY = CreatorKey.from_bytes(bytes(range(32)))


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
