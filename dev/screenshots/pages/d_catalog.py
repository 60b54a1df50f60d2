"""Catalog: empty, a few works, a search without result, a large catalog."""

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
    stage.open()
    page = stage.go(CatalogPage)
    stage.until(lambda: page.works.model.rowCount() == 4)
    page.works.tiles.setCurrentIndex(page.works.model.index(1, 0))
    stage.quiet()


@state("catalog: nothing matches")
def nothing(stage: Stage) -> None:
    stage.open()
    page = stage.go(CatalogPage)
    page.search.setText("no such work")
    stage.until(lambda: page.works.stack.currentIndex() == 1)


@state("catalog: many rows")
def many(stage: Stage) -> None:
    folder = stage.material.folder / "large"
    if not folder.exists():
        make(folder, works=_WORKS, copies=_COPIES, recipients=60)
        shutil.copytree(stage.material.data / "keys", folder / "keys")
    stage.open(data=folder)
    page = stage.go(CatalogPage)
    stage.until(lambda: page.works.model.rowCount() > 0)
    stage.quiet()
