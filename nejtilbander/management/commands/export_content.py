import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from nejtilbander.transfer.json_files import Unreadable, out, things
from nejtilbander.transfer.po_files import po_out


class Command(BaseCommand):
    help = "Write the working copies of all texts, or of one, to standard output: JSON, or PO for one language."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("kind", nargs="?", default="", help="as in pages.initiative")
        parser.add_argument("name", nargs="?", default="", help="its address or number, as in klubhuse")
        parser.add_argument("--po", default="", metavar="LANGUAGE", help="for translators' tools: en, ar, so, tr or fa")

    def handle(self, *_args: Any, kind: str, name: str, po: str, **_options: Any) -> None:
        try:
            chosen = things(kind, name)
            said = po_out(po, chosen).decode() if po else f"{out(chosen)}\n"
        except Unreadable as fault:
            raise CommandError(str(fault)) from None
        sys.stdout.write(said)
