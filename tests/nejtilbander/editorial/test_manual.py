"""docs/edit.md in the admin: shown whole, with its pictures, and every page's "Hjælp" leads to what is about it."""

import re

import pytest
from django.contrib.auth.models import User
from django.contrib.staticfiles import finders
from django.test import RequestFactory
from django.urls import URLResolver, get_resolver

from nejtilbander.editorial import manual
from nejtilbander.text.readability import lix
from tests.support.factories import a_page
from tests.support.reader import Reader

SOURCE = manual.SOURCE.read_text()
PICTURES = re.findall(r"!\[[^\]]+\]\(([^)]+)\)", SOURCE)
MAX_PICTURE = 120_000  # bytes
# Pages the manual does not tell of, and addresses that are no page.
AT_THE_TOP = {
    "manual", "app_list", "launch_tick", "link_targets", "po_download", "login", "logout", "autocomplete", "jsi18n",
    "view_on_site", "password_change", "password_change_done", "keep_alive", "new_password",
    "account_login", "account_logout", "account_inactive", "account_reset_password", "openid_connect_login",
    "openid_connect_callback", "socialaccount_login_cancelled", "mfa_login_webauthn", "mfa_authenticate",
}  # fmt: skip
NO_PAGE = ("_share", "_looked_at")  # what a page posts to, or shows inside itself


def url_names(resolver=None, is_inside=False):
    """The name of every address below admin/."""
    for pattern in (resolver or get_resolver()).url_patterns:
        is_admin = is_inside or str(pattern.pattern).startswith("admin/")
        if isinstance(pattern, URLResolver):
            yield from url_names(pattern, is_admin)
        elif is_admin and pattern.name:
            yield pattern.name


def anchors():
    return [heading.anchor for heading in manual.read_manual().headings]


@pytest.fixture
def staff(db, static_files):
    browser = Reader()
    browser.force_login(User.objects.create_superuser("en"))
    return browser


def test_the_page_is_the_whole_manual_with_its_pictures_and_no_style_or_script_of_its_own(staff):
    html = staff.get("/admin/vejledning/").content.decode()
    text = html.partition('<div class="manual-text">')[2].partition("<footer")[0]

    assert "<h1>Vejledning til dig, der retter siden</h1>" in html
    assert text.count("<h1") == 0
    assert re.findall(r'<h[23] id="([^"]+)">', text) == anchors()
    assert re.findall(r'<a href="#([^"]+)">', html.partition('class="manual-text"')[0])[-len(anchors()) :] == anchors()
    assert len(re.findall(r'<img src="/static/edit/[^"]+" alt="[^"]+" width="\d+" height="\d+"', text)) == len(PICTURES)
    assert re.findall(r"style=|<script|<style|\son\w+=", text) == []
    assert "<table>" in text
    assert "![" not in text
    assert "](" not in text


def test_each_picture_is_there_is_light_and_is_shown(static_files):
    made = sorted(f"edit/{path.name}" for path in (manual.SOURCE.parent / "edit").iterdir())

    assert sorted(PICTURES) == made
    assert 8 <= len(made) <= 14
    assert [name for name in made if (manual.SOURCE.parent / name).stat().st_size > MAX_PICTURE] == []
    assert all(finders.find(name) for name in made)


def test_each_link_inside_the_manual_leads_to_one_heading(static_files):
    links = re.findall(r"(?<!!)\[[^\]]+\]\(([^)]+)\)", SOURCE)

    assert links
    assert {link for link in links if link.removeprefix("#") not in anchors()} == set()
    assert len(set(anchors())) == len(anchors())


def test_the_manual_is_easy_to_read():
    words = re.sub(r"!?\[([^\]]*)\]\([^)]*\)", r"\1", SOURCE)
    for paragraph in re.split(r"(?m)^#+ .*$", re.sub(r"(?m)^\|.*$", "", words))[1:]:
        assert lix(re.sub(r"[*`]", "", paragraph)) <= 30, paragraph
    assert lix(re.sub(r"[*`|#]", "", words)) <= 30


def test_every_page_of_the_admin_leads_to_a_heading_that_is_there(static_files):
    names = set(url_names())
    leads = {name: manual.heading_for(name) for name in names}

    assert {name: anchor for name, anchor in leads.items() if anchor and anchor not in anchors()} == {}
    without = {name for name, anchor in leads.items() if not anchor}
    assert {name for name in without if not name.endswith(NO_PAGE)} == AT_THE_TOP
    assert manual.PAGES.keys() <= names


def test_the_help_of_a_page_is_about_that_page(staff):
    page = a_page()
    for address, anchor in {
        "/admin/": "#min-side",
        "/admin/overblik/": "#find-det-der-mangler-noget",
        "/admin/nejtilbander/picture/": "#sæt-et-billede-på",
        f"/admin/pages/page/{page.pk}/change/": "#ret-en-tekst",
        f"/admin/pages/page/{page.pk}/udgiv/": "#udgiv",
        "/admin/events/event/": "#lav-et-stormøde",
        "/admin/konto/": "#log-ind-første-gang",
        "/admin/vejledning/": "",
        "/admin/password_change/": "",
    }.items():
        answer = staff.get(address, follow=True)
        assert f'<a href="/admin/vejledning/{anchor}">Hjælp</a>' in answer.content.decode(), address


def test_without_an_address_that_is_known_the_help_is_the_top(static_files):
    assert manual.help_url(RequestFactory().get("/")) == "/admin/vejledning/"


def test_who_is_not_logged_in_is_shown_no_help(static_files, db):
    assert "Hjælp</a>" not in Reader().get("/admin/konto/log-ind/").content.decode()


def test_the_image_that_is_run_has_the_manual_and_nothing_else_of_its_folder():
    root = manual.SOURCE.parents[1]
    ignored = (root / ".dockerignore").read_text().split()

    assert [line for line in ignored if "docs" in line] == ["docs/*", "!docs/edit", "!docs/edit.md"]
    assert "COPY docs docs\n" in (root / "Dockerfile").read_text().partition("collectstatic")[0]
