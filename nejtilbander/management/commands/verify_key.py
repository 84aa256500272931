"""Print VERIFY_KEY, which the other processes are given: run it where SIGNING_KEY is."""

from django.conf import settings
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    help = __doc__

    def handle(self, **options: object) -> None:
        self.stdout.write(settings.VERIFY_KEY)
