"""The words of verdicts: the same as those of the command line, never more certain than the finding."""

from dataclasses import replace
from pathlib import Path

import pytest

from app import verdicts
from app.i18n import powers
from core.labelling import in_words
from core.model import (
    Checked,
    Copy,
    Finding,
    Kind,
    Likeness,
    Match,
    Recipient,
    Similar,
    Statements,
    Strength,
    Verdict,
    Work,
)
from core.wording import NOTHING, sentence, verdict_message

WORK = Work(1, "Hill house", Kind.IMAGE, "/x/Hill house.jpg", "ab", "2026-03-01T09:00:00+00:00", 900, 600)
COPY = Copy(5, 1, 214, 2, "k", "/x/c.jpg", "cd", "2026-03-03T12:00:00+00:00", Strength.STANDARD, 1)
STUDIO = Recipient(2, "Studio A")
FILE = Path("/x/found.jpg")


def finding(verdict: Verdict, serial: int | None = 214, **more: object) -> Finding:
    chance = {Verdict.CERTAIN: 2e-21, Verdict.PROBABLE: 2e-6}[verdict]
    values: dict[str, object] = {"where": ((0, 0), (9, 0), (9, 9), (0, 9)), "candidates": 12, "hypotheses": 240}
    return Finding(serial, verdict, chance, 9.5, **{**values, **more})  # type: ignore[arg-type]


def checked(*matches: Match, kind: Kind = Kind.IMAGE) -> Checked:
    best = matches[0].finding.verdict if matches else Verdict.NOTHING
    return Checked(FILE, best, matches, verdict_message(matches), kind)


def test_a_certain_copy_names_number_recipient_and_day() -> None:
    said = verdicts.words(checked(Match(finding(Verdict.CERTAIN), WORK, COPY, STUDIO)))
    assert said.title == "Certain: this is your copy no. 214, sent to Studio A on 3 March 2026."
    assert said.sentences == (
        "It is a copy of “Hill house”.",
        "A coincidence this strong happens less than once in 10²⁰ checks.",
    )
    assert said.look == "certain"


def test_what_was_agreed_is_said_of_a_certain_copy() -> None:
    match = Match(finding(Verdict.CERTAIN), WORK, COPY, STUDIO, agreed="No consent is on file.")
    assert verdicts.words(checked(match)).sentences[0] == "No consent is on file."
    unsure = replace(match, finding=finding(Verdict.PROBABLE))
    assert "No consent is on file." not in verdicts.words(checked(unsure)).sentences


def test_nothing_found_is_no_proof_and_says_so() -> None:
    said = verdicts.words(checked())
    assert said.title == "Nothing found."
    assert " ".join((said.title, *said.sentences)) == NOTHING


def test_an_original_of_the_catalog_is_not_told_that_it_may_be_somebody_elses() -> None:
    result = Checked(FILE, Verdict.NOTHING, (), verdict_message((), master=WORK), Kind.IMAGE)
    said = verdicts.words(result)
    assert said.title == "Nothing found."
    assert "untouched original of “Hill house”" in " ".join(said.sentences)
    assert "machine-regenerated" not in " ".join(said.sentences)


def test_what_could_not_be_read_says_why() -> None:
    said = verdicts.words(Checked(FILE, Verdict.UNREADABLE, (), "found.jpg is empty. Choose another file."))
    assert (said.title, said.sentences) == ("Could not be read.", ("found.jpg is empty. Choose another file.",))


@pytest.mark.parametrize("known", [True, False])
@pytest.mark.parametrize("serial", [214, None])
@pytest.mark.parametrize("verdict", [Verdict.CERTAIN, Verdict.PROBABLE])
def test_the_window_and_the_command_line_say_the_same(verdict: Verdict, serial: int | None, known: bool) -> None:
    match = Match(finding(verdict, serial))
    if known and serial is not None:
        match = Match(match.finding, WORK, COPY, STUDIO)
    said = verdicts.words(checked(match))
    whole = sentence(match)
    assert said.title in whole
    assert verdicts.odds(match.finding) in powers(whole)
    assert said.title.startswith("Certain:") == (verdict is Verdict.CERTAIN)
    if verdict is Verdict.PROBABLE:
        assert "may" in said.title
        assert any("not enough to act on" in part for part in said.sentences)


def test_a_weak_serial_of_a_sure_key_says_both_chances() -> None:
    weak = Finding(214, Verdict.CERTAIN, 1e-5, 9.5, candidates=12, hypotheses=240, key_probability=1e-15)
    match = Match(weak, WORK, COPY, STUDIO)
    assert verdicts.odds(match.finding) in powers(sentence(match))
    assert "the wrong one of your copies" in verdicts.odds(match.finding)


def test_notes_of_the_check_are_kept() -> None:
    match = Match(finding(Verdict.CERTAIN), WORK, COPY, STUDIO)
    message = verdict_message((match,), notes=("Only its first page was read.",))
    said = verdicts.words(Checked(FILE, Verdict.CERTAIN, (match,), message, Kind.IMAGE))
    assert said.sentences[-1] == "Only its first page was read."


