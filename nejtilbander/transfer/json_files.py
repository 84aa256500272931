"""Texts out of this site and into another: whole as JSON, and for translators' tools as PO.

What comes in becomes a working copy that staff look at and publish. Nothing that readers see is changed, prose is
sanitised on its way into the rows like anything else (prose.py), and what no form would take is refused (fitting.py).
"""

import json
from collections.abc import Iterable
from typing import Any

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import DatabaseError, IntegrityError, transaction
from django.db.models import Model
from django.utils.text import Truncator

from nejtilbander.publishing import serialization, validation, versions
from nejtilbander.publishing.models import Publishable, publishable_models
from nejtilbander.transfer import picture_files

FORMAT = 1
MOST = 200_000_000  # characters of a file, pictures and all
LONGEST_SENTENCE = 300  # characters; a value that is quoted may be as long as the file
_NAMES = ("slug", "number")  # what a thing is known by on every site


class Unreadable(Exception):
    """A file that is not ours, or not whole. The sentence says why."""


def name_of(thing: Any) -> str:
    """As in "pages.initiative klubhuse": the same on every site."""
    return f"{versions.kind_of(thing)} {next(getattr(thing, name) for name in _NAMES if hasattr(thing, name))}"


def find(name: str) -> Any:
    """The thing with this name here, or a new one that is not saved. Raises Unreadable."""
    kind, _, value = name.partition(" ")
    model = next((one for one in publishable_models() if one._meta.label_lower == kind), None)
    unknown = Unreadable(f"Siden her kender ikke {Truncator(repr(name)).chars(LONGEST_SENTENCE)}.")
    if model is None or not value:
        raise unknown
    field = next(one for one in _NAMES if one in {column.name for column in model._meta.concrete_fields})
    try:
        column = model._meta.get_field(field)
        value = validation.held(column, column.to_python(value), model())
        return model._default_manager.filter(**{field: value}).first() or model(**{field: value})
    except (ValueError, ValidationError):
        raise unknown from None


def working_copy(thing: Any) -> serialization.Content:
    newest = versions.newest(thing)
    return newest.content if newest else serialization.content_of(thing)


def out(things: Iterable[Any]) -> str:
    """The working copies of `things` as JSON."""
    texts = {name_of(thing): json.loads(json.dumps(working_copy(thing))) for thing in things}
    pictures = picture_files.out(texts.values())
    whole = {"format": FORMAT, "texts": texts, "pictures": pictures}
    return json.dumps(whole, ensure_ascii=False, indent=1, sort_keys=True)


def into(text: str, by: User | None = None) -> list[Any]:
    """Make what `out` wrote the working copies here. Returns the things that got something new.

    All or nothing. Raises Unreadable with a sentence.
    """
    if len(text) > MOST:
        raise Unreadable(f"Filen er for stor. Den må højst fylde {MOST // 1_000_000} MB. Hent færre tekster ad gangen.")
    try:
        whole = json.loads(text)
        texts, pictures = dict(whole["texts"]), dict(whole.get("pictures", {}))
        if whole["format"] != FORMAT:
            raise Unreadable(f"Filen er i et andet format. Siden her læser format {FORMAT}.")
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise Unreadable("Det er ikke en fil, som siden her har skrevet.") from None
    changed = []
    with transaction.atomic():
        try:
            picture_files.into(texts.values(), pictures, by)
        except picture_files.Unknown as refused:
            raise Unreadable(str(refused)) from None
        for name, content in texts.items():
            thing = find(name)
            if _take(thing, content, by, note="Hentet fra en fil"):
                changed.append(type(thing)._default_manager.get(pk=thing.pk))
    return changed


def _take(thing: Any, content: serialization.Content, by: User | None, note: str) -> bool:
    """Make `content` the working copy of `thing`, as a draft if it is new here. Whether that is anything new.

    Raises Unreadable when no form would have taken it; the transaction it is called in must then be undone.
    """
    name = name_of(thing)
    try:
        return _put_on_the_desk(thing, content, by, note)
    except IntegrityError:
        raise _refused(name, "Adressen eller nummeret bruges allerede, eller en række mangler noget.") from None
    except (DatabaseError, ValidationError, LookupError, TypeError, ValueError, AttributeError, RecursionError):
        raise _refused(name, "Det passer ikke med siden her.") from None


