from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from nejtilbander.transfer.json_files import Unreadable, into
from nejtilbander.transfer.po_files import po_in


class Command(BaseCommand):
    help = (
        "Read a file of export_content. What it says becomes working copies; readers see them when they are published."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--po", default="", metavar="LANGUAGE", help="the file is PO, in this language")

    def handle(self, *_args: Any, file: Path, po: str, **_options: Any) -> None:
        try:
            changed = po_in(po, file.read_bytes()) if po else into(file.read_text("utf-8"))
        except (Unreadable, OSError, UnicodeDecodeError) as fault:
            raise CommandError(str(fault)) from None
        for thing in changed:
            self.stdout.write(f"New working copy: {thing}")
        self.stdout.write(f"Import: {len(changed)} texts.")
