"""ContentAdmin: forms in six languages, translation states, and what is saved."""

import re

import pytest
from django.contrib.admin.models import LogEntry
from django.utils.html import escape

from events.models import Event
from events.signups.seats import set_capacity
from nejtilbander.i18n.languages import CODES
from pages.models import Initiative, Page, Partner, Statement
from tests.support.admin import a_new_update, edit, form_address, form_of, publish, save
from tests.support.factories import a_page, a_statement

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("model", [Page, Initiative, Partner, Statement, Event])
def test_every_kind_has_a_list_and_a_page_for_each_language_with_danish_beside_it(staff, model):
    base = f"/admin/{model._meta.app_label}/{model._meta.model_name}/"
    obj = model.objects.first()
    listed = staff.get(base)

    assert listed.status_code == 200
    assert "Maskinoversat, ikke læst: <span>alle sprog</span>" in listed.content.decode()
    assert staff.get(f"{base}add/").status_code == 200
    first = model.content_fields[0]
    for code in CODES:
        form = staff.get(f"{base}{obj.pk}/change/?sprog={code}").content.decode()
        tag = re.search(rf'<(?:input|textarea)[^>]*name="{first}_{code}"[^>]*>', form)[0]
        assert f'lang="{code}"' in tag
        assert f'dir="{"rtl" if code in {"ar", "fa"} else "ltr"}"' in tag
        others = [other for other in CODES if other != code]
        assert not any(f'name="{first}_{other}"' in form for other in others)
        beside = f'<div class="danish" lang="da" dir="ltr">{escape(getattr(obj, f"{first}_da"))}</div>'
        assert (beside in form) == (code != "da")


def test_an_editor_changes_danish_and_readers_see_it_when_it_is_published_and_are_told(staff, reader):
    initiative = Initiative.objects.get(slug="klubhuse")

    def seen(address):
        return reader.get(address, headers={"accept-encoding": ""}).content.decode()

    before = seen("/indsatser/klubhuse/")
    save(staff, initiative, title_da="Klubhuse skal lukkes nu")
    assert seen("/indsatser/klubhuse/") == before
    assert "Klubhuse skal lukkes nu" not in seen("/indsatser/") + seen("/soeg/?q=klubhuse")

    publish(staff, initiative)
    assert "<h1>Klubhuse skal lukkes nu</h1>" in seen("/indsatser/klubhuse/")
    assert "The Danish text" in seen("/en/indsatser/klubhuse/")


def test_a_new_row_inside_is_a_draft_with_its_page_and_can_be_written_on_and_translated(staff, reader):
    initiative = Initiative.objects.get(slug="nye-redskaber")
    other = Initiative.objects.get(slug="klubhuse")
    save(staff, initiative, **a_new_update(initiative, 1, title_da="Nyt punkt"))
    edit(staff, other, **a_new_update(other, 0, title_da="En andens"))  # the number the draft's row first had
    assert initiative.updates.count() == 1

    html = staff.get(form_address(initiative, "ar")).content.decode()
    assert "Nyt punkt" in html
    row = re.search(r'name="updates-(\d)-title_ar"[^>]*value=""', html) or re.search(
        r'name="updates-(0)-title_ar"', html
    )
    save(staff, initiative, "ar", **{f"updates-{row[1]}-title_ar": "جديد"})
    publish(staff, initiative)

    assert set(initiative.updates.values_list("title_da", flat=True)) >= {"Nyt punkt"}
    assert initiative.updates.filter(title_ar="جديد").exists()
    assert other.updates.get().title_da == "En andens"
    assert "Nyt punkt" in reader.get("/indsatser/nye-redskaber/", headers={"accept-encoding": ""}).content.decode()


def test_a_row_taken_away_is_gone_for_readers_when_it_is_published(staff):
    initiative = Initiative.objects.get(slug="nye-redskaber")
    save(staff, initiative, **{"updates-0-DELETE": "on"})
    assert initiative.updates.count() == 1

    publish(staff, initiative)
    assert initiative.updates.count() == 0


def test_a_statement_comes_into_force_in_one_step_and_only_when_readers_can_see_it(staff, reader):
    public, draft = a_statement(2), a_statement(3, public_from=None)

    def put_in_force(*statements):
        data = {"action": "put_in_force", "_selected_action": [statement.pk for statement in statements]}
        return staff.post("/admin/pages/statement/", data, follow=True).content.decode()

    assert "skal være offentlig" in put_in_force(draft)
    assert "Vælg kun én udtalelse." in put_in_force(public, draft)
    assert Statement.objects.get(is_current=True).number == 1
    assert "Udtalelsen gælder nu." in put_in_force(public)
    assert [s.number for s in Statement.objects.filter(is_current=True)] == [2]
    assert last_words(public) == "Gjort til den gældende udtalelse."
    assert LogEntry.objects.count() == 1, "only of what was done"
    assert reader.get("/udtalelse/").status_code == 200


