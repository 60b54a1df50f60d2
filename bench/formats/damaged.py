"""What is said of damaged files."""

from __future__ import annotations

from bench.formats.facts import Row, Section, fact

_FILES = "core/media/test_files.py::test_other_files_are_named_in_one_sentence"

SECTIONS = (
    Section(
        "Damaged files",
        ("what is wrong", "check", "protect"),
        (
            Row(
                "empty, text under a media name, unknown format",
                ((fact("could not be read", _FILES),), (fact("could not be read", _FILES),)),
            ),
            Row(
                "impossible size or rate in the header",
                (
                    (
                        fact(
                            "could not be read",
                            "core/media/test_jpeg.py::test_bomb_is_refused_before_decoding",
                            "core/media/test_png.py::test_impossible_sizes_are_refused_before_decoding",
                            "core/media/test_tiff.py::test_bomb_is_refused_before_decoding",
                            "core/media/test_webp.py::test_bomb_is_refused_before_decoding",
                            "core/media/test_other_images.py::test_bomb_is_refused_before_decoding",
                            "core/media/test_wav.py::test_too_long_is_refused_before_decoding",
                            "core/media/test_flac.py::test_impossible_lengths_are_refused_before_decoding",
                        ),
                    ),
                    (fact("could not be read", "core/media/test_jpeg.py::test_bomb_is_refused_before_decoding"),),
                ),
            ),
            Row(
                "JPEG, PNG or TIFF cut off or damaged",
                (
                    (
                        fact(
                            "the rows or pieces before the damage, from 32 rows on; said",
                            "core/media/test_jpeg.py::test_cut_picture_is_examined_and_not_protected",
                            "core/media/test_png.py::test_cut_picture_gives_the_rows_that_are_there",
                            "core/media/test_tiff.py::test_cut_picture_is_examined_and_not_protected",
                        ),
                    ),
                    (fact("refused", "core/media/test_jpeg.py::test_cut_picture_is_examined_and_not_protected"),),
                ),
            ),
            Row(
                "WebP, HEIC, AVIF and others cut off",
                (
                    (
                        fact(
                            "could not be read",
                            "core/media/test_webp.py::test_cut_picture_is_one_sentence",
                            "core/media/test_heif.py::test_cut_picture_is_one_sentence",
                        ),
                    ),
                    (fact("could not be read", "core/media/test_webp.py::test_cut_picture_is_one_sentence"),),
                ),
            ),
            Row(
                "a PNG check sum is wrong, the picture decodes",
                (
                    (
                        fact(
                            "examined; said",
                            "core/media/test_png.py::test_wrong_check_sum_is_examined_and_not_protected",
                        ),
                    ),
                    (fact("refused", "core/media/test_png.py::test_wrong_check_sum_is_examined_and_not_protected"),),
                ),
            ),
            Row(
                "recording cut off",
                (
                    (
                        fact(
                            "what is there; said",
                            "core/media/test_flac.py::test_cut_recording_is_examined_and_not_protected",
                            "core/media/test_mp3.py::test_cut_recording_is_examined_and_not_protected",
                            "core/media/test_ogg.py::test_cut_recording_is_examined_and_not_protected",
                            "core/media/test_wav.py::test_faulty_and_odd_files_are_read_and_not_written",
                        ),
                    ),
                    (fact("refused", "core/media/test_flac.py::test_cut_recording_is_examined_and_not_protected"),),
                ),
            ),
            Row(
                "MP3 damaged in the middle",
                (
                    (
                        fact(
                            "the gap is filled with repeated sound, so that the rest comes at its time; said",
                            "core/media/test_mp3.py::test_damage_in_the_middle_keeps_the_time",
                        ),
                    ),
                    (fact("refused", "core/media/test_mp3.py::test_damage_in_the_middle_keeps_the_time"),),
                ),
            ),
            Row(
                "samples that are no numbers",
                (
                    (
                        fact(
                            "taken as silence; said",
                            "core/media/test_wav.py::test_faulty_and_odd_files_are_read_and_not_written",
                        ),
                    ),
                    (fact("refused", "core/media/test_wav.py::test_faulty_and_odd_files_are_read_and_not_written"),),
                ),
            ),
        ),
    ),
)
