"""Pictures: what is taken in, what is kept of it, and what readers get."""

import io
import json
import re
import struct
import zlib

import pytest
from django.contrib.auth.models import Group, User
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageCms

from events.models import Event
from nejtilbander.images.models import Original, Picture, Rendition
from nejtilbander.images.processing import MAX_BYTES, InvalidImage, crop, open_image, save_picture
from nejtilbander.publishing import versions
from nejtilbander.transfer.json_files import TransferError, export_json, import_json
from pages.models import Initiative, Page
from tests.support.admin import form_of, publish, save
from tests.support.reader import Reader

pytestmark = pytest.mark.django_db
HERE = (55, 23, 45)  # degrees, minutes, seconds


def a_photo(width=900, height=600, kind="JPEG", colour=(200, 120, 40), **how):
    """A photograph as a phone takes it: who, when and where are in it."""
    photo = Image.new("RGB", (width, height), colour)
    about = Image.Exif()
    about[0x010F] = "Telefonens mærke"
    place = about.get_ifd(0x8825)
    place[1], place[2] = "N", HERE
    about[0x8825] = place
    file = io.BytesIO()
    photo.save(file, kind, **{"exif": about, "comment": "privat", **how} if kind == "JPEG" else how)
    return file.getvalue()


def taken(body, name="foto.jpg"):
    return open_image(io.BytesIO(body), len(body))


def upload(staff, body, name="foto.jpg", **fields):
    file = SimpleUploadedFile(name, body, "image/jpeg")
    sent = {"file": file, "name": "Huse", "credit": "Kommunen", "focus_x": 50, "focus_y": 50} | fields
    return staff.post("/admin/nejtilbander/picture/add/", sent)


def a_picture(name="Huse", **fields):
    colour = tuple(zlib.crc32(name.encode()).to_bytes(4, "big")[:3])
    return save_picture(Picture(name=name, **fields), taken(a_photo(colour=colour)), None)


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


def test_readers_get_the_smallest_format_and_size_with_words_in_their_language(staff, reader):
    picture = a_picture(credit="Fotograf Ærlig")
    initiative = Initiative.objects.get(slug="klubhuse")
    save(staff, initiative, picture=str(picture.pk), picture_alt_da="Huse skulder ved skulder")
    assert "<picture>" not in reader.get("/indsatser/klubhuse/").content.decode()
    publish(staff, initiative)

    danish, arabic = (
        reader.get(address, headers={"accept-encoding": ""}).content.decode()
        for address in ("/indsatser/klubhuse/", "/ar/indsatser/klubhuse/")
    )

    figure = re.search(r"<figure.*?</figure>", danish, re.DOTALL)[0]
    assert re.findall(r'type="(.*?)"', figure) == ["image/avif", "image/webp"]
    assert 'alt="Huse skulder ved skulder" loading="lazy"' in figure
    assert 'width="480" height="320"' in figure
    assert "Foto: <bdi>Fotograf Ærlig</bdi>" in figure
    assert 'alt="Huse skulder ved skulder" lang="da" dir="ltr"' in arabic

    for address in re.findall(r"/billede/[\w.-]+", figure):
        answer = reader.get(address)
        assert answer.status_code == 200
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert Image.open(io.BytesIO(answer.content)).format.lower().replace("jpeg", "jpg") in address


@pytest.mark.parametrize(
    ("model", "slug", "address"),
    [(Page, "forside", "/"), (Page, "hvem", "/hvem/"), (Page, "stormoeder", "/stormoeder/"),
     (Page, "privatliv", "/privatliv/"), (Event, "naboskab", "/stormoeder/naboskab/")],
)  # fmt: skip
def test_pages_and_meetings_have_pictures_too(reader, model, slug, address):
    obj = model.objects.get(slug=slug)
    obj.picture = a_picture()
    obj.picture_alt_da = "Huse"
    obj.save()

    assert 'alt="Huse"' in reader.get(address, headers={"accept-encoding": ""}).content.decode()


def test_a_picture_that_only_decorates_is_silent(reader):
    page = Page.objects.get(slug="hvem")
    page.picture, page.is_decorative, page.picture_alt_da = a_picture(), True, "Huse"
    page.save()

    assert 'alt="" loading' in reader.get("/hvem/", headers={"accept-encoding": ""}).content.decode()


def test_a_picture_without_words_is_not_published_and_the_front_page_of_the_desk_says_so(staff):
    page = Page.objects.get(slug="hvem")
    save(staff, page, picture=str(a_picture().pk))

    told = staff.get(f"/admin/pages/page/{page.pk}/udgiv/").content.decode()
    assert "Billedet mangler ord" in told
    assert "disabled" in told
    assert staff.post(f"/admin/pages/page/{page.pk}/udgiv/", form_of(told)).status_code == 200

    save(staff, page, is_decorative="on")
    publish(staff, page)
    assert "mangler ord" not in staff.get("/admin/").content.decode()
    save(staff, page, is_decorative=None)
    Page.objects.filter(pk=page.pk).update(is_decorative=False)
    assert "mangler ord" in staff.get("/admin/").content.decode()


def test_words_about_a_picture_that_is_not_there_make_no_translation_old():
    page = Page.objects.get(slug="hvem")
    state = page.language_state("ar")
    page.picture_alt_da = "Huse"
    assert page.language_state("ar") == state
    page.picture = a_picture()
    assert page.language_state("ar") == "missing"
    page.is_decorative = True
    assert page.language_state("ar") == state


def focus(staff, picture, **changes):
    address = f"/admin/nejtilbander/picture/{picture.pk}/change/"
    return staff.post(address, form_of(staff.get(address).content.decode()) | changes)


