"""The Atom feed, read by feedparser and by the rules of the W3C validator."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import feedparser
import pytest
import time_machine
from django.utils import timezone

from events.models import Event
from nejtilbander.publishing import actions, serialization, versions
from pages.models import Initiative, Update
from tests.support import atom_rules
from tests.support.factories import a_meeting, an_initiative

COPENHAGEN = ZoneInfo("Europe/Copenhagen")


@pytest.mark.django_db
def test_updates_and_meetings_stand_in_the_feed_newest_first(reader):
    Update.objects.create(
        initiative=Initiative.objects.get(slug="klubhuse"), date=timezone.localdate(), title_da="Lukket",
        body_da="<p>Ring {politi}</p>",
    )  # fmt: skip
    Update.objects.create(
        initiative=an_initiative(public_from=None), date=timezone.localdate(), title_da="Hemmelig kladde"
    )
    a_meeting(title_da="Aflyst møde", state="cancelled")

    feed = feedparser.parse(reader.get("/aktuelt.atom").content)

    assert not feed.bozo
    assert feed.feed.title == "Odense siger NEJ TIL BANDER"
    titles = [entry.title for entry in feed.entries]
    assert {"Lukket", "Aflyst møde", "Bandepakke III er aftalt"} <= set(titles)
    assert f"Eksempel: {Event.objects.get(slug='trygge-butikker').title}" in titles
    assert "Hemmelig kladde" not in titles
    by_title = {entry.title: entry for entry in feed.entries}
    assert by_title["Lukket"].summary == "Ring 114"
    assert by_title["Lukket"].link.startswith("https://testserver/indsatser/klubhuse/#nyt-")
    assert by_title["Aflyst møde"].summary.startswith("Aflyst. ")
    moments = [entry.published_parsed for entry in feed.entries]
    assert moments == sorted(moments, reverse=True)


def published(obj, **fields):
    versions.ensure_first_version(obj)
    content = serialization.serialize(obj)
    content["fields"] |= fields
    actions.publish(obj, versions.save_version(obj, content, None))


def ids(reader, host="testserver", language=""):
    feed = feedparser.parse(reader.get(f"{language}/aktuelt.atom", headers={"host": host}).content)
    return {entry.title: entry.id for entry in feed.entries} | {"the feed": feed.feed.id}


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["da", "en", "ar", "so", "tr", "fa"])
def test_the_feed_keeps_to_the_rules_of_the_validator(reader, language):
    initiative = an_initiative()
    Update.objects.create(initiative=initiative, date=timezone.localdate(), title_da="A & B <c>",
                          body_da="<p>Ring &lt;nu&gt; &amp; her</p><p>1 &lt; 2</p>")  # fmt: skip
    a_meeting(title_da="1 < 2 & 3", summary_da="Vi <b> taler & lytter")
    path = "/aktuelt.atom" if language == "da" else f"/{language}/aktuelt.atom"

    entries = atom_rules.check(reader.get(path).content, f"https://testserver{path}", language)

    assert len(entries) > 5


@pytest.mark.django_db
def test_signs_that_mean_something_in_html_are_read_as_they_were_written(reader):
    a_meeting(title_da="1 < 2 & 3", summary_da="Vi <b> taler & lytter")
    feed = feedparser.parse(reader.get("/aktuelt.atom").content, sanitize_html=False)
    (entry,) = [entry for entry in feed.entries if entry.link.endswith("/stormoeder/proeve/")]
    assert entry.title_detail.type == "text/plain"
    assert entry.title_detail.value == "1 < 2 & 3"
    assert entry.summary.endswith("Vi &lt;b&gt; taler &amp; lytter")


@pytest.mark.django_db
def test_an_empty_feed_is_a_feed(reader):
    Update.objects.all().delete()
    Event.objects.all().delete()
    assert atom_rules.check(reader.get("/aktuelt.atom").content, "https://testserver/aktuelt.atom", "da") == []


@pytest.mark.django_db
@pytest.mark.parametrize("hour", [0, 1, 3, 12, 23])
def test_no_time_is_ever_to_come_whatever_the_hour(reader, hour):
    """Also that of today's update, and of a meeting that was saved long before its day."""
    with time_machine.travel(datetime(2027, 3, 28, hour, 30, tzinfo=UTC).astimezone(COPENHAGEN), tick=False):
        Update.objects.create(initiative=an_initiative(), date=timezone.localdate(), title_da="I dag")
        planned = a_meeting("planlagt", public_from=timezone.now())
        Event.objects.filter(pk=planned.pk).update(updated_at=timezone.now() - timedelta(days=9))
        a_meeting("aflyst", state="cancelled")
        atom_rules.check(reader.get("/aktuelt.atom").content, "https://testserver/aktuelt.atom", "da")


@pytest.mark.django_db
def test_an_entry_is_the_same_after_it_has_got_another_address_another_host_or_has_been_cancelled(reader, settings):
    settings.ALLOWED_HOSTS = ["testserver", "andet.example.dk"]
    initiative, meeting = an_initiative(), a_meeting(title_da="Møde")
    Update.objects.create(initiative=initiative, date=timezone.localdate(), title_da="Nyt")
    before = ids(reader)

    published(initiative, slug="et-nyt-navn")
    published(meeting, slug="et-andet-navn", state="cancelled")

    assert ids(reader, "andet.example.dk") == before
    assert len(set(before.values())) == len(before)
    assert not set(ids(reader, language="/en").values()) & set(before.values()), "a translation is another entry"


@pytest.mark.parametrize("language", ["en", "ar", "so", "tr", "fa"])
def test_the_feed_exists_in_every_language(reader, language):
    feed = feedparser.parse(reader.get(f"/{language}/aktuelt.atom").content)

    assert not feed.bozo
    assert feed.feed.language == language
    assert all(f"/{language}/" in entry.link for entry in feed.entries)
