"""What was written in a text that is deleted meanwhile is shown to copy from."""

import re

import pytest
from django.contrib.auth.models import Permission
from django.db import connection

from events.models import Event
from pages.models import Initiative, Page, Partner
from tests.nejtilbander.editorial.two_editors import an_initiative_with, opened, send
from tests.support.admin import (
    a_login,
    form_address,
)
from tests.support.factories import a_meeting, a_page

pytestmark = pytest.mark.django_db


def delete(obj):
    browser = a_login("chef", permissions=Permission.objects.all())
    address = form_address(obj).partition("change")[0] + "delete/"
    assert browser.post(address, {"post": "yes"}).status_code == 302


def copies(html):
    labels = re.findall(r"<label for=\"typed-\d+\">(.*?)</label>", html)
    return dict(zip(labels, re.findall(r"<textarea[^>]* readonly [^>]*>(.*?)</textarea>", html), strict=True))


def test_what_was_sent_to_something_deleted_is_shown_to_copy_from_with_the_way_to_find_it_again(staff):
    initiative = an_initiative_with("Første")
    mine = opened(staff, initiative)
    delete(initiative)

    answer = send(staff, initiative, mine, **{
        "title_da": "Min <titel>", "body_da": "<h2>Min tekst</h2><script>x</script>", "status": "done",
        "updates-0-title_da": "Min række", "updates-0-body_da": "<p>Nyt.</p>"})  # fmt: skip

    html = answer.content.decode()
    assert answer.status_code == 409
    assert "Den er slettet. Det, du skrev, er ikke gemt." in html
    assert 'href="/admin/pages/initiative/slettede/"' in html
    shown = copies(html)
    assert shown["Titel på dansk"] == "Min &lt;titel&gt;"
    assert shown["Nyhed 1: Overskrift på dansk"] == "Min række"
    assert (shown["Status"], shown["Webadresse"]) == ("gennemført", "proeve")
    assert "<h2>Min tekst</h2>" in html
    assert "<p>Nyt.</p>" in html
    assert "<script>x" not in html
    assert not Initiative.objects.filter(pk=initiative.pk).exists()


def test_a_meetings_moments_and_a_translation_are_shown_too_when_it_is_deleted(staff):
    event = a_meeting(is_example=True)
    mine, arabic = opened(staff, event), opened(staff, event, "ar")
    delete(event)

    moment = {"starts_at_0": "2031-05-01", "starts_at_1": "19:00:00"}
    assert copies(send(staff, event, mine, **moment).content.decode())["Begynder"] == "2031-05-01 19:00:00"
    html = send(staff, event, arabic, "ar", title_ar="بالعربية").content.decode()
    assert re.search(r'<textarea[^>]* readonly lang="ar" dir="rtl">بالعربية</textarea>', html)


def test_what_was_sent_while_the_deletion_was_under_way_is_shown_too(staff):
    partner = Partner.objects.create(slug="vi", kind="police", name_da="Vi", body_da="<p>Vi.</p>")
    mine = opened(staff, partner)
    looked = []

    def meanwhile(execute, sql, params, many, context):
        if sql.startswith("SELECT") and 'FROM "pages_partner"' in sql:
            looked.append(sql)
            if len(looked) == 2:  # it was there a moment ago, and is not locked yet
                delete(partner)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(meanwhile):
        answer = send(staff, partner, mine, name_da="Mit navn")

    assert answer.status_code == 409
    assert copies(answer.content.decode())["Navn på dansk"] == "Mit navn"
    assert not Partner.objects.filter(pk=partner.pk).exists()


def test_who_may_not_write_there_is_shown_nothing_of_something_deleted(amal, anna):
    page = a_page()
    mine = opened(amal, page, "ar")
    delete(page)

    assert send(amal, page, mine, "ar", title_ar="بالعربية").status_code == 409
    assert send(amal, page, mine, "da").status_code == 403
    assert anna.post("/admin/pages/page/findes-ikke/change/", {"title_da": "Min titel"}).status_code == 409
    assert anna.get(form_address(page)).status_code == 302
    assert not Page.objects.filter(pk=page.pk).exists()
    assert Event.objects.exists()
