"""Form fields for what people paste: cleaned first, then judged."""

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator
from django.utils.translation import gettext_lazy as _

from nejtilbander.text import mail_addresses
from nejtilbander.text.invisible import strip_invisible

_validate_syntax = EmailValidator(allowlist=[])


def validate_mail_address(address: str) -> None:
    """Raises ValidationError, code "not_ascii" when only the part before the @ is in the way, else "invalid".

    An address in letters beyond ASCII before the @ needs SMTPUTF8 (RFC 6531) at every server on the way. Those that
    have none drop the letter without a word to anybody, so the visitor is told now.
    """
    local, _at, domain = address.rpartition("@")
    if not address.isprintable() or "\\" in address or not mail_addresses.takes_mail(domain):
        raise ValidationError("", code="invalid")
    if not local.isascii():
        _validate_syntax(f"a@{domain}")
        raise ValidationError("", code="not_ascii")
    _validate_syntax(address)


class MailAddressField(forms.EmailField):
    """Its value has the domain in ASCII. What was typed around an address is left out (mail_addresses.clean)."""

    default_validators = [validate_mail_address]
    default_error_messages = {
        "invalid": _("Mailadressen ser forkert ud. Skriv den som navn@eksempel.dk, eller lad feltet stå tomt."),
        "max_length": _("Mailadressen er for lang."),
        "not_ascii": _(
            "Vi kan ikke sende til adressen. Før @ må der kun stå bogstaver fra a til z, tal og tegn, ikke æ, ø, å "
            "eller andre alfabeter. Brug en anden adresse, eller lad feltet stå tomt."
        ),
    }

    def to_python(self, value: str | None) -> str:
        return mail_addresses.clean(super().to_python(value) or "")


class LinkField(forms.URLField):
    """A web address without the invisible signs and spaces that come with a paste."""

    def to_python(self, value: str | None) -> str:
        return str(super().to_python(strip_invisible(value or "").strip()))
