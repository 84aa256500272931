"""The form fields for a day, and for a day with a time of day in local time: every date that staff write is one.

They are text fields, because a browser's own date field takes nothing but what its own language writes, and refuses
"28. marts 2027" and "kl. 17" without a word. A script adds a button that opens the browser's calendar.
"""

from datetime import UTC, date, datetime, time
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.renderers import BaseRenderer
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from nejtilbander.i18n.dates import validate_year
from nejtilbander.i18n.typed_dates import parse_day, parse_time, written_day, written_time

WRONG_DAY = "Skriv dagen som 28.3.2027 eller 28. marts 2027."
WRONG_TIME = "Skriv klokkeslættet som 17.00."
NO_SUCH_TIME = "Klokken {} findes ikke den nat: Uret bliver stillet en time frem. Vælg en anden tid."
TWO_SUCH_TIMES = "Klokken {} kommer to gange den nat: Uret bliver stillet en time tilbage. Vælg en anden tid."


class DayInput(forms.DateInput):
    class Media:
        css = {"all": ["css/day-picker.css"]}
        js = ["js/day-picker.js"]

    def __init__(self, attrs: dict[str, object] | None = None) -> None:
        super().__init__(
            {"class": "vDateField", "placeholder": "dd.mm.åååå", "autocomplete": "off", "size": 16, "data-day": ""}
            | (attrs or {})
        )

    def format_value(self, value: object) -> str | None:
        return written_day(value) if isinstance(value, date) else super().format_value(value)


class TimeInput(forms.TimeInput):
    def __init__(self, attrs: dict[str, object] | None = None) -> None:
        super().__init__(
            {"class": "vTimeField", "placeholder": "tt.mm", "autocomplete": "off", "size": 8} | (attrs or {})
        )

    def format_value(self, value: object) -> str | None:
        return written_time(value) if isinstance(value, time) else super().format_value(value)


class LocalDateTimeWidget(forms.SplitDateTimeWidget):
    def __init__(self, attrs: dict[str, object] | None = None) -> None:
        super().__init__(attrs)
        self.widgets = (DayInput({"aria-label": "dag"}), TimeInput({"aria-label": "klokkeslæt"}))

    def render(
        self, name: str, value: object, attrs: dict[str, object] | None = None, renderer: BaseRenderer | None = None
    ) -> SafeString:
        return format_html('<span class="day-and-time">{}</span>', super().render(name, value, attrs, renderer))

    def name_parts(self, label: str) -> None:
        """Names a day and a time that stand under one label."""
        for widget, part in zip(self.widgets, ("dag", "klokkeslæt"), strict=True):
            widget.attrs["aria-label"] = f"{label}, {part}"


class LocalDateField(forms.DateField):
    widget = DayInput
    input_formats = [""]  # one try: `strptime` knows them all
    default_validators = [validate_year]
    default_error_messages = {"invalid": WRONG_DAY}

    def strptime(self, value: str, format: str) -> date:  # noqa: A002 - Django's name
        return parse_day(value)


class LocalTimeField(forms.TimeField):
    widget = TimeInput
    input_formats = [""]
    default_error_messages = {"invalid": WRONG_TIME}

    def strptime(self, value: str, format: str) -> time:  # noqa: A002 - Django's name
        return parse_time(value)


class LocalDateTimeField(forms.MultiValueField):
    """A day and a time of day, as one aware datetime in local time."""

    widget = LocalDateTimeWidget

    def __init__(self, **kwargs: Any) -> None:
        super().__init__((LocalDateField(), LocalTimeField()), **kwargs)

    def compress(self, data_list: list[Any]) -> datetime | None:
        if not data_list:
            return None
        day, clock = data_list
        if day is None:
            raise ValidationError(WRONG_DAY, code="invalid")
        if clock is None:
            raise ValidationError(WRONG_TIME, code="invalid")
        return local_moment(day, clock)


def local_moment(day: date, clock: time) -> datetime:
    """The aware datetime. Raises ValidationError for an hour that the clock leaves out or goes through twice."""
    zone = timezone.get_current_timezone()
    moment = datetime.combine(day, clock, zone)
    utc = moment.astimezone(UTC)
    if utc.astimezone(zone).time() != clock:
        raise ValidationError(NO_SUCH_TIME.format(written_time(clock)), code="clock_change")
    if moment.replace(fold=1).astimezone(UTC) != utc:
        raise ValidationError(TWO_SUCH_TIMES.format(written_time(clock)), code="clock_change")
    return moment
