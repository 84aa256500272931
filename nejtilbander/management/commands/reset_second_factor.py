from argparse import ArgumentParser

from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError

from nejtilbander.accounts.reset import reset_second_factor


class Command(BaseCommand):
    help = "Take a login's second factors away and end its sessions: for the last administrator whose phone is lost."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username")

    def handle(self, *_args: object, username: str, **_options: object) -> None:
        user = User.objects.filter(username=username).first()
        if user is None:
            raise CommandError("No login has that name.")
        taken = reset_second_factor(user)
        self.stdout.write(
            f"{taken} taken away, and a line written in the audit trail. The next log-in asks for a new one."
        )
