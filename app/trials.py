"""The words for what a copy was tried with."""

from __future__ import annotations

from app.i18n import tr


def damage_words(damage: str) -> str:
    """Return a kind of damage of `core.trial` in the reader's words."""
    return {
        "jpeg60": tr("Saved as JPEG, quality 60"),
        "jpeg30": tr("Saved as JPEG, quality 30"),
        "crop20": tr("20 % cropped away"),
        "crop75": tr("75 % cropped away"),
        "feed1080": tr("Posted 1080 pixels wide"),
        "thumbnail400": tr("Posted 400 pixels wide"),
        "mirrored": tr("Mirrored and saved as JPEG"),
        "turned5": tr("Turned by 5 degrees and cropped"),
        "screenshot": tr("Seen in a screenshot"),
        "mp3-64": tr("Saved as MP3, 64 kbit/s"),
        "cut10": tr("Ten seconds cut out"),
        "telephone": tr("Through a telephone"),
        "faster5": tr("Played 5 % faster"),
        "noise20": tr("With noise over it"),
        "mp3-cut": tr("Ten seconds, as MP3"),
    }[damage]
