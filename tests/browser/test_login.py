"""Staff log in with a passkey of a real browser: Chromium's own virtual authenticator, on http://localhost."""

import pytest
from playwright.sync_api import Page, expect

from tests.support import live_server
from tests.support.mail_server import serving_mail

pytestmark = pytest.mark.chromium
PASSWORD = "en lang prøve-adgangskode"
SERIOUS = ("critical", "serious")
KEY = {
    "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
    "isUserVerified": True, "automaticPresenceSimulation": True,
}  # fmt: skip


@pytest.fixture(scope="module")
def login_site(tmp_path_factory: pytest.TempPathFactory):
    """A site where a second factor is required, at the one name at which browsers allow passkeys without TLS."""
    data, port = tmp_path_factory.mktemp("login"), live_server.free_port()
    with serving_mail() as (_, mail_port):
        settings = live_server.environment(
            data, EMAIL_URL=f"smtp+plain://127.0.0.1:{mail_port}", SITE_URL=f"http://localhost:{port}",
            ALLOWED_HOSTS="localhost", STAFF_SECOND_FACTOR="required",
        )  # fmt: skip
        live_server.seeded(data)
        live_server.manage(
            settings | {"DJANGO_SUPERUSER_PASSWORD": PASSWORD},
            "createsuperuser", "--noinput", "--username", "prove", "--email", "prove@example.dk",
        )  # fmt: skip
        with live_server.serving(settings, port=port):
            yield f"http://localhost:{port}"


@pytest.fixture
def owner(browser, login_site, axe):
    """A page of a new browser, with a device that can hold passkeys; what it hears from the page; axe."""
    context = browser.new_context(base_url=login_site, viewport={"width": 375, "height": 700})
    page = context.new_page()
    heard = []
    page.on("console", lambda said: said.type in {"verbose", "info"} or heard.append(f"{page.url}: {said.text}"))
    page.on("pageerror", lambda error: heard.append(f"{page.url}: {error}"))
    page.on("request", lambda request: request.url.startswith(login_site) or heard.append(f"request: {request.url}"))
    cdp = context.new_cdp_session(page)
    cdp.send("WebAuthn.enable")
    cdp.send("WebAuthn.addVirtualAuthenticator", {"options": KEY})
    yield page
    context.close()
    assert [said for said in heard if "status of 4" not in said] == []


def assert_accessible(page: Page, axe: str) -> None:
    """Fails on what shuts anyone out, and on a page wider than a phone."""
    page.evaluate(axe)
    found = page.evaluate("axe.run(document, {resultTypes: ['violations'], preload: false, iframes: false})")
    assert [
        f"{page.url}: {one['id']} at {one['nodes'][0]['target'][0]}"
        for one in found["violations"] if one["impact"] in SERIOUS
    ] == []  # fmt: skip
    assert not page.evaluate("document.documentElement.scrollWidth > innerWidth"), page.url


def signed_in_by_keyboard(page: Page, axe: str) -> None:
    """The password, wrong at first, without a mouse."""
    page.goto("/admin/")
    assert_accessible(page, axe)
    expect(page.get_by_role("alert")).to_have_count(0)  # nothing has gone wrong yet
    expect(page.get_by_label("Brugernavn")).to_be_focused()
    page.keyboard.type("prove")
    page.keyboard.press("Tab")
    page.keyboard.type("forkert")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert").filter(has_text="Det gik ikke")).to_be_visible()
    assert_accessible(page, axe)
    page.get_by_label("Adgangskode").fill(PASSWORD)
    page.keyboard.press("Enter")


def logs_in_with_it(page: Page, axe: str) -> None:
    """With the passkey alone, then as the second factor after the password, then once more before something."""
    page.goto("/admin/konto/")
    assert_accessible(page, axe)
    page.get_by_role("button", name="Log ud alle steder").click()
    page.wait_for_url("**/log-ind/")
    page.goto("/admin/auth/user/")
    page.get_by_role("button", name="Log ind med passkey").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/admin/auth/user/")

    page.get_by_role("button", name="Log ud", exact=True).click()
    page.goto("/admin/")
    page.get_by_label("Brugernavn").fill("prove")
    page.get_by_label("Adgangskode").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Bekræft, at det er dig")).to_be_visible()
    assert_accessible(page, axe)
    page.get_by_role("button", name="Brug din passkey").click()
    page.wait_for_url("**/admin/")
    page.goto("/admin/konto/bekraeft/passkey/?next=/admin/")
    assert_accessible(page, axe)
    page.get_by_role("button", name="Brug din passkey").click()
    page.wait_for_url("**/admin/")


def test_a_passkey_is_set_up_with_the_keyboard_alone_and_then_logs_in_without_a_password(owner: Page, axe: str):
    page = owner
    signed_in_by_keyboard(page, axe)

    expect(page.get_by_role("heading", name="Din konto")).to_be_visible()
    assert_accessible(page, axe)
    page.goto("/admin/pages/page/")
    page.wait_for_url("**/admin/konto/")
    page.get_by_role("link", name="Sæt en app op").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Sæt en app til koder op")).to_be_visible()
    assert_accessible(page, axe)
    page.go_back()
    page.get_by_role("link", name="Tilføj en passkey").focus()
    page.keyboard.press("Enter")
    page.get_by_label("Hvad skal den hedde?").fill("Min telefon")
    assert_accessible(page, axe)
    page.get_by_role("button", name="Tilføj").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Nødkoder")).to_be_visible()
    expect(page.locator(".account-codes code")).to_have_count(10)
    assert_accessible(page, axe)
    page.get_by_role("link", name="Videre").click()
    page.wait_for_url("**/admin/")
    logs_in_with_it(page, axe)


@pytest.mark.parametrize("address", ["glemt/", "adgangskode/forkert/", "lukket/"])
def test_the_other_pages_shut_nobody_out(owner: Page, axe: str, address: str):
    owner.goto(f"/admin/konto/{address}")
    assert_accessible(owner, axe)
