"""Texts as files: out of one site, into another, and to and from translators."""

import json
import re
from io import StringIO

import pytest
from babel.messages.pofile import read_po
from django.conf import settings
from django.core.management import CommandError, call_command
from django.utils import timezone

from events.models import Event
from nejtilbander.i18n.languages import TranslationState
from nejtilbander.publishing import serialization, validation, versions
from nejtilbander.publishing.models import Version
from nejtilbander.transfer import json_files, po_files
from nejtilbander.transfer.json_files import TransferError, export_json, import_json, select_objects
from nejtilbander.transfer.po_files import export_po, import_po
from pages.models import Initiative, Page, Statement, Update
from tests.support.admin import save
from tests.support.factories import a_meeting, a_page, a_statement, an_initiative

pytestmark = pytest.mark.django_db


def command(capsys, *words):
    said = StringIO()
    call_command(*words, stdout=said)
    return said.getvalue() + capsys.readouterr().out


def test_the_whole_site_goes_out_and_comes_back_without_a_change(capsys, tmp_path):
    file = tmp_path / "alt.json"
    file.write_text(command(capsys, "export_content"), "utf-8")

    assert len(json.loads(file.read_text("utf-8"))["texts"]) == len(select_objects())
    assert command(capsys, "import_content", str(file)) == "Import: 0 texts.\n"


def test_a_working_copy_whose_address_somebody_has_taken_since_comes_back_as_it_is_and_stops_nothing(staff):
    mover, other = a_page("flytter", title_da="Flytter"), a_page("bliver", title_da="Bliver")
    save(staff, mover, slug="dertil")
    a_page("dertil")
    file = json.loads(export_json(select_objects()))
    assert import_json(json.dumps(file)) == []

    file["texts"]["pages.page bliver"]["fields"]["title_da"] = "Bliver her"
    assert import_json(json.dumps(file)) == [other]

    file["texts"]["pages.page flytter"]["fields"]["title_da"] = "Flytter snart"
    assert refused(json.dumps(file), "pages.page flytter") == ": Adresse: Side med dette Adresse eksisterer allerede."


def test_what_another_site_does_not_have_becomes_a_draft_with_its_rows():
    initiative = Initiative.objects.get(slug="nye-redskaber")
    before = serialization.serialize(initiative)
    file = export_json([initiative])
    initiative.delete()
    other = Initiative.objects.get(slug="klubhuse")
    Update.objects.create(pk=before["updates"][0]["id"], initiative=other, date="2020-01-01", title_da="En andens")

    (found,) = import_json(file)

    assert found.public_from is None
    assert found.title_da == before["fields"]["title_da"]
    assert [row.title_da for row in found.updates.all()] == [before["updates"][0]["title_da"]]
    assert other.updates.get().title_da == "En andens"
    assert import_json(file) == [], "the second time there is nothing new"


def test_what_is_there_already_gets_a_working_copy_and_readers_see_nothing(reader):
    page = a_page("frem", title_da="Her")
    file = json.loads(export_json([page]))
    fields = file["texts"]["pages.page frem"]["fields"]
    fields["title_da"] = "Derfra"
    fields["body_da"] = '<script>alert(1)</script><p onclick="x">Ord</p>'

    assert import_json(json.dumps(file)) == [page]

    content = versions.newest_version(page).content["fields"]
    assert (content["title_da"], content["body_da"]) == ("Derfra", "<p>Ord</p>")
    page.refresh_from_db()
    assert page.title_da == "Her"


@pytest.mark.parametrize(
    "text",
    [
        "", "[]", "{}", '{"format": 2, "texts": {}}', '{"format": 1, "texts": {"auth.user 1": {"fields": {}}}}',
        '{"format": 1, "texts": {"pages.page x": {}}}', '{"format": 1, "texts": {"pages.statement x": {"fields": {}}}}',
        '{"format": 1, "texts": {"pages.page x": {"fields": {"slug": null}}}}',
        '{"format": 1, "texts": {"events.event x": {"fields": {"starts_at": "i morgen"}}}}',
    ],
)  # fmt: skip
def test_a_file_that_is_not_ours_is_refused_with_a_sentence_and_changes_nothing(text, tmp_path):
    before = [serialization.serialize(obj) for obj in select_objects()]
    with pytest.raises(TransferError, match=r"\.$"):
        import_json(text)
    (tmp_path / "x.json").write_text(text)
    with pytest.raises(CommandError):
        call_command("import_content", str(tmp_path / "x.json"))
    assert [serialization.serialize(obj) for obj in select_objects()] == before


