"""Every address of the seeded site, so that no test forgets one."""

from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from nejtilbander.i18n.languages import path_in_language

LANGUAGES = [code for code, _ in settings.LANGUAGES]
YEAR_WITH_PAST_MEETINGS = timezone.localdate(timezone.now() - timedelta(days=40)).year  # of the latest past example
PAGES = [
    "/",
    "/udtalelse/",
    "/udtalelse/1/",
    "/indsatser/",
    "/indsatser/?niveau=forebyggende",
    "/indsatser/klubhuse/",
    "/indsatser/al-capone-modellen/",
    "/indsatser/stormoeder/",
    "/indsatser/nye-redskaber/",
    "/indsatser/vidner-og-ofre/",
    "/indsatser/sunde-faellesskaber/",
    "/indsatser/skoler-og-boernehaver/",
    "/indsatser/byens-rum/",
    "/indsatser/foreninger-og-naboer/",
    "/indsatser/faelles-sprog/",
    "/hjaelp/",
    "/stormoeder/",
    "/stormoeder/tidligere/",
    f"/stormoeder/tidligere/{YEAR_WITH_PAST_MEETINGS}/",
    "/stormoeder/trygge-butikker/",
    "/stormoeder/unge-og-foraeldre/",
    "/stormoeder/naboskab/",
    "/stormoeder/frivillige/",
    "/stormoeder/byen-staar-sammen/",
    "/stormoeder/tryg-i-byen/",
    "/plakat/",
    "/plakat/butik/",
    "/stormoeder/trygge-butikker/plakat/",
    "/stormoeder/frivillige/plakat/",
    "/stormoeder/tryg-i-byen/plakat/",
    "/stormoeder/trygge-butikker/tilmelding/",
    "/stormoeder/unge-og-foraeldre/tilmelding/",
    "/stormoeder/naboskab/tilmelding/",
    "/stormoeder/trygge-butikker/kvittering/",
    "/min-tilmelding/slettet/",
    "/aktuelt/",
    "/hvem/",
    "/goer-noget/",
    "/bekymret/",
    "/kontakt/",
    "/privatliv/",
    "/tilgaengelighed/",
    "/soeg/",
    "/soeg/?q=politi",
    "/soeg/?q=findesikke",
]
NEUTRAL = ["/min-tilmelding/et-forkert-link/"]  # says what to do, and the same to everyone
ERRORS = [
    "/findes-ikke/",
    "/indsatser/findes-ikke/",
    "/stormoeder/findes-ikke/",
    "/stormoeder/tidligere/1999/",
    "/aktuelt/side/99/",
    "/udtalelse/99/",
]
MACHINES = {
    "/kort.png": "image/png",
    "/indsatser/klubhuse/kort.png": "image/png",
    "/stormoeder/kalender.ics": "text/calendar; charset=utf-8",
    "/stormoeder/naboskab/kalender.ics": "text/calendar; charset=utf-8",
    "/aktuelt.atom": "application/atom+xml; charset=utf-8",
    "/sitemap.xml": "application/xml",
    "/robots.txt": "text/plain; charset=utf-8",
    "/.well-known/security.txt": "text/plain; charset=utf-8",
    "/healthz": "text/plain; charset=utf-8",
    "/readyz": "text/plain; charset=utf-8",
    "/favicon.ico": "image/svg+xml",
}
REDIRECTS = ["/was", "/forlad", "/anmeld", "/anmeld/", "/indsatser", "/forside/", "/aktuelt/side/1/", "/admin/"]


def everywhere(addresses: list[str]) -> list[str]:
    """Each address in each of the six languages."""
    return [path_in_language(address, code) for address in addresses for code in LANGUAGES]
