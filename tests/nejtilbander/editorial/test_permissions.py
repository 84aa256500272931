"""Each role opens what it needs, and is shown no way that is closed."""

import re

import pytest
from django.contrib.auth.models import Group, User
from django.utils import timezone

from events.models import Event
from nejtilbander.publishing import versions
from nejtilbander.publishing.actions import withdraw
from nejtilbander.publishing.models import SharedPreview
from nejtilbander.security import sealed_boxes
from pages.models import Page
from tests.support.admin import a_login, admin_address, form_address, form_of, html, save
from tests.support.factories import a_meeting, a_page, a_statement, an_initiative
from tests.support.reader import Reader

pytestmark = pytest.mark.django_db
PLACES = ["change", "se/da", "history", "omsorg", "udgiv", "traek-tilbage", "tilmelding", "brev", "liste/door"]
MAY = {  # role: pages it opens, of a page and of a meeting
    "Redaktør": ({"change", "se/da", "history", "omsorg"}, {"change", "se/da", "tilmelding"}),
    "Udgiver": (
        {"change", "se/da", "history", "omsorg", "udgiv", "traek-tilbage"},
        {"change", "se/da", "tilmelding", "udgiv", "traek-tilbage", "brev"},
    ),
    "Mødeleder": (set(), {"change", "se/da", "tilmelding", "udgiv", "traek-tilbage", "brev", "omsorg"}),
    "Listeansvarlig": (set(), {"change", "tilmelding", "liste/door", "se/da"}),
    "Oversætter (arabisk)": ({"change", "se/da", "history"}, {"change", "se/da"}),
}


@pytest.mark.parametrize("role", MAY)
def test_each_role_opens_what_it_needs_and_nothing_else(static_files, role):
    browser = a_login("en", role)
    page, event = a_page("roller"), Event.objects.first()
    for obj, allowed in zip((page, event), MAY[role], strict=True):
        open_to = set()
        for place in (
            "change",
            "se/da",
            "history",
            "omsorg",
            "udgiv",
            "traek-tilbage",
            "tilmelding",
            "brev",
            "liste/door",
        ):
            if obj is page and place in {"tilmelding", "brev", "liste/door"}:
                continue
            status = browser.get(admin_address(obj, place)).status_code
            assert status in {200, 302, 403}, place
            open_to |= {place} if status == 200 else set()
        assert allowed <= open_to
        secret = {"udgiv", "traek-tilbage", "brev", "liste/door", "omsorg"} - allowed
        assert not (secret - {"brev", "omsorg"}) & open_to
    assert browser.get("/admin/").status_code == 200
    assert browser.get("/admin/auth/user/").status_code == 403


def test_a_translator_writes_the_chosen_language_alone_and_danish_stands_beside_it(static_files, reader):
    translator = a_login("amal", "Oversætter (arabisk)")
    page = a_page("oversat", title_da="Dansk", summary_da="Kort.")

    save(translator, page, "ar", title_ar="بالعربية", summary_ar="قصير.")
    content = versions.newest_version(page).content["fields"]
    assert (content["title_ar"], content["title_da"]) == ("بالعربية", "Dansk")

    for language in ("da", "en", "tr"):
        form = html(translator, form_address(page, language))
        assert f'name="title_{language}"' not in form
        denied = translator.post(form_address(page, language), {"title_da": "x", "title_en": "x", "seen": "2"})
        assert denied.status_code == 403
    both = translator.post(form_address(page, "ar"), form_of(html(translator, form_address(page, "ar"))) | {
        "title_da": "Snydt", "slug": "snydt", "title_ar": "بالعربية!"})  # fmt: skip
    assert both.status_code == 302
    content = versions.newest_version(page).content["fields"]
    assert (content["title_da"], content["slug"], content["title_ar"]) == ("Dansk", "oversat", "بالعربية!")
    assert translator.post(admin_address(page, "udgiv"), {"seen": "3"}).status_code == 403
    assert translator.post(admin_address(page, "delete"), {"post": "yes"}).status_code == 403


def test_who_looks_after_a_text_and_when_is_set_by_writers_and_seen_in_front(staff):
    page = a_page("passet", title_da="Passet tekst")
    due = timezone.localdate().isoformat()
    staff.post(admin_address(page, "omsorg"), {"owner": User.objects.get(username="prove").pk, "review_by": due})
    page.refresh_from_db()
    assert (page.owner.username, page.review_by.isoformat()) == ("prove", due)
    assert versions.newest_version(page) is None, "no part of any version"
    row = re.search(r"<tr>(?:(?!</tr>).)*Passet tekst.*?</tr>", html(staff, "/admin/overblik/"), re.DOTALL)[0]
    assert " prove</span>" in row
    assert staff.post(admin_address(page, "omsorg"), {"review_by": "i morgen"}).status_code == 200


WAYS = {"Hvem passer på", "Lav et link", "Hent version 1 tilbage som kladde", "Udgiv", "Træk tilbage", "Se på website"}


def ways_on(browser, obj, place="change"):
    """What may be pressed or followed on a page of the desk."""
    found = re.findall(
        r"<(?:a|button)[^>]*>([^<]+)</", html(browser, admin_address(obj, place)).partition('id="content"')[2]
    )
    return WAYS & set(found)


