"""What is said of pictures."""

from __future__ import annotations

from bench.formats.facts import Row, Section, fact

_JPEG, _PNG, _TIFF, _WEBP, _HEIF, _MANY, _OTHER, _FILES, _NEW = (
    f"core/media/test_{name}.py::test_"
    for name in ("jpeg", "png", "tiff", "webp", "heif", "series", "other_images", "files", "conversion")
)
_JOBS = "core/test_series.py::test_"

JPEG = Row(
    "JPEG",
    (
        (
            fact(
                "grey, colour, CMYK; baseline and progressive",
                _JPEG + "coding_stays",
                "test_grey_stays_grey",
                "test_cmyk_is_ink_and_stays_stored_as_it_was",
            ),
        ),
        (
            fact(
                "byte for byte: EXIF with orientation and preview, XMP (extended too), ICC, IPTC and Photoshop data,"
                " comments, resolution, makers' own segments.",
                _JPEG + "metadata_are_kept_byte_for_byte_in_their_order",
                "test_orientation_is_applied_and_undone",
            ),
            fact(
                "Quantisation tables, subsampling 4:4:4, 4:2:2 or 4:2:0, progressive or not, restart interval,",
                _JPEG + "coding_stays",
                "test_quantisation_tables_stay_one_by_one",
            ),
            fact(
                "YCbCr or stored RGB, ink polarity",
                _JPEG + "stored_rgb_stays_stored_rgb",
                "test_cmyk_is_ink_and_stays_stored_as_it_was",
            ),
        ),
        (
            fact("the pixels are compressed once more, with the same tables.", _JPEG + "coding_stays"),
            fact(
                "Where that would swallow the mark, with finer ones: said.",
                "core/test_whole_jobs.py::test_a_coarse_jpeg_is_written_finer_and_then_found",
            ),
            fact("Other subsamplings are written 4:4:4.", _JPEG + "rare_subsamplings_become_none"),
            fact(
                "Arithmetic coding becomes the usual one: said.",
                _JPEG + "arithmetic_coding_is_read_and_written_in_the_usual_way",
            ),
            fact(
                "Left out and said: what stands behind the picture (further pictures, films, brightness maps) with what"
                " XMP says of it, content credentials.",
                _JPEG + "further_pictures_and_credentials_are_left_out_with_a_note",
                _JPEG + "what_xmp_says_of_pictures_behind_goes_with_them",
            ),
            fact(
                "The small EXIF preview stays and carries no mark: said",
                _JPEG + "metadata_are_kept_byte_for_byte_in_their_order",
            ),
        ),
        (
            fact("files that are cut off;", _JPEG + "cut_picture_is_examined_and_not_protected"),
            fact("12 bits, lossless or hierarchical", _JPEG + "rare_kinds_are_named_and_not_called_damaged"),
        ),
    ),
)

PNG = Row(
    "PNG",
    (
        (fact("grey, grey + alpha, RGB, RGBA; 8 and 16 bits", _PNG + "other_pixels_are_written_exactly"),),
        (
            fact("pixels exactly as marked;", _PNG + "other_pixels_are_written_exactly"),
            fact(
                "byte for byte in their order: ICC, gAMA, cHRM, sRGB, cICP, HDR data, text with XMP, EXIF, resolution,"
                " time, background, suggested palettes, private chunks that say that they may be copied",
                _PNG + "chunks_are_kept_byte_for_byte",
            ),
        ),
        (
            fact("interlacing is not written: said.", _PNG + "interlaced_picture_is_read_exactly"),
            fact(
                "Left out and said: private chunks that say that they must not be copied, damaged metadata, what"
                " stands behind the picture, content credentials",
                _PNG + "what_would_not_fit_the_copy_is_left_out_with_a_note",
            ),
        ),
        (
            fact(
                "palettes, 1-bit pictures, 2 or 4 bits of grey, one transparent colour (tRNS): a mark would turn them"
                " into another kind of picture. They are marked as such where PNG is asked for as the format of"
                " the copies.",
                _PNG + "pictures_that_would_change_kind_are_read_and_not_written",
                "test_few_shades_are_read_and_not_written",
                _NEW + "kinds_that_cannot_carry_a_mark_can_when_somebody_chooses_so",
                _JOBS + "palettes_and_gif_are_converted_when_asked_for",
            ),
            fact(
                "Damaged or cut files",
                _PNG + "cut_picture_gives_the_rows_that_are_there",
                "test_wrong_check_sum_is_examined_and_not_protected",
            ),
        ),
    ),
)

