"""A part whose login may do more than its work, or less, does not start, and says why in one sentence."""

import subprocess
import sys

import pytest
from psycopg import sql

from tests.nejtilbander.operations.database_roles.driver import PASSWORDS
from tests.support.live_server import ROOT, free_port, manage, serving
from tests.support.signup_story import ask
from tests.support.waiting import patience, wait_until

pytestmark = [pytest.mark.postgres, pytest.mark.process]
MORE = "Configuration error: SITE_ROLE is {}, but its database login may do more than that: {}. Give it the login"
LESS = "Configuration error: SITE_ROLE is {}, but its database login may not {}. Run manage.py database_roles"
SERVER = ["-m", "nejtilbander.server", "-b", "127.0.0.1:{}"]
# What is done to a login, what undoes it, and what is then said.
TOO_MUCH = {
    "a superuser": ("ALTER ROLE {0} SUPERUSER", "ALTER ROLE {0} NOSUPERUSER", "be superuser, "),
    "who may make roles": ("ALTER ROLE {0} CREATEROLE", "ALTER ROLE {0} NOCREATEROLE", "make roles."),
    "who may make databases": ("ALTER ROLE {0} CREATEDB", "ALTER ROLE {0} NOCREATEDB", "make databases."),
    "who passes row security by": ("ALTER ROLE {0} BYPASSRLS", "ALTER ROLE {0} NOBYPASSRLS", "pass row security by."),
    "a member of a role": ("GRANT pg_monitor TO {0}", "REVOKE pg_monitor FROM {0}", "become another role."),
    "an owner": (
        "ALTER TABLE pages_page OWNER TO {0}",
        "ALTER TABLE pages_page OWNER TO CURRENT_USER",
        "change what it owns.",
    ),
    "who may make tables": (
        "GRANT CREATE ON SCHEMA public TO {0}",
        "REVOKE CREATE ON SCHEMA public FROM {0}",
        "make tables.",
    ),
    "who may make temporary tables": (
        "GRANT TEMP ON DATABASE {1} TO PUBLIC",
        "REVOKE TEMP ON DATABASE {1} FROM PUBLIC",
        "make temporary tables.",
    ),
    "with a table more": (
        "GRANT SELECT ON django_session TO {0}",
        "REVOKE ALL ON django_session FROM {0}",
        "SELECT django_session.",
    ),
    "with a column more": (
        "GRANT UPDATE (public_key) ON events_seats TO {0}",
        "REVOKE UPDATE (public_key) ON events_seats FROM {0}",
        "UPDATE events_seats.public_key.",
    ),
    "whom everybody's right includes": (
        "GRANT DELETE ON events_question TO PUBLIC",
        "REVOKE ALL ON events_question FROM PUBLIC",
        "DELETE events_question.",
    ),
    "with a sequence": (
        "GRANT USAGE ON SEQUENCE auth_user_id_seq TO {0}",
        "REVOKE ALL ON SEQUENCE auth_user_id_seq FROM {0}",
        "USAGE auth_user_id_seq.",
    ),
    "for whom there is a policy more": (
        "CREATE POLICY more ON events_letter FOR INSERT TO {0} WITH CHECK (true)",
        "DROP POLICY more ON events_letter",
        "pass events_letter by more.",
    ),
    "that runs a function as its owner": (
        (
            "CREATE FUNCTION more() RETURNS int SECURITY DEFINER LANGUAGE sql AS 'SELECT 1';"
            "GRANT EXECUTE ON FUNCTION more TO {0}"
        ),
        "DROP FUNCTION more()",
        "run functions as their owner.",
    ),
}
TOO_LITTLE = {
    "without a table": (
        "REVOKE ALL ON pages_page FROM {0}",
        "GRANT SELECT ON pages_page TO {0}",
        "SELECT pages_page",
    ),
    "without a column": (
        "REVOKE UPDATE (taken) ON events_seats FROM {0}",
        "GRANT UPDATE (taken) ON events_seats TO {0}",
        "UPDATE events_seats.taken",
    ),
}


def start(settings, *command):
    """The exit code and the last line of a process that is expected to end."""
    ended = subprocess.run(
        [sys.executable, *(word.format(free_port()) for word in command)], cwd=ROOT, env=settings, capture_output=True,
        text=True, timeout=patience(12), check=False,
    )  # fmt: skip
    assert "Traceback" not in ended.stderr
    assert not any(password in ended.stderr for password in PASSWORDS.values())
    return ended.returncode, ended.stderr.strip().rpartition("\n")[2]


def change(site, statement, role="public"):
    names = sql.Identifier(f"{site.name}_{role}"), sql.Identifier(site.name)
    with site.connect() as owner:
        owner.execute(sql.SQL(statement).format(*names))


@pytest.mark.parametrize("login", TOO_MUCH)
def test_the_public_process_does_not_start_as(site, login):
    given, taken, word = TOO_MUCH[login]
    change(site, given)
    try:
        code, said = start(site.part("public"), "manage.py", "database_roles", "--check")
    finally:
        change(site, taken)
    assert (code, word in said, MORE.format("public", "")[21:60] in said) == (1, True, True), said


