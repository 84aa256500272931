"""Whether links still lead somewhere: ours are asked of our own views, others of a real server on this machine."""

import socket
import ssl
import threading
from datetime import timedelta
from http.client import RemoteDisconnected
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.error import URLError

import pytest
from django.core.management import call_command
from django.utils import timezone

from nejtilbander.links import checker, outbound
from nejtilbander.links.checker import NO_ANCHOR, NO_PAGE, check_internal, check_links
from nejtilbander.links.models import CheckedLink
from nejtilbander.links.outbound import INTERNAL, check_external, describe_error, is_internal_address
from nejtilbander.publishing import redirects
from pages.models import Initiative, Partner, Statement
from tests.support.factories import a_page, a_statement, an_initiative
from tests.support.live_server import free_port

HASTE = 0.3  # seconds of patience


class Stranger(BaseHTTPRequestHandler):
    """Answers /404 with 404 and so on; `asked` remembers what it was asked."""

    protocol_version = "HTTP/1.1"

    def do_HEAD(self):
        self.server.asked.append((self.command, self.path, self.headers["User-Agent"]))
        path = self.path.partition("?")[0]
        if path == "/slow":
            self.server.over.wait(5)
            self.close_connection = True
            return
        if path == "/rude":
            self.close_connection = True
            return
        if path.startswith("/only-get-") and self.command == "HEAD":
            self.answer(int(path[-3:]))
        elif path.startswith("/only-get-"):
            self.answer(200)
        elif path == "/loop":
            self.answer(302, "/loop")
        elif path == "/far":
            self.answer(301, "/404")
        elif path == "/off":
            self.answer(302, "ftp://example.org/")
        else:
            self.answer(int(path[1:] or 200))

    def do_GET(self):
        self.do_HEAD()

    def answer(self, status, to=""):
        self.send_response(status)
        if to:
            self.send_header("Location", to)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_args):
        pass


@pytest.fixture
def stranger():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Stranger)
    server.asked, server.over = [], threading.Event()
    server.address = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield server
    server.over.set()
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def only_ours(db):
    """Launch day without its links to the real world."""
    Initiative.objects.update(source_url="")
    Statement.objects.update(source_url="")
    Partner.objects.update(url="")


def asked(server):
    return [(method, path) for method, path, _agent in server.asked]


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


@pytest.mark.parametrize("status", [200, 204, 400, 401, 403, 429, 451])
def test_a_site_that_answers_or_keeps_us_out_is_not_broken(stranger, status):
    assert check_external(f"{stranger.address}/{status}", allow_private=True) == ""


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (404, "svarer 404: siden findes ikke"),
        (410, "svarer 410: siden findes ikke"),
        (500, "svarer 500: stedet har en fejl"),
        (503, "svarer 503: stedet har en fejl"),
    ],
)
def test_a_page_that_is_gone_or_fails_is_broken(stranger, status, words):
    assert check_external(f"{stranger.address}/{status}", allow_private=True) == words
    assert asked(stranger) == [("HEAD", f"/{status}")]


@pytest.mark.parametrize("status", [403, 405, 501])
def test_a_site_that_knows_no_head_is_asked_for_the_page(stranger, status):
    assert check_external(f"{stranger.address}/only-get-{status}", allow_private=True) == ""
    assert asked(stranger) == [("HEAD", f"/only-get-{status}"), ("GET", f"/only-get-{status}")]


def test_the_other_site_is_told_who_asks(stranger, settings):
    check_external(f"{stranger.address}/200", allow_private=True)

    assert settings.SITE_URL in stranger.asked[0][2]


def test_a_way_on_is_followed_to_its_end(stranger):
    assert check_external(f"{stranger.address}/far", allow_private=True) == "svarer 404: siden findes ikke"


def test_a_way_in_circles_ends_and_is_not_called_broken(stranger):
    assert check_external(f"{stranger.address}/loop", allow_private=True) == ""
    assert len(stranger.asked) == outbound.MAX_REDIRECTS


