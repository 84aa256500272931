"""The editor's desk: work on a copy, look, publish, plan, take back, bring back, and never lose what another wrote."""

import json
import logging
import re
from datetime import timedelta

import pytest
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.core.management import call_command
from django.db import OperationalError, transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import escape

from events.admin import EventAdmin
from events.models import Event
from nejtilbander.caching.memory import clear
from nejtilbander.editorial.changelist import ContentChangeList
from nejtilbander.editorial.model_admin import SAVED_MESSAGE
from nejtilbander.i18n.languages import CODES
from nejtilbander.links.models import CheckedLink
from nejtilbander.notices.models import Notice
from nejtilbander.publishing import actions, redirects, serialization, versions
from nejtilbander.publishing.models import PublicationStatus, SharedPreview, Version
from nejtilbander.security import sealed_boxes
from nejtilbander.web import decorators
from pages.models import Initiative, Page, Partner, Statement
from tests.support.admin import a_login, form_address, form_of, html, later, model_admin, plan, publish, save, standing
from tests.support.factories import a_guest, a_meeting, a_page, a_statement, an_initiative
from tests.support.reader import Reader

pytestmark = pytest.mark.django_db
PLAIN = {"accept-encoding": ""}


def row_of(title, page):
    """The row of a table, in the list or in front, that says `title`."""
    return re.search(rf"<tr>(?:(?!</tr>).)*{title}.*?</tr>", page, re.DOTALL)[0]


def test_a_draft_a_public_page_a_changed_one_a_planned_one_and_a_withdrawn_one_are_told_apart(staff, monkeypatch):
    page = a_page("fem", public_from=None)
    assert standing(page) == PublicationStatus.DRAFT
    publish(staff, page)
    assert standing(page) == PublicationStatus.PUBLIC
    save(staff, page, title_da="Nyt")
    assert standing(page) == PublicationStatus.CHANGED
    assert "ændringer der ikke er udgivet" in html(staff, "/admin/pages/page/")
    publish(staff, page)
    assert standing(page) == PublicationStatus.PUBLIC
    staff.post(model_admin(page, "traek-tilbage"), {"da": "Den var forkert."})
    assert standing(page) == PublicationStatus.WITHDRAWN
    assert standing(a_page("seks", public_from=timezone.now() + timedelta(days=1))) == PublicationStatus.SCHEDULED


def said(answer):
    return [str(message) for message in answer.context["messages"]]


def test_saving_without_a_change_makes_no_version_and_says_so(staff):
    page = a_page("ens")
    fields = form_of(html(staff, form_address(page)))

    assert said(staff.post(form_address(page), fields, follow=True)) == ["Der var ikke noget nyt at gemme."]
    assert versions.versions_of(page).count() == 1, "what readers see"
    assert said(staff.post(form_address(page), fields | {"title_da": "Nyt"}, follow=True)) == [SAVED_MESSAGE]
    assert versions.versions_of(page).count() == 2


def test_a_first_save_that_is_refused_leaves_the_meeting_as_public_as_it_was(staff):
    event = a_meeting("uroert")
    fields = form_of(html(staff, form_address(event))) | {"title_da": ""}

    answer = staff.post(form_address(event), fields, headers=PLAIN)

    assert told_at(answer, "title_da") == ["Dette felt er påkrævet."]
    assert "Læserne: <strong>offentlig</strong>" in answer.content.decode()


@pytest.mark.parametrize("button", ["_save", "_continue", "_addanother"])
def test_what_is_added_is_a_draft_and_its_form_says_so(staff, button):
    form = html(staff, "/admin/nejtilbander/notice/add/")
    assert "_addanother" not in form

    answer = staff.post(
        "/admin/nejtilbander/notice/add/", form_of(form) | {"title_da": "Lukket", button: "x"}, follow=True
    )

    notice = Notice.objects.get(title_da="Lukket")
    assert said(answer) == [SAVED_MESSAGE]
    assert answer.redirect_chain == [(model_admin(notice, "change"), 302)]
    assert standing(notice) == PublicationStatus.DRAFT


def test_every_kind_goes_through_a_version_and_comes_back_as_it_was():
    for model in (Page, Initiative, Partner, Statement, Event):
        for obj in model.objects.all():
            before = serialization.serialize(obj)
            with transaction.atomic():
                serialization.restore(obj, before)
            assert serialization.serialize(model.objects.get(pk=obj.pk)) == before


def test_a_version_never_holds_what_publishing_decides_nor_modeltranslations_shadows():
    fields = serialization.serialize(Initiative.objects.first())["fields"]
    assert {"title_da", "body_ar", "slug", "translations"} <= fields.keys()
    assert not {"title", "body", "search_text", "search_text_da", "public_from", "owner_id", "id"} & fields.keys()


