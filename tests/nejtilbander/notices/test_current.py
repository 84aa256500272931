"""A notice stands on every page, for as long as its moment lasts, and costs next to nothing."""

import json
import re
from datetime import timedelta

import brotli
import pytest
from django.contrib.auth.models import Group, Permission
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from nejtilbander.caching import memory, tracking, watcher
from nejtilbander.i18n.languages import CODES, path_in_language
from nejtilbander.notices import current
from nejtilbander.notices.models import MAX_DURATION, Notice
from nejtilbander.publishing import actions, content_checks, serialization, trash, versions
from nejtilbander.publishing.models import PublicationStatus
from nejtilbander.transfer import json_files
from tests.support.addresses import LANGUAGES, NEUTRAL, PAGES
from tests.support.admin import a_login, admin_address, html, later, plan, publish, save, standing
from tests.support.factories import HOUR, a_meeting, a_notice
from tests.support.page_budget import FLIGHT, LIMIT
from tests.support.reader import Reader

pytestmark = [pytest.mark.django_db, pytest.mark.walk]
PLAIN = {"accept-encoding": ""}


def html_of(reader, address):
    return reader.get(address, headers=PLAIN).content.decode()


def notices_on(reader, address="/"):
    """(level, words) of each notice, in order."""
    found = re.findall(r'<p class="notice notice-(\w+)">(.*?)</p>', html_of(reader, address), re.DOTALL)
    return [(level, " ".join(re.sub(r"<[^>]+>", "", words).split())) for level, words in found]


def questions(reader, address):
    with CaptureQueriesContext(connection) as asked:
        reader.get(address)
    return len(asked)


def a_minute_passes():
    at, found = memory._rows[current.CACHE_KEY]
    memory._rows[current.CACHE_KEY] = (at - 61, found)


def test_a_site_with_nothing_to_tell_has_no_notice(reader):
    assert "<aside" not in html_of(reader, "/hvem/")


@pytest.mark.parametrize("address", [*PAGES, *NEUTRAL, "/ar/", "/fa/hjaelp/"])
def test_a_notice_stands_right_before_the_main_part_of_every_page(reader, address):
    a_notice()
    html_of(reader, "/")  # the guide shows what the process knows

    html = html_of(reader, address)

    assert html.count("<aside aria-label=") == 1
    assert re.search(r'</aside>\s*<main id="indhold"', html)
    assert len(notices_on(reader, address)) == 1


def test_a_notice_says_its_level_in_words_before_its_title_and_its_body(reader):
    a_notice(body_da="Brug indgangen i Vestergade.")

    assert '<aside aria-label="Besked">' in html_of(reader, "/")
    assert notices_on(reader) == [
        ("warning", "Advarsel: Rådhuset er lukket Brug indgangen i Vestergade."),
    ]


def test_only_the_two_most_serious_are_shown_the_most_serious_first(reader):
    for level in Notice.Level:
        a_notice(level.label, level=level)

    assert notices_on(reader) == [("danger", "Fare: fare"), ("warning", "Advarsel: advarsel")]


@pytest.mark.parametrize(
    ("begins", "lasts"), [(HOUR, HOUR), (-2 * HOUR, HOUR)], ids=["not begun", "over"]
)  # fmt: skip
def test_a_notice_stands_only_while_its_moment_lasts(reader, begins, lasts):
    a_notice(begins=begins, lasts=lasts)

    assert notices_on(reader) == []


def test_a_notice_that_is_withdrawn_leaves_every_page_at_once(reader):
    notice = a_notice()
    reader.get("/")
    actions.withdraw(notice, {})
    memory.clear()

    assert notices_on(reader) == []


def test_danish_words_are_marked_on_a_page_in_another_language(reader):
    a_notice(body_da="Brug indgangen i Vestergade.", body_ar="استخدم المدخل الآخر.")

    html = html_of(reader, "/ar/")

    assert '<span lang="da" dir="ltr">Rådhuset er lukket</span>' in html
    assert "<span>استخدم المدخل الآخر.</span>" in html
    assert "<span>Rådhuset er lukket</span>" in html_of(reader, "/")


def test_what_staff_write_cannot_become_a_part_of_the_page(reader):
    a_notice("<script>alert(1)</script>", body_da='"><img src=x>')

    html = html_of(reader, "/")

    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html
    assert "<img" not in html


