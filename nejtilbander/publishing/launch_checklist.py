"""The launch checklist: what a person must check before the site meets the public, and what has been ticked.

docs/before-launch.md has the same list, with the sentences that the police must approve.
"""

from dataclasses import dataclass

from django.conf import settings
from django.contrib.auth.models import User
from django.db import models
from django.utils import timezone


@dataclass(frozen=True)
class LaunchItem:
    """`key` is what a tick is stored under; `sentence` what is true once it is checked; `who` can say so."""

    key: str
    sentence: str
    who: str


_BY_WHO = {
    "Fyns Politi": [
        ("police-sentences", "Politiet har godkendt de råd i guiden, som er samlet nederst i docs/before-launch.md."),
        ("police-numbers", "Det passer, hvornår man ringer hvilket nummer, og hvad man kan anmelde på nettet."),
        ("police-anonymous", "Det passer, hvad guiden siger om tip og anmeldelser uden navn."),
        ("police-deaf", "Det passer, hvordan døve skriver til politiet, og guiden siger, om de kan sende en sms."),
        ("exit", "Det passer, hvad guiden siger om Exit. Har Exit et nummer, så står det der."),
    ],
    "Jurist": [
        ("time-limit", "Reglen om 72 timer og erstatning fra staten gælder, som guiden siger den."),
        ("witness", "Det passer, hvem der får et vidnes navn at vide, og hvad retten kan bestemme."),
    ],
    "Offerrådgivningen og Børns Vilkår": [
        (
            "helpline",
            "Offerrådgivningen er gratis hele døgnet, har chat og tavshedspligt, og nogen kan gå med i retten.",
        ),
        ("childrens-line", "BørneTelefonen svarer hele døgnet, også på sms, og spørger ikke om navn."),
        ("languages-on-the-phone", "Det passer, hvad guiden siger om sprog og tolk på numrene."),
    ],
    "Borgmesterkontoret": [
        ("statement", "Udtalelsen har dato, link til kommunens egen tekst og alle påstande med deres styrke."),
        ("decision", "Økonomiudvalgets sag fra 26. april 2017, punkt 13, er slået op og passer med siden."),
        ("names", "Navne og roller på dem, der står bag udtalelsen, er rigtige."),
    ],
    "Databeskyttelsesrådgiver": [
        ("dpo", "Databeskyttelsesrådgiverens kontakt står på privatlivssiden."),
        ("legal-basis", "Grundlag, formål og frister for tilmeldingen er godkendt."),
    ],
    "Rådhuset": [
        ("access", "Adgang, elevator, handicaptoilet, parkering og teleslynge står rigtigt på hvert møde."),
        ("press", "Reglen om presse og billeder står på hvert møde."),
    ],
    "Redaktionen": [
        ("contact", "Kontaktsiden har kommunens egen adresse, telefon og mail."),
        ("initiatives", "Hver indsats har rigtig status, begyndelse og kilde."),
        ("partners", "De, der er nævnt under Hvem står bag, har sagt ja til at stå der."),
        ("examples", "Møderne med Eksempel er slettet."),
        ("was", "Tilgængelighedserklæringen er lavet i WAS-Tool, og siden leder til den."),
        ("screen-reader", "En, der bruger skærmlæser, har læst guiden og tilmeldt sig et møde."),
        ("design", "Farver og bomærke følger kommunens designmanual."),
    ],
    "Oversættere": [
        ("translation-en", "En, der taler engelsk, har læst siderne, tilmeldingen og mails på engelsk."),
        ("translation-ar", "En, der taler arabisk, har læst siderne, tilmeldingen og mails på arabisk."),
        ("translation-so", "En, der taler somalisk, har læst siderne, tilmeldingen og mails på somalisk."),
        ("translation-tr", "En, der taler tyrkisk, har læst siderne, tilmeldingen og mails på tyrkisk."),
        ("translation-fa", "En, der taler persisk, har læst siderne, tilmeldingen og mails på persisk."),
    ],
    "Driften": [
        ("mail", "En tilmelding på prøve har fået sin mail hos flere mailfirmaer."),
        ("quick-exit", "Siden bag Forlad siden er valgt og viser intet personligt."),
        ("logs", "Logfiler bliver slettet og rummer kun det, som privatlivssiden siger."),
        ("restore", "En backup og dens nøgler er hentet tilbage på prøve."),
        ("security-contact", "Den, der finder et sikkerhedshul, får svar på den adresse, siden oplyser."),
    ],
}
ITEMS = [LaunchItem(key, sentence, who) for who, items in _BY_WHO.items() for key, sentence in items]


class LaunchTick(models.Model):
    """One item that has been checked. Taking the tick back deletes the row; the admin's log keeps both."""

    key = models.CharField(max_length=40, unique=True)
    ticked_at = models.DateTimeField(default=timezone.now)
    ticked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    class Meta:
        verbose_name = "punkt før åbningen"
        verbose_name_plural = "punkter før åbningen"
        default_permissions = ()

    def __str__(self) -> str:
        return next((item.sentence for item in ITEMS if item.key == self.key), self.key)


@dataclass(frozen=True)
class Checklist:
    """Every item of the list is in one of the two."""

    open: list[LaunchItem]
    ticked: list[tuple[LaunchItem, LaunchTick]]


def checklist() -> Checklist:
    """One query."""
    ticks = {tick.key: tick for tick in LaunchTick.objects.select_related("ticked_by")}
    return Checklist(
        [item for item in ITEMS if item.key not in ticks],
        [(item, ticks[item.key]) for item in ITEMS if item.key in ticks],
    )


def tick(item: LaunchItem, by: User) -> LaunchTick | None:
    """The new tick; None when it was there already."""
    ticked, is_new = LaunchTick.objects.get_or_create(key=item.key, defaults={"ticked_by": by})
    return ticked if is_new else None


def untick(item: LaunchItem) -> LaunchTick | None:
    """The tick that was taken back; None when there was none."""
    ticked = LaunchTick.objects.filter(key=item.key).first()
    # Two who take it back at once: one of them did.
    return ticked if ticked and LaunchTick.objects.filter(pk=ticked.pk).delete()[0] else None
