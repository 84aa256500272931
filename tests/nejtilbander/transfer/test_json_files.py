"""Content exported from one site and imported to another as JSON."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from events.models import Event
from nejtilbander.publishing import serialization, versions
from nejtilbander.publishing.models import Version
from nejtilbander.transfer import json_files, po_files
from nejtilbander.transfer.json_files import TransferError, export_json, import_json, select_objects
from nejtilbander.transfer.po_files import import_po
from pages.models import Initiative, Page, Statement, Update
from tests.make import a_meeting, a_page, an_initiative
from tests.nejtilbander.editorial.test_model_admin import save

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


def changed(obj, row=None, **fields):
    """The export of `obj` with other values in `fields`: its own, or those of the first entry of the part `row`."""
    file = json.loads(export_json([obj]))
    content = file["texts"][json_files.object_name(obj)]
    (content[row][0] if row else content["fields"]).update(fields)
    return json.dumps(file)


def refused(text, name="pages.page frem"):
    """The sentence of the refusal of `text`, without `name`. Asserts that nothing was imported."""
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
