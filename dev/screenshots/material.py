"""What the states show: sample works that were really protected for two recipients, copies that were really found."""

from __future__ import annotations

import pickle
import shutil
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from core.keys import CreatorKey
from core.model import Checked, Kind, Likeness, Match, Protected, Similar, Verdict

KEY = CreatorKey.from_bytes(bytes(range(32)))
PASSPHRASE = "paper and ink"
RECIPIENTS = ("Radio Nord", "Studio A")
MANY = 240  # files of a long list
_FILE = "material.pickle"


@dataclass(slots=True)
class Material:
    """The results: of each original by (name, recipient), and of each suspect in the order of `suspects`.

    Those of `doubtful` are made up of real ones: seldom verdicts, to see how they read.
    """

    folder: Path
    protected: dict[tuple[str, str], Protected] = field(default_factory=dict)
    checked: list[Checked] = field(default_factory=list)
    imagined: list[Checked] = field(default_factory=list)

    @property
    def data(self) -> Path:
        """The data folder with the key and the catalog."""
        return self.folder / "data"

    @property
    def originals(self) -> list[Path]:
        """The files to protect, two of which cannot be."""
        names = ("Hill house.jpg", "Late light.png", "Three ridges.jpg", "Demo reel.wav", "Scan 12.jpg", "Icon.png")
        return [self.folder / "Portfolio" / name for name in names]

    @property
    def suspects(self) -> list[Path]:
        """The files that were found elsewhere: two copies, something else, and one that cannot be read."""
        names = ("wallpaper_0417.jpg", "advert.ogg", "Somebody's hills.jpg", "torn.png")
        return [self.folder / "Found" / name for name in names]

    @property
    def doubtful(self) -> list[Path]:
        """Files with verdicts that are seldom: probable, unknown serial, no mark but a similar work, several marks."""
        names = ("poster_small.jpg", "forwarded.jpg", "ridges at night.jpg", "collage.jpg")
        return [self.folder / "Found" / name for name in names]

    @property
    def many(self) -> list[Path]:
        """Files for long lists: tiny, and never read."""
        return [self.folder / "Many" / f"IMG_{number:04d}.png" for number in range(MANY)]


def prepare(folder: Path, *, again: bool = False) -> Material:
    """Return the material in a folder, made anew unless it is to be used again."""
    if again and (folder / _FILE).exists():
        return load(folder)
    from app.session import Session
    from core.check import check
    from core.keyring import KeyFacts
    from core.protect import protect
    from dev.screenshots import records

    shutil.rmtree(folder, ignore_errors=True)
    made = Material(folder)
    _make_originals(made)
    with Session.open(folder=made.data) as session:
        session.ring.add(KEY, PASSPHRASE, KeyFacts(creator="Mara Lind"))
        session.keys = (KEY,)
        session.catalog.name_creator(KEY.id, "Mara Lind")
        for recipient in RECIPIENTS:
            out = folder / recipient
            for result in protect(made.originals, recipient=recipient, catalog=session.catalog, key=KEY, out=out):
                made.protected[result.source.name, recipient] = result
        _damage(made)
        records.agree(session.catalog)
        made.checked = list(check(made.suspects, catalog=session.catalog, keys=(KEY,)))
        made.imagined = _imagine(made)
        records.act(session.catalog, KEY, made.suspects[:3])
    (folder / _FILE).write_bytes(pickle.dumps(made))
    return made


def load(folder: Path) -> Material:
    """Return the material that was made before: our own file, which nobody else writes."""
    found = pickle.loads((folder / _FILE).read_bytes())
    assert isinstance(found, Material)
    return found


def _make_originals(made: Material) -> None:
    import soundfile
    from PIL import Image

    from app.samples import sample_picture, sample_recording

    house, light, ridges, reel, scan, icon = made.originals
    house.parent.mkdir(parents=True)
    for path, seed in ((house, 1), (light, 5), (ridges, 9)):
        Image.fromarray(sample_picture(1200, 800, seed=seed)).save(path, quality=93)
    soundfile.write(reel, sample_recording(24.0), 48000, subtype="PCM_16")
    scan.write_bytes(house.read_bytes()[:700])
    Image.fromarray(sample_picture(40, 40)).save(icon)
    made.many[0].parent.mkdir()
    for path in made.many:
        Image.new("L", (1, 1)).save(path)


def _damage(made: Material) -> None:
    """Do to copies what is done to them elsewhere."""
    import soundfile
    from PIL import Image

    from app.samples import sample_picture

    wallpaper, advert, hills, torn = made.suspects
    wallpaper.parent.mkdir()
    copies = made.folder / RECIPIENTS[1]
    with Image.open(copies / "Hill house (Studio A).jpg") as copy:
        copy.crop((130, 90, 1070, 720)).save(wallpaper, quality=60)
    sound, rate = soundfile.read(copies / "Demo reel (Studio A).wav")
    music = 0.02 * np.sin(np.arange(14 * rate) * 0.04)
    soundfile.write(advert, sound[5 * rate : 19 * rate] * 0.6 + music, rate)
    Image.fromarray(sample_picture(900, 600, seed=77)).save(hills, quality=90)
    torn.write_bytes(made.originals[1].read_bytes()[:500])


def _imagine(made: Material) -> list[Checked]:
    """Return verdicts on `doubtful` files, which are drawn for them: part of a picture, two copies on one page."""
    from PIL import Image

    poster, forwarded, night, collage = made.doubtful
    copies = [made.folder / RECIPIENTS[1] / f"{name} (Studio A).jpg" for name in ("Hill house", "Three ridges")]
    with Image.open(copies[0]) as house, Image.open(copies[1]) as ridges:
        house.resize((240, 160)).save(poster, quality=40)
        ridges.rotate(90, expand=True).save(forwarded, quality=70)
        ridges.crop((200, 100, 1000, 700)).point(lambda value: value // 2).save(night, quality=80)
        page = Image.new("RGB", (1400, 600), "white")
        page.paste(house.resize((720, 480)), (40, 60))
        page.paste(ridges.resize((560, 374)), (800, 113))
        page.save(collage, quality=85)
    real = made.checked[0]
    best = real.matches[0]
    assert best.work is not None
    corners = ((2.0, 2.0), (238.0, 2.0), (238.0, 158.0), (2.0, 158.0))
    small = "20 % of the original size"
    weak = replace(best.finding, verdict=Verdict.PROBABLE, probability=4e-5, score=6.1, where=corners, transform=small)
    unknown = replace(best.finding, serial=411_302, where=(), transform="turned by 90 degrees clockwise")
    first = replace(best.finding, where=((40.0, 60.0), (760.0, 60.0), (760.0, 540.0), (40.0, 540.0)))
    other = made.protected["Three ridges.jpg", RECIPIENTS[1]]
    second = replace(
        weak, serial=other.serial, where=((800.0, 113.0), (1360.0, 113.0), (1360.0, 487.0), (800.0, 487.0))
    )
    assert best.copy is not None and other.serial is not None
    twin = replace(best, finding=second, copy=replace(best.copy, serial=other.serial), shows_work=None)
    plain = replace(real, removed=(), kind=Kind.IMAGE, message="")
    return [
        replace(plain, file=poster, verdict=Verdict.PROBABLE, matches=(replace(best, finding=weak, agreed=""),)),
        replace(plain, file=forwarded, matches=(Match(unknown, key=best.key),)),
        replace(
            plain,
            file=night,
            verdict=Verdict.NOTHING,
            matches=(),
            similar=(Similar(best.work, Likeness.STRONG),),
        ),
        replace(plain, file=collage, matches=(replace(best, finding=first), twin)),
    ]