def test_one_page_is_chosen_by_kind_and_name_and_an_unknown_one_is_told(capsys):
    assert list(json.loads(command(capsys, "export_content", "pages.initiative", "klubhuse"))["texts"]) == [
        "pages.initiative klubhuse"
    ]
    assert len(select_objects("events.event")) == Event.objects.count()
    for words in (["pages.initiative", "findes-ikke"], ["auth.user"], ["pages.statement", "x"]):
        with pytest.raises(CommandError):
            command(capsys, "export_content", *words)
    assert json_files.object_name(Statement.objects.first()) == "pages.statement 1"


def test_a_translators_file_goes_out_with_what_is_there_and_comes_back_as_a_working_copy(capsys, tmp_path):
    page = Page.objects.get(slug="tilgaengelighed")
    assert page.language_state("tr") == TranslationState.MISSING
    catalog = read_po(StringIO(command(capsys, "export_content", "pages.page", "tilgaengelighed", "--po", "tr")))
    messages = [message for message in catalog if message.id]
    assert {message.id for message in messages} >= {page.title_da, page.body_da}
    for message in messages:
        message.string = f"TR {message.id}"
    file = tmp_path / "tr.po"
    from babel.messages.pofile import write_po  # noqa: PLC0415

    with file.open("wb") as opened:
        write_po(opened, catalog, width=0)

    assert "Import: 1 texts." in command(capsys, "import_content", str(file), "--po", "tr")

    with versions.as_working_copy(page):
        copied = Page.objects.get(pk=page.pk)
        assert copied.title_tr == f"TR {page.title_da}"
        assert copied.language_state("tr") == TranslationState.UNREAD
        assert not copied.is_machine_translated("tr")
    page.refresh_from_db()
    assert page.language_state("tr") == TranslationState.MISSING


@pytest.mark.parametrize("language", ["en", "ar", "so", "tr", "fa"])
def test_a_translators_file_says_which_language_it_is_for_and_has_no_word_that_stands_for_another(language):
    file = export_po(language, [a_page("po", title_da="Nu")])

    head = file.decode().partition("msgctxt")[0]
    assert dict(re.findall(r'^"([\w-]+): (.*)\\n"$', head, re.MULTILINE)).items() >= {
        "Language": language, "Language-Team": dict(settings.LANGUAGES)[language], "Last-Translator": "Odense Kommune",
        "Project-Id-Version": f"Odense siger NEJ TIL BANDER {timezone.localdate()}",
    }.items()  # fmt: skip
    assert not re.search("PROJECT|VERSION|ORGANIZATION|FIRST AUTHOR|FULL NAME|EMAIL|YEAR|LANGUAGE <", head)
    assert import_po(language, file.replace(b'msgid "Nu"\nmsgstr ""', b'msgid "Nu"\nmsgstr "x"')) != []


@pytest.mark.parametrize("language", ["da", "xx"])
def test_no_translators_file_is_made_for_a_language_that_is_not_ours(language):
    with pytest.raises(CommandError, match="Siden her oversættes ikke til"):
        call_command("export_content", "--po", language)


def test_a_translation_of_a_text_that_has_changed_since_is_left_alone_and_so_are_empty_and_fuzzy_ones():
    page = a_page("po", title_da="Nu", summary_da="To")
    file = export_po("tr", [page]).decode()
    old = file.replace('msgid "Nu"\nmsgstr ""', 'msgid "Dengang"\nmsgstr "Eski"')
    fuzzy = file.replace('msgctxt "pages.page po title"\n', '#, fuzzy\nmsgctxt "pages.page po title"\n').replace(
        'msgid "Nu"\nmsgstr ""', 'msgid "Nu"\nmsgstr "Bulanik"'
    )
    for text in (file, old, fuzzy):
        assert import_po("tr", text.encode()) == []
    for language, text in (("da", file), ("xx", file), ("tr", 'msgid "half')):
        with pytest.raises(TransferError):
            import_po(language, text.encode())


