"""Whatever charset a request names, its address and its form are UTF-8, and the site answers."""

from io import BytesIO
from urllib.parse import urlencode
from wsgiref.util import setup_testing_defaults

import pytest
from django.core.handlers.wsgi import WSGIHandler

from nejtilbander.web.content_type import ContentTypeApplication, without_charset
from tests.support.factories import a_meeting

FORM, PARTS = "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"
# Codecs that Python has and that raise, or that are none; and RFC 2231's way to write a parameter.
CHARSETS = [
    "charset=idna", "charset=punycode", "charset=undefined", "charset=rot13", "charset=base64", "charset=utf-16",
    "charset=iso-8859-1", "charset=findes-ikke", 'charset="idna"', "CHARSET=idna", "charset*=findes-ikke''%ff",
    "x*=findes-ikke''%ff", f"x={'y' * 20_000}",
]  # fmt: skip


def ask(method, path, content_type, body=b"", query=""):
    """Status and body of an answer by Django behind the application."""
    environ = {
        "REQUEST_METHOD": method, "PATH_INFO": path, "QUERY_STRING": query, "CONTENT_TYPE": content_type,
        "CONTENT_LENGTH": str(len(body)), "wsgi.input": BytesIO(body), "HTTP_HOST": "testserver",
        "wsgi.url_scheme": "https",
    }  # fmt: skip
    setup_testing_defaults(environ)
    said = []
    answer = b"".join(ContentTypeApplication(WSGIHandler())(environ, lambda *head: said.append(head)))
    return int(said[0][0][:3]), answer.decode()


@pytest.mark.usefixtures("lasting_connection")
@pytest.mark.parametrize("charset", CHARSETS)
def test_a_search_is_answered_whatever_charset_it_names(charset):
    status, html = ask("GET", "/soeg/", f"{FORM}; {charset}", query="q=bl%C3%A5b%C3%A6r")

    assert status == 200
    assert 'value="blåbær"' in html


@pytest.mark.usefixtures("lasting_connection")
@pytest.mark.parametrize("charset", CHARSETS)
@pytest.mark.parametrize("kind", [FORM, PARTS])
def test_a_form_is_read_as_utf_8_whatever_charset_it_names(kind, charset):
    a_meeting("send", key=True)
    part = 'x\r\nContent-Disposition: form-data; name="question"\r\n\r\nHvornår?\r\n--x--\r\n'
    body = urlencode({"question": "Hvornår?"}) if kind == FORM else f"--{part}"

    status, html = ask("POST", "/stormoeder/send/tilmelding/", f"{kind}; {charset}", body.encode())

    assert status == 422
    assert "Hvornår?</textarea>" in html


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("text/html", "text/html"),
        ("multipart/form-data; charset=idna; boundary=x", "multipart/form-data; boundary=x"),
        ('multipart/form-data;BOUNDARY="a b";charset=idna', 'multipart/form-data; BOUNDARY="a b"'),
        ("multipart/form-data; xboundary=x", "multipart/form-data"),
        ("; charset=idna", ""),
    ],
)
def test_a_form_keeps_its_boundary_alone(given, kept):
    assert without_charset(given) == kept
