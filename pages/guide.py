"""The report guide: whom to call, its sections and its short answers, in the active language.

Texts are plain; {facts} in them become links. The rules behind them were checked against the authorities' own pages:
docs/decisions/0004. What the police must approve stands alone, in `police_sentences`.
"""

from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _

from nejtilbander.text.contact_facts import FACTS, Fact

WRITTEN_ON = date(2026, 11, 29)  # stands on a print: set it when a text below changes


@dataclass(frozen=True)
class Call:
    """A number to call, and what it is for."""

    name: str
    purpose: str

    @property
    def fact(self) -> Fact:
        return FACTS[self.name]


@dataclass(frozen=True)
class Section:
    """`anchor` is its id; `answer` what to do, in a sentence or two; `intro` stands before `points`, `note` after."""

    anchor: str
    title: str
    answer: str
    points: list[str]
    intro: str = ""
    note: str = ""


@dataclass(frozen=True)
class Question:
    """A question with a short answer, and where more is said, as (address, text). One with an `anchor` has a door."""

    title: str
    answer: str
    more: tuple[str, str] | None = None
    anchor: str = ""


def calls() -> list[Call]:
    """The three numbers, the most urgent first."""
    return [
        Call("alarm", _("Fare nu")),
        Call("politi", _("Politiet, når det ikke haster")),
        Call("offerraadgivning", _("Tal med nogen, hele døgnet")),
    ]


def police_sentences() -> dict[str, list[str]]:
    """By anchor, the advice that the police must approve before launch. docs/before-launch.md lists each sentence."""
    return {
        "bange": [
            _("Er du bange, så sig det. Politiet taler med dig om, hvad de kan gøre."),
            _("I alvorlige sager kan du få en fast person hos politiet, du kan ringe til."),
            _("Skal du vidne, får den tiltalte og forsvareren som regel at vide, hvem du er."),
            _("Retten bestemmer, om dit navn og din adresse kan holdes hemmelige. Spørg politiet."),
        ],
        "butik": [
            _("Er nogen foran dig, så gør det, der holder dig sikker. Ring {alarm} bagefter."),
            _("Ellers: Lov ingenting. Sig, at du vil tænke over det."),
            _("Skriv ned, hvad der blev sagt, hvornår og af hvem."),
            _("Gem beskeder og video."),
        ],
        "svar": [
            _("Det er ulovligt at true dig, også hvis du har betalt."),
            _("Ring {politi}, også hvis du har anmeldt. Haster det, så ring {alarm}. Sig det også til skolen."),
            _("Skriv til politiet. Se hvordan på {fynspoliti}. Er der fare, så få en anden til at ringe {alarm}."),
        ],
    }


def sections() -> list[Section]:
    """The sections in the order of the page: first what cannot wait."""
    return [_in_danger(), _it_happened(), _seen_or_heard(), _in_doubt(), _afraid(), _shop(), _way_out()]


def questions() -> list[Question]:
    """The short answers, to what people ask before they dare call."""
    return [*_about_calling(), *_about_yourself()]


def _in_danger() -> Section:
    return Section(
        "fare",
        _("Er nogen i fare nu?"),
        _("Kom i sikkerhed, og ring så {alarm} med det samme."),
        [
            _("Hvad sker der?"),
            _("Hvor er det? Sig adressen."),
            _("Hvornår skete det?"),
            _("Er nogen kommet til skade?"),
        ],
        intro=_("Ring også, hvis noget ulovligt sker lige nu. Sig:"),
        note=_("Læg først på, når du får besked, hvis det er sikkert for dig."),
    )


def _it_happened() -> Section:
    return Section(
        "sket",
        _("Er det sket, og er faren ovre?"),
        _("Ring {politi}, eller mød op på en politistation. Kan du ikke tale i telefon, så skriv til politiet."),
        [
            _("Vold, trusler og afpresning kan ikke anmeldes på nettet."),
            _("Tyveri, hærværk og svindel på nettet kan du anmelde på {politi.dk} med MitID."),
            _("Skriv ned, hvad der skete, hvor og hvornår. Gem beskeder og billeder."),
            _("Er du kommet til skade? Gå til lægen, også for at få det skrevet ned."),
            _(
                "Så kan du måske også få erstatning fra staten. Det kræver som regel, at du anmelder inden 72 timer. "
                "Er der gået længere tid? Anmeld alligevel."
            ),
        ],
    )


