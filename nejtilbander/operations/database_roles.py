"""Makes the database roles of database_grants.py, and compares a login with the one it should be. PostgreSQL alone.

A role is named after its database, as in nejtilbander_public: roles belong to the whole server.
"""

import re
from collections.abc import Iterable, Mapping
from hashlib import sha256

from django.apps import apps
from django.db import connection, transaction

from nejtilbander.operations.database_grants import BACKUP, GRANTS, ROW_SECURITY, Policy

ROLES = (*GRANTS, BACKUP)
MAINTAIN_SINCE = 170_000  # PostgreSQL 17; before it, only a table's owner may VACUUM it
TABLE_PRIVILEGES = ["SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER"]
_PRIVILEGE = re.compile(r"(\w+)(?: \(([^)]*)\))?")
Privilege = tuple[str, str, str]  # table, privilege, column; "" for the whole table


def role_name(role: str) -> str:
    """The role of `role` in this database, as in "nejtilbander_public"."""
    return f"{connection.settings_dict['NAME']}_{role}"


def tables(grants: Mapping[str, str]) -> dict[str, str]:
    """Table to privileges; what is said of a model goes before what is said of its app."""
    found: dict[str, str] = {}
    for key, words in sorted(grants.items(), key=lambda item: "." in item[0]):
        found |= dict.fromkeys(_tables_of(key), words)
    return found


def _tables_of(key: str) -> list[str]:
    """The tables that a key of database_grants.py names; none for an app that is not installed."""
    if key == "django_migrations":
        return [key]
    label, _, model = key.partition(".")
    if label not in apps.app_configs:
        return []
    models = apps.get_app_config(label).get_models(include_auto_created=True)
    return [found._meta.db_table for found in models if model in {"", found._meta.model_name}]


def expected_privileges(role: str) -> set[Privilege]:
    found: set[Privilege] = set()
    for table, words in tables(GRANTS[role]).items():
        for privilege, columns in _PRIVILEGE.findall(words):
            if privilege != "MAINTAIN" or _server_version() >= MAINTAIN_SINCE:
                found |= {(table, privilege, column) for column in columns.split(", ")}
    return found


def expected_policies(role: str) -> set[tuple[str, str]]:
    """(table, policy) of every policy that is for `role`."""
    return {
        (table, _policy_name(policy))
        for key, policies in ROW_SECURITY.items()
        for table in _tables_of(key)
        for policy in policies
        if policy.role == role
    }


def _server_version() -> int:
    connection.ensure_connection()
    return int(connection.connection.info.server_version)


def renew(passwords: Mapping[str, str]) -> list[str]:
    """Make every role, and give it exactly what the table says. Returns their names. Idempotent.

    `passwords`: by role; one that is missing stays as it is. To be run by the owner of the tables, who may make roles.
    """
    with transaction.atomic():
        for role in ROLES:
            _make_role(role, passwords.get(role, ""))
    for key, policies in ROW_SECURITY.items():
        for table in _tables_of(key):
            with transaction.atomic():  # one at a time: two locked tables could wait for a sign-up that holds one
                _secure_rows(table, policies)
    with transaction.atomic():
        _close_to_others()
        for role, grants in GRANTS.items():
            _grant(role, tables(grants))
        _grant_backup()
    return [role_name(role) for role in ROLES]


def _run(*statements: str) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def rows(sql: str, *values: str | list[str]) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return list(cursor.fetchall())


def _quoted(names: Iterable[str]) -> str:
    return ", ".join(connection.ops.quote_name(name) for name in names)


