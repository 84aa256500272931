"""The index follows what is published and withdrawn, in the same transaction."""

from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone

from nejtilbander.publishing import actions, search_index
from nejtilbander.publishing.search_index import SearchEntry, catch_up
from nejtilbander.site.search import search
from pages.models import Initiative, Page, Statement
from tests.support.factories import a_page, a_statement, a_working_copy, an_initiative

pytestmark = pytest.mark.django_db


def found(query):
    return [hit.address for hit in search(query).hits]


def test_a_working_copy_is_found_when_it_is_published_and_no_earlier():
    page = a_page(title_da="Qwertgammel")
    version = a_working_copy(page, "Qwertny")
    assert (found("qwertgammel"), found("qwertny")) == (["/proeve/"], [])

    actions.publish(page, version)

    assert (found("qwertgammel"), found("qwertny")) == ([], ["/proeve/"])


def test_a_withdrawn_text_is_gone_from_the_search_at_once():
    page = a_page(title_da="Qwertord")

    actions.withdraw(page, {"da": "Forældet."})

    assert found("qwertord") == []


def test_time_alone_brings_a_text_and_takes_it_away(time_machine):
    now = timezone.now()
    a_page(title_da="Qwertord", public_from=now + timedelta(days=1), public_until=now + timedelta(days=2))

    seen = []
    for days in (0, 1.5, 3):
        time_machine.move_to(now + timedelta(days=days))
        seen.append(found("qwertord"))

    assert seen == [[], ["/proeve/"], []]


def test_a_publication_that_fails_leaves_the_index_as_it_was():
    page = a_page(title_da="Qwertord")

    with transaction.atomic():
        page.title_da = "Qwertandet"
        page.save()
        assert found("qwertandet") == ["/proeve/"]
        transaction.set_rollback(True)

    assert (found("qwertord"), found("qwertandet")) == (["/proeve/"], [])


def test_only_the_statement_in_force_is_found():
    old = Statement.objects.get(is_current=True)
    new = a_statement(number=old.number + 1, title_da="Qwertudtalelse")
    assert found("qwertudtalelse") == []

    new.put_in_force()

    assert found("qwertudtalelse") == ["/udtalelse/"]
    assert SearchEntry.objects.filter(kind="pages.statement", public_from=None, object_id=old.pk).count() == 6


def test_what_is_deleted_is_not_found():
    a_page("en", title_da="Qwertord").delete()
    a_page("to", title_da="Qwertord")
    Page.objects.filter(slug="to").delete()

    assert found("qwertord") == []
    assert not SearchEntry.objects.filter(words__contains="qwertord").exists()


def test_what_was_written_past_save_is_indexed_by_the_worker():
    page = a_page(title_da="Qwertord")
    Page.objects.filter(pk=page.pk).update(
        title_da="Qwertny", search_text_da=" qwertny ", updated_at=timezone.now() + timedelta(seconds=1)
    )
    Initiative.objects.bulk_create([Initiative(slug="masse", title_da="Qwertny", search_text_da=" qwertny ",
                                               public_from=timezone.now() - timedelta(days=1))])  # fmt: skip
    SearchEntry.objects.create(
        kind="pages.page", object_id=0, language="da", updated_at=timezone.now(), title="", words=""
    )

    assert catch_up() == 3
    assert found("qwertny") == ["/indsatser/masse/", "/proeve/"] or found("qwertny") == [
        "/proeve/",
        "/indsatser/masse/",
    ]
    assert catch_up() == 0


def test_an_entry_that_is_older_than_its_object_shows_nothing_that_is_not_public():
    page = a_page(title_da="Qwertord")
    Page.objects.filter(pk=page.pk).update(withdrawn_at=timezone.now())

    assert found("qwertord") == []


def test_every_object_has_an_entry_in_each_language_and_its_own_index_agrees():
    an_initiative(title_da="Qwertord")
    assert catch_up() == 0
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            name = search_index.TRIGRAMS
            cursor.execute(f"INSERT INTO {name}({name}, rank) VALUES ('integrity-check', 1)")  # noqa: S608 - raises