def test_nobody_is_shown_a_way_that_is_closed_to_them(static_files, staff):
    translator, page, draft = (
        a_login("amal", "Oversætter (arabisk)"),
        a_page("veje"),
        a_page("kladde", public_from=None),
    )
    fixed = Page.objects.get(slug="privatliv")
    save(staff, page, title_da="Nyt")

    assert ways_on(staff, page) == {"Hvem passer på", "Udgiv", "Træk tilbage", "Se på website"}
    assert ways_on(staff, fixed) == {"Hvem passer på", "Udgiv", "Se på website"}
    assert ways_on(staff, draft) == {"Hvem passer på", "Udgiv"}
    assert ways_on(translator, page) == {"Se på website"}
    assert ways_on(staff, page, "se/da") == {"Lav et link"}
    assert ways_on(staff, page, "version/1") == {"Hent version 1 tilbage som kladde"}
    assert ways_on(translator, page, "se/da") == ways_on(translator, page, "version/1") == set()
    staff.post(admin_address(page, "delete"), {"post": "yes"})
    for browser, may in ((staff, True), (translator, False)):
        assert ("frem igen</button>" in html(browser, "/admin/pages/page/slettede/")) == may


def test_whoever_may_only_look_changes_nothing(static_files):
    reader = a_login("kigger")
    page = a_page("kigger")
    versions.ensure_first_version(page)
    for place in ("change", "se/da", "history", "version/1", "omsorg", "udgiv", "del"):
        assert reader.get(admin_address(page, place)).status_code == 403, place
    assert reader.get("/admin/pages/page/slettede/").status_code == 403
    translator = a_login("oversaetter", "Oversætter (arabisk)")
    for place, sent in (("version/1", {}), ("del", {"action": "make"}), ("omsorg", {}), ("drop-planen", {})):
        assert translator.post(admin_address(page, place), sent).status_code == 403, place
        assert translator.post(f"{admin_address(page, place)}?sprog=ar", sent).status_code == 403, place
    assert translator.post("/admin/pages/page/slettede/", {"version": "1"}).status_code == 403
    writer = a_login("skriver", "Redaktør")
    said = writer.post(
        "/admin/pages/statement/", {"action": "put_in_force", "_selected_action": ["1"]}, follow=True
    ).content.decode()
    assert "Din bruger må ikke udgive." in said


def test_wrong_addresses_on_the_desk_are_not_found(staff):
    page = a_page("findes")
    for address in (
        admin_address(page, "se/xx/side"),
        admin_address(page, "version/9"),
        "/admin/pages/page/999/udgiv/",
    ):
        html(staff, address, 404)
    assert staff.post("/admin/pages/page/slettede/", {"version": "999"}).status_code == 404
    link = SharedPreview.objects.create(
        token_hash=sealed_boxes.token_hash("x"),
        kind="pages.page",
        object_id=999,
        made_by=User.objects.get(username="prove"),
    )
    html(Reader(), "/kladde/x/", 404)
    assert str(link) == "pages.page 999"


def browser_of(role):
    user = User.objects.create_user(f"{role}-bruger", "en@example.dk", "lang adgangskode 1", is_staff=True)
    user.groups.add(Group.objects.get(name=role))
    browser = Reader()
    browser.force_login(user)
    return browser


@pytest.mark.parametrize(
    "make", [a_page, an_initiative, lambda: a_statement(99)], ids=["page", "initiative", "statement"]
)
def test_a_writer_deletes_drafts_and_nothing_that_readers_have_seen(static_files, make):
    writer, obj = browser_of("Redaktør"), make()
    address = f"/admin/{obj._meta.app_label}/{obj._meta.model_name}/{obj.pk}/delete/"

    assert writer.post(address, {"post": "yes"}).status_code == 403
    withdraw(obj, {"da": "Forkert"})
    assert writer.post(address, {"post": "yes"}).status_code == 403
    type(obj).objects.filter(pk=obj.pk).update(public_from=None, withdrawn_at=None)
    assert writer.post(address, {"post": "yes"}).status_code == 302


def test_only_those_who_publish_meetings_close_sign_up_and_write_to_everyone(static_files):
    writer, arranger = browser_of("Redaktør"), browser_of("Mødeleder")
    meeting = a_meeting(key=True)
    base = f"/admin/events/event/{meeting.pk}/"

    assert "Mail til alle" not in writer.get(f"{base}change/").content.decode()
    assert "Mail til alle" in arranger.get(f"{base}change/").content.decode()
    for address, sent in (("tilmelding/", {"action": "close"}), ("brev/", {"action": "send", "da": "Hej"})):
        assert writer.post(base + address, sent).status_code == 403
    assert writer.get(f"{base}tilmelding/").status_code == 200
    assert arranger.post(f"{base}tilmelding/", {"action": "close"}).status_code == 302
    meeting.seats.refresh_from_db()
    assert meeting.seats.is_closed


def test_an_administrator_gives_roles_and_cannot_become_more(static_files, staff):
    administrator = browser_of("Administrator")
    own, boss = User.objects.get(username="Administrator-bruger"), User.objects.get(is_superuser=True)

    form = administrator.get(f"/admin/auth/user/{own.pk}/change/").content.decode()
    assert 'name="groups"' in form
    assert 'name="is_superuser"' not in form
    fields = form_of(form) | {"is_superuser": ["on"], "username": ["ny-leder"]}
    assert administrator.post(f"/admin/auth/user/{own.pk}/change/", fields).status_code == 302
    own.refresh_from_db()
    assert (own.username, own.is_superuser) == ("ny-leder", False)

    assert administrator.post(f"/admin/auth/user/{boss.pk}/password/", {"password1": "x"}).status_code == 403
    assert administrator.post(f"/admin/auth/user/{boss.pk}/delete/", {"post": "yes"}).status_code == 403
    assert 'name="is_superuser"' in staff.get(f"/admin/auth/user/{own.pk}/change/").content.decode()