LONGEST = [  # as long as the form takes
    "Gå uden om havnen og Vestergade i aften, og hold døre og vinduer helt lukkede.",
    (
        "Der er røg fra en brand i en lagerbygning. Røgen driver mod byen. Har du astma, så bliv inde, til vi skriver, "
        "at det er slut. Skal du forbi, så kør ad ringvejen. Busserne 21, 31 og 51 kører en anden vej og holder ikke "
        "ved banegården. Vi skriver igen her på siden klokken otte, når brandvæsenet ved mere."
    ),
    "Borgerservice på Rådhuset er lukket for alle fra mandag morgen til og med fredag",
    (
        "Vi flytter til nye lokaler og pakker skriveborde, skærme og arkiver ned. Skal du have pas, kørekort eller "
        "sundhedskort, så bestil en tid på biblioteket i Vollsmose eller i Dalum. Du kan også ringe til os hver dag "
        "fra ni til femten. Vi åbner igen ugen efter, samme sted, med indgang fra gården bagved."
    ),
]
HEAVIEST = [
    path_in_language(page, code) for page in PAGES if "hjaelp" in page or "tilmelding" in page for code in LANGUAGES
]


@pytest.mark.parametrize("address", HEAVIEST)
@pytest.mark.parametrize(("length", "limit"), [(120, LIMIT), (250, FLIGHT)], ids=["ordinary", "longest"])
def test_two_notices_leave_the_heaviest_pages_light(reader, address, length, limit):
    """Two as long as can be, over the full form in Persian, make 8,029 bytes: the one page above its limit."""
    first, text, second, more = (words[:length] for words in LONGEST)
    a_notice(first, level=Notice.Level.DANGER, body_da=text)
    a_notice(second, body_da=more)
    reader.get("/")

    response = reader.get(address, headers={"accept-encoding": "br"})

    assert b"<aside" in brotli.decompress(response.content)
    assert len(response.content) <= limit


def test_notices_are_asked_for_once_a_second_whatever_is_read(reader):
    a_notice()
    reader.get("/hvem/")

    with CaptureQueriesContext(connection) as asked:
        assert [level for level, _ in notices_on(reader, "/tr/privatliv/")] == ["warning"]
    assert not [one for one in asked if "nejtilbander_notice" in one["sql"] or '"events_event"' in one["sql"]]


def test_every_source_together_asks_twice():
    with CaptureQueriesContext(connection) as asked:
        current.active_notices()
        current.active_notices()

    assert len(asked) == 2


def test_the_guide_asks_nothing_and_shows_what_was_found_within_the_last_minute(reader):
    a_notice()

    assert notices_on(reader, "/hjaelp/") == []
    reader.get("/hvem/")
    assert questions(reader, "/ar/hjaelp/") == 0
    assert notices_on(reader, "/hjaelp/") == [("warning", "Advarsel: Rådhuset er lukket")]
    a_minute_passes()
    assert notices_on(reader, "/hjaelp/") == []


def test_an_error_page_shows_what_is_known_and_asks_only_whether_the_page_was_moved(reader):
    address = "/findes-ikke/igen/"
    a_notice()

    assert notices_on(reader, address) == []
    reader.get("/hvem/")
    assert questions(reader, address) == 1
    assert notices_on(reader, address) == [("warning", "Advarsel: Rådhuset er lukket")]


def test_pages_go_on_without_notices_when_they_cannot_be_found(reader):
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE nejtilbander_notice RENAME TO nejtilbander_gone")  # undone with the test

    response = reader.get("/hvem/", headers=PLAIN)

    assert response.status_code == 200
    assert "<aside" not in response.content.decode()


def test_a_draft_that_is_looked_at_raises_no_notice_for_anybody(reader):
    meeting = a_meeting(days=3)
    with versions.as_working_copy(meeting):
        type(meeting).objects.filter(pk=meeting.pk).update(state="cancelled")
        assert current.active_notices() == []

    assert current.last_known() == []
    assert notices_on(reader, "/hjaelp/") == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_words_of_a_notice_are_in_the_language_of_the_page_that_asks(reader, language):
    a_notice()
    reader.get("/")  # found for a Danish page

    with translation.override(language):
        expected = f"{current.LEVEL_LABELS['warning']}: Rådhuset er lukket"
    assert notices_on(reader, path_in_language("/hvem/", language)) == [("warning", expected)]


BASE = "/admin/nejtilbander/notice/"
NEVER = "Vælg, hvornår beskeden skal væk igen. Den kan højst stå i 90 dage."
TOO_LONG = "Beskeden kan højst stå i 90 dage. Udgiv den hellere igen, når de er gået."
BACKWARDS = "Beskeden skal slutte, efter at den er begyndt."
DAY = timedelta(days=1)


