"""The works of the Catalog: empty, a few as a wall and as a table, several chosen, a search, a large catalog."""

from __future__ import annotations

import shutil

from app.pages.catalog import CatalogPage
from bench.large_catalog import make
from dev.screenshots.stage import Stage
from dev.screenshots.states import state

_WORKS, _COPIES = 400, 1200


@state("catalog: empty")
def empty(stage: Stage) -> None:
    stage.open(works=False)
    stage.go(CatalogPage)


@state("catalog: works", dense=True, docs="catalog")
def works(stage: Stage) -> None:
    page = _works(stage)
    page.works.views.choose([page.works.model.key(1)], page.works.model.key(1))
    stage.quiet()


@state("catalog: table")
def table(stage: Stage) -> None:
    page = _works(stage)
    page.works.show_as("table")
    page.works.views.choose([page.works.model.key(0)], page.works.model.key(0))
    stage.quiet()


@state("catalog: several chosen")
def several(stage: Stage) -> None:
    page = _works(stage)
    numbers = [page.works.model.key(row) for row in range(3)]
    page.works.views.choose(numbers, numbers[0])
    stage.quiet()


@state("catalog: nothing matches")
def nothing(stage: Stage) -> None:
    page = _works(stage)
    page.search.setText("no such work")
    stage.until(lambda: page.works.stack.currentIndex() == 1)


@state("catalog: many rows")
def many(stage: Stage) -> None:
    _large(stage)


@state("catalog: many rows as a table")
def many_table(stage: Stage) -> None:
    _large(stage).works.show_as("table")
    stage.quiet()


def _works(stage: Stage) -> CatalogPage:
    stage.open()
    page = stage.go(CatalogPage)
    stage.until(lambda: page.works.model.rowCount() == 4)
    stage.quiet()
    return page


def _large(stage: Stage) -> CatalogPage:
    folder = stage.material.folder / "large"
    if not folder.exists():
        make(folder, works=_WORKS, copies=_COPIES, recipients=60)
        shutil.copytree(stage.material.data / "keys", folder / "keys")
    stage.open(data=folder)
    page = stage.go(CatalogPage)
    stage.until(lambda: page.works.model.rowCount() > 0)
    stage.quiet()
    return page