def test_a_way_off_the_web_is_not_followed(stranger):
    assert check_external(f"{stranger.address}/off", allow_private=True) == ""


@pytest.mark.parametrize("path", ["/slow", "/rude"])
def test_a_silence_is_not_waited_for_and_not_called_broken(stranger, path):
    assert check_external(f"{stranger.address}{path}", allow_private=True, patience=HASTE) == ""


def test_nobody_at_home_is_broken():
    assert check_external(f"http://127.0.0.1:{free_port()}/", allow_private=True) == "stedet tager ikke imod"


def test_a_secure_address_without_security_is_broken(stranger):
    address = stranger.address.replace("http:", "https:")
    words = "forbindelsen er ikke sikker: certifikatet duer ikke"

    assert check_external(f"{address}/200", allow_private=True) == words
    assert check_external(address.removeprefix("https:"), allow_private=True) == words


def test_signs_that_may_not_be_sent_are_written_as_signs_that_may(stranger):
    check_external(f"{stranger.address}/200?q=Bål og brand&x=%20#del", allow_private=True)

    assert asked(stranger) == [("HEAD", "/200?q=B%C3%A5l%20og%20brand&x=%20")]


@pytest.mark.parametrize("link", ["https://", "https:///a", "https://a:b/", "https://a..b/", "http://[::1/"])
def test_what_names_no_place_is_no_address(link):
    assert check_external(link) == "er ikke en hel adresse"


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_machine_on_an_internal_network_is_a_fault_and_is_never_asked(stranger, scheme, host):
    assert check_external(f"{scheme}://{host}:{stranger.server_port}/200") == INTERNAL
    assert stranger.asked == []


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_name_that_leads_inward_a_moment_later_is_asked_nothing(stranger, scheme, monkeypatch):
    inward = socket.getaddrinfo("127.0.0.1", stranger.server_port, type=socket.SOCK_STREAM)
    outward = [(*inward[0][:4], ("8.8.8.8", stranger.server_port))]
    answers = iter([outward, inward])
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_args, **_kwargs: next(answers))

    assert check_external(f"{scheme}://example.dk:{stranger.server_port}/200") == INTERNAL
    assert stranger.asked == []


@pytest.mark.parametrize(
    ("address", "inward"),
    [
        ("10.1.2.3", True), ("192.168.0.1", True), ("169.254.169.254", True), ("127.0.0.1", True), ("0.0.0.0", True),  # noqa: S104
        ("100.64.0.1", True), ("224.0.0.1", True), ("::1", True), ("fe80::1%2", True), ("fd00::1", True),
        ("::ffff:10.0.0.1", True), ("8.8.8.8", False), ("2a00:1450:400f::1", False), ("::ffff:8.8.8.8", False),
    ],
)  # fmt: skip
def test_whose_an_address_is(address, inward):
    assert is_internal_address(address) is inward


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (URLError(socket.gaierror(-2, "Name or service not known")), "navnet på stedet findes ikke"),
        (URLError(ssl.SSLCertVerificationError(1, "expired")), "forbindelsen er ikke sikker: certifikatet duer ikke"),
        (ConnectionRefusedError(), "stedet tager ikke imod"),
        (URLError(TimeoutError()), ""),
        (URLError("unknown"), ""),
        (ConnectionResetError(), ""),
        (RemoteDisconnected(), ""),
        (ValueError(), ""),
    ],
)
def test_what_an_error_says_about_a_link(error, words):
    assert describe_error(error) == words
    assert len(words) <= CheckedLink._meta.get_field("error").max_length


@pytest.mark.usefixtures("only_ours")
def test_on_launch_day_no_link_of_ours_is_broken():
    assert check_links() == []
    assert set(CheckedLink.objects.values_list("url", "failures", "error")) == {
        ("/hjaelp/", 0, ""), ("/hjaelp/#bange", 0, ""), ("/hjaelp/#spor", 0, ""), ("/indsatser/", 0, ""),
        ("/stormoeder/", 0, ""),
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
