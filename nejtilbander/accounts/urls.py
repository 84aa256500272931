"""The addresses of a login, under /admin/konto/. Of allauth's only those that are used; their names are its own."""

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as recovery_codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as webauthn
from allauth.socialaccount import views as social
from allauth.socialaccount.providers.openid_connect import views as openid
from django.contrib.auth.decorators import login_required
from django.urls import path

from nejtilbander.accounts import views
from nejtilbander.accounts.views import limited, staff_page

login = limited("login", views.MAX_LOGIN_POSTS)(views.in_turn(account.login))
passkey_login = limited("passkey", views.MAX_LOGIN_POSTS, ("GET", "POST"))(webauthn.login_webauthn)


def own(view: views.View) -> views.View:
    """A page of whoever is logged in."""
    return staff_page(login_required(view))


urlpatterns = [
    path("log-ind/", staff_page(login), name="account_login"),
    path("log-ind/passkey/", staff_page(passkey_login), name="mfa_login_webauthn"),
    path("log-ind/bekraeft/", staff_page(mfa.authenticate), name="mfa_authenticate"),
    # The municipality's own sign-on. Both are asked for by GET: the policy lets no form lead to another site.
    path("kommune/<str:provider_id>/", staff_page(views.sign_on), name="openid_connect_login"),
    path("kommune/<str:provider_id>/svar/", staff_page(openid.callback), name="openid_connect_callback"),
    path("kommune-afbrudt/", staff_page(social.login_cancelled), name="socialaccount_login_cancelled"),
    path("log-ud/", staff_page(account.logout), name="account_logout"),
    path("log-ud/alle-steder/", views.end_sessions, name="end_sessions"),
    path("lukket/", staff_page(account.account_inactive), name="account_inactive"),
    path("aktiv/", views.keep_alive, name="keep_alive"),
    path("glemt/", views.forgotten_password, name="account_reset_password"),
    path("adgangskode/<str:token>/", views.new_password, name="new_password"),
    path("bekraeft/", own(account.reauthenticate), name="account_reauthenticate"),
    path("bekraeft/kode/", own(mfa.reauthenticate), name="mfa_reauthenticate"),
    path("bekraeft/passkey/", own(webauthn.reauthenticate_webauthn), name="mfa_reauthenticate_webauthn"),
    path("", own(mfa.index), name="mfa_index"),
    path("app/", own(totp.activate_totp), name="mfa_activate_totp"),
    path("app/fjern/", own(totp.deactivate_totp), name="mfa_deactivate_totp"),
    path("passkey/", own(webauthn.add_webauthn), name="mfa_add_webauthn"),
    path("passkey/alle/", own(webauthn.list_webauthn), name="mfa_list_webauthn"),
    path("passkey/<int:pk>/", own(webauthn.edit_webauthn), name="mfa_edit_webauthn"),
    path("passkey/<int:pk>/fjern/", own(webauthn.remove_webauthn), name="mfa_remove_webauthn"),
    path("noedkoder/", own(recovery_codes.view_recovery_codes), name="mfa_view_recovery_codes"),
    path("noedkoder/nye/", own(recovery_codes.generate_recovery_codes), name="mfa_generate_recovery_codes"),
]
