"""Every route answers with every security header."""

import re

import pytest
from django.db import connection

from nejtilbander.web.inline_assets import (
    CHALLENGE_HASH,
    QUICK_EXIT_HASH,
    SERVER_ERROR_STYLE_HASH,
    STYLE_HASHES,
    STYLES,
    csp_hash,
)
from nejtilbander.web.security_headers import EDITOR_STYLE_HASH
from tests.support.addresses import ERRORS, MACHINES, NEUTRAL, PAGES, REDIRECTS, everywhere

pytestmark = pytest.mark.walk

ALWAYS = {
    "Strict-Transport-Security": "max-age=63072000; includeSubDomains; preload",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=(), "
    "browsing-topics=()",
}
PUBLIC = {
    "default-src": "'none'",
    "style-src": f"{' '.join(STYLE_HASHES)} {SERVER_ERROR_STYLE_HASH}",
    "script-src": f"{QUICK_EXIT_HASH} {CHALLENGE_HASH}",
    "img-src": "'self' data:",
    "connect-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}
STAFF = PUBLIC | {
    "style-src": f"'self' {' '.join(STYLE_HASHES)} {SERVER_ERROR_STYLE_HASH} {EDITOR_STYLE_HASH}",
    "script-src": "'self'",
    "frame-src": "'self'",
}
SHARED = "s-maxage=1, stale-while-revalidate=1"
GONE = "public, max-age=0, must-revalidate, s-maxage=1"
SHORT = f"public, max-age=60, {SHARED}"
CACHING = {
    "/hjaelp/": "no-store",
    "/plakat/": "no-store",
    "/plakat/butik/": "no-store",
    "/soeg/": "no-store",
    "/forlad": "no-store",
    "/healthz": "no-store",
    "/readyz": "no-store",
    "/stormoeder/trygge-butikker/tilmelding/": "no-store",
    "/stormoeder/unge-og-foraeldre/tilmelding/": "no-store",
    "/stormoeder/naboskab/tilmelding/": "no-store",
    "/stormoeder/trygge-butikker/kvittering/": "no-store",
    "/min-tilmelding/slettet/": "no-store",
    "/min-tilmelding/et-forkert-link/": "no-store",
    "/indsatser": GONE,
    "/kort.png": f"public, max-age=86400, {SHARED}",
    "/indsatser/klubhuse/kort.png": f"public, max-age=86400, {SHARED}",
    "/robots.txt": f"public, max-age=86400, {SHARED}",
    "/.well-known/security.txt": f"public, max-age=86400, {SHARED}",
    "/favicon.ico": f"public, max-age=86400, {SHARED}",
    "/stormoeder/kalender.ics": f"public, max-age=300, {SHARED}",
    "/aktuelt.atom": f"public, max-age=300, {SHARED}",
    "/sitemap.xml": f"public, max-age=3600, {SHARED}",
}


def policy(response):
    directives = response.headers["Content-Security-Policy"].split("; ")
    return dict(directive.split(" ", 1) for directive in directives)


def caching(address: str) -> str:
    bare = re.sub(r"^/(en|ar|so|tr|fa)/", "/", address).partition("?")[0]
    if bare in ERRORS:
        return GONE
    if bare.startswith("/admin"):
        return "max-age=0, no-cache, no-store, must-revalidate, private"
    return CACHING.get(bare, SHORT)


@pytest.mark.parametrize("address", [*everywhere(PAGES + ERRORS + NEUTRAL), *MACHINES, *REDIRECTS, "/admin/login/"])
def test_every_route_has_every_safety_header_and_a_stated_lifetime(reader, static_files, address):
    response = reader.get(address)

    assert {name: response.headers.get(name) for name in ALWAYS} == ALWAYS
    assert policy(response) == (STAFF if address.startswith("/admin") else PUBLIC)
    assert response.headers["Cache-Control"] == caching(address)
    has_secret_address = address == "/forlad" or "/min-tilmelding/" in address
    assert response.headers["Referrer-Policy"] == ("no-referrer" if has_secret_address else "same-origin")
    if not address.startswith("/admin"):
        assert response.cookies == {}
        assert "Accept-Language" not in response.headers.get("Vary", "")
        assert "Cookie" not in response.headers.get("Vary", "")


@pytest.mark.parametrize("address", everywhere(["/", "/hjaelp/", "/findes-ikke/", "/plakat/"]))
def test_whatever_a_page_carries_inside_is_allowed_by_its_hash_and_nothing_else_is(reader, address):
    html = reader.get(address).content.decode()

    styles = re.findall(r"<style>(.*?)</style>", html, re.DOTALL)
    scripts = re.findall(r"<script>(.*?)</script>", html, re.DOTALL)
    kind = address.strip("/").rpartition("/")[2]
    own = {"hjaelp": ["site", "guide"], "plakat": ["poster"]}.get(kind, ["site", "components", "content"])
    assert styles == [STYLES[name] for name in own]
    assert all(csp_hash(style) in STYLE_HASHES for style in styles)
    assert [csp_hash(script) for script in scripts] == ([QUICK_EXIT_HASH] if "/hjaelp/" in address else [])
    assert not re.search(r'<(script|link)[^>]+(src|rel="stylesheet")', html)
    assert not re.search(r"<[^>]+\s(style|on\w+)=", html)


def test_a_page_that_breaks_inside_still_has_its_policy_and_its_style(reader):
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE pages_page RENAME TO pages_gone")  # undone with the test's transaction

    response = reader.get("/")

    assert response.status_code == 500
    assert policy(response) == PUBLIC
    assert csp_hash(re.findall(r"<style>(.*?)</style>", response.content.decode())[0]) == SERVER_ERROR_STYLE_HASH
    assert 'href="tel:112"' in response.content.decode()
    assert response.headers["Cache-Control"] == "no-cache"


def test_over_plain_http_readers_are_sent_to_https_and_probes_are_not(reader):
    reader.over_https = False

    assert reader.get("/").headers["Location"] == "https://testserver/"
    assert [reader.get(address).status_code for address in ("/healthz", "/readyz", "/metrics")] == [200, 200, 404]
