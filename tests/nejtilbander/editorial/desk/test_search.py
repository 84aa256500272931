"""The search of staff: one box over all they may see, drafts and every language too."""

import re

import pytest
from django.contrib.auth.models import User

from nejtilbander.audit import chain
from nejtilbander.audit.models import AuditLine
from nejtilbander.editorial.desk import search
from nejtilbander.editorial.desk.search import excerpt_html
from nejtilbander.images.models import Picture
from nejtilbander.publishing.models import Redirect
from pages.models import Initiative, Page
from tests.nejtilbander.editorial.desk.driver import admin, links_in, page_of
from tests.support.admin import a_login, save
from tests.support.factories import HOUR, a_guest, a_meeting, a_notice, a_page, a_working_copy

pytestmark = pytest.mark.django_db


def search_page(browser, query):
    return page_of(browser, f"/admin/soeg/?q={query}")


def found(browser, query):
    results = search_page(browser, query).partition('<ol class="page-results">')[2].partition("</ol>")[0]
    return links_in(results)


def test_the_words_of_a_draft_are_found_and_lead_to_their_field(staff):
    page = a_page(
        "udkast", public_from=None, title_da="Udkast", body_da="<p>Vi taler om <strong>qwertyord</strong>.</p>"
    )

    assert found(staff, "qwertyord") == [("Udkast", f"{admin(page)}?sprog=da#id_body_da")]
    assert "Vi taler om <mark>qwertyord</mark>." in search_page(staff, "qwertyord")


def test_a_working_copy_is_found_by_its_words_and_by_those_readers_still_see(staff):
    page = a_page("begge", title_da="Qwertgammel", summary_da="Kort.")
    a_working_copy(page, "Qwertny")

    assert found(staff, "qwertny") == [("Qwertny", f"{admin(page)}?sprog=da#id_title_da")]
    assert found(staff, "qwertgammel") == [("Qwertny", admin(page))]
    assert "i det, læserne ser nu" in search_page(staff, "qwertgammel")


@pytest.mark.parametrize(
    ("language", "words", "query"),
    [("ar", "مدينة ظظضضث", "ظظضضث"), ("so", "Magaalo nabad ah", "NABAD"), ("tr", "Işıklı şehir", "isikli"),
     ("fa", "شهر ژژپپچچ", "ژژپپچچ"), ("en", "A quxsafe town", "quxsafe")],
)  # fmt: skip
def test_each_language_is_found_and_opened_in_that_language(staff, language, words, query):
    page = a_page("sprog", title_da="Dansk titel", **{f"title_{language}": words})

    assert found(staff, query) == [("Dansk titel", f"{admin(page)}?sprog={language}#id_title_{language}")]
    assert f'<p lang="{language}"' in search_page(staff, query)


def test_the_rows_of_a_text_are_found_and_opened_where_they_stand(staff):
    initiative = Initiative.objects.get(slug="nye-redskaber")
    save(staff, initiative, **{"updates-0-title_da": "Qwertnyhed"})

    assert found(staff, "qwertnyhed") == [(initiative.title_da, f"{admin(initiative)}?sprog=da#id_updates-0-title_da")]


def test_words_that_stand_in_different_texts_lead_to_the_one_with_most_of_them(staff):
    page = a_page("delt", title_da="Qwerta", body_da="<p>qwertb qwertc</p>")

    assert found(staff, "qwerta qwertb qwertc") == [("Qwerta", f"{admin(page)}?sprog=da#id_body_da")]


def test_a_text_with_the_words_in_its_title_comes_first(staff):
    a_page("a", title_da="Qwerttitel"), a_page("b", title_da="Anden", body_da="<p>qwerttitel</p>")

    assert [title for title, _ in found(staff, "qwerttitel")] == ["Qwerttitel", "Anden"]


def test_pictures_redirects_users_and_notices_that_are_over_are_found_however_they_are_typed(staff):
    picture = Picture.objects.create(name="Qwért på Rådhuset", digest="0" * 16, width=900)
    moved = Redirect.objects.create(old_path="/qwertgammel/", new_path="/hvem/")
    user = User.objects.create_user("qwertanna", "qwertanna@example.dk")
    over = a_notice("Qwertbesked", begins=-3 * HOUR)

    assert found(staff, "qwert raadhuset") == [(str(picture), admin(picture))]
    assert {address.partition("?")[0] for _, address in found(staff, "qwert")} == {
        admin(picture), admin(moved), admin(user), admin(over),
    }  # fmt: skip


