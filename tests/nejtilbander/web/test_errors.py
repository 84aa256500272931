"""Error pages: in the language of the address, with the numbers to call."""

import re
import sqlite3

import pytest
from django.db import (
    DatabaseError,
    IntegrityError,
    InterfaceError,
    InternalError,
    OperationalError,
    ProgrammingError,
    connection,
)
from django.test.client import ClientHandler
from django.utils import timezone, translation

from nejtilbander.i18n.languages import CODES, path_in_language
from tests.support.addresses import ERRORS, MACHINES, PAGES, everywhere
from tests.support.factories import a_meeting, a_page, a_statement, an_initiative

pytestmark = pytest.mark.walk


@pytest.mark.parametrize("address", everywhere(ERRORS))
def test_an_unknown_address_is_a_page_in_its_own_language(reader, address):
    language = next((code for code in CODES if address.startswith(f"/{code}/")), "da")
    response = reader.get(address, headers={"accept-encoding": ""})

    html = response.content.decode()
    assert response.status_code == 404
    assert f'<html lang="{language}"' in html
    with translation.override(language):
        assert f"<h1>{translation.gettext('Siden findes ikke')}</h1>" in html
    assert 'href="tel:112"' in html
    assert '<meta name="robots" content="noindex">' in html


@pytest.mark.parametrize("address", ["/de/", "/de/hjaelp/", "/da/"])
def test_an_unknown_language_is_a_danish_404(reader, address):
    response = reader.get(address, headers={"accept-encoding": ""})

    assert response.status_code == 404
    assert '<html lang="da"' in response.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("make", "address"),
    [
        (a_page, "/proeve/"),
        (an_initiative, "/indsatser/proeve/"),
        (a_meeting, "/stormoeder/proeve/"),
        (lambda **fields: a_statement(7, **fields), "/udtalelse/7/"),
    ],
    ids=["page", "initiative", "meeting", "statement"],
)
def test_a_withdrawn_page_is_gone_and_says_why(reader, make, address):
    make(
        withdrawn_at=timezone.now(), withdrawn_reason_da="Den var forkert.", withdrawn_reason_en="It was wrong.",
        withdrawn_reason_ar="",
    )  # fmt: skip

    danish = reader.get(address, headers={"accept-encoding": ""})
    english = reader.get(path_in_language(address, "en"), headers={"accept-encoding": ""})

    assert (danish.status_code, english.status_code) == (410, 410)
    assert "Den var forkert." in danish.content.decode()
    assert "It was wrong." in english.content.decode()
    arabic = reader.get(path_in_language(address, "ar"), headers={"accept-encoding": ""})
    assert arabic.status_code == 410
    assert '<p class="lead" lang="da" dir="ltr">Den var forkert.</p>' in arabic.content.decode()
    assert reader.get(f"{address}kort.png").status_code == 410


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("make", "address"),
    [(a_page, "/proeve/"), (an_initiative, "/indsatser/proeve/"), (a_meeting, "/stormoeder/proeve/")],
    ids=["page", "initiative", "meeting"],
)
def test_a_draft_does_not_exist_for_readers(reader, make, address):
    make(public_from=None)

    assert reader.get(address).status_code == 404


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete", "options", "trace"])
@pytest.mark.parametrize("address", ["/", "/en/hjaelp/", "/stormoeder/", "/soeg/", "/forlad", "/sitemap.xml"])
def test_a_page_can_only_be_read(reader, method, address):
    response = getattr(reader, method)(address)

    assert response.status_code == 405
    assert response.headers["Allow"] == "GET, HEAD"
    assert b"<h1>" in response.content


@pytest.mark.parametrize("address", [*PAGES, *MACHINES])
def test_a_head_request_gets_the_same_answer_without_a_body(reader, address):
    got, headed = reader.get(address), reader.head(address)

    assert headed.content == b""
    assert headed.status_code == got.status_code
    assert headed.headers["Content-Type"] == got.headers["Content-Type"]


def test_a_form_that_was_too_old_is_answered_with_a_sentence(reader, static_files):
    reader.handler = ClientHandler(enforce_csrf_checks=True)

    response = reader.post("/admin/login/", {"username": "a", "password": "b"}, headers={"accept-encoding": ""})

    assert response.status_code == 403
    assert "Gå tilbage, og prøv igen." in response.content.decode()


@pytest.mark.django_db
def test_a_page_may_be_withdrawn_from_a_moment_to_come(reader):
    a_page(withdrawn_at=timezone.now() + timezone.timedelta(hours=1), withdrawn_reason_da="Snart forbi.")
    assert reader.get("/proeve/").status_code == 200


def failing(error):
    """Inside, the database gives `fault` to whatever it is asked."""

    def refuse(*given):
        raise error

    return connection.execute_wrapper(refuse)


