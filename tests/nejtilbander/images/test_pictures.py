"""Pictures on pages and in the admin: what readers get, and what staff may do."""

import io
import re

import pytest
from django.contrib.auth.models import Group, User
from django.utils import timezone
from PIL import Image

from events.models import Event
from nejtilbander.images.models import Picture, Rendition, draft_query
from nejtilbander.publishing import versions
from pages.models import Initiative, Page
from tests.support.admin import form_of, publish, save
from tests.support.factories import a_page
from tests.support.pictures import a_photo, a_picture, upload
from tests.support.reader import Reader

pytestmark = pytest.mark.django_db


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
        assert answer.headers["Cache-Control"] == (
            "public, max-age=31536000, immutable, s-maxage=1, stale-while-revalidate=1"
        )
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


def test_a_picture_without_words_is_not_published_and_the_overview_says_so(staff):
    page = Page.objects.get(slug="hvem")
    save(staff, page, picture=str(a_picture().pk))

    told = staff.get(f"/admin/pages/page/{page.pk}/udgiv/").content.decode()
    assert "Billedet mangler ord" in told
    assert "disabled" in told
    assert staff.post(f"/admin/pages/page/{page.pk}/udgiv/", form_of(told)).status_code == 200

    save(staff, page, is_decorative="on")
    publish(staff, page)
    assert "mangler ord" not in staff.get("/admin/overblik/").content.decode()
    save(staff, page, is_decorative=None)
    assert "mangler ord" in staff.get("/admin/overblik/").content.decode()


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


@pytest.mark.parametrize("end", ["withdrawn", "replaced", "expired", "never public"])
def test_a_picture_is_gone_with_the_last_public_page_that_has_it(reader, end):
    now, picture = timezone.now(), a_picture()
    pages = [a_page(slug, picture=picture, picture_alt_da="Huse") for slug in ("en", "to")]
    for page in pages:
        assert reader.get(picture.smallest_url()).status_code == 200
        for name, value in {
            "withdrawn": {"withdrawn_at": now}, "replaced": {"picture": a_picture("Et andet")},
            "expired": {"public_until": now}, "never public": {"public_from": None},
        }[end].items():  # fmt: skip
            setattr(page, name, value)
        page.save()

    assert reader.get(picture.smallest_url()).status_code == 404
    assert reader.get(f"{picture.smallest_url()}?kladde=x").status_code == 404


def test_whoever_is_shown_a_draft_sees_its_picture(reader, staff):
    page = a_page(picture=a_picture(), picture_alt_da="Huse", public_from=None)
    frame = staff.get(f"/admin/pages/page/{page.pk}/se/da/side/").content.decode()
    shown = re.findall(r"/billede/[^\s\",]+", frame)

    assert len(shown) >= 3
    for address in shown:
        answer = reader.get(address)
        assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store")
    listed = re.findall(r"/billede/[^\s\"]+", staff.get("/admin/nejtilbander/picture/").content.decode())
    assert [reader.get(address).status_code for address in listed] == [200]


def test_a_picture_nobody_has_is_not_found(reader):
    digest = a_picture().digest
    for name in (f"{digest}-481.jpg", f"{digest}-480.gif", f"{'0' * 16}-480.jpg", "x-480.jpg"):
        assert reader.get(f"/billede/{name}").status_code == 404
    assert reader.get(f"/billede/{digest}-481.jpg?{draft_query(digest)}").status_code == 404
