"""Export and import of content as JSON. The PO files of translators (po_import) are imported through here too.

An import makes working copies, which staff look at and publish; nothing that readers see is changed. Prose is
sanitised on its way into the rows (text.prose), and values that no form would take are refused
(publishing.validation).
"""

import json
from collections.abc import Iterable, Mapping
from typing import TypedDict

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import DatabaseError, IntegrityError, transaction
from django.db.models import Field
from django.utils.text import Truncator

from nejtilbander.i18n.models import Translated
from nejtilbander.publishing import serialization, validation, versions
from nejtilbander.publishing.models import ContentModel, content_models
from nejtilbander.publishing.serialization import Columns, Content
from nejtilbander.transfer import document_files, picture_files

FORMAT = 1
MAX_CHARACTERS = 200_000_000  # of a file, pictures and documents included
MAX_MESSAGE = 300  # characters; a quoted value may be as long as the file
NATURAL_KEYS = ("slug", "number")


class ExportFile(TypedDict):
    """The JSON file. `texts` by object name; a picture or document is named there by its digest, its key below."""

    format: int
    texts: dict[str, Content]
    pictures: dict[str, picture_files.PackedPicture]
    documents: dict[str, document_files.PackedDocument]


class TransferError(Exception):
    """A file cannot be exported or imported. The sentence (Danish) says why."""


def natural_key(model: type[ContentModel]) -> Field:
    """The field that identifies an object of `model` on every site."""
    fields = {field.name: field for field in model._meta.concrete_fields}
    return next(fields[name] for name in NATURAL_KEYS if name in fields)


def object_name(obj: ContentModel) -> str:
    """As in "pages.initiative klubhuse": the same on every site."""
    return f"{versions.kind_of(obj)} {natural_key(type(obj)).value_from_object(obj)}"


def find_object(name: str) -> ContentModel:
    """The object with this name (`object_name`) on this site, or a new, unsaved one. Raises TransferError."""
    kind, _, value = name.partition(" ")
    model = next((model for model in content_models() if model._meta.label_lower == kind), None)
    unknown = TransferError(f"Siden her kender ikke {Truncator(repr(name)).chars(MAX_MESSAGE)}.")
    if model is None or not value:
        raise unknown
    key = natural_key(model)
    try:
        identity = {key.name: validation.clean_value(key, key.to_python(value), model())}
        return model._default_manager.filter(**identity).first() or model(**identity)
    except (ValueError, ValidationError):
        raise unknown from None


def working_copy_content(obj: ContentModel) -> Content:
    """The content of the newest version of `obj`, or of its row when no version was saved."""
    newest = versions.newest_version(obj)
    return newest.content if newest else serialization.serialize(obj)


def export_json(objects: Iterable[ContentModel]) -> str:
    """The working copies of `objects` as an ExportFile in JSON."""
    texts = {object_name(obj): working_copy_content(obj) for obj in objects}
    pictures = picture_files.pack_pictures(texts.values())
    documents = document_files.pack_documents(texts.values())
    file: ExportFile = {"format": FORMAT, "texts": texts, "pictures": pictures, "documents": documents}
    return json.dumps(file, ensure_ascii=False, indent=1, sort_keys=True)


def import_json(text: str, by: User | None = None) -> list[ContentModel]:
    """Makes the contents of an ExportFile the working copies here. Returns the objects that changed.

    All or nothing. Raises TransferError.
    """
    if len(text) > MAX_CHARACTERS:
        raise TransferError(
            f"Filen er for stor. Den må højst fylde {MAX_CHARACTERS // 1_000_000} MB. Hent færre tekster ad gangen."
        )
    try:
        file = json.loads(text)
        texts, pictures = dict(file["texts"]), dict(file.get("pictures", {}))
        documents = dict(file.get("documents", {}))
        if file["format"] != FORMAT:
            raise TransferError(f"Filen er i et andet format. Siden her læser format {FORMAT}.")
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise TransferError("Det er ikke en fil, som siden her har skrevet.") from None
    changed = []
    with transaction.atomic():
        try:
            picture_files.unpack_pictures(texts.values(), pictures, by)
            document_files.unpack_documents(texts.values(), documents, by)
        except (picture_files.UnknownPicture, document_files.UnknownDocument) as error:
            raise TransferError(str(error)) from None
        for name, content in texts.items():
            obj = find_object(name)
            if import_working_copy(obj, content, by, note="Hentet fra en fil"):
                changed.append(type(obj)._default_manager.get(pk=obj.pk))
    return changed


