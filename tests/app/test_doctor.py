"""The self-test: it tries the whole way on samples of its own, touches nothing else, and admits when it fails."""

from __future__ import annotations

from pathlib import Path

import pytest

from app import demo, doctor
from app.cli import main


def test_the_self_test_goes_the_whole_way(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--self-test"])
    shown = capsys.readouterr()
    assert ended.value.code == 0, shown.out
    assert "All is well." in shown.out and "Every damaged copy was traced to its recipient." in shown.out
    assert str(home) not in shown.out and not home.exists()


@pytest.mark.parametrize("broken", ["look", "way"])
def test_the_self_test_fails_where_one_half_fails(monkeypatch: pytest.MonkeyPatch, broken: str) -> None:
    monkeypatch.setattr(doctor, "run", lambda given: 2 if broken == "look" else 0)
    monkeypatch.setattr(demo, "main", lambda: 1 if broken == "way" else 0)
    assert doctor.self_test() == 2
