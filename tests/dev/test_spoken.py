"""What the core says is read from its sources: errors, sentences, choices written into them, and no docstring."""

from __future__ import annotations

from dev.spoken import spoken, spoken_in

SOURCE = '''
"""A docstring is not said."""
_NOTE = "The {} of {} is gone."
def f(path, heard, count):
    """Nor is this one."""
    _log.warning("Nobody reads this.")
    if count:
        raise ValueError("This is a bug.")
    raise UnreadableError(f"{path.name} is cut off after {len(found)} of {path.stat().st_size} bytes.", "try again")
    return f"The {'sound' if heard else 'picture'} {{x}} is “{self.title}”, {error.strerror} and {error.strerror}."
def g():
    return "lower case", "Noverb.", f"turned by {count} degree{'s' if count > 1 else ''}"
'''


def test_what_is_said() -> None:
    assert set(spoken_in(SOURCE)) == {
        "The {value1} of {value2} is gone.",
        "{name} is cut off after {found} of {size} bytes.",
        "try again",
        "The sound {{x}} is “{title}”, {reason} and {reason}.",
        "The picture {{x}} is “{title}”, {reason} and {reason}.",
    }


def test_parts_of_sentences() -> None:
    found = set(spoken_in(SOURCE, parts=True))
    assert {"turned by {count} degree", "turned by {count} degrees", "lower case"} <= found


def test_the_core_says_a_lot() -> None:
    found = spoken()
    assert len(found) > 300
    assert all(not files[0].startswith("app/commands") for files in found.values())
    assert "core/media/files.py" in found["Choose another name."]
