"""Groups: the sign-ups of one mail domain or one network, when they are many. Whose they are, nobody can read."""

from dataclasses import dataclass

from django.db import transaction
from django.db.models import Count, QuerySet, Sum
from django.utils import timezone

from events.models import Event, Letter, LiftedCap, Recognition, Seats, Signup
from events.signups.caps import FIELDS, cap_of, counted_signups, signups_of
from events.signups.seats import ConcurrentChange, adjust_seats
from events.signups.waiting_list import anonymise

MIN_SIGNUPS = 3  # fewer are a family or two, and no group
ALARM_SHARE = 3  # a group is shown and told of when it has more than a third of what one place may have
MAX_ROUNDS = 5  # of taking a group out while its visitors change their sign-ups


@dataclass(frozen=True)
class Group:
    """The sign-ups of one mark. `set_aside`: those that came when its cap was reached, and have no seats."""

    mark: str
    is_domain: bool
    seats: int
    signups: int
    set_aside: int
    is_lifted: bool

    @property
    def code(self) -> str:
        return group_code(self.mark)


def group_code(mark: str) -> str:
    """What letters and staff call a group: four characters of its mark, which tell nothing about it."""
    return "".join(char for char in mark.upper() if char.isalnum())[:4]


def groups(event: Event) -> list[Group]:
    """The groups of a meeting that are large, were set aside from or were let in; the largest first. Six queries."""
    shown = cap_of(event.seats.capacity) / ALARM_SHARE
    found = [group for field in FIELDS for group in _groups_by(event.pk, field)]
    large = [one for one in found if one.signups >= MIN_SIGNUPS and one.seats > shown]
    others = [one for one in found if one not in large and (one.set_aside or one.is_lifted)]
    return sorted(large + others, key=lambda one: (-one.seats, one.mark))


def _groups_by(event_id: int, field: str) -> list[Group]:
    """Every mark of one kind, with its counts."""
    lifted = set(LiftedCap.objects.filter(event=event_id).values_list("mark", flat=True))
    waiting = Recognition.objects.filter(event=event_id, signup__has_address=True).exclude(over_index="")
    set_aside = dict(waiting.order_by().values_list("over_index").annotate(Count("pk")))
    marked = counted_signups(event_id).exclude(**{f"recognition__{field}": ""}).exclude(recognition=None).order_by()
    rows = marked.values_list(f"recognition__{field}").annotate(Sum("seats"), Count("pk"))
    return [
        Group(mark, field == "domain_index", seats, number, set_aside.get(mark, 0), mark in lifted)
        for mark, seats, number in rows
    ]


def set_aside_by(event_id: int, mark: str) -> QuerySet[Recognition]:
    """The recognitions of sign-ups that the cap of `mark` set aside, and that still have an address."""
    return Recognition.objects.filter(event=event_id, over_index=mark, signup__has_address=True)


def take_out(event: Event, mark: str) -> int:
    """Take the sign-ups of `mark` out: their seats go back, and each gets a letter. Returns the number of sign-ups.

    Those set aside go too; they have had their letter.
    """
    taken_out = 0
    for _ in range(MAX_ROUNDS):
        keys = list(signups_of(event.pk, mark).values_list("pk", flat=True))
        keys += set_aside_by(event.pk, mark).values_list("pk", flat=True)
        if not keys:
            break
        taken_out += sum(_take_out_one(event.pk, pk) for pk in keys)
    return taken_out


def _take_out_one(event_id: int, pk: int) -> bool:
    """False when the sign-up was changed or has left meanwhile."""
    try:
        with transaction.atomic():
            adjust_seats(event_id, 0)  # the lock
            signup = Signup.objects.filter(pk=pk).exclude(state__in=Signup.GONE).first()
            if signup is None:
                return False
            is_set_aside = Recognition.objects.filter(signup=signup).exclude(over_index="").exists()
            farewell = None if is_set_aside else Letter.Kind.TAKEN_OUT
            anonymise(signup, Signup.State.REFUSED, farewell)
    except ConcurrentChange:
        return False
    return True


def let_in(event: Event, mark: str) -> int:
    """Lift the cap of `mark` at this meeting. Returns how many that were set aside get their letter after all."""
    with transaction.atomic():
        adjust_seats(event.pk, 0)  # the lock
        LiftedCap.objects.get_or_create(event=event, mark=mark)
        marks = list(set_aside_by(event.pk, mark).select_related("signup"))
        for mark_set_aside in marks:
            _recognise_anew(mark_set_aside)
    return len(marks)


def _recognise_anew(recognition: Recognition) -> None:
    """The worker opens the sign-up's box once more, and writes the letter it writes to anybody."""
    signup = recognition.signup
    recognition.delete()
    Signup.objects.filter(pk=signup.pk).update(is_new=True)
    Letter.objects.filter(signup=signup).delete()
    Letter.objects.create(
        kind=Letter.Kind.CONFIRM, event_id=signup.event_id, signup_id=signup.pk, language=signup.language
    )


def raise_alarm(event_id: int, recognition: Recognition) -> None:
    """Write to ALARM_TO once a day and meeting when somebody was set aside or a mark has become a large group.

    Call it with the seats locked.
    """
    today = timezone.localdate()
    row = Seats.objects.filter(pk=event_id).exclude(alarmed_on=today)
    if _is_concentrated(event_id, recognition) and row.update(alarmed_on=today):
        Letter.objects.create(kind=Letter.Kind.CONCENTRATION, event_id=event_id, language="da")


def _is_concentrated(event_id: int, recognition: Recognition) -> bool:
    if recognition.over_index:
        return True
    shown = cap_of(Seats.objects.values_list("capacity", flat=True).get(pk=event_id)) / ALARM_SHARE
    marks = [getattr(recognition, field) for field in FIELDS]
    found = [list(signups_of(event_id, mark).values_list("seats", flat=True)) for mark in marks if mark]
    return any(len(seats) >= MIN_SIGNUPS and sum(seats) > shown for seats in found)