def _seen_or_heard() -> Section:
    return Section(
        "tip",
        _("Har du set eller hørt noget?"),
        _("Giv politiet et tip. Ring {politi}. Du behøver ikke sige, hvem du er."),
        [
            _("hvad du så eller hørte"),
            _("hvor og hvornår det var"),
            _("hvordan folk og biler så ud"),
        ],
        intro=_("Også små ting kan hjælpe. Skriv ned, hvis det er sikkert for dig:"),
        note=_("Følg ikke efter nogen, og tag ikke billeder, hvis det kan være farligt."),
    )


def _in_doubt() -> Section:
    return Section(
        "tvivl",
        _("Er du i tvivl, eller vil du tale med nogen?"),
        _("Ring til Offerrådgivningen på {offerraadgivning}. De svarer hver dag, hele døgnet."),
        [
            _("Offerrådgivningen er for ofre, vidner og deres nærmeste. Du bestemmer selv, hvad du vil fortælle."),
            _("Det er gratis. De har tavshedspligt, og du behøver ikke sige, hvem du er."),
            _("Du kan også chatte på {offerraadgivning.dk}. En frivillig kan måske gå med dig i retten."),
            _("Du finder også råd på {nejtilbander}. Du kan ikke anmelde der."),
            _("Er du i tvivl, om noget er ulovligt? Ring {politi}, og spørg."),
        ],
    )


def _afraid() -> Section:
    return Section(
        "bange",
        _("Er du bange for at anmelde eller vidne?"),
        _("Sig det til politiet med det samme. Ring {politi}, og ring {alarm}, hvis det haster."),
        police_sentences()["bange"],
    )


def _shop() -> Section:
    return Section(
        "butik",
        _("Har du en butik eller et firma?"),
        _("Du er ikke alene. Ring {politi}, også selv om du er i tvivl."),
        police_sentences()["butik"],
    )


def _way_out() -> Section:
    return Section(
        "ud",
        _("Vil du ud af en bande?"),
        _("Du kan få hjælp til at komme ud. Det hedder Exit. Ring {politi}, eller spørg kommunen."),
        [
            _("Exit er for dig, der er fyldt 18 år og selv vil ud."),
            _("Politi, kommune og Kriminalforsorgen arbejder sammen om at hjælpe dig."),
            _("Sig bare: Jeg vil gerne tale med nogen om Exit."),
        ],
        note=_(
            "Er du under 18 år? Ring til BørneTelefonen på {boernetelefonen}, eller tal med en voksen, du stoler på."
        ),
    )


def _about_calling() -> list[Question]:
    """Where an answer is not known, it says whom to ask."""
    return [
        Question(
            _("Kan jeg tale mit eget sprog?"),
            _("Sig først, hvilket sprog du taler. Spørg, om der er en tolk."),
        ),
        Question(
            _("Kan andre se, at jeg har ringet?"),
            _(
                "Ja, på din telefon og måske på regningen. Slet opkaldet, eller lån en telefon af en, du stoler på. "
                "Spørg politiet, om de kan se dit nummer."
            ),
        ),
        Question(
            _("Hvad sker der, når jeg har ringet?"),
            _("Politiet kan spørge om dit navn og nummer. Spørg selv, hvad der nu sker, og hvem du kan ringe til."),
        ),
        Question(
            _("Skal jeg vidne, og får de mit navn?"),
            _(
                "Det kan ske. Spørg politiet. "
                "Du kan anmelde uden navn, men et vidne er som regel kendt af den tiltalte."
            ),
        ),
        Question(_("Hvor er politistationen?"), _("Se det på {fynspoliti}, eller ring {politi}, og spørg.")),
    ]


def _about_yourself() -> list[Question]:
    """The same, of who they are and what they did."""
    threats, school, deaf = police_sentences()["svar"]
    unknown = _("Om du bliver straffet, ved vi ikke. Spørg en advokat eller Offerrådgivningen. De har tavshedspligt.")
    return [
        Question(_("Jeg har betalt dem eller arbejdet sort. Bliver jeg straffet?"), f"{threats} {unknown}"),
        Question(_("De ved, hvor mit barn går i skole"), school),
        Question(_("Er du døv, eller kan du ikke ringe?"), deaf, anchor="doev"),
        Question(
            _("Er du under 18 år?"),
            _(
                "Ring til BørneTelefonen på {boernetelefonen}, eller send en sms, hele døgnet. "
                "Du behøver ikke sige, hvem du er."
            ),
            anchor="under18",
        ),
        Question(
            _("Er der presse til stormøderne, og hvem ser mig gå ind?"),
            _("Alle må komme, så andre kan se dig. Spørg kommunen, om pressen kommer."),
            more=(reverse("pages:page", args=["kontakt"]), _("Kontakt")),
        ),
    ]
