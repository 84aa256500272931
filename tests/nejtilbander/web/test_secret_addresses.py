"""Addresses that are keys: whatever is answered there, nobody keeps it and no other site is told."""

import pytest
from django.test import override_settings
from django.urls import get_resolver

from nejtilbander.web.secret_addresses import SECRET_KWARGS, is_secret
from tests.support.addresses import everywhere
from tests.support.routes import routes

TOKEN = "a" * 43
NEARLY = [
    f"/min-tilmelding/{TOKEN}", f"/min-tilmelding/{TOKEN}/", f"/min-tilmelding/{TOKEN}.", f"/min-tilmelding//{TOKEN}/",
    f"/Min-Tilmelding/{TOKEN}/", f"/min-tilmelding/{TOKEN}/kalender.ics", f"/min-tilmelding/{TOKEN}/kalender.ics/",
    f"/min-tilmelding/{TOKEN}/findes-ikke/", f"/min-tilmelding/{TOKEN}/kort.png", f"/de/min-tilmelding/{TOKEN}/",
    f"/kladde/{TOKEN}", f"/kladde/{TOKEN}/", f"/kladde/{TOKEN}/kort.png", f"/stormoeder/x/min-tilmelding/{TOKEN}/",
]  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize("path", everywhere(NEARLY))
def test_no_answer_at_a_secret_address_is_kept_or_tells_where_it_was_whoever_gives_it(reader, path):
    """A redirect to the slash, to https, a 404, a 405, a 403: many are made before a view knows."""
    foreign = {"sec-fetch-site": "cross-site"}
    answers = [reader.get(path), reader.head(path), reader.put(path), reader.post(path, headers=foreign)]
    with override_settings(ALLOWED_HOSTS=["andet.example.dk"]):
        answers.append(reader.get(path))
    reader.over_https = False
    answers.append(reader.get(path))

    assert {answer.status_code for answer in answers} <= {301, 403, 404, 405, 400}
    for answer in answers:
        told = answer.headers["Cache-Control"], answer.headers["Referrer-Policy"]
        assert told == ("no-store", "no-referrer"), (path, answer.status_code)


@pytest.mark.django_db
def test_every_route_with_a_secret_in_it_is_known():
    secret = [address for address, _ in routes(get_resolver()) if any(f":{name}>" in address for name in SECRET_KWARGS)]
    assert len(secret) >= 3
    for address in secret:
        path = "/" + address.replace("<str:token>", TOKEN).replace("<str:secret>", TOKEN).lstrip("^/")
        assert is_secret(path), path


@pytest.mark.django_db
def test_a_redirect_to_https_says_how_long_it_may_be_kept(reader):
    reader.over_https = False
    answer = reader.get("/hvem/")
    assert (answer.status_code, answer.headers["Cache-Control"]) == (
        301,
        "public, max-age=0, must-revalidate, s-maxage=1",
    )


@pytest.mark.parametrize("path", ["/", "/min-tilmelding/", "/kladde/", "/kladdehefte/x/", "/indsatser/klubhuse/"])
def test_other_addresses_are_no_secrets(path):
    assert not is_secret(path)
