"""What is said of pictures."""

from __future__ import annotations

from bench.formats.facts import Row, Section, fact

_JPEG, _PNG, _TIFF, _WEBP, _OTHER, _FILES = (
    f"core/media/test_{name}.py::test_" for name in ("jpeg", "png", "tiff", "webp", "other_images", "files")
)

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
            fact(
                "Left out and said: what stands behind the picture (further pictures, films, brightness maps), content"
                " credentials.",
                _JPEG + "further_pictures_and_credentials_are_left_out_with_a_note",
            ),
            fact(
                "The small EXIF preview stays and carries no mark: said",
                _JPEG + "metadata_are_kept_byte_for_byte_in_their_order",
            ),
        ),
        (fact("files that are cut off", _JPEG + "cut_picture_is_examined_and_not_protected"),),
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
            fact("interlacing is not written.", _PNG + "interlaced_picture_is_read_exactly"),
            fact(
                "Left out and said: private chunks that say that they must not be copied, damaged metadata, what"
                " stands behind the picture, content credentials",
                _PNG + "what_would_not_fit_the_copy_is_left_out_with_a_note",
            ),
        ),
        (
            fact(
                "palettes, 1-bit pictures, 2 or 4 bits of grey, one transparent colour (tRNS): a mark would turn them"
                " into another kind of picture. Animations.",
                _PNG + "pictures_that_would_change_kind_are_read_and_not_written",
                "test_few_shades_are_read_and_not_written",
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
                " tiles, chunky or planar, both byte orders, BigTIFF",
                _TIFF + "other_pixels_are_written_exactly_in_the_same_layout",
                "test_colour_models_stay",
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
                "content credentials stay and will be called invalid: said. A preview in Photoshop's data stays and"
                " carries no mark: said",
                _TIFF + "every_byte_beside_the_picture_stays_where_it_was",
            ),
        ),
        (
            fact(
                "several pages, embedded previews (SubIFDs), layers, palettes, 1 bit, floats, JPEG and other"
                " compressions.",
                _TIFF + "kinds_that_would_lose_something_are_read_and_not_written",
            ),
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
        ),
        (
            fact("animations.", _WEBP + "animation_shows_its_first_picture_and_is_not_protected"),
            fact("Damaged or cut files", _WEBP + "cut_picture_is_one_sentence"),
        ),
    ),
)

OTHERS = Row(
    "GIF, BMP, AVIF, JPEG 2000, PNM",
    (
        (fact("no, check only", _OTHER + "they_are_read_and_refused"),),
        (),
        (),
        (fact("“Save it as PNG or TIFF and protect that file.”", _OTHER + "they_are_read_and_refused"),),
    ),
)

ELSEWHERE = Row(
    "HEIC, PSD, PDF, SVG",
    (
        (fact("no", _FILES + "other_files_are_named_in_one_sentence"),),
        (),
        (),
        (fact("not read: the sentence says as what to save it", _FILES + "other_files_are_named_in_one_sentence"),),
    ),
)

SECTIONS = (
    Section(
        "Pictures",
        ("format", "protected", "kept", "changes, and how", "refused"),
        (JPEG, PNG, TIFF, WEBP, OTHERS, ELSEWHERE),
        before=(
            "“Kept byte for byte” means that the copy holds the same bytes; `exiftool` reads the same fields from"
            " source and copy.",
        ),
        after=(
            "Orientation: pictures are examined and marked upright. The copy stores its pixels as the source did,"
            " under the same tag.",
            "Limits: 120 megapixels and 500 MB of decoded pixels (83 megapixels of 16-bit RGB), asked before anything"
            " is decoded. Measured with an 11900 x 10000 picture: reading took up to 1.2 GB and writing up to 1.6 GB"
            " (progressive JPEG).",
        ),
    ),
)
