"""A paper as PDF, A4, with its own fonts, page numbers and the foot on each page. ReportLab sets it."""

from __future__ import annotations

import io
from collections.abc import Iterator
from functools import cache
from html import escape
from pathlib import Path
from typing import Any

from core.document import MISSING, Block, Facts, Grid, Heading, Paper, Picture, Points, Signatures, Text
from core.paper.scripts import BOX, begins_right_to_left, joined, lines, runs_right_to_left

_FONTS = Path(__file__).resolve().parents[2] / "resources" / "fonts"
_REGULAR, _BOLD = "DejaVuSansCondensed", "DejaVuSansCondensed-Bold"
_EASTERN = (  # fonts that every PDF reader brings along, for names in other scripts; first and last letter
    (0x1100, 0x11FF, "HYGothic-Medium"),
    (0x3130, 0x318F, "HYGothic-Medium"),
    (0xAC00, 0xD7AF, "HYGothic-Medium"),
    (0x3000, 0x312F, "HeiseiKakuGo-W5"),
    (0x31F0, 0x9FFF, "HeiseiKakuGo-W5"),
    (0xF900, 0xFAFF, "HeiseiKakuGo-W5"),
    (0xFF00, 0xFFEF, "HeiseiKakuGo-W5"),
)
_BOXES = f"{BOX} stands for a letter that this PDF cannot write. The form of this paper as text or HTML holds it."
_INK, _SOFT, _LINE, _WARNING, _AMBER = "#1c1b1a", "#5d5850", "#c9c4bb", "#a01414", "#fbf5e6"
_MARGIN = 57.0  # points: 20 mm
_PADDING = 6.0  # points that ReportLab keeps free inside the margins


def pdf_of(paper: Paper) -> bytes:
    """Return the paper as a PDF file: the same bytes for the same paper."""
    from reportlab.lib.pagesizes import A4
    from reportlab.platypus import SimpleDocTemplate

    _register()
    buffer = io.BytesIO()
    document = SimpleDocTemplate(
        buffer,
        pagesize=A4,
        leftMargin=_MARGIN,
        rightMargin=_MARGIN,
        topMargin=_MARGIN,
        bottomMargin=_MARGIN + 20,
        title=paper.title,
        author="Countermark",
        subject=paper.below,
        invariant=1,
    )
    document.build(list(_flowables(paper, document.width - 2 * _PADDING)), canvasmaker=_numbered(paper.foot))
    return buffer.getvalue()


def _flowables(paper: Paper, width: float) -> Iterator[Any]:
    from reportlab.platypus import KeepTogether, Spacer

    styles = _styles()
    yield _paragraph(paper.title, styles["title"])
    yield _paragraph(paper.below, styles["below"])
    if paper.missing:
        yield _paragraph(f"Not complete. Missing: {'; '.join(paper.missing)}.", styles["warning"])
    held: list[Any] = []
    for block, following in zip(paper.blocks, (*paper.blocks[1:], None), strict=True):
        made = list(_flow(block, width, styles))
        if isinstance(block, Heading) and isinstance(following, Picture):
            held = made  # a heading never stays behind when its picture goes to the next page
            continue
        yield from [KeepTogether([*held, *made])] if held else made
        held = []
        if not isinstance(block, Heading):
            yield Spacer(1, 3)
    if _lacking(paper):
        yield _paragraph(_BOXES, styles["caption"])


def _flow(block: Block, width: float, styles: dict[str, Any]) -> Iterator[Any]:
    from reportlab.platypus import KeepTogether, ListFlowable, ListItem

    match block:
        case Heading(text):
            yield _paragraph(text, styles["heading"])
        case Text(text, strong):
            for part in filter(None, text.split("\n\n")):
                yield _paragraph(part, styles["strong" if strong else "text"])
        case Points(items, True):
            yield _ticked(items, width, styles)
        case Points(items):
            yield ListFlowable(
                [ListItem(_paragraph(item, styles["text"]), spaceAfter=2) for item in items],
                bulletType="bullet",
                bulletFontName=_REGULAR,
                bulletFontSize=9,
                start="•",
                leftIndent=12,
            )
        case Facts(rows, form):
            yield _facts(rows, form, width, styles)
        case Grid(head, rows):
            yield _grid(head, rows, width, styles)
        case Picture(png, caption):
            yield from (_image(png, width), _paragraph(caption, styles["caption"]))
        case Signatures(who):
            yield KeepTogether([_signature(name, width, styles) for name in who])


