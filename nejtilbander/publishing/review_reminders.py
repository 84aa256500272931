"""One letter a week: which texts are due to be looked through, to whoever looks after them.

There is no row in the outbox for it: the outbox's letters belong to a meeting, and this one is written anew from what
is true when it leaves. A try that fails is made again; the row below says when.
"""

import logging
import uuid
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.utils import timezone, translation

from nejtilbander.background.models import Heartbeat
from nejtilbander.background.outbox import LEASE, MESSAGE_ERRORS, error_name, is_permanent
from nejtilbander.i18n.dates import format_day
from nejtilbander.i18n.languages import SOURCE
from nejtilbander.publishing.models import content_models

AHEAD = timedelta(days=7)
HOUR = time(7)  # on Mondays, local time
RETRY_AFTER = timedelta(
    minutes=30
)  # before what failed is tried again: a silent mail server must not hold up other letters
HEARTBEAT = "reviews"  # when the letters are next due; which is also when a worker's lease runs out
NOBODY = 0  # in place of an owner's number

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class DueReview:
    """A text to look through, with its address in the admin."""

    title: str
    kind: str
    by: Any
    address: str


def due_reviews() -> dict[int, tuple[list[str], list[DueReview]]]:
    """What is overdue or due within a week, by the owner's number, with the addresses to write to.

    What nobody looks after, or nobody who can be written to, is told to whoever gets the other letters to staff.
    """
    objects = [
        obj
        for model in content_models()
        for obj in model._default_manager.filter(review_by__lte=timezone.localdate() + AHEAD).select_related("owner")
    ]
    groups: dict[int, tuple[list[str], list[DueReview]]] = {}
    for obj in sorted(objects, key=lambda one: one.review_by):
        owner = obj.owner if obj.owner and obj.owner.is_active and obj.owner.email else None
        to = [owner.email] if owner else list(settings.ALARM_TO)
        groups.setdefault(owner.pk if owner else NOBODY, (to, []))[1].append(_due_review(obj))
    return groups


def _due_review(obj: Any) -> DueReview:
    """The worker answers no addresses of the admin, so it cannot ask for this one by name."""
    meta = obj._meta
    address = f"{settings.STAFF_URL}/admin/{meta.app_label}/{meta.model_name}/{obj.pk}/change/"
    return DueReview(str(obj), str(meta.verbose_name), obj.review_by, address)


def send_reminders() -> int:
    """Write to everybody with something due, once a week however many workers there are. Returns how many letters.

    A worker that dies, and a mail server that does not answer, leave a lease that runs out; those who have had their
    letter this week are remembered until all have.
    """
    now = timezone.now()
    turn, _ = Heartbeat.objects.get_or_create(name=HEARTBEAT, defaults={"at": next_monday(now)})
    if turn.at > now or not (lease := _advance(turn.at, now + LEASE)):
        return 0
    week, sent, errors = next_monday(now), 0, []
    for owner, (to, objects) in due_reviews().items():
        if _has_been_told(owner, week):
            continue
        if not (lease := _advance(lease, timezone.now() + LEASE)):
            return sent  # it took so long that another worker has taken over
        error = _send(compose(to, objects, owner, week))
        if error is None or _is_permanent(error):
            Heartbeat.objects.update_or_create(name=f"{HEARTBEAT} {owner}", defaults={"at": week})
            sent += error is None and bool(to)
            continue
        errors.append(error)
        if not isinstance(error, MESSAGE_ERRORS):
            break  # the mail server does not answer anyone
    if not errors and _advance(lease, week):
        Heartbeat.objects.filter(name__startswith=f"{HEARTBEAT} ").delete()
    elif errors:
        _advance(lease, timezone.now() + RETRY_AFTER)
    return sent


def next_monday(now: datetime) -> datetime:
    """The next moment for letters after `now`."""
    today = timezone.localtime(now).date()
    first = today - timedelta(days=today.weekday())
    moments = (timezone.make_aware(datetime.combine(first + timedelta(days=ahead), HOUR)) for ahead in (0, 7))
    return next(moment for moment in moments if moment > now)


def _advance(was: datetime, to: datetime) -> datetime | None:
    """`to`, if nobody else has moved the turn from `was`: one conditional UPDATE decides."""
    return to if Heartbeat.objects.filter(name=HEARTBEAT, at=was).update(at=to) else None


def _has_been_told(owner: int, week: datetime) -> bool:
    return Heartbeat.objects.filter(name=f"{HEARTBEAT} {owner}", at=week).exists()


def compose(to: list[str], objects: list[DueReview], owner: int, week: datetime) -> EmailMessage:
    """The letter itself, in Danish: it goes to the municipality's own mailboxes. Sent twice, it has one name."""
    name = uuid.uuid5(uuid.NAMESPACE_URL, f"{settings.SITE_URL}/{HEARTBEAT}/{owner}/{week.isoformat()}")
    host = settings.SITE_URL.partition("://")[2].partition(":")[0]
    whose = (
        "Ingen passer på de her tekster, eller også har den, der gør, ingen mail."
        if owner == NOBODY
        else "Du passer på de her tekster."
    )
    text = [
        f"Hej\n\n{whose} De skal læses igennem senest den dag, der står ved dem.",
        *(_listed(one) for one in objects),
        "Passer teksten stadig? Ellers ret den, og udgiv den. Vælg så en ny dag under „Hvem passer på“ øverst dér.",
        "Venlig hilsen\nOdense Kommune\n",
    ]
    return EmailMessage(
        "Tekster, der skal læses igennem", "\n\n".join(text), to=to,
        headers={"Auto-Submitted": "auto-generated", "Message-ID": f"<{name}@{host}>"},
    )  # fmt: skip


def _listed(one: DueReview) -> str:
    with translation.override(SOURCE):
        when = f"Senest {format_day(one.by)}{' (den dag er gået)' if one.by < timezone.localdate() else ''}"
    return f"{one.kind.capitalize()}: {one.title}\n{when}\n{one.address}"


def _send(message: EmailMessage) -> Exception | None:
    """What went wrong, and None when the mail server took it."""
    if not message.to:
        logger.warning("Texts are due to be looked through, and there is nobody to tell: ALARM_TO is empty.")
        return None
    try:
        message.send()
    except Exception as error:  # noqa: BLE001 - one address that cannot be written to must not hold up the others
        end = "It is given up until next week." if _is_permanent(error) else "It is tried again."
        logger.warning("A letter about texts to look through did not leave: %s. %s", error_name(error), end)
        return error
    return None


def _is_permanent(error: Exception) -> bool:
    """Whether there is nothing to wait for: refused for good, or it cannot be written at all."""
    return is_permanent(error) or not isinstance(error, OSError)
