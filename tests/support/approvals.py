"""A second person who says yes."""

from django.contrib.auth.models import User

from nejtilbander.approvals import rules


def a_second_person():
    """A superuser who asks for nothing."""
    found = User.objects.filter(username="den-anden").first()
    return found or User.objects.create_superuser("den-anden", "den-anden@example.org")


def a_yes(asker, action, about, change=None):
    """Asked for by `asker`, and approved."""
    approval = rules.ask(asker, action, about, change)
    return rules.approve(a_second_person(), approval.pk, approval.fingerprint())
