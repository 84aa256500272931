"""Pictures: what is taken in, and what is kept of it."""

import io
import re
import struct
import zlib

import pytest
from PIL import Image, ImageCms

from nejtilbander.images.decoding import MAX_BYTES, InvalidImage, open_image
from nejtilbander.images.models import Original, Picture, Rendition
from nejtilbander.images.processing import crop, save_picture
from tests.support.pictures import a_photo, taken, upload

pytestmark = pytest.mark.django_db


def test_nothing_of_where_and_when_is_kept_in_anything(staff):
    body = a_photo(1500, 1200)
    assert b"Exif" in body
    assert b"privat" in body
    assert upload(staff, body).status_code == 302

    kept = [bytes(one.body) for one in (*Original.objects.all(), *Rendition.objects.all())]

    assert len(kept) == 1 + 3 * 3
    for one in kept:
        opened_again = Image.open(io.BytesIO(one))
        assert dict(opened_again.getexif()) == {}
        assert not {"exif", "xmp", "comment", "icc_profile", "photoshop"} & set(opened_again.info)
        assert not any(word in one for word in (b"Exif", b"privat", b"Telefonens", b"GPS", b"ICC_PROFILE"))


def test_a_picture_exists_in_each_format_and_in_the_widths_it_has_pixels_for():
    sizes = {}
    for pixels in (500, 1000, 3000):
        picture = save_picture(Picture(name=str(pixels)), taken(a_photo(pixels, pixels)), None)
        sizes[pixels] = [(one.kind, Image.open(io.BytesIO(one.body)).size) for one in picture.renditions.order_by("pk")]

    narrow, middle, wide = (480, 320), (960, 640), (1440, 960)
    assert sizes[500] == [(kind, narrow) for kind in ("avif", "webp", "jpg")]
    assert sizes[1000] == [(kind, size) for size in (narrow, middle) for kind in ("avif", "webp", "jpg")]
    assert sizes[3000] == [(kind, size) for size in (narrow, middle, wide) for kind in ("avif", "webp", "jpg")]
    assert max(Image.open(io.BytesIO(one.body)).width for one in Original.objects.all()) == 2400


def test_a_phone_held_sideways_gives_an_upright_picture():
    on_its_side = Image.new("RGB", (600, 900), "blue")
    turned = Image.Exif()
    turned[0x0112] = 6  # turn a quarter to the right to see it upright
    file = io.BytesIO()
    on_its_side.save(file, "JPEG", exif=turned)

    assert taken(file.getvalue()).size == (900, 600)


def test_colours_of_another_profile_become_those_of_the_web():
    lab = io.BytesIO()
    Image.new("CMYK", (600, 400), (0, 255, 255, 0)).save(lab, "JPEG")
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()

    assert taken(lab.getvalue()).mode == "RGB"
    assert taken(a_photo(icc_profile=profile)).getpixel((0, 0)) == pytest.approx((200, 120, 40), abs=4)
    assert taken(a_photo(icc_profile=b"not a profile")).size == (900, 600)


def test_what_one_can_see_through_lies_on_white():
    file = io.BytesIO()
    Image.new("RGBA", (600, 400), (255, 0, 0, 0)).save(file, "PNG")

    assert taken(file.getvalue()).getpixel((5, 5)) == (255, 255, 255)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "AVIF"])
def test_four_formats_are_taken(kind):
    assert taken(a_photo(kind=kind)).size == (900, 600)


def a_bomb(side=30_000):
    """A few hundred bytes that say they are a picture of 900 million points."""

    def piece(name, body):
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    head = piece(b"IHDR", struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + piece(b"IDAT", zlib.compress(b"\0" * 1000)) + piece(b"IEND", b"")


REFUSED = {
    "a text": (b"Slet ikke et billede" * 50, "ikke et billede"),
    "an SVG": (b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>', "ikke et billede"),
    "a GIF": (a_photo(kind="GIF"), "ikke et billede"),
    "a TIFF": (a_photo(kind="TIFF"), "ikke et billede"),
    "a bomb": (a_bomb(), "alt for stort"),
    "a poster": (a_bomb(9000), "9000 × 9000"),
    "half a picture": (a_photo(2000, 2000)[:9000], "i stykker"),
    "a stamp": (a_photo(200, 150), "200 × 150"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_is_no_picture_of_ours_is_refused_with_a_sentence_and_the_rest_stays(staff, what):
    body, words = REFUSED[what]
    answer = upload(staff, body, "pænt-navn.jpg", credit="Fotograf Ærlig")

    assert answer.status_code == 200
    said = "".join(re.findall(r'<ul class="errorlist"[^>]*>(.*?)</ul>', answer.content.decode(), re.DOTALL))
    assert words in said
    assert 'value="Fotograf Ærlig"' in answer.content.decode()
    assert not Picture.objects.exists()


def test_a_file_that_is_too_large_is_refused_before_it_is_opened():
    with pytest.raises(InvalidImage, match="21 MB"):
        open_image(io.BytesIO(b""), MAX_BYTES + 1024 * 1024)


def test_the_cut_follows_the_focus_as_far_as_the_edges_allow():
    wide = Image.new("RGB", (3000, 1000))
    wide.paste("red", (0, 0, 1000, 1000))
    wide.paste("blue", (2000, 0, 3000, 1000))

    assert {crop(wide, x, 50).size for x in (0, 50, 100)} == {(1500, 1000)}
    assert [crop(wide, x, 50).getpixel((0, 0)) for x in (0, 20)] == [(255, 0, 0)] * 2
    assert crop(wide, 100, 50).getpixel((1499, 0)) == (0, 0, 255)
    tall = Image.new("RGB", (600, 3000))
    assert crop(tall, 50, 100).size == (600, 400)
