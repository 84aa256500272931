"""Atom feed of the initiatives' updates and the meetings."""

from datetime import datetime, time

from django.contrib.syndication.views import Feed
from django.http import HttpRequest, HttpResponse
from django.urls import reverse_lazy
from django.utils import timezone
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import escape
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from events.models import Event
from nejtilbander.i18n.dates import format_day
from nejtilbander.site.news import Kind, NewsItem, latest_news
from nejtilbander.text.prose import to_plain_text
from nejtilbander.web.decorators import public_view

MAX_ENTRIES = 30
AUTHORITY = "tag:odense.dk,2026-11"  # RFC 4151: neither the host nor an address is part of it, so it never changes


class News(Feed):
    feed_type = Atom1Feed
    title = gettext_lazy("Odense siger NEJ TIL BANDER")
    subtitle = gettext_lazy("Det er der sket, og de næste stormøder")
    link = reverse_lazy("front")
    author_name = "Odense Kommune"

    def feed_guid(self) -> str:
        return f"{AUTHORITY}:{get_language()}/aktuelt"

    def item_guid(self, item: NewsItem) -> str:
        """From the object's creation on the same, in each language. A meeting that is cancelled is the same entry."""
        identity = f"stormoede/{item.obj.uid}" if isinstance(item.obj, Event) else f"nyt/{item.obj.pk}"
        return f"{AUTHORITY}:{get_language()}/{identity}"

    def items(self) -> list[NewsItem]:
        return latest_news(0, MAX_ENTRIES)

    def item_title(self, item: NewsItem) -> str:
        return item.title

    def item_description(self, item: NewsItem) -> str:
        """As HTML: that is what Django says of it in the feed."""
        if not isinstance(item.obj, Event):
            return escape(to_plain_text(item.obj.body or ""))
        cancelled = _("Aflyst") + ". " if item.kind == Kind.CANCELLED else ""
        return escape(f"{cancelled}{format_day(item.obj.starts_at)}. {item.obj.summary}")

    def item_pubdate(self, item: NewsItem) -> datetime:
        """The beginning of the day: of the hour nothing is known, and no other is past all day."""
        return timezone.make_aware(datetime.combine(item.day, time()))

    def item_updateddate(self, item: NewsItem) -> datetime:
        """Never before it was published, nor after now. An update's own row says nothing of when it was changed."""
        published = self.item_pubdate(item)
        return min(max(item.obj.updated_at, published), timezone.now()) if isinstance(item.obj, Event) else published


_feed = News()


@public_view(300)
def news(request: HttpRequest) -> HttpResponse:
    return _feed(request)
