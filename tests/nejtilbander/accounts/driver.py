"""Staff who log in: with a password, with a code from an app, and what their browser is then told."""

import re
import time

from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from django.contrib.auth.models import Group, User

from nejtilbander.audit.models import AuditLine
from tests.support.reader import Reader

PASSWORD = "en lang prøve-adgangskode"
LOGIN = "/admin/konto/log-ind/"
ACCOUNT = "/admin/konto/"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
PLAIN = {"accept-encoding": ""}


def a_user(name="anna", *roles, **fields):
    user = User.objects.create_user(name, f"{name}@example.org", PASSWORD, is_staff=True, **fields)
    user.groups.set(Group.objects.filter(name__in=roles))
    return user


def an_app(user):
    """The user's app for codes, as set up before. Its secret is SECRET."""
    return TOTP.activate(user, SECRET).instance


def code(step=0, secret=SECRET):
    """What the app shows now; or a step of half a minute earlier or later, which is a code not used yet."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + step))


def log_in(name="anna", password=PASSWORD, browser=None):
    """(browser, answer) of the form of the login."""
    browser = browser or Reader()
    return browser, browser.post(LOGIN, {"login": name, "password": password}, headers=PLAIN)


def logged_in(name="anna", step=0):
    """The browser of a user with an app, who has shown a code."""
    browser, answer = log_in(name)
    assert answer.headers["Location"] == f"{LOGIN}bekraeft/"
    answer = browser.post(f"{LOGIN}bekraeft/", {"code": code(step)})
    assert (answer.status_code, answer.headers["Location"]) == (302, "/admin/")
    return browser


def words_of(answer):
    main = answer.content.decode().partition('id="content-main"')[2].partition("<footer")[0]
    return " ".join(re.sub(r"<[^>]+>", " ", main.partition(">")[2]).split())


def lines():
    """(kind, who, words) of the audit trail, from the first."""
    return list(AuditLine.objects.order_by("number").values_list("kind", "who_name", "words"))