def _facts(rows: tuple[tuple[str, str], ...], form: bool, width: float, styles: dict[str, Any]) -> Any:
    from reportlab.platypus import Table

    content, style = [], _lines()
    for number, (label, value) in enumerate(rows):
        shown = value or ("" if form else MISSING)
        content.append([_paragraph(label, styles["label"]), _paragraph(shown, styles["cell"])])
        if form and not value:
            style.append(("TOPPADDING", (0, number), (-1, number), 10))  # room to write on the line
    table = Table(content, colWidths=[0.3 * width, 0.7 * width], splitInRow=1)
    table.setStyle(style)
    return table


def _grid(head: tuple[str, ...], rows: tuple[tuple[str, ...], ...], width: float, styles: dict[str, Any]) -> Any:
    from reportlab.platypus import Table

    columns = [[name, *(row[i] for row in rows)] for i, name in enumerate(head)]
    # Each column gets room for its longest word, and of the rest as much as its longest cell asks for.
    words = [max(min(len(word), 24) for cell in column for word in (cell.split() or [""])) for column in columns]
    least = [5.6 * word + 12 for word in words]
    asked = [max(min(len(cell), 60) for cell in column) for column in columns]
    rest = max(0.0, width - sum(least))
    widths = [(least[i] + rest * asked[i] / sum(asked)) for i in range(len(head))]
    widths = [each * width / sum(widths) for each in widths]
    content = [[_paragraph(name, styles["head"]) for name in head]]
    content += [[_paragraph(cell, styles["cell"]) for cell in row] for row in rows]
    table = Table(content, colWidths=widths, repeatRows=1, splitInRow=1)
    table.setStyle(_lines())
    return table


def _ticked(items: tuple[str, ...], width: float, styles: dict[str, Any]) -> Any:
    from reportlab.platypus import Paragraph, Table

    content = [[Paragraph("☐", styles["tick"]), _paragraph(item, styles["text"])] for item in items]
    table = Table(content, colWidths=[18, width - 18])
    table.setStyle([("VALIGN", (0, 0), (-1, -1), "TOP"), ("LEFTPADDING", (0, 0), (-1, -1), 0)])
    return table


def _signature(name: str, width: float, styles: dict[str, Any]) -> Any:
    from reportlab.platypus import Paragraph, Table

    row = [_paragraph(name, styles["caption"]), "", Paragraph("Date and place", styles["caption"])]
    table = Table([["", "", ""], row], colWidths=[0.55 * width, 0.05 * width, 0.4 * width], rowHeights=[38, None])
    table.setStyle(
        [
            ("LINEABOVE", (0, 1), (0, 1), 0.7, _INK),
            ("LINEABOVE", (2, 1), (2, 1), 0.7, _INK),
            ("LEFTPADDING", (0, 0), (-1, -1), 0),
            ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ]
    )
    return table


def _lines() -> list[tuple[Any, ...]]:
    return [
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("LINEBELOW", (0, 0), (-1, -1), 0.4, _LINE),
        ("LEFTPADDING", (0, 0), (-1, -1), 0),
        ("RIGHTPADDING", (0, 0), (-1, -1), 6),
        ("TOPPADDING", (0, 0), (-1, -1), 3),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 3),
    ]


def _image(png: bytes, width: float) -> Any:
    from reportlab.platypus import Image

    image = Image(io.BytesIO(png))
    scale = min(width / image.imageWidth, 480 / image.imageHeight, 1.0)
    image.drawWidth, image.drawHeight = image.imageWidth * scale, image.imageHeight * scale
    image.hAlign = "LEFT"
    return image


def _paragraph(text: str, style: Any) -> Any:
    """Return a paragraph of plain text; right-to-left scripts in it are joined and ordered line by line."""
    from reportlab.platypus import Paragraph

    return _ordered()(text, style) if runs_right_to_left(text) else Paragraph(_marked(text), style)


@cache
def _ordered() -> type:
    """Return the paragraph that breaks its own lines: they can be put in order only when it is known how wide it is."""
    from reportlab.lib.enums import TA_RIGHT
    from reportlab.pdfbase.pdfmetrics import stringWidth
    from reportlab.platypus import Paragraph

    base: Any = Paragraph

    class Ordered(base):  # type: ignore[misc]
        _joined = ""  # of the pieces that it is split into, none: their lines are made

        def __init__(self, text: Any, style: Any, *given: Any, **options: Any) -> None:
            if text is None:
                super().__init__(text, style, *given, **options)
                return
            self._joined, self._plain = joined(text), style
            super().__init__(_marked(self._joined), style, *given, **options)

        def wrap(self, width: float, height: float) -> Any:
            if self._joined:
                style = self._plain
                room = width - style.leftIndent - style.rightIndent - 0.1
                made = [*lines(self._joined, room, lambda part: stringWidth(part, style.fontName, style.fontSize))]
                if len(made) > 1 and begins_right_to_left(self._joined):
                    style = style.clone(f"{style.name}-right", alignment=TA_RIGHT)
                super().__init__(_marked("\n".join(made)), style)
            return super().wrap(width, height)

    return Ordered


