"""Texts as files: out of one site, into another."""

import json

import pytest
from django.core.management import CommandError, call_command

from events.models import Event
from nejtilbander.publishing import serialization, versions
from nejtilbander.transfer import json_files, po_import
from nejtilbander.transfer.json_files import TransferError, export_json, import_json, select_objects
from nejtilbander.transfer.po_import import import_po
from pages.models import Initiative, Page, Statement, Update
from tests.support.admin import save
from tests.support.factories import a_page
from tests.support.transfer_files import changed, command, refused

pytestmark = pytest.mark.django_db


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
    assert (
        refused(json.dumps(file), "pages.page flytter")
        == ": Webadresse: En anden tekst har den webadresse. Vælg en anden."
    )


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


def test_what_the_menu_and_the_law_need_stays_where_it_is():
    told = "Menuen eller loven har brug for den, hvor den er. Den kan ikke flyttes."
    for slug in ("forside", "privatliv"):
        file = changed(Page.objects.get(slug=slug), slug="andet")
        assert refused(file, f"pages.page {slug}") == f": Webadresse: {told}"
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
        ({"ar": MARK | {"rewritten": ["title"]}}, {"ar": MARK | {"rewritten": ["title"]}}),
        ({"ar": MARK | {"rewritten": [1]}, "tr": MARK | {"rewritten": "title"}}, {"ar": MARK, "tr": MARK}),
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
    monkeypatch.setattr(po_import, "MAX_BYTES", 10)
    for read in (lambda: import_json("[" * 11), lambda: import_po("tr", b"#" * 11)):
        with pytest.raises(TransferError, match="Filen er for stor"):
            read()
