"""A meeting's page: its parts, examples, and what is not known."""

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from events.models import Event
from tests.support.factories import a_meeting

pytestmark = pytest.mark.django_db
STARTS_AT = datetime(2030, 3, 8, 19, tzinfo=ZoneInfo("Europe/Copenhagen"))
CONTACT = '<a href="/kontakt/">Spørg os</a>'


def html_of(reader, address="/stormoeder/proeve/"):
    html = reader.get(address, headers={"accept-encoding": ""}).content.decode()
    return re.sub(r"[ \n]+", " ", html[html.index("<main") : html.index("</main>")])


def part(html, heading):
    """From the heading with this text to the next one."""
    return re.split(r"<h2", html.partition(f">{heading}</h2>")[2])[0]


def test_how_to_get_there_is_the_address_what_staff_write_and_the_journey_planner(reader):
    a_meeting(directions_da="<p>Gå ind fra Flakhaven.</p>")

    html = part(html_of(reader), "Sådan kommer du hertil")

    assert '<bdi lang="da" dir="ltr">Flakhaven 2</bdi>' in html
    assert "<p>Gå ind fra Flakhaven.</p>" in html
    assert '<a href="https://www.rejseplanen.dk/" rel="noreferrer"><bdi dir="ltr">rejseplanen.dk</bdi></a>' in html


def test_what_press_may_do_is_what_staff_write(reader):
    a_meeting(press_da="<p>Ingen kameraer i salen.</p>")

    html = part(html_of(reader), "Presse og foto")

    assert "<p>Ingen kameraer i salen.</p>" in html
    assert CONTACT not in html


def test_what_staff_have_not_written_is_said_to_be_unknown_and_whom_to_ask(reader):
    a_meeting()
    html = html_of(reader)

    assert "Det er ikke besluttet endnu" in part(html, "Presse og foto")
    assert CONTACT in part(html, "Presse og foto")
    assert f"<dd>Vi har ikke fået adgangsforholdene bekræftet endnu. {CONTACT}</dd>" in html


def test_what_is_for_those_who_will_come_is_not_said_of_a_meeting_that_is_over_or_cancelled(reader):
    a_meeting("ovre", days=-3)
    a_meeting("aflyst", state=Event.State.CANCELLED)

    for slug in ("ovre", "aflyst"):
        html = html_of(reader, f"/stormoeder/{slug}/")
        assert "Sådan kommer du hertil" not in html
        assert "Presse og foto" not in html
    assert "adgangsforholdene" not in html_of(reader, "/stormoeder/ovre/")


def test_time_place_and_sign_up_come_before_the_long_text_and_what_came_of_it_has_an_address(reader):
    a_meeting(body_da="<p>Langt.</p>")
    html = html_of(reader)
    order = ["<h1", '<aside class="side"', "Hvornår", 'id="tilmelding"', "</aside>", "<p>Langt.</p>"]
    assert [html.index(text) for text in order] == sorted(html.index(text) for text in order)
    assert '<p class="actions"><a class="button button-primary" href="/stormoeder/proeve/tilmelding/">' in html

    a_meeting("ovre", days=-3, outcome_da="<p>Mere lys.</p>")
    assert '<h2 id="udbytte">Det kom der ud af mødet</h2>' in html_of(reader, "/stormoeder/ovre/")


@pytest.mark.parametrize(
    ("address", "month"), [("/", "mar"), ("/stormoeder/", "mar"), ("/stormoeder/proeve/", "mar"), ("/ar/", "مارس")]
)
def test_the_day_stands_as_a_calendar_block_beside_the_words_and_is_read_once(reader, address, month):
    Event.objects.all().delete()
    a_meeting(starts_at=STARTS_AT, ends_at=STARTS_AT + timedelta(hours=2))
    html = html_of(reader, address)

    assert f'<span class="date-block" aria-hidden="true"><b>8</b> <span>{month}</span></span>' in html
    assert '<time datetime="2030-03-08T18:00:00+00:00">' in html


@pytest.mark.parametrize("language", ["", "/en", "/ar", "/so", "/tr", "/fa"])
@pytest.mark.parametrize("address", ["/", "/stormoeder/", "/stormoeder/proeve/"])
def test_no_line_ends_just_before_the_time_of_day(reader, language, address):
    Event.objects.all().delete()
    a_meeting(
        signup_opens_at=STARTS_AT - timedelta(days=3), starts_at=STARTS_AT, ends_at=STARTS_AT + timedelta(hours=2)
    )
    html = html_of(reader, f"{language}{address}")

    before_clocks = re.findall(r'(.)<bdi dir="ltr">\d\d[.:]\d\d</bdi>', html)
    assert before_clocks
    assert " " not in before_clocks


def test_readers_see_that_an_example_is_one_wherever_it_stands(reader):
    Event.objects.all().delete()
    a_meeting("kommer", title_da="Opdigtet", is_example=True)
    a_meeting("ovre", title_da="Opdigtet før", is_example=True, days=-3, outcome_da="<p>Intet.</p>")
    addresses = [
        "/", "/stormoeder/", "/stormoeder/kommer/", "/stormoeder/ovre/", "/stormoeder/tidligere/", "/aktuelt/",
        "/aktuelt.atom", "/soeg/?q=opdigtet",
    ]  # fmt: skip

    for address in addresses:
        text = reader.get(address, headers={"accept-encoding": ""}).content.decode().replace("<mark>", "")
        titles = re.findall(r"(.{10})Opdigtet", text)
        assert titles, address
        assert {title for title in titles if title != "Eksempel: "} == set(), address
    html = reader.get("/stormoeder/kommer/", headers={"accept-encoding": ""}).content.decode()
    assert "Mødet er et eksempel." in html
    assert "application/ld+json" not in html, "search engines are not told of a meeting that nobody holds"


def test_a_real_meeting_is_no_example(reader):
    a_meeting()
    assert "ksempel" not in html_of(reader)


def test_the_calendar_of_all_meetings_says_who_can_see_it(reader):
    html = html_of(reader, "/stormoeder/")
    assert "Tænk på, hvem der kan se din kalender." in html.partition("/stormoeder/kalender.ics")[2]
