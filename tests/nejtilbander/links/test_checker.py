"""Whether links still lead somewhere: ours are asked of our own views, others of a real server on this machine."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone

from nejtilbander.links import checker
from nejtilbander.links.checker import NO_ANCHOR, NO_PAGE, check_internal, check_links
from nejtilbander.links.models import CheckedLink
from nejtilbander.links.outbound import INTERNAL
from nejtilbander.publishing import redirects
from pages.models import Initiative
from tests.support.factories import a_page, a_statement, an_initiative
from tests.support.other_site import asked


@pytest.mark.django_db
@pytest.mark.parametrize(
    "path",
    [
        "/", "/ar/", "/hjaelp/#spor", "/indsatser/?niveau=forebyggende", "/so/indsatser/klubhuse/", "/indsatser",
        "/udtalelse/1/", "/forside/", "/was", "/anmeld", "/stormoeder/naboskab/", "/stormoeder/kalender.ics",
        "/stormoeder/naboskab/tilmelding/", "/aktuelt.atom", "/s%6Feg/?q=%C3%A5",
    ],
)  # fmt: skip
def test_our_own_pages_live(path):
    assert check_internal(path) == ""


@pytest.mark.django_db
@pytest.mark.parametrize(
    "path",
    ["/findes-ikke/", "/ar/indsatser/findes-ikke/", "/udtalelse/99/", "/da/hjaelp/", "/admin/", "/a/b/c/", "/%00/"],
)
def test_addresses_that_are_nobodys_do_not(path):
    assert check_internal(path) == NO_PAGE


@pytest.mark.django_db
@pytest.mark.parametrize(
    "link",
    ["/hjaelp/#bange", "/ar/hjaelp/#bange", "/hjaelp/#b%61nge", "/hjaelp/#", "/hjaelp/#top", "/hjaelp/#:~:text=Ring",
     "/hvem/#indhold", "/hjaelp#spor", "/indsatser/?niveau=forebyggende#indhold", "/aktuelt.atom#et-sted"],
)  # fmt: skip
def test_a_place_on_a_page_of_ours_is_found(link):
    assert check_internal(link) == ""


@pytest.mark.django_db
@pytest.mark.parametrize(
    "link",
    ["/hjaelp/#findes-ikke", "/fa/hjaelp/#findes-ikke", "/hjaelp/#Bange", '/hjaelp/#x"y', "/#a b", "/hjaelp#nej"],
)
def test_a_place_that_is_not_on_the_page_is_told_of(link):
    assert check_internal(link) == NO_ANCHOR


@pytest.mark.django_db
def test_a_place_is_looked_for_where_a_page_was_moved_to():
    redirects.add_redirect("/gammel/", "/hjaelp/")

    assert (check_internal("/gammel/#spor"), check_internal("/gammel/#nej")) == ("", NO_ANCHOR)


@pytest.mark.django_db
def test_a_place_on_a_page_that_leads_on_is_the_browsers_to_find():
    a_page("foert-videre", withdrawn_at=timezone.now(), withdrawn_to="/hvem/")

    assert check_internal("/foert-videre/#et-sted") == ""


@pytest.mark.django_db
def test_a_draft_and_a_withdrawn_page_are_no_place_to_lead_readers_to():
    now = timezone.now()
    a_page("kladde-her", public_from=None)
    a_page("senere", public_from=now + timedelta(days=1))
    a_page("vaek", withdrawn_at=now)
    a_page("foert-videre", withdrawn_at=now, withdrawn_to="/hvem/")

    assert [check_internal(f"/{slug}/") for slug in ("kladde-her", "senere", "vaek", "foert-videre")] == [
        NO_PAGE, NO_PAGE, NO_PAGE, "",
    ]  # fmt: skip


@pytest.mark.django_db
def test_a_moved_page_is_found_where_it_went_if_it_is_there():
    redirects.add_redirect("/gammel/", "/hvem/")
    redirects.add_redirect("/aeldre/", "/findes-ikke/")

    assert check_internal("/tr/gammel/") == ""
    assert check_internal("/aeldre/") == NO_PAGE


@pytest.mark.django_db
def test_our_own_pages_live_also_where_this_process_may_not_answer_for_the_sites_name(settings):
    settings.ALLOWED_HOSTS = ["127.0.0.1"]
    settings.SITE_URL = "https://nejtilbander.example"

    assert check_internal("/stormoeder/naboskab/") == ""
    assert check_internal("/stormoeder/kalender.ics") == ""


@pytest.mark.usefixtures("only_ours")
def test_on_launch_day_no_link_of_ours_is_broken():
    assert check_links() == []
    assert set(CheckedLink.objects.values_list("url", "failures", "error")) == {
        (address, 0, "")
        for address in (
            "/bekymret/", "/goer-noget/", "/kontakt/", "/privatliv/", "/tilgaengelighed/", "/stormoeder/",
            "/hjaelp/", "/hjaelp/#bange", "/hjaelp/#butik", "/hjaelp/#spor", "/hjaelp/#tip", "/hjaelp/#ud",
            "/plakat/butik/",
            "/indsatser/", "/indsatser/?niveau=forebyggende", "/indsatser/foreninger-og-naboer/",
            "/indsatser/vidner-og-ofre/",
        )
    }  # fmt: skip


@pytest.mark.usefixtures("only_ours")
def test_a_link_is_called_broken_the_second_time_and_whole_as_soon_as_it_is(stranger):
    link = f"{stranger.address}/404"
    initiative = an_initiative(source_url=link, title_da="Klub")
    a_page(title_da="Side", public_from=None, body_ar='<p><a href="/findes-ikke/">a</a> <a href="hjaelp">b</a></p>')

    assert check_links(allow_private=True) == []
    assert CheckedLink.objects.get(url=link).failures == 1
    assert check_links(allow_private=True) == [
        "/findes-ikke/: siden findes ikke. Står i: side „Side“",
        "hjaelp: er ikke en hel adresse. Står i: side „Side“",
        f"{link}: svarer 404: siden findes ikke. Står i: indsats „Klub“",
    ]
    assert CheckedLink.objects.get(url=link).is_broken

    Initiative.objects.filter(pk=initiative.pk).update(source_url=f"{stranger.address}/200")
    a_page("findes-ikke")
    assert check_links(allow_private=True) == ["hjaelp: er ikke en hel adresse. Står i: side „Side“"]
    assert not CheckedLink.objects.filter(url=link).exists()
    assert CheckedLink.objects.get(url="/findes-ikke/").failures == 0


@pytest.mark.usefixtures("only_ours")
def test_the_command_says_the_broken_ones(stranger, capsys):
    an_initiative(source_url=f"{stranger.address}/410", title_da="Klub")

    for _time in range(2):
        call_command("check_links", "--allow-private")
    assert capsys.readouterr().out == (
        f"{stranger.address}/410: svarer 410: siden findes ikke. Står i: indsats „Klub“\n"
    )
    call_command("check_links")
    assert INTERNAL in capsys.readouterr().out


@pytest.mark.usefixtures("only_ours")
def test_letters_numbers_and_parts_of_the_same_page_are_not_asked_after():
    a_page(
        body_da='<p><a href="mailto:a@example.dk">a</a><a href="tel:12">b</a><a href="#c">c</a>'
        f'<a href="/{"x" * 500}/">d</a></p>'
    )

    assert not set(checker.links_in_use()) & {"mailto:a@example.dk", "tel:12", "#c"}
    assert max(len(link) for link in checker.links_in_use()) <= 500


@pytest.mark.usefixtures("only_ours")
def test_our_own_name_in_a_link_needs_no_net(settings):
    settings.SITE_URL = "https://nejtilbander.example"
    a_statement(2, source_url="https://nejtilbander.example/hvem/")
    an_initiative(source_url="https://nejtilbander.example")

    check_links()

    assert set(CheckedLink.objects.filter(url__startswith="https").values_list("url", "failures")) == {
        ("https://nejtilbander.example/hvem/", 0), ("https://nejtilbander.example", 0),
    }  # fmt: skip


@pytest.mark.usefixtures("only_ours")
def test_those_checked_longest_ago_come_first_when_there_are_too_many(stranger, monkeypatch):
    monkeypatch.setattr(checker, "MAX_EXTERNAL", 2)
    for number in range(3):
        an_initiative(f"nr-{number}", source_url=f"{stranger.address}/200?{number}")
    now = timezone.now()
    CheckedLink.objects.create(url=f"{stranger.address}/200?0", checked_at=now)
    CheckedLink.objects.create(url=f"{stranger.address}/200?1", checked_at=now - timedelta(days=1))

    check_links(allow_private=True)

    assert asked(stranger) == [("HEAD", "/200?2"), ("HEAD", "/200?1")]


@pytest.mark.usefixtures("only_ours")
def test_a_run_has_an_end(stranger, monkeypatch):
    monkeypatch.setattr(checker, "MAX_DURATION", 0)
    an_initiative(source_url=f"{stranger.address}/200")

    check_links(allow_private=True)

    assert stranger.asked == []
