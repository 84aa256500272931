"""The one-page form of a notice that must be up within a minute: which words, and for how long."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django import forms
from django.core.validators import RegexValidator
from django.http import QueryDict
from django.utils import timezone

from nejtilbander.editorial.views.publish import LocalDateTimeField
from nejtilbander.i18n.dates import format_day
from nejtilbander.i18n.languages import CODES, DANISH_NAMES, SOURCE, direction, full_name
from nejtilbander.notices.models import Notice, random_slug
from nejtilbander.notices.phrases import PHRASES
from nejtilbander.notices.quick import Texts, Words

OWN, CHOSEN = "egne", "valgt"
MORNING = 8  # o'clock
TITLE, BODY = Notice._meta.get_field("title"), Notice._meta.get_field("body")


class LanguageFields(NamedTuple):
    """The fields of one's own words in one language."""

    code: str
    name: str
    danish_name: str
    title: forms.BoundField
    body: forms.BoundField


def next_morning() -> datetime:
    tomorrow = timezone.localdate() + timedelta(days=1)
    return timezone.make_aware(datetime(tomorrow.year, tomorrow.month, tomorrow.day, MORNING))  # noqa: DTZ001


def durations() -> dict[str, tuple[str, datetime | None]]:
    """Label and end of each choice, from now; no end where staff choose one."""
    now = timezone.now()
    ends = {"1": ("1 time", now + timedelta(hours=1)), "3": ("3 timer", now + timedelta(hours=3))}
    found: dict[str, tuple[str, datetime | None]] = {
        key: (f"{label}, til kl. {timezone.localtime(end):%H.%M}", end) for key, (label, end) in ends.items()
    }
    found["morgen"] = (f"Til i morgen kl. {MORNING}, {format_day(next_morning())}", next_morning())
    found[CHOSEN] = ("Til en anden dag eller et andet klokkeslæt", None)
    return found


class QuickNoticeForm(forms.Form):
    """`key` names the notice, so a form that is sent twice makes one. One's own words count where `phrase` is OWN."""

    key = forms.CharField(widget=forms.HiddenInput, validators=[RegexValidator(r"\A[0-9a-f]{16}\Z")])
    phrase = forms.ChoiceField(
        label="Hvad skal der stå?", widget=forms.RadioSelect,
        choices=[*((key, phrase.title[SOURCE]) for key, phrase in PHRASES.items()), (OWN, "Egne ord")],
        error_messages={"required": "Vælg en sætning, eller skriv dine egne ord."},
    )  # fmt: skip
    level = forms.ChoiceField(
        label="Slags", widget=forms.RadioSelect, choices=Notice.Level, initial=Notice.Level.WARNING, required=False
    )
    duration = forms.ChoiceField(label="Hvor længe skal den stå?", widget=forms.RadioSelect, initial="3")
    until = LocalDateTimeField(label="Vises til", required=False, help_text="Højst 90 dage frem.")

    def __init__(self, data: QueryDict | None = None, initial: dict[str, object] | None = None) -> None:
        super().__init__(data, initial={"key": random_slug(), **(initial or {})})
        self.durations = durations()
        self.fields["duration"].choices = [(key, label) for key, (label, _) in self.durations.items()]  # type: ignore[attr-defined]
        for code in CODES:
            # A placeholder, so that the style sheet can tell an empty field and show its warning at once.
            looks = {"lang": code, "dir": direction(code), "placeholder": " "}
            self.fields[f"title_{code}"] = forms.CharField(
                label="Overskrift", max_length=TITLE.max_length, required=False, widget=forms.TextInput(attrs=looks)
            )
            self.fields[f"body_{code}"] = forms.CharField(
                label="Tekst", max_length=BODY.max_length, required=False,
                widget=forms.Textarea(attrs=looks | {"rows": 3}),
            )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("phrase") == OWN and not data.get(f"title_{SOURCE}") and f"title_{SOURCE}" not in self.errors:
            self.add_error(f"title_{SOURCE}", "Skriv overskriften på dansk.")
        if data.get("duration") == CHOSEN and not data.get("until") and "until" not in self.errors:
            self.add_error("until", "Vælg en dag og et klokkeslæt.")
        return data

    def by_language(self) -> Iterator[LanguageFields]:
        for code in CODES:
            yield LanguageFields(code, full_name(code), DANISH_NAMES[code], self[f"title_{code}"], self[f"body_{code}"])

    def texts(self) -> Texts:
        """What was chosen or written, in every language. Call it on a valid form."""
        data = self.cleaned_data
        if phrase := PHRASES.get(data["phrase"]):
            return {code: Words(phrase.title[code], phrase.body[code]) for code in CODES}
        return {
            code: Words(*(data[f"{name}_{code}"].replace("\r\n", "\n") for name in ("title", "body"))) for code in CODES
        }

    def chosen_level(self) -> Notice.Level:
        phrase = PHRASES.get(self.cleaned_data["phrase"])
        return phrase.level if phrase else Notice.Level(self.cleaned_data["level"] or Notice.Level.WARNING)

    def end(self) -> datetime:
        """When it goes away. Call it on a valid form."""
        until: datetime = self.durations[self.cleaned_data["duration"]][1] or self.cleaned_data["until"]
        return until


def words_of(key: str) -> dict[str, object]:
    """The initial data of one's own words when they begin as those of a phrase; {} without one."""
    phrase = PHRASES.get(key)
    if phrase is None:
        return {}
    titles = {f"title_{code}": text for code, text in phrase.title.items()}
    return {"level": phrase.level, **titles, **{f"body_{code}": text for code, text in phrase.body.items()}}
