"""The sitemap: every public address, in the languages in which the page is complete."""

from datetime import datetime

from django.contrib.sitemaps import Sitemap
from django.db.models import QuerySet
from django.urls import reverse

from events.models import Event
from nejtilbander.i18n.languages import CODES
from nejtilbander.i18n.models import Translated
from nejtilbander.publishing.models import ContentModel
from pages.models import Initiative, Page, Statement


class ContentSitemap(Sitemap):
    """The addresses of one kind of content, only in the languages in which it is complete."""

    i18n = alternates = x_default = True

    def get_languages_for_item(self, item: Translated) -> list[str]:
        return item.languages()

    def lastmod(self, item: ContentModel) -> datetime:
        return item.updated_at


class Pages(ContentSitemap):
    def items(self) -> QuerySet[Page]:
        return Page.objects.public().exclude(slug="stormoeder")


class Statements(ContentSitemap):
    def items(self) -> QuerySet[Statement]:
        return Statement.objects.public()

    def location(self, item: Statement) -> str:
        return reverse("pages:statement") if item.is_current else item.get_absolute_url()


class Initiatives(ContentSitemap):
    def items(self) -> QuerySet[Initiative]:
        return Initiative.objects.public()


class Events(ContentSitemap):
    def items(self) -> QuerySet[Event]:
        return Event.objects.public()


class Fixed(Sitemap):
    """Pages whose texts come from the code, and so exist in every language."""

    i18n = alternates = x_default = True

    def items(self) -> list[str]:
        return ["pages:guide", "events:events", "events:past", "latest", "guide_poster", "shop_poster"]

    def location(self, item: str) -> str:
        return reverse(item)

    def get_languages_for_item(self, item: str) -> list[str]:
        return CODES


class PastYears(Fixed):
    """The years that have past meetings."""

    def items(self) -> list[str]:
        return [str(year) for year in Event.objects.past_years()]

    def location(self, item: str) -> str:
        return reverse("events:past_year", args=[item])


SITEMAPS = {
    "fixed": Fixed,
    "past_years": PastYears,
    "pages": Pages,
    "statements": Statements,
    "initiatives": Initiatives,
    "events": Events,
}
