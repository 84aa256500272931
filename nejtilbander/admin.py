"""The admin module that Django discovers: each of these modules registers its own models."""

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from django.contrib import admin

from nejtilbander.editorial import audit_trail, documents, images, notices, redirects, users

__all__ = ["audit_trail", "documents", "images", "notices", "redirects", "users"]

# allauth registers its own. Secrets are nobody's to look at, and nobody's to change past the pages of the login.
admin.site.unregister([EmailAddress, Authenticator, SocialAccount, SocialApp, SocialToken])
