"""The page about reviews: asking for a look, answering, remarks, and what it says when somebody was there before."""

import re

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.db import connection

from nejtilbander.audit.models import AuditLine
from nejtilbander.publishing import versions
from nejtilbander.publishing.models import PublicationStatus
from nejtilbander.reviews.models import Remark, Review, ReviewLetter
from pages.models import Page
from tests.support.admin import a_login, admin_address, form_of, html, said, save, status_of
from tests.support.factories import a_notice, a_page

pytestmark = pytest.mark.django_db
PLAIN = {"accept-encoding": ""}


@pytest.fixture
def bo(static_files):
    return a_login("bo", "Udgiver", first_name="Bo", last_name="Berg")


@pytest.fixture
def page(anna):
    page = a_page("skole")
    save(anna, page, title_da="Skolen")
    return page


def step(browser, obj, step, seen=None, language="", **fields):
    """Send one of the page's forms, as it was seen: by default with the newest version."""
    newest = versions.newest_version(obj)
    number = seen if seen is not None else (newest.number if newest else 0)
    address = admin_address(obj, "gennemsyn") + (f"?sprog={language}" if language else "")
    return browser.post(address, {"step": step, "seen": number, **fields}, headers=PLAIN)


def states(obj):
    return list(Review.objects.of(obj).order_by("pk").values_list("asked_by__username", "number", "state"))


def text_of(answer):
    content = answer.content.decode() if hasattr(answer, "content") else answer
    return " ".join(re.sub(r"<[^>]+>", " ", content.partition('id="content-main"')[2]).split())


def log_of(obj):
    entries = LogEntry.objects.filter(object_id=obj.pk, change_message__startswith="Version")
    return list(entries.order_by("pk").values_list("user__username", "change_message"))


def test_an_editor_asks_and_a_publisher_reads_what_is_new_and_approves(anna, bo, page):
    answer = step(anna, page, "ask", remark="Passer tallene?", colleague=bo.user.pk)
    assert (answer.status_code, answer.headers["Location"]) == (302, admin_address(page, "gennemsyn"))
    told = said(anna.get(admin_address(page, "gennemsyn")))
    assert told[-1] == "Sendt til gennemsyn. Du får en mail, når der er svar."

    shown = text_of(html(bo, admin_address(page, "gennemsyn")))
    for words in (
        "anna har bedt Bo Berg se på version 2.",
        "Anna bad om et blik på version 2,",
        "Passer tallene?",
        "Skole",
        "Prøve",
        "Godkend og udgiv",
    ):
        assert words in shown
    assert step(bo, page, "approve").status_code == 302

    assert states(page) == [("anna", 2, "approved")]
    assert log_of(page) == [("anna", "Version 2 sendt til gennemsyn."), ("bo", "Version 2 godkendt.")]
    assert AuditLine.objects.filter(words="Version 2 godkendt.", who_name="bo").exists()
    assert status_of(page) == PublicationStatus.CHANGED


def test_who_approves_can_publish_in_the_same_step_and_sees_first_what_happens(anna, bo, page, reader):
    step(anna, page, "ask")
    shown = html(bo, admin_address(page, "udgiv"))
    assert "Venter på gennemsyn" in shown
    assert ">Godkend og udgiv</button>" in shown

    bo.post(admin_address(page, "udgiv"), form_of(shown))

    assert states(page) == [("anna", 2, "approved")]
    assert ("bo", "Version 2 godkendt.") in log_of(page)
    assert ReviewLetter.objects.filter(user=anna.user, is_asked=False).exists()
    assert "Skolen" in html(reader, "/skole/")


def test_it_is_sent_back_with_a_remark_and_never_without_one(anna, bo, page):
    step(anna, page, "ask")

    refused = step(bo, page, "return", remark=" ")
    assert refused.status_code == 422
    assert re.search(r'<a href="#id_return_remark">Hvad skal rettes\?: [^<]+</a>', refused.content.decode())
    assert step(bo, page, "return", remark="Skriv et tal.").status_code == 302

    assert states(page) == [("anna", 2, "returned")]
    assert "Bo Berg sendte version 2 tilbage," in text_of(html(anna, admin_address(page, "gennemsyn")))
    assert "Bo Berg har sendt version 2 tilbage til anna." in text_of(html(anna, admin_address(page, "change")))
    save(anna, page, title_da="Skolen, 7")
    assert "Der er rettet i den siden." in text_of(html(anna, admin_address(page, "gennemsyn")))


