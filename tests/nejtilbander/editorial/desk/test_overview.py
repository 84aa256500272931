"""The overview: what needs something stands first, and each cell is the way to where it is put right."""

import re

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from nejtilbander.i18n.languages import TranslationState
from nejtilbander.images.models import Picture
from nejtilbander.publishing import actions, versions
from nejtilbander.publishing.models import PublicationStatus
from pages.models import Initiative, Page
from tests.nejtilbander.accounts.driver import a_user, an_app, logged_in
from tests.nejtilbander.editorial.desk.driver import (
    OVERVIEW,
    admin,
    chips_in,
    dead,
    links_in,
    page_of,
    row_of,
    titles_in,
)
from tests.support.admin import a_login, save
from tests.support.factories import a_page, a_working_copy, an_initiative

pytestmark = pytest.mark.django_db
ALL = f"{OVERVIEW}?alt=1"
MISSING, OUTDATED = TranslationState.MISSING.label, TranslationState.OUTDATED.label
PUBLIC, DRAFT = PublicationStatus.PUBLIC.label, PublicationStatus.DRAFT.label
CODES = ("en", "ar", "so", "tr", "fa")
WHOLE = {"title_da": "Helt oversat", "summary_da": ""} | {f"title_{code}": "x" for code in CODES}


def a_whole_page(slug="hel", **fields):
    """A page that needs nothing."""
    page = a_page(slug, **WHOLE | fields)
    for code in CODES:
        page.mark_translated(code, read=True)
    page.save()
    return page


def test_the_overview_shows_what_needs_something_and_all_when_asked(staff):
    a_whole_page(), a_page(title_da="Halv")

    assert titles_in(page_of(staff, OVERVIEW)) == ["Halv"]
    assert {"Halv", "Helt oversat", "Privatliv"} < set(titles_in(page_of(staff, ALL)))


def test_a_text_that_a_machine_wrote_is_counted_by_language_and_takes_no_cell(staff):
    overview = page_of(staff, OVERVIEW)

    assert titles_in(overview) == []
    assert "Ingen tekster her mangler noget." in overview
    lists = [link for link in links_in(overview) if link[1].startswith("/admin/overblik/ar/")]
    number = int(lists[1][0].removeprefix("arabisk "))
    assert lists == [("arabisk 0", "/admin/overblik/ar/"), (f"arabisk {number}", "/admin/overblik/ar/?vis=ulaest")]
    assert number > 20


def test_every_language_is_shown_as_the_working_copy_has_it(staff):
    page = Page.objects.get(slug="hvem")
    save(staff, page, title_da="Ændret i kladden")
    today = timezone.localdate()
    Page.objects.filter(pk=page.pk).update(review_by=today, owner=User.objects.get())

    _, row = row_of(page_of(staff, OVERVIEW), "Ændret i kladden")

    assert row.count("page-outdated") == 5
    assert PublicationStatus.CHANGED.label in row
    assert "Gennemgås nu" in row
    assert f"{today:%d.%m.%Y} prove" in row


def test_what_readers_no_longer_see_needs_nothing_and_stands_with_all_the_rest(staff):
    page = a_page("trukket")
    actions.withdraw(page, {"da": "Slut."})
    save(staff, page, title_da="Skrevet om bagefter")

    assert titles_in(page_of(staff, OVERVIEW)) == []
    _, row = row_of(page_of(staff, ALL), "Skrevet om bagefter")
    assert PublicationStatus.WITHDRAWN.label in row


def test_each_cell_leads_to_where_it_is_put_right(staff):
    page = a_page("celler", title_da="Alle celler", body_da="<p>Den her tekst er den længste af dem.</p>")
    change = admin(page)
    missing = [(MISSING, f"{change}?sprog={code}#id_title_{code}") for code in CODES]

    assert row_of(page_of(staff, OVERVIEW), "Alle celler")[0] == [
        ("Alle celler", change), (PUBLIC, admin(page, "history")), *missing,
    ]  # fmt: skip
    assert row_of(page_of(staff, ALL), "Alle celler")[0] == [
        ("Alle celler", change), (PUBLIC, admin(page, "history")), ("LIX 12", f"{change}?sprog=da#id_body_da"),
        *missing,
    ]  # fmt: skip


