"""Texts out of this site and into another: whole as JSON, and for translators' tools as PO.

What comes in becomes a working copy that staff look at and publish. Nothing that readers see is changed, and prose is
sanitised on its way into the rows like anything else (prose.py).
"""

import json
from collections.abc import Iterable
from io import BytesIO
from typing import Any

from babel.messages import Catalog
from babel.messages.pofile import PoFileError, read_po, write_po
from django.apps import apps
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Model

from nejtilbander import versions
from nejtilbander.languages import CODES, SOURCE, Translated
from nejtilbander.publishing import Publishable

FORMAT = 1
_NAMES = ("slug", "number")  # what a thing is known by on every site


class Unreadable(Exception):
    """A file that is not ours, or not whole. The sentence says why."""


def kinds() -> list[Any]:
    """The models that are published: what a site says and arranges."""
    return [model for model in apps.get_models() if issubclass(model, Publishable)]


def name_of(thing: Any) -> str:
    """As in "pages.initiative klubhuse": the same on every site."""
    return f"{versions.kind_of(thing)} {next(getattr(thing, name) for name in _NAMES if hasattr(thing, name))}"


def find(name: str) -> Any:
    """The thing with this name here, or a new one that is not saved. Raises Unreadable."""
    kind, _, value = name.partition(" ")
    model = next((one for one in kinds() if one._meta.label_lower == kind), None)
    if model is None or not value:
        raise Unreadable(f"Siden her kender ikke {name!r}.")
    field = next(one for one in _NAMES if one in {column.name for column in model._meta.concrete_fields})
    try:
        return model._default_manager.filter(**{field: value}).first() or model(**{field: value})
    except ValueError:
        raise Unreadable(f"Siden her kender ikke {name!r}.") from None


def working_copy(thing: Any) -> versions.Content:
    newest = versions.newest(thing)
    return newest.content if newest else versions.content_of(thing)


def out(things: Iterable[Any]) -> str:
    """The working copies of `things` as JSON."""
    texts = {name_of(thing): working_copy(thing) for thing in things}
    return json.dumps({"format": FORMAT, "texts": texts}, ensure_ascii=False, indent=1, sort_keys=True)


def into(text: str, by: User | None = None) -> list[Any]:
    """Make what `out` wrote the working copies here. Returns the things that got something new.

    All or nothing. Raises Unreadable with a sentence.
    """
    try:
        whole = json.loads(text)
        texts = dict(whole["texts"])
        if whole["format"] != FORMAT:
            raise Unreadable(f"Filen er skrevet i format {whole['format']}. Siden her læser format {FORMAT}.")
    except (ValueError, KeyError, TypeError):
        raise Unreadable("Det er ikke en fil, som siden her har skrevet.") from None
    changed = []
    with transaction.atomic():
        for name, content in texts.items():
            try:
                if _take(find(name), content, by, note="Hentet fra en fil"):
                    changed.append(find(name))
            except (IntegrityError, ValidationError, KeyError, TypeError, ValueError, AttributeError):
                raise Unreadable(f"{name} passer ikke med siden her. Intet er hentet.") from None
    return changed


def _take(thing: Any, content: versions.Content, by: User | None, note: str) -> bool:
    """Make `content` the working copy of `thing`, as a draft if it is new here. Whether that is anything new."""
    here = working_copy(thing) if thing.pk else {"fields": {}}
    content = versions.with_lasting_ids(_numbered_as(here, json.loads(json.dumps(content))), versions.ids_in(here))
    if thing.pk:
        versions.begin(thing)
    with transaction.atomic():
        versions.put(thing, content)
        stored = type(thing)._default_manager.get(pk=thing.pk)
        content = versions.content_of(stored)  # as the rows took it: sanitised, without what this site does not know
        transaction.set_rollback(bool(here["fields"]))
    return versions.record(stored, content, by, note) is not None


