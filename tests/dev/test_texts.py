"""Texts are found by their calls, and a call that hides its text is refused."""

from __future__ import annotations

import pytest

from dev.texts import Text, TextError, texts_of


def found(source: str) -> list[tuple[str, str, str]]:
    return [(text.one, text.many, text.meaning) for text in texts_of(source, "a.py")]


def test_texts_of_every_kind_of_call() -> None:
    source = (
        'tr("One {a}", a=tr("inside"))\n'
        'counted(len(tr("shown")), "{count} file", "{count} " "files", x=1)\n'
        'tr("yes" if a else "no" if b else "maybe")\n'
        'tr_as("a verb", "Copy")\n'
        'i18n.marked("far")\n'
        'other("not me"); catalog.tr("nor me")\n'
    )
    assert found(source) == [
        ("One {a}", "", ""),
        ("inside", "", ""),
        ("{count} file", "{count} files", ""),
        ("shown", "", ""),
        ("yes", "", ""),
        ("no", "", ""),
        ("maybe", "", ""),
        ("Copy", "", "a verb"),
        ("far", "", ""),
    ]


@pytest.mark.parametrize("source", ["tr(word)", 'tr(f"x {y}")', "tr()", 'counted(1, "a", many)', 'tr("a" if b else c)'])
def test_a_text_that_is_not_written_out_is_refused(source: str) -> None:
    with pytest.raises(TextError, match=r"^a\.py:1: write the text out"):
        found(source)


def test_a_text_knows_its_file() -> None:
    assert list(texts_of('tr("x")', "app/a.py")) == [Text("x", "", "", "app/a.py")]
