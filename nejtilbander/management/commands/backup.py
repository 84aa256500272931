from argparse import ArgumentParser
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from nejtilbander.operations.backups import KEEP, KEYRING, MAX_AGE_DAYS, SITE, back_up, back_up_keyring
from nejtilbander.operations.dumps import BackupError


class Command(BaseCommand):
    help = "Write the database into one checked file in a folder; or, with --keyring, the keys that open its list."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path)
        parser.add_argument(
            "--keep", type=int, default=KEEP, metavar="N",
            help=f"how many of its own files stay (default {KEEP}); none for more than {MAX_AGE_DAYS[SITE]} days",
        )  # fmt: skip
        parser.add_argument(
            "--keyring",
            action="store_true",
            help=f"the keyring alone; its own files stay for {MAX_AGE_DAYS[KEYRING]} days",
        )

    def handle(self, *_args: object, folder: Path, keep: int, keyring: bool, **_options: object) -> None:
        try:
            made = back_up_keyring(folder) if keyring else back_up(folder, keep)
        except BackupError as error:
            raise CommandError(str(error)) from None
        self.stdout.write(f"Backup: {made}, {made.stat().st_size} bytes, read back and whole.")
