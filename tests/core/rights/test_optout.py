"""The opt-out kit says the same everywhere, in the form that each reader wants."""

from __future__ import annotations

import json
import urllib.robotparser
from html.parser import HTMLParser
from pathlib import Path

import pytest

from core.errors import RefusedError, WriteError
from core.model import DataMining
from core.model.statements import Statements
from core.rights.crawlers import LISTED, Purpose, crawlers
from core.rights.optout import kit, write_kit

SAID = Statements(
    creator="Zoë <& Co>",
    copyright='© "2026" Zoë',
    web_statement="https://zoe.example/rights",
    policy="https://zoe.example/tdm?a=1&b=2",
    mining=DataMining.SEARCH_ONLY,
    licensor_email="desk@zoe.example",
)


def test_tdmrep_is_what_the_protocol_asks_for() -> None:
    (rule,) = json.loads(kit(SAID)[".well-known/tdmrep.json"])
    assert rule == {"location": "/*", "tdm-reservation": 1, "tdm-policy": SAID.policy}
    (bare,) = json.loads(kit(Statements())[".well-known/tdmrep.json"])
    assert bare == {"location": "/*", "tdm-reservation": 1}


@pytest.mark.parametrize("assistants", [False, True])
def test_robots_txt_shuts_out_trainers_and_no_search_engine(assistants: bool) -> None:
    parser = urllib.robotparser.RobotFileParser()
    parser.parse(kit(SAID, assistants=assistants)["robots.txt"].splitlines())
    for crawler in crawlers(Purpose.TRAINING):
        assert not parser.can_fetch(crawler.name, "https://zoe.example/hill.jpg"), crawler
    for name in ("Googlebot", "bingbot", "Applebot", "Mozilla/5.0"):
        assert parser.can_fetch(name, "https://zoe.example/hill.jpg")
    assert parser.can_fetch("ChatGPT-User", "https://zoe.example/") is not assistants


def test_headers_and_page_say_the_same() -> None:
    files = kit(SAID)
    for name in ("headers-apache.htaccess", "headers-nginx.conf", "headers.txt"):
        assert "tdm-reservation" in files[name] and SAID.policy in files[name]
    found: dict[str, str] = {}

    class Page(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            values = dict(attrs)
            if tag == "meta":
                found[str(values["name"])] = str(values["content"])

    Page().feed(files["page-head.html"])
    assert found["tdm-reservation"] == "1" and found["tdm-policy"] == SAID.policy
    assert found["copyright"] == SAID.copyright


def test_the_readme_names_every_file_the_date_and_the_limits() -> None:
    files = kit(SAID)
    readme = files["README.txt"]
    assert all(name in readme for name in files if name != "README.txt")
    assert LISTED in readme and "no lock" in readme and "no legal advice" in readme
    assert max(map(len, readme.splitlines())) <= 120


def test_terms_that_allow_everything_need_no_kit() -> None:
    with pytest.raises(RefusedError, match="allow data mining"):
        kit(Statements(mining=DataMining.ALLOWED))
    with pytest.raises(RefusedError, match="no header"):
        kit(Statements(policy='https://x.example/"\r\nSet-Cookie: a'))


def test_the_kit_is_written_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "sites" / "kit"
    assert write_kit(kit(SAID), folder) == folder / "README.txt"
    assert {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()} == set(kit(SAID))
    with pytest.raises(WriteError, match="is there already"):
        write_kit(kit(SAID), folder)

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_text", full)
    with pytest.raises(WriteError, match="No space left"):
        write_kit(kit(SAID), tmp_path / "sites" / "other")
    assert [path.name for path in (tmp_path / "sites").iterdir()] == ["kit"]
