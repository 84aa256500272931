"""Danish names say that they are Danish, wherever they can."""

import re

import pytest

from nejtilbander.text.danish_names import mark_danish_names

RAADHUSET = '<bdi lang="da">Rådhuset</bdi>'


@pytest.mark.parametrize(
    ("html", "marked"),
    [
        ("<p>In (Rådhuset), by Fyns Politi</p>", f'<p>In ({RAADHUSET}), by <bdi lang="da">Fyns Politi</bdi></p>'),
        ("<p>Rådhusets stormøder</p>", None),
        ('<a title="Rådhuset" href="/">City Hall</a>', None),
        ('<b lang="da"><i>På</i> Rådhuset</b> Rådhuset', f'<b lang="da"><i>På</i> Rådhuset</b> {RAADHUSET}'),
        ('<div class="x" lang="da"><div>a</div> Rådhuset</div>', None),
        (f"<li>{RAADHUSET}</li>", None),
        ("<option>Rådhuset</option><textarea>Rådhuset</textarea><script>'Rådhuset'</script>", None),
        ("<p>Nothing Danish &amp; nothing else</p>", None),
    ],
)  # fmt: skip
def test_a_name_is_marked_in_text_and_nowhere_else(html, marked):
    page = "<title>Rådhuset</title><body>{}</body>"
    assert mark_danish_names(page.format(html)) == page.format(marked or html)


@pytest.mark.django_db
def test_names_are_marked_on_pages_in_other_languages_and_not_on_danish_ones(reader):
    english, danish = (
        reader.get(f"{prefix}/stormoeder/trygge-butikker/", headers={"accept-encoding": ""}).content.decode()
        for prefix in ("/en", "")
    )
    english = english[english.index("<body") :]

    assert f"({RAADHUSET})" in english
    assert not re.search(r'(?<!lang="da">)Rådhuset(?![^<]*>)', english)
    assert RAADHUSET not in danish
