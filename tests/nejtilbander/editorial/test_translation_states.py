"""When a translation is read, unread, or older than the Danish."""

import pytest
from django.utils import translation

from events.models import Event
from nejtilbander.i18n.languages import CODES, TranslationState
from nejtilbander.publishing import versions
from pages.models import Initiative, Page, Partner, Statement
from tests.support.admin import edit, html, save, tick
from tests.support.factories import a_page, an_initiative

pytestmark = pytest.mark.django_db


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


LINES = "<p>Første linje.</p>\n<p>Anden linje.</p>"


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


def a_machines_page(**fields):
    page = a_page(title_ar="عنوان الآلة", summary_ar="نص الآلة", **fields)
    page.mark_translated("ar", read=False, machine=True)
    page.save()
    return page


def what_readers_are_told(reader, address="/ar/proeve/"):
    words = (
        "Teksten er oversat af en maskine. Ingen, der taler sproget, har læst den endnu.",
        "Oversættelsen er ny. Den er ikke læst igennem endnu.",
    )
    page = html(reader, address)
    with translation.override("ar"):
        return [word for word in words if translation.gettext(word) in page]


@pytest.mark.parametrize(
    "saves",
    [[{"title_ar": "عنوان", "summary_ar": "نص"}], [{"title_ar": "عنوان"}, {"summary_ar": "نص"}]],
    ids=["at once", "one field a day"],
)
def test_who_rewrites_each_of_a_machines_texts_ends_that_a_machine_wrote_it(staff, reader, saves):
    page = a_machines_page()
    assert what_readers_are_told(reader) == [
        "Teksten er oversat af en maskine. Ingen, der taler sproget, har læst den endnu."
    ]

    for changes in saves:
        edit(staff, page, "ar", **changes)

    assert page.translations["ar"].keys() == {"source", "read", "machine", "date"}
    assert what_readers_are_told(reader) == ["Oversættelsen er ny. Den er ikke læst igennem endnu."]


def test_what_a_machine_wrote_stays_a_machines_until_its_last_text_is_rewritten(staff):
    page = a_machines_page()

    edit(staff, page, "ar", title_ar="عنوان")
    tick(staff, page, "ar")
    edit(staff, page, title_da="Nyt")

    assert page.is_machine_translated("ar")
    assert page.translations["ar"]["rewritten"] == ["title"]


def test_what_is_rewritten_while_something_is_missing_is_remembered_too(staff):
    page = a_machines_page(body_da="<p>Nyt.</p>")
    edit(staff, page, "ar", title_ar="عنوان", summary_ar="نص")
    assert (page.language_state("ar"), page.is_machine_translated("ar")) == (TranslationState.MISSING, False)


def test_a_rewritten_row_inside_is_a_persons_and_its_page_a_machines_still(staff):
    initiative = Initiative.objects.get(slug="nye-redskaber")
    assert initiative.updates.get().is_machine_translated("ar")
    texts = {f"updates-0-{name}_ar": "كلمات" for name, text in initiative.updates.get().texts("ar").items() if text}

    edit(staff, initiative, "ar", **texts)

    assert (initiative.updates.get().is_machine_translated("ar"), initiative.is_machine_translated("ar")) == (
        False, True,
    )  # fmt: skip
