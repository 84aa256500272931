"""Two people see what is published: one asks, another who may publish approves or sends it back, with remarks.

It never stops anybody who may publish (docs/decisions/0030): what a person publishes alone is marked instead, until
another has seen it. Each step locks the object's row first, as publishing does, so of two at once one comes first.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from nejtilbander.publishing.models import ContentModel, Version
from nejtilbander.publishing.undo import last_publication
from nejtilbander.publishing.versions import ensure_first_version, kind_of, lock, newest_version, versions_of
from nejtilbander.reviews import letters
from nejtilbander.reviews.models import LOOKED_AT, Remark, Review

State = Review.State
SavedVersion = tuple[int, int | None, datetime | None]  # number, who saved it, when it was published


class ReviewRefused(Exception):
    """A step that does not count. Nothing was changed."""


class NotNewest(ReviewRefused):
    """The version that was looked at is no longer the one it is about."""


class NothingWaiting(ReviewRefused):
    """Nobody waits for this answer: somebody else has given one."""


class MayNotReview(PermissionDenied):
    """One of the version's writers, or somebody who may not publish it."""


class Question(NamedTuple):
    """What comes with a request. `colleague`: None for all who can approve. `language`: a translator's; "" for all."""

    remark: str = ""
    colleague: User | None = None
    language: str = ""


class Step(NamedTuple):
    """Who does something to which version of which object, and when."""

    by: User
    row: ContentModel
    number: int
    at: datetime


class Publication(NamedTuple):
    """What a publication was to the reviews: an approval, or one that no other person has seen."""

    is_approval: bool
    is_unseen: bool


def writers(obj: ContentModel, number: int) -> set[int]:
    """The ids of those who have saved `obj` since what was published before version `number`, up to that version."""
    saved = versions_of(obj).filter(number__lte=number)
    return writers_among(saved.values_list("number", "saved_by_id", "published_at"))


def writers_among(saved: Iterable[SavedVersion]) -> set[int]:
    """The same, for the newest of these versions of one object, which are sorted newest first."""
    found: set[int] = set()
    for at, (_, by, published_at) in enumerate(saved):
        if at and published_at:
            break
        if by is not None:
            found.add(by)
    return found


def may_publish(user: User, obj: ContentModel) -> bool:
    return user.is_active and user.is_staff and user.has_perm(type(obj).publish_permission())


def may_approve(user: User, obj: ContentModel, number: int) -> bool:
    """True for those who may publish it and have not written on it."""
    return may_publish(user, obj) and user.pk not in writers(obj, number)


def may_mark_seen(user: User, review: Review) -> bool:
    """`review`: an unseen publication. True for everybody who may change the object, but the one who published it."""
    app, _, model = review.kind.partition(".")
    return user.pk != review.asked_by_id and user.has_perm(f"{app}.change_{model}")


def colleagues(obj: ContentModel, number: int, by: User) -> QuerySet[User]:
    """Those whom `by` can ask for a look at version `number`."""
    allowed = User.objects.with_perm(type(obj).publish_permission()).filter(is_staff=True)
    return allowed.exclude(pk__in=writers(obj, number) | {by.pk}).order_by("username")


def unseen_publication(obj: ContentModel) -> Review | None:
    """The mark on what readers see of `obj` now, when no other person than its writer has seen it."""
    if obj.is_withdrawn or obj.public_from is None:
        return None
    return Review.objects.of(obj).unseen().select_related("asked_by").filter(number=obj.public_version or 0).first()


def ask(by: User, obj: ContentModel, seen: int, question: Question | None = None) -> None:
    """Asks a colleague, or all who can approve it, for a look. `seen`: the number of the version that was shown.

    Asked again, the same request is about the newest version. Raises NotNewest.
    """
    remark, colleague, language = question or Question()
    with transaction.atomic():
        step = _begin(by, obj, seen)
        row, number = step.row, step.number
        Review.objects.of(row).open().update_or_create(
            kind=kind_of(row), object_id=row.pk, asked_by=by,
            defaults={
                "number": number, "state": State.WAITING, "asked_at": step.at, "colleague": colleague,
                "language": language, "decided_by": None, "decided_at": None,
            },
        )  # fmt: skip
        _add_remark(step, remark, State.WAITING)
        letters.queue([colleague] if colleague else colleagues(row, number, by), row, step.at, is_asked=True)


def approve(by: User, obj: ContentModel, seen: int) -> None:
    """Answers all who wait for a look at `obj`. Raises NotNewest, NothingWaiting or MayNotReview."""
    _answer(by, obj, seen, State.APPROVED)


