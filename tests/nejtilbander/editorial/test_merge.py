"""Two write in the same text at once, or in one that is deleted: what each of them wrote is kept."""

import re

import pytest
from django.contrib.auth.models import Group, Permission, User
from django.db import connection
from django.utils.html import escape

from events.models import Event
from nejtilbander.images.models import Picture
from nejtilbander.publishing import versions
from pages.models import Initiative, Page, Partner
from tests.support.admin import a_new_update, form_address, form_of, save
from tests.support.factories import a_meeting, a_page, an_initiative
from tests.support.reader import Reader

pytestmark = pytest.mark.django_db
PLAIN = {"accept-encoding": ""}
ALONE = "I har ikke ændret de samme felter."


@pytest.fixture
def anna(static_files):
    return a_login("anna", Group.objects.get(name="Redaktør"))


@pytest.fixture
def amal(static_files):
    return a_login("amal", Group.objects.get(name="Oversætter (arabisk)"))


def a_login(name, *rights):
    user = User.objects.create_user(name, f"{name}@example.org", is_staff=True)
    user.groups.set(right for right in rights if isinstance(right, Group))
    user.user_permissions.set(right for right in rights if isinstance(right, Permission))
    browser = Reader()
    browser.force_login(user)
    return browser


def opened(browser, obj, language="da"):
    return form_of(browser.get(form_address(obj, language), headers=PLAIN).content.decode())


def send(browser, obj, fields, language="da", **changes):
    changed = {name: text if isinstance(text, list) else [text] for name, text in changes.items()}
    sent = {name: text for name, text in (fields | changed).items() if text != [None]}
    return browser.post(form_address(obj, language), sent, headers=PLAIN)


def told(answer):
    """The page that asks the second one to look, with nothing saved."""
    html = answer.content.decode()
    assert answer.status_code == 200, answer.headers
    assert "har gemt, mens du skrev. Din tekst står i felterne og er ikke gemt." in html
    return html


def save_as_shown(browser, obj, html, language="da"):
    answer = send(browser, obj, form_of(html), language)
    assert answer.status_code == 302, re.findall(r"errorlist[^>]*>(.*?)</ul>", answer.content.decode(), re.DOTALL)
    return versions.newest_version(obj).content


def an_initiative_with(*titles):
    initiative = an_initiative()
    for day, title in enumerate(titles, 1):
        initiative.updates.create(date=f"2030-01-{30 - day}", title_da=title, body_da="<p>Linje.</p>\n<p>Linje.</p>")
    return initiative


def rows_of(content):
    return [row["title_da"] for row in content["updates"]]


def test_a_field_that_only_the_first_changed_keeps_their_words_when_the_second_saves(staff, anna):
    page = a_page(body_da="<h2>Punkt</h2>\n<p>Linje.</p>")
    mine = opened(staff, page)
    save(anna, page, summary_da="Annas resumé", slug="annas")

    html = told(send(staff, page, mine, title_da="Min titel"))
    fields = save_as_shown(staff, page, html)["fields"]

    assert ALONE in html
    assert "anna har gemt" in html
    assert "Her står der nu" not in html
    assert (fields["title_da"], fields["summary_da"], fields["slug"]) == ("Min titel", "Annas resumé", "annas")
    assert fields["body_da"] == "<h2>Punkt</h2>\n<p>Linje.</p>"


def test_what_both_changed_stays_as_the_second_wrote_it_beside_what_is_saved(staff, anna):
    page = a_page(body_da="<p>Før.</p>")
    mine = opened(staff, page)
    save(anna, page, title_da='Annas "titel"', body_da="<p>Annas <strong>tekst</strong>.</p>", summary_da="Enige.")

    words = {"title_da": "Min titel", "body_da": "<p>Min tekst.</p>", "summary_da": "Enige."}
    html = told(send(staff, page, mine, **words))

    assert escape('Her står der nu: „Annas "titel"“') in html
    assert "Her står der nu: <p>Annas <strong>tekst</strong>.</p>" in html
    assert html.count("Her står der nu") == 2
    fields = save_as_shown(staff, page, html)["fields"]
    assert (fields["title_da"], fields["body_da"], fields["summary_da"]) == ("Min titel", "<p>Min tekst.</p>", "Enige.")


def test_moments_choices_and_ticks_of_the_first_are_kept_too(staff, anna):
    event = a_meeting(interpreters=["ar"])
    mine = opened(staff, event)
    days = dict.fromkeys(("starts_at_0", "ends_at_0", "doors_at_0"), "2031-05-01")
    save(
        anna, event, **days, starts_at_1="18:00:00", ends_at_1="20:00:00", doors_at_1="17:30:00", state="cancelled",
        interpreters=["ar", "tr"], retention_days="3", is_example="on",
    )  # fmt: skip
    hers = versions.newest_version(event).content["fields"]
    assert hers["interpreters"] == ["ar", "tr"]

    html = told(send(staff, event, mine, title_da="Min titel"))

    assert ALONE in html
    assert save_as_shown(staff, event, html)["fields"] == hers | {"title_da": "Min titel"}