def seen_by_readers(address="/"):
    memory.clear()  # the second passes
    return notices_on(Reader(), address)


def a_draft(title="Kladden", **fields):
    return Notice.objects.create(title_da=title, level=Notice.Level.WARNING, **fields)


def publish_until(staff, notice, until=DAY, **moments):
    answer = plan(staff, notice, until=timezone.now() + until, **moments)
    assert answer.status_code == 302, answer.context["form"].errors
    notice.refresh_from_db()


def previewed(staff, notice, language="da"):
    """What stands on top of the preview, as (level, words)."""
    shown_to_staff = staff.get(admin_address(notice, f"se/{language}/side"), headers=PLAIN).content.decode()
    found = re.findall(r'<p class="notice notice-(\w+)">(.*?)</p>', shown_to_staff, re.DOTALL)
    return [(level, " ".join(re.sub(r"<[^>]+>", "", words).split())) for level, words in found]


def test_staff_write_a_notice_and_readers_see_it_when_it_is_published_until_its_end(staff, monkeypatch):
    staff.post(f"{BASE}add/", {"level": "danger", "title_da": "Gå uden om havnen", "seen": "0"})
    notice = Notice.objects.get()
    save(staff, notice, "en", title_en="Stay away from the harbour")
    assert (seen_by_readers(), standing(notice)) == ([], PublicationStatus.DRAFT)

    publish_until(staff, notice)

    assert seen_by_readers("/en/") == [("danger", "Danger: Stay away from the harbour")]
    assert standing(notice) == PublicationStatus.PUBLIC
    later(monkeypatch, days=1, minutes=1)
    assert (seen_by_readers("/en/"), standing(notice)) == ([], PublicationStatus.EXPIRED)


def test_a_notice_without_danish_is_not_saved(staff):
    answer = staff.post(f"{BASE}add/", {"level": "info", "title_da": "", "seen": "0"})

    assert set(answer.context["adminform"].form.errors) == {"title_da"}
    assert not Notice.objects.exists()


def test_what_is_saved_later_is_a_draft_too_and_can_be_brought_back(staff):
    notice = a_notice()
    save(staff, notice, title_da="Rettet", body_da="Og mere.")
    assert seen_by_readers() == [("warning", "Advarsel: Rådhuset er lukket")]

    publish(staff, notice)
    assert seen_by_readers() == [("warning", "Advarsel: Rettet Og mere.")]

    assert "Sådan stod den i forvejen" in html(staff, admin_address(notice, "history"))
    staff.post(admin_address(notice, "version/1"))
    publish(staff, notice)
    assert seen_by_readers() == [("warning", "Advarsel: Rådhuset er lukket")]


@pytest.mark.parametrize(
    ("moments", "told"),
    [
        ({}, NEVER),
        ({"until": 91 * DAY}, TOO_LONG),
        ({"at": 10 * DAY, "until": 101 * DAY}, TOO_LONG),
        ({"at": 10 * DAY, "until": 9 * DAY}, BACKWARDS),
    ],
    ids=["no end", "too long", "too long from then", "backwards"],
)
def test_a_notice_has_an_end_within_90_days_of_its_beginning_or_is_not_published(staff, moments, told):
    notice = a_draft()

    answer = plan(staff, notice, **{name: timezone.now() + much for name, much in moments.items()})

    assert answer.context["form"].errors == {"until": [told]}
    assert "Skal vælges. Højst 90 dage" in answer.content.decode()
    assert standing(notice) == PublicationStatus.DRAFT


def test_ninety_days_are_counted_from_the_moment_that_was_chosen(staff, monkeypatch):
    notice = a_draft()
    at = (timezone.now() + 5 * DAY).replace(second=0, microsecond=0)
    answer = plan(staff, notice, at=at, until=at + MAX_DURATION)

    assert (answer.status_code, standing(notice), seen_by_readers()) == (302, PublicationStatus.SCHEDULED, [])
    later(monkeypatch, days=5, minutes=1)
    assert seen_by_readers() == [("warning", "Advarsel: Kladden")]


def test_a_notice_that_is_published_again_may_stand_90_days_more():
    notice = a_notice(begins=-80 * DAY, lasts=MAX_DURATION)
    versions.ensure_first_version(notice)

    actions.publish(notice, versions.newest_version(notice), until=timezone.now() + MAX_DURATION - HOUR)

    notice.refresh_from_db()
    assert notice.public_until - notice.public_from > 169 * DAY


