"""Making the roles and judging a login, in a test's own transaction; on SQLite there are none, and nothing is asked."""

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.backends.signals import connection_created

from nejtilbander.operations import database_login
from nejtilbander.operations.database_grants import GRANTS
from nejtilbander.operations.database_login import LoginRefused, discrepancy, guard
from nejtilbander.operations.database_roles import ROLES, role_name
from tests.support.databases import on_a_connection_of_its_own

pytestmark = pytest.mark.django_db
NAMES = {role: f"only-for-tests-{role}-0123456789" for role in ROLES}


def is_postgresql():
    return connection.vendor == "postgresql"


def sql(*statements):
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


@pytest.fixture
def roles(settings, capsys):
    """The roles are made, twice; they go with the transaction. Call it to say what a login is refused for."""
    settings.DATABASE_PASSWORDS = NAMES
    for _ in range(2):
        call_command("database_roles")
    said = capsys.readouterr().out
    assert not any(password in said for password in NAMES.values())

    def judged(role):
        sql(f"SET ROLE {role_name(role)}")
        try:
            return discrepancy(role)
        finally:
            sql("RESET ROLE")

    return judged if is_postgresql() else said


def test_a_login_that_was_just_made_may_exactly_what_its_part_needs(roles):
    if not is_postgresql():
        assert "Only PostgreSQL has roles" in roles
        return
    assert [roles(role) for role in GRANTS] == [""] * len(GRANTS)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("ALTER ROLE {0} CREATEDB", "SITE_ROLE is public, but its database login may do more than that: make data"),
        ("GRANT pg_monitor TO {0}", "may do more than that: become another role."),
        ("GRANT SELECT ON auth_user TO {0}", "may do more than that: SELECT auth_user."),
        ("GRANT UPDATE (public_key) ON events_seats TO {0}", "may do more than that: UPDATE events_seats.public_key."),
        ("CREATE POLICY p ON events_letter TO {0} USING (true)", "may do more than that: pass events_letter by p."),
        ("REVOKE INSERT ON events_question FROM {0}", "may not INSERT events_question. Run manage.py database_roles"),
        (
            "REVOKE ALL ON events_seats, events_signup, pages_page FROM {0}",
            " more. Run manage.py database_roles as the owner.",
        ),
    ],
)
def test_what_a_login_may_too_much_or_too_little_is_one_sentence_and_is_taken_back(roles, change, said):
    if not is_postgresql():
        assert guard() is None
        return
    sql(change.format(role_name("public")))
    assert said in roles("public")

    call_command("database_roles")
    assert roles("public") == ""


def test_old_code_goes_on_when_newer_code_has_granted_more(roles):
    if not is_postgresql():
        return
    sql(f"GRANT SELECT ON auth_group TO {role_name('public')}")
    assert "may do more" in roles("public")
    sql("INSERT INTO django_migrations (app, name, applied) VALUES ('pages', '0999_newer', now())")
    assert roles("public") == ""


def test_the_command_that_only_looks_says_the_same(roles, settings):
    settings.SITE_ROLE = "public"
    if not is_postgresql():
        call_command("database_roles", check=True)
        return
    with pytest.raises(CommandError, match="be superuser"):
        call_command("database_roles", check=True)


@pytest.fixture
def unchecked(settings):
    """A process that has not looked at its login yet."""
    settings.SITE_ROLE = "public"
    yield
    connection_created.disconnect(dispatch_uid="database_login")
    database_login._checked.clear()


def test_a_process_whose_login_may_too_much_ends_with_the_sentence_and_asks_nothing(unchecked):
    ended = on_a_connection_of_its_own(guard)
    if not is_postgresql():
        assert ended is None
        return
    assert isinstance(ended, SystemExit)
    assert "may do more than that: be superuser" in str(ended)
    # Whoever asks later, on another connection, is refused before the first statement.
    assert isinstance(on_a_connection_of_its_own(lambda: sql("SELECT 1")), LoginRefused)


def test_while_the_database_is_away_a_process_begins_and_says_so(unchecked, monkeypatch, caplog):
    if is_postgresql():
        monkeypatch.setitem(connection.settings_dict, "NAME", "there_is_no_such_database")
    assert on_a_connection_of_its_own(guard) is None
    assert ["checked when it does" in message for message in caplog.messages] == [True] * is_postgresql()
