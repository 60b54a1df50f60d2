"""A paper as one HTML file without anything from elsewhere: it opens in any browser, and prints."""

from __future__ import annotations

import base64
from html import escape

from core.document import MISSING, Block, Facts, Grid, Heading, Paper, Picture, Points, Signatures, Text

_STYLE = """
body { font: 11pt/1.5 "Liberation Sans", "Segoe UI", Helvetica, Arial, sans-serif; color: #1c1b1a; max-width: 46rem;
       margin: 2.5rem auto; padding: 0 1.25rem; }
h1 { font-size: 20pt; line-height: 1.2; margin: 0; }
h2 { font-size: 13pt; margin: 1.8rem 0 .4rem; border-bottom: 1px solid #c9c4bb; padding-bottom: .2rem; }
p { margin: .5rem 0; overflow-wrap: anywhere; }
.below { color: #5d5850; margin-bottom: 1.2rem; }
.strong { border-left: 4px solid #9a6a00; background: #fbf5e6; padding: .6rem .9rem; }
table { border-collapse: collapse; width: 100%; margin: .6rem 0; }
th, td { text-align: left; vertical-align: top; padding: .3rem .6rem .3rem 0; border-bottom: 1px solid #e6e2da;
         overflow-wrap: anywhere; }
p, td, li, h1, h2, figcaption { unicode-bidi: plaintext; } /* Arabic and Hebrew paragraphs run from the right */
.facts th { font-weight: normal; color: #5d5850; width: 13rem; }
.missing { color: #a01414; font-weight: bold; }
.line { border-bottom: 1px solid #1c1b1a; height: 1.3rem; }
ul.ticks { list-style: none; padding-left: 0; }
ul.ticks li::before { content: "\\2610"; margin-right: .6rem; }
figure { margin: 1rem 0; } figure img { max-width: 100%; border: 1px solid #e6e2da; }
figcaption { color: #5d5850; font-size: 9.5pt; }
.sign { display: flex; gap: 2rem; margin-top: 3rem; break-inside: avoid; }
.sign div { flex: 2; border-top: 1px solid #1c1b1a; font-size: 9.5pt; padding-top: .2rem; }
.sign div + div { flex: 1; }
footer { margin-top: 2.5rem; border-top: 1px solid #c9c4bb; color: #5d5850; font-size: 9pt; padding-top: .4rem; }
@media print { body { margin: 0; max-width: none; } h2 { break-after: avoid; } tr, figure { break-inside: avoid; } }
"""


def html_of(paper: Paper) -> str:
    """Return the paper as HTML, its pictures within."""
    missing = ""
    if paper.missing:
        missing = f'<p class="strong missing">Not complete. Missing: {escape("; ".join(paper.missing))}.</p>'
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline';"
        ' img-src data:">\n'
        f"<title>{escape(paper.title)}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n"
        f'<h1>{escape(paper.title)}</h1>\n<p class="below">{escape(paper.below)}</p>\n{missing}\n'
        + "\n".join(_html(block) for block in paper.blocks)
        + f"\n<footer>{escape(paper.foot)}</footer>\n</body>\n</html>\n"
    )


def _html(block: Block) -> str:
    match block:
        case Heading(text):
            return f"<h2>{escape(text)}</h2>"
        case Text(text, strong):
            start = '<p class="strong">' if strong else "<p>"
            return f"{start}{_breaks(text)}</p>"
        case Points(items, ticks):
            inner = "".join(f"<li>{_breaks(item)}</li>" for item in items)
            start = '<ul class="ticks">' if ticks else "<ul>"
            return f"{start}{inner}</ul>"
        case Facts(rows, form):
            blank = '<div class="line"></div>' if form else f'<span class="missing">{MISSING}</span>'
            inner = "".join(
                f"<tr><th>{escape(label)}</th><td>{_breaks(value) if value else blank}</td></tr>"
                for label, value in rows
            )
            return f'<table class="facts">{inner}</table>'
        case Grid(head, rows):
            top = "".join(f"<th>{escape(name)}</th>" for name in head)
            inner = "".join("<tr>" + "".join(f"<td>{_breaks(cell)}</td>" for cell in row) + "</tr>" for row in rows)
            return f"<table><tr>{top}</tr>{inner}</table>"
        case Picture(png, caption):
            data = base64.b64encode(png).decode()
            image = f'<img alt="{escape(caption, quote=True)}" src="data:image/png;base64,{data}">'
            return f"<figure>{image}<figcaption>{escape(caption)}</figcaption></figure>"
        case Signatures(who):
            return "".join(
                f'<div class="sign"><div>{escape(name)}</div><div>Date and place</div></div>' for name in who
            )


def _breaks(text: str) -> str:
    shown = escape(text).replace("\n", "<br>")
    return shown.replace(MISSING, f'<span class="missing">{MISSING}</span>')
