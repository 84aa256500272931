"""A notice stands on every page, for as long as its moment lasts, and costs next to nothing."""

import re

import brotli
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from nejtilbander.caching import memory, tracking, watcher
from nejtilbander.i18n.languages import path_in_language
from nejtilbander.notices import current
from nejtilbander.notices.models import Notice
from nejtilbander.publishing import actions, content_checks, versions
from tests.support.addresses import LANGUAGES, NEUTRAL, PAGES
from tests.support.admin import publish, save
from tests.support.factories import HOUR, a_meeting, a_notice
from tests.support.notices import html_of, notices_on
from tests.support.page_budget import FLIGHT, LIMIT

pytestmark = [pytest.mark.django_db, pytest.mark.walk]
PLAIN = {"accept-encoding": ""}


def questions(reader, address):
    with CaptureQueriesContext(connection) as asked:
        reader.get(address)
    return len(asked)


def a_minute_passes():
    at, found = memory._rows[current.CACHE_KEY]
    memory._rows[current.CACHE_KEY] = (at - 61, found)


def test_a_site_with_nothing_to_tell_has_no_notice(reader):
    assert "<aside" not in html_of(reader, "/hvem/")


@pytest.mark.parametrize("address", [*PAGES, *NEUTRAL, "/ar/", "/fa/hjaelp/"])
def test_a_notice_stands_right_before_the_main_part_of_every_page(reader, address):
    a_notice()
    html_of(reader, "/")  # the guide shows what the process knows

    html = html_of(reader, address)

    assert html.count("<aside aria-label=") == 1
    assert re.search(r'</aside>\s*<main id="indhold"', html)
    assert len(notices_on(reader, address)) == 1


def test_a_notice_says_its_level_in_words_before_its_title_and_its_body(reader):
    a_notice(body_da="Brug indgangen i Vestergade.")

    assert '<aside aria-label="Besked">' in html_of(reader, "/")
    assert notices_on(reader) == [
        ("warning", "Advarsel: Rådhuset er lukket Brug indgangen i Vestergade."),
    ]


def test_only_the_two_most_serious_are_shown_the_most_serious_first(reader):
    for level in Notice.Level:
        a_notice(level.label, level=level)

    assert notices_on(reader) == [("danger", "Fare: fare"), ("warning", "Advarsel: advarsel")]


@pytest.mark.parametrize(
    ("begins", "lasts"), [(HOUR, HOUR), (-2 * HOUR, HOUR)], ids=["not begun", "over"]
)  # fmt: skip
def test_a_notice_stands_only_while_its_moment_lasts(reader, begins, lasts):
    a_notice(begins=begins, lasts=lasts)

    assert notices_on(reader) == []


def test_a_notice_that_is_withdrawn_leaves_every_page_at_once(reader):
    notice = a_notice()
    reader.get("/")
    actions.withdraw(notice, {})
    memory.clear()

    assert notices_on(reader) == []


def test_danish_words_are_marked_on_a_page_in_another_language(reader):
    a_notice(body_da="Brug indgangen i Vestergade.", body_ar="استخدم المدخل الآخر.")

    html = html_of(reader, "/ar/")

    assert '<span lang="da" dir="ltr">Rådhuset er lukket</span>' in html
    assert "<span>استخدم المدخل الآخر.</span>" in html
    assert "<span>Rådhuset er lukket</span>" in html_of(reader, "/")


def test_what_staff_write_cannot_become_a_part_of_the_page(reader):
    a_notice("<script>alert(1)</script>", body_da='"><img src=x>')

    html = html_of(reader, "/")

    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html
    assert "<img" not in html


MAX_LENGTHS = [  # as long as the form takes
    "Gå uden om havnen og Vestergade i aften, og hold døre og vinduer helt lukkede.",
    (
        "Der er røg fra en brand i en lagerbygning. Røgen driver mod byen. Har du astma, så bliv inde, til vi skriver, "
        "at det er slut. Skal du forbi, så kør ad ringvejen. Busserne 21, 31 og 51 kører en anden vej og holder ikke "
        "ved banegården. Vi skriver igen her på siden klokken otte, når brandvæsenet ved mere."
    ),
    "Borgerservice på Rådhuset er lukket for alle fra mandag morgen til og med fredag",
    (
        "Vi flytter til nye lokaler og pakker skriveborde, skærme og arkiver ned. Skal du have pas, kørekort eller "
        "sundhedskort, så bestil en tid på biblioteket i Vollsmose eller i Dalum. Du kan også ringe til os hver dag "
        "fra ni til femten. Vi åbner igen ugen efter, samme sted, med indgang fra gården bagved."
    ),
]
HEAVIEST = [
    path_in_language(page, code) for page in PAGES if "hjaelp" in page or "tilmelding" in page for code in LANGUAGES
]


