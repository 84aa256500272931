"""The forms of a sign-up, and their error messages."""

import unicodedata

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from events.models.needs import NEEDS
from events.models.signup import MAX_QUESTION, MAX_SEATS
from events.signups.booking import SignupRequest
from nejtilbander.text.invisible import JOINERS, strip_invisible
from nejtilbander.text.normalization import ascii_digits
from nejtilbander.web.form_fields import MailAddressField

MAX_NAME, MAX_EMAIL = 30, 254  # characters; RFC 5321 allows an address 254
MAX_NAME_WORDS = 2


def first_name(typed: str) -> str:
    """A first name alone: else anybody could write to a stranger in the municipality's name. Raises ValidationError."""
    name = " ".join(strip_invisible(typed, keep_joiners=True).split())
    if any(unicodedata.category(char).startswith("N") for char in name):
        raise forms.ValidationError(_("Skriv navnet uden tal."))
    if not all(
        char.isalpha() or unicodedata.category(char) in {"Mn", "Mc"} or char in " -'’" + JOINERS for char in name
    ):
        raise forms.ValidationError(_("Navnet har tegn, vi ikke kan bruge. Skriv det igen."))
    if len(name.split()) > MAX_NAME_WORDS:
        raise forms.ValidationError(_("Skriv kun et fornavn, højst 30 bogstaver."))
    return name


class SignupForm(forms.Form):
    """Everything is optional but the number of seats. The fields stand in the order of the page."""

    seats = forms.TypedChoiceField(
        choices=[(str(number), str(number)) for number in range(1, MAX_SEATS + 1)], coerce=int,
        error_messages={
            "required": _("Vælg, hvor mange pladser du vil have."),
            "invalid_choice": _("Vælg fra 1 til 6 pladser."),
        },
    )  # fmt: skip
    email = MailAddressField(max_length=MAX_EMAIL, required=False)
    name = forms.CharField(
        max_length=MAX_NAME, required=False,
        error_messages={"max_length": _("Skriv kun et fornavn, højst 30 bogstaver.")},
    )  # fmt: skip
    needs = forms.MultipleChoiceField(
        choices=[(need, need) for need in NEEDS], required=False,
        error_messages={"invalid_choice": _("Et af valgene findes ikke. Vælg igen."),
                        "invalid_list": _("Et af valgene findes ikke. Vælg igen.")},
    )  # fmt: skip
    contact = forms.BooleanField(required=False)
    question = forms.CharField(
        max_length=MAX_QUESTION, required=False,
        error_messages={"max_length": _("Spørgsmålet er for langt. Skriv højst 500 tegn.")},
    )  # fmt: skip
    # A honeypot: invisible to visitors, filled in by robots.
    website = forms.CharField(
        max_length=0, required=False,
        error_messages={"max_length": _("Lad dette felt stå tomt. Det er en fælde for robotter.")},
    )  # fmt: skip

    def __init__(self, data: QueryDict) -> None:
        data = data.copy()
        for name in data:
            data.setlist(name, [value.replace("\0", "") for value in data.getlist(name)])
        if "seats" in data:
            data["seats"] = ascii_digits(strip_invisible(str(data["seats"])).strip())
        # Browsers send a line end as two characters; 500 typed ones would be refused as too many.
        data["question"] = data.get("question", "").replace("\r\n", "\n")
        super().__init__(data)

    def clean_name(self) -> str:
        return first_name(self.cleaned_data["name"])

    def clean_question(self) -> str:
        """The question without control characters, which take six bytes each in the sealed box."""
        question: str = self.cleaned_data["question"]
        return "".join(char for char in question if char in "\n\t" or unicodedata.category(char) != "Cc")

    def clean(self) -> dict[str, object]:
        data = super().clean() or {}
        if data.get("contact") and not data.get("email") and "email" not in self.errors:
            self.add_error("email", _("Skriv en mailadresse, hvis vi skal skrive til dig. Eller fjern krydset."))
        return data

    def first_errors(self) -> dict[str, str]:
        """Field to the first of its error messages, in the order of the page."""
        return {name: str(self.errors[name][0]) for name in self.fields if name in self.errors}

    def signup_request(self, language: str) -> SignupRequest:
        """The cleaned form; each need once."""
        data = self.cleaned_data
        return SignupRequest(
            seats=data["seats"], language=language, name=data["name"], email=data["email"],
            needs=list(dict.fromkeys(data["needs"])), contact=data["contact"], question=data["question"],
        )  # fmt: skip


class SeatsForm(forms.Form):
    seats = SignupForm.base_fields["seats"]