def test_looking_at_a_working_copy_changes_nothing_even_when_it_fails_inside():
    page = a_page("kig")
    versions.ensure_first_version(page)
    content = serialization.serialize(page)
    content["fields"]["title_da"] = "Kladden"
    versions.save_version(page, content, None)

    with versions.as_working_copy(page):
        assert Page.objects.get(pk=page.pk).title_da == "Kladden"
    with pytest.raises(ZeroDivisionError), versions.as_working_copy(page):
        1 / 0  # noqa: B018

    assert Page.objects.get(pk=page.pk).title_da != "Kladden"


def test_a_planned_change_takes_over_by_itself_and_pages_are_kept_no_longer_than_until_then(staff, reader, monkeypatch):
    page = a_page("plan", title_da="Gammel")
    save(staff, page, title_da="Ny")
    later(monkeypatch)  # time stands still
    assert plan(staff, page, at=timezone.now() + timedelta(seconds=40)).status_code == 302
    assert standing(page) == PublicationStatus.PLANNED
    assert "bliver offentlig" in html(staff, model_admin(page, "change"))

    clear()
    early = reader.get("/plan/", headers=PLAIN)
    assert "Gammel" in early.content.decode()
    assert 30 <= int(re.search(r"max-age=(\d+)", early.headers["Cache-Control"])[1]) <= 41
    later(monkeypatch, seconds=45)
    assert "<h1>Ny</h1>" in html(reader, "/plan/")
    assert standing(page) == PublicationStatus.PUBLIC
    assert versions.newest_version(page).published_at


def test_a_first_publication_at_a_time_needs_nobody_to_be_awake(staff, reader, monkeypatch):
    page = a_page("snart", public_from=None, title_da="Snart")
    plan(staff, page, at=timezone.now() + timedelta(hours=1), until=timezone.now() + timedelta(hours=3))
    assert standing(page) == PublicationStatus.SCHEDULED
    html(reader, "/snart/", 404)
    later(monkeypatch, hours=1, seconds=1)
    assert "Snart" in html(reader, "/snart/")
    later(monkeypatch, hours=2)
    assert "den tid er gået" in html(reader, "/snart/", 410)


def test_a_new_plan_takes_the_place_of_the_old_and_publishing_now_cancels_it(staff, reader, monkeypatch):
    page = a_page("planer")
    save(staff, page, title_da="Først")
    plan(staff, page, at=timezone.now() + timedelta(hours=1))
    save(staff, page, title_da="Siden")
    plan(staff, page, at=timezone.now() + timedelta(hours=2))
    assert Version.objects.filter(due_at__isnull=False).count() == 1
    publish(staff, page)
    assert not Version.objects.filter(due_at__isnull=False).exists()
    assert "<h1>Siden</h1>" in html(reader, "/planer/")


def test_a_plan_is_told_wherever_the_text_is_and_dropped_again(staff, reader, monkeypatch):
    page = a_page("droppet", title_da="Som den er")
    save(staff, page, title_da="Som den skulle være")
    plan(staff, page, at=timezone.now() + timedelta(hours=1))
    save(staff, page, title_da="Som den er på vej")
    at = date_format(timezone.localtime(actions.plan_of(page).at), "DATETIME_FORMAT")

    for place in ("/admin/", "/admin/pages/page/"):
        assert "offentlig, ny version planlagt" in row_of("Som den er", html(staff, place)), place
    assert f"Version 2 bliver offentlig {at}" in html(staff, model_admin(page, "change"))
    said = html(staff, model_admin(page, "udgiv"))
    assert f"Version 2 er planlagt til {at}. Udgiver du nu, kommer den med, og planen falder væk." in said
    assert f"ser den fra {at}" in html(staff, model_admin(page, "history"))
    for place in ("change", "udgiv"):
        assert f'action="{model_admin(page, "drop-planen")}"' in html(staff, model_admin(page, place)), place

    staff.get(model_admin(page, "drop-planen"))
    assert standing(page) == PublicationStatus.PLANNED
    told = staff.post(model_admin(page, "drop-planen"), follow=True).content.decode()
    assert "Planen er droppet." in told
    assert "bliver offentlig" not in told
    assert standing(page) == PublicationStatus.CHANGED
    assert re.fullmatch(r"Planen om [\d.]{10} kl\. [\d:]{5} droppet\.", LogEntry.objects.first().get_change_message())
    later(monkeypatch, hours=2)
    assert "<h1>Som den er</h1>" in html(reader, "/droppet/")


def test_a_first_publication_that_is_dropped_is_a_draft_again(staff, reader, monkeypatch):
    page = a_page("tidlig", public_from=None)
    plan(staff, page, at=timezone.now() + timedelta(hours=1), until=timezone.now() + timedelta(hours=2))
    assert "Version 1 er planlagt til" in html(staff, model_admin(page, "udgiv"))
    assert "ser den nu" not in html(staff, model_admin(page, "history"))

    staff.post(model_admin(page, "drop-planen"))

    assert (standing(page), page.public_until) == (PublicationStatus.DRAFT, None)
    assert re.search("ser den|så den", html(staff, model_admin(page, "history"))) is None
    later(monkeypatch, hours=1, minutes=1)
    html(reader, "/tidlig/", 404)
    assert "droppet" not in staff.post(model_admin(page, "drop-planen"), follow=True).content.decode(), "there is none"