def changed(obj, row=None, **fields):
    """The file of `thing`, with some of its fields, or of its first row inside, saying something else."""
    file = json.loads(export_json([obj]))
    content = file["texts"][json_files.object_name(obj)]
    (content[row][0] if row else content["fields"]).update(fields)
    return json.dumps(file)


def refused(text, name="pages.page frem"):
    """The sentence that says why a file is not taken; nothing of it is."""
    before = ([serialization.serialize(obj) for obj in select_objects()], Version.objects.count())
    with pytest.raises(TransferError) as told:
        import_json(text)
    assert ([serialization.serialize(obj) for obj in select_objects()], Version.objects.count()) == before
    return str(told.value).removeprefix(f"{name}").removesuffix(" Intet er hentet.")


BAD_WEB = ": Kildens adresse: Indtast en gyldig URL."
LONG = ": Titel: Denne værdi må højst have 120 tegn (den har 20000)."


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"source_url": "javascript:alert(1)"}, BAD_WEB),
        ({"source_url": "https://example.org/\0"}, ": Kildens adresse: Der står et usynligt tegn (NUL)"),
        ({"slug": "a/b c"}, ": Adresse: "),
        ({"slug": ""}, ": Adresse: Dette felt kan ikke være tomt."),
        ({"slug": "a\0"}, ": Adresse: "),
        ({"slug": None}, ": Adresse: Dette felt kan ikke være null."),
        ({"slug": "klubhuse"}, ": Adresse: Indsats med dette Adresse eksisterer allerede."),
        ({"level": "bogus"}, ": Niveau: Værdien 'bogus' er ikke et gyldigt valg."),
        ({"level": "x" * 100_000}, ": Niveau: Værdien 'xxx"),
        ({"title_da": "x" * 20_000}, LONG),
        ({"title_ar": "x" * 20_000}, LONG),
        ({"title_da": 5}, ": Titel: Her skal stå en tekst."),
        ({"title_da": "\ud800"}, ": Det passer ikke med siden her."),
        ({"order": 10**30}, ": Rækkefølge: Denne værdi skal være mindre end eller lig"),
        ({"order": float("inf")}, ": Rækkefølge: Det passer ikke i feltet."),
        ({"order": []}, ": Rækkefølge: "),
        ({"leads_to_meetings": "måske"}, ": Vis næste stormøde på siden: "),
    ],
)
def test_what_the_form_would_not_take_is_refused_with_the_name_of_the_text_and_the_field(fields, told):
    initiative = an_initiative("fra-fil")

    for slug in ("fra-fil", "helt-ny"):
        name = f"pages.initiative {slug}"
        said = refused(changed(initiative, **{"slug": slug} | fields).replace("pages.initiative fra-fil", name), name)
        assert said.startswith(told)
        assert len(said) < 400


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"starts_at": "0001-01-01T00:00:00Z"}, ": Begynder: Vælg et år fra 2000 til 2100."),
        ({"starts_at": "2027-01-01T10:00:00"}, ": Begynder: Skriv også tidszonen, fx +01:00."),
        ({"starts_at": 5}, ": Begynder: Det passer ikke i feltet."),
        ({"ends_at": "2020-01-01T10:00:00Z"}, ": Mødet skal slutte, efter at det er begyndt."),
        ({"interpreters": ["klingon"]}, ": Tolke: Skriv en liste med disse koder: en, ar, so, tr, fa, sgn."),
        ({"retention_days": 3650}, ": Dage før listen slettes: Denne værdi skal være mindre end eller lig 30."),
    ],
)
def test_a_meeting_from_a_file_is_one_that_the_form_could_have_made(fields, told):
    meeting = a_meeting("fra-fil")

    assert refused(changed(meeting, **fields), "events.event fra-fil").lower().startswith(told.lower())


def test_a_row_inside_that_lacks_what_it_must_have_is_refused_with_the_name_of_its_page():
    file = json.loads(export_json([an_initiative("fra-fil")]))
    file["texts"]["pages.initiative fra-fil"]["updates"] = [{"id": 1, "title_da": "Uden dato"}]

    said = refused(json.dumps(file), "pages.initiative fra-fil")

    assert said == ": Adressen eller nummeret bruges allerede, eller en række mangler noget."