def test_a_search_in_the_admin_finds_words_however_they_are_typed(staff):
    listed = staff.get("/admin/pages/initiative/?q=RÅDHUSET").content.decode()
    assert "Stormøder på Rådhuset" in listed
    assert "Skoler og børnehaver" not in listed


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

    fields = form_of(staff.get(address).content.decode())
    set_capacity(event, 500)
    response = staff.post(address, fields | {"capacity": ["7"]})

    assert response.status_code == 302
    event = Event.objects.with_seats().get(pk=event.pk)
    assert (event.seats.capacity, event.seats.taken) == (500, 120)


@pytest.mark.parametrize("slug", ["forside", "stormoeder", "bekymret", "privatliv", "tilgaengelighed"])
def test_a_page_the_menu_or_the_law_needs_cannot_be_deleted_moved_or_withdrawn(staff, slug):
    page = Page.objects.get(slug=slug)

    assert staff.post(f"/admin/pages/page/{page.pk}/delete/", {"post": "yes"}).status_code == 403
    form = staff.get(f"/admin/pages/page/{page.pk}/change/").content.decode()
    assert not any(f'name="{field}"' in form for field in ("slug", "public_from_0", "withdrawn_at_0"))
    data = {"action": "delete_selected", "_selected_action": [page.pk], "post": "yes"}
    staff.post("/admin/pages/page/", data)
    assert Page.objects.filter(slug=slug).exists()


def test_interpreters_are_ticked_and_may_be_none(staff):
    event = Event.objects.get(slug="naboskab")
    edit(staff, event, interpreters=["ar", "sgn"])
    assert event.interpreters == ["ar", "sgn"]

    edit(staff, event, interpreters=[])
    assert event.interpreters == []


def test_a_sign_that_xml_forbids_is_taken_out_and_the_feed_and_the_card_still_stand(staff, reader):
    event = Event.objects.get(slug="naboskab")
    edit(staff, event, title_da="Fra\x0b Word\x01")

    assert event.title_da == "Fra Word"
    assert reader.get("/aktuelt.atom").status_code == 200
    assert reader.get("/stormoeder/naboskab/kort.png").status_code == 200


def test_rows_inside_say_which_language_and_direction_they_are_in(staff):
    initiative = Initiative.objects.get(slug="nye-redskaber")
    html = staff.get(form_address(initiative, "ar")).content.decode()
    tag = re.search(r'<input[^>]*name="updates-0-title_ar"[^>]*>', html)[0]
    assert 'lang="ar"' in tag
    assert 'dir="rtl"' in tag


def test_a_visitor_without_a_login_is_asked_for_one(reader):
    assert reader.get("/admin/pages/page/").headers["Location"] == "/admin/login/?next=/admin/pages/page/"


def test_a_wrong_address_in_the_admin_is_a_whole_page(staff):
    html = staff.get("/admin/findes-ikke/", headers={"accept-encoding": ""}).content.decode()
    assert '<html lang="da" dir="ltr">' in html
    assert "<style>" in html.replace("<style></style>", "")


@pytest.mark.parametrize("language", ["", "xx", "a/b"])
def test_the_form_in_a_language_that_is_none_is_the_danish_one(staff, language):
    page = a_page("sprog")
    response = staff.get(form_address(page, language), headers={"accept-encoding": ""})

    assert response.status_code == 200
    assert f'src="{form_address(page).partition("change")[0]}se/da/side/"' in response.content.decode()


LINES = "<p>Første linje.</p>\n<p>Anden linje.</p>"


def last_words(obj):
    return LogEntry.objects.filter(object_id=str(obj.pk)).first().get_change_message()


def test_the_history_tells_of_the_fields_that_were_changed_and_of_no_others(staff):
    page = a_page(body_da=f'{LINES}\n<p><a href="/hvem/">Hvem</a></p>')
    same = "<p>Første linje.</p>\r\n<p>Anden linje.</p>\r\n<p><a href='/hvem/'>Hvem</a></p>\r\n"

    save(staff, page, title_da="Andet", body_da=same)

    assert last_words(page) == "Ændrede Titel på dansk."
