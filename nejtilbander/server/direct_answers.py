"""What gunicorn answers by itself, before the site is asked: a request that is malformed, or too long.

Its own page repeats what was sent and has no security header (gunicorn.util.write_error, called by handle_error of
every worker). `install` puts a plain line with the site's headers in its place.
"""

from socket import socket

from gunicorn import util

# The launcher knows no Django, so they stand here once more: a test holds them against web/security_headers.py.
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "Strict-Transport-Security": "max-age=63072000; includeSubDomains; preload",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=(), "
    "browsing-topics=()",
    "Cache-Control": "no-store",
    "Content-Type": "text/plain; charset=utf-8",
    "Connection": "close",
}


def write_error(client: socket, status_int: int, reason: str, mesg: str) -> None:
    """Answer with the status alone; `mesg`, which holds what the client sent, is for the log."""
    body = f"{status_int} {reason}\n"
    headers = HEADERS | {"Content-Length": str(len(body))}
    lines = [f"HTTP/1.1 {status_int} {reason}", *(f"{name}: {value}" for name, value in headers.items())]
    util.write_nonblock(client, ("\r\n".join(lines) + "\r\n\r\n" + body).encode("latin1"))


def install() -> None:
    """Called by the configuration, before the workers are forked."""
    util.write_error = write_error
