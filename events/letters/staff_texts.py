"""The texts of letters to staff: Danish, and they name the meeting, for they go to the municipality's own mailboxes."""

from collections.abc import Callable

from django.conf import settings
from django.urls import reverse

from events.letters.texts import LetterText, bulk_test
from events.models import Letter
from events.signups.groups import groups
from events.signups.staff_counts import STEP, rounded_words

Kind = Letter.Kind


def _to_staff(letter: Letter, subject: str, *paragraphs: str) -> LetterText:
    link = settings.SITE_URL + reverse("events:event", args=[letter.event.slug])
    return LetterText(subject, list(paragraphs), link, "Se mødet", is_staff=True)


def alarm(letter: Letter) -> LetterText:
    return _to_staff(
        letter,
        "Mange tilmeldinger på kort tid",
        f"Der kommer usædvanligt mange tilmeldinger til „{letter.event.title}“.",
        "Siden bremser dem selv: Nye tilmeldinger tager lidt længere tid, og højst en fjerdedel af pladserne kan "
        "holdes, uden at nogen har bekræftet. Ingen, der har bekræftet, mister sin plads.",
        "Se tallene i administrationen. Tyder det på et angreb, så luk tilmeldingen dér, og kontakt it-driften.",
    )


def concentration(letter: Letter) -> LetterText:
    """No exact number: a mailbox is read by more than those who may open the list."""
    found = groups(letter.event)
    set_aside = rounded_words(sum(one.set_aside for one in found) // STEP * STEP)
    return _to_staff(
        letter,
        "Mange pladser fra samme sted",
        f"Til „{letter.event.title}“ er der kommet mange tilmeldinger fra samme maildomæne eller samme net. "
        f"Grupper: {len(found)}. Tilmeldinger uden plads, fordi der var for mange: {set_aside}.",
        "Ét sted får højst en tiendedel af pladserne. Resten får en mail om, at de kan ringe eller skrive.",
        "Den, der må åbne listen, kan se grupperne i administrationen under mødets tilmelding, tage en gruppe ud eller "
        "lukke den ind. Ingen kan se, hvem det er.",
    )


def access_logged(letter: Letter) -> LetterText:
    return _to_staff(
        letter,
        "Listen er åbnet",
        f"En medarbejder har åbnet listen til „{letter.event.title}“.",
        "Hvem, hvad og hvornår står i administrationen under mødets tilmelding. Undrer det dig, så spørg.",
    )


def tampered(letter: Letter) -> LetterText:
    return _to_staff(
        letter,
        "Noget i databasen er ikke lavet af jer",
        f"Nøglen til listen over tilmeldte eller en mail til alle mangler medarbejdernes underskrift. Det gælder "
        f"„{letter.event.title}“. Så kan en anden have skrevet i databasen.",
        "Siden passer på imens: Er det nøglen, er tilmeldingen lukket. Er det en mail, bliver den ikke sendt.",
        "Kontakt it-driften med det samme. Hvad de skal gøre, står i docs/operate.md.",
    )


TO_STAFF: dict[str, Callable[[Letter], LetterText]] = {
    Kind.TEST: bulk_test, Kind.ALARM: alarm, Kind.CONCENTRATION: concentration, Kind.OPENED: access_logged,
    Kind.TAMPERED: tampered,
}  # fmt: skip
