from argparse import ArgumentParser

from django.core.management.base import BaseCommand

import events.seed
import pages.seed


class Command(BaseCommand):
    help = "Write the site's first texts. Never touches what was written before, or what staff changed or deleted."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--no-examples", action="store_true", help="leave the example meetings out")

    def handle(self, *_args: object, no_examples: bool, **_options: object) -> None:
        written = pages.seed.seed() + (0 if no_examples else events.seed.seed())
        self.stdout.write(f"Seed: {written} new texts." if written else "Seed: nothing new to write.")
