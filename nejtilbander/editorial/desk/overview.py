"""The overview: every text in every language, those that need something first."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from django.db.models import TextChoices
from django.http import QueryDict

from nejtilbander.editorial.desk.entries import GONE, UNPUBLISHED, Entry
from nejtilbander.i18n.languages import CODES, DANISH_NAMES, SOURCE, TranslationState
from nejtilbander.publishing.models import PublicationStatus

TARGETS = [(code, DANISH_NAMES[code]) for code in CODES if code != SOURCE]  # with the name in a Danish sentence


class Trouble(TextChoices):
    """What a text may need. The values stand in addresses: ?fejl=doede-links."""

    DUE = "gennemgang", "Skal gennemgås nu"
    DEAD_LINKS = "doede-links", "Døde links"
    LACKS_ALT = "uden-ord", "Billede uden ord"
    MISSING = "mangler", "Mangler på et sprog"
    OUTDATED = "foraeldet", "Skal opdateres på et sprog"
    HARD = "svaer", "Svær at læse"
    UNPUBLISHED = "ikke-udgivet", "Ikke udgivet"


_TESTS: dict[Trouble, Callable[[Entry], bool]] = {
    Trouble.DUE: lambda entry: entry.is_due,
    Trouble.DEAD_LINKS: lambda entry: bool(entry.dead_links),
    Trouble.LACKS_ALT: lambda entry: entry.summary.lacks_alt,
    Trouble.HARD: lambda entry: entry.summary.is_hard,
    Trouble.UNPUBLISHED: lambda entry: entry.status in UNPUBLISHED,
}
_OF_STATE = {TranslationState.MISSING: Trouble.MISSING, TranslationState.OUTDATED: Trouble.OUTDATED}
Need = tuple[Trouble, str]  # with the language of a translation, or ""


def needs_of(entry: Entry) -> set[Need]:
    """What the text needs. One that readers no longer see needs nothing."""
    if entry.status in GONE:
        return set()
    of_languages = {(_OF_STATE[entry.state(code)], code) for code, _ in TARGETS if entry.is_behind(code)}
    return {(trouble, "") for trouble, test in _TESTS.items() if test(entry)} | of_languages


@dataclass(frozen=True)
class Selection:
    """What is asked for in the query string; what is not a choice there is passed over.

    `trouble` None: any. `language` "" and `kind` "" (a model's label): all. `is_everything`: what needs nothing too.
    """

    trouble: Trouble | None = None
    language: str = ""
    kind: str = ""
    is_everything: bool = False

    @classmethod
    def of(cls, query: QueryDict) -> "Selection":
        trouble, language = query.get("fejl", ""), query.get("sprog", "")
        return cls(
            trouble=Trouble(trouble) if trouble in Trouble.values else None,
            language=language if language in CODES and language != SOURCE else "",
            kind=query.get("slags", ""),
            is_everything="alt" in query,
        )

    def holds(self, entry: Entry, needs: set[Need]) -> bool:
        if self.kind and entry.summary.kind != self.kind:
            return False
        if self.is_everything:
            return True
        return any(
            self.trouble in {None, trouble} and (not self.language or self.language == language)
            for trouble, language in needs
        )


@dataclass(frozen=True)
class LanguageCount:
    """A language with how many texts are behind in it, and how many a machine wrote that nobody has read."""

    code: str
    name: str
    behind: int
    unread: int


class Overview:
    """The entries with what each needs, which is worked out once. `needs` stands beside each in `shown`."""

    def __init__(self, entries: list[Entry], selection: Selection | None = None) -> None:
        self.entries, self.selection = entries, selection or Selection()
        self._needs = [(entry, needs_of(entry)) for entry in entries]

    @property
    def shown(self) -> list[tuple[Entry, set[Need]]]:
        """Those that are selected."""
        return [(entry, needs) for entry, needs in self._needs if self.selection.holds(entry, needs)]

    @property
    def troubles(self) -> list[tuple[Trouble, int]]:
        """Each kind of trouble with the number of texts; those there are none of are left out, but the selected."""
        counts = Counter(trouble for _, needs in self._needs for trouble in {trouble for trouble, _ in needs})
        return [(one, counts[one]) for one in Trouble if counts[one] or one == self.selection.trouble]

    @property
    def number_in_need(self) -> int:
        return sum(bool(needs) for _, needs in self._needs)

    @property
    def languages(self) -> list[LanguageCount]:
        return [
            LanguageCount(
                code, name,
                sum(entry.is_behind(code) for entry in self.entries),
                sum(entry.waits_to_be_read(code) and entry.is_machine_translated(code) for entry in self.entries),
            )
            for code, name in TARGETS
        ]  # fmt: skip

    @property
    def kinds(self) -> list[tuple[str, str]]:
        """(label, name in the plural) of each model with any entry."""
        names = {entry.summary.kind: entry.model_admin.model._meta.verbose_name_plural for entry in self.entries}
        return [(kind, str(name).capitalize()) for kind, name in names.items()]


@dataclass(frozen=True)
class Cell:
    """One language of an entry. `needs_work` is False for what whoever looks for work passes over."""

    language: str  # its name
    state: str
    word: str
    needs_work: bool
    made: date | None
    url: str


@dataclass(frozen=True)
class MatrixRow:
    """An entry with its links, made for the rows that are shown alone. `needs` are the values of Trouble."""

    entry: Entry
    needs: set[str]
    status_url: str
    ownership_url: str  # "" where the user may not
    alt_url: str
    lix_url: str
    cells: list[Cell]


def matrix_row(entry: Entry, needs: set[Need], may_publish: bool, may_own: bool) -> MatrixRow:
    """The status of what is not published leads those who may to where it is."""
    is_done = entry.status == PublicationStatus.PUBLIC or not may_publish
    return MatrixRow(
        entry, {trouble.value for trouble, _ in needs},
        status_url=entry.url("history" if is_done else "publish"),
        ownership_url=entry.url("care") if may_own else "",
        alt_url=entry.field_url(f"picture_alt_{SOURCE}") if entry.summary.lacks_alt else "",
        lix_url=entry.field_url(entry.summary.lix_field),
        cells=[
            Cell(
                name, entry.state(code).value, entry.state_word(code), entry.is_behind(code), entry.made(code),
                entry.translation_url(code),
            )
            for code, name in TARGETS
        ],
    )  # fmt: skip