def _put_on_the_desk(thing: Any, content: serialization.Content, by: User | None, note: str) -> bool:
    name = name_of(thing)
    here = working_copy(thing) if thing.pk else {"fields": {}}
    content = serialization.with_lasting_ids(_numbered_as(here, _known(thing, content)), serialization.ids_in(here))
    if content == here:
        return False  # also where it could not be saved today: somebody may have taken its address since
    if thing.pk:
        _refuse_to_move(thing, content["fields"])
        versions.begin(thing)
    serialization.in_memory(thing, content)
    serialization.forget_what_is_gone(thing)
    thing.tidy()
    for finding in validation.unfit_alone(thing):  # the database would say less of what is wrong
        raise _refused(name, finding.sentence)
    with transaction.atomic():
        serialization.put(thing, content)
        stored = type(thing)._default_manager.get(pk=thing.pk)
        for finding in validation.unfit(stored):
            raise _refused(name, finding.sentence)
        content = serialization.content_of(stored)  # as the rows took it: sanitised
        transaction.set_rollback(bool(here["fields"]))
    return versions.record(stored, content, by, note) is not None


def _refuse_to_move(thing: Any, fields: dict[str, Any]) -> None:
    for field in type(thing)._meta.concrete_fields:
        here = getattr(thing, field.attname)
        if (
            field.name in _NAMES
            and getattr(thing, "is_fixed", False)
            and str(fields.get(field.name, here)) != str(here)
        ):
            fault = "Menuen eller loven har brug for den, hvor den er. Den kan ikke flyttes."
            raise _refused(name_of(thing), validation.sentence(field, fault))


def _refused(name: str, fault: str) -> Unreadable:
    return Unreadable(f"{Truncator(f'{name}: {fault}').chars(LONGEST_SENTENCE)} Intet er hentet.")


def _known(thing: Any, content: serialization.Content) -> serialization.Content:
    """What of `content` this site has columns for. Raises Unreadable when a column cannot hold what it says."""
    model, name = type(thing), name_of(thing)
    known: serialization.Content = {"fields": _columns(model, content["fields"], name)}
    for part in [part for part in model.part_names if part in content]:
        inner = model._meta.get_field(part).related_model
        known[part] = [
            {"id": entry["id"], **_columns(inner, entry, f"{name}, {inner._meta.verbose_name} {number}")}
            for number, entry in enumerate(content[part], 1)
        ]
    return known


def _columns(model: Any, entry: dict[str, Any], place: str) -> dict[str, Any]:
    known = {}
    for field in serialization.columns(model):
        if field.attname not in entry or (field.is_relation and issubclass(field.related_model, Publishable)):
            continue  # a row stands on the page it came with, not on one the file names: that may be public
        known[field.attname] = entry[field.attname]
        try:
            if field.name == "translations":
                known["translations"] = validation.marks(entry["translations"])
            elif not field.is_relation:  # a picture that is gone is left out in `put`
                validation.held(field, entry[field.attname], model())
        except ValidationError as fault:
            raise _refused(place, validation.sentence(field, fault.messages[0])) from None
    return known


def _numbered_as(here: serialization.Content, content: serialization.Content) -> serialization.Content:
    """Rows inside that say the same as ours are ours: another site counts them differently."""
    for name in content.keys() - {"fields"}:
        ours = {json.dumps(entry | {"id": 0}, sort_keys=True): entry["id"] for entry in here.get(name, [])}
        for entry in content[name]:
            entry["id"] = ours.get(json.dumps(entry | {"id": 0}, sort_keys=True), entry["id"])
    return content


def things(kind: str = "", name: str = "") -> list[Model]:
    """All things, those of one kind, or the one with a name. Raises Unreadable."""
    if name:
        found = find(f"{kind} {name}")
        if found.pk is None:
            raise Unreadable(f"Her er ingen {kind} {name}.")
        return [found]
    chosen = [model for model in publishable_models() if not kind or model._meta.label_lower == kind]
    if not chosen:
        raise Unreadable(f"Siden her kender ikke {kind!r}.")
    return [thing for model in chosen for thing in model._default_manager.all()]
