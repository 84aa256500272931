"""Translators' files as their programs write them: what is taken, what is refused, and what is said about it after."""

import re
from pathlib import Path

import pytest

from nejtilbander.i18n.languages import TranslationState
from nejtilbander.publishing import versions
from nejtilbander.transfer.json_files import TransferError, working_copy_content
from nejtilbander.transfer.po_files import export_po
from nejtilbander.transfer.po_import import import_po
from pages.models import Page
from tests.support.factories import a_page

pytestmark = pytest.mark.django_db
RECEIVED = {file.stem: file.read_bytes() for file in sorted((Path(__file__).parent / "received").glob("*.po"))}
TITLE = "En aften for alle naboer i Vollsmose"
SUMMARY = "Ring {politi}, hvis du ser vold."
BODY = "<p>Vi står sammen.</p>\n<p>Alle kan komme, og ingen skal betale for noget denne aften i byen.</p>"
TURKISH = {
    "title": "Vollsmose'deki tüm komşular için bir akşam",
    "summary": "Şiddet görürsen {politi} numarasını ara.",
    "body": "<p>Birlikte duruyoruz.</p>\n"
    "<p>Herkes gelebilir ve bu akşam kimse hiçbir şey için ödeme yapmak zorunda değil.</p>",
}
# OmegaT filled in the Danish title; msgmerge guessed one from a text that looked like it.
TAKEN = {"poedit": TURKISH, "weblate": TURKISH, "omegat": TURKISH | {"title": ""}, "msgmerge": TURKISH | {"title": ""}}


@pytest.fixture
def page():
    return a_page("aften", title_da=TITLE, summary_da=SUMMARY, body_da=BODY)


def turkish(page):
    columns = working_copy_content(page)["fields"]
    return {field: columns[f"{field}_tr"] or "" for field in TURKISH}


def drafted(page):
    """`page` as its working copy says."""
    with versions.as_working_copy(page):
        return Page.objects.get(pk=page.pk)


def state(page):
    copied = drafted(page)
    return copied.language_state("tr"), copied.is_machine_translated("tr")


def confirmed(file):
    """`file`, of which somebody has taken every fuzzy mark away."""
    return re.sub(rb"#, fuzzy(?:, )?", b"#, ", file)


def written(file, page, **texts):
    """`file`, our own, in which somebody has written `texts` (by field) and taken their fuzzy marks away."""
    text = file.decode()
    for field, translation in texts.items():
        entry = rf'(?:#, fuzzy\n)?(msgctxt "pages\.page {page.slug} {field}"\nmsgid .*?\nmsgstr )".*?(?=\n\n)'
        found = re.search(entry, text, re.DOTALL)
        text = text.replace(found[0], f'{found[1]}"{translation}"')
    return text.encode()


def with_translation(page, *, machine=False, read=False, **danish_since):
    """`page`, whole in Turkish, whose Danish is changed after that to `danish_since`."""
    for field, text in TURKISH.items():
        setattr(page, f"{field}_tr", text)
    page.mark_translated("tr", read=read, machine=machine)
    for field, text in danish_since.items():
        setattr(page, f"{field}_da", text)
    page.save()
    return page


def test_there_is_a_file_from_each_program():
    assert set(RECEIVED) == set(TAKEN)


