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
from nejtilbander.publishing.models import ContentModel, content_models
from nejtilbander.transfer import picture_files

FORMAT = 1
MAX_CHARACTERS = 200_000_000  # characters of a file, pictures and all
MAX_MESSAGE = 300  # characters; a value that is quoted may be as long as the file
NATURAL_KEYS = ("slug", "number")  # what a thing is known by on every site


class TransferError(Exception):
    """A file that is not ours, or not whole. The sentence says why."""


def object_name(obj: Any) -> str:
    """As in "pages.initiative klubhuse": the same on every site."""
    return f"{versions.kind_of(obj)} {next(getattr(obj, name) for name in NATURAL_KEYS if hasattr(obj, name))}"


def find_object(name: str) -> Any:
    """The thing with this name here, or a new one that is not saved. Raises Unreadable."""
    kind, _, value = name.partition(" ")
    model = next((one for one in content_models() if one._meta.label_lower == kind), None)
    unknown = TransferError(f"Siden her kender ikke {Truncator(repr(name)).chars(MAX_MESSAGE)}.")
    if model is None or not value:
        raise unknown
    field = next(one for one in NATURAL_KEYS if one in {column.name for column in model._meta.concrete_fields})
    try:
        column = model._meta.get_field(field)
        value = validation.clean_value(column, column.to_python(value), model())
        return model._default_manager.filter(**{field: value}).first() or model(**{field: value})
    except (ValueError, ValidationError):
        raise unknown from None


def working_copy_content(obj: Any) -> serialization.Content:
    newest = versions.newest_version(obj)
    return newest.content if newest else serialization.serialize(obj)


def export_json(objects: Iterable[Any]) -> str:
    """The working copies of `things` as JSON."""
    texts = {object_name(obj): json.loads(json.dumps(working_copy_content(obj))) for obj in objects}
    pictures = picture_files.pack_pictures(texts.values())
    whole = {"format": FORMAT, "texts": texts, "pictures": pictures}
    return json.dumps(whole, ensure_ascii=False, indent=1, sort_keys=True)


def import_json(text: str, by: User | None = None) -> list[Any]:
    """Make what `out` wrote the working copies here. Returns the things that got something new.

    All or nothing. Raises Unreadable with a sentence.
    """
    if len(text) > MAX_CHARACTERS:
        raise TransferError(
            f"Filen er for stor. Den må højst fylde {MAX_CHARACTERS // 1_000_000} MB. Hent færre tekster ad gangen."
        )
    try:
        whole = json.loads(text)
        texts, pictures = dict(whole["texts"]), dict(whole.get("pictures", {}))
        if whole["format"] != FORMAT:
            raise TransferError(f"Filen er i et andet format. Siden her læser format {FORMAT}.")
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise TransferError("Det er ikke en fil, som siden her har skrevet.") from None
    changed = []
    with transaction.atomic():
        try:
            picture_files.unpack_pictures(texts.values(), pictures, by)
        except picture_files.UnknownPicture as refused:
            raise TransferError(str(refused)) from None
        for name, content in texts.items():
            obj = find_object(name)
            if import_working_copy(obj, content, by, note="Hentet fra en fil"):
                changed.append(type(obj)._default_manager.get(pk=obj.pk))
    return changed


def import_working_copy(obj: Any, content: serialization.Content, by: User | None, note: str) -> bool:
    """Make `content` the working copy of `thing`, as a draft if it is new here. Whether that is anything new.

    Raises Unreadable when no form would have taken it; the transaction it is called in must then be undone.
    """
    name = object_name(obj)
    try:
        return _save_as_draft(obj, content, by, note)
    except IntegrityError:
        raise _refused(name, "Adressen eller nummeret bruges allerede, eller en række mangler noget.") from None
    except (DatabaseError, ValidationError, LookupError, TypeError, ValueError, AttributeError, RecursionError):
        raise _refused(name, "Det passer ikke med siden her.") from None


