"""What a publication does beside changing a text, in sentences that staff read before they publish or undo it.

An app whose objects do more when they are published says so here: it appends a function to `sources`.
"""

import copy
from collections.abc import Callable, Collection
from dataclasses import dataclass, field

from django.contrib.auth.models import User

from nejtilbander.i18n.languages import CODES, DANISH_NAMES, SOURCE, TranslationState
from nejtilbander.i18n.models import Translated
from nejtilbander.publishing import redirects, serialization
from nejtilbander.publishing.letter_samples import LetterSample
from nejtilbander.publishing.models import ContentModel, Publication
from nejtilbander.publishing.serialization import Content

CURRENT = {TranslationState.UNREAD, TranslationState.REVIEWED}


@dataclass(frozen=True)
class Change:
    """A change of what readers see, from `before` to `after`, that `user` is about to make.

    `content` is that of `after`, with its parts. `undone` is the publication that the change takes back, if it does.
    """

    before: ContentModel
    after: ContentModel
    content: Content
    user: User
    undone: Publication | None = None


@dataclass(frozen=True)
class Repair:
    """Another content of the working copy, offered as one button. `key` names it in the form."""

    key: str
    label: str
    content: Content


@dataclass(frozen=True)
class Consequence:
    """`is_final`: it cannot be taken back, so nobody undoes a publication without having read it."""

    sentence: str
    letters: list[LetterSample] = field(default_factory=list)
    repair: Repair | None = None
    is_final: bool = False


sources: list[Callable[[Change], list[Consequence]]] = []


def consequences(change: Change) -> list[Consequence]:
    """What the change does, in the order staff should know it: letters first, they cannot be called back."""
    found = [consequence for source in sources for consequence in source(change)]
    return [*found, *_moved_address(change), *_outdated_translations(change)]


def listed(words: Collection[str]) -> str:
    """ "a, b og c"."""
    *first, last = words
    return f"{', '.join(first)} og {last}" if first else last


def _moved_address(change: Change) -> list[Consequence]:
    before, after = change.before, change.after
    if change.undone:
        return _redirects_undone(change.undone)
    if not hasattr(before, "get_absolute_url") or not hasattr(after, "get_absolute_url"):
        return []
    old, new = before.get_absolute_url(), after.get_absolute_url()
    found = []
    if before.has_been_public and old != new:
        found.append(f"Den gamle adresse {old} leder videre til {new} på alle sprog.")
    if (old != new or not before.has_been_public) and (target := redirects.redirect_target(new)):
        found.append(f"{new} leder i dag videre til {target}. Det holder op: Læserne får denne tekst.")
    return [Consequence(sentence) for sentence in found]


def _redirects_undone(publication: Publication) -> list[Consequence]:
    return [
        Consequence(f"{path} leder igen videre til {was}." if was else f"{path} leder ikke videre til {now} mere.")
        for path, (was, now) in publication.redirects.items()
    ]


def _outdated_translations(change: Change) -> list[Consequence]:
    """The translations that were up to date and no longer are, with the button that says they still hold."""
    content, outdated = copy.deepcopy(change.content), set()
    public = {(type(row), row.pk): row for row in (change.before, *change.before.parts())}
    rows: list[tuple[Translated, serialization.Columns]] = [(change.after, content["fields"])]
    for part in serialization.parts_of(type(change.after)):
        for entry in serialization.part_entries(content, part.name):
            row = part.model()
            row.pk = entry["id"]
            serialization.set_fields(row, entry)
            rows.append((row, entry))  # type: ignore[arg-type]
    for row, columns in rows:
        before = public.get((type(row), row.pk))
        codes = _newly_outdated(before, row) if before else []
        outdated.update(codes)
        for code in codes:
            columns["translations"][code]["source"] = row.source_hash()  # type: ignore[index]
    if not outdated or change.undone:
        return []
    names = [DANISH_NAMES[code] for code in CODES if code in outdated]
    one = len(names) == 1
    sentence = (
        f"{len(names)} {'oversættelse bliver' if one else 'oversættelser bliver'} ældre end den danske tekst og skal "
        f"opdateres: {listed(names)}."
    )
    repair = Repair("translations", "Det er en lille rettelse: Oversættelserne passer stadig", content)
    return [Consequence(sentence, repair=repair)]


def _newly_outdated(before: Translated, after: Translated) -> list[str]:
    return [
        code for code in CODES
        if code != SOURCE
        and before.language_state(code) in CURRENT
        and after.language_state(code) == TranslationState.OUTDATED
    ]  # fmt: skip