def test_the_rule_holds_whoever_publishes_and_a_plan_that_breaks_it_is_dropped(caplog):
    notice = a_notice()
    versions.ensure_first_version(notice)
    version = versions.save_version(
        notice, {"fields": serialization.serialize(notice)["fields"] | {"title_da": "Nyt"}}, None
    )
    with pytest.raises(versions.PublicationRefused, match=NEVER) as refused:
        actions.publish(notice, version)
    assert refused.value.field == "until"

    type(version).objects.filter(pk=version.pk).update(due_at=timezone.now())  # as nobody can, without an end
    assert actions.publish_due() == 0
    assert "was not published: PublicationRefused" in caplog.text
    assert seen_by_readers() == [("warning", "Advarsel: Rådhuset er lukket")]


@pytest.mark.parametrize("ends", [None, 0 * HOUR, -HOUR], ids=["never", "at once", "before"])
def test_the_database_keeps_no_public_notice_without_an_end_after_its_beginning(ends):
    now = timezone.now()
    with pytest.raises(IntegrityError), transaction.atomic():
        Notice.objects.create(title_da="Ja", public_from=now, public_until=None if ends is None else now + ends)


def test_a_planned_change_takes_over_with_an_end_of_its_own(staff, monkeypatch):
    notice = a_notice(lasts=5 * DAY)
    save(staff, notice, title_da="I morgen")
    publish_until(staff, notice, 8 * DAY, at=timezone.now() + DAY)
    assert seen_by_readers() == [("warning", "Advarsel: Rådhuset er lukket")]

    later(monkeypatch, days=7)

    assert actions.publish_due() == 1
    assert seen_by_readers() == [("warning", "Advarsel: I morgen")]


def test_a_notice_is_withdrawn_without_a_reason_for_nobody_asks_for_it(staff):
    notice = a_notice()
    asked = html(staff, admin_address(notice, "traek-tilbage"))
    assert ("Grund" in asked, "Send læserne" in asked) == (False, False)

    answer = staff.post(admin_address(notice, "traek-tilbage"))

    assert (answer.status_code, standing(notice), seen_by_readers()) == (302, PublicationStatus.WITHDRAWN, [])
    publish_until(staff, notice)
    assert seen_by_readers() == [("warning", "Advarsel: Rådhuset er lukket")]


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


OPENS = {  # role: what it opens of a notice
    "Redaktør": set(),
    "Udgiver": {"change", "se/da", "history", "omsorg", "udgiv", "traek-tilbage", "delete"},
    "Administrator": {"change", "se/da", "history", "omsorg", "udgiv", "traek-tilbage", "delete"},
    "Mødeleder": set(),
    "Oversætter (arabisk)": {"change", "change/?sprog=ar", "se/da", "history"},
}


@pytest.mark.parametrize("role", OPENS)
def test_each_role_does_with_notices_what_it_may_and_nothing_else(static_files, role):
    browser, notice = a_login("en", role), a_notice()
    places = ["change", "se/da", "history", "udgiv", "traek-tilbage", "delete"]

    opened = {place for place in places if browser.get(admin_address(notice, place)).status_code == 200}

    assert opened == OPENS[role] & set(places)
    assert browser.get(f"{BASE}add/").status_code == (200 if "delete" in OPENS[role] else 403)
    assert (BASE in html(browser, "/admin/")) == bool(OPENS[role])


def test_whoever_could_write_notices_still_can_and_only_publishers_publish(static_files):
    group = Group.objects.create(name="Beskeder")
    group.permissions.set(Permission.objects.filter(codename__in=["add_notice", "change_notice", "delete_notice"]))
    writer = a_login("skriver", "Beskeder")
    writer.post(f"{BASE}add/", {"level": "info", "title_da": "Skrevet", "seen": "0"})
    notice = Notice.objects.get()
    save(writer, notice, title_da="Skrevet om")

    for place in ("udgiv", "traek-tilbage"):
        assert writer.get(admin_address(notice, place)).status_code == 403
        assert writer.post(admin_address(notice, place), {"seen": "2", "until_0": "2100-01-01"}).status_code == 403
    assert seen_by_readers() == []
    publisher = a_login("udgiver", "Udgiver")
    publish_until(publisher, notice)
    assert seen_by_readers() == [("info", "Oplysning: Skrevet om")]
    assert writer.post(admin_address(notice, "delete"), {"post": "yes"}).status_code == 403, "readers have seen it"