def import_working_copy(obj: ContentModel, content: Content, by: User | None, note: str) -> bool:
    """Makes `content` the working copy of `obj`; creates a draft if `obj` is unsaved. Returns True if it is changed.

    Raises TransferError when no form would accept `content`; the surrounding transaction must then be rolled back.
    """
    name = object_name(obj)
    try:
        return _save_as_draft(obj, content, by, note)
    except IntegrityError:
        raise _refused(name, "Adressen eller nummeret bruges allerede, eller en række mangler noget.") from None
    except (DatabaseError, ValidationError, LookupError, TypeError, ValueError, AttributeError, RecursionError):
        raise _refused(name, "Det passer ikke med siden her.") from None


def _save_as_draft(obj: ContentModel, content: Content, by: User | None, note: str) -> bool:
    name = object_name(obj)
    here: Content = working_copy_content(obj) if obj.pk else {"fields": {}}
    content = _reuse_part_ids(here, _known_content(obj, content))
    content = serialization.assign_permanent_ids(content, serialization.part_ids(here))
    content["fields"] |= {name: here["fields"][name] for name in serialization.PERMANENT_FIELDS & here["fields"].keys()}
    if content == here:
        return False  # also where it could not be saved today: its address may have been taken since
    if obj.pk:
        _refuse_to_move(obj, content["fields"])
        versions.ensure_first_version(obj)
    serialization.deserialize(obj, content)
    serialization.clear_deleted_relations(obj)
    obj.tidy()
    for finding in validation.validate_row(obj):  # its message says more than the database's would
        raise _refused(name, finding.sentence)
    with transaction.atomic():
        serialization.restore(obj, content)
        stored = type(obj)._default_manager.get(pk=obj.pk)
        for finding in validation.validate(stored):
            raise _refused(name, finding.sentence)
        content = serialization.serialize(stored)  # as the rows took it: sanitised
        transaction.set_rollback(bool(here["fields"]))
    return versions.save_version(stored, content, by, note) is not None


def _refuse_to_move(obj: ContentModel, fields: Columns) -> None:
    """Raises TransferError when `fields` would change the address of an object that the site needs there."""
    key = natural_key(type(obj))
    here = key.value_from_object(obj)
    if obj.is_fixed and str(fields.get(key.attname, here)) != str(here):
        error = "Menuen eller loven har brug for den, hvor den er. Den kan ikke flyttes."
        raise _refused(object_name(obj), validation.with_label(key, error))


def _refused(name: str, error: str) -> TransferError:
    return TransferError(f"{Truncator(f'{name}: {error}').chars(MAX_MESSAGE)} Intet er hentet.")


def _known_content(obj: ContentModel, content: Content) -> Content:
    """`content` without columns unknown to this site. Raises TransferError when a value does not fit its column."""
    name = object_name(obj)
    parts = {
        part.name: [
            {
                "id": entry["id"],
                **_known_columns(part.model, entry, f"{name}, {part.model._meta.verbose_name} {number}"),
            }
            for number, entry in enumerate(serialization.part_entries(content, part.name), 1)
        ]
        for part in serialization.parts_of(type(obj))
        if part.name in content
    }
    return serialization.make_content(_known_columns(type(obj), content["fields"], name), parts)


def _known_columns(model: type[Translated], entry: Mapping[str, object], place: str) -> Columns:
    known: Columns = {}
    for field in serialization.versioned_fields(model):
        relation = field.remote_field
        if field.attname not in entry or (relation and issubclass(relation.model, ContentModel)):
            continue  # a part belongs to the object it came with; the file may name another one, which may be public
        value = known[field.attname] = entry[field.attname]
        try:
            if field.name == "translations":
                known["translations"] = validation.clean_translations(value)
            elif not relation:  # a foreign key to a deleted row is emptied by `restore`
                validation.clean_value(field, value, model())
        except ValidationError as error:
            raise _refused(place, validation.with_label(field, error.messages[0])) from None
    return known


def _reuse_part_ids(here: Content, content: Content) -> Content:
    """Gives each entry of `content` that equals one of ours its id: primary keys differ from site to site."""
    for name in content.keys() - {"fields"}:
        ours = {_without_id(entry): entry["id"] for entry in serialization.part_entries(here, name)}
        for entry in serialization.part_entries(content, name):
            entry["id"] = ours.get(_without_id(entry), entry["id"])
    return content


def _without_id(entry: serialization.PartEntry) -> str:
    return json.dumps({**entry, "id": 0}, sort_keys=True)


def select_objects(kind: str = "", name: str = "") -> list[ContentModel]:
    """All objects, those of one kind ("pages.page"), or the one with a natural key (`name`). Raises TransferError."""
    if name:
        found = find_object(f"{kind} {name}")
        if found.pk is None:
            raise TransferError(f"Her er ingen {kind} {name}.")
        return [found]
    models = [model for model in content_models() if not kind or model._meta.label_lower == kind]
    if not models:
        raise TransferError(f"Siden her kender ikke {kind!r}.")
    return [obj for model in models for obj in model._default_manager.all()]
