"""The seeded words say what the committee said, claim by claim, at its strength; nothing false or invented."""

import re
from pathlib import Path

import pytest

from events.models import Event
from nejtilbander.publishing.content_checks import check_content
from nejtilbander.text.prose import to_plain_text
from nejtilbander.text.readability import lix
from nejtilbander.transfer.seeding import load_texts
from pages.models import Initiative, Page, Partner, Statement

PAGES, EVENTS = load_texts(Path("pages/content")), load_texts(Path("events/content"))

# The nineteen claims of the statement: what it says, and the phrase by which it stands in Danish and in English.
CLAIMS = {
    "1 shoulder to shoulder with the police, and who else": (
        ["skulder ved skulder med Fyns Politi", "Erhvervsdrivende, boligorganisationer og civilsamfundet er med"],
        ["shoulder to shoulder with Funen Police", "Business owners, housing organisations and civil society are part"],
    ),
    "2 the message": (
        ["Budskabet er klart: Odense siger nej til bander"],
        ["The message is clear: Odense says no to gangs"],
    ),
    "3 a safe city, and an answer demanded": (
        ["tryg by for alle", "kriminelle adfærd gør folk bange og utrygge", "Derfor skal den have et svar"],
        ["safe city for everyone", "criminal behaviour makes people afraid and unsafe", "it demands an answer"],
    ),
    "4 the answer of civil society": (
        [
            "Civilsamfundets stærke svar er et fællesskab, som alle kan se",
            "på tværs af befolkningsgrupper, myndigheder, virksomheder og organisationer",
            "Odense står sammen mod banderne",
        ],
        [
            "Civil society's strong answer is a community that everyone can see",
            "across population groups, authorities, businesses and organisations",
            "Odense stands together against the gangs",
        ],
    ),
    "5 a united committee does not tolerate it": (
        ["et samlet Økonomiudvalg", "krystalklart: Vi tåler ikke vold, trusler, afpresning eller anden kriminalitet"],
        ["a united Finance Committee", "clear: we do not tolerate violence, threats, extortion or other crime"],
    ),
    "6 not fine words, but action": (
        ["ikke kun pæne ord i en artikel", "kommer handling, og den er lige så klar"],
        ["not just fine words in an article", "comes action, and it is just as clear"],
    ),
    "7 gangs curbed, the chain broken": (
        ["Banderne skal tøjles", "Fødekæden til dem skal brydes"],
        ["The gangs must be curbed", "The chain that feeds them must be broken"],
    ),
    "8 the gang package set in motion, on two levels": (
        [
            "Kommunen har sat gang i arbejdet med initiativerne i regeringens bandepakke",
            "Vi arbejder aktivt på to niveauer",
        ],
        [
            "has set in motion the work with the initiatives of the government's gang package",
            "We work actively on two levels",
        ],
    ),
    "9 how clubhouses can be closed": (
        ["Vi arbejder aktivt på, hvordan bandernes klubhuse kan lukkes"],
        ["We work actively on how the gangs' clubhouses can be closed"],
    ),
    "10 the special unit": (
        [
            "En særlig enhed sørger for, at bandemedlemmer, der får kommunale ydelser, bliver aktiveret",
            "at eventuelt socialt bedrageri bliver stoppet hurtigt og effektivt",
        ],
        [
            "A special unit sees to it that gang members on municipal benefits are activated: put to work or study",
            "any social benefit fraud is stopped quickly and effectively",
        ],
    ),
    "11 the big meetings": (
        ["Her mødes kommune, politi, erhvervsdrivende og civilsamfund", "ruster fællesskabet", "modbydelige og feje"],
        ["municipality, police, business owners and civil society", "equips the community", "vile and cowardly"],
    ),
    "12 Odense leads on new tools": (
        [
            "Odense er gået forrest med at udvikle nye redskaber sammen med andre",
            "bedre rammer for kampen",
            "input til regeringens Bandepakke III",
            "arbejde for bedre vilkår for vidner og ofre",
            "Begge dele bygger på erfaringer fra Odense",
        ],
        [
            "Odense has taken the lead in developing new tools together with others",
            "better conditions for the fight",
            "input to the government's third gang package (Bandepakke III)",
            "work for better conditions for witnesses and victims",
            "Both build on Odense's own experience",
        ],
    ),
    "13 the best setting for the young": (
        [
            "de bedste rammer for at være med i sunde fællesskaber og leve deres drømme ud",
            "vokse op, præge Odense og være aktive borgere",
        ],
        [
            "the best setting for being part of sound communities and living out their dreams",
            "grow up, shape Odense and be active citizens",
        ],
    ),
    "14 how children go to school": (
        ["Det betyder meget:", "hvordan børn går i skole og børnehave"],
        ["It matters a great deal:", "how children go to school and kindergarten"],
    ),
    "15 how the city is laid out": (["hvordan byen er indrettet"], ["how the city is laid out"]),
    "16 far better alternatives": (
        [
            "foreninger og fællesskaber mellem naboer og generationer giver rammer",
            "langt bedre alternativer til et liv i en bande",
        ],
        [
            "associations and communities of neighbours and generations offer settings",
            "far better alternatives to a life in a gang",
        ],
    ),
    "17 closer cooperation, a common language": (
        [
            "styrker kommunen samarbejdet med civilsamfundet",
            "hvor folk bor, går i skole og mødes på tværs af alle forskelle",
            "Et fælles sprog skal binde indsatsen sammen",
        ],
        [
            "strengthening its cooperation with civil society",
            "where people live, go to school and meet across all differences",
            "A common language is to bind the effort together",
        ],
    ),
    "18 the call on everyone, and where to go in doubt": (
        [
            "opfordrer alle til fortsat at støtte indsatsen og de gode fællesskaber",
            "opfordrer også alle til at anmelde kriminalitet til politiet",
            "Har du eller andre mødt vold, trusler, afpresning eller andet",
            "i tvivl, om du skal kontakte politiet, eller hvad du skal gøre? Så find råd på nejtilbander.dk",
        ],
        [
            "calls on everyone to go on supporting the effort and the good communities",
            "calls on everyone to report crime to the police",
            "Have you or others experienced violence, threats, extortion or anything else",
            "in doubt whether to contact the police, or what to do? Then find advice at nejtilbander.dk",
        ],
    ),
    "19 not alone, many came, proud": (
        [
            "Du er ikke alene",
            "Stadig flere i civilsamfundet engagerer sig",
            "på stormøderne på Rådhuset, hvor mange kom",
            "stolt af det sammenhold og det engagement",
        ],
        [
            "You are not alone",
            "More and more people in civil society are getting involved",
            "at the big public meetings at the City Hall (Rådhuset), where many came",
            "proud of that cohesion and that commitment",
        ],
    ),
}