def test_a_plan_for_a_moment_that_is_gone_is_refused_at_its_field_and_a_slow_reader_is_not(staff):
    page = a_page("forbi")
    save(staff, page, title_da="Nyt")
    refused = plan(staff, page, at=timezone.now() - timedelta(minutes=6))
    sentence = "Det tidspunkt er gået. Vælg et, der kommer, eller lad feltet være tomt: nu."
    assert refused.context["form"].errors == {"at": [sentence]}
    assert standing(page) == PublicationStatus.CHANGED

    assert plan(staff, page, at=timezone.now() - timedelta(minutes=4)).status_code == 302
    assert standing(page) == PublicationStatus.PUBLIC


def test_a_plan_whose_address_was_taken_meanwhile_is_dropped_and_readers_keep_what_they_had(staff, monkeypatch):
    page = a_page("foer")
    save(staff, page, slug="efter")
    plan(staff, page, at=timezone.now() + timedelta(hours=1))
    a_page("efter", title_da="En anden")
    later(monkeypatch, hours=2)

    assert actions.publish_due() == 0
    assert standing(page) == PublicationStatus.CHANGED
    assert (page.slug, actions.next_due()) == ("foer", None)
    assert "foer" in html(staff, model_admin(page, "change")), "the form opens, with the address that is free"


@pytest.mark.parametrize(("make", "field", "taken"), [
    (a_page, "slug", "samme"), (lambda key: a_statement({"en": 98, "to": 99}[key]), "number", "77"),
])  # fmt: skip
def test_the_second_of_two_drafts_with_one_address_is_told_before_it_is_published(staff, make, field, taken):
    first, second = make("en"), make("to")
    own = str(getattr(second, field))
    save(staff, first, **{field: taken})
    save(staff, second, **{field: taken, "title_da": "Nummer to"})
    publish(staff, first)
    told = f"{'Adresse' if field == 'slug' else 'Nummer'}: „{taken}“ bruges nu af en anden. Vælg noget andet, og gem."

    barred = html(staff, model_admin(second, "udgiv"))
    assert f'#id_{field}">da: {told}</a>' in barred
    assert "disabled>Udgiv</button>" in barred
    form = html(staff, form_address(second))
    assert f'<strong class="errornote">{told}</strong>' in form
    assert form_of(form)[field] == [own]
    assert told not in html(staff, form_address(second, "ar"))

    save(staff, second)
    assert told not in html(staff, form_address(second))
    publish(staff, second)
    second.refresh_from_db()
    assert (str(getattr(second, field)), second.title_da) == (own, "Nummer to")


def test_moments_the_wrong_way_round_are_refused_with_a_sentence(staff):
    page = a_page("omvendt")
    answer = plan(staff, page, until=timezone.now() - timedelta(hours=1))
    assert "kan ikke holde op med at være offentlig, før den begynder" in answer.content.decode()
    fixed = Page.objects.get(slug="forside")
    assert "Den kan ikke holde op" in plan(staff, fixed, until=timezone.now() + timedelta(days=1)).content.decode()


def test_a_machines_words_are_called_so_before_they_are_published_unless_somebody_has_read_them(staff):
    page = a_page("maskine", title_en="Trial", summary_en="A trial.", title_tr="Deneme", summary_tr="Bir deneme.")
    page.mark_translated("en", read=False, machine=True)
    page.mark_translated("tr", read=True, machine=True)
    page.save()

    for place in ("change", "udgiv"):
        shown = html(staff, model_admin(page, place))
        states = re.findall(r'<span class="desk-state desk-\w+"[^>]*>([^<]+)', shown)
        assert states == ["maskine, ikke læst", "mangler", "mangler", "læst af en sprogkyndig", "mangler"], place


def test_what_was_not_seen_is_not_published(staff):
    page = a_page("uset")
    save(staff, page, title_da="Set")
    fields = form_of(html(staff, model_admin(page, "udgiv")))
    save(staff, page, title_da="Ikke set")

    answer = staff.post(model_admin(page, "udgiv"), fields, headers=PLAIN)

    assert "Nogen har gemt en ny version" in answer.content.decode()
    assert standing(page) == PublicationStatus.CHANGED


