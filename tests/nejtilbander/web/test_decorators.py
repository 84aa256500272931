"""Pages when the texts that are due cannot be asked for."""

import pytest
from django.db import OperationalError

from nejtilbander.web import decorators

pytestmark = pytest.mark.django_db


def test_a_due_text_and_a_database_that_stops_answering_do_not_stop_a_page(monkeypatch, reader):
    def away():
        raise OperationalError

    monkeypatch.setattr(decorators, "next_due", away)
    assert reader.get("/robots.txt").status_code == 200


def test_a_database_that_is_away_does_not_keep_a_page_that_needs_none(monkeypatch, reader):
    with monkeypatch.context() as patch:
        patch.setattr(decorators, "next_due", lambda: (_ for _ in ()).throw(AssertionError("asked")))
        assert reader.get("/hjaelp/").status_code == 200