def test_where_the_mark_lies_is_said_in_seconds() -> None:
    found = finding(Verdict.CERTAIN, where=((2.0, 20.0), (24.0, 40.0)))
    assert verdicts.coverage(found, Kind.AUDIO, 41.0) == "The mark fills 34 s of 41 s."
    assert verdicts.coverage(found, Kind.AUDIO, 0.0) == "The mark fills 34 s."
    assert verdicts.coverage(finding(Verdict.CERTAIN, where=()), Kind.AUDIO, 41.0) == ""


def test_what_a_film_shows_is_said_with_its_times() -> None:
    shown = finding(Verdict.CERTAIN, times=((10.0, 10.0), (4.0, 4.0)))
    assert verdicts.coverage(shown, Kind.VIDEO, 0.0) == "It is shown at 10 s, also at 4.0 s."
    assert verdicts.coverage(replace(shown, times=((10.0, 10.0),)), Kind.VIDEO, 0.0) == "It is shown at 10 s."
    heard = finding(Verdict.CERTAIN, where=((2.0, 20.0),))
    assert verdicts.coverage(heard, Kind.VIDEO, 41.0) == "The mark fills 18 s of 41 s."
    for verdict in (Verdict.CERTAIN, Verdict.PROBABLE):
        match = Match(finding(verdict, times=((10.0, 10.0),)), WORK, COPY, STUDIO)
        assert verdicts.headline(match) in sentence(match) and "show" in verdicts.headline(match)


def test_details_hold_the_numbers_to_compute_it_again() -> None:
    facts = dict(verdicts.details(finding(Verdict.CERTAIN)))
    assert facts["Score t"] == "9.50"
    assert facts["Serials asked, N"] == "12"
    assert facts["Alignments tried, H"] == "240"
    assert facts["Probability"] == "2.00e-21"


@pytest.mark.parametrize("kind", list(Kind))
@pytest.mark.parametrize("shows", [True, False])
@pytest.mark.parametrize("level", ["informed", "synthesised"])
def test_comparison_and_likeness_are_said_as_on_the_command_line(kind: Kind, shows: bool, level: str) -> None:
    match = Match(finding(Verdict.CERTAIN, level=level), replace(WORK, kind=kind), COPY, STUDIO, shows_work=shows)
    said = verdicts.words(checked(match, kind=kind))
    whole = sentence(match)
    assert said.title in whole and verdicts.found_by(match.finding) in whole and verdicts.likeness(match) in whole
    assert {verdicts.found_by(match.finding), verdicts.likeness(match)} <= set(said.sentences)
    assert ("this is your copy" in said.title) == shows
    assert ("It is a copy of" in said.sentences[0]) == shows
    assert level in dict(verdicts.details(match.finding))["Method"]


@pytest.mark.parametrize("kind", [Kind.IMAGE, Kind.AUDIO])
@pytest.mark.parametrize("strength", list(Likeness))
def test_a_work_without_a_mark_accuses_nobody(kind: Kind, strength: Likeness) -> None:
    similar = Similar(replace(WORK, kind=kind), strength)
    said = verdicts.words(
        Checked(FILE, Verdict.NOTHING, (), verdict_message((), similar=[similar]), kind, similar=(similar,))
    )
    assert said.title == ("A work of yours, no mark." if strength is Likeness.STRONG else "Similar work, no mark.")
    assert "accuses nobody" in " ".join(said.sentences)
    assert "Hill house" not in " ".join(said.sentences)  # its card says so, once
    assert ("Listen to both" in verdicts.resemblance(similar)) == (kind is Kind.AUDIO and strength is Likeness.LIKELY)


def test_a_mark_of_the_key_alone_accuses_nobody() -> None:
    said = verdicts.words(checked(Match(finding(Verdict.CERTAIN, None))))
    assert "which copy it is could not be read" in said.title
    assert "accuses nobody" in said.sentences[0]


def test_statements_that_are_gone_stand_in_their_own_place() -> None:
    match = Match(finding(Verdict.CERTAIN), WORK, COPY, STUDIO)
    gone = ("Creator", "Copyright")
    message = f"{verdict_message((match,))} {in_words(gone)} A note."
    result = Checked(
        FILE, Verdict.CERTAIN, (match,), message, Kind.IMAGE, Statements(credit="Zoë\u202e"), gone, "Whole.\n"
    )
    assert verdicts.words(result).sentences[-1] == "A note."
    assert verdicts.removed(result) == in_words(gone)
    assert verdicts.statements(result) == [("Credit line", "Zoë\\u202e")]


def test_the_text_for_others_holds_all_of_it() -> None:
    first = Match(finding(Verdict.CERTAIN), WORK, COPY, STUDIO, agreed="No consent is on file.")
    second = Match(finding(Verdict.PROBABLE, 7))
    result = Checked(FILE, Verdict.CERTAIN, (first, second), verdict_message((first, second)), Kind.IMAGE)
    text = verdicts.text(replace(result, file=Path("/x/a\nb.jpg"), credentials="They are whole."))
    for said in ("/x/a\\nb.jpg", "copy no. 214", "No consent", "no. 7 of your key", "Score t: 9.50", "are whole"):
        assert said in text, said


def test_an_outline_by_comparison_is_that_of_the_work() -> None:
    assert "where the work lies" in verdicts.coverage(finding(Verdict.CERTAIN, level="informed"), Kind.IMAGE, 0.0)
    assert "the mark lies" in verdicts.coverage(finding(Verdict.CERTAIN), Kind.IMAGE, 0.0).lower()
