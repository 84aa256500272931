"""Pictures by sight: the gallery, the words of one picture in six languages, and the choice of one on a form."""

import re

import pytest
from django.contrib.auth.models import Permission

from nejtilbander.i18n.languages import CODES
from nejtilbander.publishing import versions
from tests.support.admin import a_login, form_address, form_of, html, publish, said, save
from tests.support.factories import a_meeting, a_page, an_initiative
from tests.support.pictures import a_picture

pytestmark = pytest.mark.django_db
GALLERY = "/admin/nejtilbander/picture/"
ALL_WORDS = {f"picture_alt_{code}": "Huse" for code in CODES}


def names(page):
    return re.findall(r"<strong>(.*?)</strong>", page.partition('class="media-gallery"')[2].partition("</ul>")[0])


def words_address(picture):
    return f"{GALLERY}{picture.pk}/ord/"


def send_words(browser, picture, obj, opened=None, **words):
    """The form as it was `opened` (by default now), with some words changed."""
    fields = opened or form_of(html(browser, words_address(picture)))
    prefix = f"{obj._meta.app_label}-{obj._meta.model_name}-{obj.pk}-"
    return browser.post(words_address(picture), fields | {prefix + name: [text] for name, text in words.items()})


def alt_of(obj, code="da"):
    return versions.newest_version(obj).content["fields"][f"picture_alt_{code}"]


def test_the_gallery_shows_where_a_picture_is_used_in_drafts_too(staff):
    used, draft = a_picture("Rådhuset", credit="Fotograf Ærlig"), a_picture("Flakhaven")
    page, initiative = (
        a_page(title_da="Om os", picture=used, picture_alt_da="Huse"),
        an_initiative(title_da="En indsats"),
    )
    a_picture("Havnen")
    save(staff, initiative, picture=str(draft.pk), picture_alt_da="En plads")

    gallery = html(staff, GALLERY)

    assert names(gallery) == ["Havnen", "Flakhaven", "Rådhuset"]
    assert "Foto: Fotograf Ærlig" in gallery
    assert f'<a href="/admin/pages/page/{page.pk}/change/">Om os</a>' in gallery
    assert f'<a href="/admin/pages/initiative/{initiative.pk}/change/">En indsats</a> (kladde)' in gallery
    assert gallery.count("Ikke brugt</span>") == 1
    assert gallery.count('loading="lazy"') == 3


def test_pictures_are_found_by_name_by_use_and_by_missing_words(staff):
    whole, silent = a_picture("Hel"), a_picture("Tavs")
    a_page("hel", picture=whole, **ALL_WORDS)
    a_page("tavs", picture=silent, is_decorative=True)
    a_meeting(picture=a_picture("Halv"), picture_alt_da="Huse")
    a_picture("Fri")

    assert names(html(staff, f"{GALLERY}?q=tavs")) == ["Tavs"]
    assert names(html(staff, f"{GALLERY}?brug=ikke")) == ["Fri"]
    assert names(html(staff, f"{GALLERY}?brug=ord")) == ["Halv"]
    assert len(names(html(staff, f"{GALLERY}?brug=andet"))) == 4
    assert "Prøv uden filter" in html(staff, f"{GALLERY}?q=findesikke")


def test_words_in_six_languages_are_saved_as_drafts_of_each_page(staff, reader):
    picture = a_picture()
    page, meeting = a_page(picture=picture, picture_alt_da="Huse"), a_meeting(picture=picture, picture_alt_da="Huse")

    answer = send_words(staff, picture, page, **{f"picture_alt_{code}": f"Huse {code}" for code in CODES})

    assert (answer.status_code, answer.headers["Location"]) == (302, words_address(picture))
    assert [alt_of(page, code) for code in CODES] == [f"Huse {code}" for code in CODES]
    assert not versions.versions_of(meeting).filter(number=2).exists(), "nothing was said about it"
    assert 'alt="Huse"' in html(reader, "/proeve/"), "readers see it when it is published"
    publish(staff, page)
    assert 'alt="Huse ar"' in html(reader, "/ar/proeve/")
    assert "Der var ikke noget nyt at gemme." in said(staff.post(
        words_address(picture), form_of(html(staff, words_address(picture))), follow=True
    ))  # fmt: skip


def test_a_line_break_in_a_text_becomes_a_space(staff):
    picture = a_picture()
    page = a_page(picture=picture)
    send_words(staff, picture, page, picture_alt_da="Huse\r\nog træer")
    assert alt_of(page) == "Huse og træer"


def test_a_picture_is_said_to_be_decoration_there_too(staff):
    picture = a_picture()
    page = a_page(picture=picture)
    send_words(staff, picture, page, is_decorative="on")
    assert versions.newest_version(page).content["fields"]["is_decorative"] is True
    assert "Mangler ord" not in html(staff, GALLERY).partition("</ul>")[0]


def test_words_make_a_translation_whole_and_no_old_one_new(staff):
    picture = a_picture()
    page = a_page(title_en="Test", summary_en="A test.", title_ar="a", summary_ar="a")
    for code in ("en", "ar"):
        page.mark_translated(code, read=True)
    page.translations["ar"]["source"] = "old"
    page.picture, page.picture_alt_da = picture, "Huse"
    page.save()
    assert page.language_state("en") == "missing"

    send_words(staff, picture, page, picture_alt_en="Houses", picture_alt_ar="a", picture_alt_so="Guryo")
    publish(staff, page)
    page.refresh_from_db()

    assert [page.language_state(code) for code in ("en", "ar", "so")] == ["reviewed", "outdated", "missing"]


