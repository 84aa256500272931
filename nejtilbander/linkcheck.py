"""Whether the links in our texts still lead somewhere.

Links to our own pages are asked of the very views that readers get, in this process. Others are asked over the net,
gently: no body is read, and a site that keeps machines out or is slow today is not called broken.
"""

import ipaddress
import socket
import ssl
import string
import time
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Any
from urllib.error import URLError
from urllib.parse import quote, unquote, urljoin, urlsplit
from urllib.request import AbstractHTTPHandler, OpenerDirector, Request

from django.apps import apps
from django.conf import settings
from django.http import HttpResponse
from django.utils import timezone
from django.utils.html import escape

from nejtilbander import moved, subrequests
from nejtilbander.checking import links_in
from nejtilbander.languages import SOURCE, Translated, in_language
from nejtilbander.models import CheckedLink

PATIENCE = 10  # seconds to wait for each word from another site
MOST = 200  # other sites' links a run; those checked longest ago come first
LONGEST_RUN = 600  # seconds; what is left is checked the next time
LONGEST = 500  # characters of a link that can be remembered
MOST_STEPS = 6  # from site to site
NOT_FOR_HEAD = {403, 405, 501}  # some sites answer these to HEAD, and give the page to GET
NOT_LINKS = ("mailto:", "tel:", "#")
INWARD = "peger ind på et internt net"
NO_ADDRESS = "er ikke en hel adresse"
NO_PAGE = "siden findes ikke"
NO_PLACE = "siden findes, men ikke det sted på den"
_SENT = "/%:=&?~#+!$,;'@()*[]|"  # signs of an address that are sent as they are


class Inward(OSError):
    """The link leads to a machine that readers cannot reach, and that we must not ask."""


def check(*, allow_private: bool = False, patience: float = PATIENCE) -> list[str]:
    """Check the links in use, forget those that no longer are, and say which are broken, one line each.

    `allow_private`: also ask machines on internal networks. Our own links are all checked, of others' at most `MOST`.
    """
    places = used()
    known = {link.url: link for link in CheckedLink.objects.all()}
    CheckedLink.objects.filter(pk__in=[link.pk for url, link in known.items() if url not in places]).delete()
    links = [known.get(url) or CheckedLink(url=url) for url in places]
    outward = []
    for link in links:
        if _is_outward(link.url):
            outward.append(link)
        else:
            _note(link, _own_fault(link.url))
    outward.sort(key=lambda link: link.checked_at.timestamp() if link.checked_at else 0)
    deadline = time.monotonic() + LONGEST_RUN
    for link in outward[:MOST]:
        if time.monotonic() < deadline:
            _note(link, fault(link.url, allow_private=allow_private, patience=patience))
    broken = [link for link in CheckedLink.objects.order_by("url") if link.is_broken]
    return [f"{link.url}: {link.fault}. Står i: {', '.join(places[link.url])}" for link in broken]


def used() -> dict[str, list[str]]:
    """Every link that could be followed, and the texts it stands in, public or not."""
    places: dict[str, list[str]] = {}
    models: list[Any] = [model for model in apps.get_models() if issubclass(model, Translated)]
    for model in models:
        for thing in model._default_manager.order_by("pk"):
            for link in links_in(thing):
                if not link.startswith(NOT_LINKS) and len(link) <= LONGEST:
                    places.setdefault(link, []).append(f"{model._meta.verbose_name} „{thing}“")
    return places


def internal(link: str) -> str:
    """What is wrong with a link to a page of ours, in a few words; "" when readers get it, or are led on to one."""
    address, _, anchor = link.partition("#")
    path, _, question = address.partition("?")
    path = unquote(path)
    if "\0" in path:  # no address has one, and PostgreSQL would not even be asked
        return NO_PAGE
    page = subrequests.page(path, question) or (None if path.endswith("/") else subrequests.page(f"{path}/", question))
    if page is None and (went_to := moved.where(in_language(path, SOURCE))):
        page = subrequests.page(went_to, question)
    if page is None:
        return NO_PAGE
    return "" if _has_place(page, unquote(anchor).partition(":~:")[0]) else NO_PLACE


def fault(url: str, *, allow_private: bool = False, patience: float = PATIENCE) -> str:
    """What is wrong with another site's `url`, in a few words; "" when nothing is, or nobody can say."""
    try:
        address = _sendable(url)
    except ValueError:
        return NO_ADDRESS
    opener = OpenerDirector()  # no proxy, no files, no ftp, nothing followed by itself
    opener.add_handler(_Net(allow_private=allow_private))
    try:
        status = _status(opener, address, "HEAD", patience)
        if status in NOT_FOR_HEAD:
            status = _status(opener, address, "GET", patience)
    except (OSError, HTTPException, ValueError) as error:
        return sentence(error)
    if status in {404, 410}:
        return f"svarer {status}: siden findes ikke"
    return f"svarer {status}: stedet har en fejl" if status >= 500 else ""


