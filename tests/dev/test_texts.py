"""Texts are found by their calls, and a call that hides its text is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from dev.texts import Text, TextError, texts, texts_of


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


def test_all_that_is_refused_is_told_at_once(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / "app").mkdir(exist_ok=True)
        (tmp_path / "app" / f"{name}.py").write_text("tr(x)\ntr('fine')\ntr(y)\n", "utf-8")
    with pytest.raises(TextError) as caught:
        list(texts(tmp_path))
    places = [line.split(": ")[0] for line in str(caught.value).splitlines()]
    assert places == ["app/a.py:1", "app/a.py:3", "app/b.py:1", "app/b.py:3"]


def test_a_text_knows_its_file() -> None:
    assert list(texts_of('tr("x")', "app/a.py")) == [Text("x", "", "", "app/a.py")]