TIFF = Row(
    "TIFF",
    (
        (
            fact(
                "grey, grey + alpha, RGB, RGBA, CMYK; 8 and 16 bits; no compression, LZW, Deflate, PackBits; strips or"
                " tiles, chunky or planar, both byte orders, BigTIFF;",
                _TIFF + "other_pixels_are_written_exactly_in_the_same_layout",
                "test_colour_models_stay",
            ),
            fact(
                "several pages, each with the same mark",
                _MANY + "every_page_is_written_in_its_own_kind",
                "test_deep_and_inked_pages_stay_so",
                _JOBS + "every_page_carries_the_mark_of_its_copy",
            ),
        ),
        (
            fact(
                "pixels exactly as marked; every byte outside the picture data at its place: ICC, EXIF with maker"
                " notes, XMP, IPTC, resolution, private fields,",
                _TIFF + "every_byte_beside_the_picture_stays_where_it_was",
            ),
            fact("channels that are no colour.", _TIFF + "channels_that_are_no_colour_travel_along"),
            fact("Compression, predictor and layout", _TIFF + "other_pixels_are_written_exactly_in_the_same_layout"),
        ),
        (
            fact(
                "smaller versions of a page (previews, SubIFDs) carry no mark and are left out: said.",
                _MANY + "previews_are_left_out_with_a_note",
            ),
            fact(
                "Content credentials stay and will be called invalid: said. A preview in Photoshop's data stays and"
                " carries no mark: said",
                _TIFF + "every_byte_beside_the_picture_stays_where_it_was",
            ),
        ),
        (
            fact(
                "layers, pictures below a page that are no smaller version of it, palettes, 1 bit, floats, JPEG and"
                " other compressions.",
                _TIFF + "kinds_that_would_lose_something_are_read_and_not_written",
            ),
            fact("Files with one page of such a kind: it is named.", _MANY + "page_that_cannot_be_written_is_named"),
            fact("Damaged or cut files", _TIFF + "cut_picture_is_examined_and_not_protected"),
        ),
    ),
)

WEBP = Row(
    "WebP",
    (
        (
            fact(
                "lossy and lossless, with alpha",
                _WEBP + "lossless_stays_lossless_even_where_it_is_transparent",
                "test_lossy_stays_close_and_alpha_exact",
            ),
        ),
        (
            fact(
                "ICC, EXIF with orientation, XMP, private chunks byte for byte;",
                _WEBP + "chunks_are_kept_byte_for_byte",
            ),
            fact(
                "lossless pixels exactly as marked, under transparency too; alpha exactly",
                _WEBP + "lossless_stays_lossless_even_where_it_is_transparent",
            ),
        ),
        (
            fact(
                "lossy: the file does not tell its quality; the higher of 90 and what its quantiser suggests is taken,"
                " so that a copy of a coarse file grows.",
                _WEBP + "quality_is_read_from_the_quantiser",
            ),
            fact(
                "Left out and said: content credentials",
                _WEBP + "credentials_are_left_out_with_a_note",
            ),
        ),
        (fact("damaged or cut files", _WEBP + "cut_picture_is_one_sentence"),),
    ),
)

HEIC = Row(
    "HEIC",
    (
        (
            fact(
                "the main picture: grey, colour, with opacity; 8, 10 and 12 bits",
                _HEIF + "heic_keeps_depth_chroma_and_opacity",
                "test_heic_of_12_bits_stays_so",
            ),
        ),
        (
            fact(
                "EXIF and XMP byte for byte, ICC, turns and mirrors;",
                _HEIF + "other_readers_find_the_metadata_of_a_copy",
                "test_turns_are_applied_and_undone",
            ),
            fact(
                "what is said of colours and light (primaries, curve, brightness);",
                _HEIF + "colours_are_described_as_the_source_describes_them",
            ),
            fact("depth, chroma 4:4:4, 4:2:2 or 4:2:0", _HEIF + "heic_keeps_depth_chroma_and_opacity"),
        ),
        (
            fact(
                "the file does not tell its quality: 90 is taken, and a finer one where that would swallow the mark, so"
                " that a copy of a coarse file grows.",
                _HEIF + "finer_is_nearer_and_ends",
            ),
            fact("One picture in place of tiles.", _HEIF + "tiles_become_one_picture"),
            fact(
                "Left out and said: further pictures, depth and brightness maps, the small preview, content"
                " credentials",
                _HEIF + "further_pictures_previews_and_credentials_are_left_out_with_a_note",
            ),
        ),
        (fact("damaged or cut files", _HEIF + "cut_picture_is_one_sentence"),),
    ),
)

