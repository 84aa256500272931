"""Requests to external links: polite, and never to an internal network (no SSRF)."""

import ipaddress
import socket
import ssl
import string
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from urllib.error import URLError
from urllib.parse import quote, urljoin, urlsplit
from urllib.request import AbstractHTTPHandler, OpenerDirector, Request

from django.conf import settings

from nejtilbander.web import subrequests

TIMEOUT = 10  # seconds of silence from another site
MAX_REQUESTS = 6  # for one link: the first and five redirects
NOT_FOR_HEAD = {403, 405, 501}  # some sites answer HEAD with these, and GET with the page
INTERNAL = "peger ind på et internt net"
NO_ADDRESS = "er ikke en hel adresse"
_SAFE = "/%:=&?~#+!$,;'@()*[]|"  # characters of a URL that are sent unescaped
_GLOBAL_UNICAST = ipaddress.IPv6Network("2000::/3")  # all that IANA has given out
_NEVER_PUBLIC = [ipaddress.IPv6Network(prefix) for prefix in ("2001::/32", "3fff::/20")]  # Teredo; documentation
_IPV4_IN_LAST_BITS = [  # RFC 4291, section 2.5.5: compatible and mapped; RFC 2765: translated; RFC 6052: NAT64
    ipaddress.IPv6Network(prefix) for prefix in ("::/96", "::ffff:0:0/96", "::ffff:0:0:0/96", "64:ff9b::/96")
]


class InternalAddress(OSError):
    """A link leads to an internal network: readers cannot reach it, and we must not request it."""


def check_external(url: str, *, allow_private: bool = False, timeout: float = TIMEOUT) -> str:
    """Returns the error of an external link in a few words; "" when there is none, or nobody can tell.

    `timeout`: seconds of silence. `allow_private`: also request internal networks.
    """
    try:
        address = _encode_url(url)
    except ValueError:
        return NO_ADDRESS
    opener = OpenerDirector()  # without proxies, files, ftp and automatic redirects
    opener.add_handler(_Handler(allow_private=allow_private))
    try:
        status = _final_status(opener, address, "HEAD", timeout)
        if status in NOT_FOR_HEAD:
            status = _final_status(opener, address, "GET", timeout)
    except (OSError, HTTPException, ValueError) as error:
        return describe_error(error)
    if status in {404, 410}:
        return f"svarer {status}: siden findes ikke"
    return f"svarer {status}: stedet har en fejl" if status >= 500 else ""


def describe_error(error: Exception) -> str:
    """The error of a link, from its failed request; "" for a timeout or a broken connection: it may be ours."""
    reason = error.reason if isinstance(error, URLError) else error
    if isinstance(reason, InternalAddress):
        return INTERNAL
    if isinstance(reason, socket.gaierror):
        return "navnet på stedet findes ikke"
    if isinstance(reason, ConnectionRefusedError):
        return "stedet tager ikke imod"
    if isinstance(reason, ssl.SSLError):
        return "forbindelsen er ikke sikker: certifikatet duer ikke"
    return ""


def is_internal_address(address: str) -> bool:
    """True for an IP address that is not public: private, loopback, link-local, reserved, multicast.

    So is an IPv6 address that carries an IPv4 address which is not public.
    """
    ip = ipaddress.ip_address(address)
    if isinstance(ip, ipaddress.IPv6Address):
        if embedded := _embedded_ipv4(ip):
            ip = embedded
        elif ip not in _GLOBAL_UNICAST or any(ip in network for network in _NEVER_PUBLIC):
            return True
    return not ip.is_global or ip.is_multicast or ip.is_reserved


def _embedded_ipv4(ip: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    """The IPv4 address that a packet for `ip` may be handed on to; None when it carries none."""
    if any(ip in network for network in _IPV4_IN_LAST_BITS):
        return ipaddress.IPv4Address(int(ip) & 0xFFFF_FFFF)
    return ip.sixtofour


class _ExternalConnection(HTTPConnection):
    """Refuses internal addresses: those the name resolves to, and the one connected to (DNS may have changed)."""

    def connect(self) -> None:
        for *_, address in socket.getaddrinfo(self.host, self.port, type=socket.SOCK_STREAM):
            _refuse_internal(str(address[0]))
        super().connect()
        _refuse_internal(self.sock.getpeername()[0])


class _ExternalTLSConnection(HTTPSConnection, _ExternalConnection):
    """The order of bases matters: HTTPSConnection connects by _ExternalConnection before its TLS handshake."""


class _Handler(AbstractHTTPHandler):
    def __init__(self, *, allow_private: bool) -> None:
        super().__init__()
        self.plain = HTTPConnection if allow_private else _ExternalConnection
        self.tls = HTTPSConnection if allow_private else _ExternalTLSConnection

    def http_open(self, request: Request) -> HTTPResponse:
        return self.do_open(self.plain, request)

    def https_open(self, request: Request) -> HTTPResponse:
        return self.do_open(self.tls, request)

    http_request = https_request = AbstractHTTPHandler.do_request_


def _refuse_internal(address: str) -> None:
    if is_internal_address(address):
        raise InternalAddress(address)


def _final_status(opener: OpenerDirector, address: str, method: str, timeout: float) -> int:
    """The status of `address` after redirects. Of a loop, or of a redirect to another scheme, the redirect's own."""
    agent = f"Nej til bander, linktjek (+{settings.SITE_URL})"
    status = 0
    for _step in range(MAX_REQUESTS):
        request = Request(address, headers={"User-Agent": agent, "Accept": "*/*"}, method=method)  # noqa: S310 - http and https are all the opener knows
        with opener.open(request, timeout=timeout) as response:
            status, location = response.status, response.headers.get("Location")
        if status not in subrequests.REDIRECTS or not location:
            break
        address = urljoin(address, quote(location, safe=string.punctuation, encoding="iso-8859-1"))
        if not address.startswith(("http://", "https://")):
            break
    return status


def _encode_url(url: str) -> str:
    """`url` percent-encoded, its host in IDNA. Raises ValueError when it has no host."""
    parts = urlsplit(f"https:{url}" if url.startswith("//") else url)
    if not parts.hostname:
        raise ValueError(url)
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname.encode("idna").decode()
    port = f":{parts.port}" if parts.port else ""
    query = f"?{quote(parts.query, safe=_SAFE)}" if parts.query else ""
    return f"{parts.scheme}://{host}{port}{quote(parts.path, safe=_SAFE) or '/'}{query}"
