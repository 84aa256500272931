"""Giving a group more seats. The internet-facing process only writes down what was asked for: it knows no cap."""

from django.db import transaction

from events.models import Recognition, Signup
from events.models.signup import SignupQuerySet
from events.signups.caps import mark_over_cap
from events.signups.seats import ConcurrentChange, NoRoom, adjust_seats, apply_change


def grant_wanted() -> int:
    """Give the seats that visitors asked for on their pages, or say no. Returns how many were answered."""
    return sum(_answer(signup) for signup in _asked().order_by("event", "position").defer("sealed"))


def _asked() -> SignupQuerySet:
    return Signup.objects.filter(wanted__gt=0, is_new=False).exclude(state__in=Signup.GONE)


def _answer(signup: Signup) -> bool:
    """False when the sign-up was changed or has left meanwhile: the next round sees to it."""
    try:
        with transaction.atomic(durable=True):
            adjust_seats(signup.event_id, 0)  # the lock
            if not _asked().filter(pk=signup.pk, wanted=signup.wanted).exists():
                return False
            if not _is_over(signup):
                apply_change(signup, seats=signup.wanted, wanted=0, refused=0)
                return True
    except NoRoom:
        pass
    except ConcurrentChange:
        return False
    answered = Signup.objects.filter(pk=signup.pk, wanted=signup.wanted)
    return answered.update(wanted=0, refused=signup.wanted) == 1


def _is_over(signup: Signup) -> bool:
    recognition = Recognition.objects.filter(signup=signup).first()
    return bool(recognition and mark_over_cap(recognition, signup.wanted, instead_of=signup.pk))
