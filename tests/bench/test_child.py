"""Commands run in a process of their own and are measured."""

from __future__ import annotations

import sys

from bench.child import run


def test_lines_code_and_errors() -> None:
    ran = run([sys.executable, "-c", "import sys; print('one'); print('zwö'); sys.stderr.write('oh'); sys.exit(3)"])
    assert [line for _, line in ran.lines] == ["one", "zwö"]
    assert ran.code == 3
    assert ran.errors == "oh"
    assert not ran.broke


def test_memory_is_that_of_the_command_alone() -> None:
    ballast = bytearray(200_000_000)  # would show in the child's peak if it were started from here
    small = run([sys.executable, "-c", "pass"])
    large = run([sys.executable, "-c", "x = bytearray(150_000_000)"])
    del ballast
    if small.memory:  # not known on Windows
        assert small.memory < 60
        assert 140 < large.memory < 220
        assert large.cpu > 0


def test_a_command_that_does_not_end_is_stopped() -> None:
    ran = run([sys.executable, "-c", "import time; print('here', flush=True); time.sleep(60)"], limit=1.5)
    assert ran.code is None
    assert ran.broke


def test_breakdowns_are_seen() -> None:
    assert run([sys.executable, "-c", "raise ValueError('x')"]).broke
    if sys.platform != "win32":
        killed = "import os, signal; os.kill(os.getpid(), signal.SIGTERM)"
        assert run([sys.executable, "-c", killed]).broke
