"""Publishing at a moment: planned, told of, changed, dropped."""

import re
from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.core.management import call_command
from django.utils import timezone
from django.utils.formats import date_format

from events.models import Event
from nejtilbander.caching.memory import clear
from nejtilbander.publishing import actions, serialization, versions
from nejtilbander.publishing.models import PublicationStatus, Version
from pages.models import Page
from tests.support.admin import (
    admin_address,
    form_address,
    form_of,
    html,
    later,
    plan,
    publish,
    row_of,
    save,
    status_of,
)
from tests.support.factories import a_guest, a_meeting, a_page, a_statement

pytestmark = pytest.mark.django_db
PLAIN = {"accept-encoding": ""}


def test_a_planned_change_takes_over_by_itself_and_pages_are_kept_no_longer_than_until_then(staff, reader, monkeypatch):
    page = a_page("plan", title_da="Gammel")
    save(staff, page, title_da="Ny")
    later(monkeypatch)  # time stands still
    assert plan(staff, page, at=timezone.now() + timedelta(seconds=40)).status_code == 302
    assert status_of(page) == PublicationStatus.PLANNED
    assert "bliver offentlig" in html(staff, admin_address(page, "change"))

    clear()
    early = reader.get("/plan/", headers=PLAIN)
    assert "Gammel" in early.content.decode()
    assert 30 <= int(re.search(r"max-age=(\d+)", early.headers["Cache-Control"])[1]) <= 41
    later(monkeypatch, seconds=45)
    assert "<h1>Ny</h1>" in html(reader, "/plan/")
    assert status_of(page) == PublicationStatus.PUBLIC
    assert versions.newest_version(page).published_at


def test_a_first_publication_at_a_time_needs_nobody_to_be_awake(staff, reader, monkeypatch):
    page = a_page("snart", public_from=None, title_da="Snart")
    plan(staff, page, at=timezone.now() + timedelta(hours=1), until=timezone.now() + timedelta(hours=3))
    assert status_of(page) == PublicationStatus.SCHEDULED
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

    for place in ("/admin/overblik/", "/admin/pages/page/"):
        assert "Ændringer planlagt" in row_of("Som den er", html(staff, place)), place
    assert f"Version 2 bliver offentlig {at}" in html(staff, admin_address(page, "change"))
    said = html(staff, admin_address(page, "udgiv"))
    assert f"Version 2 er planlagt til {at}. Udgiver du nu, kommer den med, og planen falder væk." in said
    assert f"Planlagt</span> fra {at}" in html(staff, admin_address(page, "history"))
    for place in ("change", "udgiv"):
        assert f'action="{admin_address(page, "drop-planen")}"' in html(staff, admin_address(page, place)), place

    staff.get(admin_address(page, "drop-planen"))
    assert status_of(page) == PublicationStatus.PLANNED
    told = staff.post(admin_address(page, "drop-planen"), follow=True).content.decode()
    assert "Planen er annulleret." in told
    assert "bliver offentlig" not in told
    assert status_of(page) == PublicationStatus.CHANGED
    assert re.fullmatch(
        r"Planen om [\d.]{10} kl\. [\d.]{5} annulleret\.", LogEntry.objects.first().get_change_message()
    )
    later(monkeypatch, hours=2)
    assert "<h1>Som den er</h1>" in html(reader, "/droppet/")


def test_a_first_publication_that_is_dropped_is_a_draft_again(staff, reader, monkeypatch):
    page = a_page("tidlig", public_from=None)
    plan(staff, page, at=timezone.now() + timedelta(hours=1), until=timezone.now() + timedelta(hours=2))
    assert "Version 1 er planlagt til" in html(staff, admin_address(page, "udgiv"))
    assert "desk-public" not in html(staff, admin_address(page, "history"))

    staff.post(admin_address(page, "drop-planen"))

    assert (status_of(page), page.public_until) == (PublicationStatus.DRAFT, None)
    assert re.search("ser den|så den", html(staff, admin_address(page, "history"))) is None
    later(monkeypatch, hours=1, minutes=1)
    html(reader, "/tidlig/", 404)
    assert "annulleret" not in staff.post(admin_address(page, "drop-planen"), follow=True).content.decode(), (
        "there is none"
    )


def test_a_plan_for_a_moment_that_is_gone_is_refused_at_its_field_and_a_slow_reader_is_not(staff):
    page = a_page("forbi")
    save(staff, page, title_da="Nyt")
    refused = plan(staff, page, at=timezone.now() - timedelta(minutes=6))
    sentence = "Det tidspunkt er gået. Vælg et, der kommer, eller lad feltet stå tomt for at udgive nu."
    assert refused.context["form"].errors == {"at": [sentence]}
    assert status_of(page) == PublicationStatus.CHANGED

    assert plan(staff, page, at=timezone.now() - timedelta(minutes=4)).status_code == 302
    assert status_of(page) == PublicationStatus.PUBLIC


def test_a_plan_whose_address_was_taken_meanwhile_is_dropped_and_readers_keep_what_they_had(staff, monkeypatch):
    page = a_page("foer")
    save(staff, page, slug="efter")
    plan(staff, page, at=timezone.now() + timedelta(hours=1))
    a_page("efter", title_da="En anden")
    later(monkeypatch, hours=2)

    assert actions.publish_due() == 0
    assert status_of(page) == PublicationStatus.CHANGED
    assert (page.slug, actions.next_due()) == ("foer", None)
    staff.force_login(User.objects.get(username="prove"))  # two hours later, the session is over
    assert "foer" in html(staff, admin_address(page, "change")), "the form opens, with the address that is free"


@pytest.mark.parametrize(("make", "field", "taken"), [
    (a_page, "slug", "samme"), (lambda key: a_statement({"en": 98, "to": 99}[key]), "number", "77"),
])  # fmt: skip
def test_the_second_of_two_drafts_with_one_address_is_told_before_it_is_published(staff, make, field, taken):
    first, second = make("en"), make("to")
    own = str(getattr(second, field))
    save(staff, first, **{field: taken})
    save(staff, second, **{field: taken, "title_da": "Nummer to"})
    publish(staff, first)
    told = (
        f"{'Webadresse' if field == 'slug' else 'Nummer'}: „{taken}“ bruges nu af en anden. Vælg noget andet, og gem."
    )

    barred = html(staff, admin_address(second, "udgiv"))
    assert f'#id_{field}">Dansk: {told}</a>' in barred
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


def test_what_is_due_is_published_by_the_worker_too(staff, monkeypatch):
    page = a_page("arbejder")
    save(staff, page, title_da="Fra arbejderen")
    plan(staff, page, at=timezone.now() + timedelta(minutes=5))
    later(monkeypatch, minutes=6)

    call_command("worker", "--once")

    assert status_of(page) == PublicationStatus.PUBLIC
