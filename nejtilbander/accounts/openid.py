"""The municipality's own sign-on, over OpenID Connect: whom it lets in, with which roles, and what is two factors.

Its groups give roles (OIDC_GROUPS), at each login anew. It never gives a role that takes two people
(docs/decisions/0021), nor takes over by its mail a login that has one. It never logs a superuser in.
"""

from typing import Any

from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.models import Group, User
from django.http import HttpRequest, HttpResponseRedirect
from django.urls import reverse

from nejtilbander.accounts import second_factor
from nejtilbander.approvals.logins import is_guarded
from nejtilbander.audit.chain import append
from nejtilbander.audit.models import AuditLine

NO_ROLE = "Din konto er kendt, men den giver ikke adgang her. Bed jeres administrator om at komme i den rigtige gruppe."
TAKEN = "Der er allerede et login her med din mail. Log ind med det, eller tal med jeres administrator."


def roles_of(claims: dict[str, Any]) -> set[str]:
    """The names of the roles that the groups in the claims map to."""
    groups = claims.get(settings.OIDC_GROUPS_CLAIM) or []
    groups = [groups] if isinstance(groups, str) else groups
    return {settings.OIDC_GROUPS[group] for group in groups if group in settings.OIDC_GROUPS}


def set_roles(user: User, roles: set[str]) -> None:
    """Gives the roles, and takes those away that the mapping could give and does not. Others stay."""
    mapped = set(settings.OIDC_GROUPS.values())
    has = {role.name for role in user.groups.all()}
    user.groups.remove(*Group.objects.filter(name__in=(has & mapped) - roles))
    user.groups.add(*Group.objects.filter(name__in=roles - has))


def had_two_factors(claims: dict[str, Any]) -> bool:
    """True when the ID token has the claim and value of OIDC_MFA_CLAIM, as "amr=mfa"."""
    name, _, wanted = settings.OIDC_MFA_CLAIM.partition("=")
    found = claims.get(name, [])
    return bool(wanted) and wanted in ([found] if isinstance(found, str) else found)


def on_login(sender: object, request: HttpRequest, user: User, **kwargs: Any) -> None:
    """Receiver of allauth's user_logged_in, when the login is complete: the user's session, and nobody else's."""
    login = kwargs.get("sociallogin")
    if login and had_two_factors(login.account.extra_data.get("id_token", {})):
        request.session[second_factor.SHOWN_BY_PROVIDER] = user.pk


class StaffSocialAdapter(DefaultSocialAccountAdapter):
    """Who comes with the municipality's sign-on. Recognised by the provider's subject; the first time by mail."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        return bool(roles_of(_claims(sociallogin)))

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Raises ImmediateHttpResponse, back to the login with a sentence, for whom it does not let in."""
        roles = roles_of(_claims(sociallogin))
        if not roles:
            raise _refusal(request, NO_ROLE)
        if not sociallogin.is_existing and (user := _known_by_mail(request, sociallogin)):
            sociallogin.connect(request, user)
            append(AuditLine.Kind.ROLE, None, user, "knyttet til kommunens login")
        if not sociallogin.is_existing:
            return
        if sociallogin.user.is_superuser:
            raise _refusal(request, TAKEN)
        set_roles(sociallogin.user, roles)

    def save_user(self, request: HttpRequest, sociallogin: SocialLogin, form: Any = None) -> User:
        """A new login: staff's, with its roles and without a password."""
        sociallogin.user.is_staff = True
        user: User = super().save_user(request, sociallogin, form)
        set_roles(user, roles_of(_claims(sociallogin)))
        return user


def _claims(login: SocialLogin) -> dict[str, Any]:
    """Of the ID token and of userinfo: where groups stand differs from provider to provider."""
    data = login.account.extra_data
    return {**data.get("userinfo", {}), **data.get("id_token", {})}


def _known_by_mail(request: HttpRequest, login: SocialLogin) -> User | None:
    """The staff login with the verified address; None when nobody has the address.

    Raises ImmediateHttpResponse when somebody has it, and may not be taken for the one who comes.
    """
    addresses = {address.email.lower(): address.verified for address in login.email_addresses}
    owners = [user for email in addresses for user in User.objects.filter(email__iexact=email)]
    if not owners:
        return None
    user = owners[0]
    may_be_taken = user.is_staff and user.is_active and not is_guarded(user) and addresses[user.email.lower()]
    if len(owners) > 1 or not may_be_taken:
        raise _refusal(request, TAKEN)
    return user


def _refusal(request: HttpRequest, sentence: str) -> ImmediateHttpResponse:
    messages.error(request, sentence)
    return ImmediateHttpResponse(HttpResponseRedirect(reverse("account_login")))
