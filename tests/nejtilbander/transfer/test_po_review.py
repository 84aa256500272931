"""What a translators' file would change, entry by entry, and what is ignored and why."""

import re

import pytest

from nejtilbander.i18n.languages import TranslationState
from nejtilbander.notices.models import Notice
from nejtilbander.publishing import versions
from nejtilbander.transfer.json_files import TransferError
from nejtilbander.transfer.po_files import export_po
from nejtilbander.transfer.po_import import ReviewOutdated, apply_review, import_po, read_po
from nejtilbander.transfer.po_review import Reason, review_po
from pages.models import Initiative, Page
from tests.support.factories import a_notice, a_page, a_working_copy, an_initiative
from tests.support.transfer_files import a_po_file

pytestmark = pytest.mark.django_db


@pytest.fixture
def page():
    return a_page("aften", title_da="En aften", summary_da="Ring {politi}.", body_da="<p>Vi står <em>sammen</em>.</p>")


def review(*entries, models=(Page,)):
    return review_po("tr", read_po("tr", a_po_file(*entries)), models)


def ignored(*entries, models=(Page,)):
    return [(one.reason, one.text) for one in review(*entries, models=models).ignored]


def test_each_change_has_its_danish_and_its_words_now_and_then(page):
    page.title_tr = "Eski"
    page.save()

    found = review(
        ("pages.page aften title", "En aften", "Bir akşam"),
        ("pages.page aften body", "<p>Vi står <em>sammen</em>.</p>", "<p>Birlikte <script>x</script>duruyoruz.</p>"),
    )

    assert [(reviewed.obj, len(reviewed.changes)) for reviewed in found.objects] == [(page, 2)]
    title, body = found.changes
    assert (title.label, title.danish_words, title.old_words, title.new) == ("Titel", "En aften", "Eski", "Bir akşam")
    assert title.difference.strip() == "<del>Eski</del> <ins>Bir akşam</ins>"
    assert (body.danish_words, body.new) == ("Vi står sammen.", "<p>Birlikte duruyoruz.</p>")
    assert body.difference.strip() == "<ins>Birlikte duruyoruz.</ins>"
    assert found.ignored == []
    assert versions.newest_version(page) is None, "nothing is saved"


def test_a_text_inside_another_is_named_by_its_number():
    initiative = Initiative.objects.get(slug="nye-redskaber")
    update = initiative.updates.get()

    found = review(
        (f"pages.initiative nye-redskaber updates {update.pk} title", update.title_da, "Türkçe"), models=[Initiative]
    )

    assert [change.label for change in found.changes] == ["Nyhed 1: overskrift"]


def test_what_cannot_be_taken_is_told_with_its_reason(page):
    a_notice("Vejen er lukket")

    assert ignored(
        ("pages.page aften title", "En gammel aften", "Bir akşam"),
        ("pages.page aften summary", "Ring {politi}.", "Ara {alam}."),
        ("pages.page vaek title", "Væk", "Yok"),
        ("Uden navn", "x", "y"),
        ("nejtilbander.notice 12 title", "Vejen er lukket", "Yol kapalı"),
    ) == [
        (Reason.UNKNOWN_FACT, "Ara {alam}."), (Reason.DANISH_CHANGED, "Bir akşam"), (Reason.GONE, "Yok"),
        (Reason.GONE, "y"), (Reason.NOT_YOURS, "Yol kapalı"),
    ]  # fmt: skip
    assert ignored(("pages.page aften title", "En aften", "En aften")) == [(Reason.SAME_AS_DANISH, "En aften")]
    (long,) = review(("pages.page aften title", "En aften", "x" * 5000)).ignored
    assert (long.reason, long.place) == (Reason.UNFIT, "pages.page aften")
    assert long.sentence.startswith("Titel: ")


def test_what_stands_here_already_and_what_is_not_finished_is_counted(page):
    page.title_tr = "Bir akşam"
    page.mark_translated("tr", read=False, machine=False)
    page.save()
    file = a_po_file(
        ("pages.page aften title", "En aften", "Bir akşam"),
        ("pages.page aften body", "<p>Vi står <em>sammen</em>.</p>", "<p>Belki.</p>"),
    ).replace(b'msgctxt "pages.page aften body"', b'#, fuzzy\nmsgctxt "pages.page aften body"')

    found = review_po("tr", read_po("tr", file), [Page])

    assert (found.unchanged, found.unfinished, found.objects, found.ignored) == (1, 1, [], [])


def test_among_changes_what_stands_here_already_is_counted_and_not_shown(page):
    page.title_tr = "Bir akşam"
    page.save()

    found = review(
        ("pages.page aften title", "En aften", "Bir akşam"), ("pages.page aften summary", "Ring {politi}.", "Ara.")
    )

    assert (found.unchanged, [change.new for change in found.changes]) == (1, ["Ara."])