def test_withdrawing_needs_a_reason_or_a_way_on_and_publishing_again_ends_it(staff, reader):
    page = a_page("vaek")
    assert (
        "Skriv grunden på dansk." in staff.post(model_admin(page, "traek-tilbage"), {}, headers=PLAIN).content.decode()
    )
    bad = staff.post(model_admin(page, "traek-tilbage"), {"to": "//evil.example/"}, headers=PLAIN)
    assert bad.status_code == 200

    staff.post(model_admin(page, "traek-tilbage"), {"da": "Den var forkert.", "ar": "كانت خاطئة."})
    assert "Den var forkert." in html(reader, "/vaek/", 410)
    assert "كانت خاطئة." in html(reader, "/ar/vaek/", 410)

    staff.post(model_admin(page, "traek-tilbage"), {"to": "/indsatser/"})
    assert reader.get("/ar/vaek/").headers["Location"] == "/ar/indsatser/"
    publish(staff, page)
    html(reader, "/vaek/")
    fixed = Page.objects.get(slug="privatliv")
    staff.post(model_admin(fixed, "traek-tilbage"), {"da": "x"})
    assert standing(fixed) == PublicationStatus.PUBLIC


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"da": "Den var forkert."}, "Trukket tilbage. Grund: Den var forkert."),
        ({"to": "/indsatser/"}, "Trukket tilbage. Læserne bliver sendt til /indsatser/"),
        (
            {"to": "/hvem/", "da": "Vi & I er flyttet."},
            "Trukket tilbage. Læserne bliver sendt til /hvem/. Grund: Vi & I er flyttet.",
        ),
    ],
    ids=["a reason", "a way on", "both"],
)
def test_the_history_tells_why_something_was_withdrawn(staff, given, told):
    page = a_page("hvorfor")
    staff.post(model_admin(page, "traek-tilbage"), given)

    assert escape(told) in html(staff, model_admin(page, "history"))
    assert LogEntry.objects.get(object_id=str(page.pk)).get_change_message() == told


def test_an_address_that_changes_leads_on_in_every_language_when_it_is_published_and_not_before(staff, reader):
    page = a_page("gammelt-navn")
    save(staff, page, slug="nyt-navn")
    html(reader, "/gammelt-navn/")
    publish(staff, page)
    assert reader.get("/gammelt-navn/?a=b").headers["Location"] == "/nyt-navn/?a=b"
    assert reader.get("/fa/gammelt-navn/").headers["Location"] == "/fa/nyt-navn/"

    save(staff, page, slug="tredje-navn")
    publish(staff, page)
    assert reader.get("/gammelt-navn/").headers["Location"] == "/tredje-navn/"
    publish(staff, a_page("gammelt-navn", public_from=None))
    html(reader, "/gammelt-navn/")


def test_a_planned_meeting_moved_into_the_past_or_deleted_meanwhile_is_no_fault_for_readers(staff, reader, monkeypatch):
    event = a_meeting("fortid", key=True)
    a_guest(event, "bo@example.dk")
    versions.ensure_first_version(event)
    content = serialization.serialize(event)
    content["fields"] |= {"starts_at": "2020-01-01T18:00:00Z", "ends_at": "2020-01-01T20:00:00Z", "doors_at": None}
    for name in ("signup_opens_at", "signup_closes_at"):
        content["fields"][name] = None
    version = versions.save_version(event, content, None)
    with pytest.raises(versions.PublicationRefused, match="Der er tilmeldte"):
        actions.publish(event, version)
    actions.publish(event, version, at=timezone.now() + timedelta(hours=1))
    gone = a_page("slettet")
    save(staff, gone, title_da="x")
    plan(staff, gone, at=timezone.now() + timedelta(hours=1))
    gone.delete()
    later(monkeypatch, hours=2)

    html(reader, "/stormoeder/fortid/")
    assert actions.next_due() is None
    assert Event.objects.get(pk=event.pk).ends_at.year > 2020


def test_the_first_publishing_of_what_nobody_has_saved_publishes_what_is_there(staff, reader):
    page = a_page("seedet", public_from=None)
    publish(staff, page)
    assert page.title_da in html(reader, "/seedet/")


@pytest.mark.parametrize("model", [Page, Initiative, Partner, Statement, Event])
def test_a_draft_is_shown_in_every_language_as_readers_will_get_it_and_readers_see_nothing(staff, reader, model):
    obj = model.objects.order_by("-pk").first()
    field = model.content_fields[0]
    save(staff, obj, **{f"{field}_da": "Et helt nyt ord"})

    for code in CODES:
        shown = staff.get(model_admin(obj, f"se/{code}/side"), headers=PLAIN)
        assert shown.status_code == 200
        assert f'<html lang="{code}"' in shown.content.decode()
        assert shown.headers["X-Frame-Options"] == "SAMEORIGIN"
        assert "frame-ancestors 'self'" in shown.headers["Content-Security-Policy"]
        assert shown.headers["Cache-Control"].startswith("no-store")
        assert shown.headers["X-Robots-Tag"] == "noindex, nofollow"
        assert model_admin(obj, f"se/{code}/side") in html(staff, model_admin(obj, f"se/{code}"))
    assert "Et helt nyt ord" in html(staff, model_admin(obj, "se/da/side"))
    obj.refresh_from_db()
    assert getattr(obj, f"{field}_da") != "Et helt nyt ord"
    html(staff, model_admin(obj, "se/xx"), 404)