def _save_as_draft(obj: Any, content: serialization.Content, by: User | None, note: str) -> bool:
    name = object_name(obj)
    here = working_copy_content(obj) if obj.pk else {"fields": {}}
    content = serialization.assign_permanent_ids(
        _reuse_part_ids(here, _known_content(obj, content)), serialization.part_ids(here)
    )
    if content == here:
        return False  # also where it could not be saved today: somebody may have taken its address since
    if obj.pk:
        _refuse_to_move(obj, content["fields"])
        versions.ensure_first_version(obj)
    serialization.deserialize(obj, content)
    serialization.clear_deleted_relations(obj)
    obj.tidy()
    for finding in validation.validate_row(obj):  # the database would say less of what is wrong
        raise _refused(name, finding.sentence)
    with transaction.atomic():
        serialization.restore(obj, content)
        stored = type(obj)._default_manager.get(pk=obj.pk)
        for finding in validation.validate(stored):
            raise _refused(name, finding.sentence)
        content = serialization.serialize(stored)  # as the rows took it: sanitised
        transaction.set_rollback(bool(here["fields"]))
    return versions.save_version(stored, content, by, note) is not None


def _refuse_to_move(obj: Any, fields: dict[str, Any]) -> None:
    for field in type(obj)._meta.concrete_fields:
        here = getattr(obj, field.attname)
        if field.name in NATURAL_KEYS and obj.is_fixed and str(fields.get(field.name, here)) != str(here):
            error = "Menuen eller loven har brug for den, hvor den er. Den kan ikke flyttes."
            raise _refused(object_name(obj), validation.with_label(field, error))


def _refused(name: str, error: str) -> TransferError:
    return TransferError(f"{Truncator(f'{name}: {error}').chars(MAX_MESSAGE)} Intet er hentet.")


def _known_content(obj: Any, content: serialization.Content) -> serialization.Content:
    """What of `content` this site has columns for. Raises Unreadable when a column cannot hold what it says."""
    model, name = type(obj), object_name(obj)
    known: serialization.Content = {"fields": _known_fields(model, content["fields"], name)}
    for part in [part for part in model.part_names if part in content]:
        inner = model._meta.get_field(part).related_model
        known[part] = [
            {"id": entry["id"], **_known_fields(inner, entry, f"{name}, {inner._meta.verbose_name} {number}")}
            for number, entry in enumerate(content[part], 1)
        ]
    return known


def _known_fields(model: Any, entry: dict[str, Any], place: str) -> dict[str, Any]:
    known = {}
    for field in serialization.versioned_fields(model):
        if field.attname not in entry or (field.is_relation and issubclass(field.related_model, ContentModel)):
            continue  # a row stands on the page it came with, not on one the file names: that may be public
        known[field.attname] = entry[field.attname]
        try:
            if field.name == "translations":
                known["translations"] = validation.clean_translations(entry["translations"])
            elif not field.is_relation:  # a picture that is gone is left out in `put`
                validation.clean_value(field, entry[field.attname], model())
        except ValidationError as error:
            raise _refused(place, validation.with_label(field, error.messages[0])) from None
    return known


def _reuse_part_ids(here: serialization.Content, content: serialization.Content) -> serialization.Content:
    """Rows inside that say the same as ours are ours: another site counts them differently."""
    for name in content.keys() - {"fields"}:
        ours = {json.dumps(entry | {"id": 0}, sort_keys=True): entry["id"] for entry in here.get(name, [])}
        for entry in content[name]:
            entry["id"] = ours.get(json.dumps(entry | {"id": 0}, sort_keys=True), entry["id"])
    return content


def select_objects(kind: str = "", name: str = "") -> list[Model]:
    """All things, those of one kind, or the one with a name. Raises Unreadable."""
    if name:
        found = find_object(f"{kind} {name}")
        if found.pk is None:
            raise TransferError(f"Her er ingen {kind} {name}.")
        return [found]
    chosen = [model for model in content_models() if not kind or model._meta.label_lower == kind]
    if not chosen:
        raise TransferError(f"Siden her kender ikke {kind!r}.")
    return [obj for model in chosen for obj in model._default_manager.all()]
