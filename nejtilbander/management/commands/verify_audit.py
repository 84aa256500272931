from argparse import ArgumentParser

from django.core.management.base import BaseCommand, CommandError

from nejtilbander.audit.verification import BrokenChain, verify


class Command(BaseCommand):
    help = "Say whether the audit trail is whole, or where its chain breaks and what was done there (exit 1)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--contains", default="", metavar="HASH", help="of a line that must still be there")

    def handle(self, *_args: object, contains: str, **_options: object) -> None:
        try:
            found = verify(contains.strip().lower())
        except BrokenChain as broken:
            raise CommandError(str(broken)) from None
        self.stdout.write(f"intact, {found.lines} lines, last hash {found.last_hash}")
