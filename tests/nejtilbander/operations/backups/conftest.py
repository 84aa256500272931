"""A site to back up, on the engine that the tests run on, and empty databases to restore into."""

import os
import shutil
from contextlib import ExitStack
from io import StringIO
from uuid import uuid4

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.core.management import call_command
from django.db import connection

from events.models import Event, EventDocument
from nejtilbander.images.models import Original, Picture
from nejtilbander.operations.backups import back_up
from tests.nejtilbander.operations.backups.driver import ANNA, on, postgresql_database
from tests.support.documents import a_document
from tests.support.factories import a_guest, a_meeting, a_signup
from tests.support.live_server import launch


@pytest.fixture(scope="package")
def launch_day(django_db_blocker):
    """Where the database of launch day lies, to be copied."""
    if connection.vendor == "sqlite":
        yield launch() / "site.sqlite3"
        return
    with postgresql_database() as url, django_db_blocker.unblock():
        with on(url):
            call_command("migrate", verbosity=0, interactive=False)
            call_command("seed", stdout=StringIO())
        yield url.rpartition("/")[2]


@pytest.fixture
def new_place(tmp_path, launch_day, django_db_blocker):
    """A function that makes the address of an empty database, or of one as on launch day."""
    with ExitStack() as ends, django_db_blocker.unblock():

        def make(*, seeded=False):
            if connection.vendor == "postgresql":
                return ends.enter_context(postgresql_database(launch_day if seeded else "template0"))
            file = tmp_path / f"backup_{uuid4().hex}"
            if seeded:
                shutil.copy(launch_day, file)
            return f"sqlite:///{file}"

        yield make


@pytest.fixture(autouse=True)
def own_keyring(settings, tmp_path):
    settings.KEYRING_DIR = tmp_path / "keyring"
    return settings.KEYRING_DIR


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "backups").mkdir()
    return tmp_path / "backups"


@pytest.fixture
def site(new_place):
    """A site with someone on its list, a picture, a document, and a login."""
    with on(new_place(seeded=True)) as url:
        Event.objects.all().delete()  # launch day's examples: their keys are elsewhere
        event = a_meeting("sikret", key=True, capacity=9)
        a_guest(event, ANNA, name="Anna Sikkerhed")
        a_signup(event, "bo.sikkerhed@example.dk")
        EventDocument.objects.create(event=event, document=a_document(), title_da="Dagsorden")
        Original.objects.create(picture=Picture.objects.create(digest="0" * 16, width=960), body=os.urandom(3000))
        login = SessionStore()
        login["hvem"] = "personale"
        login.save()
        yield url


@pytest.fixture
def backup(site, folder):
    return back_up(folder)
