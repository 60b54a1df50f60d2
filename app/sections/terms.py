"""Terms: what is allowed with works, whose works they are, and the opt-out kit for a website."""

from __future__ import annotations

from PySide6.QtWidgets import QStackedWidget

from app.desk import Desk
from app.i18n import tr
from app.sections.creators import CreatorsPart
from app.sections.optout import OptOutPart
from app.sections.section import Section
from app.sections.terms_sets import TermsPart
from app.theme import Space, set_look
from app.widgets.choice import Choice
from app.widgets.parts import row
from core.model import Terms

_TERMS, _CREATORS, _KIT = "terms", "creators", "kit"


class TermsSection(Section):
    """Three parts, one in front: sets of terms, creators, the kit."""

    shows = Terms

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, tr("Terms"))
        self.terms, self.creators, self.kit = TermsPart(desk), CreatorsPart(desk), OptOutPart(desk)
        self.parts: dict[str, Section] = {_TERMS: self.terms, _CREATORS: self.creators, _KIT: self.kit}
        self.choice = Choice(
            tr("Part"),
            (
                (_TERMS, tr("Sets of terms"), tr("What copies say on rights, to people and machines")),
                (_CREATORS, tr("Creators"), tr("Whose works these are")),
                (_KIT, tr("Opt-out kit"), tr("The same refusal for a website")),
            ),
        )
        self.choice.choose(_TERMS)
        self.choice.chosen.connect(self.turn_to)
        line = row(spacing=Space.M)
        line.addWidget(self.choice, 1)
        self.content.setSpacing(Space.M)
        self.content.addLayout(line)
        self.stack = QStackedWidget()
        set_look(self.stack, "clear")
        for part in self.parts.values():
            self.stack.addWidget(part)
            self.tool_row.addWidget(part.tools)
            part.done.connect(self.done)
        self.content.addWidget(self.stack, 1)
        self.terms.kit_wanted.connect(self._make_kit)
        self._show_tools()

    def shown(self) -> None:
        self.parts[self.choice.value()].shown()

    def search_now(self) -> None:
        self.parts[self.choice.value()].search_now()

    def bring(self, number: int) -> None:
        self.turn_to(_TERMS)
        self.terms.bring(number)

    def escape(self) -> None:
        self.parts[self.choice.value()].escape()

    def keep(self) -> None:
        self.parts[self.choice.value()].keep()

    def turn_to(self, name: str) -> None:
        """Bring a part to the front: "terms", "creators" or "kit"."""
        self.keep()
        self.choice.choose(name)
        self.stack.setCurrentWidget(self.parts[name])
        self._show_tools()
        self.shown()

    def _make_kit(self, terms: int) -> None:
        self.kit.choose(terms)
        self.turn_to(_KIT)

    def _show_tools(self) -> None:
        for name, part in self.parts.items():
            part.tools.setVisible(name == self.choice.value())