def test_another_cut_of_a_picture_readers_see_is_another_picture(staff, reader):
    picture, page = a_picture(), Page.objects.get(slug="hvem")
    page.picture, page.picture_alt_da = picture, "Huse"
    page.save()
    seen = reader.get("/hvem/").content

    assert focus(staff, picture, focus_x=["10"]).status_code == 302

    assert [(one.name, one.focus_x) for one in Picture.objects.all()] == [("Huse", 10), ("Huse", 50)]
    assert reader.get("/hvem/").content == seen


def test_another_cut_of_a_picture_nobody_sees_takes_its_place(staff):
    picture = a_picture()
    assert focus(staff, picture, focus_y=["90"]).status_code == 302
    assert focus(staff, Picture.objects.get(), name=["Gavle"]).status_code == 302

    assert [(one.name, one.focus_y) for one in Picture.objects.all()] == [("Gavle", 90)]
    assert Rendition.objects.count() == 3


def test_the_same_upload_twice_is_one_picture(staff):
    assert [upload(staff, a_photo()).status_code for _ in range(2)] == [302, 302]
    assert Picture.objects.count() == 1


def test_staff_see_the_whole_picture_and_nobody_else_does(staff, reader):
    picture = a_picture()
    answer = staff.get(f"/admin/nejtilbander/picture/{picture.pk}/hele/")

    assert Image.open(io.BytesIO(answer.content)).size == (900, 600)
    assert "no-store" in answer.headers["Cache-Control"]
    assert reader.get(f"/admin/nejtilbander/picture/{picture.pk}/hele/").status_code == 302
    assert staff.get("/admin/nejtilbander/picture/99/hele/").status_code == 404
    assert 'alt="" width="120"' in staff.get("/admin/nejtilbander/picture/").content.decode()


def test_a_picture_that_stands_somewhere_cannot_be_deleted_and_one_from_an_old_version_is_gone(staff):
    picture, page = a_picture(), Page.objects.get(slug="hvem")
    save(staff, page, picture=str(picture.pk), is_decorative="on")
    publish(staff, page)
    address = f"/admin/nejtilbander/picture/{picture.pk}/delete/"
    shown = staff.get(address.replace("delete", "change")).content.decode()
    assert ("Hvem står bag" in shown, "deletelink" in shown) == (True, False)
    assert staff.post(address, {"post": "yes"}).status_code == 403
    assert Picture.objects.exists()

    save(staff, page, picture="")
    publish(staff, page)
    staff.post(address, {"post": "yes"})
    assert not Picture.objects.exists()

    number = versions.newest_version(page).number - 1
    staff.post(f"/admin/pages/page/{page.pk}/version/{number}/")
    publish(staff, page)
    page.refresh_from_db()
    assert page.picture is None


@pytest.mark.parametrize(
    ("role", "may_add", "may_delete"),
    [("Redaktør", True, False), ("Udgiver", True, True), ("Mødeleder", True, True), ("Listeansvarlig", False, False),
     ("Oversætter (arabisk)", False, False)],
)  # fmt: skip
def test_those_who_write_add_pictures_and_those_who_publish_delete_them(db, static_files, role, may_add, may_delete):
    user = User.objects.create_user("en", "en@example.dk", "lang adgangskode 1", is_staff=True)
    user.groups.add(Group.objects.get(name=role))
    browser = Reader()
    browser.force_login(user)

    assert (upload(browser, a_photo()).status_code == 302) is may_add
    picture = a_picture("Et andet")
    answer = browser.post(f"/admin/nejtilbander/picture/{picture.pk}/delete/", {"post": "yes"})
    assert (answer.status_code == 302) is may_delete


def test_a_picture_nobody_has_is_not_found(reader):
    digest = a_picture().digest
    for name in (f"{digest}-481.jpg", f"{digest}-480.gif", f"{'0' * 16}-480.jpg", "x-480.jpg"):
        assert reader.get(f"/billede/{name}").status_code == 404


def test_a_text_goes_to_another_site_with_its_picture():
    page, picture = Page.objects.get(slug="hvem"), a_picture(credit="Kommunen", focus_x=20)
    page.picture, page.picture_alt_da = picture, "Huse"
    page.save()
    file = export_json([page])
    page.picture = None
    page.save()
    picture.delete()

    assert import_json(file) == [page]

    (back,) = Picture.objects.all()
    assert (back.digest, back.name, back.credit, back.focus_x) == (picture.digest, "Huse", "Kommunen", 20)
    assert versions.newest_version(page).content["fields"]["picture_id"] == back.pk
    assert import_json(file) == []
    assert Picture.objects.count() == 1


@pytest.mark.parametrize("harm", ["no bytes", "a script", "another mark", "no name", "a number"])
def test_a_file_with_a_picture_that_is_none_changes_nothing(harm):
    page, picture = Page.objects.get(slug="hvem"), a_picture()
    page.picture = picture
    page.save()
    whole = json.loads(export_json([page]))
    page.picture = None
    page.save()
    picture.delete()
    packed = whole["pictures"][picture.digest]
    if harm == "no bytes":
        del packed["body"]
    elif harm == "a script":
        packed["body"] = "PHNjcmlwdD4="
    elif harm == "no name":
        packed["name"] = ""
    else:
        digest = "../../etc" if harm == "another mark" else 7
        whole["texts"]["pages.page hvem"]["fields"]["picture_id"] = digest
        whole["pictures"][str(digest)] = packed

    with pytest.raises(TransferError, match="Intet er hentet"):
        import_json(json.dumps(whole))
    assert not Picture.objects.exists()