def test_what_is_saved_is_told_in_the_words_of_the_form(staff, anna):
    initiative, picture = an_initiative(since_year=2020, source_name_da="Kilde"), a_picture()
    mine = opened(staff, initiative)
    hers = {"status": "done", "leads_to_meetings": "on", "since_year": "2021", "source_name_da": ""}
    save(anna, initiative, **hers, picture=picture.pk)

    html = told(send(
        staff, initiative, mine, status="planned", since_year="2022", source_name_da="Min kilde", order="7",
        picture=a_picture("Havnen").pk,
    ))  # fmt: skip

    assert re.findall(r"Her står der nu[^<]*", html) == [
        "Her står der nu: „gennemført“", "Her står der nu: „2021“", "Her står der nu: „Torvet“",
        "Her står der nu ikke noget.",
    ]  # fmt: skip
    fields = save_as_shown(staff, initiative, html)["fields"]
    assert (fields["status"], fields["leads_to_meetings"], fields["order"]) == ("planned", True, 7)


def a_picture(name="Torvet"):
    return Picture.objects.create(name=name, digest=f"{Picture.objects.count():016x}", width=960)


def test_a_tick_taken_away_by_the_second_stays_away_and_small_corrections_stay_ticked(staff, anna):
    initiative = an_initiative(leads_to_meetings=True)
    mine = opened(staff, initiative)
    save(anna, initiative, title_da="Annas titel")

    html = told(send(staff, initiative, mine, leads_to_meetings=None, is_small="on"))

    assert re.search(r'name="is_small"[^>]*checked', html)
    fields = save_as_shown(staff, initiative, html)["fields"]
    assert (fields["leads_to_meetings"], fields["title_da"]) == (False, "Annas titel")


def test_a_third_who_saves_meanwhile_is_met_in_the_same_way(staff, anna, amal):
    page = a_page()
    mine = opened(staff, page)
    save(anna, page, title_da="Annas titel")
    save(amal, page, "ar", title_ar="بالعربية")
    html = told(send(staff, page, mine, summary_da="Mit resumé"))
    assert "anna og amal har gemt" in html
    save(anna, page, title_da="Annas anden titel")

    again = told(send(staff, page, form_of(html)))

    fields = save_as_shown(staff, page, again)["fields"]
    assert (fields["title_da"], fields["summary_da"]) == ("Annas anden titel", "Mit resumé")
    assert fields["title_ar"] == "بالعربية"


@pytest.mark.parametrize("number", ["99", "-1", "9" * 30, "x" * 5000, "²"])
def test_a_form_that_was_opened_on_nothing_we_know_says_of_all_that_differs_what_is_saved(staff, number):
    initiative = an_initiative_with("Første", "Anden")
    save(staff, initiative, title_da="Gemt")
    fields = opened(staff, initiative)

    html = told(send(staff, initiative, fields, seen=number, leads_to_meetings="on", **{
        "title_da": "Sendt", "updates-0-id": "77", "updates-0-title_da": "Min række"}))  # fmt: skip

    assert "En anden har gemt" in html or "Du selv har gemt" in html
    assert re.findall(r"Her står der nu[^<]*", html) == ["Her står der nu: „nej“", "Her står der nu: „Gemt“"]
    content = save_as_shown(staff, initiative, html)
    assert (content["fields"]["title_da"], content["fields"]["leads_to_meetings"]) == ("Sendt", True)
    assert sorted(rows_of(content)) == ["Anden", "Første", "Min række"]


def test_a_field_that_is_not_sent_at_all_keeps_what_is_saved(staff, anna):
    page = a_page()
    mine = opened(staff, page)
    save(anna, page, summary_da="Annas resumé")

    html = told(send(staff, page, mine, title_da="Min titel", summary_da=None, slug=None))

    fields = save_as_shown(staff, page, html)["fields"]
    assert (fields["title_da"], fields["summary_da"], fields["slug"]) == ("Min titel", "Annas resumé", "proeve")


