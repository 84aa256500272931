from argparse import ArgumentParser
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from nejtilbander.background import worker
from nejtilbander.background.prompt_tasks import prompt_tasks
from nejtilbander.operations import database_login


class Command(BaseCommand):
    help = "Send letters, let holds and offers run out, write reminders, erase old lists. Runs until it is stopped."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--once", action="store_true", help="do what is due now, then stop")
        parser.add_argument(
            "--alive", type=Path, metavar="FILE", help="a file to touch each time round, for a health check"
        )

    def handle(self, *_args: object, once: bool, alive: Path | None = None, **_options: object) -> None:
        if settings.SITE_ROLE not in {"worker", "all"}:
            raise CommandError(f"The worker needs the keyring: SITE_ROLE must be worker, not {settings.SITE_ROLE}.")
        database_login.guard()
        if not once:
            prompt_tasks.ensure_running()
        worker.run(forever=not once, alive=alive)
