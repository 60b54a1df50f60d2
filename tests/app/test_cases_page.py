"""The Cases page: a case is opened, filled, packed, written about, and comes back when it is due."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from PySide6.QtCore import QLocale, QUrl
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QPlainTextEdit, QWidget
from pytestqt.qtbot import QtBot

from app import dossier
from app.i18n import use_language
from app.main_window import MainWindow
from app.models.rows import Role
from app.samples import sample_picture
from app.widgets.similar_card import SimilarCard
from core.catalog.store import Catalog
from core.model import Case, CaseStatus, Checked, Creator, Document, Kind, Likeness, Similar, Verdict, Work
from core.progress import Progress
from core.wording import verdict_message
from tests.app.conftest import KEY
from tests.app.test_window import assert_named_and_reachable

PATIENCE = 120_000
TODAY = date.today()


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the check of a case find nothing at once: what is found is the matter of other tests."""

    def check(files: list[Path], *, catalog: Catalog, progress: Progress, **_: Any) -> Iterator[Checked]:
        from core.media.files import sha256_of

        for file in files:
            progress(0.5, "searching")
            result = Checked(file, Verdict.NOTHING, (), verdict_message(()), Kind.IMAGE)
            catalog.add_check(result, sha256=sha256_of(file))
            yield result

    monkeypatch.setattr("core.cases.check", check)


@pytest.fixture
def found(tmp_path: Path) -> Path:
    path = tmp_path / "found.jpg"
    Image.fromarray(sample_picture(320, 240)).save(path, quality=80)
    return path


@dataclass
class Opened:
    """What the system's own programs were asked to open."""

    urls: list[str]


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> Opened:
    made = Opened([])

    def open_url(url: QUrl) -> bool:
        made.urls.append(url.toLocalFile())
        return True

    for module in ("app.desk", "app.widgets.package_maker", "app.widgets.case_notices", "app.widgets.case_history"):
        monkeypatch.setattr(f"{module}.QDesktopServices.openUrl", open_url)
    return made


def settled(qtbot: QtBot, window: MainWindow) -> None:
    qtbot.waitUntil(lambda: not window.jobs.busy, timeout=PATIENCE)


def fill(form: Any, **values: str) -> None:
    for name, text in values.items():
        control = form.controls[name]
        if isinstance(control, QPlainTextEdit):
            control.setPlainText(text)
        else:
            assert isinstance(control, QLineEdit)
            control.setText(text)


def case_of(qtbot: QtBot, window: MainWindow, file: Path) -> Case:
    """Open a case with a file through the form, and return it."""
    window.go(3)
    settled(qtbot, window)
    page = window.cases_page
    page.begin(file)
    fill(page.form.form, found_where="https://shop.example/p/1", respondent="Shop Ltd")
    page.form.open_button.click()
    assert "Opening a case" in window.status_button.text()
    qtbot.waitUntil(lambda: page.job is None and not window.jobs.busy, timeout=PATIENCE)
    assert page.view.dossier is not None
    return page.view.dossier.case


def words(widget: QWidget) -> str:
    QApplication.processEvents()  # Qt shows what was just put into a layout at its next turn
    return "\n".join(found.text() for found in widget.findChildren(QLabel) if found.isVisible())


