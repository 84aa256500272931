"""The pages that are no content, for whoever chooses a link: the guide with its sections, partners, lists, posters."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from nejtilbander.i18n.languages import SOURCE
from nejtilbander.links.choices import Choice
from pages import guide
from pages.models import Partner


def fixed_pages() -> Iterator[Choice]:
    """In the active language, where the code has words for a page; lists and posters by what staff call them."""
    with translation.override(SOURCE):
        guide_path, partners_path = reverse("pages:guide"), reverse("pages:partners")
        fixed = [
            Choice(reverse("pages:statement"), "Udtalelsen, der gælder nu"),
            Choice(reverse("events:past"), "Tidligere stormøder"),
            Choice(reverse("latest"), "Aktuelt"),
            Choice(reverse("search"), "Søg"),
            Choice(reverse("guide_poster"), "Plakat: Råd og hjælp", "plakat"),
            Choice(reverse("shop_poster"), "Plakat til butikker", "plakat"),
        ]
    yield Choice(guide_path, _("Råd og hjælp"))
    for section in guide.sections():
        yield Choice(f"{guide_path}#{section.anchor}", section.title, "afsnit i Råd og hjælp")
    yield from fixed
    for partner in Partner.objects.public().listed():
        yield Choice(f"{partners_path}#{partner.slug}", partner.name, "partner")
