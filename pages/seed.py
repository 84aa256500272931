"""The campaign's first content. Texts are in content/<language>.toml; the other fields are here."""

from datetime import date
from functools import partial
from pathlib import Path

from django.utils import timezone

from nejtilbander.transfer import seeding
from pages.models import Initiative, Page, Partner, Signatory, Statement, Update

SOURCE_URL = "https://www.nejtilbander.dk/bander/odense-kommune"
PAGES = [
    "forside", "indsatser", "hvem", "stormoeder",
    "goer-noget", "bekymret", "kontakt",
    "privatliv", "tilgaengelighed",
]  # fmt: skip
# The committee's members when the statement was made: roles only, no invented names.
SIGNATORIES = ["borgmester", "raadmand", "raadmand", "raadmand", "raadmand"]
INTERVENING = ["klubhuse", "al-capone-modellen", "stormoeder", "nye-redskaber", "vidner-og-ofre"]
PREVENTIVE = [
    "sunde-faellesskaber", "skoler-og-boernehaver", "byens-rum", "foreninger-og-naboer", "faelles-sprog",
]  # fmt: skip
PARTNERS = {
    "odense-kommune": (Partner.Kind.MUNICIPALITY, "https://www.odense.dk/"),
    "fyns-politi": (Partner.Kind.POLICE, "https://politi.dk/fyns-politi"),
    "erhvervsdrivende": (Partner.Kind.BUSINESS, ""),
    "boligorganisationer": (Partner.Kind.HOUSING, ""),
    "civilsamfundet": (Partner.Kind.CIVIL_SOCIETY, ""),
}
UPDATE_DATES = {"nye-redskaber": [date(2017, 3, 24)]}  # Bandepakke III was agreed that day


def seed() -> int:
    """Writes every object that was never seeded before. Returns how many were written."""
    texts = seeding.load_texts(Path(__file__).parent / "content")
    written = sum(
        seeding.seed_once(f"page.{slug}", Page.objects.filter(slug=slug), partial(_page, slug, texts)) for slug in PAGES
    )
    written += seeding.seed_once("statement.1", Statement.objects.all(), partial(_statement, texts))
    for level, slugs in ((Initiative.Level.INTERVENING, INTERVENING), (Initiative.Level.PREVENTIVE, PREVENTIVE)):
        for order, slug in enumerate(slugs, 1):
            rows = Initiative.objects.filter(slug=slug)
            written += seeding.seed_once(f"initiative.{slug}", rows, partial(_initiative, slug, level, order, texts))
    for order, slug in enumerate(PARTNERS, 1):
        partners = Partner.objects.filter(slug=slug)
        written += seeding.seed_once(f"partner.{slug}", partners, partial(_partner, slug, order, texts))
    return written


def _page(slug: str, texts: seeding.Texts) -> None:
    seeding.fill_texts(Page(slug=slug, public_from=timezone.now()), texts, "page", slug)


def _statement(texts: seeding.Texts) -> None:
    statement = Statement(number=1, is_current=True, public_from=timezone.now(), source_url=SOURCE_URL)
    seeding.fill_texts(statement, texts, "statement", "1")
    roles = {
        language: {"signatory": {key: {"role": role} for key, role in content.get("signatory", {}).items()}}
        for language, content in texts.items()
    }
    for order, key in enumerate(SIGNATORIES, 1):
        seeding.fill_texts(Signatory(statement=statement, order=order), roles, "signatory", key)


def _initiative(slug: str, level: str, order: int, texts: seeding.Texts) -> None:
    initiative = Initiative(
        slug=slug, level=level, order=order, public_from=timezone.now(), source_url=SOURCE_URL,
        leads_to_meetings=slug == "stormoeder",
    )  # fmt: skip
    seeding.fill_texts(initiative, texts, "initiative", slug)
    for index, day in enumerate(UPDATE_DATES.get(slug, [])):
        updates = {
            language: {"update": content["initiative"][slug]["updates"][index]}
            for language, content in texts.items()
            if content.get("initiative", {}).get(slug, {}).get("updates")
        }
        seeding.fill_texts(Update(initiative=initiative, date=day), updates, "update")


def _partner(slug: str, order: int, texts: seeding.Texts) -> None:
    kind, url = PARTNERS[slug]
    partner = Partner(slug=slug, kind=kind, order=order, url=url, public_from=timezone.now())
    seeding.fill_texts(partner, texts, "partner", slug)
