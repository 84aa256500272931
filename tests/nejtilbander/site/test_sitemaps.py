"""The sitemap, and other signals to search engines."""

from xml.etree import ElementTree

import pytest

from tests.support.factories import a_page, an_initiative

pytestmark = pytest.mark.walk

NS = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9", "x": "http://www.w3.org/1999/xhtml"}


def sitemap(reader):
    """Address -> the languages it is said to exist in."""
    tree = ElementTree.fromstring(reader.get("/sitemap.xml").content)  # noqa: S314 - our own answer
    return {
        url.find("s:loc", NS).text: {link.get("hreflang") for link in url.findall("x:link", NS)}
        for url in tree.findall("s:url", NS)
    }


@pytest.mark.django_db
def test_the_sitemap_lists_each_page_in_the_languages_it_exists_in_and_no_drafts(reader):
    a_page("kun-dansk")
    an_initiative("kladde", public_from=None)

    told = sitemap(reader)

    assert told["https://testserver/kun-dansk/"] == {"da", "x-default"}
    assert "https://testserver/en/kun-dansk/" not in told
    assert "https://testserver/indsatser/kladde/" not in told
    assert told["https://testserver/ar/hjaelp/"] == {"da", "en", "ar", "so", "tr", "fa", "x-default"}
    assert told["https://testserver/privatliv/"] == {"da", "en", "ar", "so", "tr", "fa", "x-default"}
    assert {
        f"https://testserver{a}" for a in ("/", "/udtalelse/", "/indsatser/", "/stormoeder/", "/hvem/", "/aktuelt/")
    } <= set(told)


@pytest.mark.django_db
def test_every_address_in_the_sitemap_answers(reader):
    for address in sitemap(reader):
        assert reader.get(address.removeprefix("https://testserver")).status_code == 200, address
