"""One story told once: people sign up at the internet-facing process, and the worker writes to them."""

import re
import sqlite3
import subprocess
import sys
import urllib.request
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import urlencode

from events.signups.booking import door_code
from tests.support.live_server import ROOT, environment
from tests.support.waiting import patience, wait_until

FORM = "/stormoeder/bevis/tilmelding/"


@dataclass
class Person:
    """Who signs up, and all that nobody else should ever know of it."""

    name: str
    email: str
    question: str
    fields: dict = field(default_factory=dict)
    token: str = ""

    @property
    def secrets(self):
        known = [self.name, self.email.partition("@")[0], self.question, self.token]
        codes = [door_code(self.token), door_code(self.token).replace("-", "")] if self.token else []
        return [secret for secret in (*known, *codes) if secret]


def people():
    return {
        "confirms": Person("Amalie Bevisdotter", "amalie.bevis@example.dk", "Hvem vogter vogterne?",
                           {"seats": "3", "needs": ["wheelchair", "interpreter_so"], "contact": "on"}),
        "never confirms": Person("Bertil Tøvesen", "bertil.toeve@example.org", "Må jeg tie stille?", {"seats": "2"}),
        "has no mail": Person("Cornelius Navnkundig", "", "Er døren åben?", {"seats": "1", "needs": ["hearing_loop"]}),
        "is forgotten": Person("Dorthea Glemsel", "dorthea.glem@example.dk", "Kan man glemmes?", {"seats": "1"}),
        "leaves": Person("Ejnar Bortgang", "ejnar.bort@example.dk", "", {"seats": "1"}),
        "waits": Person("Frederikke Ventesen", "frederikke.vent@example.dk", "Hvornår er det min tur?", {"seats": "6"}),
        "types wrong": Person("Gudmund Fejltast", "gudmund.fejl@@example.dk", "Hvad gjorde jeg galt?", {"seats": "9"}),
    }  # fmt: skip


class Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *args):
        return None


def ask(address, fields=None):
    """(status, where it leads, body) of a page asked for, or of a form sent."""
    data = urlencode(fields, doseq=True).encode() if fields is not None else None
    opener = urllib.request.build_opener(Stay)
    try:
        with opener.open(urllib.request.Request(address, data), timeout=patience(2)) as answer:
            return answer.status, "", answer.read().decode()
    except HTTPError as answer:
        with answer:
            return answer.code, answer.headers.get("Location", ""), answer.read().decode()


def ticket_of(body):
    return re.search(r'name="ticket" value="([^"]+)"', body)[1]