def _make_role(role: str, password: str) -> None:
    """Create the role, or take from it what a role here never has. The server gets a verifier, never the password."""
    name = role_name(role)
    quoted = _quoted([name])
    if not rows("SELECT 1 FROM pg_roles WHERE rolname = %s", name):
        _run(f"CREATE ROLE {quoted} LOGIN NOINHERIT")
    ((is_superuser,),) = rows("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
    if is_superuser:  # nobody else may say so, or could have given it
        bypass = "BYPASSRLS" if role == BACKUP else "NOBYPASSRLS"
        _run(f"ALTER ROLE {quoted} NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION {bypass}")
    if password:
        connection.ensure_connection()
        verifier = connection.connection.pgconn.encrypt_password(password.encode(), name.encode(), b"scram-sha-256")
        _run(f"ALTER ROLE {quoted} PASSWORD '{verifier.decode()}'")  # base64, $ and : alone


def _close_to_others() -> None:
    """Take everything from PUBLIC, and from the roles what an older table gave them."""
    roles, database = _quoted(map(role_name, ROLES)), _quoted([connection.settings_dict["NAME"]])
    _run(
        f"REVOKE ALL ON DATABASE {database} FROM PUBLIC, {roles}",
        f"REVOKE ALL ON SCHEMA public FROM PUBLIC, {roles}",
        f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM PUBLIC, {roles}",
        f"REVOKE ALL ON ALL SEQUENCES IN SCHEMA public FROM PUBLIC, {roles}",
        f"REVOKE ALL ON ALL FUNCTIONS IN SCHEMA public FROM {roles}",
        "ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC",
        f"GRANT CONNECT ON DATABASE {database} TO {roles}",
        f"GRANT USAGE ON SCHEMA public TO {roles}",
    )
    for group, member in rows(
        "SELECT pg_get_userbyid(roleid), pg_get_userbyid(member) FROM pg_auth_members"
        " WHERE pg_get_userbyid(member) = ANY (%s)",
        [role_name(role) for role in ROLES],
    ):
        _run(f"REVOKE {_quoted([group])} FROM {_quoted([member])}")
    _close_large_objects()


def _close_large_objects() -> None:
    """Large objects are in no table of ours, and anybody may make them: not here, where a superuser can say so."""
    functions = rows(
        "SELECT oid::regprocedure::text FROM pg_proc WHERE pronamespace = 'pg_catalog'::regnamespace"
        " AND proname IN ('lo_creat', 'lo_create', 'lo_from_bytea')"
        " AND (SELECT rolsuper FROM pg_roles WHERE rolname = current_user)"
    )
    _run(*(f"REVOKE EXECUTE ON FUNCTION pg_catalog.{name} FROM PUBLIC" for (name,) in functions))


def _grant(role: str, wanted: Mapping[str, str]) -> None:
    has_maintain = _server_version() >= MAINTAIN_SINCE
    for table, words in wanted.items():
        privileges = words if has_maintain else words.replace(", MAINTAIN", "")
        _run(f"GRANT {privileges} ON {_quoted([table])} TO {_quoted([role_name(role)])}")
        if privileges != words:  # the worker may not VACUUM it: PostgreSQL does, within a minute of each deletion
            _run(
                f"ALTER TABLE {_quoted([table])} SET"
                " (autovacuum_vacuum_threshold = 0, autovacuum_vacuum_scale_factor = 0)"
            )


def _grant_backup() -> None:
    name = _quoted([role_name(BACKUP)])
    _run(f"GRANT SELECT ON ALL TABLES IN SCHEMA public TO {name}")
    _run(f"GRANT SELECT ON ALL SEQUENCES IN SCHEMA public TO {name}")


def _policy_name(policy: Policy) -> str:
    """Ends with a hash of what it says, so that a changed one is another."""
    return f"{policy.role}_{policy.command.lower()}_{sha256(repr(policy).encode()).hexdigest()[:8]}"


def _secure_rows(table: str, policies: list[Policy]) -> None:
    """Row security on `table` with these policies and no others. Locks it only when something differs."""
    there = {name for (name,) in rows("SELECT policyname FROM pg_policies WHERE tablename = %s", table)}
    wanted = {_policy_name(policy): policy for policy in policies}
    _run(*(f"DROP POLICY {_quoted([name])} ON {_quoted([table])}" for name in there - wanted.keys()))
    for name in wanted.keys() - there:
        policy = wanted[name]
        using = f" USING ({policy.using.format(table=table)})" if policy.using else ""
        check = f" WITH CHECK ({policy.check})" if policy.check else ""
        _run(
            f"CREATE POLICY {_quoted([name])} ON {_quoted([table])} FOR {policy.command}"
            f" TO {_quoted([role_name(policy.role)])}{using}{check}"
        )
    if not _has_row_security(table):
        _run(f"ALTER TABLE {_quoted([table])} ENABLE ROW LEVEL SECURITY")


def _has_row_security(table: str) -> bool:
    return rows("SELECT relrowsecurity FROM pg_class WHERE oid = %s::regclass", table) == [(True,)]
