"""The reviews on somebody's front page: those to answer, those sent back, those with others, and what nobody saw."""

from collections import defaultdict
from collections.abc import Iterable

from django.apps import apps
from django.contrib.auth.models import User
from django.db.models import Q

from nejtilbander.publishing.models import ContentModel, Version
from nejtilbander.reviews.models import Review
from nejtilbander.reviews.rules import SavedVersion, writers_among

Key = tuple[str, int]  # an object: kind, object_id


def waiting_for(user: User) -> list[Review]:
    """The requests of others that `user` can answer: those to all, and those to `user` by name. Annotated."""
    waiting = Review.objects.waiting().with_newest().filter(Q(colleague=None) | Q(colleague=user))
    allowed = [review for review in waiting if user.has_perm(_model(review).publish_permission())]
    saved = _saved_versions(allowed) if allowed else {}
    return [review for review in allowed if user.pk not in writers_among(saved[review.kind, review.object_id])]


def returned_to(user: User) -> list[Review]:
    """What `user` asked a look at, and has to write on. Annotated."""
    return list(Review.objects.returned().with_newest().filter(asked_by=user))


def asked_by(user: User) -> list[Review]:
    """What `user` asked a look at, and still waits for. Annotated."""
    return list(Review.objects.waiting().with_newest().filter(asked_by=user))


def unseen_by_others(user: User) -> list[Review]:
    """What is public, and seen by its writer alone, of all that `user` may change: `user`'s own too. Annotated."""
    marks = [one for one in Review.objects.unseen().with_newest() if user.has_perm(_change_permission(one))]
    public = {kind: _public_versions(kind) for kind in {one.kind for one in marks}}
    return [one for one in marks if (one.object_id, one.number) in public[one.kind]]


def unseen_versions(kind: str) -> set[tuple[int, int]]:
    """(primary key, number) of the versions of this kind that were published and that no other person has seen."""
    return set(Review.objects.unseen().filter(kind=kind).values_list("object_id", "number"))


def _public_versions(kind: str) -> set[tuple[int, int | None]]:
    """The same of those that readers see now, among the unseen."""
    unseen = Review.objects.unseen().filter(kind=kind).values("object_id")
    rows: Iterable[ContentModel] = apps.get_model(kind)._default_manager.filter(pk__in=unseen)
    return {(row.pk, row.public_version) for row in rows if row.public_from is not None and not row.is_withdrawn}


def _saved_versions(reviews: list[Review]) -> dict[Key, list[SavedVersion]]:
    """The versions of the objects of these reviews, newest first."""
    found: dict[Key, list[SavedVersion]] = defaultdict(list)
    versions = Version.objects.filter(
        kind__in={review.kind for review in reviews}, object_id__in={review.object_id for review in reviews}
    ).order_by("-number")  # fmt: skip
    columns = versions.values_list("kind", "object_id", "number", "saved_by_id", "published_at")
    for kind, pk, number, by, published_at in columns:
        found[kind, pk].append((number, by, published_at))
    return found


def _model(review: Review) -> type[ContentModel]:
    model: type[ContentModel] = apps.get_model(review.kind)
    return model


def _change_permission(review: Review) -> str:
    app, _, model = review.kind.partition(".")
    return f"{app}.change_{model}"