@pytest.mark.parametrize("rights", [["change_page", "view_page"], ["view_page"]])
def test_who_may_only_look_saves_nothing_over_another(static_files, anna, rights):
    bo = a_login("bo", *Permission.objects.filter(codename__in=rights))
    page = a_page()
    mine = opened(anna, page)
    save(anna, page, summary_da="Annas resumé")

    answer = send(bo, page, mine, title_da="Bos titel")

    assert answer.status_code == (200 if "change_page" in rights else 403)
    assert versions.newest_version(page).content["fields"]["title_da"] == "Prøve"


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
    bo = a_login("bo", *Permission.objects.filter(codename__in=names, content_type__app_label="pages"))
    initiative = an_initiative_with("Første")
    mine = opened(bo, initiative)
    save(anna, initiative, **{"updates-0-title_da": "Annas række"})

    assert send(bo, initiative, mine, **{"title_da": "Min titel", "updates-0-title_da": "Snydt"}).status_code == 302

    content = versions.newest_version(initiative).content
    assert (content["fields"]["title_da"], rows_of(content)) == ("Min titel", ["Annas række"])


def test_two_who_write_in_two_languages_are_not_in_each_others_way(staff, anna, amal):
    initiative = an_initiative_with("Første")
    danish, turkish = opened(staff, initiative), opened(anna, initiative, "tr")
    save(amal, initiative, "ar", **{"title_ar": "بالعربية", "updates-0-title_ar": "الأول"})

    assert send(anna, initiative, turkish, "tr", title_tr="Türkçe").status_code == 302
    assert send(staff, initiative, danish, summary_da="Dansk").status_code == 302

    content = versions.newest_version(initiative).content
    fields = content["fields"]
    assert (fields["title_ar"], fields["title_tr"], fields["summary_da"]) == ("بالعربية", "Türkçe", "Dansk")
    assert content["updates"][0]["title_ar"] == "الأول"


def test_a_translator_sees_the_new_danish_before_the_translation_of_the_old_is_saved(anna, amal):
    initiative = an_initiative_with("Første")
    save(amal, initiative, "ar", is_read="on", **dict.fromkeys(
        ("title_ar", "summary_ar", "body_ar", "audience_ar", "carried_out_by_ar", "updates-0-title_ar",
         "updates-0-body_ar"), "نص"))  # fmt: skip
    mine = opened(amal, initiative, "ar")
    assert "is_read" in mine
    save(anna, initiative, title_da="Annas titel", **{"updates-0-title_da": "Annas række"})

    html = told(send(amal, initiative, mine, "ar", title_ar="لي", title_da="Snydt", **{"updates-0-title_da": "Snydt"}))

    assert ALONE in html
    assert not re.search(r'name="is_read"[^>]*checked', html), "what was read is not what stands there now"
    assert "Annas" in html.partition('class="danish"')[2]
    content = save_as_shown(amal, initiative, html, "ar")
    assert (content["fields"]["title_da"], content["fields"]["title_ar"]) == ("Annas titel", "لي")
    assert rows_of(content) == ["Annas række"]


def test_two_translators_of_one_language_are_told_at_the_fields_of_the_rows_too(staff, amal):
    initiative = an_initiative_with("Første")
    mine = opened(staff, initiative, "ar")
    save(amal, initiative, "ar", **{"updates-0-title_ar": "أمل"})

    html = told(send(staff, initiative, mine, "ar", **{"updates-0-title_ar": "لي"}))

    assert "Her står der nu: „أمل“" in html
    assert save_as_shown(staff, initiative, html, "ar")["updates"][0]["title_ar"] == "لي"


def test_a_translation_of_a_row_that_is_deleted_meanwhile_is_shown_to_copy_from(anna, amal):
    initiative = an_initiative_with("Første", "Anden")
    mine = opened(amal, initiative, "ar")
    save(anna, initiative, **{"updates-0-DELETE": "on"})
    words = {"updates-0-title_ar": "عنوان", "updates-0-body_ar": "<p>نص <strong>مهم</strong></p>"}

    html = told(send(amal, initiative, mine, "ar", **words | {"updates-1-title_ar": "الثاني"}))

    copied = html.partition("Rækken er slettet")[2].partition("</section>")[0]
    assert re.search(r'<textarea[^>]* readonly lang="ar" dir="rtl">عنوان</textarea>', copied)
    assert "<p>نص <strong>مهم</strong></p>" in copied
    content = save_as_shown(amal, initiative, html, "ar")
    assert [(row["title_da"], row["title_ar"]) for row in content["updates"]] == [("Anden", "الثاني")]


def delete(obj):
    browser = a_login("chef", *Permission.objects.all())
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
    assert shown["Titel [da]"] == "Min &lt;titel&gt;"
    assert shown["Nyt 1: Overskrift [da]"] == "Min række"
    assert (shown["Status"], shown["Adresse"]) == ("gennemført", "proeve")
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
    assert copies(answer.content.decode())["Navn [da]"] == "Mit navn"
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
