"""Prose: sanitised when saved, with contact facts as links when shown."""

import pytest

from nejtilbander.text import prose
from pages.models import Page
from tests.support.factories import a_page

pytestmark = pytest.mark.walk


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ('<p onclick="x()">Hej<script>alert(1)</script></p>', "<p>Hej</p>"),
        ('<a href="javascript:x">a</a>', '<a rel="noreferrer">a</a>'),
        ('<a href="/hjaelp/">a</a>', '<a href="/hjaelp/" rel="noreferrer">a</a>'),
        ('<a href="http://example.dk/">a</a>', '<a href="https://example.dk/" rel="noreferrer">a</a>'),
        ('<p style="color:red">rød</p><img src=x>', "<p>rød</p>"),
        ('<span lang="so">eray</span>', '<span lang="so">eray</span>'),
        ("<p></p><p> </p>", ""),
        ("<p><br></p>", ""),
        ("<p>&nbsp;</p>", ""),
        ("<p>uafsluttet", "<p>uafsluttet</p>"),
    ],
    ids=[
        "script",
        "javascript link",
        "link",
        "http link",
        "style",
        "language of part",
        "empty",
        "break",
        "space",
        "unclosed",
    ],
)
def test_only_harmless_html_is_kept(written, kept):
    assert prose.sanitize(written) == kept


@pytest.mark.django_db
def test_what_is_saved_is_clean_in_every_language_whoever_saves():
    page = a_page(body_da="<p>a</p><script>b</script>", body_ar='<p onload="x">ج</p>', body_so="<p></p>")
    page.refresh_from_db()
    assert (page.body_da, page.body_ar, page.body_so) == ("<p>a</p>", "<p>ج</p>", "")

    Page.objects.filter(pk=page.pk).update(body_da="<p>c</p><iframe></iframe>")
    page.refresh_from_db()
    assert page.body_da == "<p>c</p>"


def test_contact_facts_become_links_that_stay_left_to_right():
    assert prose.render_facts("<p>Ring {politi} {ukendt}</p>") == (
        '<p>Ring <a href="tel:114" aria-label="Ring 114 til politiet"><bdi dir="ltr">114</bdi></a> {ukendt}</p>'
    )
    assert prose.to_plain_text("<p>Ring {offerraadgivning}</p><ul><li>A &amp; B</li></ul>") == "Ring 116 006\nA & B"


@pytest.mark.parametrize(
    ("kept", "shown"),
    [
        ('<a href="https://example.dk/">{politi}</a>', '<a href="https://example.dk/">114</a>'),
        ('<a href="{politi}">ring</a>', '<a href="{politi}">ring</a>'),
        ('<a href="/x/">en <strong>{alarm}</strong></a>', '<a href="/x/">en <strong>112</strong></a>'),
    ],
    ids=["inside a link", "inside a tag", "deep inside a link"],
)
def test_a_fact_never_makes_a_link_inside_a_link(kept, shown):
    assert prose.render_facts(kept) == shown


def test_entities_are_read_once():
    assert prose.to_plain_text("<p>&amp;lt;b &lt;3</p>") == "&lt;b <3"


@pytest.mark.django_db
def test_links_inside_texts_stay_in_the_readers_language(reader):
    a_page(body_da='<p><a href="/hjaelp/#spor">Spor</a> <a href="/ar/hvem/">Hvem</a> <a href="//example.dk/">x</a></p>')

    somali = reader.get("/so/proeve/").content.decode()
    assert 'href="/so/hjaelp/#spor"' in somali
    assert 'href="/so/hvem/" rel' in somali
    assert 'href="//example.dk/"' in somali
    assert 'href="/hjaelp/#spor"' in reader.get("/proeve/").content.decode()


def test_a_pasted_link_leads_where_it_seems_to():
    assert prose.sanitize('<p><a href="\u200ehttps://example.dk/\u200ba\u00ad ">Se mere</a></p>') == (
        '<p><a href="https://example.dk/a" rel="noreferrer">Se mere</a></p>'
    )
