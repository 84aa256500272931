"""Staff edit in six languages in the stock admin."""

import re
from urllib.parse import urlencode

import pytest
from django.contrib.admin.models import LogEntry
from django.utils import translation
from django.utils.html import escape

from events.models import Event
from events.signups.seats import set_capacity
from nejtilbander.editorial.forms import translation as translation_forms
from nejtilbander.editorial.forms.translation import CHANGED, CHANGED_LOOKS
from nejtilbander.i18n.languages import CODES, TranslationState
from nejtilbander.publishing import versions
from nejtilbander.text import prose
from pages.models import Initiative, Page, Partner, Statement
from tests.support.admin import a_new_update, edit, form_address, form_of, publish, save, tick
from tests.support.factories import a_page, a_statement, an_initiative
from tests.support.waiting import effort

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("model", [Page, Initiative, Partner, Statement, Event])
def test_every_kind_has_a_list_and_a_page_for_each_language_with_danish_beside_it(staff, model):
    base = f"/admin/{model._meta.app_label}/{model._meta.model_name}/"
    obj = model.objects.first()
    listed = staff.get(base)

    assert listed.status_code == 200
    assert "ikke læst af en sprogkyndig" in listed.content.decode()
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


def states(obj):
    return {code: obj.language_state(code) for code in CODES[1:]}


ALL_READ = dict.fromkeys(CODES[1:], TranslationState.REVIEWED)
ALL_OLD = dict.fromkeys(CODES[1:], TranslationState.OUTDATED)


@pytest.mark.parametrize(
    ("model", "field"),
    [(Page, "title"), (Initiative, "title"), (Statement, "title"), (Event, "title"), (Partner, "name")],
    ids=["page", "initiative", "statement", "meeting", "partner"],
)
def test_a_translation_is_older_than_the_danish_from_the_moment_staff_change_the_danish(staff, model, field):
    obj = model.objects.order_by("pk")[0]
    tick(staff, obj, *CODES[1:])
    assert states(obj) == ALL_READ

    save(staff, obj)
    obj.refresh_from_db()
    assert states(obj) == ALL_READ, "saving without a change changes nothing"

    edit(staff, obj, **{f"{field}_da": "Helt andre ord"})
    assert states(obj) == ALL_OLD

    tick(staff, obj, *CODES[1:])
    assert states(obj) == ALL_READ


def test_a_small_correction_leaves_right_translations_right_and_old_ones_old(staff):
    page = Page.objects.get(slug="hvem")
    tick(staff, page, *CODES[1:])
    edit(staff, page, is_small="on", title_da="Hvem står bag?")
    assert states(page) == ALL_READ

    edit(staff, page, title_da="Noget helt andet")
    edit(staff, page, is_small="on", title_da="Noget helt andet!")
    assert states(page) == ALL_OLD


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


def test_what_staff_write_is_not_called_machine_made_and_what_a_machine_wrote_is(staff, reader):
    page = a_page(title_en="Trial", summary_en="A trial.")
    page.mark_translated("en", read=False, machine=True)
    page.save()
    edit(staff, page, "tr", title_tr="Deneme", summary_tr="Bir deneme.")

    assert (page.is_machine_translated("en"), page.is_machine_translated("tr")) == (True, False)
    assert page.language_state("tr") == TranslationState.UNREAD
    with translation.override("tr"):
        words = translation.gettext("Oversættelsen er ny. Den er ikke læst igennem endnu.")
    assert words in reader.get("/tr/proeve/", headers={"accept-encoding": ""}).content.decode()


def test_a_tick_taken_away_means_unread_again(staff):
    page = Page.objects.get(slug="hvem")
    tick(staff, page, "ar", "en")

    edit(staff, page, "ar", is_read=None)

    assert (page.language_state("ar"), page.language_state("en")) == (
        TranslationState.UNREAD,
        TranslationState.REVIEWED,
    )
    save(staff, page, "en")
    assert versions.newest_version(page).content["fields"]["translations"]["en"]["read"]


def test_the_rows_inside_are_translated_with_their_page(staff):
    statement = Statement.objects.get(number=1)
    tick(staff, statement, *CODES[1:])
    assert [states(row) for row in statement.signatories.all()] == [ALL_READ] * 5

    initiative = Initiative.objects.get(slug="nye-redskaber")
    edit(staff, initiative, **{"updates-0-title_da": "Rettet"})
    assert states(initiative.updates.get()) == ALL_OLD
    tick(staff, initiative, *CODES[1:])
    assert states(initiative.updates.get()) == ALL_READ

    edit(staff, initiative, **{"updates-0-title_da": "Rettet igen"})
    assert states(initiative) == ALL_READ
    assert states(initiative.updates.get()) == ALL_OLD
    tick(staff, initiative, *CODES[1:])
    assert states(initiative.updates.get()) == ALL_READ, "one tick is enough, though the page itself was read"


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
    assert "Et fælles sprog" not in listed


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


