from django.core.management.base import BaseCommand

from events.models import Seats
from events.signups.seats import reconcile


class Command(BaseCommand):
    help = "Set every meeting's counter to the sum of its sign-ups, and say where they differed."

    def handle(self, *_args: object, **_options: object) -> None:
        for seats in Seats.objects.filter(erased_at=None).select_related("event"):
            taken, unverified = reconcile(seats.pk)
            if taken or unverified:
                self.stdout.write(f"{seats.event.slug}: taken was {taken:+}, unverified was {unverified:+}. Mended.")