AWAY = OperationalError("connection to server failed")
NEEDS_THE_DATABASE = [
    "/", "/udtalelse/", "/indsatser/klubhuse/", "/stormoeder/", "/stormoeder/naboskab/", "/soeg/?q=politi", "/hvem/",
    "/stormoeder/naboskab/tilmelding/", "/stormoeder/naboskab/kvittering/", "/min-tilmelding/et-link/",
]  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize("address", everywhere(NEEDS_THE_DATABASE))
def test_while_the_database_is_away_a_calm_page_in_the_readers_language_asks_to_come_back(reader, address):
    language = next((code for code in CODES if address.startswith(f"/{code}/")), "da")

    with failing(AWAY):
        response = reader.get(address, headers={"accept-encoding": ""})

    html = response.content.decode()
    assert (response.status_code, response.headers["Retry-After"]) == (503, "120")
    assert response.headers["Cache-Control"] == "no-store"
    assert response.headers["Content-Language"] == language
    assert response.cookies == {}
    assert f'<html lang="{language}"' in html
    with translation.override(language):
        assert f"<h1>{translation.gettext('Siden har problemer lige nu')}</h1>" in html
        assert f">{translation.gettext('Prøv igen')}</a>" in html
    assert f'<a class="button button-primary" href="{address}">' in html
    assert [f'href="tel:{number}"' in html for number in (112, 114)] == [True, True]
    assert f'href="{path_in_language("/hjaelp/", language)}"' in html
    assert '<meta name="robots" content="noindex">' in html


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/sitemap.xml", "/aktuelt.atom", "/stormoeder/kalender.ics", "/kort.png"])
def test_machines_too_are_asked_to_come_back(reader, address):
    with failing(AWAY):
        response = reader.get(address)

    assert (response.status_code, response.headers["Retry-After"]) == (503, "120")


@pytest.mark.django_db
def test_the_address_of_a_sign_up_is_told_to_no_other_site_and_the_tab_says_nothing_of_it(reader):
    with failing(AWAY):
        response = reader.get("/min-tilmelding/et-link/", headers={"accept-encoding": ""})

    assert response.headers["Referrer-Policy"] == "no-referrer"
    assert "<title>Siden har problemer lige nu</title>" in response.content.decode()
    assert 'class="exit"' in response.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "error",
    [AWAY, InterfaceError("connection already closed"), DatabaseError("database disk image is malformed")],
    ids=lambda error: type(error).__name__,
)
def test_each_way_of_being_away_is_one_line_in_the_log_with_no_words_of_the_databases(reader, caplog, error):
    with failing(error):
        assert reader.get("/hvem/").status_code == 503

    assert caplog.messages == [f"The database does not answer ({type(error).__name__}): /hvem/"]


def a_mistake_in_sqlite():
    """What Django makes of a table that is not there."""
    error = OperationalError("no such table: pages_page")
    with sqlite3.connect(":memory:") as empty:
        try:
            empty.execute("SELECT * FROM pages_page")
        except sqlite3.OperationalError as cause:
            error.__cause__ = cause
    empty.close()
    return error


@pytest.mark.django_db
@pytest.mark.parametrize(
    "error",
    [ProgrammingError(), IntegrityError(), InternalError(), a_mistake_in_sqlite(), ValueError()],
    ids=lambda error: type(error).__name__,
)
def test_a_mistake_of_ours_is_no_absence_of_the_database(reader, error):
    with failing(error):
        response = reader.get("/hvem/")

    assert (response.status_code, response.headers.get("Retry-After")) == (500, None)


@pytest.mark.django_db
def test_staff_are_not_sent_the_readers_page(staff):
    staff.raise_request_exception = False
    with failing(AWAY):
        assert staff.get("/admin/").status_code == 500


@pytest.mark.django_db
def test_an_unknown_address_is_unknown_whether_the_database_answers_or_not(reader):
    for error in (AWAY, InterfaceError()):
        with failing(error):
            assert reader.get("/findes/ikke/").status_code == 404
            assert reader.get("/hjaelp/").status_code == 200


@pytest.mark.django_db
def test_what_was_sent_comes_back_to_be_sent_again_with_every_sign_as_it_was(reader):
    sent = {"question": 'Hvad "nu"?\r\n\r\n  <b>Tak</b>', "needs": ["wheelchair", "other"], "x<y": "1"}
    with failing(AWAY):
        response = reader.post("/stormoeder/naboskab/tilmelding/", sent, headers={"accept-encoding": ""})

    html = response.content.decode()
    assert response.status_code == 503
    assert re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)">', html) == [
        ("question", "Hvad &quot;nu&quot;?\r&#10;\r&#10;  &lt;b&gt;Tak&lt;/b&gt;"),
        ("needs", "wheelchair"), ("needs", "other"), ("x&lt;y", "1"),
    ]  # fmt: skip
    assert '<form id="again" method="post">' in html
    assert '<button class="button button-primary" form="again">Send igen</button>' in html
    assert "det ligger klar på denne side" in html
