from argparse import ArgumentParser
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from nejtilbander.transfer.json_files import TransferError, import_json
from nejtilbander.transfer.po_import import import_po


class Command(BaseCommand):
    help = (
        "Read a file of export_content. What it says becomes working copies; readers see them when they are published."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--po", default="", metavar="LANGUAGE", help="the file is PO, in this language")

    def handle(self, *_args: object, file: Path, po: str, **_options: object) -> None:
        try:
            changed = import_po(po, file.read_bytes()) if po else import_json(file.read_text("utf-8"))
        except (TransferError, OSError, UnicodeDecodeError) as error:
            raise CommandError(str(error)) from None
        for obj in changed:
            self.stdout.write(f"New working copy: {obj}")
        self.stdout.write(f"Import: {len(changed)} texts.")