def test_what_only_forms_know_counts_too():
    long = ": Manchet: Denne værdi må højst have 400 tegn (den har 401)."
    assert refused(changed(a_page("frem"), summary_da="x" * 401)) == long
    taken = ": Adresse: Adressen bruges allerede af siden selv. Vælg en anden."
    assert refused(changed(a_page("fri"), slug="hjaelp"), "pages.page fri") == taken


def test_a_row_inside_is_looked_at_and_named_too():
    initiative = Initiative.objects.get(slug="nye-redskaber")

    for fields, told in (
        ({"title_da": "x" * 121}, ", nyt 1: Overskrift: Denne værdi må højst have 120 tegn (den har 121)."),
        ({"date": "0001-01-01"}, ", nyt 1: Dato: Vælg et år fra 2000 til 2100."),
    ):
        assert refused(changed(initiative, "updates", **fields), "pages.initiative nye-redskaber") == told


def test_a_row_inside_stands_on_the_page_it_came_with_whatever_the_file_says():
    public = Initiative.objects.get(slug="klubhuse")
    file = changed(Initiative.objects.get(slug="nye-redskaber"), "updates", initiative_id=public.pk)

    (found,) = import_json(file.replace("nye-redskaber", "ny"))

    assert (found.updates.count(), public.updates.count()) == (1, 0)


def test_what_the_menu_and_the_law_need_stays_where_it_is():
    told = "Menuen eller loven har brug for den, hvor den er. Den kan ikke flyttes."
    for slug in ("forside", "privatliv"):
        file = changed(Page.objects.get(slug=slug), slug="andet")
        assert refused(file, f"pages.page {slug}") == f": Adresse: {told}"
    file = changed(Statement.objects.get(is_current=True), number=7)
    assert refused(file, "pages.statement 1") == f": Nummer: {told}"


def test_another_page_may_move_and_keeps_its_own_address_until_it_is_published():
    page = a_page("frem")

    assert import_json(changed(page, slug="tilbage", title_da="Ny")) == [page]
    assert import_json(changed(page, title_da="Nyere")) == [page], "the working copy's own address is not another's"
    assert versions.newest_version(page).content["fields"]["slug"] == "tilbage"


MARK = {"source": "0123456789abcdef", "read": True, "machine": False, "date": "2026-01-01"}


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ([], {}), ({"ar": "x"}, {}), (5, {}), (None, {}), ({"xx": MARK}, {}), ({"ar": {"read": "ja"}}, {"ar": {}}),
        ({"ar": MARK | {"date": "i går"}, "tr": MARK}, {"ar": MARK | {"date": ...}, "tr": MARK}),
        ({"ar": MARK | {"source": [], "more": 1}}, {"ar": MARK | {"source": ...}}),
    ],
)  # fmt: skip
def test_of_what_a_file_says_of_translations_only_what_can_be_read_is_kept(staff, given, kept):
    kept = {code: {name: value for name, value in mark.items() if value is not ...} for code, mark in kept.items()}
    initiative = Initiative.objects.get(slug="nye-redskaber")

    assert import_json(changed(initiative, translations=given)) == [initiative]
    assert versions.newest_version(initiative).content["fields"]["translations"] == kept
    assert import_json(changed(initiative, "updates", translations=given)) == [initiative]
    assert versions.newest_version(initiative).content["updates"][0]["translations"] == kept
    assert staff.get("/admin/").status_code == 200


