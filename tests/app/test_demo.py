"""The demo traces every damaged copy, and says so when it does not."""

import tempfile

from app import demo
from core.model import Checked, Verdict


def test_the_demo_traces_every_copy(home, capsys):
    assert demo.main() == 0
    output = capsys.readouterr()
    lines = output.out.splitlines()
    assert output.err == "" and len(lines) <= 20
    for number, recipient in enumerate(["Studio A", "Studio A", "Studio B", "Studio B"], 1):
        (line,) = [line for line in lines if line.startswith(f"found-{number}.")]
        assert "Certain: this is your copy no." in line and f"sent to {recipient} on" in line
    assert lines[-1] == "Every damaged copy was traced to its recipient."
    assert not home.exists()


def test_the_demo_admits_a_miss(capsys, monkeypatch, tmp_path):
    def finds_nothing(files, **_):
        return iter([Checked(file, Verdict.NOTHING, message="Nothing found.") for file in files])

    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setattr(demo, "check", finds_nothing)
    monkeypatch.setattr(demo, "RECIPIENTS", ("Studio A",))
    assert demo.main() == 1
    assert "Not every copy was recognised." in capsys.readouterr().out
    assert list(tmp_path.iterdir()) == []
