"""Sign the keys of meetings anew, where staff's new SIGNING_KEY is."""

from django.core.management.base import BaseCommand

from events.privacy.keys import sign_again


class Command(BaseCommand):
    help = __doc__

    def handle(self, **options: object) -> None:
        self.stdout.write(f"Signed: {sign_again()}.")
