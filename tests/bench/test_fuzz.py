"""What the fuzzer calls is there, and bears an empty file and a small whole one."""

import pytest

from bench.fuzz import SECONDS, _targets
from bench.valid import encoded, pictured

WHOLE = {
    **{ending: pictured(name) for ending, name in (("jpg", "JPEG"), ("png", "PNG"), ("webp", "WEBP"), ("tif", "TIFF"))},
    **{ending: encoded(name) for ending, name in (("wav", "WAV"), ("mp3", "MP3"), ("flac", "FLAC"), ("ogg", "OGG"))},
}


@pytest.mark.parametrize("target", sorted(SECONDS))
def test_each_target_bears_whole_files_and_none(target: str) -> None:
    endings, call = _targets()[target]
    call(b"") if target == "open" else _borne(call, b"")
    whole = [WHOLE[ending] for ending in endings.split() if ending in WHOLE]
    for data in whole:
        call(data)
    assert whole or target in ("mp4", "exif", "open")


def _borne(call: object, data: bytes) -> None:
    assert callable(call)
    try:
        call(data)
    except ValueError:
        return