@pytest.mark.parametrize("slug", ["forside", "stormoeder", "privatliv", "tilgaengelighed"])
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


LINES = "<p>Første linje.</p>\n<p>Anden linje.</p>"


def last_words(obj):
    return LogEntry.objects.filter(object_id=str(obj.pk)).first().get_change_message()


def test_a_row_whose_translation_is_sent_back_untouched_stays_older_than_the_danish(staff):
    initiative = an_initiative(title_ar="عنوان")
    update = initiative.updates.create(
        date="2030-01-01", title_da="Nyt", title_ar="جديد", body_da=LINES, body_ar=LINES.replace("linje", "سطر")
    )
    tick(staff, initiative, "ar")
    edit(staff, initiative, **{"updates-0-title_da": "Et helt andet nyt"})
    update.refresh_from_db()
    assert update.language_state("ar") == TranslationState.OUTDATED

    edit(staff, initiative, "ar", title_ar="عنوان آخر", is_read=None)

    update.refresh_from_db()
    assert update.language_state("ar") == TranslationState.OUTDATED
    edit(staff, initiative, "ar", **{"updates-0-title_ar": "جديد آخر"})
    update.refresh_from_db()
    assert update.language_state("ar") == TranslationState.UNREAD


def test_the_history_tells_of_the_fields_that_were_changed_and_of_no_others(staff):
    page = a_page(body_da=f'{LINES}\n<p><a href="/hvem/">Hvem</a></p>')
    same = "<p>Første linje.</p>\r\n<p>Anden linje.</p>\r\n<p><a href='/hvem/'>Hvem</a></p>\r\n"

    save(staff, page, title_da="Andet", body_da=same)

    assert last_words(page) == "Ændrede Titel [da]."


def beside(staff, obj, field, language="ar"):
    """The Danish that stands beside a field."""
    html = staff.get(form_address(obj, language), headers={"accept-encoding": ""}).content.decode()
    before = re.split(rf'<(?:input|textarea)[^>]*name="{field}_{language}"', html)[0]
    return re.findall(r'<div class="danish" lang="da" dir="ltr">(.*?)</div><div>', before, re.DOTALL)[-1]


def told(sentence, words):
    return f'<p class="desk-changed">{sentence}</p><div class="desk-difference">{words}</div>'


def a_translated_page(staff):
    page = a_page(
        "oversat", title_da="En side", summary_da="Kort & godt.", body_da="<p>Ring {politi} nu.</p><p>Tak.</p>"
    )
    edit(staff, page, "ar", title_ar="صفحة", summary_ar="قصير.", body_ar="<p>اتصل الآن.</p>", is_read="on")
    return page


def test_a_translator_sees_what_is_new_in_the_danish_since_the_translation_and_the_rest_as_it_is(staff):
    page = a_translated_page(staff)
    assert beside(staff, page, "title") == "En side"
    save(staff, page, summary_da="Kort & <godt>.", body_da="<p>Ring {politi} straks.</p><p>Tak.</p>")
    save(staff, page, summary_da="Kort & <rigtig> godt.")

    assert beside(staff, page, "title") == "En side"
    assert beside(staff, page, "summary") == told(CHANGED, "Kort &amp; <ins>&lt;rigtig&gt;</ins> godt.")
    assert beside(staff, page, "body") == told(CHANGED, "Ring 114 <del>nu.</del> <ins>straks.</ins>\nTak.")
    assert beside(staff, page, "title", "so") == "En side", "nobody has translated it"

    save(staff, page, "ar", body_ar="<p>اتصل فورا.</p>")
    assert beside(staff, page, "summary") == "Kort &amp; &lt;rigtig&gt; godt.", "now the translation follows it"


def test_each_language_is_compared_with_the_danish_it_was_made_from(staff):
    page = a_translated_page(staff)
    save(staff, page, title_da="En ny side")
    save(staff, page, "tr", title_tr="Yeni", summary_tr="Kısa.", body_tr="<p>Ara.</p>")
    save(staff, page, title_da="En helt ny side")

    assert beside(staff, page, "title", "ar") == told(CHANGED, "En <ins>helt ny</ins> side")
    assert beside(staff, page, "title", "tr") == told(CHANGED, "En <ins>helt</ins> ny side")


