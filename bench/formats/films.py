"""What is said of films."""

from __future__ import annotations

from bench.formats.facts import Row, Section, fact

_M4A, _FILM = (f"core/media/test_{name}.py::test_" for name in ("tracks", "films"))
_EXCHANGED = _FILM + "sound_is_exchanged_and_pictures_stay"
_MP4_REST = _FILM + "what_else_is_in_an_mp4_stays_byte_for_byte"
_MKV_REST = _FILM + "subtitles_attachments_and_languages_stay_in_matroska"
_TRACKS = "core/media/test_film_tracks.py::test_"
_EACH = _TRACKS + "each_track_is_exchanged_and_keeps_its_length"
_FRAGMENTS = "core/media/test_fragments.py::test_"
_MANY = _TRACKS + "more_tracks_than_are_marked_together_are_refused"
_ALL = "core/test_soundtracks.py::test_every_track_of_a_film_is_marked_and_found_alone_too"
_SILENT = "core/test_soundtracks.py::test_a_track_that_can_carry_no_mark_is_said_and_left"

SECTIONS = (
    Section(
        "Films",
        ("format", "the mark goes into its sound tracks", "kept", "changes, and how", "refused"),
        (
            Row(
                "MP4, MOV",
                (
                    (
                        fact("AAC, ALAC, MP3, Opus, FLAC, PCM;", _EXCHANGED),
                        fact("up to four tracks, each with the same mark", _EACH, _ALL),
                    ),
                    (
                        fact(
                            "every other byte of the file, at its place in the order: pictures, texts, further data,"
                            " chapters, tags, where it was taken, its turn;",
                            _MP4_REST,
                            _FILM + "films_from_phones_are_examined_upright",
                        ),
                        fact("sound and pictures stay interleaved;", _FILM + "pictures_and_sound_stay_interleaved"),
                        fact(
                            "when the sound begins, and its length, to the sample",
                            _FILM + "sound_that_begins_late_stays_late",
                            _EXCHANGED,
                        ),
                    ),
                    (
                        fact("the sound as in M4A.", _EXCHANGED),
                        fact(
                            "A track that can carry no mark stays packet for packet: said.",
                            _SILENT,
                            _TRACKS + "a_track_that_carries_no_mark_stays_packet_for_packet",
                        ),
                        fact(
                            "A file in fragments, as for streaming, becomes an ordinary one with the same packets at"
                            " the same times: said.",
                            _FRAGMENTS + "a_film_in_fragments_becomes_an_ordinary_one",
                            _FRAGMENTS + "sound_that_begins_late_stays_late",
                        ),
                        fact(
                            "Left out and said: content credentials",
                            _M4A + "content_credentials_are_left_out_and_said",
                        ),
                    ),
                    (
                        fact("more than four sound tracks;", _MANY),
                        fact(
                            "encrypted files, streams from their middle on,",
                            _FRAGMENTS + "contradictions_and_encryption_are_refused_in_words",
                            _FRAGMENTS + "a_stream_from_its_middle_on_is_refused_and_examined",
                        ),
                        fact(
                            "other codings in one of the sound tracks, which is named;",
                            _M4A + "other_codings_are_examined_and_not_protected",
                            _TRACKS + "what_cannot_be_written_is_refused_and_the_track_named",
                        ),
                        fact("cuts in the sound track (edit lists)", _FILM + "edits_of_an_editor_are_refused"),
                    ),
                ),
            ),
            Row(
                "Matroska (MKV), WebM",
                (
                    (
                        fact("AAC, MP3, Opus, Vorbis, FLAC, PCM;", _EXCHANGED),
                        fact("up to four tracks, each with the same mark", _EACH),
                    ),
                    (
                        fact(
                            "every packet of all other streams, compared by SHA-256 after writing, with its time;",
                            _EXCHANGED,
                            _FILM + "a_copy_that_lost_a_picture_is_not_kept",
                        ),
                        fact("chapters, attachments, languages, purposes, titles", _MKV_REST),
                    ),
                    (fact("the container is written anew, with the muxer's own name in it", _MKV_REST),),
                    (fact("as MP4", _MANY),),
                ),
            ),
            Row(
                "AVI",
                (
                    (fact("MP3, PCM;", _EXCHANGED), fact("up to four tracks, each with the same mark", _EACH)),
                    (fact("every packet of all other streams, as in Matroska", _EXCHANGED),),
                    (
                        fact(
                            "MP3 is encoded from its delay on, since AVI cannot tell it: the first 25 ms are faded in",
                            _EXCHANGED,
                        ),
                    ),
                    (fact("as MP4", _MANY),),
                ),
            ),
            Row(
                "3GP, WMV, FLV, MPEG-TS, MPEG",
                (
                    (
                        fact(
                            "no, check only (3GP with AAC as MP4)",
                            _FILM + "films_of_any_kind_are_examined",
                        ),
                    ),
                    (),
                    (),
                    (
                        fact(
                            "“Save it as MP4, MOV or MKV with AAC and protect that file”",
                            _FILM + "what_is_not_written_says_as_what_to_save_it",
                        ),
                    ),
                ),
            ),
        ),
        before=(
            "The copy's picture stream is that of its source, bit for bit. What is kept of a film in the catalog is its"
            " sound, as a recording.",
        ),
    ),
    Section(
        "Films that are checked",
        ("what", "how"),
        (
            Row(
                "sound",
                (
                    (
                        fact("up to four sound tracks, each in full;", _MANY),
                        fact("a finding names those that carry the mark;", _ALL),
                        fact(
                            "places are told on the film's clock;",
                            "core/test_film.py::test_places_in_the_sound_are_on_the_clock_of_the_film",
                        ),
                        fact(
                            "where the time stamps leave a hole, there is silence",
                            _M4A + "holes_in_the_time_are_silence",
                        ),
                    ),
                ),
            ),
            Row(
                "pictures",
                (
                    (
                        fact(
                            "up to 24, chosen from up to 120 looks at the film so that they differ as much as can be in"
                            " what they show and then in their time: of a film of 15 scenes of two seconds each one is"
                            " among them.",
                            _FILM + "every_scene_is_among_the_pictures",
                        ),
                        fact(
                            "Long films are looked at at their key frames.",
                            _FILM + "every_scene_is_among_the_pictures",
                        ),
                        fact(
                            "Six where nothing moves; black ones are passed over.",
                            _FILM + "few_pictures_are_taken_where_nothing_moves",
                        ),
                        fact(
                            "Upright, with square pixels, at most 1920 pixels long",
                            _FILM + "films_from_phones_are_examined_upright",
                            "test_pictures_with_long_pixels_are_shown_in_their_true_shape",
                            "test_huge_pictures_are_made_smaller",
                        ),
                    ),
                ),
            ),
            Row(
                "probability",
                (
                    (
                        fact(
                            "multiplied by the number of sound tracks and pictures;",
                            "core/test_film.py::test_every_part_that_is_tried_counts",
                        ),
                        fact(
                            "pictures with the same mark are one finding, with all its times",
                            "core/test_film.py::test_pictures_that_agree_are_one_finding_with_all_times",
                        ),
                    ),
                ),
            ),
            Row(
                "time",
                (
                    (
                        fact(
                            "after four minutes for a key no further picture is examined, which is said",
                            "core/test_film.py::test_a_film_takes_no_longer_than_people_wait",
                        ),
                    ),
                ),
            ),
            Row(
                "damage",
                (
                    (
                        fact(
                            "what can be decoded is examined; said",
                            _FILM + "a_cut_film_is_examined_as_far_as_it_goes",
                        ),
                    ),
                ),
            ),
        ),
        after=(
            "Measured with an hour of film (640 x 360, 10 pictures a second, stereo): reading took 12 s of CPU time and"
            " 191 MB of memory, each further pass over its sound 6 s and no more memory.",
        ),
    ),
)
