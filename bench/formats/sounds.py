"""What is said of recordings."""

from __future__ import annotations

from bench.formats.facts import Row, Section, fact

_WAV, _FLAC, _MP3, _OGG = (f"core/media/test_{name}.py::test_" for name in ("wav", "flac", "mp3", "ogg"))
_EXACT = _WAV + "untouched_copies_are_the_same_bytes_and_others_exact"
_CHUNKS = _WAV + "chunks_before_and_behind_are_kept_byte_for_byte"
_FAULTY = _WAV + "faulty_and_odd_files_are_read_and_not_written"
_M4A, _CAF, _CONVERT = (f"core/media/test_{name}.py::test_" for name in ("tracks", "caf_au_w64", "sound_conversion"))
_LENGTH_M4A = _M4A + "rate_channels_and_length_stay_to_the_sample"
_M4A_TAGS = _M4A + "tags_cover_and_chapters_are_kept_byte_for_byte"
_ADTS = _M4A + "raw_aac_keeps_its_length_and_tags"
_CAF_EXACT = _CAF + "untouched_copies_are_the_same_bytes_and_others_exact"
_MASTER = _CONVERT + "a_master_becomes_any_format_with_its_tags_and_cover"
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
                            "several recordings one after the other (all are examined), missing pages, files that are"
                            " cut off",
                            _OGG + "recordings_one_after_the_other_are_examined_and_not_protected",
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
                "M4A",
                (
                    (
                        fact(
                            "AAC and ALAC of 16 or 24 bits; mono, stereo, 5.1",
                            _LENGTH_M4A,
                            _M4A + "lossless_sound_is_exact",
                        ),
                    ),
                    (
                        fact("rate, channels, length to the sample;", _LENGTH_M4A),
                        fact("ALAC: samples exactly as marked;", _M4A + "lossless_sound_is_exact"),
                        fact(
                            "every other byte of the file: tags, cover, chapters with their pictures, private atoms;"
                            " the tables before or behind the sound, as they were",
                            _M4A_TAGS,
                        ),
                    ),
                    (
                        fact("AAC is encoded once more at the average bit rate of the source.", _LENGTH_M4A),
                        fact(
                            "HE-AAC and other kinds become AAC-LC: said.",
                            _M4A + "other_kinds_of_aac_are_written_as_the_common_one_and_said",
                        ),
                        fact("iTunes' note of the old delay (iTunSMPB) is left out.", _M4A_TAGS),
                        fact(
                            "A file in fragments, as for streaming, becomes an ordinary one: said.",
                            "core/media/test_fragments.py::test_sound_alone_and_several_tracks_in_fragments",
                        ),
                        fact(
                            "Left out and said: content credentials",
                            _M4A + "content_credentials_are_left_out_and_said",
                        ),
                    ),
                    (
                        fact(
                            "encrypted files; damaged or cut ones",
                            "core/media/test_fragments.py::test_contradictions_and_encryption_are_refused_in_words",
                            _M4A + "cut_recording_is_examined_and_not_protected",
                            _M4A + "damage_in_the_middle_keeps_the_time",
                        ),
                    ),
                ),
            ),
            Row(
                "AAC (raw, ADTS)",
                (
                    (fact("yes", _ADTS),),
                    (fact("length to the sample; ID3 tags before and behind the sound byte for byte", _ADTS),),
                    (
                        fact(
                            "encoded once more at the average bit rate of the source. Such a stream cannot tell the"
                            " encoder's delay: its first 23 ms (at 44.1 kHz) are faded in",
                            _ADTS,
                        ),
                    ),
                    (fact("as M4A", _M4A + "damage_in_the_middle_keeps_the_time"),),
                ),
            ),
            Row(
                "CAF, AU, W64 (Wave64)",
                (
                    (fact("8, 16, 24, 32 bits, 32- and 64-bit float, mu-law, A-law, both byte orders", _CAF_EXACT),),
                    (
                        fact("samples exactly as marked;", _CAF_EXACT),
                        fact("every other byte of the file", _CAF + "chunks_before_and_behind_are_kept_byte_for_byte"),
                    ),
                    (fact("as WAV", _CAF_EXACT),),
                    (
                        fact(
                            "ALAC and ADPCM in them: check only; files that are cut off",
                            _CAF + "other_codings_are_examined_and_not_protected",
                            _CAF + "cut_recording_is_examined_and_not_protected",
                        ),
                    ),
                ),
            ),
            Row(
                "Ogg FLAC and Speex, WMA, AMR, AC-3 and E-AC-3, voice notes (3GP)",
                (
                    (
                        fact(
                            "no, check only",
                            _M4A + "other_codings_are_examined_and_not_protected",
                            "test_other_codings_in_ogg_are_examined_and_not_protected",
                        ),
                    ),
                    (),
                    (),
                    (
                        fact(
                            "“Save it as WAV or FLAC and protect that file”, or convert it: below",
                            _M4A + "other_codings_are_examined_and_not_protected",
                            _CONVERT + "what_is_only_examined_can_be_converted",
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
    Section(
        "Recordings in another format",
        ("what", "how"),
        (
            Row(
                "`--format wav`, `flac`, `mp3`, `m4a`, `ogg` (Vorbis), `opus`",
                (
                    (
                        fact(
                            "the mark is put into what is written; length, rate and channels stay.",
                            _MASTER,
                            "core/test_whole_jobs.py::test_a_master_becomes_marked_copies_in_other_formats",
                        ),
                        fact(
                            "Rates that a format does not have become the next higher one: said.",
                            _CONVERT + "rates_that_a_format_does_not_have_are_changed_and_said",
                        ),
                        fact(
                            "WAV and FLAC keep 16 and 24 bits; floats stay floats in WAV and become 24 bits in FLAC.",
                            _CONVERT + "depths_are_kept_where_the_format_has_them",
                        ),
                        fact(
                            "5.1 goes into WAV, FLAC and M4A; other formats refuse it",
                            _CONVERT + "surround_goes_where_it_has_a_place",
                        ),
                    ),
                ),
            ),
            Row(
                "tags",
                (
                    (
                        fact(
                            "texts and covers go over, whatever their names: ID3, Vorbis comments, MP4 atoms, and in"
                            " WAV both LIST/INFO and ID3.",
                            _MASTER,
                            _CONVERT + "tags_of_every_container_come_back_as_they_were",
                        ),
                        fact(
                            "Left out and said by name: bext, iXML, cue points, chapters, cue sheets, private data,"
                            " damaged tags",
                            _CONVERT + "what_has_no_place_is_left_out_and_said",
                            _CONVERT + "damaged_tags_are_said",
                        ),
                    ),
                ),
            ),
            Row(
                "`--bitrate KBITS`",
                (
                    (
                        fact(
                            "exactly so in MP3, as an average in M4A and Opus, as the least quality not below it in"
                            " Vorbis;",
                            _CONVERT + "bit_rates_are_those_asked_for",
                        ),
                        fact(
                            "without `--format` for what has a bit rate already. Else 96 kbit/s a channel, in Opus 64",
                            _CONVERT + "the_bit_rate_alone_can_be_changed",
                        ),
                    ),
                ),
            ),
            Row(
                "refused",
                (
                    (
                        fact(
                            "films (their copies stay films), files that are damaged or cut off",
                            _CONVERT + "films_and_broken_files_are_not_converted",
                        ),
                    ),
                ),
            ),
        ),
    ),
)
