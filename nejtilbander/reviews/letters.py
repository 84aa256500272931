"""Letters about reviews: to those who are asked for a look, and back to whoever asked.

A person gets at most one an hour about one object: what happens meanwhile is told in the next. A letter holds a title,
remarks and a link, never the content.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.apps import apps
from django.conf import settings
from django.contrib.auth.models import User
from django.core.mail import EmailMessage
from django.db.models import F, QuerySet
from django.utils import timezone

from nejtilbander.background.outbox import deliver
from nejtilbander.publishing.models import ContentModel, Version
from nejtilbander.publishing.versions import kind_of
from nejtilbander.reviews.models import Remark, Review, ReviewLetter, name_of

PAUSE = timedelta(hours=1)  # between two letters to one person about one object
State = Review.State
ANSWERS = {
    State.RETURNED: "{who} har sendt den tilbage til dig: version {number}.",
    State.APPROVED: "{who} har godkendt den: version {number}.",
    State.PUBLISHED: "{who} har udgivet den, med det, du bad om et blik på: version {number}.",
}


def queue(users: Iterable[User], obj: ContentModel, at: datetime, *, is_asked: bool) -> None:
    """Queues a letter to each about what happened to `obj` at `at`; a letter that still waits takes the news along.

    Called with the object locked: one at a time. The UPDATE locks the letter that waits, so that the worker, which
    claims it with another, either comes first or reads what this transaction has written.
    """
    for user in users:
        letters = ReviewLetter.objects.filter(user=user, kind=kind_of(obj), object_id=obj.pk)
        is_still_here = letters.waiting().filter(lease="")
        if is_still_here.update(is_asked=True if is_asked else F("is_asked")):
            continue
        last = letters.order_by("-leaves_at").values_list("leaves_at", flat=True).first()
        leaves_at = max(at, last + PAUSE) if last else at
        ReviewLetter.objects.create(
            user=user, kind=kind_of(obj), object_id=obj.pk, since=at, due_at=leaves_at, leaves_at=leaves_at,
            is_asked=is_asked,
        )  # fmt: skip


def send() -> int:
    """A mail queue of the worker. Returns how many were claimed."""
    letters = ReviewLetter.objects.select_related("user")
    return deliver(letters.defer("user__password"), write)  # which the worker may not read


def write(letter: ReviewLetter) -> EmailMessage | None:
    """None for a login that is closed, and when there is no news any more."""
    news = [*_requests(letter), *_answers(letter)]
    if not letter.user.is_active or not letter.user.email or not news or (title := _title(letter)) is None:
        return None
    # Not reversed by URL name: the worker process has no admin.
    link = f"{settings.STAFF_URL}/admin/{letter.kind.replace('.', '/')}/{letter.object_id}/gennemsyn/"
    told = [f"Det handler om „{title}“.", *news, *_remarks(letter), f"Se den her: {link}"]
    return EmailMessage(
        f"Gennemsyn: {title}", "\n\n".join(["Hej", *told, "Venlig hilsen\nOdense Kommune\n"]), to=[letter.user.email],
        headers={"Auto-Submitted": "auto-generated"},
    )  # fmt: skip


def _title(letter: ReviewLetter) -> str | None:
    """The title of the object's newest version, on one line; None when the object is deleted."""
    if not apps.get_model(letter.kind)._default_manager.filter(pk=letter.object_id).exists():
        return None
    newest = Version.objects.filter(kind=letter.kind, object_id=letter.object_id).only("title").first()
    return " ".join((newest.title if newest else "").split())


def _requests(letter: ReviewLetter) -> list[str]:
    """What others have asked the person for."""
    if not letter.is_asked:
        return []
    waiting = _reviews(letter).filter(state=State.WAITING, asked_at__gte=letter.since).exclude(asked_by=letter.user)
    return [f"{name_of(one.asked_by)} beder dig se på version {one.number}, før den bliver udgivet." for one in waiting]


def _answers(letter: ReviewLetter) -> list[str]:
    """What the person asked for, and has got an answer to."""
    decided = _reviews(letter).filter(asked_by=letter.user, decided_at__gte=letter.since, state__in=ANSWERS)
    return [ANSWERS[State(one.state)].format(who=name_of(one.decided_by), number=one.number) for one in decided]


def _reviews(letter: ReviewLetter) -> QuerySet[Review]:
    found = Review.objects.filter(kind=letter.kind, object_id=letter.object_id).order_by("pk")
    return found.select_related("asked_by", "decided_by").defer("asked_by__password", "decided_by__password")


def _remarks(letter: ReviewLetter) -> list[str]:
    """What others have written meanwhile, the oldest first."""
    written = Remark.objects.filter(kind=letter.kind, object_id=letter.object_id, at__gte=letter.since)
    others = written.exclude(by=letter.user).select_related("by").defer("by__password").order_by("pk")
    return [f"{remark.author} skriver: {remark.text}" for remark in others]


def delete_sent() -> None:
    """A task of the worker: deletes the letters that were sent, when no other has to wait for their hour."""
    sent = ReviewLetter.objects.filter(state=ReviewLetter.State.SENT)
    sent.filter(leaves_at__lt=timezone.now() - PAUSE).delete()


def late_work() -> list[str]:
    """What the worker is late with, one sentence."""
    return ["letters: some about reviews were given up"] if ReviewLetter.objects.failed().exists() else []