def send_back(by: User, obj: ContentModel, seen: int, remark: str) -> None:
    """Raises as `approve`."""
    _answer(by, obj, seen, State.RETURNED, remark)


def _answer(by: User, obj: ContentModel, seen: int, state: Review.State, remark: str = "") -> None:
    with transaction.atomic():
        step = _begin(by, obj, seen)
        if not may_approve(by, step.row, step.number):
            raise MayNotReview
        reviews = Review.objects.of(step.row)
        if not reviews.waiting().exists():
            raise NothingWaiting
        _add_remark(step, remark, state)
        if state == State.APPROVED:
            reviews.unseen().update(state=State.SEEN, decided_by=by, decided_at=step.at)
        _decide(step, reviews.open() if state == State.APPROVED else reviews.waiting(), state)


def mark_seen(by: User, obj: ContentModel, seen: int) -> None:
    """Another person has seen the published version `seen`. Raises NotNewest, NothingWaiting or MayNotReview."""
    with transaction.atomic():
        review = unseen_publication(lock(obj))
        if review is None:
            raise NothingWaiting
        if not may_mark_seen(by, review):
            raise MayNotReview
        if review.number != seen:
            raise NotNewest
        review.state, review.decided_by, review.decided_at = State.SEEN, by, timezone.now()
        review.save()


def add_remark(by: User, obj: ContentModel, seen: int, text: str) -> None:
    """Adds a remark to the version `seen`, whether it is the newest or not. Raises NotNewest when there is none."""
    with transaction.atomic():
        is_saved = versions_of(obj).filter(number=seen).exists()
        _add_remark(Step(by, obj, seen, timezone.now()) if is_saved else _begin(by, obj, seen), text)


def record_publication(by: User, obj: ContentModel, version: Version) -> Publication:
    """`by` has published `version`, or planned it. Call it in the transaction that does.

    What waits for a look is answered: approved, unless `by` has written on it. What only its writer has seen is marked.
    """
    with transaction.atomic():
        step = Step(by, lock(obj), version.number, timezone.now())
        reviews, wrote = Review.objects.of(step.row), writers(step.row, version.number)
        is_approval = by.pk not in wrote and reviews.waiting().exists()
        _decide(step, reviews.open(), State.APPROVED if is_approval else State.PUBLISHED)
        is_looked_at = reviews.filter(number=version.number, state__in=LOOKED_AT).exists()
        reviews.unseen().exclude(number__in=_public_again(step.row)).delete()
        if is_unseen := wrote == {by.pk} and not is_looked_at:
            reviews.unseen().update_or_create(
                kind=kind_of(step.row), object_id=step.row.pk, number=version.number,
                defaults={"state": State.UNSEEN, "asked_by": by, "asked_at": step.at},
            )  # fmt: skip
    return Publication(is_approval, is_unseen)


def _public_again(row: ContentModel) -> set[int]:
    """The versions that readers see, or get back when the last publication is undone. A mark on them stays."""
    publication = last_publication(row)
    before: int | None = publication.columns.get("public_version") if publication else None
    return {row.public_version or 0, before or 0}


def on_deleted(sender: type[ContentModel], instance: ContentModel, **kwargs: object) -> None:
    """Receiver of post_delete: nobody waits for a look at what is deleted. Answers and remarks stay with the versions.

    An object that is restored is a new draft: whoever wants a look asks for one.
    """
    reviews = Review.objects.of(instance)
    (reviews.open() | reviews.unseen()).delete()


def _begin(by: User, obj: ContentModel, seen: int) -> Step:
    """Locks the row. `seen` is the number of its newest version, 0 when none was ever saved. Raises NotNewest."""
    row = lock(obj)
    newest = newest_version(row)
    if seen != (newest.number if newest else 0):
        raise NotNewest
    ensure_first_version(row)
    return Step(by, row, seen or 1, timezone.now())


def _decide(step: Step, reviews: QuerySet[Review], state: Review.State) -> None:
    """Ends the requests, and tells those who asked, but whoever takes the step."""
    askers = list(User.objects.filter(pk__in=reviews.values("asked_by")).exclude(pk=step.by.pk))
    reviews.update(state=state, number=step.number, decided_by=step.by, decided_at=step.at)
    letters.queue(askers, step.row, step.at, is_asked=False)


def _add_remark(step: Step, text: str, state: Review.State | None = None) -> None:
    """Nothing, without a text. `state`: what the step leads to."""
    if text:
        Remark.objects.create(
            kind=kind_of(step.row), object_id=step.row.pk, number=step.number, by=step.by, at=step.at, text=text,
            step=state or "",
        )  # fmt: skip
