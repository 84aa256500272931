import json
from argparse import ArgumentParser

from django.core.management.base import BaseCommand

from events.signups.seats import overview


class Command(BaseCommand):
    help = "How each meeting stands: seats, sign-ups, letters."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="for programs")

    def handle(self, *_args: object, **options: object) -> None:
        rows = overview()
        if options["json"]:
            self.stdout.write(json.dumps(rows, ensure_ascii=False, indent=2))
        for row in [] if options["json"] else rows:
            self.stdout.write(" ".join(f"{name}={value}" for name, value in row.items()))