def test_a_link_shows_a_draft_without_a_login_for_seven_days_or_until_it_is_taken_back(staff, reader, monkeypatch):
    page = a_page("hemmelig", public_from=None, title_da="Ikke ude endnu")

    def make():
        said = staff.post(model_admin(page, "del"), {"action": "make"}, follow=True).content.decode()
        return re.search(r"/kladde/[\w-]+/", said)[0]

    link = make()
    assert "Link til kladden lavet." in html(staff, model_admin(page, "history"))
    shown = reader.get(link, headers=PLAIN)
    assert "Ikke ude endnu" in shown.content.decode()
    assert (shown.headers["Cache-Control"], shown.headers["X-Robots-Tag"]) == ("no-store", "noindex, nofollow")
    assert shown.headers["Referrer-Policy"] == "no-referrer"
    assert not shown.cookies
    assert reader.get(f"/ar{link}", headers=PLAIN).status_code == 200
    assert link.split("/")[2] not in str(SharedPreview.objects.values())
    html(reader, "/hemmelig/", 404)
    html(reader, "/kladde/forkert/", 404)

    staff.post(model_admin(page, "del"), {"action": "revoke"})
    assert "Alle links til kladden trukket tilbage." in html(staff, model_admin(page, "history"))
    html(reader, link, 404)
    link = make()
    later(monkeypatch, days=7, seconds=1)
    html(reader, link, 404)


def test_history_tells_who_and_what_and_brings_any_version_back_as_a_draft(staff, reader):
    initiative = Initiative.objects.get(slug="klubhuse")
    first = initiative.title_da
    save(staff, initiative, title_da="Anden titel")
    save(staff, initiative, "ar", title_ar="عنوان آخر")
    publish(staff, initiative)

    listed = html(staff, model_admin(initiative, "history"))
    assert "Version 3" in listed
    assert "<strong>ser den nu</strong>" in listed
    changed = html(staff, model_admin(initiative, "version/2"))
    assert "<ins>Anden titel</ins>" in changed
    arabic = html(staff, model_admin(initiative, "version/3"))
    assert re.search(r'<dd lang="ar" dir="rtl">.*<ins>عنوان آخر</ins>', arabic)
    assert "Anden titel" not in arabic.partition('id="content-main"')[2]

    staff.post(model_admin(initiative, "version/1"))
    assert "<h1>Anden titel</h1>" in html(reader, "/indsatser/klubhuse/"), "readers see it when it is published"
    publish(staff, initiative)
    assert f"<h1>{first}</h1>" in html(reader, "/indsatser/klubhuse/")
    assert versions.newest_version(initiative).note == "Hentet tilbage fra version 1"


def test_a_version_that_says_what_the_draft_says_is_no_news(staff):
    page = a_page("ens")
    save(staff, page, title_da="Andet")
    save(staff, page, title_da="Prøve")

    staff.post(model_admin(page, "version/1"))
    staff.get(model_admin(page, "del"))

    assert (versions.newest_version(page).number, SharedPreview.objects.count()) == (3, 0)
    assert "Hentet tilbage" not in html(staff, model_admin(page, "history"))


def test_a_version_of_a_model_that_has_changed_since_comes_back_with_what_still_fits(staff):
    page = a_page("gammel", title_da="Nu")
    versions.ensure_first_version(page)
    content = serialization.serialize(page)
    content["fields"] = {"title_da": "Dengang", "a_field_long_gone": "x"}
    Version.objects.create(kind="pages.page", object_id=page.pk, number=2, title="x", content=content)
    Version.objects.create(
        kind="pages.page", object_id=page.pk, number=3, title="x", content=serialization.serialize(page)
    )

    assert staff.post(model_admin(page, "version/2")).status_code == 302
    publish(staff, page)
    page.refresh_from_db()
    assert (page.title_da, page.slug) == ("Dengang", "gammel")


def test_what_was_deleted_is_found_again_with_its_rows_as_a_draft(staff, reader):
    initiative = Initiative.objects.get(slug="nye-redskaber")
    number, update = initiative.pk, initiative.updates.get().title_da
    staff.post(model_admin(initiative, "delete"), {"post": "yes"})
    assert not Initiative.objects.filter(pk=number).exists()

    version = re.search(r'name="version" value="(\d+)"', html(staff, "/admin/pages/initiative/slettede/"))[1]
    staff.post("/admin/pages/initiative/slettede/", {"version": version})

    found = Initiative.objects.get(pk=number)
    assert (found.updates.get().title_da, standing(found)) == (update, PublicationStatus.DRAFT)
    assert "slettet noget" in html(staff, "/admin/pages/initiative/slettede/")
    html(reader, "/indsatser/nye-redskaber/", 404)
    found.delete()
    an_initiative("nye-redskaber")
    said = staff.post("/admin/pages/initiative/slettede/", {"version": version}, follow=True).content.decode()
    assert "bruges af noget andet nu" in said


