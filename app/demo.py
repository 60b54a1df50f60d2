"""The whole way on samples: mark copies for two recipients, damage them, find out whose they are."""

from __future__ import annotations

import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from app.samples import sample_picture, sample_recording
from app.session import Session
from app.terminal import prepare_streams, say, warn
from core.check import check
from core.errors import CountermarkError
from core.model import Status, Verdict
from core.protect import protect

RECIPIENTS = ("Studio A", "Studio B")
_RATE = 48000


@dataclass(frozen=True, slots=True)
class Suspect:
    """A damaged copy without its name, and whose copy it really is."""

    path: Path
    recipient: str


def main() -> int:
    """Show it all in a temporary folder; return 1 where any copy was not recognised."""
    prepare_streams()
    with tempfile.TemporaryDirectory(prefix="countermark-demo-") as name:
        try:
            right = show(Path(name))
        except CountermarkError as error:
            warn(str(error))
            return 1
    say("Every damaged copy was traced to its recipient." if right else "Not every copy was recognised.")
    return 0 if right else 1


def show(folder: Path) -> bool:
    """Make, protect, damage and check the samples in an empty folder; return whether each was recognised."""
    with Session.open(folder=folder / "data") as session:
        session.make_key("")
        picture, recording = samples(folder)
        say(f"Samples: {picture.name} and {recording.name}. A new key, an empty catalog, all in a temporary folder.")
        suspects: list[Suspect] = []
        for recipient in RECIPIENTS:
            for result in protect(
                [picture, recording], recipient=recipient, catalog=session.catalog, key=session.key, out=folder / "out"
            ):
                say(f"{result.source.name}: {result.message}")
                if result.status is not Status.PROTECTED or result.output is None:
                    return False
                damage = half_size_jpeg if result.source == picture else ten_seconds_of_mp3
                suspects.append(Suspect(damage(result.output, folder / f"found-{len(suspects) + 1}"), recipient))
        say("Damaged: the pictures to half the size and JPEG 50, the recordings to ten seconds of MP3 at 64 kbit/s.")
        recognised = [_recognised(session, suspect) for suspect in suspects]
        return all(recognised)


def _recognised(session: Session, suspect: Suspect) -> bool:
    """Check one suspect, say the verdict, and return whether it names the true recipient with certainty."""
    (result,) = check([suspect.path], catalog=session.catalog, keys=session.keys)
    say(f"{suspect.path.name}: {result.message}")
    found = {match.recipient.name for match in result.matches if match.recipient}
    return result.verdict is Verdict.CERTAIN and found == {suspect.recipient}


def samples(folder: Path) -> tuple[Path, Path]:
    """Return a sample picture and a sample recording that were written into a folder."""
    import soundfile
    from PIL import Image

    picture, recording = folder / "landscape.jpg", folder / "voice.wav"
    Image.fromarray(sample_picture()).save(picture, quality=92)
    soundfile.write(recording, sample_recording(20.0, _RATE), _RATE, subtype="PCM_16")
    return picture, recording


def half_size_jpeg(copy: Path, target: Path) -> Path:
    """Return a picture of half the size, saved with quality 50; `target` gets the ending."""
    from PIL import Image

    target = target.with_suffix(".jpg")
    with Image.open(copy) as image:
        image.resize((image.width // 2, image.height // 2), Image.Resampling.BICUBIC).save(target, quality=50)
    return target


def ten_seconds_of_mp3(copy: Path, target: Path) -> Path:
    """Return ten seconds of a sample recording as MP3 of 64 kbit/s; `target` gets the ending."""
    import soundfile

    target = target.with_suffix(".mp3")
    samples, rate = soundfile.read(copy, dtype="float32", start=int(4.3 * _RATE), frames=10 * _RATE)
    with soundfile.SoundFile(
        target, "w", rate, 1, format="MP3", subtype="MPEG_LAYER_III", compression_level=8 / 9, bitrate_mode="CONSTANT"
    ) as file:  # level 0 is 320 kbit/s and level 1 is 32
        file.write(samples)
    return target


if __name__ == "__main__":
    sys.exit(main())