def test_an_answer_to_an_older_version_shows_the_newer_one_and_keeps_what_was_typed(anna, bo, page):
    step(anna, page, "ask")
    save(anna, page, title_da="Skolen igen")

    for answer in (step(bo, page, "approve", seen=2), step(bo, page, "return", seen=2, remark="Mit lange svar.")):
        assert answer.status_code == 422
        shown = text_of(answer)
        assert "Nogen har gemt en ny version, siden du så denne." in shown
        assert "Ændret siden: Version 3 er den nyeste." in shown
        assert "Skolen igen" in shown
    assert 'name="remark" cols="60" rows="3" maxlength="1000" required' in answer.content.decode()
    assert "Mit lange svar." in shown
    assert states(page) == [("anna", 2, "waiting")]
    assert Remark.objects.count() == 0


def test_an_approved_text_that_is_changed_needs_a_new_look(anna, bo, page):
    step(anna, page, "ask")
    step(bo, page, "approve")
    assert "Bo Berg har godkendt version 2." in text_of(html(anna, admin_address(page, "change")))

    save(anna, page, title_da="Ændret")

    shown = text_of(html(anna, admin_address(page, "change")))
    assert "Ændret siden gennemsyn Bo Berg godkendte version 2. Version 3 er nyere og skal ses igen." in shown


def test_of_two_who_approve_the_second_is_told_that_another_was_first(anna, bo, page):
    ida = a_login("ida", "Udgiver")
    step(anna, page, "ask")
    step(bo, page, "approve")

    answer = step(ida, page, "approve")

    assert (answer.status_code, states(page)) == (422, [("anna", 2, "approved")])
    assert "Ingen venter på det svar mere: En anden har været her før dig." in text_of(answer)


def test_what_is_sent_askew_changes_nothing(anna, bo, page):
    for seen in ("", "x", "٣", "9" * 30, "-1"):
        assert step(anna, page, "ask", seen=seen).status_code == 422
    too_long = step(anna, page, "ask", remark="x" * 1001)
    assert too_long.status_code == 422
    assert "x" * 1001 in too_long.content.decode()
    assert step(anna, page, "ask", colleague=anna.user.pk).status_code == 422
    assert step(anna, page, "dans").status_code == 422
    assert step(bo, page, "seen").status_code == 422
    assert states(page) == []
    assert log_of(page) == []


def test_a_remark_on_what_is_deleted_meanwhile_is_shown_to_copy_from(anna, page):
    looked = []

    def meanwhile(execute, sql, params, many, context):
        if sql.startswith("SELECT") and 'FROM "pages_page"' in sql:
            looked.append(sql)
            if len(looked) == 2:  # it was there a moment ago, and is not locked yet
                Page.objects.get(pk=page.pk).delete()
        return execute(sql, params, many, context)

    with connection.execute_wrapper(meanwhile):
        under_way = step(anna, page, "ask", seen=2, remark="Mine ord.")
    Page.objects.filter(pk=page.pk).delete()  # the transaction took its deletion back
    for answer in (under_way, step(anna, page, "ask", seen=2, remark="Mine ord.")):
        assert answer.status_code == 409
        assert ">Mine ord.</textarea>" in answer.content.decode()
    assert anna.get(admin_address(page, "gennemsyn")).status_code == 404


def test_the_only_one_on_duty_publishes_alone_and_a_colleague_sees_it_afterwards(anna, bo):
    page = a_page("brand")
    save(bo, page, title_da="Luk vinduerne")
    answer = bo.post(
        admin_address(page, "udgiv"), form_of(html(bo, admin_address(page, "udgiv"))), headers=PLAIN, follow=True
    )
    assert "Ingen anden har set den. Den står som „ikke set af en anden“" in answer.content.decode()
    assert states(page) == [("bo", 2, "unseen")]
    assert "ikke set af en anden" in html(bo, "/admin/pages/page/")
    assert "Ikke set af en anden" in text_of(html(bo, admin_address(page, "change")))
    assert ">Set</button>" not in html(bo, admin_address(page, "gennemsyn"))
    assert step(bo, page, "seen", seen=2).status_code == 403
    shown = html(anna, admin_address(page, "gennemsyn"))
    assert ">Set</button>" in shown
    assert "Luk vinduerne" in shown

    assert step(anna, page, "seen", seen=2).status_code == 302

    assert states(page) == [("bo", 2, "seen")]
    assert log_of(page)[-1] == ("anna", "Version 2 set af en anden.")
    assert "ikke set af en anden" not in html(bo, "/admin/pages/page/")
    assert "anna har set version 2, som Bo Berg udgav." in text_of(html(bo, admin_address(page, "change")))