@pytest.mark.parametrize("address", HEAVIEST)
@pytest.mark.parametrize(("length", "limit"), [(120, LIMIT), (250, FLIGHT)], ids=["ordinary", "longest"])
def test_two_notices_leave_the_heaviest_pages_light(reader, address, length, limit):
    """Two as long as can be, over the full form in Persian, make 8,029 bytes: the one page above its limit."""
    first, text, second, more = (words[:length] for words in MAX_LENGTHS)
    a_notice(first, level=Notice.Level.DANGER, body_da=text)
    a_notice(second, body_da=more)
    reader.get("/")

    response = reader.get(address, headers={"accept-encoding": "br"})

    assert b"<aside" in brotli.decompress(response.content)
    assert len(response.content) <= limit


def test_notices_are_asked_for_once_a_second_whatever_is_read(reader):
    a_notice()
    reader.get("/hvem/")

    with CaptureQueriesContext(connection) as asked:
        assert [level for level, _ in notices_on(reader, "/tr/privatliv/")] == ["warning"]
    assert not [one for one in asked if "nejtilbander_notice" in one["sql"] or '"events_event"' in one["sql"]]


def test_every_source_together_asks_twice():
    with CaptureQueriesContext(connection) as asked:
        current.active_notices()
        current.active_notices()

    assert len(asked) == 2


def test_the_guide_asks_nothing_and_shows_what_was_found_within_the_last_minute(reader):
    a_notice()

    assert notices_on(reader, "/hjaelp/") == []
    reader.get("/hvem/")
    assert questions(reader, "/ar/hjaelp/") == 0
    assert notices_on(reader, "/hjaelp/") == [("warning", "Advarsel: Rådhuset er lukket")]
    a_minute_passes()
    assert notices_on(reader, "/hjaelp/") == []


def test_an_error_page_shows_what_is_known_and_asks_only_whether_the_page_was_moved(reader):
    address = "/findes-ikke/igen/"
    a_notice()

    assert notices_on(reader, address) == []
    reader.get("/hvem/")
    assert questions(reader, address) == 1
    assert notices_on(reader, address) == [("warning", "Advarsel: Rådhuset er lukket")]


def test_pages_go_on_without_notices_when_they_cannot_be_found(reader):
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE nejtilbander_notice RENAME TO nejtilbander_gone")  # undone with the test

    response = reader.get("/hvem/", headers=PLAIN)

    assert response.status_code == 200
    assert "<aside" not in response.content.decode()


def test_a_draft_that_is_looked_at_raises_no_notice_for_anybody(reader):
    meeting = a_meeting(days=3)
    with versions.as_working_copy(meeting):
        type(meeting).objects.filter(pk=meeting.pk).update(state="cancelled")
        assert current.active_notices() == []

    assert current.last_known() == []
    assert notices_on(reader, "/hjaelp/") == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_words_of_a_notice_are_in_the_language_of_the_page_that_asks(reader, language):
    a_notice()
    reader.get("/")  # found for a Danish page

    with translation.override(language):
        expected = f"{current.LEVEL_LABELS['warning']}: Rådhuset er lukket"
    assert notices_on(reader, path_in_language("/hvem/", language)) == [("warning", expected)]


def test_any_change_of_what_stands_on_top_makes_every_page_anew_and_a_draft_none(staff):
    notice = a_notice()
    before = watcher.current_states()
    save(staff, notice, body_da="Kun i kladden.")
    assert watcher.changed_objects(before, watcher.current_states()) == set()

    publish(staff, notice)

    assert watcher.changed_objects(before, watcher.current_states()) is None


def test_a_page_shows_the_notice_also_when_another_page_asked_for_it(reader):
    notice = a_notice()
    reader.get("/")

    for address in ("/hvem/", "/hjaelp/"):
        with tracking.record_reads() as objects:
            reader.get(address)
        assert ("nejtilbander.notice", notice.pk) in objects


def test_a_number_in_a_notice_is_a_link_and_what_looks_like_html_is_text(reader):
    notice = a_notice(body_da="Ring {alarm} nu <b>straks</b>", body_ar="اتصل بـ {alarm}")

    assert 'href="tel:112"' in html_of(reader, "/")
    assert 'href="tel:112"' in html_of(reader, "/ar/")
    assert "&lt;b&gt;straks" in html_of(reader, "/hvem/")
    assert content_checks.check_content(notice) == []


def test_a_notice_that_other_rows_have_pushed_out_of_memory_is_found_anew_and_not_lost(reader):
    notice = a_notice()
    current.refresh()
    for number in range(memory.MAX_ENTRIES + 1):
        memory.put(number, None)
    assert current.last_known() == []

    current.confirm()
    assert [one.obj for one in current.last_known()] == [notice]
    current.confirm()
    assert [one.obj for one in current.last_known()] == [notice]
