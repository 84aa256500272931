"""Forms of the login in plain Danish."""

import struct
from typing import Any

from allauth.account.forms import LoginForm, ReauthenticateForm
from allauth.account.internal.userkit import get_user_by_username
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base import forms as mfa_forms
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authentication_failed
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import (
    AddWebAuthnForm,
    AuthenticateWebAuthnForm,
    EditWebAuthnForm,
    LoginWebAuthnForm,
    ReauthenticateWebAuthnForm,
)
from allauth.socialaccount.models import SocialAccount
from django import forms
from django.contrib.auth.models import User
from django.contrib.auth.password_validation import validate_password

MALFORMED = (AttributeError, IndexError, KeyError, TypeError, ValueError, struct.error)  # of JSON and CBOR
CODE = {"autocomplete": "one-time-code", "inputmode": "numeric"}


def _relabel(form: forms.Form, **labels: str) -> None:
    """Gives fields their Danish label, and takes allauth's placeholder and help text away."""
    for name, label in labels.items():
        field = form.fields[name]
        field.label, field.help_text = label, ""
        field.widget.attrs.pop("placeholder", None)


class StaffLoginForm(LoginForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _relabel(self, login="Brugernavn", password="Adgangskode")  # noqa: S106 - a label
        self.fields["login"].widget.attrs["autofocus"] = True


class PasswordAgainForm(ReauthenticateForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _relabel(self, password="Adgangskode")  # noqa: S106 - a label


class CodeForm(mfa_forms.AuthenticateForm):
    """A code from the app, or a recovery code."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _relabel(self, code="Kode fra din app, eller en nødkode")
        self.fields["code"].widget.attrs |= CODE


class CodeAgainForm(mfa_forms.ReauthenticateForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _relabel(self, code="Kode fra din app, eller en nødkode")
        self.fields["code"].widget.attrs |= CODE


class _PasskeyAnswer(forms.Form):
    """Mixin: what is no answer of a passkey is an error of the form, and a wrong one a line of the audit trail.

    allauth raises KeyError and the like for some of the first, and tells nobody of the second; of a code it does.
    """

    user: User | None

    def clean_credential(self) -> Authenticator:
        try:
            return super().clean_credential()  # type: ignore[misc]
        except MALFORMED:
            self._tell()
            raise get_adapter().validation_error("incorrect_code") from None
        except forms.ValidationError:
            self._tell()
            raise

    def _tell(self) -> None:
        if self.user:
            authenticator = Authenticator(user=self.user, type=Authenticator.Type.WEBAUTHN)
            authentication_failed.send(Authenticator, request=None, user=self.user, authenticator=authenticator)


class PasskeyLoginForm(_PasskeyAnswer, LoginWebAuthnForm):
    """The passkey alone."""


class PasskeyCheckForm(_PasskeyAnswer, AuthenticateWebAuthnForm):
    """The passkey as second factor, at the log-in."""


class PasskeyAgainForm(_PasskeyAnswer, ReauthenticateWebAuthnForm):
    """The passkey once more, before what matters."""


class AppForm(ActivateTOTPForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _relabel(self, code="Koden, som app'en viser nu")
        self.fields["code"].widget.attrs |= CODE


class PasskeyForm(AddWebAuthnForm):
    """A passkey logs in alone unless its owner says otherwise."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _relabel(self, name="Hvad skal den hedde?", passwordless="Log også ind med den uden adgangskode")
        self.fields["name"].initial = self.initial["name"] = "Min passkey"
        self.fields["passwordless"].initial = True

    def clean(self) -> dict[str, Any]:
        try:
            cleaned: dict[str, Any] = super().clean()
        except MALFORMED:
            raise get_adapter().validation_error("incorrect_code") from None
        return cleaned


class PasskeyNameForm(EditWebAuthnForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _relabel(self, name="Hvad skal den hedde?")


class InvitationForm(forms.ModelForm):
    """A new login, without a password: its owner chooses one from a letter."""

    email = forms.EmailField(
        label="Mail", help_text="Hertil sender vi et link, hvor adgangskoden vælges. Det virker i tre dage."
    )

    class Meta:
        model = User
        fields = ("username", "first_name", "last_name", "email", "groups")

    def save(self, commit: bool = True) -> User:
        self.instance.is_staff = True
        self.instance.set_unusable_password()
        user: User = super().save(commit)
        return user


class ForgottenPasswordForm(forms.Form):
    username = forms.CharField(
        label="Brugernavn", max_length=150, widget=forms.TextInput(attrs={"autocomplete": "username"})
    )

    def user(self) -> User | None:
        """Whom a letter may go to. Asked for a name that nobody has, the answer is the same (accounts/views.py).

        Nobody who logs in with the municipality's sign-on alone: a password here would outlast the account there. It is
        asked here, because the worker reads no password; and for nobody too, so that it costs the same.
        """
        user = get_user_by_username(self.cleaned_data["username"])
        has_sign_on = SocialAccount.objects.filter(user_id=user.pk if user else 0).exists()
        if user is None or (has_sign_on and not user.has_usable_password()):
            return None
        return user if user.is_active and user.is_staff and user.email else None


class NewPasswordForm(forms.Form):
    """`user`: whose password it will be. It is not set here."""

    password = forms.CharField(
        label="Ny adgangskode", strip=False, help_text="Mindst 12 tegn. Tre-fire ord er let at huske.",
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )  # fmt: skip
    again = forms.CharField(
        label="Den samme igen", strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "new-password"})
    )

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        validate_password(password, self.user)
        return password

    def clean(self) -> None:
        super().clean()
        if "password" in self.cleaned_data and self.cleaned_data["password"] != self.cleaned_data.get("again"):
            self.add_error("again", "De to er ikke ens.")
