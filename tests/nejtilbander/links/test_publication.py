"""The links of a text before it is published, in every language and every row."""

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from nejtilbander.links import publication
from nejtilbander.links.models import CheckedLink
from nejtilbander.publishing import redirects, versions
from nejtilbander.publishing.content_checks import Finding
from pages.models import Page, Update
from tests.support.admin import admin_address, form_of, html, publish, save
from tests.support.factories import a_notice, a_page, an_initiative

pytestmark = pytest.mark.django_db
PLAIN = {"accept-encoding": ""}


def found(obj):
    return publication.prepare(obj)()


def about(href, words="Ordene"):
    """What is said of one link in a page's Danish text: (the end of the sentence, is it an error)."""
    Page.objects.filter(slug="proeve").delete()
    page = a_page(body_da=f'<p><a href="{href}">{words}</a></p>')
    [finding] = found(page)
    assert (finding.field, finding.language) == ("body_da", "da")
    beginning = f"Tekst: Linket „{words}“ "
    assert finding.sentence.startswith(beginning)
    return finding.sentence.removeprefix(beginning), finding.is_error


@pytest.mark.parametrize(
    "href",
    ["/hjaelp/", "/hjaelp/#ud", "/ar/hvem/", "https://politi.dk/", "mailto:a@example.dk", "tel:+4566131372", "#her",
     "/proeve/", "/proeve/#afsnit-1", "tel:{politi}", "%7Bx%7D"],
)  # fmt: skip
def test_a_link_that_leads_somewhere_is_nothing_to_speak_of(href):
    assert found(a_page(body_da=f'<p><a href="{href}">Ordene</a></p>', public_from=None)) == []


def test_a_link_that_leads_nowhere_is_an_error():
    assert about("/hjaelpp/") == (
        "fører til /hjaelpp/, og der er ingen side. Mente du /hjaelp/ („Råd og hjælp“)?", True
    )  # fmt: skip
    assert about("/xyzzy/") == ("fører til /xyzzy/, og der er ingen side. Vælg en anden, eller fjern linket.", True)


@pytest.mark.parametrize(
    ("href", "meant"),
    [
        ("hjaelp/", " Mente du /hjaelp/ („Råd og hjælp“)?"), ("www.odense.dk", " Mente du https://www.odense.dk?"),
        ("politi.dk/fyn", " Mente du https://politi.dk/fyn?"), ("xyzzy", ""),
    ],
)  # fmt: skip
def test_half_an_address_is_an_error(href, meant):
    assert about(href) == (f"fører til {href}, og det er ikke en hel adresse.{meant}", True)


def test_a_link_to_what_is_no_page_yet_or_any_more():
    now = timezone.now()
    a_page("kladde", title_da="Kladden", public_from=None)
    a_page("planlagt", title_da="Senere", public_from=datetime(2040, 5, 17, 9, tzinfo=timezone.get_default_timezone()))
    a_page("vaek", title_da="Forbi", withdrawn_at=now - timedelta(hours=1))
    redirects.add_redirect("/gammel/", "/hvem/")

    assert about("/kladde/") == (
        "fører til „Kladden“, der ikke er offentlig endnu. Udgiv den først, eller fjern linket.", True
    )  # fmt: skip
    assert about("/planlagt/") == (
        "fører til „Senere“, der først bliver offentlig 17.05.2040 kl. 09.00. Indtil da er der ingen side.", False
    )  # fmt: skip
    assert about("/vaek/") == (
        "fører til „Forbi“, der er trukket tilbage. Vælg en anden side, eller fjern linket.", True
    )  # fmt: skip
    assert about("/gammel/") == ("fører til den gamle adresse /gammel/. Skriv /hvem/ i stedet.", False)
    assert about("/hjaelp/#nej") == (
        "fører til en side, der findes, men ikke til det sted på den: /hjaelp/#nej", False
    )  # fmt: skip


def test_every_language_and_every_row_is_looked_at_and_each_finding_has_its_field():
    initiative = an_initiative(source_url="https://nejtilbander.example/", body_ar='<p><a href="/x1/">a</a></p>')
    for day in ("2026-02-01", "2026-01-01"):
        Update.objects.create(
            initiative=initiative, date=day, title_da="Nyt", body_da="<p>Tekst.</p>",
            body_tr=f'<p><a href="/x2/{day}/">b</a> <a href="/x2/{day}/">b</a></p>',
        )  # fmt: skip

    rows = list(initiative.updates.all())
    fields = [(finding.field, finding.language, finding.is_error) for finding in found(initiative)]
    assert fields == [("body_ar", "ar", True), ("updates-0-body_tr", "tr", True), ("updates-1-body_tr", "tr", True)]
    assert f"/x2/{rows[0].date:%Y-%m-%d}/" in found(initiative)[1].sentence


def test_a_link_to_another_site_is_a_hint_when_it_did_not_work_and_bars_nothing():
    CheckedLink.objects.create(url="https://a.example/", failures=1, error="svarer 404: siden findes ikke")
    CheckedLink.objects.create(url="https://b.example/", failures=0)
    initiative = an_initiative(source_url="https://a.example/", body_da='<p><a href="https://b.example/">Der</a></p>')

    sentence = "til https://a.example/ virkede ikke, da vi prøvede det: svarer 404: siden findes ikke. Se efter, om det"
    assert [(finding.field, finding.is_error) for finding in found(initiative)] == [("source_url", False)]
    assert f"Linket {sentence} er rigtigt." in found(initiative)[0].sentence


def test_what_has_no_address_of_its_own_is_checked_too():
    assert found(a_notice()) == []


def test_publishing_is_barred_until_the_link_is_mended(staff):
    page = a_page()
    save(staff, page, body_da='<p><a href="/xyzzy/">Læs om det</a></p>')
    shown = html(staff, admin_address(page, "udgiv"))
    sentence = "Tekst: Linket „Læs om det“ fører til /xyzzy/, og der er ingen side. Vælg en anden, eller fjern linket."
    assert f'?sprog=da#id_body_da">Dansk: {sentence}' in shown
    staff.post(admin_address(page, "udgiv"), form_of(shown))
    page.refresh_from_db()
    assert page.public_version != versions.newest_version(page).number

    save(staff, page, body_da='<p><a href="/hvem/">Læs om det</a></p>')
    publish(staff, page)
    page.refresh_from_db()
    assert page.public_version == versions.newest_version(page).number


def test_two_new_texts_that_lead_to_each_other_can_both_be_published(staff):
    one = a_page("en", title_da="En", public_from=None, body_da='<p><a href="/to/">Den anden</a></p>')
    two = a_page("to", title_da="To", public_from=None, body_da='<p><a href="/en/">Den anden</a></p>')
    assert [finding.is_error for finding in found(one)] == [True]

    two.public_from = timezone.now() + timedelta(hours=1)
    two.save()
    assert [finding.is_error for finding in found(one)] == [False]


def test_a_finding_is_one_like_the_others():
    page = a_page(body_da='<p><a href="/xyzzy/"> Læs <em>om</em>\n det</a></p>')

    assert found(page) == [
        Finding(
            "body_da", "da", is_error=True,
            sentence="Tekst: Linket „Læs om det“ fører til /xyzzy/, og der er ingen side. "
            "Vælg en anden, eller fjern linket.",
        )
    ]  # fmt: skip
