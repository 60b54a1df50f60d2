"""The table of named damage to recordings, as sites, phones and people do it. All randomness comes from the caller."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from bench.attacks import Samples, SoundAttack, codecs, levels, mixing, spaces, timing

Random = np.random.Generator
Heard = tuple[Samples, int]


def _through(codec: Callable[..., Heard], /, **settings: Any) -> Callable[[Samples, int, Random], Heard]:
    """Return the attack that a codec is: codecs know no chance."""
    return lambda samples, rate, random: codec(samples, rate, **settings)


def _with(damage: Callable[..., Heard], **settings: Any) -> Callable[[Samples, int, Random], Heard]:
    return partial(damage, **settings)


def _coded(**settings: Any) -> Callable[[Samples, int, Random], Heard]:
    return _through(codecs.coded, **settings)


ATTACKS: tuple[SoundAttack, ...] = (
    SoundAttack("none", "untouched", levels.none, 1, music=True),
    # Codecs of files and sites.
    SoundAttack("mp3_128", "MP3 128 kbit/s", _through(codecs.mp3, kilobits=128), 1, music=True),
    SoundAttack("mp3_64", "MP3 64 kbit/s", _through(codecs.mp3, kilobits=64), 1, music=True),
    SoundAttack("mp3_32", "MP3 32 kbit/s", _through(codecs.mp3, kilobits=32), 2),
    SoundAttack("aac_64", "AAC 64 kbit/s", _through(codecs.aac, kilobits=64), 1, music=True),
    SoundAttack("aac_32", "AAC 32 kbit/s", _through(codecs.aac, kilobits=32), 2),
    SoundAttack("opus_32", "Opus 32 kbit/s", _through(codecs.opus, kilobits=32), 1, music=True),
    SoundAttack("opus_16", "Opus 16 kbit/s", _through(codecs.opus, kilobits=16), 2, music=True),
    SoundAttack("opus_8", "Opus 8 kbit/s", _through(codecs.opus, kilobits=8), 3),
    SoundAttack("opusenc_24", "Opus 24 kbit/s for speech (opusenc)", _through(codecs.opusenc, kilobits=24)),
    SoundAttack("vorbis_30", "Ogg Vorbis, quality 0.3", _through(codecs.vorbis, quality=0.3)),
    SoundAttack("wma_64", "Windows Media 64 kbit/s", _coded(codec="wmav2", form="asf", words=("-b:a", "64k"))),
    SoundAttack("mp2_96", "MPEG layer II 96 kbit/s", _coded(codec="mp2", form="mp2", at=48000, words=("-b:a", "96k"))),
    SoundAttack("adpcm", "IMA ADPCM, 4 bit", _coded(codec="adpcm_ima_wav", form="wav")),
    SoundAttack("two_codecs", "MP3 96, then AAC 64", mixing.two_codecs, music=True),
    SoundAttack("three_codecs", "Vorbis, then MP3 64, then Opus 32", mixing.three_codecs),
    SoundAttack("wireless", "wireless headphones (SBC)", mixing.wireless),
    SoundAttack("video", "sound track of a film (MP4, AAC 128)", _through(codecs.in_video), 5, music=True),
    # Codecs of telephones and radios.
    SoundAttack("phone", "telephone (8 kHz, mu-law)", _through(codecs.mulaw), 2, music=True),
    SoundAttack("a_law", "G.711 A-law", _coded(codec="pcm_alaw", form="wav", at=8000)),
    SoundAttack("g722", "G.722, 16 kHz", _coded(codec="g722", form="g722", at=16000)),
    SoundAttack("g726", "G.726, 32 kbit/s", _coded(codec="g726", form="wav", at=8000, words=("-b:a", "32k"))),
    SoundAttack("gsm", "GSM full rate", _coded(codec="libgsm", form="gsm", at=8000), 3),
    SoundAttack("amr_nb", "AMR narrow band 12.2 kbit/s", _through(codecs.amr, mode=7), 3),
    SoundAttack("amr_nb_5.9", "AMR narrow band 5.9 kbit/s", _through(codecs.amr, mode=2)),
    SoundAttack("amr_wb", "AMR wide band 12.65 kbit/s", _through(codecs.amr_wide, mode=2), 2),
    SoundAttack("speex_wb", "Speex wide band, quality 6",
                _coded(codec="libspeex", form="ogg", at=16000, words=("-cbr_quality", "6"))),
    SoundAttack("codec2_3200", "Codec 2 at 3.2 kbit/s", _through(codecs.codec2, bits=3200)),
    # Levels, channels, rates.
    SoundAttack("rate_22050", "resampled to 22.05 kHz", _with(levels.resample, to=22050), 1),
    SoundAttack("rate_16000", "resampled to 16 kHz", _with(levels.resample, to=16000), 1),
    SoundAttack("rate_8000", "resampled to 8 kHz", _with(levels.resample, to=8000), 1),
    SoundAttack("gain_down_10", "10 dB quieter", _with(levels.gain, decibels=-10), 1),
    SoundAttack("gain_up_6", "6 dB louder, clipped", _with(levels.gain, decibels=6), 1),
    SoundAttack("equaliser", "equaliser, up to 10 dB an octave band", _with(levels.equalise, most=10), 1, music=True),
    SoundAttack("compressor", "compressor 6 to 1", _with(levels.compress, ratio=6), 1),
    SoundAttack("limiter", "12 dB into a soft limiter", _with(levels.limit, decibels=12)),
    SoundAttack("eight_bit", "8 bit", _with(levels.steps, bits=8), 1),
    SoundAttack("polarity", "upside down", levels.polarity, 1),
    SoundAttack("mono", "stereo mixed to mono", levels.mono, 1, music=True),
    SoundAttack("stereo", "mono spread to stereo", levels.stereo, 1),
    SoundAttack("one_channel", "one channel of several", levels.one_channel, 1, music=True),
    SoundAttack("wrong_side", "two channels that cancel each other", levels.wrong_side),
    # Noise and other sound.
    SoundAttack("noise_20", "white noise 20 dB below", _with(levels.noise, decibels=20), 2, music=True),
    SoundAttack("noise_10", "white noise 10 dB below", _with(levels.noise, decibels=10), 3),
    SoundAttack("pink_15", "pink noise 15 dB below", _with(levels.noise, decibels=15, colour="pink")),
    SoundAttack("hum", "mains hum 15 dB below", _with(levels.hum, decibels=15)),
    SoundAttack("bed_5_jazz", "jazz 5 dB below", _with(mixing.bed, music="jazz", decibels=5), 2),
    SoundAttack("bed_5_electronic", "electronic music 5 dB below",
                _with(mixing.bed, music="electronic", decibels=5), 2),
    SoundAttack("bed_0_jazz", "jazz as loud", _with(mixing.bed, music="jazz", decibels=0), 2),
    SoundAttack("bed_0_strings", "strings as loud", _with(mixing.bed, music="strings", decibels=0), 3),
    SoundAttack("voice_10", "another voice 10 dB below", _with(mixing.bed, music="voice", decibels=10)),
    # Filters and rooms.
    SoundAttack("low_pass_4k", "nothing above 4 kHz", _with(spaces.low_pass, hertz=4000)),
    SoundAttack("low_pass_2k", "nothing above 2 kHz", _with(spaces.low_pass, hertz=2000), 2),
    SoundAttack("high_pass_300", "nothing below 300 Hz", _with(spaces.high_pass, hertz=300)),
    SoundAttack("narrow_11k", "down to 11 kHz and up again", _with(spaces.narrow_again, hertz=11025)),
    SoundAttack("room", "small room (0.4 s)", _with(spaces.reverberate, seconds=0.4, decibels=6), 2),
    SoundAttack("hall", "hall (1.5 s)", _with(spaces.reverberate, seconds=1.5, decibels=0), 2),
    SoundAttack("recorded_again", "loudspeaker in a room, through a telephone", spaces.record_again, 3),
    SoundAttack("denoised", "denoised (afftdn, 24 dB)", _with(spaces.denoise, strength=24), 1),
    SoundAttack("spectral_gate", "spectral gate", spaces.gate_spectrum, 1),
    SoundAttack("vocoder", "taken apart and made anew (WORLD)", mixing.vocode, 3),
    # Time and pitch.
    SoundAttack("speed_0.8", "speed 0.8", _with(timing.speed, factor=0.8), 1),
    SoundAttack("speed_0.9", "speed 0.9", _with(timing.speed, factor=0.9), 1, music=True),
    SoundAttack("speed_1.05", "speed 1.05", _with(timing.speed, factor=1.05), 1),
    SoundAttack("speed_1.1", "speed 1.1", _with(timing.speed, factor=1.1), 1),
    SoundAttack("speed_1.25", "speed 1.25", _with(timing.speed, factor=1.25), 1, music=True),
    SoundAttack("tempo_0.9", "10 % slower, pitch kept", _with(timing.tempo, factor=0.9), 1),
    SoundAttack("tempo_1.1", "10 % faster, pitch kept", _with(timing.tempo, factor=1.1), 1, music=True),
    SoundAttack("tempo_1.1_sox", "10 % faster, pitch kept (sox)", _with(timing.sox_tempo, factor=1.1), 1),
    SoundAttack("pitch_down_2", "2 semitones lower", _with(timing.pitch, semitones=-2), 1),
    SoundAttack("pitch_down_1", "1 semitone lower", _with(timing.pitch, semitones=-1), 1),
    SoundAttack("pitch_up_1", "1 semitone higher", _with(timing.pitch, semitones=1), 1),
    SoundAttack("pitch_up_2", "2 semitones higher", _with(timing.pitch, semitones=2), 1, music=True),
    SoundAttack("drift_1", "drift from 1 % slow to 1 % fast", _with(timing.drift, most=0.01)),
    SoundAttack("clock", "clock 100 parts in a million fast", _with(timing.speed, factor=1.0001)),
    SoundAttack("wow", "worn tape, 0.4 % twice a second", _with(timing.wow, most=0.004, hertz=2.0)),
    # Edits.
    SoundAttack("cuts_50ms", "50 ms taken out every 1 to 2 s", _with(timing.delete_pieces, seconds=0.05), 1),
    SoundAttack("no_silence", "pauses shortened to 0.15 s", timing.drop_silence, 1),
    SoundAttack("insertions", "0.2 to 0.6 s of silence put in every 2 to 4 s",
                _with(timing.insert_pieces, least=0.2, most=0.6)),
    SoundAttack("shuffled", "pieces of 4 s in another order", _with(timing.shuffle, seconds=4.0)),
    SoundAttack("piece", "5 s within 3 minutes of another voice", mixing.piece_in_other_sound, 5),
    # Several at once.
    SoundAttack("social", "social site (jazz 10 dB below, compressor, AAC 48, Opus 24)", mixing.social, 2),
    SoundAttack("short_video", "short video (1.1 times as fast, jazz 10 dB below, AAC 64)", mixing.short_video),
    SoundAttack("disguised", "1 semitone higher, 5 % faster, MP3 64", mixing.disguised),
    SoundAttack("voice_message", "voice message (compressor, 16 kHz, Opus 16)", mixing.voice_message),
)  # fmt: skip

# Damage to whole files, for the runs that go through files and for the floors.
CUTS: tuple[SoundAttack, ...] = (
    SoundAttack("cut_10", "10 s cut", _with(timing.cut, seconds=10), cut=True),
    SoundAttack("cut_5", "5 s cut", _with(timing.cut, seconds=5), cut=True),
    SoundAttack("cut_3", "3 s cut", _with(timing.cut, seconds=3), cut=True),
    SoundAttack("cut_5_mp3_64", "5 s cut, MP3 64", _with(timing.cut_mp3, seconds=5, kilobits=64), cut=True),
)