AVIF = Row(
    "AVIF",
    (
        (
            fact(
                "grey, colour, with opacity; 8, 10 and 12 bits",
                _HEIF + "avif_keeps_depth_chroma_and_opacity",
            ),
        ),
        (
            fact(
                "as HEIC",
                _HEIF + "other_readers_find_the_metadata_of_a_copy",
                "test_turns_are_applied_and_undone",
                "test_avif_keeps_depth_chroma_and_opacity",
            ),
        ),
        (fact("as HEIC", _HEIF + "finer_is_nearer_and_ends"),),
        (
            fact(
                "animations: their main picture is examined, and a WebP asked for.",
                _HEIF + "animation_is_examined_and_not_protected",
            ),
            fact("Damaged or cut files", _HEIF + "cut_picture_is_one_sentence"),
        ),
    ),
)

GIF = Row(
    "GIF",
    (
        (
            fact("still and animated", _MANY + "gif_of_one_picture_is_a_picture"),
            fact("(see below)", _JOBS + "every_frame_carries_the_mark_of_its_copy"),
        ),
        (
            fact(
                "comments, XMP and all other blocks byte for byte; transparency",
                _MANY + "gif_keeps_its_own_blocks_and_frames_of_few_colours_exactly",
                "test_every_frame_is_written_with_its_time_and_opacity",
            ),
        ),
        (
            fact(
                "each frame is painted anew with the 256 colours nearest to its marked picture, without dithering;"
                " frames that have no more colours than that are exact",
                _MANY + "gif_keeps_its_own_blocks_and_frames_of_few_colours_exactly",
                "test_every_frame_is_written_with_its_time_and_opacity",
            ),
        ),
        (fact("damaged or cut files", _MANY + "cut_animations_are_a_picture_or_one_sentence"),),
    ),
)

MOVING = Row(
    "animations: GIF, WebP, PNG",
    (
        (
            fact(
                "every frame carries the same mark; frames that are too plain are said",
                _JOBS + "every_frame_carries_the_mark_of_its_copy",
                "test_plain_frames_are_said_and_others_marked",
            ),
        ),
        (
            fact(
                "times, repetitions, transparency, metadata as in still ones;",
                _MANY + "every_frame_is_written_with_its_time_and_opacity",
                "test_metadata_of_animations_stay",
            ),
            fact("what stands still keeps its pixels", _JOBS + "what_stands_still_keeps_its_pixels"),
        ),
        (
            fact(
                "how frames are laid over each other: a copy holds what changes from frame to frame",
                _MANY + "frames_hold_only_what_changes",
            ),
        ),
        (
            fact(
                "animated PNG with palettes or 16 bits;",
                _MANY + "animations_that_would_change_kind_are_read_and_not_written",
            ),
            fact("more than 1,000 megapixels or 10,000 frames in all", _MANY + "too_many_frames_are_refused"),
        ),
    ),
)

OTHERS = Row(
    "BMP, JPEG 2000, PNM",
    (
        (
            fact(
                "in another format, where one is asked for",
                _NEW + "formats_that_are_only_examined_are_protected_as_others",
            ),
        ),
        (),
        (),
        (fact("in their own format, with the sentence that says so", _OTHER + "they_are_read_and_refused"),),
    ),
)

ELSEWHERE = Row(
    "PSD, PDF, SVG",
    (
        (fact("no", _FILES + "other_files_are_named_in_one_sentence"),),
        (),
        (),
        (fact("not read: the sentence says as what to save it", _FILES + "other_files_are_named_in_one_sentence"),),
    ),
)

