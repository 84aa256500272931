from argparse import ArgumentParser
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from nejtilbander.operations.backups import restore, restore_keyring
from nejtilbander.operations.dumps import BackupError


class Command(BaseCommand):
    help = "Fill an empty database from a file of backup; or, with --keyring, an empty keyring."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--keyring", action="store_true", help="the file is one of backup --keyring")

    def handle(self, *_args: object, file: Path, keyring: bool, **_options: object) -> None:
        try:
            lines = restore_keyring(file) if keyring else restore(file)
        except BackupError as error:
            raise CommandError(str(error)) from None
        for line in lines:
            self.stdout.write(line)