def test_each_role_finds_what_it_may_see_and_nothing_else(static_files):
    a_page("side", title_da="Qwertside"), a_meeting("moede", title_da="Qwertmøde"), a_notice("Qwertbesked")
    User.objects.create_user("qwertbruger"), Redirect.objects.create(old_path="/qwert/", new_path="/hvem/")

    def titles(role):
        return {title for title, _ in found(a_login(f"en {role}", role), "qwert")}

    assert titles("Redaktør") == {"Qwertside", "Qwertmøde"}
    assert titles("Mødeleder") == titles("Listeansvarlig") == {"Qwertmøde"}
    assert titles("Oversætter (arabisk)") == {"Qwertside", "Qwertmøde", "Qwertbesked"}
    published = {"Qwertside", "Qwertmøde", "Qwertbesked", "/qwert/ → /hvem/"}
    assert titles("Udgiver") == published
    assert titles("Administrator") == published | {"qwertbruger"}


def test_neither_sign_ups_nor_the_audit_trail_are_searched(staff):
    a_guest(a_meeting(key=True), "qwertgaest@example.dk")
    chain.append(AuditLine.Kind.FAILED_LOGIN, words="qwertgaest")

    assert found(staff, "qwertgaest") == []


def test_no_more_than_fifty_are_shown_and_it_says_so(staff):
    Page.objects.bulk_create(Page(slug=f"side-{number}", title_da=f"Qwert {number}") for number in range(50))
    assert len(found(staff, "qwert")) == 50
    assert "50 fundet." in search_page(staff, "qwert")

    Picture.objects.create(name="Qwert", digest="0" * 16, width=900)
    a_page("en-til", title_da="Qwert 51")

    assert len(found(staff, "qwert")) == 50
    assert "Der er flere end 50." in search_page(staff, "qwert")


def test_the_limit_holds_among_pictures_too(staff, monkeypatch):
    monkeypatch.setattr(search, "MAX_RESULTS", 2)
    Picture.objects.bulk_create(
        Picture(name=f"Qwert {number}", digest=f"{number:016}", width=900) for number in range(4)
    )

    assert len(found(staff, "qwert")) == 2


@pytest.mark.parametrize("query", ["", "%20", "!!!", "qwertfindesikke", "%00", "x" * 300])
def test_a_search_for_nothing_or_for_what_is_nowhere_finds_nothing(staff, query):
    page = search_page(staff, query)

    assert '<ol class="page-results">' not in page
    assert ("Intet fundet" in page) == bool(query.replace("%20", "").replace("%00", ""))


def test_what_is_typed_stands_in_the_box_and_is_no_html(staff):
    page = staff.get("/admin/soeg/?q=<b>qwert", headers={"accept-encoding": ""}).content.decode()

    assert 'value="&lt;b&gt;qwert"' in page
    assert "<b>qwert" not in page


def test_an_excerpt_is_what_stands_around_the_word():
    text = "Først. " * 30 + "Her står RÅDHUSET midt i. " + "Sidst. " * 30

    around = excerpt_html(text, ["raadhuset"])
    assert (around[0], around[-2:]) == ("…", " …")
    assert "Her står <mark>RÅDHUSET</mark> midt i." in around
    assert len(around) < 200
    assert excerpt_html("Kort RÅDHUS & mere", ["raadhus"]) == "Kort <mark>RÅDHUS</mark> &amp; mere"
    assert excerpt_html("Ring 70 10 12 12", ["70101212"]) == "Ring 70 10 12 12"
    assert excerpt_html("x " * 100, ["y"]).endswith("…")


def test_the_list_of_one_kind_finds_the_words_of_working_copies_too(staff):
    page = a_page("liste", title_da="Qwertgammel")
    a_working_copy(page, "Qwertny")

    def listed(query):
        body = page_of(staff, f"/admin/pages/page/?q={query}")
        return re.findall(r'field-heading"[^>]*><a[^>]*>(.*?)</a>', body)

    assert listed("qwertny") == listed("qwertgammel") == ["Qwertny"], "as its working copy has it"
    assert listed("!!!") == listed("qwertandet") == []
    assert len(listed("%20")) == len(listed("")) == Page.objects.count()
