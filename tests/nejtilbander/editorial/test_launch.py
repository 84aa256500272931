"""What must be checked before launch stands on the admin's front page until each item is ticked."""

import html
import re

import pytest
from django.contrib.admin.models import LogEntry

from nejtilbander.publishing.launch_checklist import ITEMS, LaunchTick
from tests.support.admin import a_login

pytestmark = pytest.mark.django_db
FIRST = ITEMS[0]


def front_of(browser):
    response = browser.get("/admin/", headers={"accept-encoding": ""})
    assert response.status_code == 200
    return html.unescape(response.content.decode())


def set_tick(browser, key, **sent):
    return browser.post(f"/admin/aabning/{key}/", sent)


def lists_of(front):
    """(sentences to check, sentences that are ticked) on the front page."""
    to_check, _, ticked = front.partition('<section id="launch"')[2].partition("<details>")
    return tuple(re.findall(r"<li>\s*<span>(.*?) <span", part) for part in (to_check, ticked))


def test_everything_waits_at_first_folded_with_how_much_and_who_can_say_so(staff):
    front = front_of(staff)

    assert lists_of(front) == ([item.sentence for item in ITEMS], [])
    assert f"<summary>Før siden åbner: {len(ITEMS)} mangler</summary>" in front
    assert front.count("</span></button>") == len(ITEMS)
    assert f'{FIRST.sentence} <span class="desk-note">{FIRST.who}</span>' in front


def test_a_tick_is_kept_with_who_and_when_and_can_be_taken_back(static_files):
    browser = a_login("birk", "Udgiver")

    answer = set_tick(browser, FIRST.key, is_checked="1")

    assert (answer.status_code, answer.headers["Location"]) == (302, "/admin/#launch")
    row = LaunchTick.objects.get()
    assert (row.key, row.ticked_by) == (FIRST.key, browser.user)
    front = front_of(browser)
    assert lists_of(front) == ([item.sentence for item in ITEMS[1:]], [FIRST.sentence])
    assert f'<span class="desk-note">{row.ticked_at:%d.%m.%Y}, birk</span>' in front

    set_tick(browser, FIRST.key)
    assert lists_of(front_of(browser)) == ([item.sentence for item in ITEMS], [])


def test_what_is_done_once_is_written_in_the_log_once(staff):
    for sent in ({"is_checked": "1"}, {"is_checked": "1"}, {}, {}):
        set_tick(staff, FIRST.key, **sent)

    assert list(LogEntry.objects.order_by("pk").values_list("object_repr", "change_message")) == [
        (FIRST.sentence, "Tjekket."), (FIRST.sentence, "Ikke tjekket alligevel."),
    ]  # fmt: skip
    assert not LaunchTick.objects.exists()


def test_once_all_is_ticked_only_those_who_can_take_it_back_see_the_list(static_files):
    writer, publisher = a_login("en", "Redaktør"), a_login("to", "Udgiver")
    LaunchTick.objects.bulk_create(LaunchTick(key=item.key) for item in ITEMS)

    assert "Alt er tjekket." in front_of(publisher)
    assert 'id="launch"' not in front_of(writer)
    assert "<summary>Før siden åbner</summary>" in front_of(publisher)


@pytest.mark.parametrize(("role", "may"), [("Redaktør", False), ("Udgiver", True), ("Administrator", True)])
def test_only_those_who_publish_pages_get_a_button(static_files, role, may):
    browser = a_login("en", role)

    assert ('action="/admin/aabning/' in front_of(browser)) == may
    assert set_tick(browser, FIRST.key, is_checked="1").status_code == (302 if may else 403)
    assert LaunchTick.objects.exists() == may


def test_an_item_that_is_not_on_the_list_and_a_question_without_a_form_change_nothing(staff):
    assert set_tick(staff, "findes-ikke", is_checked="1").status_code == 404
    assert staff.get(f"/admin/aabning/{FIRST.key}/").status_code == 405
    assert not LaunchTick.objects.exists()


def test_a_tick_of_an_item_that_left_the_list_does_no_harm(staff):
    tick = LaunchTick.objects.create(key="var-her-engang")

    assert str(tick) == "var-her-engang"
    assert lists_of(front_of(staff)) == ([item.sentence for item in ITEMS], [])