def sentence(error: Exception) -> str:
    """What a failed question says about the link. A silence or a broken line says nothing: it may be ours."""
    reason = error.reason if isinstance(error, URLError) else error
    if isinstance(reason, Inward):
        return INWARD
    if isinstance(reason, socket.gaierror):
        return "navnet på stedet findes ikke"
    if isinstance(reason, ConnectionRefusedError):
        return "stedet tager ikke imod"
    if isinstance(reason, ssl.SSLError):
        return "forbindelsen er ikke sikker: certifikatet duer ikke"
    return ""


def is_inward(address: str) -> bool:
    """Whether an IP address belongs to a machine or a network of somebody's own."""
    ip = ipaddress.ip_address(address)
    ip = getattr(ip, "ipv4_mapped", None) or ip
    return not ip.is_global or ip.is_multicast


class _Outward(HTTPConnection):
    """Asks nobody's own machine: not one the name leads to, nor one it has come to lead to a moment later."""

    def connect(self) -> None:
        for found in socket.getaddrinfo(self.host, self.port, type=socket.SOCK_STREAM):
            _refuse(found[4][0])
        super().connect()
        _refuse(self.sock.getpeername()[0])


class _OutwardTLS(HTTPSConnection, _Outward):
    """In this order: HTTPSConnection connects by _Outward, and shakes hands only when that has refused nothing."""


class _Net(AbstractHTTPHandler):
    def __init__(self, *, allow_private: bool) -> None:
        super().__init__()
        self.plain: Any = HTTPConnection if allow_private else _Outward
        self.tls: Any = HTTPSConnection if allow_private else _OutwardTLS

    def http_open(self, request: Request) -> Any:
        return self.do_open(self.plain, request)

    def https_open(self, request: Request) -> Any:
        return self.do_open(self.tls, request)

    http_request = https_request = AbstractHTTPHandler.do_request_


def _refuse(address: Any) -> None:
    if is_inward(address):
        raise Inward(address)


def _status(opener: OpenerDirector, address: str, method: str, patience: float) -> int:
    """What `address` answers in the end. Where it leads off the web, or in circles, the answer is that it leads on."""
    agent = f"Nej til bander, linktjek (+{settings.SITE_URL})"
    status = 0
    for _step in range(MOST_STEPS):
        request = Request(address, headers={"User-Agent": agent, "Accept": "*/*"}, method=method)  # noqa: S310 - http and https are all the opener knows
        with opener.open(request, timeout=patience) as response:
            status, to = response.status, response.headers.get("Location")
        if status not in subrequests.REDIRECTS or not to:
            break
        address = urljoin(address, quote(to, safe=string.punctuation, encoding="iso-8859-1"))
        if not address.startswith(("http://", "https://")):
            break
    return status


def _sendable(url: str) -> str:
    """`url` in signs that may be sent. Raises ValueError when it names no place."""
    parts = urlsplit(f"https:{url}" if url.startswith("//") else url)
    if not parts.hostname:
        raise ValueError(url)
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname.encode("idna").decode()
    port = f":{parts.port}" if parts.port else ""
    asked = f"?{quote(parts.query, safe=_SENT)}" if parts.query else ""
    return f"{parts.scheme}://{host}{port}{quote(parts.path, safe=_SENT) or '/'}{asked}"


def _has_place(page: HttpResponse, name: str) -> bool:
    """Whether a page of ours has an element that `#name` leads to. Where a page leads on, only the browser knows."""
    if name in {"", "top"} or page.status_code != 200 or not page.headers["Content-Type"].startswith("text/html"):
        return True
    return f' id="{escape(name)}"' in page.content.decode()


def _own_path(link: str) -> str:
    """The path of a link to this very site, with or without its name; "" for any other link."""
    path = "/" if link == settings.SITE_URL else link.removeprefix(settings.SITE_URL)
    return path if path.startswith("/") and not path.startswith("//") else ""


def _is_outward(link: str) -> bool:
    return not _own_path(link) and link.lower().startswith(("http://", "https://", "//"))


def _own_fault(link: str) -> str:
    path = _own_path(link)
    if not path:
        return NO_ADDRESS
    return internal(path)


def _note(link: CheckedLink, found: str) -> None:
    news = {"failures": link.failures + 1 if found else 0, "fault": found, "checked_at": timezone.now()}
    CheckedLink.objects.update_or_create(url=link.url, defaults=news)
