"""What allauth asks the site: who may log in, from where, in which words, and how its secrets are stored."""

import hashlib
from typing import Any

import nacl.exceptions
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from nacl.encoding import Base64Encoder
from nacl.secret import SecretBox

from nejtilbander.accounts import letters, second_factor
from nejtilbander.security.rate_limits import client_network

SITE_NAME = "Odense siger NEJ TIL BANDER"
MESSAGES = {
    "mfa/messages/totp_activated.txt": "App'en til koder er sat op.",
    "mfa/messages/totp_deactivated.txt": "App'en til koder er fjernet.",
    "mfa/messages/webauthn_added.txt": "Din passkey er tilføjet.",
    "mfa/messages/webauthn_removed.txt": "Din passkey er fjernet.",
    "mfa/messages/recovery_codes_generated.txt": "Du har fået nødkoder. Gem dem, før du går videre.",
    "account/messages/logged_out.txt": "Du er logget ud.",
}
WRONG = "Brugernavn eller adgangskode passer ikke."
METHODS = {
    "reauthenticate": "Brug din adgangskode",
    "mfa_reauthenticate": "Brug en kode fra din app, eller en nødkode",
    "mfa_reauthenticate:webauthn": "Brug din passkey",
}


class StaffAccountAdapter(DefaultAccountAdapter):
    """Nobody signs up. Only active staff log in."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "username_password_mismatch": WRONG,
        "too_many_login_attempts": "Der har været for mange forsøg. Vent ti minutter, og prøv igen.",
        "rate_limited": "Der har været for mange forsøg. Vent lidt, og prøv igen.",
        "incorrect_password": "Adgangskoden passer ikke.",
        "enter_current_password": "Adgangskoden passer ikke.",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        """The network: what the limits count, as one household or office shares it."""
        return client_network(request)

    def pre_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse | None:
        """allauth lets an inactive login come as far, with the right password; one that is not staff's too."""
        if user.is_active and user.is_staff:
            return super().pre_login(request, user, **kwargs)
        user.is_active = False  # in memory: allauth's own refusal
        return super().pre_login(request, user, **kwargs)

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Raises ValidationError after too many wrong passwords; the login's owner is told, once a day."""
        try:
            super().pre_authenticate(request, **credentials)
        except ValidationError:
            letters.tell_of_wrong_passwords(str(credentials.get("username", "")))
            raise

    def is_reauthentication_required(self, *, app: str = "") -> bool:
        """Before factors are changed: unless one was just shown, or the login has none and was just made."""
        request = self.request
        if second_factor.has_factor(request.user):
            return not second_factor.is_fresh(request)
        return not get_authentication_records(request, request.user)

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, Any]]:
        """Passkey first. The password does not do for who has a second factor."""
        methods = super().get_reauthentication_methods(user)
        if second_factor.has_factor(user):
            methods = [method for method in methods if method["id"] != "reauthenticate"]
        methods = [method | {"description": METHODS[method["id"]]} for method in methods]
        return sorted(methods, key=lambda method: method["id"] != "mfa_reauthenticate:webauthn")

    def add_message(  # noqa: PLR0913, PLR0917 - allauth's
        self, request: HttpRequest, level: int, message_template: str | None = None,
        message_context: dict[str, Any] | None = None, extra_tags: str = "", message: str | None = None,
    ) -> None:  # fmt: skip
        if text := message or MESSAGES.get(message_template or ""):
            messages.add_message(request, level, text, extra_tags=extra_tags)


class StaffMFAAdapter(DefaultMFAAdapter):
    """Secrets of codes are stored under a key of SECRET_KEY's: with another SECRET_KEY they are lost."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": "Det passede ikke. Prøv igen.",
    }

    def encrypt(self, text: str) -> str:
        return _box().encrypt(text.encode(), encoder=Base64Encoder).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Raises ValidationError for what was encrypted under another key."""
        try:
            return _box().decrypt(encrypted_text.encode(), encoder=Base64Encoder).decode()
        except nacl.exceptions.CryptoError:
            raise self.validation_error("incorrect_code") from None

    def _get_site_name(self) -> str:
        return SITE_NAME


def _box() -> SecretBox:
    key = hashlib.blake2b(settings.SECRET_KEY.encode(), digest_size=SecretBox.KEY_SIZE, person=b"second factor")
    return SecretBox(key.digest())