@pytest.mark.parametrize(
    "text",
    [
        "[" * 100_000, '{"format": 1, "texts": ' + '{"a": ' * 900 + "1" + "}" * 900 + "}", "1" * 5000, "[1]",
        json.dumps({"format": 1, "texts": {f"pages.statement {10**30}": {"fields": {}}}}),
        json.dumps({"format": 1, "texts": {"pages.page a/b c": {"fields": {}}}}),
        json.dumps({"format": 1, "texts": {"pages.page \0": {"fields": {}}}}),
        json.dumps({"format": 1, "texts": {"pages.page \ud800": {"fields": {}}}}),
        json.dumps({"format": 1, "texts": {"pages.page x": []}}),
        json.dumps({"format": 1, "texts": {"pages.initiative x": {"fields": {}, "updates": ["id"]}}}),
        json.dumps({"format": 1, "texts": {"pages.initiative x": {"fields": {}, "updates": [{"id": []}]}}}),
        json.dumps({"format": 1, "texts": {"pages.page x": {"fields": {"picture_id": "\ud800"}}}}),
        json.dumps({"format": 1, "texts": {"pages.page x": {"fields": {"picture_id": {"a": 1}}}}}),
        json.dumps({"format": 1, "texts": {"pages.page x": {"fields": {"picture_id": "0" * 16}}}, "pictures": {
            "0" * 16: {"name": "x", "credit": "", "focus_x": float("inf"), "focus_y": 1, "body": ""}}}),
    ],
    ids=range(14),
)  # fmt: skip
def test_a_file_that_is_not_whole_or_has_no_end_is_refused_in_a_short_sentence(text):
    said = refused(text)
    assert said.endswith(".")
    assert len(said) < 400


def test_a_file_that_is_too_large_is_not_read(monkeypatch):
    monkeypatch.setattr(json_files, "MAX_CHARACTERS", 10)
    monkeypatch.setattr(po_files, "MAX_BYTES", 10)
    for read in (lambda: import_json("[" * 11), lambda: import_po("tr", b"#" * 11)):
        with pytest.raises(TransferError, match="Filen er for stor"):
            read()


def test_a_translation_that_is_longer_than_its_field_is_refused_with_its_name():
    page = a_page("frem", title_da="Titlen her")
    file = export_po("tr", [page]).decode()
    long = file.replace('msgid "Titlen her"\nmsgstr ""', f'msgid "Titlen her"\nmsgstr "{"x" * 20_000}"')

    with pytest.raises(TransferError) as told:
        import_po("tr", long.encode())

    assert str(told.value) == f"pages.page frem{LONG} Intet er hentet."
    assert versions.newest_version(page) is None


HEAD = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset={}\\n"\n"Plural-Forms: nplurals={}; plural=0;\\n"\n\n'


@pytest.mark.parametrize(
    "text",
    [
        HEAD.format("klingon", 1) + 'msgid "a"\nmsgstr "x"\n', HEAD.format("utf-8", "x"),
        'msgid "a"\nmsgid_plural "b"\nmsgstr[] "x"\n',
        HEAD.format("utf-8", 3) + 'msgid "a"\nmsgid_plural "b"\nmsgstr[0] "x"\nmsgstr[1] "y"\nmsgstr[2] "z"\n',
    ],
    ids=["an unknown way of writing", "no number", "a plural without one", "more plurals than we have"],
)  # fmt: skip
def test_a_po_file_that_cannot_be_read_is_refused_with_a_sentence(text):
    with pytest.raises(TransferError, match=r"^Det er ikke en hel PO-fil\.$"):
        import_po("tr", text.encode())


def test_all_that_the_site_begins_with_can_be_published():
    assert [validation.validate(obj) for obj in select_objects()] == [[] for _ in select_objects()]


def test_what_came_past_the_form_is_found_in_the_text_and_its_rows_and_said_as_a_bar():
    initiative = an_initiative("forbi", source_url="javascript:alert(1)", title_ar="x" * 100)
    Update.objects.create(initiative=initiative, date="1999-12-31", title_da="For længe siden")
    Initiative.objects.filter(pk=initiative.pk).update(level="bogus")
    initiative.refresh_from_db()

    assert {(one.field, one.language, one.sentence, one.is_error) for one in validation.validate(initiative)} == {
        ("level", "da", "Niveau: Værdien 'bogus' er ikke et gyldigt valg.", True),
        ("source_url", "da", "Kildens adresse: Indtast en gyldig URL.", True),
        ("date", "da", "Dato: Vælg et år fra 2000 til 2100.", True),
    }


def test_what_another_has_taken_and_what_does_not_hang_together_is_a_bar_too():
    first, second = a_meeting("en"), a_meeting("to")
    second.slug, second.ends_at = first.slug, second.starts_at

    assert {(one.field, one.sentence) for one in validation.validate(second)} == {
        ("slug", "Adresse: Stormøde med dette Adresse eksisterer allerede."),
        ("__all__", "Mødet skal slutte, efter at det er begyndt."),
    }
    assert validation.validate(a_statement(7)) == []
