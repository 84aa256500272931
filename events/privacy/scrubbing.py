"""Taking what was erased off the disk: a deleted row stays in the database's files until something overwrites it.

SQLite: the write-ahead log is emptied; free pages are overwritten by secure_delete (environment.py). PostgreSQL: the
tables that held boxes are rewritten, because VACUUM alone leaves about half of the bytes in free space (measured).
What stays in its write-ahead log, and for how long, is in docs/decisions/0023.
"""

import logging
from datetime import timedelta

from django.db import DatabaseError, connection
from django.db.backends.utils import CursorWrapper
from django.utils import timezone

from events.models import AccessLogEntry, Letter, Question, Recognition, Signup
from nejtilbander.background.models import Heartbeat

INTERVAL = timedelta(minutes=5)  # at least between two times, for all workers together
LOCK_TIMEOUT = "2s"  # rewriting waits for nobody longer than this, because sign-ups wait behind it; next time, then
TABLES = [model._meta.db_table for model in (Letter, Signup, Recognition, Question, AccessLogEntry)]
_MAINTAIN_SINCE = 170_000  # the version of PostgreSQL that has a right to VACUUM

logger = logging.getLogger(__name__)


class _Seen:
    """How many changes of TABLES there were when this process last looked; None before."""

    changes: int | None = None


def scrub_soon() -> bool:
    """Scrub if anything was changed or erased since, at most once in INTERVAL. Returns True when it did."""
    now = timezone.now()
    changes = _count_changes()
    if changes is not None and changes == _Seen.changes:
        return False
    Heartbeat.objects.get_or_create(name="scrub", defaults={"at": now})
    if not Heartbeat.objects.filter(name="scrub", at__lte=now - INTERVAL).update(at=now):
        return False
    _Seen.changes = changes
    return scrub()


def scrub() -> bool:
    """Take deleted rows off the disk. Returns False inside a transaction, and when it may not or somebody waits."""
    if connection.in_atomic_block:  # in the admin or a test; the worker comes by
        return False
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            return True
        return _rewrite(cursor)


def _count_changes() -> int | None:
    """The updates and deletions in TABLES that PostgreSQL has counted; None on SQLite, where scrubbing is cheap."""
    if connection.vendor == "sqlite":
        return None
    with connection.cursor() as cursor:
        cursor.execute("SELECT sum(n_tup_del + n_tup_upd) FROM pg_stat_user_tables WHERE relname = ANY(%s)", [TABLES])
        return int(cursor.fetchone()[0] or 0)


def _rewrite(cursor: CursorWrapper) -> bool:
    if not _may_rewrite(cursor):
        logger.warning("This database login may not VACUUM: what is erased stays on the disk until it is overwritten.")
        return False
    try:
        cursor.execute("SELECT set_config('lock_timeout', %s, false)", [LOCK_TIMEOUT])
        cursor.execute(f"VACUUM FULL {', '.join(TABLES)}")
        if _may_checkpoint(cursor):
            cursor.execute("CHECKPOINT")
    except DatabaseError as error:
        logger.warning("Erased rows were not taken off the disk (%s). Trying again.", type(error).__name__)
        _Seen.changes = None
        return False
    finally:
        cursor.execute("RESET lock_timeout")
    return True


def _may_rewrite(cursor: CursorWrapper) -> bool:
    """PostgreSQL skips a table of somebody else's with a warning only."""
    may_maintain = (
        "CASE WHEN current_setting('server_version_num')::int >= %s THEN has_table_privilege(oid, 'MAINTAIN') END"
    )
    cursor.execute(
        f"SELECT bool_and(pg_has_role(relowner, 'USAGE') OR COALESCE({may_maintain}, false))"  # noqa: S608 - own words
        " FROM pg_class WHERE oid = ANY(%s::regclass[])",
        [_MAINTAIN_SINCE, TABLES],
    )
    return bool(cursor.fetchone()[0])


def _may_checkpoint(cursor: CursorWrapper) -> bool:
    """The role `pg_checkpoint` is there since PostgreSQL 15."""
    cursor.execute("SELECT COALESCE(pg_has_role(to_regrole('pg_checkpoint'), 'USAGE'), false)")
    return bool(cursor.fetchone()[0])
