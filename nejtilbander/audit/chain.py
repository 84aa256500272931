"""The audit trail as a chain: each line carries the hash of the one before it. The only code that adds lines."""

import json
import logging
from datetime import timedelta

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import connection, models, transaction
from django.utils import timezone

from nejtilbander.audit.models import ORIGIN, AuditLine

KEPT = timedelta(days=730)
SLACK = timedelta(days=31)  # so that folding adds a line a month, not one a day
LOCK = 0x6E65_6A61_7564  # of PostgreSQL's advisory locks, which need no right to change the table

logger = logging.getLogger("nejtilbander.changes")


def append(
    kind: AuditLine.Kind, by: AbstractBaseUser | None = None, about: models.Model | None = None, words: str = ""
) -> AuditLine:
    """Adds a line in the caller's transaction, and logs it once that is committed. `by` None: the site itself.

    Takes the chain's lock until the transaction ends: rows of others are locked before, never after.
    """
    what, which = (about._meta.label_lower, str(about.pk)) if about else ("", "")
    return add_line(kind, by, what, which, words)


def add_line(kind: AuditLine.Kind, by: AbstractBaseUser | None, what: str, which: str, words: str) -> AuditLine:
    """`append` for what is named by its model's label and its primary key."""
    with transaction.atomic():
        _lock()
        last = last_line()
        line = AuditLine(
            number=last.number + 1 if last else 1, previous=last.hash if last else ORIGIN, at=timezone.now(), kind=kind,
            who=by.pk if by else None, who_name=by.get_username() if by else "", what=what, which=which, words=words,
        )  # fmt: skip
        line.hash = line.expected_hash()
        line.save()
        transaction.on_commit(lambda: _log(line))
    return line


def _lock() -> None:
    """One writer at a time. On SQLite the transaction itself is that: it begins with the write lock."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])


def last_line() -> AuditLine | None:
    return AuditLine.objects.order_by("-number").first()


def _log(line: AuditLine) -> None:
    """One line of JSON. People appear by number: a name may be an address, and logs go further than the table."""
    row = {
        "at": line.at.isoformat(), "who": line.who, "did": line.kind, "what": line.what, "which": line.which,
        "words": line.words, "number": line.number, "hash": line.hash,
    }  # fmt: skip
    logger.info(json.dumps(row, ensure_ascii=False))


def fold_old() -> int:
    """Deletes the lines older than KEPT and says so in a line of its own, with their last hash. Returns how many."""
    now, oldest = timezone.now(), AuditLine.objects.order_by("number").first()
    if not oldest or oldest.at > now - KEPT - SLACK:
        return 0
    with transaction.atomic():
        _lock()
        first_kept = AuditLine.objects.filter(at__gte=now - KEPT).order_by("number").first()
        last = AuditLine.objects.filter(number=first_kept.number - 1).first() if first_kept else last_line()
        if not last:
            return 0
        add_line(AuditLine.Kind.FOLDED, None, "", str(last.number), last.hash)
        old = AuditLine.objects.filter(number__lte=last.number)
        return int(old._raw_delete(old.db))
