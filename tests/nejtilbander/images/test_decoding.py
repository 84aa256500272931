"""A picture that is taken looks like its file; any other file is refused with a sentence."""

import base64
import random
import struct
from functools import partial

import pytest
from PIL import Image, ImageChops, ImageStat

from nejtilbander.images.decoding import InvalidImage
from nejtilbander.transfer.picture_files import UnknownPicture, unpack_pictures
from tests.support import picture_files as files
from tests.support.pictures import a_photo, taken, upload

WHITE = (9, 9)  # where
TOLERANCE = 6  # of 255, on average; a JPEG is blurred where two colours meet
LONG, SHORT = 4, 3  # the types of a number in EXIF
SIX = struct.pack("<I", 6)
ALIKE = {
    "PNG of one bit": lambda: files.saved(files.motif("1")),
    "PNG of one bit, see-through": lambda: files.saved(files.motif("1"), transparency=1),
    "PNG, grey": lambda: files.saved(files.motif("L")),
    "PNG, grey, see-through": lambda: files.saved(files.motif("L"), transparency=255),
    "PNG, grey with alpha": lambda: files.saved(files.see_through("L")),
    "PNG, grey of 2 bits, see-through": lambda: files.grey_png(2, key=[3]),
    "PNG, grey of 4 bits, see-through": lambda: files.grey_png(4, key=[15]),
    "PNG, grey of 16 bits": lambda: files.grey_png(16),
    "PNG, palette": lambda: files.saved(files.motif("P")),
    "PNG, palette, one colour see-through": lambda: files.saved(
        files.motif("P"), transparency=files.motif("P").getpixel((9, 9))
    ),
    "PNG, palette with alpha": lambda: files.saved(files.see_through("RGB").quantize(16)),
    "PNG": lambda: files.saved(files.motif()),
    "PNG, one colour see-through": lambda: files.saved(files.motif(), transparency=(255, 255, 255)),
    "PNG, colours of 16 bits": files.colours_of_16_bits,
    "PNG with alpha": lambda: files.saved(files.see_through("RGB")),
    "PNG, animated": lambda: files.several("PNG"),
    "JPEG, grey": lambda: files.saved(files.motif("L"), "JPEG"),
    "JPEG": lambda: files.saved(files.motif(), "JPEG"),
    "JPEG, progressive": lambda: files.saved(files.motif(), "JPEG", progressive=True, subsampling="4:2:0"),
    "JPEG that is not YCbCr": lambda: files.saved(files.motif(), "JPEG", keep_rgb=True),
    "JPEG of four inks": files.inks,
    "JPEG of four inks, without a word of Adobe's": lambda: files.without_adobe(files.inks()),
    "JPEG with more pictures behind": lambda: files.several("JPEG"),
    "WebP": lambda: files.saved(files.motif(), "WEBP"),
    "WebP with alpha": lambda: files.saved(files.see_through("RGB"), "WEBP"),
    "WebP, animated": lambda: files.several("WEBP"),
    "AVIF": lambda: files.saved(files.motif(), "AVIF", speed=10),
    "AVIF, grey": lambda: files.saved(files.motif("L"), "AVIF", speed=10),
    "AVIF with alpha": lambda: files.saved(files.see_through("RGB"), "AVIF", speed=10),
    "AVIF, animated": lambda: files.several("AVIF"),
    **{f"JPEG, orientation {turn}": partial(files.turned, turn) for turn in range(1, 9)},
    **{f"{kind}, orientation 6": partial(files.turned, 6, kind) for kind in ("PNG", "WEBP", "AVIF")},
}
FAR = b"\xff\xff\xff\x7f"
ODD = [(0x9000, 7, 0xFFFFFFFF, FAR), (0x8769, LONG, 1, FAR), (0x0131, 2, 9, b"\0\0\0\0")]
HOSTILE_EXIF = {
    "a tag beyond the end": (files.exif([(0x0112, SHORT, 1, SIX), *ODD]), 6),
    "text as a measure": (files.exif([(0x0112, SHORT, 1, SIX), (0x011B, 2, 4, b"abc\0")]), 6),
    "a number beyond its type": (files.exif([(0x0112, LONG, 1, SIX), (0x0102, LONG, 1, b"\xff" * 4)]), 6),
    "bytes as a number": (files.exif([(0x0112, SHORT, 1, SIX), (0x0103, 7, 4, b"\xff" * 4)]), 6),
    "text where a number should be": (files.exif([(0x0112, 2, 4, b"six\0")]), 1),
    "an orientation that is none": (files.exif([(0x0112, SHORT, 1, struct.pack("<I", 99))]), 1),
    "several orientations": (files.exif([(0x0112, SHORT, 2, struct.pack("<HH", 6, 6))]), 6),
    "a fraction without its numbers": (files.exif([(0x0112, 5, 1, FAR)]), 1),
    "an unknown type": (files.exif([(0x0112, 99, 1, SIX)]), 1),
    "a directory that leads to itself": (files.exif([(0x8769, LONG, 1, struct.pack("<I", 8))]), 1),
    "a list of pictures that is none": (files.exif([(0xB000, 7, 4, b"0100"), (0xB001, LONG, 1, FAR)]), 1),
    "no header": (b"Exif\0\0XX", 1),
    "nothing": (b"Exif\0\0", 1),
}
SENTENCES = {
    "a photograph of an iPhone": (lambda: heic(b"heic"), "En telefon, der gemmer HEIC"),
    "the same, called a container": (lambda: heic(b"mif1"), "En telefon, der gemmer HEIC"),
    "a scan in Lab": (lambda: files.saved(files.motif("LAB"), "TIFF"), "Brug JPEG, PNG, WebP eller AVIF"),
    "a GIF that moves": (partial(files.several, "GIF"), "Brug JPEG, PNG, WebP eller AVIF"),
    "grey of 16 bits, see-through": (partial(files.grey_png, 16, [65535]), "Gem det med 8 bit"),
    "colours of 16 bits, see-through": (partial(files.colours_of_16_bits, [65535] * 3), "Gem det med 8 bit"),
    "a strip": (partial(a_photo, 9000, 400), "langt og smalt"),
    "a tower": (partial(a_photo, 500, 9000), "langt og smalt"),
    "an empty PNG": (lambda: b"\x89PNG\r\n\x1a\n", "ikke et billede"),
    "nothing at all": (bytes, "ikke et billede"),
}


