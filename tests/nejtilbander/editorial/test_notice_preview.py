"""A notice before it is published, on top of the front page."""

import re

import pytest
from django.utils import translation

from nejtilbander.caching import memory, tracking
from nejtilbander.i18n.languages import CODES, path_in_language
from nejtilbander.notices import current
from nejtilbander.notices.models import Notice
from nejtilbander.transfer import json_files
from tests.support.admin import admin_address, html, save
from tests.support.factories import a_notice
from tests.support.notices import a_draft, html_of, notices_on, previewed, seen_by_readers
from tests.support.reader import Reader

pytestmark = [pytest.mark.django_db, pytest.mark.walk]


@pytest.mark.parametrize("language", CODES)
def test_a_draft_stands_on_the_front_page_of_its_preview_in_each_language_and_readers_see_nothing(staff, language):
    notice = a_draft(title_ar="مسودة", body_da="Med tekst.")
    save(staff, notice, title_da="Nyere kladde")

    with translation.override(language):
        level = str(current.LEVEL_LABELS["warning"])
    title = "مسودة" if language == "ar" else "Nyere kladde"
    assert previewed(staff, notice, language) == [("warning", f"{level}: {title} Med tekst.")]
    shown_to_staff = html(staff, admin_address(notice, f"se/{language}/side"))
    assert f'<html lang="{language}"' in shown_to_staff
    assert re.search(r'</aside>\s*<main id="indhold"', shown_to_staff)
    assert 'class="hero' in shown_to_staff or "<h1" in shown_to_staff, "the front page"
    assert admin_address(notice, f"se/{language}/side") in html(staff, admin_address(notice, f"se/{language}"))

    assert notices_on(Reader(), path_in_language("/", language)) == []
    assert notices_on(Reader(), path_in_language("/hjaelp/", language)) == []


def test_nothing_of_a_draft_is_remembered_by_the_process_that_shows_it(staff):
    notice = a_draft()
    with tracking.record_reads() as objects:
        assert previewed(staff, notice)

    assert (current.last_known(), current.active_notices()) == ([], [])
    assert memory.peek(current.CACHE_KEY, memory.PAGE_LIFETIME) == []
    assert ("nejtilbander.notice", notice.pk) in objects, "it was read, for the preview alone"
    notice.refresh_from_db()
    assert (notice.public_from, notice.public_until) == (None, None)


def test_a_draft_stands_above_what_stands_already_and_takes_the_place_of_itself(staff, reader):
    first = a_notice("Står allerede", level=Notice.Level.DANGER)
    a_notice("Står også")
    save(staff, first, title_da="Rettet")
    reader.get("/")

    assert previewed(staff, first) == [("danger", "Fare: Rettet"), ("warning", "Advarsel: Står også")]
    assert previewed(staff, a_draft()) == [("warning", "Advarsel: Kladden"), ("danger", "Fare: Står allerede")]
    assert notices_on(reader) == [("danger", "Fare: Står allerede"), ("warning", "Advarsel: Står også")]


def test_a_link_shows_the_draft_to_somebody_without_a_login(staff):
    notice = a_draft()
    staff.post(admin_address(notice, "del"), {"action": "make"})
    link = re.search(r"/kladde/([\w-]+)/", html(staff, admin_address(notice, "se/da")))

    assert "Kladden" in html_of(Reader(), path_in_language(link[0], "tr"))
    assert seen_by_readers() == []


def test_the_preview_of_something_else_shows_no_draft_of_a_notice(staff):
    a_draft()
    page = json_files.find_object("pages.page hvem")

    assert "<aside" not in html(staff, admin_address(page, "se/da/side")).partition("<main")[0]
