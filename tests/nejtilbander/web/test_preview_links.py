"""The links of a previewed page."""

import pytest

from nejtilbander.web.preview_links import Target, fragment_of, path_on_site, redirect_links

pytestmark = pytest.mark.walk


def test_links_and_forms_lead_where_they_are_told_and_the_rest_stays():
    html = '<a class="x" href="/a/?b=1&amp;c=2">A</a><form action="/soeg/"><a href="tel:114">114</a><a id="her">'
    targets = {"/a/?b=1&c=2": Target("/se/a?d=1&e=2"), "/soeg/": Target("https://x.dk/soeg/", leaves=True)}

    assert redirect_links(html, targets.get) == (
        '<a class="x" href="/se/a?d=1&amp;e=2">A</a><form action="https://x.dk/soeg/" target="_blank">'
        '<a href="tel:114">114</a><a id="her">'
    )


@pytest.mark.parametrize(
    ("url", "path"),
    [
        ("/hvem/?x=1#politi", "/hvem/"), ("{site}/ar/hvem/", "/ar/hvem/"), ("//andre.dk/", None),
        ("https://andre.dk/hvem/", None), ("tel:114", None), ("#program", None),
    ],
)  # fmt: skip
def test_an_address_is_on_the_site_or_not(settings, url, path):
    assert path_on_site(url.replace("{site}", settings.SITE_URL)) == path


def test_the_end_of_an_address_that_names_a_place_on_the_page():
    assert (fragment_of("/hvem/#politi"), fragment_of("/hvem/")) == ("#politi", "")
