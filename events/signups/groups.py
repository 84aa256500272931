"""Groups: the sign-ups of one mail domain or one network, when they are many. Whose they are, nobody can read."""

import logging
from contextlib import suppress
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Count, QuerySet, Sum
from django.utils import timezone

from events.models import Event, GroupDecision, Letter, Recognition, Seats, Signup
from events.signups.caps import FIELDS, cap_of, counted_signups, lifted_marks, signups_of
from events.signups.seats import ConcurrentChange, adjust_seats
from events.signups.waiting_list import anonymise

MIN_SIGNUPS = 3  # fewer are a family or two, and no group
ALARM_SHARE = 3  # a group is shown and told of when it has more than a third of what one place may have
MAX_ROUNDS = 5  # of taking a group out while its visitors change their sign-ups

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Group:
    """The sign-ups of one mark. `set_aside`: those that came when its cap was reached, and have no seats.

    `is_leaving`: it is to be taken out, and the worker has not come to it yet.
    """

    mark: str
    is_domain: bool
    seats: int
    signups: int
    set_aside: int
    is_lifted: bool
    is_leaving: bool

    @property
    def code(self) -> str:
        return group_code(self.mark)


def group_code(mark: str) -> str:
    """What letters and staff call a group: four characters of its mark, which tell nothing about it."""
    return "".join(char for char in mark.upper() if char.isalnum())[:4]


def groups(event: Event) -> list[Group]:
    """The groups of a meeting that are large, were set aside from or were let in; the largest first. Eight queries."""
    shown = cap_of(event.seats.capacity) / ALARM_SHARE
    found = [group for field in FIELDS for group in _groups_by(event.pk, field)]
    large = [one for one in found if one.signups >= MIN_SIGNUPS and one.seats > shown]
    others = [one for one in found if one not in large and (one.set_aside or one.is_lifted)]
    return sorted(large + others, key=lambda one: (-one.seats, one.mark))


def _groups_by(event_id: int, field: str) -> list[Group]:
    """Every mark of one kind, with its counts."""
    lifted = set(lifted_marks(event_id).values_list("mark", flat=True))
    leaving = set(_to_take_out().filter(event=event_id).values_list("mark", flat=True))
    waiting = Recognition.objects.filter(event=event_id, signup__has_address=True).exclude(over_index="")
    set_aside = dict(waiting.order_by().values_list("over_index").annotate(Count("pk")))
    marked = counted_signups(event_id).exclude(**{f"recognition__{field}": ""}).order_by()
    rows = marked.values_list(f"recognition__{field}").annotate(Sum("seats"), Count("pk"))
    return [
        Group(mark, field == "domain_index", seats, number, set_aside.get(mark, 0), mark in lifted, mark in leaving)
        for mark, seats, number in rows
    ]


def set_aside_by(event_id: int, mark: str) -> QuerySet[Recognition]:
    """The recognitions of sign-ups that the cap of `mark` set aside, and that still have an address."""
    return Recognition.objects.filter(event=event_id, over_index=mark, signup__has_address=True)


def _to_take_out() -> QuerySet[GroupDecision]:
    return GroupDecision.objects.waiting().filter(decision=GroupDecision.Decision.TAKEN_OUT)


def decide(event: Event, mark: str, decision: GroupDecision.Decision) -> None:
    """Write down what staff decided about `mark`. The worker carries it out: the staff process may not.

    Idempotent while it waits.
    """
    GroupDecision.objects.bulk_create([GroupDecision(event=event, mark=mark, decision=decision)], ignore_conflicts=True)


def carry_out_decisions() -> int:
    """Carry out what staff decided, in order. Returns how many were carried out. The worker's task.

    Idempotent, also for two workers at once: one that was killed half-way is carried out by the next round.
    """
    done = 0
    for decision in GroupDecision.objects.waiting():
        if decision.decision == GroupDecision.Decision.LET_IN:
            _let_in(decision)
        else:
            _take_out(decision)
        if GroupDecision.objects.filter(pk=decision.pk).exclude(done_at=None).exists():
            logger.info("Carried out what staff decided about a group: %s.", decision.decision)
            done += 1
    return done


def _mark_done(decision: GroupDecision) -> None:
    GroupDecision.objects.filter(pk=decision.pk, done_at=None).update(done_at=timezone.now())


def _take_out(decision: GroupDecision) -> None:
    """Take the sign-ups of the mark out: their seats go back, and each gets a letter.

    Those set aside go too; they have had their letter. It is done when none is left; else the next round goes on.
    """
    event_id, mark = decision.event_id, decision.mark
    for _ in range(MAX_ROUNDS):
        keys = list(signups_of(event_id, mark).values_list("pk", flat=True))
        keys += set_aside_by(event_id, mark).values_list("pk", flat=True)
        if not keys:
            _mark_done(decision)
            return
        for pk in keys:
            _take_out_one(event_id, pk)


def _take_out_one(event_id: int, pk: int) -> None:
    """One that was changed meanwhile is looked at again; one that has left is left alone."""
    with suppress(ConcurrentChange), transaction.atomic():
        adjust_seats(event_id, 0)  # the lock
        signup = Signup.objects.filter(pk=pk).exclude(state__in=Signup.GONE).first()
        if signup is not None:
            is_somebody = Recognition.objects.filter(signup=signup, is_somebody=True).exists()
            farewell = Letter.Kind.TAKEN_OUT if is_somebody else None
            anonymise(signup, Signup.State.REFUSED, farewell)


def _let_in(decision: GroupDecision) -> None:
    """The mark has no cap any more (caps.py): those that were set aside get their letter after all."""
    with transaction.atomic():
        adjust_seats(decision.event_id, 0)  # the lock
        set_aside = set_aside_by(decision.event_id, decision.mark).filter(original_id=None)  # a duplicate has no box
        for mark_set_aside in set_aside.select_related("signup"):
            _recognise_anew(mark_set_aside)
        _mark_done(decision)


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