def test_what_is_not_published_leads_to_where_it_is_new_drafts_too(staff):
    draft, changed = a_page("ny", public_from=None, title_da="En ny"), a_page("aendret")
    save(staff, changed, title_da="En ændret")

    overview = page_of(staff, f"{OVERVIEW}?fejl=ikke-udgivet")

    assert titles_in(overview) == ["En ny", "En ændret"]
    assert row_of(overview, "En ny")[0][1] == (DRAFT, admin(draft, "udgiv"))
    assert row_of(overview, "En ændret")[0][1][1] == admin(changed, "udgiv")


def test_a_language_leads_to_the_first_field_it_lacks_and_else_to_the_first_with_words(staff):
    page = a_page("halvt", title_da="Halvt oversat", summary_da="", body_da="<p>Ord.</p>", title_ar="نصف")
    other = a_page("uden", title_da="", summary_da="Uden titel", summary_ar="بلا عنوان")
    overview = page_of(staff, OVERVIEW)

    assert row_of(overview, "Halvt oversat")[0][3] == (MISSING, f"{admin(page)}?sprog=ar#id_body_ar")
    assert row_of(overview, admin(other))[0][3] == (OUTDATED, f"{admin(other)}?sprog=ar#id_summary_ar")


def test_a_text_without_a_word_has_a_name_and_a_field_to_begin_with(staff):
    page = a_page("tom", title_da="", summary_da="", public_from=None)

    links, _ = row_of(page_of(staff, ALL), admin(page))

    assert links[0] == ("Uden titel", admin(page))
    assert links[2:4] == [
        ("LIX 0", f"{admin(page)}?sprog=da#id_title_da"), (OUTDATED, f"{admin(page)}?sprog=en#id_title_en"),
    ]  # fmt: skip


def test_the_rows_of_a_draft_count_and_a_language_leads_to_the_row_that_needs_it(staff):
    initiative = Initiative.objects.get(slug="nye-redskaber")
    save(staff, initiative, **{"updates-0-title_da": "Rettet i kladden"})

    links, row = row_of(page_of(staff, OVERVIEW), "Nye redskaber")

    assert row.count("page-outdated") == 5
    assert links[3] == (OUTDATED, f"{admin(initiative)}?sprog=ar#id_updates-0-title_ar")


def test_dead_links_are_named_with_what_is_wrong_and_lead_to_the_field_they_stand_in(staff):
    initiative = an_initiative(
        title_da="Med links", source_url="https://example.dk/kilde",
        body_ar='<p><a href="/vaek/">a</a> <a href="/lever/">b</a></p>',
    )  # fmt: skip
    initiative.updates.create(date="2026-01-01", title_da="Nyt", body_da='<p><a href="/vaek/">a</a></p>')
    dead("https://example.dk/kilde", "svarer 404: siden findes ikke"), dead("/vaek/"), dead("/lever/", failures=1)

    links, row = row_of(page_of(staff, f"{OVERVIEW}?fejl=doede-links"), "Med links")

    assert links[2:5] == [
        ("Dødt link: https://example.dk/kilde", f"{admin(initiative)}?sprog=da#id_source_url"),
        ("Dødt link: /vaek/", f"{admin(initiative)}?sprog=ar#id_body_ar"),
        ("Dødt link: /vaek/", f"{admin(initiative)}?sprog=da#id_updates-0-body_da"),
    ]
    assert row.count("svarer 404: siden findes ikke") == 1


def make_trouble():
    """One text for each kind of trouble, by the filter that finds it, and whole in other ways."""
    a_whole_page("gennemgang", title_da="Gammel aftale", review_by=timezone.localdate())
    a_whole_page("links", title_da="Med et dødt link", body_da='<p><a href="/vaek/">a</a></p>', body_ar="<p>x</p>")
    a_page("halv", title_da="Kun på dansk", summary_da="")
    an_initiative("vist", title_da="Uden ord", picture=Picture.objects.create(name="x", digest="0" * 16, width=900))
    a_page("svaer", title_da="Svær", body_da=f"<p>{'Myndighedsudøvelse foranstaltninger ' * 10}.</p>")
    a_working_copy(a_whole_page("aendret"), "Ændret")
    dead("/vaek/")


