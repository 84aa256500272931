"""Lists in the admin."""

import re
from datetime import timedelta

import pytest
from django.contrib import admin
from django.contrib.auth.models import User
from django.utils import timezone

from events.admin import EventAdmin
from events.models import Event
from nejtilbander.editorial.changelist import ContentChangeList
from nejtilbander.i18n.languages import CODES, DANISH_NAMES, state_label
from nejtilbander.publishing import actions
from nejtilbander.publishing.models import content_models
from pages.models import Initiative, Statement
from tests.support.admin import admin_address, edit, form_address, html, save, tick
from tests.support.factories import a_page, a_working_copy, an_initiative

pytestmark = pytest.mark.django_db
PLAIN = {"accept-encoding": ""}


class ByDay(EventAdmin):
    def get_changelist(self, request, **kwargs):
        return ContentChangeList


@pytest.mark.parametrize(
    "asked",
    [
        "starts_at__year=9999", "starts_at__year=1", "starts_at__year=0", "starts_at__year=99999", "starts_at__year=x",
        "starts_at__year=9999&starts_at__month=12", "starts_at__year=9999&starts_at__month=12&starts_at__day=31",
        "starts_at__year=2026&starts_at__month=2&starts_at__day=31", f"starts_at__year={'9' * 30}",
    ],
)  # fmt: skip
def test_a_list_asked_for_with_a_day_that_does_not_exist_is_shown_whole_or_empty(staff, rf, asked):
    request = rf.get(f"/admin/events/event/?{asked}")
    request.user = User.objects.get(username="prove")

    answer = ByDay(Event, admin.site).changelist_view(request)

    if answer.status_code == 302:
        assert answer.headers["Location"] == "/admin/events/event/?e=1"
    else:
        assert list(answer.context_data["cl"].result_list) == []


@pytest.mark.parametrize("chosen", ["x", "\0", "9" * 30, "-1", "999999", ""])
def test_a_statement_that_is_not_one_cannot_be_put_in_force_and_staff_are_told(staff, chosen):
    answer = staff.post(
        "/admin/pages/statement/", {"action": "put_in_force", "_selected_action": [chosen]}, follow=True, headers=PLAIN
    )

    assert answer.status_code == 200
    assert [str(said) for said in answer.context["messages"]] == ["Den udtalelse er her ikke. Vælg en på listen."]
    assert Statement.objects.get(is_current=True).number == 1


def listed(page):
    """{primary key: (status, [what is said of its translations], when and by whom)} of a list."""
    rows = re.findall(r'<th class="field-[^"]*"><a href="[^"]*/(\d+)/change/[^"]*">.*?</th>(.*?)</tr>', page, re.DOTALL)
    return {int(pk): row_words(row) for pk, row in rows}


def row_words(row):
    status = re.search(r'<span class="desk-chip desk-\w+">(.*?)</span>', row)[1]
    languages = [re.sub("<.*?>", "", chip) for chip in re.findall(r'<li class="desk-chip desk-\w+">(.*?)</li>', row)]
    changed = re.search(r'field-changed[^>]*><time datetime="([^"]*)">[^<]*</time>(?: <span>(.*?)</span>)?', row)
    return status, languages, changed.groups(default="")


def words_of(states):
    return {f"{DANISH_NAMES[code]}: {state_label(state, is_machine_translated=machine)}"
            for code, _, state, machine in states if code != "da"}  # fmt: skip


def test_a_row_says_its_status_its_languages_when_it_was_changed_and_by_whom(staff):
    page = a_page("lister", title_da="På listen", title_en="Listed", summary_en="A trial.")
    page.mark_translated("en", read=False, machine=True)
    page.save()
    at = timezone.localtime(page.updated_at).isoformat(timespec="minutes")
    missing = "Mangler: arabisk, somalisk, tyrkisk, persisk"

    found = listed(html(staff, "/admin/pages/page/"))[page.pk]
    assert found == ("Udgivet", [missing, "Maskinoversat, ikke læst: engelsk"], (at, ""))

    save(staff, page, title_da="Ændret i kladden")
    status, languages, (_, by) = listed(html(staff, "/admin/pages/page/"))[page.pk]
    assert (status, languages, by) == ("Ændringer venter", [missing, "Skal opdateres: engelsk"], "prove")


def test_one_state_of_all_languages_is_said_once(staff):
    page = a_page("intet", title_da="Kun dansk")

    assert listed(html(staff, "/admin/pages/page/"))[page.pk][1] == ["Mangler: alle sprog"]


def test_list_form_and_publish_page_say_the_same_of_every_language(staff):
    """All three look at the working copy, with its rows."""
    initiative = Initiative.objects.get(slug="nye-redskaber")
    tick(staff, initiative, *CODES[1:])
    save(staff, initiative, **{"updates-0-title_da": "Rettet i en række i kladden"})
    edit(staff, Initiative.objects.get(slug="klubhuse"), "ar", title_ar="عنوان آخر")
    save(staff, Initiative.objects.get(slug="klubhuse"), summary_da="Kun i kladden.")
    withdrawn = Initiative.objects.get(slug="skoler-og-boernehaver")
    actions.withdraw(withdrawn, {"da": "Slut."})
    save(staff, withdrawn, "so", title_so=None)
    counted = 0

    for model in content_models():
        rows = listed(html(staff, f"/admin/{model._meta.app_label}/{model._meta.model_name}/"))
        for obj in model.objects.all():
            form = staff.get(form_address(obj), headers=PLAIN).context
            publish = staff.get(admin_address(obj, "udgiv"), headers=PLAIN).context
            languages = spread(rows[obj.pk][1])
            assert languages == words_of(form["languages"]) == words_of(publish["states"]), obj
            counted += 1
    assert counted > 20


def spread(chips):
    """ "Mangler: engelsk, arabisk" -> "engelsk: Mangler", "arabisk: Mangler"."""
    pairs = [chip.split(": ") for chip in chips]
    everyone = ", ".join(DANISH_NAMES[code] for code in CODES[1:])
    return {f"{name}: {word}" for word, names in pairs for name in names.replace("alle sprog", everyone).split(", ")}


@pytest.mark.parametrize("rows", [1, 20])
def test_a_list_takes_as_many_queries_with_twenty_rows_as_with_one(staff, django_assert_max_num_queries, rows):
    Initiative.objects.all().delete()
    for number in range(rows):
        initiative = an_initiative(f"nr-{number}", title_da=f"Nr. {number}")
        initiative.updates.create(date="2030-01-01", title_da="Nyt")
        a_working_copy(initiative)

    with django_assert_max_num_queries(10):
        assert len(listed(html(staff, "/admin/pages/initiative/"))) >= 1


def test_a_list_is_filtered_by_status(staff):
    now = timezone.now()
    made = {
        "draft": a_page("kladden", public_from=None),
        "scheduled": a_page("planlagt", public_from=now + timedelta(days=1)),
        "changed": a_page("aendret"),
        "withdrawn": a_page("trukket", withdrawn_at=now),
        "expired": a_page("slut", public_until=now),
    }
    a_working_copy(made["changed"])
    found = {status: set(listed(html(staff, f"/admin/pages/page/?udgivelse={status}"))) for status in made}

    assert found == {status: {page.pk} for status, page in made.items()}
    public = set(listed(html(staff, "/admin/pages/page/?udgivelse=public")))
    everything = set(listed(html(staff, "/admin/pages/page/?udgivelse=findes-ikke")))
    assert public == everything - {page.pk for page in made.values()}