def heic(brand):
    return b"\0\0\0\x18ftyp" + brand + b"\0\0\0\0mif1heic" + b"\0" * 900


def difference(body, seen):
    """By how much of 255 the picture taken from the file differs from `seen`, on average over the worst colour."""
    picture = taken(body)
    assert (picture.mode, picture.size, picture.info) == ("RGB", seen.size, {})
    return max(ImageStat.Stat(ImageChops.difference(picture, seen)).mean)


@pytest.mark.parametrize("written", ALIKE)
def test_a_picture_that_is_taken_looks_like_its_file(written):
    mode = "1" if "one bit" in written else "L" if "grey" in written else "RGB"
    expected = files.motif(mode).convert("RGB")

    assert difference(ALIKE[written](), expected) < (40 if "2 bits" in written else TOLERANCE)


def test_what_one_can_see_through_in_grey_is_white_and_nothing_else_is():
    """Of 2 bits black is 0 and see-through here, so the one black field is white, and no other has changed."""
    picture = taken(files.grey_png(2, key=[0])), taken(files.grey_png(2))
    black = (160, 10)

    assert [one.getpixel(black) for one in picture] == [(255, 255, 255), (0, 0, 0)]
    assert picture[0].getpixel((310, 10)) == picture[1].getpixel((310, 10)) == (85, 85, 85)