@pytest.mark.parametrize("login", TOO_LITTLE)
def test_the_public_process_does_not_start(site, login):
    taken, given, word = TOO_LITTLE[login]
    change(site, taken)
    try:
        code, said = start(site.part("public"), *SERVER)
    finally:
        change(site, given)
    assert (code, said.startswith(LESS.format("public", word))) == (1, True), said


@pytest.mark.parametrize(
    ("role", "command"), [("public", SERVER), ("staff", SERVER), ("worker", ["manage.py", "worker"])]
)
def test_no_part_starts_as_the_owner(site, role, command):
    code, said = start(site.part(role, DATABASE_URL=site.database, DATABASE_PASSWORD=""), *command)
    assert (code, said.startswith(MORE.format(role, "be superuser, ").partition(". Give")[0])) == (1, True), said


def test_no_part_starts_with_the_login_of_another(site):
    wrong = {"DATABASE_URL": site.address("staff"), "DATABASE_PASSWORD": PASSWORDS["staff"]}
    code, said = start(site.part("public", **wrong), *SERVER)
    assert (code, said.startswith(MORE.format("public", "").partition(":")[0])) == (1, True), said


def test_the_deploy_check_says_it_too(site):
    good = start(site.part("public"), "manage.py", "check", "--deploy", "--database", "default", "--tag", "database")
    assert good[0] == 0
    wrong = site.part("public", DATABASE_URL=site.database, DATABASE_PASSWORD="")
    ended = subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy", "--database", "default", "--tag", "database"],
        cwd=ROOT, env=wrong, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (ended.returncode, "(nejtilbander.E001) SITE_ROLE is public" in ended.stderr) == (1, True)


def test_one_process_that_is_everything_may_own_everything(site):
    assert start(site.owner(SITE_ROLE="all"), "manage.py", "database_roles", "--check") == (0, "")


def test_making_the_roles_again_takes_back_what_is_not_in_the_table(site):
    for statement in (
        "GRANT SELECT ON django_session TO {0}",
        "GRANT UPDATE (public_key) ON events_seats TO {0}",
        "GRANT pg_monitor TO {0}",
        "GRANT TEMP ON DATABASE {1} TO PUBLIC",
        "ALTER ROLE {0} CREATEDB BYPASSRLS",
        "CREATE POLICY more ON events_letter FOR ALL TO {0} USING (true)",
        "ALTER TABLE events_letter DISABLE ROW LEVEL SECURITY",
        "REVOKE ALL ON pages_page FROM {0}",
    ):
        change(site, statement)
    for _ in range(2):
        manage(site.owner(SITE_ROLE="prepare"), "database_roles")
        for role in ("public", "worker", "staff"):
            assert start(site.part(role), "manage.py", "database_roles", "--check") == (0, "")


def test_no_password_is_sent_or_said(site):
    said = subprocess.run(
        [sys.executable, "manage.py", "database_roles"], cwd=ROOT, env=site.owner(SITE_ROLE="prepare"), check=True,
        capture_output=True, text=True,
    )  # fmt: skip
    assert not any(password in said.stdout + said.stderr for password in PASSWORDS.values())
    (stored,) = site.rows("SELECT rolpassword FROM pg_authid WHERE rolname = %s", f"{site.name}_public")
    assert stored[0].startswith("SCRAM-SHA-256$")


def test_a_web_server_that_starts_while_the_database_is_away_checks_before_it_asks_anything(site):
    """It hands out what needs no database. Once the database answers to a login that may too much, it still is away."""
    change(site, "ALTER ROLE {0} NOLOGIN")
    try:
        with (site.data / "away.log").open("wb") as log, serving(site.part("public"), log=log) as url:
            assert ask(url + "/hjaelp/")[0] == 200
            assert ask(url + "/readyz")[0] == 503
            change(site, "ALTER ROLE {0} LOGIN CREATEDB")
            told = site.data / "away.log"
            wait_until(lambda: "may do more than that: make databases" in told.read_text(), "it is told")
            assert ask(url + "/stormoeder/bevis/tilmelding/")[0] == 503
            change(site, "ALTER ROLE {0} NOCREATEDB")
            wait_until(lambda: ask(url + "/readyz")[0] == 200, "it goes on when the login is right")
            assert ask(url + "/stormoeder/bevis/tilmelding/")[0] == 200
    finally:
        change(site, "ALTER ROLE {0} LOGIN NOCREATEDB")
        (site.data / "away.log").unlink(missing_ok=True)


def test_old_code_goes_on_when_newer_code_has_migrated_and_granted_more(site):
    with site.connect() as owner:
        owner.execute("INSERT INTO django_migrations (app, name, applied) VALUES ('pages', '0009_newer', now())")
        owner.execute("CREATE TABLE pages_newer (x int)")
    change(site, "GRANT SELECT ON pages_newer TO {0}")
    try:
        assert start(site.part("public"), "manage.py", "database_roles", "--check") == (0, "")
    finally:
        with site.connect() as owner:
            owner.execute("DELETE FROM django_migrations WHERE name = '0009_newer'; DROP TABLE pages_newer")
