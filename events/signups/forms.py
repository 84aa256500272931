"""What a visitor may write, and what is said when it cannot be used."""

import re
import unicodedata
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from events.models.needs import NEEDS
from events.models.signup import MAX_QUESTION, MAX_SEATS
from events.signups.booking import SignupRequest

MAX_NAME, MAX_EMAIL = 30, 254  # characters; RFC 5321 lets an address have 254
MAX_NAME_WORDS = 2
_MARKS_OF_DIRECTION = re.compile("[\u200e\u200f]")  # Arabic keyboards write them
JOINERS = "\u200c\u200d"  # invisible, and part of how Persian names are spelled


class SignupForm(forms.Form):
    """Everything is optional but the number of seats."""

    name = forms.CharField(
        max_length=MAX_NAME, required=False,
        error_messages={"max_length": _("Skriv kun et fornavn, højst 30 bogstaver.")},
    )  # fmt: skip
    email = forms.EmailField(
        max_length=MAX_EMAIL, required=False,
        error_messages={
            "invalid": _("Mailadressen ser forkert ud. Skriv den som navn@eksempel.dk, eller lad feltet stå tomt."),
            "max_length": _("Mailadressen er for lang."),
        },
    )  # fmt: skip
    seats = forms.TypedChoiceField(
        choices=[(str(number), str(number)) for number in range(1, MAX_SEATS + 1)], coerce=int,
        error_messages={
            "required": _("Vælg, hvor mange pladser du vil have."),
            "invalid_choice": _("Vælg fra 1 til 6 pladser."),
        },
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
    # Nobody sees this field. A program that fills in everything does.
    website = forms.CharField(
        max_length=0,
        required=False,
        error_messages={"max_length": _("Lad dette felt stå tomt. Det er en fælde for robotter.")},
    )

    def __init__(self, data: Any) -> None:
        data = data.copy()
        for name in data:
            data.setlist(name, [value.replace("\0", "") for value in data.getlist(name)])
        # Browsers send every line end as two signs, and would be told that 500 typed signs are too many.
        data["question"] = data.get("question", "").replace("\r\n", "\n")
        super().__init__(data)

    def clean_name(self) -> str:
        """A first name and nothing else: whoever signs somebody up must not write to them in our name."""
        name: str = _MARKS_OF_DIRECTION.sub("", self.cleaned_data["name"])
        if any(
            not (sign.isalpha() or unicodedata.category(sign) in {"Mn", "Mc"} or sign in " -'’" + JOINERS)
            for sign in name
        ):
            raise forms.ValidationError(_("Navnet har tegn, vi ikke kan bruge. Skriv det igen."))
        if len(name.split()) > MAX_NAME_WORDS:
            raise forms.ValidationError(_("Skriv kun et fornavn, højst 30 bogstaver."))
        return name

    def clean_email(self) -> str:
        """Counted in bytes, as RFC 5321 does: a domain of wide letters would not fit in the sealed box.

        Nor would signs that are written with more than one: control signs and backslashes, which nobody's address has.
        A domain that cannot be written in ASCII cannot be sent to.
        """
        email: str = self.cleaned_data["email"]
        if len(email.encode()) > MAX_EMAIL:
            raise forms.ValidationError(_("Mailadressen er for lang."))
        if "\\" in email or not email.isprintable():
            raise forms.ValidationError(self.fields["email"].error_messages["invalid"])
        try:
            email.rpartition("@")[2].encode("idna")
        except UnicodeError:
            raise forms.ValidationError(self.fields["email"].error_messages["invalid"]) from None
        return email

    def clean_question(self) -> str:
        """Without control characters: they say nothing, and take six bytes each in the sealed box."""
        question: str = self.cleaned_data["question"]
        return "".join(sign for sign in question if sign in "\n\t" or unicodedata.category(sign) != "Cc")

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("contact") and not data.get("email") and "email" not in self.errors:
            self.add_error("email", _("Skriv din mail, hvis vi skal kontakte dig. Eller fjern krydset."))
        return data

    def signup_request(self, language: str) -> SignupRequest:
        """What was typed; each need once, however often it was sent."""
        data = self.cleaned_data
        return SignupRequest(
            seats=data["seats"], language=language, name=data["name"], email=data["email"],
            needs=list(dict.fromkeys(data["needs"])), contact=data["contact"], question=data["question"],
        )  # fmt: skip


class SeatsForm(forms.Form):
    seats = SignupForm.base_fields["seats"]