def _numbered_as(here: versions.Content, content: versions.Content) -> versions.Content:
    """Rows inside that say the same as ours are ours: another site counts them differently."""
    for name in content.keys() - {"fields"}:
        ours = {json.dumps(entry | {"id": 0}, sort_keys=True): entry["id"] for entry in here.get(name, [])}
        for entry in content[name]:
            entry["id"] = ours.get(json.dumps(entry | {"id": 0}, sort_keys=True), entry["id"])
    return content


def po_out(language: str, things: Iterable[Any]) -> bytes:
    """The Danish texts of the working copies, and what they are in `language`, as a PO file."""
    catalog = Catalog(locale=None, project="Odense siger NEJ TIL BANDER", fuzzy=False)
    for thing in things:
        for place, danish, other in _pairs(thing, working_copy(thing), language):
            if danish:
                catalog.add(danish, other, context=place)
    file = BytesIO()
    write_po(file, catalog, width=0)
    return file.getvalue()


def po_in(language: str, text: bytes, by: User | None = None) -> list[Any]:
    """Make a translator's PO file working copies. Returns the things that got something new. Raises Unreadable.

    A text whose Danish has changed since the file was made is left alone, and so is what is empty or marked fuzzy.
    """
    if language not in CODES or language == SOURCE:
        raise Unreadable(f"Siden her oversættes ikke til {language!r}.")
    try:
        catalog = read_po(BytesIO(text), abort_invalid=True)
    except (PoFileError, UnicodeDecodeError, ValueError):
        raise Unreadable("Det er ikke en hel PO-fil.") from None
    found = {
        (message.context, message.id): str(message.string)
        for message in catalog
        if message.id and message.string and not message.fuzzy
    }
    changed = []
    with transaction.atomic():
        for thing in [thing for model in kinds() for thing in model._default_manager.all()]:
            content = json.loads(json.dumps(working_copy(thing)))
            if _translate(thing, content, language, found) and _take(thing, content, by, "Oversættelse fra en fil"):
                changed.append(thing)
    return changed


def _translate(thing: Any, content: versions.Content, language: str, found: dict[Any, str]) -> bool:
    """Write what the file says into `content`. Whether anything is new."""
    is_new = False
    for model, place, entry in _entries(thing, content):
        is_mine = False
        for field in model.content_fields:
            danish, column = entry.get(f"{field}_{SOURCE}") or "", f"{field}_{language}"
            text = found.get((f"{place} {field}", danish))
            if text and text != entry.get(column):
                entry[column], is_mine = text, True
        if is_mine:
            row = model()
            versions._fill(row, entry)
            row.tidy()
            row.mark_translated(language, read=False, machine=False)
            entry["translations"] = row.translations
            is_new = True
    return is_new


def _entries(thing: Any, content: versions.Content) -> list[tuple[type[Translated], str, dict[str, Any]]]:
    """(model, a name that lasts, columns) of the thing and its rows."""
    model: Any = type(thing)
    entries = [(model, name_of(thing), content["fields"])]
    for part in model.part_names:
        inner: Any = model._meta.get_field(part).related_model
        entries += [(inner, f"{name_of(thing)} {part} {entry['id']}", entry) for entry in content.get(part, [])]
    return entries


def _pairs(thing: Any, content: versions.Content, language: str) -> list[tuple[str, str, str]]:
    return [
        (f"{place} {field}", entry.get(f"{field}_{SOURCE}") or "", entry.get(f"{field}_{language}") or "")
        for model, place, entry in _entries(thing, content)
        for field in model.content_fields
    ]


def things(kind: str = "", name: str = "") -> list[Model]:
    """All things, those of one kind, or the one with a name. Raises Unreadable."""
    if name:
        found = find(f"{kind} {name}")
        if found.pk is None:
            raise Unreadable(f"Her er ingen {kind} {name}.")
        return [found]
    chosen = [model for model in kinds() if not kind or model._meta.label_lower == kind]
    if not chosen:
        raise Unreadable(f"Siden her kender ikke {kind!r}.")
    return [thing for model in chosen for thing in model._default_manager.all()]