def test_when_only_looks_or_links_have_changed_the_danish_stands_there_and_a_line_says_so(staff):
    page = a_translated_page(staff)
    save(staff, page, body_da="<p>Ring {politi} <strong>nu</strong>.</p><p>Tak.</p>")

    shown = beside(staff, page, "body")
    assert shown.startswith(f'<p class="desk-changed">{CHANGED_LOOKS}</p><p>Ring <a href="tel:114">')
    assert "<strong>nu</strong>" in shown


def test_a_small_correction_is_nothing_new(staff):
    page = a_translated_page(staff)
    save(staff, page, is_small="on", title_da="En sidde")

    assert beside(staff, page, "title") == "En sidde"


def test_where_no_version_has_the_danish_of_the_translation_the_danish_stands_as_it_is(staff, monkeypatch):
    page = a_translated_page(staff)
    for number in range(3):
        save(staff, page, title_da=f"Side {number}")
    assert beside(staff, page, "title") == told(CHANGED, "<del>En side</del> <ins>Side 2</ins> ")

    monkeypatch.setattr(translation_forms, "MAX_VERSIONS", 3)
    assert beside(staff, page, "title") == "Side 2"

    seeded = a_page("uden-historie", title_ar="صفحة", summary_ar="قصير.")
    seeded.translations = {"ar": {"source": "of long ago", "read": True}}
    seeded.save()
    assert beside(staff, seeded, "title") == "Prøve"


def test_the_rows_inside_say_what_is_new_in_them_too(staff):
    initiative = Initiative.objects.get(slug="nye-redskaber")
    title = initiative.updates.get().title_da
    tick(staff, initiative, *CODES[1:])
    save(staff, initiative, **{"updates-0-title_da": f"{title} igen"}, **a_new_update(initiative, 1, title_da="Nyt"))

    rows = {beside(staff, initiative, f"updates-{place}-title") for place in (0, 1)}
    assert rows == {told(CHANGED, f"{title} <ins>igen</ins> "), "Nyt"}
    assert beside(staff, initiative, "title") == initiative.title_da


@pytest.mark.parametrize("language", ["da", "ar"])
def test_a_megabyte_of_text_ends_in_a_sentence_at_its_field_with_all_that_was_typed(staff, language):
    page = a_page("lang", title_da="Før")
    fields = form_of(staff.get(form_address(page, language)).content.decode())
    text = "<p>{}</p>".format({"da": "Vi står sammen. ", "ar": "نقف معا ضدهم. "}[language] * 70_000)
    typed = urlencode(fields | {f"title_{language}": "Andet", f"body_{language}": text}, doseq=True)
    assert len(text) > 900_000

    answer = staff.post(form_address(page, language), typed, content_type="application/x-www-form-urlencoded")
    html = answer.content.decode()

    size = f"{len(text):,}".replace(",", ".")
    told = f"Teksten er for lang. Den fylder {size} tegn og må højst fylde 100.000. Kort den ned, eller del den over"
    assert answer.status_code == 200
    assert told in html.partition(f"field-body_{language}")[2].partition("<textarea")[0]
    assert form_of(html)[f"body_{language}"] == [text]
    assert form_of(html)[f"title_{language}"] == ["Andet"]
    page.refresh_from_db()
    assert (page.title_da, versions.versions_of(page).filter(number__gt=1).count()) == ("Før", 0)


def test_a_text_as_long_as_it_may_be_is_saved_published_and_compared_at_once(staff, reader):
    page = a_page("lige-lang")
    lines = [f"<p>Linje nummer {number} om hvad vi gør sammen i byen.</p>" for number in range(1_000, 2_750)]
    before, after = "".join(lines), "".join([*lines[:900], "<p>Noget helt nyt.</p>", *lines[900:]])
    assert 90_000 < len(after) <= prose.MAX_LENGTH
    edit(staff, page, body_da=before)

    _, units = effort(lambda: edit(staff, page, body_da=after))

    assert units < 1000, "about 30"
    assert "Noget helt nyt." in reader.get("/lige-lang/", headers={"accept-encoding": ""}).content.decode()


def test_more_than_the_site_takes_in_is_answered_with_what_to_do(staff):
    page = a_page("for-meget", title_da="Før")
    sent = staff.post(
        form_address(page), b"body_da=" + b"x" * 10_000_000, content_type="application/x-www-form-urlencoded",
        headers={"accept-encoding": ""},
    )  # fmt: skip

    assert sent.status_code == 413
    assert "<h1>Det er for meget på én gang</h1>" in sent.content.decode()
    assert "Der er ikke gemt noget. Alt i formularen må tilsammen højst fylde 10 MB" in sent.content.decode()
    page.refresh_from_db()
    assert page.title_da == "Før"
