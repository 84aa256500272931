"""People who write and look, versions with a writer, and what the reviews and the letters then are."""

from django.contrib.auth.models import Group, User
from django.core import mail

from nejtilbander.publishing import actions, serialization, versions
from nejtilbander.reviews import letters, rules
from nejtilbander.reviews.models import Review


def a_user(name, *roles, **fields):
    user = User.objects.create_user(name, fields.pop("email", f"{name}@example.org"), is_staff=True, **fields)
    user.groups.set(Group.objects.filter(name__in=roles))
    return user


def write(page, by, title):
    """The number of a new version of `page`."""
    versions.ensure_first_version(page)
    copy = type(page).objects.get(pk=page.pk)
    copy.title_da = title
    return versions.save_version(copy, serialization.serialize(copy), by).number


def publish(page, by, **moments):
    """As the page with "Udgiv" does."""
    version = versions.newest_version(page)
    actions.publish(page, version, **moments)
    page.refresh_from_db()
    return rules.record_publication(by, page, version)


def states(page):
    """(asker, version, state) of the reviews of `page`, in order."""
    return list(Review.objects.of(page).order_by("pk").values_list("asked_by__username", "number", "state"))


def letters_sent():
    """(recipient, text) of every letter that is due, as it leaves."""
    mail.outbox.clear()
    while letters.send():
        pass
    return sorted((one.to[0], one.body) for one in mail.outbox)
