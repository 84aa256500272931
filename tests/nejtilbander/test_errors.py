"""When a page cannot be given, readers get a calm page in the language of the address, with the numbers that help."""

import pytest
from django.utils import timezone, translation

from nejtilbander.languages import CODES
from nejtilbander.reading import in_language
from tests.addresses import ERRORS, MACHINES, PAGES, everywhere
from tests.make import a_meeting, a_page, a_statement, an_initiative

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
    english = reader.get(in_language(address, "en"), headers={"accept-encoding": ""})

    assert (danish.status_code, english.status_code) == (410, 410)
    assert "Den var forkert." in danish.content.decode()
    assert "It was wrong." in english.content.decode()
    arabic = reader.get(in_language(address, "ar"), headers={"accept-encoding": ""})
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
    reader.handler.enforce_csrf_checks = True

    response = reader.post("/admin/login/", {"username": "a", "password": "b"}, headers={"accept-encoding": ""})

    assert response.status_code == 403
    assert "Gå tilbage, og prøv igen." in response.content.decode()


@pytest.mark.django_db
def test_a_page_may_be_withdrawn_from_a_moment_to_come(reader):
    a_page(withdrawn_at=timezone.now() + timezone.timedelta(hours=1), withdrawn_reason_da="Snart forbi.")
    assert reader.get("/proeve/").status_code == 200
