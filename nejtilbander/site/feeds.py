"""Atom feed of the initiatives' updates and the meetings."""

from datetime import datetime, time

from django.contrib.syndication.views import Feed
from django.http import HttpRequest, HttpResponse
from django.urls import reverse_lazy
from django.utils import timezone
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from events.models import Event
from nejtilbander.i18n.dates import format_day
from nejtilbander.site.news import Kind, NewsItem, latest_news
from nejtilbander.text.prose import to_plain_text
from nejtilbander.web.decorators import public_view

MAX_ENTRIES = 30


class News(Feed):
    feed_type = Atom1Feed
    title = gettext_lazy("Odense siger NEJ TIL BANDER")
    subtitle = gettext_lazy("Det er der sket, og de næste stormøder")
    link = reverse_lazy("front")
    author_name = "Odense Kommune"

    def items(self) -> list[NewsItem]:
        return latest_news(0, MAX_ENTRIES)

    def item_title(self, item: NewsItem) -> str:
        return item.title

    def item_description(self, item: NewsItem) -> str:
        if not isinstance(item.obj, Event):
            return to_plain_text(item.obj.body or "")
        cancelled = _("Aflyst") + ". " if item.kind == Kind.CANCELLED else ""
        return f"{cancelled}{format_day(item.obj.starts_at)}. {item.obj.summary}"

    def item_pubdate(self, item: NewsItem) -> datetime:
        return timezone.make_aware(datetime.combine(item.day, time()))

    def item_updateddate(self, item: NewsItem) -> datetime:
        return item.obj.updated_at if isinstance(item.obj, Event) else self.item_pubdate(item)


_feed = News()


@public_view(300)
def news(request: HttpRequest) -> HttpResponse:
    return _feed(request)
