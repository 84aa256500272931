"""Two write in the rows inside a text at once."""

import pytest
from django.contrib.auth.models import Permission

from nejtilbander.publishing import versions
from tests.nejtilbander.editorial.two_editors import (
    ALONE,
    an_initiative_with,
    opened,
    rows_of,
    save_as_shown,
    send,
    told,
)
from tests.support.admin import (
    a_login,
    a_new_update,
    save,
)

pytestmark = pytest.mark.django_db


def test_a_row_that_only_the_first_changed_keeps_their_words_when_the_second_saves(staff, anna):
    initiative = an_initiative_with("Første", "Anden")
    mine = opened(staff, initiative)
    save(anna, initiative, **{"updates-0-title_da": "Annas række", "updates-0-body_da": "<p>Annas.</p>"})

    html = told(send(staff, initiative, mine, **{"title_da": "Min titel", "updates-1-title_da": "Min række"}))

    assert ALONE in html
    assert 'value="Annas række"' in html
    content = save_as_shown(staff, initiative, html)
    assert (content["fields"]["title_da"], rows_of(content)) == ("Min titel", ["Annas række", "Min række"])
    assert [row["body_da"] for row in content["updates"]] == ["<p>Annas.</p>", "<p>Linje.</p>\n<p>Linje.</p>"]


def test_a_row_both_changed_stays_as_the_second_wrote_it_beside_what_is_saved(staff, anna):
    initiative = an_initiative_with("Første")
    mine = opened(staff, initiative)
    save(anna, initiative, **{"updates-0-title_da": "Annas række", "updates-0-date": "2030-02-02"})

    html = told(send(staff, initiative, mine, **{"updates-0-title_da": "Min række"}))

    row = html.partition('id="updates-0"')[2]
    assert "Her står der nu: „Annas række“" in row
    assert html.count("Her står der nu") == 1
    content = save_as_shown(staff, initiative, html)
    assert rows_of(content) == ["Min række"]
    assert content["updates"][0]["date"] == "2030-02-02"


def test_rows_the_first_added_are_there_and_those_they_deleted_are_not(staff, anna):
    initiative = an_initiative_with("Første", "Anden")
    mine = opened(staff, initiative)
    added = a_new_update(initiative, 2, title_da="Annas nye")
    save(anna, initiative, **added | {"updates-0-DELETE": "on"})

    html = told(send(staff, initiative, mine, **a_new_update(initiative, 2, title_da="Min nye")))

    assert ALONE in html
    assert sorted(rows_of(save_as_shown(staff, initiative, html))) == ["Anden", "Annas nye", "Min nye"]


def test_what_was_written_in_a_row_that_is_deleted_meanwhile_is_a_new_row_that_can_be_saved(staff, anna):
    initiative = an_initiative_with("Første", "Anden", "Tredje")
    mine = opened(staff, initiative)
    save(anna, initiative, **{"updates-0-DELETE": "on", "updates-2-DELETE": "on"})

    html = told(send(staff, initiative, mine, **{
        "updates-0-title_da": "Min rettelse", "updates-1-title_da": "Rettet", "updates-2-DELETE": "on"}))  # fmt: skip

    content = save_as_shown(staff, initiative, html)
    assert rows_of(content) == ["Min rettelse", "Rettet"]
    assert content["updates"][0]["body_da"] == "<p>Linje.</p>\n<p>Linje.</p>"
    assert content["updates"][0]["date"] == "2030-01-29"


def test_who_deletes_a_row_that_is_changed_meanwhile_sees_it_first(staff, anna):
    initiative = an_initiative_with("Første", "Anden")
    mine = opened(staff, initiative)
    save(anna, initiative, **{"updates-0-title_da": "Annas række"})

    html = told(send(staff, initiative, mine, **{"updates-0-DELETE": "on", "updates-1-DELETE": "on"}))

    assert html.count("anna har ændret det, du vil slette.") == 1
    assert 'value="Annas række"' in html
    assert rows_of(save_as_shown(staff, initiative, html)) == []


def test_a_form_sent_twice_adds_its_new_row_once(staff):
    initiative = an_initiative_with("Første")
    mine = opened(staff, initiative)
    new = a_new_update(initiative, 1, title_da="Ny", body_da="<p>Ny.</p>")
    assert send(staff, initiative, mine, **new).status_code == 302

    html = told(send(staff, initiative, mine, **new))

    assert "Du selv har gemt" in html
    assert sorted(rows_of(save_as_shown(staff, initiative, html))) == ["Første", "Ny"]


def test_rows_somebody_may_only_look_at_are_never_changed_by_their_form(static_files, anna):
    names = ("view_initiative", "change_initiative", "view_update")
    bo = a_login("bo", permissions=Permission.objects.filter(codename__in=names, content_type__app_label="pages"))
    initiative = an_initiative_with("Første")
    mine = opened(bo, initiative)
    save(anna, initiative, **{"updates-0-title_da": "Annas række"})

    assert send(bo, initiative, mine, **{"title_da": "Min titel", "updates-0-title_da": "Snydt"}).status_code == 302

    content = versions.newest_version(initiative).content
    assert (content["fields"]["title_da"], rows_of(content)) == ("Min titel", ["Annas række"])
