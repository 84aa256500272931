import sys
from argparse import ArgumentParser

from django.core.management.base import BaseCommand, CommandError

from nejtilbander.transfer.json_files import TransferError, export_json, select_objects
from nejtilbander.transfer.po_files import export_po


class Command(BaseCommand):
    help = "Write the working copies of all texts, or of one, to standard output: JSON, or PO for one language."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("kind", nargs="?", default="", help="as in pages.initiative")
        parser.add_argument("name", nargs="?", default="", help="its address or number, as in klubhuse")
        parser.add_argument("--po", default="", metavar="LANGUAGE", help="for translators' tools: en, ar, so, tr or fa")

    def handle(self, *_args: object, kind: str, name: str, po: str, **_options: object) -> None:
        try:
            chosen = select_objects(kind, name)
            text = export_po(po, chosen).decode() if po else f"{export_json(chosen)}\n"
        except TransferError as error:
            raise CommandError(str(error)) from None
        sys.stdout.write(text)