@pytest.mark.parametrize("ends", [b"\n", b"\r\n"], ids=["Unix", "Windows"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"], ids=["no BOM", "BOM"])
@pytest.mark.parametrize("program", TAKEN)
def test_a_file_is_taken_from_each_program(page, program, mark, ends):
    assert import_po("tr", mark + RECEIVED[program].replace(b"\n", ends)) == [page]

    assert turkish(page) == TAKEN[program]
    whole = all(TAKEN[program].values())
    assert state(page) == (TranslationState.UNREAD if whole else TranslationState.MISSING, False)


@pytest.mark.parametrize(
    "header",
    ["PO-Revision-Date: ", "PO-Revision-Date: i går", "POT-Creation-Date: 2026-13-41 99:99+9999",
     "Plural-Forms: nplurals=x", "Plural-Forms: nplurals=1000000000; plural=0;", "Plural-Forms: ",
     "Project-Id-Version: ", "MIME-Version: æ", "Last-Translator: <", "Language-Team: ", "Generated-By"],
)  # fmt: skip
def test_no_header_but_the_language_decides_anything(page, header):
    name = header.partition(":")[0]
    without = re.sub(rf'"{name}: [^\n]*\n', "", RECEIVED["poedit"].decode())

    import_po("tr", without.replace('"Language: tr_TR', f'"{header}\\n"\n"Language: tr_TR').encode())

    assert turkish(page) == TURKISH


@pytest.mark.parametrize("charset", ["utf-8", "UTF-8", "utf8", "iso-8859-9", "windows-1254", "utf-16"])
def test_a_file_is_read_in_the_letters_it_is_written_in(page, charset):
    file = RECEIVED["poedit"].decode().replace("charset=UTF-8", f"charset={charset}")

    import_po("tr", file.encode(charset))

    assert turkish(page) == TURKISH


@pytest.mark.parametrize("charset", ["punycode", "unicode_escape", "hex", "zip", "idna", "klingon", "utf-16"])
def test_no_other_decoder_is_started_by_a_header(page, charset):
    with pytest.raises(TransferError, match=r"^Det er ikke en hel PO-fil\.$"):
        import_po("tr", RECEIVED["poedit"].replace(b"charset=UTF-8", f"charset={charset}".encode()))


@pytest.mark.parametrize(
    ("header", "language", "words"),
    [("tr", "ar", "Filen siger selv, at den er på Türkçe, ikke العربية."),
     ("tr_TR", "en", "Filen siger selv, at den er på Türkçe, ikke English."),
     ("AR-EG", "tr", "Filen siger selv, at den er på العربية, ikke Türkçe."),
     ("da", "tr", "Filen siger selv, at den er på Dansk, ikke Türkçe."),
     ("de_DE.UTF-8", "tr", "Filen siger selv, at den er på de_DE.UTF-8, ikke Türkçe.")],
)  # fmt: skip
def test_a_file_in_one_language_is_not_taken_as_another(page, header, language, words):
    file = RECEIVED["poedit"].replace(b"Language: tr_TR", f"Language: {header}".encode())

    with pytest.raises(TransferError) as told:
        import_po(language, file)

    assert str(told.value) == f"{words} Intet er hentet."
    assert versions.newest_version(page) is None


@pytest.mark.parametrize("header", ["tr", "TR", "tr-TR", "tr_TR.UTF-8", "tr@latin", ""])
def test_a_file_in_the_same_language_is_taken_however_it_says_so(page, header):
    assert import_po("tr", RECEIVED["poedit"].replace(b"Language: tr_TR", f"Language: {header}".encode())) == [page]


@pytest.mark.parametrize("unknown", ["{polis}", "{Politi}", "{ politi }", "{الشرطة}", "{politi.tr}", "{}", "{0}"])
@pytest.mark.parametrize("field", ["title", "summary", "body"])
def test_a_name_in_braces_that_the_site_does_not_know_is_refused_by_its_name(page, field, unknown):
    file = written(export_po("tr", [page]), page, **{field: f"Ara {unknown}"})

    with pytest.raises(TransferError) as told:
        import_po("tr", file)

    assert str(told.value) == (
        f"pages.page aften {field}: Siden kender ikke {unknown}. Skriv navnet, som det står i den danske tekst. "
        "Intet er hentet."
    )
    assert versions.newest_version(page) is None


def test_braces_that_the_danish_has_too_are_taken(page):
    page.title_da = "Skriv {dit navn}"
    page.save()

    assert import_po("tr", written(export_po("tr", [page]), page, title="{dit navn} yaz, {alarm}")) == [page]


def test_a_translation_that_is_older_than_the_danish_or_a_machines_goes_out_as_fuzzy(page):
    def fuzzy():
        return re.findall(r'#, fuzzy(?:, [a-z-]+)?\nmsgctxt "pages.page aften (\w+)"', export_po("tr", [page]).decode())

    assert fuzzy() == []
    assert set(with_translation(page) and fuzzy()) == set()
    assert set(with_translation(page, machine=True) and fuzzy()) == set(TURKISH)
    assert set(with_translation(page, machine=True, read=True) and fuzzy()) == set()
    assert set(with_translation(page, body="<p>Nyt.</p>") and fuzzy()) == set(TURKISH)


def test_a_file_says_nothing_of_a_text_that_is_not_so(page):
    """Or Poedit and msgfmt refuse translations of it."""
    page.title_da, page.body_da = "50 % flere i år", "<p>Skriv {navn} og 100 % d.</p>"
    page.save()

    assert re.findall(r"^#, .*", export_po("tr", [page]).decode(), re.MULTILINE) == ["#, python-brace-format"]


def test_a_file_that_comes_back_as_it_went_says_nothing_new(page):
    for how in ({}, {"machine": True}, {"read": True}, {"title": "Nu i juni"}):
        with_translation(page, **how)
        before = state(page)

        assert import_po("tr", export_po("tr", [page])) == []
        assert state(page) == before


def test_one_text_of_several_makes_no_old_translation_current(page):
    with_translation(page, title="Nu i juni", body="<p>Nyt.</p>")

    import_po("tr", written(export_po("tr", [page]), page, title="Haziranda"))

    assert turkish(page)["title"] == "Haziranda"
    assert state(page) == (TranslationState.OUTDATED, False)


def test_one_text_of_several_makes_no_machines_translation_a_humans(page):
    with_translation(page, machine=True)

    import_po("tr", written(export_po("tr", [page]), page, title="Haziranda"))

    assert state(page) == (TranslationState.UNREAD, True)


def test_one_text_of_several_takes_away_that_the_whole_was_read(page):
    with_translation(page, read=True)

    import_po("tr", written(export_po("tr", [page]), page, title="Haziranda"))

    assert state(page) == (TranslationState.UNREAD, False)


@pytest.mark.parametrize("how", [{"machine": True}, {"title": "Nu i juni"}])
def test_a_translator_who_takes_the_mark_away_says_that_it_is_right_as_it_is(page, how):
    with_translation(page, **how)

    assert import_po("tr", confirmed(export_po("tr", [page]))) == [page]

    assert (turkish(page), state(page)) == (TURKISH, (TranslationState.UNREAD, False))


def test_a_name_that_is_alike_in_both_languages_stays(page):
    page.title_da = "Odense"
    with_translation(page, machine=True)
    page.title_tr = "Odense"
    page.save()

    import_po("tr", confirmed(export_po("tr", [page])))

    assert (turkish(page)["title"], state(page)) == ("Odense", (TranslationState.UNREAD, False))


def test_a_danish_text_is_known_again_when_a_program_has_changed_its_line_ends_and_its_signs(page):
    file = RECEIVED["poedit"].decode().replace('\\n"\n"<p>Alle', '\\r\\n"\n"<p>Alle').replace("står", "sta\u030ar")

    import_po("tr", file.encode())

    assert turkish(page) == TURKISH


def test_a_file_that_was_cut_anywhere_gives_no_half_text(page):
    whole = RECEIVED["weblate"]
    for end in range(0, len(whole), 7):
        try:
            import_po("tr", whole[:end])
        except TransferError as refused:
            assert str(refused) == "Det er ikke en hel PO-fil."  # noqa: PT017
        assert all(text in {"", TURKISH[field]} for field, text in turkish(page).items())
