from argparse import ArgumentParser

from django.core.management.base import BaseCommand

from nejtilbander.links.checker import check_links


class Command(BaseCommand):
    help = "Follow every link in the texts, and say which have been broken two times in a row."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--allow-private", action="store_true", help="also ask machines on internal networks")

    def handle(self, *_args: object, allow_private: bool, **_options: object) -> None:
        for line in check_links(allow_private=allow_private):
            self.stdout.write(line)
