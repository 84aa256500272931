"""The Atom feed."""

import feedparser
import pytest
from django.utils import timezone

from events.models import Event
from pages.models import Initiative, Update
from tests.support.factories import a_meeting, an_initiative


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


@pytest.mark.parametrize("language", ["en", "ar", "so", "tr", "fa"])
def test_the_feed_exists_in_every_language(reader, language):
    feed = feedparser.parse(reader.get(f"/{language}/aktuelt.atom").content)

    assert not feed.bozo
    assert feed.feed.language == language
    assert all(f"/{language}/" in entry.link for entry in feed.entries)
