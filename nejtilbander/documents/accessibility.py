"""What is wrong with a document for some readers, and what staff can do about it."""

from nejtilbander.documents.models import Document

NO_TEXT = (
    "Der er ingen bogstaver i filen, kun billeder af dem. Ingen kan søge i den, og ingen skærmlæser kan læse den. "
    "Gem den fra det program, den er skrevet i, i stedet for at scanne papiret."
)
NOT_TAGGED = (
    "Filen er ikke mærket op: En skærmlæser kender ikke overskrifter, lister og rækkefølge. "
    "I Word: Gem som PDF, Indstillinger, „Dokumentstrukturkoder til hjælp til handicappede“."
)
NO_LANGUAGE = "Filen sagde ikke, hvilket sprog den er på. Sproget herfra er skrevet ind i den."
OTHER_LANGUAGE = "Filen sagde, at den er på et andet sprog ({}). Se efter, om det er den rigtige fil."
NO_TITLE = "Filen havde ingen titel. Titlen herfra er skrevet ind i den."


def findings(document: Document) -> list[str]:
    """Sentences in Danish; [] when the site sees nothing wrong."""
    stated = document.stated_language.lower().partition("-")[0]
    found = []
    if not document.has_text:
        found.append(NO_TEXT)
    if not document.is_tagged:
        found.append(NOT_TAGGED)
    if not stated:
        found.append(NO_LANGUAGE)
    elif stated != document.language:
        found.append(OTHER_LANGUAGE.format(document.stated_language))
    if not document.had_title:
        found.append(NO_TITLE)
    return found
