"""Refuses a database login that may do more, or less, than this process's SITE_ROLE needs (docs/decisions/0019).

At start, and at the first contact when the database was away then: before any other statement of a connection.
"""

import logging

from django.conf import settings
from django.db import OperationalError, connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created
from django.db.migrations.loader import MigrationLoader

from nejtilbander.environment import refuse
from nejtilbander.operations.database_grants import GRANTS
from nejtilbander.operations.database_roles import (
    MAINTAIN_SINCE,
    TABLE_PRIVILEGES,
    expected_policies,
    expected_privileges,
    rows,
)

MAX_NAMED = 3  # privileges named in a sentence
_OURS = "n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'"
# What no process's login has or is, by the words for it.
_ATTRIBUTES = f"""
    SELECT unnest(ARRAY[
        CASE WHEN r.rolsuper THEN 'be superuser' END,
        CASE WHEN r.rolcreaterole THEN 'make roles' END,
        CASE WHEN r.rolcreatedb THEN 'make databases' END,
        CASE WHEN r.rolreplication THEN 'replicate' END,
        CASE WHEN r.rolbypassrls THEN 'pass row security by' END,
        CASE WHEN EXISTS (SELECT 1 FROM pg_auth_members WHERE member = r.oid) THEN 'become another role' END,
        CASE WHEN EXISTS (SELECT 1 FROM pg_shdepend WHERE refobjid = r.oid AND deptype = 'o')
            OR EXISTS (SELECT 1 FROM pg_database WHERE datdba = r.oid) THEN 'change what it owns' END,
        CASE WHEN has_database_privilege(current_database(), 'CREATE') THEN 'make schemas' END,
        CASE WHEN has_database_privilege(current_database(), 'TEMP') THEN 'make temporary tables' END,
        CASE WHEN EXISTS (SELECT 1 FROM pg_namespace n WHERE {_OURS} AND has_schema_privilege(n.oid, 'CREATE'))
            THEN 'make tables' END,
        CASE WHEN EXISTS (SELECT 1 FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
            WHERE {_OURS} AND p.prosecdef AND has_function_privilege(p.oid, 'EXECUTE'))
            THEN 'run functions as their owner' END
    ]) FROM pg_roles r WHERE r.rolname = current_user"""  # noqa: S608 - our own words
_PRIVILEGES = f"""
    WITH tables AS (
        SELECT c.oid, c.relname, c.relkind FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE {_OURS}
    )
    SELECT relname, privilege, '' FROM tables, unnest(%s::text[]) privilege
        WHERE CASE WHEN relkind IN ('r', 'p', 'v', 'm', 'f') THEN has_table_privilege(oid, privilege) END
    UNION ALL
    SELECT relname, privilege, attname FROM tables JOIN pg_attribute ON attrelid = oid,
        unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'REFERENCES']) privilege
        WHERE CASE WHEN relkind IN ('r', 'p', 'v', 'm', 'f') AND attnum > 0 AND NOT attisdropped
            THEN has_column_privilege(oid, attnum, privilege) AND NOT has_table_privilege(oid, privilege) END
    UNION ALL
    SELECT relname, 'USAGE', '' FROM tables
        WHERE CASE WHEN relkind = 'S' THEN has_sequence_privilege(oid, 'USAGE, SELECT, UPDATE') END"""  # noqa: S608
_POLICIES = """
    SELECT relname, polname FROM pg_policy JOIN pg_class c ON c.oid = polrelid AND relrowsecurity
        WHERE polroles && ARRAY[0, (SELECT oid FROM pg_roles WHERE rolname = current_user)]"""  # 0: of PUBLIC

logger = logging.getLogger(__name__)


class LoginRefused(OperationalError):
    """The login is not what SITE_ROLE asks for. To everybody else the database is away."""


def discrepancy(role: str) -> str:
    """What the present login may too much, else too little, for `role`, as one sentence; "" when it fits."""
    if words := [word for (word,) in rows(_ATTRIBUTES) if word]:
        return _sentence(role, "more", words)
    maintain = ["MAINTAIN"] if connection.connection.info.server_version >= MAINTAIN_SINCE else []
    found, expected = set(rows(_PRIVILEGES, TABLE_PRIVILEGES + maintain)), expected_privileges(role)
    policies, wanted = set(rows(_POLICIES)), expected_policies(role)
    missing = [*map(_words, sorted(expected - found)), *_policy_words(wanted - policies)]
    extra = [*map(_words, sorted(found - expected)), *_policy_words(policies - wanted)]
    if extra and not _is_newer():
        return _sentence(role, "more", extra)
    return _sentence(role, "less", missing) if missing else ""


def _words(privilege: tuple[str, str, str]) -> str:
    table, word, column = privilege
    return f"{word} {table}.{column}" if column else f"{word} {table}"


def _policy_words(policies: set[tuple[str, str]]) -> list[str]:
    return [f"pass {table} by {name}" for table, name in sorted(policies)]


def _sentence(role: str, which: str, words: list[str]) -> str:
    named = ", ".join(words[:MAX_NAMED])
    rest = f" and {len(words) - MAX_NAMED} more" if len(words) > MAX_NAMED else ""
    if which == "more":
        return (
            f"SITE_ROLE is {role}, but its database login may do more than that: {named}{rest}."
            " Give it the login that manage.py database_roles makes."
        )
    return (
        f"SITE_ROLE is {role}, but its database login may not {named}{rest}. Run manage.py database_roles as the owner."
    )


def _is_newer() -> bool:
    """True when newer code has migrated the database: in an upgrade old code goes on, and the grants are the new."""
    loader = MigrationLoader(connection)
    return bool(
        {key for key in loader.applied_migrations if key[0] in loader.migrated_apps} - loader.disk_migrations.keys()
    )


def guard() -> None:
    """Call it once as a process starts that serves or works. Ends it, with one sentence, when its login is refused.

    While the database is away it goes on, for cached pages; the login is then checked at the first contact.
    """
    if connection.vendor != "postgresql" or settings.SITE_ROLE not in GRANTS:
        return
    connection_created.connect(_check_once, dispatch_uid="database_login")
    try:
        connection.ensure_connection()
    except LoginRefused as refused:
        refuse(str(refused))
    except OperationalError:
        logger.warning("The database does not answer. Its login is checked when it does.")
    finally:
        connection.close()  # a server that forks would share it


_checked: list[str] = []  # the last sentence of this process's check, "" once it was right


def _check_once(sender: object, connection: BaseDatabaseWrapper, **kwargs: object) -> None:
    """Receiver of connection_created. Raises LoginRefused, and closes the connection; once right, it is believed."""
    if connection.alias != "default" or _checked == [""]:
        return
    sentence = discrepancy(settings.SITE_ROLE)
    if sentence:
        connection.close()
        if _checked != [sentence]:
            logger.critical(sentence)
        _checked[:] = [sentence]
        raise LoginRefused(sentence)
    _checked[:] = [""]
