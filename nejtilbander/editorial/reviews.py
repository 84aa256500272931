"""What staff see of reviews outside their own page: marks, remarks, the toolbar's action, the front page's lists."""

from typing import NamedTuple

from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.http import HttpRequest

from nejtilbander.editorial.forms.translation import requested_language
from nejtilbander.editorial.my_page import Row, Section
from nejtilbander.editorial.toolbar import Place, ToolbarAction
from nejtilbander.i18n.languages import DANISH_NAMES, SOURCE
from nejtilbander.publishing.models import ContentModel, Version
from nejtilbander.reviews import queues, rules
from nejtilbander.reviews.models import Remark, Review, name_of

MAX_REMARKS = 5  # beside the form; the page about reviews has all
State = Review.State


class Mark(NamedTuple):
    """Where a version stands, in a word and a sentence. `tone`: "wait", "good" or "bad"."""

    word: str
    sentence: str
    tone: str


class ReviewNote(NamedTuple):
    """What the form and the page with "Udgiv" say about reviews of an object.

    `can_answer`: somebody waits for a look, and the user may give it.
    """

    marks: list[Mark]
    remarks: list[Remark]
    url: str
    can_answer: bool


def note(user: User, obj: ContentModel, newest: Version | None, url: str) -> ReviewNote:
    """`obj` is the row as readers see it, `newest` its newest version, `url` the page about its reviews."""
    number = newest.number if newest else 0
    reviews = list(Review.objects.of(obj).select_related("asked_by", "colleague", "decided_by"))
    marks = [mark for review in reviews if (mark := _mark(review, obj, number))]
    is_waiting = any(review.state == State.WAITING for review in reviews)
    can_answer = is_waiting and rules.may_approve(user, obj, number)
    return ReviewNote(marks, list(remarks_on(obj)[:MAX_REMARKS]), url, can_answer)


def _mark(review: Review, obj: ContentModel, newest: int) -> Mark | None:
    """None for what is over."""
    if review.state == State.WAITING:
        whom = name_of(review.colleague) if review.colleague else "en, der må udgive,"
        only = f" ({_language_name(review)})" if review.language else ""
        changed = f" Ændret siden: Version {newest} er den nyeste." if review.number < newest else ""
        sentence = f"{name_of(review.asked_by)} har bedt {whom} se på version {review.number}{only}."
        return Mark("Venter på gennemsyn", sentence + changed, "wait")
    if review.state == State.RETURNED:
        changed = " Der er rettet i den siden." if review.number < newest else ""
        who, whom = name_of(review.decided_by), name_of(review.asked_by)
        return Mark("Sendt tilbage", f"{who} har sendt version {review.number} tilbage til {whom}.{changed}", "bad")
    return _ended_mark(review, obj, newest)


def _ended_mark(review: Review, obj: ContentModel, newest: int) -> Mark | None:
    asker, decider, number = name_of(review.asked_by), name_of(review.decided_by), review.number
    match review.state:
        case State.APPROVED if number == newest:
            return Mark("Godkendt", f"{decider} har godkendt version {number}.", "good")
        case State.APPROVED if number > (obj.public_version or 0):
            sentence = f"{decider} godkendte version {number}. Version {newest} er nyere og skal ses igen."
            return Mark("Ændret siden gennemsyn", sentence, "wait")
        case State.UNSEEN if number == obj.public_version and not obj.is_withdrawn:
            return Mark("Ikke set af en anden", f"{asker} har skrevet og udgivet version {number} alene.", "bad")
        case State.SEEN if number == obj.public_version:
            return Mark("Set af en anden", f"{decider} har set version {number}, som {asker} udgav.", "good")
    return None


def remarks_on(obj: ContentModel) -> QuerySet[Remark]:
    """All remarks on all versions, the newest first."""
    return Remark.objects.filter(kind=obj._meta.label_lower, object_id=obj.pk).select_related("by")


def marks_by_version(obj: ContentModel) -> dict[int, list[str]]:
    """For the history: what reviews and remarks there are of each version, by its number, the oldest first."""
    marks: dict[int, list[str]] = {}
    for review in Review.objects.of(obj).select_related("asked_by", "decided_by").order_by("pk"):
        by = review.decided_by if review.decided_at else review.asked_by
        marks.setdefault(review.number, []).append(f"{review.get_state_display().capitalize()}: {name_of(by)}")
    for remark in remarks_on(obj).order_by("pk"):
        marks.setdefault(remark.number, []).append(f"{remark.author}: {remark.text}")
    return marks


def toolbar_actions(request: HttpRequest, obj: ContentModel, url: str, *, may_publish: bool) -> list[ToolbarAction]:
    """The way to the page about reviews. For those who may not publish, the daily work ends with asking for one."""
    language = requested_language(request)
    url = url if language == SOURCE else f"{url}?sprog={language}"
    if Review.objects.of(obj).waiting().exists():
        return [ToolbarAction("Gennemsyn", url, Place.BAR if may_publish else Place.MORE, then="review")]
    place = Place.MORE if may_publish else Place.BAR
    return [ToolbarAction("Send til gennemsyn", f"{url}#ask", place, is_primary=not may_publish, then="review")]


# The sections of Min side (my_page.py).


def waiting_for_me(request: HttpRequest) -> Section | None:
    return _queue("Venter på mit gennemsyn", queues.waiting_for(_user(request)), "fra {asker}, version {number}")


def returned_to_me(request: HttpRequest) -> Section | None:
    return _queue("Sendt tilbage til mig", queues.returned_to(_user(request)), "af {decider}, version {number}")


def with_others(request: HttpRequest) -> Section | None:
    return _queue("Hos en anden", queues.asked_by(_user(request)), "hos {colleague}, version {number}")


def unseen_by_others(request: HttpRequest) -> Section | None:
    unseen = queues.unseen_by_others(_user(request))
    return _queue("Ikke set af en anden", unseen, "udgivet af {asker} alene", is_draft=False)


sections = [waiting_for_me, returned_to_me, with_others, unseen_by_others]


def _queue(title: str, reviews: list[Review], words: str, *, is_draft: bool = True) -> Section | None:
    rows = [
        Row(str(getattr(review, "newest_title", "")), _url(review), _words(review, words, is_draft))
        for review in reviews
    ]
    return Section(title, rows) if rows else None


def _words(review: Review, words: str, is_draft: bool) -> str:
    """`is_draft`: it is about the working copy, so a newer version is worth a word."""
    said = words.format(
        asker=name_of(review.asked_by), decider=name_of(review.decided_by), number=review.number,
        colleague=name_of(review.colleague) if review.colleague else "dem, der må udgive",
    )  # fmt: skip
    only = [_language_name(review)] if review.language else []
    changed = ["ændret siden"] if is_draft and getattr(review, "newest", review.number) > review.number else []
    return ", ".join([said, *only, *changed])


def _url(review: Review) -> str:
    model_admin = admin.site.get_model_admin(apps.get_model(review.kind))
    url: str = model_admin.url_for("review", review.object_id)  # type: ignore[attr-defined]
    return f"{url}?sprog={review.language}" if review.language else url


def _language_name(review: Review) -> str:
    return DANISH_NAMES[review.language]


def _user(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # noqa: S101 - the admin lets nobody else come as far
    return request.user