@dataclass
class Site:
    """A running site, and the folder with everything it has."""

    data: Path
    url: str = ""
    pid: int = 0
    people: dict = field(default_factory=people)
    letters: list = field(default_factory=list)

    def rows(self, sql, *values, database="site.sqlite3"):
        reading = sqlite3.connect(self.data / database, timeout=patience(2))
        try:
            with reading:
                return reading.execute(sql, values).fetchall()
        finally:
            reading.close()

    def wait(self, sql, wanted):
        wait_until(lambda: self.rows(sql) == wanted, f"{wanted} from {sql}", progress=lambda: self.rows(sql))

    @contextmanager
    def broken(self):
        """Something fails deep inside, with a person's data at hand, and is written in the log."""
        self.rows("ALTER TABLE events_signup RENAME TO events_away")
        yield
        self.rows("ALTER TABLE events_away RENAME TO events_signup")

    def letter_files(self):
        return {path.name for path in (self.data / "letters").iterdir()}

    def letters_left(self):
        self.wait("SELECT count(*) FROM events_letter WHERE state = 'waiting'", [(0,)])

    def sign_up(self, person):
        fields = {"name": person.name, "email": person.email, "question": person.question, **person.fields}
        ticket = ticket_of(ask(self.url + FORM)[2])
        status, location, body = ask(self.url + FORM, fields | {"ticket": ticket})
        if status == 409:  # full: the visitor sends again, for the waiting list
            status, location, body = ask(self.url + FORM, fields | {"ticket": ticket_of(body)})
        if found := re.search(r"/min-tilmelding/([^/]+)/", location):
            person.token = found[1]
        return status

    def find_tokens(self):
        """As the people themselves do: from their letters."""
        for file in (self.data / "letters").glob("*.eml"):
            letter = message_from_bytes(file.read_bytes(), policy=policy.default)
            text = letter.get_body(("plain",)).get_content()
            for person in self.people.values():
                if letter["To"] == person.email and (link := re.search(r"/min-tilmelding/([\w-]+)/", text)):
                    person.token = link[1]

    def act(self, who, **fields):
        status, location, _body = ask(f"{self.url}/min-tilmelding/{self.people[who].token}/", fields)
        assert status == 303, (who, fields)
        return location

    def sign_up_without_the_keyring(self):
        """Somebody comes while the keyring is away. Once in the story."""
        if "comes late" not in self.people:
            late = Person("Helga Nøgleløs", "helga.noegle@example.dk", "Hvor er nøglen?", {"seats": "1"})
            self.people["comes late"] = late
            assert self.sign_up(late) == 303
            self.work_once(KEYRING_DIR=f"{self.data}/dropped")

    def files(self):
        """What a thief can carry away, but for the letters themselves."""
        left_out = {self.data / "letters", self.data / "keyring"}
        return {
            path.name: path.read_bytes() for path in self.data.rglob("*")
            if path.is_file() and not left_out & set(path.parents)
        }  # fmt: skip

    @property
    def secrets(self):
        return [secret for person in self.people.values() for secret in person.secrets]

    def work_once(self, **more):
        """One turn of the worker, in a process of its own."""
        subprocess.run(
            [sys.executable, "manage.py", "worker", "--once"], cwd=ROOT, env=keeper(self.data, **more), check=True,
            capture_output=True, timeout=patience(6),
        )  # fmt: skip


def keeper(data, **more):
    more = {"SITE_ROLE": "worker", "LOG_LEVEL": "DEBUG"} | more
    return environment(data, **more)


def internet_facing(data):
    settings = keeper(data, SITE_ROLE="public", KEYRING_DIR=f"{data}/nowhere", SIGNUP_MIN_SECONDS="0")
    del settings["KEYRING_SECRET"], settings["INDEX_KEY"]
    return settings


def tell(site):
    site.wait("SELECT count(*) FROM events_seats WHERE public_key IS NULL AND capacity = 9", [(0,)])
    for person in site.people.values():
        assert site.sign_up(person) == (422 if "@@" in person.email else 303)
    site.letters_left()
    site.find_tokens()
    for who in ("confirms", "is forgotten", "leaves", "waits"):
        site.act(who, action="confirm")
    site.act("confirms", action="seats", seats="2")
    site.act("leaves", action="cancel")
    site.act("is forgotten", action="forget")
    site.act("waits", action="again")
    for who in ("confirms", "waits", "is forgotten"):
        assert ask(f"{site.url}/min-tilmelding/{site.people[who].token}/")[0] == (404 if who == "is forgotten" else 200)
    site.sign_up(site.people["confirms"])  # a second time: "you are already signed up"
    site.letters_left()
    with site.broken():
        assert ask(f"{site.url}/min-tilmelding/{site.people['confirms'].token}/")[0] == 500
        assert site.sign_up(site.people["waits"]) == 500


def sealed_boxes(site, database="site.sqlite3"):
    """(public key, box) of every sign-up and question to the meeting."""
    return site.rows(
        "SELECT s.public_key, b.sealed FROM events_seats s JOIN"
        " (SELECT event_id, sealed FROM events_signup UNION ALL SELECT event_id, sealed FROM events_question) b"
        " ON b.event_id = s.event_id WHERE s.capacity = 9 AND length(b.sealed) > 0",
        database=database,
    )