def test_the_right_to_publish_says_that_it_is_for_notices_too():
    right = Permission.objects.get(codename="publish_pages")

    assert right.name == "Kan udgive sider, indsatser, partnere, udtalelser og beskeder"


def test_staff_see_where_each_notice_stands_and_each_field_says_its_language(staff):
    a_notice("Nu")
    a_notice("Senere", begins=HOUR)
    a_notice("Før", begins=-3 * HOUR)
    draft = a_draft("Ikke endnu")

    rows = re.findall(r'field-title_da"><a[^>]*>(.*?)</a>.*?field-publication_status">(.*?)<', html_of(staff, BASE))
    assert dict(rows) == {"Nu": "offentlig", "Senere": "planlagt", "Før": "slut", "Ikke endnu": "kladde"}
    form = html_of(staff, f"{admin_address(draft, 'change')}?sprog=fa")
    assert re.search(r'<input[^>]*name="title_fa"[^>]*lang="fa"[^>]*dir="rtl"', form)
    assert 'name="title_da"' not in form


def test_the_admins_front_page_shows_notices_until_they_are_over(staff):
    a_notice("Står nu"), a_notice("Var engang", begins=-3 * HOUR), a_draft("Bliver til noget")

    front = html_of(staff, "/admin/")

    assert [title in front for title in ("Står nu", "Var engang", "Bliver til noget")] == [True, False, True]


def test_what_is_about_to_change_says_nothing_of_the_name_only_machines_use(staff):
    notice = a_draft()

    asked = html(staff, admin_address(notice, "udgiv"))

    assert ("Overskrift" in asked, notice.slug in asked) == (True, False)


def test_a_notice_goes_out_as_a_file_and_comes_in_as_a_draft(staff):
    notice = a_notice(title_ar="مغلق")
    file = json_files.export_json([notice])
    notice.delete()

    (back,) = json_files.import_json(file)

    assert (back.slug, back.title_ar, standing(back)) == (notice.slug, "مغلق", PublicationStatus.DRAFT)
    assert json_files.import_json(file) == []
    changed = json.loads(file)
    next(iter(changed["texts"].values()))["fields"]["title_da"] = "Fra filen"
    publish_until(staff, back)
    assert json_files.import_json(json.dumps(changed)) == [back]
    assert seen_by_readers() == [("warning", "Advarsel: Rådhuset er lukket")]


def test_a_deleted_notice_is_found_again_as_a_draft(staff):
    notice = a_notice()
    staff.post(admin_address(notice, "delete"), {"post": "yes"})
    (version,) = trash.deleted_versions(Notice)
    staff.post(f"{BASE}slettede/", {"version": version.pk})

    assert (standing(notice), seen_by_readers()) == (PublicationStatus.DRAFT, [])


def test_any_change_of_what_stands_on_top_makes_every_page_anew_and_a_draft_none(staff):
    notice = a_notice()
    before = watcher.current_states()
    save(staff, notice, body_da="Kun i kladden.")
    assert watcher.changed_objects(before, watcher.current_states()) == set()

    publish(staff, notice)

    assert watcher.changed_objects(before, watcher.current_states()) is None


def test_a_page_shows_the_notice_also_when_another_page_asked_for_it(reader):
    notice = a_notice()
    reader.get("/")

    for address in ("/hvem/", "/hjaelp/"):
        with tracking.record_reads() as objects:
            reader.get(address)
        assert ("nejtilbander.notice", notice.pk) in objects


def test_a_number_in_a_notice_is_a_link_and_what_looks_like_html_is_text(reader):
    notice = a_notice(body_da="Ring {alarm} nu <b>straks</b>", body_ar="اتصل بـ {alarm}")

    assert 'href="tel:112"' in html_of(reader, "/")
    assert 'href="tel:112"' in html_of(reader, "/ar/")
    assert "&lt;b&gt;straks" in html_of(reader, "/hvem/")
    assert content_checks.check_content(notice) == []


def test_a_number_typed_in_a_notice_and_a_name_nobody_knows_are_told_before_it_is_published():
    notice = a_notice(body_da="Ring 112 eller {naboen}")

    said = [finding.sentence for finding in content_checks.check_content(notice) if finding.is_error]
    assert len(said) == 2
    assert "Skriv {alarm} i stedet" in said[0]
    assert "{naboen}" in said[1]