def test_a_mark_taken_away_is_shown_as_the_same_words():
    page = a_page("kort", title_tr="Deneme", summary_tr="Bir deneme.")
    page.mark_translated("tr", read=False, machine=True)
    page.save()
    file = re.sub(rb"#, fuzzy\n", b"", export_po("tr", [page]))

    found = review_po("tr", read_po("tr", file), [Page])

    assert [(change.label, change.is_confirmed, change.old_words) for change in found.changes] == [
        ("Titel", True, "Deneme"), ("Indledning", True, "Bir deneme."),
    ]  # fmt: skip


def test_a_machines_texts_that_come_back_rewritten_one_by_one_end_as_a_persons():
    page = a_page("kort", title_tr="Makine", summary_tr="Makine yazdı.")
    page.mark_translated("tr", read=False, machine=True)
    page.save()

    for entry, is_machine in (
        (("pages.page kort title", "Prøve", "Deneme"), True),
        (("pages.page kort summary", "En prøve.", "Bir deneme."), False),
    ):
        assert import_po("tr", a_po_file(entry)) == [page]
        with versions.as_working_copy(page):
            copied = Page.objects.get(pk=page.pk)
            assert copied.is_machine_translated("tr") is is_machine
            assert copied.language_state("tr") == TranslationState.UNREAD


def test_only_what_is_pending_goes_out_when_that_is_asked_for():
    whole = a_page("hel", title_da="Hel", title_tr="Bütün", summary_tr="Bir deneme.")
    whole.mark_translated("tr", read=False, machine=False)
    whole.save()
    old = a_page("gammel", title_da="Gammel", title_tr="Eski", summary_tr="Bir deneme.")
    new = a_page("ny", title_da="Ny", summary_da="Uden.")

    def contexts(**asked):
        return re.findall(r'msgctxt "pages.page (\w+ \w+)"', export_po("tr", [whole, old, new], **asked).decode())

    assert contexts() == [f"{slug} {field}" for slug in ("hel", "gammel", "ny") for field in ("title", "summary")]
    assert contexts(only_pending=True) == [
        f"{slug} {field}" for slug in ("gammel", "ny") for field in ("title", "summary")
    ]


def test_what_was_looked_at_is_saved_and_nothing_else(page, staff):
    user = staff.get("/admin/").wsgi_request.user
    other = a_page("anden", title_da="En anden")
    file = read_po("tr", a_po_file(("pages.page aften title", "En aften", "Bir akşam")))
    seen = review_po("tr", file, [Page]).fingerprint()
    a_working_copy(other, "Noget nyt")

    assert apply_review("tr", file, [Page], seen, user) == [page]

    newest = versions.newest_version(page)
    assert (newest.content["fields"]["title_tr"], newest.saved_by, newest.note) == (
        "Bir akşam", user, "Oversættelse fra en fil",
    )  # fmt: skip


@pytest.mark.parametrize("what", ["Danish", "translation", "deleted"])
def test_a_text_that_changes_while_it_is_looked_at_is_not_saved(page, staff, what):
    user = staff.get("/admin/").wsgi_request.user
    file = read_po("tr", a_po_file(("pages.page aften title", "En aften", "Bir akşam")))
    seen = review_po("tr", file, [Page]).fingerprint()
    if what == "deleted":
        page.delete()
    else:
        Page.objects.filter(pk=page.pk).update(**{"title_da": "Nu"} if what == "Danish" else {"title_tr": "Başka"})

    with pytest.raises(ReviewOutdated) as told:
        apply_review("tr", file, [Page], seen, user)

    assert told.value.review.fingerprint() != seen
    assert versions.newest_version(page) is None


def test_a_command_takes_no_part_of_a_file_with_an_unknown_fact(page):
    entry = ("pages.page aften summary", "Ring {politi}.", "Ara {alam}.")

    with pytest.raises(TransferError, match=r"^pages\.page aften summary: Siden kender ikke \{alam\}"):
        import_po("tr", a_po_file(entry, ("pages.page aften title", "En aften", "Bir akşam")))

    assert versions.newest_version(page) is None


def test_a_file_that_is_too_large_is_refused_by_its_size():
    with pytest.raises(TransferError, match=r"^Filen er for stor\. Den må højst fylde 2 MB\.$"):
        read_po("tr", b"x" * 2_000_001, 2_000_000)


def test_a_notice_is_translated_by_file_too():
    notice = a_notice("Vejen er lukket")
    context = f"nejtilbander.notice {notice.slug} title"

    assert [change.new for change in review((context, "Vejen er lukket", "Yol kapalı"), models=[Notice]).changes] == [
        "Yol kapalı"
    ]
    assert an_initiative("ekstra").pk, "another kind is not looked at"