def test_a_first_publication_that_nobody_else_has_seen_is_shown_whole(anna, bo):
    notice = a_notice("Gå inden døre")
    save(bo, notice, body_da="Der er røg.")
    fields = form_of(html(bo, admin_address(notice, "udgiv")))
    assert bo.post(admin_address(notice, "udgiv"), fields).status_code == 302

    shown = text_of(html(bo, admin_address(notice, "gennemsyn")))
    assert "Udgivet, og ikke set af en anden (version 2)" in shown
    assert "Der er røg." in shown


def test_history_says_which_version_was_seen_by_whom_and_what_was_remarked(anna, bo, page):
    step(anna, page, "ask", remark="Se venligst.")
    step(bo, page, "approve")
    step(bo, page, "remark", remark="Flot.", seen=1)

    rows = re.findall(r"<tr>.*?</tr>", html(anna, admin_address(page, "history")), re.DOTALL)

    assert any("Version 2" in row and "Godkendt: Bo Berg" in row and "anna: Se venligst." in row for row in rows)
    assert any("Version 1<" in row and "Bo Berg: Flot." in row for row in rows)


def test_a_translator_asks_for_the_language_that_is_theirs_and_only_on_its_page(amal, bo, page):
    assert ">Send til gennemsyn</button>" not in html(amal, admin_address(page, "gennemsyn"))
    assert step(amal, page, "ask").status_code == 403

    assert step(amal, page, "ask", language="ar", remark="Ny oversættelse.").status_code == 302

    assert Review.objects.get().language == "ar"
    assert "amal har bedt en, der må udgive, se på version 2 (arabisk)." in text_of(
        html(bo, admin_address(page, "gennemsyn"))
    )
    assert 'value="review">Gennemsyn</button>' in html(amal, admin_address(page, "change") + "?sprog=ar")


def test_where_nobody_else_may_publish_the_form_says_so(anna, page):
    assert "Lige nu er der ingen anden, der må udgive den." in html(anna, admin_address(page, "gennemsyn"))
    assert step(anna, page, "ask").status_code == 302
    assert not ReviewLetter.objects.exists()


def test_remarks_of_a_login_that_is_deleted_stay(anna, bo, page):
    step(anna, page, "remark", remark="Husk kortet.")
    Remark.objects.update(by=User.objects.create_user("vaek"))
    User.objects.get(username="vaek").delete()

    for place in ("gennemsyn", "change", "udgiv"):
        shown = text_of(html(bo, admin_address(page, place)))
        assert "Et login, der er slettet om version 2" in shown
        assert "Husk kortet." in shown


@pytest.mark.parametrize(("role", "asks_in_bar"), [("Redaktør", True), ("Udgiver", False), ("Administrator", False)])
def test_asking_is_the_last_step_of_whoever_may_not_publish_and_more_for_the_others(page, role, asks_in_bar):
    browser = a_login("en", role)
    toolbar = browser.get(admin_address(page, "change")).context["toolbar"]

    (action,) = [action for action in toolbar if action.label == "Send til gennemsyn"]

    assert (action.place.value == "bar", action.is_primary) == (asks_in_bar, asks_in_bar)
    step(browser, page, "ask")
    labels = [action.label for action in browser.get(admin_address(page, "change")).context["toolbar"]]
    assert "Gennemsyn" in labels
    assert "Send til gennemsyn" not in labels


def test_what_its_writer_published_though_it_waited_is_over_and_only_history_says_so(bo, page):
    save(bo, page, title_da="Skolen i dag")
    step(bo, page, "ask")
    bo.post(admin_address(page, "udgiv"), form_of(html(bo, admin_address(page, "udgiv"))))

    assert states(page) == [("bo", 3, "published")]
    assert "Udgivet uden gennemsyn: Bo Berg" in html(bo, admin_address(page, "history"))
    assert "Ingen har bedt om et gennemsyn." in html(bo, admin_address(page, "gennemsyn"))


def test_an_approval_is_over_when_a_newer_version_is_published(anna, bo, page):
    step(anna, page, "ask")
    step(bo, page, "approve")
    save(anna, page, title_da="Nyere")
    bo.post(admin_address(page, "udgiv"), form_of(html(bo, admin_address(page, "udgiv"))))

    assert 'class="review-note"' not in html(bo, admin_address(page, "change"))
