"""Aktuelt: what is new, by day, in pages, and the same in the feed."""

import re
from datetime import UTC, date, datetime, timedelta

import feedparser
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from events.models import Event
from nejtilbander.site.news import Kind, latest_news
from nejtilbander.site.views import NEWS_PER_PAGE
from pages.models import Initiative, Update
from tests.support.factories import a_meeting, an_initiative

pytestmark = pytest.mark.django_db
MIDNIGHT = datetime(2024, 5, 1, 22, 30, tzinfo=UTC)  # half past midnight on 2 May in Odense


@pytest.fixture(autouse=True)
def no_news():
    Event.objects.all().delete()
    Update.objects.all().delete()


def an_update(day, title="Nyt", **fields):
    return Update.objects.create(
        **{"initiative": Initiative.objects.get(slug="klubhuse"), "date": day, "title_da": title} | fields
    )


def html_of(reader, address="/aktuelt/"):
    html = reader.get(address, headers={"accept-encoding": ""}).content.decode()
    return html[: html.index("</main>")]


def headings(html):
    return re.findall(r"<h2><a [^>]*>([^<]+)</a></h2>", html)


def test_every_kind_of_news_has_its_day_and_the_newest_is_first():
    an_update(date(2024, 5, 3), "Lukket")
    a_meeting("nyt", public_from=MIDNIGHT, title_da="Annonceret")
    cancelled = a_meeting("aflyst", public_from=MIDNIGHT - timedelta(days=9), state="cancelled", title_da="Aflyst")
    Event.objects.filter(pk=cancelled.pk).update(cancelled_at=MIDNIGHT + timedelta(days=2))
    a_meeting(
        "ovre", public_from=MIDNIGHT - timedelta(days=90), starts_at=MIDNIGHT - timedelta(days=30),
        ends_at=MIDNIGHT - timedelta(days=29), title_da="Holdt", outcome_da="<p>Lys.</p>",
    )  # fmt: skip

    assert [(item.kind, item.day, item.title) for item in latest_news(0, 9)] == [
        (Kind.CANCELLED, date(2024, 5, 4), "Aflyst"),
        (Kind.UPDATE, date(2024, 5, 3), "Lukket"),
        (Kind.ANNOUNCED, date(2024, 5, 2), "Annonceret"),
        (Kind.HELD, date(2024, 4, 2), "Holdt"),
    ]
    assert [item.get_absolute_url() for item in latest_news(2, 2)] == ["/stormoeder/nyt/", "/stormoeder/ovre/#udbytte"]


def test_what_is_not_public_or_has_not_happened_yet_is_no_news():
    tomorrow = timezone.localdate() + timedelta(days=1)
    an_update(tomorrow)
    an_update(date(2024, 5, 3), initiative=an_initiative(public_from=None))
    a_meeting("kladde", public_from=None)
    a_meeting("planlagt", public_from=timezone.now() + timedelta(days=1))
    a_meeting("trukket", withdrawn_at=timezone.now())

    assert latest_news(0, 9) == []


def test_a_meeting_that_is_over_is_no_news_until_it_has_minutes():
    meeting = a_meeting("ovre", days=-3)
    assert latest_news(0, 9) == []

    meeting.outcome_da = "<p>Mere lys.</p>"
    meeting.save()
    assert [item.kind for item in latest_news(0, 9)] == [Kind.HELD]


def test_news_come_in_pages_each_once_with_an_address_and_a_title_of_its_own(reader):
    first = date(2024, 1, 1)
    for number in range(2 * NEWS_PER_PAGE + 1):
        an_update(first + timedelta(days=number), f"Nr. {number}")
    pages = [html_of(reader, address) for address in ("/aktuelt/", "/aktuelt/side/2/", "/aktuelt/side/3/")]

    assert [re.search(r"<title>(.*?) –", html)[1] for html in pages] == [
        "Aktuelt",
        "Aktuelt, side 2",
        "Aktuelt, side 3",
    ]
    assert [len(headings(html)) for html in pages] == [NEWS_PER_PAGE, NEWS_PER_PAGE, 1]
    assert [heading for html in pages for heading in headings(html)] == [
        f"Nr. {number}" for number in range(2 * NEWS_PER_PAGE, -1, -1)
    ]
    assert [re.findall(r'rel="(prev|next)" href="([^"]+)"', html) for html in pages] == [
        [("next", "/aktuelt/side/2/")],
        [("prev", "/aktuelt/"), ("next", "/aktuelt/side/3/")],
        [("prev", "/aktuelt/side/2/")],
    ]


@pytest.mark.parametrize("tail", ["side/2/", "side/0/", "side/02/", "side/1000/", "side/-1/", "side/x/", "side/"])
def test_a_page_that_is_none_is_not_found(reader, tail):
    an_update(date(2024, 5, 3))
    assert reader.get(f"/aktuelt/{tail}").status_code == 404


def test_the_first_page_has_one_address(reader):
    response = reader.get("/en/aktuelt/side/1/")
    assert (response.status_code, response.headers["Location"]) == (301, "/en/aktuelt/")


def test_without_news_the_page_says_so(reader):
    assert "Her er ikke noget nyt endnu." in html_of(reader)


def test_the_first_page_reads_no_more_rows_however_many_there_are(reader):
    for number in range(NEWS_PER_PAGE + 3):
        an_update(date(2024, 5, 2) - timedelta(days=number))
        a_meeting(f"nr{number}", public_from=MIDNIGHT - timedelta(days=number))
    reader.get("/was")
    reader.get("/soeg/")  # what is asked once a second, whoever asks
    with CaptureQueriesContext(connection) as queries:
        html_of(reader)

    assert len(queries) == 3
    assert f"LIMIT {NEWS_PER_PAGE + 1}" in queries[0]["sql"]


def test_a_text_that_is_not_translated_is_marked_as_danish(reader):
    an_update(date(2024, 5, 3), "Lukket", title_en="Closed", body_da="<p>Ring {politi}</p>")
    html = html_of(reader, "/en/aktuelt/")

    assert ">Closed</a></h2>" in html
    assert '<p lang="da" dir="ltr">Ring 114</p>' in html
    assert re.search(r'<h2><a href="/en/indsatser/klubhuse/#nyt-\d+">', html)


def test_the_feed_has_the_same_news_in_the_same_order(reader):
    an_update(date(2024, 5, 3), "Lukket")
    a_meeting(public_from=MIDNIGHT)

    entries = feedparser.parse(reader.get("/aktuelt.atom").content).entries
    assert [entry.title for entry in entries] == headings(html_of(reader)) == ["Lukket", "Prøvemøde"]
    assert entries[1].published == "2024-05-02T00:00:00+02:00"
