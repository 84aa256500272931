"""A real Chromium in front of the real site, with its worker and a real mail server."""

import os
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, StorageState, sync_playwright

from tests.support import live_server
from tests.support.machine_tools import BROWSER_TOOLS, CHROMIUM
from tests.support.mail_server import Mailbox, serving_mail

QUIET = [
    "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-sync",
    "--disable-component-update", "--disable-quic",
    "--renderer-process-limit=1",  # a process for each window takes longer to begin than most tests to run
]  # fmt: skip


PASSWORD = "en lang prøve-adgangskode"
ROLES = {  # login: role
    "redaktoer": "Redaktør", "arabisk": "Oversætter (arabisk)", "moedeleder": "Mødeleder", "listen": "Listeansvarlig",
    "admin": "Administrator", "ingen": "",
}  # fmt: skip
MAKE_LOGINS = f"""
for name, role in {ROLES!r}.items():
    User.objects.create_user(name, password={PASSWORD!r}, is_staff=True).groups.set(Group.objects.filter(name=role))
"""


def log_in(page: Page, name: str) -> None:
    page.goto("/admin/login/")
    page.get_by_label("Brugernavn").fill(name)
    page.get_by_label("Adgangskode").fill(PASSWORD)
    page.get_by_role("button", name="Log ind", exact=True).click()
    page.wait_for_url("**/admin/")


@pytest.fixture(scope="session")
def post() -> Iterator[tuple[Mailbox, int]]:
    """The mail server that the site's worker sends to, and its port."""
    with serving_mail() as office:
        yield office


@pytest.fixture
def mailbox(post: tuple[Mailbox, int]) -> Mailbox:
    return post[0]


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory, post: tuple[Mailbox, int]) -> Iterator[str]:
    """The address of a freshly seeded site with a member of staff and a worker."""
    data = tmp_path_factory.mktemp("site")
    port = live_server.free_port()
    settings = live_server.environment(
        data, EMAIL_URL=f"smtp+plain://127.0.0.1:{post[1]}", SITE_URL=f"http://127.0.0.1:{port}",
        SIGNUP_MIN_SECONDS="0", BEHIND_PROXY="true",  # so that a page can come from a network of its own
    )  # fmt: skip
    live_server.seeded(data)
    for name in ("prove", "anden"):  # the second says yes to what takes two
        live_server.manage(
            settings | {"DJANGO_SUPERUSER_PASSWORD": PASSWORD},
            "createsuperuser", "--noinput", "--username", name, "--email", f"{name}@example.dk",
        )  # fmt: skip
    live_server.manage(
        settings, "shell", "-v", "0", "-c", f"from django.contrib.auth.models import Group, User{MAKE_LOGINS}"
    )
    # The neutral site behind the quick exit: another origin, and still on this machine.
    quit_url = {"QUIT_URL": f"http://localhost:{port}/robots.txt"}
    with live_server.working(settings), live_server.serving(settings | quit_url, port=port) as address:
        yield address


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    # Playwright's loop goes on in this thread while later tests ask the database.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def badge(browser: Browser, site: str) -> StorageState:
    """What a browser holds when a member of staff has logged in with it."""
    context = browser.new_context(base_url=site)
    page = context.new_page()
    log_in(page, "prove")
    held = context.storage_state()
    context.close()
    return held


@pytest.fixture(scope="session")
def staff_window(browser: Browser, site: str, badge: StorageState) -> Iterator[BrowserContext]:
    """Where who needs a page of the admin opens one: the browser has its scripts already, as an editor's has."""
    context = browser.new_context(base_url=site, viewport={"width": 1280, "height": 900}, storage_state=badge)
    yield context
    context.close()


@pytest.fixture
def staff_page(browser: Browser, site: str, badge: StorageState) -> Iterator[Page]:
    """The same as `page`, of a member of staff who is logged in."""
    context = browser.new_context(base_url=site, viewport={"width": 375, "height": 700}, storage_state=badge)
    yield context.new_page()
    context.close()


@pytest.fixture
def page(browser: Browser, site: str) -> Iterator[Page]:
    context = browser.new_context(base_url=site, viewport={"width": 375, "height": 700})
    yield context.new_page()
    context.close()


@pytest.fixture(scope="session")
def axe() -> str:
    return (BROWSER_TOOLS / "axe-core" / "axe.min.js").read_text()