def test_two_who_write_at_once_lose_nothing(staff):
    picture = a_picture()
    page = a_page(picture=picture, picture_alt_da="Huse")
    opened = form_of(html(staff, words_address(picture)))
    save(staff, page, picture_alt_da="Gamle huse", title_da="Andet")

    apart = send_words(staff, picture, page, opened, picture_alt_en="Houses")
    assert apart.status_code == 302
    assert (alt_of(page), alt_of(page, "en")) == ("Gamle huse", "Houses")
    assert versions.newest_version(page).content["fields"]["title_da"] == "Andet"

    both = send_words(staff, picture, page, opened, picture_alt_da="Røde huse", is_decorative="on")
    assert both.status_code == 422
    assert "En anden har imens gemt: „Gamle huse“" in both.content.decode()
    assert "Røde huse" in both.content.decode()
    again = staff.post(words_address(picture), form_of(both.content.decode()))
    assert again.status_code == 302
    assert alt_of(page) == "Røde huse"


def test_a_tick_that_another_has_set_is_said_in_words(staff):
    picture = a_picture()
    page = a_page(picture=picture)
    save(staff, page, is_decorative="on")
    opened = form_of(html(staff, words_address(picture)))
    save(staff, page, is_decorative=None)
    prefix = f"pages-page-{page.pk}-"
    opened[prefix + "seen"] = ["1"]  # when it was not set either
    save(staff, page, is_decorative="on")
    opened.pop(prefix + "is_decorative")
    assert send_words(staff, picture, page, opened, seen="x").status_code == 422
    assert send_words(staff, picture, page, opened, seen="999").status_code == 302


def test_words_that_are_too_long_are_refused_beside_their_field(staff):
    picture = a_picture()
    page = a_page(picture=picture)
    answer = send_words(staff, picture, page, picture_alt_da="x" * 201)
    assert answer.status_code == 422
    assert "errorlist" in answer.content.decode()
    assert "x" * 201 in answer.content.decode()


def test_a_picture_that_a_draft_has_replaced_is_not_described_there(staff):
    old, new = a_picture("Gammel"), a_picture("Ny")
    page = a_page(picture=old, picture_alt_da="Huse")
    save(staff, page, picture=str(new.pk))

    assert "picture_alt_da" not in html(staff, words_address(old))
    assert "Billedet står ikke på nogen side" in html(staff, words_address(old))
    assert "picture_alt_da" in html(staff, words_address(new))


def test_each_writes_only_where_they_may(db, static_files):
    picture = a_picture()
    a_page(picture=picture, picture_alt_da="Huse")
    meeting = a_meeting(picture=picture, picture_alt_da="Huse")

    leader = a_login("leder", "Mødeleder")
    shown = html(leader, words_address(picture))
    assert ("pages-page" in shown, "events-event" in shown) == (False, True)

    may_see = Permission.objects.get(codename="view_picture")
    translator = a_login("tolk", "Oversætter (arabisk)", permissions=[may_see])
    send_words(translator, picture, meeting, picture_alt_ar="بيوت", picture_alt_en="Houses", is_decorative="on")
    assert (alt_of(meeting, "ar"), alt_of(meeting, "en")) == ("بيوت", "")
    assert versions.newest_version(meeting).content["fields"]["is_decorative"] is False

    onlooker = a_login("gaest", permissions=[may_see, Permission.objects.get(codename="view_event")])
    assert "Gem kladder" not in html(onlooker, words_address(picture))
    assert html(a_login("ingen"), words_address(picture), status=403)


def test_words_of_a_picture_that_is_gone_are_not_found(staff):
    assert html(staff, f"{GALLERY}99/ord/", status=404)


def test_a_form_shows_pictures_to_choose_among_and_a_select_without_javascript(staff):
    picture = a_picture("Rådhuset")
    page = a_page(picture=picture)

    form = html(staff, form_address(page))

    option = re.search(rf'<option value="{picture.pk}"[^>]*>', form)[0]
    assert f'data-thumbnail="{picture.draft_url()}" selected' in option or "selected" in option
    assert picture.draft_url() in option
    assert f'<a href="{GALLERY}" target="_blank">Se alle billeder</a>' in form
    assert "js/picture-chooser" in form


def test_a_picture_that_only_a_draft_shows_is_not_deleted(staff):
    picture, page = a_picture(), a_page()
    save(staff, page, picture=str(picture.pk), is_decorative="on")
    assert staff.post(f"{GALLERY}{picture.pk}/delete/", {"post": "yes"}).status_code == 403
    assert "Hvad billedet viser, på seks sprog" in html(staff, f"{GALLERY}{picture.pk}/change/")


def test_a_page_that_got_the_picture_while_the_words_were_open_keeps_its_own(staff):
    picture = a_picture()
    page, late = a_page(picture=picture, picture_alt_da="Huse"), an_initiative()
    opened = form_of(html(staff, words_address(picture)))
    save(staff, late, picture=str(picture.pk), picture_alt_da="En plads")

    assert send_words(staff, picture, page, opened, picture_alt_da="Høje huse").status_code == 302

    assert (alt_of(page), alt_of(late)) == ("Høje huse", "En plads")