def _lacking(paper: Paper) -> bool:
    """Return whether any letter of a paper cannot be written in its PDF."""
    from core.paper.plain import text_of

    return BOX in _marked(joined(text_of(paper)))


def _marked(text: str) -> str:
    """Return text for ReportLab's paragraphs: escaped, each letter in a font that has it.

    Long words are broken by ReportLab itself: a hash that is copied out of the PDF holds no sign of ours.
    """
    has = _letters()
    parts = []
    for sign in text:
        if sign == "\n":
            parts.append("<br/>")
        elif ord(sign) in has or sign == " ":
            parts.append(escape(sign, quote=False))
        else:
            font = next((name for first, last, name in _EASTERN if first <= ord(sign) <= last), None)
            parts.append(f'<font name="{font}">{escape(sign, quote=False)}</font>' if font else BOX)
    return "".join(parts).replace(MISSING, f'<font name="{_BOLD}" color="{_WARNING}">{MISSING}</font>')


@cache
def _register() -> None:
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont
    from reportlab.pdfbase.ttfonts import TTFont

    for name in (_REGULAR, _BOLD):
        pdfmetrics.registerFont(TTFont(name, str(_FONTS / f"{name}.ttf")))
    for name in {font for _, _, font in _EASTERN}:
        pdfmetrics.registerFont(UnicodeCIDFont(name))


@cache
def _letters() -> frozenset[int]:
    from reportlab.pdfbase import pdfmetrics

    return frozenset(pdfmetrics.getFont(_REGULAR).face.charToGlyph)


@cache
def _styles() -> dict[str, Any]:
    from reportlab.lib.colors import HexColor
    from reportlab.lib.styles import ParagraphStyle

    text = ParagraphStyle(
        "text", fontName=_REGULAR, fontSize=9.5, leading=13.5, textColor=HexColor(_INK), spaceAfter=3, splitLongWords=1
    )
    soft = HexColor(_SOFT)
    boxed = {"backColor": HexColor(_AMBER), "borderPadding": (6, 8, 6, 8), "spaceBefore": 8, "spaceAfter": 9}
    return {
        "text": text,
        "title": ParagraphStyle("title", text, fontName=_BOLD, fontSize=17, leading=21, spaceAfter=2),
        "below": ParagraphStyle("below", text, textColor=soft, spaceAfter=8),
        "heading": ParagraphStyle(
            "heading", text, fontName=_BOLD, fontSize=11.5, leading=15, spaceBefore=9, spaceAfter=3, keepWithNext=1
        ),
        "strong": ParagraphStyle("strong", text, leftIndent=8, rightIndent=8, **boxed),
        "warning": ParagraphStyle(
            "warning", text, fontName=_BOLD, textColor=HexColor(_WARNING), leftIndent=8, rightIndent=8, **boxed
        ),
        "label": ParagraphStyle("label", text, textColor=soft, fontSize=9, leading=12.5, spaceAfter=0),
        "cell": ParagraphStyle("cell", text, fontSize=9, leading=12.5, spaceAfter=0),
        "head": ParagraphStyle("head", text, fontName=_BOLD, fontSize=9, leading=12.5, spaceAfter=0),
        "tick": ParagraphStyle("tick", text, fontSize=11),
        "caption": ParagraphStyle("caption", text, fontSize=8, leading=11, textColor=soft, spaceBefore=3),
    }


def _numbered(foot: str) -> type:
    """Return the canvas that writes the foot and "page 2 of 7" on each page, when all pages are there."""
    from reportlab.lib.utils import simpleSplit
    from reportlab.pdfgen.canvas import Canvas

    base: Any = Canvas

    class Numbered(base):  # type: ignore[misc]
        def __init__(self, *given: Any, **options: Any) -> None:
            super().__init__(*given, **options)
            self._pages: list[dict[str, Any]] = []

        def showPage(self) -> None:  # noqa: N802 - ReportLab's name
            self._pages.append(dict(self.__dict__))
            self._startPage()

        def save(self) -> None:
            for number, page in enumerate(self._pages, 1):
                self.__dict__.update(page)
                self._foot(number, len(self._pages))
                super().showPage()
            super().save()

        def _foot(self, number: int, count: int) -> None:
            width = self._pagesize[0]
            self.setStrokeColor(_LINE)
            left, right = _MARGIN + _PADDING, width - _MARGIN - _PADDING
            self.line(left, 52, right, 52)
            self.setFont(_REGULAR, 7.5)
            self.setFillColor(_SOFT)
            for line, text in enumerate(simpleSplit(foot, _REGULAR, 7.5, right - left - 70)[:3]):
                self.drawString(left, 42 - 9.5 * line, text)
            self.drawRightString(right, 42, f"page {number} of {count}")

    return Numbered
