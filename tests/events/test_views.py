"""The meetings, as citizens meet them."""

import json
import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from events.models import Event
from tests.support.factories import a_meeting

pytestmark = pytest.mark.django_db
PLAIN = {"accept-encoding": ""}
COPENHAGEN = ZoneInfo("Europe/Copenhagen")


def html_of(reader, address):
    return reader.get(address, headers=PLAIN).content.decode()


def facts(html):
    pairs = re.findall(r"<dt>(.*?)</dt>\s*<dd[^>]*>(.*?)</dd>", html, re.DOTALL)
    return {term: re.sub(r"<[^>]+>", "", words) for term, words in pairs}


def test_a_meeting_says_when_where_and_how_to_get_in(reader):
    starts_at = datetime(2030, 3, 14, 19, tzinfo=COPENHAGEN)
    a_meeting(
        starts_at=starts_at, ends_at=starts_at + timedelta(hours=2), doors_at=starts_at - timedelta(minutes=30),
        interpreters=["ar", "sgn"], access_da="Elevator.",
    )  # fmt: skip

    assert facts(html_of(reader, "/stormoeder/proeve/")) == {
        "Hvornår": "torsdag den 14. marts 2030, kl.\N{NO-BREAK SPACE}19.00–21.00",
        "Dørene åbner": "kl.\N{NO-BREAK SPACE}18.30",
        "Hvor": "Rådhuset, Flakhaven 2",
        "Adgang": "Elevator.",
        "Tolke": "arabisk, dansk tegnsprog",
    }
    assert '<time datetime="2030-03-14T18:00:00+00:00">' in html_of(reader, "/stormoeder/proeve/")


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({}, "Ledige pladser"),
        ({"taken": 670}, "Kun få pladser tilbage"),
        ({"taken": 677}, "Venteliste"),
        ({"signup_opens_at": None}, "Tilmelding er ikke åbnet endnu"),
        ({"signup_closes_at": timezone.now() - timedelta(minutes=1)}, "Tilmelding er lukket"),
    ],
    ids=["open", "few", "waiting list", "not open", "closed"],
)
def test_seats_are_told_in_words_and_never_in_numbers(reader, fields, words):
    starts_at = timezone.now().replace(hour=12, minute=0) + timedelta(days=10)
    a_meeting(starts_at=starts_at, ends_at=starts_at + timedelta(hours=2), capacity=677, **{"taken": 377} | fields)

    html = html_of(reader, "/stormoeder/proeve/").partition("<main")[2]

    assert f'<span class="tag">{words}</span>' in html
    assert not re.search(r"\b(377|300|670|677|7)\b", re.sub(r"<[^>]+>", "", html))


def test_a_cancelled_meeting_says_so_first_and_why(reader):
    a_meeting(state=Event.State.CANCELLED, state_reason_da="Taleren er syg.", programme_da="<p>Program</p>")

    html = html_of(reader, "/stormoeder/proeve/")

    assert html.index("Mødet er aflyst") < html.index("Hvornår")
    assert "Taleren er syg." in html
    assert "Tilmelding</h2>" not in html
    assert '"https://schema.org/EventCancelled"' in html


def test_a_past_meeting_tells_what_came_of_it(reader):
    a_meeting(days=-5, outcome_da="<p>Mere lys.</p>", programme_da="<p>Kaffe</p>")

    html = html_of(reader, "/stormoeder/proeve/")

    assert "Det kom der ud af mødet" in html
    assert "<p>Mere lys.</p>" in html
    assert "Kaffe" not in html
    assert "Tilmelding</h2>" not in html


def test_without_meetings_the_list_says_so_and_the_front_page_still_stands(reader):
    Event.objects.all().delete()

    assert "Der er ingen møder lige nu." in html_of(reader, "/stormoeder/")
    assert "Næste stormøde" not in html_of(reader, "/")
    assert "BEGIN:VEVENT" not in reader.get("/stormoeder/kalender.ics").content.decode()


def test_a_cancelled_meeting_is_never_the_next_one(reader):
    Event.objects.all().delete()
    a_meeting("aflyst", days=1, state=Event.State.CANCELLED)
    a_meeting("naeste", days=2)

    html = html_of(reader, "/")
    assert '<h2 id="next-meeting"><a href="/stormoeder/naeste/">' in html


def test_search_engines_are_given_the_meeting_and_a_title_cannot_break_out_of_it(reader):
    a_meeting(title_da="</script><script>alert(1)</script>")

    html = html_of(reader, "/stormoeder/proeve/")
    data = json.loads(re.search(r'<script type="application/ld\+json">(.*?)</script>', html)[1])

    assert data["name"] == "</script><script>alert(1)</script>"
    assert data["eventStatus"] == "https://schema.org/EventScheduled"
    assert datetime.fromisoformat(data["endDate"]) - datetime.fromisoformat(data["startDate"]) == timedelta(hours=2)
    assert "<script>alert" not in html


@pytest.mark.parametrize(("month", "offset"), [(1, "+01:00"), (7, "+02:00")])
def test_search_engines_are_given_danish_time_with_its_offset(reader, month, offset):
    starts_at = datetime(2030, month, 14, 19, tzinfo=COPENHAGEN)
    a_meeting(starts_at=starts_at, ends_at=starts_at + timedelta(hours=2))

    html = html_of(reader, "/stormoeder/proeve/")
    assert f'"startDate": "2030-0{month}-14T19:00:00{offset}"' in html


def test_a_meeting_that_ends_another_day_says_which(reader):
    starts_at = datetime(2030, 3, 14, 22, tzinfo=COPENHAGEN)
    a_meeting(starts_at=starts_at, ends_at=starts_at + timedelta(hours=3))

    words = facts(html_of(reader, "/stormoeder/proeve/"))["Hvornår"].replace("\N{NO-BREAK SPACE}", " ")
    assert words == "torsdag den 14. marts 2030, kl. 22.00 – fredag den 15. marts 2030, kl. 01.00"
