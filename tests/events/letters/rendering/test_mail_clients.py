"""Letters in the mail programs and before the scanners of this world."""

import re

import pytest
from django.conf import settings
from django.core import serializers

from events.letters.rendering import render_letter
from events.letters.texts import confirmed
from events.models import BulkLetter, Letter, Need, Question, Recognition, Seats, Signup
from nejtilbander.i18n.languages import CODES, direction
from tests.events.letters.rendering.driver import KINDS, TO_STAFF, a_letter, link_in, words_of
from tests.support.mail_client import sanitised

pytestmark = [pytest.mark.django_db, pytest.mark.walk]


def attributes_above(page, words):
    """`lang` and `dir` of the innermost element that has them and holds `words`."""
    before = page[: page.index(words)]
    while (found := re.findall(r"<(\w+)(?: [^>]*?)? lang=\"(\w+)\" dir=\"(\w+)\"", before)) and not found[-1][0]:
        before = before.rpartition("<")[0]
    return found[-1][1:] if found else None


@pytest.mark.parametrize("language", CODES)
@pytest.mark.parametrize("kind", KINDS)
def test_a_letter_keeps_its_words_language_and_direction_when_all_around_it_is_taken_away(kind, language):
    _, message, _ = a_letter(kind, language)
    ((page, _mimetype),) = message.alternatives
    spoken = "da" if kind in TO_STAFF else language

    left = sanitised(page)

    assert words_of(f"<body>{left}") == words_of(page) == message.body.split()
    assert left.strip().startswith(f'<div lang="{spoken}" dir="{direction(spoken)}" ')
    assert left.strip().endswith("</div>")
    assert re.findall(r'style="([^"]*)"', left) == re.findall(r'style="([^"]*)"', page), "each declaration is known"
    outside = {name: message.extra_headers[name] for name in message.extra_headers}
    assert outside == {
        "Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "OOF, AutoReply", "Content-Language": spoken,
    }  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_in_a_letter_is_fetched_and_its_link_is_as_it_was_written(kind):
    _, message, _ = a_letter(kind, "ar")
    ((page, _mimetype),) = message.alternatives

    assert not re.search(r"<(?:img|link|script|iframe)|src=|url\(|@import|background=", page)
    links = re.findall(r'href="([^"]*)"', page)
    assert len(links) <= 1
    assert all(link.startswith(f"{settings.SITE_URL}/") and "?" not in link for link in links)


def everything_about_signups():
    return [
        serializers.serialize("json", model.objects.order_by("pk"))
        for model in (Signup, Seats, Letter, Need, Question, Recognition, BulkLetter)
    ]


@pytest.mark.parametrize("kind", sorted(set(KINDS)))
def test_a_scanner_that_follows_every_link_changes_nothing(reader, kind):
    _, message, _ = a_letter(kind)
    link = link_in(message)
    if link is None:
        return
    before = everything_about_signups()

    for method in ("HEAD", "GET", "GET", "OPTIONS"):
        answer = reader.generic(method, link[1], headers={"accept-encoding": ""})
        assert answer.status_code in ({405} if method == "OPTIONS" else {200, 302, 303}), method
    for added in ("?utm_source=scanner", "?nyt=bekraeftet", "?action=confirm"):
        assert reader.get(link[1] + added).status_code == 200

    assert everything_about_signups() == before


@pytest.mark.parametrize("kind", [KINDS.BULK, KINDS.TEST])
def test_danish_words_in_a_letter_to_a_persian_reader_are_marked_as_danish(kind):
    _, message, _ = a_letter(kind, "fa")
    ((page, _mimetype),) = message.alternatives

    assert attributes_above(page, "Kom i god tid.") == ("da", "ltr")
    assert '<p lang="da" dir="ltr" style="text-align:left">Tag &lt;tøj&gt;' in page
    ((arabic, _mimetype),) = (
        a_letter(kind, "ar", slug="andet")[1].alternatives if kind == KINDS.BULK else [(None, None)]
    )
    assert arabic is None or attributes_above(arabic, "مرحبا") == ("ar", "rtl")


@pytest.mark.parametrize("language", CODES)
def test_the_code_for_the_door_reads_the_same_way_between_words_of_every_script(language):
    """A code that begins with four digits would read "2XQR-7734" in Arabic."""
    letter, _, guest = a_letter(KINDS.CONFIRMED, language)

    body = render_letter(letter).body
    around = re.search(r"(.)([A-Z2-9]{4}-[A-Z2-9]{4})(.)", body)

    assert confirmed(guest, guest.token) is not None
    assert (around[1], around[3]) == (("\u200e", "\u200e") if direction(language) == "rtl" else (" ", "."))