# What an initiative's own page says of the claims, in Danish and in English.
INITIATIVES = {
    "klubhuse": (9, "hvordan bandernes klubhuse kan lukkes", "how the gangs' clubhouses can be closed"),
    "al-capone-modellen": (10, "eventuelt socialt bedrageri", "any social benefit fraud"),
    "stormoeder": (11, "ruster fællesskabet", "equips the community"),
    "nye-redskaber": (12, "regeringens Bandepakke III", "the government's third gang package"),
    "vidner-og-ofre": (12, "bedre vilkår", "better conditions"),
    "sunde-faellesskaber": (13, "leve deres drømme ud", "living out their dreams"),
    "skoler-og-boernehaver": (14, "børn går i skole og børnehave", "children go to school and kindergarten"),
    "byens-rum": (15, "hvordan byen er indrettet", "how the city is laid out"),
    "foreninger-og-naboer": (16, "langt bedre alternativer til et liv i en bande", "far better alternatives"),
    "faelles-sprog": (17, "Et fælles sprog skal binde indsatsen sammen", "A common language is to bind"),
}

FALSE_OR_INVENTED = [
    "alle lovlige midler", "Vi lukker et hus", "klar til arbejde", "penge, de ikke har ret til",
    "videre til andre byer", "koster ingen noget", "hvem de møder", "folk i byen har fortalt",
    "passer på dem, der anmelder", "siger det videre", "Det første stormøde", "Salen var fuld", "skal passes på",
    "teleslynge", "elevator", "Banders klubhuse", "Den her side", "Flere og flere går med", "og meld det",
    "every lawful means", "ready for work", "pass on to other cities", "costs no one anything",
    "who they meet there", "look after people who report", "The hall was full", "hearing loop", "step-free",
]  # fmt: skip


