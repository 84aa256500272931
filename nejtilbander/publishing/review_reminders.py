"""A weekly e-mail to each owner of content whose review date is near or past.

It has no row in the outbox: those belong to a meeting, and this one is composed from what is true when it is sent.
A failed attempt is repeated; a Heartbeat row says when.
"""

import logging
import uuid
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.conf import settings
from django.core.mail import EmailMessage
from django.utils import timezone, translation

from nejtilbander.audit import chain
from nejtilbander.background.models import Heartbeat
from nejtilbander.background.outbox import LEASE, MESSAGE_ERRORS, error_name, format_message_id, is_permanent
from nejtilbander.i18n.dates import format_day
from nejtilbander.i18n.languages import SOURCE
from nejtilbander.publishing.models import ContentModel, content_models

AHEAD = timedelta(days=7)
HOUR = time(7)  # on Mondays, local time
RETRY_AFTER = timedelta(minutes=30)  # so long that a silent mail server does not hold up other letters
HEARTBEAT = "reviews"  # when the reminders are next due, which is also when a worker's lease runs out
NOBODY = 0  # in place of an owner's id

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class DueReview:
    """An object to review by a date, with its address in the admin."""

    title: str
    kind: str
    by: date
    address: str


def due_reviews() -> dict[int, tuple[list[str], list[DueReview]]]:
    """The reviews that are overdue or due within a week: (addresses to write to, reviews) by the owner's id.

    Those of an object without an owner, or whose owner cannot be written to, go to ALARM_TO under NOBODY. ALARM_TO is
    written to without any too: each week somebody must be given the last hash of the audit trail.
    """
    due = [
        (obj.review_by, obj)
        for model in content_models()
        for obj in model._default_manager.filter(review_by__lte=timezone.localdate() + AHEAD)
        .select_related("owner")
        .defer("owner__password")  # the worker may not read it
        if obj.review_by
    ]
    groups: dict[int, tuple[list[str], list[DueReview]]] = {}
    for by, obj in sorted(due, key=lambda pair: pair[0]):
        owner = obj.owner if obj.owner and obj.owner.is_active and obj.owner.email else None
        to = [owner.email] if owner else list(settings.ALARM_TO)
        review = DueReview(str(obj), str(obj._meta.verbose_name), by, _admin_url(obj))
        groups.setdefault(owner.pk if owner else NOBODY, (to, []))[1].append(review)
    if settings.ALARM_TO and chain.last_line():
        groups.setdefault(NOBODY, (list(settings.ALARM_TO), []))
    return groups


def _admin_url(obj: ContentModel) -> str:
    """Not reversed by URL name: the worker process has no admin."""
    meta = obj._meta
    return f"{settings.STAFF_URL}/admin/{meta.app_label}/{meta.model_name}/{obj.pk}/change/"


def send_reminders() -> int:
    """Sends this week's reminders, once however many workers there are. Returns how many were sent.

    A worker that dies, and a mail server that does not answer, leave a lease that runs out; owners who have had their
    reminder this week are recorded until all have.
    """
    now = timezone.now()
    turn, _ = Heartbeat.objects.get_or_create(name=HEARTBEAT, defaults={"at": next_monday(now)})
    if turn.at > now or not (lease := _advance(turn.at, now + LEASE)):
        return 0
    week, sent, errors = next_monday(now), 0, []
    for owner, (to, reviews) in due_reviews().items():
        if Heartbeat.objects.filter(name=f"{HEARTBEAT} {owner}", at=week).exists():
            continue
        if not (lease := _advance(lease, timezone.now() + LEASE)):
            return sent  # it took so long that another worker has taken over
        error = _send(compose(to, reviews, owner, week))
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
    """The first Monday at HOUR after `now`, local time."""
    today = timezone.localtime(now).date()
    first = today - timedelta(days=today.weekday())
    moments = (timezone.make_aware(datetime.combine(first + timedelta(days=ahead), HOUR)) for ahead in (0, 7))
    return next(moment for moment in moments if moment > now)


def _advance(previous: datetime, to: datetime) -> datetime | None:
    """Moves the lease; returns `to`, or None when another worker has moved it. One conditional UPDATE decides."""
    return to if Heartbeat.objects.filter(name=HEARTBEAT, at=previous).update(at=to) else None


def compose(to: list[str], reviews: list[DueReview], owner: int, week: datetime) -> EmailMessage:
    """The reminder, in Danish, for the municipality's own mailboxes. Sent twice, it has the same Message-ID."""
    name = uuid.uuid5(uuid.NAMESPACE_URL, f"{settings.SITE_URL}/{HEARTBEAT}/{owner}/{week.isoformat()}")
    text = ["Hej", *(_words(reviews, owner) if reviews else []), *_audit_hash(), "Venlig hilsen\nOdense Kommune\n"]
    return EmailMessage(
        "Tekster, der skal læses igennem" if reviews else "Ugens linje fra revisionsloggen", "\n\n".join(text), to=to,
        headers={"Auto-Submitted": "auto-generated", "Message-ID": format_message_id(name)},
    )  # fmt: skip


def _words(reviews: list[DueReview], owner: int) -> list[str]:
    whose = (
        "Ingen passer på de her tekster, eller også har den, der gør, ingen mail."
        if owner == NOBODY
        else "Du passer på de her tekster."
    )
    return [
        f"{whose} De skal læses igennem senest den dag, der står ved dem.",
        *(_paragraph(review) for review in reviews),
        "Passer teksten stadig? Ellers ret den, og udgiv den. Dagen vælger du under „Ansvarlig og gennemgang“ dér.",
    ]


def _audit_hash() -> list[str]:
    """One line: the last of the audit trail. Whoever kept the letter can tell that lines were taken out later."""
    if not (last := chain.last_line()):
        return []
    return [f"Til driften, gem mailen: Revisionsloggens sidste linje er nr. {last.number}, {last.hash}"]


def _paragraph(review: DueReview) -> str:
    with translation.override(SOURCE):
        when = f"Senest {format_day(review.by)}{' (den dag er gået)' if review.by < timezone.localdate() else ''}"
    return f"{review.kind.capitalize()}: {review.title}\n{when}\n{review.address}"


def _send(message: EmailMessage) -> Exception | None:
    """Returns the error, None when the mail server accepted the message or there is nobody to send it to."""
    if not message.to:
        logger.warning("Texts are due to be looked through, and there is nobody to tell: ALARM_TO is empty.")
        return None
    try:
        message.send()
    except Exception as error:  # noqa: BLE001 - one bad address must not hold up the others
        end = "It is given up until next week." if _is_permanent(error) else "It is tried again."
        logger.warning("A letter about texts to look through did not leave: %s. %s", error_name(error), end)
        return error
    return None


def _is_permanent(error: Exception) -> bool:
    """True when a new attempt would fail too: refused permanently, or the message cannot be composed."""
    return is_permanent(error) or not isinstance(error, OSError)