def test_the_filter_finds_each_kind_of_trouble_and_says_how_many_there_are(staff):
    make_trouble()
    found = {}
    for trouble in ("gennemgang", "doede-links", "uden-ord", "mangler", "foraeldet", "svaer", "ikke-udgivet"):
        found[trouble] = set(titles_in(page_of(staff, f"{OVERVIEW}?fejl={trouble}")))

    assert found == {
        "gennemgang": {"Gammel aftale"}, "doede-links": {"Med et dødt link"}, "uden-ord": {"Uden ord"},
        "mangler": {"Kun på dansk", "Uden ord", "Svær", "Med et dødt link"}, "foraeldet": {"Ændret"},
        "svaer": {"Svær"}, "ikke-udgivet": {"Ændret"},
    }  # fmt: skip
    chips = chips_in(page_of(staff, OVERVIEW))
    assert list(chips.values())[1:-1] == [len(titles) for titles in found.values()]
    assert chips["Mangler noget"] == 6


def test_language_and_kind_narrow_it_further_and_what_is_no_choice_is_passed_over(staff):
    make_trouble()

    def found(query):
        return set(titles_in(page_of(staff, f"{OVERVIEW}?{query}")))

    assert found("sprog=ar") == {"Kun på dansk", "Uden ord", "Svær", "Ændret"}
    assert found("sprog=ar&fejl=foraeldet") == {"Ændret"}
    assert found("slags=pages.initiative") == {"Uden ord"}
    assert found("fejl=svaer&slags=pages.initiative") == set()
    assert found("fejl=nej&sprog=xx&side=x") == found("sprog=da&side=99") == found("")
    assert found("slags=nej") == set()


def test_each_role_is_offered_what_it_may_do_and_no_more(static_files):
    page = a_page("roller", title_da="Roller", review_by=timezone.localdate())
    draft = a_page("kladde", title_da="En kladde", public_from=None)
    overview = page_of(a_login("en", "Oversætter (arabisk)"), OVERVIEW)

    assert row_of(overview, "Roller")[0][1:3] == [(PUBLIC, admin(page, "history")), ("Gennemgås nu", admin(page))]
    assert row_of(overview, "En kladde")[0][1] == (DRAFT, admin(draft, "history"))
    writer = page_of(a_login("to", "Redaktør"), OVERVIEW)
    assert row_of(writer, "Roller")[0][2] == ("Gennemgås nu", admin(page, "omsorg"))


def test_sixty_rows_stand_on_a_page_and_the_filter_stays_from_page_to_page(staff):
    Page.objects.bulk_create(
        Page(slug=f"side-{number}", title_da=f"Side {number:02}", public_from=timezone.now()) for number in range(61)
    )

    first = page_of(staff, f"{OVERVIEW}?fejl=mangler")
    last = page_of(staff, f"{OVERVIEW}?fejl=mangler&side=2")

    assert (len(titles_in(first)), titles_in(last)) == (60, ["Side 60"])
    assert ("Næste", "?fejl=mangler&side=2") in links_in(first)
    assert ("Forrige", "?fejl=mangler&side=1") in links_in(last)
    assert "Side 1 af 2" in first


def test_the_overview_takes_at_most_ten_queries_with_sixty_pages_and_reads_no_text(static_files):
    """The texts themselves are read once after a save, to make their summaries."""
    for number in range(60):
        versions.ensure_first_version(a_page(f"side-{number}", title_da=f"Side nummer {number}"))
    an_app(a_user(is_superuser=True))
    anna = logged_in()
    page_of(anna, OVERVIEW)
    with CaptureQueriesContext(connection) as queries:
        overview = page_of(anna, OVERVIEW)

    asked = [query["sql"] for query in queries]
    assert all(f">Side nummer {number}<" in overview for number in range(60))
    assert len(asked) <= 10, asked
    assert not [sql for sql in asked if re.search(r'"(content|words|body_da|search_text_da)"', sql)]
