"""Texts to and from translators."""

import re
from io import StringIO

import pytest
from babel.messages.pofile import read_po
from django.conf import settings
from django.core.management import CommandError, call_command
from django.utils import timezone

from nejtilbander.i18n.languages import TranslationState
from nejtilbander.publishing import versions
from nejtilbander.transfer.json_files import TransferError
from nejtilbander.transfer.po_files import export_po
from nejtilbander.transfer.po_import import import_po
from pages.models import Page
from tests.support.factories import a_page
from tests.support.transfer_files import LONG, command

pytestmark = pytest.mark.django_db


def test_a_translators_file_goes_out_with_what_is_there_and_comes_back_as_a_working_copy(capsys, tmp_path):
    page = a_page("kun-dansk", title_da="Nyt", body_da="<p>Ord.</p>")
    assert page.language_state("tr") == TranslationState.MISSING
    catalog = read_po(StringIO(command(capsys, "export_content", "pages.page", "kun-dansk", "--po", "tr")))
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
        HEAD.format("klingon", 1) + 'msgid "a"\nmsgstr "x"\n',
        'msgid "a"\nmsgid_plural "b"\nmsgstr[] "x"\n',
        'msgid "a"\nmsgid_plural "b"\nmsgstr[1000000000] "x"\n', 'msgid "a"\nmsgstr "half of wh',
    ],
    ids=["an unknown way of writing", "a plural without a number", "a billion plurals", "a file that was cut"],
)  # fmt: skip
def test_a_po_file_that_cannot_be_read_is_refused_with_a_sentence(text):
    with pytest.raises(TransferError, match=r"^Det er ikke en hel PO-fil\.$"):
        import_po("tr", text.encode())
