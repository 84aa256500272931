"""What a translators' PO file would change here, entry by entry, and what is ignored and why. It saves nothing."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import Enum

from django.core.exceptions import ValidationError
from django.utils.safestring import SafeString

from nejtilbander.i18n.languages import SOURCE
from nejtilbander.publishing import validation
from nejtilbander.publishing.models import ContentModel, content_models
from nejtilbander.publishing.serialization import Content
from nejtilbander.text import prose
from nejtilbander.text.contact_facts import BRACES, unknown_names
from nejtilbander.text.diff import diff_html
from nejtilbander.transfer.json_files import working_copy_content
from nejtilbander.transfer.po_parsing import TranslatedFile, Translations, comparable
from nejtilbander.transfer.po_rows import PoRow, rows_of

MAX_QUOTED = 60  # characters of a name in a sentence


class Reason(Enum):
    """Why an entry is ignored; the value is the sentence."""

    UNKNOWN_FACT = "Et navn i klammer findes ikke her"
    UNFIT = "Oversættelsen passer ikke i feltet"
    DANISH_CHANGED = "Den danske tekst er ændret, siden filen blev hentet. Hent en ny fil til dem"
    GONE = "Teksten findes ikke mere"
    NOT_YOURS = "Din bruger må ikke skrive i den slags tekster"
    SAME_AS_DANISH = "Der står det samme som på dansk"


@dataclass(frozen=True)
class Change:
    """One field: its Danish, and its translation now and as in the file; alike when only a mark was taken away."""

    context: str
    label: str
    danish: str
    old: str
    new: str
    is_prose: bool

    @property
    def is_confirmed(self) -> bool:
        return self.old == self.new

    @property
    def danish_words(self) -> str:
        return self._words(self.danish)

    @property
    def old_words(self) -> str:
        return self._words(self.old)

    @property
    def difference(self) -> SafeString:
        """The new words as HTML, marked up where they differ from the old."""
        return diff_html(self._words(self.old), self._words(self.new))

    def _words(self, text: str) -> str:
        return prose.to_plain_text(text) if self.is_prose else text


@dataclass(frozen=True)
class ObjectReview:
    """One object that changes. `content` is its working copy with the translations of the file."""

    obj: ContentModel
    content: Content
    changes: list[Change]


@dataclass(frozen=True)
class Ignored:
    """An entry that is left out. `place` and `sentence` say where and why, exactly."""

    reason: Reason
    place: str
    sentence: str
    danish: str
    text: str


@dataclass
class PoReview:
    """`unchanged` entries say what stands here already; `unfinished` ones their translator has not ended."""

    unfinished: int = 0
    unchanged: int = 0
    objects: list[ObjectReview] = field(default_factory=list)
    ignored: list[Ignored] = field(default_factory=list)

    @property
    def changes(self) -> list[Change]:
        return [change for reviewed in self.objects for change in reviewed.changes]

    def fingerprint(self) -> str:
        """A hash of all that changes: with another one, the texts here are not those that were looked at."""
        changes = [(change.context, change.danish, change.old, change.new) for change in self.changes]
        return hashlib.sha256(json.dumps(changes).encode()).hexdigest()


def review_po(language: str, file: TranslatedFile, models: Iterable[type[ContentModel]]) -> PoReview:
    """Compares `file` with the working copies of all objects of `models`. The rest of the file is ignored."""
    review, left, contexts = PoReview(file.unfinished), dict(file.translations), set[str]()
    kinds = {model._meta.label_lower: model for model in models}
    for model in kinds.values():
        for obj in model._default_manager.all():
            content = working_copy_content(obj)
            changes = []
            for row in rows_of(obj, content):
                contexts.update(row.context(name) for name in row.model.content_fields)
                changes += _review_row(review, row, language, left)
            if changes:
                review.objects.append(ObjectReview(obj, content, changes))
    foreign = {model._meta.label_lower for model in content_models()} - kinds.keys()
    for (context, danish), text in left.items():
        is_foreign = context.partition(" ")[0] in foreign
        reason = Reason.DANISH_CHANGED if context in contexts else Reason.NOT_YOURS if is_foreign else Reason.GONE
        review.ignored.append(Ignored(reason, context, reason.value, danish, text))
    return review


def _review_row(review: PoReview, row: PoRow, language: str, left: Translations) -> list[Change]:
    """Takes the entries of `row` out of `left`, writes the good ones into its columns and returns what they change."""
    offered: dict[str, str] = {}
    for name in row.model.content_fields:
        text = left.pop((row.context(name), comparable(row.text(name, SOURCE))), "")
        if not text:
            continue
        if isinstance(row.column(name), prose.ProseField):
            text = prose.sanitize(text)
        if ignored := _refusal(row, name, language, text):
            review.ignored.append(ignored)
        else:
            offered[name] = text
    old = {name: row.text(name, language) for name in offered}
    if not _translate_row(row, language, offered):
        review.unchanged += len(offered)
        return []
    changed = [name for name in offered if old[name] != offered[name]]
    review.unchanged += len(offered) - len(changed) if changed else 0
    return [_change(row, name, old[name], offered[name]) for name in changed or offered]


def _change(row: PoRow, name: str, old: str, new: str) -> Change:
    model_field = row.column(name)
    label = str(model_field.verbose_name).capitalize()
    return Change(
        row.context(name), f"{row.part}: {label}".capitalize() if row.part else label, row.text(name, SOURCE), old, new,
        isinstance(model_field, prose.ProseField),
    )  # fmt: skip


def _translate_row(row: PoRow, language: str, offered: dict[str, str]) -> bool:
    """Writes `offered` (by field) into the columns, and whether the row is current now. Returns True if it changed any.

    The row is current when no text in it is of another time: each is in the file, or was current before. What is in
    the file a person has written, or has said is right as it stands.
    """
    before = row.as_object()
    danish, translated = before.required_texts(SOURCE), before.texts(language)
    is_whole = bool(offered) and all(name in offered for name in danish if danish[name] and translated[name])
    new = {f"{name}_{language}": text for name, text in offered.items()}
    if new.items() <= row.columns.items() and (row.is_current(language) or not is_whole):
        return False
    row.columns.update(new)
    after = row.as_object()
    after.tidy()
    if is_whole or before.translations.get(language, {}).get("source") == before.source_hash():
        after.mark_translated(language, read=False, machine=False if is_whole else None)
    after.mark_rewritten(language, offered.keys())
    row.columns["translations"] = after.translations
    return True


def _refusal(row: PoRow, name: str, language: str, text: str) -> Ignored | None:
    danish = row.text(name, SOURCE)
    column = row.column(f"{name}_{language}")
    if unknown := _unknown_fact(text, danish):
        said = f"Siden kender ikke {unknown[:MAX_QUOTED]}. Skriv navnet, som det står i den danske tekst."
        return Ignored(Reason.UNKNOWN_FACT, row.context(name), said, danish, text)
    # OmegaT fills in the Danish where nobody has translated. A name that is alike in both is here already.
    if comparable(text) == comparable(danish) and text != row.text(name, language):
        return Ignored(Reason.SAME_AS_DANISH, row.context(name), Reason.SAME_AS_DANISH.value, danish, text)
    try:
        validation.clean_value(column, text, row.model())
    except ValidationError as error:
        said = validation.with_label(column, error.messages[0])
        return Ignored(Reason.UNFIT, row.name, said, danish, text)
    return None


def _unknown_fact(text: str, danish: str) -> str:
    own = set(BRACES.findall(danish))
    return next((braces for braces in unknown_names(text) if braces not in own), "")