@pytest.mark.parametrize(
    "picture", [files.motif(), files.see_through("RGB"), files.motif("P")], ids=lambda one: one.mode
)
@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_a_profile_of_colours_counts_with_alpha_and_with_a_palette_too(picture, kind):
    body = files.saved(picture, kind, icc_profile=files.swapped_profile())

    assert difference(body, files.swapped(files.motif())) < TOLERANCE


@pytest.mark.parametrize("profile", [b"", b"acsp", files.swapped_profile()[:200], b"\xff" * 4000])
def test_a_profile_that_cannot_be_read_is_no_reason_to_refuse(profile):
    assert difference(files.saved(files.motif(), icc_profile=profile), files.motif()) < TOLERANCE


def test_a_profile_for_other_colours_than_the_picture_has_is_left_out():
    assert difference(
        files.saved(files.motif("L"), icc_profile=files.swapped_profile()), files.motif("L").convert("RGB")
    ) < TOLERANCE  # fmt: skip


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("what", HOSTILE_EXIF)
@pytest.mark.filterwarnings("ignore::UserWarning", "ignore:.*MPO:UserWarning", "ignore:Metadata Warning:UserWarning")
def test_metadata_that_cannot_be_read_is_no_reason_to_refuse(kind, what):
    about, orientation = HOSTILE_EXIF[what]

    picture = taken(files.saved(files.motif(), kind, exif=about))

    assert picture.size == (files.SIZE if orientation == 1 else files.SIZE[::-1])


@pytest.mark.parametrize("what", SENTENCES)
def test_what_cannot_be_taken_as_it_looks_is_refused_with_a_sentence(what):
    body, words = SENTENCES[what]
    with pytest.raises(InvalidImage, match=words):
        taken(body())


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "AVIF"])
@pytest.mark.filterwarnings("ignore::UserWarning")
def test_a_file_that_was_cut_or_changed_anywhere_is_taken_or_refused_and_never_more(kind):
    """Cut at sixty places, and a byte of the first thousand or of any changed eighty times."""
    how = {} if kind == "AVIF" else {"exif": files.exif([(0x0112, SHORT, 1, SIX)])}
    whole, dice = files.saved(files.motif().resize((480, 400)), kind, **how), random.Random(kind)  # noqa: S311
    cut = [whole[: len(whole) * part // 60] for part in range(60)]
    changed = []
    for turn in range(80):
        body = bytearray(whole)
        body[dice.randrange(min(1000, len(body)) if turn % 2 else len(body))] = dice.randrange(256)
        changed.append(bytes(body))

    for body in cut + changed:
        try:
            assert taken(body).mode == "RGB"
        except InvalidImage as refused:
            assert str(refused).endswith(".")  # noqa: PT017


@pytest.mark.django_db
@pytest.mark.filterwarnings("ignore::UserWarning")
def test_uploads_and_imports_answer_alike(staff):
    odd = files.saved(files.motif(), "JPEG", exif=HOSTILE_EXIF["a tag beyond the end"][0])
    broken = odd[: len(odd) // 2]

    assert (upload(staff, odd).status_code, upload(staff, broken).status_code) == (302, 200)
    for body, digest in ((odd, "0" * 16), (broken, "1" * 16)):
        content = {"fields": {"picture_id": digest}}
        packed = {
            "name": "Huse", "credit": "", "focus_x": 50, "focus_y": 50, "body": base64.b64encode(body).decode(),
        }  # fmt: skip
        if body is odd:
            unpack_pictures([content], {digest: packed}, None)
            assert isinstance(content["fields"]["picture_id"], int)
        else:
            with pytest.raises(UnknownPicture, match="kan ikke læses"):
                unpack_pictures([content], {digest: packed}, None)


def test_the_motif_tells_how_it_is_turned():
    """Or the test of the orientations would say nothing."""
    ways = [files.motif(), *(files.motif().transpose(way) for way in Image.Transpose)]
    assert len({way.tobytes() for way in ways}) == 8
