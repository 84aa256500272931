"""Atom feed of the initiatives' updates and the meetings."""

from datetime import UTC, datetime, time

from django.contrib.syndication.views import Feed
from django.http import HttpRequest, HttpResponse
from django.urls import reverse_lazy
from django.utils import timezone
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from events.models import Event
from nejtilbander.i18n.dates import format_day
from nejtilbander.text.prose import to_plain_text
from nejtilbander.web.decorators import public_view
from pages.models import Initiative, Update

MAX_ENTRIES = 30


class News(Feed):
    feed_type = Atom1Feed
    title = gettext_lazy("Odense siger NEJ TIL BANDER")
    subtitle = gettext_lazy("Det er der sket, og de næste stormøder")
    link = reverse_lazy("front")
    author_name = "Odense Kommune"

    def items(self) -> list[Update | Event]:
        updates = Update.objects.filter(initiative__in=Initiative.objects.public(), date__lte=timezone.localdate())
        events = Event.objects.public().order_by("-public_from")
        items: list[Update | Event] = [*updates.select_related("initiative")[:MAX_ENTRIES], *events[:MAX_ENTRIES]]
        return sorted(items, key=self.item_pubdate, reverse=True)[:MAX_ENTRIES]

    def item_title(self, item: Update | Event) -> str:
        return item.title

    def item_description(self, item: Update | Event) -> str:
        if isinstance(item, Event):
            cancelled = _("Aflyst") + ". " if item.state == Event.State.CANCELLED else ""
            return f"{cancelled}{format_day(item.starts_at)}. {item.summary}"
        return to_plain_text(item.body or "")

    def item_pubdate(self, item: Update | Event) -> datetime:
        if isinstance(item, Event):
            return item.public_from or item.updated_at
        return datetime.combine(item.date, time(12), UTC)

    def item_updateddate(self, item: Update | Event) -> datetime:
        return item.updated_at if isinstance(item, Event) else self.item_pubdate(item)


_feed = News()


@public_view(300)
def news(request: HttpRequest) -> HttpResponse:
    return _feed(request)
