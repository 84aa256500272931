"""Staff edit in six languages in the stock admin."""

import re

import pytest
from django.contrib.auth import get_user_model

from events.models import Event
from nejtilbander.languages import CODES, State
from pages.models import Initiative, Page, Partner, Statement
from tests.conftest import Reader
from tests.make import a_page

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff(static_files):
    user = get_user_model().objects.create_superuser("prove", "prove@example.dk", "en lang prøve-adgangskode")
    browser = Reader()
    browser.force_login(user)
    return browser


def form_of(html):
    """The fields of the change form as a browser would send them back."""
    html = html.partition('<div id="content-main">')[2]
    fields = {}
    for tag in re.findall(r"<input[^>]+>", html):
        name = re.search(r'name="([^"]+)"', tag)
        if not name or 'type="submit"' in tag or ("checkbox" in tag and "checked" not in tag):
            continue
        value = re.search(r'value="([^"]*)"', tag)
        fields.setdefault(name[1], []).append(unescape(value[1]) if value else ("on" if "checkbox" in tag else ""))
    for name, text in re.findall(r'<textarea[^>]*name="([^"]+)"[^>]*>\n?(.*?)</textarea>', html, re.DOTALL):
        fields[name] = [unescape(text)]
    for name, options in re.findall(r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', html, re.DOTALL):
        fields[name] = re.findall(r'value="([^"]*)" selected', options)[:1] or [""]
    return fields


def unescape(text):
    return (
        text.replace("&quot;", '"')
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&#x27;", "'")
        .replace("&amp;", "&")
    )


@pytest.mark.parametrize("model", [Page, Initiative, Partner, Statement, Event])
def test_every_kind_has_a_list_and_a_form_with_a_field_for_each_language_and_direction(staff, model):
    base = f"/admin/{model._meta.app_label}/{model._meta.model_name}/"
    listed = staff.get(base)
    form = staff.get(f"{base}{model.objects.first().pk}/change/").content.decode()

    assert listed.status_code == 200
    assert "maskinoversat, ikke læst" in listed.content.decode()
    assert staff.get(f"{base}add/").status_code == 200
    first = model.content_fields[0]
    for code in CODES:
        tag = re.search(rf'<(?:input|textarea)[^>]*name="{first}_{code}"[^>]*>', form)[0]
        assert f'lang="{code}"' in tag
        assert f'dir="{"rtl" if code in {"ar", "fa"} else "ltr"}"' in tag


def test_an_editor_changes_danish_and_readers_see_it_and_are_told_translations_are_older(staff, reader):
    page = a_page(title_en="Trial", summary_en="A trial.")
    page.mark_translated("en", read=True)
    page.save()
    address = f"/admin/pages/page/{page.pk}/change/"
    fields = form_of(staff.get(address).content.decode())
    assert fields["read_by_speaker"] == ["en"]

    response = staff.post(address, fields | {"title_da": ["Ny prøve"]})

    assert response.status_code == 302, re.findall(r"errorlist[^>]*>(.*?)</ul>", response.content.decode())
    page.refresh_from_db()
    assert page.title_da == "Ny prøve"
    assert page.language_state("en") == State.OUTDATED
    assert "<h1>Ny prøve</h1>" in reader.get("/proeve/", headers={"accept-encoding": ""}).content.decode()


def test_writing_a_translation_counts_as_unread_until_a_speaker_is_said_to_have_read_it(staff):
    page = a_page()
    address = f"/admin/pages/page/{page.pk}/change/"

    staff.post(
        address,
        form_of(staff.get(address).content.decode()) | {"title_so": ["Tijaabo"], "summary_so": ["Waa."]},
    )
    page.refresh_from_db()
    assert page.language_state("so") == State.UNREAD

    staff.post(address, form_of(staff.get(address).content.decode()) | {"read_by_speaker": ["so"]})
    page.refresh_from_db()
    assert page.language_state("so") == State.REVIEWED

    staff.post(address, form_of(staff.get(address).content.decode()) | {"read_by_speaker": []})
    page.refresh_from_db()
    assert page.language_state("so") == State.UNREAD


def test_a_new_meeting_with_its_dates_the_wrong_way_round_is_refused_with_a_sentence_and_keeps_what_was_typed(
    staff,
):
    fields = form_of(staff.get("/admin/events/event/add/").content.decode()) | {
        "slug": ["nyt"], "title_da": ["Nyt møde"], "summary_da": ["Et møde."], "place_da": ["Rådhuset"],
        "address": ["Flakhaven 2"], "capacity": ["50"], "starts_at_0": ["2030-05-01"], "starts_at_1": ["19:00"],
        "ends_at_0": ["2030-05-01"], "ends_at_1": ["18:00"],
    }  # fmt: skip

    refused = staff.post("/admin/events/event/add/", fields)
    html = refused.content.decode()
    assert refused.status_code == 200
    assert "Mødet skal slutte, efter at det er begyndt." in html
    assert 'value="Nyt møde"' in html

    accepted = staff.post("/admin/events/event/add/", fields | {"ends_at_1": ["21:00"]})
    assert accepted.status_code == 302
    assert Event.objects.get(slug="nyt").title_da == "Nyt møde"


def test_saving_a_meeting_never_touches_how_many_seats_are_taken(staff):
    event = Event.objects.get(slug="trygge-butikker")
    address = f"/admin/events/event/{event.pk}/change/"

    response = staff.post(address, form_of(staff.get(address).content.decode()) | {"capacity": ["500"]})

    assert response.status_code == 302
    event = Event.objects.with_seats().get(pk=event.pk)
    assert (event.capacity, event.taken) == (500, 120)


def test_a_section_cannot_be_deleted_or_moved(staff):
    front = Page.objects.get(slug="forside")

    assert staff.post(f"/admin/pages/page/{front.pk}/delete/", {"post": "yes"}).status_code == 403
    assert 'name="slug"' not in staff.get(f"/admin/pages/page/{front.pk}/change/").content.decode()
    assert Page.objects.filter(slug="forside").exists()


def test_updates_and_signatories_are_edited_with_what_they_belong_to(staff):
    initiative = Initiative.objects.get(slug="nye-redskaber")
    address = f"/admin/pages/initiative/{initiative.pk}/change/"
    fields = form_of(staff.get(address).content.decode())

    response = staff.post(address, fields | {"updates-0-title_da": ["Rettet"]})

    assert response.status_code == 302
    assert initiative.updates.get().title_da == "Rettet"
    statement = Statement.objects.get(number=1)
    html = staff.get(f"/admin/pages/statement/{statement.pk}/change/").content.decode()
    assert 'name="signatories-4-role_da"' in html


def test_a_visitor_without_a_login_is_asked_for_one(reader):
    assert reader.get("/admin/pages/page/").headers["Location"] == "/admin/login/?next=/admin/pages/page/"
