"""Another database for a moment, and backup files that are not as they were."""

import io
import json
import os
import tarfile
from contextlib import contextmanager
from hashlib import sha256
from uuid import uuid4

import psycopg
import pytest
from django.db import ConnectionHandler, connection, connections

from nejtilbander import environment
from nejtilbander.operations import dumps
from nejtilbander.operations.backups import restore
from nejtilbander.operations.dumps import BackupError

ANNA = "anna.sikkerhed@example.dk"
DAMAGED = "is damaged, cut off, or no backup of this site. Nothing was touched."


@contextmanager
def on(url):
    """The site's database is another, in this thread, until the block ends."""
    usual = connections["default"]
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ANOTHER_URL", url)
        connections["default"] = ConnectionHandler({"default": environment.database("ANOTHER_URL")})["default"]
    try:
        yield url
    finally:
        another, connections["default"] = connections["default"], usual
        another.close()


@contextmanager
def postgresql_database(template="template0"):
    """The address of a database of its own on the tests' server, until the block ends."""
    server, name = os.environ["DATABASE_URL"], f"backup_{uuid4().hex}"
    with psycopg.connect(server, autocommit=True) as asked:
        asked.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        try:
            yield f"{server.rpartition('/')[0]}/{name}"
        finally:
            asked.execute(f"DROP DATABASE {name} WITH (FORCE)")


def rows():
    """All that the database holds, but who is logged in."""
    found = {}
    with connection.cursor() as cursor:
        for table in set(connection.introspection.table_names(cursor)) - {"django_session"}:
            cursor.execute(f'SELECT * FROM "{table}"')  # noqa: S608
            found[table] = sorted(map(repr, cursor.fetchall()))
    return found


def repacked(file, cut=None, **changes):
    """The same file in good order, with a manifest that says otherwise, or with the database cut off."""
    with tarfile.open(file) as tar:
        content = {member.name: tar.extractfile(member).read() for member in tar}
    if cut:
        name = dumps.FILES[connection.vendor]
        content[name] = content[name][:cut]
        changes["members"] = {name: {"bytes": cut, "sha256": sha256(content[name]).hexdigest()}}
    content["manifest.json"] = json.dumps(json.loads(content["manifest.json"]) | changes).encode()
    content["manifest.sha256"] = f"{sha256(content['manifest.json']).hexdigest()}  manifest.json\n".encode()
    with tarfile.open(file, "w") as tar:
        for name, body in content.items():
            member = tarfile.TarInfo(name)
            member.size = len(body)
            tar.addfile(member, io.BytesIO(body))
    return file


def manifest_of(file):
    with tarfile.open(file) as tar:
        return json.load(tar.extractfile("manifest.json"))


def refused(file, read=restore):
    """Why `file` is not taken. What was there is there, and nothing else."""
    was_empty = dumps.is_empty()
    before = None if was_empty else rows()
    with pytest.raises(BackupError) as told:
        read(file)
    assert dumps.is_empty() == was_empty
    assert was_empty or rows() == before
    assert "\n" not in str(told.value)
    return str(told.value)
