"""Cases: none, the form of a new one, each part of one that is due, a closed one."""

from __future__ import annotations

from app.pages.cases import CasesPage
from dev.screenshots.stage import Stage
from dev.screenshots.states import state


@state("cases: empty")
def empty(stage: Stage) -> None:
    stage.open(works=False)
    stage.go(CasesPage)


@state("cases: new")
def new(stage: Stage) -> None:
    _cases(stage).begin(stage.material.suspects[0])


@state("cases: first one")
def first(stage: Stage) -> None:
    stage.open(works=False)
    stage.go(CasesPage).begin(stage.material.suspects[0])


@state("cases: finding", dense=True, docs="cases")
def finding(stage: Stage) -> None:
    _case(stage)


@state("cases: finding below")
def further(stage: Stage) -> None:
    page = _case(stage)
    bar = page.view.parts["finding"].verticalScrollBar()
    bar.setValue(bar.maximum())


@state("cases: evidence")
def evidence(stage: Stage) -> None:
    _case(stage).view.show_part("evidence")


@state("cases: notices")
def notices(stage: Stage) -> None:
    _case(stage).view.show_part("notices")


@state("cases: the letter")
def letter(stage: Stage) -> None:
    page = _case(stage)
    page.view.show_part("notices")
    stage.settle()
    bar = page.view.parts["notices"].verticalScrollBar()
    bar.setValue(bar.maximum())


@state("cases: papers")
def papers(stage: Stage) -> None:
    _case(stage).view.show_part("history")


@state("cases: closed")
def closed(stage: Stage) -> None:
    _case(stage, 2)


@state("cases: nothing matches")
def nothing(stage: Stage) -> None:
    page = _cases(stage)
    page.search.setText("no such case")
    stage.until(lambda: page.stack.currentIndex() == 1)


def _cases(stage: Stage) -> CasesPage:
    stage.open()
    page = stage.go(CasesPage)
    stage.until(lambda: page.model.rowCount() == 3)
    return page


def _case(stage: Stage, place: int = 0) -> CasesPage:
    """Bring a case to the front: the first one is due, the second waits for an answer, the third is closed."""
    page = _cases(stage)
    page.rows.setCurrentIndex(page.model.index(place, 0))
    stage.quiet()
    return page
