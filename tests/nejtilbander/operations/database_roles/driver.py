"""A site on PostgreSQL whose parts log in as themselves, and its visitors."""

import re
from pathlib import Path

import psycopg

from tests.support.live_server import environment
from tests.support.signup_story import Site, ask
from tests.support.site_scripts import script

PASSWORDS = {role: f"only-for-tests-{role}-0123456789" for role in ("public", "worker", "staff", "backup")}
MEETING = """
import django; django.setup()
from tests.support.factories import a_meeting
a_meeting("bevis", capacity=9, key=True)
"""


class SplitSite(Site):
    """`database` is the address of the database for its owner. What the parts have on the disk lies in `data`."""

    def __init__(self, data: Path, database: str) -> None:
        super().__init__(data)
        self.database = database
        self.name = database.rpartition("/")[2]

    def address(self, role: str) -> str:
        """Of the database, for the login of `role`, whose password is apart."""
        server = self.database.rpartition("/")[0].rpartition("@")[2]
        return f"postgres://{self.name}_{role}@{server}/{self.name}"

    def owner(self, **more: str) -> dict[str, str]:
        given = {f"DATABASE_PASSWORD_{role.upper()}": password for role, password in PASSWORDS.items()}
        return environment(self.data, DATABASE_URL=self.database, **given, **more)

    def part(self, role: str, **more: str) -> dict[str, str]:
        """The settings of the process `role`, and of no other."""
        login = {"DATABASE_URL": self.address(role), "DATABASE_PASSWORD": PASSWORDS[role]}
        settings = environment(
            self.data, SITE_ROLE=role, SIGNUP_MIN_SECONDS="0", ALLOWED_HOSTS="testserver 127.0.0.1",
            ALARM_TO="vagt@example.dk", **login,
        )  # fmt: skip
        if role == "public":
            del settings["KEYRING_SECRET"], settings["INDEX_KEY"]
            settings["KEYRING_DIR"] = str(self.data / "nowhere")
        return settings | more

    def connect(self, role: str = "") -> psycopg.Connection:
        """As the login of `role`, or the owner."""
        password = PASSWORDS.get(role)
        return psycopg.connect(self.address(role) if role else self.database, password=password, autocommit=True)

    def rows(self, sql, *values, **_options):
        with self.connect() as reading:
            return reading.execute(sql, values).fetchall()

    def run(self, role: str, code: str, *words: str) -> str:
        """What `code` prints in a process of `role`."""
        return script(self.part(role), code, *words)

    def work_once(self, **more):
        """One turn of the worker, past the minutes that a letter may have to wait."""
        self.run("worker", WORK_ONCE)

    def refused(self) -> list[str]:
        """What PostgreSQL refused, as the parts' own logs tell it."""
        logs = "".join(log.read_text() for log in self.data.glob("*.log"))
        return re.findall(r"(?:permission denied|row-level security|LoginRefused|does not answer|Traceback).*", logs)


WORK_ONCE = """
import django; django.setup()
from django.utils import timezone
from events.models import Letter
from nejtilbander.background import worker
Letter.objects.waiting().update(due_at=timezone.now(), lease="")
worker.run(forever=False)
print(Letter.objects.exclude(error="").values_list("kind", "error"))
"""


def page(site: SplitSite, path: str) -> str:
    status, _, body = ask(site.url + path)
    assert status == 200, path
    return body
