"""How long a login lasts: 12 hours, and 30 minutes without a request. And ending the sessions of a user."""

from datetime import timedelta

from django.contrib.auth import SESSION_KEY
from django.contrib.auth.models import User
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.models import Session
from django.utils import timezone

MAX_AGE = timedelta(hours=12)
MAX_IDLE = timedelta(minutes=30)
TOUCH_INTERVAL = timedelta(minutes=1)  # a session is a row: it is not written at every request
BEGAN, SEEN = "login_began_at", "login_seen_at"  # seconds since 1970


def begin(session: SessionBase) -> None:
    """Starts both clocks, at each login."""
    session[BEGAN] = session[SEEN] = timezone.now().timestamp()


def delete_expired() -> None:
    """Deletes the rows of sessions that have run out, of whoever: nothing else does."""
    Session.objects.filter(expire_date__lte=timezone.now()).delete()


def is_over(session: SessionBase) -> bool:
    """True after MAX_AGE or MAX_IDLE, and for a session that does not say when it began."""
    now = timezone.now().timestamp()
    age, idle = now - session.get(BEGAN, 0), now - session.get(SEEN, 0)
    return bool(age >= MAX_AGE.total_seconds() or idle >= MAX_IDLE.total_seconds())


def touch(session: SessionBase) -> None:
    """Records that the user is at work."""
    now = timezone.now().timestamp()
    if now - session.get(SEEN, 0) >= TOUCH_INTERVAL.total_seconds():
        session[SEEN] = now


def end_all(user: User, *, but: str | None = None) -> int:
    """Ends the user's sessions everywhere, except the one with the key `but`. Returns how many.

    A session is signed, not searchable: each one that has not run out is read. Only staff have any.
    """
    live = Session.objects.filter(expire_date__gt=timezone.now()).exclude(session_key=but)
    mine = [session.pk for session in live.iterator() if session.get_decoded().get(SESSION_KEY) == str(user.pk)]
    return Session.objects.filter(pk__in=mine).delete()[0]