def plain(fields):
    """Every text of one object, a line each block."""
    return "\n".join(to_plain_text(text) for text in fields.values() if isinstance(text, str))


def one_line(text):
    return re.sub(r"\s+", " ", text)


def danish_texts():
    """(name, limit of LIX, text) for every object of the Danish content."""
    for kind in ("page", "statement", "initiative"):
        for slug, fields in PAGES["da"][kind].items():
            easiest = (kind, slug) in {("page", "bekymret"), ("page", "stormoeder")}
            prose = {key: fields[key] for key in ("summary", "body", "next_steps") if key in fields}
            yield pytest.param(30 if easiest else 35, plain(prose), id=f"{kind}.{slug}")
    partners = "\n".join(plain({"body": fields["body"]}) for fields in PAGES["da"]["partner"].values())
    yield pytest.param(35, partners, id="partners")
    programme = EVENTS["da"]["common"]["programme"]
    for slug, fields in EVENTS["da"]["event"].items():
        yield pytest.param(30, plain({"programme": programme} | fields), id=f"event.{slug}")


@pytest.mark.parametrize(("danish", "english"), CLAIMS.values(), ids=CLAIMS)
def test_the_statement_makes_the_claim(danish, english):
    for language, phrases in (("da", danish), ("en", english)):
        statement = one_line(plain(PAGES[language]["statement"]["1"]))
        assert [phrase for phrase in phrases if phrase not in statement] == []


def test_there_are_nineteen_claims():
    assert [int(name.split()[0]) for name in CLAIMS] == list(range(1, 20))


@pytest.mark.parametrize("slug", INITIATIVES)
def test_an_initiative_says_its_claim_and_leads_on(slug):
    _, *phrases = INITIATIVES[slug]
    for language, phrase in zip(("da", "en"), phrases, strict=True):
        fields = PAGES[language]["initiative"][slug]
        assert phrase in one_line(plain(fields))
        assert 'href="/' in fields["body"].rsplit("<p>", 1)[1], "the last paragraph leads on"


@pytest.mark.parametrize(("limit", "text"), [*danish_texts()])
def test_the_danish_is_easy_to_read(limit, text):
    assert lix(text) <= limit


@pytest.mark.parametrize("phrase", FALSE_OR_INVENTED)
def test_nothing_false_or_invented_is_said(phrase):
    for content in (PAGES, EVENTS):
        for language in ("da", "en"):
            assert phrase.lower() not in all_words(content[language]).lower()


def test_a_past_example_claims_nothing_and_no_meeting_has_access_facts():
    for language, word in (("da", "eksempel"), ("en", "example")):
        for slug in ("byen-staar-sammen", "tryg-i-byen"):
            assert word in EVENTS[language]["event"][slug]["outcome"]
    for content in EVENTS.values():
        assert not any("access" in fields for fields in (content["common"], *content["event"].values()))


@pytest.mark.django_db
@pytest.mark.parametrize("model", [Statement, Initiative, Page, Partner, Event])
def test_nothing_seeded_is_what_staff_would_be_warned_about(model):
    assert [finding for obj in model.objects.all() for finding in check_content(obj)] == []


@pytest.mark.django_db
def test_the_statement_is_short_enough_for_one_printed_page():
    statement = Statement.objects.get(number=1)

    words = to_plain_text(statement.summary_da + statement.body_da + statement.next_steps_da).split()
    assert len(words) <= 560
    assert statement.summary_da.count("<p>") == 3


@pytest.mark.django_db
@pytest.mark.parametrize("slug", ["goer-noget", "bekymret", "kontakt", "privatliv", "tilgaengelighed", "forside"])
def test_a_page_that_others_lead_to_is_fixed(slug):
    assert Page.objects.get(slug=slug).is_fixed


def test_a_page_of_staff_is_not_fixed():
    assert not Page(slug="for-skoler").is_fixed


def all_words(value):
    """Every string inside a parsed TOML file."""
    if isinstance(value, dict):
        return "\n".join(all_words(inner) for inner in value.values())
    if isinstance(value, list):
        return "\n".join(map(all_words, value))
    return str(value)