def test_the_second_of_two_editors_is_told_sees_both_texts_and_loses_nothing(staff):
    page = a_page("to", title_da="Udgangspunkt", summary_da="Uændret.")
    opened = form_of(html(staff, form_address(page)))
    other = a_login("anna", "Redaktør")
    save(other, page, title_da="Annas titel")

    answer = staff.post(form_address(page), opened | {"title_da": "Min titel"}, headers=PLAIN)
    told = answer.content.decode()

    assert "anna har gemt, mens du skrev" in told
    assert "Her står der nu: „Annas titel“" in told
    assert 'value="Min titel"' in told
    assert versions.newest_version(page).content["fields"]["title_da"] == "Annas titel"
    again = staff.post(form_address(page), form_of(told), headers=PLAIN)
    assert again.status_code == 302
    assert versions.newest_version(page).content["fields"]["title_da"] == "Min titel"
    assert versions.versions_of(page).filter(saved_by=other.user).exists()


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
            status = browser.get(model_admin(obj, place)).status_code
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
    assert translator.post(model_admin(page, "udgiv"), {"seen": "3"}).status_code == 403
    assert translator.post(model_admin(page, "delete"), {"post": "yes"}).status_code == 403


def test_every_change_is_one_line_of_json_in_the_log_by_number_and_without_names(
    staff, caplog, django_capture_on_commit_callbacks
):
    page = a_page("log")
    logger = logging.getLogger("nejtilbander.changes")
    logger.addHandler(caplog.handler)
    try:
        with django_capture_on_commit_callbacks(execute=True):
            save(staff, page, title_da="Andet")
            publish(staff, page)
    finally:
        logger.removeHandler(caplog.handler)

    lines = [json.loads(record.message) for record in caplog.records if record.name == "nejtilbander.changes"]
    assert [line["words"] for line in lines if line["words"]][-1] == "Version 2 udgivet."
    assert len(lines) == 2
    assert all(line["what"].endswith("side") for line in lines)
    assert {line["who"] for line in lines} == {LogEntry.objects.first().user_id}
    assert "prove" not in str(lines)


def test_who_looks_after_a_text_and_when_is_set_by_writers_and_seen_in_front(staff):
    page = a_page("passet", title_da="Passet tekst")
    due = timezone.localdate().isoformat()
    staff.post(model_admin(page, "omsorg"), {"owner": User.objects.get(username="prove").pk, "review_by": due})
    page.refresh_from_db()
    assert (page.owner.username, page.review_by.isoformat()) == ("prove", due)
    assert versions.newest_version(page) is None, "no part of any version"
    row = re.search(r"<tr>(?:(?!</tr>).)*Passet tekst.*?</tr>", html(staff, "/admin/"), re.DOTALL)[0]
    assert ", prove" in row
    assert staff.post(model_admin(page, "omsorg"), {"review_by": "i morgen"}).status_code == 200


WAYS = {"Hvem passer på", "Lav et link", "Hent version 1 tilbage som kladde", "Udgiv", "Træk tilbage", "Se på website"}