CONVERTED = Section(
    "Pictures in another format or size",
    ("what is asked for", "what the copy is", "what changes, and is said", "refused"),
    (
        Row(
            "a format: PNG, JPEG, WebP, TIFF, AVIF",
            (
                (
                    fact(
                        "a new file with the source's profile, EXIF and XMP; upright;",
                        _NEW + "profile_exif_and_xmp_travel_between_all_formats",
                        "test_every_format_takes_every_kind_of_picture",
                    ),
                    fact(
                        "IPTC in JPEG and TIFF, resolution in JPEG, PNG and TIFF, text of a PNG in a PNG",
                        _NEW + "iptc_resolution_and_text_travel_where_they_can",
                    ),
                ),
                (
                    fact("transparency is laid on white in a JPEG.", _NEW + "every_format_takes_every_kind_of_picture"),
                    fact(
                        "16 bits become 8 in JPEG and WebP, 10 in AVIF.",
                        _NEW + "deep_pictures_stay_as_deep_as_the_format_allows",
                    ),
                    fact(
                        "Inks become sRGB by their profile in PNG, WebP and AVIF.",
                        _NEW + "inks_stay_inks_or_become_managed_colours",
                    ),
                    fact("An odd gamma stays in PNG alone.", _NEW + "an_odd_gamma_stays_or_is_said"),
                    fact(
                        "A profile of grey goes where grey becomes colours.",
                        _NEW + "a_profile_goes_where_grey_becomes_colours",
                    ),
                    fact(
                        "One transparent colour becomes an alpha channel.",
                        _NEW + "one_transparent_colour_becomes_an_alpha_channel",
                    ),
                    fact(
                        "The preview in EXIF goes; turns and sizes told there are set right.",
                        _NEW + "preview_in_exif_goes_and_sizes_are_set_right",
                    ),
                    fact(
                        "Metadata too long for a JPEG are left out",
                        _NEW + "long_metadata_that_a_jpeg_cannot_take_are_said",
                    ),
                ),
                (
                    fact(
                        "colours told by numbers (HDR), outside their own format;",
                        _NEW + "colours_told_by_numbers_stay_or_are_refused",
                    ),
                    fact(
                        "animations as JPEG, TIFF or AVIF; files of several pages; files of which only a part can be"
                        " read",
                        _NEW + "what_would_lose_pictures_is_refused",
                    ),
                ),
            ),
        ),
        Row(
            "a long side in pixels",
            (
                (
                    fact(
                        "made smaller by Lanczos' filter, never larger; the mark goes in afterwards",
                        _NEW + "smaller_pictures_look_the_same",
                        "test_hidden_colours_do_not_shine_through_when_made_smaller",
                        _JOBS + "converted_copies_carry_the_mark_and_belong_to_their_work",
                    ),
                ),
                (
                    fact(
                        "a file that is small enough already is protected as it is",
                        _NEW + "what_is_asked_for_already_keeps_everything",
                    ),
                ),
                (fact("as above", _NEW + "what_would_lose_pictures_is_refused"),),
            ),
        ),
        Row(
            "a quality from 1 to 100",
            (
                (
                    fact(
                        "JPEG, WebP and AVIF of that quality, 90 where none is asked for; 100 is lossless in WebP and"
                        " AVIF; finer where that would swallow the mark",
                        _NEW + "quality_decides_the_size_and_ends_lossless",
                    ),
                ),
                (),
                (),
            ),
        ),
        Row(
            "animations as WebP or PNG",
            (
                (
                    fact("all frames with their times", _NEW + "animations_become_others_with_their_times"),
                    fact("and their marks", _JOBS + "palettes_and_gif_are_converted_when_asked_for"),
                ),
                (fact("a smaller GIF stays a GIF", _NEW + "smaller_gif_stays_a_gif"),),
                (fact("other formats", _NEW + "what_would_lose_pictures_is_refused"),),
            ),
        ),
    ),
)

SECTIONS = (
    Section(
        "Pictures",
        ("format", "protected", "kept", "changes, and how", "refused"),
        (JPEG, PNG, TIFF, WEBP, HEIC, AVIF, GIF, MOVING, OTHERS, ELSEWHERE),
        before=(
            "“Kept byte for byte” means that the copy holds the same bytes; `exiftool` reads the same fields from"
            " source and copy.",
        ),
        after=(
            "Orientation: pictures are examined and marked upright. The copy stores its pixels as the source did,"
            " under the same tag.",
            "Of an animation or a file of several pages, a check looks at up to five frames (first, middle, last, and"
            " those that differ most) and their mean, or ten pages. Each look counts in the probability.",
            "How the mark holds in GIF: eight pictures (photographs, paintings, diagrams; 206 to 480 pixels high) were"
            " marked and painted with 256 colours in five ways. Without dithering, with the palette of the greatest"
            " coverage, the score fell from 21-42 to 21-40 and every mark stayed certain; with dithering a flat diagram"
            " fell from 40 to 13.",
            "Limits: 120 megapixels and 500 MB of decoded pixels (83 megapixels of 16-bit RGB), asked before anything"
            " is decoded. Measured with an 11900 x 10000 picture: reading took up to 1.2 GB and writing up to 1.6 GB"
            " (progressive JPEG).",
        ),
    ),
    CONVERTED,
)
