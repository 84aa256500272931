"""Every address says whom it is for, and the internet-facing process can neither open the list nor pass for staff."""

import subprocess
import sys
import urllib.request
from urllib.error import HTTPError

import pytest

from nejtilbander.security.keyring import create_key
from tests.support.live_server import ROOT, SIGNING_KEY, VERIFY_KEY, environment, seeded, serving
from tests.support.routes import role_of, routes
from tests.support.settings_check import start
from tests.support.waiting import patience

pytestmark = pytest.mark.django_db
ROLES = {"public", "staff", "list"}
LISTS = {"admin/events/event/<int:pk>/liste/<str:what>/", "admin/events/event/<int:pk>/grupper/"}
REFUSED = (
    "Configuration error: SITE_ROLE is public, but this process can read the keyring. "
    "Take KEYRING_SECRET and KEYRING_DIR away.\n"
)


def undeclared(found):
    return [address for address, view in found if role_of(address, view) not in ROLES]


def test_every_route_says_whom_it_is_for():
    found = list(routes())

    assert len(found) > 60
    assert undeclared(found) == []
    by_role = {role: {address for address, view in found if role_of(address, view) == role} for role in ROLES}
    assert by_role["list"] == LISTS
    assert any("kladde/" in address for address in by_role["public"])
    assert all(address.startswith("admin/") for address in by_role["staff"])
    assert not any(address.startswith("admin/") for address in by_role["public"])


def test_a_view_that_forgets_to_say_is_found():
    def forgetful(request):
        """A view made without reading() or acting()."""

    assert undeclared([*routes(), ("hemmelig/", forgetful)]) == ["hemmelig/"]


def ask(site, path):
    """(status, body) of what `path` answers; what follows a redirect is not asked for."""
    opener = urllib.request.build_opener(_Stay)
    try:
        with opener.open(site + path, timeout=patience(2)) as answer:
            return answer.status, answer.read().decode()
    except HTTPError as refused:
        with refused:
            return refused.code, refused.read().decode()


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *args):
        return None


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    folder = tmp_path_factory.mktemp("roles")
    seeded(folder)
    return folder


def public(data, **more):
    """The internet-facing process's settings: no secret of the keyring, and no way to the keys."""
    settings = environment(data, SITE_ROLE="public", KEYRING_DIR=str(data / "nowhere"))
    del settings["KEYRING_SECRET"], settings["INDEX_KEY"]
    return settings | more


@pytest.mark.process
def test_the_public_process_has_no_admin(data):
    with serving(public(data)) as site:
        for path in ("/admin/", "/admin/login/", "/admin/events/event/1/liste/door/", "/ar/admin/"):
            status, body = ask(site, path)
            assert (status, "<h1>Siden findes ikke</h1>" in body or path == "/ar/admin/") == (404, True), path
            assert "csrfmiddlewaretoken" not in body
        assert ask(site, "/")[0] == 200
        assert ask(site, "/ar/hjaelp/")[0] == 200
        assert ask(site, "/stormoeder/")[0] == 200
        assert ask(site, "/min-tilmelding/forkert/")[0] == 404
        assert ask(site, "/readyz") == (200, "ok\n")
        assert ask(site, "/metrics") == (404, "Her er ingen sider.\n")
        assert "<h1>Siden findes ikke</h1>" in ask(site, "/kladde/hemmelig/")[1], "drafts are staff's to show"


@pytest.mark.process
def test_the_staff_process_answers_nothing_but_the_admin_and_the_probes(data):
    nothing = (404, "Her er kun medarbejdernes side: /admin/\n")
    with serving(environment(data, SITE_ROLE="staff")) as site:
        assert "<h1>Siden findes ikke</h1>" in ask(site, "/kladde/forkert/")[1], "a draft behind a share link"
        for path in ("/", "/hjaelp/", "/stormoeder/", "/ar/", "/robots.txt", "/sitemap.xml", "/min-tilmelding/x/",
                     "/stormoeder/x/tilmelding/", "/admin", "/favicon.ico", "/forlad"):  # fmt: skip
            assert ask(site, path) == nothing, path
        assert ask(site, "/admin/")[0] == 302
        assert "csrfmiddlewaretoken" in ask(site, "/admin/konto/log-ind/")[1]
        assert ask(site, "/healthz") == (200, "worker: not seen for a while\n")
        assert ask(site, "/healthz/worker")[0] == 503
        assert ask(site, "/readyz") == (200, "ok\n")
        status, numbers = ask(site, "/metrics")
        assert (status, "\nnejtilbander_database_up 1\n" in numbers) == (200, True)


