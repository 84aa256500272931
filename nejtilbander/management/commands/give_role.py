"""Gives a login a role from the host's command line: for the first administrator and the first keeper of a list."""

import argparse

from django.contrib.auth.models import Group, User
from django.core.management.base import BaseCommand, CommandError

from nejtilbander.approvals import logins, rules


class Command(BaseCommand):
    help = "Give a login a role, past the rule of two people. ALARM_TO and the login's address get a letter."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("login")
        parser.add_argument("role", help="as in: Listeansvarlig")

    def handle(self, *args: object, login: str, role: str, **options: object) -> None:
        try:
            user, group = User.objects.get(username=login), Group.objects.get(name=role)
        except (User.DoesNotExist, Group.DoesNotExist) as error:
            raise CommandError("There is no such login or no such role.") from error
        rules.done_at_the_host(logins.LOGIN, user, {"roles": [group.name]})
        self.stdout.write(f"{login} has the role {role} now.")
