from argparse import ArgumentParser

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from nejtilbander.operations.database_grants import GRANTS
from nejtilbander.operations.database_login import discrepancy
from nejtilbander.operations.database_roles import renew


class Command(BaseCommand):
    help = "Make and renew the database roles of public, worker, staff and backup. Run it as the owner, after migrate."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", help="change nothing; exit 1 unless this login is right")

    def handle(self, *_args: object, check: bool, **_options: object) -> None:
        if connection.vendor != "postgresql":
            self.stdout.write("Only PostgreSQL has roles: nothing was done.")
        elif not check:
            self.stdout.write(f"Database roles: {', '.join(renew(settings.DATABASE_PASSWORDS))}.")
        elif settings.SITE_ROLE in GRANTS and (sentence := discrepancy(settings.SITE_ROLE)):
            raise CommandError(sentence)
