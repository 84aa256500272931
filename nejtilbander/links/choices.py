"""The pages of this site that a link can be chosen from, found by words, and the one that a wrong path may have meant.

What staff publish is here by itself. The site registers what is no content (`sources`): this module knows no app.
"""

from collections.abc import Callable, Iterable, Sequence
from difflib import SequenceMatcher
from typing import NamedTuple

from django.utils import translation

from nejtilbander.i18n.languages import SOURCE
from nejtilbander.publishing import search_index
from nejtilbander.publishing.models import ContentModel, content_models
from nejtilbander.text.normalization import fold, index_text, query_words

MAX_CHOICES = 8
ALIKE = 0.7  # of 1: how alike two paths, or a title and what was typed, must be for one to stand for the other
Key = tuple[str, int]  # the label of a model and a primary key


class Choice(NamedTuple):
    """A page. `path` is Danish, without a language; `kind` is what staff call such a page."""

    path: str
    title: str
    kind: str = "side"
    key: Key | None = None


sources: list[Callable[[], Iterable[Choice]]] = []  # each gives pages that are no content, in the active language


def all_choices(language: str) -> list[Choice]:
    """Every page that is public now, once, with its title in `language`. A query for each content model."""
    with translation.override(language):
        own = [_choice(obj) for model in linkable_models() for obj in model._default_manager.public().listed()]  # type: ignore[attr-defined]
        others = [choice for source in sources for choice in source()]
    return list({choice.path: choice for choice in reversed([*own, *others])}.values())[::-1]


def linkable_models() -> list[type[ContentModel]]:
    """Those whose objects have an address of their own."""
    return [model for model in content_models() if hasattr(model, "get_absolute_url")]


def _choice(obj: ContentModel) -> Choice:
    with translation.override(SOURCE):
        path = obj.get_absolute_url()  # type: ignore[attr-defined]  # `linkable_models`
    title = getattr(obj, obj.content_fields[0])
    return Choice(path, title, str(obj._meta.verbose_name), (obj._meta.label_lower, obj.pk))


def search(query: str, language: str) -> list[Choice]:
    """At most MAX_CHOICES pages with all the words of `query`: in the title, the path, then the text, else much alike.

    Both `language` and Danish are looked in: staff think of a page by its Danish name.
    """
    words = query_words(query)
    if not words:
        return []
    shown = all_choices(language)
    danish = {choice.path: choice.title for choice in (all_choices(SOURCE) if language != SOURCE else shown)}
    in_text = _keys_with(words, dict.fromkeys([language, SOURCE]))
    ranked = [(_rank(choice, danish.get(choice.path, ""), words, in_text), choice) for choice in shown]
    found = [choice for rank, choice in sorted(ranked, key=lambda one: one[0]) if rank < len(_RANKS)]
    return (found or _alike(fold(query), shown))[:MAX_CHOICES]


_RANKS = ("title begins with it", "title", "path", "text")


def _rank(choice: Choice, danish: str, words: Sequence[str], in_text: set[Key]) -> int:
    names = [index_text(choice.title), index_text(danish)]
    if all(f" {word}" in "".join(names) for word in words):
        return 0 if any(name.startswith(f" {words[0]}") for name in names) else 1
    if all(word in fold(choice.path) for word in words):
        return 2
    return 3 if choice.key in in_text else len(_RANKS)


def _keys_with(words: list[str], languages: Iterable[str]) -> set[Key]:
    return {
        key
        for language in languages
        for key in search_index.holding(language, "words", words).values_list("kind", "object_id")
    }


def _alike(folded: str, choices: list[Choice]) -> list[Choice]:
    ratios = [(_likeness(folded, [fold(choice.title), *fold(choice.title).split()]), choice) for choice in choices]
    return [choice for ratio, choice in sorted(ratios, key=lambda one: -one[0]) if ratio >= ALIKE]


def closest(path: str, language: str = SOURCE) -> Choice | None:
    """The page whose path is `path` but for its spelling; None when none is much alike."""
    wanted = fold(path).strip("/ ")
    paths = [(choice, fold(choice.path).strip("/")) for choice in all_choices(language)]
    ratios = [(_likeness(wanted, [path, path.rpartition("/")[2]]), choice) for choice, path in paths]
    best, choice = max(ratios, key=lambda one: one[0], default=(0.0, None))
    return choice if best >= ALIKE else None


def _likeness(wanted: str, names: list[str]) -> float:
    return max(SequenceMatcher(None, wanted, name).ratio() for name in names)


def did_you_mean(path: str) -> str:
    """A sentence that offers the closest page, with a space in front; "" without one."""
    choice = closest(path)
    return f" Mente du {choice.path} („{choice.title}“)?" if choice else ""
