"""Requests to other sites, made gently and never to a machine on an internal network."""

import ipaddress
import socket
import ssl
import string
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Any
from urllib.error import URLError
from urllib.parse import quote, urljoin, urlsplit
from urllib.request import AbstractHTTPHandler, OpenerDirector, Request

from django.conf import settings

from nejtilbander.web import subrequests

TIMEOUT = 10  # seconds to wait for each word from another site
MAX_REDIRECTS = 6  # from site to site
NOT_FOR_HEAD = {403, 405, 501}  # some sites answer these to HEAD, and give the page to GET
INTERNAL = "peger ind på et internt net"
NO_ADDRESS = "er ikke en hel adresse"
_SAFE = "/%:=&?~#+!$,;'@()*[]|"  # signs of an address that are sent as they are


class InternalAddress(OSError):
    """The link leads to a machine that readers cannot reach, and that we must not ask."""


def check_external(url: str, *, allow_private: bool = False, patience: float = TIMEOUT) -> str:
    """What is wrong with another site's `url`, in a few words; "" when nothing is, or nobody can say."""
    try:
        address = _encode_url(url)
    except ValueError:
        return NO_ADDRESS
    opener = OpenerDirector()  # no proxy, no files, no ftp, nothing followed by itself
    opener.add_handler(_Handler(allow_private=allow_private))
    try:
        status = _final_status(opener, address, "HEAD", patience)
        if status in NOT_FOR_HEAD:
            status = _final_status(opener, address, "GET", patience)
    except (OSError, HTTPException, ValueError) as error:
        return describe_error(error)
    if status in {404, 410}:
        return f"svarer {status}: siden findes ikke"
    return f"svarer {status}: stedet har en fejl" if status >= 500 else ""


def describe_error(error: Exception) -> str:
    """What a failed question says about the link. A silence or a broken line says nothing: it may be ours."""
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
    """Whether an IP address belongs to a machine or a network of somebody's own."""
    ip = ipaddress.ip_address(address)
    ip = getattr(ip, "ipv4_mapped", None) or ip
    return not ip.is_global or ip.is_multicast


class _ExternalConnection(HTTPConnection):
    """Asks nobody's own machine: not one the name leads to, nor one it has come to lead to a moment later."""

    def connect(self) -> None:
        for found in socket.getaddrinfo(self.host, self.port, type=socket.SOCK_STREAM):
            _refuse_internal(found[4][0])
        super().connect()
        _refuse_internal(self.sock.getpeername()[0])


class _ExternalTLSConnection(HTTPSConnection, _ExternalConnection):
    """In this order: HTTPSConnection connects by _Outward, and shakes hands only when that has refused nothing."""


class _Handler(AbstractHTTPHandler):
    def __init__(self, *, allow_private: bool) -> None:
        super().__init__()
        self.plain: Any = HTTPConnection if allow_private else _ExternalConnection
        self.tls: Any = HTTPSConnection if allow_private else _ExternalTLSConnection

    def http_open(self, request: Request) -> Any:
        return self.do_open(self.plain, request)

    def https_open(self, request: Request) -> Any:
        return self.do_open(self.tls, request)

    http_request = https_request = AbstractHTTPHandler.do_request_


def _refuse_internal(address: Any) -> None:
    if is_internal_address(address):
        raise InternalAddress(address)


def _final_status(opener: OpenerDirector, address: str, method: str, patience: float) -> int:
    """What `address` answers in the end. Where it leads off the web, or in circles, the answer is that it leads on."""
    agent = f"Nej til bander, linktjek (+{settings.SITE_URL})"
    status = 0
    for _step in range(MAX_REDIRECTS):
        request = Request(address, headers={"User-Agent": agent, "Accept": "*/*"}, method=method)  # noqa: S310 - http and https are all the opener knows
        with opener.open(request, timeout=patience) as response:
            status, to = response.status, response.headers.get("Location")
        if status not in subrequests.REDIRECTS or not to:
            break
        address = urljoin(address, quote(to, safe=string.punctuation, encoding="iso-8859-1"))
        if not address.startswith(("http://", "https://")):
            break
    return status


def _encode_url(url: str) -> str:
    """`url` in signs that may be sent. Raises ValueError when it names no place."""
    parts = urlsplit(f"https:{url}" if url.startswith("//") else url)
    if not parts.hostname:
        raise ValueError(url)
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname.encode("idna").decode()
    port = f":{parts.port}" if parts.port else ""
    asked = f"?{quote(parts.query, safe=_SAFE)}" if parts.query else ""
    return f"{parts.scheme}://{host}{port}{quote(parts.path, safe=_SAFE) or '/'}{asked}"