def test_an_empty_page_has_one_button(
    qtbot: QtBot, window: MainWindow, found: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window.go(3)
    settled(qtbot, window)
    page = window.cases_page
    assert page.empty.isVisible()
    monkeypatch.setattr("app.pages.cases.QFileDialog.getOpenFileName", lambda *_: (str(found), ""))
    page.empty.button.click()
    assert page.form.isVisible() and page.form.file == found
    assert not page.new_button.isVisible()
    page.form.leave_button.click()
    qtbot.waitUntil(lambda: page.empty.isVisible())


def test_a_case_keeps_the_file_and_what_is_known(qtbot: QtBot, window: MainWindow, quick: None, found: Path) -> None:
    case = case_of(qtbot, window, found)
    page, finding = window.cases_page, window.cases_page.view.finding
    assert (case.title, case.found_where, case.respondent) == ("found.jpg", "https://shop.example/p/1", "Shop Ltd")
    assert case.found_on.startswith(str(TODAY.year))
    said = words(finding)
    assert "Nothing found." in said and "bytes" in said
    from core.media.files import sha256_of

    assert finding.hash.text() == sha256_of(found)
    finding.hash.button.click()
    assert QGuiApplication.clipboard().text() == sha256_of(found)
    kept = page.view.dossier.checked.file if page.view.dossier and page.view.dossier.checked else found
    assert kept != found and kept.read_bytes() == found.read_bytes()
    assert finding.preview.suspect.picture.isVisible()
    assert not finding.save_button.isEnabled()
    fill(finding.form, note="They answered.", follow_up="2027-01-31", found_by="Mara Lind")
    status = finding.form.controls["status"]
    status.setCurrentIndex(1)  # type: ignore[union-attr]
    assert finding.save_button.isEnabled()
    finding.save_button.click()
    settled(qtbot, window)
    stored = window.desk.session.catalog.get(Case, case.id)
    assert (stored.note, stored.follow_up, stored.found_by) == ("They answered.", "2027-01-31", "Mara Lind")
    assert stored.status is CaseStatus.WAITING
    page.view.show_part("history")
    assert "Status: waiting for an answer (it was open). To be looked at on 31 January 2027." in words(
        page.view.history
    )
    assert "Case opened." in words(page.view.history)
    assert_named_and_reachable(page)


def test_names_are_set_apart_by_signs_that_nobody_sees(
    qtbot: QtBot, window: MainWindow, quick: None, found: Path, request: pytest.FixtureRequest
) -> None:
    case = case_of(qtbot, window, found)
    window.desk.session.catalog.edit(Case, [case.id], outcome="Taken down")
    request.addfinalizer(lambda: QLocale.setDefault(QLocale.c()))
    request.addfinalizer(lambda: use_language("en"))
    use_language("ar")
    page = window.cases_page
    page.load()
    settled(qtbot, window)
    said = words(page.view.finding) + words(page.view.history)
    assert "\u2068" in said and "\\u20" not in said


def test_a_day_that_cannot_be_is_told_and_nothing_is_lost(
    qtbot: QtBot, window: MainWindow, quick: None, found: Path
) -> None:
    case_of(qtbot, window, found)
    finding = window.cases_page.view.finding
    fill(finding.form, follow_up="next week", note="keep me")
    finding.save_button.click()
    settled(qtbot, window)
    assert "follow up of the case cannot be 'next week'" in window.messages.text()
    window.cases_page.load()
    settled(qtbot, window)
    assert finding.form.values()["note"] == "keep me" and finding.save_button.isEnabled()
    finding.undo_button.click()
    assert finding.form.values()["note"] == "" and not finding.save_button.isEnabled()


def test_the_package_is_made_shown_and_checks_itself(
    qtbot: QtBot,
    window: MainWindow,
    quick: None,
    found: Path,
    tmp_path: Path,
    opened: Opened,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    case = case_of(qtbot, window, found)
    view = window.cases_page.view
    view.part._group.buttons()[1].click()
    maker = view.evidence.package
    assert "no legal advice" in words(view.evidence)
    (tmp_path / "screen.png").write_bytes(b"a screenshot")
    dialog = "app.widgets.package_maker.QFileDialog.getOpenFileNames"
    monkeypatch.setattr(dialog, lambda *_: ([str(tmp_path / "screen.png")], ""))
    maker.add_button.click()
    assert "screen.png" in words(maker)
    monkeypatch.setattr("app.widgets.folder_line.QFileDialog.getExistingDirectory", lambda *_: str(tmp_path / "out"))
    maker.make_button.click()
    assert maker.bar.isVisible() and "Packing the evidence" in window.status_button.text()
    qtbot.waitUntil(lambda: maker.made is not None and not window.jobs.busy, timeout=PATIENCE)
    assert maker.made is not None
    assert str(maker.made.folder) in words(maker) and maker.hash.text() == maker.made.sha256
    assert (maker.made.folder / "added" / "1 screen.png").read_bytes() == b"a screenshot"
    maker.report_button.click()
    maker.show_button.click()
    assert opened.urls == [str(maker.made.folder / "report.pdf"), str(maker.made.folder)]
    call = [sys.executable, "-B", "recheck.py"]
    assert subprocess.run(call, cwd=maker.made.folder, capture_output=True, check=False).returncode == 0
    view.show_part("history")
    assert f"Evidence package made; the hash of its manifest begins {maker.made.sha256[:16]}" in words(view.history)
    other = window.desk.session.catalog.add(Case(0, "Another"))
    window.cases_page.show_case(other.id)
    settled(qtbot, window)
    view.show_part("evidence")
    assert not maker.report_button.isVisible() and not maker.make_button.isEnabled()  # it has no file
    assert case.id != other.id


def test_a_notice_flags_what_is_missing_and_is_kept(
    qtbot: QtBot, window: MainWindow, quick: None, found: Path, tmp_path: Path, opened: Opened
) -> None:
    catalog = window.desk.session.catalog
    catalog.name_creator(KEY.id, "Mara Lind")
    (creator,) = catalog.every(Creator)
    catalog.edit(Creator, [creator.id], address="Hill Street 1", email="mara@lind.example")
    case = case_of(qtbot, window, found)
    view = window.cases_page.view
    view.part._group.buttons()[2].click()
    notices = view.notices
    settled(qtbot, window)
    assert "template of 27 November 2026" in notices.law.text()
    assert notices.elements()["urls"] == "https://shop.example/p/1" and notices.elements()["sender"] == "Mara Lind"
    assert "your signature" in notices.missing.text() and notices.write_button.text() == "Write a draft"
    assert "NOT COMPLETE" in notices.preview.toPlainText()
    notices.next_button.click()
    assert any(control.hasFocus() for control in notices.form.controls.values())
    notices.folder.choose(tmp_path / "letters")
    notices.write_button.click()
    settled(qtbot, window)
    assert "not fit to be sent" in notices.told.text()
    assert catalog.get(Case, case.id).status is CaseStatus.OPEN
    missing = {"signature": "/s/ Mara Lind", "phone": "+1 555", "work": "A picture", "evidence": "By its mark."}
    fill(notices.form, **missing)
    qtbot.waitUntil(lambda: notices.write_button.text() == "Write the notice")
    assert "/s/ Mara Lind" in notices.preview.toPlainText()
    notices.write_button.click()
    settled(qtbot, window)
    assert notices.written is not None and "Look on" in notices.told.text()
    assert all(path.is_file() for path in notices.written.paths) and notices.written.paths[0].suffix == ".pdf"
    notices.open_button.click()
    assert opened.urls == [str(notices.written.paths[0])]
    stored = catalog.get(Case, case.id)
    assert stored.status is CaseStatus.WAITING and stored.follow_up == notices.written.notice.follow_up
    assert window.cases_page.model.index(0, 0).data(Role.STATE).word.startswith("Look on")
    view.show_part("history")
    assert "Notice written (US takedown notice: copyright, to a platform)." in words(
        view.history
    ) and "notice dmca" in words(view.history)


@pytest.mark.parametrize(("place", "field"), [(1, "reason"), (2, "performer"), (3, "fee")])
def test_each_notice_asks_for_its_own_elements(
    qtbot: QtBot, window: MainWindow, quick: None, found: Path, place: int, field: str
) -> None:
    case_of(qtbot, window, found)
    notices = window.cases_page.view.notices
    window.cases_page.view.show_part("notices")
    notices.kind.setCurrentIndex(place)
    settled(qtbot, window)
    assert field in notices.form.controls and not notices.elements()[field]
    control = notices.form.controls[field]
    assert isinstance(control, QLineEdit | QPlainTextEdit) and control.placeholderText() == "Missing"


def test_papers_are_added_and_saved(
    qtbot: QtBot, window: MainWindow, quick: None, found: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = case_of(qtbot, window, found)
    view = window.cases_page.view
    view.show_part("history")
    answer = tmp_path / "answer.txt"
    answer.write_text("We took it down.")
    monkeypatch.setattr("app.widgets.case_history.QFileDialog.getOpenFileName", lambda *_: (str(answer), ""))
    view.history.add_button.click()
    settled(qtbot, window)
    assert "answer.txt" in words(view.history)
    (paper,) = window.desk.session.catalog.every(Document)
    assert paper.case == case.id and paper.kept
    target = tmp_path / "saved.txt"
    monkeypatch.setattr("app.widgets.case_history.QFileDialog.getSaveFileName", lambda *_: (str(target), ""))
    monkeypatch.setattr("app.desk.QDesktopServices.openUrl", lambda url: True)
    view.history._save(paper)
    settled(qtbot, window)
    assert target.read_text() == "We took it down."


def test_the_head_of_the_log_is_copied_and_stamped_by_files(
    qtbot: QtBot, window: MainWindow, quick: None, found: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    case_of(qtbot, window, found)
    view = window.cases_page.view
    view.show_part("evidence")
    log = view.evidence.log
    log.head.button.click()
    number, _, digest = QGuiApplication.clipboard().text().partition(":")
    assert int(number) >= 2 and len(digest) == 64
    request = tmp_path / "head.tsq"
    monkeypatch.setattr("app.widgets.log_seal.QFileDialog.getSaveFileName", lambda *_: (str(request), ""))
    log.ask_button.click()
    settled(qtbot, window)
    assert request.is_file() and "head.tsq" in log.told.text()
    wrong = tmp_path / "wrong.tsr"
    wrong.write_bytes(b"no answer")
    monkeypatch.setattr("app.widgets.log_seal.QFileDialog.getOpenFileName", lambda *_: (str(wrong), ""))
    log.take_button.click()
    settled(qtbot, window)
    assert window.messages.text()


def test_due_cases_come_first_and_are_told(qtbot: QtBot, window: MainWindow) -> None:
    catalog = window.desk.session.catalog
    day = TODAY.isoformat()
    later, before = (TODAY + timedelta(days=30)).isoformat(), (TODAY - timedelta(days=3)).isoformat()
    catalog.add(Case(0, "Closed", status=CaseStatus.CLOSED, follow_up=before))
    catalog.add(Case(0, "Later", status=CaseStatus.WAITING, follow_up=later))
    catalog.add(Case(0, "Open"))
    catalog.add(Case(0, "Late\u202e", status=CaseStatus.WAITING, follow_up=before))
    catalog.add(Case(0, "Today", follow_up=day, found_where="https://blog.example"))
    window.go(3)
    settled(qtbot, window)
    page = window.cases_page
    titles = [page.model.index(row, 0).data() for row in range(page.model.rowCount())]
    assert titles == ["Late\\u202e", "Today", "Later", "Open", "Closed"]
    states = [page.model.index(row, 0).data(Role.STATE).word for row in range(5)]
    assert states[0].startswith("Due since") and states[1] == "Due today" and states[4] == "Closed"
    assert page.counts.full_text() == "2 are due  ·  5 cases"
    assert "It is due" in words(page.view)
    page.view.date_button.click()
    assert page.view.finding.form.controls["follow_up"].hasFocus()
    page.search_now()
    page.search.setText("blog.example")
    qtbot.waitUntil(lambda: page.model.rowCount() == 1)
    settled(qtbot, window)
    assert page.view.title.text() == "Today"
    page.search.setText("nowhere to be found")
    qtbot.waitUntil(lambda: page.nothing.isVisible())


def test_opening_a_case_is_given_up(
    qtbot: QtBot, window: MainWindow, found: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def check(files: list[Path], *, progress: Progress, **_: Any) -> Iterator[Checked]:
        while True:
            progress(0.1, "searching")
            yield Checked(files[0], Verdict.NOTHING)

    monkeypatch.setattr("core.cases.check", check)
    window.go(3)
    page = window.cases_page
    page.begin(found)
    page.form.open_button.click()
    qtbot.waitUntil(lambda: page.form.bar.value() > 0, timeout=PATIENCE)
    page.begin(found)
    assert "being opened already" in window.messages.text()
    page.form.leave_button.click()
    qtbot.waitUntil(lambda: page.job is None and not window.jobs.busy, timeout=PATIENCE)
    assert page.form.isVisible() and page.form.open_button.isEnabled()
    assert window.desk.session.catalog.count(Case) == 0


def test_a_file_dropped_on_the_page_opens_a_case(window: MainWindow, found: Path) -> None:
    window.go(3)
    assert window.cases_page.drop_words(1) == "Open a case with this file"
    window.add_files([found])
    assert window.cases_page.form.file == found


def test_cases_are_ordered_by_what_they_want() -> None:
    first = Case(1, "a", follow_up="2026-03-02")
    cases = [first, replace(first, id=2, follow_up=""), replace(first, id=3, follow_up="2026-03-01")]
    cases.append(replace(first, id=4, status=CaseStatus.CLOSED))
    assert [case.id for case in dossier.ordered(cases, "2026-03-01")] == [3, 1, 2, 4]
    assert dossier.is_due(cases[2], "2026-03-01") and not dossier.is_due(cases[3], "2027-01-01")


def test_a_case_shows_the_work_that_its_file_resembles(qtbot: QtBot, window: MainWindow, found: Path) -> None:
    similar = Similar(Work(1, "Hill house", Kind.IMAGE, "/x/a.jpg", "ab", "2026-03-01T09:00:00+00:00"), Likeness.STRONG)
    message = verdict_message((), similar=[similar])
    checked = Checked(found, Verdict.NOTHING, (), message, Kind.IMAGE, similar=(similar,))
    window.go(3)
    settled(qtbot, window)
    finding = window.cases_page.view.finding
    window.cases_page.stack.setCurrentIndex(2)
    finding.show_dossier(dossier.Dossier(Case(7, "Alike"), checked, folder=found.parent))
    assert "Hill house" in words(finding) and "does not tell whose copy it is" in words(finding)
    with qtbot.waitSignal(finding.show_work) as shown:
        finding.findChild(SimilarCard).show_button.click()
    assert shown.args == [1]
