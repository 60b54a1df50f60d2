"""What is said of recordings."""

from __future__ import annotations

from bench.formats.facts import Row, Section, fact

_WAV, _FLAC, _MP3, _OGG = (f"core/media/test_{name}.py::test_" for name in ("wav", "flac", "mp3", "ogg"))
_EXACT = _WAV + "untouched_copies_are_the_same_bytes_and_others_exact"
_CHUNKS = _WAV + "chunks_before_and_behind_are_kept_byte_for_byte"
_FAULTY = _WAV + "faulty_and_odd_files_are_read_and_not_written"
_LENGTH_MP3 = _MP3 + "rate_length_and_bit_rate_stay"
_LENGTH_OGG = _OGG + "rate_and_length_stay_to_the_sample"

SECTIONS = (
    Section(
        "Recordings",
        ("format", "protected", "kept", "changes, and how", "refused"),
        (
            Row(
                "WAV",
                (
                    (
                        fact(
                            "8, 16, 24, 32 bits and depths between; 32- and 64-bit float; mu-law, A-law; extensible"
                            " headers, RF64, BW64",
                            _EXACT,
                            _WAV + "depths_between_bytes_stay_within_their_bits",
                        ),
                    ),
                    (
                        fact("samples exactly as marked, rounded to the source's depth;", _EXACT),
                        fact(
                            "every other byte of the file: LIST/INFO, bext, iXML, cue, ID3, XMP, unknown chunks,"
                            " padding",
                            _CHUNKS,
                        ),
                    ),
                    (
                        fact(
                            "a header that does not tell the length is set right: said.",
                            _WAV + "length_that_the_writer_did_not_know_is_taken_and_set_right",
                        ),
                        fact(
                            "Integer samples above full scale are clipped.",
                            _WAV + "loud_samples_are_clipped_to_full_scale_and_floats_are_not",
                        ),
                        fact(
                            "Content credentials are emptied: said.",
                            _WAV + "credentials_are_emptied_and_the_rest_stays_in_place",
                        ),
                        fact("Of the two zeros of mu-law one is written", _EXACT),
                    ),
                    (
                        fact(
                            "samples that are no numbers (NaN, infinite), files that are cut off, headers that tell"
                            " less than the file holds, ADPCM, GSM and other codings",
                            _FAULTY,
                        ),
                    ),
                ),
            ),
            Row(
                "AIFF, AIFF-C",
                (
                    (fact("1 to 32 bits, float, mu-law, A-law, both byte orders", _EXACT),),
                    (fact("as WAV: ID3, NAME, AUTH, MARK, INST and all other chunks byte for byte", _CHUNKS),),
                    (fact("as WAV", _EXACT),),
                    (fact("as WAV", _FAULTY),),
                ),
            ),
            Row(
                "FLAC",
                (
                    (fact("8, 16, 24 bits", _FLAC + "samples_are_exact"),),
                    (
                        fact("samples exactly as marked;", _FLAC + "samples_are_exact"),
                        fact(
                            "comments, pictures, cue sheets, application blocks, padding and ID3 tags byte for byte",
                            _FLAC + "metadata_blocks_are_kept_byte_for_byte",
                        ),
                    ),
                    (
                        fact(
                            "compressed at the usual level 5. The seek table, which tells places in the old stream, is"
                            " left out. Left out and said: content credentials",
                            _FLAC + "metadata_blocks_are_kept_byte_for_byte",
                        ),
                    ),
                    (
                        fact(
                            "other depths; sound that does not fit its check sum, files that are cut off",
                            _FLAC + "damage_that_decodes_is_found_by_the_check_sum",
                            _FLAC + "cut_recording_is_examined_and_not_protected",
                        ),
                    ),
                ),
            ),
            Row(
                "MP3",
                (
                    (
                        fact(
                            "MPEG-1, 2 and 2.5 layer III, constant and variable bit rate",
                            _LENGTH_MP3,
                            _MP3 + "variable_bit_rate_stays_variable_and_near",
                        ),
                    ),
                    (
                        fact("rate, channels, length to the sample;", _LENGTH_MP3),
                        fact(
                            "ID3v2 with cover art, ID3v1, APE and Lyrics3 tags byte for byte;",
                            _MP3 + "tags_are_kept_byte_for_byte",
                        ),
                        fact("constant bit rates exactly", _LENGTH_MP3),
                    ),
                    (
                        fact("encoded once more.", _LENGTH_MP3),
                        fact(
                            "Variable bit rates as an average one.", _MP3 + "variable_bit_rate_stays_variable_and_near"
                        ),
                        fact(
                            "Rates too low for the encoder's note of its delay (below about 64 kbit/s at 44.1 kHz) as"
                            " an average bit rate too.",
                            _LENGTH_MP3,
                        ),
                        fact(
                            "iTunes' note of the old delay (iTunSMPB) is left out.",
                            _MP3 + "note_of_the_old_delay_goes",
                        ),
                        fact(
                            "A source that does not tell its length is read to its end, and its copy tells it.",
                            _MP3 + "stream_that_does_not_tell_its_length_is_read_to_its_end",
                        ),
                        fact(
                            "Left out and said: other data behind the sound",
                            _MP3 + "junk_behind_the_sound_is_left_out_with_a_note",
                        ),
                    ),
                    (
                        fact(
                            "files that are damaged or cut off, several recordings in one file",
                            _MP3 + "cut_recording_is_examined_and_not_protected",
                            _MP3 + "damage_in_the_middle_keeps_the_time",
                            _MP3 + "two_recordings_in_one_file_are_not_protected",
                        ),
                    ),
                ),
            ),
            Row(
                "Ogg Vorbis",
                (
                    (fact("yes", _LENGTH_OGG),),
                    (
                        fact("rate, channels, length to the sample,", _LENGTH_OGG),
                        fact("comments with pictures", _OGG + "comments_and_pictures_are_kept"),
                    ),
                    (
                        fact(
                            "encoded once more, at the nominal bit rate of the source and 15 % more, since copies at"
                            " the same nominal rate came out 6 to 11 % smaller.",
                            _OGG + "vorbis_quality_is_not_below_the_sources",
                        ),
                        fact("Damaged tags are left out: said", _OGG + "comments_and_pictures_are_kept"),
                    ),
                    (
                        fact(
                            "several streams, missing pages, files that are cut off",
                            _OGG + "two_streams_are_not_protected",
                            _OGG + "missing_page_is_seen",
                            _OGG + "cut_recording_is_examined_and_not_protected",
                        ),
                    ),
                ),
            ),
            Row(
                "Opus",
                (
                    (fact("yes", _LENGTH_OGG),),
                    (
                        fact("channels, length to the sample,", _LENGTH_OGG),
                        fact("comments with pictures", _OGG + "comments_and_pictures_are_kept"),
                    ),
                    (
                        fact(
                            "encoded once more at the average bit rate of the source. Sources whose header names 44.1"
                            " kHz are Opus at 48 kHz, as every Opus file is, and named so in the copy",
                            _LENGTH_OGG,
                        ),
                    ),
                    (fact("as Vorbis", _OGG + "missing_page_is_seen"),),
                ),
            ),
            Row(
                "CAF, AU, W64, Ogg FLAC and others",
                (
                    (fact("no, check only", _FAULTY),),
                    (),
                    (),
                    (fact("“Save it as WAV or FLAC and protect that file.”", _FAULTY),),
                ),
            ),
            Row(
                "M4A, AAC, WMA, film",
                (
                    (fact("no", "core/media/test_files.py::test_other_files_are_named_in_one_sentence"),),
                    (),
                    (),
                    (
                        fact(
                            "not read: the sentence says as what to save it",
                            "core/media/test_files.py::test_other_files_are_named_in_one_sentence",
                        ),
                    ),
                ),
            ),
        ),
        after=(
            "Where a lossy coding would swallow the mark, the copy is written finer than its source (up to three"
            " steps), which is said.",
            "Limits: 2,000 million samples of all channels (nearly six hours of stereo at 48 kHz; from 32 million on a"
            " recording stays in its file and is worked on piece by piece), 1 kHz to 768 kHz, 64 MB of tags and other"
            " data beside the sound; asked before anything is decoded.",
        ),
    ),
)