@pytest.mark.process
def test_a_worker_behind_a_server_answers_nothing_but_the_probes(data):
    with serving(environment(data, SITE_ROLE="worker")) as site:
        for path in ("/", "/admin/", "/admin/login/", "/hjaelp/", "/stormoeder/x/tilmelding/", "/min-tilmelding/x/"):
            assert ask(site, path) == (404, "Her er ingen sider.\n"), path
        assert ask(site, "/healthz")[0] == 200
        assert ask(site, "/readyz") == (200, "ok\n")
        assert ask(site, "/metrics") == (404, "Her er ingen sider.\n")


@pytest.fixture
def a_key(data, settings):
    """A private key on the disk, where the site looks for it by itself."""
    settings.KEYRING_DIR = data / "keyring"
    settings.KEYRING_SECRET = environment(data)["KEYRING_SECRET"]
    create_key()


@pytest.mark.process
def test_the_public_process_refuses_to_start_when_it_could_recognise_an_address(data):
    ended = subprocess.run(
        [sys.executable, "manage.py", "check"], cwd=ROOT, env=public(data, INDEX_KEY="i" * 40), capture_output=True,
        text=True, timeout=patience(3), check=False,
    )  # fmt: skip

    assert (ended.returncode, ended.stdout) == (1, "")
    assert ended.stderr == (
        "Configuration error: SITE_ROLE is public, but this process could recognise addresses. Take INDEX_KEY away.\n"
    )


@pytest.mark.process
@pytest.mark.parametrize("role", ["public", "worker"])
@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        (
            {"SIGNING_KEY": SIGNING_KEY},
            "SITE_ROLE is {role}, but this process could sign as staff. Take SIGNING_KEY away.",
        ),
        ({"VERIFY_KEY": ""}, "VERIFY_KEY is not set. See .env.example for what it should hold."),
        (
            {"VERIFY_KEY": "not-a-key"},
            "VERIFY_KEY must be the 64 digits that `manage.py verify_key` prints where staff's SIGNING_KEY is.",
        ),
    ],
    ids=["could sign", "could not check", "no key"],
)
def test_a_process_that_checks_what_staff_signed_refuses_to_start_when_it_could_sign_or_not_check(
    data, role, more, sentence
):
    settings = (public(data) if role == "public" else environment(data, SITE_ROLE=role)) | more
    ended = start(settings)

    assert (ended.returncode, ended.stdout) == (1, "")
    assert ended.stderr == f"Configuration error: {sentence.format(role=role)}\n"


@pytest.mark.process
def test_staff_are_told_the_key_that_the_others_check_with(data):
    assert start(environment(data, SITE_ROLE="staff"), "verify_key").stdout == f"{VERIFY_KEY}\n"


@pytest.mark.process
@pytest.mark.parametrize(
    ("what", "command"),
    [
        ("secret", ["manage.py", "check"]),
        ("keys", ["manage.py", "check"]),
        (
            "keys",
            ["-m", "gunicorn", "nejtilbander.wsgi", "-c", "python:nejtilbander.server.gunicorn", "-b", "127.0.0.1:0"],
        ),
    ],
    ids=["the secret is set", "the keys can be read", "gunicorn"],
)
def test_the_public_process_refuses_to_start_when_it_could_open_the_list(data, a_key, what, command):
    more = {"KEYRING_SECRET": "k" * 40} if what == "secret" else {"KEYRING_DIR": str(data / "keyring")}

    ended = subprocess.run(
        [sys.executable, *command], cwd=ROOT, env=public(data, **more), capture_output=True, text=True,
        timeout=patience(3), check=False,
    )  # fmt: skip

    assert (ended.returncode, ended.stdout, ended.stderr.endswith(REFUSED)) == (1, "", True)
    assert "Traceback" not in ended.stderr
    assert "kkkk" not in ended.stderr
    assert "gunicorn" in command or ended.stderr == REFUSED
