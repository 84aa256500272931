"""Past meetings by year, with what came of them."""

import re
from datetime import UTC, datetime, timedelta

import pytest

from events.models import Event
from tests.support.factories import a_meeting

pytestmark = pytest.mark.django_db


@pytest.fixture
def meetings():
    """Two of 2024, of which the later has minutes, and one of 2022."""
    Event.objects.all().delete()
    held("tidligt", datetime(2024, 2, 1, 18, tzinfo=UTC))
    held("sent", datetime(2024, 9, 1, 18, tzinfo=UTC), outcome_da="<p>Mere lys.</p>")
    held("gammelt", datetime(2022, 9, 1, 18, tzinfo=UTC))


def held(slug, starts_at, **fields):
    return a_meeting(slug, title_da=slug.title(), starts_at=starts_at, ends_at=starts_at + timedelta(hours=2), **fields)


def html_of(reader, address):
    html = reader.get(address, headers={"accept-encoding": ""}).content.decode()
    return html[: html.index("</main>")]


def shown(html):
    return re.findall(r'<h3><a id="m\d+" href="/stormoeder/(\w+)/">', html)


def title(html):
    return re.search(r"<title>(.*?) –", html)[1]


def test_each_year_has_its_meetings_latest_first_and_links_to_the_others(reader, meetings):
    latest, of_2024, of_2022 = (html_of(reader, f"/stormoeder/tidligere/{year}") for year in ("", "2024/", "2022/"))

    assert [shown(html) for html in (latest, of_2024, of_2022)] == [["sent", "tidligt"]] * 2 + [["gammelt"]]
    assert [title(html) for html in (latest, of_2024, of_2022)] == [
        "Tidligere stormøder", "Tidligere stormøder 2024", "Tidligere stormøder 2022",
    ]  # fmt: skip
    main = of_2022.partition("<main")[2]
    years = re.findall(r'href="/stormoeder/tidligere/(\d+)/"( aria-current="true")?', main)
    assert years == [("2024", ""), ("2022", ' aria-current="true"')]


def test_a_meeting_with_minutes_links_to_them_and_one_without_does_not(reader, meetings):
    html = html_of(reader, "/stormoeder/tidligere/")
    links = re.findall(r'href="(/stormoeder/\w+/#udbytte)" aria-describedby="m\d+">([^<]+)', html)

    assert links == [("/stormoeder/sent/#udbytte", "Læs, hvad der kom ud af mødet")]


@pytest.mark.parametrize("year", ["2023", "1999", "0000", "9999", "02024", "24", "2024/02"])
def test_a_year_without_past_meetings_is_not_found(reader, meetings, year):
    assert reader.get(f"/stormoeder/tidligere/{year}/").status_code == 404


def test_a_year_with_nothing_but_coming_cancelled_or_hidden_meetings_is_not_found(reader):
    Event.objects.all().delete()
    year = datetime(2024, 9, 1, 18, tzinfo=UTC)
    held("aflyst", year, state=Event.State.CANCELLED)
    held("kladde", year, public_from=None)

    assert reader.get("/stormoeder/tidligere/2024/").status_code == 404
    assert "Der har ikke været nogen møder endnu." in html_of(reader, "/stormoeder/tidligere/")


def test_the_list_of_meetings_shows_the_latest_three_and_leads_to_all(reader, meetings):
    for number in range(1, 5):
        held(f"nr{number}", datetime(2025, number, 1, 18, tzinfo=UTC))
    html = html_of(reader, "/stormoeder/")

    assert shown(html) == ["nr4", "nr3", "nr2"]
    assert '<a class="more" href="/stormoeder/tidligere/">Se alle tidligere stormøder</a>' in html


def test_the_sitemap_has_every_year(reader, meetings):
    sitemap = reader.get("/sitemap.xml").content.decode()
    years = set(re.findall(r"<loc>https://testserver/stormoeder/tidligere/(\d*)/?</loc>", sitemap))
    assert years == {"", "2024", "2022"}