def ways_on(browser, obj, place="change"):
    """What may be pressed or followed on a page of the desk."""
    found = re.findall(
        r"<(?:a|button)[^>]*>([^<]+)</", html(browser, model_admin(obj, place)).partition('id="content"')[2]
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
    staff.post(model_admin(page, "delete"), {"post": "yes"})
    for browser, may in ((staff, True), (translator, False)):
        assert ("frem igen</button>" in html(browser, "/admin/pages/page/slettede/")) == may


def test_whoever_may_only_look_changes_nothing(static_files):
    reader = a_login("kigger")
    page = a_page("kigger")
    versions.ensure_first_version(page)
    for place in ("change", "se/da", "history", "version/1", "omsorg", "udgiv", "del"):
        assert reader.get(model_admin(page, place)).status_code == 403, place
    assert reader.get("/admin/pages/page/slettede/").status_code == 403
    translator = a_login("oversaetter", "Oversætter (arabisk)")
    for place, sent in (("version/1", {}), ("del", {"action": "make"}), ("omsorg", {}), ("drop-planen", {})):
        assert translator.post(model_admin(page, place), sent).status_code == 403, place
        assert translator.post(f"{model_admin(page, place)}?sprog=ar", sent).status_code == 403, place
    assert translator.post("/admin/pages/page/slettede/", {"version": "1"}).status_code == 403
    writer = a_login("skriver", "Redaktør")
    said = writer.post(
        "/admin/pages/statement/", {"action": "put_in_force", "_selected_action": ["1"]}, follow=True
    ).content.decode()
    assert "Din bruger må ikke udgive." in said


def test_wrong_addresses_on_the_desk_are_not_found(staff):
    page = a_page("findes")
    for address in (model_admin(page, "se/xx/side"), model_admin(page, "version/9"), "/admin/pages/page/999/udgiv/"):
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


def test_versions_notices_moves_and_links_name_themselves():
    page = a_page("navne", title_da="Navne")
    versions.ensure_first_version(page)
    assert str(versions.newest_version(page)) == "Navne, version 1"
    assert str(CheckedLink(url="https://example.dk/")) == "https://example.dk/"


def test_a_due_text_and_a_database_that_stops_answering_do_not_stop_a_page(monkeypatch, reader):
    def away():
        raise OperationalError

    monkeypatch.setattr(decorators, "next_due", away)
    assert reader.get("/robots.txt").status_code == 200


def test_what_is_due_is_published_by_the_worker_too(staff, monkeypatch):
    page = a_page("arbejder")
    save(staff, page, title_da="Fra arbejderen")
    plan(staff, page, at=timezone.now() + timedelta(minutes=5))
    later(monkeypatch, minutes=6)

    call_command("worker", "--once")

    assert standing(page) == PublicationStatus.PUBLIC


def test_a_database_that_is_away_does_not_keep_a_page_that_needs_none(monkeypatch, reader):
    with monkeypatch.context() as patch:
        patch.setattr(decorators, "next_due", lambda: (_ for _ in ()).throw(AssertionError("asked")))
        assert reader.get("/hjaelp/").status_code == 200


FAR = "Vælg et år fra 2000 til 2100."


def told_at(answer, field):
    """What is said at one field of a form of the admin."""
    return list(answer.context["adminform"].form.errors.get(field, []))


@pytest.mark.parametrize(
    ("field", "year"),
    [
        *((field, "0001") for field in ("starts_at", "ends_at", "doors_at", "signup_opens_at", "signup_closes_at")),
        *(("starts_at", year) for year in ("1999", "2101", "9999")),
    ],
)
def test_a_meeting_in_a_year_nobody_can_mean_is_told_at_the_field_and_nothing_typed_is_lost(staff, field, year):
    event = a_meeting("langt-vaek")
    typed = {f"{field}_0": f"{year}-01-01", f"{field}_1": "00:00", "title_da": "Skrevet længe"}

    answer = staff.post(form_address(event), form_of(html(staff, form_address(event))) | typed, headers=PLAIN)

    assert told_at(answer, field) == [FAR]
    assert 'value="Skrevet længe"' in answer.content.decode()
    assert f'value="{year}-01-01"' in answer.content.decode()
    assert versions.newest_version(event).number == 1, "what readers see"


def test_days_without_a_time_and_rows_inside_are_looked_at_too(staff):
    statement, initiative = Statement.objects.get(number=1), Initiative.objects.get(slug="nye-redskaber")
    fields = form_of(html(staff, form_address(statement))) | {"dated": "0001-01-01"}
    assert told_at(staff.post(form_address(statement), fields, headers=PLAIN), "dated") == [FAR]
    fields = form_of(html(staff, form_address(initiative))) | {"updates-0-date": "0001-01-01"}
    answer = staff.post(form_address(initiative), fields, headers=PLAIN)
    assert answer.context["inline_admin_formsets"][0].formset.errors[0] == {"date": [FAR]}


@pytest.mark.parametrize("year", ["0", "1899", "2101", "99999999999"])
def test_an_initiative_since_a_year_nobody_can_mean_is_told_at_the_field(staff, year):
    initiative = an_initiative()
    fields = form_of(html(staff, form_address(initiative))) | {"since_year": year}

    assert len(told_at(staff.post(form_address(initiative), fields, headers=PLAIN), "since_year")) == 1
    save(staff, initiative, since_year="1900")


@pytest.mark.parametrize("field", ["at", "until"])
@pytest.mark.parametrize("year", ["0001", "9999"])
def test_a_plan_in_a_year_nobody_can_mean_is_told_at_the_field(staff, field, year):
    page = a_page("plan")
    fields = form_of(html(staff, model_admin(page, "udgiv"))) | {f"{field}_0": f"{year}-12-31", f"{field}_1": "23:59"}

    answer = staff.post(model_admin(page, "udgiv"), fields, headers=PLAIN)

    assert answer.context["form"].errors == {field: [FAR]}
    assert f'value="{year}-12-31"' in answer.content.decode()


class ByDay(EventAdmin):
    def get_changelist(self, request, **kwargs):
        return ContentChangeList


@pytest.mark.parametrize(
    "asked",
    [
        "starts_at__year=9999", "starts_at__year=1", "starts_at__year=0", "starts_at__year=99999", "starts_at__year=x",
        "starts_at__year=9999&starts_at__month=12", "starts_at__year=9999&starts_at__month=12&starts_at__day=31",
        "starts_at__year=2026&starts_at__month=2&starts_at__day=31", f"starts_at__year={'9' * 30}",
    ],
)  # fmt: skip
def test_a_list_asked_for_with_a_day_that_does_not_exist_is_shown_whole_or_empty(staff, rf, asked):
    request = rf.get(f"/admin/events/event/?{asked}")
    request.user = User.objects.get(username="prove")

    answer = ByDay(Event, admin.site).changelist_view(request)

    if answer.status_code == 302:
        assert answer.headers["Location"] == "/admin/events/event/?e=1"
    else:
        assert list(answer.context_data["cl"].result_list) == []


@pytest.mark.parametrize("chosen", ["x", "\0", "9" * 30, "-1", "999999", ""])
def test_a_statement_that_is_not_one_cannot_be_put_in_force_and_staff_are_told(staff, chosen):
    answer = staff.post(
        "/admin/pages/statement/", {"action": "put_in_force", "_selected_action": [chosen]}, follow=True, headers=PLAIN
    )

    assert answer.status_code == 200
    assert [str(said) for said in answer.context["messages"]] == ["Den udtalelse er her ikke. Vælg en på listen."]
    assert Statement.objects.get(is_current=True).number == 1


def led_on(staff, obj, to):
    """What is said at the field when `thing` is taken back with a way on."""
    answer = staff.post(model_admin(obj, "traek-tilbage"), {"to": to}, headers=PLAIN)
    return None if answer.status_code == 302 else answer.context["form"].errors.get("to")


ITSELF = ["Det er siden selv. Vælg en anden adresse."]
BACK = ["Den adresse fører tilbage hertil. Vælg en anden."]
NOT_PUBLIC = ["Der er ingen offentlig side på den adresse. Vælg en anden."]


@pytest.mark.parametrize(
    ("to", "told"),
    [
        ("/maal/", ITSELF),
        ("/maal", ITSELF),
        ("/findes/slet/ikke/", ["Adressen findes ikke på siden. Se efter, om den er skrevet rigtigt."]),
        ("/findes-ikke/", NOT_PUBLIC),
        ("/kladde-endnu/", NOT_PUBLIC),
        ("/anmeld/", ["Den adresse sender selv læserne videre, til /hjaelp/. Skriv /hjaelp/ i stedet."]),
    ],
)
def test_readers_of_a_withdrawn_page_are_sent_to_a_page_that_is_there_and_another(staff, to, told):
    page = a_page("maal")
    a_page("kladde-endnu", public_from=None)

    assert led_on(staff, page, to) == told
    assert standing(page) == PublicationStatus.PUBLIC


@pytest.mark.parametrize(
    "to", ["hvem/", "//example.org/", "/en/hvem/", "/hvem/?a=1", "/hvem/#a", "https://example.org/"]
)
def test_the_way_on_is_an_address_of_this_site_without_language_or_question(staff, to):
    (told,) = led_on(staff, a_page("maal"), to)
    assert told.startswith("Skriv adressen fra den første skråstreg")


def test_a_withdrawn_page_leads_to_the_page_in_the_end_of_no_detour(staff, reader):
    page, other = a_page("maal"), a_page("anden")
    redirects.add_redirect("/a/", "/maal/")
    redirects.add_redirect("/b/", "/hvem/")

    assert led_on(staff, page, "/a/") == BACK
    assert led_on(staff, page, "/b/") == ["Den adresse er selv flyttet, til /hvem/. Skriv /hvem/ i stedet."]
    assert led_on(staff, page, "/anden") is None
    assert reader.get("/ar/maal/").headers["Location"] == "/ar/anden/"
    assert led_on(staff, other, "/maal/") == BACK
    third = a_page("tredje")
    assert led_on(staff, third, "/maal/") == [
        "Den adresse sender selv læserne videre, til /anden/. Skriv /anden/ i stedet."
    ]
    assert led_on(staff, page, "/hvem/") is None, "a way on can be put right"


def test_what_stands_under_a_page_goes_with_it_and_what_has_no_page_may_lead_anywhere(staff):
    assert led_on(staff, a_meeting("selv"), "/stormoeder/selv/tilmelding/") == BACK
    assert led_on(staff, a_statement(2), "/udtalelse/2/") == ITSELF
    assert led_on(staff, a_statement(3), "/udtalelse/") is None
    assert led_on(staff, Partner.objects.first(), "/hvem/") is None


def test_an_address_is_not_moved_to_a_withdrawn_page_that_leads_back_to_it(staff):
    page = a_page("maal")
    a_page("foer")
    assert led_on(staff, page, "/foer/") is None

    for old, told in (
        ("/foer/", BACK),
        ("/x/", ["Den adresse sender selv læserne videre, til /foer/. Skriv /foer/ i stedet."]),
    ):
        answer = staff.post("/admin/nejtilbander/redirect/add/", {"old_path": old, "new_path": "/maal/"}, headers=PLAIN)
        assert told_at(answer, "new_path") == told
