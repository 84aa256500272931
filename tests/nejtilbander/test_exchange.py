"""Texts as files: out of one site, into another, and to and from translators."""

import json
from io import StringIO

import pytest
from babel.messages.pofile import read_po
from django.core.management import CommandError, call_command

from events.models import Event
from nejtilbander import exchange, versions
from nejtilbander.exchange import Unreadable, into, out, po_in, po_out, things
from nejtilbander.languages import State
from pages.models import Initiative, Page, Statement, Update
from tests.make import a_page

pytestmark = pytest.mark.django_db


def command(capsys, *words):
    said = StringIO()
    call_command(*words, stdout=said)
    return said.getvalue() + capsys.readouterr().out


def test_the_whole_site_goes_out_and_comes_back_without_a_change(capsys, tmp_path):
    file = tmp_path / "alt.json"
    file.write_text(command(capsys, "export_content"), "utf-8")

    assert len(json.loads(file.read_text("utf-8"))["texts"]) == len(things())
    assert command(capsys, "import_content", str(file)) == "Import: 0 texts.\n"


def test_what_another_site_does_not_have_becomes_a_draft_with_its_rows():
    initiative = Initiative.objects.get(slug="nye-redskaber")
    before = versions.content_of(initiative)
    file = out([initiative])
    initiative.delete()
    other = Initiative.objects.get(slug="klubhuse")
    Update.objects.create(pk=before["updates"][0]["id"], initiative=other, date="2020-01-01", title_da="En andens")

    (found,) = into(file)

    assert found.public_from is None
    assert found.title_da == before["fields"]["title_da"]
    assert [row.title_da for row in found.updates.all()] == [before["updates"][0]["title_da"]]
    assert other.updates.get().title_da == "En andens"
    assert into(file) == [], "the second time there is nothing new"


def test_what_is_there_already_gets_a_working_copy_and_readers_see_nothing(reader):
    page = a_page("frem", title_da="Her")
    file = json.loads(out([page]))
    fields = file["texts"]["pages.page frem"]["fields"]
    fields["title_da"] = "Derfra"
    fields["body_da"] = '<script>alert(1)</script><p onclick="x">Ord</p>'

    assert into(json.dumps(file)) == [page]

    content = versions.newest(page).content["fields"]
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
    before = [versions.content_of(thing) for thing in things()]
    with pytest.raises(Unreadable, match=r"\.$"):
        into(text)
    (tmp_path / "x.json").write_text(text)
    with pytest.raises(CommandError):
        call_command("import_content", str(tmp_path / "x.json"))
    assert [versions.content_of(thing) for thing in things()] == before


def test_one_page_is_chosen_by_kind_and_name_and_an_unknown_one_is_told(capsys):
    assert list(json.loads(command(capsys, "export_content", "pages.initiative", "klubhuse"))["texts"]) == [
        "pages.initiative klubhuse"
    ]
    assert len(things("events.event")) == Event.objects.count()
    for words in (["pages.initiative", "findes-ikke"], ["auth.user"], ["pages.statement", "x"]):
        with pytest.raises(CommandError):
            command(capsys, "export_content", *words)
    assert exchange.name_of(Statement.objects.first()) == "pages.statement 1"


def test_a_translators_file_goes_out_with_what_is_there_and_comes_back_as_a_working_copy(capsys, tmp_path):
    page = Page.objects.get(slug="tilgaengelighed")
    assert page.language_state("tr") == State.MISSING
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
        assert copied.language_state("tr") == State.UNREAD
        assert not copied.is_machine_made("tr")
    page.refresh_from_db()
    assert page.language_state("tr") == State.MISSING


def test_a_translation_of_a_text_that_has_changed_since_is_left_alone_and_so_are_empty_and_fuzzy_ones():
    page = a_page("po", title_da="Nu", summary_da="To")
    file = po_out("tr", [page]).decode()
    old = file.replace('msgid "Nu"\nmsgstr ""', 'msgid "Dengang"\nmsgstr "Eski"')
    fuzzy = file.replace('msgctxt "pages.page po title"\n', '#, fuzzy\nmsgctxt "pages.page po title"\n').replace(
        'msgid "Nu"\nmsgstr ""', 'msgid "Nu"\nmsgstr "Bulanik"'
    )
    for text in (file, old, fuzzy):
        assert po_in("tr", text.encode()) == []
    for language, text in (("da", file), ("xx", file), ("tr", 'msgid "half')):
        with pytest.raises(Unreadable):
            po_in(language, text.encode())
