"""Logins, requests about them, and what the trail and the letters say."""

from django.contrib.auth.models import Group, User
from django.core import mail

from nejtilbander.approvals import letters, logins, rules
from nejtilbander.audit.models import AuditLine

GIVE_LIST = {"roles": ["Listeansvarlig"]}


def a_user(name, *roles, email=None, **fields):
    address = f"{name}@example.org" if email is None else email
    user = User.objects.create_user(name, address, "en lang prøve-adgangskode", is_staff=True, **fields)
    user.groups.set(Group.objects.filter(name__in=roles))
    return user


def roles_of(user):
    return sorted(user.groups.values_list("name", flat=True))


def ask_for_the_list(asker, target):
    return rules.ask(asker, logins.LOGIN, target, GIVE_LIST)


def say_yes(decider, approval):
    return rules.approve(decider, approval.pk, approval.fingerprint())


def kinds():
    """(kind, who) of the lines about requests, in order."""
    about = AuditLine.objects.filter(kind__in=["asked", "approved", "refused", "used"])
    return list(about.order_by("number").values_list("kind", "who_name"))


def letters_sent():
    """(subject, recipients, text) of every letter that waits, as it leaves; the office's first."""
    mail.outbox.clear()
    while letters.send():
        pass
    found = [(one.subject, one.to, one.body) for one in mail.outbox]
    return sorted(found, key=lambda letter: (letter[0], letter[1] != ["drift@example.dk"]))
